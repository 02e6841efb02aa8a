// `npm test [-- vitest arguments]`: type checks, the linter, then every test; installs and builds what is missing first.
// The last line is the sum. Any failure fails the whole.
import { spawnSync } from "child_process";
import { join } from "path";
import { makeReady, root } from "./build-ready.mjs";

makeReady();
const binary = (...parts) => join(root, "node_modules", ...parts);
const steps = [
  ["types of packages/engine", [binary("typescript", "bin", "tsc"), "-p", "packages/engine"]],
  ["types of packages/cli", [binary("typescript", "bin", "tsc"), "-p", "packages/cli"]],
  ["types of the HTML client", [binary("typescript", "bin", "tsc"), "-p", "packages/engine/client"]],
  ["HTML client as built", [join(root, "tools", "html-client.mjs"), "--check"]],
  ["types of the browser tests", [binary("typescript", "bin", "tsc"), "-p", "tests/browser"]],
  ["types of the tests", [binary("typescript", "bin", "tsc"), "-p", "tsconfig.test.json"]],
  ["oxlint", [binary("oxlint", "bin", "oxlint"), "--quiet"]],
  ["vitest", [binary("vitest", "vitest.mjs"), "run", ...process.argv.slice(2)]],
];

const failed = [];
for (const [name, args] of steps) {
  process.stdout.write(`\n== ${name}\n`);
  const run = spawnSync(process.execPath, args, { cwd: root, stdio: "inherit" });
  if (run.status !== 0) failed.push(name);
}
const passed = steps.length - failed.length;
process.stdout.write(`\n${passed} passed, ${failed.length} failed${failed.length > 0 ? `: ${failed.join(", ")}` : ""}\n`);
process.exitCode = failed.length > 0 ? 1 : 0;
