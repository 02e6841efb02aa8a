import { expect, test } from "vitest";
import { lookUpSeverity, matchesSelector, matchesTail, securitySeverity } from "../../src/findings/index.ts";
import { sqlInjection } from "../report/sample.ts";

test.each([
  ["remote-input", 89, "high", "high"],
  ["remote-input", 78, "critical", "critical"],
  ["stored-data", 89, "high", "medium"],
  ["rpc-input", 78, "critical", "high"],
  ["operator-config", 78, "high", "low"],
  ["", 328, "medium", "medium"],
  ["environment-input", 532, "low", "low"],
] as const)("%s into CWE-%i at level %s is %s", (sourceKind, cwe, level, severity) => {
  const row = lookUpSeverity({ cwe, level, sourceKind });
  expect(row.severity).toBe(severity);
  expect(row.text.endsWith(`= ${severity}`)).toBe(true);
});

test("the row names reach, effect and precondition", () => {
  expect(lookUpSeverity({ cwe: 79, level: "medium", sourceKind: "remote-input" }).text).toBe(
    "remote caller × runs script in a victim's browser (medium) × a victim follows a link = medium",
  );
});

test("there is one figure per level", () => {
  expect(securitySeverity).toEqual({ critical: "9.5", high: "8.0", medium: "5.5", low: "3.0" });
});

test("selectors are ids, CWE ids and aliases", () => {
  for (const selector of ["sql-injection", "CWE-89", "cwe-089", "89", "B608", "s608", "py/sql-injection", "CWE-943"]) {
    expect(matchesSelector(sqlInjection, selector), selector).toBe(true);
  }
  for (const selector of ["", "sql", "CWE-8", "CWE-890", "B60"]) expect(matchesSelector(sqlInjection, selector), selector).toBe(false);
  expect(matchesTail(sqlInjection, "python.lang.security.sql-injection")).toBe(true);
  expect(matchesTail(sqlInjection, "python.lang.sql")).toBe(false);
});
