/** FNV-1a with 64 bits: a small, well known hash for identities. Not for anything an attacker could gain from. */

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
  let high = offsetHigh;
  let low = offsetLow;
  const mix = (byte: number): void => {
    low = (low ^ byte) >>> 0;
    // (high, low) * (2^40 + 0x1b3): the product stays below 2^53, so a double holds it exactly.
    const product = low * primeLow;
    high = (Math.imul(high, primeLow) + Math.floor(product / 0x1_0000_0000) + (low << 8)) >>> 0;
    low = product >>> 0;
  };
  for (let i = 0; i < text.length; i++) {
    let code = text.codePointAt(i) as number;
    if (code > 0xffff) i++;
    else if (code >= 0xd800 && code <= 0xdfff) code = 0xfffd;
    if (code < 0x80) {
      mix(code);
    } else if (code < 0x800) {
      mix(0xc0 | (code >> 6));
      mix(0x80 | (code & 63));
    } else if (code < 0x1_0000) {
      mix(0xe0 | (code >> 12));
      mix(0x80 | ((code >> 6) & 63));
      mix(0x80 | (code & 63));
    } else {
      mix(0xf0 | (code >> 18));
      mix(0x80 | ((code >> 12) & 63));
      mix(0x80 | ((code >> 6) & 63));
      mix(0x80 | (code & 63));
    }
  }
  return hex32(high) + hex32(low);
}

const hex32 = (value: number): string => value.toString(16).padStart(8, "0");
