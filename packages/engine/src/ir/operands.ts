/** What the operands of each instruction mean: one table that printer, verifier and builder share. */
import { type Ir, Op } from "./ir.ts";

export const enum Operand {
  None,
  Value,
  OptionalValue,
  Int,
  String,
  OptionalString,
  Constant,
  Function,
  Class,
  Cell,
  /** L<v> and L<v?> */
  Values,
  OptionalValues,
  /** L<s?, v> in pairs */
  Keywords,
  /** L<int> */
  Ints,
  /** L<k> */
  Constants,
}

/** Number of operation codes. */
export const opCount = Op.Unreachable + 1;

const table = new Uint8Array(opCount * 3);

/** The same, packed for hot loops: operand kinds of a, b and c in bits 0-3, 4-7 and 8-11. */
export const operandShape = new Uint16Array(opCount);

function describe(op: Op, a: Operand, b: Operand = Operand.None, c: Operand = Operand.None): void {
  table[op * 3] = a;
  table[op * 3 + 1] = b;
  table[op * 3 + 2] = c;
  operandShape[op] = a | (b << 4) | (c << 8);
}

describe(Op.Const, Operand.Constant);
describe(Op.Param, Operand.Int, Operand.String);
describe(Op.Undef, Operand.None, Operand.OptionalString);
describe(Op.Phi, Operand.Values);
describe(Op.Sigma, Operand.Value, Operand.Value, Operand.Int);
describe(Op.Content, Operand.Value, Operand.Value, Operand.Int);
describe(Op.Global, Operand.String);
describe(Op.Cell, Operand.Cell);
describe(Op.Import, Operand.String, Operand.OptionalString, Operand.Int);
describe(Op.ImportStar, Operand.String);
describe(Op.Func, Operand.Function, Operand.Values, Operand.OptionalValues);
describe(Op.Class, Operand.Class, Operand.Values, Operand.Keywords);
describe(Op.ExcVal, Operand.Values);
describe(Op.Un, Operand.Int, Operand.Value);
describe(Op.Bin, Operand.Int, Operand.Value, Operand.Value);
describe(Op.Cmp, Operand.Int, Operand.Value, Operand.Value);
describe(Op.Not, Operand.Value);
describe(Op.Fmt, Operand.Values, Operand.OptionalValues, Operand.Ints);
describe(Op.Build, Operand.Int, Operand.OptionalValues, Operand.Int);
describe(Op.Star, Operand.Value);
describe(Op.GetAttr, Operand.Value, Operand.String);
describe(Op.GetItem, Operand.Value, Operand.Value);
describe(Op.Unpack, Operand.Value, Operand.Int, Operand.Int);
describe(Op.Iter, Operand.Value, Operand.Int);
describe(Op.Next, Operand.Value);
describe(Op.IsInst, Operand.Value, Operand.Value);
describe(Op.Len, Operand.Value);
describe(Op.Call, Operand.Value, Operand.Values, Operand.Keywords);
describe(Op.Decorate, Operand.Value, Operand.Value);
describe(Op.Await, Operand.Value);
describe(Op.Yield, Operand.Value);
describe(Op.YieldFrom, Operand.Value);
describe(Op.SetAttr, Operand.Value, Operand.String, Operand.Value);
describe(Op.SetItem, Operand.Value, Operand.Value, Operand.Value);
describe(Op.DelAttr, Operand.Value, Operand.String);
describe(Op.DelItem, Operand.Value, Operand.Value);
describe(Op.SetGlobal, Operand.String, Operand.Value);
describe(Op.DelGlobal, Operand.String);
describe(Op.SetCell, Operand.Cell, Operand.Value);
describe(Op.Append, Operand.Value, Operand.Value, Operand.OptionalValue);
describe(Op.Annotate, Operand.OptionalValue, Operand.String, Operand.Value);
describe(Op.AnnotateAttr, Operand.Value, Operand.String, Operand.Value);
describe(Op.ClassVar, Operand.String, Operand.Value);
describe(Op.Enter, Operand.Value, Operand.Int);
describe(Op.Exit, Operand.Value, Operand.Int);
describe(Op.Expr, Operand.Value);
describe(Op.Jump, Operand.None);
describe(Op.Branch, Operand.Value, Operand.Int);
describe(Op.Switch, Operand.Value, Operand.Constants);
describe(Op.Raise, Operand.OptionalValue, Operand.OptionalValue, Operand.Int);
describe(Op.Return, Operand.Value);
describe(Op.Unreachable, Operand.None);

/** What operand 0 (a), 1 (b) or 2 (c) of an operation is. */
export const operandOf = (op: Op, index: 0 | 1 | 2): Operand => table[op * 3 + index] as Operand;

/** Holds if the operation ends a block. */
export const isTerminator = (op: Op): boolean => op >= Op.Jump;

/** Calls `visit` with every value an instruction uses, in operand order; a value used twice is visited twice. */
export function forEachUse(ir: Ir, v: number, visit: (use: number) => void): void {
  const op = ir.op.data[v] as Op;
  visitOperand(ir, table[op * 3] as Operand, ir.a.data[v], visit);
  visitOperand(ir, table[op * 3 + 1] as Operand, ir.b.data[v], visit);
  visitOperand(ir, table[op * 3 + 2] as Operand, ir.c.data[v], visit);
}

function visitOperand(ir: Ir, kind: Operand, operand: number, visit: (use: number) => void): void {
  switch (kind) {
    case Operand.Value:
      visit(operand);
      return;
    case Operand.OptionalValue:
      if (operand >= 0) visit(operand);
      return;
    case Operand.Values:
    case Operand.OptionalValues:
      for (let i = 0, n = ir.lists.length(operand); i < n; i++) {
        const use = ir.lists.at(operand, i);
        if (use >= 0) visit(use);
      }
      return;
    case Operand.Keywords:
      for (let i = 1, n = ir.lists.length(operand); i < n; i += 2) visit(ir.lists.at(operand, i));
      return;
    default:
  }
}
