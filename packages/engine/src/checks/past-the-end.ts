/**
 * Items read at the length of a sequence: `rows[len(rows)]`, and `rows[i]` for `i` up to and with `len(rows)`.
 *
 * Of a mapping that is a key like any other; only what is seen to be a list, a tuple or a text counts.
 */
import { BinOp, BuildKind, callArg, callArgCount, callCallee, type Ir, Op } from "../ir/index.ts";
import type { Obligation } from "../obligations/index.ts";
import { calledName } from "../obligations/index.ts";
import { isCaught } from "./caught.ts";
import type { CheckContext } from "./context.ts";
import { rootOf } from "./roots.ts";

const sink = "the item";
const catching = new Set(["IndexError", "LookupError", "Exception", "BaseException"]);

export function pastTheEnd(context: CheckContext): readonly Obligation[] {
  const { ir } = context.program;
  const out: Obligation[] = [];
  for (const i of ir.rowsOf(Op.GetItem)) {
    if (!context.isProduct(i) || !context.program.isReachable(ir.block.data[i])) continue;
    const reach = reachOf(context, i);
    if (reach === "") continue;
    const isSequence = isSeenSequence(context, ir.a.data[i]);
    if (reach === "below") out.push(context.row(i, "proven", { code: "numeric", text: "the index stays below the length", at: i }, { sink }));
    else if (isCaught(ir, i, catching)) out.push(context.row(i, "proven", { code: "handled", text: "the error of a missing item is caught", at: i }, { sink }));
    else if (!isSequence) out.push(context.row(i, "open", { code: "unknown-value", text: "it may be a mapping, where the length is a key", at: i }, { sink }));
    else out.push(context.row(i, "violated", { code: "bad-value", text: "there is no item at the length of a sequence", at: ir.b.data[i] }, { sink }));
  }
  return out;
}

/** How far an index goes that is made of the length of what it is used on; "" for other indexes. */
function reachOf(context: CheckContext, item: number): "" | "below" | "past" {
  const { ir } = context.program;
  const sequence = rootOf(ir, ir.a.data[item]);
  const index = rootOf(ir, ir.b.data[item]);
  if (isLengthOf(context, index, sequence)) return "past";
  if (ir.op.data[index] !== Op.Next) return "";
  const range = rootOf(ir, ir.a.data[rootOf(ir, ir.a.data[index])]);
  if (ir.op.data[range] !== Op.Call || calledName(context.solver, range) !== "range" || callArgCount(ir, range) < 1 || callArgCount(ir, range) > 2) return "";
  const end = rootOf(ir, callArg(ir, range, callArgCount(ir, range) - 1));
  if (isLengthOf(context, end, sequence)) return "below";
  const isMore = ir.op.data[end] === Op.Bin && (ir.a.data[end] & 31) === BinOp.Add && isLengthOf(context, rootOf(ir, ir.b.data[end]), sequence) && isPositive(ir, ir.c.data[end]);
  return isMore ? "past" : "";
}

function isLengthOf(context: CheckContext, value: number, sequence: number): boolean {
  const { ir } = context.program;
  if (ir.op.data[value] === Op.Len) return rootOf(ir, ir.a.data[value]) === sequence;
  if (ir.op.data[value] !== Op.Call || callArgCount(ir, value) !== 1 || ir.op.data[callCallee(ir, value)] !== Op.Global) return false;
  return calledName(context.solver, value) === "len" && rootOf(ir, callArg(ir, value, 0)) === sequence;
}

function isPositive(ir: Ir, value: number): boolean {
  const constant = ir.op.data[value] === Op.Const ? ir.constants[ir.a.data[value]] : undefined;
  return constant?.type === "int" && Number(constant.value) > 0;
}

const makers = /^(?:split|rsplit|splitlines|readlines|list|tuple|sorted|findall|encode|decode|strip|join)$/;

function isSeenSequence(context: CheckContext, value: number): boolean {
  const { ir } = context.program;
  const root = rootOf(ir, value);
  const op = ir.op.data[root] as Op;
  if (op === Op.Build) return ir.a.data[root] === BuildKind.List || ir.a.data[root] === BuildKind.Tuple;
  return op === Op.Fmt || (op === Op.Call && makers.test(calledName(context.solver, root)));
}
