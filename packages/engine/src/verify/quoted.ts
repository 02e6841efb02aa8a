/** Code that a review quotes, line by line, and the same code in the project. */

/** Lines of quoted code that are long enough to be told from others. */
export function quoteLines(code: string): readonly string[] {
  const lines = code.split("\n");
  // Of a change, the lines that it would add are not there yet.
  const isChange = lines.some((line) => /^-(?!-)/.test(line)) && lines.some((line) => /^\+(?!\+)/.test(line));
  return lines.filter((line) => !isChange || !line.startsWith("+")).map((line) => line.replace(/^\s*(?:[-+>]|\d+[:|.]?)?\s/, "").trim()).filter((line) => line.length >= 8 && !/^(?:#|\.\.\.|"""|\/\/)/.test(line)).slice(0, 40);
}

/** Code without blanks and with one kind of quotes, for comparison. */
export const plainCode = (code: string): string => code.replace(/\s+/g, "").replaceAll("'", '"');

/** Holds if a line of the project is the quoted one, both plain; what is cut off at an ellipsis aside. */
export function isSameCode(line: string, quoted: string): boolean {
  if (line === quoted) return true;
  const cut = quoted.replace(/(?:\.\.\.|…)$/, "");
  return cut.length >= 8 && (cut !== quoted ? line.startsWith(cut) : cut.length >= 12 && line.includes(cut));
}
