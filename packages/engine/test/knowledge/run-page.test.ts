import { describe, expect, it } from "vitest";
import { type ObservedObligation, observeReport, type ReviewExample, runPage } from "../../src/knowledge/index.ts";
import { detectorData, detectorPage, modelPage, readWithKinds } from "./page-text.ts";

/**
 * An engine small enough to see through: `sink(x)` is reported if a page makes `lib.sink` a sink, unless the argument is
 * `n` and the detector stops at numbers; `maybe(x)` is open. The line before a sink is the source of its flow.
 */
const review: ReviewExample = (files, catalog) => {
  const detector = catalog.detectors[0];
  const isModelled = catalog.models.some((model) => model.is.some((row) => row.place.path === "lib.sink"));
  if (!isModelled) return [];
  return Object.entries(files).flatMap(([path, text]) =>
    text.split("\n").flatMap((code, index): ObservedObligation[] => {
      const base = { detector: detector.id, path, line: index + 1, endLine: index + 1, shown: true, steps: [] as { path: string; line: number }[], text: code.trim() };
      if (code.startsWith("maybe(")) return [{ ...base, verdict: "open" }];
      if (!code.startsWith("sink(")) return [];
      if (code.startsWith("sink(n") && detector.flow?.stoppedBy.includes("number")) return [{ ...base, verdict: "proven" }];
      const steps = [{ path, line: index }, { path, line: index + 1 }];
      return [{ ...base, verdict: "violated", shown: !code.includes("quiet"), steps }];
    }),
  );
};

const model = modelPage("package: lib\nlanguage: python\nis:\n  sql-text: lib.sink(arg[0])");

/** Runs a detector page with these examples; gives the messages without the path. */
function failures(reported: string, notReported = "sink(n)  # safe: a number"): string[] {
  const page = detectorPage();
  const text = page.text.replace("f(x)  # finding", reported).replace("f(1)  # safe: a number", notReported);
  const { value } = readWithKinds([{ ...page, text }, model]);
  return runPage({ ...page, text }, value, review).failures.map((failure) => failure.message.replace("catalog/detectors/sql-injection.md", ""));
}

describe("a page is run as its markers say", () => {
  it("is silent about a page that is true", () => {
    expect(failures("x = read()  # source\nsink(x)  # finding")).toEqual([]);
    expect(failures("x = read()\n# step\n# finding: sql-injection\nsink(x)")).toEqual([]);
    expect(failures("sink(x)  # finding\nmaybe(x)  # open: unknown\nother(x)  # missed: no model\nsink(n2)  # safe: a number\n\nsink(y)  # spurious: y is constant")).toEqual([]);
  });

  it.each([
    ["a finding that does not come", "other(x)  # finding", ":21: expected one finding, got nothing"],
    ["a finding that is proven", "sink(n)  # finding", ":21: expected one finding, got sql-injection proven (sink(n)  # finding)"],
    ["a finding that is kept back", "sink(x, quiet)  # finding", ":21: expected one finding, got sql-injection violated but not shown (sink(x, quiet)  # finding)"],
    ["a finding nobody marked", "sink(x)  # finding\nsink(y)", ":22: expected silence (the line has no marker), got sql-injection (sink(y))"],
    ["a safe line that is reported", "sink(x)  # finding\nsink(y)  # safe: never", ":22: expected silence (safe: never), got sql-injection (sink(y)  # safe: never)"],
    ["a miss that is found", "sink(x)  # finding\nsink(y)  # missed: too hard", 'it is found now, so mark it "finding"'],
    ["a wrong report that is gone", "sink(x)  # finding\nsink(n)  # spurious: yes", 'it is silent now, so mark it "safe"'],
    ["an open line that is silent", "sink(x)  # finding\nsink(n)  # open: hm", ":22: expected an open obligation, got sql-injection proven (sink(n)  # open: hm)"],
    ["another detector", "sink(x)  # finding: other", ":21: expected one finding of other, got sql-injection"],
    ["a source elsewhere", "x = read()  # source\nx = x\nsink(x)  # finding", ":21: expected a flow that begins here, got a flow over example.py:2, example.py:3"],
    ["a step elsewhere", "x = read()  # step\nx = x\nsink(x)  # finding", ":21: expected a flow that passes here, got a flow over example.py:2, example.py:3"],
  ])("reports %s", (_, reported, expected) => {
    expect(failures(reported).join("\n")).toContain(expected);
  });

  it("shows what a hidden detector finds on its own page, and where it is named", () => {
    const hidden: ReviewExample = (files, catalog) => review(files, catalog).map((seen) => ({ ...seen, shown: catalog.detectors[0].shown }));
    const page = detectorPage(`${detectorData}\nshown: false`);
    const text = page.text.replace("f(x)", "sink(x)").replace("f(1)", "sink(n)");
    const other = { ...model, text: model.text.replace("f(x)  # finding", "sink(x)  # finding: sql-injection") };
    const { value } = readWithKinds([{ ...page, text }, other]);
    expect(runPage({ ...page, text }, value, hidden).failures).toEqual([]);
    expect(runPage(other, value, hidden).failures).toEqual([]);
    const unnamed = { ...other, text: other.text.replace(": sql-injection", "") };
    expect(runPage(unnamed, value, hidden).failures).toHaveLength(1);
  });

  it("takes a violation that is kept back for open", () => {
    expect(failures("sink(x)  # finding\nsink(x, quiet)  # open: a weak source")).toEqual([]);
  });

  it("keeps files of one heading together and blocks without names apart", () => {
    const together = "pass\n```\n```python file=a.py\nx = 1\n```\n```python file=b.py\nsink(x)  # finding\n```\n```html file=t.html\nsink(x)\n```\n```python\nsink(x)  # finding";
    const page = detectorPage();
    const text = page.text.replace("f(x)  # finding", together);
    const { value } = readWithKinds([{ ...page, text }, model]);
    const seen: string[][] = [];
    runPage({ ...page, text }, value, (files, catalog) => {
      seen.push(Object.keys(files));
      return review(files, catalog);
    });
    expect(seen.slice(0, 4)).toEqual([["example.py"], ["a.py", "b.py", "t.html"], ["example.py"], ["example.py"]]);
  });
});

describe("a page that cannot fail is a failure", () => {
  it("if no safe line rests on a guard", () => {
    expect(failures("sink(x)  # finding", "other(x)  # safe: nothing happens")).toEqual([
      ':1: expected some "safe" line to be reported once "stopped-by" is dropped, got silence on all of them',
    ]);
  });

  it("if a finding does not need the models", () => {
    const page = detectorPage();
    const { value } = readWithKinds([page, model]);
    const stubborn: ReviewExample = (files, catalog) => review(files, { ...catalog, models: value.models });
    const text = page.text.replace("f(x)", "sink(x)").replace("f(1)", "sink(n)");
    expect(runPage({ ...page, text }, value, stubborn).failures.map((failure) => failure.message)).toEqual([
      "catalog/detectors/sql-injection.md:21: expected no finding once the models are removed, got the same finding, so the models are not tested",
    ]);
  });

  it("if a model's page does not need the model", () => {
    const page = { ...model, text: model.text.replace("f(x)", "sink(x)") };
    const other = { path: "catalog/models/python/other.md", text: page.text };
    const { value } = readWithKinds([detectorPage(), page, other]);
    expect(runPage(page, value, review).failures).toHaveLength(1);
    expect(runPage(page, { ...value, models: value.models.filter((one) => one.page === page.path) }, review).failures).toEqual([]);
  });
});

it("reads reports", () => {
  const place = { detector: "d", path: "a.py", line: 1, endLine: 2 };
  const observed = observeReport({
    findings: [{ ...place, steps: [{ path: "a.py", line: 1 }], message: "m" }],
    questions: [],
    obligations: [
      { ...place, verdict: "violated", shown: true, reason: { text: "r" } },
      { ...place, verdict: "open", shown: false, reason: { text: "o" } },
    ],
  });
  expect(observed.map((one) => `${one.verdict} ${one.shown} ${one.text}`)).toEqual(["violated true m", "open false o"]);
});
