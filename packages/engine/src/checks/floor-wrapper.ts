/**
 * Paths through the wrapper of a decorator that come out in another function than the one that was called.
 *
 * ```text
 * cache.delete(key)                      calls the wrapper that @locked made of `delete`
 * def wrapper(self, *args):
 *     return method(self, *args)         `method` is any function that @locked was put on, `purge` too
 * ```
 */
import { callCallee, functionOf, type Ir, Op } from "../ir/index.ts";
import type { Step } from "../obligations/index.ts";
import type { CheckContext } from "./context.ts";

/** Holds if a step inside a wrapper goes into a function whose name the caller of the wrapper did not write. */
export function isMixedByWrapper({ program }: CheckContext, steps: readonly Step[]): boolean {
  const { ir } = program;
  let outer = -1;
  for (const [i, step] of steps.entries()) {
    if (step.kind !== "argument") continue;
    const next = steps[i + 1];
    if (outer >= 0 && next?.kind === "parameter" && program.isOfDecorated(step.instr)) {
      const inner = functionOf(ir, next.instr);
      const called = attributeCalled(ir, outer);
      if (called >= 0 && inner.class >= 0 && called !== inner.name) return true;
    }
    outer = step.instr;
  }
  return false;
}

/** The name of the method that a call is written with, or -1. */
function attributeCalled(ir: Ir, call: number): number {
  const callee = ir.op.data[call] === Op.Call ? callCallee(ir, call) : -1;
  return callee >= 0 && ir.op.data[callee] === Op.GetAttr ? ir.b.data[callee] : -1;
}
