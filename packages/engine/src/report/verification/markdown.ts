/** Checked claims as a reply that can be pasted where the review was written. */
import type { Answer, Missed, Verification } from "../../verify/index.ts";
import { markdownCode, markdownText } from "../escape.ts";
import { type AnswerGroup, driftText, figures, groupsOf, verdictWords, withoutIds } from "./groups.ts";
import { clip, placeOf } from "./text.ts";

const claimTextMax = 300;
const placesMax = 12;
const evidenceMax = 6;

/** Renders a verification as Markdown. */
export function verificationMarkdown(verification: Verification): string {
  const { review, target, tool, counts, missed, answers } = verification;
  const revision = target.revision === "" ? "" : ` at ${markdownCode(target.revision)}`;
  const by = review.by.length === 0 ? "" : ` by ${review.by.map(markdownText).join(", ")}`;
  const lines = [
    `# ${markdownCode(review.name)}${by}, checked against ${markdownCode(target.project)}${revision}`,
    `warrant ${tool.version}, catalog ${tool.catalog.slice(0, 12)}. ${figures(counts, missed.length)}.`,
    ...verification.incompleteBecause.map((reason) => `Incomplete: ${markdownText(reason)}.`),
    ...(target.identification.isIdentified ? [] : [`Not identified: ${markdownText(target.identification.what)}.`]),
    ...groupsOf(answers, review.form === "sarif").flatMap(groupLines),
    ...missedLines(missed),
    ...(verification.problems.length === 0 ? [] : ["", "## Not read", "", ...verification.problems.map((each) => `- ${markdownText(`${each.pointer} ${each.message}`.trim())}`)]),
  ];
  return `${lines.join("\n")}\n`;
}

function groupLines({ answers, verdict, text, reason }: AnswerGroup): string[] {
  const [first] = answers;
  const count = answers.length > 1 ? ` (${answers.length} times)` : "";
  return [
    "",
    `### Claim ${markdownText(first.claim.id)}: ${verdictWords[verdict]}${count}`,
    "",
    `> ${markdownText(clip(text, claimTextMax))}`,
    "",
    markdownText(answers.length === 1 ? reason : withoutIds(reason)),
    ...(answers.length === 1 ? detailLines(first) : ["", placesText(answers)]),
  ];
}

function detailLines(answer: Answer): string[] {
  const drift = driftText(answer);
  const lines = [
    ...(answer.fact === undefined ? [] : [`- Fact: ${markdownText(answer.fact)}.`]),
    ...(drift === "" ? [] : [`- Drift: ${drift}.`]),
    ...answer.notes.map((note) => `- Note: ${markdownText(note)}.`),
    ...answer.evidence.slice(0, evidenceMax).map((each) => `- ${markdownCode(`${each.path}:${each.line}`)} ${markdownCode(each.text)}`),
  ];
  const rest = answer.evidence.length - evidenceMax;
  if (rest > 0) lines.push(`- ${rest} more in the JSON form.`);
  return lines.length === 0 ? [] : ["", ...lines];
}

function placesText(answers: readonly Answer[]): string {
  const places = answers.slice(0, placesMax).map(placeOf).filter((place) => place !== "").map(markdownCode);
  const rest = answers.length - placesMax;
  return `${places.join(", ")}${rest > 0 ? ` and ${rest} more` : ""}`;
}

function missedLines(missed: readonly Missed[]): string[] {
  if (missed.length === 0) return [];
  return [
    "", "## Missed in the same files", "",
    ...missed.map((each) => `- ${each.id} ${each.severity}, CWE-${each.cwe[0]} ${markdownText(each.title)}: ${markdownCode(`${each.path}:${each.line}`)} in ${markdownCode(each.function)}: ${markdownText(each.message)}`),
  ];
}
