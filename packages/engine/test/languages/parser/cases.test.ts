/**
 * Literate cases: Python in, the tree out. The trees of cases.md were compared with CPython 3.14's.
 * `UPDATE_CASES=1 npx vitest run packages/engine/test/languages/parser/cases.test.ts` writes what the parser says now.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parse } from "./parsing.ts";

const path = new URL("./cases.md", import.meta.url);
const page = readFileSync(path, "utf8");
const CASE = /^## (.+)\n```python\n([^]*?)```\n```tree\n([^]*?)```$/gm;

if (process.env["UPDATE_CASES"]) {
  const tree = (source: string): string => parse(source).print(true);
  const updated = page.replace(CASE, (_, title, source) => `## ${title}\n\`\`\`python\n${source}\`\`\`\n\`\`\`tree\n${tree(source)}\`\`\``);
  writeFileSync(path, updated);
}

const cases = [...readFileSync(path, "utf8").matchAll(CASE)];

test("every heading of the page is a case", () => {
  expect(cases.length).toBe(page.match(/^## /gm)?.length);
});

for (const [, title, source, tree] of cases) {
  test(title ?? "", () => {
    const parsed = parse(source ?? "");
    expect(parsed.errors).toEqual([]);
    expect(parsed.print(true)).toBe(tree);
  });
}
