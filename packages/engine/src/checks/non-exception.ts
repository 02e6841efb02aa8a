/** What is raised or waited for is no exception: a text, a constant such as NotImplemented, an ordinary class. */
import { BuildKind, Op } from "../ir/index.ts";
import type { Obligation } from "../obligations/index.ts";
import { TokenKind, tokenId, tokenKind } from "../program/index.ts";
import type { CheckContext } from "./context.ts";
import type { ExceptionFlow } from "./exception-flow.ts";

export function nonException(context: CheckContext): readonly Obligation[] {
  const { ir } = context.program;
  const flow = context.exceptions;
  const out: Obligation[] = [];
  for (const handler of flow.handlers) {
    for (const type of ir.lists.toArray(ir.a.data[handler.caught])) out.push(decide(context, flow, handler.caught, type, false));
  }
  for (const row of ir.rowsOf(Op.Raise)) {
    if (ir.c.data[row] !== 0 || ir.a.data[row] < 0 || !context.isProduct(row)) continue;
    const raised = decide(context, flow, row, ir.a.data[row], true);
    // Nearly every raise is fine, which nobody needs to be told of each.
    if (raised.verdict !== "proven") out.push(raised);
  }
  return out;
}

function decide(context: CheckContext, flow: ExceptionFlow, site: number, value: number, isRaise: boolean): Obligation {
  const what = wrongness(context, flow, value, isRaise);
  const more = { sink: isRaise ? "raise" : "except", subject: value };
  if (what === "") return context.row(site, "proven", { code: "good-value", text: "it is an exception", at: value }, more);
  if (what === undefined) return context.row(site, "open", { code: "unknown-value", text: "what it is is not known", at: value }, more);
  return context.row(site, "violated", { code: "bad-value", text: `${what} is no exception`, at: value }, { ...more, source: what });
}

/** What a value is if it is surely no exception; "" if it is one; undefined if that is not known. */
function wrongness(context: CheckContext, flow: ExceptionFlow, value: number, isRaise: boolean): string | undefined {
  const { program } = context;
  const { ir } = program;
  const op = ir.op.data[value] as Op;
  if (op === Op.ExcVal) return "";
  if (op === Op.Const || op === Op.Fmt) return literal(context, value);
  if (op === Op.Build) return isRaise ? (ir.a.data[value] === BuildKind.Dict ? "a dictionary" : "a display of values") : undefined;
  const tokens = program.tokensOf(value);
  if (tokens.length !== 1) return tokens.length === 0 || !allExceptions(flow, value) ? undefined : "";
  const id = tokenId(tokens[0]);
  switch (tokenKind(tokens[0])) {
    case TokenKind.Class: case TokenKind.Instance: {
      const isException = flow.mayRaise.classes.isException(id);
      return isException === false ? `the class ${ir.strings.text(ir.classes[id].name)}` : isException ? "" : undefined;
    }
    case TokenKind.Module: return "a module";
    case TokenKind.Function: return isRaise ? `the function ${ir.strings.text(ir.functions[id].name)}` : undefined;
    case TokenKind.Api: case TokenKind.External: {
      const name = flow.mayRaise.classes.libraryName(tokens[0]);
      if (name === "NotImplemented" || name === "NotImplementedType") return "NotImplemented";
      return flow.mayRaise.classes.ancestry(tokens[0])?.includes("BaseException") ? "" : undefined;
    }
    default: return undefined;
  }
}

function allExceptions(flow: ExceptionFlow, value: number): boolean {
  const { own, library, isOpen } = flow.mayRaise.classes.named(value);
  return !isOpen && own.every((cls) => flow.mayRaise.classes.isException(cls) === true)
    && library.every((token) => flow.mayRaise.classes.ancestry(token)?.includes("BaseException") === true);
}

function literal(context: CheckContext, value: number): string | undefined {
  const { ir } = context.program;
  if (ir.op.data[value] === Op.Fmt) return "a text";
  switch (ir.constants[ir.a.data[value]].type) {
    case "str": case "bytes": return "a text";
    case "int": case "float": case "imaginary": return "a number";
    case "none": case "true": case "false": return "a constant";
    default: return undefined;
  }
}
