/** How strong a proof is: a proof that was of one rank and is of a lower one has lost something. */
import type { ProvenCode } from "../obligations/index.ts";

/**
 * 3: the value itself cannot do harm, or the code cannot run. 2: something was done or asked on every way. 1: it rests on where the
 * value comes from, on a part of it, or on the intent that everyone may.
 */
const ranks: Readonly<Record<ProvenCode, 1 | 2 | 3>> = {
  const: 3, "bound-param": 3, structured: 3, charset: 3, "typed-field": 3, enum: 3, numeric: 3, "other-element": 3, infeasible: 3, unreachable: 3,
  "good-value": 3, "no-sensitive-data": 3,
  sanitizer: 2, guard: 2, schema: 2, handled: 2, "unique-constraint": 2, "released-on-all-paths": 2, "authorised-by": 2, "lock-held": 2,
  "trusted-origin": 1, prefix: 1, "open-to-all": 1,
};

const isProvenCode = (code: string): code is ProvenCode => Object.hasOwn(ranks, code);

/** Rank of a reason, 0 if it is no reason of a proof. */
export const proofRank = (code: string): number => (isProvenCode(code) ? ranks[code] : 0);
