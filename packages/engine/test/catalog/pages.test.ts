/** Every example of every page, run through the engine: the catalog's own tests. */
import { describe, expect, it } from "vitest";
import { type Catalog, inMemoryWorkspace, pythonLanguage, review } from "../../src/index.ts";
import { observeReport, type ObservedObligation, readCatalog, runPage } from "../../src/knowledge/index.ts";
import { catalogPages } from "./catalog-pages.ts";
import { builtInStubs } from "./stub-pack.ts";

const pages = catalogPages();
const catalog: Catalog = { ...readCatalog(pages).value, stubs: builtInStubs() };
const languages = [pythonLanguage()];

function reviewExample(files: Readonly<Record<string, string>>, own: Catalog): ObservedObligation[] {
  return observeReport(review(inMemoryWorkspace(files), languages, own));
}

describe.each(["catalog/detectors/", "catalog/models/"])("%s", (folder) => {
  it.each(pages.filter((page) => page.path.startsWith(folder)).map((page) => page.path))("%s", (path) => {
    const page = pages.find((candidate) => candidate.path === path);
    const run = page === undefined ? undefined : runPage(page, catalog, reviewExample);
    expect(run?.failures.map((failure) => failure.message)).toEqual([]);
  });
});

/** Fewest lines of a detector page that look like what it reports and are fine. */
const lookAlikesMin = 3;

it("each detector page has look-alikes that are not reported", () => {
  const few = pages.filter((page) => page.path.startsWith("catalog/detectors/"))
    .filter((page) => (page.text.match(/# safe: /g) ?? []).length < lookAlikesMin);
  expect(few.map((page) => page.path)).toEqual([]);
});
