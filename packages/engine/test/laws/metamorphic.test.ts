/**
 * Metamorphic laws: what means the same has the same verdicts, at every place of every program of the corpus.
 * What breaks a law today stands in `known.json`: how many places change, how many of them are falsely proven, and why.
 * `UPDATE_CASES=1` writes the numbers there; the reasons are for people to write.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { verdicts } from "../obligations/solve-text.ts";
import { corpus, plain, type Snippet } from "./corpus.ts";
import {
  aroundExpression, aroundFurther, aroundText, beforeStatement, reformat, rename, reverseFunctions, type Rewriting, swapFree,
} from "./rewrite.ts";

interface Known {
  readonly changed: number;
  readonly falselyProven: number;
  readonly why: string;
}

const knownPath = join(import.meta.dirname, "known.json");
const known = JSON.parse(readFileSync(knownPath, "utf8")) as Record<string, Known>;
const isUpdate = process.env["UPDATE_CASES"] === "1";
const base = new Map<string, string[]>();

function baseOf(snippet: Snippet): string[] {
  const found = base.get(snippet.name) ?? verdicts(plain(snippet.files));
  base.set(snippet.name, found);
  return found;
}

test.each(corpus)("verdicts of $name", (snippet) => {
  expect(baseOf(snippet)).toEqual([...snippet.rows].sort());
});

const groups: Readonly<Record<string, Readonly<Record<string, Rewriting>>>> = {
  order: { rename, "reverse functions": reverseFunctions, "swap free lines": swapFree },
  reformat,
  "lead an expression around": aroundExpression,
  "lead an expression further around": aroundFurther,
  "write a text in another way": aroundText,
  "insert code that does nothing": beforeStatement,
};

/** Texts are made of any value by formatting, which turns the numbers and switches of these into something else. */
const isText = (snippet: Snippet): boolean => snippet.name !== "switch of certificates";

/** Rewritings may bring calls of their own, which other detectors ask about. */
function ofDetectors(before: readonly string[], after: readonly string[]): string[] {
  const detectors = new Set(before.map((row) => row.split(" ")[0]));
  return after.filter((row) => detectors.has(row.split(" ")[0]));
}

/** How many rows were shown and are proven now: the worst that a rewriting can do. */
function isFalselyProven(before: readonly string[], after: readonly string[]): boolean {
  const count = (rows: readonly string[], word: string): number => rows.filter((row) => row.includes(` ${word}`)).length;
  return count(after, "proven") > count(before, "proven") && count(after, "violated") < count(before, "violated");
}

for (const [group, rewritings] of Object.entries(groups)) {
  describe(group, () => {
    for (const [turn, [name, rewriting]] of Object.entries(rewritings).entries()) {
      test(name, () => {
        const broken: string[] = [];
        let falselyProven = 0;
        for (const snippet of corpus) {
          if (rewritings === aroundText && !isText(snippet)) continue;
          // One place of each program in turn: all places of all rewritings would take minutes.
          const variants = [...rewriting(snippet.files)];
          const place = turn % variants.length;
          for (const files of variants.slice(place, place + 1)) {
            const found = ofDetectors(baseOf(snippet), verdicts(files));
            if (found.join() === baseOf(snippet).join()) continue;
            broken.push(`${snippet.name} ${place}: ${found.join(", ")}`);
            if (isFalselyProven(baseOf(snippet), found)) falselyProven++;
          }
        }
        const { changed, falselyProven: proven, why } = known[name] ?? { changed: 0, falselyProven: 0, why: "" };
        if (broken.length === changed && falselyProven === proven) return;
        if (!isUpdate) expect([`${falselyProven} falsely proven, ${broken.length} changed`, ...broken]).toEqual([`${proven} falsely proven, ${changed} changed`]);
        delete known[name];
        if (broken.length > 0) known[name] = { changed: broken.length, falselyProven, why };
      });
    }
  });
}

afterAll(() => {
  if (isUpdate) writeFileSync(knownPath, `${JSON.stringify(known, undefined, 2)}\n`);
});
