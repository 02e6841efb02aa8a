/** One claim with its places in the project, and what a checker makes of it. */
import type { LedgerRow } from "../findings/index.ts";
import { openWords, plural, provenWords } from "../review/index.ts";
import type { OpenCode, ProvenCode } from "../obligations/index.ts";
import type { Anchored } from "./anchor.ts";
import type { Claim, ClaimVerdict, Evidence } from "./claim.ts";
import type { FunctionPlace, Project, Region } from "./project.ts";

/** A claim as checkers see it. */
export interface Case {
  readonly claim: Claim;
  readonly project: Project;
  readonly anchored: Anchored;
  /** Places that the claim names; empty if it names none. */
  readonly places: readonly Region[];
  /** Functions that the claim names. */
  readonly functions: readonly FunctionPlace[];
  /** The files it is about, whole. */
  readonly files: readonly Region[];
}

/** What a checker found. */
export interface Settled {
  readonly verdict: ClaimVerdict;
  readonly reason: string;
  readonly evidence: readonly Evidence[];
}

export const unsupported = (reason: string, evidence: readonly Evidence[] = []): Settled => ({ verdict: "unsupported", reason, evidence });
export const refuted = (reason: string, evidence: readonly Evidence[]): Settled => ({ verdict: "refuted", reason, evidence });
export const confirmed = (reason: string, evidence: readonly Evidence[]): Settled => ({ verdict: "confirmed", reason, evidence });

/** What a claim speaks of: its places, else its files. */
export const scopeOf = (given: Case): readonly Region[] => (given.places.length > 0 ? given.places : given.files);

/** Where, in words: "lines 12-15 of app.py". */
export function whereWords(regions: readonly Region[], isFile: boolean): string {
  if (regions.length === 0) return "the project";
  if (isFile) return regions.map((each) => each.path).join(", ");
  const byPath = new Map<string, string[]>();
  for (const { path, first, last } of regions) {
    const list = byPath.get(path) ?? [];
    list.push(first === last ? `${first}` : `${first}-${last}`);
    byPath.set(path, list);
  }
  return [...byPath].map(([path, lines]) => `${lines.length === 1 && !lines[0]!.includes("-") ? "line" : "lines"} ${lines.join(", ")} of ${path}`).join(" and ");
}

export const caseWhere = (given: Case): string => whereWords(scopeOf(given), given.places.length === 0);

/** How rows are tied to a place: they stand on its lines, or in the function around them. */
export interface RowsThere {
  readonly rows: readonly LedgerRow[];
  readonly tie: "lines" | "function" | "file" | "none";
}

/** Rows of some weaknesses that the claim is about: on its lines, else in the functions around, else in its files. */
export function rowsThere(given: Case, weaknesses: readonly number[] = given.claim.weaknesses): RowsThere {
  const { project, places, files } = given;
  if (places.length === 0) {
    const rows = files.flatMap((file) => project.rowsIn(file, weaknesses));
    return { rows, tie: rows.length > 0 ? "file" : "none" };
  }
  let isWidened = false;
  const rows = new Set<LedgerRow>();
  for (const place of places) {
    const on = [...project.rowsIn(place, weaknesses), ...project.rowsThrough(place, weaknesses)];
    const found = on.length > 0 ? on : around(project, place).flatMap((each) => project.rowsIn(each, weaknesses));
    if (on.length === 0 && found.length > 0) isWidened = true;
    for (const row of found) rows.add(row);
  }
  return { rows: [...rows], tie: rows.size === 0 ? "none" : isWidened ? "function" : "lines" };
}

/** The functions that a place lies in or holds. */
export function around(project: Project, place: Region): readonly FunctionPlace[] {
  return project.shape(place.path).functions.filter((each) => each.from <= place.last && place.first <= each.last);
}

/** What rows say about a claim that something is weak. */
export function weakByRows(given: Case, { rows, tie }: RowsThere): Settled | undefined {
  if (rows.length === 0) return undefined;
  const { project, claim } = given;
  const violated = rows.filter((row) => row.verdict === "violated");
  const sure = violated.filter((row) => confirms(given, row, tie));
  const proven = rows.filter((row) => row.verdict === "proven");
  if (tie === "file" && everyOne.test(claim.text) && proven.length > 0 && proven.length * 2 >= rows.length) {
    return refuted(`It says so of all, and ${proven.length} of ${plural(rows.length, "obligation")} in ${caseWhere(given)} are proven: ${provenText(proven)}.`, project.evidenceOf(placesOf(proven)));
  }
  const where = tie === "function" ? "in the function around" : tie === "file" ? `in ${caseWhere(given)}` : "there";
  if (sure.length > 0) {
    const isPart = tie === "file" && claim.wording === "universal" && sure.length * 2 < rows.length;
    const reason = `${plural(sure.length, "obligation")} of ${rows.length} ${where} ${sure.length === 1 ? "is" : "are"} violated: ${violatedWords(given, sure[0]!)}.`;
    const evidence = project.evidenceOf(sure.flatMap((row) => stepsOf(given, row)));
    return isPart ? unsupported(`It names no place and speaks of all; ${reason}`, evidence) : confirmed(reason, evidence);
  }
  if (violated.length > 0) {
    const row = violated[0]!;
    return unsupported(`${violatedWords(given, row)}, which is below what is shown: ${row.notShown === "" ? "a person has to judge it" : row.notShown}.`, project.evidenceOf(placesOf(violated)));
  }
  const open = rows.filter((row) => row.verdict === "open");
  if (open.length > 0) {
    return unsupported(`Neither shown nor refuted: ${open.length} of ${plural(rows.length, "obligation")} ${where} ${open.length === 1 ? "is" : "are"} open (${openText(open[0]!)}).`, project.evidenceOf(placesOf(open)));
  }
  return refuted(`${rows.length === 1 ? "The only obligation" : `All ${rows.length} obligations`} of ${namesOf(rows)} ${where} ${rows.length === 1 ? "is" : "are"} proven: ${provenText(rows)}.`, project.evidenceOf(placesOf(rows)));
}

/** Words that say something of each member of a population. */
const everyOne = /\b(?:all (?:\w+ )?(?:requests|quer\w+|statements|calls|functions|methods|routes|endpoints|handlers|connections|files|inputs|values|resources|exceptions|errors|of (?:the|them))|every (?:\w+ )?\w+|each (?:\w+ )?\w+|always)\b/i;

/** What rows say about a claim that something is fine. */
export function fineByRows(given: Case, there: RowsThere): Settled | undefined {
  const settled = weakByRows(given, there);
  if (settled === undefined || settled.verdict === "unsupported") return settled;
  return { ...settled, verdict: settled.verdict === "confirmed" ? "refuted" : "confirmed" };
}

/** Why a row is kept back though what it says is certain: it is left out because it matters less. */
const ofImportance = /^(?:the detector is not shown by default|it is released on all ways)/;

/**
 * Holds if a violated row shows the weakness. What a person has to judge, and what is kept back only because it matters less,
 * confirms a claim that points right at it.
 */
export function confirms(given: Case, row: LedgerRow, tie: RowsThere["tie"]): boolean {
  const detector = given.project.input.catalog.detectors.find((each) => each.id === row.detector);
  if (row.role !== "product") return false;
  if (detector?.reports === "question" && tie !== "lines") return false;
  return row.shown || row.notShown === "" || (tie === "lines" && given.claim.polarity === "weak" && given.claim.cited.some((each) => each.kind === "lines") && ofImportance.test(row.notShown));
}

/** The finding that a violated row belongs to. */
export function findingOf(given: Case, row: LedgerRow): ReturnType<Project["input"]["report"]["findings"]["find"]> {
  const { findings, questions } = given.project.input.report;
  return findings.find((each) => each.id === row.id) ?? questions.find((each) => each.id === row.id);
}

function violatedWords(given: Case, row: LedgerRow): string {
  const message = findingOf(given, row)?.message ?? `${row.detector}: ${row.reason.text}`;
  return `${message.replace(/\.$/, "")} [${row.id}]`;
}

/** The site first, so that the first line of evidence is the place itself, then its path. */
function stepsOf(given: Case, row: LedgerRow): readonly { readonly path: string; readonly line: number }[] {
  const steps = findingOf(given, row)?.steps ?? [];
  return [{ path: row.path, line: row.line }, ...steps.map((step) => ({ path: step.path, line: step.line })), ...placesOf([row])];
}

export function placesOf(rows: readonly LedgerRow[]): readonly { readonly path: string; readonly line: number }[] {
  return rows.flatMap(({ path, line, reason }) => (reason.path === undefined || reason.line === undefined ? [{ path, line }] : [{ path, line }, { path: reason.path, line: reason.line }]));
}

export function provenText(rows: readonly LedgerRow[]): string {
  const ways = [...new Set(rows.map((row) => {
    const words = provenWords[row.reason.code as ProvenCode] ?? row.reason.code;
    return row.reason.text === "" || row.reason.text === words ? words : `${words} (${row.reason.text})`;
  }))];
  return ways.slice(0, 3).join("; ");
}

export function openText(row: LedgerRow): string {
  const words = openWords[row.reason.code as OpenCode]?.blocker ?? row.reason.code;
  return `${words}${row.reason.text === "" ? "" : `: ${row.reason.text}`}`;
}

export const namesOf = (rows: readonly LedgerRow[]): string => [...new Set(rows.map((row) => row.detector))].sort().slice(0, 4).join(", ");
