/**
 * The conditions that must have held for a block to run.
 *
 * ```text
 * if not self.checks:              a condition above both lines below
 *     if context is None: ...      over before the line below: what joins again decides nothing
 *     context.check_hostname = False
 * ```
 */
import { Dominators } from "../flow/index.ts";
import { BranchKind, type FunctionInfo, type Ir, Op } from "../ir/index.ts";

/** Most blocks climbed. */
const climbMax = 60;

const known = new WeakMap<Ir, Map<number, Dominators>>();

export function conditionsAbove(ir: Ir, block: number): number[] {
  const out: number[] = [];
  let at = block;
  let hasJoined = false;
  for (let i = 0; i < climbMax; i++) {
    const preds = ir.blocks.preds.data[at];
    const isJoin = ir.lists.length(preds) !== 1;
    hasJoined ||= isJoin;
    const above = isJoin ? dominatorsAt(ir, at).immediate(at) : ir.lists.at(preds, 0);
    if (above < 0) return out;
    const last = ir.blocks.end.data[above] - 1;
    const isBranch = ir.op.data[last] === Op.Branch && ir.b.data[last] === BranchKind.Condition;
    // Behind a join only what encloses the block counts: that something else left the function long before is no switch.
    if (isBranch && !isJoin && (!hasJoined || !leaves(ir, above, at))) out.push(ir.a.data[last]);
    at = above;
  }
  return out;
}

/** Holds if the other way out of a branch ends the function at once. */
function leaves(ir: Ir, branch: number, taken: number): boolean {
  return ir.lists.toArray(ir.blocks.succs.data[branch]).filter((to) => to !== taken).every((to) => {
    let at = to;
    for (let i = 0; i < climbMax; i++) {
      const last = ir.op.data[ir.blocks.end.data[at] - 1] as Op;
      if (last === Op.Return || last === Op.Raise) return true;
      const next = ir.blocks.succs.data[at];
      if (ir.lists.length(next) !== 1 || ir.lists.length(ir.blocks.preds.data[ir.lists.at(next, 0)]) !== 1) return false;
      at = ir.lists.at(next, 0);
    }
    return false;
  });
}

function dominatorsAt(ir: Ir, block: number): Dominators {
  const fn: FunctionInfo = ir.functions[ir.blocks.func.data[block]];
  let ofFunctions = known.get(ir);
  if (!ofFunctions) known.set(ir, (ofFunctions = new Map()));
  let found = ofFunctions.get(fn.id);
  if (!found) ofFunctions.set(fn.id, (found = new Dominators(ir, fn, () => true)));
  return found;
}
