// Time, memory and the ledger on openstack/nova. Five cold runs, each beside CPython's ast.parse over the same files.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { checkout, here, lack, measure, median, needPython, readFlags, table, warrantFile, writeResults } from "./run-shared.mjs";

const flags = readFlags({ revision: { type: "string", default: "00a030403f672b975364c855b7d25b40ef83e757" }, runs: { type: "string", default: "5" } });
needPython();
const tree = checkout(flags, "openstack/nova", flags.revision, `nova-${flags.revision.slice(0, 7)}`);
const runs = Number(flags.runs);
if (!Number.isInteger(runs) || runs < 1) lack("--runs must be a whole number from 1 on");

const python = readdirSync(tree, { recursive: true }).filter((name) => name.endsWith(".py")).map((name) => join(tree, name)).sort();
const lines = python.reduce((sum, file) => sum + readFileSync(file, "latin1").split("\n").length - 1, 0);
const digest = (file) => createHash("sha256").update(readFileSync(file)).digest("hex").slice(0, 16);
const parse = () => JSON.parse(execFileSync("python3", [join(here, "run-ast.py")], { input: python.join("\n"), encoding: "utf8" }));
const review = (paths, out) => measure([process.execPath, warrantFile, ...paths, "-q", "--format", "json", "-o", out], { work: flags.work });

const measured = [];
const parsed = [];
const digests = new Set();
for (let run = 0; run < runs; run++) {
  parsed.push(parse());
  const out = join(flags.work, `nova-${run}.json`);
  measured.push(review([tree], out));
  digests.add(digest(out));
  process.stderr.write(`run ${run + 1}: ${measured[run].wall.toFixed(2)} s, ${Math.round(measured[run].peak)} MiB, exit ${measured[run].code}; ast.parse ${parsed[run].seconds.toFixed(2)} s\n`);
}

// A fixed shuffle: every 37th file, then the next, until all are named.
const shuffled = Array.from({ length: 37 }, (_, start) => python.filter((_file, index) => index % 37 === start)).flat();
review(python, join(flags.work, "nova-sorted.json"));
review(shuffled, join(flags.work, "nova-shuffled.json"));
const sameInAnyOrder = digest(join(flags.work, "nova-sorted.json")) === digest(join(flags.work, "nova-shuffled.json"));

const report = JSON.parse(readFileSync(join(flags.work, "nova-0.json"), "utf8"));
const { files, calls, entries } = report.coverage;
const wall = median(measured.map((run) => run.wall));
const ast = median(parsed.map((run) => run.seconds));
const callsTotal = calls.project + calls.external + calls.builtin + calls.derived + calls.unresolved;
const share = (part, whole) => (whole === 0 ? "-" : `${((100 * part) / whole).toFixed(1)} %`);

const rows = new Map();
for (const obligation of report.obligations) {
  const isTest = obligation.role === "test";
  const row = rows.get(obligation.detector) ?? { violated: 0, proven: 0, open: 0, test: 0 };
  if (isTest) row.test++;
  else row[obligation.verdict]++;
  rows.set(obligation.detector, row);
}
const reasons = new Map();
for (const obligation of report.obligations) {
  if (obligation.role === "test" || !["command-injection", "argument-injection", "sql-injection"].includes(obligation.detector)) continue;
  const key = `${obligation.detector}\t${obligation.verdict}\t${obligation.reason.code}`;
  reasons.set(key, (reasons.get(key) ?? 0) + 1);
}

writeResults("nova", "openstack/nova: time, memory, ledger", { revision: flags.revision, python: parsed[0].python }, [
  table(["figure", "value", "aim"], [
    ["files, lines", `${python.length}, ${lines}`, ""],
    ["exit code", [...new Set(measured.map((run) => run.code))].join(", "), "0 or 1"],
    ["analysed, read in part, skipped", `${files.analysed}, ${files.partial}, ${files.skipped.length}`, "0 unparsed"],
    [`wall, median of ${runs} cold runs`, `${wall.toFixed(2)} s (${measured.map((run) => run.wall.toFixed(2)).join(", ")})`, "6 s"],
    ["CPU, median", `${median(measured.map((run) => run.cpu)).toFixed(2)} s`, ""],
    ["peak memory, median", `${Math.round(median(measured.map((run) => run.peak)))} MiB`, "700 MB"],
    ["CPython ast.parse of the same files, median", `${ast.toFixed(2)} s (${parsed[0].rejected} rejected)`, ""],
    ["ratio to ast.parse", (wall / ast).toFixed(2), "2.4"],
    [`bytes of ${runs} runs`, digests.size === 1 ? "the same" : `${digests.size} different`, "the same"],
    ["bytes with the files named in another order", sameInAnyOrder ? "the same" : "different", "the same"],
    ["findings, questions", `${report.findings.length}, ${report.questions.length}`, ""],
  ]),
  "## Call sites",
  table(["class", "sites", "share"], ["project", "external", "builtin", "derived", "unresolved"].map((name) => [name, calls[name], share(calls[name], callsTotal)])),
  table(["unresolved because", "sites"], Object.entries(calls.byReason).sort((a, b) => b[1] - a[1])),
  "## Entry points",
  table(["kind", "entries"], Object.entries(entries)),
  "## Obligations in product code",
  table(["detector", "violated", "proven", "open", "decided", "in test code"], [...rows].sort(([a], [b]) => (a < b ? -1 : 1)).map(([detector, row]) => [
    detector, row.violated, row.proven, row.open, share(row.violated + row.proven, row.violated + row.proven + row.open), row.test,
  ])),
  "## Why, for commands and SQL in product code",
  table(["detector", "verdict", "reason", "sites"], [...reasons].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, count]) => [...key.split("\t"), count])),
]);
