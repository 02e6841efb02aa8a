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
import {
  callArg, callArgCount, callCallee, callKeywordCount, callKeywordName, callKeywordValue, constantOf, type FunctionInfo, functionOf, type Ir, Op,
} from "../ir/index.ts";
import { AttributeHooks } from "./attribute-hooks.ts";
import { type CallClass, type Program, TokenKind, tokenId, tokenKind } from "../program/index.ts";

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
const handingOn = /^(?:result|exception|wait|throw|athrow|switch|gather|as_completed|run_until_complete|map_async|apply|call|multicall|reraise|raise_exception|execute_async|retry)$/;
/** Library functions that only look at, or write down, what they are given. */
const looking = /^(?:isinstance|issubclass|type|id|callable|print|len|repr|str|bool|hash|debug|info|warning|warn|error|exception|critical|log|super|append|extend|add|insert|setdefault|pop|get|items|keys|values|join|format)$/;
/** Methods that containers and texts have. */
const ofContainers = /^(?:get|update|items|keys|values|pop|popitem|setdefault|copy|clear|append|extend|join|split|strip|lower|upper|format|encode|decode|startswith|endswith|replace)$/;
/** Builtins that go through what they are given. */
const iterating = /^(?:next|anext|list|tuple|set|frozenset|dict|sum|any|all|max|min|sorted|map|filter|enumerate|zip|reversed|join|extend|update|deque|chain|reduce|islice|tee|groupby|takewhile|dropwhile|starmap|from_iterable|pairwise|batched|accumulate|run_in_executor|loop)$/;
/** Kinds of entries that nothing in the project calls. */
const outside = new Set(["http", "cli", "test"]);
const namedMax = 24;
const argumentsMax = 40;
const methodsMax = 400;
const subclassesMax = 64;

export class CallReach {
  private readonly program: Program;
  private readonly ir: Ir;
  private readonly byName = new Map<number, number[]>();
  private readonly groups: (readonly number[])[] = [];
  private readonly groupOfName = new Map<number, number>();
  private readonly callableByName = new Map<number, readonly number[]>();
  private readonly wrappers = new Map<number, boolean>();
  private readonly classMethods = new Map<number, readonly number[]>();
  private readonly hooks: AttributeHooks;
  private readonly hookGroup: number;
  private readonly allHooksGroup: number;
  private readonly generatorGroup: number;

  /** `counts` says which functions belong to the product. */
  constructor(program: Program, counts: (fn: FunctionInfo) => boolean) {
    this.program = program;
    this.ir = program.ir;
    const generators: number[] = [];
    const managers = contextManagers(program.ir);
    for (const fn of this.ir.functions) {
      if (fn.kind !== "function" || fn.endInstr <= fn.firstInstr || !counts(fn)) continue;
      const list = this.byName.get(fn.name);
      if (list) list.push(fn.id);
      else this.byName.set(fn.name, [fn.id]);
      if (fn.isGenerator && !managers.has(fn.id)) generators.push(fn.id);
    }
    this.hooks = new AttributeHooks(program, this.byName);
    this.hookGroup = this.group(this.hooks.general);
    this.allHooksGroup = this.group(this.hooks.all);
    this.generatorGroup = this.group(generators);
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
    const exits = isKnown ? [] : ["__exit__", "__aexit__"].flatMap((name) => this.byName.get(ir.strings.find(name)) ?? []);
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
    if (name < 0) return isUnknown && program.unresolvedReason(row) !== "unreachable";
    const text = ir.strings.text(name);
    if (ir.op.data[callee] !== Op.GetAttr) {
      if (isUnknown) maybe.push(...this.named(name, row));
      return kind === "unresolved";
    }
    if (text === "__init__") return false;
    const object = ir.a.data[callee]!;
    const how = this.receiver(object);
    if (how === "self" && functions.some((fn) => this.isPlaceholder(fn))) return true;
    if (how === "self") functions.push(...this.overriding(functions, name));
    const isCommon = (kind === "derived" || kind === "builtin" || isNamespace(ir, callee)) && ofContainers.test(text);
    if (how === "other" && !isCommon) maybe.push(...this.named(name, row));
    if (how === "known" && kind === "external") maybe.push(...(this.byName.get(name) ?? []).filter((fn) => ir.functions[fn]!.class >= 0));
    // A field of an object of the project in which a function was put.
    return isUnknown && how === "self" && this.lacksMethod(object, name);
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
    functions.push(...this.handedOver(row, kind === "builtin" || looking.test(text)));
    maybe.push(...this.inherited(row));
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
    if (ir.op.data[v] !== Op.Call) return { functions, maybe: known === undefined ? [this.generatorGroup] : [] };
    const name = functions.length === 0 ? this.calledName(v) : -1;
    return { functions, maybe: name < 0 ? [] : (this.byName.get(name) ?? []).filter((fn) => ir.functions[fn]!.isGenerator) };
  }

  /** Holds for calls of libraries that raise what other code raised before. */
  private handsOn(row: number, kind: CallClass): boolean {
    const name = this.calledName(row);
    return kind !== "builtin" && name >= 0 && handingOn.test(this.ir.strings.text(name));
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
    return ir.op.data[callee] === Op.GetAttr ? ir.b.data[callee]! : ir.op.data[callee] === Op.Global ? ir.a.data[callee]! : -1;
  }

  /** Functions of a name that the arguments of a call fit, but for those that only outsiders call. */
  private named(name: number, row: number): readonly number[] {
    let all = this.callableByName.get(name);
    if (all === undefined) {
      all = (this.byName.get(name) ?? []).filter((fn) => !this.program.entriesOf(fn).some((entry) => outside.has(entry.kind)));
      this.callableByName.set(name, all);
    }
    const found = all.filter((fn) => fits(this.ir, this.ir.functions[fn]!, row));
    return found.length <= namedMax ? found : [this.groupOf(name, all)];
  }

  private groupOf(name: number, members: readonly number[]): number {
    let group = this.groupOfName.get(name);
    if (group === undefined) this.groupOfName.set(name, (group = this.group(members)));
    return group;
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

  /** Holds for modules and classes of libraries, which no object of the project stands in for. */
  private isModule(value: number): boolean {
    const { ir, program } = this;
    if (ir.op.data[value] === Op.Import) return true;
    const tokens = program.tokensOf(value);
    for (let i = 0; i < tokens.length; i++) {
      const kind = tokenKind(tokens[i]!);
      if (kind === TokenKind.Module) continue;
      const text = kind === TokenKind.External ? ir.strings.text(tokenId(tokens[i]!)) : kind === TokenKind.Api ? program.api.name(tokenId(tokens[i]!)) : "(";
      if (!/^[\w.]+$/.test(text) || (kind === TokenKind.Api && !text.includes(".") && /^[A-Z]/.test(text))) return false;
    }
    return tokens.length > 0;
  }

  /** Functions of the project that a library is given, and methods of objects that it is given. */
  private handedOver(row: number, isLooking: boolean): readonly number[] {
    const { ir } = this;
    const out: number[] = [];
    const count = Math.min(argumentsMax, callArgCount(ir, row));
    for (let i = 0; i < count; i++) this.handed(callArg(ir, row, i), isLooking, out);
    for (let i = 0, n = Math.min(argumentsMax, callKeywordCount(ir, row)); i < n; i++) this.handed(callKeywordValue(ir, row, i), isLooking, out);
    return out;
  }

  private handed(value: number, isLooking: boolean, out: number[]): void {
    const { program, ir } = this;
    const tokens = program.tokensOf(value);
    for (let i = 0; i < tokens.length; i++) {
      const id = tokenId(tokens[i]!);
      switch (tokenKind(tokens[i]!)) {
        case TokenKind.Function:
        case TokenKind.Bound: if (!isLooking) out.push(id, ...(this.isWrapper(id) ? this.decoratedBy(id) : [])); break;
        case TokenKind.Class: {
          const init = isLooking ? -1 : program.methodOf(id, ir.strings.intern("__init__"));
          if (init >= 0) out.push(init);
          break;
        }
        case TokenKind.Instance: if (!isLooking && program.libraryBasesOf(id).length > 0) out.push(...this.methodsOf(id)); break;
        default:
      }
    }
  }

  /** A method that a class of the project has from a library may call other methods of the object. */
  private inherited(row: number): readonly number[] {
    const { ir, program } = this;
    const callee = callCallee(ir, row);
    if (ir.op.data[callee] !== Op.GetAttr) return [];
    if (isSuper(ir, ir.a.data[callee]!)) return this.ofFamily(functionOf(ir, row).class);
    const tokens = program.tokensOf(ir.a.data[callee]!);
    const out: number[] = [];
    for (let i = 0; i < tokens.length; i++) {
      const kind = tokenKind(tokens[i]!);
      const cls = tokenId(tokens[i]!);
      if (kind !== TokenKind.Instance && kind !== TokenKind.Class) continue;
      if (program.methodOf(cls, ir.b.data[callee]!) >= 0) continue;
      out.push(...this.ofFamily(cls));
    }
    return [...new Set(out)].slice(0, methodsMax);
  }

  /** Methods of a class and of those below it that a library may call by itself. */
  private ofFamily(cls: number): readonly number[] {
    return cls < 0 ? [] : [cls, ...this.program.subclassesOf(cls).slice(0, subclassesMax)].flatMap((each) => this.methodsOf(each));
  }

  /** Methods that a library may call by itself: those of the language, and those that nothing in the project calls. */
  private isHook(fn: number): boolean {
    const name = this.ir.strings.text(this.ir.functions[fn]!.name);
    if (name.startsWith("__") && name.endsWith("__")) return name !== "__init__";
    return this.program.callersOf(fn).length === 0 && !this.program.entriesOf(fn).some((entry) => entry.kind !== "library");
  }

  private methodsOf(cls: number): readonly number[] {
    let found = this.classMethods.get(cls);
    if (found === undefined) {
      const { ir, program } = this;
      const out: number[] = [];
      for (const ancestor of program.mroOf(cls)) {
        if (ancestor < 0) continue;
        const body = ir.functions[ir.classes[ancestor]!.body]!;
        for (let row = body.firstInstr; row < body.endInstr; row++) {
          if (ir.op.data[row] === Op.Func && this.isHook(ir.a.data[row]!)) out.push(ir.a.data[row]!);
        }
      }
      this.classMethods.set(cls, (found = out));
    }
    return found;
  }
}

/** Holds if a function can be called with the arguments of a call, as it stands or bound to an object. */
function fits(ir: Ir, fn: FunctionInfo, row: number): boolean {
  const isOpen = fn.params.some((param) => param.kind === "varargs" || param.kind === "kwargs");
  const names = new Set<number>();
  for (let i = 0, n = callKeywordCount(ir, row); i < n; i++) {
    const name = callKeywordName(ir, row, i);
    if (name < 0) return true;
    names.add(name);
  }
  const count = callArgCount(ir, row);
  for (let i = 0; i < count; i++) if (ir.op.data[callArg(ir, row, i)] === Op.Star) return true;
  const places = fn.params.filter((param) => param.kind === "positional" || param.kind === "positional-only");
  if (!isOpen && (count > places.length || [...names].some((name) => !fn.params.some((param) => param.name === name)))) return false;
  // The object that a method is bound to fills the first place.
  const missing = places.filter((param, i) => i >= count && param.default < 0 && !names.has(param.name)).length;
  return missing <= (fn.class >= 0 ? 1 : 0);
}

/** Holds for methods of `x.__dict__`. */
function isNamespace(ir: Ir, callee: number): boolean {
  const object = ir.op.data[callee] === Op.GetAttr ? ir.a.data[callee]! : -1;
  return object >= 0 && ir.op.data[object] === Op.GetAttr && ir.strings.text(ir.b.data[object]!) === "__dict__";
}

/** Generators that a decorator makes context managers of: nobody iterates over them. */
function contextManagers(ir: Ir): ReadonlySet<number> {
  const out = new Set<number>();
  for (let row = 0, n = ir.length; row < n; row++) {
    if (ir.op.data[row] !== Op.Decorate || ir.op.data[ir.b.data[row]!] !== Op.Func) continue;
    const decorator = ir.a.data[row]!;
    const op = ir.op.data[decorator] as Op;
    const name = op === Op.Global ? ir.a.data[decorator]! : op === Op.GetAttr || op === Op.Import ? ir.b.data[decorator]! : -1;
    if (name >= 0 && ir.strings.text(name).endsWith("contextmanager")) out.add(ir.a.data[ir.b.data[row]!]!);
  }
  return out;
}

const isSuper = (ir: Ir, value: number): boolean => {
  const callee = ir.op.data[value] === Op.Call ? callCallee(ir, value) : -1;
  return callee >= 0 && ir.op.data[callee] === Op.Global && ir.strings.text(ir.a.data[callee]!) === "super";
};

/** Holds if a value is an object of the project only; what is known as an object of a library may be one of a class below it. */
function isOfProject(tokens: ArrayLike<number>): boolean {
  for (let i = 0; i < tokens.length; i++) {
    const kind = tokenKind(tokens[i]!);
    if (kind === TokenKind.Api || kind === TokenKind.External) return false;
  }
  return true;
}
