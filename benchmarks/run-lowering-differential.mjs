// Runs programs of our own under CPython and from the IR, and compares what they print. Nothing fetched is ever run.
//
//   node benchmarks/run-lowering-differential.mjs [--programs 2000] [--seed 1] [--write-cases]
//
// The pages of packages/engine/cases/running, and programs made from a seed (packages/engine/test/lowering/generate.ts).
// Writes lowering.md. Exit: 0 all the same, 1 something differs, 2 without python3.
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { build } from "esbuild";

const { values } = parseArgs({ options: { programs: { type: "string", default: "2000" }, seed: { type: "string", default: "1" }, "write-cases": { type: "boolean" } } });
const python = spawnSync("python3", ["--version"], { encoding: "utf8" });
const version = /Python (3\.(\d+)\.\d+)/.exec(python.stdout ?? "");
if (!version || Number(version[2]) < 10) {
  console.error("python3 of at least 3.10 is missing: it runs the programs that are compared");
  process.exit(2);
}

const tests = fileURLToPath(new URL("../packages/engine/test/lowering/", import.meta.url));
const bundle = await build({
  stdin: { contents: `export { runText } from "./run-text.ts"; export { generate } from "./generate.ts";`, resolveDir: tests, loader: "ts" },
  bundle: true, platform: "node", format: "esm", write: false,
});
const { runText, generate } = await import(`data:text/javascript;base64,${Buffer.from(bundle.outputFiles[0].contents).toString("base64")}`);

// One process of CPython runs all programs, each in a namespace of its own.
const runner = `
import contextlib, io, json, sys
out = []
for text in json.load(sys.stdin):
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        try:
            exec(compile(text, "m.py", "exec"), {"__name__": "m"})
        except SyntaxError:
            print("not Python")
        except Exception as error:
            print("uncaught", type(error).__name__)
    out.append(printed.getvalue())
json.dump(out, sys.stdout)
`;
function runCpython(programs) {
  const run = spawnSync("python3", ["-I", "-c", runner], { input: JSON.stringify(programs), encoding: "utf8", maxBuffer: 1 << 30 });
  if (run.status !== 0) throw new Error(run.stderr);
  return JSON.parse(run.stdout);
}

/** What the IR prints, or why it is not run. */
function runIr(text) {
  try {
    return { printed: runText(text) };
  } catch (error) {
    return { why: error.message.replace(/\d+/g, "N") };
  }
}

const folder = fileURLToPath(new URL("../packages/engine/cases/running/", import.meta.url));
const casePattern = /^(## .*\n```python\n)([\s\S]*?)(^```\n```output\n)([\s\S]*?)(^```)$/gm;
let stale = 0;
let cases = 0;
for (const name of readdirSync(folder).filter((each) => each.endsWith(".md")).sort()) {
  const page = readFileSync(folder + name, "utf8");
  const found = [...page.matchAll(casePattern)];
  const printed = runCpython(found.map((match) => match[2]));
  cases += found.length;
  stale += found.filter((match, i) => match[4] !== printed[i]).length;
  let next = 0;
  if (values["write-cases"]) writeFileSync(folder + name, page.replace(casePattern, (_all, head, code, middle, _old, tail) => head + code + middle + printed[next++] + tail));
}
if (values["write-cases"]) stale = 0;

const count = Number(values.programs);
const seed = Number(values.seed);
const programs = Array.from({ length: count }, (_, i) => generate(seed * 1_000_003 + i));
const printed = runCpython(programs);
let same = 0;
let notPython = 0;
let lines = 0;
const notRun = new Map();
const different = [];
programs.forEach((program, i) => {
  if (printed[i] === "not Python\n") {
    notPython++;
    return;
  }
  lines += program.split("\n").length - 1;
  const run = runIr(program);
  if (run.why !== undefined) notRun.set(run.why, (notRun.get(run.why) ?? 0) + 1);
  else if (run.printed === printed[i]) same++;
  else different.push({ program, cpython: printed[i], ir: run.printed });
});
const uncaught = printed.filter((text) => /^uncaught /m.test(text)).length;
/** The lines around the first one in which two texts differ. */
function firstDifference(a, b) {
  const [left, right] = [a.split("\n"), b.split("\n")];
  const at = left.findIndex((line, i) => line !== right[i]);
  return `${left.slice(Math.max(0, at - 2), at).map((line) => `   ${line}\n`).join("")}-- ${left[at]}\n++ ${right[at]}\n`;
}
different.sort((a, b) => a.program.length - b.program.length);
for (const { program, cpython, ir } of different.slice(0, 3)) console.log(`--- program\n${program}--- CPython (--) and IR (++)\n${firstDifference(cpython, ir)}`);

const table = `# Lowering against CPython

Programs of our own, run by CPython and from the IR, compared by what they print. Written by
\`node benchmarks/run-lowering-differential.mjs --programs ${count} --seed ${seed}\` with CPython ${version[1]}.

| what | programs |
| --- | --- |
| committed cases (\`packages/engine/cases/running\`) | ${cases} |
| committed cases whose output is not CPython's | ${stale} |
| generated programs (${lines} lines) | ${count} |
| of these, ended by an exception | ${uncaught} |
| of these, refused by CPython's compiler | ${notPython} |
| printed the same | ${same} |
| printed something else | ${different.length} |
| not run by the interpreter of the tests | ${count - same - different.length - notPython} |
${[...notRun].sort((a, b) => b[1] - a[1]).map(([why, times]) => `| – ${why} | ${times} |\n`).join("")}`;
writeFileSync(fileURLToPath(new URL("lowering.md", import.meta.url)), table);
console.log(table);
process.exitCode = different.length + stale > 0 ? 1 : 0;
