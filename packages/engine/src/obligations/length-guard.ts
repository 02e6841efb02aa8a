/** Whether a comparison keeps a text short: `len(text) <= 100`. */
import { CmpOp, Op, callArg, callArgCount, callCallee } from "../ir/index.ts";
import type { Solver } from "./solver.ts";

/** Most characters of a text that counts as short: at this length, time that grows with a power of it is still bearable. */
export const shortTextMax = 1000;

/** Holds if the condition, with this truth, means that the length of the subject has a small bound. */
export function boundsLength(solver: Solver, condition: number, polarity: boolean, isSubject: (value: number) => boolean): boolean {
  const { ir } = solver;
  const op = ir.a.data[condition] as CmpOp;
  const [left, right] = [ir.b.data[condition], ir.c.data[condition]];
  const isBelow = op === CmpOp.Lt || op === CmpOp.LtE;
  if (!isBelow && op !== CmpOp.Gt && op !== CmpOp.GtE) return false;
  // With `isBelow === polarity` the left side is the smaller one.
  const [small, large] = isBelow === polarity ? [left, right] : [right, left];
  const bounds = solver.facts.constantsOf(large);
  if (!bounds || bounds.length === 0) return false;
  const areSmall = bounds.every((id) => {
    const constant = ir.constants[id];
    return constant.type === "int" && Number(constant.value) <= shortTextMax;
  });
  const subject = areSmall ? measured(solver, small) : -1;
  return subject >= 0 && isSubject(subject);
}

/** The value that `len(value)` measures, or -1. */
function measured(solver: Solver, value: number): number {
  const { ir } = solver;
  if (ir.op.data[value] === Op.Len) return ir.a.data[value];
  if (ir.op.data[value] !== Op.Call || callArgCount(ir, value) !== 1) return -1;
  const callee = callCallee(ir, value);
  return ir.op.data[callee] === Op.Global && ir.strings.text(ir.a.data[callee]) === "len" ? callArg(ir, value, 0) : -1;
}

/** Holds for `[:100]` and `[0:100]`. */
export function isShortSlice(solver: Solver, slice: number): boolean {
  const { ir } = solver;
  const bounds = ir.b.data[slice];
  if (ir.lists.length(bounds) < 2) return false;
  const [start, stop] = [0, 1].map((i) => {
    return solver.facts.literalOf(ir.lists.at(bounds, i));
  });
  const isFromStart = start?.type === "none" || (start?.type === "int" && Number(start.value) >= 0);
  return isFromStart && stop?.type === "int" && Number(stop.value) > 0 && Number(stop.value) <= shortTextMax;
}
