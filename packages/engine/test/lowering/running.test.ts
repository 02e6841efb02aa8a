/**
 * Runs `cases/running/*.md` from the IR: what a program prints is what CPython printed, as the page says.
 * `node benchmarks/run-lowering-differential.mjs --write-cases` lets CPython write the pages, and compares more programs.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { generate } from "./generate.ts";
import { Unsupported } from "./values.ts";
import { runText } from "./run-text.ts";

const folder = join(import.meta.dirname, "../../cases/running");

for (const page of readdirSync(folder).filter((name) => name.endsWith(".md")).sort()) {
  describe(page, () => {
    const text = readFileSync(join(folder, page), "utf8");
    for (const [, title, code, output] of text.matchAll(/^## (.*)\n```python\n([\s\S]*?)^```\n```output\n([\s\S]*?)^```$/gm)) {
      test(title, () => expect(runText(code)).toBe(output));
    }
  });
}

// Without CPython, what can be told of generated programs is that each row is defined before it is used, and no dead block runs.
test("generated programs run", () => {
  let run = 0;
  for (let seed = 0; seed < 60; seed++) {
    try {
      runText(generate(seed));
      run++;
    } catch (error) {
      const isLimit = error instanceof RangeError || (error instanceof Unsupported && /^(?:deep recursion|too many steps)$/.test(error.message));
      if (!isLimit) throw new Error(`seed ${seed}: ${(error as Error).message}`, { cause: error });
    }
  }
  expect(run).toBeGreaterThan(55);
});
