/** XML that is written by joining texts: what a request sends stands between its tags without being escaped. */
import { functionOf, Op } from "../ir/index.ts";
import { LeafKind, type Obligation, type Origin, type Way, weakenedBy } from "../obligations/index.ts";
import type { CheckContext } from "./context.ts";
import { joinedBy } from "./markup-parts.ts";

const shownSources = ["remote-input", "upload-filename"];
const sources = [...shownSources, "rpc-input", "stored-data", "network-response", "file-input"];
const stops = [
  "number", "boolean", "fixed-choice", "constant", "digits-text", "hex-text", "uuid-text", "identifier-text", "plain-text", "xml-escaped",
  "html-escaped", "url-quoted", "ip-address",
];
const element = /<\/?[A-Za-z][\w:.-]*(?:\s|>|\/>|$)/;
const xmlMark = /<\?xml|xmlns(?::\w+)?=|<\/?\w+:[A-Za-z]|<!\[CDATA\[/;

export function xmlAssembly(context: CheckContext): readonly Obligation[] {
  const { ir } = context.program;
  const out: Obligation[] = [];
  const documents = new Map<number, boolean>();
  for (const i of ir.rowsOf(Op.Bin, Op.Fmt, Op.Call)) {
    if (!context.isProduct(i)) continue;
    const operands = joinedBy(context, i);
    const literals = operands?.map((operand) => context.text(operand) ?? "").join("") ?? "";
    if (!operands || !element.test(literals)) continue;
    const fn = functionOf(ir, i);
    let isDocument = documents.get(fn.id);
    if (isDocument === undefined) documents.set(fn.id, (isDocument = writesXml(context, fn.firstInstr, fn.endInstr)));
    if (!isDocument && !xmlMark.test(literals)) continue;
    for (const operand of operands) {
      const row = context.text(operand) === undefined ? decide(context, i, operand) : undefined;
      if (row) out.push(row);
    }
  }
  return out;
}

/** Holds if some text of a function begins an XML document or names its namespaces. */
function writesXml(context: CheckContext, first: number, end: number): boolean {
  const { ir } = context.program;
  for (let i = first; i < end; i++) {
    const constant = ir.op.data[i] === Op.Const ? ir.constants[ir.a.data[i]] : undefined;
    if (constant?.type === "str" && /^\s*<\?xml\b|^[^<]*<[^>]*\bxmlns/.test(constant.value)) return true;
  }
  return false;
}

function decide(context: CheckContext, site: number, operand: number): Obligation | undefined {
  const origins = context.origins(operand, sources, stops);
  const more = { sink: "an XML document", subject: operand };
  const found = origins.filter(({ leaf }) => leaf.kind === LeafKind.Source);
  const source = found.find(isStrong) ?? found[0];
  if (source) {
    const { leaf, flags } = source;
    const notShown = !shownSources.includes(leaf.code) ? `the source is ${leaf.code}` : weakenedBy(flags);
    return context.row(site, "violated", { code: "source-reaches-sink", text: `${leaf.text} becomes part of the document`, at: leaf.instr }, {
      ...more, ...way(context, source, site), notShown, otherWays: notShown === "" ? found.filter((each) => each !== source && isStrong(each)).slice(0, otherWaysMax).map((each) => way(context, each, site)) : [],
    });
  }
  const open = origins.find(({ leaf }) => leaf.kind === LeafKind.Open);
  if (open) return context.row(site, "open", { code: "unknown-value", text: open.leaf.text, at: open.leaf.instr }, more);
  const proven = origins.find(({ leaf }) => leaf.kind === LeafKind.Proven);
  return context.row(site, "proven", { code: proven ? "sanitizer" : "const", text: proven?.leaf.text ?? "all of it is literal", at: operand }, more);
}

const otherWaysMax = 3;
const isStrong = ({ leaf, flags }: Origin): boolean => shownSources.includes(leaf.code) && weakenedBy(flags) === "";

const way = (context: CheckContext, source: Origin, site: number): Way =>
  ({ source: source.leaf.text === "" ? source.leaf.code : source.leaf.text, sourceKind: source.leaf.code, steps: context.steps(source, site, "joined into the document") });
