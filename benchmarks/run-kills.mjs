// Kills runs that share one cache at seeded moments, two at a time, and looks whether any later run says something else than a cold one.
// Writes kills.md. See benchmarks/README.md.
import { spawn, spawnSync } from "node:child_process";
import { readdirSync, rmSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { here, readFlags, root, warrantFile } from "./run-shared.mjs";

const flags = readFlags({ kills: { type: "string" }, most: { type: "string" }, command: { type: "string" }, out: { type: "string" } });
const kills = Number(flags.kills ?? 1000);
const command = flags.command ?? warrantFile;
const cache = join(flags.work, "kill-cache");
const example = join(root, "examples");
rmSync(cache, { recursive: true, force: true });
const environment = (folder) => ({ ...process.env, WARRANT_CACHE_DIR: folder, SOURCE_DATE_EPOCH: "1790000000" });
const args = [command, "review", example, "-f", "json", "-q", "--exit-zero"];
const whole = (folder, ...more) => {
  const start = performance.now();
  const run = spawnSync(process.execPath, [...args, ...more], { env: environment(folder), encoding: "utf8", maxBuffer: 1e9 });
  return { text: `${run.status} ${run.stdout} ${run.stderr}`, ms: performance.now() - start };
};
const cold = whole(cache, "--no-cache");
/** Runs are killed within the time that a cold one takes, a little more: the moment of writing is in it. */
const most = Number(flags.most ?? Math.ceil(cold.ms * 1.2));

function killedAfter(delayMs) {
  return new Promise((done) => {
    const child = spawn(process.execPath, args, { env: environment(cache), stdio: "ignore" });
    let isKilled = false;
    const timer = setTimeout(() => {
      isKilled = true;
      child.kill("SIGKILL");
    }, delayMs);
    child.on("close", () => {
      clearTimeout(timer);
      done(isKilled);
    });
  });
}

let seed = 20261122;
const next = () => (seed = (seed * 48_271) % 2_147_483_647) % most;
let killed = 0;
let finished = 0;
let checks = 0;
let wrong = 0;
while (killed < kills) {
  // An empty cache now and then: otherwise nothing is ever written again.
  if ((killed + finished) % 4 === 0) rmSync(cache, { recursive: true, force: true });
  for (const isKilled of await Promise.all([killedAfter(next()), killedAfter(next())])) {
    if (isKilled) killed++;
    else finished++;
  }
  if ((killed + finished) % 20 !== 0) continue;
  checks++;
  if (whole(cache).text !== cold.text) wrong++;
}
const left = readdirSync(join(cache, "reviews")).filter((name) => name.endsWith(".tmp")).length;
writeFileSync(flags.out ?? join(here, "kills.md"), `# Runs killed

- command: \`node benchmarks/run-kills.mjs --kills ${kills}\`
- date: ${new Date().toISOString().slice(0, 10)}; machine: ${cpus().length} × ${cpus()[0].model.trim()}, Node ${process.version}
- ${killed} runs of \`warrant review examples\` killed within ${most} ms of their start, two at a time on one cache; ${finished} had ended before
- ${checks} whole runs on that cache in between: ${wrong} say something else than a cold run; ${left} unfinished files left over at the end (taken away after an hour)
`);
process.stdout.write(`killed ${killed}, ended before ${finished}, checked ${checks}, wrong ${wrong}\n`);
process.exitCode = wrong > 0 ? 1 : 0;
