/** Code that a review quotes, line by line, and the same code in the project. */

/** Lines of quoted code that are long enough to be told from others. */
export function quoteLines(code: string): readonly string[] {
  return code.split("\n").map((line) => line.replace(/^\s*(?:[-+>]|\d+[:|.]?)?\s/, "").trim()).filter((line) => line.length >= 8 && !/^(?:#|\.\.\.|"""|\/\/)/.test(line)).slice(0, 40);
}

/** Holds if a line of the project is the quoted one, blanks and what is cut off at an ellipsis aside. */
export function sameCode(line: string, quoted: string): boolean {
  const plain = (code: string): string => code.replace(/\s+/g, "").replaceAll("'", '"');
  const [left, right] = [plain(line), plain(quoted)];
  if (left === right) return true;
  const cut = right.replace(/(?:\.\.\.|…)$/, "");
  return cut.length >= 8 && (cut !== right ? left.startsWith(cut) : left.includes(cut) && cut.length >= 12);
}
