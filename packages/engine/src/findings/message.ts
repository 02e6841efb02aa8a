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

/** A piece of a filled message: words of the page, or a value that comes from the reviewed project. */
export interface MessagePiece {
  readonly text: string;
  readonly isValue: boolean;
}

/** Returns the pieces of a filled message in their order. */
export function messagePieces(template: string, values: MessageValues): readonly MessagePiece[] {
  const parts = template.split(/(\{[a-z]+\})/);
  return parts.filter((part) => part !== "").map((part) => (part.startsWith("{") ? fillPlace(part, values) : { text: part, isValue: false }));
}

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
  return messagePieces(template, values).map(({ text, isValue }) => (isValue ? wrap(text) : plain(text))).join("");
}

function fillPlace(place: string, values: MessageValues): MessagePiece {
  const name = place.slice(1, -1);
  const key = name === "value" ? "subject" : name === "call" ? "sink" : name;
  if (!Object.hasOwn(absent, key)) return { text: place, isValue: false };
  const value = values[key as keyof MessageValues];
  return value === "" ? { text: absent[key], isValue: false } : { text: value, isValue: true };
}
