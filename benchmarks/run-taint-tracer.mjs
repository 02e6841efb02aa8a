// Runs our own programs (cases, catalog examples) under CPython with hostile input, and looks for proofs that an attack gets past.
//
//   node benchmarks/run-taint-tracer.mjs
//
// Writes taint-tracer.md. Exit: 0 no proof is contradicted, 1 one is, 2 without python3. Nothing fetched is ever run.
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));
if (spawnSync("python3", ["--version"]).status !== 0) {
  console.error("python3 is missing: it runs the programs");
  process.exit(2);
}
const bundle = await build({
  stdin: {
    contents: `export { defaultReviewOptions, link } from "./src/review.ts"; export { fileOf, solveObligations } from "./src/obligations/index.ts";
      export { runChecks } from "./src/checks/index.ts"; export { valueFacts } from "./src/values/index.ts";
      export { catalogFromJson, exampleProjects, PageProblems, splitPage } from "./src/knowledge/index.ts";
      export { inMemoryWorkspace, lineOf } from "./src/source/index.ts"; export { pythonLanguage } from "./src/languages/python/index.ts";
      export { readCases } from "./test/obligations/read-cases.ts"; export { programs } from "./test/laws/proof-programs.ts";`,
    resolveDir: join(root, "packages/engine"), loader: "ts",
  },
  bundle: true, platform: "node", format: "esm", write: false, nodePaths: [join(root, "node_modules")],
  banner: { js: 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire("file:///");' },
});
const engine = await import(`data:text/javascript;base64,${Buffer.from(bundle.outputFiles[0].contents).toString("base64")}`);
const text = readFileSync(join(root, "packages/cli/dist/catalog.json"), "utf8");
const catalog = engine.catalogFromJson(text.slice(text.indexOf("\n") + 1));

/** Every small program of the project, with a name. */
function collect() {
  const out = [];
  const cases = join(root, "packages/engine/cases/obligations");
  for (const page of readdirSync(cases).filter((name) => name.endsWith(".md")).sort()) {
    const pageText = readFileSync(join(cases, page), "utf8");
    const missed = new Set([...pageText.matchAll(/^## (.*)\n(?:(?!## ).*\n)*?Missed:/gm)].map((match) => match[1]));
    for (const { title, files } of engine.readCases(pageText)) out.push({ name: `${page}: ${title}`, files, isMissed: missed.has(title) });
  }
  for (const folder of ["detectors", "models/python"]) {
    for (const name of readdirSync(join(root, "catalog", folder)).filter((each) => each.endsWith(".md")).sort()) {
      const page = { path: `catalog/${folder}/${name}`, text: readFileSync(join(root, "catalog", folder, name), "utf8") };
      for (const project of engine.exampleProjects(engine.splitPage(page, new engine.PageProblems()))) {
        out.push({ name: `${name}:${project.line}`, files: Object.fromEntries(project.files.map((file) => [file.name, file.text])) });
      }
    }
  }
  for (const { name, text: kept } of engine.programs) out.push({ name: `proof: ${name}`, files: { "main.py": kept.replace(/«([^|»]*)\|([^»]*)»/g, "$1") } });
  return out;
}

/** Verdicts by place and detector; a call of several lines counts for its first. */
function verdictsOf(files) {
  const { program } = engine.link(engine.inMemoryWorkspace(files), [engine.pythonLanguage()], catalog, engine.defaultReviewOptions);
  const solution = engine.solveObligations(program, engine.valueFacts(program), catalog);
  const out = new Map();
  for (const row of [...solution.obligations, ...engine.runChecks(program, catalog, solution)]) {
    const file = program.files[engine.fileOf(program.ir, row.site)];
    const key = `${file.path}:${engine.lineOf(file, program.ir.src.data[row.site])} ${row.detector}`;
    out.set(key, [...(out.get(key) ?? []), row.verdict]);
  }
  return out;
}

/** Input comes in by these only; the rest has nothing to trace. */
const programs = collect().filter(({ files }) => Object.values(files).some((each) => /\brequest\b|\binput\(/.test(each)));
const traced = spawnSync("python3", ["-I", fileURLToPath(new URL("taint-tracer.py", import.meta.url))], { input: JSON.stringify(programs), encoding: "utf8", maxBuffer: 1 << 30, timeout: 300_000 });
if (traced.status !== 0) throw new Error(traced.stderr);
const arrived = JSON.parse(traced.stdout);

const counts = { contradicted: 0, violated: 0, open: 0, "no row": 0 };
const byDetector = new Map();
const told = [];
let missed = 0;
programs.forEach(({ name, files, isMissed }, i) => {
  if (arrived[i].length === 0) return;
  const verdicts = verdictsOf(files);
  const seen = new Set();
  for (const [path, line, detector, value] of arrived[i]) {
    const key = `${path}:${line} ${detector}`;
    if (seen.has(key)) continue;
    seen.add(key);
    const rows = verdicts.get(key) ?? [];
    const what = rows.length === 0 ? "no row" : rows.includes("violated") ? "violated" : rows.includes("open") ? "open" : "contradicted";
    counts[what]++;
    const of = byDetector.get(detector) ?? { contradicted: 0, violated: 0, open: 0, "no row": 0 };
    of[what]++;
    byDetector.set(detector, of);
    if (what === "contradicted" && isMissed) missed++;
    else if (what === "contradicted") told.push(`- ${name}, ${key}: ${JSON.stringify(value)}`);
  }
});

const table = `# Proofs against hostile runs

Every small program of the project (cases, catalog examples, proofs), run by CPython with a few dozen hostile inputs in place of every source. A call at
which an attack arrived whole must not be proven. Written by \`node benchmarks/run-taint-tracer.mjs\`.

| calls that an attack reached, by detector | violated | open | no row | proven |
| --- | --- | --- | --- | --- |
${[...byDetector].sort(([a], [b]) => (a < b ? -1 : 1)).map(([detector, of]) => `| ${detector} | ${of.violated} | ${of.open} | ${of["no row"]} | ${of.contradicted} |\n`).join("")}| all of ${programs.length} programs | ${counts.violated} | ${counts.open} | ${counts["no row"]} | ${counts.contradicted} |

${missed} of the proven are cases that say so themselves (\`Missed:\`).
${told.length === 0 ? "No other proof is contradicted.\n" : `Contradicted proofs:\n\n${told.join("\n")}\n`}`;
writeFileSync(fileURLToPath(new URL("taint-tracer.md", import.meta.url)), table);
console.log(table);
process.exitCode = told.length > 0 ? 1 : 0;
