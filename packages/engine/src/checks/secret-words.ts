/** What checks about secrets in texts share: which value is a secret by its name, and what a text is put together from. */
import { BinOp, BuildKind, callArg, callArgCount, callCallee, callKeywordCount, callKeywordValue, functionOf, type Ir, Op } from "../ir/index.ts";
import type { CheckContext } from "./context.ts";
import { rootOf } from "./roots.ts";

const partsMax = 24;

/** The names under which a value is known: its own, or those of what it may be one of. */
export function namesOfValue(context: CheckContext, value: number): readonly string[] {
  const { ir } = context.program;
  const v = rootOf(ir, value);
  switch (ir.op.data[v] as Op) {
    case Op.Param: case Op.GetAttr: return [ir.strings.text(ir.b.data[v])];
    case Op.Global: return [ir.strings.text(ir.a.data[v])];
    case Op.GetItem: {
      const key = context.text(ir.b.data[v]);
      return key === undefined ? [] : [key];
    }
    case Op.Phi: return ir.lists.toArray(ir.a.data[v]).slice(0, 4).map((input) => rootOf(ir, input)).flatMap((input) => {
      const op = ir.op.data[input] as Op;
      return op === Op.Param || op === Op.GetAttr ? [ir.strings.text(ir.b.data[input])] : [];
    });
    case Op.Call: {
      const callee = callCallee(ir, v);
      const isGet = ir.op.data[callee] === Op.GetAttr && ir.strings.text(ir.b.data[callee]) === "get" && callArgCount(ir, v) > 0;
      const key = isGet ? context.text(callArg(ir, v, 0)) : undefined;
      return key === undefined ? [] : [key];
    }
    default: return [];
  }
}

/** A text that is put together: its literal parts and its other ones. */
export interface TextParts {
  readonly literal: string;
  readonly values: readonly number[];
}

/** The parts of `"…%s" % x`, `"…{}".format(x)`, an f-string or a sum; `undefined` for anything else. */
export function partsOf(context: CheckContext, value: number): TextParts | undefined {
  const { ir } = context.program;
  const v = rootOf(ir, value);
  switch (ir.op.data[v] as Op) {
    case Op.Fmt: return split(context, ir.lists.toArray(ir.a.data[v]));
    case Op.Bin: return ofOperation(context, v);
    case Op.Call: {
      const callee = callCallee(ir, v);
      if (ir.op.data[callee] !== Op.GetAttr || ir.strings.text(ir.b.data[callee]) !== "format") return undefined;
      const literal = textIn(context, ir.a.data[callee]);
      return literal === undefined ? undefined : { literal, values: argumentsOf(ir, v) };
    }
    default: return undefined;
  }
}

/** A literal, or the literal that a translation is given. */
export function textIn(context: CheckContext, value: number): string | undefined {
  const { ir } = context.program;
  const text = context.text(value);
  if (text !== undefined || ir.op.data[value] !== Op.Call || callArgCount(ir, value) === 0) return text;
  return context.text(callArg(ir, value, 0));
}

function argumentsOf(ir: Ir, call: number): number[] {
  const out = Array.from({ length: callArgCount(ir, call) }, (_v, i) => callArg(ir, call, i));
  for (let i = 0, n = callKeywordCount(ir, call); i < n; i++) out.push(callKeywordValue(ir, call, i));
  return out;
}

function ofOperation(context: CheckContext, value: number): TextParts | undefined {
  const { ir } = context.program;
  const operation = (ir.a.data[value] & 31) as BinOp;
  const [left, right] = [ir.b.data[value], ir.c.data[value]];
  if (operation === BinOp.Add) return split(context, summands(ir, value));
  const literal = operation === BinOp.Mod ? textIn(context, left) : undefined;
  if (literal === undefined) return undefined;
  if (ir.op.data[right] !== Op.Build) return { literal, values: [right] };
  const items = ir.lists.toArray(ir.b.data[right]);
  return { literal, values: ir.a.data[right] === BuildKind.Dict ? items.filter((_v, i) => i % 2 === 1) : items };
}

function summands(ir: Ir, sum: number): number[] {
  const out: number[] = [];
  const todo = [sum];
  while (todo.length > 0 && out.length < partsMax) {
    const v = todo.pop()!;
    if (ir.op.data[v] === Op.Bin && (ir.a.data[v] & 31) === BinOp.Add) todo.push(ir.c.data[v], ir.b.data[v]);
    else out.push(v);
  }
  return out;
}

function split(context: CheckContext, parts: readonly number[]): TextParts {
  const literal: string[] = [];
  const values: number[] = [];
  for (const part of parts) {
    const text = context.text(part);
    if (text === undefined) values.push(part);
    else literal.push(text);
  }
  return { literal: literal.join(" "), values };
}

const textMethods = /^(?:strip|lstrip|rstrip|encode|decode|lower|upper|split|replace|startswith|endswith|format|join)$/;

/** Holds if the same function reads attributes or named items of a value: it is an object that has a secret, not the secret. */
export function isUsedAsObject(context: CheckContext, value: number): boolean {
  const { ir } = context.program;
  const origin = rootOf(ir, value);
  const fn = functionOf(ir, origin);
  for (let i = fn.firstInstr; i < fn.endInstr; i++) {
    const op = ir.op.data[i] as Op;
    if (op === Op.GetAttr && rootOf(ir, ir.a.data[i]) === origin && !textMethods.test(ir.strings.text(ir.b.data[i]))) return true;
    if (op === Op.GetItem && rootOf(ir, ir.a.data[i]) === origin && context.text(ir.b.data[i]) !== undefined) return true;
  }
  return false;
}
