/** Findings, questions and ledger rows: obligations as plain data, with places in files instead of instructions. */
import type { Severity } from "../knowledge/index.ts";
import type { Reason, StepKind, Verdict } from "../obligations/index.ts";
import type { EntryKind } from "../program/index.ts";
import type { SeverityRow } from "./severity.ts";

/** A span of a file. Lines and columns count from 1, columns in UTF-16 units; the end column is one past the last. */
export interface CodePlace {
  /** Relative to the reviewed root, with `/`. */
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/** One step of the way from source to sink. */
export interface FindingStep extends CodePlace {
  readonly kind: StepKind;
  /** The code of the step on one line, cut at {@link stepTextMax} characters. */
  readonly text: string;
  /** Why the step holds. */
  readonly why: string;
}

/** Lines of a file, as they are. */
export interface Excerpt {
  readonly path: string;
  /** Number of the first line. */
  readonly from: number;
  readonly lines: readonly string[];
}

/** A function that outsiders call and from which a finding is reached. */
export interface ReachedFrom {
  readonly kind: EntryKind;
  readonly framework: string;
  readonly methods: readonly string[];
  /** Route or command name, "" if unknown. */
  readonly route: string;
  /** Dotted name within its module. */
  readonly function: string;
  readonly path: string;
  readonly line: number;
}

/**
 * A weakness shown in the code, with its evidence; or a question, where the facts are certain and the judgement is a
 * person's.
 *
 * @example
 * ```ts
 * report.findings.map((finding) => `${finding.id} ${finding.detector} ${finding.path}:${finding.line}`);
 * ```
 * @public
 */
export interface Finding extends CodePlace {
  /** `F-1a2b3c4d`, or `Q-…` for a question. Stays the same when lines move or the file is renamed or reformatted. */
  readonly id: string;
  /** The whole hash and the occurrence, for machines. */
  readonly fingerprint: string;
  readonly kind: "finding" | "question";
  readonly detector: string;
  readonly title: string;
  /** The exact weakness first. */
  readonly cwe: readonly number[];
  readonly severity: Severity;
  /** The row of the severity table that was used. */
  readonly severityRow: SeverityRow;
  /** Dotted within the module, `<module>` at top level. */
  readonly function: string;
  readonly message: string;
  readonly source: string;
  readonly sourceKind: string;
  readonly sink: string;
  /** Code of the value that the need is about, "" if there is none. */
  readonly subject: string;
  /** Source first, sink last. Never empty. */
  readonly steps: readonly FindingStep[];
  /** The code around the steps, in their order; of what is shown only. */
  readonly excerpts: readonly Excerpt[];
  /** Further ways to the same sink, best first. */
  readonly otherFlows: readonly (readonly FindingStep[])[];
  /** Entry points from which the path is reached; empty if none is known. */
  readonly reachedFrom: readonly ReachedFrom[];
  /** What to do; advice until a fix was applied and analysed again. */
  readonly fix: string;
  /** What would make the verdict another one. */
  readonly wouldChange: string;
  readonly assumptions: readonly string[];
  /** Part of the default output. */
  readonly shown: boolean;
  /** Why it is not, "" if it is. */
  readonly notShown: string;
  readonly role: "product" | "test";
  /** First line of the logical statement around the sink, where a comment can speak of it; of one that is not shown the line itself. */
  readonly statementLine: number;
  /** Offset of the sink, for the order of findings. */
  readonly offset: number;
  /** The columns as bytes of UTF-8, for readers that count so. */
  readonly columnBytes: number;
  readonly endColumnBytes: number;
}

/** A row of the ledger: one obligation, with its verdict and the reason for it. */
export interface LedgerRow extends CodePlace {
  /** `P-…` proven, `O-…` open; of a violated row, the id of its finding or question. */
  readonly id: string;
  /** The same for the same obligation whatever its verdict, so that a lost proof can be seen. */
  readonly fingerprint: string;
  readonly detector: string;
  readonly cwe: readonly number[];
  readonly function: string;
  readonly verdict: Verdict;
  readonly sink: string;
  /** Code of the value that the need is about, "" if there is none. */
  readonly subject: string;
  readonly reason: RowReason;
  /** All of them, one for each way to the sink, {@link reason} first. */
  readonly reasons: readonly RowReason[];
  readonly role: "product" | "test";
  /** Violated rows: part of the default output. */
  readonly shown: boolean;
  readonly notShown: string;
  readonly assumptions: readonly string[];
}

/** Why a row has its verdict. */
export interface RowReason {
  readonly code: Reason["code"];
  readonly text: string;
  /** Where it shows, if at a place. */
  readonly path?: string;
  readonly line?: number;
}

/** Longest code text of a step. */
export const stepTextMax = 200;
