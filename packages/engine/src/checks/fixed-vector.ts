/**
 * Initialization vectors that are the same for several messages: written in the program, or made once and kept.
 *
 * Of a kept one it must be seen that it was drawn by lot (what is read from a message to decrypt it is not), and that the
 * function that uses it is given what it encrypts, so that it can be called again.
 */
import { functionOf, Op } from "../ir/index.ts";
import { LeafKind, type Obligation, type Origin, type Seed } from "../obligations/index.ts";
import type { CheckContext } from "./context.ts";

const stops = ["number", "boolean"];

export function fixedVector(context: CheckContext): readonly Obligation[] {
  const { ir } = context.program;
  const seeds = context.seedsOf("initialization-vector");
  return seeds.filter((seed) => ir.op.data[seed.site] === Op.Call && seed.values.length > 0).map((seed) => decide(context, seed));
}

function decide(context: CheckContext, seed: Seed): Obligation {
  const { site, sink } = seed;
  const { ir } = context.program;
  const value = seed.values[0];
  for (const origin of context.constantOrigins(value)) {
    const { leaf, flags } = origin;
    const constant = leaf.kind === LeafKind.Constant && leaf.data >= 0 && (flags & ~jumpFlag) === 0 ? ir.constants[leaf.data] : undefined;
    if (constant?.type !== "bytes" && constant?.type !== "str") continue;
    if (constant.value === "") continue;
    return row(context, seed, origin, "the vector is written in the program");
  }
  const random = context.origins(value, ["random-bytes"], stops).filter((origin) => origin.leaf.kind === LeafKind.Source);
  const kept = random.find((origin) => isKept(context, origin, site) && (origin.flags & ~jumpFlag) === 0);
  if (kept && takesMessage(context, site)) return row(context, seed, kept, "the vector is made once and kept for every message");
  if (random.length > 0) return context.row(site, "proven", { code: "good-value", text: "the vector is drawn by lot", at: site }, { sink, subject: value });
  return context.row(site, "open", { code: "unknown-value", text: "where the vector comes from is not known", at: site }, { sink, subject: value });
}

/** The bit of a path through a field. */
const jumpFlag = 32;

function row(context: CheckContext, { site, sink, values }: Seed, origin: Origin, text: string): Obligation {
  return context.row(site, "violated", { code: "bad-value", text, at: origin.leaf.instr }, {
    sink, subject: values[0], source: origin.leaf.text, sourceKind: origin.leaf.code, steps: context.steps(origin, site, `the vector of ${sink}`),
  });
}

/** Holds if the value was drawn before the function that uses it began: in a constructor, a module, or for a field. */
function isKept({ program }: CheckContext, origin: Origin, site: number): boolean {
  const { ir } = program;
  for (let segment: Origin["segment"] | undefined = origin.segment; segment; segment = segment.from?.segment) if (segment.hop === "field") return true;
  const { instr } = origin.leaf;
  const op = ir.op.data[instr] as Op;
  if (op === Op.GetAttr || op === Op.Global || op === Op.Import) return storedBefore(program, instr);
  const drawn = functionOf(ir, instr);
  return drawn.id !== functionOf(ir, site).id && (drawn.kind === "module" || ir.strings.text(drawn.name) === "__init__");
}

/** Holds if the field or name that is read is set in constructors and modules only. */
function storedBefore(program: CheckContext["program"], read: number): boolean {
  const { ir } = program;
  const stores = program.storesOf(read);
  return stores.length > 0 && stores.every((store) => {
    const fn = functionOf(ir, store);
    return fn.kind === "module" || ir.strings.text(fn.name) === "__init__";
  });
}

/** Holds if the function is given something besides its object. */
function takesMessage({ program: { ir } }: CheckContext, site: number): boolean {
  const fn = functionOf(ir, site);
  const isMethod = fn.class >= 0;
  return fn.params.length > (isMethod ? 1 : 0) && ir.strings.text(fn.name) !== "__init__";
}
