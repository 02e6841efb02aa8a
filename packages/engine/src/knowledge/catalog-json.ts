/** A compiled catalog as JSON, so that a program can ship it without its pages. */
import type { Catalog } from "./catalog.ts";

/** Changes whenever the shape of {@link Catalog} does. */
const catalogVersion = 1;

/** Writes a catalog. Equal catalogs give equal text. Stubs are a file of their own. */
export function catalogToJson(catalog: Catalog): string {
  const { stubs: _, ...pages } = catalog;
  return `${JSON.stringify({ version: catalogVersion, ...pages })}\n`;
}

/** Reads what {@link catalogToJson} wrote, or gives undefined if it is of another version or no catalog. */
export function catalogFromJson(text: string): Catalog | undefined {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof data !== "object" || data === null) return undefined;
  const { version, ...catalog } = data as { version?: unknown } & Catalog;
  const isCatalog = [catalog.kinds, catalog.detectors, catalog.models].every(Array.isArray) && typeof catalog.digest === "string";
  return version === catalogVersion && isCatalog ? catalog : undefined;
}
