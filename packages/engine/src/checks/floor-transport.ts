/**
 * Clients of HTTP whose connections are made by code of the project: it decides which addresses are asked, behind every
 * redirect and after every look-up of a name, which no check of the address before could.
 *
 * ```text
 * AsyncClient(transport=SafeTransport())                the class is the project's
 * session.mount("https://", SafeAdapter())
 * handle.setopt(pycurl.OPENSOCKETFUNCTION, refuse_private)
 * ```
 */
import { callArg, callArgCount, callCallee, callKeywordCount, callKeywordName, callKeywordValue, functionOf, Op, parameterIndex } from "../ir/index.ts";
import { calledName } from "../obligations/index.ts";
import { BindMode, TokenKind, tokenKind } from "../program/index.ts";
import type { CheckContext } from "./context.ts";
import { firstVersionOf } from "./roots.ts";

const transports = /^(?:transport|mounts|connector|resolver|adapter|opener|pool_manager|session|http_client|client)$/;
const openers = /(?:^|\.)(?:OPENSOCKETFUNCTION|SOCKOPTFUNCTION)$/;
const valuesMax = 80;

/** Holds if the client that makes a request connects through code of the project. */
export function hasOwnTransport(context: CheckContext, site: number): boolean {
  const { ir } = context.program;
  if (ir.op.data[site] !== Op.Call) return false;
  const callee = callCallee(ir, site);
  if (ir.op.data[callee] !== Op.GetAttr) return false;
  const seen = new Set<number>();
  const todo = [ir.a.data[callee]];
  for (let v = todo.pop(); v !== undefined && seen.size < valuesMax; v = todo.pop()) {
    if (v < 0 || seen.has(v)) continue;
    seen.add(v);
    const op = ir.op.data[v] as Op;
    if (op === Op.Call && isMadeWithOwn(context, v)) return true;
    if ((op === Op.Call || op === Op.Param) && isGivenOwn(context, v)) return true;
    todo.push(...sourcesOf(context, v, op));
  }
  return false;
}

function sourcesOf(context: CheckContext, value: number, op: Op): readonly number[] {
  const { ir } = context.program;
  switch (op) {
    case Op.Sigma: case Op.Content: case Op.Enter: case Op.Await: return [ir.a.data[value]];
    case Op.Phi: return ir.lists.toArray(ir.a.data[value]);
    case Op.Global: case Op.Import: case Op.Cell: case Op.GetAttr: return context.program.storesOf(value);
    case Op.Param: return argumentsOf(context, value);
    default: return [];
  }
}

/** What the known callers give for a parameter by its place. */
function argumentsOf(context: CheckContext, param: number): readonly number[] {
  const { ir } = context.program;
  const fn = functionOf(ir, param);
  const index = parameterIndex(ir, fn, param);
  return context.program.callersOf(fn.id).flatMap((site) => {
    const place = index - (site.mode === BindMode.Plain ? 0 : 1);
    return ir.op.data[site.call] === Op.Call && place >= 0 && place < callArgCount(ir, site.call) ? [callArg(ir, site.call, place)] : [];
  });
}

function isMadeWithOwn(context: CheckContext, call: number): boolean {
  const { ir } = context.program;
  for (let i = 0, n = callKeywordCount(ir, call); i < n; i++) {
    const name = callKeywordName(ir, call, i);
    if (name >= 0 && transports.test(ir.strings.text(name)) && isOwnObject(context, callKeywordValue(ir, call, i))) return true;
  }
  return false;
}

/** Holds if the function that has a client hands it code of the project to connect with. */
function isGivenOwn(context: CheckContext, client: number): boolean {
  const { ir } = context.program;
  const fn = functionOf(ir, client);
  for (let row = fn.firstInstr; row < fn.endInstr; row++) {
    if (ir.op.data[row] !== Op.Call || callArgCount(ir, row) < 2) continue;
    const callee = callCallee(ir, row);
    if (ir.op.data[callee] !== Op.GetAttr || firstVersionOf(ir, ir.a.data[callee]) !== client) continue;
    const name = calledName(context.solver, row);
    if (name === "mount" && isOwnObject(context, callArg(ir, row, 1))) return true;
    const option = callArg(ir, row, 0);
    if (name === "setopt" && ir.op.data[option] === Op.GetAttr && openers.test(ir.strings.text(ir.b.data[option]))) return true;
  }
  return false;
}

/** Holds for an object of a class of the project. */
function isOwnObject(context: CheckContext, value: number): boolean {
  const tokens = context.program.tokensOf(value);
  for (let i = 0; i < tokens.length; i++) if (tokenKind(tokens[i]) === TokenKind.Instance) return true;
  return false;
}
