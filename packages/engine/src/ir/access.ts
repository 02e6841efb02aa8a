/** Accessors of the instruction table: code that reads like records and runs like arrays. */
import { type FunctionInfo, type Ir, Op } from "./ir.ts";

export const opOf = (ir: Ir, v: number): Op => ir.op.data[v]! as Op;
export const aOf = (ir: Ir, v: number): number => ir.a.data[v]!;
export const bOf = (ir: Ir, v: number): number => ir.b.data[v]!;
export const cOf = (ir: Ir, v: number): number => ir.c.data[v]!;
export const blockOf = (ir: Ir, v: number): number => ir.block.data[v]!;

/** The function that holds an instruction. */
export const functionOf = (ir: Ir, v: number): FunctionInfo => ir.functions[ir.blocks.func.data[ir.block.data[v]!]!]!;

/** The place of a Param instruction among the parameters of its function, or -1 if it is none of them. */
export function parameterIndex(ir: Ir, fn: FunctionInfo, param: number): number {
  const index = ir.a.data[param]!;
  return ir.op.data[param] === Op.Param && fn.params[index]?.value === param ? index : -1;
}

/** The module that holds an instruction. */
export const moduleOf = (ir: Ir, v: number): number => functionOf(ir, v).module;

export const callCallee = (ir: Ir, call: number): number => ir.a.data[call]!;
export const callArgCount = (ir: Ir, call: number): number => ir.lists.length(ir.b.data[call]!);
export const callArg = (ir: Ir, call: number, i: number): number => ir.lists.at(ir.b.data[call]!, i);
export const callKeywordCount = (ir: Ir, call: number): number => ir.lists.length(ir.c.data[call]!) >> 1;
/** Interned name of keyword i, or -1 for `**`. */
export const callKeywordName = (ir: Ir, call: number, i: number): number => ir.lists.at(ir.c.data[call]!, 2 * i);
export const callKeywordValue = (ir: Ir, call: number, i: number): number => ir.lists.at(ir.c.data[call]!, 2 * i + 1);

/** The value of keyword `name` (an interned string) at a call, or -1. */
export function callKeyword(ir: Ir, call: number, name: number): number {
  for (let i = 0, n = callKeywordCount(ir, call); i < n; i++) {
    if (callKeywordName(ir, call, i) === name) return callKeywordValue(ir, call, i);
  }
  return -1;
}

/** The literal that a value is, or `undefined` if it is not a Const instruction. */
export function constantOf(ir: Ir, v: number) {
  return ir.op.data[v] === Op.Const ? ir.constants[ir.a.data[v]!] : undefined;
}

export const phiInputs = (ir: Ir, phi: number): number[] => ir.lists.toArray(ir.a.data[phi]!);
