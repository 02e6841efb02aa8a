/**
 * Paths of a value between two places, from the columns of a saved ledger.
 *
 * The search goes backwards from the sink: a call is entered by what its function gives back, a parameter is left by the
 * arguments of the call that it was entered from, or of every caller if it was entered from none. So a path never goes
 * into a function by one call and out by another.
 */
import { Op } from "../ir/index.ts";
import type { Workspace } from "../source/index.ts";
import { type CodeAt, CodeReader } from "./code.ts";
import type { Ledger, SavedFunction, Span } from "./ledger.ts";
import * as layout from "./layout.ts";
import { numbersOf } from "./sections.ts";

export interface LinePlace {
  readonly path: string;
  readonly line: number;
}

export interface TraceStep {
  readonly what: string;
  readonly at: CodeAt | undefined;
}

/** Where values of the sink come from, where no path was found: what the search ended at. */
export interface TraceEnd {
  readonly what: string;
  readonly at: CodeAt | undefined;
}

export type TraceAnswer =
  | { readonly found: true; readonly isReversed: boolean; readonly paths: readonly (readonly TraceStep[])[]; readonly isCut: boolean }
  | {
      readonly found: false; readonly problem: string; readonly ends: readonly TraceEnd[]; readonly endsTotal: number; readonly isCut: boolean;
      /** Functions that call one another from the source's to the sink's, if there is such a way; values do not pass by it. */
      readonly calls: readonly string[];
    };

/** States of one search: a value, and the calls that it was entered through. */
const statesMax = 600_000;
/** Calls remembered of a state; what lies deeper is forgotten, and left by every caller. */
const depthMax = 6;
const pathsMax = 3;
const endsMax = 6;

/** Searches for paths from a value at one line to a value at another. */
export function trace(ledger: Ledger, workspace: Workspace, source: LinePlace, sink: LinePlace): TraceAnswer {
  const reader = new CodeReader(ledger, workspace);
  const graph = new FlowGraph(ledger);
  const from = nodesAt(ledger, reader, source);
  const to = nodesAt(ledger, reader, sink);
  for (const [place, nodes] of [[source, from], [sink, to]] as const) {
    if (typeof nodes === "string") return { found: false, problem: `${place.path}:${place.line}: ${nodes}`, ends: [], endsTotal: 0, isCut: false, calls: [] };
  }
  const search = new Search(ledger, reader, graph, to as readonly number[], new Set(from as readonly number[]));
  const paths = search.run();
  if (paths.length > 0) return { found: true, isReversed: false, paths, isCut: search.isCut };
  const back = new Search(ledger, reader, graph, from as readonly number[], new Set(to as readonly number[]));
  const reversed = back.run();
  if (reversed.length > 0) return { found: true, isReversed: true, paths: reversed, isCut: back.isCut };
  const { ends, total } = search.ends();
  return { found: false, problem: "", ends, endsTotal: total, isCut: search.isCut, calls: graph.callWay((from as readonly number[])[0], (to as readonly number[])[0]) };
}

/** Values that begin at a line; if there are none, those of statements that cover it. A text says why there are none. */
function nodesAt(ledger: Ledger, reader: CodeReader, place: LinePlace): readonly number[] | string {
  const file = ledger.fileOf(place.path);
  if (file < 0) return "this file is not part of the review";
  const line = reader.lineSpan(file, place.line);
  if (line === undefined) return `the file has ${reader.source(file)?.lineStarts.length ?? 0} lines`;
  const beginning: number[] = [];
  const covering: number[] = [];
  const { nodes } = ledger;
  for (let id = 0; id < ledger.functionCount; id++) {
    const fn = ledger.func(id);
    if (fn.file !== file) continue;
    for (let node = fn.firstNode; node < fn.endNode; node++) collect(nodes, node, line, beginning, covering);
  }
  if (beginning.length > 0) return beginning;
  if (covering.length > 0) return covering;
  return ledger.files[file].isTest ? "test code is not part of the flow" : "no value stands at this line";
}

function collect(nodes: Int32Array, node: number, line: Span, beginning: number[], covering: number[]): void {
  const src = nodes[node * layout.nodeWidth + 1];
  const length = nodes[node * layout.nodeWidth + 2];
  if (length === 0) return;
  if (src >= line.src && src < line.end) beginning.push(node);
  else if (src < line.src && src + length > line.src && length < 4_000) covering.push(node);
}

/** The columns of flow, indexed. */
class FlowGraph {
  readonly ledger: Ledger;
  /** Where the list of a node begins in {@link preds}. */
  private readonly starts: Int32Array;
  private readonly preds: Int32Array;
  private readonly passes: Int32Array;
  private readonly passesOf = new Map<number, number[]>();
  private readonly returnsOf = new Map<number, number[]>();
  private readonly callOfNode = new Map<number, number>();

  constructor(ledger: Ledger) {
    this.ledger = ledger;
    const { sections } = ledger;
    this.preds = numbersOf(sections, layout.sectionNames.preds, 1);
    this.passes = numbersOf(sections, layout.sectionNames.passes, layout.passWidth);
    const count = ledger.nodes.length / layout.nodeWidth;
    this.starts = new Int32Array(count);
    for (let node = 0, at = 0; node < count && at < this.preds.length; node++) {
      this.starts[node] = at;
      at += Math.max(0, this.preds[at]) + 1;
    }
    for (let at = 0; at < this.passes.length; at += layout.passWidth) push(this.passesOf, this.passes[at], at);
    const returns = numbersOf(sections, layout.sectionNames.returns, layout.returnWidth);
    for (let at = 0; at < returns.length; at += layout.returnWidth) push(this.returnsOf, returns[at], returns[at + 1]);
    const calls = numbersOf(sections, layout.sectionNames.calls, layout.callWidth);
    for (let at = 0; at < calls.length; at += layout.callWidth) this.callOfNode.set(calls[at], at / layout.callWidth);
  }

  op(node: number): Op {
    return (this.ledger.nodes[node * layout.nodeWidth] & layout.opMask) as Op;
  }

  /** Holds if the value of a node holds something of what the node takes. */
  isMade(node: number): boolean {
    return (this.ledger.nodes[node * layout.nodeWidth] & layout.takesOnly) === 0;
  }

  eachPred(node: number, use: (pred: number) => void): void {
    const start = this.starts[node];
    for (let i = 1; i <= this.preds[start]; i++) use(node - this.preds[start + i]);
  }

  /** What functions of the project give back to a call. */
  eachReturn(call: number, use: (value: number) => void): void {
    const index = this.callOfNode.get(call);
    if (index === undefined) return;
    for (const target of this.ledger.call(index).targets) for (const value of this.returnsOf.get(target.function) ?? []) use(value);
  }

  /** The arguments of a parameter, with their calls. */
  eachPass(parameter: number, use: (argument: number, call: number) => void): void {
    for (const at of this.passesOf.get(parameter) ?? []) use(this.passes[at + 2], this.passes[at + 1]);
  }

  callAt(node: number): ReturnType<Ledger["call"]> | undefined {
    const index = this.callOfNode.get(node);
    return index === undefined ? undefined : this.ledger.call(index);
  }

  /** Functions from the one of a node to the one of another, each calling the next; empty if there is no such way. */
  callWay(from: number, to: number): readonly string[] {
    const start = this.ledger.functionOfNode(from);
    const goal = this.ledger.functionOfNode(to);
    if (start === undefined || goal === undefined || start.id === goal.id) return [];
    const before = new Map<number, number>([[start.id, -1]]);
    const calls = this.callsByFunction();
    const queue = [start.id];
    for (let next = 0; next < queue.length && !before.has(goal.id); next++) {
      for (const target of calls.get(queue[next]) ?? []) {
        if (before.has(target)) continue;
        before.set(target, queue[next]);
        queue.push(target);
      }
    }
    const way: string[] = [];
    for (let at = before.has(goal.id) ? goal.id : -1; at >= 0; at = before.get(at) ?? -1) way.unshift(this.ledger.func(at).name);
    return way;
  }

  private callsByFunction(): ReadonlyMap<number, readonly number[]> {
    const calls = new Map<number, number[]>();
    for (let index = 0; index < this.ledger.callCount; index++) {
      const call = this.ledger.call(index);
      const holder = this.ledger.functionOfNode(call.node);
      for (const target of call.targets) if (holder !== undefined && target.function >= 0) push(calls, holder.id, target.function);
    }
    return calls;
  }
}

function push(map: Map<number, number[]>, key: number, value: number): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}

/** How a state was come to. */
const enum Hop {
  Start,
  Made,
  Returned,
  Passed,
}

class Search {
  isCut = false;
  private readonly ledger: Ledger;
  private readonly reader: CodeReader;
  private readonly graph: FlowGraph;
  private readonly goal: ReadonlySet<number>;
  /** States: value, calls entered through, the state before it (nearer to the sink), how. */
  private readonly values: number[] = [];
  private readonly stacks: number[] = [];
  private readonly before: number[] = [];
  private readonly hops: Hop[] = [];
  private readonly seen = new Set<number>();
  /** Stacks of calls, interned: call on top, the stack below, depth. Number 0 is empty. */
  private readonly tops = [-1];
  private readonly below = [0];
  private readonly depths = [0];
  private readonly stackIds = new Map<string, number>();

  constructor(ledger: Ledger, reader: CodeReader, graph: FlowGraph, starts: readonly number[], goal: ReadonlySet<number>) {
    this.ledger = ledger;
    this.reader = reader;
    this.graph = graph;
    this.goal = goal;
    for (const node of starts) this.add(node, 0, -1, Hop.Start);
  }

  run(): readonly (readonly TraceStep[])[] {
    const found: (readonly TraceStep[])[] = [];
    const told = new Set<string>();
    for (let state = 0; state < this.values.length && found.length < pathsMax; state++) {
      if (this.goal.has(this.values[state]) && this.hops[state] !== Hop.Start) {
        const path = this.pathOf(state);
        const key = path.map((step) => `${step.at?.path}:${step.at?.line}`).join(" ");
        if (!told.has(key)) found.push(path);
        told.add(key);
        continue;
      }
      this.expand(state);
    }
    return found;
  }

  private expand(state: number): void {
    const { graph } = this;
    const node = this.values[state];
    const stack = this.stacks[state];
    // At the sink itself the question is what comes in, not what its value is made of.
    if (graph.isMade(node) || this.hops[state] === Hop.Start) graph.eachPred(node, (pred) => this.add(pred, stack, state, Hop.Made));
    const op = graph.op(node);
    if (op === Op.Call) graph.eachReturn(node, (value) => this.add(value, this.pushed(stack, node), state, Hop.Returned));
    if (op !== Op.Param) return;
    graph.eachPass(node, (argument, call) => {
      if (stack === 0) this.add(argument, 0, state, Hop.Passed);
      else if (this.tops[stack] === call) this.add(argument, this.below[stack], state, Hop.Passed);
    });
  }

  private add(node: number, stack: number, before: number, hop: Hop): void {
    if (node < 0) return;
    const key = node * 1_048_576 + (stack % 1_048_576);
    if (this.seen.has(key)) return;
    if (this.values.length >= statesMax) {
      this.isCut = true;
      return;
    }
    this.seen.add(key);
    this.values.push(node);
    this.stacks.push(stack);
    this.before.push(before);
    this.hops.push(hop);
  }

  /** A stack that would grow too deep begins anew: what is below is forgotten. */
  private pushed(stack: number, call: number): number {
    const below = this.depths[stack] >= depthMax ? 0 : stack;
    const key = `${below},${call}`;
    let id = this.stackIds.get(key);
    if (id === undefined) {
      id = this.tops.length;
      this.tops.push(call);
      this.below.push(below);
      this.depths.push(this.depths[below] + 1);
      this.stackIds.set(key, id);
    }
    return id;
  }

  /** From source to sink; steps that only carry a value on within a line are left out. */
  private pathOf(state: number): readonly TraceStep[] {
    const steps: TraceStep[] = [];
    for (let at = state, next = -1; at >= 0; next = at, at = this.before[at]) {
      const node = this.values[at];
      const what = next < 0 ? "source" : this.before[at] < 0 ? "sink" : this.wordOf(node, this.hops[next]);
      if (what === "" && steps.length > 0) continue;
      const step = { what: what === "" ? "value" : what, at: this.reader.at(this.ledger.nodeSpan(node)) };
      const last = steps[steps.length - 1];
      if (last !== undefined && last.at?.line === step.at?.line && last.at?.code === step.at?.code && what !== "sink") continue;
      steps.push(step);
    }
    return steps;
  }

  private wordOf(node: number, hop: Hop): string {
    const { graph, ledger } = this;
    if (hop === Hop.Passed) return `parameter of ${nameOf(ledger.functionOfNode(node))}`;
    if (hop === Hop.Returned) return "result of the call";
    switch (graph.op(node)) {
      case Op.Call: return through(graph.callAt(node));
      case Op.GetAttr: return "read from an attribute";
      case Op.GetItem: case Op.Unpack: return "taken out of a container";
      case Op.Next: return "an element of what is iterated";
      case Op.Bin: return "joined or computed";
      case Op.Fmt: return "formatted into a text";
      case Op.Build: return "put into a container";
      case Op.SetAttr: case Op.SetItem: case Op.SetGlobal: case Op.ClassVar: case Op.SetCell: case Op.Append: return "stored";
      case Op.Return: case Op.Yield: return "returned";
      default: return "";
    }
  }

  /** What the search ended at: values that nothing is known to flow into, the nearest to the sink first. */
  ends(): { readonly ends: readonly TraceEnd[]; readonly total: number } {
    const leaves = new Map<string, TraceEnd>();
    for (let state = 0; state < this.values.length; state++) {
      const node = this.values[state];
      const what = this.endWord(node);
      if (what === "") continue;
      const at = this.reader.at(this.ledger.nodeSpan(node));
      const key = `${what} ${at?.path}:${at?.line}`;
      if (!leaves.has(key)) leaves.set(key, { what, at });
      if (leaves.size > 200) break;
    }
    return { ends: [...leaves.values()].slice(0, endsMax), total: leaves.size };
  }

  private endWord(node: number): string {
    const { graph, ledger } = this;
    switch (graph.op(node)) {
      case Op.Param: {
        let callers = 0;
        graph.eachPass(node, () => callers++);
        return callers > 0 ? "" : `parameter of ${nameOf(ledger.functionOfNode(node))}: no call of the program gives it`;
      }
      case Op.Const: return "a literal";
      case Op.Call: {
        const call = graph.callAt(node);
        if (call === undefined) return "";
        if (call.kind === "unresolved") return `a call without a target (${call.unresolved})`;
        const library = call.targets.find((target) => target.kind !== "project");
        let preds = 0;
        if (graph.isMade(node)) graph.eachPred(node, () => preds++);
        return library !== undefined && preds === 0 ? `result of ${library.name}, which keeps nothing of its arguments` : "";
      }
      default: return "";
    }
  }
}

const nameOf = (fn: SavedFunction | undefined): string => fn?.name ?? "a function";

function through(call: ReturnType<Ledger["call"]> | undefined): string {
  if (call === undefined || call.targets.length === 0) return "through a call without a target";
  const library = call.targets.find((target) => target.kind !== "project");
  return library === undefined ? "result of the call" : `through ${library.name}${library.kind === "external" ? ", which has no model" : ""}`;
}
