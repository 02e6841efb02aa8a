/**
 * What a change does: the reviews of two revisions, compared.
 *
 * In: two {@link Report}s and the files that they are of.
 * Out: a {@link Difference}: findings that are new, fixed, still there; proofs lost and won.
 * How: rows of the two ledgers meet as multisets, by identity first; everything else is read off the pairs.
 * Holds: pure; a finding is called fixed only if its place was examined again.
 * Not here: version control, patches, output forms.
 */
export { compareRevisions, type Revisions } from "./compare.ts";
export type {
  Difference, FindingChanges, GoneFinding, LostProof, LostReason, NewFinding, RowCounts, StandingFinding, State, WonProof,
} from "./difference.ts";
export { changedFiles, type FileChange, type RevisionFiles } from "./files.ts";
export { matchLines, splitLines } from "./line-match.ts";
export type { TouchedLine } from "./touched.ts";
