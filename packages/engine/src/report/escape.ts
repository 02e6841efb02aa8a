/**
 * Text of the reviewed project on its way into a medium. The project is hostile input: it may carry terminal commands,
 * marks that turn the reading direction, or markup. Nothing of it gets anywhere without passing here.
 */

/**
 * Characters that are not what they look like: C0 and C1 controls, DEL, zero-width and direction marks, line and
 * paragraph separators, invisible operators, interlinear marks, tag characters, lone surrogates, the soft hyphen,
 * Hangul and Khmer fillers.
 */
export const invisible =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffc\ufffe\uffff\u{e0000}-\u{e0fff}\ud800-\udfff]/gu;

const nameOf = (char: string): string => {
  const code = char.codePointAt(0) as number;
  if (char === "\n") return "\\n";
  if (char === "\r") return "\\r";
  if (char === "\t") return "\\t";
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u{${code.toString(16)}}`;
};

/**
 * Returns text in which every invisible or controlling character is written out. The result has one line and is safe
 * for a terminal.
 *
 * @example
 * ```ts
 * visible("a\u001b[31mb"); // => "a\\x1b[31mb"
 * ```
 */
export const visible = (text: string): string => (unusual.test(text) ? text.replace(invisible, nameOf) : text);

/** Nearly all text is of this kind; to look for the others costs twenty times as much. */
const unusual = /[^\x20-\x7e]/;

/** Returns text of several lines with line breaks and tabs kept and everything else of the kind written out. */
export const visibleLines = (text: string): string =>
  text.replace(/\r\n?/g, "\n").replace(invisible, (char) => (char === "\n" || char === "\t" ? char : nameOf(char)));

/**
 * Returns text as a Markdown code span. Inside one, Markdown, HTML, links and mentions mean nothing; the fence is longer
 * than any run of backticks inside.
 *
 * @example
 * ```ts
 * markdownCode("a`b"); // => "``a`b``"
 * ```
 */
export function markdownCode(text: string): string {
  const shown = visible(text);
  if (shown.trim() === "") return "`(blank)`";
  let longest = 0;
  for (const run of shown.match(/`+/g) ?? []) longest = Math.max(longest, run.length);
  const fence = "`".repeat(longest + 1);
  // A span takes one blank away on both sides, so a text that begins or ends with a backtick or blank gets one.
  const needsPad = /^[` ]|[` ]$/.test(shown);
  return needsPad ? `${fence} ${shown} ${fence}` : `${fence}${shown}${fence}`;
}

/** Returns text as a code span inside a table cell, where `|` ends the cell even in a code span. */
export const markdownCellCode = (text: string): string => markdownCode(text).replace(/\|/g, "\\|");

/**
 * Returns text as plain Markdown text: every character that could begin markup is escaped.
 *
 * @example
 * ```ts
 * markdownText("<b>*x*"); // => "\\<b\\>\\*x\\*"
 * ```
 */
export function markdownText(text: string): string {
  return (
    visible(text)
      .replace(/[\\`*_[\]<>#|~&$!{}@^=]/g, "\\$&")
      // Bare addresses become links without any mark: break them before the colon and after `www`.
      .replace(/:\/\//g, "\\://")
      .replace(/\bwww\./gi, (match) => `${match.slice(0, 3)}\\.`)
      // At the start of a line these begin a list or a heading.
      .replace(
        /^(\s*)([-+]|[0-9]{1,9}[.)])(?=\s|$)/,
        (_match, blank: string, mark: string) => `${blank}${mark.slice(0, -1)}\\${mark.slice(-1)}`,
      )
  );
}

/**
 * Returns text for HTML, between tags or in a quoted attribute.
 *
 * @example
 * ```ts
 * htmlText("<a href='x'>"); // => "&lt;a href=&#39;x&#39;&gt;"
 * ```
 */
export function htmlText(text: string): string {
  const entity: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;", "`": "&#96;" };
  return visible(text).replace(/[&<>"'`]/g, (char) => entity[char]);
}

const unreserved = /[A-Za-z0-9\-._~!$&'()*+,;=@/]/;

/**
 * Returns a relative path as a URI: UTF-8, percent-encoded, segments kept. A colon is encoded, so that no path can be
 * read as a scheme.
 *
 * @example
 * ```ts
 * pathUri("a b/ä.py"); // => "a%20b/%C3%A4.py"
 * ```
 */
export function pathUri(path: string): string {
  let uri = "";
  for (const char of path.replace(/[\ud800-\udfff]/gu, "\ufffd")) {
    uri += unreserved.test(char) ? char : encodeURIComponent(char).replace(/[!'()*]/g, percent);
  }
  return uri.startsWith("//") ? `.${uri}` : uri;
}

const percent = (char: string): string => `%${char.charCodeAt(0).toString(16).toUpperCase()}`;
