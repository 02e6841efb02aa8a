/** Reads the pages of a catalog folder, in a fixed order. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
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

/** The folder of the built-in pages: `catalog/` of the checkout that this file was built in. An installed package has none. */
export function catalogFolder(): string | undefined {
  const folder = join(dirname(fileURLToPath(import.meta.url)), "..", "..", "..", "catalog");
  return existsSync(join(folder, "kinds.md")) ? folder : undefined;
}

/** The built-in pages, or none in an installed package. */
export function builtInPages(): readonly PageText[] {
  const folder = catalogFolder();
  return folder === undefined ? [] : readPages(folder, "catalog");
}
