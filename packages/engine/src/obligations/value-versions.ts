/**
 * Rows that stand for one value: branches refine it, calls look at it, and ways come together again.
 *
 * ```text
 * if a in x: print(x)       x, Sigma(x), Content(Sigma(x), print), Phi(that, Sigma(x)): all are the x before
 * ```
 */
import { type Ir, Op } from "../ir/index.ts";
import type { Solver } from "./solver.ts";

const depthMax = 8;

/** The value without the refinements of branches. */
export function unrefined(ir: Ir, value: number): number {
  let v = value;
  for (let i = 0; i < 40 && v >= 0 && ir.op.data[v] === Op.Sigma; i++) v = ir.a.data[v]!;
  return v;
}

/** The value that branches refined, that calls only looked at, and that came together again unchanged. */
export function unmerged(solver: Solver, value: number): number {
  let known = merged.get(solver);
  if (!known) merged.set(solver, (known = new Map()));
  const { ir } = solver;
  let v = unchanged(solver, value);
  for (let i = 0; i < depthMax && v >= 0 && ir.op.data[v] === Op.Phi; i++) {
    let only = known.get(v);
    if (only === undefined) {
      only = onlyInput(solver, v);
      known.set(v, only);
    }
    if (only < 0) return v;
    v = only;
  }
  return v;
}

/** The value without refinements, before calls that cannot have written to it. */
function unchanged(solver: Solver, value: number): number {
  const { ir } = solver;
  let v = value;
  for (let i = 0; i < 40 && v >= 0; i++) {
    const op = ir.op.data[v]!;
    if (op !== Op.Sigma && (op !== Op.Content || solver.mayWrite(v))) return v;
    v = ir.a.data[v]!;
  }
  return v;
}

const merged = new WeakMap<Solver, Map<number, number>>();
const mergesMax = 32;

/** The one value that all inputs of a phi are versions of, or -1. */
function onlyInput(solver: Solver, phi: number): number {
  const { ir } = solver;
  const inputs = new Set(ir.lists.toArray(ir.a.data[phi]!).map((input) => unchanged(solver, input)));
  inputs.delete(phi);
  if (inputs.size === 1) return [...inputs][0]!;
  let only = -1;
  const seen = new Set([phi]);
  const queue = [...inputs];
  for (let i = 0; i < queue.length; i++) {
    const v = unchanged(solver, queue[i]!);
    if (seen.has(v) || v === only) continue;
    if (seen.size > mergesMax) return -1;
    if (v >= 0 && ir.op.data[v] === Op.Phi) {
      seen.add(v);
      queue.push(...ir.lists.toArray(ir.a.data[v]!));
    } else if (only >= 0) return -1;
    else only = v;
  }
  return only;
}
