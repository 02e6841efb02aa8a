/**
 * The demand-driven solver: summaries of values, of what functions return, and of what they store into parameters.
 *
 * Summaries are symbolic: a leaf may be a port (a parameter of the function), which a call replaces by its argument.
 * So calls and returns match at any depth without call strings. Functions that call each other are solved again until
 * their summaries no longer grow.
 */
import { type FunctionInfo, type Ir, Op, functionOf } from "../ir/index.ts";
import type { ApiGraph } from "../knowledge/index.ts";
import { type Program, TokenKind, tokenId, tokenKind } from "../program/index.ts";
import { FieldIndex } from "./fields.ts";
import { Edge, LeafKind, type Summary } from "./leaf.ts";
import type { Need } from "./need.ts";
import { PathTable } from "./paths.ts";
import { visit } from "./transfer.ts";
import { Walk } from "./walk.ts";

/** What constant evaluation knows; written by `values/`. */
export interface ValueFacts {
  constantsOf(value: number): readonly number[] | undefined;
  isReachable(block: number): boolean;
  isEdgeFeasible(block: number, successor: number): boolean;
}

/** Deepest chain of summaries that are computed inside one another. */
export const summaryDepthMax = 80;
/** Most rounds of a group of functions that call each other. */
export const summaryRoundsMax = 20;

const enum Which { Value, Return, Yield, Out }

export class Solver {
  readonly ir: Ir;
  readonly api: ApiGraph;
  readonly paths = new PathTable();
  readonly fields: FieldIndex;
  readonly program: Program;
  readonly facts: ValueFacts;
  /** Nodes visited by all walks so far; the counted work of a review. */
  steps = 0;
  private readonly done = new Map<string, Summary>();
  private readonly running = new Map<string, { summary: Summary; used: boolean; depth: number }>();
  private readonly rows = new Map<number, FunctionRows>();
  private depth = 0;
  /** Depth of the outermost running summary that was read while unfinished. */
  private lowest = Number.MAX_SAFE_INTEGER;

  constructor(program: Program, facts: ValueFacts) {
    this.program = program;
    this.ir = program.ir;
    this.api = program.api;
    this.facts = facts;
    this.fields = new FieldIndex(program);
  }

  /** Where `value`, asked about `path`, comes from, as far as its own function tells. */
  ofValue(value: number, path: number, need: Need): Summary {
    return this.summary(Which.Value, value, path, need);
  }

  /** What a function returns. */
  ofReturn(fn: number, path: number, need: Need): Summary {
    return this.summary(Which.Return, fn, path, need);
  }

  /** What a generator yields. */
  ofYield(fn: number, path: number, need: Need): Summary {
    return this.summary(Which.Yield, fn, path, need);
  }

  /** What a function stores into part `path` of its parameter `param` (a Param instruction). */
  ofStores(param: number, path: number, need: Need): Summary {
    return this.summary(Which.Out, param, path, need);
  }

  rowsOf(fn: number): FunctionRows {
    let rows = this.rows.get(fn);
    if (!rows) {
      rows = collectRows(this.ir, this.ir.functions[fn]!, this.facts);
      this.rows.set(fn, rows);
    }
    return rows;
  }

  /** API nodes among the tokens of a value. */
  apiNodes(value: number): number[] {
    const tokens = this.program.tokensOf(value);
    const out: number[] = [];
    for (let i = 0; i < tokens.length; i++) {
      if (tokenKind(tokens[i]!) === TokenKind.Api) out.push(tokenId(tokens[i]!));
    }
    return out;
  }

  private summary(which: Which, subject: number, path: number, need: Need): Summary {
    const key = `${which},${subject},${path},${need.id}`;
    const known = this.done.get(key);
    if (known) return known;
    const active = this.running.get(key);
    if (active) {
      active.used = true;
      if (active.depth < this.lowest) this.lowest = active.depth;
      return active.summary;
    }
    if (this.depth >= summaryDepthMax) return tooDeep(need);
    return this.compute(key, which, subject, path, need);
  }

  private compute(key: string, which: Which, subject: number, path: number, need: Need): Summary {
    const entry = { summary: emptySummary, used: false, depth: this.depth };
    this.running.set(key, entry);
    const outerLowest = this.lowest;
    this.depth++;
    let rounds = 0;
    let summary: Summary;
    do {
      this.lowest = Number.MAX_SAFE_INTEGER;
      entry.used = false;
      const before = entry.summary.leaves.length;
      summary = this.run(which, subject, path, need);
      entry.summary = summary;
      if (!entry.used || summary.leaves.length === before) break;
      rounds++;
    } while (rounds < summaryRoundsMax);
    this.depth--;
    this.running.delete(key);
    const dependsOn = this.lowest;
    // A summary that read an unfinished outer one is provisional: it must not be remembered.
    if (dependsOn >= this.depth) this.done.set(key, summary);
    this.lowest = Math.min(outerLowest, dependsOn >= this.depth ? Number.MAX_SAFE_INTEGER : dependsOn);
    return summary;
  }

  private run(which: Which, subject: number, path: number, need: Need): Summary {
    const walk = new Walk(need, which === Which.Return || which === Which.Yield ? subject : functionOf(this.ir, subject).id);
    this.start(walk, which, subject, path);
    for (let node = walk.pop(); node >= 0; node = walk.pop()) {
      this.steps++;
      visit(this, walk, node);
    }
    return walk.finish();
  }

  private start(walk: Walk, which: Which, subject: number, path: number): void {
    const ir = this.ir;
    if (which === Which.Value) walk.push(subject, path, -1, Edge.Start);
    else if (which === Which.Return) {
      for (const row of this.rowsOf(subject).returns) walk.push(ir.a.data[row]!, path, -1, Edge.Return);
    } else if (which === Which.Yield) {
      for (const row of this.rowsOf(subject).yields) walk.push(ir.a.data[row]!, path, -1, Edge.Return);
    } else this.startStores(walk, subject, path);
  }

  /** The values that Content rows rooted at a parameter store into the part that is asked about. */
  private startStores(walk: Walk, param: number, path: number): void {
    const { ir, paths } = this;
    const head = path === 0 ? -1 : paths.head(path);
    for (const row of this.rowsOf(functionOf(ir, param).id).contents) {
      if (this.rootOf(row) !== param) continue;
      const effect = ir.b.data[row]!;
      const op = ir.op.data[effect]!;
      if (op === Op.SetAttr) {
        const selector = ir.b.data[effect]! * 4;
        if (head === -1) walk.push(ir.c.data[effect]!, 0, -1, Edge.Content);
        else if (head === selector) walk.push(ir.c.data[effect]!, paths.tail(path), -1, Edge.Content);
      } else if (op === Op.SetItem) {
        if (head === -1 || (head & 3) !== 0) {
          walk.push(ir.c.data[effect]!, head === -1 ? 0 : paths.tail(path), -1, Edge.Content);
        }
      } else if (op === Op.Call) walk.push(row, path, -1, Edge.Content);
    }
  }

  /** The value that a chain of contents and guards started from. */
  rootOf(value: number): number {
    const ir = this.ir;
    let v = value;
    for (let i = 0; i < 200; i++) {
      const op = ir.op.data[v]!;
      if (op === Op.Content || op === Op.Sigma || op === Op.Await) v = ir.a.data[v]!;
      else if (op === Op.Phi) v = ir.lists.length(ir.a.data[v]!) > 0 ? ir.lists.at(ir.a.data[v]!, 0) : v;
      else return v;
      if (v < 0) return v;
    }
    return v;
  }
}

/** Rows of a function that summaries begin at. */
export interface FunctionRows {
  readonly returns: readonly number[];
  readonly yields: readonly number[];
  readonly contents: readonly number[];
  readonly sigmas: readonly number[];
}

function collectRows(ir: Ir, fn: FunctionInfo, facts: ValueFacts): FunctionRows {
  const rows: { returns: number[]; yields: number[]; contents: number[]; sigmas: number[] } = {
    returns: [], yields: [], contents: [], sigmas: [],
  };
  for (let i = fn.firstInstr; i < fn.endInstr; i++) {
    const op = ir.op.data[i]!;
    if (op !== Op.Return && op !== Op.Yield && op !== Op.Content && op !== Op.Sigma) continue;
    if (!facts.isReachable(ir.block.data[i]!)) continue;
    if (op === Op.Return) rows.returns.push(i);
    else if (op === Op.Yield) rows.yields.push(i);
    else if (op === Op.Content) rows.contents.push(i);
    else rows.sigmas.push(i);
  }
  return rows;
}

export const emptySummary: Summary = {
  leaves: [], values: new Int32Array(0), parents: new Int32Array(0), edges: new Uint8Array(0), inner: new Map(),
};

function tooDeep(need: Need): Summary {
  const walk = new Walk(need, -1);
  walk.leaf(-1, LeafKind.Open, -1, "budget", "call depth");
  return walk.finish();
}
