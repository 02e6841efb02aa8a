/** Type texts of the stub pack: splitting and filling in. */

export const anything = "*";

/** Puts type arguments in the places of `$0`, `$1`, …; what is not given may be anything. */
export function substitute(text: string, args: readonly string[]): string {
  if (!text.includes("$")) return text;
  return text.replace(/(\(\))?\$(\d+)/g, (_, callable: string | undefined, index: string) => {
    const argument = args[Number(index)] ?? anything;
    if (callable === undefined) return argument;
    return argument === anything ? anything : argument.includes("|") ? `()(${argument})` : `()${argument}`;
  });
}

/** The text inside of one pair of parentheses around all, or the text itself. */
export function parenthesised(text: string): string {
  return text.startsWith("(") && !text.startsWith("()") && text.endsWith(")") ? text.slice(1, -1) : text;
}
