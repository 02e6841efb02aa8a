/**
 * JSON that is written between tags: a text in it may end the script that it stands in.
 *
 * ```text
 * return json.dumps(x)                                                 no page
 * return "<script>v = " + json.dumps(x) + "</script>"                  x = "</script><script>..."
 * return "<script>v = %s</script>" % json.dumps(x).replace("<", "\\u003c")    the text has no tag any more
 * ```
 */
import { BinOp, Op, callArg, callArgCount } from "../ir/index.ts";
import { receiverValue } from "./ports.ts";
import { calledName } from "./relations.ts";
import type { Solver } from "./solver.ts";
import type { Walk } from "./walk.ts";

const tag = /<[a-z!/]/i;
const depthMax = 6;
const nodesMax = 200;

/** Holds if the way from a node to where its walk began puts the value into literal markup. */
export function isPutIntoMarkup(solver: Solver, walk: Walk, node: number): boolean {
  const { ir } = solver;
  for (let at = walk.parents[node]!, i = 0; at >= 0 && i < nodesMax; at = walk.parents[at]!, i++) {
    const value = walk.values[at]!;
    const op = ir.op.data[value]! as Op;
    if (op === Op.Call && calledName(solver, value) === "replace" && callArgCount(ir, value) === 2 && /^<\/?$/.test(literal(solver, callArg(ir, value, 0)))) return false;
    if (isText(solver, value) && hasTag(solver, value, 0)) return true;
  }
  return false;
}

/** Holds for operations that put texts together. */
function isText(solver: Solver, value: number): boolean {
  const { ir } = solver;
  const op = ir.op.data[value]! as Op;
  if (op === Op.Fmt) return true;
  if (op === Op.Bin) return (ir.a.data[value]! & 31) === BinOp.Add || (ir.a.data[value]! & 31) === BinOp.Mod;
  return op === Op.Call && /^(?:format|join)$/.test(calledName(solver, value));
}

function hasTag(solver: Solver, value: number, depth: number): boolean {
  const { ir } = solver;
  if (value < 0 || depth > depthMax) return false;
  if (tag.test(literal(solver, value))) return true;
  const inner = (other: number): boolean => hasTag(solver, other, depth + 1);
  switch (ir.op.data[value]! as Op) {
    case Op.Fmt: return ir.lists.toArray(ir.a.data[value]!).some(inner);
    case Op.Build: return ir.lists.toArray(ir.b.data[value]!).some(inner);
    case Op.Bin: return inner(ir.b.data[value]!) || inner(ir.c.data[value]!);
    case Op.Call: return isText(solver, value) && (inner(receiverValue(ir, value)) || (callArgCount(ir, value) > 0 && inner(callArg(ir, value, 0))));
    default: return false;
  }
}

function literal(solver: Solver, value: number): string {
  const constant = solver.facts.literalOf(value);
  return constant?.type === "str" ? constant.value : "";
}
