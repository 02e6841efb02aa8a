/** `d["a"]["b"] = x` and a read of `d["a"]["b"]` further down in the same straight code: the read gives what was stored. */
import { Op } from "../ir/index.ts";
import { rootOf } from "./seed.ts";
import type { Solver } from "./solver.ts";

/** Most rows between the two. */
const rowsMax = 64;

/** The value last stored where `row` reads, or -1 if that is not in sight. */
export function nestedItem(s: Solver, row: number, module: number): number {
  const { ir } = s;
  const place = placeOf(s, ir.a.data[row], ir.b.data[row], module);
  if (place === undefined) return -1;
  const first = Math.max(ir.blocks.first.data[ir.block.data[row]], row - rowsMax);
  for (let at = row - 1; at >= first; at--) {
    const op = ir.op.data[at] as Op;
    if (op === Op.Call || op === Op.Await || op === Op.Yield || op === Op.YieldFrom || op === Op.DelItem || op === Op.Append) return -1;
    if (op !== Op.SetItem) continue;
    const stored = placeOf(s, ir.a.data[at], ir.b.data[at], module);
    // A store that is not of this form may be of the inner container by another name.
    if (stored === undefined || stored.root !== place.root) return -1;
    if (stored.outer === place.outer && stored.inner === place.inner) return ir.c.data[at];
  }
  return -1;
}

/** Root and constant keys of `root[outer][inner]`. */
function placeOf(s: Solver, object: number, key: number, module: number): { root: number; outer: number; inner: number } | undefined {
  const { ir } = s;
  const at = rootOf(s, object);
  if (ir.op.data[at] !== Op.GetItem) return undefined;
  const outer = s.names.constantOf(ir.b.data[at], module);
  const inner = s.names.constantOf(key, module);
  return outer < 0 || inner < 0 ? undefined : { root: rootOf(s, ir.a.data[at]), outer, inner };
}
