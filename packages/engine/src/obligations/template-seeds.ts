/**
 * Values that a call hands to a template which prints them as they are: `{{ bio|safe }}`, `{% autoescape off %}`.
 *
 * The template is one of the files beside the code, found by the name that the call gives; what it includes and extends
 * sees the same values. A template that prints with escaping makes no row.
 */
import {
  BuildKind, callArg, callArgCount, callKeywordCount, callKeywordName, callKeywordValue, type FunctionInfo, type Ir, Op,
} from "../ir/index.ts";
import { type PageTemplate, type Program, readTemplate, type TemplatePrint } from "../program/index.ts";
import { portValues } from "./ports.ts";
import type { Seed } from "./seeds.ts";

const nameKind = "template-name";
const valuesKind = "template-values";
const textKind = "template-text";
const usesMax = 20;
const textSteps = 6;

/** Filters after which a value is still finished markup, and what it was. */
const keepsMarkup = /^(?:safe|default|default_if_none|d|trim|truncatewords_html|linebreaks|linebreaksbr|first|last|join|string)$/;

/** Seeds of one call. */
export function templateSeeds(program: Program, call: number, out: Seed[]): void {
  const { ir, api } = program;
  for (const target of program.targetsOf(call)) {
    if (target.kind !== "api") continue;
    const facts = api.facts(target.node);
    const values = facts.filter((fact) => fact.kind === valuesKind).flatMap((fact) => portValues(ir, call, fact.port));
    if (values.length === 0) continue;
    const names = facts.filter((fact) => fact.kind === nameKind)
      .flatMap((fact) => portValues(ir, call, fact.port)).map((value) => templateName(program, value, 0));
    const written = facts.filter((fact) => fact.kind === textKind).flatMap((fact) => portValues(ir, call, fact.port)).flatMap((value) => textOf(ir, value));
    for (const { template, print } of printsOf(program, names, written)) {
      for (const value of valuesOf(ir, call, values, print.path[0]!)) {
        out.push({
          site: call, kind: "html-text", values: [value.value], fact: undefined, via: target.via,
          part: [...value.part, ...print.path.slice(1).map((name) => ({ name, isItem: false }))],
          sink: `{{ ${print.path.join(".")} }} in ${template.path}:${print.line}`,
        });
      }
    }
  }
}

/**
 * Seeds of a class whose method gives the values of its template: `get_context_data` of a view with a `template_name`.
 * `nodesOf` tells which library methods a function overrides.
 */
export function viewTemplateSeeds(program: Program, fn: FunctionInfo, nodes: readonly number[], out: Seed[]): void {
  const { ir, api } = program;
  if (!nodes.some((node) => api.facts(node).some((fact) => fact.kind === valuesKind && fact.port.type === "returned"))) return;
  const names = program.mroOf(fn.class).flatMap((cls) => (cls < 0 ? [] : classTemplates(program, cls)));
  for (const { template, print } of printsOf(program, names.slice(0, 1), [])) {
    for (let row = fn.firstInstr; row < fn.endInstr; row++) {
      if (ir.op.data[row] !== Op.Return || ir.src.data[row] === ir.end.data[row]) continue;
      const rest = print.path.slice(1).map((name) => ({ name, isItem: false }));
      for (const { value, part } of entryOf(ir, ir.a.data[row]!, print.path[0]!)) {
        const sink = `{{ ${print.path.join(".")} }} in ${template.path}:${print.line}`;
        out.push({ site: row, kind: "html-text", values: [value], fact: undefined, via: "class", part: [...part, ...rest], sink });
      }
    }
  }
}

/** The templates that variables of a class name, as the library reads them. */
function classTemplates(program: Program, cls: number): readonly string[] {
  const { ir, api } = program;
  const body = ir.functions[ir.classes[cls]!.body]!;
  const bases = program.apiBasesOf(cls).map((base) => api.step(base, "()"));
  const out: string[] = [];
  for (let row = body.firstInstr; row < body.endInstr; row++) {
    if (ir.op.data[row] !== Op.ClassVar) continue;
    const name = ir.strings.text(ir.a.data[row]!);
    const isName = bases.some((base) => {
      const node = base < 0 ? -1 : api.step(base, name);
      return node >= 0 && api.facts(node).some((fact) => fact.kind === nameKind);
    });
    if (isName) out.push(templateName(program, ir.b.data[row]!, 0));
  }
  return out;
}

/** The literal name of a template: the text, or the name that a loaded template was asked for under. */
function templateName(program: Program, value: number, depth: number): string {
  const { ir, api } = program;
  if (depth > textSteps || value < 0) return "";
  switch (ir.op.data[value]! as Op) {
    case Op.Const: {
      const constant = ir.constants[ir.a.data[value]!];
      return constant?.type === "str" ? constant.value : "";
    }
    case Op.Sigma: case Op.Content: case Op.Await: return templateName(program, ir.a.data[value]!, depth + 1);
    case Op.Global: case Op.Import: case Op.GetAttr: {
      const stores = program.storesOf(value);
      return stores.length === 1 ? templateName(program, stores[0]!, depth + 1) : "";
    }
    case Op.Call: {
      for (const target of program.targetsOf(value)) {
        const fact = target.kind === "api" ? api.facts(target.node).find((each) => each.kind === nameKind && each.port.type === "argument") : undefined;
        if (fact) return templateName(program, portValues(ir, value, fact.port)[0] ?? -1, depth + 1);
      }
      return "";
    }
    default: return "";
  }
}

/** A template that is written in the code. */
function textOf(ir: Ir, value: number): string[] {
  const constant = ir.op.data[value] === Op.Const ? ir.constants[ir.a.data[value]!] : undefined;
  return constant?.type === "str" && constant.value.includes("{{") ? [constant.value] : [];
}

/** Prints without escaping of the named templates and of all that they use, each value once. */
function printsOf(program: Program, names: readonly string[], written: readonly string[]): { template: PageTemplate; print: TemplatePrint }[] {
  const out = new Map<string, { template: PageTemplate; print: TemplatePrint }>();
  const seen = new Set<PageTemplate>();
  const add = (template: PageTemplate): void => {
    for (const print of template.prints) {
      const key = print.path.join(".");
      if (isUnescaped(print) && !out.has(key)) out.set(key, { template, print });
    }
  };
  for (const text of written) add(readTemplate("the template", text));
  const queue = names.filter((name) => name !== "");
  for (let name = queue.shift(); name !== undefined && seen.size < usesMax; name = queue.shift()) {
    for (const template of program.templates) {
      if (seen.has(template) || !`/${template.path}`.endsWith(`/${name.replace(/^[./]+/, "")}`)) continue;
      seen.add(template);
      queue.push(...template.uses);
      add(template);
    }
  }
  return [...out.values()];
}

const isUnescaped = (print: TemplatePrint): boolean =>
  (print.isRaw || print.filters.includes("safe")) && print.filters.every((filter) => keepsMarkup.test(filter));

interface Given {
  readonly value: number;
  readonly part: readonly { readonly name: string; readonly isItem: boolean }[];
}

/** What a call gives under a name: a keyword, an entry of a literal mapping, or that entry of another mapping. */
function valuesOf(ir: Ir, call: number, values: readonly number[], name: string): readonly Given[] {
  const out: Given[] = [];
  const keywords = new Set<number>();
  for (let i = 0, n = callKeywordCount(ir, call); i < n; i++) {
    const given = callKeywordName(ir, call, i);
    const value = callKeywordValue(ir, call, i);
    if (given < 0) continue;
    keywords.add(value);
    if (values.includes(value) && ir.strings.text(given) === name) out.push({ value, part: [] });
  }
  const isContext = (value: number): boolean => !keywords.has(value) || /^(?:context|dictionary|kwargs|values)$/.test(keywordOf(ir, call, value));
  for (const value of values.filter(isContext)) {
    if (callArgCount(ir, call) > 0 && value === callArg(ir, call, 0) && ir.op.data[value] === Op.Const) continue;
    out.push(...entryOf(ir, value, name));
  }
  return out;
}

function keywordOf(ir: Ir, call: number, value: number): string {
  for (let i = 0, n = callKeywordCount(ir, call); i < n; i++) {
    if (callKeywordValue(ir, call, i) === value && callKeywordName(ir, call, i) >= 0) return ir.strings.text(callKeywordName(ir, call, i));
  }
  return "";
}

function entryOf(ir: Ir, mapping: number, name: string): readonly Given[] {
  if (ir.op.data[mapping] !== Op.Build) return [{ value: mapping, part: [{ name, isItem: true }] }];
  if (ir.a.data[mapping] !== BuildKind.Dict) return [];
  const items = ir.lists.toArray(ir.b.data[mapping]!);
  for (let i = 0; i < items.length; i += 2) {
    const constant = items[i]! >= 0 && ir.op.data[items[i]!] === Op.Const ? ir.constants[ir.a.data[items[i]!]!] : undefined;
    if (constant?.type === "str" && constant.value === name) return [{ value: items[i + 1]!, part: [] }];
  }
  return items.some((item, i) => i % 2 === 0 && item < 0) ? [{ value: mapping, part: [{ name, isItem: true }] }] : [];
}
