/** The written review: one page of Markdown, or all of it. */
import { fillMessage } from "../findings/index.ts";
import { openWords, plural, provenWords, type Finding, type Pillar, type Report, type Rule } from "../review/index.ts";
import { blindSpotLines } from "./blind-spots.ts";
import { markdownCode, markdownText, visible } from "./escape.ts";
import { entryText, recordText, unfollowedText } from "./text.ts";

export interface MarkdownOptions {
  /** Print everything; otherwise one page, with the cut stated. */
  readonly full: boolean;
}

/** The page: about 80 lines of about 120 columns. */
export const pageLinesMax = 80;
export const pageColumnsMax = 120;
/** Findings that are printed even when the rest of the page leaves no room for them. */
const pageFindingsMin = 3;
const linesPerFinding = 6;

const caps = { human: 3, proven: 6, unresolved: 4, blind: 4, limits: 4 };

/**
 * Renders a report as the written review.
 *
 * @example
 * ```ts
 * renderMarkdown(report, { full: false }).split("\n").length <= 82; // => true
 * ```
 * @public
 */
export function renderMarkdown(report: Report, options: MarkdownOptions = { full: false }): string {
  const cut = <Item>(items: readonly Item[], most: number): readonly Item[] => (options.full ? items : items.slice(0, most));
  const head = [...headLines(report, options), ...pillarLines(report)];
  const tail = [
    ...section("For a human", humanLines(report), cut, caps.human),
    ...section("Proven", provenLines(report), cut, caps.proven),
    ...section("Unresolved", unresolvedLines(report), cut, caps.unresolved),
    ...section("Blind spots", blindLines(report, options), cut, caps.blind),
    ...section(
      "Assumptions",
      report.assumptions.map((each) => `- ${each.id}: ${visible(each.text)}`),
      cut,
      report.assumptions.length,
    ),
    ...section("Limits", limitLines(report), cut, caps.limits),
    ...(options.full ? section("Ledger", report.obligations.map(ledgerLine), cut, 0) : []),
  ];
  const findings = findingSection(report, options, pageLinesMax - head.length - tail.length - 4);
  return `${[...head, ...findings, ...tail].join("\n")}\n`;
}

/** As many findings in full as fit when every other one gets a line of its own; of more than fit, the cut is stated. */
function findingSection(report: Report, options: MarkdownOptions, room: number): string[] {
  const all = report.findings;
  const lines = ["", `## Findings (${all.length})`];
  if (all.length === 0) lines.push("- E-findings: 0 shown; the table above gives what was examined.");
  const fitting = Math.floor((room - all.length) / (linesPerFinding - 1));
  const inFull = options.full ? all.length : Math.min(all.length, Math.max(pageFindingsMin, fitting));
  const inBrief = options.full ? 0 : Math.min(all.length - inFull, Math.max(0, room - inFull * linesPerFinding));
  const rules = new Map(report.rules.map((rule) => [rule.id, rule]));
  for (const finding of all.slice(0, inFull)) lines.push(...findingLines(finding, rules.get(finding.detector), options));
  if (inBrief > 0) lines.push("");
  for (const finding of all.slice(inFull, inFull + inBrief)) lines.push(briefLine(finding));
  const rest = all.length - inFull - inBrief;
  if (rest > 0) lines.push(`- ${plural(rest, "finding")} more in the full report (\`--format json\`).`);
  return lines;
}

const briefLine = (finding: Finding): string =>
  `- ${finding.id} ${finding.severity}, CWE-${finding.cwe[0]} ${markdownText(finding.title)}: ${markdownCode(`${finding.path}:${finding.line}:${finding.column}`)}`;

type Cut = <Item>(items: readonly Item[], most: number) => readonly Item[];

function section(title: string, lines: readonly string[], cut: Cut, most: number): string[] {
  const shown = cut(lines, most);
  const rest = lines.length - shown.length;
  const more = rest === 0 ? [] : [`- ${plural(rest, "line")} more in the full report.`];
  return ["", `## ${title}`, ...(shown.length === 0 ? ["- none"] : shown), ...more];
}

function headLines(report: Report, options: MarkdownOptions): string[] {
  const { files, calls, entries } = report.coverage;
  const revision = report.project.revision === "" ? "" : ` at ${markdownCode(report.project.revision)}`;
  const state = report.complete ? "complete" : `incomplete (${plural(report.incompleteBecause.length, "reason")} under Limits)`;
  return [
    `# Security review of ${markdownCode(report.project.name)}${revision}`,
    `warrant ${report.tool.version}, catalog ${report.tool.catalog.slice(0, 12)}. E-files: ${plural(files.analysed, "file")}, ` +
      `${plural(files.lines, "line")} examined, ${files.partial} in part, ${files.skipped.length} skipped${unfollowedText(files)}; ${state}.`,
    `E-calls: ${calls.project} project, ${calls.external} external, ${calls.builtin} builtin, ${calls.derived} derived, ` +
      `${calls.unresolved} unresolved. E-entries: ${recordText(entries)}.`,
    ...pageLine(report, options),
  ];
}

/** Pages of the project decide with the catalog, so a reader must see that they were there. */
function pageLine(report: Report, options: MarkdownOptions): string[] {
  const { projectPages } = report.tool;
  if (projectPages.length === 0) return [];
  const named = projectPages.slice(0, options.full ? projectPages.length : 3);
  const rest = projectPages.length - named.length;
  const list = named.map((path) => markdownCode(options.full ? path : clip(path, 50))).join(", ");
  return [`E-pages: ${plural(projectPages.length, "catalog page")} of this project in force: ${list}${rest > 0 ? ` and ${rest} more` : ""}.`];
}

function pillarLines(report: Report): string[] {
  return [
    "",
    "| pillar | verdict | finding/question/open/proven | because |",
    "|---|---|---|---|",
    ...report.pillars.map((pillar) => pillarLine(pillar)),
  ];
}

/** Longest name of a pillar on the page; one of the ten is longer. */
const pillarNameMax = 52;

function pillarLine(pillar: Pillar): string {
  const figures = `${pillar.findings}/${pillar.questions}/${pillar.open}/${pillar.proven}`;
  const start = `| ${pillar.id} ${clip(pillar.name, pillarNameMax)} | ${pillar.verdict} | ${figures} | `;
  return `${start}${clip(pillar.because, Math.max(30, pageColumnsMax - start.length - 2))} |`;
}

/** Six lines: heading, what and where, path, reach, fix, what would change the verdict. */
function findingLines(finding: Finding, rule: Rule | undefined, options: MarkdownOptions): string[] {
  const cwe = finding.cwe.map((id) => `CWE-${id}`).join(", ");
  const wide = options.full ? Number.MAX_SAFE_INTEGER : pageColumnsMax;
  const wrap = (text: string): string => markdownCode(clip(text, options.full ? 200 : 40));
  const values = { source: finding.source, sink: finding.sink, subject: finding.subject, function: finding.function };
  const message = rule === undefined ? markdownText(finding.message) : fillMessage(rule.message, values, wrap, markdownText);
  const lines = [
    `### ${finding.id} ${finding.severity}, ${cwe}: ${markdownText(finding.title)}`,
    `- ${markdownCode(`${finding.path}:${finding.line}:${finding.column}`)} in ${wrap(finding.function)}: ${message}${message.endsWith("?") ? "" : "."}`,
    `- Path: ${pathText(finding, wide - 8)}`,
    `- Reach: ${reachText(finding, wide - 9)}`,
    `- Fix (advice): ${pageText(clip(finding.fix === "" ? "see the page of the rule" : finding.fix, wide - 17))}`,
    `- Changes when: ${clip(markdownText(finding.wouldChange), wide - 16)}`,
  ];
  if (!options.full) return lines;
  finding.steps.forEach((step, index) => {
    const place = markdownCode(`${step.path}:${step.line}:${step.column}`);
    lines.push(`  ${index + 1}. ${place} ${markdownCode(step.text)} (${step.kind}: ${markdownText(step.why)})`);
  });
  return lines;
}

/** The steps on one line; when they do not fit, the middle is left out and counted. */
function pathText(finding: Finding, columns: number): string {
  const steps = finding.steps.map((step) => `${markdownCode(`${step.path}:${step.line}`)} ${step.kind}`);
  const whole = steps.join(" → ");
  if (whole.length <= columns || steps.length <= 2) return whole;
  const first = steps[0];
  const last = steps[steps.length - 1];
  let kept = first;
  let index = 1;
  while (index < steps.length - 1 && kept.length + steps[index].length + last.length + 20 <= columns) {
    kept += ` → ${steps[index]}`;
    index++;
  }
  const left = steps.length - 1 - index;
  return `${kept}${left === 0 ? "" : ` → (${plural(left, "step")})`} → ${last}`;
}

function reachText(finding: Finding, columns: number): string {
  const row = visible(finding.severityRow.text);
  if (finding.reachedFrom.length === 0) return `${row}.`;
  const more = finding.reachedFrom.length > 1 ? ` and ${finding.reachedFrom.length - 1} more` : "";
  const room = Math.max(24, columns - row.length - more.length - 10);
  return `${row}; from ${markdownCode(clip(entryText(finding.reachedFrom[0]), room))}${more}.`;
}

/** Text of a catalog page: its code spans stay, everything else is text. A reviewed project may bring its own pages. */
const pageText = (text: string): string =>
  text
    .split(/(`[^`\n]+`)/)
    .map((part) => (/^`[^`]+`$/.test(part) ? markdownCode(part.slice(1, -1)) : markdownText(part)))
    .join("");

/** Returns a text of at most `most` characters, cut with `…` at the end. The cut never leaves half an escape. */
function clip(text: string, most: number): string {
  if (text.length <= most) return text;
  const cut = text
    .slice(0, Math.max(1, most - 1))
    .replace(/[\ud800-\udbff]$/, "")
    .replace(/\\+$/, "");
  return `${cut}…`;
}

function humanLines(report: Report): string[] {
  const lines = report.questions.map((question) => {
    const place = markdownCode(`${question.path}:${question.line}`);
    return `- ${question.id} ${question.severity}, CWE-${question.cwe[0]} at ${place}: ${markdownText(question.message)}`;
  });
  for (const each of report.suppressed) {
    const place = markdownCode(`${each.finding.path}:${each.line}`);
    const reason = each.reason === "" ? "no reason given" : `reason: ${markdownCode(clip(each.reason, 60))}`;
    lines.push(`- ${each.finding.id} ${each.finding.detector} silenced by ${each.dialect} at ${place}; ${reason}`);
  }
  for (const note of report.suppressionNotes) {
    lines.push(`- E-suppression: ${markdownCode(`${note.path}:${note.line}`)} ${note.state}: ${markdownText(note.message)}`);
  }
  if (report.notShown > 0) lines.push(`- E-floor: ${plural(report.notShown, "finding")} kept back; \`--all\` shows them.`);
  return lines;
}

function provenLines(report: Report): string[] {
  return report.proofs
    .filter((proof) => proof.proven > 0)
    .map((proof) => {
      const reasons = proof.byReason.map(({ code, count }) => `${count} ${provenWords[code] ?? code}`).join(", ");
      const rest = [proof.violated > 0 ? `${proof.violated} violated` : "", proof.open > 0 ? `${proof.open} open` : ""].filter(
        (part) => part !== "",
      );
      const tail = rest.length === 0 ? "" : `; ${rest.join(", ")}`;
      return `- ${proof.id} ${markdownText(proof.population)}: ${proof.proven} of ${plural(proof.examined, "site")} hold: ${reasons}${tail}`;
    });
}

function unresolvedLines(report: Report): string[] {
  return report.openGroups.map((group) => {
    const others = group.count === 1 ? "" : ` and ${group.count - 1} more`;
    const place = markdownCode(`${group.path}:${group.line}`);
    const what = openWords[group.code]?.blocker ?? group.code;
    const detail = group.blocker === "" ? "" : ` (${markdownCode(clip(group.blocker, 50))})`;
    return `- ${group.id}${others} at ${place}: ${what}${detail}; closed by ${group.close}`;
  });
}

/** On the page the two first of each kind; what closes most comes first. */
function blindLines(report: Report, options: MarkdownOptions): string[] {
  return blindSpotLines(report, options.full ? Number.MAX_SAFE_INTEGER : 2).map(({ id, subject, place, text }) => {
    const about = subject === "" ? "" : ` ${markdownCode(clip(subject, 50))}`;
    return `- ${id}${about}${place === "" ? "" : ` at ${markdownCode(place)}`}: ${markdownText(text)}`;
  });
}

function ledgerLine(row: Report["obligations"][number]): string {
  const place = markdownCode(`${row.path}:${row.line}`);
  return `- ${row.id} ${row.detector} at ${place} in ${markdownCode(row.function)}: ${row.verdict} (${row.reason.code}: ${markdownText(row.reason.text)})`;
}

function limitLines(report: Report): string[] {
  const lines = report.incompleteBecause.map((reason) => `- E-incomplete: ${markdownText(clip(visible(reason), 100))}`);
  for (const limit of report.limits) {
    const place = limit.path === "" ? "" : ` ${markdownCode(limit.line === undefined ? limit.path : `${limit.path}:${limit.line}`)}`;
    lines.push(`- ${limit.id} ${limit.kind}${place}: ${markdownText(clip(limit.text, 90))}`);
  }
  return lines;
}
