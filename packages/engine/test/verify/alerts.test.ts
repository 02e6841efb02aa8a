/**
 * Runs `cases/verify/*.md`: Python files, alerts of scanners on them, and what the code says of each.
 * `UPDATE_CASES=1 npx vitest run packages/engine/test/verify` writes what the engine prints into the pages.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { check, printAnswers, sarifOf } from "./check-text.ts";

const folder = join(import.meta.dirname, "../../cases/verify");
const isUpdate = process.env["UPDATE_CASES"] === "1";

interface Case {
  readonly title: string;
  readonly files: Record<string, string>;
  alerts: string;
  expected: string;
}

function readCases(text: string): readonly Case[] {
  const cases: Case[] = [];
  for (const [, title, language, info = "", body = ""] of text.matchAll(/^## (.*)$|^```(\w+)([^\n]*)\n([\s\S]*?)^```$/gm)) {
    const last = cases.at(-1);
    if (title !== undefined) cases.push({ title, files: {}, alerts: "", expected: "" });
    else if (last && language === "python") last.files[/file=(\S+)/.exec(info)?.[1] ?? "main.py"] = body;
    else if (last && language === "alerts") last.alerts = body;
    else if (last && language === "answers") last.expected = body;
  }
  return cases;
}

for (const page of readdirSync(folder).filter((name) => name.endsWith(".md")).sort()) {
  const path = join(folder, page);
  const text = readFileSync(path, "utf8");
  const printed: string[] = [];
  describe(page, () => {
    for (const { title, files, alerts, expected } of readCases(text)) {
      test(title, () => {
        const answers = printAnswers(check(files, sarifOf(alerts)));
        printed.push(answers);
        if (!isUpdate) expect(answers).toBe(expected);
      });
    }
    afterAll(() => {
      if (!isUpdate) return;
      let next = 0;
      writeFileSync(path, text.replace(/^```answers\n[\s\S]*?^```$/gm, () => `\`\`\`answers\n${printed[next++]}\`\`\``));
    });
  });
}
