/** Whatever anyone writes as a review is read and answered: spans lie in the text, and nothing is confirmed without a line. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nameMismatch } from "../../src/verify/cwe-name.ts";
import { extractClaims } from "../../src/verify/index.ts";
import { check, filesBelow } from "./check-text.ts";


const words = [
  "SQL injection", "CWE-89", "CWE-79:", "lines 3-9", "Line 12", "L4", "`search()`", "`x = 1`", "app.py:3", "orders/app.py", "no", "not", "is vulnerable to", "might", "throughout the code",
  "1.", "2.", "\n", "\n\n", "- ", "* ", "**", "**Location**:", "**Description**:", "Solution:", "| a | b |\n|---|---|\n", "| 1 | app.py |", "```\n", "```python\nx = 1\n```\n", "#", "## ", "> ", "TODO",
  "exception handling", "is done well", "but", "race condition", "hardcoded password", "consider", "should", "()", "``", "[", "](", "<b>", "\u202e", "\t", "0", "999999999999", "…", "é", "lines 9-3", "however,",
];
const review = fc.oneof(fc.array(fc.constantFrom(...words), { maxLength: 60 }).map((list) => list.join(" ")), fc.string({ maxLength: 400 }), fc.array(fc.oneof(fc.constantFrom(...words), fc.string({ maxLength: 12 })), { maxLength: 40 }).map((list) => list.join("")));

describe("claims of any text", () => {
  it("lie inside of it, in the order of their ids, and cite what stands there", () => {
    fc.assert(fc.property(review, (text) => {
      const claims = extractClaims(text);
      expect(new Set(claims.map((claim) => claim.id)).size).toBe(claims.length);
      for (const claim of claims) {
        expect(claim.span.start).toBeGreaterThanOrEqual(0);
        expect(claim.span.end).toBeGreaterThanOrEqual(claim.span.start);
        expect(claim.span.end).toBeLessThanOrEqual(text.length);
        expect(claim.text.trim()).not.toBe("");
        for (const each of claim.cited) {
          expect(each.start).toBeGreaterThanOrEqual(0);
          expect(each.end).toBeLessThanOrEqual(text.length);
          if (each.kind === "lines") expect(each.first >= 1 && each.first <= each.last).toBe(true);
        }
      }
    }), { numRuns: 400 });
  });

  it("are answered, and confirmed only by lines that are there", () => {
    const files = filesBelow("examples/orders");
    fc.assert(fc.property(review, (text) => {
      // Text that begins like JSON is another form of review.
      const { answers } = check(files, `Review.\n\n${text}`);
      for (const { verdict, evidence, anchors, reason } of answers) {
        expect(reason).not.toBe("");
        if (verdict === "confirmed") expect(evidence.length).toBeGreaterThan(0);
        for (const { path, line } of evidence) expect(line >= 1 && line <= files[path].split("\n").length).toBe(true);
        for (const { path, first, last } of anchors) expect(files[path] !== undefined && first >= 1 && first <= last).toBe(true);
      }
    }), { numRuns: 25 });
  }, 120_000);

  it("cost no more than their length", () => {
    for (const piece of ["(", "`", "**", "1. ", "CWE-", "lines 1-2, ", "a_b.c_d/", "- x: ", "| ", "no ", "not a defect, ", "a".repeat(40), "\n", "> ", "#", "```\n", "might lead to ", "\u0000", "sql quer", ". A"]) {
      const text = piece.repeat(Math.ceil(200_000 / piece.length));
      const before = process.cpuUsage().user;
      extractClaims(text);
      expect((process.cpuUsage().user - before) / 1e6, piece).toBeLessThan(10);
    }
  }, 400_000);
});

describe("names of weaknesses", () => {
  it("are compared with the list", () => {
    expect(nameMismatch(89, "SQL Injection")).toBe("");
    expect(nameMismatch(89, "Improper Neutralization of Special Elements used in an SQL Command ('SQL Injection')")).toBe("");
    expect(nameMismatch(22, "Path Traversal")).toBe("");
    expect(nameMismatch(798, "Hardcoded Credentials")).toBe("");
    expect(nameMismatch(435, "Improper Interaction Between Multiple Entities")).toBe("");
    expect(nameMismatch(639, "IDOR")).toBe("");
    expect(nameMismatch(259, "Use of Hard-coded Credentials")).toContain("CWE-798");
    expect(nameMismatch(259, "Hardcoded Credentials")).toContain("CWE-798");
    expect(nameMismatch(391, "Missing Error Handling Mechanism")).toContain("Unchecked Error Condition");
    expect(nameMismatch(79, "SQL Injection")).toContain("Cross-site Scripting");
    expect(nameMismatch(9999, "Bad Luck")).toContain("no weakness");
  });
});
