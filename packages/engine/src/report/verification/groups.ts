/** Claims that a reader takes in together: the same rule with the same answer at many places. */
import type { Answer, ClaimVerdict } from "../../verify/index.ts";

/** Claims with one answer, in the order of their first. */
export interface AnswerGroup {
  readonly answers: readonly Answer[];
  readonly verdict: ClaimVerdict;
  readonly text: string;
  readonly reason: string;
}

/** What a reader has to act upon comes first. */
export const verdictOrder: readonly ClaimVerdict[] = ["confirmed", "refuted", "unsupported", "out-of-scope"];

/** Puts alerts of one text and one answer together. Claims of prose stay as the review orders them, each by itself. */
export function groupsOf(answers: readonly Answer[], isAlerts: boolean): readonly AnswerGroup[] {
  const groups = new Map<string, Answer[]>();
  for (const answer of answers) {
    const key = isAlerts ? `${answer.verdict}\u0000${answer.claim.text}\u0000${withoutIds(answer.reason)}` : answer.claim.id;
    const list = groups.get(key);
    if (list === undefined) groups.set(key, [answer]);
    else list.push(answer);
  }
  const all = [...groups.values()].map((members): AnswerGroup => ({ answers: members, verdict: members[0].verdict, text: members[0].claim.text, reason: members[0].reason }));
  return isAlerts ? all.sort((left, right) => verdictOrder.indexOf(left.verdict) - verdictOrder.indexOf(right.verdict)) : all;
}

/** Ids of rows differ from place to place and say nothing to a reader of many. */
export const withoutIds = (reason: string): string => reason.replace(/ \[[A-Z]-[0-9a-f]{8}(?:-\d+)?\]/g, "");

/** Lines by which a text is not where it was cited: "cited 12-14, the text is at 13-15". */
export function driftText({ claim, drift, anchors }: Answer): string {
  const cited = claim.cited.find((each) => each.kind === "lines");
  const anchor = anchors.find((each) => each.drift !== null && each.drift !== 0);
  if (drift === null || drift === 0 || cited?.kind !== "lines" || anchor === undefined) return "";
  return `cited ${range(cited.first, cited.last)}, the text is at ${range(anchor.first, anchor.last)}`;
}

const range = (first: number, last: number): string => (first === last ? `${first}` : `${first}-${last}`);

/** "5 claims: 1 confirmed, 3 refuted, 1 unsupported, 0 out of scope; 2 missed" */
export function figures(counts: Readonly<Record<ClaimVerdict, number>>, missed: number): string {
  const total = verdictOrder.reduce((sum, verdict) => sum + counts[verdict], 0);
  const parts = verdictOrder.map((verdict) => `${counts[verdict]} ${verdictWords[verdict]}`);
  return `${total} ${total === 1 ? "claim" : "claims"}: ${parts.join(", ")}; ${missed} missed`;
}

export const verdictWords: Readonly<Record<ClaimVerdict, string>> = {
  confirmed: "confirmed", refuted: "refuted", unsupported: "unsupported", "out-of-scope": "out of scope",
};
