/**
 * The demand-driven solver: summaries of values, of what functions return, and of what they store into parameters.
 *
 * Summaries are symbolic: a leaf may be a port (a parameter of the function), which a call replaces by its argument.
 * So calls and returns match at any depth without call strings. Functions that call each other are solved again until
 * their summaries no longer grow.
 */
import { PairMap, PairSet } from "../base/index.ts";
import { type Ir, Op, functionOf } from "../ir/index.ts";
import type { ApiGraph, PassRule } from "../knowledge/index.ts";
import { type CallSite, type CallTarget, type Program, TokenKind, tokenId, tokenKind } from "../program/index.ts";
import { isSecretName } from "../values/index.ts";
import { Asked } from "./asked.ts";
import { Endings } from "./endings.ts";
import { DeclaredArguments } from "./declared-arguments.ts";
import { FieldIndex } from "./fields.ts";
import { collectRows, type FunctionRows } from "./function-rows.ts";
import { type GuardAnswer, guardsOfCondition } from "./guards.ts";
import { ItemStores } from "./item-stores.ts";
import { type Summary, Traces } from "./leaf.ts";
import type { Need } from "./need.ts";
import { OpenCallers } from "./open-callers.ts";
import { type PathFacts, pathFacts } from "./path-facts.ts";
import { PathTable, anyItem } from "./paths.ts";
import { readPort } from "./ports.ts";
import { StoreGroups } from "./store-groups.ts";
import { RaisedValues } from "./raised.ts";
import { Summaries, type Question, Which } from "./summaries.ts";
import { visit } from "./transfer.ts";
import { isOtherItem } from "./transfer-content.ts";
import type { ConstantFacts } from "../values/index.ts";
import { builtinMethod } from "./transfer-call.ts";
import { Walk } from "./walk.ts";
import { parameterOfRole, WriteEffects } from "./write-effects.ts";

/** Most nodes that the answer of one obligation may rest on; fewer where unknown calls end the walk anyway. */
export const obligationStepsMax = 50_000;
export const shallowStepsMax = 2_500;

export class Solver {
  readonly ir: Ir;
  readonly api: ApiGraph;
  readonly paths = new PathTable();
  readonly fields: FieldIndex;
  /** What handlers of exceptions may catch. */
  readonly raised: RaisedValues;
  readonly groups = new StoreGroups();
  readonly traces = new Traces();
  /** Content rows whose call is known to say and to change nothing of a part of its object, with the part. */
  readonly keptParts = new PairSet();
  readonly declaredArguments = new DeclaredArguments(this);
  /** What is known where each block runs, as far as someone asked: see {@link pathFacts}. */
  readonly factsOfBlocks: (PathFacts | undefined)[];
  readonly program: Program;
  readonly facts: ConstantFacts;
  private readonly asked = new Asked();
  private readonly summaries = new Summaries((question, depth, isCut) => this.run(question, depth, isCut), emptySummary, () => this.cutOff(), this.asked);
  private readonly rows = new Map<number, FunctionRows>();
  /** 1 for functions of test code. */
  private readonly testFunctions: Uint8Array;
  /** Per row, one more than what {@link rootOf} found; 0: not asked yet. */
  private readonly roots: Int32Array;

  constructor(program: Program, facts: ConstantFacts) {
    this.program = program;
    this.ir = program.ir;
    this.api = program.api;
    this.facts = facts;
    const { modules, functions } = this.ir;
    this.testFunctions = Uint8Array.from(functions, (fn) => (program.files[modules[fn.module]!.file]!.role === "test" ? 1 : 0));
    this.roots = new Int32Array(this.ir.length);
    this.factsOfBlocks = new Array<PathFacts | undefined>(this.ir.blocks.first.length);
    this.fields = new FieldIndex(program, (fn) => this.isTest(fn));
    this.raised = new RaisedValues(program);
  }

  /** Nodes visited by all walks so far; the counted work of a review. */
  get steps(): number {
    return this.summaries.steps;
  }

  /** Gives the next obligation its steps. */
  refuel(steps: number): void {
    this.summaries.refuel(steps);
  }

  /** Where `value`, asked about `path`, comes from, as far as its own function tells; `use` is an instruction that uses it there. */
  ofValue(value: number, path: number, need: Need, use = -1): Summary {
    const site = use < 0 || functionOf(this.ir, use).id !== functionOf(this.ir, value).id ? -1 : pathFacts(this, this.ir.block.data[use]!).id;
    return this.summaries.of({ which: Which.Value, subject: site < 0 ? value : this.usedAt(value, site), path, need });
  }

  /** A number for a value as it is used at a block: those of rows end before. */
  private usedAt(value: number, block: number): number {
    let id = this.uses.get(value, block);
    if (id < 0) {
      id = this.ir.length + this.usedValues.length / 2;
      this.usedValues.push(value, block);
      this.uses.set(value, block, id);
    }
    return id;
  }

  private readonly uses = new PairMap();
  private readonly usedValues: number[] = [];

  /** What a function returns. */
  ofReturn(fn: number, path: number, need: Need): Summary {
    return this.summaries.of({ which: Which.Return, subject: fn, path, need });
  }

  /** What a generator yields. */
  ofYield(fn: number, path: number, need: Need): Summary {
    return this.summaries.of({ which: Which.Yield, subject: fn, path, need });
  }

  /** What a function stores into part `path` of its parameter `param` (a Param instruction). */
  ofStores(param: number, path: number, need: Need): Summary {
    return this.summaries.of({ which: Which.Out, subject: param, path, need });
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
      found = this.program.callersOf(fn).filter((site) => this.facts.isReachable(this.ir.block.data[site.call]!) && scope.countsCaller(site.call));
      this.callers.set(fn, found);
    }
    return found;
  }

  private readonly callers = new Map<number, readonly CallSite[]>();

  /** Holds for instructions of test code, which says nothing of what product code does. */
  isInTest(instr: number): boolean {
    return this.isTest(functionOf(this.ir, instr).id);
  }

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

  /** Holds if a name says that what it names is secret. */
  isSecret(name: string): boolean {
    let is = this.secretNames.get(name);
    if (is === undefined) this.secretNames.set(name, (is = isSecretName(name)));
    return is;
  }

  private readonly secretNames = new Map<string, boolean>();

  private run(question: Question, depth: number, isCut: boolean): Summary {
    const walk = this.walkAt(depth);
    walk.begin(question.need);
    this.start(walk, question);
    for (let node = walk.pop(); node >= 0 && !this.summaries.isStopped; node = walk.pop()) {
      this.summaries.step();
      visit(this, walk, node);
    }
    if (this.summaries.isStopped) return emptySummary;
    walk.cut ||= isCut;
    this.summaries.ask(walk.asked);
    return walk.finish(this.traces);
  }

  /** The answer where a budget ends the walk. */
  private cutOff(): Summary {
    if (!this.cut) {
      const walk = new Walk(this.endings, this.asked);
      walk.cut = true;
      this.cut = walk.finish(this.traces);
    }
    return this.cut;
  }

  private cut: Summary | undefined;
  private start(walk: Walk, { which, subject, path }: Question): void {
    const ir = this.ir;
    const used = 2 * (subject - ir.length);
    if (which === Which.Value) {
      if (used < 0) walk.push(subject, path, -1);
      else walk.push(this.usedValues[used]!, path, -1, 0, undefined, undefined, this.usedValues[used + 1]!);
    } else if (which === Which.Return) {
      for (const row of this.rowsOf(subject).returns) walk.push(ir.a.data[row]!, path, -1, 0, undefined, undefined, ir.block.data[row]!);
    } else if (which === Which.Yield) {
      for (const row of this.rowsOf(subject).yields) {
        walk.push(ir.a.data[row]!, ir.op.data[row] === Op.YieldFrom ? this.paths.push(anyItem, path) : path, -1, 0, undefined, undefined, ir.block.data[row]!);
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
        if (head === -1 || ((head & 3) !== 0 && !isOtherItem(this, effect, head))) {
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
      walk = new Walk(this.endings, this.asked);
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

  /** Holds if the effect of a content row may have written into the object: other calls only look at it. */
  mayWrite(content: number): boolean {
    const { ir } = this;
    const effect = ir.b.data[content]!;
    if (ir.op.data[effect] !== Op.Call) return true;
    const role = ir.c.data[content]!;
    if (role === -1 && this.isMutator(effect)) return true;
    for (const target of this.program.targetsOf(effect)) {
      if (target.kind !== "project") continue;
      const fn = ir.functions[target.function]!;
      const param = fn.params[parameterOfRole(ir, effect, role, target.mode, fn)];
      if (param && this.effects.stores(param.value)) return true;
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

const noNodes: readonly number[] = [];

export const emptySummary: Summary = { leaves: [], start: 0 };
