/**
 * The text of an error, or its trace, in a response: whoever makes the program fail learns how it looks inside.
 *
 * The text of an error that the program names itself is often written for the client; that of any error is not.
 */
import { callArg, callArgCount, callKeywordCount, callKeywordValue, functionOf, type Ir, Op } from "../ir/index.ts";
import { calledName, LeafKind, type Obligation, type Origin } from "../obligations/index.ts";
import type { CheckContext } from "./context.ts";
import { rootOf } from "./roots.ts";

const stops = ["number", "boolean", "fixed-choice"];
/** The bit of a path through a field: told, but no weakness. */
const jumpFlag = 32;

export function errorInResponse(context: CheckContext): readonly Obligation[] {
  const flow = context.exceptions;
  const broad = new Set(flow.handlers.filter((handler) => flow.isBroad(handler)).map(({ caught }) => caught));
  const out = new Map<number, Obligation>();
  const seeds = context.seedsOf("html-response");
  const sites = new Set(seeds.map((seed) => seed.site));
  for (const seed of seeds) {
    // What a call makes a response of is decided there, not once more where the response is returned.
    const own = seed.values.filter((value) => !sites.has(rootOf(context.program.ir, value)));
    for (const value of own.flatMap((each) => partsOf(context, each, 0))) {
      const row = decide(context, broad, seed.site, value, seed.sink);
      const known = out.get(seed.site);
      if (!known || (known.verdict !== "violated" && row.verdict === "violated") || (!known.shown && row.shown)) out.set(seed.site, row);
    }
  }
  return [...out.values()];
}

/** What is in a response that is built here: items of a mapping, the body of a pair, what becomes JSON. */
function partsOf(context: CheckContext, value: number, depth: number): readonly number[] {
  const { ir } = context.program;
  const root = rootOf(ir, value);
  if (root < 0 || depth > partsDepthMax) return [value];
  const isMade = ir.op.data[root] === Op.Call && responseMakers.test(calledName(context.solver, root));
  if (ir.op.data[root] !== Op.Build && !isMade) return [value];
  const parts = isMade ? argumentsOf(ir, root) : ir.lists.toArray(ir.b.data[root]).filter((part) => part >= 0);
  return parts.length === 0 ? [value] : parts.flatMap((part) => partsOf(context, part, depth + 1));
}

const partsDepthMax = 4;
const responseMakers = /^(?:jsonify|JsonResponse|JSONResponse|json_response|dumps|make_response|Response|HttpResponse|HTMLResponse|PlainTextResponse)$/;

function argumentsOf(ir: Ir, call: number): readonly number[] {
  const positional = Array.from({ length: callArgCount(ir, call) }, (_v, i) => callArg(ir, call, i));
  return [...positional, ...Array.from({ length: callKeywordCount(ir, call) }, (_v, i) => callKeywordValue(ir, call, i))];
}

function decide(context: CheckContext, broad: ReadonlySet<number>, site: number, value: number, sink: string): Obligation {
  const more = { sink, subject: value };
  const origins = context.origins(value, ["exception-text"], stops);
  const found = origins.filter(({ leaf }) => leaf.kind === LeafKind.Source);
  const picked = found.find((origin) => keptBack(context, broad, origin, site) === "") ?? found[0];
  if (picked) {
    const isTrace = context.program.ir.op.data[picked.leaf.instr] !== Op.ExcVal;
    const what = isTrace ? "the trace of an error" : "the text of any error";
    return context.row(site, "violated", { code: "source-reaches-sink", text: `${what} is sent to the client`, at: picked.leaf.instr }, {
      ...more, source: what, sourceKind: "exception-text", steps: context.steps(picked, site, "sent to the client"), notShown: keptBack(context, broad, picked, site),
    });
  }
  const open = origins.find(({ leaf }) => leaf.kind === LeafKind.Open);
  if (open) return context.row(site, "open", { code: "unknown-value", text: "where a part of the response comes from is not known", at: open.leaf.instr }, more);
  return context.row(site, "proven", { code: "no-sensitive-data", text: "no text of an error is in the response", at: site }, more);
}

function keptBack(context: CheckContext, broad: ReadonlySet<number>, { leaf, flags }: Origin, site: number): string {
  const { ir } = context.program;
  if (functionOf(ir, leaf.instr).id !== functionOf(ir, site).id) return "the error comes from another function";
  if ((flags & ~jumpFlag) !== 0) return "the path is not fully understood";
  return ir.op.data[leaf.instr] !== Op.ExcVal || broad.has(leaf.instr) ? "" : "the error is one that the program names";
}
