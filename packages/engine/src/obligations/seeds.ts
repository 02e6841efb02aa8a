/** Where obligations stand: every place of the program that a model calls a sink. */
import { type Ir, Op, functionOf } from "../ir/index.ts";
import type { ApiGraph, PlaceFact } from "../knowledge/index.ts";
import { type CallVia, type Program, TokenKind, tokenId, tokenKind } from "../program/index.ts";
import { allArguments, portValues } from "./ports.ts";

/** A sink and the values that it is about. */
export interface Seed {
  readonly site: number;
  readonly kind: string;
  /** Values at the port; empty if the argument is absent. */
  readonly values: readonly number[];
  readonly sink: string;
  readonly fact: PlaceFact | undefined;
  readonly via: CallVia;
}

/** Lists the seeds of a program whose sink kinds are watched, in row order. */
export function collectSeeds(program: Program, watched: ReadonlySet<string>, isProduct: (instr: number) => boolean): Seed[] {
  const { ir, api } = program;
  const seeds: Seed[] = [];
  const sinks = new SinkFacts(api, watched);
  for (let i = 0, n = ir.length; i < n; i++) {
    const op = ir.op.data[i]!;
    if (op !== Op.Call && op !== Op.SetItem && op !== Op.SetAttr) continue;
    if (!isProduct(i)) continue;
    if (op === Op.Call) callSeeds(program, sinks, i, seeds);
    else storeSeeds(program, sinks, i, seeds);
  }
  returnSeeds(program, sinks, watched, isProduct, seeds);
  return seeds;
}

/** Sink facts by API node, memoised. */
class SinkFacts {
  private readonly memo = new Map<number, readonly PlaceFact[]>();
  private readonly api: ApiGraph;
  private readonly watched: ReadonlySet<string>;

  constructor(api: ApiGraph, watched: ReadonlySet<string>) {
    this.api = api;
    this.watched = watched;
  }

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
  const seen = new Set<string>();
  for (const target of program.targetsOf(call)) {
    if (target.kind !== "api") continue;
    const name = api.name(target.node);
    const add = (fact: PlaceFact, values: readonly number[]): void => {
      const key = `${fact.kind},${values.join()},${JSON.stringify(fact.when ?? null)}`;
      if (seen.has(key)) return;
      seen.add(key);
      out.push({ site: call, kind: fact.kind, values, sink: name, fact, via: target.via });
    };
    for (const fact of sinks.of(target.node)) {
      if (fact.port.type === "argument" || fact.port.type === "any-argument" || fact.port.type === "self") add(fact, portValues(ir, call, fact.port));
    }
    const result = api.step(target.node, "()");
    if (result < 0) continue;
    for (const fact of sinks.of(result)) if (fact.port.type === "object") add(fact, allArguments(ir, call));
  }
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

/** What handlers and overriding methods return. */
function returnSeeds(
  program: Program, sinks: SinkFacts, watched: ReadonlySet<string>, isProduct: (instr: number) => boolean, out: Seed[],
): void {
  const { ir } = program;
  const seen = new Set<string>();
  const add = (fn: number, kind: string, sink: string): void => {
    const info = ir.functions[fn]!;
    if (seen.has(`${fn},${kind}`) || info.endInstr <= info.firstInstr || !isProduct(info.firstInstr)) return;
    seen.add(`${fn},${kind}`);
    for (let i = info.firstInstr; i < info.endInstr; i++) {
      if (ir.op.data[i] !== Op.Return || isImplicitReturn(ir, i)) continue;
      out.push({ site: i, kind, values: [ir.a.data[i]!], sink, fact: undefined, via: "class" });
    }
  };
  for (const entry of program.entries) {
    if (entry.returns !== "" && watched.has(entry.returns)) add(entry.function, entry.returns, `response of ${entry.framework} handler`);
  }
  for (const fn of ir.functions) {
    if (fn.class < 0 || fn.kind !== "function") continue;
    for (const node of overriddenNodes(program, fn.id)) {
      for (const fact of sinks.of(node)) if (fact.port.type === "returned") add(fn.id, fact.kind, program.api.name(node));
    }
  }
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
