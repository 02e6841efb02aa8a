/** What a change does, for a terminal: what is new in full, everything else in a line. */
import type { Difference, FindingChanges, GoneFinding, LostReason } from "../../change/index.ts";
import { plural, type Finding } from "../../review/index.ts";
import { visible } from "../escape.ts";
import type { Style } from "../style.ts";
import { findingLines } from "../text.ts";
import { fateText, lostText, sumText, wasText } from "./words.ts";

/** Lines of each kind; the JSON form has all. */
export const differenceLinesMax = { lostReasons: 20, proofsOfReason: 10, touched: 3, gone: 40, standing: 20, suppressions: 40 } as const;

/** Renders a difference for a terminal. */
export function renderDifferenceText(difference: Difference, options: { readonly style: Style; readonly quiet: boolean }): string {
  const { style, quiet } = options;
  const { findings, questions, names } = difference;
  const lines = quiet ? [] : [style("heading", visible(`${difference.after.project.name}: ${names.before} -> ${names.after}`)), ""];
  for (const fresh of [...findings.fresh, ...questions.fresh]) {
    const [first = "", ...rest] = findingLines(fresh.finding, style);
    lines.push(`${style("high", "new")} ${first}`, ...rest);
    const was = wasText(fresh);
    if (was !== "") lines.push(`  ${style("why", visible(was))}`);
    lines.push("");
  }
  lines.push(...cut(difference.lostProofs, differenceLinesMax.lostReasons, "lost reason", style, (each) => lostLines(each, style)));
  lines.push(...cut(difference.addedSuppressions, differenceLinesMax.suppressions, "suppression", style, (note) => [
    `${style("path", `${visible(note.path)}:${note.line}`)}: ${note.state} suppression: ${visible(note.message)}`, "",
  ]));
  lines.push(...goneLines(findings, style), ...goneLines(questions, style));
  if (!quiet) lines.push(...standingLines(difference, style));
  lines.push(style(findings.fresh.length > 0 ? "high" : "good", sumText(difference)));
  for (const reason of difference.before.incompleteBecause) lines.push(style("high", `incomplete before the change: ${visible(reason)}`));
  for (const reason of difference.after.incompleteBecause) lines.push(style("high", `incomplete: ${visible(reason)}`));
  return `${lines.join("\n")}\n`;
}

function lostLines(lost: LostReason, style: Style): readonly string[] {
  const { reason, code, proofs } = lost;
  const place = reason.path === undefined ? "" : `${style("path", `${visible(reason.path)}:${reason.line}`)} `;
  const quote = code === "" ? "" : ` ${style("code", visible(code))}`;
  const lines = [`${style("high", "lost proof")} ${place}${visible(fateText(lost))}${quote}`];
  for (const each of lost.touched.slice(0, differenceLinesMax.touched)) {
    lines.push(`  ${style("why", `the change took out of ${visible(each.name)}:`)} ${style("path", `${visible(each.path)}:${each.line}`)} ${style("code", visible(each.code))}`);
  }
  lines.push(...cut(proofs, differenceLinesMax.proofsOfReason, "sink", style, (proof) => {
    const { after } = proof;
    const where = style("path", `${visible(after.path)}:${after.line}:${after.column}`);
    return [`  ${where} ${after.detector} ${style("id", `[${after.id}]`)} ${style("code", visible(after.sink))} ${visible(lostText(proof))}`];
  }));
  return [...lines, ""];
}

const goneWords = { fixed: "fixed", undecided: "undecided", notExamined: "not examined" } as const;

function goneLines(changes: FindingChanges, style: Style): readonly string[] {
  const lines = (["fixed", "undecided", "notExamined"] as const).flatMap((key) =>
    cut(changes[key], differenceLinesMax.gone, "finding", style, (gone) => [`${style(key === "fixed" ? "good" : "muted", goneWords[key])} ${goneText(gone, style)}`]));
  return lines.length === 0 ? lines : [...lines, ""];
}

function goneText({ finding, is, because }: GoneFinding, style: Style): string {
  const now = is === "none" || is === "not examined" ? because : because === "" ? is : `${is}: ${because}`;
  return `${placeText(finding, style)} (${visible(now)})`;
}

const placeText = (finding: Finding, style: Style): string =>
  `${style("path", `${visible(finding.path)}:${finding.line}:${finding.column}`)}: CWE-${finding.cwe[0]} ${finding.detector} ${style("id", `[${finding.id}]`)}`;

function standingLines({ findings, questions }: Difference, style: Style): readonly string[] {
  const all = [...findings.standing, ...questions.standing];
  const lines = cut(all, differenceLinesMax.standing, "finding", style, ({ finding }) => [`${style("muted", "still there")} ${placeText(finding, style)}`]);
  return lines.length === 0 ? lines : [...lines, ""];
}

/** The lines of the first items; how many more there are, if there are. */
function cut<Item>(items: readonly Item[], most: number, word: string, style: Style, linesOf: (item: Item) => readonly string[]): readonly string[] {
  const lines = items.slice(0, most).flatMap(linesOf);
  return items.length > most ? [...lines, style("muted", `${plural(items.length - most, word)} more in the JSON form`), ""] : lines;
}
