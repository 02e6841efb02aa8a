/**
 * What a value is that stands where guards stand: behind an `@`, in a list of permission classes, in `Depends(…)`.
 *
 * ```python
 * @login_required                              a modelled guard
 * @require(Role.ADMIN)                         a function of the project that makes a wrapper, which checks before it goes on
 * permission_classes = [IsAuthenticated & IsOwner]
 * dependencies=[Depends(current_user)]         a function that raises unless there is one
 * ```
 */
import { BuildKind, callArg, callArgCount, callCallee, constantOf, Op } from "../ir/index.ts";
import { allEvents } from "../flow/index.ts";
import type { Solver } from "../obligations/index.ts";
import { TokenKind, tokenId, tokenKind } from "../program/index.ts";
import type { GuardSummaries } from "./function-guards.ts";
import { type Found, notFound } from "./guard.ts";
import { guardBits, lastName, literalPattern, Means } from "./meaning.ts";
import { isGuardName, isPublicName } from "./names.ts";

const depthMax = 5;
/** Methods by which a class that stands for a permission decides. */
const deciding = ["has_permission", "has_object_permission", "check_permission", "authorize", "is_authorized", "permits", "authenticate", "__call__", "test"];

export class GuardValues {
  private readonly solver: Solver;
  private readonly summaries: GuardSummaries;
  private nested: ReadonlyMap<number, readonly number[]> | undefined;
  private readonly wrappers = new Map<number, Found>();

  constructor(solver: Solver, summaries: GuardSummaries) {
    this.solver = solver;
    this.summaries = summaries;
  }

  /** What the decorator of a Decorate row does before it goes on to what it decorates. */
  ofDecorate(row: number): Found {
    const { solver } = this;
    const value = solver.ir.a.data[row]!;
    const library = this.ofLibrary(value);
    if (library.bits !== 0 || library.opens) return library;
    const wrapped = this.isMethodDecorator(value) ? this.ofValue(callArg(solver.ir, value, 0)) : notFound;
    if (wrapped.bits !== 0 || wrapped.opens) return wrapped;
    const name = lastName(solver, value);
    if (isPublicName(name)) return { bits: 0, opens: true, isUnknown: false };
    let bits = allEvents;
    let isSeen = false;
    let isUnknown = false;
    for (const target of solver.targetsOf(row)) {
      if (target.kind !== "project") continue;
      isSeen = true;
      const found = this.ofWrapperMaker(target.function);
      bits &= found.bits;
      isUnknown ||= found.isUnknown;
    }
    if (isSeen && bits !== 0) return { bits, opens: false, isUnknown: false };
    return { bits: 0, opens: false, isUnknown: isUnknown || wrapped.isUnknown || isGuardName(name) };
  }

  /** `method_decorator(login_required, name="dispatch")`, `permission_classes([IsAdmin])`. */
  private isMethodDecorator(value: number): boolean {
    const { ir } = this.solver;
    return ir.op.data[value] === Op.Call && callArgCount(ir, value) > 0 && /decorator|^permission_classes$/.test(lastName(this.solver, value));
  }

  /** What a value does that a framework calls, or asks, before the handler: a function, a class, an object, a list of them. */
  ofValue(value: number, depth = 0): Found {
    if (value < 0 || depth > depthMax) return notFound;
    const { solver } = this;
    const { ir } = solver;
    const items = this.itemsOf(value);
    if (items.length > 0) return this.join(items.map((item) => this.ofValue(item, depth + 1)));
    const library = this.ofLibrary(value);
    if (library.bits !== 0 || library.opens) return library;
    if (ir.op.data[value] === Op.Call && this.isProvider(value)) return this.ofValue(callArg(ir, value, 0), depth + 1);
    const found = this.ofTokens(value);
    if (found.bits !== 0 || found.opens || found.isUnknown) return found;
    const name = lastName(solver, value);
    if (isPublicName(name)) return { bits: 0, opens: true, isUnknown: false };
    return { bits: 0, opens: false, isUnknown: isGuardName(name) };
  }

  /** `Depends(f)`, `Security(f)`, `method_decorator(f)`: what stands for its first argument. */
  isProvider(call: number): boolean {
    const { ir } = this.solver;
    if (callArgCount(ir, call) === 0) return false;
    return /^(?:Depends|Security|Provide|Middleware|partial|wraps|method_decorator|staticmethod)$/.test(lastName(this.solver, callCallee(ir, call)));
  }

  private itemsOf(value: number): readonly number[] {
    const { ir } = this.solver;
    const op = ir.op.data[value] as Op;
    if (op === Op.Build && ir.a.data[value] !== BuildKind.Slice) {
      const list = ir.lists.toArray(ir.b.data[value]!);
      return ir.a.data[value] === BuildKind.Dict ? list.filter((_, i) => i % 2 === 1) : list.map((item) => (ir.op.data[item] === Op.Star ? ir.a.data[item]! : item));
    }
    // `A & B`, `A | B` of permissions, and lists that are added up.
    if (op === Op.Bin) return [ir.b.data[value]!, ir.c.data[value]!];
    if (op === Op.Phi) return ir.lists.toArray(ir.a.data[value]!);
    return [];
  }

  /** Each of several is asked: one that checks is enough. */
  private join(all: readonly Found[]): Found {
    const bits = all.reduce((sum, found) => sum | found.bits, 0);
    return { bits, opens: bits === 0 && all.some((found) => found.opens), isUnknown: bits === 0 && all.some((found) => found.isUnknown) };
  }

  private ofLibrary(value: number): Found {
    const { solver } = this;
    const { ir } = solver;
    const { meanings } = this.summaries;
    let bits = meanings.ofValue(value);
    if (ir.op.data[value] === Op.Call) {
      for (const node of solver.apiNodes(callCallee(ir, value))) bits |= meanings.ofCall(node, value, (each) => literalPattern(solver, each));
    }
    return { bits: bits & guardBits, opens: (bits & guardBits) === 0 && (bits & Means.Opens) !== 0, isUnknown: false };
  }

  /** What a library object is that a setting names. */
  ofNode(node: number): Found {
    const bits = this.summaries.meanings.ofNode(node);
    return { bits: bits & guardBits, opens: (bits & guardBits) === 0 && (bits & Means.Opens) !== 0, isUnknown: false };
  }

  private ofTokens(value: number): Found {
    const { solver } = this;
    const { program } = solver;
    const tokens = program.tokensOf(value);
    const found: Found[] = [];
    for (let i = 0; i < tokens.length && i < 8; i++) {
      const kind = tokenKind(tokens[i]!);
      const id = tokenId(tokens[i]!);
      if (kind === TokenKind.Function || kind === TokenKind.Bound) found.push(this.ofFunction(id));
      else if (kind === TokenKind.Class || kind === TokenKind.Instance) found.push(this.ofClass(id));
    }
    return this.join(found);
  }

  /** A function that is called before the handler, or that wraps it. */
  ofFunction(fn: number): Found {
    const wrapper = this.ofWrapperMaker(fn);
    if (wrapper.bits !== 0) return wrapper;
    const summary = this.summaries.of(fn);
    const isUnknown = wrapper.isUnknown || summary.events.length > 0 || summary.unknownGuard >= 0;
    return { bits: summary.onReturn & guardBits, opens: false, isUnknown: (summary.onReturn & guardBits) === 0 && isUnknown };
  }

  /** A class that stands for a permission, or for the work before a handler. */
  ofClass(cls: number): Found {
    const { solver } = this;
    const { ir, program } = solver;
    let found = notFound;
    for (const base of program.apiBasesOf(cls)) {
      const bits = this.summaries.meanings.ofNode(base);
      if ((bits & guardBits) !== 0) found = { bits: bits & guardBits, opens: false, isUnknown: false };
    }
    for (const name of deciding) {
      const id = ir.strings.find(name);
      const fn = id === undefined || id < 0 ? -1 : program.methodOf(cls, id);
      if (fn < 0) continue;
      if (name === "__call__" || name === "authenticate") {
        const called = this.ofFunction(fn);
        if (called.bits !== 0) return called;
        if (called.isUnknown) found = found.bits !== 0 ? found : called;
        continue;
      }
      // A method that only ever says yes, and refuses nobody by raising, lets everyone in.
      const returns = solver.rowsOf(fn).returns.map((row) => constantOf(ir, ir.a.data[row]!)?.type);
      const refuses = this.summaries.of(fn).events.length > 0;
      if (!refuses && returns.length > 0 && returns.every((type) => type === "true")) found = found.bits !== 0 ? found : { bits: 0, opens: true, isUnknown: false };
      else return { bits: Means.Authorises, opens: false, isUnknown: false };
    }
    return found;
  }

  /** Bits that hold before the calls of what a decorator was given, in the wrappers that it makes. */
  private ofWrapperMaker(fn: number): Found {
    const known = this.wrappers.get(fn);
    if (known !== undefined) return known;
    let bits = allEvents;
    let isUnknown = false;
    for (const inner of this.below(fn)) {
      const summary = this.summaries.of(inner);
      if (summary.onDecorated === 0) continue;
      bits &= summary.onDecorated & guardBits;
      isUnknown ||= summary.events.length > 0 || summary.unknownGuard >= 0;
    }
    const found = bits === allEvents ? notFound : { bits, opens: false, isUnknown: bits === 0 && isUnknown };
    this.wrappers.set(fn, found);
    return found;
  }

  /** Functions inside a function, at any depth. */
  private below(fn: number): readonly number[] {
    this.nested ??= this.nest();
    const out: number[] = [];
    const stack = [...(this.nested.get(fn) ?? [])];
    for (let next = stack.pop(); next !== undefined && out.length < 16; next = stack.pop()) {
      out.push(next);
      stack.push(...(this.nested.get(next) ?? []));
    }
    return out;
  }

  private nest(): ReadonlyMap<number, readonly number[]> {
    const out = new Map<number, number[]>();
    for (const fn of this.solver.ir.functions) {
      if (fn.kind === "module" || fn.kind === "class" || fn.parent < 0) continue;
      const list = out.get(fn.parent);
      if (list) list.push(fn.id);
      else out.set(fn.parent, [fn.id]);
    }
    return out;
  }
}
