import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Finding } from "../../src/findings/index.ts";
import { renderJson, renderSarif, renderText } from "../../src/report/index.ts";
import { againstBaseline, type Baseline, baselineOf, baselineText, readBaseline, type Report } from "../../src/review/index.ts";
import { sampleReport, sqlInjection, weakHash } from "../report/sample.ts";

const report = sampleReport({ hash: true });
const detectors = [sqlInjection, weakHash];
const read = (text: string): Baseline => {
  const reading = readBaseline(text, "base");
  if ("problem" in reading) throw new Error(reading.problem);
  return reading.baseline;
};
const problem = (text: string): string => {
  const reading = readBaseline(text, "base");
  return "problem" in reading ? reading.problem : "";
};
const withFindings = (findings: readonly Finding[]): Report => ({ ...report, findings, questions: [] });
const [finding] = report.findings;
const copy = (path: string, occurrence: number): Finding => ({ ...finding, path, fingerprint: `${finding.fingerprint.split(":")[0]}:${occurrence}`, id: `${finding.id}-${occurrence}` });

it("holds what was there, in every form that it can be read from", () => {
  const bandit = JSON.stringify({ results: [{ test_id: "B608", filename: "./src/app.py", line_number: 6 }] });
  for (const text of [baselineText(report), renderJson(report), renderSarif(report, { full: true })]) {
    const after = againstBaseline(report, read(text), detectors);
    expect([after.findings, after.questions, after.baseline?.known.length, after.baseline?.gone]).toEqual([[], [], 2, 0]);
  }
  expect(againstBaseline(report, read(bandit), detectors).findings).toEqual([]);
  const elsewhere = bandit.replace(": 6", ": 16").replace(":6", ":16");
  expect(againstBaseline(report, read(elsewhere), detectors).findings).toHaveLength(1);
});

it("is told in the figures and in JSON, so that no findings does not mean none", () => {
  const after = againstBaseline(report, baselineOf(report, "main"), detectors);
  expect(renderText(after)).toContain("0 findings, 0 questions");
  expect(renderText(after)).toContain("2 held by the baseline");
  expect(JSON.parse(renderJson(after))).toMatchObject({ baseline: { name: "main", gone: 0, known: [{ id: finding.id }, {}] } });
  expect(after.pillars).toEqual(report.pillars);
});

it("is a multiset: a third copy is new, and it is the one in another file", () => {
  const two = withFindings([copy("b.py", 1), copy("c.py", 2)]);
  const three = withFindings([copy("a.py", 1), copy("b.py", 2), copy("c.py", 3)]);
  const after = againstBaseline(three, read(baselineText(two)), detectors);
  expect(after.findings.map((each) => each.path)).toEqual(["a.py"]);
  expect(againstBaseline(two, read(baselineText(three)), detectors).baseline).toMatchObject({ gone: 1 });
  const moved = withFindings([copy("new/b.py", 1), copy("c.py", 2)]);
  expect(againstBaseline(moved, read(baselineText(two)), detectors).findings).toEqual([]);
});

it("merges line by line: the union of two files is read as both", () => {
  const one = baselineText(withFindings([copy("b.py", 1)]));
  const other = baselineText(withFindings([copy("c.py", 1)]));
  const merged = [...new Set([...one.split("\n"), ...other.split("\n")])].join("\n");
  expect(read(merged).entries.map((entry) => entry.path)).toEqual(["b.py", "c.py"]);
});

describe("what is no baseline is said to be none", () => {
  it.each([
    ["", "first line"], ["{", "valid JSON"], ["{}", "neither"], ["[]", "neither"], ["# warrant baseline 2, identities v1\n", "its form is 2"],
    ["# warrant baseline 1, identities v9\n", "write it anew"], ["# warrant baseline 1, identities v1\n<<<<<<< HEAD\n", "line 2 is none of a baseline; a merge"],
    ["# warrant baseline 1, identities v1\nF-12345678\n", "line 2"],
  ])("%j", (text, message) => expect(problem(text)).toContain(message));
});

it("comes back whole, whatever files and functions are called", () => {
  const name = fc.oneof(fc.string({ unit: "binary", minLength: 1, maxLength: 20 }), fc.constantFrom("a b.py", "%41.py", "#.py", "<module>", "\n# x", "é.py", "__proto__"));
  fc.assert(fc.property(fc.array(fc.tuple(name, name), { maxLength: 5 }), (names) => {
    const given = withFindings(names.map(([path, func], index) => ({ ...copy(path, index + 1), function: func })));
    const text = baselineText(given);
    expect(text.split("\n")).toHaveLength(names.length + 3);
    expect(read(text).entries.map((entry) => entry.path).sort()).toEqual(names.map(([path]) => path.replace(/[\ud800-\udfff]/gu, "\ufffd")).sort());
    expect(againstBaseline(given, read(text), detectors).findings).toEqual([]);
  }));
});

it("any text is read or refused, never an error", () => {
  fc.assert(fc.property(fc.oneof(fc.string(), fc.json(), fc.jsonValue().map((value) => JSON.stringify({ runs: [{ results: [value] }], results: [value] }))), (text) => {
    expect(readBaseline(text, "x")).toBeTypeOf("object");
  }));
});
