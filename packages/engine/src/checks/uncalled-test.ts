/**
 * Conditions that ask a function instead of calling it: `if user.is_admin:` where `is_admin` is a method.
 *
 * A function is always true, so the condition is too.
 */
import { BranchKind, functionOf, type Ir, Op } from "../ir/index.ts";
import type { Obligation } from "../obligations/index.ts";
import { type Program, TokenKind, tokenId, tokenKind } from "../program/index.ts";
import type { CheckContext } from "./context.ts";

export function uncalledTest(context: CheckContext): readonly Obligation[] {
  const { program } = context;
  const { ir } = program;
  const out: Obligation[] = [];
  const told = new Set<number>();
  for (const i of ir.rowsOf(Op.Branch)) {
    if (ir.b.data[i] !== BranchKind.Condition || !context.isProduct(i)) continue;
    const value = plainOf(ir, ir.a.data[i]);
    const op = ir.op.data[value] as Op;
    if ((op !== Op.GetAttr && op !== Op.Global && op !== Op.Import) || told.has(value)) continue;
    told.add(value);
    const fn = functionMeant(program, value);
    if (fn < 0) continue;
    const name = ir.strings.text(ir.functions[fn].qualname);
    out.push(context.row(value, "violated", { code: "bad-value", text: `${name} is a function, which is always true`, at: ir.functions[fn].definition }, { sink: name }));
  }
  return out;
}

/** The value below `not` and what conditions know of it. */
function plainOf(ir: Ir, value: number): number {
  let at = value;
  while (ir.op.data[at] === Op.Not || ir.op.data[at] === Op.Sigma) at = ir.a.data[at];
  return at;
}

/** The function that is meant, if it is one plain method or function and nothing else was ever stored there; else -1. */
function functionMeant(program: Program, value: number): number {
  const { ir } = program;
  const tokens = program.tokensOf(value);
  if (tokens.length !== 1) return -1;
  const kind = tokenKind(tokens[0]);
  if (kind !== TokenKind.Function && kind !== TokenKind.Bound) return -1;
  const fn = ir.functions[tokenId(tokens[0])];
  const stores = program.storesOf(value);
  if (stores.some((store) => ir.op.data[store] !== Op.Func)) return -1;
  if (ir.op.data[value] === Op.GetAttr) {
    const isOwn = fn.class >= 0 && fn.definition >= 0 && isOfSelf(ir, value);
    return isOwn && program.storesAreClosed(value) && !program.fieldsStoredByCalls().has(ir.b.data[value]) ? fn.id : -1;
  }
  return stores.length === 1 && fn.kind === "function" ? fn.id : -1;
}

/** Holds if the method is read from `self`: of other objects it is not sure enough of which class they are. */
function isOfSelf(ir: Ir, value: number): boolean {
  const object = plainOf(ir, ir.a.data[value]);
  const fn = functionOf(ir, value);
  return ir.op.data[object] === Op.Param && fn.class >= 0 && fn.params[0]?.value === object;
}
