/** Lines of two texts, matched. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { changedFiles, matchLines, splitLines } from "../../src/change/index.ts";
import { encodeUtf8 } from "../../src/base/index.ts";

const lines = fc.array(fc.constantFrom("a", "b", "c", "d", "if x:", "    return", ""), { maxLength: 40 });

describe("matchLines", () => {
  it("pairs equal lines only, in the same order on both sides", () => {
    fc.assert(fc.property(lines, lines, (before, after) => {
      const map = matchLines(before, after);
      let last = 0;
      for (let line = 1; line <= before.length; line++) {
        const to = map[line] as number;
        if (to === 0) continue;
        expect(after[to - 1]).toBe(before[line - 1]);
        expect(to).toBeGreaterThan(last);
        last = to;
      }
    }));
  });

  it("leaves nothing of equal texts, and nothing around a change, unmatched", () => {
    fc.assert(fc.property(lines, lines, lines, lines, (head, old, fresh, tail) => {
      const before = [...head, ...old, ...tail];
      const after = [...head, ...fresh, ...tail];
      const map = matchLines(before, after);
      const matched = Array.from(map.slice(1)).filter((to) => to > 0).length;
      expect(matched).toBeGreaterThanOrEqual(Math.min(head.length + tail.length, after.length, before.length));
      expect(Array.from(matchLines(before, before).slice(1))).toEqual(before.map((_line, at) => at + 1));
    }));
  });

  it("is done in time on texts made to be slow", () => {
    const before = Array.from({ length: 40_000 }, (_, at) => String(at));
    const after = before.map((_line, at) => String((at * 7919) % 40_000));
    expect(matchLines(before, after).length).toBe(40_001);
    expect(matchLines(before.map(() => "x"), [...before.map(() => "x"), "y"])[40_000]).toBe(40_000);
  });

  it("knows all three line breaks", () => {
    expect(splitLines("a\r\nb\rc\nd")).toEqual(["a", "b", "c", "d"]);
    expect(splitLines("a\n")).toEqual(["a"]);
    expect(splitLines("")).toEqual([]);
  });
});

describe("changedFiles", () => {
  const revision = (files: Readonly<Record<string, string>>) => ({
    digests: new Map(Object.entries(files)),
    read: (path: string) => (files[path] === undefined ? undefined : encodeUtf8(files[path])),
  });
  const text = (words: readonly string[]) => words.map((word) => `line ${word}\n`).join("");

  it("tells added, deleted, changed and renamed files apart", () => {
    const before = revision({ "same.py": "1", "old.py": text(["a", "b", "c", "d"]), "gone.py": text(["x", "y"]), "edit.py": "1" });
    const after = revision({ "same.py": "1", "new.py": text(["a", "b", "c", "e"]), "fresh.py": text(["q", "r"]), "edit.py": "2" });
    expect(changedFiles(before, after)).toEqual([
      { kind: "changed", before: "edit.py", after: "edit.py" }, { kind: "added", before: "", after: "fresh.py" },
      { kind: "deleted", before: "gone.py", after: "" }, { kind: "renamed", before: "old.py", after: "new.py" },
    ]);
  });

  it("takes the same content for the same file before what is only alike, and its own name before another", () => {
    const body = text(["a", "b", "c", "d", "e"]);
    const before = revision({ "one/x.py": body, "one/y.py": body });
    const after = revision({ "two/y.py": body, "two/x.py": body });
    expect(changedFiles(before, after).map((change) => [change.before, change.after])).toEqual([["one/x.py", "two/x.py"], ["one/y.py", "two/y.py"]]);
  });
});
