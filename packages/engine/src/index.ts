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
export type { Language } from "./ir/index.ts";
export { type Catalog, readCatalog } from "./knowledge/index.ts";
export { pythonLanguage } from "./languages/python/index.ts";
export { callGraph, type PublicApi } from "./program/index.ts";
export { renderJson, renderMarkdown, renderSarif, renderText } from "./report/index.ts";
export { defaultReviewOptions, link, type Linked, type Phase, review, type ReviewOptions } from "./review.ts";
export { buildReport, defaultReportOptions, exitCode, type Report, type ReportOptions } from "./review/index.ts";
export { inMemoryWorkspace, type SourceFile, type Workspace } from "./source/index.ts";
