/** Reads the pages of a catalog folder, in a fixed order. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { PageText } from "../engine.ts";

/** Reads every `.md` file below a folder; `prefix` stands for the folder in the paths of the pages. */
export function readPages(folder: string, prefix: string): readonly PageText[] {
  const pages: PageText[] = [];
  const walk = (path: string, name: string): void => {
    for (const entry of readdirSync(path, { withFileTypes: true })) {
      if (entry.isDirectory()) walk(join(path, entry.name), `${name}/${entry.name}`);
      else if (entry.isFile() && entry.name.endsWith(".md")) {
        pages.push({ path: `${name}/${entry.name}`, text: readFileSync(join(path, entry.name), "utf8") });
      }
    }
  };
  walk(folder, prefix);
  return pages.sort((a, b) => (a.path < b.path ? -1 : 1));
}
