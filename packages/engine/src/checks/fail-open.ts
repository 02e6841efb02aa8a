/**
 * Checks that let through what they could not check.
 *
 * ```text
 * try: verify(message)                  whether verify() refuses or fails, the message is used
 * except Exception: pass
 * use(message)
 *
 * def is_allowed(user):                 whoever makes the look-up fail is allowed
 *     try: return rules.allow(user)
 *     except Exception: return True
 * ```
 */
import { callCallee, forEachUse, Op } from "../ir/index.ts";
import type { Obligation } from "../obligations/index.ts";
import { isCheckName } from "./check-names.ts";
import type { CheckContext } from "./context.ts";
import type { ExceptionFlow, HandlerAt } from "./exception-flow.ts";
import { type HandlerBody, protectedCalls } from "./handler-body.ts";
import { lastName } from "./last-name.ts";

const blocksMax = 200;

export function failOpen(context: CheckContext): readonly Obligation[] {
  const flow = context.exceptions;
  const { ir } = context.program;
  const out: Obligation[] = [];
  for (const handler of flow.handlers) {
    const name = ir.strings.text(handler.fn.name);
    const calls = protectedCalls(ir, handler).filter((call) => isCheckName(lastName(ir, callCallee(ir, call))));
    const body = flow.bodies.of(handler);
    if (isCheckName(name) && !isProtocol(name)) out.push(ofPredicate(context, flow, handler, body));
    else if (calls.length > 0) out.push(ofCalls(context, flow, handler, body, calls));
  }
  return out;
}

/** Methods that every comparison or conversion runs. */
const isProtocol = (name: string): boolean => name.startsWith("__");

/** The handler of a function that is itself a check. */
function ofPredicate(context: CheckContext, flow: ExceptionFlow, handler: HandlerAt, body: HandlerBody): Obligation {
  const { ir } = context.program;
  const more = { sink: ir.strings.text(handler.fn.name), subject: handler.caught };
  const allowing = body.returns.find((row) => isTrue(context, ir.a.data[row]));
  if (allowing === undefined) {
    return context.row(handler.caught, "proven", { code: "handled", text: "the handler does not answer that it is allowed", at: handler.caught }, more);
  }
  const refuses = returnsOf(context, handler).some((row) => !isTrue(context, ir.a.data[row]));
  const notShown = !refuses ? "the function never refuses" : flow.isBroad(handler) ? "" : "the handler is for one kind of error";
  return context.row(handler.caught, "violated", { code: "bad-value", text: "what could not be checked is allowed", at: allowing }, { ...more, notShown });
}

function isTrue(context: CheckContext, value: number): boolean {
  const { ir } = context.program;
  return ir.op.data[value] === Op.Const && ir.constants[ir.a.data[value]].type === "true";
}

function returnsOf(context: CheckContext, { fn }: HandlerAt): readonly number[] {
  const out: number[] = [];
  for (let row = fn.firstInstr; row < fn.endInstr; row++) if (context.program.ir.op.data[row] === Op.Return) out.push(row);
  return out;
}

/** The handler around calls of checks. */
function ofCalls(context: CheckContext, flow: ExceptionFlow, handler: HandlerAt, body: HandlerBody, calls: readonly number[]): Obligation {
  const { ir } = context.program;
  const dropped = calls.filter((call) => isDropped(context, call));
  const more = { sink: lastName(ir, callCallee(ir, dropped[0] ?? calls[0])), subject: handler.caught };
  const proven = (text: string): Obligation => context.row(handler.caught, "proven", { code: "handled", text, at: handler.caught }, more);
  if (body.raises) return proven("the handler raises");
  if (dropped.length === 0) return proven("the answer of the check is used, and is missing where it failed");
  if (body.next.length === 0) return proven("the handler leaves the function");
  if (flow.bodies.isTold(body)) return proven("the code after it can tell that the check failed");
  if (!body.isPassive) {
    return context.row(handler.caught, "open", { code: "needs-judgement", text: "the handler does something of its own", at: handler.caught }, more);
  }
  if (!dropped.some((call) => goesOnAlike(context, handler, body, call))) return proven("what follows the check is left out where it failed");
  return context.row(handler.caught, "violated", { code: "bad-value", text: `what ${more.sink} refuses, or cannot check, is taken all the same`, at: dropped[0] }, {
    ...more, notShown: notShown(context, flow, handler, body),
    steps: [{ kind: "guard", instr: dropped[0], why: "refuses by raising" }, { kind: "sink", instr: handler.caught, why: "goes on as if it had passed" }],
  });
}

function notShown(context: CheckContext, flow: ExceptionFlow, handler: HandlerAt, body: HandlerBody): string {
  if (!flow.isBroad(handler) && !denial.test(flow.nameOf(handler))) return "the handler is for another kind of error";
  return body.next.some(({ to }) => hasWork(context, to)) ? "" : "nothing follows";
}

const denial = /(?:Invalid|Denied|Forbidden|Unauthori[sz]ed|NotAllowed|Permission|Signature|Verif|Auth|Mismatch|Untrusted|Certificate)/;

/** Holds if the result of a call is not used. */
export function isDropped(context: CheckContext, call: number): boolean {
  const { ir } = context.program;
  const end = ir.functions[ir.blocks.func.data[ir.block.data[call]]].endInstr;
  let isUsed = false;
  let isExpression = false;
  // Content rows only say that the arguments may have changed.
  for (let row = call + 1; row < end && !isUsed; row++) {
    const op = ir.op.data[row] as Op;
    forEachUse(ir, row, (use) => {
      if (use !== call) return;
      if (op === Op.Expr || (op === Op.Await && isDropped(context, row))) isExpression = true;
      else if (op !== Op.Content) isUsed = true;
    });
  }
  return isExpression && !isUsed;
}

/** Holds if the code after a check that passed comes to where the handler goes on without doing anything before. */
function goesOnAlike(context: CheckContext, handler: HandlerAt, body: HandlerBody, call: number): boolean {
  const { ir } = context.program;
  const targets = new Set(body.next.map(({ to }) => to));
  if (callsAfter(context, call, ir.blocks.end.data[ir.block.data[call]])) return false;
  const queue = [...ir.lists.toArray(ir.blocks.succs.data[ir.block.data[call]])];
  const seen = new Set(queue);
  for (let i = 0; i < queue.length && i < blocksMax; i++) {
    const block = queue[i];
    if (targets.has(block)) return true;
    if (block === handler.block || callsAfter(context, ir.blocks.first.data[block] - 1, ir.blocks.end.data[block])) return false;
    for (const next of ir.lists.toArray(ir.blocks.succs.data[block])) {
      if (!seen.has(next)) queue.push(next);
      seen.add(next);
    }
  }
  return false;
}

function callsAfter(context: CheckContext, row: number, end: number): boolean {
  const { ir } = context.program;
  for (let at = row + 1; at < end; at++) if (ir.op.data[at] === Op.Call || ir.op.data[at] === Op.SetAttr || ir.op.data[at] === Op.SetItem) return true;
  return false;
}

/** Holds if something is called, stored or returned from a block on. */
function hasWork(context: CheckContext, start: number): boolean {
  const { ir } = context.program;
  const queue = [start];
  const seen = new Set(queue);
  for (let i = 0; i < queue.length && i < blocksMax; i++) {
    const block = queue[i];
    if (callsAfter(context, ir.blocks.first.data[block] - 1, ir.blocks.end.data[block])) return true;
    const last = ir.blocks.end.data[block] - 1;
    if (ir.op.data[last] === Op.Return && !context.exceptions.bodies.returnsNothing(last)) return true;
    for (const next of ir.lists.toArray(ir.blocks.succs.data[block])) {
      if (!seen.has(next)) queue.push(next);
      seen.add(next);
    }
  }
  return false;
}
