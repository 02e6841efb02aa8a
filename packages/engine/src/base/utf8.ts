/** UTF-8 without the host's decoder: the engine may not name `TextDecoder`. */

const CHUNK = 4096;

/** Decodes bytes `start..end`; what is not UTF-8 becomes U+FFFD. */
export function decodeUtf8(bytes: Uint8Array, start: number, end: number): string {
  if (isAscii(bytes, start, end)) return asciiText(bytes, start, end);
  let text = "";
  let units: number[] = [];
  let at = start;
  while (at < end) {
    const point = codePointAt(bytes, at, end);
    at += point < 0 ? 1 : encodedLength(point);
    if (point > 0xffff) {
      units.push(0xd800 + ((point - 0x10000) >> 10), 0xdc00 + ((point - 0x10000) & 0x3ff));
    } else {
      units.push(point < 0 ? 0xfffd : point);
    }
    if (units.length >= CHUNK) {
      text += String.fromCharCode.apply(null, units);
      units = [];
    }
  }
  return text + String.fromCharCode.apply(null, units);
}

/** Turns bytes that are all below 128 (or meant as Latin-1) into text. */
export function asciiText(bytes: Uint8Array, start: number, end: number): string {
  if (end - start <= CHUNK) return fromUnits(bytes.subarray(start, end));
  let text = "";
  for (let at = start; at < end; at += CHUNK) {
    text += fromUnits(bytes.subarray(at, Math.min(end, at + CHUNK)));
  }
  return text;
}

function fromUnits(units: Uint8Array): string {
  return String.fromCharCode.apply(null, units as unknown as number[]);
}

/** Holds if every byte of the range is below 128. */
export function isAscii(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if (bytes[at] >= 0x80) return false;
  return true;
}

/** Returns the offset of the first byte that is not valid UTF-8, or -1. */
export function firstBadUtf8(bytes: Uint8Array, start: number, end: number): number {
  for (let at = start; at < end; ) {
    if (bytes[at] < 0x80) {
      at++;
      continue;
    }
    const point = codePointAt(bytes, at, end);
    if (point < 0) return at;
    at += encodedLength(point);
  }
  return -1;
}

/** Encodes text; a lone surrogate becomes U+FFFD. */
export function encodeUtf8(text: string): Uint8Array {
  const out = new Uint8Array(text.length * 3);
  let length = 0;
  for (let i = 0; i < text.length; i++) {
    let point = text.codePointAt(i) ?? 0xfffd;
    if (point > 0xffff) i++;
    else if (point >= 0xd800 && point <= 0xdfff) point = 0xfffd;
    if (point < 0x80) {
      out[length++] = point;
    } else if (point < 0x800) {
      out[length++] = 0xc0 | (point >> 6);
      out[length++] = 0x80 | (point & 0x3f);
    } else if (point < 0x10000) {
      out[length++] = 0xe0 | (point >> 12);
      out[length++] = 0x80 | ((point >> 6) & 0x3f);
      out[length++] = 0x80 | (point & 0x3f);
    } else {
      out[length++] = 0xf0 | (point >> 18);
      out[length++] = 0x80 | ((point >> 12) & 0x3f);
      out[length++] = 0x80 | ((point >> 6) & 0x3f);
      out[length++] = 0x80 | (point & 0x3f);
    }
  }
  return out.slice(0, length);
}

/** Returns how many bytes a code point takes. */
export function encodedLength(point: number): number {
  return point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
}

/** Reads one code point, or -1 if the bytes at `at` are not well formed (overlong, surrogate, cut off). */
export function codePointAt(bytes: Uint8Array, at: number, end: number): number {
  const first = bytes[at];
  if (first < 0x80) return first;
  if (first < 0xc2 || first > 0xf4) return -1;
  const more = first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3;
  if (at + more >= end) return -1; // cut off at the end of the range
  let point = first & (more === 1 ? 0x1f : more === 2 ? 0x0f : 0x07);
  for (let i = 1; i <= more; i++) {
    const next = bytes[at + i];
    if ((next & 0xc0) !== 0x80) return -1;
    point = (point << 6) | (next & 0x3f);
  }
  if (encodedLength(point) !== more + 1 || point > 0x10ffff) return -1;
  return point >= 0xd800 && point <= 0xdfff ? -1 : point;
}
