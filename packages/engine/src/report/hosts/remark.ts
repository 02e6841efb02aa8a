/**
 * What is said of a change at the places where changes are discussed: the least that every host can show.
 *
 * A review becomes remarks here; so does a result that was read back from a file, and so can the comparison of two reviews. Each
 * form of this folder is a function from remarks to text.
 */
import type { CodePlace, Finding } from "../../findings/index.ts";
import { plural, type Report } from "../../review/index.ts";
import { baselineText } from "../text.ts";
import { markdownCode, markdownText, visible } from "../escape.ts";

/** A replacement of code that would mend what a remark is about: shown only if it was applied and analysed again. */
export interface Suggestion {
  readonly description: string;
  /** All of one file; in the order of places, not overlapping. */
  readonly replacements: readonly (CodePlace & { readonly text: string })[];
}

/** One remark at one place. */
export interface Remark
  extends CodePlace,
    Pick<Finding, "id" | "fingerprint" | "detector" | "title" | "cwe" | "severity" | "function" | "message" | "fix"> {
  /** A finding fails a review; a question and a lost proof ask a person. */
  readonly kind: "finding" | "question" | "lost-proof";
  /** Source first, sink last. */
  readonly steps: readonly Pick<Finding["steps"][number], "path" | "line" | "kind" | "text" | "why">[];
  /** Columns as bytes of UTF-8 from 1 on, for hosts that count so; absent if unknown. */
  readonly bytes?: { readonly column: number; readonly endColumn: number };
  readonly suggestions: readonly Suggestion[];
}

/** All remarks, and what they are part of. */
export interface Remarks {
  readonly version: string;
  readonly project: string;
  readonly revision: string;
  /** Most severe first. */
  readonly remarks: readonly Remark[];
  /** The figures in one line: a reader must see what was examined, also when there is no remark. */
  readonly summary: string;
  /** Why the review is incomplete; empty if it is complete. */
  readonly incompleteBecause: readonly string[];
}

/** Returns what a review says at places. Paths are those of the repository, not of the reviewed folder in it. */
export function remarksOf(report: Report): Remarks {
  const rows = report.obligations.filter((row) => row.role === "product");
  const count = (verdict: string): number => rows.filter((row) => row.verdict === verdict).length;
  return {
    version: report.tool.version,
    project: report.project.name,
    revision: report.project.revision,
    remarks: [...report.findings, ...report.questions].map((finding) => remarkOf(finding, report.project.folder ?? "")),
    summary:
      `${plural(report.findings.length, "finding")}, ${plural(report.questions.length, "question")}; ${plural(rows.length, "site")} examined: ` +
      `${count("violated")} violated, ${count("proven")} proven, ${count("open")} open; ${report.suppressed.length} suppressed, ${report.notShown} not shown${baselineText(report)}`,
    incompleteBecause: report.incompleteBecause,
  };
}

/** Returns a finding as a remark; `folder` is that of the reviewed root in its repository, "" if it is the root. */
export function remarkOf(finding: Finding, folder: string): Remark {
  return {
    id: finding.id,
    fingerprint: finding.fingerprint,
    kind: finding.kind,
    detector: finding.detector,
    title: finding.title,
    cwe: finding.cwe,
    severity: finding.severity,
    path: inRepository(finding.path, folder),
    line: finding.line,
    column: finding.column,
    endLine: finding.endLine,
    endColumn: finding.endColumn,
    function: finding.function,
    message: finding.message,
    fix: finding.fix,
    steps: finding.steps.map(({ path, line, kind, text, why }) => ({ path: inRepository(path, folder), line, kind, text, why })),
    bytes: { column: finding.columnBytes, endColumn: finding.endColumnBytes },
    suggestions: [],
  };
}

/** Returns the path that a reviewed file has in its repository. */
export const inRepository = (path: string, folder: string): string => (folder === "" ? path : `${folder}/${path}`);

/** Steps of a path that are named in a remark; of a longer one the ends. */
export const remarkStepsMax = 8;

/** "CWE-89 SQL injection (high)", of what is no finding also what it is instead. */
export function headingOf(remark: Remark): string {
  const kind = remark.kind === "finding" ? remark.severity : remark.kind === "question" ? `question, ${remark.severity}` : "lost proof";
  const cwe = remark.cwe.length === 0 ? "" : `CWE-${remark.cwe[0]} `;
  return visible(`${cwe}${remark.title} (${kind})`);
}

/** The remark as plain lines: what, the way to it, what to do, its id. */
export function remarkLines(remark: Remark): readonly string[] {
  const way = wayOf(remark).map(({ place, why }) => visible(`${place} ${why}`));
  return [
    visible(remark.message),
    ...(way.length < 2 ? [] : [`Path: ${way.join(" → ")}`]),
    ...(remark.fix === "" ? [] : [`Fix (advice): ${visible(remark.fix)}`]),
    `${remark.id} ${remark.detector}; warrant explain ${remark.detector}`,
  ];
}

/** The remark as Markdown, as hosts show comments. */
export function remarkMarkdown(remark: Remark): string {
  const way = wayOf(remark).map(({ place, why }) => `${markdownCode(place)} ${markdownText(why)}`);
  const parts = [
    `**${markdownText(headingOf(remark))}** ${markdownCode(remark.id)}`,
    sentence(markdownText(remark.message)),
    ...(way.length < 2 ? [] : [way.map((step, index) => `${index + 1}. ${step}`).join("\n")]),
    ...(remark.fix === "" ? [] : [`Fix (advice): ${adviceMarkdown(remark.fix)}`]),
  ];
  return parts.join("\n\n");
}

const sentence = (text: string): string => (/[.?!]$/.test(text) ? text : `${text}.`);

/** Advice is text of a catalog page: its code spans stay, the rest is text, since a project may bring its own pages. */
export const adviceMarkdown = (text: string): string =>
  text
    .split(/(`[^`\n]+`)/)
    .map((part) => (/^`[^`]+`$/.test(part) ? markdownCode(part.slice(1, -1)) : markdownText(part)))
    .join("");

function wayOf(remark: Remark): readonly { readonly place: string; readonly why: string }[] {
  const steps = remark.steps.map((step) => ({ place: `${step.path}:${step.line}`, why: step.why }));
  if (steps.length <= remarkStepsMax) return steps;
  const half = remarkStepsMax >> 1;
  const left = steps.length - 2 * half;
  const middle = { place: "…", why: `${plural(left, "step")} left out; the JSON report has them` };
  return [...steps.slice(0, half), middle, ...steps.slice(steps.length - half)];
}
