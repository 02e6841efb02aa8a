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
import type { Interner } from "../base/index.ts";
import { Flag, type Leaf, LeafKind, type Summary, type Traces } from "./leaf.ts";
import type { Need } from "./need.ts";

export const walkNodesMax = 4000;
export const walkLeavesMax = 96;
export const openLeavesMax = 8;
export const objectLeavesMax = 4;

export type Inner = { readonly summary: Summary; readonly leaf: Leaf };

type MutableLeaf = { -readonly [Name in keyof Leaf]: Leaf[Name] };

/** The frontier and the record of one walk. Used again for the next one after {@link begin}. */
export class Walk {
  need: Need = nothingNeeded;
  readonly values: number[] = [];
  readonly paths: number[] = [];
  readonly parents: number[] = [];
  readonly flags: number[] = [];
  readonly inner = new Map<number, Inner>();
  leaves: MutableLeaf[] = [];
  private opens = 0;
  private objects = 0;
  /** True once a limit cut the walk off. */
  cut = false;
  private readonly seen = new Set<number>();
  private readonly found = new Set<number>();
  private readonly clean: number[] = [];
  private readonly weak: number[] = [];
  private cleanNext = 0;
  private weakNext = 0;
  private readonly keys: Interner;

  constructor(keys: Interner) {
    this.keys = keys;
  }

  /** Makes the walk ready for a new question. */
  begin(need: Need): void {
    this.need = need;
    for (const column of [this.values, this.paths, this.parents, this.flags, this.clean, this.weak]) column.length = 0;
    this.inner.clear();
    this.seen.clear();
    this.found.clear();
    this.leaves = [];
    this.opens = 0;
    this.objects = 0;
    this.cut = false;
    this.cleanNext = 0;
    this.weakNext = 0;
  }

  /** Adds a value to the frontier, come to from node `from` (-1 at the start). */
  push(value: number, path: number, from: number, flags = 0, inner?: Inner): void {
    if (value < 0) return;
    const all = flags | (from >= 0 ? this.flags[from]! : 0);
    const key = value * 65536 + path;
    if (this.seen.has(key)) return;
    const isClean = (all & ~Flag.Jump) === 0;
    if (isClean) this.seen.add(key);
    if (this.values.length >= walkNodesMax) {
      this.cut = true;
      return;
    }
    const node = this.values.length;
    this.values.push(value);
    this.paths.push(path);
    this.parents.push(from);
    this.flags.push(all);
    if (inner) this.inner.set(node, inner);
    (isClean ? this.clean : this.weak).push(node);
  }

  /** Next node to visit, or -1. */
  pop(): number {
    if (this.cleanNext < this.clean.length) return this.clean[this.cleanNext++]!;
    while (this.weakNext < this.weak.length) {
      const node = this.weak[this.weakNext++]!;
      const key = this.values[node]! * 65536 + this.paths[node]!;
      if (this.seen.has(key)) continue;
      this.seen.add(key);
      return node;
    }
    return -1;
  }

  /** Records a leaf at a node. Equal leaves are kept once: the first, which is the strongest. */
  leaf(node: number, kind: LeafKind, instr: number, code: string, text = "", data = -1, path = 0, flags = 0): void {
    const key = this.keys.intern(leafText(kind, instr, code, text, data, path));
    if (this.isNew(key, kind)) {
      this.leaves.push({ key, kind, instr, data, path, code, text, flags: flags | (node >= 0 ? this.flags[node]! : 0), node, inner: undefined });
    }
  }

  /** Takes over a leaf that was found inside a callee. */
  adopt(node: number, leaf: Leaf, inner: Inner, flags: number): void {
    if (!this.isNew(leaf.key, leaf.kind)) return;
    this.leaves.push({ ...leaf, flags: leaf.flags | flags | (node >= 0 ? this.flags[node]! : 0), node, inner });
  }

  /** A few leaves that leave a value open, or say where it is made, tell as much as many: they decide nothing more. */
  private isNew(key: number, kind: LeafKind): boolean {
    if (this.found.has(key)) return false;
    if (kind === LeafKind.Open && ++this.opens > openLeavesMax) return false;
    if (kind === LeafKind.Object && ++this.objects > objectLeavesMax) return false;
    if (this.leaves.length >= walkLeavesMax && kind !== LeafKind.Source) {
      this.cut = true;
      return false;
    }
    this.found.add(key);
    return true;
  }

  /** The result: leaves, and of the nodes only those that lead to a leaf. */
  finish(traces: Traces): Summary {
    if (this.cut) this.leaf(-1, LeafKind.Open, -1, "budget", "walk steps");
    const kept = new Int32Array(this.values.length).fill(-1);
    for (const leaf of this.leaves) {
      for (let node = leaf.node; node >= 0 && kept[node] === -1; node = this.parents[node]!) kept[node] = 0;
    }
    const start = traces.values.length;
    let count = 0;
    for (let node = 0; node < kept.length; node++) if (kept[node] === 0) kept[node] = count++;
    let inner: Map<number, Inner> | undefined;
    for (let node = 0; node < kept.length; node++) {
      if (kept[node]! < 0) continue;
      const parent = this.parents[node]!;
      traces.values.push(this.values[node]!);
      traces.parents.push(parent < 0 ? -1 : kept[parent]!);
      const opened = this.inner.get(node);
      if (opened) (inner ??= new Map()).set(kept[node]!, opened);
    }
    for (const leaf of this.leaves) if (leaf.node >= 0) leaf.node = kept[leaf.node]!;
    return { leaves: this.leaves, start, inner: inner ?? noInner };
  }
}

function leafText(kind: LeafKind, instr: number, code: string, text: string, data: number, path: number): string {
  switch (kind) {
    case LeafKind.Constant: return `c${data}`;
    case LeafKind.Port: return `p${data},${path}`;
    case LeafKind.Stores: return `s${data},${path}`;
    case LeafKind.Proven: return `v${code}`;
    case LeafKind.Open: return `o${code},${text}`;
    default: return `${kind},${instr},${code}`;
  }
}

const nothingNeeded: Need = { id: -1, exact: false, sources: new Set(), stops: new Set(), bySecretName: false, followsUnknown: true };
const noInner: ReadonlyMap<number, Inner> = new Map();
