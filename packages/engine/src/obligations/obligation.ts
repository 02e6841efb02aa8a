/** The obligation table's row: what must hold at a site, and what became of it. */

export type Verdict = "violated" | "proven" | "open";

/** Why an obligation is proven. A closed list. */
export type ProvenCode =
  | "const" | "bound-param" | "structured" | "charset" | "sanitizer" | "guard" | "schema" | "typed-field" | "enum"
  | "numeric" | "trusted-origin" | "prefix" | "other-element" | "handled" | "unique-constraint" | "infeasible"
  | "unreachable" | "released-on-all-paths" | "authorised-by" | "open-to-all" | "lock-held" | "good-value" | "no-sensitive-data";

/** Why an obligation is open. A closed list. */
export type OpenCode =
  | "unresolved-call" | "unmodelled" | "dynamic-code" | "no-known-caller" | "fanout" | "unknown-receiver-store"
  | "budget" | "parse-error" | "untyped-entry" | "unmodelled-guard" | "widened" | "prior-only" | "lower-tier-source"
  | "unknown-value" | "needs-judgement" | "test-code";

export interface Reason {
  readonly code: ProvenCode | OpenCode | "source-reaches-sink" | "bad-value" | "weak-call";
  /** A sentence, computed; no hedging. */
  readonly text: string;
  /** Instruction that shows it, or -1. */
  readonly at: number;
}

export type StepKind =
  | "source" | "assign" | "argument" | "return" | "parameter" | "field" | "global" | "closure" | "item" | "format"
  | "concat" | "call" | "guard" | "merge" | "sink" | "default" | "element";

/** One step of a path. Source first, sink last. */
export interface Step {
  readonly kind: StepKind;
  readonly instr: number;
  /** Why this step holds: "argument 1 of build(), resolved by import". */
  readonly why: string;
}

/** A way from a source to the sink. */
export interface Way {
  readonly source: string;
  readonly sourceKind: string;
  readonly steps: readonly Step[];
}

/** One row. Rows are ordered by (path, sink offset, detector, subject). */
export interface Obligation {
  readonly detector: string;
  /** The sink instruction. */
  readonly site: number;
  /** The value that the need is about, or -1 (an absent argument, the call itself). */
  readonly subject: number;
  /** Readable sink: `sqlite3.Connection.execute`. */
  readonly sink: string;
  /** Readable source of a violation, "" otherwise: `flask.request.args`. */
  readonly source: string;
  /** Source kind of a violation, "" otherwise. */
  readonly sourceKind: string;
  readonly verdict: Verdict;
  readonly reasons: readonly Reason[];
  readonly steps: readonly Step[];
  /** Of a row that is proven or open: the way to what its first reason tells of. */
  readonly walk?: readonly Step[];
  /** Further ways from sources of the first tier that nothing weakens: where the one above does not convince, another may. */
  readonly otherWays: readonly Way[];
  /** Violations only: at or above the precision floor. */
  readonly shown: boolean;
  /** Why it is not shown, "" if it is. */
  readonly notShown: string;
  /** Assumption ids the verdict rests on, such as "A-1". */
  readonly assumptions: readonly string[];
}
