/** Puts a review together from the results of the pipe. */
import type { EntryAccess } from "../access/index.ts";
import type { Problem } from "../base/index.ts";
import { collect, compareText, type ConfiguredSuppression, type FileComments, type Finding, matchesSelector, severityRank, suppress } from "../findings/index.ts";
import type { Catalog, Detector, Severity } from "../knowledge/index.ts";
import type { Obligation } from "../obligations/index.ts";
import type { Program } from "../program/index.ts";
import { roleOf } from "../source/index.ts";
import { assumptions } from "./assumption.ts";
import { blindSpotsOf } from "./blind-spots.ts";
import { completenessOf } from "./completeness.ts";
import { analysedPaths, coverageOf, noUnfollowed, type UnfollowedTests } from "./coverage.ts";
import { entryRows } from "./entries.ts";
import { openGroups, proofsOf } from "./ledger.ts";
import { pillarOf, pillarTable } from "./pillar.ts";
import type { Limit, Report, ReviewedProject, Rule } from "./report.ts";

/** What is shown, and how. Changes no verdict. */
export interface ReportOptions {
  /** Also show what is below the precision floor and what is in test code. */
  readonly all: boolean;
  /** Lowest severity shown. */
  readonly severity: Severity;
  /** Ids, `CWE-89`, `B608`: only these are shown, if any are given. */
  readonly select: readonly string[];
  readonly ignore: readonly string[];
  /** Honour suppression comments. */
  readonly honourSuppressions: boolean;
  /** What the configuration silences. */
  readonly suppressions: readonly ConfiguredSuppression[];
  /** `YYYY-MM-DD`, for suppressions that end on a day; "" ends none. */
  readonly today: string;
  /** Holds for lines that the reviewed change added. Absent: nothing was added. */
  readonly isAdded?: (path: string, line: number) => boolean;
}

export const defaultReportOptions: ReportOptions = {
  all: false,
  severity: "low",
  select: [],
  ignore: [],
  honourSuppressions: true,
  suppressions: [],
  today: "",
};

/** What a review is made of. */
export interface ReportInput {
  readonly version: string;
  readonly project: ReviewedProject;
  readonly program: Program;
  readonly catalog: Catalog;
  /** Pages of the catalog that are the reviewed project's own. */
  readonly projectPages?: readonly string[];
  readonly obligations: readonly Obligation[];
  readonly problems: readonly Problem[];
  readonly comments: readonly FileComments[];
  /** The authorisation map of the program, if it was made. */
  readonly access?: readonly EntryAccess[];
  /** Test code that is no part of the program. */
  readonly unfollowed?: UnfollowedTests;
  /** Tells test files among paths that were not read; they do not make a review incomplete. Absent: {@link roleOf}. */
  readonly isTest?: (path: string) => boolean;
  readonly options: ReportOptions;
}

/**
 * Builds a report. Pure: the same input gives the same report.
 *
 * @example
 * ```ts
 * const report = buildReport({ ...results, options: defaultReportOptions });
 * ```
 * @public
 */
export function buildReport(input: ReportInput): Report {
  const { program, catalog, options } = input;
  const off = new Set(catalog.detectors.filter((each) => !isActive(each, options)).map((each) => each.id));
  const problems = sortProblems(input.problems);
  const collected = collect({
    program,
    catalog,
    obligations: input.obligations.filter((each) => !off.has(each.detector)),
    all: options.all,
  });
  const judged = suppress({
    program,
    catalog,
    findings: collected.findings,
    comments: input.comments,
    options: {
      today: options.today, honour: options.honourSuppressions, configured: options.suppressions,
      off, isPart: options.select.length > 0 || input.project.folder !== undefined, ...addedOf(options),
    },
  });
  const shown = judged.kept.filter((finding) => isShown(finding, options));
  const unfollowed = input.unfollowed ?? noUnfollowed;
  const analysed = analysedPaths(program, unfollowed);
  const completeness = completenessOf({ problems, analysedPaths: analysed, isTest: input.isTest ?? ((path) => roleOf(path) === "test") });
  const suppressed = judged.suppressed.filter((each) => isShown(each.finding, options));
  return {
    tool: { name: "warrant", version: input.version, catalog: catalog.digest, projectPages: input.projectPages ?? [] },
    project: input.project,
    rules: catalog.detectors.map((each) => ruleOf(each, !off.has(each.id))),
    findings: shown.filter((finding) => finding.kind === "finding"),
    questions: shown.filter((finding) => finding.kind === "question"),
    notShown: judged.kept.length - shown.length,
    suppressed,
    suppressionNotes: judged.notes,
    obligations: collected.rows,
    pillars: pillarTable({
      detectors: catalog.detectors,
      findings: shown,
      suppressed: suppressed.map((each) => each.finding),
      rows: collected.rows,
      hasRun: analysed.size > 0,
      off,
    }),
    proofs: proofsOf(catalog.detectors, collected.rows),
    openGroups: openGroups(collected.rows),
    coverage: coverageOf(program, problems, unfollowed),
    blindSpots: blindSpotsOf(program, input.obligations.filter((each) => !off.has(each.detector))),
    problems,
    limits: problems.map(limitOf),
    assumptions,
    entries: entryRows(program, input.access ?? []),
    complete: completeness.complete,
    incompleteBecause: completeness.reasons,
    internalError: completeness.internalError,
  };
}

const addedOf = (options: ReportOptions) => (options.isAdded === undefined ? {} : { isAdded: options.isAdded });

function isActive(detector: Detector, options: ReportOptions): boolean {
  if (options.ignore.some((selector) => matchesSelector(detector, selector))) return false;
  return options.select.length === 0 || options.select.some((selector) => matchesSelector(detector, selector));
}

const isShown = (finding: Finding, options: ReportOptions): boolean =>
  finding.shown && severityRank(finding.severity) <= severityRank(options.severity);

const ruleOf = (detector: Detector, active: boolean): Rule => ({
  id: detector.id,
  title: detector.title,
  summary: detector.summary,
  cwe: detector.cwe,
  broader: detector.broader,
  pillar: pillarOf(detector),
  severity: detector.severity,
  aliases: detector.aliases,
  message: detector.message,
  shown: detector.shown,
  reports: detector.reports,
  sections: detector.sections,
  active,
});

/** Problems come from several stages; their order is by place, not by stage. */
function sortProblems(problems: readonly Problem[]): readonly Problem[] {
  return [...problems].sort(
    (left, right) =>
      compareText(left.path, right.path) ||
      (left.line ?? 0) - (right.line ?? 0) ||
      compareText(left.kind, right.kind) ||
      compareText(left.message, right.message),
  );
}

const limitOf = (problem: Problem, index: number): Limit => ({
  id: `L-${index + 1}`,
  kind: problem.kind,
  path: problem.path,
  ...(problem.line === undefined ? {} : { line: problem.line }),
  text: problem.message,
});
