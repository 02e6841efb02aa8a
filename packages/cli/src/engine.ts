/**
 * The only door between the command and the engine: everything the command uses of it goes through here.
 */
import type { Problem } from "../../engine/src/base/index.ts";
import type { Catalog } from "../../engine/src/knowledge/index.ts";
import { plainStyle, renderJson, renderMarkdown, renderSarif, renderText, type Style } from "../../engine/src/report/index.ts";
import type { Report } from "../../engine/src/review/index.ts";
import type { Workspace } from "../../engine/src/source/index.ts";
import { UsageError } from "./exit.ts";

export type { Problem, ProblemKind } from "../../engine/src/base/index.ts";
export { cweName, matchesSelector, severityRank } from "../../engine/src/findings/index.ts";
export type { Catalog, Detector, ModelPage, PageProblem, PageText, Severity } from "../../engine/src/knowledge/index.ts";
export {
  catalogFromJson, catalogToJson, isUserPage, type ObservedObligation, observeReport, readCatalog, runPage,
} from "../../engine/src/knowledge/index.ts";
export { suggestion } from "../../engine/src/knowledge/suggestion.ts";
export { plainStyle, type Style, type StyleKind } from "../../engine/src/report/index.ts";
export { exitCode, type Report } from "../../engine/src/review/index.ts";
export type { Workspace } from "../../engine/src/source/index.ts";

/** What a review is made from. */
export interface ReviewRequest {
  readonly workspace: Workspace;
  /** Product files, sorted; the rest of the workspace is data. */
  readonly python: readonly string[];
  /** What the host did not hand in, and why. */
  readonly problems: readonly Problem[];
  readonly catalog: Catalog;
  readonly project: { readonly name: string; readonly revision: string };
  readonly version: string;
  readonly options: {
    readonly all: boolean;
    readonly severity: Catalog["detectors"][number]["severity"];
    readonly select: readonly string[];
    readonly ignore: readonly string[];
    readonly honourSuppressions: boolean;
    readonly today: string;
  };
  readonly onProgress: (phase: string, done: number, total: number) => void;
}

/** Reviews a project. */
export function reviewProject(_request: ReviewRequest): Report {
  throw new UsageError("the engine is not joined yet");
}

/** Puts a report into one of the output forms. */
export function renderReport(report: Report, format: string, options: { readonly style: Style; readonly quiet: boolean; readonly full: boolean }): string {
  switch (format) {
    case "json":
      return renderJson(report);
    case "sarif":
    case "sarif-full":
      return renderSarif(report, { full: format === "sarif-full" });
    case "markdown":
      return renderMarkdown(report, { full: options.full });
    default:
      return renderText(report, { style: options.style ?? plainStyle, quiet: options.quiet });
  }
}
