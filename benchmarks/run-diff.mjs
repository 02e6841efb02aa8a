// Replays real commits, one after the other, as `warrant diff HEAD~1..HEAD` with a warm cache, beside the same difference of two cold
// reviews: the bytes must be equal. Writes diff.md. See benchmarks/README.md.
import { execFileSync, spawnSync } from "node:child_process";
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { here, lack, readFlags, warrantFile } from "./run-shared.mjs";

const flags = readFlags({ repository: { type: "string" }, commits: { type: "string" }, until: { type: "string" }, every: { type: "string" }, out: { type: "string" }, command: { type: "string" }, minutes: { type: "string" } });
const name = flags.repository ?? "openstack/nova";
const count = Number(flags.commits ?? 50);
const command = flags.command ?? warrantFile;
const mirror = join(flags.mirrors ?? lack("--mirrors is missing"), name.replace("/", "+"), "repo");
const clone = join(flags.work, `${name.replace("/", "+")}-history`);
const cache = join(flags.work, "cache");
if (!existsSync(clone)) execFileSync("git", ["clone", "-q", "--shared", "--no-checkout", existsSync(mirror) ? mirror : join(mirror, ".."), clone]);
const git = (...args) => execFileSync("git", ["-C", clone, ...args], { encoding: "utf8" }).trim();

/** Commits that are no merges, the oldest first; each is compared with its parent. */
const commits = git("rev-list", "--no-merges", "-n", String(count), flags.until ?? "HEAD").split("\n").reverse();
const raw = join(flags.work, "diff-rows.jsonl");
rmSync(cache, { recursive: true, force: true });
mkdirSync(cache, { recursive: true });

function run(args, environment) {
  const output = join(flags.work, "out.json");
  rmSync(output, { force: true });
  const call = ["python3", join(here, "run-measured.py"), join(flags.work, "log"), process.execPath, command, "diff", ...args, "-q", "-f", "json", "-o", output, "--exit-zero", "--allow-partial"];
  const done = spawnSync(call[0], call.slice(1), { cwd: clone, encoding: "utf8", env: { ...process.env, SOURCE_DATE_EPOCH: "1790000000", ...environment } });
  const measured = JSON.parse(done.stdout);
  if (!existsSync(output)) lack(`${args.join(" ")}: ${readFileSync(join(flags.work, "log"), "utf8").trim()}`);
  return { ...measured, text: readFileSync(output, "utf8") };
}

const end = performance.now() + Number(flags.minutes ?? 1e6) * 60_000;
for (const commit of commits) {
  if (performance.now() > end) break;
  const range = `${commit}~1..${commit}`;
  // The base was reviewed when its own change was; where history is not a line, it is reviewed before the clock starts.
  run([`${commit}~1..${commit}~1`], { WARRANT_CACHE_DIR: cache });
  const warm = run([range], { WARRANT_CACHE_DIR: cache });
  const again = run([range], { WARRANT_CACHE_DIR: cache });
  const cold = run([range, "--no-cache"], {});
  const told = JSON.parse(cold.text);
  const row = {
    commit, files: told.files.length, equal: warm.text === cold.text && again.text === cold.text, warm: warm.wall, warmCpu: warm.cpu, peak: warm.peak,
    again: again.wall, againCpu: again.cpu, cold: cold.wall, coldCpu: cold.cpu,
    fresh: told.findings.new.length, fixed: told.findings.fixed.length, lost: told.lostProofs.reduce((sum, each) => sum + each.proofs.length, 0), won: told.wonProofs.length,
  };
  appendFileSync(raw, `${JSON.stringify(row)}\n`);
  process.stdout.write(`${JSON.stringify(row)}\n`);
}

const rows = readFileSync(raw, "utf8").trim().split("\n").map((line) => JSON.parse(line));
const sorted = (key) => rows.map((row) => row[key]).sort((a, b) => a - b);
const at = (key, share) => sorted(key)[Math.min(rows.length - 1, Math.floor(rows.length * share))].toFixed(1);
const line = (label, key) => `| ${label} | ${at(key, 0.5)} | ${at(key, 0.95)} | ${sorted(key)[0].toFixed(1)} |`;
writeFileSync(flags.out ?? join(here, "diff.md"), `# Changes replayed

- command: \`node benchmarks/run-diff.mjs --repository ${name} --commits ${count}\`
- date: ${new Date().toISOString().slice(0, 10)}; ${name}, ${rows.length} commits up to ${commits.at(-1).slice(0, 12)}, each against its parent
- machine: ${cpus().length} × ${cpus()[0].model.trim()}, Node ${process.version}, shared with other work: seconds of CPU say more than those of the clock
- the difference equals that of two cold reviews, byte by byte: ${rows.filter((row) => row.equal).length} of ${rows.length}
- changed by these commits: ${rows.reduce((sum, row) => sum + row.fresh, 0)} findings new, ${rows.reduce((sum, row) => sum + row.fixed, 0)} fixed, ${rows.reduce((sum, row) => sum + row.lost, 0)} proofs lost, ${rows.reduce((sum, row) => sum + row.won, 0)} won
- peak memory with a warm cache: ${Math.max(...rows.map((row) => row.peak)).toFixed(0)} MiB

| seconds | median | 95 % | least |
|---|---|---|---|
${line("the base is known, clock", "warm")}
${line("the base is known, CPU", "warmCpu")}
${line("both are known, clock", "again")}
${line("both are known, CPU", "againCpu")}
${line("two cold reviews, clock", "cold")}
${line("two cold reviews, CPU", "coldCpu")}

| commit | files | equal | warm CPU | cold CPU | new | fixed | lost | won |
|---|---|---|---|---|---|---|---|---|
${rows.map((row) => `| ${row.commit.slice(0, 12)} | ${row.files} | ${row.equal ? "yes" : "no"} | ${row.warmCpu.toFixed(1)} | ${row.coldCpu.toFixed(1)} | ${row.fresh} | ${row.fixed} | ${row.lost} | ${row.won} |`).join("\n")}
`);
