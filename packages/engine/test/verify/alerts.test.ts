/**
 * Runs `cases/verify/*.md`: Python files (or a folder of the repository), alerts of scanners or a review in prose, and what the
 * code says of each claim.
 * `UPDATE_CASES=1 npx vitest run packages/engine/test/verify` writes what the engine prints into the pages.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { check, filesBelow, printAnswers, printClaims, sarifOf } from "./check-text.ts";

const folder = join(import.meta.dirname, "../../cases/verify");
const isUpdate = process.env["UPDATE_CASES"] === "1";

interface Case {
  readonly title: string;
  files: Record<string, string>;
  alerts: string;
  review: string;
  expected: string;
}

function readCases(text: string): readonly Case[] {
  const cases: Case[] = [];
  for (const [, title, , language, info = "", body = ""] of text.matchAll(/^## (.*)$|^(`{3,})(\w+)([^\n]*)\n([\s\S]*?)^\2$/gm)) {
    const last = cases.at(-1);
    if (title !== undefined) cases.push({ title, files: {}, alerts: "", review: "", expected: "" });
    else if (last && language === "python") last.files[/file=(\S+)/.exec(info)?.[1] ?? "main.py"] = body;
    else if (last && language === "project") last.files = filesBelow(body.trim());
    else if (last && language === "alerts") last.alerts = body;
    else if (last && language === "review") last.review = body;
    else if (last && language === "answers") last.expected = body;
  }
  return cases;
}

for (const page of readdirSync(folder).filter((name) => name.endsWith(".md")).sort()) {
  const path = join(folder, page);
  const text = readFileSync(path, "utf8");
  const printed: string[] = [];
  describe(page, () => {
    for (const { title, files, alerts, review, expected } of readCases(text)) {
      test(title, () => {
        const answers = review === "" ? printAnswers(check(files, sarifOf(alerts))) : printClaims(check(files, review));
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
