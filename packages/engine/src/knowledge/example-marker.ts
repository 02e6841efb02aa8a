/** The comments of examples that say what the engine must do on a line. */
import type { CodeBlock, Page } from "./page.ts";
import type { PageProblems } from "./page-problem.ts";

export type MarkerKind = "finding" | "source" | "step" | "safe" | "missed" | "spurious" | "open";

/** A marker, and the lines it stands on and speaks of. */
export interface Marker {
  readonly kind: MarkerKind;
  /** Detector id after `finding:`, reason after the others; "" if there is none. */
  readonly text: string;
  /** Line of the page where the comment stands. */
  readonly pageLine: number;
  /** 1-based line within the block that it speaks of. */
  readonly codeLine: number;
  readonly block: CodeBlock;
}

const markerComment = /#\s*(finding|source|step|safe|missed|spurious|open)\s*(?::(.*))?$/;
const needsReason: readonly MarkerKind[] = ["safe", "missed", "spurious", "open"];

/** Holds if the block is an example of a project in Python. */
export function isPythonExample(block: CodeBlock): boolean {
  return block.language === "python";
}

/** Finds all markers of a page, in the order of its lines. */
export function exampleMarkers(page: Page): Marker[] {
  return page.blocks.filter(isPythonExample).flatMap(blockMarkers);
}

/** Finds the markers of a block. A marker alone on its line speaks of the next line of code. */
export function blockMarkers(block: CodeBlock): Marker[] {
  const markers: Marker[] = [];
  let waiting: Marker[] = [];
  block.lines.forEach((line, index) => {
    const found = markerComment.exec(line.trimEnd());
    const isAlone = /^\s*#/.test(line);
    if (found !== null) {
      const marker: Marker = {
        kind: found[1] as MarkerKind,
        text: (found[2] ?? "").trim(),
        pageLine: block.line + 1 + index,
        codeLine: index + 1,
        block,
      };
      if (isAlone) waiting.push(marker);
      else markers.push(marker);
    }
    if (!isAlone && line.trim() !== "") {
      for (const marker of waiting) markers.push({ ...marker, codeLine: index + 1 });
      waiting = [];
    }
  });
  return markers.sort((a, b) => a.pageLine - b.pageLine);
}

/** Reports comments that look like markers and are none, and markers without their reason. */
export function checkMarkers(page: Page, detectorIds: ReadonlySet<string>, problems: PageProblems): void {
  for (const block of page.blocks.filter(isPythonExample)) {
    block.lines.forEach((line, index) => {
      const at = { path: page.path, line: block.line + 1 + index, column: Math.max(1, line.lastIndexOf("#") + 1) };
      const loose = /#\s*(findings?|missed|spurious|safe)\s+(?!:)(\S.*)$/i.exec(line);
      if (loose !== null && !markerComment.test(line.trimEnd())) {
        problems.error(at, `"# ${loose[1]} ${loose[2]}" is no marker; write "# ${loose[1].toLowerCase()}: …" with a colon, or reword the comment`);
      }
    });
    for (const marker of blockMarkers(block)) {
      const line = block.lines[marker.pageLine - block.line - 1];
      const at = { path: page.path, line: marker.pageLine, column: line.lastIndexOf("#") + 1 };
      if (needsReason.includes(marker.kind) && marker.text === "") problems.error(at, `"# ${marker.kind}" needs a reason after a colon`);
      if (marker.kind !== "finding" || marker.text === "") continue;
      for (const id of marker.text.split(/\s*,\s*/)) {
        if (!detectorIds.has(id)) problems.unknown(at, "detector", id, detectorIds);
      }
    }
  }
}
