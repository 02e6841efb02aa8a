/**
 * Messages that no handler takes: a remote call by name whose arguments do not fit the method of that name.
 *
 * ```python
 * client.call(context, "resize", size=4)
 * def resize(self, context, server, size): ...      # server is missing
 * ```
 */
import { callKeywordCount, callKeywordName, type FunctionInfo, type Ir, Op } from "../ir/index.ts";
import { type Obligation } from "../obligations/index.ts";
import type { CheckContext } from "./context.ts";

/** What pages call the name in a remote call. */
const methodName = "remote-method-name";

export function messageContract(context: CheckContext): readonly Obligation[] {
  const { program } = context;
  const { ir } = program;
  const handlers = handlersByName(context);
  if (handlers.size === 0) return [];
  const out: Obligation[] = [];
  for (const { site, values } of context.seedsOf(methodName)) {
    if (ir.op.data[site] !== Op.Call || values.length !== 1 || !program.isReachable(ir.block.data[site]) || isSpread(ir, site)) continue;
    const all = handlers.get(context.text(values[0]) ?? "");
    if (all) out.push(decide(context, site, all));
  }
  return out;
}

/** The methods that peers may call, of all namespaces: the message must fit one of them. */
function handlersByName({ program }: CheckContext): ReadonlyMap<string, readonly FunctionInfo[]> {
  const { ir } = program;
  const out = new Map<string, FunctionInfo[]>();
  const seen = new Set<number>();
  for (const entry of program.entries) {
    if (entry.kind !== "rpc" || seen.has(entry.function)) continue;
    seen.add(entry.function);
    const fn = ir.functions[entry.function];
    const name = ir.strings.text(fn.name);
    out.set(name, [...(out.get(name) ?? []), fn]);
  }
  return out;
}

function isSpread(ir: Ir, call: number): boolean {
  for (let i = 0, n = callKeywordCount(ir, call); i < n; i++) if (callKeywordName(ir, call, i) < 0) return true;
  return false;
}

function decide(context: CheckContext, call: number, handlers: readonly FunctionInfo[]): Obligation {
  const { ir } = context.program;
  const faults = handlers.map((handler) => faultOf(ir, call, handler));
  const sink = ir.strings.text(handlers[0].qualname);
  if (faults.includes("")) return context.row(call, "proven", { code: "good-value", text: "a handler takes what is sent", at: call }, { sink });
  return context.row(call, "violated", { code: "bad-value", text: faults[0], at: handlers[0].definition }, { sink, source: faults[0] });
}

/** What a handler says against the message, "" if nothing. */
function faultOf(ir: Ir, call: number, fn: FunctionInfo): string {
  const takesMore = fn.params.some((param) => param.kind === "kwargs");
  const sent = new Set<number>();
  for (let i = 0, n = callKeywordCount(ir, call); i < n; i++) {
    const name = callKeywordName(ir, call, i);
    sent.add(name);
    if (!takesMore && !fn.params.some((param) => param.name === name)) return `there is no parameter ${ir.strings.text(name)}`;
  }
  // The object and the context of the call are given by the library.
  const missing = fn.params.find((param, index) => index >= 2 && param.default < 0 && param.kind !== "varargs" && param.kind !== "kwargs" && !sent.has(param.name));
  return missing === undefined ? "" : `nothing is sent for the parameter ${ir.strings.text(missing.name)}`;
}
