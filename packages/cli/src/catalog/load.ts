/**
 * The catalog of a run: the built-in pages, and a user's on top of them.
 *
 * A checkout has its pages at hand: an edited one counts at once. A page that does not read stops the run, since a review
 * without it would be silent about what the page is for.
 */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Catalog, catalogFromJson, type PageProblem, type PageText, readCatalog } from "../engine.ts";
import { UsageError } from "../exit.ts";
import type { CompiledCatalog } from "./compile.ts";
import { digestPages, digestText } from "./digest.ts";
import { builtInPages, catalogFolder, readPages } from "./pages.ts";
import { loadStubs } from "./stubs.ts";

/** Loads the built-in catalog. */
export function loadCatalog(): Catalog {
  const stubs = loadStubs();
  return { ...loadPages(), ...(stubs === undefined ? {} : { stubs }) };
}

/** Adds pages to a catalog. One that it has already, such as a page of the checkout's own catalog, is not added twice. */
export function addPages(base: Catalog, pages: readonly PageText[]): Catalog {
  const added = pages.filter((page) => !holds(base, page));
  if (added.length === 0) return base;
  const { value, problems } = readCatalog(added, { base, checks: [], hash: digestText });
  refuseErrors(problems, "A catalog page of this project has an error");
  return value;
}

/** The catalog as if these pages were not there. */
export function withoutPages(catalog: Catalog, pages: readonly PageText[]): Catalog {
  const paths = new Set(pages.filter((page) => holds(catalog, page)).map((page) => page.path));
  const isOther = ({ page }: { readonly page: string }): boolean => !paths.has(page);
  return { ...catalog, detectors: catalog.detectors.filter(isOther), models: catalog.models.filter(isOther) };
}

/** Holds if a page is in force already. A user's page that merely lies at the path of a built-in one is another page. */
function holds(catalog: Catalog, page: PageText): boolean {
  const isKnown = [...catalog.detectors, ...catalog.models].some((each) => each.page === page.path);
  return isKnown && builtInPages().some((each) => each.path === page.path && each.text === page.text);
}

/** Names the built-in pages: the digest of their texts. Reading them into a catalog is not needed for that. */
export function catalogName(): string {
  const folder = catalogFolder();
  if (folder !== undefined) return digestPages(readPages(folder, "catalog"));
  const compiled = join(dirname(fileURLToPath(import.meta.url)), "catalog.json");
  return existsSync(compiled) ? readFileSync(compiled, "utf8").split("\n", 1)[0] : "";
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

function refuseErrors(problems: readonly PageProblem[], opening: string): void {
  const errors = problems.filter((problem) => problem.level === "error");
  if (errors.length === 0) return;
  throw new UsageError(`${opening}:\n${errors.map((problem) => `  ${problem.message}`).join("\n")}`);
}
