/** Checked claims for a terminal: the verdict first, then why, then the lines of the project that show it. */
import type { Answer, ClaimVerdict, Verification } from "../../verify/index.ts";
import { visible } from "../escape.ts";
import type { Style, StyleKind } from "../style.ts";
import { type AnswerGroup, driftText, figures, groupsOf, verdictWords, withoutIds } from "./groups.ts";

/** Places listed of one group. */
const placesMax = 6;
const claimTextMax = 160;

const looks: Readonly<Record<ClaimVerdict, StyleKind>> = { confirmed: "high", refuted: "good", unsupported: "medium", "out-of-scope": "muted" };

/** Renders a verification as text. `quiet` leaves the figures only. */
export function verificationText(verification: Verification, options: { readonly style: Style; readonly quiet: boolean }): string {
  const { style, quiet } = options;
  const lines = quiet ? [] : [...groupsOf(verification.answers, verification.review.form === "sarif").flatMap((group) => groupLines(group, style)), ...missedLines(verification, style)];
  for (const problem of verification.problems) lines.push(`not read: ${visible(problem.pointer === "" ? problem.message : `${problem.pointer}: ${problem.message}`)}`);
  lines.push(figures(verification.counts, verification.missed.length));
  return `${lines.join("\n")}\n`;
}

function groupLines({ answers, verdict, text, reason }: AnswerGroup, style: Style): string[] {
  const [first] = answers;
  const label = style(looks[verdict], verdictWords[verdict].padEnd(12));
  const ids = answers.length === 1 ? first.claim.id : `${first.claim.id} and ${answers.length - 1} more`;
  const lines = [`${label} ${style("id", ids)} ${visible(clip(text, claimTextMax))}`];
  lines.push(`    ${style("why", visible(answers.length === 1 ? reason : withoutIds(reason)))}`);
  if (answers.length > 1) return [...lines, `    ${placesText(answers, style)}`, ""];
  return [...lines, ...detailLines(first, style), ""];
}

function detailLines(answer: Answer, style: Style): string[] {
  const lines: string[] = [];
  if (answer.fact !== undefined) lines.push(`    fact: ${visible(answer.fact)}`);
  const drift = driftText(answer);
  if (drift !== "") lines.push(`    drift: ${drift}`);
  for (const note of answer.notes) lines.push(`    note: ${visible(note)}`);
  for (const each of answer.evidence) lines.push(`    ${style("path", `${visible(each.path)}:${each.line}`)} ${style("code", visible(each.text))}`);
  return lines;
}

function placesText(answers: readonly Answer[], style: Style): string {
  const shown = answers.slice(0, placesMax).map(placeOf).filter((place) => place !== "");
  const rest = answers.length - shown.length;
  return `${shown.map((place) => style("path", visible(place))).join(" ")}${rest > 0 ? ` and ${rest} more` : ""}`;
}

/** Where a claim is anchored, else where it says it is. */
export function placeOf({ anchors, claim }: Answer): string {
  const [anchor] = anchors;
  if (anchor !== undefined) return anchor.how === "file" ? anchor.path : `${anchor.path}:${anchor.first}`;
  const cited = claim.cited.find((each) => each.kind === "lines" || each.kind === "file");
  if (cited?.kind === "lines") return `${cited.path}:${cited.first}`;
  return cited?.kind === "file" ? cited.path : "";
}

function missedLines({ missed }: Verification, style: Style): string[] {
  if (missed.length === 0) return [];
  return [
    style("heading", "Missed in the same files:"),
    ...missed.map((each) => `    ${style("path", `${visible(each.path)}:${each.line}`)} ${style(each.severity, `CWE-${each.cwe[0]} ${each.detector}`)} ${style("id", `[${each.id}]`)} ${visible(each.message)}`),
    "",
  ];
}

/** Cuts a text; half of a surrogate pair is no character. */
export function clip(text: string, most: number): string {
  if (text.length <= most) return text;
  const cut = text.slice(0, most - 1);
  const last = cut.charCodeAt(cut.length - 1);
  return `${last >= 0xd800 && last <= 0xdbff ? cut.slice(0, -1) : cut}…`;
}
