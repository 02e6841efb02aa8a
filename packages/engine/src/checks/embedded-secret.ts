/** Secrets that are written in the program and show themselves by their form, wherever they go from there. */
import { Op } from "../ir/index.ts";
import type { Obligation } from "../obligations/index.ts";
import { secretFormOf } from "../values/index.ts";
import type { CheckContext } from "./context.ts";

export function embeddedSecret(context: CheckContext): readonly Obligation[] {
  const { ir } = context.program;
  const forms = new Map<number, string>();
  ir.constants.forEach((constant, id) => {
    const form = constant.type === "str" || constant.type === "bytes" ? secretFormOf(constant.value) : "";
    if (form !== "") forms.set(id, form);
  });
  if (forms.size === 0) return [];
  const out: Obligation[] = [];
  const told = new Set<number>();
  for (const i of ir.rowsOf(Op.Const)) {
    const id = ir.a.data[i];
    const form = forms.get(id);
    if (form === undefined || told.has(id) || !context.isProduct(i)) continue;
    told.add(id); // the same text again is the same secret
    out.push(context.row(i, "violated", { code: "bad-value", text: `a literal has the form of a ${form}`, at: i }, { sink: form, subject: i, source: form, sourceKind: "secret" }));
  }
  return out;
}
