/**
 * Divisions by a number that a client chose and that nothing keeps from being zero.
 *
 * Only of what is seen to be a number (`int(...)`, an annotation): `/` joins paths as well, and `%` formats texts.
 */
import { BinOp, callArg, callArgCount, functionOf, type Ir, Op, parameterIndex } from "../ir/index.ts";
import { calledName, LeafKind, type Obligation } from "../obligations/index.ts";
import { isCaught } from "./caught.ts";
import type { CheckContext } from "./context.ts";

const catching = new Set(["ZeroDivisionError", "ArithmeticError", "Exception", "BaseException"]);

export function divisionByInput(context: CheckContext): readonly Obligation[] {
  const { ir } = context.program;
  const out: Obligation[] = [];
  for (const i of ir.rowsOf(Op.Bin)) {
    if (!isDivision(ir.a.data[i] & 31) || !context.isProduct(i)) continue;
    const divisor = ir.c.data[i];
    const number = numberOf(context, divisor);
    if (number === undefined || ((ir.a.data[i] & 31) === BinOp.Mod && !isNumber(context, ir.b.data[i])) || !context.program.isReachable(ir.block.data[i])) continue;
    out.push(decide(context, i, divisor, number));
  }
  return out;
}

const isDivision = (operation: number): boolean => operation === BinOp.Div || operation === BinOp.FloorDiv || operation === BinOp.Mod;

interface Divisor {
  /** What is made a number, or the parameter that is one. */
  readonly value: number;
  /** A condition on it holds on the way to the division. */
  readonly isTested: boolean;
}

const depthMax = 32;

function numberOf(context: CheckContext, divisor: number): Divisor | undefined {
  const { ir } = context.program;
  let isTested = false;
  let value = divisor;
  for (let depth = 0; depth < depthMax && ir.op.data[value] === Op.Sigma; depth++) {
    isTested = true;
    value = ir.a.data[value];
  }
  const op = ir.op.data[value] as Op;
  if (op === Op.Call) {
    const isConversion = /^(?:int|float)$/.test(calledName(context.solver, value)) && callArgCount(ir, value) > 0;
    return isConversion ? { value: callArg(ir, value, 0), isTested } : undefined;
  }
  return op === Op.Param && isNumberParameter(ir, value) ? { value, isTested } : undefined;
}

/** Holds for what is seen to be a number: the remainder of anything else may be a text that is formatted. */
function isNumber(context: CheckContext, value: number): boolean {
  const { ir } = context.program;
  const op = ir.op.data[value] as Op;
  const constant = op === Op.Const ? ir.constants[ir.a.data[value]].type : "";
  return constant === "int" || constant === "float" || (op === Op.Call && calledName(context.solver, value) === "len") || numberOf(context, value) !== undefined;
}

function isNumberParameter(ir: Ir, param: number): boolean {
  const fn = functionOf(ir, param);
  const annotation = fn.params[parameterIndex(ir, fn, param)]?.annotation ?? -1;
  return annotation >= 0 && ir.op.data[annotation] === Op.Global && /^(?:int|float)$/.test(ir.strings.text(ir.a.data[annotation]));
}

/** The bit of a way through a field; the others say that the value was changed on it in a way that is not known. */
const jumpFlag = 32;

function decide(context: CheckContext, site: number, divisor: number, { value, isTested }: Divisor): Obligation {
  const { ir } = context.program;
  const sink = (ir.a.data[site] & 31) === BinOp.Mod ? "the remainder" : "the division";
  if (isTested) return context.row(site, "proven", { code: "guard", text: "a condition on the divisor holds there", at: divisor }, { sink, subject: divisor });
  if (isCaught(ir, site, catching)) return context.row(site, "proven", { code: "handled", text: "the error of a division by zero is caught", at: site }, { sink, subject: divisor });
  const origins = context.origins(value, ["remote-input"], []);
  const remote = origins.find((origin) => origin.leaf.kind === LeafKind.Source && origin.leaf.code === "remote-input" && (origin.flags & ~jumpFlag) === 0);
  if (remote) {
    return context.row(site, "violated", { code: "source-reaches-sink", text: "zero can be sent, and nothing refuses it", at: remote.leaf.instr }, {
      sink, subject: divisor, source: remote.leaf.text, sourceKind: remote.leaf.code, steps: context.steps(remote, site, "divided by"),
    });
  }
  const isConstant = origins.length > 0 && origins.every((origin) => origin.leaf.kind === LeafKind.Constant);
  if (isConstant) return context.row(site, "proven", { code: "const", text: "the divisor is written in the program", at: value }, { sink, subject: divisor });
  return context.row(site, "open", { code: "unknown-value", text: "where the divisor comes from is not known", at: value }, { sink, subject: divisor });
}
