// Compares the engine's Python trees with those of CPython's `ast`, file by file.
//
//   node benchmarks/ast-differential/run.mjs --tree [NAME=]DIR [--tree ...] [--python PROGRAM | --pyodide FOLDER]
//
// Needs CPython 3.12 or later: a program, or the npm package `pyodide`. Exits 0 without differences, 1 with, 2 if
// something is missing.
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const SHOWN_MAX = 12;

function readArguments(words) {
  const options = { trees: [], python: undefined, pyodide: undefined };
  for (let i = 0; i < words.length; i++) {
    const value = words[i + 1];
    if (words[i] === "--tree" && value) options.trees.push(readTree(value));
    else if (words[i] === "--python" && value) options.python = value;
    else if (words[i] === "--pyodide" && value) options.pyodide = value;
    else leave(`unknown or incomplete option ${words[i]}; usage: run.mjs --tree [NAME=]DIR [--python PROGRAM | --pyodide FOLDER]`);
    i++;
  }
  if (options.trees.length === 0) leave("nothing to compare; give at least one --tree DIR");
  for (const { folder } of options.trees) if (!existsSync(folder)) leave(`there is no folder ${folder}`);
  return options;
}

function readTree(value) {
  const equals = value.indexOf("=");
  return { name: equals < 0 ? value : value.slice(0, equals), folder: resolve(value.slice(equals + 1)) };
}

function leave(message) {
  process.stderr.write(`ast-differential: ${message}\n`);
  process.exit(2);
}

function versionOf(program) {
  try {
    const code = "import sys; print('%d.%d.%d' % sys.version_info[:3])";
    return execFileSync(program, ["-c", code], { stdio: ["ignore", "pipe", "ignore"], timeout: 20_000 }).toString().trim();
  } catch {
    return undefined;
  }
}

/** Finds something that can answer for CPython: `{ version, ask(path), end() }`. */
async function findReference(options) {
  if (options.pyodide !== undefined) return pyodideReference(options.pyodide);
  const programs = options.python ? [options.python] : ["python3.14", "python3.13", "python3.12", "python3", "python"];
  const found = [];
  for (const program of programs) {
    const version = versionOf(program);
    if (version === undefined) continue;
    const [major, minor] = version.split(".").map(Number);
    if (major === 3 && minor >= 12) return programReference(program, version);
    found.push(`${program} is ${version}`);
  }
  leave(
    `CPython 3.12 or later is missing (older ones give parts of f-strings no positions)${found.length ? `: ${found.join(", ")}` : ""}. ` +
      "Install one, or run `npm i pyodide` in a folder of your own and pass --pyodide that folder.",
  );
}

function programReference(program, version) {
  const child = spawn(program, [join(here, "reference.py")], { stdio: ["pipe", "pipe", "inherit"] });
  let chunks = [];
  let size = 0;
  let needed = -1; // bytes of the whole answer, once its first line has come
  let waiting;
  child.stdout.on("data", (chunk) => {
    chunks.push(chunk);
    size += chunk.length;
    if (needed < 0) {
      chunks = [Buffer.concat(chunks)];
      const newline = chunks[0].indexOf(10);
      if (newline < 0) return;
      needed = newline + 1 + Number(chunks[0].subarray(0, newline).toString().split(" ")[1]);
    }
    if (size < needed) return;
    const answer = Buffer.concat(chunks);
    const newline = answer.indexOf(10);
    chunks = [];
    size = 0;
    needed = -1;
    waiting({ status: answer.subarray(0, newline).toString().split(" ")[0], text: answer.subarray(newline + 1).toString() });
  });
  return {
    version,
    ask: (path) =>
      new Promise((done) => {
        waiting = done;
        child.stdin.write(`${path}\n`);
      }),
    end: () => child.stdin.end(),
  };
}

async function pyodideReference(folder) {
  const file = [join(folder, "pyodide.mjs"), join(folder, "node_modules/pyodide/pyodide.mjs")].find(existsSync);
  if (file === undefined) leave(`there is no pyodide in ${folder}`);
  const { loadPyodide } = await import(pathToFileURL(resolve(file)).href);
  const python = await loadPyodide();
  python.runPython(readFileSync(join(here, "reference.py"), "utf8").replace('__name__ == "__main__"', "False"));
  const answer = python.runPython("lambda data: (lambda r: [r[0], r[1].encode('utf-8', 'surrogatepass')])(answer(data.to_bytes()))");
  const version = python.runPython("import sys; '%d.%d.%d' % sys.version_info[:3]");
  return {
    version,
    ask: async (path) => {
      const proxy = answer(new Uint8Array(readFileSync(path)));
      const [status, bytes] = proxy.toJs();
      proxy.destroy();
      return { status, text: Buffer.from(bytes).toString() };
    },
    end: () => {},
  };
}

async function loadEngine() {
  const folder = mkdtempSync(join(tmpdir(), "ast-differential-"));
  const outfile = join(folder, "engine.mjs");
  const src = join(here, "../../packages/engine/src");
  await build({
    stdin: {
      contents: `
        export { Interner } from "./base/index.ts";
        export { readSources } from "./source/index.ts";
        export { ModuleParser } from "./languages/python/parse.ts";
        export { printAst } from "./languages/python/print-ast.ts";`,
      resolveDir: src,
      loader: "ts",
    },
    bundle: true,
    format: "esm",
    platform: "neutral",
    target: "node20",
    outfile,
    logLevel: "error",
  });
  const engine = await import(pathToFileURL(outfile).href);
  rmSync(folder, { recursive: true });
  return engine;
}

function pythonFiles(tree) {
  const paths = [];
  const walk = (folder) => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) walk(path);
      else if (entry.isFile() && entry.name.endsWith(".py")) paths.push(relative(tree, path).replaceAll("\\", "/"));
    }
  };
  walk(tree);
  return paths.sort();
}

function decode(bytes, label) {
  try {
    return new TextDecoder(label === "latin-1" ? "iso-8859-1" : label).decode(bytes);
  } catch {
    return undefined;
  }
}

/** Writes numbers as JavaScript does, so that 1e16 and 1e+16 are the same. */
function comparable(line) {
  return line.replace(/ value=(float|imaginary) (\S+)$/, (_, type, digits) => {
    return ` value=${type} ${digits === "inf" ? Infinity : Number(digits)}`;
  });
}

/** Returns the first line that differs, or undefined. A named character is the one known exception. */
function firstDifference(ours, theirs, counts) {
  if (ours === theirs) return undefined;
  const left = ours.split("\n");
  const right = theirs.split("\n");
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    if (left[i] === right[i]) continue;
    if (left[i] === undefined || right[i] === undefined) return { ours: left[i], theirs: right[i] };
    if (left[i] === comparable(right[i])) continue;
    const mark = left[i].indexOf("\\\\N{");
    if (mark > 0 && left[i].split(" value=")[0] === right[i].split(" value=")[0]) {
      counts.named++;
      continue;
    }
    return { ours: left[i], theirs: right[i] };
  }
  return undefined;
}

async function compareTree(tree, reference, engine) {
  const workspace = { list: () => [], read: (path) => readFileSync(join(tree, path)), decode, hash: () => "" };
  const paths = pythonFiles(tree);
  const { value: files, problems } = engine.readSources(workspace, paths, { fileBytesMax: 50_000_000 });
  const byPath = new Map(files.map((file) => [file.path, file]));
  const parser = new engine.ModuleParser(new engine.Interner());
  const counts = { files: paths.length, same: 0, nodes: 0, different: 0, rejectedByBoth: 0, onlyTheirs: 0, onlyOurs: 0, named: 0 };
  const notes = [];
  for (const path of paths) {
    const file = byPath.get(path);
    const answer = await reference.ask(resolve(tree, path));
    const parsed = file && parser.parse(file.bytes);
    const clean = parsed !== undefined && parsed.errors.length === 0 && parsed.python2At < 0;
    if (answer.status === "rejected") {
      if (clean) counts.onlyOurs++;
      else counts.rejectedByBoth++;
      notes.push(`${clean ? "accepted by us only" : parsed?.python2At >= 0 ? "rejected, Python 2" : "rejected"}: ${path}: ${answer.text}`);
      continue;
    }
    if (!clean) {
      counts.onlyTheirs++;
      const why = parsed === undefined ? problems.find((p) => p.path === path)?.message : (parsed.errors[0]?.message ?? "read as Python 2");
      notes.push(`REJECTED BY US ONLY: ${path}: ${why} at ${parsed?.errors[0]?.start}`);
      continue;
    }
    const difference = firstDifference(engine.printAst(parsed, file.lineStarts), answer.text, counts);
    if (difference === undefined) {
      counts.same++;
      counts.nodes += parsed.kind.length;
    } else {
      counts.different++;
      notes.push(`DIFFERENT: ${path}\n    ours:   ${difference.ours}\n    theirs: ${difference.theirs}`);
    }
  }
  return { counts, notes };
}

const options = readArguments(process.argv.slice(2));
const reference = await findReference(options);
const engine = await loadEngine();
const rows = [];
let failed = false;
for (const tree of options.trees) {
  const { counts, notes } = await compareTree(tree.folder, reference, engine);
  rows.push([tree.name, reference.version, ...Object.values(counts)]);
  if (counts.different + counts.onlyTheirs > 0) failed = true;
  const bad = notes.filter((note) => /^[A-Z]{2}/.test(note));
  process.stdout.write(`\n${tree.name}:\n`);
  for (const note of [...bad.slice(0, SHOWN_MAX), ...notes.filter((note) => !bad.includes(note))]) process.stdout.write(`- ${note}\n`);
}
reference.end();
const head = [
  "tree", "CPython", "files", "same", "nodes compared", "different", "rejected by both",
  "rejected by us only", "accepted by us only", "constants with `\\N{...}` kept as text",
];
process.stdout.write(`\n| ${head.join(" | ")} |\n|${head.map(() => "---").join("|")}|\n`);
for (const row of rows) process.stdout.write(`| ${row.join(" | ")} |\n`);
process.exitCode = failed ? 1 : 0;
