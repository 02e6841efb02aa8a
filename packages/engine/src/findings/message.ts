/** Messages of detector pages, filled in. */

/** What a page's message may name. */
export interface MessageValues {
  readonly source: string;
  readonly sink: string;
  /** Code of the value that the need is about. */
  readonly subject: string;
  readonly function: string;
}

/** Words for a place that the evidence has nothing for. */
const absent: Readonly<Record<string, string>> = {
  source: "a value",
  sink: "a call",
  subject: "the argument",
  function: "the module",
};

/**
 * Fills in a message. `wrap` shapes each value and `plain` the words between for the medium, so that neither text of the
 * project nor of a page that it brings gets there unescaped.
 *
 * @example
 * ```ts
 * fillMessage("{source} becomes SQL text in {sink}", values, (text) => text);
 * ```
 */
export function fillMessage(
  template: string,
  values: MessageValues,
  wrap: (text: string) => string,
  plain: (text: string) => string = (text) => text,
): string {
  const parts = template.split(/(\{[a-z]+\})/);
  return parts.map((part, index) => (index % 2 === 0 ? plain(part) : (fillPlace(part, values, wrap) ?? plain(part)))).join("");
}

function fillPlace(place: string, values: MessageValues, wrap: (text: string) => string): string | undefined {
  const name = place.slice(1, -1);
  const key = name === "value" ? "subject" : name === "call" ? "sink" : name;
  if (!Object.hasOwn(absent, key)) return undefined;
  const value = values[key as keyof MessageValues];
  return value === "" ? absent[key] : wrap(value);
}
