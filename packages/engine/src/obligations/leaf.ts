/** Where a backward walk ends, and how it came there. */

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
}

/** How a step of a walk leads from a value to the value it came from. */
export const enum Edge {
  Start, Copy, Merge, Guard, Format, Concat, Element, Item, Attribute, Field, Global, Closure,
  CallArgument, Receiver, Return, Parameter, Content, Default, Iterate,
}

export interface Leaf {
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

/** The result of one backward walk: its leaves, and for each node visited the node it came from. */
export interface Summary {
  readonly leaves: readonly Leaf[];
  readonly values: Int32Array;
  readonly parents: Int32Array;
  readonly edges: Uint8Array;
  /** For a node reached through a callee's port: how the callee leads from its result to that port. */
  readonly inner: ReadonlyMap<number, { readonly summary: Summary; readonly leaf: Leaf }>;
}
