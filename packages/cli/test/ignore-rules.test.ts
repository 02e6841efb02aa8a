/** The language of .gitignore files. The expected answers are git's (`git check-ignore --no-index`). */
import { describe, expect, it } from "vitest";
import { decideIgnored, parseIgnoreRules } from "../src/files/ignore-rules.ts";

/** Asks as discovery does: each folder on the way down, then the file. */
function isIgnored(text: string, path: string, folder = ""): boolean {
  const rules = [parseIgnoreRules(text, folder)];
  const parts = path.split("/");
  for (let length = 1; length <= parts.length; length++) {
    if (decideIgnored(rules, parts.slice(0, length).join("/"), length < parts.length)?.ignored === true) return true;
  }
  return false;
}

describe("a pattern", () => {
  it.each([
    ["*.log", "a/b.log", true], ["*.log", "a/b.logs", false], ["/a", "a", true], ["/a", "b/a", false], ["a/b", "a/b", true],
    ["a/b", "c/a/b", false], ["a/", "a", false], ["a/", "a/b", true], ["**/b", "x/y/b", true], ["a/**/b", "a/b", true],
    ["a/**/b", "a/x/y/b", true], ["a/**", "a/x", true], ["a/**", "a", false], ["a*/b", "a/x/b", false], ["?.py", "ab.py", false],
    ["[ab].py", "b.py", true], ["[!ab].py", "b.py", false], ["[a-c]x", "bx", true], ["[]x]y", "]y", true], ["[[:digit:]]x", "3x", true],
    ["\\#a", "#a", true], ["#a", "#a", false], ["\\!a", "!a", true], ["a\\ ", "a ", true], ["a  ", "a", true], ["\\*", "*", true], ["\\*", "a", false],
    ["[a", "[a", false], ["", "a", false], ["!", "a", false], ["/", "a", false], ["a**b", "axb", true], ["*a*b*", "xaybz", true],
  ])("%j for %j: %j", (pattern, path, expected) => {
    expect(isIgnored(pattern, path)).toBe(expected);
  });

  it("gives way to a later one, and to none that reopens below an ignored folder", () => {
    expect(isIgnored("*.py\n!a.py\n", "a.py")).toBe(false);
    expect(isIgnored("!a.py\n*.py\n", "a.py")).toBe(true);
    expect(isIgnored("b/\n!b/a.py\n", "b/a.py")).toBe(true);
  });

  it("is relative to the folder of its file", () => {
    expect(isIgnored("/a.py\n", "s/a.py", "s")).toBe(true);
    expect(isIgnored("/a.py\n", "a.py", "s")).toBe(false);
  });

  it("takes linear time, however it is written", () => {
    const start = performance.now();
    expect(isIgnored(`${"*a".repeat(400)}b`, "a".repeat(250))).toBe(false);
    expect(isIgnored(`${"**/a/".repeat(150)}b`, Array.from({ length: 200 }, () => "a").join("/"))).toBe(false);
    expect(performance.now() - start).toBeLessThan(1_000);
  });

  it("is dropped and counted beyond the limits", () => {
    expect(parseIgnoreRules(`${"a".repeat(2_000)}\nb\n`, "")).toMatchObject({ dropped: 1, rules: { length: 1 } });
  });
});
