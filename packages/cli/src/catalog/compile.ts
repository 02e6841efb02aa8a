/** Compiles the built-in catalog at build time, so that a run need not read every page again. */
import { readCatalog, type Catalog } from "../engine.ts";
import { digestPages, digestText } from "./digest.ts";
import { readPages } from "./pages.ts";

/** What `dist/catalog.json` holds. */
export interface CompiledCatalog {
  /** Digest of the pages it was made from. */
  readonly pages: string;
  readonly catalog: Catalog;
}

/** A page with an error is not fatal here: without a compiled catalog the command reads the pages itself and says so. */
export function compileCatalog(folder: string): { readonly json: string; readonly problems: readonly string[] } {
  const pages = readPages(folder, "catalog");
  const { value, problems } = readCatalog(pages, { hash: digestText });
  const errors = problems.filter((problem) => problem.level === "error");
  const compiled: CompiledCatalog = { pages: digestPages(pages), catalog: value };
  return { json: errors.length > 0 ? "{}\n" : `${JSON.stringify(compiled)}\n`, problems: errors.map((problem) => problem.message) };
}
