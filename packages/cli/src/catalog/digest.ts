/** Digests of catalog pages. */
import { createHash } from "node:crypto";
import type { PageText } from "../engine.ts";

export const digestText = (text: string): string => createHash("sha256").update(text).digest("hex");

/** Returns a digest that changes when any page does. */
export function digestPages(pages: readonly PageText[]): string {
  const hash = createHash("sha256");
  for (const page of pages) hash.update(`${page.path}\0${page.text.length}\0${page.text}`);
  return hash.digest("hex");
}
