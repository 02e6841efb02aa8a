/** The review for a terminal: one block per finding in the manner of Ruff, then the figures. */
import { plural, type Finding, type Report } from "../review/index.ts";
import { blindSpotLines } from "./blind-spots.ts";
import { visible } from "./escape.ts";
import { entryText, recordText, unfollowedText } from "./phrases.ts";
import { plainStyle, type Style } from "./style.ts";
import { itemLines, openSentences, pageColumnsMax, plainMedium, provenSentences, type Sentence } from "./written/index.ts";

export interface TextOptions {
  readonly style: Style;
  /** Findings and one line of figures only. */
  readonly quiet: boolean;
}

export const defaultTextOptions: TextOptions = { style: plainStyle, quiet: false };

/** Steps printed per finding; of a longer path the ends are kept. */
export const textStepsMax = 12;

/** Limits printed; all of them are in the JSON report. */
export const textLimitsMax = 20;

/**
 * Renders a report as text for a terminal.
 *
 * @example
 * ```ts
 * renderText(report); // => "app.py:7:5: CWE-89 sql-injection [F-1a2b3c4d] …"
 * ```
 * @public
 */
export function renderText(report: Report, options: TextOptions = defaultTextOptions): string {
  const { style } = options;
  const lines: string[] = [];
  for (const finding of [...report.findings, ...report.questions]) {
    lines.push(...findingLines(finding, style), "");
  }
  if (!options.quiet) {
    lines.push(...pillarLines(report, style), "");
    for (const note of report.suppressionNotes) {
      lines.push(`${style("path", `${visible(note.path)}:${note.line}`)}: ${note.state} suppression: ${visible(note.message)}`);
    }
    for (const each of report.suppressed) {
      const reason = each.reason === "" ? "no reason given" : visible(each.reason);
      const place = style("path", `${visible(each.path)}:${each.line}`);
      lines.push(`${place}: ${each.dialect} silences ${each.finding.detector} ${style("id", `[${each.finding.id}]`)}: ${reason}`);
    }
    if (report.suppressionNotes.length + report.suppressed.length > 0) lines.push("");
  }
  if (!options.quiet) lines.push(...ledgerLines(report, style), ...blindLines(report, style), ...limitLines(report, style));
  lines.push(...summaryLines(report, style));
  return `${lines.join("\n")}\n`;
}

/** One finding: what and where, the way to it, severity, advice. */
export function findingLines(finding: Finding, style: Style): string[] {
  const cwe = finding.cwe.map((id) => `CWE-${id}`).join(" ");
  const place = style("path", `${visible(finding.path)}:${finding.line}:${finding.column}`);
  const rule = style(finding.severity, `${cwe} ${finding.detector}`);
  const lines = [`${place}: ${rule} ${style("id", `[${finding.id}]`)} ${visible(finding.message)}`];
  const steps = finding.steps;
  const head = steps.length > textStepsMax ? Math.ceil(textStepsMax / 2) : steps.length;
  const tailFrom = steps.length > textStepsMax ? steps.length - Math.floor(textStepsMax / 2) : steps.length;
  const width = String(steps.length).length;
  steps.forEach((step, index) => {
    if (index === head) lines.push(`  ${style("muted", `… ${plural(tailFrom - head, "step")} left out here; the JSON report has them`)}`);
    if (index >= head && index < tailFrom) return;
    const number = style("number", String(index + 1).padStart(width));
    const where = style("path", `${visible(step.path)}:${step.line}:${step.column}`);
    lines.push(`  ${number} ${where}  ${style("code", visible(step.text))}`);
    lines.push(`  ${" ".repeat(width)} ${style("why", `${step.kind}: ${visible(step.why)}`)}`);
  });
  const severity = style(finding.severity, `severity: ${finding.severity}`);
  lines.push(`  ${severity} (${visible(finding.severityRow.text)})`);
  if (finding.reachedFrom.length > 0) lines.push(`  reached from: ${finding.reachedFrom.map(entryText).join("; ")}`);
  if (finding.fix !== "") lines.push(`  fix (advice): ${visible(finding.fix)}`);
  if (finding.notShown !== "") lines.push(`  below the default: ${visible(finding.notShown)}`);
  return lines;
}

/** Populations and blockers printed; all of them are in the JSON report. */
export const textLedgerMax = 6;

/** What is proven, what is open and what closes it, and what every verdict rests on, in the words of the written review. */
function ledgerLines(report: Report, style: Style): string[] {
  const medium = plainMedium(pageColumnsMax);
  const list = (title: string, all: readonly Sentence[]): string[] => {
    if (all.length === 0) return [];
    const rest = all.length - textLedgerMax;
    return [
      style("heading", title), ...all.slice(0, textLedgerMax).flatMap((said) => itemLines(medium, said)),
      ...(rest > 0 ? [style("muted", `  ${rest} more in the JSON report`)] : []), "",
    ];
  };
  return [...list("Proven", provenSentences(report)), ...list("Unresolved", openSentences(report))];
}

/** Lines of each kind of blind spot; all of them are in the JSON report. */
export const textBlindSpotsMax = 5;

/** What the review cannot see, and what would change that. */
function blindLines(report: Report, style: Style): string[] {
  const lines = blindSpotLines(report, textBlindSpotsMax).map(({ id, subject, place, text }) => {
    const about = subject === "" ? "" : ` ${style("code", visible(subject))}`;
    return `${style("id", id)}${about}: ${visible(text)}${place === "" ? "" : ` (${style("path", visible(place))})`}`;
  });
  return lines.length === 0 ? lines : [...lines, ""];
}

/** What was not looked at, or not in full, one line each. */
function limitLines(report: Report, style: Style): string[] {
  const lines = report.limits.slice(0, textLimitsMax).map((limit) => {
    const place = limit.path === "" ? "" : ` ${visible(limit.path)}${limit.line === undefined ? "" : `:${limit.line}`}`;
    return `${style("id", limit.id)} ${limit.kind}${style("path", place)}: ${visible(limit.text)}`;
  });
  const rest = report.limits.length - lines.length;
  if (rest > 0) lines.push(style("muted", `${plural(rest, "limit")} more in the JSON report`));
  return lines.length === 0 ? lines : [...lines, ""];
}

function pillarLines(report: Report, style: Style): string[] {
  const header = ["pillar", "verdict", "find", "quest", "open", "proven", "because"];
  const rows = report.pillars.map((pillar) => [
    `CWE-${pillar.cwe}`,
    pillar.verdict,
    String(pillar.findings),
    String(pillar.questions),
    String(pillar.open),
    String(pillar.proven),
    pillar.because,
  ]);
  const widths = header.map((cell, column) => Math.max(cell.length, ...rows.map((row) => row[column].length)));
  const print = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => (isFigure(column) ? cell.padStart(widths[column]) : cell.padEnd(widths[column])))
      .join("  ")
      .trimEnd();
  return [style("heading", print(header)), ...rows.map(print)];
}

const isFigure = (column: number): boolean => column >= 2 && column <= 5;

/** What a baseline held back, so that "0 findings" is not read as none. */
export const baselineText = ({ baseline }: Report): string => (baseline === undefined ? "" : `, ${baseline.known.length} held by the baseline`);

/** The figures, coverage and what keeps the review from being complete: printed whatever else is. */
function summaryLines(report: Report, style: Style): string[] {
  const { files, calls, entries } = report.coverage;
  const found = report.findings.length;
  const rows = report.obligations.filter((row) => row.role === "product");
  const count = (verdict: string): number => rows.filter((row) => row.verdict === verdict).length;
  const lines = [
    `${style(found > 0 ? "high" : "good", plural(found, "finding"))}, ${plural(report.questions.length, "question")}; ` +
      `${plural(rows.length, "site")} examined: ${count("violated")} violated, ${count("proven")} proven, ${count("open")} open` +
      `; ${report.suppressed.length} suppressed, ${report.notShown} not shown${baselineText(report)}`,
    `${plural(files.analysed, "file")} (${plural(files.lines, "line")}) analysed, ${files.partial} in part, ` +
      `${files.skipped.length} skipped${unfollowedText(files)}; calls: ${calls.project} project, ${calls.external} external, ` +
      `${calls.builtin} builtin, ${calls.derived} derived, ${calls.unresolved} unresolved`,
    `entry points: ${recordText(entries)}`,
  ];
  const { projectPages } = report.tool;
  if (projectPages.length > 0) lines.push(visible(`pages of this project in force: ${projectPages.join(", ")}`));
  for (const reason of report.incompleteBecause) lines.push(style("high", `incomplete: ${visible(reason)}`));
  return lines;
}
