/**
 * Files that are added change no verdict of the files that were there: each program of the case pages has the rows that it
 * has alone, among all others and beside files made to disturb it. `WHOLE=1` takes all programs, else every third.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { exampleProjects, PageProblems, splitPage } from "../../src/knowledge/index.ts";
import { catalogPages } from "../catalog/catalog-pages.ts";
import { readCases } from "../obligations/read-cases.ts";
import { type Files, rowsByFile } from "../obligations/solve-text.ts";

interface Program {
  readonly name: string;
  readonly text: string;
  /** The rows that the page says it has. */
  readonly expected?: string;
}

/**
 * Known: a call of a method on something unknown is linked to the only class of the project that has the method, by its name
 * alone, whose parameters then have a caller. The first such class, or one more of them, changes who calls them.
 */
const known: ReadonlySet<string> = new Set(["catalog/models/python/oslo-service.md 0"]);

/** Calls of these change what holds in the whole process, as their pages say. */
const isGlobal = (text: string): boolean => text.includes("set_default_parser");

/** Every third program, by its name: one that is added leaves the choice of the others as it is. */
const isDrawn = (name: string): boolean => [...name].reduce((sum, c) => (sum * 31 + c.charCodeAt(0)) % 65521, 0) % 3 === 0;

function programs(): Program[] {
  const folder = join(import.meta.dirname, "../../cases/obligations");
  const cases = readdirSync(folder).filter((name) => name.endsWith(".md")).sort().flatMap((page) =>
    readCases(readFileSync(join(folder, page), "utf8")).map(({ title, files, expected }) => ({ name: `${page}: ${title}`, files, expected })));
  const examples = catalogPages().flatMap((page) => exampleProjects(splitPage(page, new PageProblems())).map((project, i) =>
    ({ name: `${page.path} ${i}`, files: Object.fromEntries(project.files.map((file) => [file.name, file.text])), expected: undefined })));
  return [...cases, ...examples].flatMap(({ name, files, expected }): Program[] => {
    const [path, text] = Object.entries(files)[0] ?? ["", ""];
    if (known.has(name) || Object.keys(files).length !== 1 || !path.endsWith(".py") || isGlobal(text) || (!isDrawn(name) && process.env["WHOLE"] !== "1")) return [];
    return [expected === undefined ? { name, text } : { name, text, expected }];
  });
}

const all = (text: string, pattern: RegExp): string[] => [...new Set([...text.matchAll(pattern)].map((match) => match[1]))];
const functionsOf = (text: string): string[] => all(text, /^def (\w+)/gm);
const classesOf = (text: string): string[] => all(text, /^class (\w+)/gm);
const methodsOf = (text: string): string[] => all(text, /^ {4}def (\w+)\(self/gm).filter((name) => name !== "__init__");
const fieldsOf = (text: string): string[] => all(text, /self\.(\w+) =/g);
const globalsOf = (text: string): string[] => all(text, /^(\w+) = /gm);
const packagesOf = (text: string): string[] => all(text, /^(?:import|from) (\w+)/gm);
const each = (names: readonly string[], write: (name: string) => string): string => names.map(write).join("\n");

/** A class with these methods, all of which give a literal. */
const classText = (name: string, base: string, methods: readonly string[]): string =>
  `class ${name}${base}:\n    def __init__(self, *a):\n        pass\n${each(methods, (method) => `    def ${method}(self, *a):\n        return "1"\n`)}\n`;

/** Tests that call, replace and fill everything that module `module` has. */
const testsOf = (text: string, module: string): string => `from unittest import mock
import ${module} as m
${each(functionsOf(text), (name) => `
@mock.patch("${module}.${name}", return_value="1")
def test_${name}(patched, monkeypatch):
    monkeypatch.setattr(m, "${name}", lambda *a: "1")
    m.${name} = lambda *a, **k: "1"
    m.${name}("1")

def test_call_${name}():
    m.${name}(input(), input())
`)}
${each(classesOf(text), (name) => `${classText(`Fake${name}`, `(m.${name})`, methodsOf(text))}
def test_${name}():
    it = m.${name}()
${each(fieldsOf(text), (field) => `    it.${field} = input()`)}
${each(methodsOf(text), (method) => `    m.${name}.${method} = lambda *a: "1"`)}
    it = 1
`)}
def test_globals():
    m.unrelated = 1
${each(globalsOf(text), (name) => `    m.${name} = "1"\n    m.${name}["a"] = input()\n    m.${name}.append(input())\n    m.${name}.update(a=input())`)}
`;

/** Product code elsewhere that uses the same names for something else. */
const namesakesOf = (text: string): string => `${each(functionsOf(text), (name) => `def ${name}(*a, **k):\n    return "1"\n`)}
${each(classesOf(text), (name) => classText(name, "", methodsOf(text)))}
`;

const strangers: Readonly<Record<string, (text: string, i: number) => Files>> = {
  tests: (text, i) => ({ [`tests/test_${i}.py`]: testsOf(text, `case${i}.main`) }),
  namesakes: (text, i) => ({
    [`other/names${i}.py`]: namesakesOf(text),
    ...Object.fromEntries(packagesOf(text).flatMap((name) => [
      [`other${i}/${name}/__init__.py`, 'request = None\n\ndef get(*a):\n    return "1"\n'], [`more${i}/${name}.py`, "request = None\n"],
    ])),
  }),
};

/**
 * Why a violation is kept back, or by which kind of unknown call a row is open, may change: a package of the same name is
 * one more thing that an import may mean.
 */
const plainRows = (rows: string | undefined): string => (rows ?? "").replace(/\(.*\)$/gm, "(kept back)").replace(/\bunmodelled\b/g, "unresolved-call");

describe("rows stay as they are", () => {
  const projects = programs();
  const together: Files = Object.fromEntries(projects.map(({ text }, i) => [`case${i}/main.py`, text]));
  const rows = rowsByFile(together);

  test("among all others", () => {
    const changed = projects.filter(({ expected }, i) => expected !== undefined && (rows.get(`case${i}/main.py`) ?? "") !== expected);
    expect(changed.map(({ name }) => name)).toEqual([]);
  });

  test.each(Object.entries(strangers))("beside %s", (_name, make) => {
    const files = Object.assign({}, together, ...projects.map(({ text }, i) => make(text, i))) as Files;
    const after = rowsByFile(files);
    const changed = projects.flatMap(({ name }, i) => {
      const [was, is] = [plainRows(rows.get(`case${i}/main.py`)), plainRows(after.get(`case${i}/main.py`))];
      return was === is ? [] : [`${name}\n${was}->\n${is}`];
    });
    expect(changed).toEqual([]);
  });
});
