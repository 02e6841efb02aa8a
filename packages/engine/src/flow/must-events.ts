/**
 * What has surely happened before an instruction runs: a set of events that every way from the entry passes.
 *
 * ```python
 * def remove(context, key):
 *     item = find(key)                  before: nothing
 *     if item.locked:
 *         context.can("force")          event: authorised
 *     else:
 *         context.can("remove")         event: authorised
 *     item.delete()                     before: authorised, since both ways have it
 * ```
 *
 * Events are bits. A way through a loop may run its body no time; a handler begins with what held before the call that
 * raised. A `finally` is lowered once: what held is kept apart by the reason for which it was entered.
 */
import { BlockFlag, type FunctionInfo, type Ir, Op } from "../ir/index.ts";

/** What the analysis is told of one function. */
export interface EventSource {
  /** Bits that hold once control is past the instruction. */
  after(row: number): number;
  /** Bits that hold on the way from a block to its i-th successor. */
  onEdge(block: number, successor: number): number;
  /** Holds if control may go that way. */
  isEdge(block: number, successor: number): boolean;
  /** Holds if control does not get past the instruction. */
  endsAt(row: number): boolean;
}

/** No way leads there: all that could be asked holds. */
export const allEvents = -1;

/** Sweeps over one function; only loops inside loops need more than two. */
const sweepsMax = 30;

export class MustEvents {
  private readonly ir: Ir;
  private readonly fn: FunctionInfo;
  private readonly source: EventSource;
  /** Bits at the beginning and at the end of each block. */
  private readonly starts: Int32Array;
  private readonly ends: Int32Array;
  private readonly gains: Int32Array;

  constructor(ir: Ir, fn: FunctionInfo, source: EventSource) {
    this.ir = ir;
    this.fn = fn;
    this.source = source;
    const count = fn.endBlock - fn.firstBlock;
    this.starts = new Int32Array(count).fill(allEvents);
    this.ends = new Int32Array(count).fill(allEvents);
    this.gains = new Int32Array(count);
    for (let block = 0; block < count; block++) this.gains[block] = this.gainOf(block + fn.firstBlock);
    this.starts[0] = 0;
    for (let sweep = 0; sweep < sweepsMax; sweep++) if (!this.sweep(count)) return;
    // Cut off: what was not settled holds nothing.
    this.starts.fill(0);
    this.ends.fill(0);
  }

  /** Bits that hold before an instruction runs; {@link allEvents} if no way leads to it. */
  before(row: number): number {
    const block = this.ir.block.data[row]!;
    let bits = this.starts[block - this.fn.firstBlock]!;
    for (let at = this.ir.blocks.first.data[block]!; at < row && bits !== allEvents; at++) {
      bits = this.source.endsAt(at) ? allEvents : bits | this.source.after(at);
    }
    return bits;
  }

  /** Holds if some way leads to the instruction. */
  isReached(row: number): boolean {
    return this.before(row) !== allEvents;
  }

  private gainOf(block: number): number {
    let bits = 0;
    for (let row = this.ir.blocks.first.data[block]!; row < this.ir.blocks.end.data[block]!; row++) {
      if (this.source.endsAt(row)) return allEvents;
      bits |= this.source.after(row);
    }
    return bits;
  }

  /** Lowers the bits along all edges once; holds if something changed. */
  private sweep(count: number): boolean {
    const { ir, fn, starts, ends, gains } = this;
    let changed = false;
    for (let at = 0; at < count; at++) {
      if (starts[at] === allEvents) continue;
      const block = at + fn.firstBlock;
      const end = starts[at]! | gains[at]!;
      if (end !== ends[at]) {
        ends[at] = end;
        changed = true;
      }
      // What raises has not happened.
      const handler = ir.blocks.handler.data[block]!;
      if (handler >= 0 && this.lower(handler, starts[at]!)) changed = true;
      if (end === allEvents) continue;
      const succs = ir.blocks.succs.data[block]!;
      for (let i = 0, n = ir.lists.length(succs); i < n; i++) {
        if (!this.source.isEdge(block, i)) continue;
        const bits = this.reasonBits(block, i, end);
        if (bits !== allEvents && this.lower(ir.lists.at(succs, i), bits | this.source.onEdge(block, i))) changed = true;
      }
    }
    return changed;
  }

  private lower(block: number, bits: number): boolean {
    const at = block - this.fn.firstBlock;
    const next = this.starts[at]! & bits;
    if (next === this.starts[at]) return false;
    this.starts[at] = next;
    return true;
  }

  /** Bits on the way out of a `finally` for one reason: those that held wherever it was entered for that reason. */
  private reasonBits(block: number, successor: number, end: number): number {
    const { ir } = this;
    const last = ir.blocks.end.data[block]! - 1;
    if (ir.op.data[last] !== Op.Switch) return end;
    const selector = ir.a.data[last]!;
    const entry = ir.block.data[selector]!;
    if (ir.op.data[selector] !== Op.Phi || (ir.blocks.flags.data[entry]! & BlockFlag.Finally) === 0) return end;
    const cases = ir.lists.toArray(ir.b.data[last]!);
    const preds = ir.lists.toArray(ir.blocks.preds.data[entry]!);
    const reasons = ir.lists.toArray(ir.a.data[selector]!);
    let bits = allEvents;
    preds.forEach((pred, i) => {
      const reason = reasons[i] ?? -1;
      const key = reason >= 0 && ir.op.data[reason] === Op.Const ? ir.a.data[reason]! : -1;
      const isTaken = key < 0 || (successor < cases.length ? cases[successor] === key : !cases.includes(key));
      if (isTaken) bits &= this.ends[pred - this.fn.firstBlock]!;
    });
    return bits === allEvents ? allEvents : bits | end;
  }
}
