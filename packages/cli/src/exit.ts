/** How the command ends: its exit codes, and the errors that lead to them. */

export const exitCodes = {
  /** Policy met, review complete. */
  fine: 0,
  /** Policy not met. */
  found: 1,
  /** Usage, configuration or internal error. */
  error: 2,
  /** Review incomplete. */
  incomplete: 3,
} as const;

/** A mistake that the user can mend: a flag, a path, a configuration, a page. The message says how. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** What speaks for or against a successful end. */
export interface Ending {
  readonly hasInternalError: boolean;
  /** Findings that the policy does not allow. */
  readonly failing: number;
  /** Why the review is incomplete; empty if it is complete. */
  readonly incomplete: readonly string[];
  readonly exitZero: boolean;
  readonly allowPartial: boolean;
}

/** Returns the exit code: the first that applies of 2, 1, 3, 0. */
export function exitCodeOf(ending: Ending): number {
  if (ending.hasInternalError) return exitCodes.error;
  if (ending.failing > 0 && !ending.exitZero) return exitCodes.found;
  if (ending.incomplete.length > 0 && !ending.allowPartial) return exitCodes.incomplete;
  return exitCodes.fine;
}

/** Returns the message of whatever was thrown. */
export const messageOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown));
