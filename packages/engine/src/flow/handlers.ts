/**
 * Which exceptions are pending at a place: those that came to a handler block, less what handlers before took.
 *
 * ```text
 * try: A                    all that A raises comes to the handler block H
 * except E: B               in B what E takes is pending; `raise` raises it again
 * except F: C               asked about what E did not take
 *                           what neither takes goes on from the end of the chain
 * ```
 */
import { BlockFlag, BranchKind, type FunctionInfo, type Ir, Op } from "../ir/index.ts";

export const enum PendingKind {
  /** All that came to a handler block; `id` is the block. */
  Incoming,
  /** What a handler took; `id` is its ExcVal. */
  Caught,
  /** What came to a handler and was not taken by it; `id` is its ExcVal. */
  Residual,
}

export interface Pending {
  readonly kind: PendingKind;
  readonly id: number;
}

const blocksMax = 400;

/** What may be pending at the start of a block, found by going back to the nearest handlers. */
export function pendingAt(ir: Ir, start: number): readonly Pending[] {
  const out: Pending[] = [];
  const seen = new Set([start]);
  const queue = [start];
  for (let i = 0; i < queue.length && i < blocksMax; i++) {
    const block = queue[i]!;
    if ((ir.blocks.flags.data[block]! & BlockFlag.Handler) !== 0) {
      out.push({ kind: PendingKind.Incoming, id: block });
      continue;
    }
    const preds = ir.blocks.preds.data[block]!;
    for (let p = 0, n = ir.lists.length(preds); p < n; p++) {
      const pred = ir.lists.at(preds, p);
      const last = ir.blocks.end.data[pred]! - 1;
      if (ir.op.data[last] === Op.Branch && ir.b.data[last] === BranchKind.Catches) {
        const isTaken = ir.lists.at(ir.blocks.succs.data[pred]!, 0) === block;
        out.push({ kind: isTaken ? PendingKind.Caught : PendingKind.Residual, id: ir.a.data[last]! });
      } else if (!seen.has(pred)) {
        seen.add(pred);
        queue.push(pred);
      }
    }
  }
  return out;
}

/** An `except`, and where it stands among its siblings. */
export interface Handler {
  /** Its ExcVal. */
  readonly caught: number;
  /** The handler block of its `try`. */
  readonly block: number;
  /** ExcVals of the handlers before it, first one first. */
  readonly earlier: readonly number[];
  /** The block in which its own code begins. */
  readonly body: number;
}

/** The handlers of a function that name classes, or take everything, in order. */
export function handlersOf(ir: Ir, fn: FunctionInfo): readonly Handler[] {
  const out: Handler[] = [];
  for (let row = fn.firstInstr; row < fn.endInstr; row++) {
    if (ir.op.data[row] !== Op.ExcVal || isFinally(ir, row)) continue;
    const found = placeOf(ir, row);
    if (found) out.push(found);
  }
  return out;
}

/** Holds for the exception that a `finally` keeps while it runs: no handler of the program takes it. */
function isFinally(ir: Ir, caught: number): boolean {
  const block = ir.block.data[caught]!;
  const last = ir.blocks.end.data[block]! - 1;
  if (ir.lists.length(ir.a.data[caught]!) > 0 || ir.op.data[last] !== Op.Jump) return false;
  const next = ir.lists.at(ir.blocks.succs.data[block]!, 0);
  return (ir.blocks.flags.data[next]! & BlockFlag.Finally) !== 0;
}

function placeOf(ir: Ir, caught: number): Handler | undefined {
  const earlier: number[] = [];
  let block = ir.block.data[caught]!;
  const last = ir.blocks.end.data[block]! - 1;
  const isAsked = ir.op.data[last] === Op.Branch && ir.b.data[last] === BranchKind.Catches && ir.a.data[last] === caught;
  const body = isAsked ? ir.lists.at(ir.blocks.succs.data[block]!, 0) : block;
  for (let i = 0; i < blocksMax; i++) {
    if ((ir.blocks.flags.data[block]! & BlockFlag.Handler) !== 0) return { caught, block, earlier: earlier.reverse(), body };
    const preds = ir.blocks.preds.data[block]!;
    if (ir.lists.length(preds) === 0) return undefined;
    block = ir.lists.at(preds, 0);
    const end = ir.blocks.end.data[block]! - 1;
    if (ir.op.data[end] === Op.Branch && ir.b.data[end] === BranchKind.Catches) earlier.push(ir.a.data[end]!);
  }
  return undefined;
}
