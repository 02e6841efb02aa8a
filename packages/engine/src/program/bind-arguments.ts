/**
 * Which values a call gives to the parameters of a function.
 *
 * ```text
 * def f(a, b=1, *rest, k=2, **more)
 * f(x, *xs, k=y, z=w)    a: x   b: an element of xs, or the default   rest: elements of xs   k: y   more: w
 * ```
 */
import {
  callArg, callArgCount, callCallee, callKeywordCount, callKeywordName, callKeywordValue, type FunctionInfo, type Ir, Op,
} from "../ir/index.ts";
import { BindMode } from "./program.ts";

export interface BoundArgument {
  /** The value passed. */
  readonly value: number;
  /**
   * `value`: it is the parameter. `default`: nothing was passed. `star`/`keywords`: an unknown element of the sequence or
   * mapping `value` may be the parameter. `element`: it is one element of the `*args` or `**kwargs` parameter.
   */
  readonly kind: "value" | "default" | "star" | "keywords" | "element";
}

/** How a call reaches a function: what binding needs to know of a call target or a call site. */
export interface Binding {
  readonly mode: BindMode;
  readonly arguments?: readonly number[];
}

/** The arguments of each parameter, by parameter index; an empty list means unknown. */
export function bindArguments(ir: Ir, call: number, fn: FunctionInfo, binding: Binding): readonly BoundArgument[][] {
  const out: BoundArgument[][] = fn.params.map(() => []);
  if (binding.arguments) {
    binding.arguments.forEach((value, index) => {
      if (value >= 0) out[index]?.push({ value, kind: "value" });
    });
    return withDefaults(fn, out);
  }
  if (ir.op.data[call] !== Op.Call) {
    implicitOperands(ir, call).forEach((value, index) => {
      if (value >= 0) out[index]?.push({ value, kind: "value" });
    });
    return withDefaults(fn, out);
  }
  const shift = binding.mode === BindMode.Plain ? 0 : 1;
  if (shift === 1 && out.length > 0) {
    const receiver = receiverOf(ir, call, binding.mode);
    if (receiver >= 0 && fn.params[0].kind !== "varargs") out[0].push({ value: receiver, kind: "value" });
  }
  bindPositional(ir, call, fn, shift, out);
  bindKeywords(ir, call, fn, shift, out);
  return withDefaults(fn, out);
}

/** The receiver of a bound call: the object the method was read from; in a constructor call the new object. */
export function receiverOf(ir: Ir, call: number, mode: BindMode): number {
  if (mode === BindMode.Constructor) return call;
  const callee = callCallee(ir, call);
  if (ir.op.data[callee] !== Op.GetAttr) return ir.op.data[callee] === Op.Global ? -1 : callee;
  const object = ir.a.data[callee];
  return isSuperCall(ir, object) ? selfParameter(ir, object) : object;
}

function isSuperCall(ir: Ir, row: number): boolean {
  if (ir.op.data[row] !== Op.Call) return false;
  const callee = callCallee(ir, row);
  return ir.op.data[callee] === Op.Global && ir.a.data[callee] === ir.strings.find("super");
}

function selfParameter(ir: Ir, row: number): number {
  const fn = ir.functions[ir.blocks.func.data[ir.block.data[row]]];
  return fn.params[0]?.value ?? -1;
}

function bindPositional(ir: Ir, call: number, fn: FunctionInfo, shift: number, out: BoundArgument[][]): void {
  const { params } = fn;
  const rest = params.findIndex((param) => param.kind === "varargs");
  const count = rest >= 0 ? rest : params.findIndex((param) => param.kind === "keyword-only" || param.kind === "kwargs");
  const positionalCount = count < 0 ? params.length : count;
  let position = shift;
  let isUnknown = false;
  for (let i = 0, n = callArgCount(ir, call); i < n; i++) {
    const value = callArg(ir, call, i);
    if (ir.op.data[value] === Op.Star) {
      isUnknown = true;
      const sequence = ir.a.data[value];
      for (let j = position; j < positionalCount; j++) out[j].push({ value: sequence, kind: "star" });
      if (rest >= 0) out[rest].push({ value: sequence, kind: "star" });
      continue;
    }
    // After a star of unknown length, the argument may be any later parameter.
    const last = isUnknown ? positionalCount - 1 : Math.min(position, positionalCount - 1);
    if (isUnknown || position < positionalCount) {
      for (let j = position; j <= last; j++) out[j].push({ value, kind: "value" });
    }
    if (rest >= 0 && (isUnknown || position >= positionalCount)) out[rest].push({ value, kind: "element" });
    position++;
  }
}

function bindKeywords(ir: Ir, call: number, fn: FunctionInfo, shift: number, out: BoundArgument[][]): void {
  const { params } = fn;
  const more = params.findIndex((param) => param.kind === "kwargs");
  for (let i = 0, n = callKeywordCount(ir, call); i < n; i++) {
    const name = callKeywordName(ir, call, i);
    const value = callKeywordValue(ir, call, i);
    if (name < 0) {
      params.forEach((param, index) => {
        const isByName = param.kind === "positional" || param.kind === "keyword-only";
        if ((isByName && index >= shift && !out[index].some((bound) => bound.kind === "value")) || param.kind === "kwargs") {
          out[index].push({ value, kind: "keywords" });
        }
      });
      continue;
    }
    const index = params.findIndex((param) => param.name === name && (param.kind === "positional" || param.kind === "keyword-only"));
    if (index >= 0) out[index].push({ value, kind: "value" });
    else if (more >= 0) out[more].push({ value, kind: "element" });
  }
}

/** The operands of an operation that calls a method, in the order of the method's parameters. */
function implicitOperands(ir: Ir, row: number): readonly number[] {
  const a = ir.a.data[row];
  const b = ir.b.data[row];
  const c = ir.c.data[row];
  switch (ir.op.data[row] as Op) {
    case Op.Decorate: return [b];
    case Op.Bin:
    case Op.Cmp: return [b, c];
    case Op.Un: return [b];
    case Op.SetAttr: return [a, c];
    case Op.SetItem: return [a, b, c];
    case Op.GetItem: return [a, b];
    case Op.Exit: return [ir.a.data[a]];
    case Op.Raise: return [];
    default: return [a];
  }
}

function withDefaults(fn: FunctionInfo, out: BoundArgument[][]): BoundArgument[][] {
  fn.params.forEach((param, index) => {
    const bound = out[index];
    const isPassed = bound.some((argument) => argument.kind === "value");
    if (!isPassed && param.default >= 0) bound.push({ value: param.default, kind: "default" });
  });
  return out;
}
