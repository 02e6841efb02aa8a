/** A whole review against the code: its form is told, its claims are answered, what it does not mention is listed. */
import type { Answer, ClaimVerdict, VerifyInput } from "./claim.ts";
import { answerAlert } from "./answer-alert.ts";
import { checkClaims } from "./check-claim.ts";
import { type ProseClaims, readProse } from "./extract.ts";
import { FileFinder } from "./find-file.ts";
import { identify } from "./identify.ts";
import { Ledger } from "./ledger-at.ts";
import { missedOf } from "./missed.ts";
import { type ReadReview, readReview } from "./read-review.ts";
import { RuleWords } from "./rule-words.ts";
import { compareText } from "../findings/index.ts";
import type { GivenReview, Verification } from "./verification.ts";

/** Longest review that is read, in UTF-16 units; a log of a scanner over millions of lines stays below it. */
export const reviewLengthMax = 200_000_000;
/** Claims of one review that are answered; the rest is told as a problem. */
export const claimsMax = 50_000;

/**
 * Checks a review. The same review of the same program gives the same answers.
 *
 * @example
 * ```ts
 * verifyReview({ name: "review.md", text }, input).answers.map((answer) => answer.verdict); // => ["refuted"]
 * ```
 */
export function verifyReview(given: GivenReview, input: VerifyInput): Verification {
  const read = readReview(given.text);
  const prose = read.form === "prose" ? readProse(read.text) : undefined;
  const answers = answersOf(read, prose, input);
  const { report } = input;
  const paths = [...new Set([...input.target.paths, ...answers.flatMap((answer) => answer.anchors.map((anchor) => anchor.path))])].sort(compareText);
  return {
    tool: { name: "warrant", version: report.tool.version, catalog: report.tool.catalog },
    review: { name: given.name, form: read.form, by: read.by },
    target: {
      project: report.project.name, revision: input.target.revision, paths,
      identification: identify(answers, input.target.paths),
    },
    answers,
    counts: countVerdicts(answers),
    missed: missedOf(report, answers, paths),
    problems: prose?.isWhole === false ? [...read.problems, { pointer: "", message: "the review is longer than what is read of one; the claims after that are not answered" }] : read.problems,
    incompleteBecause: report.incompleteBecause,
  };
}

function answersOf(read: ReadReview, prose: ProseClaims | undefined, input: VerifyInput): readonly Answer[] {
  switch (read.form) {
    case "prose": return checkClaims(prose?.claims ?? [], read.text, input);
    // Each comment is a review of its own: its words are about its place.
    case "comments": return read.comments.flatMap(({ text, claims }) => checkClaims(claims, text, input)).slice(0, claimsMax);
    case "sarif": {
      const { program, report } = input;
      const context = { input, words: new RuleWords(input.catalog), files: new FileFinder(program.files.map((file) => file.path)), ledger: new Ledger(report, program) };
      return read.alerts.slice(0, claimsMax).map((alert) => answerAlert(alert, context));
    }
    default: return [];
  }
}

function countVerdicts(answers: readonly Answer[]): Record<ClaimVerdict, number> {
  const counts = { confirmed: 0, refuted: 0, unsupported: 0, "out-of-scope": 0 };
  for (const answer of answers) counts[answer.verdict]++;
  return counts;
}
