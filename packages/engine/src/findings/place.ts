/** From instructions to places in files. */
import { type Ir, functionOf, moduleOf } from "../ir/index.ts";
import type { Step } from "../obligations/index.ts";
import type { Program } from "../program/index.ts";
import { columnUtf16, lineOf, type SourceFile, textOf } from "../source/index.ts";
import { type CodePlace, type FindingStep, stepTextMax } from "./finding.ts";

/** The file that holds an instruction. */
export const fileOf = (program: Program, instr: number): SourceFile => program.files[program.ir.modules[moduleOf(program.ir, instr)].file];

/** Returns the span of bytes in a file as lines and columns. */
export function placeInFile(file: SourceFile, src: number, end: number): CodePlace {
  return {
    path: file.path,
    line: lineOf(file, src),
    column: columnUtf16(file, src),
    endLine: lineOf(file, end),
    endColumn: columnUtf16(file, end),
  };
}

/** Returns the column of an offset in bytes, from 1 on. */
export const columnBytes = (file: SourceFile, offset: number): number => offset - file.lineStarts[lineOf(file, offset) - 1] + 1;

/** Returns the place of an instruction. */
export function placeOf(program: Program, instr: number): CodePlace {
  const ir = program.ir;
  return placeInFile(fileOf(program, instr), ir.src.data[instr], ir.end.data[instr]);
}

/** Bytes of an instruction that are read as code; what shows code shows less. */
export const codeBytesMax = 65_536;

/** Returns the code of an instruction, at most {@link codeBytesMax} bytes of it. */
export function codeOf(program: Program, instr: number): string {
  const ir = program.ir;
  const src = ir.src.data[instr];
  return textOf(fileOf(program, instr), src, Math.min(ir.end.data[instr], src + codeBytesMax));
}

/** Returns code on one line: runs of blanks become one space, and a long text ends in `…`. */
export function onOneLine(code: string, charactersMax = stepTextMax): string {
  // The cut comes first, so that a statement of megabytes costs nothing.
  const line = code
    .slice(0, charactersMax * 8)
    .replace(/\s+/g, " ")
    .trim();
  if (line.length <= charactersMax) return line;
  const cut = line.slice(0, charactersMax - 1);
  // Half of a surrogate pair is no character.
  const last = cut.charCodeAt(cut.length - 1);
  return `${last >= 0xd800 && last <= 0xdbff ? cut.slice(0, -1) : cut}…`;
}

/** Returns the dotted name of the function that holds an instruction, `<module>` at top level. */
export function functionNameOf(ir: Ir, instr: number): string {
  const holder = functionOf(ir, instr);
  return holder.kind === "module" ? "<module>" : ir.strings.text(holder.qualname);
}

/** Returns a step with its place and code. */
export function placeStep(program: Program, step: Step): FindingStep {
  return {
    ...placeOf(program, step.instr),
    kind: step.kind,
    text: onOneLine(codeOf(program, step.instr)),
    why: step.why,
  };
}
