/**
 * Code for Pythons that nobody runs any more: blocks that only an interpreter before 3.8, or one without a feature of
 * the standard library that every later one has, would come to.
 *
 * ```text
 * if hasattr(random, "SystemRandom"): ...      true
 * else: rng = random                           dead
 * if sys.version_info < (3,): ...              dead
 * try: import secrets
 * except ImportError: import random as secrets dead, and binds no name
 * try: rng = random.SystemRandom()
 * except NotImplementedError: ...              dead
 * ```
 * The stubs say what the standard library has. A test that they answer becomes the literal that it gives.
 */
import {
  BlockFlag, BranchKind, BuildKind, callArg, callArgCount, callCallee, callKeywordCount, CmpOp, constantOf, constFalse, constTrue, type FunctionInfo, type Ir, Op,
} from "../ir/index.ts";
import type { StubPack } from "../knowledge/index.ts";
import { isStandardModule } from "./standard-modules.ts";

/** The oldest Python that counts: its release, and the next major version. */
const oldest = [3, 8] as const;
const newest = [3, 99] as const;

/** Errors that say that a name, a module or a service of the system is missing. */
const missing = new Set(["ImportError", "ModuleNotFoundError", "AttributeError", "NotImplementedError", "NameError"]);

/** Marks the blocks that no present Python comes to. Done before names are collected: what they bind is bound nowhere. */
export function settleOldPythons(ir: Ir, stubs: StubPack | undefined): void {
  if (stubs === undefined) return;
  const settler = new Settler(ir, stubs);
  for (const fn of ir.functions) settler.visit(fn);
}

class Settler {
  private readonly ir: Ir;
  private readonly stubs: StubPack;
  private readonly hasattr: number;
  private readonly versionInfo: number;
  /** Tests that became literals. Branches on other literals are left alone: what stands behind them may declare types. */
  private readonly settled = new Set<number>();
  /** Per module: names that stand for a module of the standard library, and for nothing else. */
  private readonly globals = new Map<number, ReadonlyMap<number, string>>();

  constructor(ir: Ir, stubs: StubPack) {
    this.ir = ir;
    this.stubs = stubs;
    this.hasattr = ir.strings.intern("hasattr");
    this.versionInfo = ir.strings.intern("version_info");
  }

  visit(fn: FunctionInfo): void {
    const { ir } = this;
    const cut = new Set<number>();
    for (let row = fn.firstInstr; row < fn.endInstr; row++) {
      const op = ir.op.data[row] as Op;
      if (op === Op.Call || op === Op.Cmp) this.settle(row, op);
      else if (op === Op.Branch && ir.b.data[row] === BranchKind.Condition) {
        const truth = this.truthOf(ir.a.data[row]);
        if (truth !== undefined) cut.add(ir.lists.at(ir.blocks.succs.data[ir.block.data[row]], truth ? 1 : 0));
      } else if (op === Op.Branch && ir.b.data[row] === BranchKind.Catches && this.catchesNothing(fn, row)) {
        cut.add(ir.lists.at(ir.blocks.succs.data[ir.block.data[row]], 0));
      }
    }
    if (cut.size > 0) this.markDead(fn, cut);
  }

  /** Blocks that are reached through blocks in `cut` only. */
  private markDead(fn: FunctionInfo, cut: ReadonlySet<number>): void {
    const { ir } = this;
    const seen = new Set([fn.firstBlock]);
    const todo = [fn.firstBlock];
    for (let block = todo.pop(); block !== undefined; block = todo.pop()) {
      const next = ir.lists.toArray(ir.blocks.succs.data[block]);
      if (ir.blocks.handler.data[block] >= 0) next.push(ir.blocks.handler.data[block]);
      for (const to of next) {
        // A block that others lead to as well stays: the branch alone is settled.
        if (seen.has(to) || (cut.has(to) && ir.lists.length(ir.blocks.preds.data[to]) === 1)) continue;
        seen.add(to);
        todo.push(to);
      }
    }
    for (let block = fn.firstBlock; block < fn.endBlock; block++) if (!seen.has(block)) ir.blocks.flags.data[block] |= BlockFlag.Dead;
  }

  private truthOf(condition: number): boolean | undefined {
    const { ir } = this;
    if (ir.op.data[condition] === Op.Not) {
      const inner = this.truthOf(ir.a.data[condition]);
      return inner === undefined ? undefined : !inner;
    }
    return this.settled.has(condition) ? ir.a.data[condition] === constTrue : undefined;
  }

  private settle(row: number, op: Op): void {
    const { ir } = this;
    const truth = op === Op.Call ? this.hasFeature(row) : this.compareVersion(row);
    if (truth === undefined) return;
    this.settled.add(row);
    ir.op.data[row] = Op.Const;
    ir.a.data[row] = truth ? constTrue : constFalse;
  }

  /** `hasattr(random, "SystemRandom")` of a module of the standard library that has it. */
  private hasFeature(call: number): boolean | undefined {
    const { ir } = this;
    const callee = callCallee(ir, call);
    if (ir.op.data[callee] !== Op.Global || ir.a.data[callee] !== this.hasattr) return undefined;
    if (callArgCount(ir, call) !== 2 || callKeywordCount(ir, call) !== 0) return undefined;
    const name = constantOf(ir, callArg(ir, call, 1));
    const module = this.moduleOf(callArg(ir, call, 0));
    return name?.type === "str" && this.has(module, name.value) ? true : undefined;
  }

  private has(module: string, name: string): boolean {
    if (module === "" || !this.stubs.has(module)) return false;
    const names = this.stubs.module(module)?.names;
    return (names !== undefined && Object.hasOwn(names, name)) || this.stubs.has(`${module}.${name}`);
  }

  /** The module of the standard library that a value is, or "". */
  private moduleOf(value: number): string {
    const { ir } = this;
    let v = value;
    while (ir.op.data[v] === Op.Sigma) v = ir.a.data[v];
    const op = ir.op.data[v] as Op;
    if (op === Op.Import) return this.imported(v);
    if (op === Op.Global) return this.importsOf(this.moduleAt(v)).get(ir.a.data[v]) ?? "";
    if (op !== Op.GetAttr) return "";
    const outer = this.moduleOf(ir.a.data[v]);
    return outer === "" ? "" : this.standard(`${outer}.${ir.strings.text(ir.b.data[v])}`);
  }

  /** `import a.b` binds a, `import a.b as c` the whole. */
  private imported(row: number): string {
    const { ir } = this;
    const name = ir.strings.text(ir.a.data[row]);
    return ir.b.data[row] >= 0 ? "" : this.standard(ir.c.data[row] === 1 ? name : name.split(".")[0]);
  }

  private standard(name: string): string {
    return isStandardModule(name.split(".")[0]) && this.stubs.has(name) ? name : "";
  }

  private moduleAt(row: number): number {
    const { ir } = this;
    return ir.functions[ir.blocks.func.data[ir.block.data[row]]].module;
  }

  private importsOf(module: number): ReadonlyMap<number, string> {
    const known = this.globals.get(module);
    if (known) return known;
    const { ir } = this;
    const out = new Map<number, string>();
    for (const fn of ir.functions) {
      if (fn.module !== module) continue;
      for (let row = fn.firstInstr; row < fn.endInstr; row++) {
        if (ir.op.data[row] !== Op.SetGlobal) continue;
        const value = ir.b.data[row];
        const name = ir.op.data[value] === Op.Import ? this.imported(value) : "";
        const before = out.get(ir.a.data[row]);
        out.set(ir.a.data[row], before === undefined || before === name ? name : "");
      }
    }
    this.globals.set(module, out);
    return out;
  }

  // ---- versions

  /** A comparison of `sys.version_info`, if all Pythons that count give the same answer. */
  private compareVersion(row: number): boolean | undefined {
    const { ir } = this;
    const parts = this.versionParts(ir.b.data[row]);
    if (parts === 0) return undefined;
    const wanted = this.numbersOf(ir.c.data[row]);
    if (wanted === undefined) return undefined;
    const answers = [oldest, newest].map((version) => compare(version.slice(0, parts), wanted, ir.a.data[row] as CmpOp));
    return answers[0] === answers[1] ? answers[0] : undefined;
  }

  /** How many numbers of the version an expression gives: 1 for the major one, 2 for both, 0 if it is none. */
  private versionParts(value: number): number {
    const { ir } = this;
    const op = ir.op.data[value] as Op;
    if (op === Op.GetAttr && ir.b.data[value] === this.versionInfo) return this.moduleOf(ir.a.data[value]) === "sys" ? 2 : 0;
    if (op !== Op.GetAttr && op !== Op.GetItem) return 0;
    if (this.versionParts(ir.a.data[value]) !== 2) return 0;
    if (op === Op.GetAttr) return ir.strings.text(ir.b.data[value]) === "major" ? 1 : 0;
    const key = ir.b.data[value];
    if (ir.op.data[key] === Op.Build && ir.a.data[key] === BuildKind.Slice) return 2;
    const index = constantOf(ir, key);
    return index?.type === "int" && Number(index.value) === 0 ? 1 : 0;
  }

  /** The numbers of a tuple of literals or of one literal, two at most. */
  private numbersOf(value: number): readonly number[] | undefined {
    const { ir } = this;
    const items = ir.op.data[value] === Op.Build && ir.a.data[value] === BuildKind.Tuple ? ir.lists.toArray(ir.b.data[value]) : [value];
    const numbers = items.slice(0, 2).map((item) => constantOf(ir, item));
    return numbers.every((number) => number?.type === "int") ? numbers.map((number) => Number(number?.type === "int" ? number.value : 0)) : undefined;
  }

  // ---- handlers

  /** Holds for a handler of errors that say that something is missing, of a block that asks for nothing that can be. */
  private catchesNothing(fn: FunctionInfo, branch: number): boolean {
    const { ir } = this;
    const types = ir.lists.toArray(ir.a.data[ir.a.data[branch]]);
    const names = types.map((type) => (ir.op.data[type] === Op.Global ? ir.strings.text(ir.a.data[type]) : ""));
    if (names.length === 0 || !names.every((name) => missing.has(name))) return false;
    const handler = this.handlerOf(fn, ir.block.data[branch]);
    if (handler < 0) return false;
    let asks = false;
    for (let block = fn.firstBlock; block < fn.endBlock; block++) {
      if (ir.blocks.handler.data[block] !== handler) continue;
      for (let row = ir.blocks.first.data[block]; row < ir.blocks.end.data[block]; row++) {
        if (!this.isSure(row)) return false;
        asks ||= ir.op.data[row] === Op.Import || ir.op.data[row] === Op.Call || ir.op.data[row] === Op.GetAttr;
      }
    }
    return asks;
  }

  /** The first block of the handlers that a block belongs to, or -1. */
  private handlerOf(fn: FunctionInfo, block: number): number {
    const { ir } = this;
    let at = block;
    for (let i = fn.firstBlock; i < fn.endBlock; i++) {
      if ((ir.blocks.flags.data[at] & BlockFlag.Handler) !== 0) return at;
      const preds = ir.blocks.preds.data[at];
      if (ir.lists.length(preds) !== 1) return -1;
      at = ir.lists.at(preds, 0);
    }
    return -1;
  }

  /** Holds for a row that no present Python stops at for want of a name or module. */
  private isSure(row: number): boolean {
    const { ir } = this;
    switch (ir.op.data[row] as Op) {
      case Op.Const: case Op.SetGlobal: case Op.ClassVar: case Op.SetCell: case Op.Jump: case Op.Phi: case Op.Return: case Op.Expr: return true;
      case Op.Global: return this.moduleOf(row) !== "";
      case Op.Import: {
        const name = ir.strings.text(ir.a.data[row]);
        return ir.b.data[row] < 0 ? this.standard(name) !== "" : this.standard(name) !== "" && this.has(name, ir.strings.text(ir.b.data[row]));
      }
      case Op.GetAttr: return this.has(this.moduleOf(ir.a.data[row]), ir.strings.text(ir.b.data[row]));
      case Op.Call: return this.isSure(callCallee(ir, row)) && ir.op.data[callCallee(ir, row)] === Op.GetAttr && callKeywordCount(ir, row) === 0;
      default: return false;
    }
  }
}

/** Compares as Python does tuples: the shorter one is less if all of it is equal. */
function compare(version: readonly number[], wanted: readonly number[], op: CmpOp): boolean | undefined {
  let order = 0;
  // What follows in the version (micro, release) makes the longer tuple the greater one.
  for (let i = 0; i < version.length && order === 0; i++) order = i < wanted.length ? Math.sign(version[i] - wanted[i]) : 1;
  switch (op) {
    case CmpOp.Lt: return order < 0;
    case CmpOp.LtE: return order <= 0;
    case CmpOp.Gt: return order > 0;
    case CmpOp.GtE: return order >= 0;
    case CmpOp.Eq: return order === 0;
    case CmpOp.NotEq: return order !== 0;
    default: return undefined;
  }
}
