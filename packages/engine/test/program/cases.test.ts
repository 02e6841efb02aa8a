/**
 * Runs `cases/program/*.md`: Python files, and the calls, entries and unresolved calls that the engine finds in them.
 * `UPDATE_CASES=1 npx vitest run packages/engine/test/program` writes what the engine prints into the pages.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { callCoverage, callGraph, type Program } from "../../src/program/index.ts";
import { callCallee, Op } from "../../src/ir/index.ts";
import { linkSource } from "./link-source.ts";

const folder = join(import.meta.dirname, "../../cases/program");
const isUpdate = process.env["UPDATE_CASES"] === "1";

interface Case {
  readonly title: string;
  readonly files: Record<string, string>;
  readonly expected: { readonly kind: string; readonly text: string }[];
}

function readCases(text: string): Case[] {
  const cases: Case[] = [];
  const pattern = /^## (.*)$|^```(\w+)([^\n]*)\n([\s\S]*?)^```$/gm;
  for (const [, title, language, info = "", body = ""] of text.matchAll(pattern)) {
    const last = cases.at(-1);
    if (title !== undefined) cases.push({ title, files: {}, expected: [] });
    else if (last && language === "python") last.files[/file=(\S+)/.exec(info)?.[1] ?? "main.py"] = body;
    else if (last && language !== undefined) last.expected.push({ kind: language, text: body });
  }
  return cases;
}

const printers: Record<string, (program: Program) => string> = { calls: printCalls, entries: printEntries, unresolved: printUnresolved };

function printCalls(program: Program): string {
  const graph = callGraph(program);
  return Object.keys(graph)
    .filter((caller) => graph[caller].length > 0)
    .map((caller) => `${caller}: ${graph[caller].join(", ")}\n`)
    .join("");
}

function printEntries(program: Program): string {
  const { ir } = program;
  return program.entries
    .filter((entry) => entry.kind !== "library" || entry.params.length > 0)
    .map((entry) => {
      const fn = ir.functions[entry.function];
      const params = entry.params.map((p) => `${ir.strings.text(fn.params[p.index].name)}: ${p.kind}`).join(", ");
      const name = `${ir.strings.text(ir.modules[fn.module].name)}.${ir.strings.text(fn.qualname)}`;
      const route = [entry.methods.join("|"), entry.path].filter((text) => text !== "").join(" ");
      return `${entry.kind} ${entry.framework}${route === "" ? "" : ` ${route}`} -> ${name}(${params})\n`;
    })
    .join("");
}

function printUnresolved(program: Program): string {
  const { ir } = program;
  let out = "";
  for (let row = 0; row < ir.length; row++) {
    if (ir.op.data[row] !== Op.Call || program.classOfCall(row) !== "unresolved") continue;
    const callee = callCallee(ir, row);
    const name = ir.op.data[callee] === Op.GetAttr ? `.${ir.strings.text(ir.b.data[callee])}` : "call";
    out += `${name}: ${program.unresolvedReason(row)}\n`;
  }
  return out;
}

/** Every call has one class, and every unresolved one a reason. */
function countsAddUp(program: Program): boolean {
  const { calls, byReason } = callCoverage(program);
  let sites = 0;
  for (let row = 0; row < program.ir.length; row++) if (program.ir.op.data[row] === Op.Call) sites++;
  const sum = Object.values(calls).reduce((a, b) => a + b, 0);
  return sum === sites && byReason.reduce((a, { count }) => a + count, 0) === calls.unresolved;
}

for (const page of readdirSync(folder).filter((name) => name.endsWith(".md")).sort()) {
  const path = join(folder, page);
  let text = readFileSync(path, "utf8");
  describe(page, () => {
    for (const { title, files, expected } of readCases(text)) {
      test(title, () => {
        const program = linkSource(files);
        expect(countsAddUp(program)).toBe(true);
        for (const { kind, text: wanted } of expected) {
          const printed = printers[kind](program);
          if (!isUpdate) expect(printed).toBe(wanted);
          else if (printed !== wanted) {
            const at = text.indexOf(`\`\`\`${kind}\n${wanted}\`\`\``, text.indexOf(`## ${title}`));
            text = text.slice(0, at) + `\`\`\`${kind}\n${printed}\`\`\`` + text.slice(at + `\`\`\`${kind}\n${wanted}\`\`\``.length);
            writeFileSync(path, text);
          }
        }
      });
    }
  });
}
