import fc from "fast-check";
import { expect, test } from "vitest";
import { htmlText, jsonText, markdownCode, markdownText, pathUri, visible, visibleLines } from "../../src/report/index.ts";

/** Text that an attacker would choose: controls, direction marks, markup, on top of anything. */
const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        "\u001b[31m",
        "\u001b]8;;http://x\u0007",
        "\u202e",
        "\u2066",
        "\u200b",
        "\ufeff",
        "\u0000",
        "\u009b",
        "\u0085",
        "\r",
        "\n",
        "\t",
        "\u007f",
        "\u2028",
        "\ud800",
        "\u{e0041}",
        "`",
        "``",
        "```",
        "|",
        "<script>",
        "](x)",
        "**",
        "_",
        "\\",
        "&lt;",
        "'",
        '"',
        "@user",
        "#1",
        "http://a.b",
        "www.a.b",
        "ä",
        "😀",
        " ",
        "a",
      ),
      fc.string({ unit: "binary", maxLength: 4 }),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(""));
const check = (holds: (text: string) => boolean): void => {
  fc.assert(fc.property(hostile, holds), { numRuns: 1_000 });
};

const isControl = (code: number): boolean => code < 0x20 || (code >= 0x7f && code < 0xa0);
const isDirection = (code: number): boolean =>
  code === 0x61c || code === 0x200e || code === 0x200f || (code >= 0x202a && code <= 0x202e) || (code >= 0x2066 && code <= 0x2069);
const isClean = (text: string, allowed = ""): boolean =>
  [...text].every((char) => {
    const code = char.codePointAt(0) as number;
    return allowed.includes(char) || !(isControl(code) || isDirection(code) || (code >= 0xd800 && code <= 0xdfff));
  });

test("visible text holds no control or direction character", () => {
  check((text) => isClean(visible(text)));
  check((text) => isClean(visibleLines(text), "\n\t"));
  expect(visible("a\u001b[31mb\u202ec\nd")).toBe("a\\x1b[31mb\\u{202e}c\\nd");
  expect(visible("äöü 日本 €\ufffd")).toBe("äöü 日本 €\ufffd");
});

/** Reads a code span as CommonMark does; undefined if the text is not exactly one span. */
function readCodeSpan(markdown: string): string | undefined {
  const fence = /^`+/.exec(markdown)?.[0];
  if (fence === undefined) return undefined;
  const runs = [...markdown.slice(fence.length).matchAll(/`+/g)];
  const closing = runs.find((run) => run[0].length === fence.length);
  if (closing === undefined || fence.length + closing.index + fence.length !== markdown.length) return undefined;
  const inner = markdown.slice(fence.length, fence.length + closing.index);
  return /^ .* $/s.test(inner) && inner.trim() !== "" ? inner.slice(1, -1) : inner;
}

test("a code span is one span and holds the text", () => {
  check((text) => {
    const inner = readCodeSpan(markdownCode(text));
    return inner !== undefined && (visible(text).trim() === "" || inner === visible(text));
  });
});

test("Markdown text holds no markup that is not escaped", () => {
  check((text) => {
    const bare = markdownText(text).replace(/\\[!-/:-@[-`{-~]/g, "");
    return isClean(bare) && !/[`*_[\]<>|~&$]/.test(bare) && !bare.includes("://");
  });
  expect(markdownText("1. a")).toBe("1\\. a");
  expect(markdownText("- a")).toBe("\\- a");
});

test("HTML text holds no tag and no quote", () => {
  check((text) => isClean(htmlText(text)) && !/[<>"'`]/.test(htmlText(text)));
  expect(htmlText("<a b='c'>&")).toBe("&lt;a b=&#39;c&#39;&gt;&amp;");
});

test("JSON holds no raw control or direction character and parses back", () => {
  check((text) => {
    const json = jsonText({ [text]: [text] });
    return isClean(json, "\n") && JSON.stringify(JSON.parse(json)) === JSON.stringify({ [text]: [text] });
  });
});

test("a path is a relative URI that decodes to itself", () => {
  check((text) => {
    const path = text.replace(/[\ud800-\udfff]/gu, "\ufffd").replace(/^\/+/, "");
    const uri = pathUri(path);
    return /^[A-Za-z0-9\-._~!$&'()*+,;=@/%]*$/.test(uri) && decodeURIComponent(uri) === path;
  });
  expect(pathUri("a b/c:d#e?f%.py")).toBe("a%20b/c%3Ad%23e%3Ff%25.py");
});
