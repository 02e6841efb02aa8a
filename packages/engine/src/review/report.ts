/** The review as data: everything that any output form says, and nothing that needs the program to be read. */
import type { Problem } from "../base/index.ts";
import type { Finding, FindingStep, LedgerRow, ReachedFrom, SuppressedFinding, SuppressionNote } from "../findings/index.ts";
import type { Severity } from "../knowledge/index.ts";
import type { Assumption } from "./assumption.ts";
import type { BaselineUse } from "./baseline.ts";
import type { BlindSpots } from "./blind-spots.ts";
import type { Coverage } from "./coverage.ts";
import type { EntryRow } from "./entries.ts";
import type { OpenGroup, Proof } from "./ledger.ts";
import type { Pillar } from "./pillar.ts";

export type { Assumption, Coverage, Finding, FindingStep, LedgerRow, OpenGroup, Pillar, Proof, ReachedFrom };

/** A detector as a reader of a report meets it. */
export interface Rule {
  readonly id: string;
  readonly title: string;
  readonly summary: string;
  readonly cwe: readonly number[];
  readonly broader: readonly number[];
  /** The pillar of CWE-1000 that it counts under, or -1. */
  readonly pillar: number;
  readonly severity: Severity;
  readonly aliases: readonly string[];
  readonly message: string;
  readonly shown: boolean;
  readonly reports: "finding" | "question";
  /** Sections of the page as Markdown, by heading. */
  readonly sections: Readonly<Record<string, string>>;
  /** The rule ran. */
  readonly active: boolean;
}

/** What is reviewed. */
export interface ReviewedProject {
  readonly name: string;
  /** Commit, "" if unknown. */
  readonly revision: string;
  /** The reviewed root, as a path in its repository; absent if it is the root. Paths of a report are relative to the reviewed root. */
  readonly folder?: string;
}

/** Something that was not looked at, or not in full. */
export interface Limit {
  /** `L-1`, `L-2`, … in the order of the list. */
  readonly id: string;
  readonly kind: Problem["kind"];
  readonly path: string;
  readonly line?: number;
  readonly text: string;
}

/**
 * A review of a program.
 *
 * @example
 * ```ts
 * const report = buildReport(input);
 * report.findings.map((finding) => finding.detector); // => ["sql-injection"]
 * ```
 * @public
 */
export interface Report {
  readonly tool: {
    readonly name: "warrant";
    readonly version: string;
    /** Digest of the catalog. */
    readonly catalog: string;
    /** Catalog pages of the reviewed project that were in force: they change what is reported. */
    readonly projectPages: readonly string[];
  };
  readonly project: ReviewedProject;
  readonly rules: readonly Rule[];
  /** What is shown, most severe first. */
  readonly findings: readonly Finding[];
  readonly questions: readonly Finding[];
  /** How many findings and questions the floor, the severity filter or the test role keeps back. */
  readonly notShown: number;
  readonly suppressed: readonly SuppressedFinding[];
  readonly suppressionNotes: readonly SuppressionNote[];
  /** What a baseline held back; absent without one. */
  readonly baseline?: BaselineUse;
  /** The whole ledger. */
  readonly obligations: readonly LedgerRow[];
  readonly pillars: readonly Pillar[];
  readonly proofs: readonly Proof[];
  readonly openGroups: readonly OpenGroup[];
  readonly coverage: Coverage;
  readonly blindSpots: BlindSpots;
  readonly problems: readonly Problem[];
  readonly limits: readonly Limit[];
  readonly assumptions: readonly Assumption[];
  /** The authorisation map; empty if the program has no handlers. */
  readonly entries: readonly EntryRow[];
  readonly complete: boolean;
  readonly incompleteBecause: readonly string[];
  readonly internalError: boolean;
}
