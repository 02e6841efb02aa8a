/** Comparisons of identity with a value that is made anew: `name is "admin"`, `count is not 1000`, `x is ()`. */
import { BuildKind, CmpOp, Op } from "../ir/index.ts";
import type { Obligation } from "../obligations/index.ts";
import type { CheckContext } from "./context.ts";

export function literalIdentity(context: CheckContext): readonly Obligation[] {
  const { ir } = context.program;
  const out: Obligation[] = [];
  for (const i of ir.rowsOf(Op.Cmp)) {
    if ((ir.a.data[i] !== CmpOp.Is && ir.a.data[i] !== CmpOp.IsNot) || !context.isProduct(i)) continue;
    const kinds = [ir.b.data[i], ir.c.data[i]].map((value) => kindOf(context, value));
    const made = kinds.find((kind, operand) => kind !== "" && kind !== "single" && isWrittenThere(context, i, operand === 0 ? ir.b.data[i] : ir.c.data[i]));
    if (!kinds.includes("single") && made !== undefined) {
      out.push(context.row(i, "violated", { code: "bad-value", text: `the identity of ${made} says nothing of its value`, at: i }, { sink: ir.a.data[i] === CmpOp.Is ? "is" : "is not", source: made }));
    } else if (kinds.includes("single")) {
      out.push(context.row(i, "proven", { code: "good-value", text: "there is one object of this value", at: i }, { sink: "is" }));
    }
  }
  return out;
}

/** Holds if the value is written in the comparison itself, not bound to a name before. */
function isWrittenThere({ program: { ir } }: CheckContext, comparison: number, value: number): boolean {
  return ir.src.data[value] >= ir.src.data[comparison] && ir.end.data[value] <= ir.end.data[comparison];
}

/** What stands there if it is written out; `single` for None, True, False and `...`. */
function kindOf({ program: { ir } }: CheckContext, value: number): string {
  const op = ir.op.data[value] as Op;
  if (op === Op.Const) {
    switch (ir.constants[ir.a.data[value]].type) {
      case "str": return "a text";
      case "bytes": return "bytes";
      case "int": case "float": case "imaginary": return "a number";
      default: return "single";
    }
  }
  if (op !== Op.Build || ir.c.data[value] === 1 || ir.a.data[value] === BuildKind.Slice) return "";
  return ir.a.data[value] === BuildKind.Tuple ? "a tuple" : "a new container";
}
