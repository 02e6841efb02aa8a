/** Checked claims in each form: complete, escaped, the same bytes again. */
import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { plainStyle, verificationForms } from "../../src/report/index.ts";
import { pageStyle, pageStyleDigest } from "../../src/report/verification/page-style.ts";
import type { Verification } from "../../src/verify/index.ts";
import { check, sarifOf } from "./check-text.ts";

const files = {
  "app.py": 'import os\nimport sqlite3\nfrom flask import request\n\ndef f():\n    os.system("ls " + request.args["d"])  # <script>alert(1)</script> \u202e\n    sqlite3.connect("a").execute("SELECT \'%s\'" % request.args["n"])\n    assert os\n',
};
const alerts = [
  "B608 CWE-89 app.py:7: Possible <b>SQL</b> injection \u202e",
  "B101 CWE-703 app.py:8: Use of assert detected.",
  "B404 CWE-78 gone.py:1: Consider `subprocess` | [x](javascript:alert(1))",
].join("\n");

const rendered = (verification: Verification, name: string): string =>
  [...verificationForms.find((form) => form.name === name)!.render(verification, { style: plainStyle, quiet: false })].join("");

describe("forms of checked claims", () => {
  const verification = check(files, sarifOf(alerts));

  it("have the same claims in the JSON form", () => {
    const data = JSON.parse(rendered(verification, "json"));
    expect(data.target).toMatchObject({ identified: true, paths: ["app.py"] });
    expect(data.claims.map((claim: { id: string; cwe: number; verdict: string; span: unknown; pointer: string }) => [claim.id, claim.cwe, claim.verdict, claim.span, claim.pointer])).toEqual([
      ["1", 89, "confirmed", null, "/runs/0/results/0"], ["2", 703, "refuted", null, "/runs/0/results/1"], ["3", 78, "unsupported", null, "/runs/0/results/2"],
    ]);
    expect(data.claims[0].evidence[0]).toMatchObject({ path: "app.py", line: 7 });
    expect(data.missed.map((each: { detector: string; line: number }) => [each.detector, each.line])).toEqual([["command-injection", 6]]);
  });

  it("say what counts first, and escape what others wrote", () => {
    const text = rendered(verification, "text");
    expect(text).toContain("confirmed    1 B608: Possible <b>SQL</b> injection \\u{202e}");
    expect(text).toContain("Missed in the same files:");
    expect(text.trimEnd().split("\n").at(-1)).toBe("3 claims: 1 confirmed, 1 refuted, 1 unsupported, 0 out of scope; 1 missed");
    const markdown = rendered(verification, "markdown");
    expect(markdown).not.toContain("<b>");
    expect(markdown).not.toMatch(/(?<!\\)\]\(javascript/);
    const html = rendered(verification, "html");
    expect(html).not.toMatch(/<b>|<script|\u202e| href=/);
    expect(html).toContain("Possible &lt;b&gt;SQL&lt;/b&gt;");
    for (const form of verificationForms) expect(rendered(check(files, sarifOf(alerts)), form.name)).toBe(rendered(verification, form.name));
  });

  it("put alerts of one answer together", () => {
    const many = check({ "a.py": "def f():\n    return 1\n", "tests/test_a.py": "assert 1\n".repeat(20) }, sarifOf(Array.from({ length: 20 }, (_v, i) => `B101 CWE-703 tests/test_a.py:${i + 1}: assert`).join("\n")));
    expect(rendered(many, "text").split("\n")).toHaveLength(6);
    expect(JSON.parse(rendered(many, "json")).claims).toHaveLength(20);
  });

  it("keep the page to its own style sheet", () => {
    expect(createHash("sha256").update(pageStyle).digest("base64")).toBe(pageStyleDigest);
    const html = rendered(verification, "html");
    expect(html).toContain(`default-src 'none'; style-src 'sha256-${pageStyleDigest}'`);
    expect(html).not.toMatch(/ style=|<link|src=/);
  });
});
