/** Which detectors a user means: our id, a CWE id, or the id that another tool gives the same rule. */
import type { Detector } from "../knowledge/index.ts";

const cwePattern = /^(?:CWE-?)?0*([1-9][0-9]{0,4})$/i;
const bandit = /^B[0-9]{3}$/i;

/** The part of a detector that selectors look at. */
export type Selectable = Pick<Detector, "id" | "cwe" | "broader" | "aliases">;

/**
 * Holds if a selector means the detector: its id, `CWE-89` (exact or broader), or an alias such as `B608`.
 *
 * @example
 * ```ts
 * matchesSelector(sqlInjection, "B608"); // => true
 * ```
 */
export function matchesSelector(detector: Selectable, selector: string): boolean {
  const text = selector.trim().toLowerCase();
  if (text === "") return false;
  if (detector.id.toLowerCase() === text) return true;
  const cwe = cwePattern.exec(text);
  if (cwe !== null) return [...detector.cwe, ...detector.broader].includes(Number(cwe[1]));
  return detector.aliases.some((alias) => alias.toLowerCase() === text);
}

/** Holds if the last part of a dotted foreign rule id names the detector, as Semgrep's long ids do. */
export function matchesTail(detector: Selectable, ruleId: string): boolean {
  const tail = lastPart(ruleId);
  if (tail === "") return false;
  return [detector.id, ...detector.aliases].some((name) => lastPart(name) === tail);
}

const lastPart = (name: string): string => name.trim().toLowerCase().split(".").pop() ?? "";

/** Holds if Bandit has a rule like this one, so that a bare `# nosec` was meant for it. */
export const hasBanditTwin = (detector: Selectable): boolean => detector.aliases.some((alias) => bandit.test(alias));
