import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isExponential } from "../../src/values/index.ts";

const plain = { anchored: false, verbose: false };

describe("exponential", () => {
  test.each([
    "(a+)+$", "(a*)*b", "(a|a)*$", "(\\w+\\s?)+$", "^(([a-z])+.)+[A-Z]([a-z])+$", "(.*)*x", "(a|ab|b)*$", "([a-z]+|\\w)*;", "(x+x+)+y",
    "(?:(?:a|b)|[ab])*c", "(\\d+)*\\.", "(a?a)*b", "^(\\s*\\w+\\s*)*$",
  ])("%s", (pattern) => expect(isExponential(pattern, plain)).toBe(true));
});

describe("not exponential", () => {
  test.each([
    "a+", "(ab)+$", "\\w+(\\s\\w+)*$", "^[a-z]+@[a-z]+\\.com$", "(a|b)*c", "(a+b)+c", "a*a*a*$", "^\\d{1,3}(,\\d{3})*$", "(\\w+,)*\\w+$", "[a-z]+\\d+",
    "(a+)+", "x*(y*z)*w",
  ])("%s", (pattern) => expect(isExponential(pattern, plain)).toBe(false));
});

test("a loop that may stop at once is harmless unless all must match", () => {
  expect(isExponential("(a+)+", plain)).toBe(false);
  expect(isExponential("(a+)+", { anchored: true, verbose: false })).toBe(true);
});

test("spaces and comments of a verbose expression do not count", () => {
  const pattern = "( a + # one\n )+ $";
  expect(isExponential(pattern, { anchored: false, verbose: true })).toBe(true);
});

test("what cannot be read, or is too long, is not called exponential", () => {
  for (const pattern of ["(", "[", "a{", "(?<", `(${"a".repeat(500)})+$`]) expect(isExponential(pattern, plain)).toBe(false);
});

test("a class that is cut off behind its dash is not read", () => {
  expect(isExponential("[a-", plain)).toBe(false);
});

test("any text as a pattern ends", () => {
  fc.assert(fc.property(fc.string({ unit: fc.constantFrom(..."ab()[]{}^$|\\*+?-.,12:=!"), maxLength: 24 }), fc.boolean(),
    (pattern, anchored) => { isExponential(pattern, { anchored, verbose: anchored }); }), { seed: 13, numRuns: 2000 });
});
