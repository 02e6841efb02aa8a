/**
 * The catalog of a run: the built-in pages, and those of the reviewed project's `.warrant/` folder.
 *
 * A checkout has its pages at hand: an edited one counts at once. A page that does not read stops the run, since a review
 * without it would be silent about what the page is for.
 */
import { existsSync, lstatSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Catalog, catalogFromJson, type PageProblem, type PageText, readCatalog } from "../engine.ts";
import { UsageError } from "../exit.ts";
import type { CompiledCatalog } from "./compile.ts";
import { digestPages, digestText } from "./digest.ts";
import { catalogFolder, readPages } from "./pages.ts";
import { loadStubs } from "./stubs.ts";

export interface LoadedCatalog {
  readonly catalog: Catalog;
  /** Pages of the reviewed project that are part of it. */
  readonly userPages: readonly string[];
}

const pageBytesMax = 200_000;
const userPagesMax = 1_000;

/** Loads the built-in catalog, and the pages of `repository/.warrant/` on top of it if there are any. */
export function loadCatalog(repository?: string): LoadedCatalog {
  const builtIn = loadBuiltIn();
  const pages = repository === undefined ? [] : readUserPages(repository);
  if (pages.length === 0) return { catalog: builtIn, userPages: [] };
  return { catalog: extendCatalog(builtIn, pages), userPages: pages.map((page) => page.path) };
}

/** Adds pages to a catalog. */
export function extendCatalog(base: Catalog, pages: readonly PageText[]): Catalog {
  const { value, problems } = readCatalog(pages, { base, checks: [], hash: digestText });
  refuseErrors(problems, "A catalog page of this project has an error");
  return value;
}

function loadBuiltIn(): Catalog {
  const stubs = loadStubs();
  return { ...loadPages(), ...(stubs === undefined ? {} : { stubs }) };
}

function loadPages(): Catalog {
  const here = dirname(fileURLToPath(import.meta.url));
  const compiled = readCompiled(join(here, "catalog.json"));
  const folder = catalogFolder();
  if (folder === undefined) {
    if (compiled === undefined) throw new Error("the installation is incomplete: catalog.json is missing beside main.js");
    return compiled.catalog;
  }
  const pages = readPages(folder, "catalog");
  if (compiled !== undefined && compiled.pages === digestPages(pages)) return compiled.catalog;
  const { value, problems } = readCatalog(pages, { hash: digestText });
  refuseErrors(problems, "A built-in catalog page has an error");
  return value;
}

/** The file holds the digest of the pages on its first line, the catalog on its second. */
function readCompiled(path: string): CompiledCatalog | undefined {
  if (!existsSync(path)) return undefined;
  const [pages, json] = readFileSync(path, "utf8").split("\n", 2);
  const catalog = json === undefined ? undefined : catalogFromJson(json);
  return catalog === undefined ? undefined : { pages, catalog };
}

/** Pages of a reviewed project are data: few, small, regular files. */
function readUserPages(repository: string): readonly PageText[] {
  const folder = join(repository, ".warrant");
  if (lstatSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) return [];
  const pages: PageText[] = [];
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (!entry.isFile() || !entry.name.endsWith(".md")) continue;
    const path = join(folder, entry.name);
    if (pages.length >= userPagesMax) throw new UsageError(`.warrant/ holds more than ${userPagesMax} pages`);
    if (lstatSync(path).size > pageBytesMax) throw new UsageError(`.warrant/${entry.name}: larger than ${pageBytesMax} bytes`);
    pages.push({ path: `.warrant/${entry.name}`, text: readFileSync(path, "utf8") });
  }
  return pages.sort((a, b) => (a.path < b.path ? -1 : 1));
}

function refuseErrors(problems: readonly PageProblem[], opening: string): void {
  const errors = problems.filter((problem) => problem.level === "error");
  if (errors.length === 0) return;
  throw new UsageError(`${opening}:\n${errors.map((problem) => `  ${problem.message}`).join("\n")}`);
}
