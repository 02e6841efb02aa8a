/** What a change does to a review, as plain data. */
import type { Finding, LedgerRow, RowReason, SuppressedFinding, SuppressionNote } from "../findings/index.ts";
import type { Report } from "../review/index.ts";
import type { FileChange } from "./files.ts";
import type { TouchedLine } from "./touched.ts";

/**
 * What an obligation was, or is, in one revision. `none`: there is none; `kept back`: violated, and below the precision floor;
 * `suppressed`: violated, and a comment silences it; `not examined`: its file was not analysed.
 */
export type State = "none" | "open" | "proven" | "violated" | "kept back" | "suppressed" | "not examined";

/** A finding or question that the change brings. */
export interface NewFinding {
  readonly finding: Finding;
  /** What the same obligation was before. */
  readonly was: State;
  /** Why it was that, "" if there was none. */
  readonly wasReason: string;
}

/** A finding or question of the base revision that is shown no more. */
export interface GoneFinding {
  readonly finding: Finding;
  readonly is: State;
  /** Why it is that now: the reason of the ledger, or what became of the file. */
  readonly because: string;
}

/** One that is shown in both revisions, as it is now. */
export interface StandingFinding {
  readonly finding: Finding;
  /** The id that it had. */
  readonly beforeId: string;
}

/** What became of the findings, or of the questions. */
export interface FindingChanges {
  readonly fresh: readonly NewFinding[];
  /** The place was examined again, and nothing is violated there any more. */
  readonly fixed: readonly GoneFinding[];
  readonly standing: readonly StandingFinding[];
  /** Examined again, and neither violated for certain nor proven; or silenced by a comment that was there before. */
  readonly undecided: readonly GoneFinding[];
  /** The place was not examined again. */
  readonly notExamined: readonly GoneFinding[];
}

/** A sink whose proof is gone or has become weaker. */
export interface LostProof {
  readonly before: LedgerRow;
  readonly after: LedgerRow;
  readonly is: "violated" | "open" | "weaker";
  /** The change touched the lines of the sink. */
  readonly isSinkTouched: boolean;
}

/** What a proof rested on, and the sinks that rested on it. */
export interface LostReason {
  /** The reason of the base revision, with its place there. */
  readonly reason: RowReason;
  /** Code of the line at that place, "" if there is none. */
  readonly code: string;
  /** `removed`: the change took the line or altered it. `stands`: it is there, and holds no more. `no place`: it is at no line. */
  readonly fate: "removed" | "stands" | "no place";
  /** Where the line is now, if it stands. */
  readonly path?: string;
  readonly line?: number;
  /** What the change took out of the definitions that a line names which still stands: why it does not hold any more. */
  readonly touched: readonly TouchedLine[];
  readonly proofs: readonly LostProof[];
}

/** An obligation that is proven now and was not. */
export interface WonProof {
  readonly before: LedgerRow;
  readonly after: LedgerRow;
}

/** Rows of product code, by what became of them. */
export interface RowCounts {
  readonly before: number;
  readonly after: number;
  /** In both, with the same verdict. */
  readonly same: number;
  readonly gone: number;
  readonly come: number;
  readonly lost: number;
  readonly won: number;
}

/**
 * What a change does to the ledger.
 *
 * @example
 * ```ts
 * compareRevisions({ before, after, files }).lostProofs[0].reason.text; // => "checked by is_safe"
 * ```
 * @public
 */
export interface Difference {
  readonly before: Report;
  readonly after: Report;
  /** What the two revisions are called: "merge base with origin/main", "working tree". */
  readonly names: { readonly before: string; readonly after: string };
  /** Findings and questions of the second revision that are shown, those included that only an added comment silences. */
  readonly shown: readonly Finding[];
  /** Files that differ, in the order of paths; what is neither code nor data for it is not among them. */
  readonly files: readonly FileChange[];
  readonly findings: FindingChanges;
  readonly questions: FindingChanges;
  readonly lostProofs: readonly LostReason[];
  readonly wonProofs: readonly WonProof[];
  /** Comments that the change added, and that therefore silence nothing. */
  readonly addedSuppressions: readonly SuppressionNote[];
  /** What comments silence that were there before. */
  readonly suppressed: readonly SuppressedFinding[];
  readonly rows: RowCounts;
}
