/** What a change does, as Markdown: for a comment under it, or a summary of a CI run. */
import type { Difference, GoneFinding, LostReason, NewFinding } from "../../change/index.ts";
import { plural, type Finding } from "../../review/index.ts";
import { markdownCode, markdownText } from "../escape.ts";
import { fateText, lostText, sumText, wasText } from "./words.ts";

/** Lines of each kind if the page is not asked for in full. */
export const differencePageMax = { fresh: 20, steps: 8, lostReasons: 10, proofsOfReason: 5, touched: 3, gone: 20, standing: 10, suppressions: 10 } as const;

/** Renders a difference as a page of Markdown. */
export function renderDifferenceMarkdown(difference: Difference, options: { readonly full: boolean }): string {
  const { findings, questions, names, after, before } = difference;
  const most = (limit: number): number => (options.full ? Number.POSITIVE_INFINITY : limit);
  const fresh = [...findings.fresh, ...questions.fresh];
  const standing = [...findings.standing, ...questions.standing];
  const gone = (key: "fixed" | "undecided" | "notExamined"): readonly GoneFinding[] => [...findings[key], ...questions[key]];
  const lines = [
    `# What the change does: ${markdownText(after.project.name)}`, "",
    `${markdownText(names.before)}${revision(before.project.revision)} → ${markdownText(names.after)}${revision(after.project.revision)}`, "",
    `**${sumText(difference)}**`,
    ...after.incompleteBecause.map((reason) => `\nIncomplete: ${markdownText(reason)}`),
    ...before.incompleteBecause.map((reason) => `\nIncomplete before the change: ${markdownText(reason)}`),
    ...section("New", fresh, most(differencePageMax.fresh), (each) => freshLines(each, most(differencePageMax.steps))),
    ...section("Lost proofs", difference.lostProofs, most(differencePageMax.lostReasons), (each) => lostLines(each, most(differencePageMax.proofsOfReason))),
    ...section("Suppressions added by the change, which silence nothing", difference.addedSuppressions, most(differencePageMax.suppressions), (note) => [
      `- ${markdownCode(`${note.path}:${note.line}`)} ${markdownText(note.message)}`,
    ]),
    ...section("Fixed", gone("fixed"), most(differencePageMax.gone), goneLines),
    ...section("Undecided", gone("undecided"), most(differencePageMax.gone), goneLines),
    ...section("Not examined again", gone("notExamined"), most(differencePageMax.gone), goneLines),
    ...section("Still there", standing, most(differencePageMax.standing), ({ finding }) => [`- ${findingText(finding)}`]),
  ];
  return `${lines.join("\n")}\n`;
}

const revision = (id: string): string => (id === "" ? "" : ` (${markdownCode(id.slice(0, 12))})`);

/** A heading and its lines; nothing without items. */
function section<Item>(title: string, items: readonly Item[], most: number, linesOf: (item: Item) => readonly string[]): readonly string[] {
  if (items.length === 0) return [];
  const shown = items.slice(0, most);
  const rest = items.length - shown.length;
  return ["", `## ${title} (${items.length})`, "", ...shown.flatMap(linesOf), ...(rest > 0 ? [`- ${rest} more in the JSON form.`] : [])];
}

const findingText = (finding: Finding): string =>
  `${finding.id} ${finding.severity}, CWE-${finding.cwe[0]} ${markdownText(finding.title)}: ${markdownCode(`${finding.path}:${finding.line}`)}`;

function freshLines(fresh: NewFinding, stepsMost: number): readonly string[] {
  const { finding } = fresh;
  const steps = finding.steps.length <= stepsMost ? finding.steps : [...finding.steps.slice(0, stepsMost - 1), ...finding.steps.slice(-1)];
  const was = wasText(fresh);
  return [
    `- **${findingText(finding)}** ${markdownText(finding.message)}`,
    ...steps.map((step) => `  - ${markdownCode(`${step.path}:${step.line}`)} ${markdownCode(step.text)}: ${markdownText(step.why)}`),
    ...(was === "" ? [] : [`  - ${markdownText(was)}`]),
    ...(finding.fix === "" ? [] : [`  - fix (advice): ${markdownText(finding.fix)}`]),
  ];
}

function lostLines(lost: LostReason, most: number): readonly string[] {
  const { reason, code, proofs } = lost;
  const place = reason.path === undefined ? "" : `${markdownCode(`${reason.path}:${reason.line}`)} `;
  const rest = proofs.length - most;
  return [
    `- ${place}${code === "" ? "" : `${markdownCode(code)}: `}${markdownText(fateText(lost))}`,
    ...lost.touched.slice(0, differencePageMax.touched).map((each) => `  - the change took out of ${markdownCode(each.name)}: ${markdownCode(`${each.path}:${each.line}`)} ${markdownCode(each.code)}`),
    ...proofs.slice(0, most).map((proof) =>
      `  - ${markdownCode(`${proof.after.path}:${proof.after.line}`)} ${proof.after.id} ${markdownText(proof.after.detector)} at ${markdownCode(proof.after.sink)}: ${markdownText(lostText(proof))}`),
    ...(rest > 0 ? [`  - ${plural(rest, "sink")} more in the JSON form.`] : []),
  ];
}

function goneLines({ finding, is, because }: GoneFinding): readonly string[] {
  const now = is === "none" || is === "not examined" ? because : because === "" ? is : `${is}: ${because}`;
  return [`- ${findingText(finding)}: ${markdownText(now)}`];
}
