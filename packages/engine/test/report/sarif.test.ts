import type { Log, Result } from "sarif";
import { expect, test } from "vitest";
import { renderSarif, sarifLimits, sarifLog } from "../../src/report/index.ts";
import type { Report } from "../../src/review/index.ts";
import { appText, commentsOf, sampleReport } from "./sample.ts";

const runOf = (report: Report, full = false) => (JSON.parse(renderSarif(report, { full })) as Log).runs[0];

/** What the SARIF 2.1.0 schema and GitHub ask of a result, as far as we write it. */
function checkResult(result: Result, rules: number, taxa: number): void {
  expect(result.message.text).toBeTruthy();
  expect(result.ruleIndex).toBeGreaterThanOrEqual(0);
  expect(result.ruleIndex).toBeLessThan(rules);
  expect(["fail", "pass", "open", "review", "notApplicable"]).toContain(result.kind);
  if (result.kind !== "fail") expect(result.level).toBe("none");
  else expect(["error", "warning", "note"]).toContain(result.level);
  for (const taxon of result.taxa ?? []) expect(taxon.index).toBeLessThan(taxa);
  const places = [
    ...(result.locations ?? []),
    ...(result.relatedLocations ?? []),
    ...(result.codeFlows ?? []).flatMap((flow) => flow.threadFlows.flatMap((thread) => thread.locations.map((each) => each.location))),
  ];
  for (const place of places) {
    const region = place?.physicalLocation?.region;
    expect(place?.physicalLocation?.artifactLocation?.uri).toMatch(/^[A-Za-z0-9\-._~!$&'()*+,;=@/%]+$/);
    expect(region?.startLine).toBeGreaterThan(0);
    expect(region?.startColumn).toBeGreaterThan(0);
    expect(region?.endLine).toBeGreaterThanOrEqual(region?.startLine ?? 1);
    if (region?.endLine === region?.startLine) expect(region?.endColumn).toBeGreaterThan(region?.startColumn ?? 0);
  }
}

test("the GitHub profile holds findings only, each whole", () => {
  const run = runOf(sampleReport({ hash: true }));
  expect(run.results?.length).toBe(1);
  const taxa = run.taxonomies?.[0].taxa?.length ?? 0;
  for (const result of run.results ?? []) checkResult(result, run.tool.driver.rules?.length ?? 0, taxa);
  const result = run.results?.[0];
  expect(result?.level).toBe("error");
  expect(result?.locations?.[0].physicalLocation).toEqual({
    artifactLocation: { uri: "src/app.py", uriBaseId: "%SRCROOT%" },
    region: { startLine: 6, startColumn: 5, endLine: 6, endColumn: 22 },
  });
  expect(result?.codeFlows?.[0].threadFlows[0].locations.map((each) => each.location?.message?.text)).toEqual([
    "source: flask.request.args is remote input",
    "format: the value becomes part of the text",
    "sink: argument 0 is SQL text",
  ]);
  expect(result?.message.text).not.toMatch(/line \d|:\d/);
  expect(Object.keys(result?.partialFingerprints ?? {})).toEqual(["warrantIdentity/v1", "primaryLocationLineHash"]);
  expect(run.columnKind).toBe("utf16CodeUnits");
  expect(run.invocations).toEqual([{ executionSuccessful: true, toolExecutionNotifications: [] }]);
});

test("a rule carries help, tags, precision and security-severity", () => {
  const rule = runOf(sampleReport()).tool.driver.rules?.[0];
  expect(rule?.properties).toMatchObject({ precision: "high", "security-severity": "8.0" });
  expect(rule?.properties?.tags?.slice(0, 2)).toEqual(["security", "external/cwe/cwe-089"]);
  expect(rule?.help?.markdown).toContain("## What to do\n\nPass values as `parameters`.");
  expect(rule?.relationships?.map((each) => each.target.id)).toEqual(["89", "74", "943", "20"]);
});

test("the taxonomy is CWE with names", () => {
  const run = runOf(sampleReport());
  const taxonomy = run.taxonomies?.[0];
  expect(taxonomy?.name).toBe("CWE");
  expect(taxonomy?.taxa?.find((taxon) => taxon.id === "89")?.name).toContain("SQL Injection");
  for (const result of run.results ?? []) {
    for (const taxon of result.taxa ?? []) expect(taxonomy?.taxa?.[taxon.index ?? -1].id).toBe(taxon.id);
  }
});

test("the full form adds the ledger by kind", () => {
  const run = runOf(sampleReport({ hash: true }), true);
  expect(run.results?.map((result) => result.kind)).toEqual(["fail", "review", "pass", "open", "notApplicable"]);
  const taxa = run.taxonomies?.[0].taxa?.length ?? 0;
  for (const result of run.results ?? []) checkResult(result, run.tool.driver.rules?.length ?? 0, taxa);
});

test("suppressed findings are not there", () => {
  const text = appText.replace("db.execute(query)", "db.execute(query)  # nosec");
  expect(runOf(sampleReport({ text, comments: [commentsOf(text)] })).results).toEqual([]);
});

test("what is incomplete is told by the invocation", () => {
  const report = {
    ...sampleReport(),
    complete: false,
    incompleteBecause: ["big.py was not read"],
    problems: [{ kind: "too-large" as const, path: "a b/big.py", message: "the file is too large", line: 3 }],
  };
  const invocation = runOf(report).invocations?.[0];
  expect(invocation?.executionSuccessful).toBe(false);
  expect(invocation?.toolExecutionNotifications?.map((each) => each.message.text)).toEqual([
    "Incomplete: big.py was not read",
    "too-large: the file is too large",
  ]);
  expect(invocation?.toolExecutionNotifications?.[1].locations?.[0].physicalLocation?.artifactLocation?.uri).toBe("a%20b/big.py");
});

test("the limits of GitHub are kept and the cut is told", () => {
  const report = sampleReport();
  const finding = report.findings[0];
  const steps = Array.from({ length: 1_500 }, (_item, index) => ({ ...finding.steps[0], why: `step ${index}` }));
  const findings = Array.from({ length: 25_010 }, (_item, index) => (index === 0 ? { ...finding, steps } : { ...finding, steps: [] }));
  const aliases = Array.from({ length: 40 }, (_item, index) => `X${index}`);
  const run = sarifLog({ ...report, findings, rules: report.rules.map((rule) => ({ ...rule, aliases })) }).runs[0];
  expect(run.results?.length).toBe(sarifLimits.resultsMax);
  const locations = run.results?.[0].codeFlows?.[0].threadFlows[0].locations ?? [];
  expect(locations.length).toBe(sarifLimits.threadFlowLocationsMax);
  expect(locations[locations.length - 1].location?.message?.text).toBe("source: step 1499");
  for (const rule of run.tool.driver.rules ?? []) expect(rule.properties?.tags?.length).toBeLessThanOrEqual(20);
  expect(run.invocations?.[0].toolExecutionNotifications?.map((each) => each.descriptor?.id)).toEqual(["cut", "cut"]);
});

test("an empty review is a valid log", () => {
  const run = runOf({ ...sampleReport(), findings: [], rules: [] });
  expect(run.results).toEqual([]);
  expect(run.tool.driver.rules).toEqual([]);
});
