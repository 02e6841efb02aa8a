/** The Markdown structure of a page: title, sentence, data block, sections, code blocks. Knows nothing of detectors and models. */
import type { PageProblems } from "./page-problem.ts";

/** The text of a page, before it is read. */
export interface PageText {
  /** Relative, with `/`. */
  readonly path: string;
  readonly text: string;
}

/** A fenced block. */
export interface CodeBlock {
  /** First word after the fence: `yaml`, `python`. */
  readonly language: string;
  /** The words after it: `detector`, `file=app.py`. */
  readonly words: readonly string[];
  /** Line of the fence. */
  readonly line: number;
  /** Heading it stands under, "" above the first. */
  readonly heading: string;
  /** Line of that heading, 0 above the first; tells two equal headings apart. */
  readonly headingLine: number;
  /** The section (`##`) it belongs to. */
  readonly section: string;
  readonly lines: readonly string[];
}

export interface PageSection {
  readonly heading: string;
  readonly line: number;
  /** Markdown below the heading, without surrounding blank lines. */
  readonly text: string;
}

export interface Page {
  readonly path: string;
  readonly title: string;
  readonly summary: string;
  readonly blocks: readonly CodeBlock[];
  readonly sections: readonly PageSection[];
  readonly lineCount: number;
}

/** Longest page that is read at all, in characters. */
export const pageLengthMax = 200_000;

/** Splits a page into its parts. Never fails: what is missing is a problem. */
export function splitPage(source: PageText, problems: PageProblems): Page {
  const at = (line: number, column = 1) => ({ path: source.path, line, column });
  if (source.text.length > pageLengthMax) {
    problems.error(at(1), `the page is longer than ${pageLengthMax} characters; split it`);
    return { path: source.path, title: "", summary: "", blocks: [], sections: [], lineCount: 0 };
  }
  const lines = source.text.replace(/^\uFEFF/, "").split(/\r\n|\n|\r/);
  if (lines[lines.length - 1] === "") lines.pop();
  const titleLine = lines.findIndex((line) => line.trim() !== "");
  const title = /^# +(\S.*)$/.exec(lines[titleLine] ?? "")?.[1].trim() ?? "";
  if (title === "") problems.error(at(Math.max(1, titleLine + 1)), "a page begins with its title, as in # SQL injection");
  const blocks = findBlocks(lines, source.path, problems);
  return {
    path: source.path,
    title,
    summary: findSummary(lines, titleLine + 1),
    blocks,
    sections: findSections(lines, blocks),
    lineCount: lines.length,
  };
}

/** Finds the paragraph below the title. */
function findSummary(lines: readonly string[], from: number): string {
  let start = from;
  while (start < lines.length && lines[start].trim() === "") start++;
  let end = start;
  while (end < lines.length && lines[end].trim() !== "" && !/^(#|```)/.test(lines[end])) end++;
  return lines.slice(start, end).map((line) => line.trim()).join(" ");
}

function findBlocks(lines: readonly string[], path: string, problems: PageProblems): CodeBlock[] {
  const blocks: CodeBlock[] = [];
  let heading = "";
  let headingLine = 0;
  let section = "";
  for (let i = 0; i < lines.length; i++) {
    const title = /^(#{2,6}) +(.*)$/.exec(lines[i]);
    if (title !== null) {
      heading = title[2].trim();
      headingLine = i + 1;
      if (title[1] === "##") section = heading;
    }
    const fence = /^(`{3,}|~{3,})(.*)$/.exec(lines[i]);
    if (fence === null) continue;
    const end = findFenceEnd(lines, i + 1, fence[1]);
    if (end < 0) {
      problems.error({ path, line: i + 1, column: 1 }, `the block that opens here is never closed by ${fence[1]}`);
      break;
    }
    const words = fence[2].trim().split(/\s+/).filter((word) => word !== "");
    blocks.push({
      language: words[0] ?? "",
      words: words.slice(1),
      line: i + 1,
      heading,
      headingLine,
      section,
      lines: lines.slice(i + 1, end),
    });
    i = end;
  }
  return blocks;
}

function findFenceEnd(lines: readonly string[], from: number, fence: string): number {
  for (let i = from; i < lines.length; i++) {
    const line = lines[i].trimEnd();
    if (!line.startsWith(fence)) continue;
    // Another opening fence before the closing one: the author forgot to close this one.
    return line === fence[0].repeat(line.length) ? i : -1;
  }
  return -1;
}

function findSections(lines: readonly string[], blocks: readonly CodeBlock[]): PageSection[] {
  const starts: number[] = [];
  let nextBlock = 0;
  for (let i = 0; i < lines.length; i++) {
    const block = blocks[nextBlock];
    if (block !== undefined && i === block.line - 1) {
      i += block.lines.length + 1;
      nextBlock++;
    } else if (/^## +\S/.test(lines[i])) starts.push(i);
  }
  return starts.map((start, index) => ({
    heading: lines[start].slice(2).trim(),
    line: start + 1,
    text: trimBlankLines(lines.slice(start + 1, starts[index + 1] ?? lines.length)).join("\n"),
  }));
}

function trimBlankLines(lines: readonly string[]): readonly string[] {
  let start = 0;
  let end = lines.length;
  while (start < end && lines[start].trim() === "") start++;
  while (end > start && lines[end - 1].trim() === "") end--;
  return lines.slice(start, end);
}
