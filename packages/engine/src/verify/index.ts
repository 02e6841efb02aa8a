/**
 * Checking a review that someone else wrote, claim by claim.
 *
 * In: the text of a review; the program, its report and ledger.
 * Out: {@link Claim}s, and an {@link Answer} to each: confirmed, refuted, unsupported or out of scope.
 * How: claims are cut out of the text, tied to places of the project, and each is put to the checker of its kind.
 * Holds: pure; nothing is confirmed without a line of the project; unsupported never counts as refuted.
 * Not here: output forms, files and revisions (the host's).
 */
export type {
  Anchor, Answer, Citation, Claim, ClaimKind, ClaimScope, ClaimVerdict, Evidence, Polarity, TextSpan, VerifyInput, VerifyTarget, Wording,
} from "./claim.ts";
export { checkClaim, checkClaims } from "./check-claim.ts";
export { extractClaims } from "./extract.ts";
export type { GivenReview, Identification, Missed, ReviewForm, ReviewProblem, Verification } from "./verification.ts";
export { claimsMax, reviewLengthMax, verifyReview } from "./verify.ts";
