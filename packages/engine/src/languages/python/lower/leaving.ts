/** Ways out of a place: return, break, continue, and what each passes on its way: `with` exits and `finally` parts. */
import { Op } from "../../../ir/index.ts";
import { type FinallyFrame, Leaving, type Lowering } from "./state.ts";

/** Leaves the present place. `value` is what a return returns. */
export function leave(l: Lowering, node: number, how: Leaving, value: number): void {
  const { builder, frames } = l;
  const handler = builder.handler;
  for (let i = frames.length - 1; i >= 0; i--) {
    const frame = frames[i];
    if (frame.kind === "loop") {
      if (how === Leaving.Return) continue;
      l.at(node);
      builder.jump(how === Leaving.Break ? frame.breakTarget : frame.continueTarget);
      builder.handler = handler;
      return;
    }
    if (frame.kind === "pending") {
      builder.dropPending();
      continue;
    }
    builder.handler = frame.outerHandler;
    if (frame.kind === "with") {
      l.emit(frame.node, Op.Exit, frame.enter, 0);
      continue;
    }
    enterFinally(l, node, frame, how, value);
    builder.handler = handler;
    return;
  }
  l.at(node);
  if (how === Leaving.Return) builder.return(value);
  // A break outside a loop is a syntax error; nothing follows it.
  else builder.raise(-1, -1, 2);
  builder.handler = handler;
}

/** Goes to the finally part, which will go on as `how` says. */
export function enterFinally(l: Lowering, node: number, frame: FinallyFrame, how: Leaving, value: number): void {
  const { builder } = l;
  frame.entered.add(how);
  if (value >= 0) builder.writeHidden(how === Leaving.Raise ? frame.exceptionSlot : frame.resultSlot, value);
  builder.writeHidden(frame.selectorSlot, l.constant(node, { type: "int", value: how }));
  l.at(node);
  builder.jump(frame.entry);
}

/** After the finally part: goes where the selector says. */
export function leaveFinally(l: Lowering, node: number, frame: FinallyFrame): void {
  const { builder } = l;
  const ways = [...frame.entered].sort((x, y) => x - y);
  if (!builder.isLive || ways.length === 0) return;
  let edges: number[] = [builder.current];
  if (ways.length > 1) {
    const selector = builder.read(frame.selectorSlot);
    const cases = ways.slice(0, -1).map((how) => l.ir.constant({ type: "int", value: how }));
    l.at(node);
    edges = builder.switch(selector, cases) ?? [];
  }
  let goOn = -1;
  for (let i = 0; i < edges.length; i++) {
    const how = ways[i];
    builder.resume(edges[i]);
    if (how === Leaving.Normal) {
      goOn = builder.current;
      builder.current = -1;
    } else if (how === Leaving.Raise) {
      l.at(node);
      builder.raise(builder.read(frame.exceptionSlot), -1, 2);
    } else {
      leave(l, node, how, how === Leaving.Return ? builder.read(frame.resultSlot) : -1);
    }
  }
  builder.join(goOn < 0 ? [] : [goOn]);
}
