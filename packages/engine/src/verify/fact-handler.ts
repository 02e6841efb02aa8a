/** A handler that takes an error and does nothing: whether it stands there is a fact, and the fact is the weakness. */
import { isCweWithin, type LedgerRow } from "../findings/index.ts";
import type { Construct } from "../ir/index.ts";
import type { FactAnswer, FactQuestion } from "./alert-facts.ts";
import { overlaps } from "./alert-site.ts";

type Handler = Construct & { readonly kind: "handler" };

/** Errors that are detected and not acted upon, and what is above. */
const swallowing = [390, 391, 703, 754, 755, 1069];

export function settleHandler({ alert, site, meaning, rows }: FactQuestion): FactAnswer | undefined {
  const isAlias = meaning.detectors.some((each) => each.check === "swallowed-error");
  const ids = alert.rule.cwe.some((id) => swallowing.includes(id) || isCweWithin(id, 390));
  const saysSo = /\b(?:pass|continue|empty|swallow|silent|ignored)/.test(`${meaning.words} ${alert.message.toLowerCase()}`);
  if (!isAlias && !(ids && saysSo)) return undefined;
  const handler = site.constructs.find((each): each is Handler => each.kind === "handler" && overlaps(each, site.lines));
  if (handler === undefined) return undefined;
  const evidence = [site.evidenceAt(handler.first), ...(handler.last > handler.first ? [site.evidenceAt(handler.last)] : [])];
  if (handler.does !== "pass" && handler.does !== "continue") {
    return { verdict: "refuted", reason: `The handler does more than to go on: its body ends at line ${handler.last}.`, evidence, notes: [] };
  }
  const proven = rows.find((row) => row.verdict === "proven");
  if (proven !== undefined) return { verdict: "refuted", reason: `The error is not lost: ${proven.reason.text} [${proven.id}].`, evidence, notes: [] };
  const violated = rows.find((row) => row.verdict === "violated");
  const caught = handler.catches === "" ? "every exception" : handler.catches;
  const effect = violated === undefined ? "No call in the try block is known to take rights away or to keep state." : effectOf(violated);
  return { verdict: "confirmed", reason: `The handler takes ${caught} and does nothing but ${handler.does}. ${effect}`, evidence, notes: [] };
}

function effectOf({ reason, notShown, id }: LedgerRow): string {
  const text = `${reason.text.charAt(0).toUpperCase()}${reason.text.slice(1)} [${id}]`;
  return notShown === "" ? `${text}.` : `${text}; ${notShown}.`;
}
