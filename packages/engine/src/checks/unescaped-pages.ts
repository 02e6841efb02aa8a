/**
 * Template engines that are set up without escaping, and a page among their templates that prints a value as it is.
 *
 * That escaping is off is for a person to judge: mails and configuration files need none. A template of a page beside
 * the code, which this engine is seen to load and which prints without an escaping filter, judges it.
 */
import { callArg, callArgCount, callKeywordCount, callKeywordName, callKeywordValue, type Ir, Op } from "../ir/index.ts";
import { calledName, decideConstant, fileOf, type Obligation, type Seed, stepsOf } from "../obligations/index.ts";
import type { PageTemplate, TemplatePrint } from "../program/index.ts";
import type { CheckContext } from "./context.ts";

const switchOff = { to: [], bad: [false, null], absent: "bad" } as const;

export function unescapedPages(context: CheckContext): readonly Obligation[] {
  const { program } = context;
  const seeds = context.seedsOf("autoescape-off");
  if (seeds.length === 0) return [];
  const pages = program.templates.flatMap((template) => {
    const print = isAside(template.path) || template.escapes ? undefined : template.prints.find(isBare);
    return print ? [{ template, print }] : [];
  });
  const engines = seeds.map((seed) => pathOf(context, seed.site));
  const world = { pages, engines, names: pages.length === 0 ? new Set<string>() : textsOf(context), isShared: usesOtherEngine(context) };
  return seeds.flatMap((seed) => decide(context, seed, world) ?? []);
}

interface Page {
  readonly template: PageTemplate;
  readonly print: TemplatePrint;
}

interface World {
  readonly pages: readonly Page[];
  /** Where engines are set up: of several, the one nearest to a page is taken for its engine. */
  readonly engines: readonly string[];
  /** Every text that the program writes. */
  readonly names: ReadonlySet<string>;
  /** A framework with templates of its own is in use. */
  readonly isShared: boolean;
}

function decide(context: CheckContext, seed: Seed, world: World): Obligation | undefined {
  if (seed.fact?.when && seed.values.length === 0) return undefined;
  const answer = decideConstant(context.solver, context.scope, seed, switchOff);
  const more = { sink: seed.sink, subject: answer.subject };
  if (answer.verdict !== "violated") return context.row(seed.site, answer.verdict, answer.reason, more);
  const page = pageOf(context, seed, world);
  if (!page) {
    return context.row(seed.site, "open", { code: "needs-judgement", text: "no page is seen that it prints values into", at: seed.site }, more);
  }
  const source = `{{ ${page.print.path.join(".")} }} in ${page.template.path}:${page.print.line}`;
  const notShown = seed.via === "prior" ? "the receiver is known by its name only" : "";
  const steps = answer.origin ? stepsOf(context.solver, answer.origin, seed.site, `given to ${seed.sink}`) : [];
  return context.row(seed.site, "violated", answer.reason, { ...more, source, sourceKind: "constant", steps, notShown });
}

/** A page that the engine loads: it lies in the folder of the loader, or the program names it and no other engine could be meant. */
function pageOf(context: CheckContext, seed: Seed, world: World): Page | undefined {
  if (!mayLoad(context.program.ir, seed.site)) return undefined;
  const family = seed.sink.startsWith("django.") ? "django" : seed.sink.startsWith("tornado.") ? "tornado" : "jinja";
  const mine = world.pages.filter(({ template }) => template.engine === family || template.engine === "either");
  const folders = foldersOf(context, seed.site);
  const liesIn = (template: PageTemplate): boolean => folders.some((folder) => `/${template.path}`.includes(`/${folder}/`));
  if (world.isShared || context.program.templates.some(liesIn)) return mine.find(({ template }) => liesIn(template));
  const here = pathOf(context, seed.site);
  const isNearest = (path: string): boolean => {
    const shared = sharedFolders(path, here);
    return shared > 0 && world.engines.every((other) => sharedFolders(path, other) <= shared);
  };
  return mine.find(({ template }) => isNearest(template.path) && isNamed(template.path, world.names));
}

/** An engine without a loader compiles texts that it is given, and no files. */
function mayLoad(ir: Ir, call: number): boolean {
  for (let i = 0, n = callKeywordCount(ir, call); i < n; i++) {
    const name = callKeywordName(ir, call, i);
    if (name < 0 || /^(?:loader|dirs|directory|template_path)$/.test(ir.strings.text(name))) return true;
  }
  return callArgCount(ir, call) > 0;
}

const pathOf = (context: CheckContext, instr: number): string => context.program.files[fileOf(context.program.ir, instr)].path;

/** How many folders from the top two files have in common. */
function sharedFolders(left: string, right: string): number {
  const [a, b] = [left.split("/"), right.split("/")];
  let i = 0;
  while (i < a.length - 1 && i < b.length - 1 && a[i] === b[i]) i++;
  return i;
}

const isNamed = (path: string, names: ReadonlySet<string>): boolean => {
  const parts = path.split("/");
  return parts.some((_, i) => names.has(parts.slice(i).join("/")));
};

/** Templates of documentation, of tests, and of projects that are made from templates. */
const isAside = (path: string): boolean => /(?:^|\/)(?:docs?|tests?|testing|examples?|samples?|_templates|node_modules|vendor)\//i.test(path);

/** Filters that leave the characters of a text as they are. */
const keepingFilters = new Set([
  "default", "d", "lower", "upper", "title", "capitalize", "capfirst", "trim", "truncate", "truncatechars", "truncatewords", "first", "last", "join", "replace",
  "string", "center", "indent", "wordwrap", "safe", "striptags", "format", "reverse", "sort", "unique",
]);
const notText = new Set(["loop", "forloop", "super", "caller", "self", "csrf_token"]);

const isBare = (print: TemplatePrint): boolean => print.filters.every((filter) => keepingFilters.has(filter)) && !notText.has(print.path[0]);

function textsOf(context: CheckContext): ReadonlySet<string> {
  const out = new Set<string>();
  for (const constant of context.program.ir.constants) if (constant.type === "str") out.add(constant.value.replace(/^\.?\//, ""));
  return out;
}

const otherEngines = /^(?:flask|quart|django|starlette|fastapi|aiohttp_jinja2|sanic_jinja2|sanic_ext|pyramid|pyramid_jinja2|bottle|mako|genshi|chameleon|litestar|nicegui)(?:\.|$)/;

function usesOtherEngine(context: CheckContext): boolean {
  const { ir } = context.program;
  for (const i of ir.rowsOf(Op.Import)) {
    if (context.isProduct(i) && otherEngines.test(ir.strings.text(ir.a.data[i]))) return true;
  }
  return false;
}

/** The folders that a loader among the arguments of a call names, without steps upwards. */
function foldersOf(context: CheckContext, call: number): readonly string[] {
  const { ir } = context.program;
  const out = new Set<string>();
  const seen = new Set<number>();
  const queue = operandsOf(ir, call);
  for (let value = queue.pop(); value !== undefined && seen.size < valuesMax; value = queue.pop()) {
    if (seen.has(value) || value < 0) continue;
    seen.add(value);
    const text = folderText(context, value);
    if (text !== undefined) {
      const folder = text.replace(/^(?:\.{0,2}\/)+|\/+$/g, "");
      if (/^[\w-][\w./-]*$/.test(folder)) out.add(folder);
    } else queue.push(...operandsOf(ir, value), ...storedIn(context, value));
  }
  return [...out];
}

const valuesMax = 60;

/** The folder that a value names: a text, the known end of a joined path, the folder of a package. */
function folderText(context: CheckContext, value: number): string | undefined {
  const { ir } = context.program;
  if (ir.op.data[value] !== Op.Call) return context.text(value);
  const name = calledName(context.solver, value);
  const texts = Array.from({ length: callArgCount(ir, value) }, (_, i) => context.text(callArg(ir, value, i)));
  if (name === "PackageLoader") return texts[0] === undefined ? undefined : `${texts[0].replaceAll(".", "/")}/${texts[1] ?? "templates"}`;
  if (name !== "join" && name !== "joinpath") return undefined;
  const known = texts.slice(texts.lastIndexOf(undefined) + 1);
  return known.length === 0 ? undefined : known.join("/");
}

function storedIn(context: CheckContext, value: number): readonly number[] {
  const op = context.program.ir.op.data[value] as Op;
  if (op !== Op.Global && op !== Op.Import && op !== Op.GetAttr) return [];
  const stores = context.program.storesOf(value);
  return stores.length === 1 ? stores : [];
}

function operandsOf(ir: Ir, value: number): number[] {
  switch (ir.op.data[value] as Op) {
    case Op.Call: {
      const out = Array.from({ length: callArgCount(ir, value) }, (_, i) => callArg(ir, value, i));
      for (let i = 0, n = callKeywordCount(ir, value); i < n; i++) out.push(callKeywordValue(ir, value, i));
      return out;
    }
    case Op.Build: return ir.lists.toArray(ir.b.data[value]);
    case Op.Phi: case Op.Fmt: return ir.lists.toArray(ir.a.data[value]);
    case Op.Bin: return [ir.b.data[value], ir.c.data[value]];
    case Op.Sigma: case Op.Star: return [ir.a.data[value]];
    default: return [];
  }
}
