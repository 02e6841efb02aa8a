/** Constant evaluation of a linked program: reads of names that are stored once, as a literal, are that literal. */
import { Op } from "../ir/index.ts";
import { type Program, TokenKind, tokenKind } from "../program/index.ts";
import { type ConstantFacts, evaluateConstants } from "./constants.ts";

/** Prepares constant evaluation with the names of the whole program. */
export function valueFacts(program: Program): ConstantFacts {
  const { ir } = program;
  return evaluateConstants(ir, (read) => {
    if (ir.op.data[read] === Op.GetAttr && !isModule(program, ir.a.data[read])) return undefined;
    const stores = program.storesOf(read);
    return stores.length === 1 && ir.op.data[stores[0]] === Op.Const ? [ir.a.data[stores[0]]] : undefined;
  });
}

function isModule(program: Program, value: number): boolean {
  const tokens = program.tokensOf(value);
  return tokens.length === 1 && tokenKind(tokens[0]) === TokenKind.Module;
}
