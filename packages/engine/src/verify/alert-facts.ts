/**
 * What alerts say about the text of the code alone: imports, handlers, texts that look like secrets or addresses.
 *
 * Each of them is about something that stands there or does not. Where the fact settles the weakness too, it is settled
 * here; where it does not, the ledger decides.
 */
import type { LedgerRow } from "../findings/index.ts";
import { isCweWithin } from "../findings/index.ts";
import type { Construct } from "../ir/index.ts";
import type { Program } from "../program/index.ts";
import type { Alert } from "./alert.ts";
import { type AlertSite, overlaps } from "./alert-site.ts";
import type { ClaimVerdict, Evidence } from "./claim.ts";
import { settleHandler } from "./fact-handler.ts";
import { settleImport } from "./fact-import.ts";
import { settleSecret } from "./fact-secret.ts";
import type { Ledger } from "./ledger-at.ts";
import type { RuleMeaning } from "./rule-words.ts";

export interface FactAnswer {
  readonly verdict: ClaimVerdict;
  readonly reason: string;
  readonly evidence: readonly Evidence[];
  readonly notes: readonly string[];
}

/** What a fact is settled from. */
export interface FactQuestion {
  readonly alert: Alert;
  readonly site: AlertSite;
  readonly meaning: RuleMeaning;
  readonly ledger: Ledger;
  readonly program: Program;
  readonly constructsIn: (path: string) => readonly Construct[];
  /** Rows of what the alert is about, at its place. */
  readonly rows: readonly LedgerRow[];
}

/** Settles an alert by what stands there, if it is one of these. */
export function settleByFacts(question: FactQuestion): FactAnswer | undefined {
  return settleImport(question) ?? settleHandler(question) ?? settleSecret(question) ?? settleAddress(question) ?? settlePartialPath(question);
}

/** Says what stands at a place, as far as that is one thing. */
export function factOf(site: AlertSite, message: string): { readonly text: string; readonly line: number } | undefined {
  const on = site.constructs.filter((each) => overlaps(each, site.lines));
  const first = (kind: Construct["kind"]): Construct | undefined => on.find((each) => each.kind === kind);
  const assert = first("assert");
  if (assert !== undefined) return { text: "an assert statement stands there", line: assert.first };
  const imported = first("import");
  if (imported?.kind === "import") return { text: `${importedNames(imported)} is imported there`, line: imported.first };
  const handler = on.find((each) => each.kind === "handler" && each.first === site.lines.first) ?? (on.length <= 3 ? first("handler") : undefined);
  if (handler?.kind === "handler") return { text: handlerText(handler), line: handler.first };
  const calls = on.filter((each) => each.kind === "call" && each.callee !== "");
  const call = calls.find((each) => each.kind === "call" && names(message, each.callee)) ?? calls.find((each) => each.first >= site.lines.first) ?? calls[0];
  return call?.kind === "call" && call.callee !== "" ? { text: `${call.callee}() is called there`, line: call.first } : undefined;
}

/** Holds if a message speaks of what is called: "subprocess call", "Use of exec detected". */
const names = (message: string, callee: string): boolean => {
  const words = new Set(message.toLowerCase().split(/[^a-z0-9_]+/));
  return callee.toLowerCase().split(".").some((part) => part.length > 2 && words.has(part));
};

const importedNames = (each: Construct & { kind: "import" }): string =>
  each.names.length === 0 ? each.module : each.names.map((name) => `${each.module}.${name}`).join(", ");

const handlerText = (each: Construct & { kind: "handler" }): string => {
  const caught = each.catches === "" ? "every exception" : each.catches;
  if (each.does === "pass" || each.does === "continue") return `a handler takes ${caught} there and does nothing but ${each.does}`;
  return `a handler of ${caught} stands there`;
};

const addresses = new Set(["0.0.0.0", "::", "[::]", "::0"]);
/** Binding to an address that takes calls from everywhere, and the ids under which tools file it. */
const bindingIds = [1327, 605, 668, 284];

/** `0.0.0.0`: binding to every address needs a place where it is bound. A comparison binds nothing. */
function settleAddress({ alert, site }: FactQuestion): FactAnswer | undefined {
  if (!alert.rule.cwe.some((id) => bindingIds.includes(id)) && !/\bbind\b|all interfaces/.test(`${alert.rule.name} ${alert.message}`.toLowerCase())) return undefined;
  const texts = site.constructs.filter((each) => each.kind === "text" && each.text !== undefined && addresses.has(each.text));
  const near = texts.filter((each) => overlaps(each, site.lines));
  const found = near.length > 0 ? near : texts;
  if (found.length === 0) return undefined;
  const evidence = [...new Set(found.map((each) => each.first))].slice(0, 4).map(site.evidenceAt);
  const compared = found.filter((each) => each.kind === "text" && each.role === "compared");
  if (compared.length === found.length) {
    return { verdict: "refuted", reason: `The address is compared with ${nameOf(found[0]) || "a value"} there: nothing is bound in this statement.`, evidence, notes: [] };
  }
  const other = found.find((each): each is Text => each.kind === "text" && each.role !== "compared")!;
  const callee = other.role === "argument" || other.role === "keyword" ? calleeAround(site.constructs, other) : "";
  if (bindingCall.test(callee)) {
    return { verdict: "confirmed", reason: `${callee}() takes the address: it is bound on every network that the machine is on.`, evidence, notes: [] };
  }
  return {
    verdict: "unsupported", evidence, notes: [],
    reason: `The address ${roleText(other, callee)}; no call that binds takes it in this statement. Which address a service binds is decided where it is started.`,
  };
}

type Text = Construct & { readonly kind: "text" };

/** Names of what opens a place where others can connect. */
const bindingCall = /(?:^|[._])(?:bind|listen|serve|serve_forever|run|run_app|run_simple|create_server|start_server|make_server|create_endpoint)$|Server$/;

/** What is called by the innermost call around a text. */
function calleeAround(constructs: readonly Construct[], text: Text): string {
  const around = constructs.filter((each) => each.kind === "call" && each.offset < text.offset && each.last >= text.last && each.end > text.offset);
  const inner = around.at(-1);
  return inner?.kind === "call" ? inner.callee : "";
}

const nameOf = (each: Construct | undefined): string => (each?.kind === "text" ? each.bound : "");

function roleText({ role, bound }: Text, callee: string): string {
  const of = bound === "" ? "" : ` ${bound}`;
  const call = callee === "" ? "a call" : `${callee}()`;
  switch (role) {
    case "keyword": return `is given to ${call} as${of}`;
    case "default": return `is the default of the parameter${of}`;
    case "assigned": return `is assigned to${of === "" ? " a name" : of}`;
    case "item": return `is the item${of} of a dictionary`;
    case "argument": return `is an argument of ${call}`;
    default: return "stands there";
  }
}

/** A program that is found through `PATH`: who may set `PATH` is decided where the program is run. */
function settlePartialPath({ alert, site, meaning }: FactQuestion): FactAnswer | undefined {
  const searches = alert.rule.cwe.some((id) => [426, 427, 428].some((path) => isCweWithin(id, path)));
  if (!/partial (?:executable )?path/.test(meaning.words) && !searches) return undefined;
  const call = site.constructs.find((each) => each.kind === "call" && overlaps(each, site.lines));
  if (call === undefined) return undefined;
  const text = site.constructs.find((each) => each.kind === "text" && each.offset > call.offset && each.text !== undefined && each.role !== "keyword");
  const program = text?.kind === "text" ? (text.text ?? "") : "";
  if (program !== "" && /^(?:\/|[A-Za-z]:[\\/])/.test(program)) {
    return { verdict: "refuted", reason: "The program is named by its whole path.", evidence: [site.evidenceAt(text!.first)], notes: [] };
  }
  const name = program === "" ? "The program" : `The program "${program.split(/\s/)[0].slice(0, 60)}"`;
  return {
    verdict: "out-of-scope", evidence: [site.evidenceAt((text ?? call).first)], notes: [],
    reason: `${name} is found through PATH. Who may set PATH, and what lies on it, is decided where the service is deployed and not in the code.`,
  };
}
