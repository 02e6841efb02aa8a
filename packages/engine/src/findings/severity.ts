/**
 * Severity by table: who can reach it × effect × precondition. The row that was used is part of the finding.
 *
 * The effect comes from the detector's page (its `severity` is the level of the effect when nothing stands before it);
 * the other two columns come from the evidence.
 */
import type { Severity } from "../knowledge/index.ts";
import { isCweWithin } from "./cwe.ts";

/** Who can make it happen. */
export type Reach = "remote" | "peer" | "caller" | "local" | "any-run";

/** What must be true before it can happen. */
export type Precondition = "none" | "stored-first" | "victim-action" | "trusted-setting";

/** A row of the severity table, with the level that it gives. */
export interface SeverityRow {
  readonly reach: Reach;
  readonly effect: string;
  /** Level of the effect on the detector's page. */
  readonly effectLevel: Severity;
  readonly precondition: Precondition;
  readonly severity: Severity;
  /** The row as one sentence part: "remote caller × runs commands (critical) × no precondition = critical". */
  readonly text: string;
}

/** Highest first. */
export const severities: readonly Severity[] = ["critical", "high", "medium", "low"];

/** Rank for sorting and thresholds: 0 is critical. */
export const severityRank = (severity: Severity): number => severities.indexOf(severity);

export const reachWords: Readonly<Record<Reach, string>> = {
  remote: "remote caller",
  peer: "peer service",
  caller: "program that calls this library",
  local: "local user",
  "any-run": "every run, no input needed",
};

export const preconditionWords: Readonly<Record<Precondition, string>> = {
  none: "no precondition",
  "stored-first": "the text is stored first",
  "victim-action": "a victim follows a link",
  "trusted-setting": "the attacker controls a setting",
};

/** How many levels each column takes off the effect's level. The whole table: everything else is a lookup. */
const reachCost: Readonly<Record<Reach, number>> = { remote: 0, peer: 1, caller: 1, local: 1, "any-run": 0 };
const preconditionCost: Readonly<Record<Precondition, number>> = {
  none: 0,
  "stored-first": 1,
  "victim-action": 0, // the pages of such weaknesses already speak of a victim
  "trusted-setting": 1,
};

/** Effects by weakness, the first that applies. */
const effects: readonly (readonly [cwe: number, effect: string])[] = [
  [88, "changes a command"],
  [77, "runs commands"],
  [1336, "runs template code"],
  [94, "runs code"],
  [502, "runs code"],
  [79, "runs script in a victim's browser"],
  [89, "reads or changes stored data"],
  [90, "changes a directory query"],
  [643, "changes an XML query"],
  [943, "changes a query"],
  [22, "reads or writes other files"],
  [73, "reads or writes other files"],
  [611, "reads files or reaches hosts"],
  [918, "makes the server send requests"],
  [601, "sends a victim to another site"],
  [798, "gives away a credential"],
  [295, "accepts a false peer"],
  [328, "weakens a digest"],
  [327, "weakens encryption"],
  [330, "makes a secret guessable"],
  [614, "exposes a cookie"],
  [1004, "exposes a cookie"],
  [532, "exposes data in logs"],
  [200, "exposes data"],
  [400, "exhausts a resource"],
  [501, "mixes trusted and untrusted data"],
  [284, "bypasses a check"],
  [664, "misuses a resource"],
  [707, "changes the meaning of data"],
];

const effectOf = (cwe: number): string => effects.find(([ancestor]) => isCweWithin(cwe, ancestor))?.[1] ?? "breaks a rule of the code";

/** Source kinds of `kinds.md`, by who fills them. Any other kind is a thing of the program itself, there in every run. */
const sources: Readonly<Record<string, readonly [reach: Reach, precondition: Precondition]>> = {
  "remote-input": ["remote", "none"],
  "request-object": ["remote", "none"],
  "upload-filename": ["remote", "none"],
  "archive-member-name": ["remote", "none"],
  "exception-text": ["remote", "none"],
  "stored-data": ["remote", "stored-first"],
  "rpc-input": ["peer", "none"],
  "network-response": ["peer", "none"],
  "library-input": ["caller", "none"],
  "public-api-input": ["caller", "none"],
  "command-line-input": ["local", "none"],
  "file-input": ["local", "none"],
  "environment-input": ["local", "trusted-setting"],
  "operator-config": ["local", "trusted-setting"],
};

/** Source kinds that someone outside the service fills, directly. */
const outsideKinds: ReadonlySet<string> = new Set([
  "remote-input", "request-object", "request-path", "upload-filename", "archive-member-name", "rpc-input", "public-api-input",
]);

/** Holds if a source kind is what someone outside the service sends. */
export const isOutsideInput = (kind: string): boolean => outsideKinds.has(kind);

/** What the table is asked. */
export interface SeverityQuestion {
  /** The exact weakness, the first of the detector's. */
  readonly cwe: number;
  /** Level on the detector's page. */
  readonly level: Severity;
  /** Kind of the source, "" if the weakness needs no input. */
  readonly sourceKind: string;
}

/**
 * Looks a severity up.
 *
 * @example
 * ```ts
 * lookUpSeverity({ cwe: 89, level: "high", sourceKind: "remote-input" }).severity; // => "high"
 * ```
 */
export function lookUpSeverity(question: SeverityQuestion): SeverityRow {
  const { reach, precondition } = reachOf(question);
  const effect = effectOf(question.cwe);
  const steps = severityRank(question.level) + reachCost[reach] + preconditionCost[precondition];
  const severity = severities[Math.min(steps, severities.length - 1)];
  const columns = [reachWords[reach], `${effect} (${question.level})`, preconditionWords[precondition]];
  return {
    reach,
    effect,
    effectLevel: question.level,
    precondition,
    severity,
    text: `${columns.join(" × ")} = ${severity}`,
  };
}

function reachOf(question: SeverityQuestion): { reach: Reach; precondition: Precondition } {
  const isListed = Object.hasOwn(sources, question.sourceKind);
  const [reach, precondition] = isListed ? sources[question.sourceKind] : (["any-run", "none"] as const);
  const needsVictim = isCweWithin(question.cwe, 79) || isCweWithin(question.cwe, 601);
  const isDirect = reach === "remote" && precondition === "none";
  return { reach, precondition: needsVictim && isDirect ? "victim-action" : precondition };
}

/** One fixed figure per level, as SARIF's `security-severity` wants it. */
export const securitySeverity: Readonly<Record<Severity, string>> = {
  critical: "9.5",
  high: "8.0",
  medium: "5.5",
  low: "3.0",
};
