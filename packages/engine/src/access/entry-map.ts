/**
 * The authorisation map: every handler that a route leads to, what guards it in order, and the verdict.
 *
 * ```text
 * POST /servers       create    context.can(…) on every return                covered
 * GET  /health        health    nothing; it tells about the service itself    exempt
 * POST /servers/move  move      nothing; 14 of 14 siblings have a check       missing
 * GET  /servers/log   log       a check on some ways only                     question
 * ```
 */
import { constantOf, type FunctionInfo, Op } from "../ir/index.ts";
import { allEvents } from "../flow/index.ts";
import type { Solver } from "../obligations/index.ts";
import type { Entry } from "../program/index.ts";
import { ClassGuards } from "./class-guards.ts";
import { type FunctionGuards, GuardSummaries } from "./function-guards.ts";
import { type Guard, GuardList } from "./guard.ts";
import { GuardValues } from "./guard-values.ts";
import { Hooks } from "./hooks.ts";
import { guardBits, lastName, Means } from "./meaning.ts";
import { isPublicHandler, purposeOf } from "./names.ts";
import { type Group, judgeBySiblings, type Siblings } from "./siblings.ts";
import { passesToken } from "./passed-token.ts";
import { Routers } from "./routers.ts";

export type EntryVerdict = "covered" | "exempt" | "missing" | "question";

/** One handler as one route leads to it. */
export interface EntryAccess {
  readonly entry: Entry;
  /** The instruction by which the handler is known: its first parameter, or what registers it. */
  readonly site: number;
  readonly guards: readonly Guard[];
  readonly verdict: EntryVerdict;
  /** A sentence, computed. */
  readonly reason: string;
  /** What shows the reason, or -1. */
  readonly at: number;
  /** Holds if it answers requests that change something, or changes something itself. */
  readonly changes: boolean;
  /** The first change outside that no check stands before, or -1. */
  readonly openEffect: number;
  /** Holds if it or what it calls changes something outside, checked or not. */
  readonly hasEffect: boolean;
  /** For what it is made for everyone, as its route and names say; "" if they do not. */
  readonly purpose: string;
  /** The declaration that it is open to all, or -1. */
  readonly opens: number;
  /** Checks in it that come after something was surely changed. */
  readonly late: readonly { readonly check: number; readonly effect: number }[];
  readonly siblings: Siblings | undefined;
}

const dependencyDepthMax = 4;
const contextsMax = 64;
const readVerbs = new Set(["GET", "HEAD", "OPTIONS"]);
const readNames = /^(?:get|head|options|index|show|detail|list|retrieve)$/;

/** What is known of one handler before its siblings are looked at. */
interface Judged extends Omit<EntryAccess, "siblings"> {
  readonly groups: readonly Group[];
}

/** Lists the handlers of a program, in the order of the text. */
export function entryMap(solver: Solver): readonly EntryAccess[] {
  return new EntryMap(solver).read();
}

class EntryMap {
  private readonly solver: Solver;
  private readonly summaries: GuardSummaries;
  private readonly values: GuardValues;
  private readonly routers: Routers;
  private readonly hooks: Hooks;
  private readonly classes: ClassGuards;
  private readonly decorates: ReadonlyMap<number, readonly number[]>;

  constructor(solver: Solver) {
    this.solver = solver;
    this.summaries = new GuardSummaries(solver);
    this.values = new GuardValues(solver, this.summaries);
    this.routers = new Routers(solver, this.values);
    this.hooks = new Hooks(solver, this.summaries, this.values, this.routers);
    this.decorates = decoratesByDefinition(solver);
    this.summaries.decoratorBits = (fn) => this.decoratorBits(fn);
    this.classes = new ClassGuards(solver, this.summaries, this.values, this.routers, this.decorates);
  }

  private decoratorBits(fn: number): number {
    return (this.decorates.get(this.solver.ir.functions[fn]!.definition) ?? []).reduce((bits, row) => bits | this.values.ofDecorate(row).bits, 0);
  }

  read(): readonly EntryAccess[] {
    const rows = this.routed().flatMap((entry) => this.unwrapped(entry)).map((entry) => this.judge(entry));
    return judgeBySiblings(rows);
  }

  /** Entries that a route leads to: of several for one handler, those with a route; each route and handler once. */
  private routed(): readonly Entry[] {
    const { program } = this.solver;
    const byFunction = new Map<number, Entry[]>();
    for (const entry of program.entries) {
      if (entry.kind !== "http" || entry.isRouted === false || entry.framework === "wsgi") continue;
      if (this.solver.isTest(entry.function)) continue;
      const list = byFunction.get(entry.function);
      if (list) list.push(entry);
      else byFunction.set(entry.function, [entry]);
    }
    const out: Entry[] = [];
    for (const list of byFunction.values()) {
      const withRoute = list.filter((entry) => entry.path !== "");
      const seen = new Set<string>();
      for (const entry of withRoute.length > 0 ? withRoute : list.slice(0, 1)) {
        const key = `${entry.path} ${entry.methods.join()}`;
        if (!seen.has(key)) out.push(entry);
        seen.add(key);
      }
    }
    return out;
  }

  /** Where a wrapper is registered that a decorator made, the handler is the function that it wraps. */
  private unwrapped(entry: Entry): readonly Entry[] {
    const { program, ir } = this.solver;
    if ((this.summaries.of(entry.function).onDecorated & Means.CallsDecorated) === 0) return [entry];
    const call = this.routers.registrationOf(entry);
    const given = call < 0 ? [] : ir.lists.toArray(ir.b.data[call]!);
    for (const value of given) {
      const functions = program.functionsNamedBy(value).filter((fn) => fn !== entry.function);
      if (functions.length > 0) return functions.map((fn) => ({ ...entry, function: fn, params: [] }));
    }
    return [entry];
  }

  private judge(entry: Entry): Judged {
    const { solver } = this;
    const fn = solver.ir.functions[entry.function]!;
    const summary = this.summaries.of(fn.id);
    const chain = this.routers.chainOf(entry);
    const outer = this.outerGuards(entry, fn, chain);
    const inner: Guard[] = summary.events.map((event) => ({ at: event.row, form: "call", bits: event.bits }));
    const isChecked = (summary.onReturn & guardBits) !== 0;
    const isInside = isChecked || (inner.length > 0 && summary.beforeEffects !== allEvents && (summary.beforeEffects & guardBits) !== 0);
    const changes = summary.openEffect >= 0 || entry.methods.some((verb) => !readVerbs.has(verb.toUpperCase()));
    const base = {
      entry, site: siteOf(solver, entry, fn), changes, openEffect: summary.openEffect, hasEffect: summary.beforeEffects !== allEvents, purpose: this.purposeOf(entry, fn), opens: outer.opens[0] ?? -1, late: outer.guards.length > 0 ? [] : summary.late,
      guards: [...outer.guards, ...(isInside ? inner : [])], groups: this.groupsOf(entry, fn, chain, changes),
    };
    return { ...base, ...this.verdictOf(entry, fn, summary, outer, isInside, inner) };
  }

  private verdictOf(
    entry: Entry, fn: FunctionInfo, summary: FunctionGuards, outer: GuardList, isInside: boolean, inner: readonly Guard[],
  ): Pick<EntryAccess, "verdict" | "reason" | "at"> {
    const [first] = outer.guards;
    if (first) return { verdict: "covered", reason: formWords[first.form], at: first.at };
    if (isInside) {
      const at = inner[0]?.at ?? -1;
      return { verdict: "covered", reason: (summary.onReturn & guardBits) !== 0 ? "checked on every way that returns" : "checked before anything is changed", at };
    }
    if (outer.opens.length > 0) return { verdict: "exempt", reason: "it is declared to be open to all", at: outer.opens[0]! };
    if (summary.neverEnds) return { verdict: "exempt", reason: "it never returns: every way ends in an error", at: -1 };
    const purpose = this.purposeOf(entry, fn);
    if (purpose !== "") return { verdict: "exempt", reason: purpose, at: -1 };
    if (summary.beforeEffects === allEvents && this.isFixed(fn)) return { verdict: "exempt", reason: "what it answers is fixed in the code", at: -1 };
    const token = summary.openEffect < 0 ? passesToken(this.solver, fn.id) : -1;
    if (token >= 0) return { verdict: "exempt", reason: "it passes the caller's own token on to another service, which decides", at: token };
    const [unknown] = outer.unknown;
    if (unknown) return { verdict: "question", reason: "something named like a check stands before it and is not understood", at: unknown.at };
    if (inner.length > 0) return { verdict: "question", reason: "it is checked on some ways only", at: inner[0]!.at };
    if (summary.unknownGuard >= 0) return { verdict: "question", reason: "it calls something named like a check that is not understood", at: summary.unknownGuard };
    return { verdict: "missing", reason: "nothing on any way to it or in it checks the caller", at: summary.openEffect };
  }

  private purposeOf(entry: Entry, fn: FunctionInfo): string {
    const { strings } = this.solver.ir;
    const parameters = fn.params.map((param) => strings.text(param.name));
    const purpose = purposeOf(entry.path, strings.text(fn.name), parameters);
    return purpose === "" && isPublicHandler(entry.path, strings.text(fn.qualname)) ? "its name says that it is public" : purpose;
  }

  // ---- guards around a handler

  private outerGuards(entry: Entry, fn: FunctionInfo, chain: readonly number[]): GuardList {
    const out = new GuardList();
    out.addAll(this.hooks.before(chain));
    out.addAll(this.routers.guardsOf(entry));
    const ofClass = this.classGuards(fn);
    out.addAll(ofClass);
    for (const row of this.effectiveDecorators(entry, fn)) {
      out.add(row, "decorator", this.values.ofDecorate(row));
      const decorator = this.solver.ir.a.data[row]!;
      if (this.solver.ir.op.data[decorator] === Op.Call) this.routers.readKeywords(decorator, "decorator", out);
    }
    this.addDependencies(entry, fn, out, 0);
    const byDefault = this.solver.program.entriesOf(fn.id).map((each) => this.hooks.byDefault(each.framework)).find((list) => list !== undefined);
    if (byDefault && out.opens.length === 0 && out.bits === 0) out.addAll(byDefault);
    return out;
  }

  /** Decorators of a handler, the outermost first. What stands above the decorator that registers it is not run by the route. */
  private effectiveDecorators(entry: Entry, fn: FunctionInfo): readonly number[] {
    const rows = this.decorates.get(fn.definition) ?? [];
    const at = entry.path === "" ? -1 : rows.indexOf(entry.site);
    return at < 0 ? rows.filter((row) => row !== entry.site || !this.registers(entry)) : rows.slice(at + 1);
  }

  private registers(entry: Entry): boolean {
    return entry.path !== "" && this.solver.ir.op.data[entry.site] === Op.Decorate;
  }

  /** Guards of the class of a method; of a class whose subclasses are what routes name, what all of these have. */
  private classGuards(fn: FunctionInfo): GuardList {
    const { program } = this.solver;
    if (fn.class < 0) return new GuardList();
    const own = this.classes.of(fn.class, fn.id);
    if (own.guards.length > 0 || own.opens.length > 0) return own;
    const below = program.subclassesOf(fn.class).filter((cls) => program.methodOf(cls, fn.name) === fn.id && !this.solver.isInTest(this.solver.ir.classes[cls]!.definition));
    if (below.length === 0 || below.length > contextsMax) return own;
    const lists = below.map((cls) => this.classes.of(cls, fn.id));
    if (lists.every((list) => list.bits !== 0)) return lists[0]!;
    const some = lists.find((list) => list.bits !== 0);
    if (!some) return own;
    const out = new GuardList();
    out.unknown.push(some.guards[0]!);
    return out;
  }

  /** Functions whose results fill parameters run before the handler; so do those that fill theirs. */
  private addDependencies(entry: Entry, fn: FunctionInfo, out: GuardList, depth: number): void {
    const { program, ir } = this.solver;
    for (const param of fn.params) {
      if (param.default < 0 || ir.op.data[param.default] !== Op.Call) continue;
      const found = this.values.ofValue(param.default);
      if (found.bits !== 0) out.add(param.default, "dependency", found);
    }
    for (const { index, providers } of entry.params) {
      for (const provider of providers ?? []) {
        const summary = this.summaries.of(provider);
        const at = fn.params[index]?.value ?? fn.definition;
        if ((summary.onReturn & guardBits) !== 0) out.guards.push({ at, form: "dependency", bits: summary.onReturn & guardBits });
        else if (summary.events.length > 0 || summary.unknownGuard >= 0) out.unknown.push({ at, form: "dependency", bits: 0 });
        if (depth >= dependencyDepthMax) continue;
        for (const other of program.entriesOf(provider)) this.addDependencies(other, ir.functions[provider]!, out, depth + 1);
      }
    }
  }

  // ---- peers and exemptions

  /** Groups of peers that a handler belongs to, the narrowest first. */
  private groupsOf(entry: Entry, fn: FunctionInfo, chain: readonly number[], changes: boolean): readonly Group[] {
    const verbs = this.isWrite(entry, fn, changes) ? "writing" : "reading";
    const out: Group[] = [];
    if (chain.length > 0) {
      out.push({ key: `router ${chain[0]!} ${verbs}`, words: `${verbs} handlers of the same router` });
      out.push({ key: `router ${chain[0]!}`, words: "handlers of the same router" });
    }
    out.push({ key: `module ${fn.module} ${verbs}`, words: `${verbs} handlers of the same module` });
    out.push({ key: `${entry.framework} ${verbs}`, words: `${verbs} handlers of the same framework` });
    return out;
  }

  private isWrite(entry: Entry, fn: FunctionInfo, changes: boolean): boolean {
    if (entry.methods.length > 0) return entry.methods.some((verb) => !readVerbs.has(verb.toUpperCase()));
    return changes || (fn.class >= 0 && !readNames.test(this.solver.ir.strings.text(fn.name)));
  }

  /** Holds if a handler gives back only what is written in it: it calls nothing of the project and reads nothing of the request. */
  private isFixed(fn: FunctionInfo): boolean {
    const { ir } = this.solver;
    let calls = 0;
    for (let row = fn.firstInstr; row < fn.endInstr; row++) {
      const op = ir.op.data[row] as Op;
      if (op === Op.Call) {
        if (++calls > 3) return false;
        const targets = this.solver.targetsOf(row);
        if (targets.length === 0 || targets.some((target) => target.kind === "project")) return false;
        const args = ir.lists.toArray(ir.b.data[row]!);
        const given = ir.lists.toArray(ir.c.data[row]!).filter((_, i) => i % 2 === 1);
        if (![...args, ...given].every((value) => this.isFixedValue(value, 0))) return false;
      } else if (op === Op.GetItem || op === Op.SetAttr || op === Op.SetItem || op === Op.Await) return false;
    }
    return this.solver.rowsOf(fn.id).returns.every((row) => this.isFixedValue(ir.a.data[row]!, 0));
  }

  private isFixedValue(value: number, depth: number): boolean {
    const { ir } = this.solver;
    if (value < 0 || constantOf(ir, value)) return true;
    if (depth > 6) return false;
    if (ir.op.data[value] === Op.Build) return ir.lists.toArray(ir.b.data[value]!).every((item) => this.isFixedValue(item, depth + 1));
    // The request itself, handed to what renders a template, is no data.
    if (ir.op.data[value] === Op.Param) return /^_?req(?:uest)?$/.test(lastName(this.solver, value));
    return ir.op.data[value] === Op.Call;
  }
}

const formWords: Readonly<Record<Guard["form"], string>> = {
  middleware: "checked by what runs before every handler",
  setting: "checked as a setting says for every handler",
  router: "checked by the router",
  route: "checked where the route is registered",
  class: "checked by its class",
  decorator: "checked by a decorator",
  dependency: "checked by a dependency",
  call: "checked in it",
};

/** The instruction by which a handler is known. The first parameter stands in the first line and stays when code below changes. */
function siteOf(solver: Solver, entry: Entry, fn: FunctionInfo): number {
  const param = fn.params[0]?.value ?? -1;
  if (param >= 0) return param;
  return solver.ir.op.data[entry.site] === Op.Decorate ? entry.site : fn.definition;
}

/** Decorate rows of each definition, the outermost first. */
function decoratesByDefinition(solver: Solver): ReadonlyMap<number, readonly number[]> {
  const { ir } = solver;
  const out = new Map<number, number[]>();
  for (const row of ir.rowsOf(Op.Decorate)) {
    let base = ir.b.data[row]!;
    for (let i = 0; i < 32 && ir.op.data[base] === Op.Decorate; i++) base = ir.b.data[base]!;
    const list = out.get(base);
    if (list) list.unshift(row);
    else out.set(base, [row]);
  }
  return out;
}
