/** What a review is written in is told by its content, and nothing that anyone writes makes the reading fail. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FileFinder } from "../../src/verify/find-file.ts";
import { readReview } from "../../src/verify/read-review.ts";
import { readSarif } from "../../src/verify/read-sarif.ts";
import { check, sarifOf } from "./check-text.ts";

const form = (text: string): string => readReview(text).form;

describe("the form of a review", () => {
  it("is told by its content", () => {
    expect(form("1. **SQL injection**: line 4")).toBe("prose");
    expect(form("[a link](x) to the file")).toBe("prose");
    expect(form('{"version": "2.1.0", "runs": []}')).toBe("sarif");
    expect(form('\ufeff{"runs": []}')).toBe("sarif");
    expect(form('[{"path": "a.py", "line": 3, "body": "x"}]')).toBe("comments");
    expect(form('{"comments": [{"path": "a.py", "body": "x"}]}')).toBe("comments");
    expect(form(')]}\'\n{"a.py": [{"line": 3, "message": "x"}]}')).toBe("comments");
    expect(form('{"results": []}')).toBe("unknown");
    expect(form('{"runs": [{"tool"')).toBe("unknown");
    expect(form("")).toBe("prose");
  });
});

describe("SARIF", () => {
  it("takes rules by index, id and beginning, weaknesses from tags, taxa and relations, files below their base", () => {
    const log = {
      runs: [{
        tool: { driver: { name: "T", semanticVersion: "2.0", rules: [{ id: "a", properties: { tags: ["external/cwe/cwe-089", "CWE-79: Improper Neutralization of Input"] } }, { id: "b", messageStrings: { m: { text: "{0} and {1}" } }, relationships: [{ target: { id: "22", toolComponent: { name: "CWE" } } }] }] } },
        originalUriBaseIds: { ROOT: { uri: "file:///work/" }, SRC: { uri: "src/", uriBaseId: "ROOT" } },
        artifacts: [{ location: { uri: "listed.py", uriBaseId: "SRC" } }],
        results: [
          { ruleId: "a", message: { text: "x" }, locations: [{ physicalLocation: { artifactLocation: { uri: "a%20b.py", uriBaseId: "SRC" }, region: { startLine: 3 } } }] },
          { ruleIndex: 1, message: { id: "m", arguments: ["one", "two"] }, kind: "pass", taxa: [{ id: "CWE-23" }], locations: [{ physicalLocation: { artifactLocation: { index: 0 } } }] },
          { ruleId: "b/sub", message: {}, suppressions: [{ kind: "inSource" }] },
          { ruleId: "a", baselineState: "absent" },
          7,
        ],
      }],
    };
    const { alerts, by, problems } = readSarif(log);
    expect(by).toEqual(["T 2.0"]);
    expect(alerts.map((alert) => [alert.rule.cwe, alert.message, alert.says, alert.isSuppressed, alert.place?.path, alert.place?.first])).toEqual([
      [[89, 79], "x", "fail", false, "/work/src/a b.py", 3],
      [[23, 22], "one and two", "pass", false, "/work/src/listed.py", 0],
      [[22], "", "fail", true, undefined, undefined],
    ]);
    expect(problems.map((problem) => problem.pointer)).toEqual(["/runs/0/results/3", "/runs/0/results/4"]);
  });

  it("never fails, whatever it holds", () => {
    const anything = fc.jsonValue({ maxDepth: 6 });
    fc.assert(fc.property(anything, (value) => {
      readReview(JSON.stringify(value));
      readSarif(value);
    }), { numRuns: 300 });
    const near = fc.record({
      runs: fc.array(fc.record({
        tool: fc.oneof(anything, fc.record({ driver: fc.record({ name: anything, rules: fc.array(anything, { maxLength: 3 }) }) })),
        results: fc.array(fc.record({
          ruleId: anything, ruleIndex: anything, message: anything, kind: anything,
          locations: fc.array(fc.record({ physicalLocation: fc.record({ artifactLocation: fc.oneof(anything, fc.record({ uri: fc.oneof(anything, fc.constant("a.py")) })), region: fc.oneof(anything, fc.record({ startLine: fc.integer(), endLine: anything, snippet: anything })) }) }), { maxLength: 2 }),
        }, { requiredKeys: [] }), { maxLength: 3 }),
      }, { requiredKeys: [] }), { maxLength: 2 }),
    });
    const files = { "a.py": "import os\nos.system('ls')\n" };
    fc.assert(fc.property(near, (log) => {
      const { answers, counts } = check(files, JSON.stringify(log));
      expect(counts.confirmed + counts.refuted + counts.unsupported + counts["out-of-scope"]).toBe(answers.length);
      for (const { verdict, evidence } of answers) if (verdict === "confirmed") expect(evidence.length).toBeGreaterThan(0);
    }), { numRuns: 60 });
  });

  it("gives the same answers whatever the order of its results", () => {
    const files = { "a.py": "import os\n\ndef f():\n    assert os\n    os.system('ls')\n    try:\n        f()\n    except Exception:\n        pass\n" };
    const alerts = ["B101 CWE-703 a.py:4: assert", "B605 CWE-78 a.py:5: shell", "B110 CWE-703 a.py:8: Try, Except, Pass detected.", "B404 CWE-78 a.py:1: import"];
    const said = (lines: readonly string[]) => check(files, sarifOf(lines.join("\n"))).answers.map((answer) => `${answer.claim.text} ${answer.verdict} ${answer.reason}`).sort();
    fc.assert(fc.property(fc.shuffledSubarray(alerts, { minLength: 4 }), (lines) => {
      expect(said(lines)).toEqual(said(alerts));
    }), { numRuns: 6 });
  });
});

describe("comments", () => {
  it("are claims at their place", () => {
    const files = { "src/a.py": "def f(x):\n    return x\n" };
    const gitHub = check(files, JSON.stringify([{ path: "src/a.py", line: 2, start_line: 1, body: "This is vulnerable to SQL injection.", user: { login: "rev" } }]));
    expect(gitHub.review).toMatchObject({ form: "comments", by: ["rev"] });
    expect(gitHub.answers[0].claim.cited).toContainEqual({ start: 0, end: 0, kind: "lines", first: 1, last: 2, path: "src/a.py" });
    const gerrit = check(files, JSON.stringify({ "src/a.py": [{ message: "This is vulnerable to SQL injection.", range: { start_line: 2, end_line: 2 }, line: 2, author: { username: "g" } }], "/PATCHSET_LEVEL": [{ message: "The code is vulnerable to SQL injection." }] }));
    expect(gerrit.answers.map((answer) => answer.claim.pointer)).toEqual(["/src~1a.py/0", "/~1PATCHSET_LEVEL/0"]);
    expect(gerrit.answers[0].claim.cited[0]).toMatchObject({ kind: "lines", first: 2, path: "src/a.py" });
  });
});

describe("files", () => {
  const finder = new FileFinder(["app.py", "src/shop/app.py", "src/shop/db.py", "docs/conf.py"]);
  it("are found by whole paths, by the end of longer ones and by what is below a folder", () => {
    expect(finder.find("src/shop/app.py")).toBe("src/shop/app.py");
    expect(finder.find("./src/../src/shop/app.py")).toBe("src/shop/app.py");
    expect(finder.find("/builds/x/src/shop/app.py")).toBe("src/shop/app.py");
    expect(finder.find("C:\\work\\src\\shop\\db.py")).toBe("src/shop/db.py");
    expect(finder.find("shop/db.py")).toBe("src/shop/db.py");
    expect(finder.find("db.py")).toBe("src/shop/db.py");
    expect(finder.find("app.py")).toBe("app.py");
  });
  it("are never outside the project, and never guessed among several", () => {
    for (const path of ["../../etc/passwd", "/etc/passwd", "..", "", "other/app.py", "nothing.py", "../".repeat(500)]) expect(finder.find(path)).toBe("");
    fc.assert(fc.property(fc.string(), (path) => {
      expect(["", "app.py", "src/shop/app.py", "src/shop/db.py", "docs/conf.py"]).toContain(finder.find(path));
    }));
  });
});
