/** Handlers after one that takes all that they name: `except Exception` before `except ValueError`. */
import type { Obligation } from "../obligations/index.ts";
import type { CheckContext } from "./context.ts";
import type { ExceptionFlow, HandlerAt } from "./exception-flow.ts";

export function shadowedHandler(context: CheckContext): readonly Obligation[] {
  const flow = context.exceptions;
  return flow.handlers.filter((handler) => handler.earlier.length > 0 && !flow.isBare(handler)).map((handler) => decide(context, flow, handler));
}

function decide(context: CheckContext, flow: ExceptionFlow, handler: HandlerAt): Obligation {
  const { caught, types } = handler;
  const more = { sink: `except ${flow.nameOf(handler)}`, subject: caught };
  if (types.isOpen) return context.row(caught, "open", { code: "unknown-value", text: "which classes it names is not known", at: caught }, more);
  const before = shadowing(flow, handler);
  if (before < 0) {
    return context.row(caught, "proven", { code: "good-value", text: "no handler before it takes all that it names", at: caught }, more);
  }
  const earlier = flow.mayRaise.typesOf(before);
  const names = (list: readonly number[]): string => list.map((token) => flow.mayRaise.classes.libraryName(token)).sort().join();
  // Names that older versions told apart: OSError, IOError, socket.error.
  const isOneClass = types.own.length + earlier.own.length === 0 && names(types.library) !== names(earlier.library) && flow.sameClasses(types, earlier);
  return context.row(caught, "violated", { code: "bad-value", text: "a handler before it takes all that it names", at: before }, {
    ...more, notShown: isOneClass ? "the two names are those of one class, which older versions told apart" : "",
    steps: [{ kind: "guard", instr: before, why: "takes it first" }, { kind: "sink", instr: caught, why: "never gets one" }],
  });
}

/** The earlier handler of the same `try` that takes all that a handler names, or -1. */
export function shadowing(flow: ExceptionFlow, handler: HandlerAt): number {
  return handler.earlier.find((each) => flow.mayRaise.classes.isShadowed(handler.types, flow.mayRaise.typesOf(each))) ?? -1;
}
