/**
 * Metamorphic laws: what means the same has the same verdicts, at every place of every program of the corpus.
 * What breaks a law today stands in `known`, with the reason; once it holds, the test asks to take it out.
 */
import { describe, expect, test } from "vitest";
import { verdicts } from "../obligations/solve-text.ts";
import { corpus, plain, type Snippet } from "./corpus.ts";
import { known } from "./known.ts";
import { aroundExpression, aroundText, beforeStatement, reformat, rename, reverseFunctions, type Rewriting, swapFree } from "./rewrite.ts";

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
  "write a text in another way": aroundText,
  "insert code that does nothing": beforeStatement,
};

/** Texts are made of any value by formatting, which turns the numbers and switches of these into something else. */
const isText = (snippet: Snippet): boolean => snippet.name !== "switch of certificates";

for (const [group, rewritings] of Object.entries(groups)) {
  describe(group, () => {
    for (const [name, rewriting] of Object.entries(rewritings)) {
      test(name, () => {
        const broken: string[] = [];
        for (const snippet of corpus) {
          if (rewritings === aroundText && !isText(snippet)) continue;
          let place = 0;
          for (const files of rewriting(snippet.files)) {
            place++;
            const found = verdicts(files);
            if (found.join() !== baseOf(snippet).join()) broken.push(`${snippet.name} ${place}: ${found.join(", ")}`);
          }
        }
        expect(broken).toEqual(known[name] ?? []);
      });
    }
  });
}
