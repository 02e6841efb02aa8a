// Fills the example of README.md from a real run: one finding, then the table and the figures.
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { mainFile, makeReady, root } from "./build-ready.mjs";

makeReady();
const run = spawnSync(process.execPath, [mainFile, join(root, "examples/orders")], { encoding: "utf8", env: { ...process.env, NO_COLOR: "1" } });
if (run.status !== 1) {
  process.stderr.write(`the example was not reviewed: exit ${run.status}\n${run.stderr}`);
  process.exit(2);
}
const lines = run.stdout.trimEnd().split("\n");
const start = lines.findIndex((line) => line.includes("CWE-89 sql-injection"));
const end = lines.indexOf("", start);
const table = lines.findIndex((line) => line.startsWith("pillar"));
const shown = [...lines.slice(start, end), "", "…", "", ...lines.slice(table)];
const file = join(root, "README.md");
const text = readFileSync(file, "utf8");
const block = `<!-- example:begin -->\n\`\`\`text\n${shown.join("\n")}\n\`\`\`\n<!-- example:end -->`;
writeFileSync(file, text.replace(/<!-- example:begin -->[\s\S]*<!-- example:end -->/, () => block));
