/** Text of a reviewed project, made harmless for a terminal. */

// C0 and C1 controls, DEL, bidirectional marks, zero-width characters, line separators, unpaired surrogates.
const dangerous =
  /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]|[\u{e0000}-\u{e007f}]/gu;

/** Returns one line of text with every character that could steer a terminal written as `\u{…}`. */
export function escapeTerminal(text: string): string {
  return text.replace(dangerous, (character) => `\\u{${character.codePointAt(0)?.toString(16) ?? "fffd"}}`);
}
