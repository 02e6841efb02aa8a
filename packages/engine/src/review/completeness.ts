/** Whether a review covers what it was asked to cover, and what the process says about it. */
import type { Problem } from "../base/index.ts";

/** Whether a review is complete, and the reasons why not. */
export interface Completeness {
  readonly complete: boolean;
  /** Sentences, in a fixed order; empty if complete. */
  readonly reasons: readonly string[];
  /** An internal error happened; the rest was reviewed. */
  readonly internalError: boolean;
}

/**
 * Decides completeness: nothing was analysed; a product file was unreadable, oversized or given up; or a named budget
 * ended a whole phase (a `limit-reached` without a path). Recovered spans, binary files, test files and obligations
 * left open by a budget are listed elsewhere and are not incomplete.
 */
export function completenessOf(input: {
  readonly problems: readonly Problem[];
  readonly analysedPaths: ReadonlySet<string>;
  readonly isTest: (path: string) => boolean;
}): Completeness {
  const { problems, analysedPaths } = input;
  const reasons: string[] = [];
  if (analysedPaths.size === 0) reasons.push("nothing was analysed: no readable source file was found");
  for (const problem of problems) {
    if (problem.kind === "limit-reached" && problem.path === "") reasons.push(`a budget ended a phase: ${problem.message}`);
    if (problem.path === "" || analysedPaths.has(problem.path) || input.isTest(problem.path)) continue;
    if (problem.kind === "unreadable" || problem.kind === "too-large") {
      reasons.push(`${problem.path} was not read: ${problem.message}`);
    } else if (problem.kind === "syntax-error" || problem.kind === "limit-reached" || problem.kind === "internal-error") {
      reasons.push(`${problem.path} was given up: ${problem.message}`);
    }
  }
  return {
    complete: reasons.length === 0,
    reasons: [...new Set(reasons)],
    internalError: problems.some((problem) => problem.kind === "internal-error"),
  };
}

/** What decides the exit code. */
export interface ExitQuestion {
  readonly internalError: boolean;
  readonly policyMet: boolean;
  readonly complete: boolean;
  /** `--exit-zero`: findings do not fail. Does not hide an incomplete review. */
  readonly exitZero?: boolean;
  /** `--allow-partial`: an incomplete review does not fail. */
  readonly allowPartial?: boolean;
}

/**
 * Returns the exit code: 2 internal error, 1 policy not met, 3 incomplete, 0 otherwise, in this order.
 *
 * @example
 * ```ts
 * exitCode({ internalError: false, policyMet: true, complete: false }); // => 3
 * ```
 * @public
 */
export function exitCode(question: ExitQuestion): 0 | 1 | 2 | 3 {
  if (question.internalError) return 2;
  if (!question.policyMet && question.exitZero !== true) return 1;
  if (!question.complete && question.allowPartial !== true) return 3;
  return 0;
}
