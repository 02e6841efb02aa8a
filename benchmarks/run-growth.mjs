// Time and memory per thousand lines, from a small project to several together: is the cost of a line always the same?
//
//   node benchmarks/run-growth.mjs --mirrors DIR [--runs 3]
import { cpSync, existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { checkout, here, lack, measure, median, readFlags, sharedFile, table, warrantFile, writeResults } from "./run-shared.mjs";

const flags = readFlags({ runs: { type: "string", default: "3" } });
const runs = Number(flags.runs);
if (!Number.isInteger(runs) || runs < 1) lack("--runs must be a whole number from 1 on");
const revisions = new Map(Object.entries(JSON.parse(readFileSync(join(here, "work.json"), "utf8"))).map(([name, entry]) => [name, entry.revision]));
for (const line of readFileSync(sharedFile(flags, "truth/clean_repos.tsv"), "utf8").split("\n")) {
  const [name, revision] = line.split("\t");
  if (/^[^#\s]+\/\S+$/.test(name) && /^[0-9a-f]{7,}$/.test(revision ?? "") && !revisions.has(name)) revisions.set(name, revision);
}

const linesOf = (tree) =>
  readdirSync(tree, { recursive: true }).filter((name) => name.endsWith(".py"))
    .reduce((sum, name) => sum + readFileSync(join(tree, name), "latin1").split("\n").length - 1, 0);

const projects = [...revisions].map(([name, revision]) => {
  const tree = checkout(flags, name, revision, `${name.replace("/", "-")}-${revision.slice(0, 7)}`);
  return { name, tree, lines: linesOf(tree) };
}).sort((a, b) => a.lines - b.lines);

/** All projects side by side in one tree, each so many times. */
function together(times) {
  const tree = join(flags.work, `together-${times}`);
  for (let copy = 0; copy < times; copy++) {
    for (const project of projects) {
      const to = join(tree, `${project.name.replace("/", "-")}-${copy}`);
      if (!existsSync(to)) cpSync(project.tree, to, { recursive: true });
    }
  }
  return { name: `${projects.length} projects${times === 1 ? "" : `, each ${times} times`}`, tree, lines: linesOf(tree) };
}

const rows = [];
for (const project of [...projects, together(1), together(2)]) {
  const measured = Array.from({ length: runs }, () => measure([process.execPath, warrantFile, "review", project.tree, "-q", "--format", "json", "-o", join(flags.work, "growth.json")], { work: flags.work }));
  const wall = median(measured.map((run) => run.wall));
  const cpu = median(measured.map((run) => run.cpu));
  const peak = median(measured.map((run) => run.peak));
  const thousands = project.lines / 1000;
  rows.push([project.name, project.lines, wall.toFixed(2), Math.round(peak), (wall * 1000 / thousands).toFixed(1), (cpu * 1000 / thousands).toFixed(1), (peak / thousands).toFixed(2), measured[0].code]);
  process.stderr.write(`${rows[rows.length - 1].join("  ")}\n`);
}
writeResults("growth", "Growth: cost per thousand lines", { runs }, [
  table(["project", "lines", "wall s", "peak MiB", "wall ms per 1000 lines", "CPU ms per 1000 lines", "MiB per 1000 lines", "exit code"], rows),
]);
