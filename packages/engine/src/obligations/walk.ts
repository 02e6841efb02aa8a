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
import { type Edge, Flag, type Leaf, LeafKind, type Summary } from "./leaf.ts";
import type { Need } from "./need.ts";

export const walkNodesMax = 4000;
export const walkLeavesMax = 96;

export type Inner = { readonly summary: Summary; readonly leaf: Leaf };

/** The frontier and the record of one walk. */
export class Walk {
  readonly need: Need;
  /** Function in which the walk started, or -1. */
  readonly home: number;
  readonly values: number[] = [];
  readonly paths: number[] = [];
  readonly parents: number[] = [];
  readonly edges: number[] = [];
  readonly flags: number[] = [];
  readonly inner = new Map<number, Inner>();
  readonly leaves: Leaf[] = [];
  /** True once a limit cut the walk off. */
  cut = false;
  private readonly seen = new Set<number>();
  private readonly leafKeys = new Set<string>();
  private readonly clean: number[] = [];
  private readonly weak: number[] = [];
  private cleanNext = 0;
  private weakNext = 0;

  constructor(need: Need, home: number) {
    this.need = need;
    this.home = home;
  }

  /** Adds a value to the frontier, come to from node `from` (-1 at the start). */
  push(value: number, path: number, from: number, edge: Edge, flags = 0, inner?: Inner): void {
    if (value < 0) return;
    const all = flags | (from >= 0 ? this.flags[from]! : 0);
    const key = value * 65536 + path;
    if (all === Flag.None || all === Flag.Jump) {
      if (this.seen.has(key)) return;
      this.seen.add(key);
    } else if (this.seen.has(key)) return;
    if (this.values.length >= walkNodesMax) {
      this.cut = true;
      return;
    }
    const node = this.values.length;
    this.values.push(value);
    this.paths.push(path);
    this.parents.push(from);
    this.edges.push(edge);
    this.flags.push(all);
    if (inner) this.inner.set(node, inner);
    (all === Flag.None || all === Flag.Jump ? this.clean : this.weak).push(node);
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
  leaf(
    node: number, kind: LeafKind, instr: number, code: string, text = "", data = -1, path = 0,
    inner?: Inner, innerFlags = 0,
  ): void {
    const key = kind === LeafKind.Constant ? `c${data}`
      : kind === LeafKind.Port ? `p${data},${path}`
      : kind === LeafKind.Stores ? `s${data},${path}`
      : kind === LeafKind.Proven ? `v${code}`
      : kind === LeafKind.Open ? `o${code},${text}`
      : `${kind},${instr},${code}`;
    if (this.leafKeys.has(key)) return;
    if (this.leaves.length >= walkLeavesMax && kind !== LeafKind.Source) {
      this.cut = true;
      return;
    }
    this.leafKeys.add(key);
    this.leaves.push({
      kind, instr, data, path, code, text,
      flags: innerFlags | (node >= 0 ? this.flags[node]! : 0), node, inner,
    });
  }

  /** The result: leaves, and of the nodes only those that lead to a leaf. */
  finish(): Summary {
    if (this.cut) this.leaf(-1, LeafKind.Open, -1, "budget", "walk steps");
    const kept = new Int32Array(this.values.length).fill(-1);
    for (const leaf of this.leaves) {
      for (let node = leaf.node; node >= 0 && kept[node] === -1; node = this.parents[node]!) kept[node] = 0;
    }
    let count = 0;
    for (let node = 0; node < kept.length; node++) if (kept[node] === 0) kept[node] = count++;
    const values = new Int32Array(count);
    const parents = new Int32Array(count);
    const edges = new Uint8Array(count);
    const inner = new Map<number, Inner>();
    for (let node = 0; node < kept.length; node++) {
      const to = kept[node]!;
      if (to < 0) continue;
      values[to] = this.values[node]!;
      parents[to] = this.parents[node]! < 0 ? -1 : kept[this.parents[node]!]!;
      edges[to] = this.edges[node]!;
      const opened = this.inner.get(node);
      if (opened) inner.set(to, opened);
    }
    const leaves = this.leaves.map((leaf) => (leaf.node < 0 ? leaf : { ...leaf, node: kept[leaf.node]! }));
    return { leaves, values, parents, edges, inner: inner.size > 0 ? inner : noInner };
  }
}

const noInner: ReadonlyMap<number, Inner> = new Map();
