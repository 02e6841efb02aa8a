// Builds packages/cli/dist: the command as one file, and the catalog as the reader left it.
// Called through tools/build-ready.mjs, which decides whether it is needed. Files appear whole or not at all.
import { build } from "esbuild";
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const source = join(root, "packages", "cli", "src");
const dist = join(root, "packages", "cli", "dist");
const stampAt = process.argv.indexOf("--stamp");
const stamp = stampAt < 0 ? "" : process.argv[stampAt + 1];
const { version } = JSON.parse(readFileSync(join(root, "packages", "cli", "package.json"), "utf8"));

const shownProblemsMax = 10;

const shared = {
  bundle: true, format: "esm", platform: "node", target: "node20", logLevel: "error", legalComments: "eof",
  define: { __WARRANT_VERSION__: JSON.stringify(version) },
  // commander and yaml are CommonJS inside; the bundle is not.
  banner: { js: 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);' },
};

/** Packs the type stubs, unless the pack in place was made from the same ones by the same code. */
async function packTypeshed(target) {
  const typeshed = join(root, "node_modules", "pyright", "dist", "typeshed-fallback");
  const packer = join(root, "packages", "engine", "src", "languages", "python", "stubs");
  const inputs = [...readdirSync(packer).sort().map((name) => join(packer, name)), join(source, "catalog", "stubs.ts"), join(typeshed, "commit.txt")];
  const hash = createHash("sha256");
  for (const file of inputs) hash.update(readFileSync(file));
  const origin = hash.digest("hex").slice(0, 16);
  const inPlace = join(dist, "stubs.txt");
  if (existsSync(inPlace) && readFileSync(inPlace, "latin1").startsWith(`warrant-stubs 1 ${origin}\n`)) copyFileSync(inPlace, join(target, "stubs.txt"));
  else {
    const script = join(target, "compile-stubs.mjs");
    await build({ ...shared, entryPoints: [join(source, "catalog", "compile-stubs.ts")], outfile: script });
    const { compileStubs } = await import(pathToFileURL(script).href);
    writeFileSync(join(target, "stubs.txt"), compileStubs(typeshed, origin), "latin1");
  }
  copyFileSync(join(typeshed, "LICENSE"), join(target, "stubs-license.txt"));
}

mkdirSync(dist, { recursive: true });
const folder = mkdtempSync(join(dist, ".build-"));
try {
  await build({ ...shared, entryPoints: [join(source, "main.ts")], outfile: join(folder, "main.js") });
  await build({ ...shared, entryPoints: [join(source, "catalog", "compile.ts")], outfile: join(folder, "compile.mjs") });
  const { compileCatalog } = await import(pathToFileURL(join(folder, "compile.mjs")).href);
  const compiled = compileCatalog(join(root, "catalog"));
  for (const problem of compiled.problems.slice(0, shownProblemsMax)) process.stderr.write(`${problem}\n`);
  if (compiled.problems.length > shownProblemsMax) process.stderr.write(`… and ${compiled.problems.length - shownProblemsMax} more catalog problems\n`);
  writeFileSync(join(folder, "catalog.json"), compiled.text);
  await packTypeshed(folder);
  writeFileSync(join(folder, "build.json"), `${JSON.stringify({ version, sources: stamp })}\n`);
  for (const name of ["main.js", "catalog.json", "stubs.txt", "stubs-license.txt", "build.json"]) renameSync(join(folder, name), join(dist, name));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
