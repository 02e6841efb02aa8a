/** Statements that leave a `finally`, so that an exception which was on its way is forgotten. */
import { BlockFlag, type FunctionInfo, type Ir, Op } from "../ir/index.ts";
import { pendingAt, PendingKind } from "../flow/index.ts";
import type { Obligation } from "../obligations/index.ts";
import type { CheckContext } from "./context.ts";

export function finallyHides(context: CheckContext): readonly Obligation[] {
  const { ir } = context.program;
  const flow = context.exceptions;
  const broad = new Map<number, number>();
  for (const handler of flow.handlers) if (flow.isBroad(handler)) broad.set(ir.blocks.handler.data[handler.body], handler.caught);
  return ir.functions.filter((fn) => fn.endInstr > fn.firstInstr && context.isProduct(fn.firstInstr)).flatMap((fn) => ofFunction(context, fn, broad));
}

function ofFunction(context: CheckContext, fn: FunctionInfo, broad: ReadonlyMap<number, number>): Obligation[] {
  const { ir } = context.program;
  const blocks = Array.from({ length: fn.endBlock - fn.firstBlock }, (_, i) => fn.firstBlock + i);
  const has = (block: number, flag: BlockFlag): boolean => (ir.blocks.flags.data[block] & flag) !== 0 && (ir.blocks.flags.data[block] & BlockFlag.Dead) === 0;
  const leaving = blocks.filter((block) => has(block, BlockFlag.DropsPending));
  if (leaving.length > 0) return leaving.map((block) => ofLeaving(context, block, broad));
  return blocks.filter((block) => has(block, BlockFlag.Finally) && ir.blocks.end.data[block] > ir.blocks.first.data[block]).map((block) => {
    const site = firstOwn(ir, block);
    return context.row(site, "proven", { code: "good-value", text: "what is on its way goes on after the finally", at: site }, { sink: "finally" });
  });
}

/** The first row of a block that stands in the program. */
function firstOwn(ir: Ir, block: number): number {
  const end = ir.blocks.end.data[block];
  for (let row = ir.blocks.first.data[block]; row < end; row++) if (ir.op.data[row] !== Op.Phi) return row;
  return end - 1;
}

function ofLeaving(context: CheckContext, block: number, broad: ReadonlyMap<number, number>): Obligation {
  const { ir } = context.program;
  const site = ir.blocks.end.data[block] - 1;
  const statement = ir.op.data[site] === Op.Return ? "return" : "break or continue";
  const handlers = pendingAt(ir, block).filter(({ kind }) => kind === PendingKind.Incoming).map(({ id }) => id);
  const taken = handlers.map((id) => broad.get(id)).find((caught) => caught !== undefined);
  return context.row(site, "violated", { code: "bad-value", text: "an exception that is on its way is forgotten here", at: site }, {
    sink: `${statement} in a finally`, notShown: taken === undefined ? "" : "a handler of the same try takes what is raised",
  });
}
