import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { renderHtml, renderJson, renderMarkdown, renderPage, renderSarif, renderText } from "../../src/report/index.ts";
import type { Report } from "../../src/review/index.ts";
import { sampleReport } from "./sample.ts";

const bannedWords = /\b(secure|no issues? (?:was |were )?found|may|might|could|possibly|probably|likely|perhaps|seems?|appears?)\b/i;

/** A review with more of everything than fits on a page. */
function bigReport(): Report {
  const report = sampleReport({ hash: true });
  const many = <Item>(item: Item, count = 60): Item[] => Array.from({ length: count }, () => item);
  return {
    ...report,
    findings: many(report.findings[0]),
    questions: many(report.questions[0]),
    proofs: many(report.proofs[0]),
    openGroups: many(report.openGroups[0]),
    limits: many({ id: "L-1", kind: "skipped" as const, path: "a.py", text: "skipped" }),
  };
}

/** What begins a sentence: `F-1a2b3c4d`, `E-1a2b3c4d.path`, `A-3`, `E-files`. */
const idForm = /^(?:\*\*)?[FQPOAEL]-[0-9a-z]+(?:-\d+)?(?:\.[a-z0-9]+)?(?:\*\*)?:?(?= |$)/;

test("the review is one page and states what it cuts", () => {
  for (const render of [renderMarkdown, renderPage]) {
    const lines = render(bigReport()).trimEnd().split("\n");
    expect(lines.length).toBeLessThanOrEqual(80);
    for (const line of lines) expect(line.length, line).toBeLessThanOrEqual(120);
    const text = lines.join("\n");
    expect(text).toMatch(/E-findings: \d+ of 60 findings left out here, all in the full report/);
    expect(text.match(/left out here, all in the full report/g)?.length).toBe(5);
  }
});

test("whatever the project is like, the page keeps its size", () => {
  const texts = fc.oneof(fc.string({ unit: "binary", maxLength: 400 }), fc.constantFrom("a".repeat(3_000), "- ", "1. x", "`".repeat(300), "\ud800x "));
  const sizes = fc.array(fc.nat({ max: 90 }), { minLength: 5, maxLength: 5 });
  fc.assert(fc.property(texts, sizes, (evil, [findings, questions, proofs, groups, limits]) => {
    const base = poison(sampleReport({ hash: true }), evil) as Report;
    const many = <Item>(item: Item, count: number): Item[] => Array.from({ length: count }, () => item);
    const report = {
      ...base, findings: many(base.findings[0], findings), questions: many(base.questions[0], questions), proofs: many(base.proofs[0], proofs),
      openGroups: many(base.openGroups[0], groups), limits: many({ id: "L-1", kind: "skipped" as const, path: evil, text: evil }, limits),
    };
    for (const render of [renderMarkdown, renderPage]) {
      const lines = render(report).trimEnd().split("\n");
      expect(lines.length).toBeLessThanOrEqual(80);
      for (const line of lines) expect(line.length, line).toBeLessThanOrEqual(120);
    }
  }), { numRuns: 60 });
});

test("the full review leaves nothing out", () => {
  const text = renderMarkdown(bigReport(), { full: true });
  expect(text.match(/^- \*\*F-[^ ]+ high, CWE/gm)?.length).toBe(60);
  expect(text).not.toContain("left out here");
  expect(text.split("## Ledger\n")[1].trim().split("\n").length).toBe(4);
});

test("the sections come in order", () => {
  const text = renderMarkdown(sampleReport({ hash: true }));
  expect([...text.matchAll(/^## (.*)$/gm)].map((match) => match[1])).toEqual([
    "Findings (1)", "For a human", "Proven", "Unresolved", "Blind spots", "Limits", "Assumptions",
  ]);
  expect(text.match(/^\| E-\d+ /gm)?.length).toBe(10);
});

test("a sentence without an id is rejected", () => {
  for (const report of [sampleReport({ hash: true }), { ...sampleReport(), findings: [], limits: [] }, bigReport()]) {
    for (const full of [false, true]) {
      for (const said of sentencesOf(renderMarkdown(report, { full }))) expect(said).toMatch(idForm);
    }
  }
  expect(() => sentencesOf("- Something was found.").forEach((said) => expect(said).toMatch(idForm))).toThrow();
});

/** The sentences of a written review: items with their continuation, rows of the table, paragraphs cut where an id begins. */
function sentencesOf(text: string): string[] {
  return text.split(/\n(?=\n|#|\||\s*- )/).map((block) => block.trim().replace(/\n\s*/g, " ")).filter((block) => block !== "" && !block.startsWith("#"))
    .filter((block) => !/^\|(?: pillar|---)/.test(block)).map((block) => block.replace(/^(?:-|\|) /, ""));
}

test("no hedging, no banned phrase", () => {
  for (const report of [sampleReport({ hash: true }), { ...sampleReport(), findings: [] }, bigReport()]) {
    for (const form of [renderMarkdown(report), renderMarkdown(report, { full: true }), renderPage(report), renderText(report)]) expect(form).not.toMatch(bannedWords);
  }
});

test("no message of a catalog page hedges", () => {
  const folder = join(import.meta.dirname, "../../../../catalog/detectors");
  const messages = readdirSync(folder).map((name) => /^message: (.*)$/m.exec(readFileSync(join(folder, name), "utf8"))?.[1] ?? "");
  expect(messages.length).toBeGreaterThan(50);
  // A question asks what a client may do; everything else states.
  for (const message of messages) if (!/\?"?$/.test(message)) expect(message).not.toMatch(bannedWords);
});

test("text has one clickable line per finding, numbered steps and the figures", () => {
  const text = renderText(sampleReport({ hash: true }));
  expect(text).toContain(
    "src/app.py:6:5: CWE-89 sql-injection [F-", // the id follows
  );
  expect(text).toContain('  1 src/app.py:4:12  request.args["name"]\n    source: flask.request.args is remote input\n');
  expect(text).toContain("1 finding, 1 question; 4 sites examined: 2 violated, 1 proven, 1 open; 0 suppressed, 0 not shown");
  expect(text).toContain("1 file (8 lines) analysed, 0 in part, 0 skipped");
});

test("style decorates escaped parts only", () => {
  const report = sampleReport();
  const hostile: Report = {
    ...report,
    findings: report.findings.map((finding) => ({ ...finding, path: "a\u001b[2Jb.py", message: "\u202ex" })),
  };
  const seen: string[] = [];
  const text = renderText(hostile, { quiet: false, style: (kind, part) => (seen.push(part), `<${kind}>${part}</${kind}>`) });
  expect(seen.join("")).not.toContain("\u001b");
  expect(text).toContain("<path>a\\x1b[2Jb.py:6:5</path>");
  expect(text).toContain("\\u{202e}x");
});

test("project text is no markup in Markdown", () => {
  const report = sampleReport();
  const evil = "`x` <img src=x onerror=1> [a](http://b) | c\n# d";
  const hostile: Report = {
    ...report,
    project: { name: evil, revision: evil },
    findings: report.findings.map((finding) => ({
      ...finding,
      path: evil,
      function: evil,
      source: evil,
      sink: evil,
      title: evil,
      wouldChange: evil,
      fix: evil,
      steps: finding.steps.map((step) => ({ ...step, path: evil, text: evil, why: evil })),
    })),
    openGroups: report.openGroups.map((group) => ({ ...group, path: evil, blocker: evil })),
    limits: [{ id: "L-1", kind: "skipped", path: evil, text: evil }],
  };
  for (const full of [false, true]) {
    const outside = renderMarkdown(hostile, { full })
      .replace(/(`+)(?!`)[\s\S]*?[^`]\1(?!`)/g, "")
      .replace(/\\[!-/:-@[-`{-~]/g, "");
    expect(outside).not.toMatch(/<img|\]\(|^# d/m);
  }
});

/** Keys whose values come from the reviewed project or its pages. */
const projectKeys = new Set([
  "path",
  "text",
  "why",
  "message",
  "source",
  "sink",
  "subject",
  "function",
  "name",
  "revision",
  "reason",
  "blocker",
  "fix",
  "wouldChange",
  "route",
  "title",
  "summary",
  "notShown",
  "What to do",
]);

/** Fixed texts of the engine. */
const ownTexts = new Set(["pillars", "assumptions", "severityRow"]);

function poison(value: unknown, evil: string, key = ""): unknown {
  if (typeof value === "string") return projectKeys.has(key) ? evil : value;
  if (Array.isArray(value)) return value.map((item) => poison(item, evil, key));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, ownTexts.has(name) ? item : poison(item, evil, name)]));
}

test("no form lets a control or direction character through, wherever it comes from", () => {
  const evil = "a\u001b[31m\u009b\u202e\u2066\u0000\r\n\u2028\u200bz";
  const report = poison(sampleReport({ hash: true }), evil) as Report;
  for (const form of [
    renderText(report),
    renderMarkdown(report),
    renderMarkdown(report, { full: true }),
    renderPage(report),
    [...renderHtml(report)].join(""),
    renderJson(report),
    renderSarif(report),
    renderSarif(report, { full: true }),
  ]) {
    expect(form).toContain("z");
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the point of the test
    expect(form).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069]/);
  }
});
