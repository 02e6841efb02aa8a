/** Checks whose answer nobody looks at: `hmac.compare_digest(a, b)` on a line of its own refuses nothing. */
import { functionOf, Op } from "../ir/index.ts";
import { type Obligation, type Seed } from "../obligations/index.ts";
import type { CheckContext } from "./context.ts";
import { usedIn } from "./used-results.ts";

export function ignoredResult(context: CheckContext): readonly Obligation[] {
  const { program } = context;
  const { ir } = program;
  const byFunction = new Map<number, Map<number, Seed>>();
  for (const seed of context.seedsOf("answer-to-check")) {
    if (ir.op.data[seed.site] !== Op.Call || !program.isReachable(ir.block.data[seed.site])) continue;
    if (program.targetsOf(seed.site).some((target) => target.kind === "project")) continue;
    const fn = functionOf(ir, seed.site).id;
    const sites = byFunction.get(fn) ?? new Map<number, Seed>();
    byFunction.set(fn, sites.set(seed.site, seed));
  }
  return [...byFunction].flatMap(([fn, sites]) => {
    const used = usedIn(ir, ir.functions[fn], new Set(sites.keys()));
    return [...sites.values()].map(({ site, sink }) => (used.has(site)
      ? context.row(site, "proven", { code: "good-value", text: "the answer is used", at: site }, { sink })
      : context.row(site, "violated", { code: "bad-value", text: "the answer is dropped", at: site }, { sink })));
  });
}
