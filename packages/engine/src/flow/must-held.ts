/**
 * What is surely held when an instruction runs: bits that instructions give and take away, on every way from the entry.
 *
 * ```python
 * with lock:
 *     if ready:
 *         note()          held: lock
 *     else:
 *         lock.release()
 *     work()              held: nothing, since one way gave it back
 * ```
 * A handler begins with what held at every instruction that can have raised.
 */
import type { FunctionInfo, Ir } from "../ir/index.ts";

/** What the analysis is told of one function. */
export interface HoldSource {
  /** Bits that hold when the function begins. */
  readonly atEntry: number;
  /** Bits that hold once control is past the instruction. */
  gains(row: number): number;
  /** Bits that the instruction gives up. */
  drops(row: number): number;
  /** Bits that hold on the way from a block to its i-th successor. */
  onEdge(block: number, successor: number): number;
}

/** No way leads there: all that could be asked holds. */
const everything = -1;
/** Sweeps over one function; only loops inside loops need more than two. */
const sweepsMax = 30;

export class MustHeld {
  private readonly ir: Ir;
  private readonly fn: FunctionInfo;
  private readonly source: HoldSource;
  private readonly starts: Int32Array;

  constructor(ir: Ir, fn: FunctionInfo, source: HoldSource) {
    this.ir = ir;
    this.fn = fn;
    this.source = source;
    this.starts = new Int32Array(fn.endBlock - fn.firstBlock).fill(everything);
    this.starts[0] = source.atEntry;
    for (let sweep = 0; sweep < sweepsMax; sweep++) if (!this.sweep()) return;
    // Cut off: what was not settled holds nothing.
    this.starts.fill(0);
  }

  /** Bits that hold before an instruction runs; 0 if no way leads to it. */
  before(row: number): number {
    const block = this.ir.block.data[row]!;
    let bits = this.starts[block - this.fn.firstBlock]!;
    if (bits === everything) return 0;
    for (let at = this.ir.blocks.first.data[block]!; at < row; at++) bits = this.past(bits, at);
    return bits;
  }

  private past(bits: number, row: number): number {
    return (bits & ~this.source.drops(row)) | this.source.gains(row);
  }

  private sweep(): boolean {
    const { ir, fn } = this;
    let changed = false;
    for (let block = fn.firstBlock; block < fn.endBlock; block++) {
      let bits = this.starts[block - fn.firstBlock]!;
      if (bits === everything) continue;
      let throughout = bits;
      for (let row = ir.blocks.first.data[block]!; row < ir.blocks.end.data[block]!; row++) {
        throughout &= bits;
        bits = this.past(bits, row);
      }
      const handler = ir.blocks.handler.data[block]!;
      if (handler >= 0 && this.lower(handler, throughout)) changed = true;
      const succs = ir.blocks.succs.data[block]!;
      for (let i = 0, n = ir.lists.length(succs); i < n; i++) {
        if (this.lower(ir.lists.at(succs, i), bits | this.source.onEdge(block, i))) changed = true;
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
}
