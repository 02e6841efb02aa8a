/** Where the walks of a function begin, found in one pass over it. */
import { type FunctionInfo, type Ir, Op } from "../ir/index.ts";
import type { ConstantFacts } from "../values/index.ts";

/** Rows of a function that summaries begin at. */
export interface FunctionRows {
  readonly returns: readonly number[];
  readonly yields: readonly number[];
  readonly contents: readonly number[];
  readonly sigmas: readonly number[];
}

export function collectRows(ir: Ir, fn: FunctionInfo, facts: ConstantFacts): FunctionRows {
  const rows: { returns: number[]; yields: number[]; contents: number[]; sigmas: number[] } = {
    returns: [], yields: [], contents: [], sigmas: [],
  };
  for (let i = fn.firstInstr; i < fn.endInstr; i++) {
    const op = ir.op.data[i]!;
    if (op !== Op.Return && op !== Op.Yield && op !== Op.YieldFrom && op !== Op.Content && op !== Op.Sigma) continue;
    if (!facts.isReachable(ir.block.data[i]!)) continue;
    if (op === Op.Return) rows.returns.push(i);
    else if (op === Op.Yield || op === Op.YieldFrom) rows.yields.push(i);
    else if (op === Op.Content) rows.contents.push(i);
    else rows.sigmas.push(i);
  }
  return rows;
}
