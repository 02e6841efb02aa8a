/** How the text ends that a path is asked to begin with: `/srv` is the beginning of `/srv2` too, `/srv/` is not. */
import { Op, callArg, callArgCount } from "../ir/index.ts";
import { literalText } from "./constants.ts";
import { calledName } from "./relations.ts";
import type { Solver } from "./solver.ts";

/** Whether a text surely ends in a separator, surely in none, or either. */
export function folderEnd(solver: Solver, value: number, depth: number): "separator" | "name" | "unknown" {
  const { ir } = solver;
  if (value < 0 || depth > 8) return "unknown";
  const text = literalText(solver, value);
  if (text !== undefined) return /[/\\]$/.test(text) ? "separator" : "name";
  const inner = (other: number): "separator" | "name" | "unknown" => folderEnd(solver, other, depth + 1);
  switch (ir.op.data[value]! as Op) {
    case Op.Sigma: return inner(ir.a.data[value]!);
    case Op.Bin: return inner(ir.c.data[value]!);
    case Op.Fmt: return inner(ir.lists.at(ir.a.data[value]!, ir.lists.length(ir.a.data[value]!) - 1));
    case Op.Call: return endOfCall(solver, value, depth);
    case Op.Build: {
      const ends = ir.lists.toArray(ir.b.data[value]!).map(inner);
      return ends.length > 0 && ends.every((end) => end === ends[0]) ? ends[0]! : "unknown";
    }
    case Op.Global: case Op.Import: case Op.Cell: case Op.GetAttr: {
      const name = ir.op.data[value] === Op.Import ? ir.b.data[value]! : ir.op.data[value] === Op.GetAttr ? ir.b.data[value]! : -1;
      if (name >= 0 && /^(?:sep|altsep)$/.test(ir.strings.text(name))) return "separator";
      const stores = solver.program.storesOf(value);
      return stores.length === 1 && stores[0] !== value ? inner(stores[0]!) : "unknown";
    }
    default: return "unknown";
  }
}

function endOfCall(solver: Solver, call: number, depth: number): "separator" | "name" | "unknown" {
  const { ir } = solver;
  const name = calledName(solver, call);
  const count = callArgCount(ir, call);
  if (/^(?:realpath|abspath|normpath|dirname|getcwd|resolve|absolute|Path|PurePath|mkdtemp|gettempdir)$/.test(name)) return "name";
  if (name === "str" && count === 1) return folderEnd(solver, callArg(ir, call, 0), depth + 1);
  if (name !== "join" || count < 2) return "unknown";
  const last = literalText(solver, callArg(ir, call, count - 1));
  return last === "" || last?.endsWith("/") ? "separator" : last === undefined ? "unknown" : "name";
}
