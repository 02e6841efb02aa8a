/**
 * Runs `cases/obligations/*.md`: Python files, and the rows that the engine decides about them with the built-in catalog.
 * `UPDATE_CASES=1 npx vitest run packages/engine/test/obligations` writes what the engine prints into the pages.
 *
 * A case whose rows are wrong says so: `Missed:` or `Spurious:` with the reason, in the prose before the rows.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { readCases } from "./read-cases.ts";
import { printRows } from "./solve-text.ts";

const folder = join(import.meta.dirname, "../../cases/obligations");
const isUpdate = process.env["UPDATE_CASES"] === "1";

for (const page of readdirSync(folder).filter((name) => name.endsWith(".md")).sort()) {
  const path = join(folder, page);
  const text = readFileSync(path, "utf8");
  const printed: string[] = [];
  describe(page, () => {
    for (const { title, files, expected } of readCases(text)) {
      test(title, () => {
        const rows = printRows(files);
        printed.push(rows);
        if (!isUpdate) expect(rows).toBe(expected);
      });
    }
    afterAll(() => {
      if (!isUpdate) return;
      let next = 0;
      writeFileSync(path, text.replace(/^```obligations\n[\s\S]*?^```$/gm, () => `\`\`\`obligations\n${printed[next++]}\`\`\``));
    });
  });
}
