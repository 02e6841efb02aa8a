/**
 * Attributes that are asked for a mark before they are used.
 *
 * ```text
 * handler = getattr(controller, name)
 * if not getattr(handler, "exposed", False): raise NotFound()
 * ```
 * A client chooses among what the authors marked for that, and nothing else.
 */
import { callArg, callArgCount, callCallee, functionOf, type Ir, Op } from "../ir/index.ts";

/** Holds if what `getattr` finds is asked for an attribute of its own in the same function. */
export function isAskedForMark(ir: Ir, found: number): boolean {
  const fn = functionOf(ir, found);
  for (let row = found + 1; row < fn.endInstr; row++) {
    const op = ir.op.data[row]! as Op;
    if (op === Op.Call && isAttributeCall(ir, row) && rootOf(ir, callArg(ir, row, 0)) === found && isMark(nameOf(ir, callArg(ir, row, 1)))) return true;
    if (op !== Op.GetAttr || rootOf(ir, ir.a.data[row]!) !== found || !isMark(ir.strings.text(ir.b.data[row]!))) continue;
    if (!isCalled(ir, row, fn.endInstr)) return true;
  }
  return false;
}

const isMark = (name: string): boolean => name !== "" && !(name.startsWith("__") && name.endsWith("__"));

/** `getattr(x, name)` or `hasattr(x, name)`. */
function isAttributeCall(ir: Ir, call: number): boolean {
  const callee = callCallee(ir, call);
  if (callArgCount(ir, call) < 2 || ir.op.data[callee] !== Op.Global) return false;
  const name = ir.strings.text(ir.a.data[callee]!);
  return name === "getattr" || name === "hasattr";
}

function nameOf(ir: Ir, row: number): string {
  const constant = ir.op.data[row] === Op.Const ? ir.constants[ir.a.data[row]!] : undefined;
  return constant?.type === "str" ? constant.value : "";
}

function isCalled(ir: Ir, attribute: number, end: number): boolean {
  for (let row = attribute + 1; row < end; row++) if (ir.op.data[row] === Op.Call && callCallee(ir, row) === attribute) return true;
  return false;
}

const versionsMax = 64;

function rootOf(ir: Ir, value: number): number {
  let at = value;
  for (let i = 0; i < versionsMax && (ir.op.data[at] === Op.Sigma || ir.op.data[at] === Op.Content); i++) at = ir.a.data[at]!;
  return at;
}
