/** How a walk passes a branch: a condition that makes the value fine ends it, one that is not understood weakens it. */
import { guardsOfCondition } from "./guards.ts";
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
  const result = guardsOfCondition(solver, { condition: ir.b.data[sigma]!, polarity: ir.c.data[sigma] === 1, subject, path });
  const satisfied = result.kinds.find((kind) => walk.need.stops.has(kind));
  if (satisfied !== undefined) {
    walk.leaf(node, LeafKind.Proven, sigma, satisfied === "fixed-choice" ? "enum" : "guard", `a check leaves only ${satisfied}`);
    return;
  }
  walk.push(subject, path, node, result.isUnknown ? Flag.Guard : Flag.None);
}
