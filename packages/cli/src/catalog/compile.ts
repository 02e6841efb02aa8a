/** Compiles the built-in catalog at build time, so that a run need not read every page again. */
import { type Catalog, catalogToJson, readCatalog } from "../engine.ts";
import { digestPages, digestText } from "./digest.ts";
import { readPages } from "./pages.ts";

/** What `dist/catalog.json` holds. */
export interface CompiledCatalog {
  /** Digest of the pages it was made from. */
  readonly pages: string;
  readonly catalog: Catalog;
}

/** A page with an error is not fatal here: without a compiled catalog the command reads the pages itself and says so. */
export function compileCatalog(folder: string): { readonly text: string; readonly problems: readonly string[] } {
  const pages = readPages(folder, "catalog");
  const { value, problems } = readCatalog(pages, { hash: digestText });
  const errors = problems.filter((problem) => problem.level === "error");
  const text = `${digestPages(pages)}\n${catalogToJson(value)}`;
  return { text: errors.length > 0 ? "" : text, problems: errors.map((problem) => problem.message) };
}
