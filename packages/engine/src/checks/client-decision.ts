/** Decisions about rights that rest on what the client says: a cookie, a header, a flag of the request. */
import { clientDecisions } from "../access/index.ts";
import type { Obligation } from "../obligations/index.ts";
import type { CheckContext } from "./context.ts";

export function clientDecision(context: CheckContext): readonly Obligation[] {
  return clientDecisions(context.solver, (row) => context.isProduct(row)).map(({ at, read, name, decides }) => (decides
    ? context.row(read, "violated", { code: "weak-call", text: `${name} is what the client says`, at }, {
      sink: name, steps: [{ kind: "source", instr: read, why: "the client writes it" }, { kind: "sink", instr: at, why: "decides who may go on" }],
    })
    : context.row(read, "open", { code: "needs-judgement", text: `what rests on ${name} is not known`, at }, { sink: name })));
}
