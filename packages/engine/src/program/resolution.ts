/** The solved program behind the contract: targets, callers, stores, reasons. Everything is worked out when first asked for. */
import { type FunctionInfo, BranchKind, callCallee, constFalse, constNone, type Ir, Op } from "../ir/index.ts";
import { PairMap } from "../base/index.ts";
import type { ApiGraph } from "../knowledge/index.ts";
import type { SourceFile } from "../source/index.ts";
import { containerMethodToken } from "./container-rules.ts";
import { builtinPrefix, type Libraries } from "./libraries.ts";
import type { PageTemplate } from "./page-templates.ts";
import {
  BindMode, type CallClass, type CallSite, type CallTarget, type CallVia, type Entry, type Program, TokenKind, type UnresolvedReason,
} from "./program.ts";
import { DecoratedCalls } from "./decorated.ts";
import { rootOf } from "./seed.ts";
import type { Solver } from "./solver.ts";
import { FieldStores } from "./stores.ts";
import { Tok, publicToken, tokId, tokKind, tokOf } from "./token.ts";

const noTargets: readonly CallTarget[] = [];
const projectKinds = (1 << Tok.Class) | (1 << Tok.Instance) | (1 << Tok.Function) | (1 << Tok.Bound);
/** What {@link LinkedProgram.plainVia} can say. */
const plainVias: readonly CallVia[] = ["flow", "name", "import", "class"];
const noGenerators: readonly number[] = [];
const noSites: readonly CallSite[] = [];
const noEntries: readonly Entry[] = [];
const noTokens = new Int32Array(0);

/** What linking found. */
interface Linked {
  readonly solver: Solver;
  readonly files: readonly SourceFile[];
  readonly api: ApiGraph;
  readonly entries: readonly Entry[];
  readonly priorLinks: ReadonlySet<number>;
  readonly templates: readonly PageTemplate[];
  readonly requirements: ReadonlyMap<string, number>;
}

export class LinkedProgram implements Program {
  readonly ir: Ir;
  readonly files: readonly SourceFile[];
  readonly api: ApiGraph;
  readonly entries: readonly Entry[];
  readonly templates: readonly PageTemplate[];
  readonly requirements: ReadonlyMap<string, number>;
  readonly solver: Solver;
  readonly flowSteps: number;
  /** Links found by a name alone, by index. */
  private readonly priorLinks: ReadonlySet<number>;
  private readonly byCall: Int32Array;
  private readonly nextOfCall: Int32Array;
  private readonly byFunction: number[][];
  private readonly entriesByFunction = new Map<number, Entry[]>();
  /** Per row, one more than the place of its targets in {@link targetLists}; 0: not asked yet. */
  private readonly targetsAt: Int32Array;
  private readonly targetLists: (readonly CallTarget[])[] = [];
  /** Targets of callees that no function of the project stands behind, by their tokens and how they are reached. */
  private readonly libraryTargets = new PairMap();
  private readonly sites = new Map<number, readonly CallSite[]>();
  private readonly tokenLists = new Map<number, Int32Array>();
  private readonly stores: FieldStores;
  private readonly decorated: DecoratedCalls;
  private reachable: Uint8Array | undefined;

  constructor({ solver, files, api, entries, priorLinks, templates, requirements }: Linked) {
    this.solver = solver;
    this.templates = templates;
    this.requirements = requirements;
    this.ir = solver.ir;
    this.files = files;
    this.api = api;
    this.entries = entries;
    this.priorLinks = priorLinks;
    this.stores = new FieldStores(solver);
    this.decorated = new DecoratedCalls(solver);
    this.flowSteps = solver.steps;
    const count = solver.linkCalls.length;
    this.byCall = new Int32Array(this.ir.length);
    this.targetsAt = new Int32Array(this.ir.length);
    this.nextOfCall = new Int32Array(count + 1);
    this.byFunction = this.ir.functions.map(() => []);
    for (let link = 0; link < count; link++) {
      const call = solver.linkCalls.data[link];
      this.nextOfCall[link + 1] = this.byCall[call];
      this.byCall[call] = link + 1;
      this.byFunction[solver.linkFunctions.data[link]].push(link);
    }
    for (const entry of entries) {
      const list = this.entriesByFunction.get(entry.function);
      if (list) list.push(entry);
      else this.entriesByFunction.set(entry.function, [entry]);
    }
  }

  tokensOf(value: number): ArrayLike<number> {
    const set = this.solver.setOf(value);
    let list = this.tokenLists.get(set);
    if (list === undefined) {
      list = this.publicTokens(set);
      this.tokenLists.set(set, list);
    }
    return list;
  }

  generatorsOf(value: number): readonly number[] | undefined {
    const { sets } = this.solver;
    const set = this.solver.setOf(value);
    if ((sets.kindsOf(set) & (1 << Tok.Top)) !== 0) return undefined;
    if ((sets.kindsOf(set) & (1 << Tok.Generator)) === 0) return noGenerators;
    const out: number[] = [];
    for (let i = 0, n = sets.count(set); i < n; i++) if (tokKind(sets.at(set, i)) === Tok.Generator) out.push(tokId(sets.at(set, i)));
    return out;
  }

  targetsOf(call: number): readonly CallTarget[] {
    if (this.byCall[call] === 0 && this.ir.op.data[call] !== Op.Call) return noTargets;
    let at = this.targetsAt[call]!;
    if (at === 0) {
      at = (this.byCall[call] === 0 ? this.sharedTargets(call) : this.targetLists.push(this.findTargets(call)));
      this.targetsAt[call] = at;
    }
    return this.targetLists[at - 1]!;
  }

  /** The place of the targets of a call that reaches library objects only: calls with equal callees share one list. */
  private sharedTargets(call: number): number {
    const callee = callCallee(this.ir, call);
    const set = this.solver.setOf(callee);
    const via = plainVias.indexOf(this.plainVia(callee));
    let at = this.libraryTargets.get(set, via);
    if (at < 0) {
      at = this.targetLists.push(this.findTargets(call));
      this.libraryTargets.set(set, via, at);
    }
    return at;
  }

  callersOf(func: number): readonly CallSite[] {
    const links = this.byFunction[func];
    if (links.length === 0) return noSites;
    let sites = this.sites.get(func);
    if (sites === undefined) this.sites.set(func, (sites = this.findSites(links)));
    return sites;
  }

  private findSites(links: readonly number[]): readonly CallSite[] {
    const { solver } = this;
    return links
      .map((link): CallSite => {
        const args = solver.linkArguments.get(link);
        const site = { call: solver.linkCalls.data[link], mode: solver.linkModes.data[link] as BindMode, via: this.viaOf(link) };
        return args ? { ...site, arguments: args } : site;
      })
      .sort((a, b) => a.call - b.call || a.mode - b.mode);
  }

  storesOf(read: number): readonly number[] {
    return this.stores.storesOf(read);
  }

  storesAreClosed(read: number): boolean {
    return this.stores.areClosed(read);
  }

  fieldsStoredByCalls(): ReadonlySet<number> {
    return this.stores.storedByCalls();
  }

  classOfCall(call: number): CallClass {
    const targets = this.targetsOf(call);
    if (targets.some((target) => target.kind === "project")) return "project";
    const callee = this.ir.op.data[call] === Op.Call ? callCallee(this.ir, call) : call;
    if ((this.kindsOf(callee) & projectKinds) !== 0) return "project";
    if (targets.length === 0) return "unresolved";
    const found = this.libraryClassOf(callee);
    return found === "derived" && this.isInherited(callee) ? "external" : found;
  }

  /** The class of a call of library objects: the best that is known of any of them. */
  private libraryClassOf(callee: number): CallClass {
    const { sets, libraries } = this.solver;
    const set = this.solver.setOf(callee);
    let best: CallClass = "derived";
    for (let i = 0, n = sets.count(set); i < n; i++) {
      const given = sets.at(set, i);
      const token = tokKind(given) === Tok.Maker ? this.solver.makers[tokId(given)].method : given;
      const kind = tokKind(token);
      const found = kind === Tok.Api || kind === Tok.External ? classOfLibrary(libraries, token) : kind === Tok.ContainerMethod ? "builtin" : "derived";
      if (found === "external") return found;
      if (found === "builtin") best = found;
    }
    return best;
  }

  /** Holds for methods that objects of our classes have from a library class. */
  private isInherited(callee: number): boolean {
    if (this.ir.op.data[callee] !== Op.GetAttr) return false;
    return (this.kindsOf(this.ir.a.data[callee]) & ownKinds) !== 0;
  }

  unresolvedReason(call: number): UnresolvedReason {
    const { ir } = this;
    if (!this.isReachable(ir.block.data[call])) return "unreachable";
    if (ir.op.data[call] !== Op.Call) return "unknown-receiver";
    return this.reasonOf(callCallee(ir, call), true, 0);
  }

  mayMean(call: number, decorated: number, site: number): boolean {
    if (!this.decorated.isOfDecorated(call)) return true;
    const named = this.decorated.functionsNamed(site);
    return named.length === 0 || named.includes(decorated);
  }

  isOfDecorated(call: number): boolean {
    return this.decorated.isOfDecorated(call);
  }

  functionsNamed(call: number): readonly number[] {
    return this.decorated.functionsNamed(call);
  }

  functionsNamedBy(value: number): readonly number[] {
    return this.decorated.functionsNamedBy(value);
  }

  libraryBasesOf(cls: number): readonly number[] {
    const tokens = this.solver.classes.libraryBases(cls).map((token) => publicToken(token)).filter((token) => token >= 0);
    return [...new Set(tokens)].sort((a, b) => a - b);
  }

  ancestryOf(token: number): readonly string[] | undefined {
    const kind = (token & 7) as TokenKind;
    return kind === TokenKind.Api || kind === TokenKind.External ? this.solver.libraries.ancestors(tokOf(kind as number as Tok, token >> 3)) : undefined;
  }

  mroOf(cls: number): readonly number[] {
    return this.solver.classes.mroOf(cls);
  }

  apiBasesOf(cls: number): readonly number[] {
    const nodes = this.solver.classes.libraryBases(cls).filter((token) => tokKind(token) === Tok.Api).map(tokId);
    return [...new Set(nodes)].sort((a, b) => a - b);
  }

  subclassesOf(cls: number): readonly number[] {
    return this.solver.classes.subclassesOf(cls);
  }

  methodOf(cls: number, name: number): number {
    return this.solver.classes.methodOf(cls, name);
  }

  entriesOf(func: number): readonly Entry[] {
    return this.entriesByFunction.get(func) ?? noEntries;
  }

  isReachable(block: number): boolean {
    this.reachable ??= findReachable(this.ir);
    return this.reachable[block] === 1;
  }

  private publicTokens(set: number): Int32Array {
    const { solver } = this;
    const out = new Set<number>();
    for (let i = 0, n = solver.sets.count(set); i < n; i++) {
      const token = solver.sets.at(set, i);
      const shown = publicToken(this.shownToken(token));
      if (shown >= 0) out.add(shown);
    }
    return out.size === 0 ? noTokens : Int32Array.from(out).sort();
  }

  private shownToken(token: number): number {
    const { solver } = this;
    switch (tokKind(token)) {
      case Tok.Container: return solver.siteToken(tokId(token));
      case Tok.ContainerMethod: return containerMethodToken(solver, token);
      case Tok.External: return solver.libraries.shown(token);
      case Tok.Maker: return solver.libraries.shown(solver.makers[tokId(token)].method);
      default: return token;
    }
  }

  /** Bits of the kinds of tokens that a value has. */
  private kindsOf(value: number): number {
    return this.solver.sets.kindsOf(this.solver.setOf(value));
  }

  private findTargets(call: number): readonly CallTarget[] {
    const { solver, ir } = this;
    const out: CallTarget[] = [];
    for (let at = this.byCall[call]; at !== 0; at = this.nextOfCall[at]) {
      const link = at - 1;
      const args = solver.linkArguments.get(link);
      const target = {
        kind: "project" as const, function: solver.linkFunctions.data[link], mode: solver.linkModes.data[link] as BindMode, via: this.viaOf(link),
      };
      out.push(args ? { ...target, arguments: args } : target);
    }
    if (ir.op.data[call] === Op.Call) this.addLibraryTargets(call, out);
    return out.sort(byTarget);
  }

  private addLibraryTargets(call: number, out: CallTarget[]): void {
    const callee = callCallee(this.ir, call);
    const via = this.plainVia(callee);
    const seen = new Set<number>();
    const add = (token: number): void => {
      if (seen.has(token)) return;
      seen.add(token);
      const kind = tokKind(token);
      if (kind === Tok.Api) out.push({ kind: "api", node: tokId(token), via });
      else if (kind === Tok.External) out.push({ kind: "external", name: tokId(token), via });
    };
    const set = this.solver.setOf(callee);
    for (let i = 0, n = this.solver.sets.count(set); i < n; i++) {
      const token = this.solver.sets.at(set, i);
      if (tokKind(token) === Tok.Class) this.inheritedConstructors(tokId(token)).forEach(add);
      else add(this.shownToken(token));
    }
  }

  /** Library classes whose constructor a class of ours inherits. */
  private inheritedConstructors(cls: number): readonly number[] {
    const { solver, ir } = this;
    if (solver.classes.methodOf(cls, ir.strings.intern("__init__")) >= 0) return [];
    return solver.classes.libraryBases(cls);
  }

  private viaOf(link: number): CallVia {
    const { solver, ir } = this;
    if (this.priorLinks.has(link)) return "prior";
    const call = solver.linkCalls.data[link];
    const fn = ir.functions[solver.linkFunctions.data[link]];
    if (ir.op.data[call] !== Op.Call) return solver.linkModes.data[link] === BindMode.Implicit ? "class" : "flow";
    const callee = callCallee(ir, call);
    if (ir.op.data[callee] !== Op.GetAttr) return this.plainVia(callee);
    const object = rootOf(solver, ir.a.data[callee]);
    if (solver.isVirtual[object] === 1 && fn.class >= 0) {
      const own = solver.functionOf(call);
      const cls = ir.functions[own].class;
      if (cls < 0) return "flow";
      return solver.classes.mroOf(cls).includes(fn.class) ? "mro" : "override";
    }
    return this.plainVia(callee);
  }

  /** How a callee is reached, by the form of the expression alone. */
  private plainVia(callee: number): CallVia {
    const { ir } = this;
    switch (ir.op.data[callee] as Op) {
      case Op.Global:
      case Op.Func:
      case Op.Class:
      case Op.Decorate: return "name";
      case Op.Import: return "import";
      case Op.GetAttr: {
        const object = rootOf(this.solver, ir.a.data[callee]);
        const kinds = this.kindsOf(object);
        if ((kinds & (1 << Tok.Module)) !== 0 || ir.op.data[object] === Op.Import) return "import";
        return (kinds & (1 << Tok.Class)) !== 0 ? "class" : "flow";
      }
      default: return "flow";
    }
  }

  private reasonOf(row: number, isCallee: boolean, depth: number): UnresolvedReason {
    const { ir, solver } = this;
    const at = rootOf(solver, row);
    if (solver.isTop(at)) return "budget";
    if ((this.kindsOf(at) & (1 << Tok.Dropped)) !== 0) return "fanout";
    if (depth > 16) return "unknown-receiver";
    switch (ir.op.data[at] as Op) {
      case Op.GetAttr: {
        const object = ir.a.data[at];
        return solver.hasMeaning(object) ? "dynamic-attribute" : this.reasonOf(object, false, depth + 1);
      }
      case Op.Param: return this.parameterReason(ir.functions[solver.functionOf(at)]);
      case Op.Global:
      case Op.Undef: return solver.hasMeaning(at) || this.isBound(at) ? "unknown-receiver" : "unbound-name";
      case Op.Import: return "dynamic-import";
      case Op.GetItem:
      case Op.Next:
      case Op.Unpack: return isCallee ? "callable-from-container" : "unknown-receiver";
      case Op.Call: return isCallee ? this.callResultReason(at) : "unknown-receiver";
      default: return "unknown-receiver";
    }
  }

  private parameterReason(fn: FunctionInfo): UnresolvedReason {
    const isCalled = this.byFunction[fn.id].length > 0 || this.entriesOf(fn.id).length > 0;
    return isCalled ? "untyped-parameter" : "no-caller";
  }

  private callResultReason(call: number): UnresolvedReason {
    const callee = callCallee(this.ir, call);
    const isGetattr = this.ir.op.data[callee] === Op.Global && this.ir.strings.text(this.ir.a.data[callee]) === "getattr";
    return isGetattr ? "dynamic-attribute" : "unknown-receiver";
  }

  private isBound(row: number): boolean {
    const { ir, solver } = this;
    return ir.op.data[row] === Op.Global && solver.names.provides(solver.moduleOf(row), ir.a.data[row]);
  }
}

/**
 * Builtins by name, library functions by their path. What hangs on a value is known if a page or a stub says what the value
 * is, or if it was made by calling a class, told by its name; everything else that hangs on a result is derived.
 */
function classOfLibrary(libraries: Libraries, token: number): CallClass {
  const name = libraries.name(token);
  if (name.startsWith(builtinPrefix) || name.startsWith("<")) return "builtin";
  const isPath = !name.includes("(") && !name.includes("[") && !name.endsWith(".*");
  const isKnown = isPath || libraries.isTyped(token) || methodOfInstance.test(name);
  if (!isKnown) return "derived";
  return libraries.isOfBuiltinType(token) ? "builtin" : "external";
}

const ownKinds = (1 << Tok.Instance) | (1 << Tok.Class) | (1 << Tok.Super);

/** `pkg.Class().method` */
const methodOfInstance = /^[\w.]*\.[A-Z]\w*[a-z]\w*\(\)\.\w+$/;

function byTarget(a: CallTarget, b: CallTarget): number {
  const order = { project: 0, api: 1, external: 2 } as const;
  const idOf = (target: CallTarget): number =>
    target.kind === "project" ? target.function * 8 + target.mode : target.kind === "api" ? target.node : target.name;
  return order[a.kind] - order[b.kind] || idOf(a) - idOf(b);
}

/** Blocks that some path from the entry of their function reaches, given literal conditions. */
function findReachable(ir: Ir): Uint8Array {
  const { blocks } = ir;
  const out = new Uint8Array(blocks.first.length);
  const stack: number[] = [];
  const visit = (block: number): void => {
    if (block >= 0 && out[block] === 0) {
      out[block] = 1;
      stack.push(block);
    }
  };
  const typeChecking = ir.strings.find("TYPE_CHECKING");
  for (const fn of ir.functions) {
    visit(fn.firstBlock);
    for (let block = stack.pop(); block !== undefined; block = stack.pop()) {
      visit(blocks.handler.data[block]);
      const succs = blocks.succs.data[block];
      const decided = decidedBranch(ir, blocks.end.data[block] - 1, typeChecking);
      if (decided >= 0) visit(ir.lists.at(succs, decided));
      else for (let i = 0, n = ir.lists.length(succs); i < n; i++) visit(ir.lists.at(succs, i));
    }
  }
  return out;
}

/** The successor that a branch on a literal takes, or -1. `TYPE_CHECKING` is false when the program runs. */
function decidedBranch(ir: Ir, row: number, typeChecking: number): number {
  if (ir.op.data[row] !== Op.Branch || ir.b.data[row] !== BranchKind.Condition) return -1;
  const condition = ir.a.data[row];
  const op = ir.op.data[condition];
  if ((op === Op.Global && ir.a.data[condition] === typeChecking) || (op === Op.GetAttr && ir.b.data[condition] === typeChecking)
    || (op === Op.Import && ir.b.data[condition] === typeChecking)) return typeChecking < 0 ? -1 : 1;
  if (op !== Op.Const) return -1;
  const id = ir.a.data[condition];
  if (id === constNone || id === constFalse) return 1;
  const constant = ir.constants[id];
  if (constant.type === "int") return Number(constant.value) === 0 ? 1 : 0;
  if (constant.type === "str" || constant.type === "bytes") return constant.value === "" ? 1 : 0;
  return constant.type === "true" ? 0 : -1;
}
