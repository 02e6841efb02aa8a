/** Runs the examples of pages: what `warrant test` is for, and what `warrant check-models` does first. */
import { type Catalog, inMemoryWorkspace, type ObservedObligation, observeReport, type PageText, reviewProject, runPage } from "../engine.ts";
import type { Progress } from "../terminal/progress.ts";
import { version } from "../version.ts";

export interface ExamplesRun {
  readonly pages: number;
  readonly failed: number;
  /** Marked lines that were compared. */
  readonly lines: number;
  /** One per line that is not as marked, with its position. */
  readonly messages: readonly string[];
}

export function runExamples(pages: readonly PageText[], catalog: Catalog, progress: Progress): ExamplesRun {
  let failed = 0;
  let lines = 0;
  const messages: string[] = [];
  pages.forEach((page, index) => {
    progress.update("running pages", index, pages.length);
    const run = runPage(page, catalog, reviewExample);
    lines += run.lines;
    if (run.failures.length > 0) failed++;
    messages.push(...run.failures.map((failure) => failure.message));
  });
  return { pages: pages.length, failed, lines, messages };
}

/** The sum of a run, in the words of both commands. */
export const examplesText = ({ pages, failed, lines }: ExamplesRun): string => `${pages - failed} pages passed, ${failed} failed; ${lines} marked lines`;

/** Reviews one example as if it were a project. */
function reviewExample(files: Readonly<Record<string, string>>, catalog: Catalog): readonly ObservedObligation[] {
  return observeReport(reviewProject({ workspace: inMemoryWorkspace(files), catalog, version }));
}
