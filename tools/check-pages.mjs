/**
 * Checks catalog pages: `node tools/check-pages.mjs [FILE…]`. Reads the whole catalog, since pages share kinds and types,
 * and prints the problems of the named files, or of all. Exit code 1 if there is an error.
 */
import { build } from "esbuild";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative, resolve, sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const slashed = (path) => path.split(sep).join("/");

const folder = mkdtempSync(join(tmpdir(), "warrant-pages-"));
try {
  const outfile = join(folder, "knowledge.mjs");
  await build({
    entryPoints: [join(root, "packages/engine/src/knowledge/index.ts")],
    bundle: true, format: "esm", platform: "neutral", mainFields: ["module", "main"], outfile, logLevel: "error",
  });
  const { readCatalog } = await import(pathToFileURL(outfile).href);
  const catalog = process.env.WARRANT_CATALOG ?? join(root, "catalog");
  const pages = readdirSync(catalog, { recursive: true })
    .filter((name) => name.endsWith(".md"))
    .map((name) => ({ path: slashed(join("catalog", name)), text: readFileSync(join(catalog, name), "utf8") }));
  const wanted = process.argv.slice(2).map((name) => slashed(relative(root, resolve(name))));
  const { value, problems } = readCatalog(pages);
  const shown = problems.filter((problem) => wanted.length === 0 || wanted.includes(problem.path));
  for (const problem of shown) console.log(problem.level === "warning" ? `${problem.message} (warning)` : problem.message);
  const errors = shown.filter((problem) => problem.level === "error").length;
  console.log(`${pages.length} pages, ${value.kinds.length} kinds, ${value.detectors.length} detectors, ${value.models.length} models: ${errors} errors`);
  process.exitCode = errors > 0 ? 1 : 0;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
