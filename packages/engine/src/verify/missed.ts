/** What a review does not mention: what we show in the files that it speaks of, and no claim is about. */
import { type Finding, isCweWithin } from "../findings/index.ts";
import type { Report } from "../review/index.ts";
import type { Answer, Claim } from "./claim.ts";
import type { Missed } from "./verification.ts";

/** Lists findings and questions of these files that no claim mentions, in the order of the report. */
export function missedOf(report: Report, answers: readonly Answer[], paths: readonly string[]): readonly Missed[] {
  const files = new Set(paths);
  const claims = answers.filter((answer) => answer.claim.polarity === "weak");
  return [...report.findings, ...report.questions]
    .filter((finding) => files.has(finding.path) && !claims.some((answer) => mentions(answer, finding)))
    .map((finding): Missed => {
      const { id, kind, detector, title, cwe, severity, path, line, endLine, message, steps } = finding;
      return { id, kind, detector, title, cwe, severity, path, line, endLine, function: finding.function, message, steps };
    });
}

/**
 * A claim mentions a finding if it is about its kind of weakness and names its place: the lines of the sink or of a step
 * of its path. A claim about a whole file or project mentions nothing: "there may be races" does not find one.
 */
function mentions({ claim, anchors, reason }: Answer, finding: Finding): boolean {
  if (reason.includes(`[${finding.id}]`)) return true;
  if (!isSameKind(claim, finding)) return false;
  const places = [finding, ...finding.steps];
  return anchors.some((anchor) => anchor.how !== "file" && places.some((place) => place.path === anchor.path && place.line <= anchor.last && place.endLine >= anchor.first));
}

function isSameKind({ weaknesses }: Claim, { cwe }: Finding): boolean {
  return weaknesses.some((id) => cwe.some((own) => isCweWithin(own, id) || isCweWithin(id, own)));
}
