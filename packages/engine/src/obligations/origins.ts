/**
 * Port closure: from a value through all known callers to where it comes from in the whole program.
 *
 * A walk of one function ends at its parameters. Each is replaced by the arguments of every known call, whose walks
 * end at parameters of the callers, and so on, until sources, constants, entry points or functions without callers.
 */
import { PairSet } from "../base/index.ts";
import { type FunctionInfo, functionOf, parameterIndex } from "../ir/index.ts";
import type { Entry } from "../program/index.ts";
import { argumentsFor } from "./arguments.ts";
import { Flag, Leaf, LeafKind, type Summary } from "./leaf.ts";
import { entryGuards } from "./entry-guards.ts";
import { sourcePart } from "./fetched.ts";
import { isOnFixedRoutes } from "./fixed-route.ts";
import { exactNeed, type Need, requestPathKind } from "./need.ts";
import { attributeName, isAttribute } from "./paths.ts";
import { obligationStepsMax, shallowStepsMax, type Solver } from "./solver.ts";

/** Most parameters, fields and names that one obligation is followed through; fewer where unknown calls end the walk anyway. */
export const portsMax = 250;
export const shallowPortsMax = 48;

/** One walk of the chain from a sink to an origin. */
export interface Segment {
  readonly summary: Summary;
  /** The call that leads here from the segment nearer to the sink, or -1. */
  readonly call: number;
  /** The leaf of the nearer segment that this one continues. */
  readonly from: { readonly segment: Segment; readonly leaf: Leaf } | undefined;
  readonly flags: number;
  readonly hop: "start" | "argument" | "field" | "default";
}

/** A leaf that is no port, and the chain of walks that leads to it. */
export interface Origin {
  readonly leaf: Leaf;
  readonly segment: Segment;
  readonly flags: number;
}

/** Which callers count. */
export interface Scope {
  /** Calls in test code are no evidence about product code. */
  countsCaller(call: number): boolean;
}

/** Finds where `value`, as the instruction `use` uses it, comes from, strongest derivations first. */
export function originsOf(solver: Solver, scope: Scope, value: number, path: number, need: Need, use = -1): readonly Origin[] {
  solver.refuel(need.followsUnknown ? obligationStepsMax : shallowStepsMax);
  return new Closure(solver, scope, need).run(value, path, use);
}

/** The constants that a value can be; undefined, at the first sign of it, if it can be something else. */
export function literalsOf(solver: Solver, scope: Scope, value: number): readonly number[] | undefined {
  solver.refuel(obligationStepsMax);
  const closure = new Closure(solver, scope, exactNeed, true);
  const origins = closure.run(value, 0, -1);
  return closure.isEnded ? undefined : origins.map(({ leaf }) => leaf.data);
}

class Closure {
  /** Set when it was to follow constants only, and came to something else. */
  isEnded = false;
  private readonly origins: Origin[] = [];
  private readonly keys = new Set<string | number>();
  /** Parameters (even) and stored values (odd) that were entered, with the part asked about. */
  private readonly ports = new PairSet();
  private readonly strong: Segment[] = [];
  private readonly weak: Segment[] = [];
  private readonly solver: Solver;
  private readonly scope: Scope;
  private readonly need: Need;
  private readonly constantsOnly: boolean;
  private isCut = false;

  constructor(solver: Solver, scope: Scope, need: Need, constantsOnly = false) {
    this.solver = solver;
    this.scope = scope;
    this.need = need;
    this.constantsOnly = constantsOnly;
  }

  run(value: number, path: number, use: number): readonly Origin[] {
    this.add({ summary: this.solver.ofValue(value, path, this.need, use), call: -1, from: undefined, flags: 0, hop: "start" });
    let s = 0;
    let w = 0;
    while (!this.isEnded && (s < this.strong.length || w < this.weak.length)) {
      const segment = s < this.strong.length ? this.strong[s++]! : this.weak[w++]!;
      // Leaves that nothing weakens come first, so that each port is entered by its strongest way.
      let hasWeak = false;
      for (const leaf of segment.summary.leaves) {
        if (weakness(leaf.flags) === 0) this.leaf(segment, leaf);
        else hasWeak = true;
      }
      if (hasWeak) for (const leaf of segment.summary.leaves) if (weakness(leaf.flags) > 0) this.leaf(segment, leaf);
    }
    return this.origins;
  }

  private add(segment: Segment): void {
    (weakness(segment.flags) === 0 ? this.strong : this.weak).push(segment);
  }

  private leaf(segment: Segment, leaf: Leaf): void {
    if (this.isEnded) return;
    if (leaf.kind === LeafKind.Port) this.port(segment, leaf);
    else if (leaf.kind === LeafKind.Stores) this.stores(segment, leaf, this.solver.groups.storesOf(leaf.data), leaf.path);
    else if (leaf.kind === LeafKind.Source && leaf.code === requestPathKind) this.requestPath(segment, leaf);
    else this.origin(segment, leaf);
  }

  /** A path of a request is a constant where the route fixes it, and remote input elsewhere. */
  private requestPath(segment: Segment, leaf: Leaf): void {
    const isFixed = isOnFixedRoutes(this.solver, leaf.instr, (call) => this.scope.countsCaller(call));
    this.origin(segment, isFixed ? leaf.toldAs(LeafKind.Proven, "const", "the route fixes the path") : leaf.toldAs(LeafKind.Source, "remote-input", leaf.text));
  }

  private origin(segment: Segment, leaf: Leaf): void {
    const key = leaf.key >= 0 ? leaf.key : `${leaf.kind},${leaf.code},${leaf.text},${leaf.kind === LeafKind.Source ? leaf.instr : ""}`;
    if (this.keys.has(key)) return;
    this.keys.add(key);
    if (this.constantsOnly && (leaf.kind !== LeafKind.Constant || leaf.data < 0)) this.isEnded = true;
    this.origins.push({ leaf, segment, flags: segment.flags | leaf.flags });
  }

  private made(segment: Segment, kind: LeafKind, instr: number, code: string, text: string, via: Leaf): void {
    this.origin(segment, new Leaf({ key: -1, kind, instr, data: -1, path: 0, code, text }, via.flags, via.node, via.inner));
  }

  private port(segment: Segment, leaf: Leaf): void {
    const { solver } = this;
    const fn = functionOf(solver.ir, leaf.data);
    const decorated = this.decoratedBehind(segment);
    const seen = decorated < 0 ? this.ports : this.portsBehind(decorated);
    if (seen.has(leaf.data * 2, leaf.path) || this.ports.has(leaf.data * 2, leaf.path) || this.isFull(segment, leaf)) return;
    seen.add(leaf.data * 2, leaf.path);
    const index = parameterIndex(solver.ir, fn, leaf.data);
    const isSelf = index === 0 && fn.class >= 0;
    // That outsiders call a method says nothing of what is in its object.
    const isEntry = this.entry(segment, leaf, fn, index) && !(isSelf && leaf.path !== 0);
    if (isSelf && this.fields(segment, leaf)) return;
    const callers = this.callers(segment, leaf, fn, index);
    if (callers === 0 && !isEntry) this.uncalled(segment, leaf, fn, index);
    else if (!isEntry && !isSelf) this.others(segment, leaf, fn);
  }

  /** The decorated function that the walk came from into a wrapper, or -1. */
  private decoratedBehind(segment: Segment): number {
    if (segment.call < 0 || segment.from?.leaf.kind !== LeafKind.Port || !this.solver.program.isOfDecorated(segment.call)) return -1;
    return functionOf(this.solver.ir, segment.from.leaf.data).id;
  }

  /** Ports of wrappers are entered once for each decorated function. */
  private portsBehind(decorated: number): PairSet {
    let seen = this.wrapped.get(decorated);
    if (!seen) this.wrapped.set(decorated, (seen = new PairSet()));
    return seen;
  }

  private readonly wrapped = new Map<number, PairSet>();

  /** What the known callers pass is not all that a function gets if a library calls it as well. */
  private others(segment: Segment, leaf: Leaf, fn: FunctionInfo): void {
    const who = this.solver.openCallers.of(fn.id);
    if (who !== "") this.made(segment, LeafKind.Open, leaf.data, "no-known-caller", `${this.solver.ir.strings.text(fn.qualname)}: ${who}`, leaf);
  }

  /** Sources that an entry point gives to its parameter. Returns true if outsiders call the function. */
  private entry(segment: Segment, leaf: Leaf, fn: FunctionInfo, index: number): boolean {
    const all = this.solver.program.entriesOf(fn.id);
    // That a class is a view says less of its methods than the route under which it is registered.
    const isRouted = all.some((entry) => entry.kind === "http" && entry.path !== "");
    const entries = isRouted ? all.filter((entry) => entry.path !== "" || entry.site !== fn.definition) : all;
    for (const entry of entries) {
      const filled = entry.params.filter((param) => param.index === index);
      for (const param of filled) {
        if (param.kind === "provided") {
          this.provided(segment, leaf, entry, fn, param.providers ?? []);
          continue;
        }
        const guard = this.guardOf(entry, fn, leaf, index);
        if (guard !== undefined && entry.kind === "library") this.made(segment, LeafKind.Open, leaf.data, "lower-tier-source", `the annotation asks for ${guard}, which nothing enforces`, leaf);
        else if (guard !== undefined) this.made(segment, LeafKind.Proven, leaf.data, guard === "number" ? "numeric" : guard === "fixed-choice" ? "enum" : "charset", `the framework passes only ${guard}`, leaf);
        else if (this.need.sources.has(param.kind)) this.made(segment, LeafKind.Source, leaf.data, param.kind, param.note, leaf);
        else if (entry.kind === "library") this.made(segment, LeafKind.Open, leaf.data, "lower-tier-source", "library-input", leaf);
        else if (!this.part(segment, leaf, entry)) this.made(segment, LeafKind.Object, leaf.data, "object", `${param.kind} of ${entry.framework}`, leaf);
      }
      if (filled.length > 0) continue;
      if (index === 0 && fn.class >= 0) {
        if (leaf.path === 0) this.made(segment, LeafKind.Object, leaf.data, "object", "self", leaf);
        continue;
      }
      if (!this.part(segment, leaf, entry)) this.made(segment, LeafKind.Open, leaf.data, "untyped-entry", `${entry.kind} ${entry.path}`.trim(), leaf);
    }
    return entries.length > 0;
  }

  /** A part of the object that a framework passes, if that is a source. */
  private part(segment: Segment, leaf: Leaf, entry: Entry): boolean {
    const part = entry.kind === "library" ? undefined : sourcePart(this.solver, leaf.data, leaf.path, this.need);
    if (part) this.made(segment, LeafKind.Source, leaf.data, part.kind, part.name, leaf);
    return part !== undefined;
  }

  /** A parameter that the framework fills with the results of functions, or with an object that it makes. */
  private provided(segment: Segment, leaf: Leaf, entry: Entry, fn: FunctionInfo, providers: readonly number[]): void {
    const { solver } = this;
    for (const other of providers) {
      const summary = solver.ir.functions[other]!.isGenerator ? solver.ofYield(other, leaf.path, this.need) : solver.ofReturn(other, leaf.path, this.need);
      this.add({ summary, call: entry.site, from: { segment, leaf }, flags: segment.flags | leaf.flags, hop: "argument" });
    }
    if (providers.length > 0 || this.fields(segment, leaf)) return;
    this.made(segment, LeafKind.Open, leaf.data, "untyped-entry", `what the framework passes to ${solver.ir.strings.text(fn.qualname)}`, leaf);
  }

  /** What the route or the annotation leaves of a parameter, if that is enough for the need. */
  private guardOf(entry: Entry, fn: FunctionInfo, leaf: Leaf, index: number): string | undefined {
    if (this.need.exact) return undefined;
    return entryGuards(this.solver, entry, fn, index, leaf.path).find((kind) => this.need.stops.has(kind));
  }

  /** A field of `self`: every store into it by objects of the class. */
  private fields(segment: Segment, leaf: Leaf): boolean {
    const { solver } = this;
    if (leaf.path === 0) return false;
    const head = solver.paths.head(leaf.path);
    if (!isAttribute(head)) return false;
    const stores = solver.fields.storesOf(leaf.data, attributeName(head));
    if (!stores) return false;
    if (solver.fields.isDynamic(leaf.data)) this.made(segment, LeafKind.Open, leaf.data, "unknown-receiver-store", computedField, leaf);
    this.stores(segment, leaf, stores, solver.paths.tail(leaf.path));
    return true;
  }

  /** Goes on from every value stored under a field or name. */
  private stores(segment: Segment, leaf: Leaf, stores: readonly number[], path: number): void {
    for (const store of stores) {
      if (this.ports.has(store * 2 + 1, path) || this.isFull(segment, leaf)) continue;
      this.ports.add(store * 2 + 1, path);
      this.add({
        summary: this.solver.ofValue(store, path, this.need), call: store, from: { segment, leaf },
        flags: segment.flags | leaf.flags | (stores.length > 1 ? Flag.Jump : Flag.None), hop: "field",
      });
    }
  }

  /** Holds, and is told once, if more places were entered than one obligation may cost. */
  private isFull(segment: Segment, leaf: Leaf): boolean {
    if (this.ports.size < (this.need.followsUnknown ? portsMax : shallowPortsMax)) return false;
    if (!this.isCut) this.made(segment, LeafKind.Open, leaf.instr, "budget", "callers and stores followed", leaf);
    this.isCut = true;
    return true;
  }

  private callers(segment: Segment, leaf: Leaf, fn: FunctionInfo, index: number): number {
    const { solver } = this;
    let count = 0;
    const decorated = this.decoratedBehind(segment);
    for (const site of solver.callersOf(fn.id, this.scope)) {
      count++;
      if (decorated >= 0 && !solver.program.mayMean(segment.call, decorated, site.call)) continue;
      const flag = site.via === "prior" ? Flag.Prior : Flag.None;
      const given = argumentsFor(solver.ir, solver.paths, site.call, site, fn, index, leaf.path);
      if (given.length === 0 && site.arguments) this.made(segment, LeafKind.Open, leaf.data, "no-known-caller", `what calls ${solver.ir.strings.text(fn.qualname)} back`, leaf);
      for (const argument of given) {
        this.add({
          summary: solver.ofValue(argument.value, argument.path, this.need, argument.isDefault ? -1 : site.call), call: site.call, from: { segment, leaf },
          flags: segment.flags | leaf.flags | flag, hop: argument.isDefault ? "default" : "argument",
        });
      }
    }
    return count;
  }

  private uncalled(segment: Segment, leaf: Leaf, fn: FunctionInfo, index: number): void {
    if (index === 0 && fn.class >= 0) {
      if (leaf.path === 0) this.made(segment, LeafKind.Object, leaf.data, "object", "self", leaf);
      else this.made(segment, LeafKind.Open, leaf.data, "unknown-value", "a field that nothing is seen to set", leaf);
      return;
    }
    this.made(segment, LeafKind.Open, leaf.data, "no-known-caller", this.solver.ir.strings.text(fn.qualname), leaf);
  }
}

/** Why a field is open that is also set as one of many. */
export const computedField = "fields of the object are set under computed names";

/** Flags that weaken a path, in an order: 0 for none. Jumps are told but do not weaken. */
export function weakness(flags: number): number {
  const weak = flags & ~Flag.Jump;
  return weak === 0 ? 0 : weak === Flag.Obscure ? 1 : 2;
}
