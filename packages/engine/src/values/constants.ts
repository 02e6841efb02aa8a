/**
 * Which values are literals, and which blocks can run: sparse conditional constant evaluation (Wegman and Zadeck 1991).
 *
 *     num = 86
 *     if 7 * 42 - num > 200:   Cmp -> {True}: only succ[0] can run
 *         bar = "safe"         bar -> {"safe"}
 *     else:
 *         bar = param          never runs, so the phi after it is {"safe"}
 *
 * A value is unknown yet (no run reaches it), a set of at most four literals, or anything. Nothing is executed: operators
 * and pure methods of literals are worked out here. A function is looked at when someone asks about it.
 */
import { BlockFlag, BranchKind, type ConstantValue, Op, type FunctionInfo, type Ir } from "../ir/index.ts";
import { ConstantEvaluator, type ConstantOfRead, type IsObjectRead } from "./constant-evaluator.ts";
import { couldBeLiteral } from "./constant-lookahead.ts";
import { anything, ConstantSets, unknownYet } from "./constant-sets.ts";

/** What constant evaluation knows. Values and blocks of all functions of the program may be asked about. */
export interface ConstantFacts {
  /** The literals (ids in Ir.constants, ascending) that a value can be; undefined if it can be anything else. */
  constantsOf(value: number): readonly number[] | undefined;
  /** The one literal that a value is; undefined if it can be several, if it can be anything, and where there is no value (-1). */
  literalOf(value: number): ConstantValue | undefined;
  /** Holds if the block can run. */
  isReachable(block: number): boolean;
  /** Holds if control can go from the block to its i-th successor. */
  isEdgeFeasible(block: number, successor: number): boolean;
}

/** Sweeps over one function; more are only needed by deeply nested loops, which are then given up. */
const sweepsMax = 40;
/** How far a condition is followed to see whether evaluating the function could decide it. */
const lookaheadMax = 5;

/**
 * Prepares constant evaluation of a finished program.
 *
 * @param endsEarly blocks that control does not leave at their end.
 * @param isObjectRead holds for reads that give a function, a class or a module.
 * @param constantOfRead literals that a Global, Cell, Import or GetAttr row can read, if all its stores are known.
 */
export function evaluateConstants(ir: Ir, constantOfRead?: ConstantOfRead, endsEarly?: EndsEarly, isObjectRead?: IsObjectRead): ConstantFacts {
  return new ConstantEvaluation(ir, constantOfRead, endsEarly, isObjectRead ?? (() => false));
}

/** Holds for blocks that call something that does not return: nothing after the call runs. */
export type EndsEarly = (block: number) => boolean;

const enum State {
  New,
  Trivial,
  Done,
}

class ConstantEvaluation implements ConstantFacts {
  private readonly ir: Ir;
  private readonly sets: ConstantSets;
  private readonly evaluator: ConstantEvaluator;
  private readonly readsAreKnown: boolean;
  private readonly state: Uint8Array;
  /** Per row: id of a set, {@link anything} or {@link unknownYet}. */
  private readonly values: Int32Array;
  /** Per block: bit i if successor i (at most 30) can be taken; bit 31 if the block can run. */
  private readonly edges: Int32Array;
  private readonly endsEarly: EndsEarly;

  constructor(ir: Ir, constantOfRead: ConstantOfRead | undefined, endsEarly: EndsEarly | undefined, isObjectRead: IsObjectRead) {
    this.ir = ir;
    this.endsEarly = endsEarly ?? (() => false);
    this.readsAreKnown = constantOfRead !== undefined;
    this.sets = new ConstantSets(ir);
    this.values = new Int32Array(ir.length);
    this.edges = new Int32Array(ir.blocks.first.length);
    this.state = new Uint8Array(ir.functions.length);
    this.evaluator = new ConstantEvaluator(ir, this.sets, this.values, constantOfRead, isObjectRead);
  }

  constantsOf(value: number): readonly number[] | undefined {
    const { ir } = this;
    if (ir.op.data[value] === Op.Const) return [ir.a.data[value]];
    const info = ir.functions[ir.blocks.func.data[ir.block.data[value]]] as FunctionInfo;
    if (this.state[info.id] !== State.Done) this.solve(info);
    const set = this.values[value];
    return set > unknownYet ? this.sets.membersOf(set) : undefined;
  }

  literalOf(value: number): ConstantValue | undefined {
    const known = value < 0 ? undefined : this.constantsOf(value);
    return known?.length === 1 ? this.ir.constants[known[0]] : undefined;
  }

  isReachable(block: number): boolean {
    const info = this.prepare(block);
    if (this.state[info.id] === State.Trivial) return !this.isDead(block);
    return this.edges[block] < 0;
  }

  isEdgeFeasible(block: number, successor: number): boolean {
    const info = this.prepare(block);
    if (this.state[info.id] === State.Trivial || successor > 30) return this.isReachable(block) && !this.isDead(this.ir.lists.at(this.ir.blocks.succs.data[block], successor));
    return (this.edges[block] & (1 << successor)) !== 0;
  }

  private isDead(block: number): boolean {
    return (this.ir.blocks.flags.data[block] & BlockFlag.Dead) !== 0;
  }

  private prepare(block: number): FunctionInfo {
    const info = this.ir.functions[this.ir.blocks.func.data[block]] as FunctionInfo;
    if (this.state[info.id] === State.New) {
      if (this.hasDecidableBranch(info)) this.solve(info);
      else this.state[info.id] = State.Trivial;
    }
    return info;
  }

  private hasDecidableBranch(info: FunctionInfo): boolean {
    const { ir } = this;
    for (let block = info.firstBlock; block < info.endBlock; block++) {
      if (this.endsEarly(block)) return true;
      const last = ir.blocks.end.data[block] - 1;
      const op = ir.op.data[last];
      if (op === Op.Switch) continue; // decided by how its finally was entered, which is decided by other branches
      if (op !== Op.Branch || ir.b.data[last] !== BranchKind.Condition) continue;
      if (couldBeLiteral(ir, ir.a.data[last], lookaheadMax, this.readsAreKnown)) return true;
    }
    return false;
  }

  // ---- the solver: sweeps in block order until nothing changes

  private solve(info: FunctionInfo): void {
    const { values, edges } = this;
    this.state[info.id] = State.Done;
    values.fill(unknownYet, info.firstInstr, info.endInstr);
    edges.fill(0, info.firstBlock, info.endBlock);
    this.evaluator.enter(info);
    edges[info.firstBlock] = running;
    for (let sweep = 0; sweep < sweepsMax; sweep++) {
      let changed = false;
      for (let block = info.firstBlock; block < info.endBlock; block++) {
        if (edges[block] >= 0) continue;
        if (this.sweepBlock(block)) changed = true;
      }
      if (!changed) return;
    }
    this.giveUp(info);
  }

  private sweepBlock(block: number): boolean {
    const { ir, values } = this;
    let changed = false;
    const end = ir.blocks.end.data[block] - 1;
    for (let v = ir.blocks.first.data[block]; v < end; v++) {
      const before = values[v];
      if (before === anything) continue;
      const after = ir.op.data[v] === Op.Phi ? this.joinPhi(v, block) : this.evaluator.evaluate(v);
      if (after === before) continue;
      // Values only grow: a set never shrinks from one sweep to the next.
      values[v] = before === unknownYet ? after : this.sets.union(before, after);
      if (values[v] !== before) changed = true;
    }
    return this.sweepEdges(block, end) || changed;
  }

  private joinPhi(phi: number, block: number): number {
    const { ir, values } = this;
    const inputs = ir.a.data[phi];
    const preds = ir.blocks.preds.data[block];
    let joined = unknownYet;
    for (let i = 0, n = ir.lists.length(inputs); i < n && joined !== anything; i++) {
      if (!this.isEdgeTaken(ir.lists.at(preds, i), block)) continue;
      joined = this.sets.union(joined, values[ir.lists.at(inputs, i)]);
    }
    return joined;
  }

  private isEdgeTaken(from: number, to: number): boolean {
    const { ir, edges } = this;
    if (edges[from] >= 0) return false;
    if (ir.blocks.handler.data[from] === to) return true;
    const succs = ir.blocks.succs.data[from];
    for (let i = 0, n = ir.lists.length(succs); i < n; i++) {
      if (ir.lists.at(succs, i) === to) return i > 30 || (edges[from] & (1 << i)) !== 0;
    }
    return false;
  }

  /** Opens the ways out that can be taken; says whether one is new. */
  private sweepEdges(block: number, terminator: number): boolean {
    const { ir, edges } = this;
    const succs = ir.blocks.succs.data[block];
    const count = ir.lists.length(succs);
    const mask = this.endsEarly(block) ? 0 : this.feasible(terminator, count);
    let changed = false;
    if ((edges[block] & mask) !== mask) {
      edges[block] |= mask;
      changed = true;
    }
    for (let i = 0; i < count; i++) {
      if (i <= 30 && (mask & (1 << i)) === 0) continue;
      if (this.start(ir.lists.at(succs, i))) changed = true;
    }
    const handler = ir.blocks.handler.data[block];
    return (handler >= 0 && this.start(handler)) || changed;
  }

  private start(block: number): boolean {
    if (this.edges[block] < 0 || this.isDead(block)) return false;
    this.edges[block] |= running;
    return true;
  }

  /** Bits of the successors that the present values allow. */
  private feasible(terminator: number, count: number): number {
    const { ir, values } = this;
    const all = count > 30 ? 0x7fffffff : (1 << count) - 1;
    const op = ir.op.data[terminator];
    const isDecision = (op === Op.Branch && ir.b.data[terminator] === BranchKind.Condition) || op === Op.Switch;
    if (!isDecision) return all;
    const condition = ir.a.data[terminator];
    if (op === Op.Branch) {
      const truth = this.evaluator.truthOf(condition);
      return truth === undefined ? 3 : truth === unknownYet ? 0 : truth;
    }
    const set = values[condition];
    if (set === anything) return all;
    if (set === unknownYet) return 0;
    let mask = 0;
    for (const member of this.sets.membersOf(set)) {
      const cases = ir.lists.toArray(ir.b.data[terminator]);
      const i = cases.indexOf(member);
      mask |= 1 << (i < 0 ? count - 1 : i);
    }
    return mask;
  }

  private giveUp(info: FunctionInfo): void {
    this.values.fill(anything, info.firstInstr, info.endInstr);
    for (let block = info.firstBlock; block < info.endBlock; block++) {
      const isDead = (this.ir.blocks.flags.data[block] & BlockFlag.Dead) !== 0;
      this.edges[block] = isDead ? 0 : -1;
    }
  }
}

/** Sign bit of a block's edges: the block can run. */
const running = 1 << 31;
