/** The place of an alert in the project: its file, its lines there, and what stands on them. */
import type { Construct } from "../ir/index.ts";
import type { Alert } from "./alert.ts";
import { align } from "./align.ts";
import type { Anchor, Evidence, VerifyInput } from "./claim.ts";
import type { FileFinder } from "./find-file.ts";

/** Lines, both ends included. */
export interface LineRange {
  readonly first: number;
  readonly last: number;
}

export const overlaps = (left: LineRange, right: LineRange): boolean => left.first <= right.last && left.last >= right.first;

/** Where an alert points, in the project as it is. */
export interface AlertSite {
  readonly path: string;
  readonly role: "product" | "test";
  /** The lines meant, drift included. */
  readonly lines: LineRange;
  /** The statements that hold them, widened to their ends. */
  readonly statements: LineRange;
  readonly anchor: Anchor;
  /** Everything on these statements, in the order of the text. */
  readonly constructs: readonly Construct[];
  readonly evidenceAt: (line: number) => Evidence;
}

/** Why an alert has no place; the words go into the answer. */
export interface NoSite {
  readonly reason: string;
  readonly anchors: readonly Anchor[];
}

/** Finds the place of an alert. */
export function siteOf(alert: Alert, input: VerifyInput, files: FileFinder): AlertSite | NoSite {
  const { place } = alert;
  if (place === undefined) return { reason: "The alert names no file.", anchors: [] };
  const path = files.find(place.path);
  const file = input.program.files.find((each) => each.path === path);
  if (path === "" || file === undefined) return { reason: "The file is not among the analysed files of the project.", anchors: [] };
  const lines = (input.sourceText(path) ?? "").split("\n");
  const wholeFile: Anchor = { path, first: 1, last: lines.length, drift: null, how: "file" };
  if (place.first === 0) return { reason: "The alert names a file and no line.", anchors: [wholeFile] };
  const { drift } = align(place, lines);
  if (drift === null) {
    return { reason: `The code that the alert quotes is not in ${path} as it is now: it was seen in another revision.`, anchors: [wholeFile] };
  }
  const meant = { first: place.first + drift, last: place.last + drift };
  if (meant.first > lines.length || meant.first < 1) return { reason: `${path} has ${lines.length} lines and no line ${place.first}.`, anchors: [wholeFile] };
  const all = input.constructsOf(path);
  const statements = widen(meant, all);
  return {
    path, role: file.role, lines: meant, statements,
    anchor: { path, first: meant.first, last: Math.min(meant.last, lines.length), drift, how: "line" },
    constructs: all.filter((each) => overlaps({ first: each.statementFirst, last: each.statementLast }, meant)),
    evidenceAt: (line) => ({ path, line, text: (lines[line - 1] ?? "").trim().slice(0, 200) }),
  };
}

/** One scanner names the statement and another an expression inside it; both mean the statement. */
function widen(meant: LineRange, constructs: readonly Construct[]): LineRange {
  let { first, last } = meant;
  for (const each of constructs) {
    if (each.kind === "comment" || !overlaps({ first: each.statementFirst, last: each.statementLast }, meant)) continue;
    first = Math.min(first, each.statementFirst);
    last = Math.max(last, each.statementLast);
  }
  return { first, last };
}
