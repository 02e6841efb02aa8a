/**
 * What code a row may run beside its own: the functions that it may call, as far as that is known, and as much as it may be
 * where it is not.
 *
 * ```text
 * check(x)              the targets that the program knows
 * x.check()             of an unknown object: every function of the project that has the name
 * library.run(f, y)     the functions of the project that are handed over, and the methods of objects that a library was made to call
 * x.size                a property; what answers attributes that an object does not have
 * run()                 of an unknown value: anything
 * ```
 *
 * Every rule here errs on the side of too much: what rests on the answer is that something is *not* reached.
 */
import { callArg, callArgCount, callCallee, callKeywordCount, constantOf, type FunctionInfo, functionOf, type Ir, Op } from "../ir/index.ts";
import { type CallClass, type Program, TokenKind, tokenId, tokenKind } from "../program/index.ts";
import { AttributeHooks } from "./attribute-hooks.ts";
import { FunctionsByName } from "./functions-by-name.ts";
import { isSuper, LibraryCallbacks } from "./library-callbacks.ts";

/** What a row may run. Functions from `ir.functions.length` on stand for groups: see {@link CallReach.membersOf}. */
export interface Reach {
  readonly functions: readonly number[];
  /** Functions that are only known to have the name: what they raise by name may come, and says nothing else of the call. */
  readonly maybe: readonly number[];
  /** Wrappers of decorators, with the functions that are called through them here. */
  readonly through: readonly { readonly wrapper: number; readonly functions: readonly number[] }[];
  readonly isLibrary: boolean;
  readonly isAnything: boolean;
  readonly isDecorated: boolean;
  /** Classes whose objects are raised. */
  readonly raised: readonly number[];
}

const nothing: Reach = { functions: [], maybe: [], through: [], isLibrary: false, isAnything: false, isDecorated: false, raised: [] };
const anything: Reach = { ...nothing, isAnything: true };
/** Methods of libraries that hand on what other code of the project raised: results of threads and tasks, remote calls. */
const handingOn = /^(?:result|exception|wait|throw|athrow|switch|gather|as_completed|run_until_complete|map_async|apply|call|multicall|reraise|raise_exception|execute_async|retry|import_module|import_string|import_object|__import__|reload|exec|eval|execfile|run_module|run_path|exec_module|load_module|walk_packages)$/;
/** Library functions that only look at, or write down, what they are given. */
const looking = /^(?:isinstance|issubclass|type|id|callable|print|len|repr|str|bool|hash|debug|info|warning|warn|error|exception|critical|log|super|append|extend|add|insert|setdefault|pop|get|items|keys|values|join|format)$/;
/** Methods that containers and texts have. */
const ofContainers = /^(?:get|update|items|keys|values|pop|popitem|setdefault|copy|clear|append|extend|join|split|strip|lower|upper|format|encode|decode|startswith|endswith|replace)$/;
/** Builtins that go through what they are given. */
const iterating = /^(?:next|anext|list|tuple|set|frozenset|dict|sum|any|all|max|min|sorted|map|filter|enumerate|zip|reversed|join|extend|update|deque|chain|reduce|islice|tee|groupby|takewhile|dropwhile|starmap|from_iterable|pairwise|batched|accumulate|run_in_executor|loop)$/;
const argumentsMax = 40;
const methodsMax = 400;

export class CallReach {
  private readonly program: Program;
  private readonly ir: Ir;
  private readonly names: FunctionsByName;
  private readonly callbacks: LibraryCallbacks;
  private readonly groups: (readonly number[])[] = [];
  private readonly wrappers = new Map<number, boolean>();
  private readonly hooks: AttributeHooks;
  private readonly hookGroup: number;
  private readonly allHooksGroup: number;
  private readonly generatorGroup: number;
  private readonly steppers: readonly number[];

  /** `counts` says which functions belong to the product. */
  constructor(program: Program, counts: (fn: FunctionInfo) => boolean) {
    this.program = program;
    this.ir = program.ir;
    this.names = new FunctionsByName(program, counts);
    this.callbacks = new LibraryCallbacks(program, (fn) => (this.isWrapper(fn) ? this.decoratedBy(fn) : []));
    const managers = contextManagers(program.ir);
    const generators = [...this.names.all.values()].flat().filter((fn) => this.ir.functions[fn]!.isGenerator && !managers.has(fn));
    this.hooks = new AttributeHooks(program, this.names.all);
    this.hookGroup = this.group(this.hooks.general);
    this.allHooksGroup = this.group(this.hooks.all);
    this.generatorGroup = this.group(generators);
    this.steppers = ["__next__", "__anext__"].flatMap((name) => this.names.all.get(this.ir.strings.find(name)) ?? []);
  }

  /** The functions that a group stands for; undefined for a function. */
  membersOf(id: number): readonly number[] | undefined {
    return this.groups[id - this.ir.functions.length];
  }

  get groupCount(): number {
    return this.groups.length;
  }

  private group(members: readonly number[]): number {
    this.groups.push(members);
    return this.ir.functions.length + this.groups.length - 1;
  }

  /** What a row may run; undefined if nothing. */
  of(row: number): Reach | undefined {
    const found = this.find(row);
    if (found === undefined || found.maybe.length === 0) return found;
    // What belongs to the same package as the code that calls is meant, unless the arguments do not fit.
    const related = found.maybe.filter((fn) => this.names.isRelated(row, fn));
    return related.length === 0 ? found : { ...found, functions: [...found.functions, ...related], maybe: found.maybe.filter((fn) => !related.includes(fn)) };
  }

  private find(row: number): Reach | undefined {
    switch (this.ir.op.data[row] as Op) {
      case Op.Call: return this.ofCall(row);
      case Op.GetAttr: return this.ofRead(row);
      case Op.Enter: return this.ofEnter(row);
      case Op.Next: return this.ofNext(row);
      case Op.Await: return this.ofAwait(row);
      case Op.YieldFrom: return this.ofGenerators(this.ir.a.data[row]!);
      case Op.Bin: case Op.Cmp: case Op.GetItem: case Op.SetItem: case Op.DelItem: case Op.SetAttr: case Op.DelAttr: case Op.Iter:
      case Op.Un: case Op.Fmt: case Op.Len: case Op.Decorate: case Op.Exit: return this.ofImplicit(row);
      default: return undefined;
    }
  }

  private ofImplicit(row: number): Reach | undefined {
    const targets = this.program.targetsOf(row);
    if (targets.length === 0) return undefined;
    return { ...nothing, functions: targets.flatMap((target) => (target.kind === "project" ? [target.function] : [])) };
  }

  private ofRead(row: number): Reach | undefined {
    const found = this.ofImplicit(row);
    if (found) return found;
    const object = this.ir.a.data[row]!;
    const name = this.ir.b.data[row]!;
    if (this.isUnknown(object)) return { ...nothing, maybe: [...this.hooks.ofUnknown(name), this.hookGroup] };
    const tokens = this.program.tokensOf(object);
    const functions = this.hooks.ofObject(tokens, name);
    const maybe = isOfProject(tokens) ? [] : this.hooks.ofUnknown(name);
    return functions.length + maybe.length === 0 ? undefined : { ...nothing, functions, maybe };
  }

  private ofEnter(row: number): Reach | undefined {
    const { ir, program } = this;
    const manager = ir.a.data[row]!;
    const found = this.ofImplicit(row)?.functions ?? [];
    const raised = this.raisedByManager(manager);
    const methods = this.methodsNamed(manager, ["__enter__", "__exit__", "__aenter__", "__aexit__"]);
    const isKnown = program.tokensOf(manager).length > 0 || this.isCalled(manager);
    const exits = isKnown ? [] : ["__exit__", "__aexit__"].flatMap((name) => this.names.all.get(ir.strings.find(name)) ?? []);
    return { ...nothing, functions: [...found, ...methods], maybe: exits, isLibrary: true, raised };
  }

  /** `with Late(5):` of a class of exceptions raises the object itself in what it holds. */
  private raisedByManager(manager: number): readonly number[] {
    const { program } = this;
    const tokens = program.tokensOf(manager);
    const out: number[] = [];
    for (let i = 0; i < tokens.length; i++) {
      const cls = tokenKind(tokens[i]!) === TokenKind.Instance ? tokenId(tokens[i]!) : -1;
      if (cls >= 0 && program.libraryBasesOf(cls).length > 0) out.push(cls);
    }
    return out;
  }

  private ofNext(row: number): Reach | undefined {
    const { ir } = this;
    const found = this.ofImplicit(row);
    if (found) return found;
    let iterated = ir.a.data[row]!;
    if (ir.op.data[iterated] === Op.Iter) iterated = ir.a.data[iterated]!;
    return this.ofGenerators(iterated);
  }

  private ofGenerators(value: number): Reach | undefined {
    const { functions, maybe } = this.iterated(value);
    return functions.length + maybe.length === 0 ? undefined : { ...nothing, functions, maybe };
  }

  /** What a called coroutine raises is counted where it is called. */
  private ofAwait(row: number): Reach | undefined {
    return this.isCalled(this.ir.a.data[row]!) ? undefined : anything;
  }

  /** Holds for results of calls whose targets are known: what they run in time is counted at the call. */
  private isCalled(value: number): boolean {
    const { ir } = this;
    let v = value;
    for (let i = 0; i < 12 && (ir.op.data[v] === Op.Sigma || ir.op.data[v] === Op.Content); i++) v = ir.a.data[v]!;
    return ir.op.data[v] === Op.Call;
  }

  private isUnknown(value: number): boolean {
    const tokens = this.program.tokensOf(value);
    return tokens.length === 0 || tokenKind(tokens[tokens.length - 1]!) === TokenKind.Top;
  }

  private methodsNamed(value: number, names: readonly string[]): number[] {
    const { ir, program } = this;
    const tokens = program.tokensOf(value);
    const out: number[] = [];
    for (let i = 0; i < tokens.length && i < argumentsMax; i++) {
      if (tokenKind(tokens[i]!) !== TokenKind.Instance) continue;
      for (const name of names) {
        const id = ir.strings.find(name);
        const method = id < 0 ? -1 : program.methodOf(tokenId(tokens[i]!), id);
        if (method >= 0) out.push(method);
      }
    }
    return out;
  }

  // ---- calls

  private ofCall(row: number): Reach {
    const { program } = this;
    if (program.isOfDecorated(row)) return this.ofDecorated(row);
    const functions: number[] = [];
    const through: { wrapper: number; functions: readonly number[] }[] = [];
    let isLibrary = false;
    for (const target of program.targetsOf(row)) {
      if (target.kind !== "project") isLibrary = true;
      else if (this.isWrapper(target.function)) through.push({ wrapper: target.function, functions: this.throughWrapper(row, target.function) });
      else functions.push(target.function);
    }
    const kind = program.classOfCall(row);
    isLibrary ||= kind === "unresolved" || kind === "derived";
    const maybe: number[] = [];
    const isAnything = this.addByName(row, kind, functions, maybe);
    if (isLibrary) this.addLibrary(row, kind, functions, maybe);
    return { ...nothing, functions, maybe, through, isLibrary, isAnything: isAnything || (isLibrary && this.handsOn(row, kind)) };
  }

  /** Functions that a method call may reach beside its targets, by its name; true if it may run anything. */
  private addByName(row: number, kind: CallClass, functions: number[], maybe: number[]): boolean {
    const { ir, program } = this;
    const callee = callCallee(ir, row);
    const name = this.calledName(row);
    const isUnknown = kind === "unresolved" || kind === "derived";
    // A value that is called: what a library or a caller put there beside what is seen is not known.
    if (name < 0) return functions.length === 0 && (!isUnknown || program.unresolvedReason(row) !== "unreachable");
    const text = ir.strings.text(name);
    if (ir.op.data[callee] !== Op.GetAttr) {
      if (isUnknown) maybe.push(...this.names.fitting(name, row));
      else if (kind === "external") maybe.push(...this.names.methods(name));
      return isUnknown;
    }
    if (text === "__init__") return false;
    const object = ir.a.data[callee]!;
    const how = this.receiver(object);
    if (how === "self" && functions.some((fn) => this.isPlaceholder(fn))) return true;
    if (how === "self") functions.push(...this.overriding(functions, name));
    const isCommon = (kind === "derived" || kind === "builtin" || isNamespace(ir, callee)) && ofContainers.test(text) && !(text === "get" && takesMore(ir, row));
    const named = how === "other" && !isCommon ? this.names.fitting(name, row) : [];
    maybe.push(...named);
    if (how === "known" && kind === "external") maybe.push(...this.names.methods(name));
    // Who writes a class with the methods of one of ours may hand in an object of it.
    if (kind === "unresolved" && named.some((fn) => this.names.isRelated(row, fn))) return true;
    // A field of an object of the project in which a function was put, and a name of a module that holds what a call gave.
    return isUnknown && (how === "self" ? this.lacksMethod(object, name) : how === "known" && this.isProjectModule(object));
  }

  private isProjectModule(value: number): boolean {
    const tokens = this.program.tokensOf(value);
    return tokens.length > 0 && tokenKind(tokens[0]!) === TokenKind.Module;
  }

  private lacksMethod(object: number, name: number): boolean {
    const { program } = this;
    const tokens = program.tokensOf(object);
    for (let i = 0; i < tokens.length; i++) {
      const kind = tokenKind(tokens[i]!);
      if ((kind === TokenKind.Instance || kind === TokenKind.Class) && program.methodOf(tokenId(tokens[i]!), name) >= 0) return false;
    }
    return true;
  }

  /** How well it is known whose method is called: an object of the class at hand, a module, a class or a new object, or some object. */
  private receiver(value: number): "self" | "known" | "other" {
    const { ir, program } = this;
    let v = value;
    for (let i = 0; i < 12 && (ir.op.data[v] === Op.Sigma || ir.op.data[v] === Op.Content); i++) v = ir.a.data[v]!;
    const op = ir.op.data[v] as Op;
    if (op === Op.Param) {
      const fn = functionOf(ir, v);
      return fn.class >= 0 && fn.params[0]?.value === v && program.targetsOf(v).length === 0 ? "self" : "other";
    }
    const tokens = program.tokensOf(v);
    const isOwnClass = tokens.length > 0 && tokenKind(tokens[0]!) === TokenKind.Class && tokenKind(tokens[tokens.length - 1]!) === TokenKind.Class;
    if (isOwnClass || this.isModule(v)) return "known";
    if (op !== Op.Call) return "other";
    if (isSuper(ir, v)) return "known";
    const made = program.tokensOf(callCallee(ir, v));
    return made.length === 1 && tokenKind(made[0]!) === TokenKind.Class ? "known" : "other";
  }

  /** Holds for methods that do nothing: who uses the class writes them anew. */
  private isPlaceholder(id: number): boolean {
    const { ir } = this;
    const fn = ir.functions[id]!;
    if (fn.class < 0 || this.program.subclassesOf(fn.class).length > 0) return false;
    for (let row = fn.firstInstr; row < fn.endInstr; row++) {
      const op = ir.op.data[row] as Op;
      if (op !== Op.Param && op !== Op.Const && op !== Op.Return && op !== Op.Build) return false;
    }
    return true;
  }

  /** The methods of classes below that stand in for some methods. */
  private overriding(functions: readonly number[], name: number): readonly number[] {
    const { ir, program } = this;
    const out = new Set<number>();
    for (const fn of functions) {
      const cls = ir.functions[fn]!.class;
      if (cls < 0) continue;
      for (const sub of program.subclassesOf(cls).slice(0, methodsMax)) {
        const method = program.methodOf(sub, name);
        if (method >= 0) out.add(method);
      }
    }
    return [...out];
  }

  /** What a library may run that is called. */
  private addLibrary(row: number, kind: CallClass, functions: number[], maybe: number[]): void {
    const name = this.calledName(row);
    const text = name < 0 ? "" : this.ir.strings.text(name);
    if ((text === "getattr" || text === "hasattr") && callArgCount(this.ir, row) >= 2) maybe.push(...this.ofGetattr(row));
    functions.push(...this.callbacks.handedOver(row, kind === "builtin" || looking.test(text)));
    maybe.push(...this.callbacks.inherited(row), ...this.callbacks.constructed(row));
    for (let i = 0, n = iterating.test(text) ? Math.min(argumentsMax, callArgCount(this.ir, row)) : 0; i < n; i++) {
      const found = this.iterated(callArg(this.ir, row, i));
      functions.push(...found.functions);
      maybe.push(...found.maybe);
    }
  }

  /** What going through a value may run: the generators that it can be, wherever they were made. */
  private iterated(value: number): { readonly functions: readonly number[]; readonly maybe: readonly number[] } {
    const { program, ir } = this;
    const known = program.generatorsOf(value);
    const functions = [...(known ?? []), ...this.methodsNamed(value, ["__next__", "__iter__"])];
    let v = value;
    for (let i = 0; i < 12 && (ir.op.data[v] === Op.Sigma || ir.op.data[v] === Op.Content); i++) v = ir.a.data[v]!;
    if (ir.op.data[v] !== Op.Call) return { functions, maybe: known === undefined ? [this.generatorGroup] : functions.length > 0 ? [] : this.steppers };
    const name = functions.length === 0 ? this.calledName(v) : -1;
    return { functions, maybe: name < 0 ? [] : (this.names.all.get(name) ?? []).filter((fn) => ir.functions[fn]!.isGenerator) };
  }

  /** Holds for calls of libraries that raise what other code raised before. */
  private handsOn(row: number, kind: CallClass): boolean {
    const name = this.calledName(row);
    const text = name < 0 ? "" : this.ir.strings.text(name);
    return (kind !== "builtin" || /^(?:exec|eval|__import__)$/.test(text)) && handingOn.test(text);
  }

  /** Inside a wrapper: what it calls of the function that it wraps is known where the wrapper is called. */
  private ofDecorated(row: number): Reach {
    const functions = this.program.targetsOf(row).flatMap((target) => (target.kind === "project" && this.isWrapper(target.function) ? [target.function] : []));
    return { ...nothing, functions, isLibrary: true, isDecorated: true };
  }

  private isWrapper(fn: number): boolean {
    let found = this.wrappers.get(fn);
    if (found === undefined) {
      const { firstInstr, endInstr } = this.ir.functions[fn]!;
      found = false;
      for (let row = firstInstr; row < endInstr && !found; row++) found = this.ir.op.data[row] === Op.Call && this.program.isOfDecorated(row);
      this.wrappers.set(fn, found);
    }
    return found;
  }

  private throughWrapper(row: number, wrapper: number): readonly number[] {
    const named = this.program.functionsNamed(row);
    return named.length > 0 ? named : this.decoratedBy(wrapper);
  }

  /** All functions that a wrapper may call as the one it wraps, wrappers below it included. */
  decoratedBy(wrapper: number): readonly number[] {
    const out = new Set<number>();
    const queue = [wrapper];
    for (let i = 0; i < queue.length; i++) {
      const { firstInstr, endInstr } = this.ir.functions[queue[i]!]!;
      for (let row = firstInstr; row < endInstr; row++) {
        if (this.ir.op.data[row] !== Op.Call || !this.program.isOfDecorated(row)) continue;
        for (const target of this.program.targetsOf(row)) {
          if (target.kind !== "project") continue;
          if (!this.isWrapper(target.function)) out.add(target.function);
          else if (!queue.includes(target.function)) queue.push(target.function);
        }
      }
    }
    return [...out].sort((a, b) => a - b);
  }

  /** The name of a method that is called, or -1. */
  private calledName(row: number): number {
    const { ir } = this;
    const callee = callCallee(ir, row);
    const op = ir.op.data[callee] as Op;
    return op === Op.GetAttr || op === Op.Import ? ir.b.data[callee]! : op === Op.Global ? ir.a.data[callee]! : -1;
  }

  /** `getattr(x, "name")` reads what `x.name` does; of a name that is computed, any attribute. */
  private ofGetattr(row: number): readonly number[] {
    const { ir } = this;
    // What hands on an attribute is asked about the name that was read.
    if (ir.strings.text(functionOf(ir, row).name).startsWith("__getattr")) return [];
    const object = callArg(ir, row, 0);
    const constant = constantOf(ir, callArg(ir, row, 1));
    if (constant?.type !== "str") return [this.hookGroup, this.allHooksGroup];
    const name = ir.strings.find(constant.value);
    if (name < 0) return [];
    return this.isUnknown(object) ? [...this.hooks.ofUnknown(name), this.hookGroup] : this.hooks.ofObject(this.program.tokensOf(object), name);
  }

  /** Holds for modules, and for what libraries have under a name that is imported: no object of the project stands in for it. */
  private isModule(value: number): boolean {
    const { ir, program } = this;
    let v = value;
    for (let i = 0; i < 8 && ir.op.data[v] === Op.GetAttr; i++) v = ir.a.data[v]!;
    const stores = ir.op.data[v] === Op.Global ? program.storesOf(v) : [];
    if (ir.op.data[v] !== Op.Import && (stores.length === 0 || stores.some((store) => ir.op.data[store] !== Op.Import))) return false;
    const tokens = program.tokensOf(value);
    for (let i = 0; i < tokens.length; i++) {
      const kind = tokenKind(tokens[i]!);
      if (kind !== TokenKind.Module && kind !== TokenKind.External && kind !== TokenKind.Api) return false;
      if (kind === TokenKind.External && !/^[\w.]+$/.test(ir.strings.text(tokenId(tokens[i]!)))) return false;
    }
    return tokens.length > 0;
  }

}

/** Holds for methods of `x.__dict__`. */
function isNamespace(ir: Ir, callee: number): boolean {
  const object = ir.op.data[callee] === Op.GetAttr ? ir.a.data[callee]! : -1;
  return object >= 0 && ir.op.data[object] === Op.GetAttr && ir.strings.text(ir.b.data[object]!) === "__dict__";
}

/** Generators that a decorator makes context managers of: nobody iterates over them. */
function contextManagers(ir: Ir): ReadonlySet<number> {
  const out = new Set<number>();
  for (const row of ir.rowsOf(Op.Decorate)) {
    if (ir.op.data[ir.b.data[row]!] !== Op.Func) continue;
    const decorator = ir.a.data[row]!;
    const op = ir.op.data[decorator] as Op;
    const name = op === Op.Global ? ir.a.data[decorator]! : op === Op.GetAttr || op === Op.Import ? ir.b.data[decorator]! : -1;
    if (name >= 0 && ir.strings.text(name).endsWith("contextmanager")) out.add(ir.a.data[ir.b.data[row]!]!);
  }
  return out;
}

/** Holds if a value is an object of the project only; what is known as an object of a library may be one of a class below it. */
function isOfProject(tokens: ArrayLike<number>): boolean {
  for (let i = 0; i < tokens.length; i++) {
    const kind = tokenKind(tokens[i]!);
    if (kind === TokenKind.Api || kind === TokenKind.External) return false;
  }
  return true;
}

/** Holds for calls of `get` with more than a mapping takes, or as much. */
const takesMore = (ir: Ir, row: number): boolean => callArgCount(ir, row) > 1 || callKeywordCount(ir, row) > 0;
