/** The one place where tests of verification touch the engine: files and a review in, answers out. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { checkReview } from "../../src/check-review.ts";
import { pythonLanguage } from "../../src/languages/python/index.ts";
import { inMemoryWorkspace } from "../../src/source/index.ts";
import type { Verification } from "../../src/verify/index.ts";
import { builtIn, type Files } from "../obligations/solve-text.ts";

/** The files of a folder of this repository, by their paths inside of it. */
export function filesBelow(folder: string): Record<string, string> {
  const root = join(import.meta.dirname, "../../../..", folder);
  const names = readdirSync(root, { recursive: true, encoding: "utf8" }).filter((name) => /\.(?:py|html)$/.test(name)).sort();
  return Object.fromEntries(names.map((name) => [name.replaceAll("\\", "/"), readFileSync(join(root, name), "utf8")]));
}

/** Checks the text of a review against some files. */
export function check(files: Files, text: string, paths: readonly string[] = []): Verification {
  return checkReview(inMemoryWorkspace(files), [pythonLanguage()], builtIn().catalog, { name: "review", text, paths });
}

/** An alert as the pages write it: `RULE [name] [CWE-n, …] path:12-14 "code seen" message`. */
const alertForm = /^(\S+)(?: \[([^\]]*)\])?(?: (CWE-[\d, CWE-]+))? (\S+?):(\d+)(?:-(\d+))?(?: `([^`]*)`)?: (.*)$/;

/** A SARIF log with one result for each line of a text. */
export function sarifOf(lines: string): string {
  const results: unknown[] = [];
  const rules: unknown[] = [];
  for (const line of lines.split("\n").filter((each) => each.trim() !== "")) {
    const found = alertForm.exec(line);
    if (found === null) throw new Error(`not an alert: ${line}`);
    const [, id, name, cwe, uri, first, last, seen, message] = found;
    const tags = (cwe ?? "").split(",").map((each) => each.trim()).filter((each) => each !== "").map((each) => `external/cwe/${each.toLowerCase()}`);
    rules.push({ id, name: name ?? id, properties: { tags } });
    const region = { startLine: Number(first), ...(last === undefined ? {} : { endLine: Number(last) }), ...(seen === undefined ? {} : { snippet: { text: seen } }) };
    results.push({ ruleId: id, ruleIndex: rules.length - 1, message: { text: message }, locations: [{ physicalLocation: { artifactLocation: { uri }, region } }] });
  }
  return JSON.stringify({ version: "2.1.0", runs: [{ tool: { driver: { name: "Scanner", version: "1", rules } }, results }] });
}

/** Answers as the pages write them: a line for the verdict, one for the reason, then facts, notes and what is missed. */
export function printAnswers({ answers, missed }: Verification): string {
  const lines = answers.flatMap((answer) => [
    `${answer.claim.id} ${answer.verdict}${answer.drift === null || answer.drift === 0 ? "" : ` drift ${answer.drift}`} ${answer.evidence.map((each) => `${each.path}:${each.line}`).join(" ")}`.trimEnd(),
    `  ${withoutIds(answer.reason)}`,
    ...(answer.fact === undefined ? [] : [`  fact: ${answer.fact}`]),
    ...answer.notes.map((note) => `  note: ${note}`),
  ]);
  return [...lines, ...missed.map((each) => `missed ${each.detector} ${each.path}:${each.line}`)].map((line) => `${line}\n`).join("");
}

/** Answers to a review in prose: kind, verdict and first lines of evidence, the reason, notes; then what it does not mention. */
export function printClaims({ answers, missed }: Verification): string {
  const lines = answers.flatMap(({ claim, verdict, drift, evidence, reason, notes }) => [
    `${claim.id} ${claim.kind}${claim.polarity === "fine" ? " (fine)" : ""} ${verdict}${drift === null || drift === 0 ? "" : ` drift ${drift}`} ${evidence.slice(0, 1).map((each) => `${each.path}:${each.line}`).join(" ")}`.trimEnd(),
    ...(verdict === "out-of-scope" ? [] : [`  ${withoutIds(reason)}`]),
    ...notes.map((note) => `  note: ${note}`),
  ]);
  return [...lines, ...missed.map((each) => `missed ${each.detector} ${each.path}:${each.line}`)].map((line) => `${line}\n`).join("");
}

/** Ids of rows and findings say nothing on a page. */
const withoutIds = (text: string): string => text.replace(/ \[[FQPO]-[0-9a-f]{8}(?:-\d+)?\]/g, "");
