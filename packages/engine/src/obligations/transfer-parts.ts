/** How a walk ends at parts of a text: by what an equal read was checked for, or by the way they were split off. */
import { Op } from "../ir/index.ts";
import { LeafKind } from "./leaf.ts";
import { itemGuards, partGuards } from "./part-guards.ts";
import { isAttribute } from "./paths.ts";
import { visitReread } from "./reread.ts";
import type { Solver } from "./solver.ts";
import type { Walk } from "./walk.ts";

/** What a check of an equal read, or the way that a part was split off, leaves of a value. Returns true if it ends the walk. */
export function visitRead(solver: Solver, walk: Walk, node: number, value: number, op: Op): boolean {
  if ((op === Op.GetItem || op === Op.Call) && visitReread(solver, walk, node, value)) return true;
  if (op !== Op.GetItem && op !== Op.Unpack) return false;
  const kind = partGuards(solver, value).find((guard) => walk.stops(guard));
  if (kind !== undefined) walk.leaf(node, LeafKind.Proven, value, "charset", `a part that was split off has ${kind}`);
  return kind !== undefined;
}

/** What the way that a text was split leaves of one of its parts. Returns true if it ends the walk. */
export function visitSplit(solver: Solver, walk: Walk, node: number, call: number, path: number): boolean {
  if (solver.paths.tail(path) !== 0 || isAttribute(solver.paths.head(path))) return false;
  const kind = itemGuards(solver, call, solver.paths.head(path)).find((guard) => walk.stops(guard));
  if (kind !== undefined) walk.leaf(node, LeafKind.Proven, call, "charset", `a part that was split off has ${kind}`);
  return kind !== undefined;
}
