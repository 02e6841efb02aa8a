/** The text of a statement without what a formatter may change: the part of an identity that comes from code. */

/** Longer statements are cut here; a data table of megabytes is no better an identity than its first part. */
export const normaliseCharactersMax = 16_384;

/**
 * Returns the tokens of an expression or statement, joined by one space: comments, line breaks and the comma before a
 * closing bracket are gone, and quotes are `"`.
 *
 * @example
 * ```ts
 * normaliseCode("run(\n    'ls',  # list\n)"); // => 'run ( "ls" )'
 * ```
 */
export function normaliseCode(text: string): string {
  const code = text.length > normaliseCharactersMax ? text.slice(0, normaliseCharactersMax) : text;
  const tokens: string[] = [];
  let at = 0;
  while (at < code.length) {
    const end = tokenEnd(code, at);
    const token = code.slice(at, end);
    at = end;
    const first = token.charAt(0);
    if (isBlank(first) || first === "#" || token === "\\") continue;
    // A formatter puts a comma after the last element of what it breaks into lines.
    if ((token === ")" || token === "]" || token === "}") && tokens[tokens.length - 1] === ",") tokens.pop();
    tokens.push(normaliseString(token));
  }
  return tokens.join(" ");
}

const isBlank = (char: string): boolean => char === " " || char === "\t" || char === "\n" || char === "\r" || char === "\f";

const isWord = (code: number): boolean =>
  (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122) || code === 95 || code > 127;

/** Returns the end of the token at `at`: a run of blanks, a comment, a word with the string it prefixes, one other character. */
function tokenEnd(code: string, at: number): number {
  const first = code.charAt(at);
  if (isBlank(first)) return at + 1;
  if (first === "#") {
    const end = code.indexOf("\n", at);
    return end === -1 ? code.length : end;
  }
  let end = at;
  while (end < code.length && isWord(code.charCodeAt(end))) end++;
  const quote = code.charAt(end);
  const isPrefix = end - at <= 2;
  if (isPrefix && (quote === '"' || quote === "'")) return stringEnd(code, end);
  return end > at ? end : at + 1;
}

/** Returns the end of the string that opens at `at`, or of the text if it does not close. */
function stringEnd(code: string, at: number): number {
  const quote = code.charAt(at);
  const triple = quote.repeat(3);
  const closing = code.startsWith(triple, at) ? triple : quote;
  let end = at + closing.length;
  while (end < code.length) {
    if (code.charAt(end) === "\\") end += 2;
    else if (code.startsWith(closing, end)) return end + closing.length;
    else end++;
  }
  return code.length;
}

const stringToken = /^([A-Za-z]{0,2})("""|'''|"|')([\s\S]*)\2$/;

function normaliseString(token: string): string {
  const match = stringToken.exec(token);
  if (match === null) return token;
  // Formatters choose the quotes and escape or unescape the other kind, so neither is kept.
  return `${match[1].toLowerCase()}"${match[3].replace(/\\(['"])/g, "$1")}"`;
}
