// Beside Bandit, Ruff and Semgrep CE: time and memory on openstack/nova turn by turn, OWASP BenchmarkPython, the CVE pairs.
// The tools live in a virtual environment outside the project; Semgrep's public rules are a checkout of semgrep/semgrep-rules.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { checkout, here, lack, measure, median, needPython, readFlags, score, sharedFile, table, warrantFile, writeResults } from "./run-shared.mjs";
import { peers } from "./run-peer.mjs";

const flags = readFlags({
  venv: { type: "string" }, rules: { type: "string" }, tools: { type: "string", default: "bandit,ruff,semgrep" }, runs: { type: "string", default: "3" },
  revision: { type: "string", default: "00a030403f672b975364c855b7d25b40ef83e757" }, owasp: { type: "string", default: "7cf0674" },
});
needPython();
if (flags.venv === undefined) lack('--venv is missing: a virtual environment with the tools (python3 -m venv DIR && DIR/bin/pip install "bandit[sarif]" ruff semgrep)');
const tools = flags.tools.split(",");
for (const tool of tools) {
  if (!(tool in peers)) lack(`--tools: ${tool} is none of ${Object.keys(peers).join(", ")}`);
  if (!existsSync(join(flags.venv, "bin", tool))) lack(`${tool} is not in ${flags.venv} (pip install ${tool === "bandit" ? '"bandit[sarif]"' : tool})`);
}
if (tools.includes("semgrep") && (flags.rules === undefined || !existsSync(join(flags.rules, "python")))) lack("--rules is missing: a checkout of github.com/semgrep/semgrep-rules");
const version = (tool) => spawnSync(join(flags.venv, "bin", tool), ["--version"], { encoding: "utf8" }).stdout.trim().split("\n")[0];
const peerArguments = (tool, tree, sarif) => [process.execPath, join(here, "run-peer.mjs"), tool, "--venv", flags.venv, "--rules", flags.rules ?? "", tree, sarif];

// Time and memory, turn by turn, so that a busy minute meets all of them.
const nova = checkout(flags, "openstack/nova", flags.revision, `nova-${flags.revision.slice(0, 7)}`);
const measured = new Map([["warrant", []], ...tools.map((tool) => [tool, []])]);
for (let run = 0; run < Number(flags.runs); run++) {
  measured.get("warrant").push(measure([process.execPath, warrantFile, nova, "-q", "--format", "sarif", "-o", join(flags.work, "nova-warrant.sarif")], { work: flags.work }));
  for (const tool of tools) measured.get(tool).push(measure(peerArguments(tool, nova, join(flags.work, `nova-${tool}.sarif`)), { work: flags.work }));
  process.stderr.write(`run ${run + 1} of ${flags.runs}\n`);
}
const of = (tool, figure) => median(measured.get(tool).map((run) => run[figure]));
const name = (tool) => (tool === "warrant" ? "warrant" : peers[tool].name);
const speed = ["warrant", ...tools].map((tool) => [
  name(tool), of(tool, "wall").toFixed(2), of(tool, "cpu").toFixed(2), of(tool, "peak").toFixed(0),
  (of("warrant", "wall") / of(tool, "wall")).toFixed(2), (of("warrant", "peak") / of(tool, "peak")).toFixed(2),
]);

// OWASP BenchmarkPython, by the shared scorer.
const benchmark = checkout(flags, "OWASP-Benchmark/BenchmarkPython", flags.owasp, "owasp");
const expected = join(benchmark, "expectedresults-0.1.csv");
const owasp = [];
for (const tool of ["warrant", ...tools]) {
  const sarif = join(flags.work, `owasp-${tool}.sarif`);
  if (tool === "warrant") spawnSync(process.execPath, [warrantFile, benchmark, "-q", "--format", "sarif", "-o", sarif]);
  else spawnSync(process.execPath, peerArguments(tool, benchmark, sarif).slice(1));
  const text = score(sharedFile(flags, "tools/score_owasp.py"), ["--sarif", sarif, "--expected", expected, "--table"]);
  const [mean, honest] = text.split("\n").filter((line) => line.includes("OVERALL mean")).map((line) => line.split("|").slice(2, -1).map((cell) => cell.trim()));
  owasp.push([name(tool), ...mean, honest?.at(-1) ?? "-"]);
}

// The pairs: the other tools from the changed files alone, which is all that they look at; ours are in pairs.md.
const args = ["--shared", flags.shared, "--mirrors", flags.mirrors, "--work", flags.work, "--venv", flags.venv, "--rules", flags.rules ?? "", ...tools];
const pairs = score(join(here, "score-peer-pairs.py"), args).split("\n").filter(Boolean).map((line) => JSON.parse(line));
const share = (part, whole) => `${part} of ${whole} (${((100 * part) / whole).toFixed(1)} %)`;
const ours = existsSync(join(here, "pairs.md")) ? /^detectable: yes.*$/m.exec(readFileSync(join(here, "pairs.md"), "utf8"))?.[0] : undefined;

writeResults("peers", "Beside Bandit, Ruff and Semgrep", {
  nova: flags.revision, tools: tools.map(version).join(", "), runs: `median of ${flags.runs}, turn by turn`,
}, [
  "## Time and memory on openstack/nova", table(["tool", "wall s", "CPU s", "peak MiB", "our wall / its", "our memory / its"], speed),
  "## OWASP BenchmarkPython 0.1, mean of the categories", table(["tool", "TP", "FN", "TN", "FP", "TPR", "FPR", "Youden", "without the mislabelled tests"], owasp),
  "## CVE pairs, \"yes\"", table(["tool", "detected", "discriminated"], pairs.map((row) => [name(row.tool), share(row.detected, row.pairs), share(row.discriminated, row.counted)])),
  ours === undefined ? "" : `warrant, from \`pairs.md\` (whole trees):\n\n\`\`\`text\n${ours}\n\`\`\``,
]);
