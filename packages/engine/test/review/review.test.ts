import { expect, test } from "vitest";
import type { Problem } from "../../src/base/index.ts";
import {
  assumptions,
  buildReport,
  completenessOf,
  coverageOf,
  defaultReportOptions,
  exitCode,
  type ReportInput,
} from "../../src/review/index.ts";
import { catalogOf, obligation, SampleProgram, sampleReport, sqlInjection, weakHash } from "../report/sample.ts";

test("exit codes come in the order 2, 1, 3, 0", () => {
  const base = { internalError: false, policyMet: true, complete: true };
  expect(exitCode(base)).toBe(0);
  expect(exitCode({ ...base, policyMet: false })).toBe(1);
  expect(exitCode({ ...base, complete: false })).toBe(3);
  expect(exitCode({ ...base, policyMet: false, complete: false })).toBe(1);
  expect(exitCode({ internalError: true, policyMet: false, complete: false })).toBe(2);
  expect(exitCode({ ...base, policyMet: false, exitZero: true })).toBe(0);
  expect(exitCode({ ...base, policyMet: false, complete: false, exitZero: true })).toBe(3);
  expect(exitCode({ ...base, complete: false, allowPartial: true })).toBe(0);
  expect(exitCode({ ...base, policyMet: false, complete: false, allowPartial: true })).toBe(1);
});

const problem = (kind: Problem["kind"], path: string): Problem => ({ kind, path, message: `${kind} here` });
const complete = (problems: readonly Problem[], analysed: readonly string[] = ["a.py"]) =>
  completenessOf({ problems, analysedPaths: new Set(analysed), isTest: (path) => path.startsWith("tests/") });

test.each([
  ["nothing wrong", [], true],
  ["unreadable", [problem("unreadable", "b.py")], false],
  ["too large", [problem("too-large", "b.py")], false],
  ["given up", [problem("syntax-error", "b.py")], false],
  ["a span was recovered", [problem("syntax-error", "a.py")], true],
  ["binary", [problem("not-text", "b.py")], true],
  ["skipped", [problem("skipped", "link.py")], true],
  ["bad encoding", [problem("bad-encoding", "a.py")], true],
  ["a test file is unreadable", [problem("unreadable", "tests/b.py")], true],
  ["a budget ended a phase", [problem("limit-reached", "")], false],
  ["a budget left something open in a file", [problem("limit-reached", "a.py")], true],
] as const)("completeness: %s", (_name, problems, expected) => {
  const found = complete(problems);
  expect(found.complete).toBe(expected);
  expect(found.reasons.length).toBe(expected ? 0 : 1);
});

test("a review of nothing is incomplete", () => {
  expect(complete([], []).reasons).toEqual(["nothing was analysed: no readable source file was found"]);
});

test("an internal error is told apart", () => {
  expect(complete([problem("internal-error", "a.py")])).toMatchObject({ internalError: true, complete: true });
});

/** A review of given obligations on calls of one file. */
function review(part: Partial<ReportInput> & { build: (calls: number[]) => ReportInput["obligations"]; role?: "test" }) {
  const sample = new SampleProgram();
  const calls = sample.add({
    path: "a.py",
    text: "f(1)\nf(2)\nf(3)\n",
    name: "g",
    pieces: ["f(1)", "f(2)", "f(3)"],
    ...(part.role ? { role: part.role } : {}),
  });
  return buildReport({
    version: "0.1.0",
    project: { name: "p", revision: "" },
    program: sample.program(),
    catalog: catalogOf(sqlInjection, weakHash),
    problems: [],
    comments: [],
    options: defaultReportOptions,
    ...part,
    obligations: part.build(calls),
  });
}

const verdictOf = (report: ReturnType<typeof review>, cwe: number) => report.pillars.find((pillar) => pillar.cwe === cwe)?.verdict;

test("a pillar's verdict is the first that applies", () => {
  const proven = (site: number) => obligation({ site, verdict: "proven", reasons: [{ code: "const", text: "constant", at: -1 }] });
  const open = (site: number) => obligation({ site, verdict: "open", reasons: [{ code: "unmodelled", text: "no model", at: -1 }] });
  const violated = (site: number) => obligation({ site, verdict: "violated" });
  expect(verdictOf(review({ build: ([a, b, c]) => [violated(a), proven(b), open(c)] }), 707)).toBe("findings");
  expect(verdictOf(review({ build: ([a, b]) => [proven(a), open(b)] }), 707)).toBe("open");
  expect(verdictOf(review({ build: ([a]) => [proven(a)] }), 707)).toBe("proven");
  expect(verdictOf(review({ build: () => [] }), 707)).toBe("not applicable");
  expect(verdictOf(review({ build: () => [] }), 682)).toBe("not covered");
  const off = { ...defaultReportOptions, ignore: ["CWE-89"] };
  expect(verdictOf(review({ build: ([a]) => [violated(a)], options: off }), 707)).toBe("not run");
  const low = { ...obligation({ site: 0, verdict: "violated" }), shown: false, notShown: "obscure step" };
  const below = review({ build: ([a]) => [{ ...low, site: a }] });
  expect(verdictOf(below, 707)).toBe("open");
  expect(below).toMatchObject({ findings: [], notShown: 1 });
});

test("the ten pillars come in order, and their figures add up to the ledger", () => {
  const report = sampleReport({ hash: true });
  expect(report.pillars.map((pillar) => pillar.cwe)).toEqual([284, 435, 664, 682, 691, 693, 697, 703, 707, 710]);
  expect(report.pillars.reduce((sum, pillar) => sum + pillar.examined, 0)).toBe(report.obligations.length);
});

test("violated rows of one sink are one finding, the best evidence first", () => {
  const report = review({
    build: ([a]) => [
      obligation({ site: a, verdict: "violated", shown: false, notShown: "obscure", source: "a" }),
      obligation({ site: a, verdict: "violated", source: "b", sourceKind: "stored-data" }),
      obligation({ site: a, verdict: "violated", source: "c" }),
      obligation({ site: a, verdict: "violated", detector: "weak-hash", sourceKind: "" }),
    ],
  });
  expect(report.findings.map((finding) => [finding.detector, finding.source, finding.otherFlows.length])).toEqual([
    ["sql-injection", "c", 2],
    ["weak-hash", "flask.request.args", 0],
  ]);
  expect(report.obligations.slice(0, 3).map((row) => row.id)).toEqual(Array(3).fill(report.findings[0].id));
});

test("findings in tests are kept back, and shown with all", () => {
  const build = ([a]: number[]) => [obligation({ site: a, verdict: "violated" })];
  expect(review({ build, role: "test" })).toMatchObject({ findings: [], notShown: 1 });
  const all = review({ build, role: "test", options: { ...defaultReportOptions, all: true } });
  expect(all.findings.map((finding) => finding.notShown)).toEqual(["the code is test code"]);
});

test("severity and selectors filter what is shown", () => {
  const build = ([a, b]: number[]) => [
    obligation({ site: a, verdict: "violated" }),
    obligation({ site: b, verdict: "violated", detector: "weak-hash", sourceKind: "" }),
  ];
  const shown = (options: Partial<ReportInput["options"]>) =>
    review({ build, options: { ...defaultReportOptions, ...options } }).findings.map((finding) => finding.detector);
  expect(shown({})).toEqual(["sql-injection", "weak-hash"]);
  expect(shown({ severity: "high" })).toEqual(["sql-injection"]);
  expect(shown({ select: ["B303"] })).toEqual(["weak-hash"]);
  expect(shown({ ignore: ["CWE-328"] })).toEqual(["sql-injection"]);
});

test("proofs give the population, open rows the blocker", () => {
  const report = sampleReport();
  expect(report.proofs).toMatchObject([
    { detector: "sql-injection", examined: 3, proven: 1, violated: 1, open: 1, byReason: [{ code: "const", count: 1 }] },
  ]);
  expect(report.openGroups).toMatchObject([{ code: "unmodelled", blocker: "no model of other", count: 1, line: 8 }]);
});

test("coverage counts files, calls, entries and what has no model", () => {
  const sample = new SampleProgram();
  const [first] = sample.add({ path: "a.py", text: "f(1)\nf(2)", name: "g", pieces: ["f(1)", "f(2)"] });
  sample.addEntry(first, "/");
  const coverage = coverageOf(sample.program(), [
    problem("syntax-error", "a.py"),
    problem("too-large", "b.py"),
    problem("skipped", "c.py"),
    problem("limit-reached", ""),
  ]);
  expect(coverage.files).toEqual({
    analysed: 1,
    partial: 1,
    partialPaths: ["a.py"],
    list: [{ path: "a.py", lines: 2, isTest: false, isFollowed: true }],
    lines: 2,
    test: 0,
    testNotFollowed: 0,
    skipped: [
      { path: "b.py", reason: "too-large: too-large here" },
      { path: "c.py", reason: "skipped: skipped here" },
    ],
  });
  expect(coverage.calls).toMatchObject({ external: 1, unresolved: 1, byReason: { "unknown-receiver": 1 } });
  expect(coverage.entries).toEqual({ http: 1 });
  expect(coverage.unmodelled).toEqual([{ name: "lib.thing", calls: 1 }]);
  expect(coverage.budgets).toEqual(["limit-reached here"]);
});

test("assumptions are numbered without a gap", () => {
  expect(assumptions.map((each) => each.id)).toEqual(assumptions.map((_each, index) => `A-${index + 1}`));
});
