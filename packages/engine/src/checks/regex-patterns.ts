/** Where patterns stand: the literal behind `re.match(p, x)` or a compiled object, with its flags; and literals that look like one. */
import { BinOp, type Ir, Op, callArg, callArgCount, callCallee, callKeyword, forEachUse } from "../ir/index.ts";
import { calledName } from "../obligations/index.ts";
import { plainFlags, type RegexFlags } from "../values/index.ts";
import type { CheckContext } from "./context.ts";

export interface Pattern {
  readonly text: string;
  readonly flags: RegexFlags;
  /** The instruction that the pattern is written at. */
  readonly at: number;
}

const jumpsMax = 8;

/** The literal pattern of a call that tries one. */
export function patternOf(context: CheckContext, call: number): Pattern | undefined {
  const { ir } = context.program;
  const callee = callCallee(ir, call);
  if (ir.op.data[callee] === Op.GetAttr) {
    const compiled = compiledPattern(context, ir.a.data[callee], 0);
    if (compiled) return compiled;
  }
  if (callArgCount(ir, call) < 2) return undefined;
  const first = callArg(ir, call, 0);
  return compiledPattern(context, first, 0) ?? literalPattern(context, first, flagsOf(context, call, lastPosition(calledName(context.solver, call))));
}

/** The position of `flags` in the functions of `re`. */
function lastPosition(name: string): number {
  return name === "sub" || name === "subn" ? 4 : name === "split" ? 3 : 2;
}

function compiledPattern(context: CheckContext, value: number, depth: number): Pattern | undefined {
  const { ir } = context.program;
  if (depth > jumpsMax) return undefined;
  switch (ir.op.data[value] as Op) {
    case Op.Call:
      if (calledName(context.solver, value) !== "compile" || callArgCount(ir, value) === 0) return undefined;
      return literalPattern(context, callArg(ir, value, 0), flagsOf(context, value, 1));
    case Op.Sigma: case Op.Content: return compiledPattern(context, ir.a.data[value], depth + 1);
    case Op.Global: case Op.Import: case Op.Cell: case Op.GetAttr: {
      const stores = context.program.storesOf(value);
      return stores.length === 1 ? compiledPattern(context, stores[0], depth + 1) : undefined;
    }
    default: return undefined;
  }
}

function literalPattern(context: CheckContext, value: number, flags: RegexFlags): Pattern | undefined {
  const text = context.text(value);
  return text === undefined ? undefined : { text, flags, at: writtenAt(context, value) };
}

/** Follows a name to the one place that gives it its value. */
function writtenAt(context: CheckContext, value: number): number {
  const { ir } = context.program;
  let v = value;
  for (let i = 0; i < jumpsMax; i++) {
    const op = ir.op.data[v] as Op;
    if (op === Op.Sigma || op === Op.Content) v = ir.a.data[v];
    else if (op === Op.Global || op === Op.Import || op === Op.Cell || op === Op.GetAttr) {
      const stores = context.program.storesOf(v);
      if (stores.length !== 1) return v;
      v = stores[0];
    } else return v;
  }
  return v;
}

/** The flags of a call: `re.I | re.X`, by position or keyword. */
function flagsOf(context: CheckContext, call: number, position: number): RegexFlags {
  const { ir } = context.program;
  const keyword = callKeyword(ir, call, ir.strings.intern("flags"));
  const given = keyword >= 0 ? keyword : callArgCount(ir, call) > position ? callArg(ir, call, position) : -1;
  return given < 0 ? plainFlags : flagsIn(ir, given, 0);
}

function flagsIn(ir: Ir, value: number, depth: number): RegexFlags {
  if (depth > jumpsMax) return plainFlags;
  const op = ir.op.data[value] as Op;
  if (op === Op.Bin && (ir.a.data[value] & 31) === BinOp.BitOr) {
    const [one, two] = [flagsIn(ir, ir.b.data[value], depth + 1), flagsIn(ir, ir.c.data[value], depth + 1)];
    return {
      ignoreCase: one.ignoreCase || two.ignoreCase, multiLine: one.multiLine || two.multiLine,
      dotAll: one.dotAll || two.dotAll, verbose: one.verbose || two.verbose,
    };
  }
  const name = op === Op.GetAttr || (op === Op.Import && ir.b.data[value] >= 0) ? ir.strings.text(ir.b.data[value])
    : op === Op.Global ? ir.strings.text(ir.a.data[value]) : "";
  return {
    ignoreCase: /^(?:I|IGNORECASE)$/.test(name), multiLine: /^(?:M|MULTILINE)$/.test(name),
    dotAll: /^(?:S|DOTALL)$/.test(name), verbose: /^(?:X|VERBOSE)$/.test(name),
  };
}

/** Literals with a repeated group that are put into a container or handed to a call, and belong to no pattern seen so far. */
export function looseLiterals(context: CheckContext, claimed: ReadonlySet<number>): readonly Pattern[] {
  const { ir } = context.program;
  const out = new Map<number, Pattern>();
  for (let i = 0, n = ir.length; i < n; i++) {
    const op = ir.op.data[i] as Op;
    if ((op !== Op.Build && op !== Op.Call) || !context.isProduct(i)) continue;
    forEachUse(ir, i, (value) => {
      if (ir.op.data[value] !== Op.Const || claimed.has(value)) return;
      const constant = ir.constants[ir.a.data[value]];
      if (constant.type !== "str" && constant.type !== "bytes") return;
      if (looksRepeated(constant.value)) out.set(value, { text: constant.value, flags: plainFlags, at: value });
    });
  }
  return [...out.values()];
}

const literalMax = 1000;

/** Holds for text with a repeated group in which something is repeated. */
function looksRepeated(text: string): boolean {
  return text.length >= 6 && text.length <= literalMax && /\)(?:[*+]|\{\d+,\})/.test(text) && /[\])\w.][*+][^)]*\)/.test(text);
}
