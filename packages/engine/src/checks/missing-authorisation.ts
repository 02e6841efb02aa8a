/**
 * Handlers that nothing checks the caller of: one row per handler of the authorisation map.
 *
 * A handler that is checked, or that is made for everyone, is proven with the reason. One that is not is a violation where its
 * siblings are checked; where there are no such siblings, whether it should be is for a person to say.
 */
import { type EntryAccess, entryMap } from "../access/index.ts";
import type { Obligation, Solver } from "../obligations/index.ts";
import type { CheckContext } from "./context.ts";

/** The map of a solved program, made once for all checks that ask for it. */
const maps = new WeakMap<Solver, readonly EntryAccess[]>();

export function accessOf(context: Pick<CheckContext, "solver">): readonly EntryAccess[] {
  let map = maps.get(context.solver);
  if (!map) maps.set(context.solver, (map = entryMap(context.solver)));
  return map;
}

/** What counts most of a handler with several routes. */
const rank: Readonly<Record<EntryAccess["verdict"], number>> = { missing: 0, question: 1, exempt: 2, covered: 3 };

export function missingAuthorisation(context: CheckContext): readonly Obligation[] {
  const byHandler = new Map<number, EntryAccess>();
  for (const access of accessOf(context)) {
    const known = byHandler.get(access.site);
    if (known === undefined || rank[access.verdict] < rank[known.verdict]) byHandler.set(access.site, access);
  }
  return [...byHandler.values()].map((access) => rowOf(context, access));
}

function rowOf(context: CheckContext, access: EntryAccess): Obligation {
  const { verdict, reason, at, site } = access;
  const sink = routeOf(access);
  if (verdict === "covered") return context.row(site, "proven", { code: "authorised-by", text: reason, at }, { sink });
  if (verdict === "exempt") return context.row(site, "proven", { code: "open-to-all", text: reason, at }, { sink });
  if (verdict === "question") return context.row(site, "open", { code: "unmodelled-guard", text: reason, at }, { sink });
  const { siblings } = access;
  if (!siblings?.isMajority) {
    const text = siblings === undefined ? "there are too few siblings to compare it with" : `${siblings.covered} of ${siblings.count} siblings are checked`;
    return context.row(site, "open", { code: "needs-judgement", text: `${reason}; ${text}`, at }, { sink });
  }
  const text = `${reason}; ${siblings.covered} of ${siblings.count} siblings are checked`;
  const steps = access.openEffect < 0 ? [] : [{ kind: "sink" as const, instr: access.openEffect, why: "changes something outside of the program" }];
  const notShown = access.changes ? "" : "it changes nothing that the review can see";
  return context.row(site, "violated", { code: "weak-call", text, at: site }, { sink, steps: [{ kind: "source", instr: site, why: text }, ...steps], notShown });
}

/** `POST /items`, or as much of it as is known. */
export function routeOf({ entry }: EntryAccess): string {
  return [entry.methods.join(","), entry.path].filter((part) => part !== "").join(" ");
}
