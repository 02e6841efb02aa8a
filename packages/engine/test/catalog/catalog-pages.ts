/** The pages of the built-in catalog, as text. */
import { readdirSync, readFileSync } from "node:fs";
import { join, sep } from "node:path";
import { fileURLToPath } from "node:url";
import type { PageText } from "../../src/knowledge/index.ts";

const folder = fileURLToPath(new URL("../../../../catalog", import.meta.url));

/** Reads every page below `catalog/`, sorted by path. */
export function catalogPages(): PageText[] {
  const names = (readdirSync(folder, { recursive: true }) as string[]).filter((name) => name.endsWith(".md")).sort();
  return names.map((name) => ({
    path: `catalog/${name.split(sep).join("/")}`,
    text: readFileSync(join(folder, name), "utf8"),
  }));
}
