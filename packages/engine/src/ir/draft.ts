/**
 * A function under construction: rows in the order they were made, and how they become rows of the program.
 *
 * Temporary rows know their block but lie in any order. At the end they are ordered by block, phis first; phis that merge one
 * value give way to it; phis, sigmas and initial rows that nothing reads are dropped.
 */
import { ByteColumn, IntColumn, invariant, ListPool } from "../base/index.ts";
import { type Ir, Op } from "./ir.ts";
import { isTerminator, Operand, operandShape } from "./operands.ts";

/** Rows of one function beyond which lowering gives the function up. */
export const functionRowsMax = 4_000_000;

/** Thrown when a function has more than {@link functionRowsMax} rows; lowering turns it into a Problem. */
export class FunctionTooLarge extends Error {
  override readonly name = "FunctionTooLarge";
}

/** Third operand of an initial row while it is temporary: tells it from a lookup that the program wrote. */
export const initialMark = -7;
export interface FinishedFunction {
  readonly firstInstr: number;
  readonly endInstr: number;
  readonly firstBlock: number;
  readonly endBlock: number;
}

/** The storage of {@link FunctionBuilder}. */
export class FunctionDraft {
  /** Byte span given to the rows emitted next. */
  src = 0;
  end = 0;
  readonly lists = new ListPool();
  protected readonly op = new ByteColumn(1024);
  protected readonly a = new IntColumn(1024);
  protected readonly b = new IntColumn(1024);
  protected readonly c = new IntColumn(1024);
  protected readonly blk = new IntColumn(1024);
  protected readonly srcs = new IntColumn(1024);
  protected readonly ends = new IntColumn(1024);
  /** For a phi that merges one value: that value; else -1. */
  protected readonly replaced = new IntColumn(1024);

  protected blockCount = 0;
  protected readonly preds: number[][] = [];
  protected readonly succs: number[][] = [];
  protected readonly flags = new ByteColumn(256);
  protected readonly blockHandler = new IntColumn(256);
  protected sequence: number[] = [];
  protected readonly sequenced = new ByteColumn(256);

  private newIds = new Int32Array(1024);
  private order = new Int32Array(1024);
  private heads = new Int32Array(256);
  private bodies = new Int32Array(256);
  private blockIds = new Int32Array(256);
  private used = new Uint8Array(1024);
  /** Rows found to be used whose own operands are not marked yet. */
  private readonly work: number[] = [];

  protected clear(): void {
    this.op.length = this.a.length = this.b.length = this.c.length = 0;
    this.blk.length = this.srcs.length = this.ends.length = this.replaced.length = 0;
    this.lists.words.length = 1;
    this.flags.length = this.blockHandler.length = this.sequenced.length = 0;
    this.kept.length = 0;
    this.blockCount = 0;
    this.sequence = [];
  }

  /** Fixes the place of a block among the blocks of the function, the first time. */
  protected place(block: number): void {
    if (this.sequenced.data[block] === 1) return;
    this.sequenced.data[block] = 1;
    this.sequence.push(block);
  }

  protected row(block: number, op: Op, a: number, b: number, c: number): number {
    if (this.op.length >= functionRowsMax) throw new FunctionTooLarge("function has too many instructions");
    this.op.push(op);
    this.a.push(a);
    this.b.push(b);
    this.c.push(c);
    this.blk.push(block);
    this.srcs.push(this.src);
    this.ends.push(this.end);
    return this.replaced.push(-1);
  }

  opOf(v: number): Op {
    return this.op.data[this.find(v)] as Op;
  }

  srcOf(v: number): number {
    return this.srcs.data[this.find(v)];
  }

  endOf(v: number): number {
    return this.ends.data[this.find(v)];
  }

  /** Operand of the row that a value stands for. */
  operand(v: number, index: 0 | 1 | 2): number {
    const column = index === 0 ? this.a : index === 1 ? this.b : this.c;
    return column.data[this.find(v)];
  }

  protected find(v: number): number {
    const replaced = this.replaced.data;
    while (replaced[v] >= 0) v = replaced[v];
    return v;
  }

  // ---- from temporary to final rows

  /** Appends rows and blocks to the program. */
  protected append(ir: Ir, functionId: number): FinishedFunction {
    this.markUsed();
    const firstInstr = ir.op.length;
    const firstBlock = ir.blocks.first.length;
    const count = this.numberRows(firstInstr);
    this.copyRows(ir, count, firstBlock, functionId);
    return { firstInstr, endInstr: ir.op.length, firstBlock, endBlock: ir.blocks.first.length };
  }

  /** Where a temporary row went, or -1 if it was dropped (only phis, sigmas and initial rows that nothing reads are). */
  newId(v: number): number {
    return v < 0 ? -1 : this.newIds[this.find(v)];
  }

  /** Keeps a row and all that it needs, though no row uses it: parameter annotations and defaults. */
  keep(v: number): void {
    if (v >= 0) this.kept.push(v);
  }
  private kept: number[] = [];

  private markUsed(): void {
    const count = this.op.length;
    if (this.used.length < count) this.used = new Uint8Array(count * 2);
    const used = this.used;
    const op = this.op.data;
    for (let v = 0; v < count; v++) {
      const code = op[v];
      used[v] = code === Op.Phi || code === Op.Sigma || code === Op.Undef || this.isInitial(v) ? 0 : 1;
    }
    const { work } = this;
    for (let v = 0; v < count; v++) if (used[v] === 1) this.visitUses(v);
    for (const v of this.kept) this.use(v);
    this.kept.length = 0;
    while (work.length > 0) this.visitUses(work.pop() as number);
  }

  private visitUses(v: number): void {
    const shape = operandShape[this.op.data[v]];
    if (shape === 0) return;
    this.visitOperand(shape & 15, this.a.data[v]);
    if (shape < 16) return;
    this.visitOperand((shape >> 4) & 15, this.b.data[v]);
    if (shape >= 256) this.visitOperand(shape >> 8, this.c.data[v]);
  }

  private visitOperand(kind: number, operand: number): void {
    switch (kind) {
      case Operand.Value:
        this.use(operand);
        return;
      case Operand.OptionalValue:
        if (operand >= 0) this.use(operand);
        return;
      case Operand.Values:
      case Operand.OptionalValues:
      case Operand.Keywords: {
        const words = this.lists.words.data;
        const step = kind === Operand.Keywords ? 2 : 1;
        for (let i = operand + step, end = operand + words[operand]; i <= end; i += step) if (words[i] >= 0) this.use(words[i]);
        return;
      }
      default:
    }
  }

  private use(operand: number): void {
    const v = this.replaced.data[operand] < 0 ? operand : this.find(operand);
    if (this.used[v] === 1) return;
    this.used[v] = 1;
    this.work.push(v);
  }

  /** Orders the rows by block, phis and initial rows first, into `order`; returns how many there are. */
  private numberRows(firstInstr: number): number {
    const count = this.op.length;
    if (this.newIds.length < count) {
      this.newIds = new Int32Array(count * 2);
      this.order = new Int32Array(count * 2);
    }
    if (this.heads.length < this.blockCount) {
      this.heads = new Int32Array(this.blockCount * 2);
      this.bodies = new Int32Array(this.blockCount * 2);
    }
    const { heads, bodies, newIds, order, used } = this;
    const blk = this.blk.data;
    const replaced = this.replaced.data;
    heads.fill(0, 0, this.blockCount);
    bodies.fill(0, 0, this.blockCount);
    for (let v = 0; v < count; v++) {
      if (used[v] === 0 || replaced[v] >= 0) continue;
      if (this.isHead(v)) heads[blk[v]]++;
      else bodies[blk[v]]++;
    }
    let next = 0;
    for (const block of this.sequence) {
      const headCount = heads[block];
      heads[block] = next;
      next += headCount;
      const bodyCount = bodies[block];
      bodies[block] = next;
      next += bodyCount;
    }
    for (let v = 0; v < count; v++) {
      newIds[v] = -1;
      if (used[v] === 0 || replaced[v] >= 0) continue;
      const block = blk[v];
      if (this.sequenced.data[block] === 0) continue;
      const place = this.isHead(v) ? heads[block]++ : bodies[block]++;
      order[place] = v;
      newIds[v] = firstInstr + place;
    }
    invariant(next > 0 && isTerminator(this.op.data[order[next - 1]] as Op), "a function ends in a terminator");
    return next;
  }

  /** A phi, or the row for a slot that was read before any write (made late, but needed from the start of its block). */
  private isHead(v: number): boolean {
    const op = this.op.data[v];
    return op === Op.Phi || (op !== Op.Param && this.isInitial(v));
  }

  /** Holds if the value is the row that stands for a slot before any write. */
  isInitial(v: number): boolean {
    const op = this.op.data[v];
    return (op === Op.Undef || op === Op.Global || op === Op.Cell) && this.c.data[v] === initialMark;
  }

  private copyRows(ir: Ir, count: number, firstBlock: number, functionId: number): void {
    const { sequence, order } = this;
    if (this.blockIds.length < this.blockCount) this.blockIds = new Int32Array(this.blockCount * 2);
    for (let i = 0; i < sequence.length; i++) this.blockIds[sequence[i]] = firstBlock + i;
    const total = ir.op.length + count;
    for (const column of [ir.a, ir.b, ir.c, ir.block, ir.src, ir.end]) column.reserve(total);
    const blk = this.blk.data;
    const { blocks } = ir;
    let at = 0;
    for (const block of sequence) {
      const id = this.blockIds[block];
      blocks.first.push(ir.op.length);
      while (at < count && blk[order[at]] === block) this.copyRow(ir, order[at++], id);
      blocks.end.push(ir.op.length);
      blocks.succs.push(this.copyBlocks(ir, this.succs[block]));
      blocks.preds.push(this.copyBlocks(ir, this.preds[block]));
      const handler = this.blockHandler.data[block];
      blocks.handler.push(handler < 0 ? -1 : this.blockIds[handler]);
      blocks.func.push(functionId);
      blocks.flags.push(this.flags.data[block]);
    }
    for (const column of [ir.a, ir.b, ir.c, ir.block, ir.src, ir.end]) column.length = total;
  }

  private copyBlocks(ir: Ir, list: readonly number[]): number {
    const count = list.length;
    if (count === 0) return 0;
    const { words } = ir.lists;
    const id = words.push(count);
    for (let i = 0; i < count; i++) words.push(this.blockIds[list[i]]);
    return id;
  }

  /** Writes past the length of the columns, which have room; only `op` grows row by row. */
  private copyRow(ir: Ir, v: number, block: number): void {
    const op = this.op.data[v];
    const shape = operandShape[op];
    const row = ir.op.push(op);
    ir.a.data[row] = this.copyOperand(ir, shape & 15, this.a.data[v]);
    ir.b.data[row] = shape < 16 ? 0 : this.copyOperand(ir, (shape >> 4) & 15, this.b.data[v]);
    ir.c.data[row] = shape < 256 ? 0 : this.copyOperand(ir, shape >> 8, this.c.data[v]);
    ir.block.data[row] = block;
    ir.src.data[row] = this.srcs.data[v];
    ir.end.data[row] = this.ends.data[v];
  }

  private copyOperand(ir: Ir, kind: number, operand: number): number {
    switch (kind) {
      case Operand.Value:
        return this.newIds[this.find(operand)];
      case Operand.None:
        return 0;
      case Operand.OptionalValue:
        return operand < 0 ? -1 : this.newIds[this.find(operand)];
      case Operand.Values:
      case Operand.OptionalValues:
      case Operand.Keywords:
      case Operand.Ints:
      case Operand.Constants:
        return this.copyList(ir, kind, operand);
      default:
        return operand;
    }
  }

  private copyList(ir: Ir, kind: number, list: number): number {
    const count = this.lists.length(list);
    if (count === 0) return 0;
    const words = ir.lists.words;
    words.reserve(words.length + count + 1);
    const id = words.push(count);
    for (let i = 0; i < count; i++) {
      const item = this.lists.at(list, i);
      const isValue =
        kind === Operand.Values || (kind === Operand.OptionalValues && item >= 0) || (kind === Operand.Keywords && (i & 1) === 1);
      words.push(isValue ? this.newIds[this.find(item)] : item);
    }
    return id;
  }
}
