import { expect, test } from "vitest";
import { cweName, cweOf, cweParents, cwePillar, cwePillars, isCweTop25, isCweWithin, pillarIds } from "../../src/findings/index.ts";
import { cweRows } from "../../src/findings/cwe-table.ts";

const ids = cweRows.split("\n").map((row) => Number(row.split("|")[0]));

test("the table holds the whole list, ascending", () => {
  expect(ids.length).toBe(964);
  expect(ids).toEqual([...ids].sort((left, right) => left - right));
  expect(cweRows.length).toBeLessThan(120_000);
});

test("names are MITRE's", () => {
  expect(cweName(89)).toBe("Improper Neutralization of Special Elements used in an SQL Command ('SQL Injection')");
  expect(cweName(707)).toBe("Improper Neutralization");
  expect(cweName(502)).toBe("Deserialization of Untrusted Data");
  expect(cweName(0)).toBe("");
  expect(cweOf(28)?.name).toBe("Path Traversal: '..\\filedir'");
});

test("the ten pillars are pillars, and nothing else is", () => {
  expect(ids.filter((id) => cweOf(id)?.abstraction === "pillar")).toEqual([...pillarIds]);
  for (const id of pillarIds) expect(cwePillars(id)).toEqual([id]);
});

test("every weakness in use lies below a pillar", () => {
  for (const id of ids) if (cweOf(id)?.status !== "deprecated") expect(cwePillar(id), String(id)).toBeGreaterThan(0);
});

test.each([
  [89, 707],
  [78, 707],
  [88, 707],
  [79, 707],
  [94, 707],
  [95, 707],
  [643, 707],
  [90, 707],
  [1336, 707],
  [22, 664],
  [502, 664],
  [918, 664],
  [601, 664],
  [611, 664],
  [532, 664],
  [295, 284],
  [328, 693],
  [798, 284],
  [362, 691],
  [614, 693],
  [338, 693],
  [330, 693],
  [755, 703],
  [682, 682],
])("CWE-%i counts under pillar %i", (id, pillar) => {
  expect(cwePillar(id)).toBe(pillar);
});

test("parents come primary first, and being within is transitive", () => {
  expect(cweParents(89)).toEqual([943]);
  expect(isCweWithin(89, 74)).toBe(true);
  expect(isCweWithin(89, 707)).toBe(true);
  expect(isCweWithin(89, 89)).toBe(true);
  expect(isCweWithin(74, 89)).toBe(false);
  expect(cwePillars(99_999)).toEqual([]);
});

test("the Top 25 is known", () => {
  expect([79, 89, 787, 22].every(isCweTop25)).toBe(true);
  expect(isCweTop25(643)).toBe(false);
});
