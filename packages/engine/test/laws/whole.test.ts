/** Laws about whole reviews: the same bytes for the same project, and nothing lost by adding to it. */
import { describe, expect, test } from "vitest";
import { inMemoryWorkspace, pythonLanguage, renderJson, review, type Workspace } from "../../src/index.ts";
import { builtIn, printRows, verdicts } from "../obligations/solve-text.ts";
import { corpus, plain } from "./corpus.ts";

/** All programs of the corpus as one project, each in its own folder. */
function wholeCorpus(): Record<string, string> {
  const files: Record<string, string> = {};
  corpus.forEach((snippet, i) => {
    for (const [path, text] of Object.entries(plain(snippet.files))) files[`part${i}/${path}`] = text.replace(/^from (\w+_) import/gm, `from part${i}.$1 import`);
  });
  return files;
}

const reportOf = (workspace: Workspace): string => renderJson(review(workspace, [pythonLanguage()], builtIn().catalog));

describe("determinism", () => {
  const files = wholeCorpus();
  const first = reportOf(inMemoryWorkspace(files));

  test("two reviews give the same bytes", () => {
    expect(reportOf(inMemoryWorkspace(files))).toBe(first);
  });

  test("the order in which the host lists files does not matter", () => {
    const reversed = Object.fromEntries(Object.entries(files).reverse());
    const workspace = inMemoryWorkspace(reversed);
    expect(reportOf({ ...workspace, list: () => [...workspace.list()].reverse() })).toBe(first);
  });

  test("programs side by side have the rows that each has alone", () => {
    const together = verdicts(files);
    const alone = corpus.flatMap((snippet) => verdicts(plain(snippet.files))).sort();
    expect(together).toEqual(alone);
  });
});

const strangers: Readonly<Record<string, string>> = {
  "a program with the same names": "def view_(text_):\n    return same_(text_)\n\ndef same_(value_):\n    return '1'\n\ndef run_(text_):\n    pass\n",
  "a class with the same methods": "class Other:\n    def run_(self):\n        pass\n\n    def execute(self, query):\n        return None\n\n    def get(self, key):\n        return '1'\n",
  "a file that cannot be read": "def broken(:\n    ((((\n'''",
  "an empty file": "",
  "a module that hides a builtin": "def eval(text):\n    return None\n\ndef open(path):\n    return None\n",
  "a package with a star import": "from os.path import *\nfrom flask import *\n",
};

describe("an unrelated file changes no verdict", () => {
  test.each(Object.entries(strangers))("%s", (_name, text) => {
    const changed: string[] = [];
    for (const snippet of corpus) {
      const files = plain(snippet.files);
      const before = verdicts(files);
      const after = verdicts({ ...files, "aaa_stranger.py": text });
      if (before.join() !== after.join()) changed.push(`${snippet.name}: ${after.join(", ")}`);
    }
    expect(changed).toEqual([]);
  });
});

test("a file that is left out and put back leaves no trace", () => {
  const files = plain(corpus.find((snippet) => snippet.name === "two files")?.files ?? {});
  const before = printRows(files);
  expect(printRows({ "work_.py": files["work_.py"] })).not.toBe(before);
  expect(printRows(files)).toBe(before);
});
