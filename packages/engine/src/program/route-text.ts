/**
 * The text of a route, which may be put together: `PREFIX + "/a/<name>"`, `f"{api.PREFIX}/a/<name>"`.
 */
import { BinOp, Op } from "../ir/index.ts";
import type { Solver } from "./solver.ts";
import { Tok, tokId, tokKind } from "./token.ts";

const nestingMax = 12;

/** The text that a row stands for; "" if a part of it is not known. */
export function routeText(s: Solver, row: number, depth = 0): string {
  const { ir } = s;
  const at = row < 0 || depth > nestingMax ? -1 : s.names.definedAs(row, s.moduleOf(row));
  if (at < 0) return "";
  if (ir.op.data[at] === Op.GetAttr) return ofModule(s, at, depth);
  const op = ir.op.data[at] as Op;
  if (op === Op.Const) {
    const constant = ir.constants[ir.a.data[at]];
    return constant.type === "str" ? constant.value : "";
  }
  const isSum = op === Op.Bin && (ir.a.data[at] & 31) === BinOp.Add;
  const parts = isSum ? [ir.b.data[at], ir.c.data[at]] : op === Op.Fmt ? ir.lists.toArray(ir.a.data[at]) : [];
  const texts = parts.map((part) => routeText(s, part, depth + 1));
  return texts.includes("") ? "" : texts.join("");
}

/** The text of `settings.PREFIX`, a name of a module that is stored once. */
function ofModule(s: Solver, row: number, depth: number): string {
  const { ir } = s;
  const holders = s.names.resolve(ir.a.data[row], s.moduleOf(row));
  if (holders.length !== 1 || tokKind(holders[0]) !== Tok.Module) return "";
  const stores = s.names.storesOf(tokId(holders[0]), ir.b.data[row]);
  return stores.length === 1 ? routeText(s, stores[0], depth + 1) : "";
}
