/**
 * Builds one function in SSA form, on the fly, and appends it to the program (Braun et al. 2013).
 *
 * A lowering writes and reads numbered slots; the builder keeps the current definition of each slot per block.
 *
 *     x = 1                  write(x, c1)
 *     while p(x):            head not sealed: read(x) makes a phi without operands
 *         x = x + 1          write(x, add)
 *     return x               seal(head): phi(c1, add)
 *
 * Rows are temporary until {@link FunctionBuilder.finish} orders them by block, phis first, and drops phis that merge
 * one value, and phis, sigmas and initial rows that nothing reads.
 *
 * Exceptions: while `handler` is a block, the first row of a block that may raise makes an edge to it. All rows of a block
 * that may raise must see the same slots, so a write after such a row starts a new block; a call ends its block at once.
 */
import { ByteColumn, IntColumn, invariant } from "../base/index.ts";
import { type FinishedFunction, FunctionDraft, FunctionTooLarge, initialMark } from "./draft.ts";
import { BlockFlag, BranchKind, type Ir, Op } from "./ir.ts";
import { opCount } from "./operands.ts";
import { SlotTable } from "./slot-table.ts";

const mayRaise = new Uint8Array(opCount);
for (const op of [
  Op.Global,
  Op.Import,
  Op.ImportStar,
  Op.Class,
  Op.Un,
  Op.Bin,
  Op.Cmp,
  Op.Fmt,
  Op.GetAttr,
  Op.GetItem,
  Op.Unpack,
  Op.Iter,
  Op.Next,
  Op.Len,
  Op.IsInst,
  Op.Call,
  Op.Decorate,
  Op.Await,
  Op.Yield,
  Op.YieldFrom,
  Op.SetAttr,
  Op.SetItem,
  Op.DelAttr,
  Op.DelItem,
  Op.Enter,
  Op.Exit,
  Op.Raise,
]) {
  mayRaise[op] = 1;
}
/** Rows whose exceptional edge must not be shared with later rows: they change the world. */
const endsBlock = new Uint8Array(opCount);
for (const op of [Op.Call, Op.Decorate, Op.Await, Op.Yield, Op.YieldFrom, Op.Enter, Op.Exit]) endsBlock[op] = 1;

/** Operands of all phis of one function; what a `try` around thousands of assignments may cost. */
const phiOperandsMax = 4_000_000;
/** Predecessors and steps looked at to find that a join needs no phi. */
const commonPredsMax = 8;
const commonStepsMax = 64;
/** In `raisedUnder`: nothing in the block may raise yet. */
const notRaised = -2;

/** A slot and the row that stands for it before any write: an Undef in functions, a name lookup in modules and classes. */
export interface InitialRow {
  readonly op: Op;
  readonly a: number;
  readonly b: number;
}

export class FunctionBuilder extends FunctionDraft {
  /** The open block, or -1 after a terminator. */
  current = -1;
  /** Says what a slot holds before it is written. */
  initialOf: (slot: number) => InitialRow = () => ({ op: Op.Undef, a: 0, b: -1 });

  private phis: number[] = [];

  private readonly incomplete: number[][] = [];
  private readonly sealed = new ByteColumn(256);
  private readonly live = new ByteColumn(256);
  /** The handler in force when the first row that may raise was emitted (-1 none), or {@link notRaised}. */
  private readonly raisedUnder = new IntColumn(256);
  private readonly terminated = new ByteColumn(256);

  private readonly defs = new SlotTable();
  private pending: number[] = [];
  private handlerBlock = -1;
  private phiOperands = 0;
  /** Starts a new function with a live entry block. */
  begin(): void {
    this.clear();
    this.phis = [];
    this.sealed.length = this.live.length = this.raisedUnder.length = this.terminated.length = 0;
    this.defs.clear();
    this.pending = [];
    this.handlerBlock = -1;
    this.phiOperands = 0;
    const entry = this.newBlock();
    this.live.data[entry] = 1;
    this.seal(entry);
    this.resume(entry);
  }

  // ---- blocks

  newBlock(flags = 0): number {
    const block = this.blockCount++;
    if (block === this.preds.length) {
      this.preds.push([]);
      this.succs.push([]);
      this.incomplete.push([]);
    } else {
      this.preds[block].length = 0;
      this.succs[block].length = 0;
      this.incomplete[block].length = 0;
    }
    this.flags.push(flags);
    this.sealed.push(0);
    this.live.push(0);
    this.raisedUnder.push(notRaised);
    this.sequenced.push(0);
    this.terminated.push(0);
    this.blockHandler.push(-1);
    return block;
  }

  /** Goes on in a block. Its place among the blocks of the function is fixed by the first time. */
  resume(block: number): void {
    this.place(block);
    this.current = block;
    this.leaveOldHandler();
  }

  /** No more edges will lead to this block. */
  seal(block: number): void {
    if (this.sealed.data[block] === 1) return;
    this.sealed.data[block] = 1;
    const waiting = this.incomplete[block];
    for (let i = 0; i < waiting.length; i += 2) this.pending.push(waiting[i + 1], waiting[i], block);
    waiting.length = 0;
    this.fillPending();
  }

  /** The open block; a dead one is started if there is none. */
  openBlock(): number {
    if (this.current < 0) this.startDead();
    return this.current;
  }

  hasPredecessor(block: number): boolean {
    return this.preds[block].length > 0;
  }

  /** Holds if code emitted now can run. */
  get isLive(): boolean {
    return this.current >= 0 && this.live.data[this.current] === 1;
  }

  get handler(): number {
    return this.handlerBlock;
  }

  /** Sets the block that receives exceptions from here on, or -1. */
  set handler(block: number) {
    if (block === this.handlerBlock) return;
    this.handlerBlock = block;
    if (this.current >= 0) this.leaveOldHandler();
  }

  private leaveOldHandler(): void {
    const under = this.raisedUnder.data[this.current];
    if (under !== notRaised && under !== this.handlerBlock) this.split();
  }

  /** Makes an edge from the open block to its handler, as if something here raised. */
  raiseHere(): void {
    if (this.current >= 0) this.noteRaise(this.current);
  }

  /** Makes an edge from a block to a handler that nothing else leads to, so that no handler is lost. */
  raiseFrom(block: number, handler: number): void {
    if (this.live.data[block] === 0 || this.raisedUnder.data[block] !== notRaised) return;
    this.raisedUnder.data[block] = handler;
    this.blockHandler.data[block] = handler;
    this.addEdge(block, handler);
  }

  private noteRaise(block: number): void {
    if (this.raisedUnder.data[block] !== notRaised) return;
    const handler = this.handlerBlock;
    this.raisedUnder.data[block] = handler;
    if (handler < 0 || this.live.data[block] === 0) return;
    this.blockHandler.data[block] = handler;
    this.addEdge(block, handler);
  }

  private split(): void {
    if (this.live.data[this.current] === 0) return;
    const next = this.newBlock();
    this.jump(next);
    this.seal(next);
    this.resume(next);
  }

  private startDead(): void {
    const block = this.newBlock(BlockFlag.Dead);
    this.seal(block);
    this.resume(block);
  }

  private addEdge(from: number, to: number): void {
    invariant(this.sealed.data[to] === 0, "an edge leads to a block that is still open for edges");
    this.preds[to].push(from);
    this.live.data[to] = 1;
  }

  // ---- rows

  /** Emits a row into the open block. */
  emit(op: Op, a = 0, b = 0, c = 0): number {
    if (this.current < 0) this.startDead();
    const block = this.current;
    const v = this.row(block, op, a, b, c);
    if (mayRaise[op] === 1) {
      this.noteRaise(block);
      if (endsBlock[op] === 1 && this.handlerBlock >= 0) this.split();
    }
    return v;
  }

  /** Marks the open block: its end leaves a finally and drops what is pending there. */
  dropPending(): void {
    if (this.current >= 0) this.flags.data[this.current] |= BlockFlag.DropsPending;
  }

  // ---- terminators: each closes the open block

  private terminate(op: Op, a = 0, b = 0, c = 0): number {
    if (this.current < 0) return -1;
    const block = this.current;
    this.current = -1;
    this.terminated.data[block] = 1;
    if (this.live.data[block] === 1) {
      this.row(block, op, a, b, c);
      return block;
    }
    this.flags.data[block] |= BlockFlag.Dead;
    this.row(block, Op.Unreachable, 0, 0, 0);
    return -1;
  }

  jump(target: number): void {
    const from = this.terminate(Op.Jump);
    if (from < 0) return;
    this.succs[from].push(target);
    this.addEdge(from, target);
  }

  /** Ends the block with a Branch; returns the two successors, each with this one predecessor. Nothing if the code is dead. */
  branch(condition: number, kind: BranchKind): { whenTrue: number; whenFalse: number } | undefined {
    const from = this.terminate(Op.Branch, condition, kind);
    if (from < 0) return undefined;
    return { whenTrue: this.edgeBlock(from), whenFalse: this.edgeBlock(from) };
  }

  /** Ends the block with a Switch; returns one successor per case and, last, the default. */
  switch(selector: number, cases: readonly number[]): number[] | undefined {
    const from = this.terminate(Op.Switch, selector, this.lists.add(cases));
    if (from < 0) return undefined;
    return [...cases, -1].map(() => this.edgeBlock(from));
  }

  return(value: number): void {
    this.terminate(Op.Return, value);
  }

  raise(exception: number, cause: number, why: 0 | 1 | 2): void {
    if (this.current >= 0) this.noteRaise(this.current);
    this.terminate(Op.Raise, exception, cause, why);
  }

  private edgeBlock(from: number): number {
    const block = this.newBlock();
    this.succs[from].push(block);
    this.addEdge(from, block);
    this.seal(block);
    return block;
  }

  /** Continues where several open blocks meet; with none, the code that follows is dead. */
  join(blocks: readonly number[]): void {
    this.current = -1;
    if (blocks.length === 0) return;
    if (blocks.length === 1) {
      this.resume(blocks[0]);
      return;
    }
    const target = this.newBlock();
    for (const block of blocks) {
      this.place(block);
      this.current = block;
      this.jump(target);
    }
    this.seal(target);
    if (this.preds[target].length > 0) this.resume(target);
  }

  /** Like {@link join}, for a value that each block brings along. Blocks must be open and different. */
  joinValues(blocks: readonly number[], values: readonly number[]): number {
    const arriving: number[] = [];
    for (let i = 0; i < blocks.length; i++) if (this.live.data[blocks[i]] === 1) arriving.push(values[i]);
    this.join(blocks);
    if (arriving.length === 0) return this.emit(Op.Undef, 0, -1);
    let same = true;
    for (const value of arriving) same &&= value === arriving[0];
    if (same || this.preds[this.current].length !== arriving.length) return arriving[0];
    const phi = this.row(this.current, Op.Phi, this.lists.add(arriving), 0, 0);
    this.phis.push(phi);
    return phi;
  }

  // ---- slots

  write(slot: number, value: number): void {
    if (this.current < 0) this.startDead();
    if (this.handlerBlock >= 0 && this.raisedUnder.data[this.current] !== notRaised) this.split();
    this.defs.set(this.current, slot, value);
  }

  /** Like {@link write}, for slots that handlers do not read: never starts a new block. */
  writeHidden(slot: number, value: number): void {
    if (this.current < 0) this.startDead();
    this.defs.set(this.current, slot, value);
  }

  read(slot: number): number {
    if (this.current < 0) this.startDead();
    const v = this.readIn(slot, this.current);
    if (this.pending.length > 0) this.fillPending();
    return this.find(v);
  }

  /** Redefines a slot at the start of a successor of a Branch. */
  sigma(block: number, slots: readonly number[], value: number, condition: number, polarity: 0 | 1): number {
    const v = this.row(block, Op.Sigma, value, condition, polarity);
    for (const slot of slots) this.defs.set(block, slot, v);
    return v;
  }

  private readIn(slot: number, block: number): number {
    let at = block;
    let v: number;
    for (;;) {
      v = this.defs.get(at, slot);
      if (v >= 0) {
        v = this.find(v);
        break;
      }
      const preds = this.preds[at];
      if (this.sealed.data[at] === 0) {
        v = this.newPhi(at, slot);
        this.incomplete[at].push(slot, v);
        break;
      }
      if (preds.length === 0) {
        const initial = this.initialOf(slot);
        v = this.row(at, initial.op, initial.a, initial.b, initialMark);
        this.defs.set(at, slot, v);
        break;
      }
      if (preds.length > 1) {
        const common = this.commonOrigin(slot, preds);
        if (common >= 0) {
          at = common;
          continue;
        }
        v = this.newPhi(at, slot);
        this.pending.push(v, slot, at);
        break;
      }
      at = preds[0];
    }
    if (at !== block) this.defs.set(block, slot, v);
    return v;
  }

  /**
   * The block where all predecessors of a join get a slot from, if they do so without joins of their own; else -1. After an
   * `if` that does not touch the slot this is where the branch was, and no phi is needed.
   */
  private commonOrigin(slot: number, preds: readonly number[]): number {
    if (preds.length > commonPredsMax) return -1;
    let common = -1;
    for (let i = 0; i < preds.length; i++) {
      let at = preds[i];
      for (let step = 0; step < commonStepsMax; step++) {
        const above = this.preds[at];
        if (above.length !== 1 || this.sealed.data[at] === 0 || this.defs.get(at, slot) >= 0) break;
        at = above[0];
      }
      if (i === 0) common = at;
      else if (common !== at) return -1;
    }
    return common;
  }

  private newPhi(block: number, slot: number): number {
    const phi = this.row(block, Op.Phi, 0, 0, 0);
    this.phis.push(phi);
    this.defs.set(block, slot, phi);
    return phi;
  }

  /** Gives waiting phis their operands; reads made on the way may add more. A worklist, so that depth does not matter. */
  private fillPending(): void {
    const pending = this.pending;
    const filled: number[] = [];
    while (pending.length > 0) {
      const block = pending.pop() as number;
      const slot = pending.pop() as number;
      const phi = pending.pop() as number;
      const preds = this.preds[block];
      const operands: number[] = [];
      this.phiOperands += preds.length;
      if (this.phiOperands > phiOperandsMax) throw new FunctionTooLarge("function joins too many values");
      for (const pred of preds) operands.push(this.readIn(slot, pred));
      this.a.data[phi] = this.lists.add(operands);
      filled.push(phi);
    }
    for (let i = filled.length - 1; i >= 0; i--) this.replaceIfTrivial(filled[i]);
  }

  private replaceIfTrivial(phi: number): boolean {
    const list = this.a.data[phi];
    if (list === 0 || this.replaced.data[phi] >= 0) return false;
    let same = -1;
    for (let i = 0, n = this.lists.length(list); i < n; i++) {
      const operand = this.find(this.lists.at(list, i));
      if (operand === phi || operand === same) continue;
      if (same >= 0) return false;
      same = operand;
    }
    if (same < 0) return false;
    this.replaced.data[phi] = same;
    return true;
  }

  // ---- the end

  /** Appends the function to the program. `newId` then maps temporary rows until the next `begin`. */
  finish(ir: Ir, functionId: number): FinishedFunction {
    this.closeDeadBlocks();
    this.removeTrivialPhis();
    return this.append(ir, functionId);
  }

  /** Dead blocks may be left open: nobody joins them. */
  private closeDeadBlocks(): void {
    for (const block of this.sequence) {
      if (this.terminated.data[block] === 1) continue;
      invariant(this.live.data[block] === 0, "a block that can run is closed");
      this.current = block;
      this.terminate(Op.Unreachable);
    }
    this.current = -1;
  }

  private removeTrivialPhis(): void {
    // Nested loops need one round per level; a bound keeps hostile input linear (what is left over is valid, not minimal).
    for (let round = 0, changed = true; changed && round < 12; round++) {
      changed = false;
      for (let i = this.phis.length - 1; i >= 0; i--) if (this.replaceIfTrivial(this.phis[i])) changed = true;
    }
  }
}
