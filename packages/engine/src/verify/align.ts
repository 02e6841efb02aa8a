/** Where lines that a scanner saw stand in the file as it is now. */
import type { AlertPlace } from "./alert.ts";

/** Most lines of one file that are compared. */
const linesMax = 100_000;

export interface Alignment {
  /** Lines by which the text lies below (+) or above (-); null if the scanner's code is nowhere in the file. */
  readonly drift: number | null;
  /** Holds if code of the scanner was found in the file; if not, only its line numbers speak. */
  readonly isSeen: boolean;
}

/**
 * Aligns what a scanner saw with the lines of a file.
 *
 * ```text
 * seen: 12 "x = f()"      file: 14 "x = f()"      drift +2
 * ```
 * Code that stands where the scanner says settles it, whatever else the scanner quotes. Otherwise the nearest place
 * where all lines of a quotation stand is taken.
 */
export function align(place: AlertPlace, lines: readonly string[]): Alignment {
  const seen = place.seen.map((each) => ({ first: each.first, lines: trimmed(each.lines) })).filter((each) => each.lines.some((line) => line !== ""));
  if (seen.length === 0) return { drift: 0, isSeen: false };
  const file = lines.length > linesMax ? lines.slice(0, linesMax) : lines;
  if (seen.some((each) => standsAt(each.lines, file, each.first - 1))) return { drift: 0, isSeen: true };
  let best: number | undefined;
  for (const each of seen) {
    for (let line = 0; line < file.length; line++) {
      const drift = line - (each.first - 1);
      if (best !== undefined && Math.abs(drift) >= Math.abs(best)) continue;
      if (standsAt(each.lines, file, line)) best = drift;
    }
  }
  return { drift: best ?? null, isSeen: best !== undefined };
}

/** Lines as they are compared: without indentation; those at the end may be cut and are left out if blank. */
function trimmed(lines: readonly string[]): readonly string[] {
  const out = lines.map((line) => line.trim());
  while (out.length > 0 && out[out.length - 1] === "") out.pop();
  return out;
}

/** A scanner may begin or end its quotation inside a line, or begin in another place of a statement: one line must be whole. */
function standsAt(seen: readonly string[], file: readonly string[], line: number): boolean {
  if (line < 0 || line + seen.length > file.length + 1) return false;
  let whole = 0;
  for (let i = 0; i < seen.length; i++) {
    const text = (file[line + i] ?? "").trim();
    const edge = i === 0 || i === seen.length - 1;
    if (text === seen[i]) whole += text === "" ? 0 : 1;
    else if (!edge || seen[i].length < partLengthMin || !text.includes(seen[i])) return false;
  }
  return whole > 0 || seen.length === 1;
}

/** Less than this of a line is found anywhere. */
const partLengthMin = 6;
