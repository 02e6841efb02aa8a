/** Offsets to lines and columns, and back to text. */
import { decodeUtf8 } from "../base/index.ts";
import type { SourceFile } from "./workspace.ts";

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;

/** The starts found so far of one file; its first entry is always 0. */
let scratch = new Int32Array(4096);

/** Returns the offsets of line starts. Lines end with LF, CR LF or CR; a form feed ends none. */
export function findLineStarts(bytes: Uint8Array): Int32Array {
  let line = 1;
  for (let at = 0; at < bytes.length; at++) {
    if (!endsLine(bytes, at)) continue;
    if (line === scratch.length) {
      const wider = new Int32Array(line * 2);
      wider.set(scratch);
      scratch = wider;
    }
    scratch[line++] = at + 1;
  }
  return scratch.slice(0, line);
}

function endsLine(bytes: Uint8Array, at: number): boolean {
  const byte = bytes[at];
  if (byte > CARRIAGE_RETURN) return false;
  return byte === LINE_FEED || (byte === CARRIAGE_RETURN && bytes[at + 1] !== LINE_FEED);
}

/** Returns the 1-based line that holds an offset. */
export function lineOf(file: SourceFile, offset: number): number {
  const starts = file.lineStarts;
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (starts[middle] <= offset) low = middle;
    else high = middle - 1;
  }
  return low + 1;
}

/** Returns the 1-based column in UTF-8 bytes. */
export function columnUtf8(file: SourceFile, offset: number): number {
  return offset - file.lineStarts[lineOf(file, offset) - 1] + 1;
}

/** Returns the 1-based column in UTF-16 code units, as editors and SARIF count. */
export function columnUtf16(file: SourceFile, offset: number): number {
  let column = 1;
  for (let at = file.lineStarts[lineOf(file, offset) - 1]; at < offset; at++) {
    const byte = file.bytes[at];
    if ((byte & 0xc0) !== 0x80) column += byte >= 0xf0 ? 2 : 1;
  }
  return column;
}

/** Returns the text of a span. */
export function textOf(file: SourceFile, start: number, end: number): string {
  return decodeUtf8(file.bytes, start, end);
}

/** Returns the text of a 1-based line without its line end; empty if there is no such line. */
export function lineText(file: SourceFile, line: number): string {
  if (line < 1 || line > file.lineStarts.length) return "";
  const start = file.lineStarts[line - 1];
  let end = line < file.lineStarts.length ? file.lineStarts[line] : file.bytes.length;
  while (end > start && (file.bytes[end - 1] === LINE_FEED || file.bytes[end - 1] === CARRIAGE_RETURN)) end--;
  return decodeUtf8(file.bytes, start, end);
}
