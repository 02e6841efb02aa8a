/** Sentences about a change that several forms share. Text of the project in them is not escaped yet. */
import type { Difference, LostProof, LostReason, NewFinding } from "../../change/index.ts";
import { plural } from "../../review/index.ts";

/** What a new finding was before, "" if there was nothing. */
export function wasText({ was, wasReason }: NewFinding): string {
  const because = wasReason === "" ? "" : ` (${wasReason})`;
  switch (was) {
    case "none":
      return "";
    case "proven":
      return `it was proven before${because}`;
    case "open":
      return `it was open before${because}`;
    case "not examined":
      return `the file was not examined before${because}`;
    case "suppressed":
      return "a comment silenced it before";
    default:
      return `it was there before, below the precision floor${because}`;
  }
}

/** What became of the thing that proofs rested on. */
export function fateText({ reason, fate, path, line }: LostReason): string {
  const what = reason.text === "" ? reason.code : `${reason.code}: ${reason.text}`;
  if (fate === "removed") return `${what}; the change took it away`;
  if (fate === "stands") return `${what}; it still stands${path === reason.path && line === reason.line ? "" : ` at ${path}:${line}`}, and does not hold on every way any more`;
  return what;
}

/** What a sink is now that its proof is gone. */
export function lostText({ is, after, isSinkTouched }: LostProof): string {
  const verdict = is === "weaker" ? `still proven, by less (${after.reason.code})` : is === "violated" && !after.shown ? "violated, below the precision floor" : is;
  const { text } = after.reason;
  return `${verdict}${text === "" || is === "weaker" ? "" : `: ${text}`}${isSinkTouched ? "" : "; its own code is untouched"}`;
}

/** The figures in one line. */
export function sumText({ findings, questions, rows, files }: Difference): string {
  const undecided = findings.undecided.length + questions.undecided.length;
  const notExamined = findings.notExamined.length + questions.notExamined.length;
  return [
    `${findings.fresh.length} new, ${findings.fixed.length} fixed, ${findings.standing.length} still there`,
    ...(undecided > 0 ? [`${undecided} undecided`] : []),
    ...(notExamined > 0 ? [`${notExamined} not examined again`] : []),
    ...(questions.fresh.length > 0 ? [`${plural(questions.fresh.length, "new question")}`] : []),
    `${plural(rows.lost, "proof")} lost, ${rows.won} won`,
    `${rows.same} of ${plural(rows.after, "site")} as before`,
    `${plural(files.length, "file")} changed`,
  ].join("; ");
}
