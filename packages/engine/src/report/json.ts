/** The report as JSON, by the published schema `docs/schema/report-1.json`. Keys come in the order written here. */
import type { RowReason } from "../findings/index.ts";
import type { Finding, FindingStep, LedgerRow, Report } from "../review/index.ts";
import { visible } from "./escape.ts";
import { jsonPieces } from "./json-text.ts";

/** Version of the schema: the major number rises when a key goes away or changes its meaning. */
export const reportSchemaVersion = "1.1";

/**
 * Renders a report as JSON.
 *
 * @example
 * ```ts
 * JSON.parse(renderJson(report)).schema_version; // => "1.1"
 * ```
 * @public
 */
export const renderJson = (report: Report): string => [...renderJsonPieces(report)].join("");

/** The text of {@link renderJson} in pieces of bounded size. */
export function* renderJsonPieces(report: Report): Generator<string> {
  yield* jsonPieces(reportData(report));
  yield "\n";
}

/** Returns what {@link renderJson} prints, as a value. */
export function reportData(report: Report) {
  return {
    schema_version: reportSchemaVersion,
    tool: { ...report.tool, projectPages: report.tool.projectPages.map(visible) },
    project: report.project,
    complete: report.complete,
    incompleteBecause: report.incompleteBecause.map(visible),
    findings: report.findings.map(findingData),
    questions: report.questions.map(findingData),
    notShown: report.notShown,
    ...(report.baseline === undefined ? {} : { baseline: baselineData(report.baseline) }),
    suppressed: report.suppressed.map((each) => ({
      ...findingData(each.finding),
      suppression: {
        dialect: each.dialect,
        path: each.path,
        line: each.line,
        blanket: each.blanket,
        reason: visible(each.reason),
      },
    })),
    suppressions: report.suppressionNotes.map((note) => ({ ...note, message: visible(note.message) })),
    pillars: report.pillars,
    proofs: report.proofs,
    coverage: coverageData(report),
    blindSpots: blindSpotData(report),
    problems: report.problems.map((problem) => ({
      kind: problem.kind,
      path: problem.path,
      ...(problem.line === undefined ? {} : { line: problem.line }),
      message: visible(problem.message),
    })),
    assumptions: report.assumptions.map(({ id, text }) => ({ id, text })),
    rules: report.rules.map((rule) => ({
      id: rule.id,
      title: rule.title,
      summary: rule.summary,
      cwe: rule.cwe,
      broader: rule.broader,
      severity: rule.severity,
      aliases: rule.aliases,
      active: rule.active,
    })),
    obligations: report.obligations.map(rowData),
  };
}

export function findingData(finding: Finding) {
  return {
    id: finding.id,
    fingerprint: finding.fingerprint,
    kind: finding.kind,
    detector: finding.detector,
    title: finding.title,
    cwe: finding.cwe,
    severity: finding.severity,
    severityRow: finding.severityRow,
    path: finding.path,
    line: finding.line,
    column: finding.column,
    endLine: finding.endLine,
    endColumn: finding.endColumn,
    function: finding.function,
    message: visible(finding.message),
    source: visible(finding.source),
    sourceKind: finding.sourceKind,
    sink: visible(finding.sink),
    subject: visible(finding.subject),
    steps: finding.steps.map(stepData),
    otherFlows: finding.otherFlows.map((flow) => flow.map(stepData)),
    reachedFrom: finding.reachedFrom.map((entry) => ({ ...entry, route: visible(entry.route) })),
    fix: { kind: "advice", text: visible(finding.fix) },
    wouldChange: visible(finding.wouldChange),
    assumptions: finding.assumptions,
    role: finding.role,
    shown: finding.notShown === "",
    notShown: visible(finding.notShown),
  };
}

/** What a baseline holds, told in short: its findings were told of when it was written. */
const baselineData = ({ name, known, gone }: NonNullable<Report["baseline"]>) => ({
  name: visible(name),
  known: known.map(({ id, fingerprint, detector, severity, path, line }) => ({ id, fingerprint, detector, severity, path, line })),
  gone,
});

const stepData = (step: FindingStep) => ({
  path: step.path,
  line: step.line,
  column: step.column,
  endLine: step.endLine,
  endColumn: step.endColumn,
  kind: step.kind,
  text: visible(step.text),
  why: visible(step.why),
});

export const reasonData = (reason: RowReason) => ({
  code: reason.code,
  text: visible(reason.text),
  ...(reason.path === undefined ? {} : { path: reason.path }),
  ...(reason.line === undefined ? {} : { line: reason.line }),
});

export const rowData = (row: LedgerRow) => ({
  id: row.id,
  fingerprint: row.fingerprint,
  detector: row.detector,
  cwe: row.cwe,
  path: row.path,
  line: row.line,
  column: row.column,
  endLine: row.endLine,
  function: row.function,
  verdict: row.verdict,
  reason: reasonData(row.reason),
  ...(row.reasons.length < 2 ? {} : { moreReasons: row.reasons.slice(1).map(reasonData) }),
  sink: visible(row.sink),
  subject: visible(row.subject),
  role: row.role,
  assumptions: row.assumptions,
});

function coverageData(report: Report) {
  const { files, calls, entries, ...rest } = report.coverage;
  return {
    files: {
      analysed: files.analysed,
      partial: files.partial,
      skipped: files.skipped.map((each) => ({ path: each.path, reason: visible(each.reason) })),
      partialPaths: files.partialPaths,
      lines: files.lines,
      test: files.test,
      testNotFollowed: files.testNotFollowed,
    },
    calls: {
      project: calls.project,
      external: calls.external,
      builtin: calls.builtin,
      derived: calls.derived,
      unresolved: calls.unresolved,
      byReason: calls.byReason,
    },
    entries,
    unmodelled: rest.unmodelled.map((each) => ({ name: visible(each.name), calls: each.calls })),
    unmodelledTotal: rest.unmodelledTotal,
    functions: rest.functions,
    functionsWithoutCaller: rest.functionsWithoutCaller,
    budgets: rest.budgets.map(visible),
  };
}

function blindSpotData({ blindSpots: spots }: Report) {
  return {
    frontier: spots.frontier.map((row) => ({
      name: visible(row.name), calls: row.calls, receiving: row.receiving, closes: row.closes, blocks: row.blocks,
      keptBack: row.keptBack, path: row.path, line: row.line,
    })),
    frontierTotal: spots.frontierTotal,
    unresolved: spots.unresolved.map((row) => ({ name: visible(row.name), reason: row.reason, calls: row.calls, receiving: row.receiving })),
    unresolvedTotal: spots.unresolvedTotal,
    open: spots.open,
    budgets: spots.budgets.map((row) => ({ budget: visible(row.budget), rows: row.rows })),
  };
}
