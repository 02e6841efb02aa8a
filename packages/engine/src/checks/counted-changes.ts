/**
 * Changes of rows whose number is looked at afterwards: the database does check and change at once.
 *
 * ```python
 * changed = session.query(Coupon).filter_by(code=code, used=False).update({"used": True})
 * if not changed:                   # nothing can come between a check and the change: there is no check before
 *     raise NotFound(code)
 * ```
 */
import { forEachUse, functionOf, Op } from "../ir/index.ts";
import { type Obligation } from "../obligations/index.ts";
import type { CheckContext } from "./context.ts";

export function countedChanges(context: CheckContext): readonly Obligation[] {
  const { ir } = context.program;
  const out: Obligation[] = [];
  for (const { site, sink } of context.seedsOf("counts-rows")) {
    const test = testOf(context, site);
    if (test >= 0 && ir.op.data[site] === Op.Call) {
      out.push(context.row(site, "proven", { code: "handled", text: "how many rows it changed decides afterwards: check and change are one statement", at: test }, { sink, subject: site }));
    }
  }
  return out;
}

/** The branch of the function that asks about a value, or -1. */
function testOf({ program: { ir } }: CheckContext, value: number): number {
  const fn = functionOf(ir, value);
  const made = new Set([value]);
  for (let row = value + 1; row < fn.endInstr; row++) {
    const op = ir.op.data[row] as Op;
    let uses = false;
    forEachUse(ir, row, (used) => { uses ||= made.has(used); });
    if (!uses) continue;
    if (op === Op.Branch) return row;
    if (op === Op.Not || op === Op.Cmp || op === Op.Phi || op === Op.Sigma || op === Op.Bin || op === Op.Unpack || op === Op.GetItem) made.add(row);
  }
  return -1;
}
