/**
 * The demand-driven solver: summaries of values, of what functions return, and of what they store into parameters.
 *
 * Summaries are symbolic: a leaf may be a port (a parameter of the function), which a call replaces by its argument.
 * So calls and returns match at any depth without call strings. Functions that call each other are solved again until
 * their summaries no longer grow.
 */
import { PairMap } from "../base/index.ts";
import { type FunctionInfo, type Ir, Op, functionOf } from "../ir/index.ts";
import type { ApiGraph, PassRule } from "../knowledge/index.ts";
import { type CallSite, type CallTarget, type Program, TokenKind, tokenId, tokenKind } from "../program/index.ts";
import { Endings } from "./endings.ts";
import { FieldIndex } from "./fields.ts";
import { type GuardAnswer, guardsOfCondition } from "./guards.ts";
import { ItemStores } from "./item-stores.ts";
import { LeafKind, type Summary, Traces } from "./leaf.ts";
import type { Need } from "./need.ts";
import { OpenCallers } from "./open-callers.ts";
import { PathTable, anyItem } from "./paths.ts";
import { readPort } from "./ports.ts";
import { StoreGroups } from "./store-groups.ts";
import { visit } from "./transfer.ts";
import { builtinMethod } from "./transfer-call.ts";
import { Walk } from "./walk.ts";
import { parameterOfRole, WriteEffects } from "./write-effects.ts";

/** What constant evaluation knows; written by `values/`. */
export interface ValueFacts {
  constantsOf(value: number): readonly number[] | undefined;
  isReachable(block: number): boolean;
  isEdgeFeasible(block: number, successor: number): boolean;
}

/** Deepest chain of summaries that are computed inside one another. */
export const summaryDepthMax = 80;
/** Most rounds of a group of functions that call each other. */
export const summaryRoundsMax = 20;

/** Most nodes that one obligation may cost beyond what others have already paid for. */
export const obligationStepsMax = 50_000;
export const shallowStepsMax = 2_500;
/** A summary that was cut off is remembered only if it cost this much itself; a cheaper one is cut by what was around it. */
const cutSummaryStepsMin = 5_000;

const enum Which { Value, Return, Yield, Out }

export class Solver {
  readonly ir: Ir;
  readonly api: ApiGraph;
  readonly paths = new PathTable();
  readonly fields: FieldIndex;
  readonly groups = new StoreGroups();
  readonly traces = new Traces();
  readonly program: Program;
  readonly facts: ValueFacts;
  /** Nodes visited by all walks so far; the counted work of a review. */
  steps = 0;
  /** Numbers of questions: a subject, and what is asked about it. */
  private readonly questions = new PairMap(1 << 14);
  private readonly asked = new PairMap(1 << 10);
  /** By number of the question. */
  private readonly done: (Summary | undefined)[] = [];
  /** What is being computed, by number of the question. */
  private readonly running: (Running | undefined)[] = [];
  private readonly rows = new Map<number, FunctionRows>();
  /** Summaries of this round that rest on an unfinished one, and the depth of the outermost such. */
  private readonly provisional = new Map<number, { summary: Summary; lowest: number }>();
  private readonly provisionalKeys: number[] = [];
  /** What the round before found. */
  private readonly approximations = new Map<number, Summary>();
  private grew = false;
  /** 1 for functions of test code. */
  private readonly testFunctions: Uint8Array;
  /** Per row, one more than what {@link rootOf} found; 0: not asked yet. */
  private readonly roots: Int32Array;
  private depth = 0;
  /** Depth of the outermost running summary that was read while unfinished. */
  private lowest = Number.MAX_SAFE_INTEGER;

  constructor(program: Program, facts: ValueFacts) {
    this.program = program;
    this.ir = program.ir;
    this.api = program.api;
    this.facts = facts;
    const { modules, functions } = this.ir;
    this.testFunctions = Uint8Array.from(functions, (fn) => (program.files[modules[fn.module]!.file]!.role === "test" ? 1 : 0));
    this.roots = new Int32Array(this.ir.length);
    this.fields = new FieldIndex(program);
  }

  /** Gives the next obligation its steps. */
  refuel(steps: number): void {
    this.stepsLimit = this.steps + steps;
  }

  private stepsLimit = obligationStepsMax;

  private get isExhausted(): boolean {
    return this.steps >= this.stepsLimit;
  }

  /** Where `value`, asked about `path`, comes from, as far as its own function tells. */
  ofValue(value: number, path: number, need: Need): Summary {
    return this.summary(Which.Value, value, path, need);
  }

  /** What a function returns. */
  ofReturn(fn: number, path: number, need: Need): Summary {
    return this.summary(Which.Return, fn, path, need);
  }

  /** What a generator yields. */
  ofYield(fn: number, path: number, need: Need): Summary {
    return this.summary(Which.Yield, fn, path, need);
  }

  /** What a function stores into part `path` of its parameter `param` (a Param instruction). */
  ofStores(param: number, path: number, need: Need): Summary {
    return this.summary(Which.Out, param, path, need);
  }

  /** What a call reaches. Product code does not run test code: a test double that bears the method's name is no target of it. */
  targetsOf(call: number): readonly CallTarget[] {
    const targets = this.program.targetsOf(call);
    for (let i = 0; i < targets.length; i++) {
      if (!this.isDouble(targets[i]!)) continue;
      return this.isTest(functionOf(this.ir, call).id) ? targets : targets.filter((target) => !this.isDouble(target));
    }
    return targets;
  }

  private isDouble(target: CallTarget): boolean {
    return target.kind === "project" && this.isTest(target.function);
  }

  /** The known callers of a function that count, worked out once. */
  callersOf(fn: number, scope: { countsCaller(call: number): boolean }): readonly CallSite[] {
    let found = this.callers.get(fn);
    if (!found) {
      found = this.program.callersOf(fn).filter((site) => scope.countsCaller(site.call));
      this.callers.set(fn, found);
    }
    return found;
  }

  private readonly callers = new Map<number, readonly CallSite[]>();

  isTest(fn: number): boolean {
    return this.testFunctions[fn] === 1;
  }

  rowsOf(fn: number): FunctionRows {
    let rows = this.rows.get(fn);
    if (!rows) {
      rows = collectRows(this.ir, this.ir.functions[fn]!, this.facts);
      this.rows.set(fn, rows);
    }
    return rows;
  }

  /** The `passes` rows of a library function that tell of its result. */
  resultRules(api: number): readonly PassRule[] {
    let rules = this.resultRuleLists.get(api);
    if (rules === undefined) {
      rules = this.api.passes(api).filter((rule) => ["result", "nothing"].includes(readPort(rule.to).base));
      this.resultRuleLists.set(api, rules);
    }
    return rules;
  }

  private readonly resultRuleLists = new Map<number, readonly PassRule[]>();
  /** Methods of builtin types by name; see {@link builtinMethod}. */
  readonly builtinMethods = new Map<string, number>();

  /** API nodes among the tokens of a value. */
  apiNodes(value: number): readonly number[] {
    const tokens = this.program.tokensOf(value);
    if (tokens.length === 0) return noNodes;
    let nodes = this.nodesOfTokens.get(tokens);
    if (nodes === undefined) this.nodesOfTokens.set(tokens, (nodes = this.apiNodesAmong(tokens)));
    return nodes;
  }

  /** By the list of tokens itself: values with the same tokens share one. */
  private readonly nodesOfTokens = new Map<ArrayLike<number>, readonly number[]>();

  private apiNodesAmong(tokens: ArrayLike<number>): readonly number[] {
    const out: number[] = [];
    for (let i = 0; i < tokens.length; i++) {
      if (tokenKind(tokens[i]!) === TokenKind.Api) out.push(tokenId(tokens[i]!));
    }
    return out.length === 0 ? noNodes : out;
  }

  /** The number of a question. */
  private question(which: Which, subject: number, path: number, need: Need): number {
    const what = numberOf(this.asked, path, need.id * 4 + which);
    const before = this.questions.size;
    const key = numberOf(this.questions, subject, what);
    if (key === before) {
      this.done.push(undefined);
      this.running.push(undefined);
    }
    return key;
  }

  private summary(which: Which, subject: number, path: number, need: Need): Summary {
    const key = this.question(which, subject, path, need);
    const known = this.done[key];
    if (known) return known;
    const active = this.running[key];
    if (active) {
      active.used = true;
      if (active.depth < this.lowest) this.lowest = active.depth;
      return active.summary;
    }
    const provisional = this.provisional.get(key);
    if (provisional) {
      if (provisional.lowest < this.lowest) this.lowest = provisional.lowest;
      return provisional.summary;
    }
    if (this.depth >= summaryDepthMax) return tooDeep(need);
    return this.compute(key, which, subject, path, need);
  }

  /**
   * Computes a summary. One that is asked for while it is computed (recursion) starts from what the round before found,
   * and the outermost summary of the cycle is repeated until nothing in the cycle grows. Results that rest on an
   * unfinished summary are kept for the round only, and for good once the outermost is finished.
   */
  private compute(key: number, which: Which, subject: number, path: number, need: Need): Summary {
    const entry: Running = { summary: this.approximations.get(key) ?? emptySummary, used: false, depth: this.depth };
    this.running[key] = entry;
    const outerLowest = this.lowest;
    const outerGrew = this.grew;
    const mark = this.provisionalKeys.length;
    const stepsBefore = this.steps;
    this.depth++;
    let summary: Summary;
    for (let round = 0; ; round++) {
      this.lowest = Number.MAX_SAFE_INTEGER;
      this.grew = false;
      summary = this.run(which, subject, path, need);
      const isOutermost = entry.used && this.lowest >= entry.depth && !this.isExhausted;
      if (!isOutermost || (!this.grew && summary.leaves.length === entry.summary.leaves.length) || round >= summaryRoundsMax) break;
      entry.summary = summary;
      entry.used = false;
      this.forget(mark);
    }
    this.depth--;
    this.running[key] = undefined;
    this.grew ||= outerGrew;
    if (this.isExhausted) {
      if (this.steps - stepsBefore >= cutSummaryStepsMin) this.done[key] = summary;
      this.forget(mark);
      this.lowest = outerLowest;
      return summary;
    }
    if (this.lowest >= entry.depth) {
      this.settle(key, summary, mark);
      this.lowest = outerLowest;
    } else {
      if (this.approximations.get(key)?.leaves.length !== summary.leaves.length) this.grew = true;
      this.approximations.set(key, summary);
      this.provisional.set(key, { summary, lowest: this.lowest });
      this.provisionalKeys.push(key);
      this.lowest = Math.min(outerLowest, this.lowest);
    }
    return summary;
  }

  /** Drops what was found provisionally since there were `mark` such summaries. */
  private forget(mark: number): void {
    const keys = this.provisionalKeys;
    for (let i = mark; i < keys.length; i++) this.provisional.delete(keys[i]!);
    keys.length = mark;
  }

  /** The outermost summary of a cycle is finished, and with it all that rested on it. */
  private settle(key: number, summary: Summary, mark: number): void {
    this.done[key] = summary;
    const keys = this.provisionalKeys;
    for (let i = mark; i < keys.length; i++) {
      const settled = keys[i]!;
      this.done[settled] = this.provisional.get(settled)!.summary;
      this.approximations.delete(settled);
    }
    this.forget(mark);
    this.approximations.delete(key);
  }

  private run(which: Which, subject: number, path: number, need: Need): Summary {
    const walk = this.walkAt(this.depth);
    walk.begin(need);
    this.start(walk, which, subject, path);
    for (let node = walk.pop(); node >= 0; node = walk.pop()) {
      if (this.isExhausted) {
        walk.cut = true;
        break;
      }
      this.steps++;
      visit(this, walk, node);
    }
    return walk.finish(this.traces);
  }

  private start(walk: Walk, which: Which, subject: number, path: number): void {
    const ir = this.ir;
    if (which === Which.Value) walk.push(subject, path, -1);
    else if (which === Which.Return) {
      for (const row of this.rowsOf(subject).returns) walk.push(ir.a.data[row]!, path, -1);
    } else if (which === Which.Yield) {
      for (const row of this.rowsOf(subject).yields) {
        walk.push(ir.a.data[row]!, ir.op.data[row] === Op.YieldFrom ? this.paths.push(anyItem, path) : path, -1);
      }
    } else this.startStores(walk, subject, path);
  }

  /** The values that Content rows rooted at a parameter store into the part that is asked about. */
  private startStores(walk: Walk, param: number, path: number): void {
    const { ir, paths } = this;
    const head = path === 0 ? -1 : paths.head(path);
    for (const row of this.contentsOf(param)) {
      const effect = ir.b.data[row]!;
      const op = ir.op.data[effect]!;
      if (op === Op.SetAttr) {
        const selector = ir.b.data[effect]! * 4;
        if (head === -1) walk.push(ir.c.data[effect]!, 0, -1);
        else if (head === selector) walk.push(ir.c.data[effect]!, paths.tail(path), -1);
      } else if (op === Op.SetItem) {
        if (head === -1 || (head & 3) !== 0) {
          walk.push(ir.c.data[effect]!, head === -1 ? 0 : paths.tail(path), -1);
        }
      } else if (op === Op.Call && (head === -1 || this.callMayStore(row, effect, head))) walk.push(row, path, -1);
    }
  }

  /** The content rows of a function whose chain starts at a parameter. */
  private contentsOf(param: number): readonly number[] {
    let rows = this.contents.get(param);
    if (rows === undefined) {
      rows = this.rowsOf(functionOf(this.ir, param).id).contents.filter((row) => this.rootOf(row) === param);
      this.contents.set(param, rows);
    }
    return rows;
  }

  private readonly contents = new Map<number, readonly number[]>();

  /** The walk of a depth: one at a time is under way at each, so its columns serve again. */
  private walkAt(depth: number): Walk {
    let walk = this.walks[depth];
    if (!walk) {
      walk = new Walk(this.endings);
      this.walks[depth] = walk;
    }
    return walk;
  }

  private readonly walks: Walk[] = [];
  private readonly endings = new Endings();

  /** Holds if the call of a content row may write under a selector into the object of the row. */
  private callMayStore(row: number, call: number, head: number): boolean {
    if ((head & 3) !== 0 && this.isMutator(call)) return true;
    for (const target of this.program.targetsOf(call)) {
      if (target.kind !== "project") continue;
      const fn = this.ir.functions[target.function]!;
      const param = fn.params[parameterOfRole(this.ir, call, this.ir.c.data[row]!, target.mode, fn)];
      if (param && this.effects.mayStore(param.value, head)) return true;
    }
    return false;
  }

  /** Holds if a call stores into its receiver by its model, or by the name of a builtin method. */
  isMutator(call: number): boolean {
    const { ir } = this;
    const callee = ir.a.data[call]!;
    if (ir.op.data[callee] !== Op.GetAttr) return false;
    const name = ir.b.data[callee]!;
    let known = this.mutatorNames.get(name);
    if (known === undefined) {
      const method = builtinMethod(this, ir.strings.text(name));
      known = method >= 0 && this.api.passes(method).some((rule) => rule.to.startsWith("self"));
      this.mutatorNames.set(name, known);
    }
    if (known) return true;
    return this.program.targetsOf(call).some((target) =>
      target.kind === "api" && this.api.passes(target.node).some((rule) => rule.to.startsWith("self")));
  }

  /** Stores into containers that are held elsewhere; worked out when first asked for. */
  get itemStores(): ItemStores {
    this.heldStores ??= new ItemStores(this);
    return this.heldStores;
  }

  private heldStores: ItemStores | undefined;

  /** What the condition of a sigma says about a part of its value; many walks pass the same one. */
  guardsOfSigma(sigma: number, path: number): GuardAnswer {
    const { ir } = this;
    let at = this.sigmaAnswers.get(sigma, path);
    if (at < 0) {
      const answer = guardsOfCondition(this, { condition: ir.b.data[sigma]!, polarity: ir.c.data[sigma] === 1, subject: ir.a.data[sigma]!, path });
      at = answer.kinds.length > 0 ? this.answers.push(answer) - 1 : answer.isUnknown ? 1 : 0;
      this.sigmaAnswers.set(sigma, path, at);
    }
    return this.answers[at]!;
  }

  private readonly sigmaAnswers = new PairMap();
  private readonly answers: GuardAnswer[] = [{ kinds: [], isUnknown: false }, { kinds: [], isUnknown: true }];

  /** Functions that others call beside the known callers; worked out when first asked for. */
  get openCallers(): OpenCallers {
    this.unknownCallers ??= new OpenCallers(this, (fn) => this.isTest(fn));
    return this.unknownCallers;
  }

  private unknownCallers: OpenCallers | undefined;
  private readonly mutatorNames = new Map<number, boolean>();
  private writeEffects: WriteEffects | undefined;

  /** What calls may write into their arguments; worked out when first asked for. */
  get effects(): WriteEffects {
    this.writeEffects ??= new WriteEffects(this.program, (value) => this.rootOf(value), (call) => this.isMutator(call));
    return this.writeEffects;
  }

  /** The value that a chain of contents and guards started from. */
  rootOf(value: number): number {
    const known = this.roots[value]!;
    if (known !== 0) return known - 1;
    const root = this.findRoot(value);
    this.roots[value] = root + 1;
    return root;
  }

  private findRoot(value: number): number {
    const ir = this.ir;
    let v = value;
    for (let i = 0; i < 200; i++) {
      const op = ir.op.data[v]!;
      if (op === Op.Content || op === Op.Sigma || op === Op.Await) v = ir.a.data[v]!;
      else if (op === Op.Phi) v = ir.lists.length(ir.a.data[v]!) > 0 ? ir.lists.at(ir.a.data[v]!, 0) : v;
      else return v;
      if (v < 0) return v;
    }
    return v;
  }
}

interface Running {
  summary: Summary;
  used: boolean;
  readonly depth: number;
}

const noNodes: readonly number[] = [];

/** Rows of a function that summaries begin at. */
export interface FunctionRows {
  readonly returns: readonly number[];
  readonly yields: readonly number[];
  readonly contents: readonly number[];
  readonly sigmas: readonly number[];
}

function collectRows(ir: Ir, fn: FunctionInfo, facts: ValueFacts): FunctionRows {
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

/** The number of a pair: the next one if it is new. */
function numberOf(table: PairMap, a: number, b: number): number {
  let id = table.get(a, b);
  if (id < 0) {
    id = table.size;
    table.set(a, b, id);
  }
  return id;
}

export const emptySummary: Summary = { leaves: [], start: 0 };

function tooDeep(need: Need): Summary {
  const walk = new Walk(new Endings());
  walk.begin(need);
  walk.leaf(-1, LeafKind.Open, -1, "budget", "call depth");
  return walk.finish(new Traces());
}
