/**
 * Handlers that can never run: nothing that the protected code runs raises what they name.
 *
 * Asked of handlers for classes of the project, since no library raises those by itself. All that the protected code may
 * call is followed; what cannot be followed keeps the row open.
 */
import { functionOf } from "../ir/index.ts";
import { Atom } from "../flow/index.ts";
import type { Obligation, Reason, Step } from "../obligations/index.ts";
import type { CheckContext } from "./context.ts";
import type { ExceptionFlow, HandlerAt } from "./exception-flow.ts";
import { shadowing } from "./shadowed-handler.ts";

const stepsMax = 6;
const namesMax = 4;

export function unreachableHandler(context: CheckContext): readonly Obligation[] {
  const flow = context.exceptions;
  return flow.handlers.filter((handler) => !flow.isBroad(handler) && shadowing(flow, handler) < 0).map((handler) => decide(context, flow, handler));
}

function decide(context: CheckContext, flow: ExceptionFlow, handler: HandlerAt): Obligation {
  const { types, caught } = handler;
  const more = { sink: `except ${flow.nameOf(handler)}`, subject: caught };
  const open = (code: "unmodelled" | "unresolved-call" | "budget" | "unknown-value", text: string, at: number): Obligation =>
    context.row(caught, "open", { code, text, at }, more);
  if (types.isOpen) return open("unknown-value", "which classes it names is not known", caught);
  if (types.own.length === 0) return open("unmodelled", "which exceptions library calls raise is not known", caught);
  const atoms = flow.mayRaise.caughtBy(handler);
  if (atoms === undefined) return open("budget", "too many functions to follow", caught);
  const named = atoms.find((atom) => atom >= Atom.First);
  if (named !== undefined) return context.row(caught, "proven", raisedReason(context, flow, handler, named), more);
  if (atoms.length > 0) return openRow(context, flow, handler, atoms[0], open);
  const steps = evidence(flow, handler);
  const isRaised = steps[0].kind === "source";
  return context.row(caught, "violated", deadReason(context, flow, handler), {
    ...more, steps, notShown: isRaised ? "" : "nothing in the project raises it: it may be there for other programs",
  });
}

function raisedReason(context: CheckContext, flow: ExceptionFlow, handler: HandlerAt, atom: number): Reason {
  const way = flow.mayRaise.witness(handler.fn.id, handler.block, atom)?.way ?? [handler.caught];
  const text = `${flow.mayRaise.classes.nameOf(atom)} is raised in ${functionName(context, way[way.length - 1])}`;
  return { code: "handled", text, at: way[0] };
}

function openRow(
  context: CheckContext, flow: ExceptionFlow, handler: HandlerAt, atom: number,
  open: (code: "unmodelled" | "unresolved-call", text: string, at: number) => Obligation,
): Obligation {
  if (atom === Atom.Library) return open("unmodelled", "which exceptions library calls raise is not known", handler.caught);
  if (atom === Atom.Thrown) return open("unresolved-call", "what comes in at the yield is not known", handler.caught);
  const way = flow.mayRaise.witness(handler.fn.id, handler.block, atom)?.way ?? [handler.caught];
  const last = way[way.length - 1];
  return open("unresolved-call", `${functionName(context, last)} runs code that is not known`, last);
}

const functionName = (context: CheckContext, row: number): string => context.program.ir.strings.text(functionOf(context.program.ir, row).qualname);

function deadReason(context: CheckContext, flow: ExceptionFlow, handler: HandlerAt): Reason {
  const { rows, functions } = flow.mayRaise.protectedBy(handler.fn.id, handler.block);
  const { ir } = context.program;
  const names = functions.slice(0, namesMax).map((fn) => ir.strings.text(ir.functions[fn].qualname)).join(", ");
  const rest = functions.length > namesMax ? ` and ${functions.length - namesMax} more` : "";
  const runs = functions.length === 0 ? "no function of the project" : `${names}${rest}`;
  const text = `the protected code runs ${runs}, and none of it raises ${flow.nameOf(handler)}`;
  return { code: "bad-value", text, at: rows[0] ?? handler.caught };
}

/** Where the class is raised, what the protected code calls, and the handler. */
function evidence(flow: ExceptionFlow, handler: HandlerAt): readonly Step[] {
  const { mayRaise } = flow;
  const { rows } = mayRaise.protectedBy(handler.fn.id, handler.block);
  const raised = handler.types.own.flatMap((cls) => flow.raisedAt(cls));
  const away: Step[] = raised.slice(0, stepsMax).map((instr) => ({ kind: "source", instr, why: "raised here, where the protected code does not come to" }));
  const calls: Step[] = rows.slice(0, stepsMax).map((instr) => ({ kind: "call", instr, why: "called under protection, and does not raise it" }));
  return [...away, ...calls, { kind: "sink", instr: handler.caught, why: `waits for ${flow.nameOf(handler)}` }];
}
