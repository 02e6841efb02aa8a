/**
 * Functions that somebody else may call beside the calls that are seen: a library that was given the function by a
 * decorator or as an argument, or whose method it overrides. What the known callers pass proves nothing of those.
 *
 * ```text
 * @shared_task                 send is called by the library that the decorator comes from
 * def send(x): …
 * bus.listen("done", notify)   notify is called by whatever `listen` is
 * class Runs(Protocol)         what follows it is called by whoever is given a Runs
 * ```
 */
import { type Ir, Op, callCallee, functionOf } from "../ir/index.ts";
import { TokenKind, tokenId, tokenKind } from "../program/index.ts";
import { allArguments } from "./ports.ts";
import { overriddenNodes } from "./seeds.ts";
import type { Solver } from "./solver.ts";

/** Longest chain of decorators over one function. */
const decoratorsMax = 20;

export class OpenCallers {
  private readonly reasons = new Map<number, string>();
  private readonly overrides = new Map<number, string>();
  private readonly solver: Solver;

  constructor(solver: Solver, isTest: (fn: number) => boolean) {
    this.solver = solver;
    const { ir } = solver;
    for (const row of ir.rowsOf(Op.Decorate, Op.Class, Op.Call)) {
      const op = ir.op.data[row]!;
      if (op === Op.Decorate) this.decorated(row);
      else if (op === Op.Class && this.isProtocol(row)) this.followed(ir.a.data[row]!);
      else if (op === Op.Call && !isTest(functionOf(ir, row).id)) this.passed(row);
    }
  }

  /** Who else may call a function, as a text; "" if nobody is known to. */
  of(fn: number): string {
    return this.reasons.get(fn) ?? this.overrideOf(fn);
  }

  private overrideOf(fn: number): string {
    let text = this.overrides.get(fn);
    if (text === undefined) {
      const { solver } = this;
      const isInit = solver.ir.strings.text(solver.ir.functions[fn]!.name) === "__init__";
      const nodes = isInit ? [] : overriddenNodes(solver.program, fn);
      text = nodes.length > 0 ? `it overrides ${solver.api.name(nodes[0]!)}` : "";
      this.overrides.set(fn, text);
    }
    return text;
  }

  private note(fn: number, text: string): void {
    if (!this.reasons.has(fn)) this.reasons.set(fn, text);
  }

  private decorated(row: number): void {
    const { ir } = this.solver;
    let made = ir.b.data[row]!;
    for (let i = 0; i < decoratorsMax && ir.op.data[made] === Op.Decorate; i++) made = ir.b.data[made]!;
    if (ir.op.data[made] !== Op.Func) return;
    const decorator = ir.a.data[row]!;
    const called = ir.op.data[decorator] === Op.Call ? callCallee(ir, decorator) : decorator;
    if (ir.op.data[called] === Op.GetAttr && accessors.has(ir.strings.text(ir.b.data[called]!))) return;
    if ([row, decorator].some((each) => this.isOwn(each)) || this.isPartial(called)) return;
    const name = this.outsider(called);
    if (name !== undefined) this.note(ir.a.data[made]!, `${name} decorates it`);
  }

  /** Holds for `class Runs(Protocol)` and `class Runs(Protocol[T])`. */
  private isProtocol(row: number): boolean {
    const { ir } = this.solver;
    return ir.lists.toArray(ir.b.data[row]!).some((base) => nameOf(ir, ir.op.data[base] === Op.GetItem ? ir.a.data[base]! : base).split(".").pop() === "Protocol");
  }

  /** Methods of classes that have all that a protocol names are called wherever something is declared to follow it. */
  private followed(protocol: number): void {
    const { ir, program } = this.solver;
    const names = ir.functions.filter((fn) => fn.class === protocol && !ir.strings.text(fn.name).startsWith("__") && fn.id !== ir.classes[protocol]!.body).map((fn) => fn.name);
    for (let cls = 0; names.length > 0 && cls < ir.classes.length; cls++) {
      const methods = cls === protocol ? [] : names.map((name) => program.methodOf(cls, name));
      if (methods.includes(-1)) continue;
      for (const method of methods) this.note(method, `the protocol ${ir.strings.text(ir.classes[protocol]!.name)} names it`);
    }
  }

  /** Holds if code of the project is called. */
  private isOwn(row: number): boolean {
    return this.solver.targetsOf(row).some((target) => target.kind === "project");
  }

  /** Holds if a name stands for a function with some arguments filled in: `traced = functools.partial(trace, log)`. */
  private isPartial(called: number): boolean {
    const { ir, program } = this.solver;
    return program.storesOf(called).some((store) => ir.op.data[store] === Op.Call && /(?:^|\.)partial$/.test(nameOf(ir, callCallee(ir, store))));
  }

  /** The name of what is called if it is no code of the project and nothing that leaves the callers as they are. */
  private outsider(called: number): string | undefined {
    const { solver } = this;
    const tokens = solver.program.tokensOf(called);
    let name = nameOf(solver.ir, called);
    for (let i = 0; i < tokens.length; i++) {
      const kind = tokenKind(tokens[i]!);
      if (kind === TokenKind.External) name = solver.ir.strings.text(tokenId(tokens[i]!));
      else if (kind !== TokenKind.Top) return undefined;
    }
    return isTransparent(name) ? undefined : name;
  }

  /** Functions given as arguments to calls that lead out of the project. */
  private passed(call: number): void {
    const { solver } = this;
    const { ir, program } = solver;
    let name: string | undefined;
    for (const argument of allArguments(ir, call)) {
      const tokens = program.tokensOf(argument);
      for (let i = 0; i < tokens.length; i++) {
        const kind = tokenKind(tokens[i]!);
        if (kind !== TokenKind.Function && kind !== TokenKind.Bound) continue;
        name ??= this.receiver(call);
        if (name === "") return;
        const fn = tokenId(tokens[i]!);
        if (!this.reasons.has(fn) && !program.callersOf(fn).some((site) => site.call === call)) this.note(fn, `${name} is given it`);
      }
    }
  }

  /** The name of what an argument of a call is given to, "" if the walk follows it there or it calls nothing. */
  private receiver(call: number): string {
    const { solver } = this;
    let name = nameOf(solver.ir, callCallee(solver.ir, call));
    for (const target of solver.targetsOf(call)) {
      if (target.kind === "project") return "";
      name = target.kind === "api" ? solver.api.name(target.node) : solver.ir.strings.text(target.name);
    }
    return isTransparent(name) || isPassive(name) ? "" : name;
  }
}

const accessors = new Set(["setter", "getter", "deleter"]);

/** Packages of the language whose decorators change how a function is called, not by whom, and such of well known libraries. */
const transparentPackages = new Set([
  "functools", "contextlib", "abc", "typing", "typing_extensions", "dataclasses", "enum", "types", "inspect", "warnings",
  "six", "wrapt", "decorator", "tenacity", "retrying", "debtcollector", "deprecated", "cachetools", "unittest", "mock", "pytest",
  "oslo_privsep", "oslo_concurrency", "oslo_db",
]);
const transparentNames = new Set(["property", "staticmethod", "classmethod", "abstractmethod", "asyncio.coroutine", "super", "wraps", "override", "overload"]);

function isTransparent(name: string): boolean {
  const plain = name.replace(/^(?:builtins|<builtin>)\./, "");
  return transparentNames.has(plain) || transparentPackages.has(plain.split(".", 1)[0]!);
}

/** Builtin functions and methods that look at a function, or keep it where it is followed, and never call it. */
const passive = new Set([
  "isinstance", "issubclass", "callable", "hasattr", "getattr", "setattr", "id", "repr", "str", "print", "type", "hash", "len", "bool", "vars",
  "list", "tuple", "set", "dict", "zip", "enumerate", "append", "extend", "add", "insert", "update", "setdefault", "get", "pop", "remove", "index",
]);

function isPassive(name: string): boolean {
  const last = name.slice(name.lastIndexOf(".") + 1).replace(/\(\)$/, "");
  return passive.has(last);
}

/** How a callee is written: `app.task`, as far as it is names. */
function nameOf(ir: Ir, value: number): string {
  const op = ir.op.data[value]!;
  if (op === Op.Global) return ir.strings.text(ir.a.data[value]!);
  if (op === Op.GetAttr || op === Op.Param) return ir.strings.text(ir.b.data[value]!);
  if (op === Op.Import) return ir.strings.text(ir.b.data[value]! >= 0 ? ir.b.data[value]! : ir.a.data[value]!);
  return "an unknown function";
}
