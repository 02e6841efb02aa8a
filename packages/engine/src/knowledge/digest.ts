/** The digest of a set of pages: changes when any of them does. */
import type { PageText } from "./page.ts";

/** Digests the pages on top of the digest of what they add to. */
export function digestOf(base: string, pages: readonly PageText[], hash: (text: string) => string = fnv64): string {
  return hash([base, ...pages.map((page) => `${page.path}\n${page.text.length}\n${page.text}`)].join("\n"));
}

/** FNV-1a over UTF-16 units in two 32-bit lanes; tells pages apart, protects nothing. */
export function fnv64(text: string): string {
  let low = 0x811c9dc5;
  let high = 0x01000193;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    low = Math.imul(low ^ unit, 0x01000193);
    high = Math.imul(high ^ (unit + i), 0x85ebca6b);
  }
  const hex = (value: number) => (value >>> 0).toString(16).padStart(8, "0");
  return hex(high) + hex(low);
}
