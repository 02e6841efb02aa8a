/** The values of literals: escapes in strings, digits in numbers. */
import { asciiText, decodeUtf8 } from "../../base/index.ts";
import type { Constant } from "./ast.ts";
import { StringFlag } from "./tokens.ts";

/** CPython refuses longer decimal integers, since their conversion is quadratic. */
export const DECIMAL_DIGITS_MAX = 4300;

/** Decodes the inside of a string literal (without prefix and quotes). */
export function decodeText(bytes: Uint8Array, start: number, end: number, flags: number): string {
  if ((flags & StringFlag.Escapes) === 0) {
    return (flags & StringFlag.NonAscii) === 0
      ? asciiText(bytes, start, end)
      : decodeUtf8(bytes, start, end);
  }
  return decodeEscapes(bytes, start, end, flags);
}

function decodeEscapes(bytes: Uint8Array, start: number, end: number, flags: number): string {
  const raw = (flags & StringFlag.Raw) !== 0;
  let text = "";
  let from = start; // what lies between `from` and `at` is taken as it stands
  for (let at = start; at < end; ) {
    const c = bytes[at];
    if (c === 13) {
      text += `${decodeUtf8(bytes, from, at)}\n`;
      at += bytes[at + 1] === 10 && at + 1 < end ? 2 : 1;
      from = at;
    } else if (c === 92 && !raw && at + 1 < end) {
      text += decodeUtf8(bytes, from, at);
      const length = escapeLength(bytes, at, end, flags);
      text += escapeText(bytes, at, length, flags);
      at += length;
      from = at;
    } else {
      at++;
    }
  }
  return text + decodeUtf8(bytes, from, end);
}

/** Returns how many bytes the escape at `at` takes. */
function escapeLength(bytes: Uint8Array, at: number, end: number, flags: number): number {
  const c = bytes[at + 1];
  if (c >= 48 && c <= 55) return 1 + countDigits(bytes, at + 1, Math.min(end, at + 4), 8);
  if (c === 120) return hexLength(bytes, at, end, 2);
  const text = (flags & StringFlag.Bytes) === 0;
  if (c === 117 && text) return hexLength(bytes, at, end, 4);
  if (c === 85 && text) return hexLength(bytes, at, end, 8);
  if (c === 13 && bytes[at + 2] === 10 && at + 2 < end) return 3;
  if (c >= 128) return 1; // the backslash stays, the character is read on its own
  return 2;
}

function hexLength(bytes: Uint8Array, at: number, end: number, digits: number): number {
  return countDigits(bytes, at + 2, Math.min(end, at + 2 + digits), 16) === digits ? 2 + digits : 2;
}

function countDigits(bytes: Uint8Array, from: number, to: number, base: number): number {
  let at = from;
  while (at < to && hexDigit(bytes[at]) < base) at++;
  return at - from;
}

function hexDigit(c: number): number {
  if (c >= 48 && c <= 57) return c - 48;
  const letter = c | 32;
  return letter >= 97 && letter <= 102 ? letter - 87 : 99;
}

function escapeText(bytes: Uint8Array, at: number, length: number, flags: number): string {
  const c = bytes[at + 1];
  if (length === 1) return "\\";
  if (c >= 48 && c <= 55) {
    const code = Number.parseInt(asciiText(bytes, at + 1, at + length), 8);
    return String.fromCharCode((flags & StringFlag.Bytes) !== 0 ? code & 255 : code);
  }
  if ((c === 120 || c === 117 || c === 85) && length > 2) {
    const point = Number.parseInt(asciiText(bytes, at + 2, at + length), 16);
    return point > 0x10ffff ? "\ufffd" : String.fromCodePoint(point);
  }
  switch (c) {
    case 10:
    case 13: return "";
    case 92: return "\\";
    case 39: return "'";
    case 34: return '"';
    case 97: return "\x07";
    case 98: return "\b";
    case 102: return "\f";
    case 110: return "\n";
    case 114: return "\r";
    case 116: return "\t";
    case 118: return "\v";
    default: return asciiText(bytes, at, at + 2); // not an escape: both characters stay
  }
}

/** The value of a number literal, or undefined if it is malformed; `python2` is set by `0777` and `10L`. */
export function decodeNumber(
  bytes: Uint8Array,
  start: number,
  end: number,
): { readonly constant: Constant; readonly python2: boolean } | undefined {
  let text = asciiText(bytes, start, end);
  if (text.includes("_")) {
    if (text.includes("__") || text.endsWith("_")) return undefined;
    text = text.replaceAll("_", "");
  }
  const last = text.charCodeAt(text.length - 1) | 32;
  const based = text.charCodeAt(0) === 48 && text.length > 1 ? text.charCodeAt(1) | 32 : 0;
  const isBased = based === 120 || based === 111 || based === 98;
  let python2 = false;
  if (last === 108) {
    text = text.slice(0, -1);
    python2 = true;
  }
  if (!isBased && last === 106) {
    return { constant: { type: "imaginary", value: Number(text.slice(0, -1)) }, python2 };
  }
  if (!isBased && /[.eE]/.test(text)) {
    return { constant: { type: "float", value: Number(text) }, python2 };
  }
  if (isBased && text.length === 2) return undefined;
  if (!isBased && text.charCodeAt(0) === 48 && /[1-9]/.test(text)) {
    if (/[89]/.test(text)) return undefined;
    text = `0o${text}`;
    python2 = true;
  } else if (!isBased && text.length > DECIMAL_DIGITS_MAX) {
    return undefined;
  }
  const value = text.length < 16 ? Number(text) : BigInt(text);
  const fits = typeof value === "number" || value <= BigInt(Number.MAX_SAFE_INTEGER);
  return { constant: { type: "int", value: fits ? Number(value) : value }, python2 };
}
