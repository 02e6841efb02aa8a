// Time and memory per thousand lines, from a small project to several together: is the cost of a line always the same?
//
//   node benchmarks/run-growth.mjs --mirrors DIR [--runs 3] [--most LINES]
//
// With --most, trees with more lines are left out. Test code is parsed and not followed, so the cost is told per line outside tests too.
import { cpSync, existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { checkout, here, lack, measure, median, readFlags, sharedFile, table, warrantFile, writeResults } from "./run-shared.mjs";

const flags = readFlags({ runs: { type: "string", default: "3" }, most: { type: "string", default: "Infinity" } });
const most = Number(flags.most);
if (!(most > 0)) lack("--most must be a number of lines");
const runs = Number(flags.runs);
if (!Number.isInteger(runs) || runs < 1) lack("--runs must be a whole number from 1 on");
const revisions = new Map(Object.entries(JSON.parse(readFileSync(join(here, "work.json"), "utf8"))).map(([name, entry]) => [name, entry.revision]));
for (const line of readFileSync(sharedFile(flags, "truth/clean_repos.tsv"), "utf8").split("\n")) {
  const [name, revision] = line.split("\t");
  if (/^[^#\s]+\/\S+$/.test(name) && /^[0-9a-f]{7,}$/.test(revision ?? "") && !revisions.has(name)) revisions.set(name, revision);
}

/** As the engine tells them apart (`source/read.ts`). */
const isTest = (path) => /(?:^|\/)(?:tests?|testing)\//.test(path) || /(?:^|\/)(?:conftest\.py|test_[^/]*\.py|[^/]*_test\.py)$/.test(path);

function linesOf(tree) {
  const paths = readdirSync(tree, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".py")).map((entry) => join(entry.parentPath ?? entry.path, entry.name).slice(tree.length + 1));
  const count = (some) => some.reduce((sum, path) => sum + readFileSync(join(tree, path), "latin1").split("\n").length - 1, 0);
  return { lines: count(paths), product: count(paths.filter((path) => !isTest(path))) };
}

const projects = [...revisions].map(([name, revision]) => {
  const tree = checkout(flags, name, revision, `${name.replace("/", "-")}-${revision.slice(0, 7)}`);
  return { name, tree, ...linesOf(tree) };
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
  return { name: `${projects.length} projects${times === 1 ? "" : `, each ${times} times`}`, tree, ...linesOf(tree) };
}

const rows = [];
const sum = projects.reduce((lines, project) => lines + project.lines, 0);
const trees = [...projects, ...[1, 2].filter((times) => sum * times <= most).map(together)].filter((each) => each.lines <= most);
for (const project of trees) {
  const measured = Array.from({ length: runs }, () => measure([process.execPath, warrantFile, "review", project.tree, "-q", "--format", "json", "-o", join(flags.work, "growth.json")], { work: flags.work }));
  const wall = median(measured.map((run) => run.wall));
  const cpu = median(measured.map((run) => run.cpu));
  const peak = median(measured.map((run) => run.peak));
  const thousands = project.lines / 1000;
  const productThousands = project.product / 1000;
  rows.push([project.name, project.lines, project.product, wall.toFixed(2), Math.round(peak), (wall * 1000 / thousands).toFixed(1), (cpu * 1000 / thousands).toFixed(1), (cpu * 1000 / productThousands).toFixed(1), (peak / thousands).toFixed(2), measured[0].code]);
  process.stderr.write(`${rows[rows.length - 1].join("  ")}\n`);
}
writeResults("growth", "Growth: cost per thousand lines", { runs }, [
  table(["project", "lines", "outside tests", "wall s", "peak MiB", "wall ms per 1000 lines", "CPU ms per 1000 lines", "CPU ms per 1000 outside tests", "MiB per 1000 lines", "exit code"], rows),
]);
