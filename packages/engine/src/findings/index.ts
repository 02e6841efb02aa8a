/**
 * Findings: what people are told, each under a name that stays.
 *
 * In: obligations with verdicts, the program, the catalog, comments of the files.
 * Out: {@link Finding}s and questions in a total order, {@link LedgerRow}s, what comments silenced; CWE facts.
 * How: one finding per detector and sink; severity by table; identity from code, never from paths or lines.
 * Holds: the same program gives the same findings in the same order; every violated row belongs to one finding.
 * Not here: words of the written review, output formats, baselines.
 */
export {
  type Cwe,
  cweName,
  cweOf,
  cweParents,
  cwePillar,
  cwePillars,
  isCweTop25,
  isCweWithin,
  pillarIds,
} from "./cwe.ts";
export { cweDate, cweTop25Year, cweVersion } from "./cwe-table.ts";
export { byImportance, collect, type Collected, compareText } from "./collect.ts";
export type { CodePlace, Excerpt, Finding, FindingStep, LedgerRow, ReachedFrom, RowReason } from "./finding.ts";
export { hashIdentity, identityVersion, IdentityRegister } from "./identity.ts";
export { fillMessage, type MessagePiece, messagePieces, type MessageValues } from "./message.ts";
export { normaliseCode } from "./normalise.ts";
export { codeOf, onOneLine, placeOf } from "./place.ts";
export { hasBanditTwin, matchesSelector, matchesTail, type Selectable } from "./selector.ts";
export {
  isOutsideInput,
  lookUpSeverity,
  preconditionWords,
  reachWords,
  securitySeverity,
  severities,
  type SeverityRow,
  severityRank,
} from "./severity.ts";
export {
  type ConfiguredSuppression,
  type FileComments,
  suppress,
  type SuppressedFinding,
  type SuppressionNote,
  type SuppressionOptions,
} from "./suppress.ts";
export { readSuppressions, type SuppressionComment } from "./suppression.ts";
export { type Standard, type StandardEntry, standards } from "./standard-table.ts";
