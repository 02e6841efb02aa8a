/** Claims against the code: each is tied to its places and put to the checker of its kind. */
import { anchorClaim, functionsOf } from "./anchor.ts";
import { type Case, type Settled, unsupported } from "./case.ts";
import { checkExposure, checkMissingAccess } from "./check-access.ts";
import { checkAbsence, checkHardCodedSecret, checkInjection, checkMissingRelease, checkMissingValidation, checkParameterised, checkWeakness } from "./check-flow.ts";
import { checkHandled, checkMissingHandling, checkRace, checkUnreachable } from "./check-handling.ts";
import { checkCommentMarker, checkFree, checkQuote, checkStructure } from "./check-text.ts";
import type { Answer, Claim, ClaimKind, VerifyInput } from "./claim.ts";
import { nameMismatch } from "./cwe-name.ts";
import { Project, type Region } from "./project.ts";
import { filesBefore, targetFiles } from "./target-files.ts";

const checkers: Readonly<Record<Exclude<ClaimKind, "advice">, (given: Case) => Settled>> = {
  injection: checkInjection, parameterised: checkParameterised, "missing-validation": checkMissingValidation, exposure: checkExposure,
  "hard-coded-secret": checkHardCodedSecret, "missing-release": checkMissingRelease, "missing-handling": checkMissingHandling, handled: checkHandled,
  "missing-access-check": checkMissingAccess, race: checkRace, unreachable: checkUnreachable, quote: checkQuote, absence: checkAbsence,
  "comment-marker": checkCommentMarker, structure: checkStructure, weakness: checkWeakness, free: checkFree,
};

const projects = new WeakMap<VerifyInput, Project>();

function projectOf(input: VerifyInput): Project {
  let project = projects.get(input);
  if (project === undefined) {
    project = new Project(input);
    projects.set(input, project);
  }
  return project;
}

/**
 * Answers the claims of one review, in order; `review` is its text. Which files are meant is told from all of them together.
 *
 * @example
 * ```ts
 * checkClaims(extractClaims(review), review, input).map((answer) => answer.verdict); // => ["refuted", "unsupported"]
 * ```
 */
export function checkClaims(claims: readonly Claim[], review: string, input: VerifyInput): readonly Answer[] {
  const project = projectOf(input);
  const targets = targetFiles(project, claims, review);
  const companions = companionsOf(claims);
  const filesOf = filesBefore(project, review, targets);
  return claims.map((claim) => answerOf(project, claim, filesOf(claim), companions(claim)));
}

/** Claims that cite the same stretch of the review as their lines. */
function companionsOf(claims: readonly Claim[]): (claim: Claim) => readonly Claim[] {
  const key = (claim: Claim): string => claim.cited.flatMap((each) => (each.kind === "lines" ? [each.start] : [])).join();
  const groups = new Map<string, Claim[]>();
  for (const claim of claims) {
    const list = groups.get(key(claim));
    if (list === undefined) groups.set(key(claim), [claim]);
    else list.push(claim);
  }
  return (claim) => groups.get(key(claim)) ?? [claim];
}

/** Answers a claim that stands alone. */
export function checkClaim(claim: Claim, input: VerifyInput): Answer {
  return checkClaims([claim], claim.text, input)[0]!;
}

/** The reader of a part of the code says what that part does not show. */
const unseen = /\b(?:not|n't|no)\b(?:\s\w+){0,5}?\s(?:visible|indications?|mention|enough context|apparent from|clear from|determine|evaluate|assess|in the (?:provided )?snippet)\b/i;

function answerOf(project: Project, claim: Claim, targets: readonly string[], companions: readonly Claim[]): Answer {
  const anchored = anchorClaim(project, claim, targets, companions);
  const base = { claim, drift: anchored.drift, anchors: anchored.anchors };
  const notes = notesOf(claim, anchored.drift, anchored.missing);
  if (claim.kind === "advice") return { ...base, verdict: "out-of-scope", reason: "It is advice: it says what to do, and nothing of what the code does.", evidence: [], notes };
  const given: Case = {
    claim, project, anchored, places: anchored.anchors.filter((anchor) => anchor.how !== "file"), functions: functionsOf(project, claim, anchored.files),
    files: anchored.files.map((path): Region => ({ path, first: 1, last: project.lineCount(path) })),
  };
  const settled = settle(given);
  const evidence = settled.evidence;
  // The rule above all others: what no line of the project shows is not confirmed.
  const verdict = settled.verdict === "confirmed" && evidence.length === 0 ? "unsupported" : settled.verdict;
  return { ...base, verdict, reason: settled.reason, evidence, notes };
}

function settle(given: Case): Settled {
  const { claim, anchored } = given;
  const isNowhere = given.places.length === 0 && anchored.missing.length > 0 && claim.cited.some((each) => each.kind === "lines");
  if (isNowhere) return unsupported(`The place that it cites is not there: ${anchored.missing[0]!}.`);
  const checked = checkers[claim.kind as Exclude<ClaimKind, "advice">](given);
  if (claim.polarity === "weak" && unseen.test(claim.text) && given.places.length === 0 && checked.verdict !== "unsupported" && claim.kind !== "hard-coded-secret") {
    return unsupported(`It says what its writer could not see. ${checked.reason}`, checked.evidence);
  }
  return checked;
}

function notesOf(claim: Claim, drift: number | null, missing: readonly string[]): readonly string[] {
  const notes: string[] = [];
  const lines = claim.cited.flatMap((each) => (each.kind === "lines" ? [each] : []));
  if (drift !== null && drift !== 0 && lines.length > 0) {
    const list = (off: number): string => lines.map(({ first, last }) => (first === last ? `${first + off}` : `${first + off}-${last + off}`)).join(", ");
    notes.push(`cited ${list(0)}, text is at ${list(drift)}`);
  }
  if (claim.cwe !== undefined) {
    const mismatch = nameMismatch(claim.cwe, claim.cweName ?? "");
    if (mismatch !== "") notes.push(mismatch);
  }
  return [...new Set([...notes, ...missing])];
}
