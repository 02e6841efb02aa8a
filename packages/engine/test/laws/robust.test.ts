/** Broken programs: whatever is cut off, left out or doubled, a review ends, within a bounded number of steps. */
import { expect, test } from "vitest";
import { exampleProjects, PageProblems, splitPage } from "../../src/knowledge/index.ts";
import { catalogPages } from "../catalog/catalog-pages.ts";
import { type Files, solve } from "../obligations/solve-text.ts";
import { corpus, plain } from "./corpus.ts";

/** Steps for each character of the program; the corpus needs below one. */
const stepsPerCharacter = 20;
const mutantsOfEach = 3;

/** A generator of numbers that needs no more than to be repeatable. */
function numbers(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 4294967296) * below);
  };
}

const mutations: readonly ((text: string, next: (below: number) => number) => string)[] = [
  (text, next) => text.slice(0, next(text.length)),
  (text, next) => text.slice(next(text.length)),
  (text, next) => {
    const lines = text.split("\n");
    lines.splice(next(lines.length), 1 + next(3));
    return lines.join("\n");
  },
  (text, next) => {
    const tokens = text.split(/(\b|\s+)/);
    const at = next(tokens.length);
    tokens.splice(at, 0, ...tokens.slice(at, at + 1 + next(6)));
    return tokens.join("");
  },
  (text, next) => {
    const tokens = text.split(/(\b)/);
    const [a, b] = [next(tokens.length), next(tokens.length)];
    [tokens[a], tokens[b]] = [tokens[b], tokens[a]];
    return tokens.join("");
  },
  (text, next) => {
    const lines = text.split("\n");
    const [a, b] = [next(lines.length), next(lines.length)];
    [lines[a], lines[b]] = [lines[b], lines[a]];
    return lines.join("\n");
  },
  (text, next) => {
    const names = [...new Set(text.match(/\b[a-z_]\w*\b/gi) ?? ["x"])];
    return text.replaceAll(new RegExp(`\\b${names[next(names.length)]}\\b`, "g"), names[next(names.length)]);
  },
  (text, next) => text.replace(/^ +/gm, (indent) => (next(8) === 0 ? indent.slice(next(indent.length)) : indent)),
];

function check(files: Files, seed: number): void {
  const next = numbers(seed);
  for (let i = 0; i < mutantsOfEach; i++) {
    const mutate = mutations[next(mutations.length)];
    const mutant = Object.fromEntries(Object.entries(files).map(([path, text]) => [path, mutate(text, next)]));
    const length = Object.values(mutant).reduce((sum, text) => sum + text.length, 0);
    const told = `seed ${seed}, mutant ${i}: ${JSON.stringify(mutant)}`;
    try {
      expect(solve(mutant).steps, told).toBeLessThan(1000 + stepsPerCharacter * length);
    } catch (error) {
      throw new Error(told, { cause: error });
    }
  }
}

test("the corpus, mutated", () => {
  corpus.forEach((snippet, i) => {
    for (let round = 0; round < 4; round++) check(plain(snippet.files), 100 * i + round);
  });
});

test("the examples of the catalog, mutated", () => {
  const examples = catalogPages().flatMap((page) => exampleProjects(splitPage(page, new PageProblems())));
  examples.forEach((example, i) => {
    if (i % 4 !== 0) return;
    check(Object.fromEntries(example.files.map((file) => [file.name, file.text])), 7919 * i);
  });
});

const deep = (before: string, inner: string, after: string, times: number): string => before.repeat(times) + inner + after.repeat(times);

/** Programs that make a walk long: each has a sink at the end of it. */
const long: Readonly<Record<string, string>> = {
  "a sum of many parts": `from flask import request\neval(${Array.from({ length: 400 }, (_, i) => `request.args["a${i}"]`).join(" + ")})\n`,
  "brackets in brackets": `eval(${deep("[", "1", "]", 150)})\n`,
  "calls in calls": `def f(x): return x\neval(${deep("f(", "1", ")", 90)})\n`,
  "many functions in a row": `${Array.from({ length: 120 }, (_, i) => `def f${i}(x): return f${i + 1}(x)\n`).join("")}def f120(x): return x\neval(f0(input()))\n`,
  "functions that all call each other": `${Array.from({ length: 14 }, (_, i) => `def f${i}(x):\n${Array.from({ length: 14 }, (_, j) => `    if x: return f${j}(x + "1")\n`).join("")}    return x\n`).join("")}eval(f0(input()))\n`,
  "a list of many stores": `d = {}\n${Array.from({ length: 300 }, (_, i) => `d["k${i}"] = input()\n`).join("")}eval(d["k7"])\n`,
  "branches that double": `x = input()\n${Array.from({ length: 120 }, (_, i) => `if x == ${i}: x = x + "a"\n`).join("")}eval(x)\n`,
  "a field of a field": `class N:\n    def __init__(self, n): self.n = n\nx = N(input())\n${"x = N(x)\n".repeat(60)}eval(x${".n".repeat(61)})\n`,
  "an object that holds itself": "class N:\n    pass\nx = N()\nx.n = x\nx.n.n = input()\neval(x.n.n.n.n.n)\n",
  "a class above itself": "class A(B): pass\nclass B(A):\n    def f(self): return super().f()\neval(A().f())\n",
  "a generator that hands on itself": "def g(x):\n    yield x\n    yield from g(x)\nfor x in g(input()): eval(x)\n",
  "a decorator of itself": "@f\ndef f(x): return f(x)\neval(f(input()))\n",
};

test.each(Object.entries(long))("%s", (_name, text) => {
  const { steps, obligations } = solve({ "main.py": text });
  expect(obligations.length).toBeGreaterThan(0);
  expect(steps).toBeLessThan(1000 + stepsPerCharacter * text.length);
});

test("an expression that ends inside a range of characters is not read", () => {
  expect(solve({ "main.py": 'import re\nfrom flask import request\nx = request.args["x"]\nif re.match("[a-", x):\n    open(x)\n' }).obligations.length).toBeGreaterThan(0);
});
