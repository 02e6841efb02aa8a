import { expect, it } from "vitest";
import { checks } from "../../src/checks/index.ts";
import { cweName } from "../../src/findings/index.ts";
import { compileApiGraph, pathSteps, readCatalog } from "../../src/knowledge/index.ts";
import { catalogPages } from "./catalog-pages.ts";

const { value: catalog, problems } = readCatalog(catalogPages(), { checks: Object.keys(checks) });

it("every page reads without an error", () => {
  expect(problems.filter((problem) => problem.level === "error").map((problem) => problem.message)).toEqual([]);
});

// Broader ids may be categories, which advisories use and the list of weaknesses does not hold.
it("every exact CWE of a detector is in MITRE's list", () => {
  const unknown = catalog.detectors.flatMap((detector) =>
    detector.cwe.filter((id) => cweName(id) === "").map((id) => `${detector.page}: CWE-${id}`),
  );
  expect(unknown).toEqual([]);
});

it("every row of a model is found again in the graph, at the path it was written under", () => {
  const graph = compileApiGraph(catalog);
  const lost: string[] = [];
  for (const model of catalog.models) {
    for (const { kind, place } of model.is) {
      const [first, ...rest] = pathSteps(place.path);
      const type = graph.typeNode(first);
      // A builtin type shares its name with its class: `str()` is a call of the class.
      const start = type >= 0 && rest.length > 0 && rest[0] !== "()" ? type : graph.step(0, first);
      const node = rest.reduce((at, step) => graph.step(at, step), start < 0 ? type : start);
      if (node < 0 || !graph.facts(node).some((fact) => fact.kind === kind)) lost.push(`${model.page}: ${kind} ${place.path}`);
    }
  }
  expect(lost).toEqual([]);
});
