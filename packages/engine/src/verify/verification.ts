/** What becomes of a review: an answer to each claim, and what the review does not mention. */
import type { Finding } from "../review/index.ts";
import type { Answer, ClaimVerdict } from "./claim.ts";

/** What a review is written in. */
export type ReviewForm = "prose" | "sarif" | "comments" | "unknown";

/** A review as it was handed in. */
export interface GivenReview {
  /** Name of its file, or "-". */
  readonly name: string;
  readonly text: string;
}

/** Something in the given review that could not be read. */
export interface ReviewProblem {
  /** Where in the JSON, "" for the whole. */
  readonly pointer: string;
  readonly message: string;
}

/** A finding, question or violated obligation in a file that the review speaks of, which no claim mentions. */
export type Missed = Pick<Finding, "id" | "kind" | "detector" | "title" | "cwe" | "severity" | "path" | "line" | "endLine" | "function" | "message" | "steps">;

export type Identification =
  | { readonly isIdentified: true }
  /** What is missing, why that matters, what to do. */
  | { readonly isIdentified: false; readonly what: string; readonly why: string; readonly todo: string };

/**
 * A review, checked claim by claim.
 *
 * @example
 * ```ts
 * verification.counts.refuted; // => 8
 * ```
 * @public
 */
export interface Verification {
  readonly tool: { readonly name: "warrant"; readonly version: string; readonly catalog: string };
  readonly review: {
    readonly name: string;
    readonly form: ReviewForm;
    /** Programs that wrote it, with their versions, as it says. */
    readonly by: readonly string[];
  };
  readonly target: {
    readonly project: string;
    /** Revision that was analysed, "" if unknown. */
    readonly revision: string;
    /** Files that the review speaks of, sorted. */
    readonly paths: readonly string[];
    readonly identification: Identification;
  };
  readonly answers: readonly Answer[];
  readonly counts: Readonly<Record<ClaimVerdict, number>>;
  /** Most severe first. */
  readonly missed: readonly Missed[];
  readonly problems: readonly ReviewProblem[];
  /** Why the analysis behind the answers is incomplete; empty if it is complete. */
  readonly incompleteBecause: readonly string[];
}
