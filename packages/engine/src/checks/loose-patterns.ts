/** Where patterns stand that no call is seen to try: literals that look like one. */
import { callCallee, callKeyword, forEachUse, type Ir, Op } from "../ir/index.ts";
import type { Pattern } from "../obligations/index.ts";
import { plainFlags } from "../values/index.ts";
import type { CheckContext } from "./context.ts";
import { lastName } from "./last-name.ts";

/** Literals with a repeated group that are put into a container or handed to a call, and belong to no pattern seen so far. */
export function looseLiterals(context: CheckContext, claimed: ReadonlySet<number>): readonly Pattern[] {
  const { ir } = context.program;
  const out = new Map<number, Pattern>();
  for (const i of ir.rowsOf(Op.Build, Op.Call)) {
    if (!context.isProduct(i)) continue;
    const linear = ir.op.data[i] === Op.Call ? linearPattern(ir, i) : -1;
    forEachUse(ir, i, (value) => {
      if (ir.op.data[value] !== Op.Const || claimed.has(value) || value === linear) return;
      const constant = ir.constants[ir.a.data[value]];
      if (constant.type !== "str" && constant.type !== "bytes") return;
      if (looksRepeated(constant.value)) out.set(value, { text: constant.value, flags: plainFlags, at: value });
    });
  }
  return [...out.values()];
}

/** The pattern of a declared field, `Field(pattern="…")`: pydantic tries these by an engine that never goes back. -1 if there is none. */
function linearPattern(ir: Ir, call: number): number {
  const name = ir.strings.find("pattern");
  return name !== undefined && name >= 0 && declares.test(lastName(ir, callCallee(ir, call))) ? callKeyword(ir, call, name) : -1;
}

const declares = /^(?:StringConstraints|Field|constr|Query|Path|Body|Form|Header|Cookie)$/;
const literalMax = 1000;

/** Holds for text with a repeated group in which something is repeated. */
function looksRepeated(text: string): boolean {
  return text.length >= 6 && text.length <= literalMax && /\)(?:[*+]|\{\d+,\})/.test(text) && /[\])\w.][*+][^)]*\)/.test(text);
}
