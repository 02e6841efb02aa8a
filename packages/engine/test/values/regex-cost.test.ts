import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { costOfRegex, plainFlags, type RegexCall } from "../../src/values/index.ts";
import { compileRegex, countSteps } from "../../src/values/regex/matcher.ts";
import { readRegex } from "../../src/values/regex/tree.ts";

const growth = (pattern: string, call: RegexCall = "match", flags = plainFlags): string => costOfRegex(pattern, flags, call).growth;

describe("exponential", () => {
  test.each([
    "(a+)+$", "(a*)*b", "(a|a)*$", "(\\w+\\s?)+$", "^(([a-z])+.)+[A-Z]([a-z])+$", "(.*)*x", "(a|ab|b)*$", "([a-z]+|\\w)*;", "(x+x+)+y",
    "(?:(?:a|b)|[ab])*c", "(\\d+)*\\.", "(a?a)*b", "^(\\s*\\w+\\s*)*$", "^[^@]+@[^@]+(?:\\.[^@]+)*$", "\"(\\\\.|[^\"])*\"", "(?i)(a|A)*b",
    "(?:.*,)*[ \\t]*([^ \\t]+)[ \\t]+realm=([\"']?)([^\"']*)\\2",
  ])("%s", (pattern) => expect(growth(pattern)).toBe("exponential"));
});

test.each<[string, RegexCall]>([
  ["([ \\t]*):depends:[ \\t]+- (\\w+)[^\\n]*\\n(\\1[ \\t]+- (\\w+)[^\\n]*\\n)*", "search"], ["a*a*a*a*a*$", "match"], [".*,.*,.*,.*;", "search"],
])("a high power is not exponential: %s", (pattern, call) => expect(growth(pattern, call)).not.toBe("exponential"));

describe("cubic", () => {
  test.each<[string, RegexCall]>([
    ["a*a*a*$", "match"], [";.*;(.*)=(.*)$", "match"], ["\"\"\"\\s+(?:.|\\n)*?\\s+\"\"\"", "match"], ["\\s*=\\s*([^;]*)\\s*;", "match"],
    ["[ \\n]*[\\r\\n ]+[ \\n]*end", "match"], ["\\s*,?\\s*x", "search"],
  ])("%s %s", (pattern, call) => expect(growth(pattern, call)).toBe("cubic"));
});

describe("quadratic", () => {
  test.each<[string, RegexCall]>([
    ["^-?[0-9]+(.[0-9]+)?$", "match"], ["\\s+$", "search"], ["a*b", "search"], ["<[^>]*>", "search"], ["^\\s+|\\s+$", "search"],
    ["\\((?!.*\\()(.*)\\)$", "search"], ["\\S*[.?!](?=\\s)", "search"], ["\\w+@\\w+\\.com", "search"], ["<!--.*?-->", "search"], ["(.*)\\s*$x", "match"],
    ["(\\w+)\\s*=\\s*\\1", "search"], ["<.*?>|((?:\\w[-\\w]*|&.*?;)+)", "all"],
  ])("%s %s", (pattern, call) => expect(growth(pattern, call)).toBe("quadratic"));
});

describe("linear", () => {
  test.each<[string, RegexCall]>([
    ["a+", "match"], ["(ab)+$", "match"], ["\\w+(\\s\\w+)*$", "match"], ["^[a-z]+@[a-z]+\\.com$", "match"], ["(a|b)*c", "match"], ["(a+b)+c", "match"],
    ["^\\d{1,3}(,\\d{3})*$", "match"], ["(\\w+,)*\\w+$", "match"], ["[a-z]+\\d+", "match"], ["x*(y*z)*w", "match"], ["[a-z]+", "search"], ["^a*b", "search"],
    ["\\s+", "search"], ["^-?[0-9]+(\\.[0-9]+)?$", "match"], ["\\(([^\\(]*)\\)$", "search"], ["x\\s*y", "search"], ["[+-]?\\d*\\.\\d+%?", "match"], ["\\d+|[a-z]+", "search"],
    ["(a+)+", "match"],
  ])("%s %s", (pattern, call) => expect(growth(pattern, call)).toBe("linear"));
});

test("what holds of the whole text is stricter than what may stop anywhere", () => {
  expect(growth("(a+)+", "fullmatch")).toBe("exponential");
});

test("atomic groups and possessive repetition do not try again", () => {
  for (const pattern of ["(?>a+)+$", "(?:a++)+$"]) expect(growth(pattern)).not.toBe("exponential");
});

test("a search for whole lines begins at lines only", () => {
  expect(growth("^[a-z]+$", "search", { ...plainFlags, multiLine: true })).toBe("linear");
  expect(growth("^\\s*x", "search", { ...plainFlags, multiLine: true })).toBe("quadratic");
});

test("spaces and comments of a verbose expression do not count", () => {
  expect(growth("( a + # one\n )+ $", "match", { ...plainFlags, verbose: true })).toBe("exponential");
});

test("what cannot be read, or is too long, is not called anything", () => {
  for (const pattern of ["(", "[", "(?<", `(${"a".repeat(500)})+$`, "[a-"]) expect(growth(pattern)).toBe("unknown");
});

test("the text that shows it is told", () => {
  expect(costOfRegex("^-?[0-9]+(.[0-9]+)?$", plainFlags, "match").attack?.pump).toMatch(/^0+$/);
});

test("any text as a pattern ends", () => {
  fc.assert(fc.property(fc.string({ unit: fc.constantFrom(..."ab()[]{}^$|\\*+?-.,12:=!"), maxLength: 24 }), fc.constantFrom<RegexCall>("match", "fullmatch", "search"),
    (pattern, call) => { growth(pattern, call); }), { seed: 13, numRuns: 2000 });
});

test("what is called linear is linear on any text", () => {
  const unit = fc.constantFrom("a", "b", "[ab]", "a*", "b+", "(?:ab)*", "(?:a|b)+", "[ab]*", "c", "a?", "$", "(?:a*b)*", "a*?", "\\b");
  const part = fc.string({ unit: fc.constantFrom("a", "b", "c"), minLength: 1, maxLength: 3 });
  fc.assert(fc.property(fc.array(unit, { minLength: 1, maxLength: 6 }), part, part, fc.boolean(), (parts, pump, end, isSearch) => {
    const pattern = parts.join("");
    if (growth(pattern, isSearch ? "all" : "match") !== "linear") return;
    const program = compileRegex(readRegex(pattern, plainFlags)!)!;
    const steps = (times: number): number => countSteps(program, Uint8Array.from(pump.repeat(times) + end, (c) => c.charCodeAt(0)), isSearch ? "all" : "one", 10_000_000);
    expect((steps(240) + 50) / (steps(120) + 50)).toBeLessThan(2.6);
  }), { seed: 5, numRuns: 250 });
});
