/**
 * The review: what a reader is told, as data.
 *
 * In: obligations, the program, the catalog, problems, comments.
 * Out: one {@link Report}: findings, questions, pillars, proofs, what is open, coverage, limits, assumptions.
 * How: counts over the ledger; every figure is computed.
 * Holds: pure; the same input gives the same report; a verdict shows its denominator.
 * Not here: output formats.
 */
export { type Assumption, assumptions } from "./assumption.ts";
export { againstBaseline, type Baseline, type BaselineEntry, baselineOf, type BaselinePlace, type BaselineUse } from "./baseline.ts";
export { type BaselineReading, baselineText, readBaseline } from "./baseline-file.ts";
export { type BlindSpots, blindSpotsOf, type BudgetHit, type FrontierRow, type OpenReason, type UnresolvedName } from "./blind-spots.ts";
export { buildReport, defaultReportOptions, type ReportInput, type ReportOptions } from "./build.ts";
export { type ClosedRows, compareReports, type ReportChanges, type RowChange, type RowState, type VerdictChange } from "./changes.ts";
export { type Completeness, completenessOf, exitCode, type ExitQuestion } from "./completeness.ts";
export { type Coverage, coverageOf, type SkippedFile, type UnfollowedTests, type UnmodelledCall } from "./coverage.ts";
export { keepsInputs } from "./input-sweep.ts";
export { type OpenGroup, openGroups, type Proof, proofsOf } from "./ledger.ts";
export { type Pillar, pillarTable, type PillarVerdict, plural } from "./pillar.ts";
export { describeEntries, type EntriesReport, type EntryGuard, type EntryRow } from "./entries.ts";
export type { Finding, FindingStep, LedgerRow, Limit, ReachedFrom, Report, ReviewedProject, Rule } from "./report.ts";
export { type StandardRow, standardViews, type StandardView } from "./standards.ts";
export { openWords, provenEnds, provenWords } from "./words.ts";
