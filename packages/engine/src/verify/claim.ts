/**
 * The nouns of verification: what a review claims, where that is in the code, and what the code says of it.
 *
 * Offsets are UTF-16 offsets into the text of the review, so that `text.slice(start, end)` is the words meant.
 */
import type { FileComments } from "../findings/index.ts";
import type { Catalog } from "../knowledge/index.ts";
import type { Construct } from "../ir/index.ts";
import type { Program } from "../program/index.ts";
import type { Report } from "../review/index.ts";

/** What a claim is about: each kind has one checker. A closed list. */
export type ClaimKind =
  | "injection" | "parameterised" | "missing-validation" | "exposure" | "hard-coded-secret" | "missing-release" | "missing-handling"
  | "handled" | "missing-access-check" | "race" | "unreachable" | "quote" | "absence" | "comment-marker" | "structure" | "weakness"
  | "advice" | "free";

/** A claim says that something is wrong, or that something is fine. */
export type Polarity = "weak" | "fine";

/** How sure and how wide the words are. */
export type Wording = "stated" | "hedged" | "conditional" | "universal" | "advice";

/** How much of the project a claim speaks of. */
export type ClaimScope = "place" | "file" | "project" | "none";

/** A stretch of the review, `end` is one past the last. */
export interface TextSpan {
  readonly start: number;
  readonly end: number;
}

/** A place or a piece of code that a claim names. */
export type Citation = TextSpan & (
  | {
      readonly kind: "lines";
      /** From 1; `last` equals `first` for one line. */
      readonly first: number;
      readonly last: number;
      /** The file named with the lines (`app.py:12`, SARIF), "" if none is. */
      readonly path: string;
    }
  /** A path or a file name. */
  | { readonly kind: "file"; readonly path: string }
  /** A name that is written as one of a function: `load_user()`, "the function `load_user`". */
  | { readonly kind: "function"; readonly name: string }
  | { readonly kind: "identifier"; readonly name: string }
  /** Code, in backticks or a fence. */
  | { readonly kind: "quote"; readonly code: string }
);

/** One thing that a review says. */
export interface Claim {
  /** `1`, `1a`, `2`, …: the item of the review, and a letter if one item says several things. */
  readonly id: string;
  /** The words of the review, on one line. */
  readonly text: string;
  readonly span: TextSpan;
  readonly kind: ClaimKind;
  readonly polarity: Polarity;
  readonly wording: Wording;
  readonly scope: ClaimScope;
  /** The CWE id that the review gives. */
  readonly cwe?: number;
  /** The name that the review gives to it. */
  readonly cweName?: string;
  /** CWE ids that the claim is about: the one given, else those of the words; empty if none is meant. */
  readonly weaknesses: readonly number[];
  readonly cited: readonly Citation[];
  /** Where in the JSON of a review it stands (`/runs/0/results/3`); the span is then of the text there. */
  readonly pointer?: string;
}

/** Where in the project a citation points to. */
export interface Anchor {
  readonly path: string;
  readonly first: number;
  readonly last: number;
  /** Lines by which the text lies below (+) or above (-) what is cited; null if no lines are cited or nothing aligns them. */
  readonly drift: number | null;
  readonly how: "line" | "quote" | "identifier" | "file";
}

/** A line of the project that an answer rests on. */
export interface Evidence {
  readonly path: string;
  readonly line: number;
  readonly text: string;
}

export type ClaimVerdict = "confirmed" | "refuted" | "unsupported" | "out-of-scope";

/** What the code says of a claim. */
export interface Answer {
  readonly claim: Claim;
  readonly verdict: ClaimVerdict;
  /** Sentences, computed. */
  readonly reason: string;
  /** What of the claim is a fact of the code and holds, whatever becomes of the weakness; absent if nothing is. */
  readonly fact?: string;
  /** Of the anchor that the answer rests on. */
  readonly drift: number | null;
  readonly anchors: readonly Anchor[];
  readonly evidence: readonly Evidence[];
  /** Things to know beside the verdict: a CWE id whose name is another one, lines that are off. */
  readonly notes: readonly string[];
}

/** What a review is about, as far as the host or the review says it. */
export interface VerifyTarget {
  /** Files that the review is about, most likely first; empty if they are to be found. */
  readonly paths: readonly string[];
  /** Revision that was analysed, "" if unknown. */
  readonly revision: string;
}

/** All that a claim is checked against. */
export interface VerifyInput {
  readonly program: Program;
  readonly catalog: Catalog;
  /** With the whole ledger. */
  readonly report: Report;
  /** Comment tokens, by file. */
  readonly comments: readonly FileComments[];
  readonly target: VerifyTarget;
  /** Text of any file of the project, `undefined` if there is none. */
  readonly sourceText: (path: string) => string | undefined;
  /** What stands where in a file of a language that is read, test code included; empty for any other. */
  readonly constructsOf: (path: string) => readonly Construct[];
}
