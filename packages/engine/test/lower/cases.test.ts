/**
 * Literate cases: every `python` block in `cases/python/*.md` is lowered, verified and printed; the `ir` block after it is what
 * must come out. `UPDATE_CASES=1 npx vitest run packages/engine/test/lower/cases.test.ts` accepts the present output.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { printModule, verifyProgram } from "../../src/ir/index.ts";
import { lowerText } from "./lower-text.ts";

const folder = fileURLToPath(new URL("../../cases/python/", import.meta.url));
const isUpdate = process.env["UPDATE_CASES"] === "1";

/** A heading, its code, and the text printed for it; `module=` after `python` names the module (`module=p.q`, `package=p`). */
const casePattern =
  /^## (?<title>.+)\n(?<prose>(?:(?!```|## ).*\n)*)```python(?<info>.*)\n(?<code>[\s\S]*?)^```\n(?:\n?```ir\n(?<ir>[\s\S]*?)^```\n)?/gm;

function printed(code: string, info: string): string {
  const module = /(?:module|package)=(\S+)/.exec(info)?.[1] ?? "m";
  const { ir, module: lowered } = lowerText(code, module, info.includes("package="));
  expect(verifyProgram(ir)).toEqual([]);
  return printModule(ir, lowered);
}

for (const name of readdirSync(folder)
  .filter((n) => n.endsWith(".md"))
  .sort()) {
  const text = readFileSync(folder + name, "utf8");
  if (isUpdate) {
    const updated = text.replace(casePattern, (...match) => {
      const { title, prose, info, code } = match.at(-1) as Record<string, string>;
      return `## ${title}\n${prose}\`\`\`python${info}\n${code}\`\`\`\n\`\`\`ir\n${printed(code ?? "", info ?? "")}\`\`\`\n`;
    });
    if (updated !== text) writeFileSync(folder + name, updated);
  }
  describe(name, () => {
    const cases = [...readFileSync(folder + name, "utf8").matchAll(casePattern)].map((m) => m.groups as Record<string, string>);
    test("has cases", () => expect(cases.length).toBeGreaterThan(0));
    for (const { title, info, code, ir } of cases) {
      test(title ?? "", () => expect(printed(code ?? "", info ?? "")).toBe(ir));
    }
  });
}
