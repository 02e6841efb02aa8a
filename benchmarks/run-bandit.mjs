// Wall time and peak memory beside Bandit, on the same tree in the same run, turn by turn.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { checkout, lack, measure, median, needPython, readFlags, table, warrantFile, writeResults } from "./run-shared.mjs";

const flags = readFlags({ revision: { type: "string", default: "00a030403f672b975364c855b7d25b40ef83e757" }, runs: { type: "string", default: "3" }, bandit: { type: "string", default: "1.8.6" } });
needPython();
const tree = checkout(flags, "openstack/nova", flags.revision, `nova-${flags.revision.slice(0, 7)}`);
const bandit = join(flags.work, "bandit-venv/bin/bandit");
if (!existsSync(bandit)) {
  const steps = [["python3", "-m", "venv", join(flags.work, "bandit-venv")], [join(flags.work, "bandit-venv/bin/pip"), "install", "-q", `bandit[sarif]==${flags.bandit}`]];
  for (const [command, ...args] of steps) {
    if (spawnSync(command, args, { stdio: ["ignore", 2, 2] }).status !== 0) lack(`Bandit could not be installed (${command} ${args.join(" ")})`);
  }
}

const ours = [];
const theirs = [];
for (let run = 0; run < Number(flags.runs); run++) {
  theirs.push(measure([bandit, "-q", "-r", tree, "-f", "sarif", "-o", join(flags.work, "bandit.sarif")], { work: flags.work }));
  ours.push(measure([process.execPath, warrantFile, tree, "-q", "--format", "sarif", "-o", join(flags.work, "warrant.sarif")], { work: flags.work }));
}
const of = (runs, figure) => median(runs.map((run) => run[figure]));
const row = (name, figure, unit, digits) => [name, `${of(ours, figure).toFixed(digits)} ${unit}`, `${of(theirs, figure).toFixed(digits)} ${unit}`, (of(ours, figure) / of(theirs, figure)).toFixed(2)];
writeResults("bandit", "Time and memory beside Bandit, on openstack/nova", { revision: flags.revision, bandit: flags.bandit, runs: `median of ${flags.runs}, turn by turn, one process each` }, [
  table(["figure", "warrant", "Bandit", "ratio"], [row("wall", "wall", "s", 2), row("CPU", "cpu", "s", 2), row("peak memory", "peak", "MiB", 0)]),
  "Bandit looks at one call at a time; warrant follows values through the whole program.",
]);
