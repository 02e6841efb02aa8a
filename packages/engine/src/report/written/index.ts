/** The written review: sentences with ids, set as Markdown or text. */
import type { Report } from "../../review/index.ts";
import { markdownMedium, plainMedium } from "./medium.ts";
import { fullLines, pageColumnsMax, pageLines } from "./page.ts";

export { pageColumnsMax, pageLinesMax, pillarBecause } from "./page.ts";
export { findingSentences, messageParts } from "./finding-sentences.ts";
export { inlinePlain, itemLines, type Medium, plainMedium } from "./medium.ts";
export { factId, figure, figures, type Part, type Sentence, sentence } from "./sentence.ts";
export * from "./sections.ts";

export interface WrittenOptions {
  /** Print everything; otherwise one page, with each cut stated. */
  readonly full: boolean;
  /** The file of the same run that holds everything, relative to this one; "" if there is none. */
  readonly fullReport?: string;
}

/**
 * Renders a report as the written review, in Markdown.
 *
 * @example
 * ```ts
 * renderMarkdown(report, { full: false }).split("\n").length <= 81; // => true
 * ```
 * @public
 */
export function renderMarkdown(report: Report, options: WrittenOptions = { full: false }): string {
  const lines = options.full ? fullLines(report, markdownMedium(Number.POSITIVE_INFINITY)) : pageLines(report, markdownMedium(pageColumnsMax), { file: options.fullReport ?? "" });
  return `${lines.join("\n")}\n`;
}

/**
 * Renders a report as the written review, in plain text: the same page without markup.
 *
 * @example
 * ```ts
 * renderPage(report).split("\n").every((line) => line.length <= 120); // => true
 * ```
 * @public
 */
export function renderPage(report: Report, options: WrittenOptions = { full: false }): string {
  const lines = options.full ? fullLines(report, plainMedium(Number.POSITIVE_INFINITY)) : pageLines(report, plainMedium(pageColumnsMax), { file: options.fullReport ?? "" });
  return `${lines.join("\n")}\n`;
}
