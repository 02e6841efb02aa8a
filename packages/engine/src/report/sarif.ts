/** The review as SARIF 2.1.0: what GitHub code scanning accepts, or all of the ledger. */
import type { CodeFlow, Invocation, Location, Log, Notification, ReportingDescriptor, Result, Run, ToolComponent } from "sarif";
import { type CodePlace, cweDate, cweName, cweVersion, identityVersion, isCweTop25, securitySeverity } from "../findings/index.ts";
import type { Finding, FindingStep, LedgerRow, Report, Rule } from "../review/index.ts";
import { pathUri, visible, visibleLines } from "./escape.ts";
import { jsonPieces } from "./json-text.ts";

export interface SarifOptions {
  /** Also the questions, proofs and open rows, as kinds review, pass and open; and detectors without a site. */
  readonly full: boolean;
  /** What a change did to the findings; without it no result says that it is new. */
  readonly baseline?: {
    /** By id of the finding. */
    readonly states: ReadonlyMap<string, "new" | "unchanged">;
    /** Findings of the base revision that are not among those of the report: gone, or not examined again. */
    readonly gone: readonly { readonly finding: Finding; readonly state: "absent" | "unchanged" }[];
  };
}

/** What GitHub takes: results and rules per run, locations per thread flow, tags per rule, notifications that are of use. */
export const sarifLimits = {
  resultsMax: 25_000,
  threadFlowLocationsMax: 1_000,
  codeFlowsMax: 5,
  tagsMax: 20,
  notificationsMax: 1_000,
  projectPagesMax: 100,
} as const;

/**
 * Renders a report as a SARIF log.
 *
 * @example
 * ```ts
 * JSON.parse(renderSarif(report)).runs[0].results.length;
 * ```
 * @public
 */
export const renderSarif = (report: Report, options: SarifOptions = { full: false }): string => [...renderSarifPieces(report, options)].join("");

/** The text of {@link renderSarif} in pieces of bounded size. */
export function* renderSarifPieces(report: Report, options: SarifOptions = { full: false }): Generator<string> {
  yield* jsonPieces(sarifLog(report, options));
  yield "\n";
}

/** Returns what {@link renderSarif} prints, as a value. */
export function sarifLog(report: Report, options: SarifOptions = { full: false }): Log {
  return {
    $schema: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
    version: "2.1.0",
    runs: [sarifRun(report, options)],
  };
}

function sarifRun(report: Report, options: SarifOptions): Run {
  const rules = report.rules.filter((rule) => rule.active);
  const taxa = [...new Set(rules.flatMap((rule) => [...rule.cwe, ...rule.broader]))].sort((left, right) => left - right);
  const index: Index = {
    rules: new Map(rules.map((rule, position) => [rule.id, position])),
    taxa: new Map(taxa.map((id, position) => [id, position])),
  };
  const all = resultsOf(report, index, options);
  const results = all.slice(0, sarifLimits.resultsMax);
  return {
    tool: { driver: driver(report, rules, index) },
    taxonomies: [cweTaxonomy(taxa)],
    columnKind: "utf16CodeUnits",
    originalUriBaseIds: { "%SRCROOT%": { description: { text: "The reviewed root." } } },
    invocations: [invocation(report, all.length - results.length)],
    results,
  };
}

/** Positions of rules and taxa, by id. */
interface Index {
  readonly rules: ReadonlyMap<string, number>;
  readonly taxa: ReadonlyMap<number, number>;
}

function driver(report: Report, rules: readonly Rule[], index: Index): ToolComponent {
  return {
    name: "warrant",
    semanticVersion: report.tool.version,
    version: report.tool.version,
    rules: rules.map((rule) => descriptor(rule, index)),
    notifications: [
      notificationKind("problem", "Something that was not looked at, or not in full."),
      notificationKind("project-page", "A catalog page of the reviewed project that was in force: it changes what is reported."),
      notificationKind("cut", "Part of the report does not fit the limits of the format; the JSON report has all of it."),
    ],
    supportedTaxonomies: [{ name: "CWE", index: 0 }],
  };
}

/** GitHub asks of these what it asks of rules. */
const notificationKind = (id: string, text: string): ReportingDescriptor => ({
  id,
  shortDescription: { text },
  fullDescription: { text },
  help: { text, markdown: text },
});

const levels = { critical: "error", high: "error", medium: "warning", low: "note" } as const;

function descriptor(rule: Rule, index: Index): ReportingDescriptor {
  const markdown = helpOf(rule);
  return {
    id: rule.id,
    name: rule.title.replace(/[^A-Za-z0-9]+(.)?/g, (_match, next: string | undefined) => (next ?? "").toUpperCase()),
    shortDescription: { text: visible(rule.title) },
    fullDescription: { text: visible(rule.summary) },
    help: { text: markdown.replace(/^#+ /gm, "").replace(/`/g, ""), markdown },
    defaultConfiguration: { level: levels[rule.severity] },
    properties: {
      tags: tagsOf(rule),
      precision: rule.shown ? "high" : "medium",
      "problem.severity": rule.severity === "low" ? "recommendation" : rule.severity === "medium" ? "warning" : "error",
      "security-severity": securitySeverity[rule.severity],
    },
    relationships: [...rule.cwe, ...rule.broader].map((id) => ({
      target: { id: String(id), index: index.taxa.get(id) ?? -1, toolComponent: { name: "CWE", index: 0 } },
      kinds: ["superset"],
    })),
  };
}

/** `security` first: without it GitHub shows no severity. Exact weaknesses only; broader ones are taxa. */
function tagsOf(rule: Rule): string[] {
  const cwe = rule.cwe.map((id) => `external/cwe/cwe-${String(id).padStart(3, "0")}`);
  const aliases = rule.aliases.map((alias) => visible(alias));
  const top = rule.cwe.some((id) => isCweTop25(id)) ? ["cwe-top-25"] : [];
  return ["security", ...cwe, ...top, ...aliases].slice(0, sarifLimits.tagsMax);
}

/** The page in its own order: what it says to a reader is the help. */
function helpOf(rule: Rule): string {
  const parts = [`# ${rule.title}`, rule.summary];
  for (const heading of ["Why it matters", "What to do", "Reported", "Not reported", "Limits"]) {
    const text = rule.sections[heading];
    if (text !== undefined && text.trim() !== "") parts.push(`## ${heading}`, text.trim());
  }
  return visibleLines(parts.join("\n\n"));
}

function cweTaxonomy(ids: readonly number[]): ToolComponent {
  return {
    name: "CWE",
    version: cweVersion,
    releaseDateUtc: cweDate,
    organization: "MITRE",
    informationUri: "https://cwe.mitre.org/data/index.html",
    shortDescription: { text: "The MITRE Common Weakness Enumeration" },
    isComprehensive: false,
    taxa: ids.map((id) => ({
      id: String(id),
      name: cweName(id) === "" ? `CWE-${id}` : cweName(id),
      shortDescription: { text: cweName(id) === "" ? `CWE-${id}` : cweName(id) },
      helpUri: `https://cwe.mitre.org/data/definitions/${id}.html`,
    })),
  };
}

function resultsOf(report: Report, index: Index, options: SarifOptions): Result[] {
  const { baseline } = options;
  const stateOf = (finding: Finding): Pick<Result, "baselineState"> => (baseline === undefined ? {} : { baselineState: baseline.states.get(finding.id) ?? "unchanged" });
  const results: Result[] = report.findings.map((finding) => ({ ...findingResult(finding, index, "fail"), ...stateOf(finding) }));
  for (const { finding, state } of baseline?.gone ?? []) results.push({ ...findingResult(finding, index, "fail"), baselineState: state });
  if (!options.full) return results;
  results.push(...report.questions.map((question) => findingResult(question, index, "review")));
  // Violated rows that the default output keeps back are for a person to look at; told ones are findings above.
  const told = new Set([...report.findings, ...report.questions].map((finding) => finding.id));
  for (const each of report.suppressed) told.add(each.finding.id);
  for (const row of report.obligations) if (!told.has(row.id)) results.push(rowResult(row, index));
  const examined = new Set(report.obligations.map((row) => row.detector));
  for (const rule of report.rules) {
    if (!rule.active || examined.has(rule.id)) continue;
    results.push({
      ...ruleReference(rule.id, index),
      kind: "notApplicable",
      level: "none",
      message: { text: `${visible(rule.title)}: the population was enumerated and is empty.` },
    });
  }
  return results;
}

/** In a SARIF message `[text](1)` is a link; text of the project must not become one. */
const messageText = (text: string): string => visible(text).replace(/\]\(/g, "] (");

const ruleReference = (id: string, index: Index) => ({ ruleId: id, ruleIndex: index.rules.get(id) ?? -1 });

function findingResult(finding: Finding, index: Index, kind: "fail" | "review"): Result {
  const related = relatedLocations(finding);
  return {
    ...ruleReference(finding.detector, index),
    kind,
    // A level other than "none" belongs to failures only.
    level: kind === "fail" ? levels[finding.severity] : "none",
    message: { text: messageText(finding.message) },
    locations: [{ ...location(finding), logicalLocations: [logical(finding.path, finding.function)] }],
    ...(related.length === 0 ? {} : { relatedLocations: related }),
    codeFlows: [finding.steps, ...finding.otherFlows].slice(0, sarifLimits.codeFlowsMax).map(codeFlow),
    partialFingerprints: {
      [`warrantIdentity/v${identityVersion}`]: finding.fingerprint,
      // GitHub tracks an alert by this key alone; ours withstands more than the hash of lines that it would compute.
      primaryLocationLineHash: finding.fingerprint,
    },
    taxa: finding.cwe.map((id) => ({ id: String(id), index: index.taxa.get(id) ?? -1, toolComponent: { name: "CWE", index: 0 } })),
    properties: {
      id: finding.id,
      severity: finding.severity,
      "security-severity": securitySeverity[finding.severity],
      severityRow: finding.severityRow.text,
      assumptions: [...finding.assumptions],
    },
  };
}

const rowKinds = { proven: "pass", open: "open", violated: "review" } as const satisfies Record<LedgerRow["verdict"], Result.kind>;

function rowResult(row: LedgerRow, index: Index): Result {
  return {
    ...ruleReference(row.detector, index),
    kind: rowKinds[row.verdict],
    level: "none",
    message: { text: messageText(`${row.sink}: ${row.verdict} (${row.reason.code}): ${row.reason.text}`) },
    locations: [{ ...location(row), logicalLocations: [logical(row.path, row.function)] }],
    partialFingerprints: { [`warrantIdentity/v${identityVersion}`]: row.fingerprint },
    properties: { id: row.id, reason: row.reason.code },
  };
}

const location = (place: CodePlace): Location => ({
  physicalLocation: {
    artifactLocation: { uri: pathUri(place.path), uriBaseId: "%SRCROOT%" },
    region: {
      startLine: place.line,
      startColumn: place.column,
      endLine: Math.max(place.line, place.endLine),
      // The format wants an end column past the start on the same line.
      endColumn: place.endLine <= place.line ? Math.max(place.column + 1, place.endColumn) : place.endColumn,
    },
  },
});

const logical = (path: string, name: string) => ({
  fullyQualifiedName: visible(`${path.replace(/\.[^./]*$/, "").replace(/\//g, ".")}.${name}`),
  kind: "function",
});

/** The source, so that a reader sees both ends without opening the flow. */
function relatedLocations(finding: Finding): Location[] {
  const source = finding.steps[0];
  if (finding.steps.length < 2) return [];
  return [
    { id: 1, ...location(source), message: { text: messageText(`Source: ${finding.source === "" ? source.text : finding.source}`) } },
  ];
}

/** A path longer than the limit keeps its beginning and its end. */
function codeFlow(steps: readonly FindingStep[]): CodeFlow {
  const most = sarifLimits.threadFlowLocationsMax;
  const half = most >> 1;
  const kept = steps.length <= most ? steps : [...steps.slice(0, half), ...steps.slice(steps.length - half)];
  return {
    threadFlows: [
      {
        locations: kept.map((step, position) => ({
          location: { ...location(step), message: { text: messageText(`${step.kind}: ${step.why}`) } },
          kinds: [step.kind],
          importance: position === 0 || position === kept.length - 1 ? ("essential" as const) : ("important" as const),
        })),
      },
    ],
  };
}

function invocation(report: Report, resultsCut: number): Invocation {
  const notes: Notification[] = [];
  if (resultsCut > 0) {
    notes.push(note("cut", "warning", `${resultsCut} results are left out: the format takes ${sarifLimits.resultsMax} per run.`));
  }
  const longest = Math.max(0, ...report.findings.map((finding) => finding.steps.length));
  if (longest > sarifLimits.threadFlowLocationsMax) {
    notes.push(note("cut", "warning", `The middle of paths with more than ${sarifLimits.threadFlowLocationsMax} steps is left out.`));
  }
  for (const path of report.tool.projectPages.slice(0, sarifLimits.projectPagesMax)) {
    notes.push({ ...note("project-page", "note", `Catalog page of this project, in force: ${path}`), locations: [problemLocation(path, undefined)] });
  }
  for (const reason of report.incompleteBecause) notes.push(note("problem", "error", `Incomplete: ${reason}`));
  const room = sarifLimits.notificationsMax - notes.length;
  for (const problem of report.problems.slice(0, Math.max(0, room))) {
    const level = problem.kind === "internal-error" ? "error" : problem.kind === "skipped" ? "note" : "warning";
    const place = problem.path === "" ? {} : { locations: [problemLocation(problem.path, problem.line)] };
    notes.push({ ...note("problem", level, `${problem.kind}: ${problem.message}`), ...place });
  }
  if (report.problems.length > room) notes.push(note("cut", "warning", "Further problems are in the JSON report."));
  return {
    executionSuccessful: report.complete && !report.internalError,
    toolExecutionNotifications: notes,
  };
}

/** The order of the kinds in the driver. */
const notificationKinds = ["problem", "project-page", "cut"];

const note = (id: string, level: "error" | "warning" | "note", text: string): Notification => ({
  descriptor: { id, index: notificationKinds.indexOf(id) },
  level,
  message: { text: messageText(text) },
});

const problemLocation = (path: string, line: number | undefined): Location => ({
  physicalLocation: {
    artifactLocation: { uri: pathUri(path), uriBaseId: "%SRCROOT%" },
    ...(line === undefined ? {} : { region: { startLine: line } }),
  },
});
