/**
 * What a function checks of its caller: the events that hold whenever it returns, and before each effect it has.
 *
 * Events are calls of guards that models name, calls of functions of the project that always come to one, and branches
 * on who the caller is whose other side turns the caller away. Callees are summarised first, at most a few calls deep.
 *
 * ```python
 * def can(self, rule, fatal=True):
 *     try:
 *         return enforcer.authorize(rule, self)
 *     except Forbidden:
 *         if fatal:                       # at a call that leaves `fatal` alone, this way is not taken
 *             raise
 *         return False
 * ```
 */
import { BranchKind, callCallee, constantOf, type FunctionInfo, Op } from "../ir/index.ts";
import { allEvents, MustEvents } from "../flow/index.ts";
import { argumentsFor, type Solver } from "../obligations/index.ts";
import { BindMode, type CallTarget } from "../program/index.ts";
import { BranchGuards } from "./branch-guards.ts";
import type { GuardEvent } from "./guard.ts";
import { Identity } from "./identity.ts";
import { guardBits, lastName, literalPattern, Means, Meanings } from "./meaning.ts";
import { isGuardName } from "./names.ts";
import { Refusals } from "./refusal.ts";

/** What is known of one function, with its switches set. */
export interface FunctionGuards {
  /** Bits that hold on every return that does not turn the caller away; `Means.CallsDecorated` is one of them. */
  readonly onReturn: number;
  /** Bits that hold before every call of the function that it was given as a decorator, and `Means.CallsDecorated`; 0 if it calls none. */
  readonly onDecorated: number;
  /** Bits that hold before everything that it changes outside; `allEvents` if it changes nothing. */
  readonly beforeEffects: number;
  /** The first instruction that changes something outside before any check, or -1. */
  readonly openEffect: number;
  /** Checks, in the order of the text. */
  readonly events: readonly GuardEvent[];
  /** A call that is named like a check and is not understood, or -1. */
  readonly unknownGuard: number;
  /** Holds if some way through it returns without turning the caller away. */
  readonly returns: boolean;
  /** Holds if no way through it returns at all. */
  readonly neverEnds: boolean;
  /** Checks that come after something was surely changed outside: the check and the change. */
  readonly late: readonly { readonly check: number; readonly effect: number }[];
}

/**
 * What the returns of a function mean. Of a handler, whatever it returns early turns the caller away; a hook lets the caller go on
 * by returning nothing; of a function that others call only what raises, or says no by itself, does.
 */
type Role = "handler" | "hook" | "callee";

/** Values of parameters that are switches, by index. */
type Switches = ReadonlyMap<number, boolean>;

const noSwitches: Switches = new Map();
const nothing: FunctionGuards = {
  onReturn: 0, onDecorated: 0, beforeEffects: allEvents, openEffect: -1, events: [], unknownGuard: -1, returns: true, neverEnds: false, late: [],
};
const depthMax = 6;
/** Bit of the must-analysis for a change outside. */
const changed = Means.Effect;
/** Bits that the must-analysis follows. */
const followed: number = guardBits | changed | Means.CallsDecorated;

export class GuardSummaries {
  readonly meanings: Meanings;
  readonly identity: Identity;
  readonly refusals: Refusals;
  /** Bits that the decorators of a function check before it runs. */
  decoratorBits: (fn: number) => number = () => 0;
  private readonly solver: Solver;
  private readonly known = new Map<string, FunctionGuards>();
  private readonly open = new Set<string>();
  /** How often the bound of the depth was met. */
  private cuts = 0;

  constructor(solver: Solver) {
    this.solver = solver;
    this.meanings = new Meanings(solver);
    this.identity = new Identity(solver, this.meanings);
    this.refusals = new Refusals(solver, this.meanings);
  }

  /** What a function checks that a framework calls: what it returns is what the caller gets. */
  of(fn: number, role: "handler" | "hook" = "handler"): FunctionGuards {
    return this.summary(fn, noSwitches, 0, role);
  }

  private summary(fn: number, switches: Switches, depth: number, role: Role): FunctionGuards {
    const info = this.solver.ir.functions[fn]!;
    if (info.kind === "module" || info.kind === "class") return nothing;
    const key = `${fn} ${role}${[...switches].map(([index, value]) => `,${index}${value ? "+" : "-"}`).join("")}`;
    // What was cut off at some depth holds for that depth only, so that no answer depends on who asked first.
    const atDepth = `${key}@${depth}`;
    const known = this.known.get(key) ?? this.known.get(atDepth);
    if (known !== undefined) return known;
    // What calls itself checks nothing by that; what lies too deep is not looked at.
    if (this.open.has(key)) return nothing;
    if (depth > depthMax) {
      this.cuts++;
      return nothing;
    }
    this.open.add(key);
    const cutsBefore = this.cuts;
    const found = new FunctionReading(this.solver, this, info, switches, (each, set) => this.summary(each, set, depth + 1, "callee"), role).read();
    this.open.delete(key);
    this.known.set(this.cuts === cutsBefore ? key : atDepth, found);
    return found;
  }
}

/** What the targets of a call come to: bits of all, bits of any, what they check before they change anything. */
interface CallSum {
  all: number;
  any: number;
  inside: number;
  /** Holds as long as no target gives control back. */
  ends: boolean;
}

type Summarise = (fn: number, switches: Switches) => FunctionGuards;

/** One pass over one function. */
class FunctionReading {
  private readonly solver: Solver;
  private readonly owner: GuardSummaries;
  private readonly fn: FunctionInfo;
  private readonly switches: Switches;
  private readonly summarise: Summarise;
  private readonly role: Role;
  private readonly bits = new Map<number, number>();
  private readonly ending = new Set<number>();
  private readonly branches: BranchGuards;
  private readonly isCheck: boolean;
  private unknownGuard = -1;

  constructor(solver: Solver, owner: GuardSummaries, fn: FunctionInfo, switches: Switches, summarise: Summarise, role: Role) {
    this.solver = solver;
    this.owner = owner;
    this.fn = fn;
    this.switches = switches;
    this.summarise = summarise;
    this.role = role;
    this.isCheck = role !== "callee" || solver.ir.strings.text(fn.qualname).split(".").some(isGuardName);
    this.branches = new BranchGuards(solver, owner.refusals, owner.identity, { isCallee: role === "callee", isCheck: this.isCheck });
  }

  read(): FunctionGuards {
    const { ir, facts } = this.solver;
    const { fn } = this;
    const calls: number[] = [];
    const exits: number[] = [];
    for (let row = fn.firstInstr; row < fn.endInstr; row++) {
      const op = ir.op.data[row] as Op;
      if (op === Op.Call) {
        calls.push(row);
        this.bits.set(row, this.solver.program.isOfDecorated(row) ? Means.CallsDecorated : this.meaningOf(row));
      } else if (op === Op.Exit && this.reraises(row)) this.ending.add(row);
      else if (op === Op.Return || (op === Op.Yield && fn.isGenerator)) exits.push(row);
    }
    const flow = new MustEvents(ir, fn, {
      after: (row) => (this.bits.get(row) ?? 0) & followed,
      // A way that is switched off turns nobody away.
      onEdge: (block, successor) => (successor > 1 || this.isSwitchedOn(block, 1 - successor) ? this.branches.onEdge(block, successor) : 0),
      isEdge: (block, successor) => facts.isEdgeFeasible(block, successor) && this.isSwitchedOn(block, successor),
      endsAt: (row) => this.ending.has(row),
    });
    return { ...this.exitFacts(flow, exits), ...this.effectFacts(flow, calls), events: this.events(flow), unknownGuard: this.unknownGuard };
  }

  private exitFacts(flow: MustEvents, exits: readonly number[]): Pick<FunctionGuards, "onReturn" | "returns" | "neverEnds"> {
    const { role } = this;
    const { ir } = this.solver;
    let onReturn = allEvents;
    let neverEnds = true;
    // A generator hands over at its first yield; what it returns after that counts for nobody.
    const yields = exits.filter((row) => ir.op.data[row] === Op.Yield);
    for (const row of yields.length > 0 ? yields : exits) {
      const bits = flow.before(row);
      if (bits === allEvents) continue;
      neverEnds = false;
      const value = ir.a.data[row]!;
      if (ir.op.data[row] === Op.Return) {
        if (role === "hook" && constantOf(ir, value)?.type !== "none") continue;
        if (role !== "callee" && this.branches.refused.has(ir.block.data[row]!)) continue;
        if (this.owner.refusals.isRefusingValue(value)) continue;
      }
      onReturn &= bits;
    }
    return { onReturn: onReturn === allEvents ? 0 : onReturn & (guardBits | Means.CallsDecorated), returns: onReturn !== allEvents, neverEnds };
  }

  private effectFacts(flow: MustEvents, calls: readonly number[]): Pick<FunctionGuards, "onDecorated" | "beforeEffects" | "openEffect" | "late"> {
    let onDecorated = 0;
    let beforeEffects = allEvents;
    let openEffect = -1;
    const late: { check: number; effect: number }[] = [];
    for (const row of calls) {
      const bits = this.bits.get(row)!;
      const isDecorated = (bits & Means.CallsDecorated) !== 0;
      if (!isDecorated && (bits & (guardBits | changed)) === 0) continue;
      const before = flow.before(row);
      if (before === allEvents) continue;
      if (isDecorated) onDecorated = onDecorated === 0 ? (before & guardBits) | Means.CallsDecorated : onDecorated & (before | Means.CallsDecorated);
      if ((bits & changed) !== 0) {
        // A callee that checks before it changes anything is checked there.
        beforeEffects &= (before | (bits & Means.Opens ? 0 : this.inside.get(row) ?? 0)) & guardBits;
        if (openEffect < 0 && ((before | (this.inside.get(row) ?? 0)) & guardBits) === 0) openEffect = row;
      }
      if ((bits & Means.Authorises) !== 0 && this.isNamedCheck(row) && (before & changed) !== 0 && openEffect >= 0 && openEffect !== row && (before & guardBits) === 0) {
        late.push({ check: row, effect: openEffect });
      }
    }
    return { onDecorated, beforeEffects, openEffect, late };
  }

  /** Holds for a call of a guard that a model names, or of something that is named like a check. */
  private isNamedCheck(call: number): boolean {
    const callee = callCallee(this.solver.ir, call);
    return (this.owner.meanings.ofValue(callee) & guardBits) !== 0 || isGuardName(lastName(this.solver, callee));
  }

  /** Bits that callees check before they change anything, by call. */
  private readonly inside = new Map<number, number>();

  private events(flow: MustEvents): GuardEvent[] {
    const { ir } = this.solver;
    const out: GuardEvent[] = [];
    for (const [row, bits] of this.bits) {
      if ((bits & guardBits) !== 0 && flow.isReached(row)) out.push({ row, bits: bits & guardBits });
    }
    for (const { row, bits } of this.branches.checks) if (flow.isReached(row)) out.push({ row, bits });
    return out.sort((a, b) => ir.src.data[a.row]! - ir.src.data[b.row]! || a.row - b.row);
  }

  // ---- calls

  private meaningOf(call: number): number {
    const { solver, owner } = this;
    const targets = solver.targetsOf(call);
    const sum: CallSum = { all: allEvents, any: 0, inside: allEvents, ends: targets.length > 0 };
    for (const target of targets) {
      if (target.kind === "project") this.addProject(target, call, sum);
      else this.add(sum, target.kind === "api" ? this.apiBits(target.node, call) : 0);
    }
    if (sum.ends) this.ending.add(call);
    if (sum.inside !== allEvents) this.inside.set(call, sum.inside & guardBits);
    if (targets.length === 0) sum.all = owner.meanings.ofValue(callCallee(solver.ir, call));
    const handler = solver.ir.blocks.handler.data[solver.ir.block.data[call]!]!;
    const byHandler = this.isCheck && (sum.all & guardBits) === 0 && handler >= 0 && owner.refusals.handlersRefuse(handler) ? guardBits : 0;
    const known = (sum.all & guardBits) | (sum.any & changed) | byHandler;
    if ((known & guardBits) === 0 && this.unknownGuard < 0 && this.isUnknownGuard(call, targets)) this.unknownGuard = call;
    return known;
  }

  private add(sum: CallSum, bits: number): void {
    sum.all &= bits;
    sum.any |= bits;
    sum.ends = false;
  }

  private apiBits(node: number, call: number): number {
    return this.owner.meanings.ofCall(node, call, (value) => this.literalOf(value));
  }

  private addProject(target: CallTarget & { kind: "project" }, call: number, sum: CallSum): void {
    if (target.via === "prior") {
      this.add(sum, 0);
      return;
    }
    const summary = this.summarise(target.function, this.switchesOf(call, target));
    if (summary.unknownGuard >= 0 && this.unknownGuard < 0 && isGuardName(lastName(this.solver, callCallee(this.solver.ir, call)))) this.unknownGuard = call;
    if (!this.mayReturn(summary, target)) return;
    // A wrapper that always calls what it wraps does what the function does that the call names.
    const named = this.solver.program.functionsNamed(call);
    const wrapped = (summary.onDecorated & Means.CallsDecorated) === 0 ? [] : named.filter((fn) => fn !== target.function);
    let more = wrapped.length > 0 ? allEvents : 0;
    // A wrapper that answers by itself at times has not done what the function does that it wraps.
    const always = (summary.onReturn & Means.CallsDecorated) !== 0;
    let changes = summary.beforeEffects !== allEvents;
    // Decorators that are not looked through stand before the function all the same.
    const above = named.includes(target.function) ? this.owner.decoratorBits(target.function) & guardBits : 0;
    if (changes) sum.inside &= summary.beforeEffects | above;
    for (const fn of wrapped) {
      const inner = this.summarise(fn, noSwitches);
      const before = (summary.onDecorated | this.owner.decoratorBits(fn)) & guardBits;
      more &= (always ? inner.onReturn : 0) | before;
      if (inner.beforeEffects === allEvents) continue;
      changes = true;
      sum.inside &= inner.beforeEffects | before;
    }
    this.add(sum, ((summary.onReturn | more | above) & guardBits) | (changes ? changed : 0));
  }

  /** What only says that subclasses must have it, and what runs later, is not the end of its caller. */
  private mayReturn(summary: FunctionGuards, target: CallTarget & { kind: "project" }): boolean {
    const info = this.solver.ir.functions[target.function]!;
    return !summary.neverEnds || info.isGenerator || info.isAsync || (info.class >= 0 && this.solver.program.subclassesOf(info.class).length > 0);
  }

  /** Holds for a call that is named like a check and whose target is not known. */
  private isUnknownGuard(call: number, targets: readonly CallTarget[]): boolean {
    if (targets.some((target) => target.kind !== "external")) return false;
    const { ir } = this.solver;
    const name = lastName(this.solver, callCallee(ir, call));
    return isGuardName(name) && !/^(?:get|set|create|new|make|list|log|url|generate|add|delete|remove|update|load|save|build|init)_/.test(name);
  }

  /** Literal switches among the arguments: parameters with a truth value as default. */
  private switchesOf(call: number, target: CallTarget & { kind: "project" }): Switches {
    const { ir } = this.solver;
    const callee = ir.functions[target.function]!;
    if (target.mode === BindMode.Callback || ir.op.data[call] !== Op.Call) return noSwitches;
    let out: Map<number, boolean> | undefined;
    callee.params.forEach((param, index) => {
      const byDefault = param.default < 0 ? undefined : constantOf(ir, param.default)?.type;
      if (byDefault !== "true" && byDefault !== "false") return;
      const [given] = argumentsFor(ir, this.solver.paths, call, target, callee, index, 0);
      const value = given === undefined ? undefined : this.literalOf(given.value);
      if (value === true || value === false) (out ??= new Map()).set(index, value);
    });
    return out ?? noSwitches;
  }

  private literalOf(value: number): ReturnType<typeof literalPattern> {
    const { ir } = this.solver;
    const root = this.solver.rootOf(value);
    if (ir.op.data[root] === Op.Param) {
      const known = this.switches.get(ir.a.data[root]!);
      if (known !== undefined) return known;
    }
    return literalPattern(this.solver, value);
  }

  // ---- branches

  private isSwitchedOn(block: number, successor: number): boolean {
    if (this.switches.size === 0) return true;
    const { ir } = this.solver;
    const last = ir.blocks.end.data[block]! - 1;
    if (ir.op.data[last] !== Op.Branch || ir.b.data[last] !== BranchKind.Condition) return true;
    let value = ir.a.data[last]!;
    let wanted = successor === 0;
    while (ir.op.data[value] === Op.Not) {
      value = ir.a.data[value]!;
      wanted = !wanted;
    }
    const root = this.solver.rootOf(value);
    const known = ir.op.data[root] === Op.Param ? this.switches.get(ir.a.data[root]!) : undefined;
    return known === undefined || known === wanted;
  }

  private reraises(exit: number): boolean {
    const { ir } = this.solver;
    const enter = ir.a.data[exit]!;
    const manager = ir.op.data[enter] === Op.Enter ? ir.a.data[enter]! : -1;
    if (manager < 0 || ir.op.data[manager] !== Op.Call) return false;
    return (this.owner.meanings.ofValue(callCallee(ir, manager)) & Means.Reraises) !== 0 || (this.owner.meanings.ofValue(manager) & Means.Reraises) !== 0;
  }
}

