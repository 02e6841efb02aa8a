/** Fractions compared for equality: `total == 0.1`. What sums and products give differs from it in the last digit. */
import { CmpOp, Op } from "../ir/index.ts";
import type { Obligation } from "../obligations/index.ts";
import type { CheckContext } from "./context.ts";

export function floatEquality(context: CheckContext): readonly Obligation[] {
  const { ir } = context.program;
  const out: Obligation[] = [];
  for (const i of ir.rowsOf(Op.Cmp)) {
    if ((ir.a.data[i] !== CmpOp.Eq && ir.a.data[i] !== CmpOp.NotEq) || !context.isProduct(i)) continue;
    const fraction = [ir.b.data[i], ir.c.data[i]].map((value) => (ir.op.data[value] === Op.Const ? ir.constants[ir.a.data[value]] : undefined)).find((each) => each?.type === "float");
    if (fraction?.type !== "float") continue;
    // Halves, quarters and whole numbers are exact, and often marks: -1.0, 0.0, 0.5.
    if (Number.isInteger(fraction.value * 1024)) out.push(context.row(i, "proven", { code: "good-value", text: `${fraction.value} is exact`, at: i }, { sink: "==" }));
    else out.push(context.row(i, "violated", { code: "bad-value", text: `${fraction.value} is not what calculations give`, at: i }, { sink: "==", source: String(fraction.value) }));
  }
  return out;
}
