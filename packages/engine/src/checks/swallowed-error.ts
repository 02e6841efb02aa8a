/** Errors that a handler takes and forgets: around calls that take rights away or keep state, and any error at all. */
import { callCallee } from "../ir/index.ts";
import type { Obligation } from "../obligations/index.ts";
import { isKeepingName, isProtectingName } from "./check-names.ts";
import type { CheckContext } from "./context.ts";
import type { ExceptionFlow, HandlerAt } from "./exception-flow.ts";
import { type HandlerBody, protectedCalls } from "./handler-body.ts";
import { lastName } from "./last-name.ts";

/** Handlers around calls whose failure someone must learn of. */
export function swallowedError(context: CheckContext): readonly Obligation[] {
  const flow = context.exceptions;
  const { ir } = context.program;
  const out: Obligation[] = [];
  for (const handler of flow.handlers) {
    const calls = protectedCalls(ir, handler);
    const protects = calls.find((call) => isProtectingName(lastName(ir, callCallee(ir, call))));
    const call = protects ?? calls.find((each) => isKeepingName(lastName(ir, callCallee(ir, each))));
    if (call !== undefined) out.push(decide(context, flow, handler, call, protects !== undefined));
  }
  return out;
}

function decide(context: CheckContext, flow: ExceptionFlow, handler: HandlerAt, call: number, protects: boolean): Obligation {
  const { ir } = context.program;
  const name = lastName(ir, callCallee(ir, call));
  const body = flow.bodies.of(handler);
  const more = { sink: name, subject: handler.caught };
  const why = answerOf(context, flow, body);
  if (why !== "") return context.row(handler.caught, "proven", { code: "handled", text: why, at: handler.caught }, more);
  const notShown = !protects ? `${name} keeps state, and protects nobody by itself` : !flow.isBroad(handler) ? "the handler is for one kind of error" : "";
  return context.row(handler.caught, "violated", { code: "bad-value", text: `nobody learns that ${name} failed`, at: call }, { ...more, notShown });
}

/** How a handler lets others know of the error; "" if it does not. */
function answerOf(context: CheckContext, flow: ExceptionFlow, body: HandlerBody): string {
  const { ir } = context.program;
  if (body.raises) return "the handler raises";
  if (body.logs) return "the handler writes it down";
  if (!body.isPassive) return "the handler does something of its own";
  if (flow.bodies.isTold(body)) return "the code after it can tell";
  return body.returns.some((row) => !flow.bodies.returnsNothing(row) && ir.a.data[row] >= 0) ? "the handler answers the caller" : "";
}

/** Handlers that take whatever is raised. */
export function broadExcept(context: CheckContext): readonly Obligation[] {
  const flow = context.exceptions;
  return flow.handlers.filter((handler) => flow.isBroad(handler)).map((handler) => {
    const body = flow.bodies.of(handler);
    const more = { sink: flow.isBare(handler) ? "except" : `except ${flow.nameOf(handler)}`, subject: handler.caught };
    const why = body.raises ? "the handler raises" : body.logs ? "the handler writes it down" : "";
    if (why !== "") return context.row(handler.caught, "proven", { code: "handled", text: why, at: handler.caught }, more);
    return context.row(handler.caught, "violated", { code: "bad-value", text: "every error is taken, also those that nobody thought of", at: handler.caught }, more);
  });
}
