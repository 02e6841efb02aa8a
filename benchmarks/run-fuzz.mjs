// Changes tokens of real files at random, and parses and lowers what comes of it: no crash, an IR that verifies, and rows in
// proportion to the text. The files are read, never run.
//
//   node benchmarks/run-fuzz.mjs TREE... [--mutants 3000] [--seed 1]
//
// Writes fuzz.md. Exit: 0 nothing found, 1 something found.
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { build } from "esbuild";

const { values, positionals } = parseArgs({ allowPositionals: true, options: { mutants: { type: "string", default: "3000" }, seed: { type: "string", default: "1" } } });
if (positionals.length === 0) {
  console.error("name the folders of the projects whose files are changed");
  process.exit(2);
}
const bundle = await build({
  stdin: {
    contents: `export { Interner } from "./base/index.ts"; export { Ir, verifyProgram } from "./ir/index.ts";
      export { defaultParseLimits, lowerModule, ModuleParser } from "./languages/python/index.ts";`,
    resolveDir: fileURLToPath(new URL("../packages/engine/src/", import.meta.url)), loader: "ts",
  },
  bundle: true, platform: "node", format: "esm", write: false,
});
const { Interner, Ir, ModuleParser, defaultParseLimits, lowerModule, verifyProgram } = await import(`data:text/javascript;base64,${Buffer.from(bundle.outputFiles[0].contents).toString("base64")}`);

/** A generator of numbers that needs no more than to be repeatable. */
function numbers(seed) {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 4294967296) * below);
  };
}

const odd = ["(", ")", "[", "]", "{", "}", ":", ",", "=", ":=", "*", "**", "@", ".", "\n", "\n    ", "'", '"""', "f'{", "\\\n", "lambda", "if", "else", "for", "in", "try", "except",
  "finally", "with", "as", "match", "case", "def", "class", "return", "yield", "await", "async", "global", "nonlocal", "del", "not", "0x", "1e", "é", "\0"];
const pieces = /\s+|\w+|"""|'''|./gsu;

function mutate(text, other, next) {
  const tokens = text.match(pieces) ?? [];
  for (let i = 0, n = 1 + next(6); i < n; i++) {
    const at = next(tokens.length);
    const length = 1 + next(8);
    switch (next(7)) {
      case 0: tokens.splice(at, length); break;
      case 1: tokens.splice(at, 0, ...tokens.slice(at, at + length)); break;
      case 2: tokens.splice(at, 0, odd[next(odd.length)]); break;
      case 3: tokens[at] = odd[next(odd.length)]; break;
      case 4: { const to = next(tokens.length); [tokens[at], tokens[to]] = [tokens[to], tokens[at]]; break; }
      case 5: { const from = next(other.length); tokens.splice(at, 0, ...other.slice(from, from + next(60))); break; }
      default: tokens.splice(at, tokens.length, ...tokens.slice(at + next(200)));
    }
  }
  return tokens.join("");
}

const strings = new Interner();
const parser = new ModuleParser(strings, defaultParseLimits);
/** Rows of tree and IR together: the counted work of a text. */
function work(text) {
  const bytes = new TextEncoder().encode(text);
  const starts = [0];
  for (let i = 0; i < bytes.length; i++) if (bytes[i] === 10) starts.push(i + 1);
  const ir = new Ir(strings);
  const problems = [];
  const before = process.cpuUsage().user;
  const ast = parser.parse(bytes);
  lowerModule(ir, ast, { id: 0, path: "m.py", bytes, lineStarts: Int32Array.from(starts), role: "product" }, { name: "m", isPackage: false, id: 0 }, problems);
  const ms = (process.cpuUsage().user - before) / 1000;
  return { rows: ast.kind.length + ir.length, bytes: bytes.length, ms, messages: verifyProgram(ir), limits: problems.length, errors: ast.errors.length };
}

const filesOf = (tree) => readdirSync(tree, { recursive: true }).filter((name) => name.endsWith(".py")).sort().map((name) => join(tree, name))
  .filter((path) => statSync(path).isFile() && statSync(path).size > 200 && statSync(path).size < 60_000);
const perTree = Math.ceil(Number(values.mutants) / positionals.length);
const rows = [];
const found = [];
const slow = [];
for (const tree of positionals) {
  const next = numbers(Number(values.seed) * 7919 + 1);
  const files = filesOf(tree);
  const of = { name: basename(tree), mutants: 0, bytes: 0, broken: 0, limits: 0, most: 0 };
  const read = (path) => readFileSync(path, "utf8");
  for (let i = 0; i < perTree; i++) {
    const path = files[next(files.length)];
    const text = mutate(read(path), read(files[next(files.length)]).match(pieces) ?? [], next);
    of.mutants++;
    try {
      const done = work(text);
      of.bytes += done.bytes;
      if (done.errors > 0) of.broken++;
      of.limits += done.limits;
      of.most = Math.max(of.most, done.rows / Math.max(200, done.bytes));
      if (done.messages.length > 0) found.push(`${path}, mutant ${i}: ${done.messages[0]}`);
      slow.push({ text, ms: done.ms });
      slow.sort((a, b) => b.ms - a.ms).splice(20);
    } catch (error) {
      found.push(`${path}, mutant ${i}: ${error.message}`);
    }
  }
  rows.push(of);
}
// Twice the text has twice the rows; four times, four times.
let worst = 0;
for (const { text } of slow) {
  const [once, four] = [work(`${text}\n`), work(`${text}\n`.repeat(4))];
  worst = Math.max(worst, four.rows / Math.max(1, once.rows));
  if (four.rows > once.rows * 4.5 + 1000) found.push(`rows grow from ${once.rows} to ${four.rows} for four times the text: ${JSON.stringify(text.slice(0, 80))}`);
}
const table = `# Mutated files

Real files with a few tokens deleted, doubled, exchanged or put in from elsewhere, parsed and lowered. Written by
\`node benchmarks/run-fuzz.mjs TREE... --mutants ${values.mutants} --seed ${values.seed}\`.

| project | mutants | MB | with syntax errors | limits told | most rows for a byte |
| --- | --- | --- | --- | --- | --- |
${rows.map((of) => `| ${of.name} | ${of.mutants} | ${(of.bytes / 1e6).toFixed(1)} | ${of.broken} | ${of.limits} | ${of.most.toFixed(2)} |\n`).join("")}
Crashes and IR that does not verify: ${found.length}. The 20 slowest, four times over, have at most ${worst.toFixed(2)} times the rows.
`;
writeFileSync(fileURLToPath(new URL("fuzz.md", import.meta.url)), table);
console.log(table + found.slice(0, 20).map((line) => `${line}\n`).join(""));
process.exitCode = found.length > 0 ? 1 : 0;
