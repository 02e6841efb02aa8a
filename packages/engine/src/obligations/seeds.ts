/** Where obligations stand: every place of the program that a model calls a sink. */
import { BuildKind, type Ir, Op, callArg, callArgCount, callCallee, callKeyword, callKeywordCount, callKeywordName, callKeywordValue, functionOf } from "../ir/index.ts";
import type { ApiGraph, PlaceFact } from "../knowledge/index.ts";
import { type CallVia, type Program, TokenKind, tokenId, tokenKind } from "../program/index.ts";
import { isUnguessableName } from "../values/index.ts";
import { BoundStatements } from "./bound-statements.ts";
import { commandLines, shellCommands } from "./command-line.ts";
import { isJsonBody } from "./json-body.ts";
import { isAskedForMark } from "./marked-attributes.ts";
import { allArguments, portValues, receiverValue } from "./ports.ts";
import { templateSeeds, viewTemplateSeeds } from "./template-seeds.ts";
import { writtenTo } from "./written-files.ts";

/** A sink and the values that it is about. */
export interface Seed {
  readonly site: number;
  readonly kind: string;
  /** Values at the port; empty if the argument is absent. */
  readonly values: readonly number[];
  readonly sink: string;
  readonly fact: PlaceFact | undefined;
  readonly via: CallVia;
  /** Why the sink cannot take harm from any value here, if that is so. */
  readonly structure?: string;
  /** Why nothing is said of the sink here, if that is so. */
  readonly unsettled?: string;
  /** The kind of the sink that this one was seen in: a text for a shell among the arguments of a program. */
  readonly madeFrom?: string;
  /** The part of the values that is meant, if not the whole: `context["user"].bio`. */
  readonly part?: readonly { readonly name: string; readonly isItem: boolean }[];
}

/** Lists the seeds of a program whose sink kinds are watched, in row order. */
export function collectSeeds(program: Program, watched: ReadonlySet<string>, isProduct: (instr: number) => boolean): Seed[] {
  const { ir } = program;
  const seeds: Seed[] = [];
  const sinks = new SinkFacts(program, watched);
  const isNamed = watched.has(namedSecretKind);
  const isMarkup = watched.has("html-text");
  for (const i of ir.rowsOf(Op.Call, Op.SetItem, Op.SetAttr, Op.SetGlobal)) {
    const op = ir.op.data[i]!;
    if (!isProduct(i)) continue;
    if (op === Op.Call) {
      callSeeds(program, sinks, i, seeds);
      if (isMarkup) templateSeeds(program, i, seeds);
    } else if (op !== Op.SetGlobal) storeSeeds(program, sinks, i, seeds);
    if (isNamed) namedSeeds(ir, i, op, seeds);
  }
  if (isNamed) namedResults(ir, isProduct, seeds);
  returnSeeds(program, sinks, watched, isProduct, seeds);
  return seeds;
}

/** The sink kind of texts that a database reads, which statements of object mappers are instead of. */
const statementKind = "sql-text";

/** Sink facts by API node, memoised. */
class SinkFacts {
  private readonly memo = new Map<number, readonly PlaceFact[]>();
  private readonly api: ApiGraph;
  private readonly watched: ReadonlySet<string>;
  /** How statements of object mappers are made, if anyone asks for SQL. */
  readonly statements: BoundStatements | undefined;

  constructor(program: Program, watched: ReadonlySet<string>) {
    this.api = program.api;
    this.watched = watched;
    if (watched.has(statementKind)) this.statements = new BoundStatements(program);
  }

  watches(kind: string): boolean {
    return this.watched.has(kind);
  }

  /** Holds if a call of a library object can be a sink at all. */
  concern(node: number): boolean {
    let known = this.concerned.get(node);
    if (known === undefined) {
      const result = this.api.step(node, "()");
      known = this.of(node).length > 0 || (result >= 0 && this.of(result).length > 0) || this.statements?.runs(node) === true;
      this.concerned.set(node, known);
    }
    return known;
  }

  private readonly concerned = new Map<number, boolean>();

  of(node: number): readonly PlaceFact[] {
    let facts = this.memo.get(node);
    if (!facts) {
      facts = this.api.facts(node).filter((fact) => this.watched.has(fact.kind));
      this.memo.set(node, facts);
    }
    return facts;
  }
}

function callSeeds(program: Program, sinks: SinkFacts, call: number, out: Seed[]): void {
  const { ir, api } = program;
  const targets = program.targetsOf(call);
  // Nearly all calls are of nothing that a page calls a sink.
  if (!targets.some((target) => target.kind === "api" && sinks.concern(target.node))) return;
  const seen = new Set<string>();
  for (const target of targets) {
    if (target.kind !== "api") continue;
    const name = api.name(target.node);
    const add = (fact: PlaceFact, values: readonly number[], madeFrom?: string): void => {
      const item = fact.port.type === "argument" ? fact.port.item : undefined;
      const key = `${fact.kind},${values.join()},${item ?? ""},${JSON.stringify(fact.when ?? null)}`;
      if (seen.has(key)) return;
      seen.add(key);
      const seed: Seed = { site: call, kind: fact.kind, values, sink: name, fact, via: target.via, ...(madeFrom === undefined ? {} : { madeFrom }) };
      const isJson = fact.kind === "html-response" && values.length === 1 && isJsonBody(program, values[0]!, "python");
      if (item !== undefined) out.push({ ...seed, part: [{ name: item, isItem: true }] });
      else if (fact.kind === "attribute-name" && isAskedForMark(ir, call)) out.push({ ...seed, structure: "what it finds is asked for a mark" });
      else if (fact.kind === statementKind && values.length === 1 && sinks.statements?.isStatement(values[0]!) && sinks.statements.bindingOf(values[0]!).isBound) out.push({ ...seed, structure: boundValues });
      else out.push(isJson ? { ...seed, structure: "a mapping is no page" } : seed);
    };
    for (const fact of sinks.of(target.node)) {
      const isValue = fact.port.type === "argument" || fact.port.type === "any-argument" || fact.port.type === "spread" || fact.port.type === "self";
      if (!isValue) continue;
      const given = portValues(ir, call, fact.port);
      const values = fact.kind === "program-argument" && isSpread(fact) ? beforeDashes(ir, given) : given;
      const commands = fact.kind === "program-argument" ? shellCommandsOf(ir, call, fact, values) : noCommands;
      if (sinks.watches(shellCommandKind)) for (const command of commands.texts) add({ ...fact, kind: shellCommandKind }, [command], fact.kind);
      const rest = commands.texts.length > 0 ? commands.others : values.flatMap((value) => argumentsOf(ir, fact.kind, value));
      add(fact, rest.map((value) => bodyOf(ir, fact.kind, value)));
      if (readsContent.has(fact.kind)) for (const content of values.flatMap((value) => writtenTo(ir, call, value))) add(fact, [content]);
    }
    if (sinks.statements?.runs(target.node)) out.push(statementSeed(sinks.statements, call, receiverValue(ir, call), { sink: name, via: target.via }));
    const result = api.step(target.node, "()");
    if (result < 0) continue;
    for (const fact of sinks.of(result)) if (fact.port.type === "object") add(fact, allArguments(ir, call));
  }
}

const boundValues = "values are bound";

/** A call that runs the statement it is called on: what the statement was given is bound, or why that is not known. */
function statementSeed(statements: BoundStatements, site: number, statement: number, { sink, via }: Pick<Seed, "sink" | "via">): Seed {
  const seed: Seed = { site, kind: statementKind, values: [statement], sink, fact: undefined, via };
  if (statement < 0) return { ...seed, values: [], unsettled: "which statement it runs is not followed" };
  const { isBound, why } = statements.bindingOf(statement);
  return isBound ? { ...seed, structure: boundValues } : { ...seed, unsettled: why };
}

/** Sinks that are about what stands in a file, whose name they may be given. */
const readsContent = new Set(["archive-extract", "unsafe-load", "unsafe-document-load", "xml-parse", "xml-expand"]);

const shellCommandKind = "shell-command";
const noCommands: { readonly texts: readonly number[]; readonly others: readonly number[] } = { texts: [], others: [] };

/** The texts that a shell started by a command line runs, and its other arguments, if it is known how it is put together. */
function shellCommandsOf(ir: Ir, call: number, fact: PlaceFact, values: readonly number[]): typeof noCommands {
  const lines = isSpread(fact) ? [Array.from({ length: callArgCount(ir, call) }, (_, i) => callArg(ir, call, i))]
    : values.flatMap((value) => commandLines(ir, value) ?? []);
  const texts = new Set(lines.flatMap((items) => shellCommands(ir, items)));
  if (texts.size === 0) return noCommands;
  return { texts: [...texts], others: [...new Set(lines.flatMap((items) => items.slice(1)))].filter((item) => !texts.has(item)) };
}

/** The arguments that a command line hands to its program: nothing after a constant `--` is read as an option. */
function argumentsOf(ir: Ir, kind: string, value: number): number[] {
  if (kind === "program-name") return programsOf(ir, value);
  if (kind !== "program-argument") return [value];
  const lines = commandLines(ir, value);
  if (lines) return [...new Set(lines.flatMap((items) => optionPlaces(ir, items)))];
  const shape = ir.a.data[value]!;
  if (ir.op.data[value] !== Op.Build || (shape !== BuildKind.List && shape !== BuildKind.Tuple)) return [value];
  return optionPlaces(ir, ir.lists.toArray(ir.b.data[value]!));
}

/** The items of a command line that its program may read as options. */
const optionPlaces = (ir: Ir, items: readonly number[]): number[] => beforeDashes(ir, items).slice(1);

function beforeDashes(ir: Ir, items: readonly number[]): number[] {
  const end = items.findIndex((item) => isDashes(ir, item));
  return items.slice(0, end < 0 ? items.length : end);
}

/** Holds if the arguments of a call are the command line: `execute("git", "log", name)`. */
const isSpread = (fact: PlaceFact): boolean => fact.port.type === "argument" && fact.port.rest;

/** The first item of a command line for each way that it can be put together; the line itself if that is not known. */
function programsOf(ir: Ir, value: number): number[] {
  const lines = ir.op.data[value] === Op.Build ? undefined : commandLines(ir, value);
  return lines && lines.length > 0 && lines.every((items) => items.length > 0) ? [...new Set(lines.map((items) => items[0]!))] : [value];
}

function isDashes(ir: Ir, value: number): boolean {
  const constant = ir.op.data[value] === Op.Const ? ir.constants[ir.a.data[value]!] : undefined;
  return constant?.type === "str" && constant.value === "--";
}

function storeSeeds(program: Program, sinks: SinkFacts, store: number, out: Seed[]): void {
  const { ir, api } = program;
  const isItem = ir.op.data[store] === Op.SetItem;
  const tokens = program.tokensOf(ir.a.data[store]!);
  for (let i = 0; i < tokens.length; i++) {
    if (tokenKind(tokens[i]!) !== TokenKind.Api) continue;
    const node = api.step(tokenId(tokens[i]!), isItem ? "[*]" : ir.strings.text(ir.b.data[store]!));
    if (node < 0) continue;
    for (const fact of sinks.of(node)) {
      if (fact.port.type === "stored") out.push(storeSeed(api, store, fact, node, ir.c.data[store]!));
      else if (fact.port.type === "key" && isItem) out.push(storeSeed(api, store, fact, node, ir.b.data[store]!));
    }
  }
}

function storeSeed(api: ApiGraph, site: number, fact: PlaceFact, node: number, value: number): Seed {
  return { site, kind: fact.kind, values: [value], sink: api.name(node), fact, via: "flow" };
}

/** The sink kind of places that are known by their name to hold a secret. */
export const namedSecretKind = "security-token";

const makesSecret = /^_?(?:get|gen|generate|create|make|new|build|random|next)?_?(?:\w+_)?(?:token|password|passwd|secret|nonce|salt|otp|verifier|session_id|sessionid|api_key|secret_key|csrf\w*)$/;
const sessionWords = /(?:session|sessions|cookie|cookies)$/;

/** Stores and keyword arguments whose name says that the value is a secret. */
function namedSeeds(ir: Ir, instr: number, op: Op, out: Seed[]): void {
  const add = (value: number, name: string): void => {
    out.push({ site: instr, kind: namedSecretKind, values: [value], sink: name, fact: undefined, via: "name" });
  };
  if (op === Op.SetGlobal) {
    const name = ir.strings.text(ir.a.data[instr]!);
    if (isUnguessableName(name)) add(ir.b.data[instr]!, name);
  } else if (op === Op.SetAttr) {
    const name = ir.strings.text(ir.b.data[instr]!);
    if (isUnguessableName(name)) add(ir.c.data[instr]!, name);
  } else if (op === Op.SetItem) {
    const key = ir.op.data[ir.b.data[instr]!] === Op.Const ? ir.constants[ir.a.data[ir.b.data[instr]!]!] : undefined;
    const container = nameOf(ir, ir.a.data[instr]!);
    if (key?.type === "str" && isUnguessableName(key.value)) add(ir.c.data[instr]!, key.value);
    else if (sessionWords.test(container)) add(ir.c.data[instr]!, container);
  } else {
    const callee = callCallee(ir, instr);
    if (ir.op.data[callee] === Op.GetAttr && /^write(?:lines)?$/.test(ir.strings.text(ir.b.data[callee]!))) {
      const name = fileNameOf(ir, ir.a.data[callee]!);
      if (name !== "" && callArgCount(ir, instr) > 0) add(callArg(ir, instr, 0), name);
    }
    const setter = ir.op.data[callee] === Op.GetAttr ? /^set_?(\w+)$/i.exec(ir.strings.text(ir.b.data[callee]!)) : null;
    if (setter && isUnguessableName(setter[1]!) && callArgCount(ir, instr) === 1) add(callArg(ir, instr, 0), setter[1]!);
    for (let i = 0, n = callKeywordCount(ir, instr); i < n; i++) {
      const name = callKeywordName(ir, instr, i);
      if (name >= 0 && isUnguessableName(ir.strings.text(name))) add(callKeywordValue(ir, instr, i), ir.strings.text(name));
    }
  }
}

const secretFile = /(?:^|[\/_.-])(?:passw(?:or)?ds?|secrets?|tokens?|shadow|credentials?)|(?:passw(?:or)?ds?|secret|token|credentials?)(?:file)?(?:\.\w+)?$/i;

/** The literal part of the name of a file that was opened, if it says that the file holds secrets. */
function fileNameOf(ir: Ir, file: number): string {
  let v = file;
  for (let i = 0; i < 20; i++) {
    const op = ir.op.data[v]!;
    if (op === Op.Sigma || op === Op.Content || op === Op.Enter) v = ir.a.data[v]!;
    else break;
  }
  if (ir.op.data[v] !== Op.Call || callArgCount(ir, v) === 0) return "";
  const callee = callCallee(ir, v);
  const isOpen = ir.op.data[callee] === Op.Global ? ir.strings.text(ir.a.data[callee]!) === "open"
    : ir.op.data[callee] === Op.GetAttr && ir.strings.text(ir.b.data[callee]!) === "open";
  if (!isOpen) return "";
  const name = callArg(ir, v, 0);
  const parts = ir.op.data[name] === Op.Fmt ? ir.lists.toArray(ir.a.data[name]!) : ir.op.data[name] === Op.Bin ? [ir.b.data[name]!, ir.c.data[name]!] : [name];
  for (const part of parts) {
    const constant = ir.op.data[part] === Op.Const ? ir.constants[ir.a.data[part]!] : undefined;
    if (constant?.type === "str" && secretFile.test(constant.value)) return constant.value;
  }
  return "";
}

/** The name by which an object is known where it is used: a global, an attribute, a parameter. */
function nameOf(ir: Ir, value: number): string {
  let v = value;
  for (let i = 0; i < 20; i++) {
    const op = ir.op.data[v]!;
    if (op === Op.Sigma || op === Op.Content) v = ir.a.data[v]!;
    else if (op === Op.Global) return ir.strings.text(ir.a.data[v]!).toLowerCase();
    else if (op === Op.GetAttr || op === Op.Param) return ir.strings.text(ir.b.data[v]!).toLowerCase();
    else if (op === Op.Import) return ir.b.data[v]! >= 0 ? ir.strings.text(ir.b.data[v]!).toLowerCase() : "";
    else return "";
  }
  return "";
}

/** What functions return whose name says that they make a secret. */
function namedResults(ir: Ir, isProduct: (instr: number) => boolean, out: Seed[]): void {
  for (const fn of ir.functions) {
    if (fn.kind !== "function" || fn.endInstr <= fn.firstInstr || !isProduct(fn.firstInstr)) continue;
    const name = ir.strings.text(fn.name);
    if (!makesSecret.test(name.replace(/([a-z0-9])([A-Z])/g, "$1_$2").toLowerCase())) continue;
    for (let i = fn.firstInstr; i < fn.endInstr; i++) {
      if (ir.op.data[i] !== Op.Return || isImplicitReturn(ir, i)) continue;
      out.push({ site: i, kind: namedSecretKind, values: [ir.a.data[i]!], sink: `result of ${name}`, fact: undefined, via: "name" });
    }
  }
}

/** In a response given as a tuple (body, status, headers) only the body is markup. */
function bodyOf(ir: Ir, kind: string, value: number): number {
  if (kind !== "html-text" && kind !== "html-response") return value;
  if (ir.op.data[value] !== Op.Build || ir.a.data[value] !== BuildKind.Tuple) return value;
  return ir.lists.length(ir.b.data[value]!) > 0 ? ir.lists.at(ir.b.data[value]!, 0) : value;
}

/** What handlers and overriding methods return. */
function returnSeeds(
  program: Program, sinks: SinkFacts, watched: ReadonlySet<string>, isProduct: (instr: number) => boolean, out: Seed[],
): void {
  const { ir } = program;
  const seen = new Set<string>();
  const add = (fn: number, kind: string, sink: string, framework: string): void => {
    const info = ir.functions[fn]!;
    if (seen.has(`${fn},${kind}`) || info.endInstr <= info.firstInstr || !isProduct(info.firstInstr)) return;
    seen.add(`${fn},${kind}`);
    for (let i = info.firstInstr; i < info.endInstr; i++) {
      if (ir.op.data[i] !== Op.Return || isImplicitReturn(ir, i)) continue;
      const body = bodyOf(ir, kind, ir.a.data[i]!);
      const seed: Seed = { site: i, kind, values: [body], sink, fact: undefined, via: "class" };
      out.push(kind === "html-response" && isJsonBody(program, body, framework) ? { ...seed, structure: "it is sent as JSON" } : seed);
    }
  };
  for (const entry of program.entries) {
    const returns = entry.returns === "" && watched.has("html-response") && namesPageClass(program, sinks, entry.site) ? "html-response" : entry.returns;
    if (returns !== "" && watched.has(returns)) add(entry.function, returns, `response of ${entry.framework} handler`, entry.framework);
  }
  for (const fn of ir.functions) {
    if (fn.class < 0 || fn.kind !== "function") continue;
    const nodes = overriddenNodes(program, fn.id);
    if (watched.has("html-text") && nodes.length > 0 && isProduct(fn.firstInstr)) viewTemplateSeeds(program, fn, nodes, out);
    for (const node of nodes) {
      for (const fact of sinks.of(node)) if (fact.port.type === "returned") add(fn.id, fact.kind, program.api.name(node), "");
    }
  }
}

/** Holds if a handler is registered with the class of its answers, and that class sends pages: `response_class=HTMLResponse`. */
function namesPageClass(program: Program, sinks: SinkFacts, site: number): boolean {
  const { ir } = program;
  const call = ir.op.data[site] === Op.Decorate ? ir.a.data[site]! : site;
  const name = ir.strings.find("response_class");
  if (name < 0 || ir.op.data[call] !== Op.Call) return false;
  const value = callKeyword(ir, call, name);
  const tokens = value < 0 ? [] : program.tokensOf(value);
  for (let i = 0; i < tokens.length; i++) {
    if (tokenKind(tokens[i]!) !== TokenKind.Api) continue;
    if (sinks.of(tokenId(tokens[i]!)).some((fact) => fact.kind === "html-response" && !fact.when)) return true;
  }
  return false;
}

const isImplicitReturn = (ir: Ir, row: number): boolean => ir.src.data[row] === ir.end.data[row];

/** API nodes of the library methods that a project method overrides. */
export function overriddenNodes(program: Program, fn: number): number[] {
  const info = program.ir.functions[fn]!;
  if (info.class < 0) return [];
  const name = program.ir.strings.text(info.name);
  const out: number[] = [];
  for (const base of program.apiBasesOf(info.class)) {
    const instance = program.api.step(base, "()");
    const node = program.api.step(instance >= 0 ? instance : base, name);
    if (node >= 0) out.push(node);
  }
  return out;
}

/** The file id of an instruction. */
export function fileOf(ir: Ir, instr: number): number {
  return ir.modules[functionOf(ir, instr).module]!.file;
}
