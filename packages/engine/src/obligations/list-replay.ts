/** Lists of constant shape, replayed: after `append`, `pop(0)` and the like it is known which value stands where. */
import { BuildKind, Op, callArg, callArgCount, callCallee, callKeywordCount } from "../ir/index.ts";
import type { Solver } from "./solver.ts";

/** Most operations on one list that are replayed, and most items that it may have. */
export const replayOperationsMax = 32;

/** The value at a constant position of a list, or `undefined` if the list's shape is not constant. */
export function listAt(solver: Solver, list: number, position: number): number | undefined {
  const items = replay(solver, list, 0);
  if (!items) return undefined;
  return items[position < 0 ? items.length + position : position];
}

function replay(solver: Solver, value: number, depth: number): number[] | undefined {
  const { ir } = solver;
  if (depth > replayOperationsMax) return undefined;
  switch (ir.op.data[value]! as Op) {
    case Op.Build: return buildItems(solver, value);
    case Op.Sigma: return replay(solver, ir.a.data[value]!, depth + 1);
    case Op.Content: {
      const before = replay(solver, ir.a.data[value]!, depth + 1);
      return before && applyOperation(solver, before, ir.a.data[value]!, ir.b.data[value]!, ir.c.data[value]!);
    }
    default: return undefined;
  }
}

function buildItems(solver: Solver, build: number): number[] | undefined {
  const { ir } = solver;
  const kind = ir.a.data[build]!;
  if (kind !== BuildKind.List && kind !== BuildKind.Tuple) return undefined;
  const items = ir.lists.toArray(ir.b.data[build]!);
  if (items.length > replayOperationsMax || items.some((item) => ir.op.data[item] === Op.Star)) return undefined;
  return items;
}

function applyOperation(solver: Solver, items: number[], list: number, effect: number, role: number): number[] | undefined {
  const { ir } = solver;
  const op = ir.op.data[effect]!;
  if (op === Op.SetItem) {
    const at = constantInt(solver, ir.b.data[effect]!);
    if (at === undefined || at < 0 || at >= items.length) return undefined;
    return items.map((item, i) => (i === at ? ir.c.data[effect]! : item));
  }
  if (op !== Op.Call || callKeywordCount(ir, effect) > 0) return undefined;
  if (role >= 0) return isReader(solver, effect) ? items : undefined;
  const callee = callCallee(ir, effect);
  if (role !== -1 || ir.op.data[callee] !== Op.GetAttr || ir.a.data[callee] !== list) return undefined;
  return applyMethod(solver, items, ir.strings.text(ir.b.data[callee]!), effect);
}

function applyMethod(solver: Solver, items: number[], name: string, call: number): number[] | undefined {
  const { ir } = solver;
  const count = callArgCount(ir, call);
  const first = count > 0 ? callArg(ir, call, 0) : -1;
  switch (name) {
    case "append": return count === 1 ? [...items, first] : undefined;
    case "extend": {
      const more = count === 1 ? replay(solver, first, 1) : undefined;
      return more && [...items, ...more];
    }
    case "insert": {
      const at = count === 2 ? constantInt(solver, first) : undefined;
      return at === undefined || at < 0 ? undefined : [...items.slice(0, at), callArg(ir, call, 1), ...items.slice(at)];
    }
    case "pop": {
      const at = count === 0 ? -1 : constantInt(solver, first);
      if (at === undefined) return undefined;
      const position = at < 0 ? items.length + at : at;
      return items.filter((_item, i) => i !== position);
    }
    case "reverse": return count === 0 ? [...items].reverse() : undefined;
    case "clear": return [];
    case "index": case "count": case "copy": return items;
    default: return undefined;
  }
}

/** Calls of builtins that only look at their argument. */
const readers = new Set(["len", "str", "print", "repr", "sorted", "list", "tuple", "set", "enumerate", "isinstance", "any", "all", "iter", "bool"]);

function isReader(solver: Solver, call: number): boolean {
  const callee = callCallee(solver.ir, call);
  return solver.ir.op.data[callee] === Op.Global && readers.has(solver.ir.strings.text(solver.ir.a.data[callee]!));
}

function constantInt(solver: Solver, value: number): number | undefined {
  const constant = solver.facts.literalOf(value);
  return constant?.type === "int" && typeof constant.value === "number" ? constant.value : undefined;
}
