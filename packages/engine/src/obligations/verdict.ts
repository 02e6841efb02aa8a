/** From origins to a verdict: violated if a source is among them, open if something is unknown, else proven. */
import { Flag, LeafKind } from "./leaf.ts";
import type { Rule } from "./need.ts";
import type { OpenCode, ProvenCode, Reason, Verdict } from "./obligation.ts";
import { type Origin, weakness } from "./origins.ts";

export interface Decision {
  readonly verdict: Verdict;
  readonly reasons: readonly Reason[];
  /** The source that violates it. */
  readonly origin: Origin | undefined;
  /** What the first reason tells of, if it came from a walk. */
  readonly told: Origin | undefined;
  /** "" if a violation is at or above the precision floor. */
  readonly notShown: string;
  readonly assumptions: readonly string[];
}

/** Most reasons that a row lists. */
const reasonsMax = 6;

/** Decides an obligation about the flow of a value. */
export function decideFlow(
  rule: Rule, origins: readonly Origin[], sink: { readonly isPrior: boolean; readonly isConditionUnknown: boolean },
): Decision {
  const sources = origins.filter((origin) => origin.leaf.kind === LeafKind.Source);
  const best = pick(sources.filter((origin) => rule.from.has(origin.leaf.code)))
    ?? pick(sources.filter((origin) => rule.whoever.has(origin.leaf.code))) ?? pick(sources.filter((origin) => rule.also.has(origin.leaf.code)));
  if (best) return violated(rule, best, sink);
  const opens = origins.filter((origin) => origin.leaf.kind === LeafKind.Open);
  if (opens.length > 0) return decided("open", opens.map(openReason), opens);
  if (rule.role === "call") {
    return decided("open", [{ code: "needs-judgement", text: "what the data is for is not known", at: -1 }]);
  }
  if (sink.isPrior) return decided("open", [{ code: "prior-only", text: "the receiver is known by its name only", at: -1 }]);
  return decided("proven", origins.map(provenReason), origins);
}

function pick(sources: readonly Origin[]): Origin | undefined {
  let best: Origin | undefined;
  for (const source of sources) if (!best || weakness(source.flags) < weakness(best.flags)) best = source;
  return best;
}

function violated(rule: Rule, origin: Origin, sink: { readonly isPrior: boolean; readonly isConditionUnknown: boolean }): Decision {
  const { leaf, flags } = origin;
  let notShown = "";
  if (!rule.from.has(leaf.code) && !rule.whoever.has(leaf.code)) notShown = `the source is ${leaf.code}`;
  else if (sink.isPrior) notShown = "the receiver is known by its name only";
  else if (sink.isConditionUnknown) notShown = "whether the call is of this kind is not known";
  else notShown = weakenedBy(flags);
  const text = leaf.text === "" ? `${leaf.code} reaches it` : `${leaf.text} reaches it`;
  return {
    verdict: "violated", origin, told: origin, notShown, assumptions: flags & Flag.Jump ? ["A-3"] : [],
    reasons: [{ code: "source-reaches-sink", text, at: leaf.instr }],
  };
}

/** Why a path with these flags is below the precision floor, "" if it is not. */
export function weakenedBy(flags: number): string {
  if (flags & Flag.Guard) return "a check on the path is not understood";
  if (flags & Flag.Unmodelled) return "the path goes through a library call without a model";
  if (flags & Flag.Unresolved) return "the path goes through a call that is not resolved";
  if (flags & Flag.Prior) return "a step is resolved by a name only";
  if (flags & Flag.Shared) return "the path goes through a container that several places write";
  return flags & Flag.Widened ? "the path is deeper than it is followed" : "";
}

function decided(verdict: Verdict, reasons: readonly Reason[], origins: readonly Origin[] = []): Decision {
  const unique = new Map<string, Reason>();
  for (const reason of reasons) if (!unique.has(`${reason.code}:${reason.text}`)) unique.set(`${reason.code}:${reason.text}`, reason);
  const sorted = [...unique.values()].sort((a, b) => rank(a) - rank(b) || (a.code < b.code ? -1 : a.code > b.code ? 1 : a.at - b.at));
  return { verdict, reasons: sorted.slice(0, reasonsMax), origin: undefined, told: origins[reasons.indexOf(sorted[0])], notShown: "", assumptions: verdict === "proven" ? ["A-1", "A-2"] : [] };
}

/** The reason that says most comes first: a literal part of a text says least of why the text is fine. */
const rank = (reason: Reason): number => (reason.code === "const" ? 2 : reason.code === "trusted-origin" ? 1 : 0);

function openReason(origin: Origin): Reason {
  const { leaf } = origin;
  return { code: leaf.code as OpenCode, text: leaf.text === "" ? leaf.code : leaf.text, at: leaf.instr };
}

function provenReason(origin: Origin): Reason {
  const { leaf } = origin;
  if (leaf.kind === LeafKind.Constant) return { code: "const", text: "a literal", at: leaf.instr };
  if (leaf.kind === LeafKind.Object) return { code: "trusted-origin", text: leaf.text, at: leaf.instr };
  return { code: leaf.code as ProvenCode, text: leaf.text, at: leaf.instr };
}
