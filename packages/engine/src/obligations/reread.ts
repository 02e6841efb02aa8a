/**
 * Values that are read again after a check of the same read.
 *
 * ```text
 * if is_safe(request.args.get("next")):           the check is of one value,
 *     return redirect(request.args["next"])       the use of another that is equal to it
 * ```
 * Two reads are the same if they name the same global, parameter or import and take the same attributes and constant
 * items of it, `x.get("k")` being `x["k"]`. That nothing in between changes what is read is assumed.
 */
import { BranchKind, Op, callArg, callArgCount, callCallee, functionOf } from "../ir/index.ts";
import { guardsOfCondition } from "./guards.ts";
import { Flag } from "./leaf.ts";
import { dominatorsOf } from "./predicates.ts";
import { endsAtGuard } from "./transfer-guard.ts";
import type { Solver } from "./solver.ts";
import type { Walk } from "./walk.ts";

/** A branch whose condition asks something about a read. */
interface Check {
  readonly branch: number;
  readonly read: number;
}

const depthMax = 8;
const checksMax = 16;
const branchesMax = 2000;
const noChecks: ReadonlyMap<string, readonly Check[]> = new Map();
const memo = new WeakMap<Solver, Map<number, ReadonlyMap<string, readonly Check[]>>>();

/** Ends the walk at a read that a check of an equal read makes fine; marks it if such a check is not understood. */
export function visitReread(solver: Solver, walk: Walk, node: number, value: number): boolean {
  const { ir } = solver;
  const fn = functionOf(ir, value).id;
  const checks = checksOf(solver, fn);
  if (checks.size === 0) return false;
  const key = readKey(solver, value, 0);
  if (key === "" || !key.endsWith("]")) return false;
  for (const { branch, read } of checks.get(key) ?? []) {
    if (read === value) continue;
    const succs = ir.blocks.succs.data[ir.block.data[branch]!]!;
    for (const side of [0, 1]) {
      if (!dominatorsOf(solver, fn).dominates(ir.lists.at(succs, side), ir.block.data[value]!)) continue;
      const answer = guardsOfCondition(solver, { condition: ir.a.data[branch]!, polarity: side === 0, subject: read, path: 0 });
      if (endsAtGuard(solver, walk, node, { value, path: 0 }, answer, branch, "a check of the same read leaves only")) return true;
      if (answer.isUnknown) walk.flags[node] = walk.flags[node]! | Flag.Guard;
    }
  }
  return false;
}

/** The checks of a function, by the read that they ask about. */
function checksOf(solver: Solver, fn: number): ReadonlyMap<string, readonly Check[]> {
  let byFunction = memo.get(solver);
  if (!byFunction) memo.set(solver, (byFunction = new Map()));
  let found = byFunction.get(fn);
  if (found === undefined) {
    found = collectChecks(solver, fn);
    byFunction.set(fn, found);
  }
  return found;
}

function collectChecks(solver: Solver, fn: number): ReadonlyMap<string, readonly Check[]> {
  const { ir } = solver;
  const out = new Map<string, Check[]>();
  const info = ir.functions[fn]!;
  let branches = 0;
  for (let block = info.firstBlock; block < info.endBlock && branches < branchesMax; block++) {
    const last = ir.blocks.end.data[block]! - 1;
    if (last < ir.blocks.first.data[block]! || ir.op.data[last] !== Op.Branch || ir.b.data[last] !== BranchKind.Condition) continue;
    branches++;
    for (const read of readsIn(solver, ir.a.data[last]!, 0)) {
      const key = readKey(solver, read, 0);
      if (key === "") continue;
      const list = out.get(key);
      if (!list) out.set(key, [{ branch: last, read }]);
      else if (list.length < checksMax) list.push({ branch: last, read });
    }
  }
  return out.size === 0 ? noChecks : out;
}

/** The reads of items that a condition is made of. */
function readsIn(solver: Solver, value: number, depth: number): number[] {
  const { ir } = solver;
  if (depth > depthMax || value < 0) return [];
  const inner = (other: number): number[] => readsIn(solver, other, depth + 1);
  switch (ir.op.data[value]! as Op) {
    case Op.Sigma: case Op.Content: case Op.Not: return inner(ir.a.data[value]!);
    case Op.Cmp: return [...inner(ir.b.data[value]!), ...inner(ir.c.data[value]!)];
    case Op.GetItem: return [value];
    case Op.GetAttr: return inner(ir.a.data[value]!);
    case Op.Call: {
      if (itemOfGet(solver, value) >= 0) return [value];
      const callee = callCallee(ir, value);
      const out = ir.op.data[callee] === Op.GetAttr ? inner(ir.a.data[callee]!) : [];
      for (let i = 0, n = callArgCount(ir, value); i < n; i++) out.push(...inner(callArg(ir, value, i)));
      return out;
    }
    default: return [];
  }
}

/** The key (a constant id) of `x.get("k")`, or -1. */
function itemOfGet(solver: Solver, call: number): number {
  const { ir } = solver;
  const callee = callCallee(ir, call);
  if (ir.op.data[callee] !== Op.GetAttr || ir.strings.text(ir.b.data[callee]!) !== "get") return -1;
  const count = callArgCount(ir, call);
  if (count < 1 || count > 2) return -1;
  const keys = solver.facts.constantsOf(callArg(ir, call, 0));
  return keys?.length === 1 ? keys[0]! : -1;
}

/** A text that is equal for reads of the same place, "" for values that are no reads. */
function readKey(solver: Solver, value: number, depth: number): string {
  const { ir } = solver;
  if (depth > depthMax) return "";
  const after = (object: number, step: string): string => {
    const key = readKey(solver, object, depth + 1);
    return key === "" ? "" : key + step;
  };
  switch (ir.op.data[value]! as Op) {
    case Op.Global: return `g${ir.a.data[value]}`;
    case Op.Cell: return `c${ir.a.data[value]}`;
    case Op.Param: return `p${value}`;
    case Op.Import: return `i${ir.a.data[value]},${ir.b.data[value]}`;
    case Op.Sigma: return readKey(solver, ir.a.data[value]!, depth + 1);
    case Op.Content: return isStore(ir.op.data[ir.b.data[value]!]!) ? "" : readKey(solver, ir.a.data[value]!, depth + 1);
    case Op.GetAttr: return after(ir.a.data[value]!, `.${ir.b.data[value]}`);
    case Op.GetItem: {
      const keys = solver.facts.constantsOf(ir.b.data[value]!);
      return keys?.length === 1 ? after(ir.a.data[value]!, `[${keys[0]}]`) : "";
    }
    case Op.Call: {
      const key = itemOfGet(solver, value);
      return key < 0 ? "" : after(ir.a.data[callCallee(ir, value)]!, `[${key}]`);
    }
    default: return "";
  }
}

const isStore = (op: number): boolean => op === Op.SetItem || op === Op.SetAttr || op === Op.DelItem || op === Op.DelAttr;
