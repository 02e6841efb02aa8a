/**
 * The only door between the command and the engine: everything the command uses of it goes through here.
 */
import {
  callGraph, type Catalog, checkReview, type Difference, differenceForms, defaultReportOptions, defaultReviewOptions, type EntriesReport, examine, type FormOptions, type Language, type LedgerInput, link, mapEntries, type Problem, type PublicApi, pythonLanguage,
  renderEntries, renderEntriesCsv, renderEntriesJson, type Report, type ReportOptions, type ReviewedProject, review, reviewForms, type ReviewToCheck, type Style, type Verification,
  verificationForms, type Workspace,
} from "@warrant/engine";

export {
  Ledger, LedgerError, ledgerFormat, type LedgerInput, type LedgerSection, type LedgerSections, type LinePlace, openLedger, renderShown, renderTrace, renderWhy,
  saveLedger, trace, why,
  againstBaseline, type Baseline, baselineOf, baselineText, type ConfiguredSuppression, type Finding, gerritReview, readBaseline, readRemarks, type Remark, remarkMarkdown, type Remarks, remarksOf, remarksSummary,
  type Catalog, catalogFromJson, catalogToJson, changesData, compareReports, compareRevisions, cweName, type Detector, type Difference, exitCode, inMemoryWorkspace, jsonText,
  matchesSelector, type ObservedObligation, observeReport, packStubs, type PageProblem, type PageText, plainStyle, type Problem, type ProblemKind,
  type PublicApi, readCatalog, reviewLengthMax, renderChanges, type Report, type ReportChanges, type ReviewedProject, type RevisionFiles, runPage, type Severity, severityRank, StubPack, type Style,
  type StyleKind, suggestion, type Verification, type Workspace,
} from "@warrant/engine";

/** What a review is made from. */
export interface ReviewRequest {
  readonly workspace: Workspace;
  readonly catalog: Catalog;
  /** Product files, sorted; the rest of the workspace is data. All files of a language if absent. */
  readonly python?: readonly string[];
  readonly fileBytesMax?: number;
  /** What the host did not hand in, and why. */
  readonly problems?: readonly Problem[];
  readonly project?: ReviewedProject;
  readonly publicApi?: PublicApi;
  /** Follow test code as product code is; only what the product imports of it if absent. */
  readonly followTests?: boolean;
  readonly version?: string;
  /** Pages of the catalog that are the project's own. */
  readonly projectPages?: readonly string[];
  readonly report?: Partial<ReportOptions>;
  readonly onProgress?: (phase: string, done: number, total: number) => void;
}

/** What a phase of the engine is called on the status line. */
const phaseWords: Readonly<Record<string, string>> = {
  read: "reading", lower: "parsing", link: "linking", solve: "solving", report: "writing the review",
};

const languages = (): readonly Language[] => [pythonLanguage()];

/** Reviews a project. */
export function reviewProject(request: ReviewRequest): Report {
  return review(request.workspace, languages(), request.catalog, optionsOf(request));
}

/** Reviews a project and keeps what the review rests on. */
export function examineProject(request: ReviewRequest): LedgerInput {
  return examine(request.workspace, languages(), request.catalog, optionsOf(request));
}

/** Returns the call graph of a project, tests included: caller to callees, dotted names. */
export function callGraphOf(request: ReviewRequest): ReturnType<typeof callGraph> {
  return callGraph(link(request.workspace, languages(), request.catalog, { ...optionsOf(request), followTests: true }).program);
}

/** Maps the handlers of a project. */
export function mapEntriesOf(request: ReviewRequest): EntriesReport {
  return mapEntries(request.workspace, languages(), request.catalog, optionsOf(request));
}

/** Puts an authorisation map into one of its forms. */
export function renderEntriesAs(report: EntriesReport, format: string, style: Style): string {
  if (format === "json") return renderEntriesJson(report);
  return format === "csv" ? renderEntriesCsv(report) : renderEntries(report, style);
}

function optionsOf(request: ReviewRequest): typeof defaultReviewOptions {
  const onProgress = request.onProgress ?? (() => {});
  return {
    ...defaultReviewOptions,
    ...(request.python === undefined ? {} : { files: request.python }),
    fileBytesMax: request.fileBytesMax ?? defaultReviewOptions.fileBytesMax,
    problems: request.problems ?? [],
    project: request.project ?? defaultReviewOptions.project,
    followTests: request.followTests ?? defaultReviewOptions.followTests,
    publicApi: request.publicApi ?? defaultReviewOptions.publicApi,
    version: request.version ?? defaultReviewOptions.version,
    projectPages: request.projectPages ?? [],
    report: { ...defaultReportOptions, ...request.report },
    onProgress: (phase, done, total) => onProgress(phaseWords[phase] ?? phase, done, total),
  };
}

/** Names of the forms of a review, in the order in which help lists them. */
export const formNames: readonly string[] = reviewForms.map((form) => form.name);

/** Puts a report into the form of a name that is one of {@link formNames}: its text, in pieces. */
export function renderReport(report: Report, name: string, options: FormOptions): Iterable<string> {
  const form = reviewForms.find((each) => each.name === name);
  if (form === undefined) throw new Error(`there is no form ${name}`);
  return form.render(report, options);
}

/** Checks a review that someone else wrote against a project. */
export function checkReviewOf(request: ReviewRequest, given: ReviewToCheck): Verification {
  return checkReview(request.workspace, languages(), request.catalog, given, optionsOf(request));
}

/** Names of the forms of a checked review. */
export const verificationFormNames: readonly string[] = verificationForms.map((form) => form.name);

/** Puts a checked review into the form of a name that is one of {@link verificationFormNames}: its text, in pieces. */
export function renderVerification(verification: Verification, name: string, options: Pick<FormOptions, "style" | "quiet">): Iterable<string> {
  const form = verificationForms.find((each) => each.name === name);
  if (form === undefined) throw new Error(`there is no form ${name}`);
  return form.render(verification, options);
}

export const differenceFormNames: readonly string[] = differenceForms.map((form) => form.name);

/** Puts a difference into the form of a name that is one of {@link differenceFormNames}: its text, in pieces. */
export function renderDifference(difference: Difference, name: string, options: FormOptions): Iterable<string> {
  const form = differenceForms.find((each) => each.name === name);
  if (form === undefined) throw new Error(`there is no form ${name}`);
  return form.render(difference, options);
}
