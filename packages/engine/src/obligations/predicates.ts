/**
 * Guards inside called functions: what holds of an argument when the call returns at all, or returns true.
 *
 * ```text
 * def check(name):              exitGuards(check, name): no-slash
 *     if "/" in name:
 *         raise ValueError
 *
 * def is_ok(name):              predicateGuards(is_ok, name, true): fixed-choice
 *     return name in NAMES
 * ```
 */
import { numberOf, PairMap } from "../base/index.ts";
import { BuildKind, Op, functionOf } from "../ir/index.ts";
import { Dominators } from "../flow/index.ts";
import type { Choice } from "./guard-containers.ts";
import { type GuardAnswer, guardsOfCondition } from "./guards.ts";
import { mayBe, pathFacts } from "./path-facts.ts";
import type { Solver } from "./solver.ts";
import { unrefined } from "./value-versions.ts";

/** Guard kinds, each with the containers that it rests on. */
export type Kinds = ReadonlyMap<string, readonly Choice[]>;

/** Which answers of a predicate count: true or false ones, such that are not None, those with such an item. */
export interface Answers {
  readonly polarity: boolean;
  readonly isPresence: boolean;
  /** The item of the answer that is looked at, -1 for the answer itself. */
  readonly at: number;
}

const none: Kinds = new Map();
const memo = new WeakMap<Solver, Memo>();

interface Memo {
  /** Numbers of parts of parameters, by which all else is kept. */
  readonly parts: PairMap;
  readonly exits: (Kinds | undefined)[];
  readonly predicates: PairMap;
  readonly predicateKinds: Kinds[];
  readonly dominators: Map<number, Dominators>;
  depth: number;
}

/** Deepest nesting of predicates that call predicates. */
const nestingMax = 6;

function memoOf(solver: Solver): Memo {
  let found = memo.get(solver);
  if (!found) {
    found = { parts: new PairMap(), exits: [], predicates: new PairMap(), predicateKinds: [], dominators: new Map(), depth: 0 };
    memo.set(solver, found);
  }
  return found;
}

/** Holds while the answer of a predicate is worked out: what is found then may be asked about again and found to be more. */
export const isAnswering = (solver: Solver): boolean => memoOf(solver).depth > 0;

/** Guard kinds that hold of the part `path` of a parameter (its Param instruction) whenever the function returns. */
export function exitGuards(solver: Solver, fn: number, param: number, path: number): Kinds {
  const store = memoOf(solver);
  const key = numberOf(store.parts, param, path);
  const known = store.exits[key];
  if (known) return known;
  store.exits[key] = none;
  if (store.depth >= nestingMax) return none;
  store.depth++;
  let out: Kinds | undefined;
  for (const row of solver.rowsOf(fn).returns) {
    const kinds = guardsAt(solver, { param, path }, solver.ir.block.data[row]!);
    out = out ? either(out, kinds) : kinds;
  }
  store.depth--;
  const result = out ?? none;
  store.exits[key] = result;
  return result;
}

/** A condition in a function that gives one of these kinds of its parameter; -1 if none does by itself. */
export function exitCondition(solver: Solver, fn: number, param: number, path: number, kinds: Kinds): number {
  for (const row of solver.rowsOf(fn).returns) {
    for (const { condition, polarity, round } of pathFacts(solver, solver.ir.block.data[row]!).facts) {
      if (!round && guardsOfCondition(solver, { condition, polarity, subject: param, path }).kinds.some((kind) => kinds.has(kind))) return condition;
    }
  }
  return -1;
}

/** A part of a parameter. */
interface Part {
  readonly param: number;
  readonly path: number;
}

/** Guard kinds that hold of a part of a parameter whenever the function gives such an answer. */
export function predicateGuards(solver: Solver, fn: number, { param, path }: Part, answers: Answers): Kinds {
  const store = memoOf(solver);
  const key = numberOf(store.predicates, numberOf(store.parts, param, path), answers.at * 4 + (answers.polarity ? 2 : 0) + (answers.isPresence ? 1 : 0));
  const known = store.predicateKinds[key];
  if (known) return known;
  store.predicateKinds[key] = none;
  if (store.depth >= nestingMax) return none;
  store.depth++;
  let out: Kinds | undefined;
  for (const row of solver.rowsOf(fn).returns) {
    const value = itemOf(solver, solver.ir.a.data[row]!, answers.at);
    const kinds = value < 0 ? guardsAt(solver, { param, path }, solver.ir.block.data[row]!) : guardsOfReturned(solver, { param, path }, value, solver.ir.block.data[row]!, answers, 0);
    if (kinds === "impossible") continue;
    out = out ? either(out, kinds) : kinds;
  }
  store.depth--;
  const result = out ?? none;
  store.predicateKinds[key] = result;
  return result;
}

/** The item of a tuple that is returned, the value itself for -1; -1 if it is not told. */
function itemOf(solver: Solver, value: number, at: number): number {
  const { ir } = solver;
  if (at < 0) return value;
  let v = value;
  for (let i = 0; i < 8 && ir.op.data[v] === Op.Sigma; i++) v = ir.a.data[v]!;
  if (ir.op.data[v] !== Op.Build || ir.a.data[v] !== BuildKind.Tuple) return -1;
  const items = ir.lists.toArray(ir.b.data[v]!);
  return items.some((item) => ir.op.data[item] === Op.Star) ? -1 : items[at] ?? -1;
}

/** What holds if this returned value is such an answer; "impossible" if it cannot be. */
function guardsOfReturned(solver: Solver, part: Part, value: number, block: number, answers: Answers, depth: number): Kinds | "impossible" {
  const { ir } = solver;
  if (!mayBe(solver, value, { ...answers, value })) return "impossible";
  if (ir.op.data[value] === Op.Phi && depth < 4) return guardsOfPhi(solver, part, value, answers, depth);
  const { param, path } = part;
  let out = guardsAt(solver, part, block);
  const fn = functionOf(ir, param).id;
  const subjects = [param, ...solver.rowsOf(fn).sigmas.filter((sigma) => solver.rootOf(sigma) === param)];
  for (const subject of subjects) {
    out = both(out, guardsOfCondition(solver, { condition: value, polarity: answers.polarity, isPresence: answers.isPresence, subject, path }));
  }
  return out;
}

/** `return a and b` is a phi of the truth values of its parts. */
function guardsOfPhi(solver: Solver, part: Part, phi: number, answers: Answers, depth: number): Kinds | "impossible" {
  const { ir, facts } = solver;
  const preds = ir.blocks.preds.data[ir.block.data[phi]!]!;
  let out: Kinds | undefined;
  for (let i = 0, n = ir.lists.length(ir.a.data[phi]!); i < n; i++) {
    const pred = ir.lists.at(preds, i);
    if (!facts.isReachable(pred)) continue;
    const input = ir.lists.at(ir.a.data[phi]!, i);
    // Where `a` of `a and b` is taken over, it is known to be false.
    const last = ir.blocks.end.data[pred]! - 1;
    if (!answers.isPresence && ir.op.data[last] === Op.Branch && unrefined(ir, ir.a.data[last]!) === unrefined(ir, input)) {
      const succs = ir.blocks.succs.data[pred]!;
      const onTrue = ir.lists.at(succs, 0) === ir.block.data[phi];
      if (onTrue !== answers.polarity) continue;
    }
    const kinds = guardsOfReturned(solver, part, input, pred, answers, depth + 1);
    if (kinds === "impossible") continue;
    out = out ? either(out, kinds) : kinds;
  }
  return out ?? "impossible";
}

/** Guard kinds of a parameter at a block: those of all conditions that hold there. */
function guardsAt(solver: Solver, { param, path }: Part, block: number): Kinds {
  let out = none;
  for (const { condition, polarity, round } of pathFacts(solver, block).facts) {
    if (round) continue;
    out = both(out, guardsOfCondition(solver, { condition, polarity, subject: param, path }));
  }
  return out;
}

/** What holds if both hold. A kind that rests on nothing needs no container. */
function both(a: Kinds, b: GuardAnswer): Kinds {
  if (b.kinds.length === 0) return a;
  const out = new Map(a);
  for (const kind of b.kinds) {
    const choices = b.choices?.get(kind) ?? [];
    const known = out.get(kind);
    if (known === undefined || (known.length > 0 && choices.length === 0)) out.set(kind, choices);
  }
  return out;
}

/** What holds if one of them does. */
function either(a: Kinds, b: Kinds): Kinds {
  const out = new Map<string, readonly Choice[]>();
  for (const [kind, choices] of a) {
    const others = b.get(kind);
    if (others) out.set(kind, [...choices, ...others]);
  }
  return out;
}

export function dominatorsOf(solver: Solver, fn: number): Dominators {
  const store = memoOf(solver);
  let found = store.dominators.get(fn);
  if (!found) {
    found = new Dominators(solver.ir, solver.ir.functions[fn]!, (block, i) => solver.facts.isEdgeFeasible(block, i));
    store.dominators.set(fn, found);
  }
  return found;
}
