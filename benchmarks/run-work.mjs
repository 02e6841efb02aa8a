// The counted work of fetched projects: instructions, flow steps, walk steps. Compared exactly with benchmarks/work.json.
//
//   node benchmarks/run-work.mjs --mirrors DIR [--only NAME] [--update]
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { checkout, here, lack, readFlags, root } from "./run-shared.mjs";

const flags = readFlags({ only: { type: "string" }, update: { type: "boolean" } });
const committed = join(here, "work.json");
const known = JSON.parse(readFileSync(committed, "utf8"));

const bundle = await build({
  stdin: {
    contents: `export { defaultReviewOptions, link } from "./review.ts"; export { solveObligations } from "./obligations/index.ts";
      export { valueFacts } from "./values/index.ts"; export { catalogFromJson } from "./knowledge/index.ts";
      export { pythonLanguage } from "./languages/python/index.ts";`,
    resolveDir: fileURLToPath(new URL("../packages/engine/src/", import.meta.url)), loader: "ts",
  },
  bundle: true, platform: "node", format: "esm", write: false, nodePaths: [join(root, "node_modules")],
  banner: { js: 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire("file:///");' },
});
const engine = await import(`data:text/javascript;base64,${Buffer.from(bundle.outputFiles[0].contents).toString("base64")}`);
const text = readFileSync(join(root, "packages/cli/dist/catalog.json"), "utf8");
const catalog = engine.catalogFromJson(text.slice(text.indexOf("\n") + 1));
if (catalog === undefined) lack("the compiled catalog does not read; run `npm run build`");

/** The files of a tree as a workspace; nothing else is read. */
function workspaceOf(tree) {
  const names = readdirSync(tree, { recursive: true }).filter((name) => name.endsWith(".py")).map((name) => relative(tree, join(tree, name)).split(sep).join("/")).sort();
  return {
    list: () => names,
    read: (path) => {
      try {
        return readFileSync(join(tree, path));
      } catch {
        return undefined;
      }
    },
    decode: (bytes, label) => new TextDecoder(label).decode(bytes),
    hash: () => "",
  };
}

function countWork(tree) {
  const { program } = engine.link(workspaceOf(tree), [engine.pythonLanguage()], catalog, engine.defaultReviewOptions);
  const { obligations, work } = engine.solveObligations(program, engine.valueFacts(program), catalog);
  return {
    files: program.files.length, functions: program.ir.functions.length, instructions: program.ir.length, flowSteps: program.flowSteps,
    seeds: work.seeds, obligations: obligations.length, walkSteps: work.steps,
  };
}

let moved = 0;
for (const [repository, entry] of Object.entries(known)) {
  if (flags.only !== undefined && !repository.includes(flags.only)) continue;
  const tree = checkout(flags, repository, entry.revision, `${repository.replace("/", "-")}-${entry.revision.slice(0, 7)}`);
  const work = countWork(tree);
  const differs = Object.keys(work).filter((name) => work[name] !== entry.work?.[name]);
  for (const name of differs) process.stdout.write(`${repository} ${name}: ${entry.work?.[name] ?? "-"} -> ${work[name]}\n`);
  if (differs.length === 0) process.stdout.write(`${repository}: the same work\n`);
  else moved++;
  entry.work = work;
}
if (flags.update) writeFileSync(committed, `${JSON.stringify(known, undefined, 2)}\n`);
else if (moved > 0) {
  process.stdout.write("The work moved. If it is meant, run again with --update and say why in the commit.\n");
  process.exit(1);
}
