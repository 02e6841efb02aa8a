/**
 * The expression behind a call that tries one: its text, its flags, and the text it is tried on.
 *
 * ```text
 * re.match(r"[a-z]+$", name)             pattern [a-z]+$, subject name
 * NAME = re.compile("^[a-z]+$", re.M)
 * NAME.match(name)                       pattern ^[a-z]+$ with its flag, subject name
 * ```
 */
import { BinOp, type Ir, Op, callArg, callArgCount, callKeyword } from "../ir/index.ts";
import { plainFlags, type RegexFlags } from "../values/index.ts";
import { literalText } from "./constants.ts";
import { receiverValue } from "./ports.ts";
import { calledName } from "./relations.ts";
import type { Solver } from "./solver.ts";

export interface Pattern {
  readonly text: string;
  /** `undefined` if the flags are not known. */
  readonly flags: RegexFlags | undefined;
  /** The value that is the text of the pattern. */
  readonly at: number;
}

/** Reads the text that a value is. */
export type ReadText = (value: number) => string | undefined;

const jumpsMax = 8;

/** A call that tries an expression on a text. */
export interface RegexUseAt {
  /** `undefined` if the expression is not known. */
  readonly pattern: Pattern | undefined;
  /** Which argument is the text; before it stands what `sub` writes. */
  readonly at: number;
}

/** The pattern of `re.match(p, x)`, `p.match(x)` and their neighbours, and where the text `x` stands. Unless told otherwise, patterns are literals. */
export function regexOfCall(solver: Solver, call: number, textOf: ReadText = (value) => literalText(solver, value)): RegexUseAt | undefined {
  const { ir } = solver;
  const count = callArgCount(ir, call);
  const name = calledName(solver, call);
  const at = name === "sub" || name === "subn" ? 1 : 0;
  const receiver = receiverValue(ir, call);
  const compiled = receiver >= 0 && count > at ? compiledPattern(solver, receiver, textOf) : undefined;
  if (compiled) return { pattern: compiled, at };
  const isModule = receiver < 0 || ir.op.data[receiver] === Op.Import || ir.op.data[receiver] === Op.Global;
  if (!isModule && count > at) return { pattern: undefined, at };
  if (count < at + 2) return undefined;
  const first = callArg(ir, call, 0);
  const flags = flagsOf(ir, call, at === 1 ? 4 : name === "split" ? 3 : 2);
  return { pattern: compiledPattern(solver, first, textOf) ?? literalPattern(solver, first, flags, textOf), at: at + 1 };
}

/** The pattern that `re.compile` made a value of. */
export function compiledPattern(solver: Solver, value: number, textOf: ReadText): Pattern | undefined {
  const { ir } = solver;
  const made = writtenAt(solver, value);
  if (ir.op.data[made] !== Op.Call || calledName(solver, made) !== "compile" || callArgCount(ir, made) === 0) return undefined;
  return literalPattern(solver, callArg(ir, made, 0), flagsOf(ir, made, 1), textOf);
}

function literalPattern(solver: Solver, value: number, flags: RegexFlags | undefined, textOf: ReadText): Pattern | undefined {
  const text = textOf(value);
  return text === undefined ? undefined : { text, flags, at: writtenAt(solver, value) };
}

/** Follows a name to the one place that gives it its value. */
function writtenAt(solver: Solver, value: number): number {
  const { ir } = solver;
  let v = value;
  for (let i = 0; i < jumpsMax; i++) {
    const op = ir.op.data[v] as Op;
    if (op === Op.Sigma || op === Op.Content) v = ir.a.data[v];
    else if (op === Op.Global || op === Op.Import || op === Op.Cell || op === Op.GetAttr) {
      const stores = solver.program.storesOf(v);
      if (stores.length !== 1) return v;
      v = stores[0];
    } else return v;
  }
  return v;
}

/** The flags of a call: `re.I | re.X`, by position or keyword. */
function flagsOf(ir: Ir, call: number, position: number): RegexFlags | undefined {
  const keyword = callKeyword(ir, call, ir.strings.intern("flags"));
  const given = keyword >= 0 ? keyword : callArgCount(ir, call) > position ? callArg(ir, call, position) : -1;
  return given < 0 ? plainFlags : flagsIn(ir, given, 0);
}

const flagNames: Readonly<Record<string, Partial<RegexFlags>>> = {
  I: { ignoreCase: true }, IGNORECASE: { ignoreCase: true }, M: { multiLine: true }, MULTILINE: { multiLine: true },
  S: { dotAll: true }, DOTALL: { dotAll: true }, X: { verbose: true }, VERBOSE: { verbose: true },
  A: { ascii: true }, ASCII: { ascii: true }, U: {}, UNICODE: {}, L: {}, LOCALE: {}, NOFLAG: {}, DEBUG: {},
};

function flagsIn(ir: Ir, value: number, depth: number): RegexFlags | undefined {
  const op = ir.op.data[value] as Op;
  if (op === Op.Bin && (ir.a.data[value] & 31) === BinOp.BitOr && depth < jumpsMax) {
    const one = flagsIn(ir, ir.b.data[value], depth + 1);
    const two = flagsIn(ir, ir.c.data[value], depth + 1);
    return one && two && {
      ignoreCase: one.ignoreCase || two.ignoreCase, multiLine: one.multiLine || two.multiLine,
      dotAll: one.dotAll || two.dotAll, verbose: one.verbose || two.verbose, ascii: one.ascii || two.ascii,
    };
  }
  const constant = op === Op.Const ? ir.constants[ir.a.data[value]] : undefined;
  if (constant?.type === "int" && Number(constant.value) === 0) return plainFlags;
  const name = op === Op.GetAttr || (op === Op.Import && ir.b.data[value] >= 0) ? ir.strings.text(ir.b.data[value])
    : op === Op.Global ? ir.strings.text(ir.a.data[value]) : "";
  return Object.hasOwn(flagNames, name) ? { ...plainFlags, ...flagNames[name] } : undefined;
}
