/** Values that are a text whatever went into them: no mapping or list of a client is left of them. */
import { BinOp, Op } from "../ir/index.ts";
import { calledName } from "./relations.ts";
import type { Solver } from "./solver.ts";

const makesText = /^(?:str|unicode|text_type|repr|ascii|format|join|strip|lstrip|rstrip|lower|upper|casefold|title|capitalize|encode|decode|replace|zfill|hexdigest|isoformat|escape|quote|quote_plus)$/;

/** Holds for formatted and joined texts, and for results of calls that only texts have or that give texts. */
export function isMadeText(solver: Solver, value: number): boolean {
  const { ir } = solver;
  switch (ir.op.data[value]! as Op) {
    case Op.Fmt: return true;
    case Op.Call: return makesText.test(calledName(solver, value)) && !solver.targetsOf(value).some((target) => target.kind === "project");
    case Op.Bin: {
      const operator = ir.a.data[value]! & 31;
      if (operator !== BinOp.Add && operator !== BinOp.Mod) return false;
      return isLiteralText(solver, ir.b.data[value]!) || (operator === BinOp.Add && isLiteralText(solver, ir.c.data[value]!));
    }
    default: return false;
  }
}

function isLiteralText(solver: Solver, value: number): boolean {
  const constants = solver.facts.constantsOf(value);
  return constants !== undefined && constants.length > 0 && constants.every((id) => solver.ir.constants[id]?.type === "str");
}
