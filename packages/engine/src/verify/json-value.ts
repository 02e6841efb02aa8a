/** Reading JSON that anyone may have written: whatever is not of the expected form is absent. */

export type JsonRecord = Readonly<Record<string, unknown>>;

/** Longest text that is taken from a field of a review. */
export const fieldLengthMax = 20_000;

export const recordOf = (value: unknown): JsonRecord | undefined =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonRecord) : undefined;

/** A field of its own, so that `__proto__` and its like are absent. */
export const fieldOf = (value: unknown, name: string): unknown => {
  const record = recordOf(value);
  return record !== undefined && Object.hasOwn(record, name) ? record[name] : undefined;
};

/** Follows fields: `at(result, "message", "text")`. */
export const at = (value: unknown, ...names: readonly string[]): unknown => names.reduce(fieldOf, value);

export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

/** A text, cut at {@link fieldLengthMax}; "" for anything else. */
export const textOf = (value: unknown): string => (typeof value === "string" ? value.slice(0, fieldLengthMax) : "");

/** A whole number from 1 on, as lines are counted; 0 for anything else. */
export const lineOf = (value: unknown): number => (typeof value === "number" && Number.isSafeInteger(value) && value > 0 ? value : 0);

/** The index of an entry in a list; -1 for anything else. */
export const indexOf = (value: unknown): number => (typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : -1);

/** All texts of a list, or the one text that stands in its place. */
export const textsOf = (value: unknown): readonly string[] =>
  (typeof value === "string" ? [value] : listOf(value)).map(textOf).filter((text) => text !== "");
