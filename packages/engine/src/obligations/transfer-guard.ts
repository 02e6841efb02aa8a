/** How a walk passes a branch: a condition that makes the value fine ends it, one that is not understood weakens it. */
import { Flag, LeafKind } from "./leaf.ts";
import type { Solver } from "./solver.ts";
import type { Walk } from "./walk.ts";

/** Visits `Sigma(value, condition, polarity)`. */
export function visitSigma(solver: Solver, walk: Walk, node: number, sigma: number, path: number): void {
  const { ir } = solver;
  const subject = ir.a.data[sigma]!;
  if (walk.need.exact) {
    walk.push(subject, path, node);
    return;
  }
  const result = solver.guardsOfSigma(sigma, path);
  const satisfied = result.kinds.length === 0 ? undefined : result.kinds.find((kind) => walk.need.stops.has(kind));
  if (satisfied !== undefined) {
    walk.leaf(node, LeafKind.Proven, sigma, satisfied === "fixed-choice" ? "enum" : "guard", `a check leaves only ${satisfied}`);
    return;
  }
  walk.push(subject, path, node, result.isUnknown ? Flag.Guard : Flag.None);
}
