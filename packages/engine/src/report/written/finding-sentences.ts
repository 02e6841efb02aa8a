/** What is said of a finding: what and where, path, reach and effect, fix, what would change the verdict. */
import { messagePieces } from "../../findings/index.ts";
import type { Finding, FindingStep, Rule } from "../../review/index.ts";
import { entryText } from "../phrases.ts";
import { factId, figures, middleCut, type Part, type Sentence, sentence } from "./sentence.ts";

/** Everything there is to say of a finding; the first sentence stands for it. */
export interface FindingSentences {
  /** One line: severity, weakness, place. */
  readonly brief: Sentence;
  readonly what: Sentence;
  readonly path: Sentence;
  readonly reach: Sentence;
  readonly fix: Sentence;
  readonly change: Sentence;
}

/** Columns that a path may take on one line of the page. */
const pathColumns = 84;
const valueMax = 44;

/** Puts a finding or a question into sentences. `isFull` leaves nothing out. */
export function findingSentences(finding: Finding, rule: Rule | undefined, isFull: boolean): FindingSentences {
  const { id } = finding;
  const cwe = finding.cwe.map((each) => `CWE-${each}`).join(", ");
  const place: Part = { code: `${finding.path}:${finding.line}:${finding.column}` };
  const value = (text: string): Part => ({ code: isFull ? text : middleCut(text, valueMax) });
  const message = messageParts(finding, rule, value);
  const kind: Part[] = [`${finding.severity}, ${cwe} `, { prose: finding.title }, " at ", place];
  return {
    brief: sentence(id, kind, 1),
    what: sentence(id, [...kind, " in ", value(finding.function), ": ", ...message, finding.message.endsWith("?") ? "" : "."], 3),
    path: sentence(factId(id, "path"), pathParts(finding.steps, isFull), isFull ? 99 : 1),
    reach: sentence(factId(id, "reach"), reachParts(finding, value), 1),
    fix: sentence(factId(id, "fix"), ["advice: ", { prose: finding.fix === "" ? "see the page of the rule" : finding.fix }], 1),
    change: sentence(factId(id, "change"), ["another verdict with ", { prose: finding.wouldChange }, "."], 1),
  };
}

/** The message of a finding in parts, so that values stand as code. */
export function messageParts(finding: Finding, rule: Rule | undefined, value: (text: string) => Part): readonly Part[] {
  if (rule === undefined) return [{ prose: finding.message }];
  const { source, sink, subject, function: within } = finding;
  return messagePieces(rule.message, { source, sink, subject, function: within })
    .map((piece): Part => (piece.isValue ? value(piece.text) : { prose: piece.text }));
}

/** The steps from source to sink; those between that do not fit are counted. A file is named where it changes. */
export function pathParts(steps: readonly FindingStep[], isFull: boolean): readonly Part[] {
  const shown = isFull ? steps.map((_step, index) => index) : fittingSteps(steps);
  const parts: Part[] = [];
  let at = -1;
  for (const index of shown) {
    const left = index - at - 1;
    if (parts.length > 0) parts.push(" → ");
    if (left > 0) parts.push(`(${figures(left, "step")}) → `);
    parts.push({ code: stepPlace(steps, index, at) }, ` ${steps[index].kind}`);
    at = index;
  }
  return [...parts, "."];
}

/** First and last, and as many after the first as there is room for. */
function fittingSteps(steps: readonly FindingStep[]): readonly number[] {
  const last = steps.length - 1;
  const width = (index: number, before: number): number => stepPlace(steps, index, before).length + steps[index].kind.length + 6;
  const shown = [0];
  let used = width(0, -1) + (last > 0 ? width(last, -1) + 12 : 0);
  for (let index = 1; index < last && used + width(index, index - 1) <= pathColumns; index++) {
    shown.push(index);
    used += width(index, index - 1);
  }
  return last > 0 ? [...shown, last] : shown;
}

function stepPlace(steps: readonly FindingStep[], index: number, before: number): string {
  const { path, line } = steps[index];
  return before >= 0 && steps[before].path === path ? `:${line}` : `${path}:${line}`;
}

function reachParts(finding: Finding, value: (text: string) => Part): readonly Part[] {
  const entries = finding.reachedFrom;
  if (entries.length === 0) return [`${finding.severityRow.text}.`];
  const more = entries.length > 1 ? ` and ${entries.length - 1} more` : "";
  return [`${finding.severityRow.text}; from `, value(entryText(entries[0])), `${more}.`];
}
