// Writes docs/generated/ from the catalog: `node tools/docs.mjs`. With `--check` it writes nothing and fails if a file is stale.
import { build } from "esbuild";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const folder = mkdtempSync(join(tmpdir(), "warrant-docs-"));
try {
  const outfile = join(folder, "docs.mjs");
  await build({
    entryPoints: [join(root, "tools/docs.ts")],
    bundle: true, format: "esm", platform: "neutral", mainFields: ["module", "main"], external: ["node:*"], outfile, logLevel: "error",
  });
  const { writeDocs } = await import(pathToFileURL(outfile).href);
  process.exitCode = writeDocs(root, process.argv.includes("--check"));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
