/** Constant evaluation of a linked program: reads of names that are stored once, as a literal, are that literal. */
import { BlockFlag, type Ir, Op } from "../ir/index.ts";
import { BindMode, type CallTarget, type Program, TokenKind, tokenKind } from "../program/index.ts";
import { type ConstantFacts, evaluateConstants } from "./constants.ts";

/** Prepares constant evaluation with the names of the whole program. */
export function valueFacts(program: Program): ConstantFacts {
  const { ir } = program;
  const dead = blocksThatEndEarly(program);
  return evaluateConstants(ir, (read) => {
    if (ir.op.data[read] === Op.GetAttr && !isModule(program, ir.a.data[read])) return undefined;
    const stores = program.storesOf(read);
    return stores.length === 1 && ir.op.data[stores[0]] === Op.Const ? [ir.a.data[stores[0]]] : undefined;
  }, (block) => dead[block] === 1, (read) => {
    const stores = program.storesOf(read);
    return stores.length > 0 && stores.every((store) => isCodeObject(ir, store));
  });
}

/** Functions, classes and modules are neither None nor false. */
function isCodeObject(ir: Ir, store: number): boolean {
  const op = ir.op.data[store] as Op;
  return op === Op.Func || op === Op.Class || (op === Op.Import && ir.b.data[store] < 0);
}

/** Marks the blocks that call a library function or a project function that never returns. */
function blocksThatEndEarly(program: Program): Uint8Array {
  const { ir, api } = program;
  const out = new Uint8Array(ir.blocks.first.length);
  const returns = functionsThatReturn(program);
  const endsAt = (target: CallTarget): boolean =>
    (target.kind === "api" && api.isNoReturn(target.node))
    || (target.kind === "project" && target.mode !== BindMode.Constructor && target.via !== "prior" && returns[target.function] === 0);
  for (const i of ir.rowsOf(Op.Call)) {
    const targets = program.targetsOf(i);
    if (targets.length > 0 && targets.every(endsAt)) out[ir.block.data[i]] = 1;
  }
  return out;
}

/** Marks the functions that have a way to return; generators, coroutines and stubs that only raise NotImplementedError count as such. */
function functionsThatReturn(program: Program): Uint8Array {
  const { ir } = program;
  const out = new Uint8Array(ir.functions.length);
  for (const fn of ir.functions) {
    if (fn.isGenerator || fn.kind !== "function" || (fn.class >= 0 && program.subclassesOf(fn.class).length > 0)) out[fn.id] = 1;
  }
  for (let i = 0, n = ir.length; i < n; i++) {
    const block = ir.block.data[i];
    if (ir.op.data[i] === Op.Return && (ir.blocks.flags.data[block] & BlockFlag.Dead) === 0) out[ir.blocks.func.data[block]] = 1;
  }
  return out;
}

function isModule(program: Program, value: number): boolean {
  const tokens = program.tokensOf(value);
  return tokens.length === 1 && tokenKind(tokens[0]) === TokenKind.Module;
}
