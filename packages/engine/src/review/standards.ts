/** Lists that others ask about, entry by entry: what the review says of each, or that no detector speaks of it. */
import { isCweWithin, type Standard, type StandardEntry, standards } from "../findings/index.ts";
import type { PillarVerdict } from "./pillar.ts";
import type { Report } from "./report.ts";

/** What the review says of one entry of a list. */
export interface StandardRow extends StandardEntry {
  /** `not covered` if no detector speaks of a weakness of the entry. */
  readonly verdict: PillarVerdict;
  readonly detectors: readonly string[];
  /** Weaknesses of the entry that some detector speaks of. */
  readonly coveredCwe: number;
  readonly findings: number;
  readonly questions: number;
  readonly examined: number;
  readonly proven: number;
  readonly open: number;
}

export interface StandardView extends Omit<Standard, "entries"> {
  readonly rows: readonly StandardRow[];
}

/** Reads the review against every list. A detector speaks of an entry if its weakness is one of the entry's, or below one. */
export const standardViews = (report: Report): readonly StandardView[] =>
  standards.map(({ entries, ...list }) => ({ ...list, rows: entries.map((entry) => rowOf(report, entry)) }));

function rowOf(report: Report, entry: StandardEntry): StandardRow {
  const speaks = (id: number): boolean => entry.cwe.some((cwe) => isCweWithin(id, cwe));
  const rules = report.rules.filter((rule) => rule.cwe.some(speaks));
  const ids = new Set(rules.filter((rule) => rule.active).map((rule) => rule.id));
  const proofs = report.proofs.filter((proof) => ids.has(proof.detector));
  const sum = (of: (proof: (typeof proofs)[number]) => number): number => proofs.reduce((total, proof) => total + of(proof), 0);
  const counts = {
    findings: report.findings.filter((finding) => ids.has(finding.detector)).length,
    questions: report.questions.filter((finding) => ids.has(finding.detector)).length,
    examined: sum((proof) => proof.examined), proven: sum((proof) => proof.proven),
  };
  const open = counts.examined - counts.proven - counts.findings - counts.questions;
  return {
    ...entry, ...counts, open: Math.max(0, open), detectors: rules.map((rule) => rule.id),
    coveredCwe: entry.cwe.filter((cwe) => rules.some((rule) => rule.cwe.some((id) => isCweWithin(id, cwe)))).length,
    verdict: verdictOf({ ...counts, open }, rules.length, ids.size),
  };
}

function verdictOf(counts: { readonly findings: number; readonly questions: number; readonly open: number; readonly proven: number }, detectors: number, active: number): PillarVerdict {
  if (detectors === 0) return "not covered";
  if (active === 0) return "not run";
  if (counts.findings > 0) return "findings";
  if (counts.questions > 0) return "questions";
  if (counts.open > 0) return "open";
  return counts.proven > 0 ? "proven" : "not applicable";
}
