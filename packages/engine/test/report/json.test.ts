import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { renderJson } from "../../src/report/index.ts";
import { appText, commentsOf, sampleReport } from "./sample.ts";
import { type Schema, violations } from "./schema.ts";

const schema = JSON.parse(readFileSync(new URL("../../../../docs/schema/report-1.json", import.meta.url), "utf8")) as Schema;

test("what is printed is what the published schema says", () => {
  const silenced = appText.replace("db.execute(query)", "db.execute(query)  # nosec B608 # fixed  # warrant: ignore[x]");
  for (const report of [
    sampleReport({ hash: true }),
    sampleReport({ text: silenced, comments: [commentsOf(silenced)] }),
    sampleReport({ role: "test", options: { all: true } }),
  ]) {
    expect(violations(schema, JSON.parse(renderJson(report)))).toEqual([]);
  }
});

test("outside scripts find what they rely on", () => {
  const json = JSON.parse(renderJson(sampleReport({ hash: true })));
  expect(json.schema_version).toBe("1.1");
  expect(json.findings[0]).toMatchObject({
    detector: "sql-injection",
    cwe: [89],
    severity: "high",
    path: "src/app.py",
    line: 6,
    column: 5,
    endLine: 6,
    function: "show",
    message: "flask.request.args becomes SQL text in sqlite3.Connection.execute",
  });
  expect(json.findings[0].steps.map((step: { line: number; kind: string; text: string }) => [step.line, step.kind, step.text])).toEqual([
    [4, "source", 'request.args["name"]'],
    [5, "format", "% name"],
    [6, "sink", "db.execute(query)"],
  ]);
  expect(json.questions[0]).toMatchObject({ detector: "hash-use", cwe: [328] });
  expect(json.obligations.map((row: { verdict: string; reason: object }) => [row.verdict, row.reason])).toEqual([
    ["violated", { code: "source-reaches-sink", text: "request text reaches the query", path: "src/app.py", line: 6 }],
    ["proven", { code: "const", text: "the text is a constant", path: "src/app.py", line: 7 }],
    ["open", { code: "unmodelled", text: "no model of other" }],
    ["violated", { code: "source-reaches-sink", text: "no reason was recorded" }],
  ]);
  expect(json.coverage).toMatchObject({
    files: { analysed: 1, partial: 0, skipped: [] },
    calls: { project: 0, external: 1, builtin: 0, derived: 0, unresolved: 4, byReason: { "unknown-receiver": 4 } },
    entries: { http: 1 },
  });
});

test("the same review prints the same bytes", () => {
  expect(renderJson(sampleReport())).toBe(renderJson(sampleReport()));
});

test("project text comes without control and direction characters", () => {
  const text = appText.replace('"name"', '"na\u202eme\u001b[31m"');
  const report = sampleReport({ text: text.replace('request.args["na\u202eme\u001b[31m"]', 'request.args["name"]') + "# \u202e" });
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the point of the test
  expect(renderJson(report)).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202a-\u202e\u2066-\u2069]/);
});
