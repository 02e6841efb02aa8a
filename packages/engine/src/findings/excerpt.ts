/** The code around the steps of a finding, so that a reader of the review sees what lies between them. */
import type { Program } from "../program/index.ts";
import { lineText, type SourceFile } from "../source/index.ts";
import type { Excerpt, FindingStep } from "./finding.ts";
import { onOneLine } from "./place.ts";

/** Lines before and after a step; lines between two steps that are shown rather than left out. */
const around = 2;
const betweenMax = 8;
/** Lines of one step: a call over many lines shows its beginning. */
const stepLinesMax = 6;
const excerptsMax = 24;
const columnsMax = 200;

/** Returns the lines that the steps stand on, steps that are near to each other in one piece, in the order of the way. */
export function excerptsOf(program: Program, steps: readonly FindingStep[]): readonly Excerpt[] {
  const ranges: { path: string; from: number; to: number }[] = [];
  for (const step of steps) {
    const from = Math.max(1, step.line - around);
    const to = Math.min(step.endLine, step.line + stepLinesMax) + around;
    const near = ranges.find((range) => range.path === step.path && from <= range.to + betweenMax && to >= range.from - betweenMax);
    if (near === undefined) ranges.push({ path: step.path, from, to });
    else {
      near.from = Math.min(near.from, from);
      near.to = Math.max(near.to, to);
    }
  }
  return ranges.slice(0, excerptsMax).flatMap(({ path, from, to }) => {
    const file = program.files.find((each) => each.path === path);
    return file === undefined ? [] : [{ path, from, lines: linesOf(file, from, to) }];
  });
}

function linesOf(file: SourceFile, from: number, to: number): readonly string[] {
  const lines: string[] = [];
  for (let line = from; line <= Math.min(to, file.lineStarts.length); line++) {
    const text = lineText(file, line).replace(/[\r\n]+$/, "");
    lines.push(text.length <= columnsMax ? text : `${/^\s*/.exec(text)?.[0].slice(0, columnsMax / 2) ?? ""}${onOneLine(text, columnsMax / 2)}`);
  }
  return lines;
}
