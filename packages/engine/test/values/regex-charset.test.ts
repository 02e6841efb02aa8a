import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { charactersOfRegex, charsetOfRegex, complementOf, guardsOfCharset, plainFlags, type RegexUse } from "../../src/values/index.ts";

const guards = (pattern: string, use: RegexUse = "fullmatch"): string => {
  const set = charsetOfRegex(pattern, use);
  return set === undefined ? "nothing" : guardsOfCharset(set).join(" ");
};

const wordGuards = "identifier-text plain-text no-quote no-markup no-slash relative-name no-dotdot no-crlf";
const hexGuards = `hex-text uuid-text ${wordGuards}`;

describe("what a full match leaves", () => {
  test.each([
    ["[0-9]+", `digits-text ${hexGuards}`],
    ["[0-9a-f]{8}", hexGuards],
    ["[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "uuid-text plain-text no-quote no-markup no-slash relative-name no-dotdot no-crlf"],
    ["\\w+", wordGuards],
    ["[a-z_][a-z0-9_]*", wordGuards],
    ["[\\w-]+", "plain-text no-quote no-markup no-slash relative-name no-dotdot no-crlf"],
    ["[\\w.-]+", "no-quote no-markup no-slash relative-name no-dotdot no-crlf"],
    ["[\\w/-]+", "no-quote no-markup no-dotdot no-crlf"],
    ["[^'\"`]+", "no-quote"],
    ["[^/\\\\]+", "no-slash relative-name no-dotdot"],
    ["a|b|cd", hexGuards],
    ["(?:a|b)+(?P<name>c)?", hexGuards],
    ["(?=.{3})[a-c]+", hexGuards],
    [".+", ""],
    ["[^\\r\\n]+", "no-crlf"],
    ["(.|\\n)+", ""],
    ["\\S+", "no-crlf"],
    ["\\x41", hexGuards],
    ["(?i)a", hexGuards],
    ["([a-f])\\1", hexGuards],
    ["[^é'\"]+", ""],
    ["[^\\W]+", wordGuards],
    ["a b", "no-quote no-markup no-slash relative-name no-dotdot no-crlf"],
  ])("%s", (pattern, expected) => expect(guards(pattern)).toBe(expected));
});

describe("where the text is not matched in full, nothing is known", () => {
  test.each([
    ["[a-z]+", "match"], ["[a-z]+$", "search"], ["^[a-z]+", "search"], ["^a|b$", "search"], ["^a|b", "match"], ["(^a$|b)", "search"],
  ] as const)("%s by %s", (pattern, use) => expect(guards(pattern, use)).toBe("nothing"));
  test.each([
    ["[a-c]+$", "match"], ["^[a-c]+$", "search"], ["\\A[a-c]+\\Z", "search"], ["(^[a-c]+$)", "search"], ["^(a|b)$", "search"], ["^a$|^b$", "search"],
  ] as const)("%s by %s is in full", (pattern, use) => {
    // `$` also stands before a final line break, \\Z does not.
    expect(guards(pattern, use)).toBe(pattern.includes("$") ? hexGuards.replace(" no-crlf", "") : hexGuards);
  });
});

test("where `^` and `$` stand at every line, nothing is known of the text", () => {
  expect(charsetOfRegex("^[a-c]+$", "search", { ...plainFlags, multiLine: true })).toBeUndefined();
  expect(guards("(?m)^[a-c]+$", "match")).toBe("nothing");
  expect(charsetOfRegex("(?m)[a-c]+$", "fullmatch")).toBeDefined();
});

describe("what is left of a text in which a search finds nothing", () => {
  const left = (pattern: string): string => {
    const set = charactersOfRegex(pattern);
    return set === undefined ? "nothing" : guardsOfCharset(complementOf(set)).join(" ");
  };
  test.each([
    ["[^a-f]", hexGuards], ["[^a-f]+", hexGuards], ["[/\\\\]", "no-slash relative-name no-dotdot"], ["['\"`]|--", "no-quote"],
    ["(['\"`])", "no-quote"], ["\\W", wordGuards], ["[\r\n]", "no-crlf"], ["\\.\\.", "nothing"], ["['\"`]{2}", "nothing"], ["['\"`]*?", "nothing"],
  ])("%s", (pattern, expected) => expect(left(pattern)).toBe(expected));
});

describe("what is not read gives no answer", () => {
  test.each(["(", "[a", "a)", "\\q", "\\x4", "(?P=name)", "\\1", "[z-a]", "\\", "a\\"])("%s", (pattern) => expect(guards(pattern)).toBe("nothing"));
  test("brackets nested deeply and patterns that are long", () => {
    expect(guards(`${"(".repeat(60)}a${")".repeat(60)}`)).toBe("nothing");
    expect(guards("a".repeat(5000))).toBe("nothing");
  });
});

test("an anchor that may be left out anchors nothing, and letters of other scripts are no digits", () => {
  expect(guards("(^a)?b$", "search")).toBe("nothing");
  expect(guards("[а-я]+")).toBe("no-quote no-markup no-slash relative-name no-dotdot no-crlf");
});

test("no character outside of the set is ever in a match", () => {
  const atoms = ["a", "b", "[ab]", "[^a]", "\\d", "\\w", "\\s", ".", "-", "/", "'", "\\.", "(a|/)", "(?:b)", "x*", "[a-c]{2}", "\\W"];
  const pattern = fc.array(fc.tuple(fc.constantFrom(...atoms), fc.constantFrom("", "*", "+", "?")), { minLength: 1, maxLength: 5 })
    .map((parts) => parts.map(([atom, times]) => (atom.endsWith("*") || atom.endsWith("}") ? atom : atom + times)).join(""));
  const text = fc.string({ unit: fc.constantFrom(..."ab1/'-. \nx_"), maxLength: 6 });
  fc.assert(fc.property(pattern, text, (source, subject) => {
    const set = charsetOfRegex(source, "fullmatch");
    if (set === undefined || !new RegExp(`^(?:${source})$(?![\\s\\S])`).test(subject)) return;
    for (const c of subject) if (!set.ascii[c.charCodeAt(0)]) throw new Error(`${JSON.stringify(c)} of ${JSON.stringify(subject)} is not in the set of ${source}`);
  }), { seed: 11, numRuns: 3000 });
});

test("a class that is cut off behind its dash gives no answer", () => {
  expect(guards("[a-")).toBe("nothing");
});

test("any text as a pattern is read or refused", () => {
  fc.assert(fc.property(fc.string({ unit: fc.constantFrom(..."ab()[]{}^$|\\*+?-.,1:=!<P>"), maxLength: 30 }), fc.constantFrom<RegexUse>("fullmatch", "match", "search"),
    (pattern, use) => { charsetOfRegex(pattern, use); }), { seed: 12, numRuns: 3000 });
});
