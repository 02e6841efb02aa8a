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
import { BlockFlag, BranchKind, type FunctionInfo, type Ir, Op } from "../ir/index.ts";

/** Most blocks climbed, and most looked at behind a place. */
const climbMax = 60;
const reachedMax = 400;

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
    // Behind a join only what encloses the block counts: what left the function long before is no switch.
    if (isBranch && !isJoin && (!hasJoined || joinsAgain(ir, above, at, block))) out.push(ir.a.data[last]);
    if (isJoin && (ir.blocks.flags.data[at] & BlockFlag.LoopHead) === 0) out.push(...alternatives(ir, at, block));
    at = above;
  }
  return out;
}

/** The conditions of `if a or b:`, one of which held. */
function alternatives(ir: Ir, block: number, place: number): number[] {
  const preds = ir.lists.toArray(ir.blocks.preds.data[block]);
  const lasts = preds.map((pred) => ir.blocks.end.data[pred] - 1);
  const areBranches = preds.length > 1 && lasts.every((last) => ir.op.data[last] === Op.Branch && ir.b.data[last] === BranchKind.Condition);
  return areBranches && preds.some((pred) => joinsAgain(ir, pred, block, place)) ? lasts.map((last) => ir.a.data[last]) : [];
}

/** Holds if the other way out of a branch comes to a block that the place comes to as well. */
function joinsAgain(ir: Ir, branch: number, taken: number, place: number): boolean {
  const after = reachedFrom(ir, place);
  return ir.lists.toArray(ir.blocks.succs.data[branch]).some((to) => to !== taken && [...reachedFrom(ir, to)].some((each) => after.has(each)));
}

/** The blocks that come after one, itself among them, without what handles exceptions. */
function reachedFrom(ir: Ir, block: number): ReadonlySet<number> {
  const out = new Set([block]);
  for (const each of out) {
    if (out.size > reachedMax) break;
    for (const to of ir.lists.toArray(ir.blocks.succs.data[each])) out.add(to);
  }
  return out;
}

function dominatorsAt(ir: Ir, block: number): Dominators {
  const fn: FunctionInfo = ir.functions[ir.blocks.func.data[block]];
  let ofFunctions = known.get(ir);
  if (!ofFunctions) known.set(ir, (ofFunctions = new Map()));
  let found = ofFunctions.get(fn.id);
  if (!found) ofFunctions.set(fn.id, (found = new Dominators(ir, fn, () => true)));
  return found;
}
