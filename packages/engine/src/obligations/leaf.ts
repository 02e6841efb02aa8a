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

export interface Leaf {
  /** Equal for leaves that say the same; see `Walk.leaf`. */
  readonly key: number;
  readonly kind: LeafKind;
  readonly instr: number;
  readonly data: number;
  readonly path: number;
  /** Source kind, proven code or open code. */
  readonly code: string;
  readonly text: string;
  readonly flags: number;
  /** The node of {@link Summary} where it was found. */
  readonly node: number;
  /** If it was found inside a callee: that callee's summary and the leaf there. */
  readonly inner: { readonly summary: Summary; readonly leaf: Leaf } | undefined;
}

/**
 * The result of one backward walk: its leaves, and the nodes that lead to them. Nodes lie in the columns of the
 * {@link Traces} of the solve, from `start` on.
 */
export interface Summary {
  readonly leaves: readonly Leaf[];
  readonly start: number;
  /** For a node reached through a callee's port: how the callee leads from its result to that port. */
  readonly inner: ReadonlyMap<number, { readonly summary: Summary; readonly leaf: Leaf }>;
}

/** The nodes of all summaries: the value of each, and the node it was come to from (counted from its summary's start; -1: none). */
export class Traces {
  readonly values = new IntColumn(65536);
  readonly parents = new IntColumn(65536);
}
