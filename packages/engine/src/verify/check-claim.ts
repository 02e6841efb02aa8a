/** One claim against the code: the checker of its kind answers. */
import type { Answer, Claim, VerifyInput } from "./claim.ts";

/**
 * Answers a claim.
 *
 * @example
 * ```ts
 * extractClaims(review).map((claim) => checkClaim(claim, input).verdict); // => ["refuted", "unsupported"]
 * ```
 */
export function checkClaim(claim: Claim, _input: VerifyInput): Answer {
  return { claim, verdict: "unsupported", reason: "nothing in the ledger settles it", drift: null, anchors: [], evidence: [], notes: [] };
}
