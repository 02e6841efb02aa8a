/** Where a backward walk ends, and how it came there. */
import { IntColumn } from "../base/index.ts";

/** Why a walk ended. */
export const enum LeafKind {
  /** Text from outside, of a source kind that some detector asks about. */
  Source,
  /** A literal; `data` is its constant id (exact needs) or -1. */
  Constant,
  /** A library object named by `text`, no source. */
  Object,
  /** Known to be fine: `code` is a ProvenCode. */
  Proven,
  /** Cannot be followed further: `code` is an OpenCode. */
  Open,
  /** A parameter of a function: `data` is its Param instruction, `path` the part asked about. */
  Port,
  /** A field, global or closed-over variable: `data` names the group of values stored there ({@link StoreGroups}). */
  Stores,
}

/** What happened on the way. A finding is shown only if nothing on its path weakens it. */
export const enum Flag {
  None = 0,
  /** Through a library call that a model knows but says nothing of how values pass. */
  Obscure = 1,
  /** Through a library call that no model knows. */
  Unmodelled = 2,
  /** Through a call that could not be resolved. */
  Unresolved = 4,
  /** A call was resolved by a name alone. */
  Prior = 8,
  /** Past a check of the value that was not understood. */
  Guard = 16,
  /** Through a field or a global: which object it was is not told apart. */
  Jump = 32,
  /** A part deeper than paths are kept. */
  Widened = 64,
  /** Through a container that several places write: which of them wrote the item is not told apart. */
  Shared = 128,
}

/** What a leaf says, whatever led to it. Shared by all leaves that took it over from callees. */
export interface Ending {
  /** Equal for endings that say the same; -1 if it is not known of this one. See {@link Endings}. */
  readonly key: number;
  readonly kind: LeafKind;
  readonly instr: number;
  readonly data: number;
  readonly path: number;
  /** Source kind, proven code or open code. */
  readonly code: string;
  readonly text: string;
}

/** An ending, as it was come to by one walk. */
export class Leaf {
  readonly ending: Ending;
  readonly flags: number;
  /** The node of the {@link Summary} where it was found. */
  node: number;
  /** If it was found inside a callee: that callee's summary and the leaf there. */
  readonly inner: Inner | undefined;

  constructor(ending: Ending, flags: number, node: number, inner: Inner | undefined) {
    this.ending = ending;
    this.flags = flags;
    this.node = node;
    this.inner = inner;
  }

  get key(): number { return this.ending.key; }
  get kind(): LeafKind { return this.ending.kind; }
  get instr(): number { return this.ending.instr; }
  get data(): number { return this.ending.data; }
  get path(): number { return this.ending.path; }
  get code(): string { return this.ending.code; }
  get text(): string { return this.ending.text; }

  /** The same place, told otherwise. */
  toldAs(kind: LeafKind, code: string, text: string): Leaf {
    return new Leaf({ ...this.ending, key: -1, kind, code, text }, this.flags, this.node, this.inner);
  }
}

/** A leaf of the summary of a callee. */
export interface Inner {
  readonly summary: Summary;
  readonly leaf: Leaf;
}

/**
 * The result of one backward walk: its leaves, and the nodes that lead to them. Nodes lie in the columns of the
 * {@link Traces} of the solve, from `start` on.
 */
export interface Summary {
  readonly leaves: readonly Leaf[];
  readonly start: number;
}

/** The nodes of all summaries: the value of each, and the node it was come to from (counted from its summary's start; -1: none). */
export class Traces {
  readonly values = new IntColumn(65536);
  readonly parents = new IntColumn(65536);
  /** For a node that was reached through a callee's port: one more than the place in {@link inners}; 0 for others. */
  readonly openings = new IntColumn(65536);
  /** How callees lead from their results to those ports. */
  readonly inners: Inner[] = [];

  /** The callee's port that a node of a summary was reached through. */
  innerOf(summary: Summary, node: number): Inner | undefined {
    return this.inners[this.openings.data[summary.start + node]! - 1];
  }
}
