/** Options and module parameters that look like secrets and lack the mark that keeps them out of logs. */
import {
  BuildKind, Op, callArg, callArgCount, callCallee, callKeyword, callKeywordCount, callKeywordName, callKeywordValue,
} from "../ir/index.ts";
import type { Obligation } from "../obligations/index.ts";
import { isConnectionName, isPassedOnName, isSecretOptionName } from "../values/index.ts";
import type { CheckContext } from "./context.ts";

export function secretOption(context: CheckContext): readonly Obligation[] {
  const { ir } = context.program;
  const out: Obligation[] = [];
  const specWord = ir.strings.intern("argument_spec");
  for (const i of ir.rowsOf(Op.Call)) {
    if (!context.isProduct(i)) continue;
    const name = targetName(context, i);
    if (/^oslo_config\.(?:cfg\.)?(?:StrOpt|Opt|URIOpt|ListOpt|MultiStrOpt|DictOpt)$/.test(name)) optionRow(context, i, out);
    else if (/(?:^|\.)AnsibleModule$/.test(name) || callKeyword(ir, i, specWord) >= 0) parameterRows(context, i, out);
  }
  // A table that is put together in several steps is read at each of them.
  return [...new Map(out.map((row) => [`${row.site},${row.sink}`, row])).values()];
}

function targetName(context: CheckContext, call: number): string {
  for (const target of context.program.targetsOf(call)) {
    if (target.kind === "api") return context.program.api.name(target.node);
    if (target.kind === "external") return context.program.ir.strings.text(target.name);
  }
  return "";
}

function optionRow(context: CheckContext, call: number, out: Obligation[]): void {
  const { ir } = context.program;
  const name = callArgCount(ir, call) > 0 ? context.text(callArg(ir, call, 0)) : undefined;
  if (name === undefined) return;
  const help = callKeyword(ir, call, ir.strings.intern("help"));
  const says = help < 0 ? "" : textIn(context, help);
  const isDatabase = name === "connection" && /database|sqlalchemy|connection string/i.test(says);
  if (!isSecretOptionName(name) && !isDatabase && !isConnectionName(name) && !isPassedOnName(name)) return;
  if (!isPassedOnName(name) && /plug-?in|entry ?point|driver|backend|namespace|module|directory|\bclass\b|\bpaths?\b|\bfile ?names?\b|\bfiles?\b/i.test(says)) {
    out.push(context.row(call, "proven", { code: "good-value", text: `the help of ${name} says that it names code or a place`, at: call }, { sink: name }));
    return;
  }
  const mark = callKeyword(ir, call, ir.strings.intern("secret"));
  out.push(decide(context, call, name, mark));
}

/** A text, or the text that a formatting call is given. */
function textIn(context: CheckContext, value: number): string {
  const { ir } = context.program;
  const text = context.text(value);
  if (text !== undefined || ir.op.data[value] !== Op.Call || callArgCount(ir, value) === 0) return text ?? "";
  return context.text(callArg(ir, value, 0)) ?? "";
}

function decide(context: CheckContext, site: number, name: string, mark: number): Obligation {
  if (mark >= 0) {
    const text = context.solver.facts.literalOf(mark)?.type === "false" ? "said to be no secret" : "kept out of logs";
    return context.row(site, "proven", { code: "good-value", text: `${name} is ${text}`, at: site }, { sink: name });
  }
  return context.row(site, "violated", { code: "bad-value", text: `${name} has no mark`, at: site }, { sink: name, source: name, sourceKind: "secret" });
}

/** Every entry of the argument_spec of an AnsibleModule, read through dict literals and dict() calls. */
function parameterRows(context: CheckContext, call: number, out: Obligation[]): void {
  const { ir } = context.program;
  const spec = callKeyword(ir, call, ir.strings.intern("argument_spec"));
  const value = spec >= 0 ? spec : callArgCount(ir, call) > 0 ? callArg(ir, call, 0) : -1;
  if (value < 0) return;
  for (const [name, entry] of entriesOf(context, value, 0)) {
    if (!isSecretOptionName(name)) continue;
    const fields = new Map(entriesOf(context, entry, 0));
    if (fields.size === 0) continue;
    const type = fields.get("type");
    const typeName = type === undefined ? "str" : context.text(type);
    if (typeName === "bool" || typeName === "int" || typeName === "float" || typeName === "path" || fields.has("choices")) {
      out.push(context.row(entry, "proven", { code: "numeric", text: `${name} is no secret text`, at: entry }, { sink: name }));
    } else out.push(decide(context, entry, name, fields.get("no_log") ?? -1));
  }
}

/** The constant keys of a dict and their values: `{...}`, `dict(a=...)`, `d.update(...)`, merged and copied dicts. */
function entriesOf(context: CheckContext, value: number, depth: number): [string, number][] {
  const { ir } = context.program;
  if (depth > 12) return [];
  const deeper = (v: number): [string, number][] => entriesOf(context, v, depth + 1);
  switch (ir.op.data[value] as Op) {
    case Op.Build: return ir.a.data[value] === BuildKind.Dict ? literalEntries(context, value, depth) : [];
    case Op.Call: return callEntries(context, value, depth);
    case Op.Sigma: return deeper(ir.a.data[value]);
    case Op.Content: {
      const effect = ir.b.data[value];
      const before = deeper(ir.a.data[value]);
      if (ir.op.data[effect] === Op.SetItem) {
        const key = context.text(ir.b.data[effect]);
        return key === undefined ? before : [...before, [key, ir.c.data[effect]]];
      }
      if (ir.op.data[effect] !== Op.Call || ir.c.data[value] !== -1) return before;
      const callee = callCallee(ir, effect);
      const isUpdate = ir.op.data[callee] === Op.GetAttr && ir.strings.text(ir.b.data[callee]) === "update";
      return isUpdate ? [...before, ...callEntries(context, effect, depth)] : before;
    }
    case Op.Global: case Op.Import: {
      const stores = context.program.storesOf(value);
      return stores.length === 1 ? deeper(stores[0]) : [];
    }
    default: return [];
  }
}

function literalEntries(context: CheckContext, build: number, depth: number): [string, number][] {
  const { ir } = context.program;
  const out: [string, number][] = [];
  const items = ir.b.data[build];
  for (let i = 0, n = ir.lists.length(items); i < n; i += 2) {
    const key = ir.lists.at(items, i);
    if (key < 0) out.push(...entriesOf(context, ir.lists.at(items, i + 1), depth + 1));
    else {
      const text = context.text(key);
      if (text !== undefined) out.push([text, ir.lists.at(items, i + 1)]);
    }
  }
  return out;
}

function callEntries(context: CheckContext, call: number, depth: number): [string, number][] {
  const { ir } = context.program;
  const out: [string, number][] = [];
  for (let i = 0, n = callArgCount(ir, call); i < n; i++) out.push(...entriesOf(context, callArg(ir, call, i), depth + 1));
  for (let i = 0, n = callKeywordCount(ir, call); i < n; i++) {
    const name = callKeywordName(ir, call, i);
    if (name >= 0) out.push([ir.strings.text(name), callKeywordValue(ir, call, i)]);
    else out.push(...entriesOf(context, callKeywordValue(ir, call, i), depth + 1));
  }
  return out;
}
