// `npm run test:browser`: the HTML review in a real Chromium. Exit 2 says what is missing.
import { spawnSync } from "child_process";
import { existsSync } from "fs";
import { delimiter, join } from "path";
import { makeReady, root } from "./build-ready.mjs";

makeReady();
const places = [process.env.CHROMIUM, ...(process.env.PATH ?? "").split(delimiter).flatMap((folder) => ["chromium", "chromium-browser", "google-chrome"].map((name) => join(folder, name)))];
const chromium = places.find((place) => place !== undefined && place !== "" && existsSync(place));
const missing = [
  ...(chromium === undefined ? ["no Chromium was found: apt-get install chromium, or name one: CHROMIUM=/path/to/chromium"] : []),
  ...["playwright-core", "axe-core"].filter((name) => !existsSync(join(root, "node_modules", name))).map((name) => `the package ${name} is not installed: npm ci`),
];
if (missing.length > 0) {
  for (const message of missing) process.stderr.write(`tools/test-browser.mjs: ${message}\n`);
  process.exit(2);
}
const run = spawnSync(process.execPath, [join(root, "node_modules", "vitest", "vitest.mjs"), "run", "--config", "vitest.browser.config.ts"], {
  cwd: root, stdio: "inherit", env: { ...process.env, CHROMIUM: chromium },
});
process.exit(run.status ?? 1);
