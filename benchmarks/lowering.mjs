// Parses, lowers and verifies every Python file of a folder; prints figures and what the verifier finds (exit 1 if anything).
//
//   node benchmarks/lowering.mjs PATH [--print]
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const engine = fileURLToPath(new URL("../packages/engine/src/", import.meta.url));
const bundle = await build({
  stdin: {
    contents: `export { Interner } from "./base/index.ts"; export * from "./ir/index.ts";
      export { defaultParseLimits, lowerModule, ModuleParser } from "./languages/python/index.ts";`,
    resolveDir: engine,
    loader: "ts",
  },
  bundle: true,
  platform: "node",
  format: "esm",
  write: false,
});
const code = Buffer.from(bundle.outputFiles[0].contents).toString("base64");
const { Interner, Ir, ModuleParser, defaultParseLimits, lowerModule, printModule, verifyProgram } = await import(
  `data:text/javascript;base64,${code}`
);

const root = process.argv[2];
const files = [];
const collect = (path) => {
  if (statSync(path).isDirectory()) for (const name of readdirSync(path).sort().filter((each) => each !== ".git")) collect(join(path, name));
  else if (path.endsWith(".py")) files.push(path);
};
collect(root);

const cpuMs = () => {
  const usage = process.cpuUsage();
  return (usage.user + usage.system) / 1000;
};
const strings = new Interner();
const ir = new Ir(strings);
const parser = new ModuleParser(strings, defaultParseLimits);
const problems = [];
let parseMs = 0;
let lowerMs = 0;
let crashes = 0;
files.forEach((path, id) => {
  const bytes = readFileSync(path);
  const starts = [0];
  for (let i = 0; i < bytes.length; i++) if (bytes[i] === 10) starts.push(i + 1);
  const file = { id, path: relative(root, path), bytes, lineStarts: Int32Array.from(starts), role: "product" };
  const name = file.path.slice(0, -3).replaceAll("/", ".").replace(/\.__init__$/, "");
  const before = cpuMs();
  const ast = parser.parse(bytes);
  const between = cpuMs();
  try {
    lowerModule(ir, ast, file, { name, isPackage: path.endsWith("__init__.py"), id: ir.modules.length }, problems);
  } catch (error) {
    crashes++;
    console.log(`crash in ${path}: ${error.stack}`);
  }
  parseMs += between - before;
  lowerMs += cpuMs() - between;
});
const messages = verifyProgram(ir);
const ns = ((lowerMs * 1e6) / Math.max(1, ir.length)).toFixed(0);
console.log(`${files.length} files, ${ir.functions.length} functions, ${ir.blocks.first.length} blocks, ${ir.length} rows`);
console.log(`parse ${parseMs.toFixed(0)} ms CPU, lower ${lowerMs.toFixed(0)} ms CPU, ${ns} ns a row, ${problems.length} problems`);
console.log(`${crashes} crashes, ${messages.length} verifier messages`);
for (const message of messages) console.log(`  ${message}`);
if (process.argv.includes("--print")) for (const module of ir.modules) console.log(printModule(ir, module));
process.exitCode = crashes + messages.length > 0 ? 1 : 0;
