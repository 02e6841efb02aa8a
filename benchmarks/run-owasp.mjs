// OWASP BenchmarkPython 0.1, scored by the shared scorer.
import { join } from "node:path";
import { checkout, measure, needPython, readFlags, score, sharedFile, table, warrantFile, writeResults } from "./run-shared.mjs";

const flags = readFlags({ revision: { type: "string", default: "7cf0674" }, show: { type: "string" } });
needPython();
const scorer = sharedFile(flags, "tools/score_owasp.py");
const tree = checkout(flags, "OWASP-Benchmark/BenchmarkPython", flags.revision, "owasp");
const sarif = join(flags.work, "owasp.sarif");
const run = measure([process.execPath, warrantFile, "review", tree, "-q", "--sarif-output", sarif, "-o", "/dev/null"], { work: flags.work });
const args = ["--sarif", sarif, "--expected", join(tree, "expectedresults-0.1.csv"), "--table", "--json", join(flags.work, "owasp.json")];
if (flags.show !== undefined) process.stdout.write(`${score(scorer, [...args, "--show", flags.show])}\n`);
writeResults("owasp", "OWASP BenchmarkPython 0.1", { revision: flags.revision, scorer: "shared/tools/score_owasp.py --table" }, [
  table(["figure", "value"], [["wall", `${run.wall.toFixed(2)} s`], ["peak memory", `${Math.round(run.peak)} MiB`], ["exit code", run.code]]),
  score(scorer, args),
]);
