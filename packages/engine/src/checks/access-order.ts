/**
 * Rows about handlers that the authorisation map tells more of than whether they are checked.
 *
 * `lateAuthorisation`: the check comes after the change that it is for. `overWidePermission`: a handler that writes says that it is open
 * to all, while its siblings are checked. `missingAuthentication`: a handler that nobody checks does what only trusted people may do, in
 * a project whose other handlers know their callers.
 */
import type { EntryAccess } from "../access/index.ts";
import type { Obligation } from "../obligations/index.ts";
import type { CheckContext } from "./context.ts";
import { accessOf, routeOf } from "./missing-authorisation.ts";

const readVerbs = new Set(["GET", "HEAD", "OPTIONS"]);

/** Each handler once, in the order of the map. */
function handlers(context: CheckContext): readonly EntryAccess[] {
  return [...new Map(accessOf(context).map((access) => [access.site, access])).values()];
}

export function lateAuthorisation(context: CheckContext): readonly Obligation[] {
  return handlers(context).flatMap((access) => access.late.slice(0, 1).map(({ check, effect }) => context.row(
    check, "violated", { code: "weak-call", text: "the check comes after the change", at: effect },
    { sink: routeOf(access), steps: [{ kind: "source", instr: effect, why: "changes something outside of the program" }, { kind: "sink", instr: check, why: "only now is the caller checked" }] },
  )));
}

export function overWidePermission(context: CheckContext): readonly Obligation[] {
  const out: Obligation[] = [];
  for (const access of handlers(context)) {
    if (access.opens < 0 || access.verdict !== "exempt") continue;
    const writes = access.openEffect >= 0 || access.entry.methods.some((verb) => !readVerbs.has(verb.toUpperCase()));
    const sink = routeOf(access);
    const { siblings } = access;
    if (!writes) out.push(context.row(access.site, "proven", { code: "good-value", text: "it only reads", at: access.opens }, { sink }));
    else if (access.purpose !== "") out.push(context.row(access.site, "open", { code: "needs-judgement", text: access.purpose, at: access.opens }, { sink }));
    else if (!siblings?.isMajority || access.openEffect < 0) out.push(context.row(access.site, "open", { code: "needs-judgement", text: "whether all may do this is not known", at: access.opens }, { sink }));
    else {
      const text = `${siblings.covered} of ${siblings.count} siblings are checked`;
      out.push(context.row(access.site, "violated", { code: "weak-call", text, at: access.opens }, {
        sink, steps: [{ kind: "source", instr: access.opens, why: "lets everyone in" }, { kind: "sink", instr: access.openEffect, why: "changes something outside of the program" }],
      }));
    }
  }
  return out;
}

/** Kinds of sinks whose calls do what only trusted people may do. */
const critical = new Set(["shell-command", "program-name", "spawns-process", "code-text", "file-delete-path"]);

export function missingAuthentication(context: CheckContext): readonly Obligation[] {
  const all = handlers(context);
  const count = (verdict: EntryAccess["verdict"]): number => all.filter((access) => access.verdict === verdict).length;
  // A service that leaves most of its handlers alone has its guard outside, or is a tool for one person.
  const knowsCallers = count("covered") >= 2 * count("missing");
  const { program } = context;
  return all.flatMap((access) => {
    if (access.openEffect < 0 || access.verdict === "covered") return [];
    const isCritical = program.targetsOf(access.openEffect).some((target) =>
      target.kind === "api" && program.api.facts(target.node).some((fact) => critical.has(fact.kind)));
    if (!isCritical) return [];
    const sink = routeOf(access);
    if (access.verdict !== "missing") return [context.row(access.site, "open", { code: "needs-judgement", text: access.reason, at: access.at }, { sink })];
    if (!knowsCallers) return [context.row(access.site, "open", { code: "needs-judgement", text: "most handlers of the project do not check their caller", at: access.openEffect }, { sink })];
    return [context.row(access.site, "violated", { code: "weak-call", text: access.reason, at: access.openEffect }, {
      sink, steps: [{ kind: "source", instr: access.site, why: "nothing checks the caller" }, { kind: "sink", instr: access.openEffect, why: "is done for whoever asks" }],
    })];
  });
}
