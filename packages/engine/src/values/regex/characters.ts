/** Sets of characters of regular expressions: the 128 of ASCII, and one place for all others. */

export const charactersMax = 129;

/** One byte for each character; the last one stands for everything outside of ASCII. */
export type CharacterSet = Uint8Array;

export function setOf(holds: (code: number) => boolean): CharacterSet {
  const set = new Uint8Array(charactersMax);
  for (let code = 0; code < charactersMax; code++) if (holds(code)) set[code] = 1;
  return set;
}

export const codeOf = (c: string): number => Math.min(c.charCodeAt(0), 128);

/** The set of one character, with its other case where case does not count. */
export function charSet(c: string, ignoreCase: boolean): CharacterSet {
  const set = setOf((code) => code === codeOf(c));
  return ignoreCase ? withOtherCase(set) : set;
}

export function withOtherCase(set: CharacterSet): CharacterSet {
  const out = set.slice();
  for (let code = 65; code <= 90; code++) if (set[code] || set[code + 32]) out[code] = out[code + 32] = 1;
  return out;
}

export const negated = (set: CharacterSet): CharacterSet => set.map((v) => 1 - v);

const controls: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", f: "\f", v: "\v", a: "\x07", 0: "\0" };

/** Holds for what may stand behind a backslash: a letter that means something, or any sign. */
export const isEscape = (c: string): boolean => isClassEscape(c) || c in controls || !/[A-Za-z0-9]/.test(c);

/** What `\d`, `\n`, `\.` and the like match; letters and digits of other scripts only if not `isAscii`. */
export function escapeSet(c: string, isAscii = false): CharacterSet {
  const lower = c.toLowerCase();
  const test = lower === "d" ? /[0-9]/ : lower === "w" ? /[A-Za-z0-9_]/ : lower === "s" ? /\s/ : undefined;
  if (!test) return charSet(controls[c] ?? c, false);
  const isNegated = c !== lower;
  return setOf((code) => (code === 128 ? isNegated || (lower === "w" && !isAscii) : test.test(String.fromCharCode(code)) !== isNegated));
}

export const isClassEscape = (c: string): boolean => /[dDwWsS]/.test(c);

export function intersects(a: CharacterSet, b: CharacterSet): boolean {
  for (let i = 0; i < charactersMax; i++) if (a[i] && b[i]) return true;
  return false;
}

/** Characters that a reader finds easiest, first. */
const preferred = [..."a0 A-_.,/:;=\"'()[]{}<>!@#\t\n\r"].map((c) => c.charCodeAt(0));

/** The easiest character that all of these sets hold, or -1. */
export function commonCharacter(one: CharacterSet, two = one, three = one): number {
  for (let i = 0; i < preferred.length; i++) if (one[preferred[i]!] && two[preferred[i]!] && three[preferred[i]!]) return preferred[i]!;
  for (let code = 0; code < charactersMax; code++) if (one[code] && two[code] && three[code]) return code;
  return -1;
}

export const textOfCode = (code: number): string => (code === 128 ? "\u00e9" : String.fromCharCode(code));
