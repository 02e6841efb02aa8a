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
import { BranchKind, Op } from "../ir/index.ts";
import { Dominators } from "../flow/index.ts";
import { guardsOfCondition } from "./guards.ts";
import type { Solver } from "./solver.ts";

const none: ReadonlySet<string> = new Set();
const memo = new WeakMap<Solver, Memo>();

interface Memo {
  readonly exits: Map<number, ReadonlySet<string>>;
  readonly predicates: Map<number, ReadonlySet<string>>;
  readonly dominators: Map<number, Dominators>;
  depth: number;
}

/** Deepest nesting of predicates that call predicates. */
const nestingMax = 6;

function memoOf(solver: Solver): Memo {
  let found = memo.get(solver);
  if (!found) {
    found = { exits: new Map(), predicates: new Map(), dominators: new Map(), depth: 0 };
    memo.set(solver, found);
  }
  return found;
}

/** Guard kinds that hold of a parameter (its Param instruction) whenever the function returns. */
export function exitGuards(solver: Solver, fn: number, param: number): ReadonlySet<string> {
  const store = memoOf(solver);
  const known = store.exits.get(param);
  if (known) return known;
  store.exits.set(param, none);
  if (store.depth >= nestingMax) return none;
  store.depth++;
  let out: Set<string> | undefined;
  for (const row of solver.rowsOf(fn).returns) {
    const kinds = guardsAt(solver, fn, param, solver.ir.block.data[row]!);
    out = out ? intersect(out, kinds) : new Set(kinds);
  }
  store.depth--;
  const result = out ?? none;
  store.exits.set(param, result);
  return result;
}

/** Guard kinds that hold of a parameter whenever the function returns a value of this truth. */
export function predicateGuards(solver: Solver, fn: number, param: number, truth: boolean): ReadonlySet<string> {
  const store = memoOf(solver);
  const key = param * 2 + (truth ? 1 : 0);
  const known = store.predicates.get(key);
  if (known) return known;
  store.predicates.set(key, none);
  if (store.depth >= nestingMax) return none;
  store.depth++;
  let out: Set<string> | undefined;
  for (const row of solver.rowsOf(fn).returns) {
    const kinds = guardsOfReturned(solver, fn, param, solver.ir.a.data[row]!, solver.ir.block.data[row]!, truth, 0);
    if (kinds === "impossible") continue;
    out = out ? intersect(out, kinds) : new Set(kinds);
  }
  store.depth--;
  const result = out ?? none;
  store.predicates.set(key, result);
  return result;
}

/** What holds if this returned value has the given truth; "impossible" if it cannot have it. */
function guardsOfReturned(
  solver: Solver, fn: number, param: number, value: number, block: number, truth: boolean, depth: number,
): Set<string> | "impossible" {
  const { ir, facts } = solver;
  const constants = facts.constantsOf(value);
  if (constants && constants.length > 0 && constants.every((id) => truthOf(solver, id) !== truth)) return "impossible";
  if (ir.op.data[value] === Op.Phi && depth < 4) return guardsOfPhi(solver, fn, param, value, truth, depth);
  const kinds = new Set(guardsAt(solver, fn, param, block));
  const subjects = [param, ...solver.rowsOf(fn).sigmas.filter((sigma) => solver.rootOf(sigma) === param)];
  for (const subject of subjects) {
    const answer = guardsOfCondition(solver, { condition: value, polarity: truth, subject, path: 0 });
    for (const kind of answer.kinds) kinds.add(kind);
  }
  return kinds;
}

/** `return a and b` is a phi of the truth values of its parts. */
function guardsOfPhi(solver: Solver, fn: number, param: number, phi: number, truth: boolean, depth: number): Set<string> | "impossible" {
  const { ir, facts } = solver;
  const preds = ir.blocks.preds.data[ir.block.data[phi]!]!;
  let out: Set<string> | undefined;
  for (let i = 0, n = ir.lists.length(ir.a.data[phi]!); i < n; i++) {
    const pred = ir.lists.at(preds, i);
    if (!facts.isReachable(pred)) continue;
    const input = ir.lists.at(ir.a.data[phi]!, i);
    // Where `a` of `a and b` is taken over, it is known to be false.
    const last = ir.blocks.end.data[pred]! - 1;
    if (ir.op.data[last] === Op.Branch && rootCondition(solver, ir.a.data[last]!) === rootCondition(solver, input)) {
      const succs = ir.blocks.succs.data[pred]!;
      const onTrue = ir.lists.at(succs, 0) === ir.block.data[phi];
      if (onTrue !== truth) continue;
    }
    const sigma = sigmaTruth(solver, input);
    if (sigma !== undefined && sigma !== truth) continue;
    const kinds = guardsOfReturned(solver, fn, param, input, pred, truth, depth + 1);
    if (kinds === "impossible") continue;
    out = out ? intersect(out, kinds) : new Set(kinds);
  }
  return out ?? "impossible";
}

function rootCondition(solver: Solver, value: number): number {
  let v = value;
  for (let i = 0; i < 8 && solver.ir.op.data[v] === Op.Sigma; i++) v = solver.ir.a.data[v]!;
  return v;
}

/** The truth of a Sigma of its own condition. */
function sigmaTruth(solver: Solver, value: number): boolean | undefined {
  const { ir } = solver;
  if (ir.op.data[value] !== Op.Sigma || ir.a.data[value] !== ir.b.data[value]) return undefined;
  return ir.c.data[value] === 1;
}

function truthOf(solver: Solver, id: number): boolean {
  const constant = solver.ir.constants[id]!;
  switch (constant.type) {
    case "none": case "false": return false;
    case "true": case "ellipsis": return true;
    default: return Boolean(constant.value);
  }
}

/** Guard kinds of a parameter at a block: those of every branch on it one side of which dominates the block. */
function guardsAt(solver: Solver, fn: number, param: number, block: number): ReadonlySet<string> {
  const { ir } = solver;
  const info = ir.functions[fn]!;
  const out = new Set<string>();
  for (let at = info.firstBlock; at < info.endBlock; at++) {
    const last = ir.blocks.end.data[at]! - 1;
    if (ir.op.data[last] !== Op.Branch || ir.b.data[last] !== BranchKind.Condition) continue;
    const side = sideTowards(solver, fn, at, block);
    if (side < 0) continue;
    const answer = guardsOfCondition(solver, { condition: ir.a.data[last]!, polarity: side === 0, subject: param, path: 0 });
    for (const kind of answer.kinds) out.add(kind);
  }
  return out;
}

/** The side of a branch that every way to a block takes: 0 true, 1 false, -1 neither. */
function sideTowards(solver: Solver, fn: number, branch: number, block: number): number {
  const { ir } = solver;
  const succs = ir.blocks.succs.data[branch]!;
  const dominators = dominatorsOf(solver, fn);
  if (!dominators.dominates(branch, block)) return -1;
  for (let side = 0; side < 2; side++) {
    const successor = ir.lists.at(succs, side);
    if (successor !== block && !dominators.dominates(successor, block)) continue;
    if (ir.lists.length(ir.blocks.preds.data[successor]!) === 1) return side;
  }
  return -1;
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

function intersect(a: ReadonlySet<string>, b: ReadonlySet<string>): Set<string> {
  return new Set([...a].filter((item) => b.has(item)));
}
