/**
 * One backward walk: from values, through the definitions they come from, to leaves.
 *
 * ```text
 * def page(request):            db.execute(q)      start: q
 *     q = "... '%s'" % name     Bin(%)             q <- "...", name
 *     db.execute(q)             name               Port(page, parameter 1)
 * ```
 * The walk stays inside one function, except that calls of project functions are replaced by the summaries of what
 * they return. Nodes are visited breadth first, those on paths that nothing weakens before all others, so that every
 * leaf is found with its strongest and nearly shortest derivation.
 */
import { PairSet } from "../base/index.ts";
import { type Asked, nothingAsked } from "./asked.ts";
import type { Endings } from "./endings.ts";
import { Flag, type Inner, Leaf, LeafKind, type Summary, type Traces } from "./leaf.ts";
import { type Need, requestPathKind } from "./need.ts";

export const walkNodesMax = 4000;
export const walkLeavesMax = 96;
export const openLeavesMax = 8;
export const objectLeavesMax = 4;

/** The frontier and the record of one walk. Used again for the next one after {@link begin}. */
export class Walk {
  need: Need = nothingNeeded;
  /** The questions that were asked about the need, as {@link Asked} numbers them. */
  asked = nothingAsked;
  /** Nodes so far; the columns below are valid up to here. */
  count = 0;
  values = new Int32Array(64);
  paths = new Int32Array(64);
  parents = new Int32Array(64);
  flags = new Int32Array(64);
  /** The block of the use that a node was come to from: what is known there holds of the node's value; -1 if it is not told. */
  sites = new Int32Array(64);
  private kept = new Int32Array(64);
  private readonly inners = new Map<number, Inner>();
  private leaves: Leaf[] = [];
  private opens = 0;
  private objects = 0;
  /** True once a limit cut the walk off. */
  cut = false;
  private readonly seen = new PairSet();
  private readonly found = new PairSet();
  private clean = new Int32Array(64);
  private weak = new Int32Array(64);
  private cleanCount = 0;
  private weakCount = 0;
  private cleanNext = 0;
  private weakNext = 0;
  private readonly endings: Endings;
  private readonly questions: Asked;

  constructor(endings: Endings, questions: Asked) {
    this.endings = endings;
    this.questions = questions;
  }

  /** Makes the walk ready for a new question. */
  begin(need: Need): void {
    this.need = need;
    this.asked = nothingAsked;
    this.count = 0;
    if (this.inners.size > 0) this.inners.clear();
    this.seen.clear();
    this.found.clear();
    this.leaves = [];
    this.opens = 0;
    this.objects = 0;
    this.cut = false;
    this.cleanCount = 0;
    this.weakCount = 0;
    this.cleanNext = 0;
    this.weakNext = 0;
  }

  /** Holds if a guard kind makes a value fine for the need. Ask last: what was asked tells needs apart. */
  stops(kind: string): boolean {
    this.asked = this.questions.withStop(this.asked, kind);
    return this.need.stops.has(kind);
  }

  /** Holds if the need asks about values of a source kind. */
  asksAbout(kind: string): boolean {
    const meant = kind === requestPathKind && !this.need.sources.has(kind) ? "remote-input" : kind;
    if (kind === requestPathKind) this.asked = this.questions.withSource(this.asked, "remote-input");
    this.asked = this.questions.withSource(this.asked, kind);
    return this.need.sources.has(meant);
  }

  /** Holds if a name that says that a value is secret makes it a source. */
  asksSecretNames(): boolean {
    this.asked = this.questions.withSecretNames(this.asked);
    return this.need.bySecretName;
  }

  /** Holds if the walk goes on through calls that are not known. */
  followsUnknown(): boolean {
    this.asked = this.questions.withUnknown(this.asked);
    return this.need.followsUnknown;
  }

  /** Adds a value to the frontier, come to from node `from` (-1 at the start), through the port `leaf` of the callee `summary` if they are given. */
  push(value: number, path: number, from: number, flags = 0, summary?: Summary, leaf?: Leaf, site = from >= 0 ? this.sites[from]! : -1): void {
    if (value < 0) return;
    const all = flags | (from >= 0 ? this.flags[from]! : 0);
    const isClean = (all & ~Flag.Jump) === 0;
    if (isClean ? !this.seen.add(value, path) : this.seen.has(value, path)) return;
    if (this.count >= walkNodesMax) {
      this.cut = true;
      return;
    }
    if (this.count === this.values.length) this.grow();
    const node = this.count++;
    this.values[node] = value;
    this.paths[node] = path;
    this.parents[node] = from;
    this.flags[node] = all;
    this.sites[node] = site;
    if (summary && leaf) this.inners.set(node, { summary, leaf });
    if (isClean) this.clean[this.cleanCount++] = node;
    else this.weak[this.weakCount++] = node;
  }

  /** Next node to visit, or -1. */
  pop(): number {
    if (this.cleanNext < this.cleanCount) return this.clean[this.cleanNext++]!;
    while (this.weakNext < this.weakCount) {
      const node = this.weak[this.weakNext++]!;
      if (this.seen.add(this.values[node]!, this.paths[node]!)) return node;
    }
    return -1;
  }

  /** Records a leaf at a node. Equal leaves are kept once: the first, which is the strongest. */
  leaf(node: number, kind: LeafKind, instr: number, code: string, text = "", data = -1, path = 0, flags = 0): void {
    const key = this.endings.keyOf(kind, instr, code, text, data, path);
    if (!this.isNew(key, kind)) return;
    const ending = this.endings.of(key, kind, instr, code, text, data, path);
    this.leaves.push(new Leaf(ending, flags | (node >= 0 ? this.flags[node]! : 0), node, undefined));
  }

  /** Takes over a leaf that was found inside a callee. */
  adopt(node: number, summary: Summary, leaf: Leaf, flags: number): void {
    const { ending } = leaf;
    if (!this.isNew(ending.key, ending.kind)) return;
    this.leaves.push(new Leaf(ending, leaf.flags | flags | (node >= 0 ? this.flags[node]! : 0), node, { summary, leaf }));
  }

  /** A few leaves that leave a value open, or say where it is made, tell as much as many: they decide nothing more. */
  private isNew(key: number, kind: LeafKind): boolean {
    if (this.found.has(key, 0)) return false;
    if (kind === LeafKind.Open && ++this.opens > openLeavesMax) return false;
    if (kind === LeafKind.Object && ++this.objects > objectLeavesMax) return false;
    if (this.leaves.length >= walkLeavesMax && kind !== LeafKind.Source) {
      this.cut = true;
      return false;
    }
    this.found.add(key, 0);
    return true;
  }

  /** The result: leaves, and of the nodes only those that lead to a leaf. */
  finish(traces: Traces): Summary {
    if (this.cut) this.leaf(-1, LeafKind.Open, -1, "budget", "walk steps");
    const { kept, parents, count } = this;
    kept.fill(-1, 0, count);
    for (const leaf of this.leaves) {
      for (let node = leaf.node; node >= 0 && kept[node] === -1; node = parents[node]!) kept[node] = 0;
    }
    const start = traces.values.length;
    let next = 0;
    for (let node = 0; node < count; node++) {
      if (kept[node]! < 0) continue;
      kept[node] = next++;
      const parent = parents[node]!;
      traces.values.push(this.values[node]!);
      traces.parents.push(parent < 0 ? -1 : kept[parent]!);
      const inner = this.inners.size === 0 ? undefined : this.inners.get(node);
      traces.openings.push(inner ? traces.inners.push(inner) : 0);
    }
    for (const leaf of this.leaves) if (leaf.node >= 0) leaf.node = kept[leaf.node]!;
    return { leaves: this.leaves, start };
  }

  private grow(): void {
    const size = this.values.length * 2;
    this.values = widened(this.values, size);
    this.paths = widened(this.paths, size);
    this.parents = widened(this.parents, size);
    this.flags = widened(this.flags, size);
    this.sites = widened(this.sites, size);
    this.clean = widened(this.clean, size);
    this.weak = widened(this.weak, size);
    this.kept = new Int32Array(size);
  }
}

function widened(column: Int32Array, size: number): Int32Array<ArrayBuffer> {
  const out = new Int32Array(size);
  out.set(column);
  return out;
}

const nothingNeeded: Need = { id: -1, exact: false, sources: new Set(), stops: new Set(), bySecretName: false, followsUnknown: true };
