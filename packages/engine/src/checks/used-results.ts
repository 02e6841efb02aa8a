/** Whether the results of calls are used, or dropped where they stand. */
import { forEachUse, functionOf, type Ir, Op } from "../ir/index.ts";

/** Those of the calls of a function whose result something else uses. */
export function usedIn(ir: Ir, fn: { readonly firstInstr: number; readonly endInstr: number }, calls: ReadonlySet<number>): ReadonlySet<number> {
  const used = new Set<number>();
  for (let i = fn.firstInstr; i < fn.endInstr; i++) {
    const op = ir.op.data[i];
    // What a call may have changed (Content) is no use of its result.
    if (op !== Op.Expr && op !== Op.Content) forEachUse(ir, i, (value) => { if (calls.has(value)) used.add(value); });
  }
  return used;
}

/** Holds for a call that is a statement of its own, awaited or not. */
export function isStatement(ir: Ir, call: number): boolean {
  const { endInstr } = functionOf(ir, call);
  for (let i = call + 1; i < endInstr; i++) {
    if (ir.op.data[i] === Op.Expr && ir.a.data[i] === call) return true;
    if (ir.op.data[i] === Op.Await && ir.a.data[i] === call) return isStatement(ir, i);
  }
  return false;
}
