// Until source/index.ts has these.
import type { SourceFile } from "../source/index.ts";
export function lineOf(file: SourceFile, offset: number): number {
  let low = 0; let high = file.lineStarts.length;
  while (low + 1 < high) { const middle = (low + high) >> 1; if (file.lineStarts[middle] <= offset) low = middle; else high = middle; }
  return low + 1;
}
export function textOf(file: SourceFile, start: number, end: number): string {
  let out = ""; const b = file.bytes;
  for (let i = start; i < end;) {
    const x = b[i];
    if (x < 0x80) { out += String.fromCharCode(x); i += 1; }
    else if (x < 0xe0) { out += String.fromCodePoint(((x & 31) << 6) | (b[i + 1] & 63)); i += 2; }
    else if (x < 0xf0) { out += String.fromCodePoint(((x & 15) << 12) | ((b[i + 1] & 63) << 6) | (b[i + 2] & 63)); i += 3; }
    else { out += String.fromCodePoint(((x & 7) << 18) | ((b[i + 1] & 63) << 12) | ((b[i + 2] & 63) << 6) | (b[i + 3] & 63)); i += 4; }
  }
  return out;
}
export function columnUtf16(file: SourceFile, offset: number): number {
  return textOf(file, file.lineStarts[lineOf(file, offset) - 1], offset).length + 1;
}
