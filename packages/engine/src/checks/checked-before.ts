/** Whether something before every handler that leads to a function has asked who the caller is: a decorator, a class, a router, middleware. */
import { type FunctionInfo, functionOf, Op } from "../ir/index.ts";
import { TokenKind, tokenId, tokenKind } from "../program/index.ts";
import type { CheckContext } from "./context.ts";
import { accessOf } from "./missing-authorisation.ts";

/** Most functions that are gone through on the way up to the handlers. */
const functionsMax = 400;

/** The guard before one of the handlers, or -1 if a handler has none, or none is known. */
export function guardBefore(context: CheckContext, fn: FunctionInfo): number {
  const { program } = context;
  const reached = callersUpTo(context, fn);
  if (reached.size >= functionsMax) return -1;
  const registered = new Set([...reached].flatMap((id) => program.entriesOf(id)).map(({ site, path }) => `${site},${path}`));
  let guard = -1;
  for (const { entry, guards } of accessOf(context)) {
    if (!reached.has(entry.function) && !registered.has(`${entry.site},${entry.path}`)) continue;
    const found = guards.find(({ at, bits }) => bits !== 0 && !isMadeBy(context, at, fn) && !leadsTo(context, at, reached));
    if (!found) return -1;
    guard = found.at;
  }
  return guard;
}

/** A function and those that call it, up to handlers; the wrapper of a decorator is none of them, since it calls others as well. */
function callersUpTo(context: CheckContext, fn: FunctionInfo): ReadonlySet<number> {
  const { program } = context;
  const { ir } = program;
  const reached = new Set([fn.id]);
  for (const each of reached) {
    if (reached.size >= functionsMax) break;
    for (const { call } of program.callersOf(each)) if (context.isProduct(call) && !program.isOfDecorated(call)) reached.add(functionOf(ir, call).id);
  }
  return reached;
}

/** Holds for a check in one of the functions themselves: a branch of the first, a call that leads to it. */
function leadsTo(context: CheckContext, at: number, reached: ReadonlySet<number>): boolean {
  const { ir } = context.program;
  const [first] = reached;
  if (functionOf(ir, at).id === first) return true;
  return ir.op.data[at] === Op.Call && context.program.targetsOf(at).some((target) => target.kind === "project" && reached.has(target.function));
}

/** Holds for a decorator that the function is a part of: it cannot vouch for itself. */
function isMadeBy(context: CheckContext, at: number, fn: FunctionInfo): boolean {
  const { ir } = context.program;
  if (ir.op.data[at] !== Op.Decorate) return false;
  const tokens = context.program.tokensOf(ir.a.data[at]);
  for (let i = 0; i < tokens.length; i++) {
    if (tokenKind(tokens[i]) !== TokenKind.Function) continue;
    for (let each = fn.id, depth = 0; each >= 0 && depth < 8; each = ir.functions[each].parent, depth++) if (each === tokenId(tokens[i])) return true;
  }
  return false;
}
