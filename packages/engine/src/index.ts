/**
 * warrant's engine: security review of a program, with the evidence for every statement.
 *
 * In: a {@link Workspace} of files, languages, a {@link Catalog}.
 * Out: a {@link Report}, and its text in any form.
 * How: source, IR, program, values and flow, obligations, findings, review, report: one folder each, in this order.
 * Holds: no file, network, process, clock or randomness is reached; the same input gives the same bytes.
 * Not here: finding files, configuration, terminals.
 */
export type { Problem, ProblemKind } from "./base/index.ts";
export { compareRevisions, type Difference, type FileChange, type RevisionFiles, type Revisions } from "./change/index.ts";
export { type ConfiguredSuppression, cweName, type Finding, matchesSelector, severityRank } from "./findings/index.ts";
export type { Language } from "./ir/index.ts";
export { Ledger, LedgerError, ledgerFormat, type LedgerInput, type LinePlace, openLedger, saveLedger, trace, type TraceAnswer, why, type WhyAnswer, type WhyQuestion, type Section as LedgerSection, type Sections as LedgerSections } from "./ledger/index.ts";
export {
  type Catalog, catalogFromJson, catalogToJson, type Detector, type ObservedObligation, observeReport, type PageProblem, type PageRun,
  type PageText, readCatalog, runPage, type Severity, StubPack, suggestion,
} from "./knowledge/index.ts";
export { packStubs, pythonLanguage } from "./languages/python/index.ts";
export { callGraph, type PublicApi } from "./program/index.ts";
export {
  changesData, gerritReview, readRemarks, type Remark, remarkMarkdown, type Remarks, remarksOf, remarksSummary, type DifferenceForm, differenceForms, defaultFormOptions, type Form, type FormOptions, jsonText, plainStyle, renderChanges, renderEntries, renderEntriesCsv, renderEntriesJson, renderJson, renderJsonPieces, renderMarkdown, renderPage, renderSarif, renderSarifPieces, renderShown, renderText, renderTrace, renderWhy, reviewForms, type Style, type StyleKind,
  type VerificationForm, verificationForms,
} from "./report/index.ts";
export { defaultReviewOptions, examine, link, type Linked, mapEntries, type Phase, review, type ReviewOptions } from "./review.ts";
export {
  againstBaseline, type Baseline, baselineOf, type BaselineReading, baselineText, buildReport, compareReports, defaultReportOptions, readBaseline, type EntriesReport, exitCode, type Report, type ReportChanges, type ReportOptions, type ReviewedProject,
} from "./review/index.ts";
export { checkReview, type ReviewToCheck } from "./check-review.ts";
export { type ClaimVerdict, reviewLengthMax, type Verification } from "./verify/index.ts";
export { inMemoryWorkspace, type SourceFile, type Workspace } from "./source/index.ts";
