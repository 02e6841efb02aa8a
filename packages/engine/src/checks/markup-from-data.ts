/**
 * Data between the tags of markup that the program writes itself, handed out as finished.
 *
 * A flow from a request to such markup is another page's. Here the data was kept somewhere first, or comes out of a
 * template: who calls the function is not known, but what it reads is (`user.get_full_name()`, the value of a filter).
 */
import { callArg, callArgCount, functionOf, type Ir, Op } from "../ir/index.ts";
import { calledName, LeafKind, type Obligation, type Origin, type Seed } from "../obligations/index.ts";
import { TokenKind, tokenId, tokenKind } from "../program/index.ts";
import { isFreeText, isNameText } from "../values/index.ts";
import type { CheckContext } from "./context.ts";
import { type MarkupPart, markupParts } from "./markup-parts.ts";
import { rootOf } from "./roots.ts";

const kept = ["template-value", "stored-data", "network-response", "rpc-input"];
const sources = [...kept, "remote-input", "file-input", "environment-input"];
const stops = [
  "number", "boolean", "fixed-choice", "constant", "digits-text", "hex-text", "uuid-text", "identifier-text", "plain-text", "no-markup", "html-escaped",
  "html-sanitized", "xml-escaped", "url-quoted", "ip-address", "js-escaped",
];

export function markupFromData(context: CheckContext): readonly Obligation[] {
  const seeds = context.seedsOf("html-text", "html-response", "template-markup");
  const out = new Map<number, Obligation>();
  for (const seed of [...seeds, ...taggedFunctions(context)]) {
    if (seed.structure !== undefined || seed.part !== undefined || asksWhetherToEscape(context, seed.site)) continue;
    for (const value of seed.values) for (const part of markupParts(context, value, seed.site)) {
      const decided = context.isProduct(part.site) ? decide(context, seed, part) : undefined;
      // Marked text and answers have their own row on other pages; here only what is wrong with them is told.
      const row = decided?.verdict === "violated" || seed.kind === "template-markup" ? decided : undefined;
      const known = row && out.get(row.site);
      if (row && (!known || rank(row) > rank(known))) out.set(row.site, row);
    }
  }
  return [...out.values()];
}

const rank = (row: Obligation): number => (row.shown ? 3 : row.verdict === "violated" ? 2 : row.verdict === "open" ? 1 : 0);

function decide(context: CheckContext, seed: Seed, part: MarkupPart): Obligation | undefined {
  if (part.role !== "tags" && seed.kind !== "html-text") return undefined;
  const more = { sink: part.role === "tags" ? "markup" : seed.sink, subject: part.value };
  const origins = context.origins(part.value, sources, stops);
  const loose = origins.filter(({ leaf }) => leaf.kind === LeafKind.Source || leaf.kind === LeafKind.Open);
  if (loose.length === 0) {
    const proven = origins.find(({ leaf }) => leaf.kind === LeafKind.Proven);
    const text = proven ? proven.leaf.text : "all of it is literal";
    return context.row(part.site, "proven", { code: proven ? "sanitizer" : "const", text, at: part.value }, more);
  }
  const evidence = evidenceOf(context, part, loose);
  if (!evidence) return context.row(part.site, "open", { code: "needs-judgement", text: "what is put into the markup is not known to be text of others", at: part.value }, more);
  const { origin, what } = evidence;
  return context.row(part.site, "violated", { code: "source-reaches-sink", text: `${what} is put into markup`, at: part.value }, {
    ...more, source: what, sourceKind: origin.leaf.kind === LeafKind.Source ? origin.leaf.code : "stored-data",
    steps: context.steps(origin, part.site, "put into markup"),
    notShown: seed.via === "prior" ? "the receiver is known by its name only" : "",
  });
}

interface Evidence {
  readonly origin: Origin;
  readonly what: string;
}

function evidenceOf(context: CheckContext, part: MarkupPart, loose: readonly Origin[]): Evidence | undefined {
  const source = loose.find(({ leaf, flags }) => leaf.kind === LeafKind.Source && kept.includes(leaf.code) && (flags & ~jumpFlag) === 0);
  if (part.role === "json" || part.role === "source") {
    const isRead = isFreeText(textRead(context, part.value));
    const origin = source ?? loose.find(({ leaf }) => leaf.kind === LeafKind.Open && (isRead || /^(?:lower-tier-source|no-known-caller|untyped-entry)$/.test(leaf.code)));
    return origin && { origin, what: part.role === "json" ? "JSON of data" : "markup that the text of a notation may hold" };
  }
  // What comes from a request is told where the markup goes.
  if (loose.some(({ leaf, flags }) => leaf.kind === LeafKind.Source && leaf.code === "remote-input" && (flags & ~jumpFlag) === 0)) return undefined;
  const read = textRead(context, part.value);
  if (read && (part.role === "tags" ? isFreeText(read) : isNameText(read))) return { origin: loose[0], what: read };
  if (part.role === "tags" && source) return { origin: source, what: source.leaf.text === "" ? source.leaf.code : source.leaf.text };
  return undefined;
}

/** The bit of a path through a field: told, but no weakness. */
const jumpFlag = 32;

/** Objects that the program makes and names itself: their labels are no data. */
const ownObjects = /(?:^|_)(?:self|cls|klass|class|field|form|formset|widget|column|col|option|opts|meta|model|app|table|tab|action|button|panel|plugin|settings|config|conf|view|node|tag|parser|module|attr|item_type|enum|handler|func|function|method|boundfield|bound_field|renderer|icon|menu|node_class|logger|file|fp|permission|site_config)s?$/i;

/** The name under which a value is read from an object that is data, or "". */
function textRead(context: CheckContext, value: number): string {
  const { ir } = context.program;
  const op = ir.op.data[value] as Op;
  if (op === Op.GetAttr && isField(ir, ir.a.data[value]) && fieldMark.test(ir.strings.text(ir.b.data[value]))) return "";
  if (op === Op.GetAttr) return isData(context, ir.a.data[value]) ? ir.strings.text(ir.b.data[value]) : "";
  if (op === Op.GetItem) return isData(context, ir.a.data[value]) ? (context.text(ir.b.data[value]) ?? "") : "";
  if (op !== Op.Call) return "";
  const callee = ir.a.data[value];
  if (ir.op.data[callee] !== Op.GetAttr || !isData(context, ir.a.data[callee])) return "";
  const name = calledName(context.solver, value);
  if (name === "get" && callArgCount(ir, value) > 0) return context.text(callArg(ir, value, 0)) ?? "";
  return callArgCount(ir, value) === 0 ? name.replace(/^get_/, "") : "";
}

/** What a field of a form is called, which its author wrote. */
const fieldMark = /^(?:name|id|type|label|short_name|html_name|auto_id|id_for_label|help_text|description)$/;

/** Holds for a parameter that is named for a field of a form, as widgets are given one. */
function isField(ir: Ir, object: number): boolean {
  const v = rootOf(ir, object);
  return ir.op.data[v] === Op.Param && /^(?:bound_?)?field$/.test(ir.strings.text(ir.b.data[v]));
}

/** Holds if an object may be a record of data: not a class, a module or a part of the program's own pages. */
function isData(context: CheckContext, object: number): boolean {
  const { ir } = context.program;
  let v = object;
  for (let i = 0; i < 12; i++) {
    const op = ir.op.data[v] as Op;
    if (op === Op.Sigma || op === Op.Content || op === Op.Next || op === Op.Iter || op === Op.Star || op === Op.Await) v = ir.a.data[v];
    else if (op === Op.GetAttr) return !ownObjects.test(ir.strings.text(ir.b.data[v]));
    else if (op === Op.Param) return isRecord(context, v);
    else if (op === Op.GetItem || op === Op.Unpack || op === Op.Phi) return true;
    else if (op === Op.Call) return !makesProgramObject(context, v);
    else return op === Op.Cell;
  }
  return false;
}

/** A parameter is data unless its name says otherwise; `self` is if its class is a table of a database. */
function isRecord(context: CheckContext, param: number): boolean {
  const { ir, api } = context.program;
  const fn = functionOf(ir, param);
  const name = ir.strings.text(ir.b.data[param]);
  if (fn.class < 0 || fn.params[0]?.value !== param) return !ownObjects.test(name);
  return context.program.apiBasesOf(fn.class).some((node) => /(?:^|\.)(?:models?\.Model|declarative_base\(\)|DeclarativeBase|Model|Document)$/.test(api.name(node)));
}

/** Methods whose result is something made to be put out, not a record: what is in it was made too. */
const makers = /^_*(?:render|format|build|make|prepare|compose|clean|sanitize|escape|serialize)(?:_|$)/i;

/** An object of a class of the project: what its fields hold is told by the walk, not by their names. */
function makesProgramObject(context: CheckContext, call: number): boolean {
  const { ir } = context.program;
  const name = calledName(context.solver, call);
  if (ownObjects.test(name) || makers.test(name)) return true;
  const tokens = context.program.tokensOf(ir.a.data[call]);
  for (let i = 0; i < tokens.length; i++) if (tokenKind(tokens[i]) === TokenKind.Class) return true;
  return false;
}

/** `def emphasise(text, autoescape=True)`: the template says whether the text is to be escaped. */
function asksWhetherToEscape(context: CheckContext, site: number): boolean {
  const { ir } = context.program;
  return functionOf(ir, site).params.some((param) => ir.strings.text(param.name) === "autoescape");
}

/** Functions with `allow_tags = True`: a list of records prints what they return as it is. */
function taggedFunctions(context: CheckContext): readonly Seed[] {
  const { ir, program } = { ir: context.program.ir, program: context.program };
  const name = ir.strings.find("allow_tags");
  const out: Seed[] = [];
  for (let i = 0, n = name < 0 ? 0 : ir.length; i < n; i++) {
    if (ir.op.data[i] !== Op.SetAttr || ir.b.data[i] !== name || !context.isProduct(i)) continue;
    const tokens = program.tokensOf(ir.a.data[i]);
    for (let t = 0; t < tokens.length; t++) {
      if (tokenKind(tokens[t]) !== TokenKind.Function) continue;
      for (const row of context.solver.rowsOf(tokenId(tokens[t])).returns) {
        out.push({ site: row, kind: "html-text", values: [ir.a.data[row]], sink: "allow_tags", fact: undefined, via: "class" });
      }
    }
  }
  return out;
}
