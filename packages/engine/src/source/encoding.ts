/** Which encoding a Python file is in: the byte-order mark, then the line that PEP 263 allows. */
import { asciiText, decodeUtf8, encodeUtf8, firstBadUtf8 } from "../base/index.ts";
import type { Workspace } from "./workspace.ts";

/** Bytes in UTF-8, and what was wrong with them, if anything. */
export interface Decoded {
  readonly bytes: Uint8Array;
  readonly problem?: string;
}

const HEAD_BYTES = 1024; // the first two lines; a coding line beyond that is a curiosity
const BLANK_LINE = /^[ \t\f]*(?:#[^\r\n]*)?$/;
const CODING_LINE = /^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)/;
const UTF8_LABELS = new Set(["utf-8", "utf8", "u8", "utf", "utf-8-sig", "utf8-sig", "ascii", "us-ascii", "646"]);

/** Brings bytes into UTF-8 without a byte-order mark. */
export function toUtf8(workspace: Workspace, bytes: Uint8Array): Decoded {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return repaired(bytes.subarray(3));
  const wide = wideLabel(bytes);
  const label = wide ?? codingLabel(bytes);
  if (label === undefined || UTF8_LABELS.has(label)) return repaired(bytes);
  const text = workspace.decode(bytes, label);
  if (text === undefined) {
    const { bytes: read } = repaired(bytes);
    return { bytes: read, problem: `the encoding "${label}" is not known; the file was read as UTF-8` };
  }
  const clean = text.startsWith("\ufeff") ? text.slice(1) : text;
  if (!clean.includes("\ufffd")) return { bytes: encodeUtf8(clean) };
  return { bytes: encodeUtf8(clean), problem: `some bytes are not ${label} and were replaced` };
}

function wideLabel(bytes: Uint8Array): string | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return "utf-16be";
  return undefined;
}

function repaired(bytes: Uint8Array): Decoded {
  const bad = firstBadUtf8(bytes, 0, bytes.length);
  if (bad < 0) return { bytes };
  const fixed = encodeUtf8(decodeUtf8(bytes, 0, bytes.length));
  return { bytes: fixed, problem: `byte ${bad} is not UTF-8; such bytes were replaced` };
}

/** Finds the label of a coding line in the first two lines, in the spelling CPython compares. */
function codingLabel(bytes: Uint8Array): string | undefined {
  const head = asciiText(bytes, 0, Math.min(bytes.length, HEAD_BYTES));
  const [first = "", second = ""] = head.split(/\r\n|\r|\n/, 2);
  const line = CODING_LINE.exec(first) ?? (BLANK_LINE.test(first) ? CODING_LINE.exec(second) : null);
  return line?.[1]?.toLowerCase().replaceAll("_", "-");
}

/** Holds if bytes cannot be source text: they hold NUL, and are not UTF-16 with its mark. */
export function isBinary(bytes: Uint8Array): boolean {
  return wideLabel(bytes) === undefined && bytes.includes(0);
}
