/** Rows of the obligation table in the short form of the tests here: `line detector verdict`, and `kept back` where a violation is. */
import { type Files, placeOf, solve } from "../obligations/solve-text.ts";

/** A source text, or several by their paths, and the rows that must come out of one detector. */
export interface Example {
  readonly title: string;
  readonly code: string | Files;
  readonly detector: string;
  readonly rows: readonly string[];
}

/** The rows of an example, in the order of the text. */
export function rowsOf({ code, detector }: Example): string[] {
  const files = typeof code === "string" ? { "main.py": code } : code;
  const { program, obligations } = solve(files);
  return obligations.filter((row) => row.detector === detector).map((row) => {
    const { path, line } = placeOf(program, row);
    const place = typeof code === "string" ? `${line}` : `${path}:${line}`;
    return { place, line, text: `${place} ${row.verdict}${row.verdict === "violated" && !row.shown ? " kept back" : ""}` };
  }).sort((a, b) => a.line - b.line || (a.text < b.text ? -1 : a.text > b.text ? 1 : 0)).map((row) => row.text);
}
