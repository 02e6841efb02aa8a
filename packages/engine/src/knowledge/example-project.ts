/** Cuts the examples of a page into small projects, each with what is expected on its lines. */
import { blockMarkers, isPythonExample, type Marker } from "./example-marker.ts";
import type { CodeBlock, Page } from "./page.ts";

/** A marker and the file of the project that it speaks of. */
export interface ExpectedLine extends Marker {
  readonly file: string;
}

export interface ExampleFile {
  readonly name: string;
  readonly text: string;
  /** Line of the page before the first line of the file. */
  readonly lineBefore: number;
}

/** The files of one heading, or one block that names no file. */
export interface ExampleProject {
  readonly page: string;
  readonly heading: string;
  /** Line of the page where it begins. */
  readonly line: number;
  readonly files: readonly ExampleFile[];
  readonly expected: readonly ExpectedLine[];
}

/** Name of a block that does not say one. */
const defaultFile = "example.py";

/** Finds the projects of a page, in the order of its lines. */
export function exampleProjects(page: Page): ExampleProject[] {
  const shared = new Map<number, CodeBlock[]>();
  const groups: CodeBlock[][] = [];
  for (const block of page.blocks) {
    const isNamed = fileName(block) !== "";
    if (!isNamed && !isPythonExample(block)) continue;
    const group = isNamed ? shared.get(block.headingLine) : undefined;
    if (group !== undefined) group.push(block);
    else {
      const started = [block];
      groups.push(started);
      if (isNamed) shared.set(block.headingLine, started);
    }
  }
  return groups.filter((blocks) => blocks.some(isPythonExample)).map((blocks) => ({
    page: page.path,
    heading: blocks[0].heading,
    line: blocks[0].line,
    files: blocks.map((block) => ({
      name: fileName(block) || defaultFile,
      text: `${block.lines.join("\n")}\n`,
      lineBefore: block.line,
    })),
    expected: blocks.filter(isPythonExample).flatMap((block) =>
      blockMarkers(block).map((marker) => ({ ...marker, file: fileName(block) || defaultFile })),
    ),
  }));
}

/** Returns the name after `file=`, or "". */
export function fileName(block: CodeBlock): string {
  return block.words.find((word) => word.startsWith("file="))?.slice("file=".length) ?? "";
}
