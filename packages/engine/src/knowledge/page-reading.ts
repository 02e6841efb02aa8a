/** What the readers of detector and model pages share: the page at hand, its headings, its paths. */
import type { DataBlock, Datum } from "./data-block.ts";
import type { Page } from "./page.ts";
import type { PageProblems } from "./page-problem.ts";
import { parsePath } from "./place.ts";
import type { Vocabulary } from "./vocabulary.ts";

/** What the reader of one page works with. */
export interface PageReading {
  readonly page: Page;
  readonly block: DataBlock;
  readonly vocabulary: Vocabulary;
  readonly problems: PageProblems;
  /** Holds for pages of a reviewed project: they are data and may name no code. */
  readonly isUserPage: boolean;
}

/** Reads a path without a port, as a list of one or none. */
export function readPath(reading: PageReading, datum: Datum | undefined, what: string): string[] {
  const path = reading.block.grammar(datum, what, parsePath);
  if (path === undefined || datum === undefined) return [];
  reading.vocabulary.checkPath(reading.block, datum, path);
  return [path];
}

/** Checks the headings of a page: each known, none twice, the required ones there and in order. */
export function checkSections(page: Page, problems: PageProblems, required: readonly string[], known: readonly string[]): void {
  const seen = new Set<string>();
  let last = -1;
  for (const { heading, line } of page.sections) {
    const at = { path: page.path, line, column: 4 };
    const place = known.indexOf(heading);
    if (place < 0) problems.unknown(at, "section", heading, known);
    else if (seen.has(heading)) problems.error(at, `a second section "${heading}"; join the two`);
    else if (place < last) problems.error(at, `the order of sections is ${known.join(", ")}`);
    last = Math.max(last, place);
    seen.add(heading);
  }
  for (const heading of required) {
    if (!seen.has(heading)) problems.error({ path: page.path, line: page.lineCount || 1, column: 1 }, `the page has no section "${heading}"`);
  }
}
