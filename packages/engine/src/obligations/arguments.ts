/** Which values a call gives to a parameter. */
import { attributeSelector, itemKey, isItem, itemSelector, anyItem, type PathTable } from "./paths.ts";
import {
  type FunctionInfo, type Ir, Op, callArg, callArgCount, callKeywordCount, callKeywordName, callKeywordValue, callCallee,
} from "../ir/index.ts";
import { BindMode } from "../program/index.ts";

export { attributeSelector };

/** A value that a parameter receives, and the part of it that is asked about. */
export interface Argument {
  readonly value: number;
  readonly path: number;
  readonly isDefault: boolean;
}

/** How a call reaches a function: the parts of a target or of a call site that binding needs. */
export interface Binding {
  readonly mode: BindMode;
  readonly arguments?: readonly number[];
}

/**
 * The values that parameter `index` of `fn` can receive at `call`, asked about `path`. Empty if the call passes none
 * that can be told; the new object of a constructor call is the call itself.
 */
export function argumentsFor(
  ir: Ir, paths: PathTable, call: number, binding: Binding, fn: FunctionInfo, index: number, path: number,
): readonly Argument[] {
  const param = fn.params[index];
  if (!param) return [];
  if (binding.arguments) return one(binding.arguments[index] ?? -1, path);
  const op = ir.op.data[call]!;
  if (op !== Op.Call) return implicitArgument(ir, call, index, path);
  const mode = binding.mode;
  const shift = mode === BindMode.Plain ? 0 : 1;
  if (index === 0 && shift === 1) return one(receiverOf(ir, call, mode), path);
  const name = param.name;
  const isRest = param.kind === "varargs";
  const isKeywordRest = param.kind === "kwargs";
  const out: Argument[] = [];
  if (isRest) restArguments(ir, paths, call, index - shift, path, out);
  else if (isKeywordRest) keywordRest(ir, paths, call, fn, path, out);
  else {
    if (param.kind !== "keyword-only") positional(ir, paths, call, index - shift, path, out);
    if (out.length === 0 && param.kind !== "positional-only") keyword(ir, paths, call, name, path, out);
    if (out.length === 0 && param.default >= 0) out.push({ value: param.default, path, isDefault: true });
  }
  return out;
}

function one(value: number, path: number): readonly Argument[] {
  return value < 0 ? [] : [{ value, path, isDefault: false }];
}

function receiverOf(ir: Ir, call: number, mode: BindMode): number {
  if (mode === BindMode.Constructor) return call;
  const callee = callCallee(ir, call);
  return ir.op.data[callee] === Op.GetAttr && mode === BindMode.Bound ? ir.a.data[callee]! : callee;
}

function implicitArgument(ir: Ir, instr: number, index: number, path: number): readonly Argument[] {
  const op = ir.op.data[instr]!;
  if (op === Op.Bin || op === Op.Cmp) return one(index === 0 ? ir.b.data[instr]! : index === 1 ? ir.c.data[instr]! : -1, path);
  if (op === Op.Un) return one(index === 0 ? ir.b.data[instr]! : -1, path);
  if (op === Op.Decorate) return one(index === 0 ? ir.b.data[instr]! : -1, path);
  if (op === Op.GetItem || op === Op.SetItem) {
    return one(index === 0 ? ir.a.data[instr]! : index === 1 ? ir.b.data[instr]! : op === Op.SetItem && index === 2 ? ir.c.data[instr]! : -1, path);
  }
  return one(index === 0 ? ir.a.data[instr]! : -1, path);
}

function positional(ir: Ir, paths: PathTable, call: number, at: number, path: number, out: Argument[]): void {
  const count = callArgCount(ir, call);
  for (let i = 0; i < count; i++) {
    const value = callArg(ir, call, i);
    if (ir.op.data[value] === Op.Star) {
      if (i <= at) {
        const key = i === at ? ir.constant({ type: "int", value: 0 }) : -1;
        out.push({ value: ir.a.data[value]!, path: paths.push(key >= 0 ? itemSelector(key) : anyItem, path), isDefault: false });
      }
      return;
    }
    if (i === at) {
      out.push({ value, path, isDefault: false });
      return;
    }
  }
}

function keyword(ir: Ir, paths: PathTable, call: number, name: number, path: number, out: Argument[]): void {
  for (let i = 0, n = callKeywordCount(ir, call); i < n; i++) {
    const given = callKeywordName(ir, call, i);
    if (given === name) {
      out.length = 0;
      out.push({ value: callKeywordValue(ir, call, i), path, isDefault: false });
      return;
    }
    if (given < 0) {
      const key = ir.constant({ type: "str", value: ir.strings.text(name) });
      out.push({ value: callKeywordValue(ir, call, i), path: paths.push(itemSelector(key), path), isDefault: false });
    }
  }
}

function restArguments(ir: Ir, paths: PathTable, call: number, from: number, path: number, out: Argument[]): void {
  const head = path === 0 ? -1 : paths.head(path);
  const wanted = head >= 0 && isItem(head) ? itemKey(head) : -1;
  const constant = wanted >= 0 ? ir.constants[wanted] : undefined;
  const position = constant?.type === "int" && typeof constant.value === "number" ? constant.value : -1;
  const tail = head >= 0 && isItem(head) ? paths.tail(path) : path;
  for (let i = Math.max(0, from), n = callArgCount(ir, call); i < n; i++) {
    const value = callArg(ir, call, i);
    if (ir.op.data[value] === Op.Star) out.push({ value: ir.a.data[value]!, path: paths.push(anyItem, tail), isDefault: false });
    else if (position < 0 || i - from === position) out.push({ value, path: tail, isDefault: false });
  }
}

function keywordRest(ir: Ir, paths: PathTable, call: number, fn: FunctionInfo, path: number, out: Argument[]): void {
  const head = path === 0 ? -1 : paths.head(path);
  const wanted = head >= 0 && isItem(head) ? itemKey(head) : -1;
  const constant = wanted >= 0 ? ir.constants[wanted] : undefined;
  const wantedName = constant?.type === "str" ? constant.value : undefined;
  const tail = head >= 0 && isItem(head) ? paths.tail(path) : path;
  for (let i = 0, n = callKeywordCount(ir, call); i < n; i++) {
    const given = callKeywordName(ir, call, i);
    if (given < 0) {
      out.push({ value: callKeywordValue(ir, call, i), path, isDefault: false });
      continue;
    }
    if (fn.params.some((param) => param.name === given && param.kind !== "positional-only")) continue;
    if (wantedName === undefined || wantedName === ir.strings.text(given)) {
      out.push({ value: callKeywordValue(ir, call, i), path: tail, isDefault: false });
    }
  }
}
