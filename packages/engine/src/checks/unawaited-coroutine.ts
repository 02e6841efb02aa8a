/** Calls of `async` functions whose result nobody waits for: what they would do is not done. */
import { functionOf, type Ir, Op } from "../ir/index.ts";
import type { Obligation } from "../obligations/index.ts";
import type { Program } from "../program/index.ts";
import type { CheckContext } from "./context.ts";
import { usedIn } from "./used-results.ts";

export function unawaitedCoroutine(context: CheckContext): readonly Obligation[] {
  const { program } = context;
  const { ir } = program;
  const out: Obligation[] = [];
  for (const fn of ir.functions) {
    let calls: number[] | undefined;
    for (let i = fn.firstInstr; i < fn.endInstr; i++) {
      if (ir.op.data[i] === Op.Call && context.isProduct(i) && program.isReachable(ir.block.data[i]) && isCoroutine(program, i)) (calls ??= []).push(i);
    }
    if (calls === undefined) continue;
    const used = usedIn(ir, fn, new Set(calls));
    for (const call of calls) out.push(rowOf(context, call, used.has(call)));
  }
  return out;
}

/** Holds if all that the call can reach are coroutine functions of the project. */
function isCoroutine(program: Program, call: number): boolean {
  const { ir } = program;
  const targets = program.targetsOf(call);
  return targets.length > 0 && targets.every((target) => {
    if (target.kind !== "project" || target.via === "prior" || target.arguments !== undefined) return false;
    const fn = ir.functions[target.function];
    return fn.isAsync && !fn.isGenerator && isUndecorated(ir, fn.definition);
  });
}

/** A decorator may make a plain function of a coroutine function, so that the call does run it. */
function isUndecorated(ir: Ir, definition: number): boolean {
  if (definition < 0) return false;
  const fn = functionOf(ir, definition);
  for (let i = definition + 1; i < fn.endInstr; i++) {
    if (ir.op.data[i] === Op.Decorate && ir.b.data[i] === definition) return false;
  }
  return true;
}

function rowOf(context: CheckContext, call: number, isUsed: boolean): Obligation {
  const { ir } = context.program;
  const [target] = context.program.targetsOf(call);
  const sink = target?.kind === "project" ? `${ir.strings.text(ir.functions[target.function].qualname)}()` : "the coroutine";
  if (isUsed) return context.row(call, "proven", { code: "good-value", text: "the coroutine is awaited or handed on", at: call }, { sink });
  const at = target?.kind === "project" ? ir.functions[target.function].definition : call;
  return context.row(call, "violated", { code: "bad-value", text: "the coroutine is made and dropped", at }, { sink });
}
