/** A cheap look ahead that spares most functions constant evaluation. */
import { type Ir, Op } from "../ir/index.ts";

/** Operands of one row that are looked at; a row with more counts as one that could be decided. */
const operandsMax = 4;

/** Follows a value through the edges of branches to the row that made it. */
export function originOf(ir: Ir, v: number): number {
  let at = v;
  while (ir.op.data[at] === Op.Sigma) at = ir.a.data[at];
  return at;
}

/** Holds if the row behind a value makes an object, so that it is not None. */
export function makesObject(ir: Ir, v: number): boolean {
  const op = ir.op.data[originOf(ir, v)];
  return op === Op.Build || op === Op.Func || op === Op.Class || op === Op.Fmt;
}

/** A cheap look ahead: false if evaluation cannot make a literal of the value. */
export function couldBeLiteral(ir: Ir, v: number, depth: number, readsAreKnown: boolean): boolean {
  if (depth === 0) return true;
  const next = (operand: number): boolean => couldBeLiteral(ir, operand, depth - 1, readsAreKnown);
  switch (ir.op.data[v] as Op) {
    case Op.Const:
    case Op.Func:
    case Op.Class:
      return true;
    case Op.Sigma:
    case Op.Not:
      return next(ir.a.data[v]);
    case Op.Un:
      return next(ir.b.data[v]);
    case Op.Bin:
      return next(ir.b.data[v]) && next(ir.c.data[v]);
    case Op.Cmp:
      return makesObject(ir, ir.b.data[v]) || makesObject(ir, ir.c.data[v]) || (next(ir.b.data[v]) && next(ir.c.data[v]));
    case Op.GetItem:
      return next(ir.a.data[v]) && next(ir.b.data[v]);
    case Op.Phi:
    case Op.Fmt:
    case Op.Build:
      return someOf(ir, ir.op.data[v] === Op.Build ? ir.b.data[v] : ir.a.data[v], next);
    case Op.Unpack:
    case Op.Len:
      return next(ir.a.data[v]);
    case Op.Global:
    case Op.Cell:
    case Op.Import:
      return readsAreKnown;
    case Op.GetAttr:
      return readsAreKnown;
    case Op.Call: {
      const callee = ir.a.data[v];
      if (ir.op.data[callee] === Op.GetAttr) return next(ir.a.data[callee]);
      return ir.op.data[callee] === Op.Global && ir.lists.length(ir.b.data[v]) > 0 && next(ir.lists.at(ir.b.data[v], 0));
    }
    default:
      return false;
  }
}

function someOf(ir: Ir, list: number, test: (v: number) => boolean): boolean {
  const { lists } = ir;
  const count = lists.length(list);
  if (count === 0 || count > operandsMax) return true;
  for (let i = 0; i < count; i++) {
    const v = lists.at(list, i);
    if (v >= 0 && test(v)) return true;
  }
  return false;
}
