/** FNV-1a with 64 bits: a small, well known hash for identities. Not for anything an attacker could gain from. */
import { encodeUtf8 } from "./utf8.ts";

const offsetHigh = 0xcbf29ce4;
const offsetLow = 0x84222325;
/** The prime is 2^40 + 0x1b3. */
const primeLow = 0x1b3;

/**
 * Returns the FNV-1a hash of the UTF-8 form of a text, as 16 hex digits. A lone surrogate counts as U+FFFD.
 *
 * @example
 * ```ts
 * fnv1a64("a"); // => "af63dc4c8601ec8c"
 * ```
 */
export function fnv1a64(text: string): string {
  // Nearly all text is ASCII, and is its own UTF-8 form. The loop has no function inside: its numbers would live on the heap.
  const bytes = beyondAscii.test(text) ? encodeUtf8(text) : undefined;
  const length = bytes === undefined ? text.length : bytes.length;
  let high = offsetHigh;
  let low = offsetLow;
  for (let i = 0; i < length; i++) {
    low = (low ^ (bytes === undefined ? text.charCodeAt(i) : bytes[i]!)) >>> 0;
    // (high, low) * (2^40 + 0x1b3): the product stays below 2^53, so a double holds it exactly.
    const product = low * primeLow;
    high = (Math.imul(high, primeLow) + Math.floor(product / 0x1_0000_0000) + (low << 8)) >>> 0;
    low = product >>> 0;
  }
  return hex32(high) + hex32(low);
}

/** Found at the first character that is none. */
const beyondAscii = /[^\0-\x7f]/;

const hex32 = (value: number): string => value.toString(16).padStart(8, "0");
