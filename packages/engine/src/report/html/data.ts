/** What the page carries as JSON: details of findings, and tables that are made when they are opened. */
import { compareText } from "../../findings/index.ts";
import type { Finding, LedgerRow, Report, Rule } from "../../review/index.ts";
import { visible } from "../escape.ts";
import { entryText } from "../phrases.ts";
import { factId, inlinePlain, messageParts } from "../written/index.ts";

/** A table that the script makes: its head, and its rows as text. */
export interface LazyTable {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** Findings and questions that the page tells of; the JSON report has all. */
export const pageFindingsMax = 500;
const siblingsMax = 4;

/** Returns the data as JSON text that can stand in a script element. */
export function dataText(report: Report, tables: Readonly<Record<string, LazyTable>>): string {
  const siblings = siblingIndex(report.obligations);
  const rules = new Map(report.rules.map((rule) => [rule.id, rule]));
  const findings = [...report.findings, ...report.questions].slice(0, pageFindingsMax)
    .map((finding) => findingData(finding, rules.get(finding.detector), siblings));
  return embedded({ findings, tables });
}

/** JSON in which nothing ends the element that it stands in, and no invisible character stands raw. */
export const embedded = (value: unknown): string =>
  JSON.stringify(value).replace(/[<>&\u007f-\uffff]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);

function findingData(finding: Finding, rule: Rule | undefined, siblings: SiblingIndex) {
  const fact = (name: string, key: string, text: string) => ({ id: factId(finding.id, key), name, text: visible(text) });
  return {
    id: finding.id, path: visible(finding.path), line: finding.line, function: visible(finding.function), detector: finding.detector,
    summary: rule === undefined ? "" : visible(rule.summary),
    steps: finding.steps.map(({ path, line, endLine, kind, why, text }) => ({ path: visible(path), line, endLine, kind, why: visible(why), text: visible(text) })),
    excerpts: finding.excerpts.map(({ path, from, lines }) => ({ path: visible(path), from, lines: lines.map((line) => visible(line.replace(/\t/g, "    "))) })),
    facts: [
      fact("Severity and reach", "reach", finding.severityRow.text), fact("What to do (advice)", "fix", finding.fix),
      fact("What would change it", "change", finding.wouldChange),
      ...(finding.assumptions.length === 0 ? [] : [fact("Rests on", "rests", finding.assumptions.join(", "))]),
      ...(finding.otherFlows.length === 0 ? [] : [fact("Further ways here", "others", String(finding.otherFlows.length))]),
      ...(finding.notShown === "" ? [] : [fact("Below the default", "floor", finding.notShown)]),
    ],
    reached: finding.reachedFrom.map((entry) => `${entryText(entry)} at ${visible(entry.path)}:${entry.line}`),
    guards: guardsOf(finding),
    siblings: siblings(finding).map((row) => ({ id: row.id, place: `${visible(row.path)}:${row.line}`, function: visible(row.function), why: `${row.reason.code}: ${visible(row.reason.text)}` })),
  };
}

/** Checks on the way and why they are not enough; then what would have been. */
function guardsOf(finding: Finding): readonly string[] {
  const met = finding.steps.filter((step) => step.kind === "guard").map((step) => `${visible(step.path)}:${step.line} ${visible(step.text)}: ${visible(step.why)}; it does not make the value fine`);
  const accepted = /^one of these on every path: (.*); or /.exec(finding.wouldChange)?.[1];
  if (accepted === undefined) return met;
  return [...met, `${met.length === 0 ? "None stands on this way. " : ""}Each of these would be enough on every way: ${accepted}`];
}

type SiblingIndex = (finding: Finding) => readonly LedgerRow[];

/** Proven rows of the same weakness: of the same function first, then the same file, then the same sink. */
function siblingIndex(rows: readonly LedgerRow[]): SiblingIndex {
  const proven = new Map<string, LedgerRow[]>();
  for (const row of rows) {
    if (row.verdict !== "proven" || row.role !== "product") continue;
    const list = proven.get(row.detector);
    if (list === undefined) proven.set(row.detector, [row]);
    else list.push(row);
  }
  return (finding) => {
    const rank = (row: LedgerRow): number =>
      (row.path === finding.path ? 0 : 4) + (row.function === finding.function ? 0 : 1) + (row.sink === finding.sink ? 0 : 2);
    return (proven.get(finding.detector) ?? []).filter((row) => row.reason.code !== "unreachable" && row.reason.code !== "infeasible")
      .map((row) => [rank(row), row] as const).sort(([left, a], [right, b]) => left - right || compareText(a.path, b.path) || a.line - b.line)
      .slice(0, siblingsMax).map(([, row]) => row);
  };
}

/** The message of a finding as plain text. */
export const messageText = (finding: Finding, rule: Rule | undefined): string => inlinePlain(messageParts(finding, rule, (text) => ({ code: text })));
