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
 * Fills in a message. `wrap` shapes each value for the medium, so that text of the project never gets there unescaped.
 *
 * @example
 * ```ts
 * fillMessage("{source} becomes SQL text in {sink}", values, (text) => text);
 * ```
 */
export function fillMessage(template: string, values: MessageValues, wrap: (text: string) => string): string {
  return template.replace(/\{([a-z]+)\}/g, (whole, name: string) => {
    const key = name === "value" ? "subject" : name === "call" ? "sink" : name;
    if (!(key in absent)) return whole;
    const value = values[key as keyof MessageValues];
    return value === "" ? absent[key] : wrap(value);
  });
}
