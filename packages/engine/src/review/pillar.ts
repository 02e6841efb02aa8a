/** The table of the ten pillars: a verdict each, with its denominator. */
import { cweName, cwePillar, type Finding, type LedgerRow, pillarIds } from "../findings/index.ts";
import type { Detector } from "../knowledge/index.ts";

/** The first that applies, in this order. */
export type PillarVerdict = "findings" | "questions" | "open" | "proven" | "not applicable" | "not run" | "not covered";

/**
 * A pillar of CWE-1000 with its verdict.
 *
 * @example
 * ```ts
 * report.pillars.find((pillar) => pillar.cwe === 707)?.verdict; // => "findings"
 * ```
 * @public
 */
export interface Pillar {
  /** `E-707`. */
  readonly id: string;
  readonly cwe: number;
  readonly name: string;
  readonly verdict: PillarVerdict;
  /** Detectors that speak about it. */
  readonly detectors: number;
  /** Sites examined in product code: rows of the ledger. */
  readonly examined: number;
  readonly findings: number;
  readonly questions: number;
  /** Open rows, and violated rows that are not shown. */
  readonly open: number;
  readonly notShown: number;
  readonly proven: number;
  /** Findings that a comment in the code silences. */
  readonly suppressed: number;
  /** Rows in test code; in no other figure. */
  readonly inTests: number;
  readonly because: string;
}

interface PillarQuestion {
  readonly detectors: readonly Detector[];
  readonly findings: readonly Finding[];
  readonly suppressed: readonly Finding[];
  readonly rows: readonly LedgerRow[];
  /** False if no file was analysed or the phase was ended by its budget. */
  readonly hasRun: boolean;
  /** Ids of detectors that the user turned off. */
  readonly off: ReadonlySet<string>;
}

/** A detector counts under one pillar, that of its exact weakness, so that the rows of the table add up. */
export const pillarOf = (detector: Pick<Detector, "cwe">): number => cwePillar(detector.cwe[0] ?? -1);

/** Builds the table, ten rows, ascending. */
export function pillarTable(question: PillarQuestion): readonly Pillar[] {
  return pillarIds.map((cwe) => pillarRow(cwe, question));
}

function pillarRow(cwe: number, question: PillarQuestion): Pillar {
  const all = question.detectors.filter((detector) => pillarOf(detector) === cwe);
  const active = all.filter((detector) => !question.off.has(detector.id));
  const ids = new Set(active.map((detector) => detector.id));
  const rows = question.rows.filter((row) => ids.has(row.detector));
  const product = rows.filter((row) => row.role === "product");
  const shown = question.findings.filter((finding) => ids.has(finding.detector));
  const suppressed = question.suppressed.filter((finding) => ids.has(finding.detector)).length;
  // Violated rows that the floor or a filter keeps back are neither told nor proven: they count as open.
  const told = new Set([...shown, ...question.suppressed].map((finding) => finding.id));
  const notShown = product.filter((row) => row.verdict === "violated" && !told.has(row.id)).length;
  const counts = {
    detectors: active.length,
    examined: product.length,
    findings: shown.filter((finding) => finding.kind === "finding").length,
    questions: shown.filter((finding) => finding.kind === "question").length,
    open: product.filter((row) => row.verdict === "open").length + notShown,
    notShown,
    proven: product.filter((row) => row.verdict === "proven").length,
    suppressed,
    inTests: rows.length - product.length,
  };
  const verdict = verdictOf(counts, { exists: all.length > 0, ran: active.length > 0 && question.hasRun });
  return { id: `E-${cwe}`, cwe, name: cweName(cwe), verdict, ...counts, because: because(verdict, counts, all.length) };
}

type Counts = Omit<Pillar, "id" | "cwe" | "name" | "verdict" | "because">;

function verdictOf(counts: Counts, state: { exists: boolean; ran: boolean }): PillarVerdict {
  if (counts.findings > 0) return "findings";
  if (counts.questions > 0) return "questions";
  if (counts.open > 0) return "open";
  // Silenced findings are not proofs: what stands behind the comment is a person's word.
  if (counts.suppressed > 0) return "open";
  if (counts.proven > 0) return "proven";
  if (state.ran) return "not applicable";
  return state.exists ? "not run" : "not covered";
}

function because(verdict: PillarVerdict, counts: Counts, detectors: number): string {
  if (verdict === "not covered") return "no detector";
  if (verdict === "not run") return `${plural(detectors, "detector")} did not run`;
  const extra = [
    counts.notShown > 0 ? `${counts.notShown} violated, not shown` : "",
    counts.suppressed > 0 ? `${counts.suppressed} suppressed` : "",
    counts.inTests > 0 ? `${plural(counts.inTests, "row")} in tests` : "",
  ].filter((part) => part !== "");
  const base = `${plural(counts.examined, "site")} examined, ${plural(counts.detectors, "detector")}`;
  return [base, ...extra].join("; ");
}

/** Returns "1 site", "2 sites". */
export const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;
