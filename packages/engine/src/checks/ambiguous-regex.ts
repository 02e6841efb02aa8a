/** Patterns that need exponential time, matched against text from outside. */
import { Op, callArg, callArgCount, callCallee } from "../ir/index.ts";
import { calledName, collectSeeds, LeafKind, type Obligation, type Seed } from "../obligations/index.ts";
import { isExponential } from "../values/index.ts";
import type { CheckContext } from "./context.ts";

const sources = ["remote-input", "rpc-input", "network-response", "upload-filename"];

export function ambiguousRegex(context: CheckContext): readonly Obligation[] {
  const seeds = collectSeeds(context.program, new Set(["regex-subject"]), (instr) => context.isProduct(instr));
  return seeds.filter((seed) => context.program.ir.op.data[seed.site] === Op.Call).map((seed) => decide(context, seed));
}

function decide(context: CheckContext, seed: Seed): Obligation {
  const pattern = patternOf(context, seed.site);
  const { site } = seed;
  if (pattern === undefined) return context.row(site, "open", { code: "unknown-value", text: "the pattern is not a literal", at: site }, { sink: seed.sink });
  const anchored = calledName(context.solver, site) === "fullmatch";
  if (!isExponential(pattern, { anchored, verbose: false })) {
    return context.row(site, "proven", { code: "good-value", text: "the pattern matches each text in few ways", at: site }, { sink: seed.sink });
  }
  for (const value of seed.values) {
    const origins = context.origins(value, sources);
    const source = origins.find((origin) => origin.leaf.kind === LeafKind.Source);
    if (source) {
      return context.row(site, "violated", { code: "source-reaches-sink", text: `${source.leaf.text} is matched by an ambiguous pattern`, at: source.leaf.instr }, {
        sink: seed.sink, subject: value, source: source.leaf.text, sourceKind: source.leaf.code, steps: context.steps(source, site, `matched by ${seed.sink}`),
      });
    }
    const open = origins.find((origin) => origin.leaf.kind === LeafKind.Open);
    if (open) return context.row(site, "open", { code: "no-known-caller", text: "the pattern is ambiguous; the text is not known to come from outside", at: site }, { sink: seed.sink, subject: value });
  }
  return context.row(site, "proven", { code: "const", text: "the pattern is ambiguous; the text is the program's own", at: site }, { sink: seed.sink });
}

/** The literal pattern of `re.match(p, x)`, or of the compiled object that a method is called on. */
function patternOf(context: CheckContext, call: number): string | undefined {
  const { ir } = context.program;
  const callee = callCallee(ir, call);
  if (ir.op.data[callee] === Op.GetAttr) {
    const compiled = compiledPattern(context, ir.a.data[callee], 0);
    if (compiled !== undefined) return compiled;
  }
  return callArgCount(ir, call) >= 2 ? context.text(callArg(ir, call, 0)) : undefined;
}

function compiledPattern(context: CheckContext, value: number, depth: number): string | undefined {
  const { ir } = context.program;
  if (depth > 6) return undefined;
  switch (ir.op.data[value] as Op) {
    case Op.Call:
      return calledName(context.solver, value) === "compile" && callArgCount(ir, value) > 0 ? context.text(callArg(ir, value, 0)) : undefined;
    case Op.Sigma: case Op.Content: return compiledPattern(context, ir.a.data[value], depth + 1);
    case Op.Global: case Op.Import: case Op.Cell: case Op.GetAttr: {
      const stores = context.program.storesOf(value);
      return stores.length === 1 ? compiledPattern(context, stores[0], depth + 1) : undefined;
    }
    default: return undefined;
  }
}
