/** Files in, UTF-8 text with lines out; nothing is dropped without a word. */
import { describe, expect, test } from "vitest";
import {
  columnUtf16, columnUtf8, findLineStarts, lineOf, lineText, readSources, roleOf, type SourceFile, textOf, type Workspace,
} from "../../src/source/index.ts";

const encoder = new TextEncoder();

function workspaceOf(files: Readonly<Record<string, Uint8Array | undefined>>): Workspace {
  return {
    list: () => Object.keys(files).sort(),
    read: (path) => files[path],
    decode: (bytes, label) => {
      try {
        return new TextDecoder(label === "latin-1" ? "latin1" : label).decode(bytes);
      } catch {
        return undefined;
      }
    },
    hash: () => "",
  };
}

function readOne(bytes: Uint8Array | undefined, fileBytesMax = 1000) {
  const { value, problems } = readSources(workspaceOf({ "a.py": bytes }), ["a.py"], { fileBytesMax });
  return { file: value[0], kinds: problems.map((problem) => problem.kind) };
}

function bytesOf(...parts: readonly (string | readonly number[])[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => (typeof part === "string" ? [...encoder.encode(part)] : part)));
}

const text = (file: SourceFile | undefined): string => (file ? textOf(file, 0, file.bytes.length) : "");

describe("encodings", () => {
  const cases: readonly (readonly [string, Uint8Array, string, readonly string[]])[] = [
    ["UTF-8", bytesOf("x = 'é日😀'\n"), "x = 'é日😀'\n", []],
    ["a byte-order mark is removed", bytesOf([0xef, 0xbb, 0xbf], "x = 1\n"), "x = 1\n", []],
    ["a coding line", bytesOf("# -*- coding: latin-1 -*-\nx = '", [0xe9], "'\n"), "# -*- coding: latin-1 -*-\nx = 'é'\n", []],
    ["a coding line in the second line", bytesOf("#!/usr/bin/python\n# vim: fileencoding=koi8-r\n'", [0xd1], "'\n"), "#!/usr/bin/python\n# vim: fileencoding=koi8-r\n'я'\n", []],
    ["a coding line after code is a comment", bytesOf("x = 1\n# coding: latin-1\n'é'\n"), "x = 1\n# coding: latin-1\n'é'\n", []],
    ["an unknown encoding is read as UTF-8 and reported", bytesOf("# coding: klingon\nx\n"), "# coding: klingon\nx\n", ["bad-encoding"]],
    ["bytes that are not UTF-8 are replaced and reported", bytesOf("x = '", [0xff], "'\n"), "x = '\ufffd'\n", ["bad-encoding"]],
    ["a character that is cut off", bytesOf("x = '", [0xe6, 0x97], "'\n"), "x = '\ufffd\ufffd'\n", ["bad-encoding"]],
    ["UTF-16 with its mark", bytesOf([0xff, 0xfe, 0x78, 0, 0x0a, 0]), "x\n", []],
    ["an empty file", bytesOf(), "", []],
  ];
  for (const [title, bytes, expected, kinds] of cases) {
    test(title, () => {
      const read = readOne(bytes);
      expect(text(read.file)).toBe(expected);
      expect(read.kinds).toEqual(kinds);
    });
  }
});

describe("files that are not analysed", () => {
  const cases: readonly (readonly [string, Uint8Array | undefined, string])[] = [
    ["binary content", bytesOf("x = ", [0], "\n"), "not-text"],
    ["over the limit", bytesOf("x".repeat(1001)), "too-large"],
    ["unreadable", undefined, "unreadable"],
  ];
  for (const [title, bytes, kind] of cases) {
    test(title, () => {
      const read = readOne(bytes);
      expect(read.file).toBeUndefined();
      expect(read.kinds).toEqual([kind]);
    });
  }

  test("do not stop the others, and files are numbered in sorted order", () => {
    const workspace = workspaceOf({ "b.py": bytesOf("b"), "a.py": bytesOf("a"), "B.py": bytesOf([0]) });
    const { value, problems } = readSources(workspace, ["b.py", "a.py", "B.py", "a.py"]);
    expect(value.map((file) => [file.id, file.path])).toEqual([[0, "a.py"], [1, "b.py"]]);
    expect(problems.map((problem) => problem.path)).toEqual(["B.py"]);
  });
});

test("roles come from the path", () => {
  const paths = ["app.py", "tests/app.py", "a/test/b.py", "test_a.py", "a_test.py", "conftest.py", "oslo/testing/x.py", "contest.py", "latest.py", "attestation/a.py"];
  expect(paths.filter((path) => roleOf(path) === "test")).toEqual([
    "tests/app.py", "a/test/b.py", "test_a.py", "a_test.py", "conftest.py", "oslo/testing/x.py",
  ]);
});

describe("positions", () => {
  const bytes = encoder.encode("a\r\né = '😀'\rb\n\fc");
  const file: SourceFile = { id: 0, path: "a.py", bytes, lineStarts: findLineStarts(bytes), role: "product" };

  test("lines end with CR LF, CR and LF, not with a form feed", () => {
    expect([...file.lineStarts]).toEqual([0, 3, 15, 17]);
    expect([1, 2, 3, 4, 5].map((line) => lineText(file, line))).toEqual(["a", "é = '😀'", "b", "\fc", ""]);
  });

  test("offsets have lines and columns", () => {
    const quote = bytes.indexOf(39, 9); // the closing quote of the second line
    expect(lineOf(file, quote)).toBe(2);
    expect(columnUtf8(file, quote)).toBe(11);
    expect(columnUtf16(file, quote)).toBe(8);
    expect(lineOf(file, bytes.length)).toBe(4);
    expect(textOf(file, 9, 13)).toBe("😀");
  });
});
