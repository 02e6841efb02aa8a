/**
 * Where the protection against requests that other sites make a visitor send is switched off: for one handler, for the service.
 *
 * A handler without it is weak if the browser proves by itself who asks (a session cookie) and something is changed. One that asks for a
 * key, a token or a signature in the request needs no such protection: no other site has these.
 */
import { BuildKind, callCallee, constantOf, functionOf, Op } from "../ir/index.ts";
import type { EntryAccess } from "../access/index.ts";
import type { Obligation } from "../obligations/index.ts";
import type { CheckContext } from "./context.ts";
import { accessOf, routeOf } from "./missing-authorisation.ts";

const switches = /^WTF_CSRF_ENABLED$/;
const middleware = /^MIDDLEWARE(?:_CLASSES)?$/;
const readVerbs = new Set(["GET", "HEAD", "OPTIONS"]);

export function csrfOff(context: CheckContext): readonly Obligation[] {
  const { ir } = context.program;
  const out: Obligation[] = [];
  for (const row of ir.rowsOf(Op.SetGlobal, Op.ClassVar, Op.SetItem)) {
    const op = ir.op.data[row] as Op;
    if (!context.isProduct(row)) continue;
    // Keys are written out where switches are set; to ask where each of a program comes from would cost more than all else here.
    const key = op === Op.SetItem ? constantOf(ir, ir.b.data[row]!) : undefined;
    if (op === Op.SetItem) switchRow(context, row, key?.type === "str" ? key.value : "", ir.c.data[row]!, out);
    else {
      switchRow(context, row, ir.strings.text(ir.a.data[row]!), ir.b.data[row]!, out);
      if (op === Op.SetGlobal && middleware.test(ir.strings.text(ir.a.data[row]!))) middlewareRow(context, row, out);
    }
  }
  exemptRows(context, out);
  return out;
}

function switchRow(context: CheckContext, row: number, name: string, value: number, out: Obligation[]): void {
  if (!switches.test(name)) return;
  const type = context.solver.facts.literalOf(value)?.type;
  if (type === "true") out.push(context.row(row, "proven", { code: "good-value", text: "it is on", at: row }));
  else if (type !== "false") out.push(context.row(row, "open", { code: "unknown-value", text: "what the switch is set to is not known", at: row }));
  // Configurations for tests and development say so in their names.
  else if (/test|dev|debug|local|demo/i.test(placeText(context, row))) out.push(context.row(row, "open", { code: "test-code", text: "it is a configuration for tests or development", at: row }));
  else out.push(context.row(row, "violated", { code: "bad-value", text: "the protection is off for all forms", at: row }));
}

/** Names of the file, the class and the function around a row. */
function placeText(context: CheckContext, row: number): string {
  const { ir, files } = context.program;
  const fn = functionOf(ir, row);
  return `${files[ir.modules[fn.module]!.file]!.path} ${ir.strings.text(fn.qualname)}`;
}

function middlewareRow(context: CheckContext, row: number, out: Obligation[]): void {
  const { ir } = context.program;
  const value = ir.b.data[row]!;
  if (ir.op.data[value] !== Op.Build || ir.a.data[value] === BuildKind.Dict) return;
  const texts = ir.lists.toArray(ir.b.data[value]!).map((item) => constantOf(ir, item)).map((constant) => (constant?.type === "str" ? constant.value : undefined));
  if (!texts.some((text) => text?.endsWith(".SessionMiddleware")) || !texts.some((text) => text?.endsWith(".AuthenticationMiddleware"))) return;
  if (texts.some((text) => /csrf/i.test(text ?? ""))) out.push(context.row(row, "proven", { code: "good-value", text: "the protection is among the middleware", at: row }));
  else if (texts.includes(undefined)) out.push(context.row(row, "open", { code: "unknown-value", text: "not all of the list is known", at: row }));
  else out.push(context.row(row, "violated", { code: "bad-value", text: "sessions are on and the protection is not among the middleware", at: row }));
}

function exemptRows(context: CheckContext, out: Obligation[]): void {
  const { ir, api } = context.program;
  const isExempting = (node: number): boolean => api.facts(node).some((fact) => fact.kind === "csrf-exempts");
  const byDefinition = new Map(accessOf(context).map((access) => [ir.functions[access.entry.function]!.definition, access]));
  const classes = new Map(accessOf(context).map((access) => [ir.functions[access.entry.function]!.class, access]));
  for (const row of ir.rowsOf(Op.Decorate)) {
    if (!context.isProduct(row)) continue;
    const decorator = ir.a.data[row]!;
    const given = ir.op.data[decorator] === Op.Call ? [callCallee(ir, decorator), ...ir.lists.toArray(ir.b.data[decorator]!)] : [decorator];
    if (!given.some((value) => context.solver.apiNodes(value).some(isExempting))) continue;
    let base = ir.b.data[row]!;
    for (let i = 0; i < 16 && ir.op.data[base] === Op.Decorate; i++) base = ir.b.data[base]!;
    const access = byDefinition.get(base) ?? (ir.op.data[base] === Op.Class ? classes.get(ir.a.data[base]!) : undefined);
    out.push(exemptRow(context, row, access));
  }
}

function exemptRow(context: CheckContext, row: number, access: EntryAccess | undefined): Obligation {
  if (!access) return context.row(row, "open", { code: "no-known-caller", text: "no route leads to it", at: row });
  const sink = routeOf(access);
  const isRead = access.entry.methods.length > 0 && access.entry.methods.every((verb) => readVerbs.has(verb.toUpperCase()));
  if (isRead) return context.row(row, "proven", { code: "good-value", text: "it answers reading requests only", at: row }, { sink });
  if (access.verdict !== "covered") return context.row(row, "open", { code: "needs-judgement", text: "it does nothing in the name of who is logged in, as far as is seen", at: row }, { sink });
  const texts = access.guards.map((guard) => context.codeOf(guard.at)).join("\n");
  if (!/user|session|login/i.test(texts) || /token|key|sign(?!_?in)|hmac|digest|authorization|jwt|bearer|secret|webhook/i.test(texts)) {
    return context.row(row, "proven", { code: "handled", text: "the request itself proves who asks", at: access.guards[0]?.at ?? row }, { sink });
  }
  const notShown = access.changes || access.hasEffect ? "" : "it changes nothing that the review can see";
  return context.row(row, "violated", { code: "weak-call", text: "a session proves who asks, and nothing that the request was meant", at: row }, { sink, notShown });
}
