// Runs one other tool on a tree and leaves SARIF with CWE ids: the command that the scorers are given by run-peers.mjs.
//
//     node benchmarks/run-peer.mjs TOOL --venv DIR [--rules DIR] TREE SARIF
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

/** Ruff writes no CWE ids. Its S rules are Bandit's B tests by number; these are the ids that Bandit 1.9 gives them. */
const cweOfTest = {
  101: 703, 102: 78, 103: 732, 104: 605, 105: 259, 106: 259, 107: 259, 108: 377, 110: 703, 112: 703, 113: 400, 201: 94, 202: 22,
  301: 502, 302: 502, 303: 327, 304: 327, 305: 327, 306: 377, 307: 78, 308: 79, 310: 22, 311: 330, 312: 319, 313: 20, 314: 20,
  315: 20, 316: 20, 317: 20, 318: 20, 319: 20, 320: 20, 321: 319, 323: 295, 324: 327, 401: 319, 402: 319, 403: 502, 404: 78, 405: 20,
  406: 20, 407: 20, 408: 20, 409: 20, 410: 20, 411: 20, 412: 284, 413: 327, 415: 319, 501: 295, 502: 327, 503: 327, 504: 327, 505: 326,
  506: 20, 507: 295, 508: 319, 509: 319, 601: 78, 602: 78, 603: 78, 604: 78, 605: 78, 606: 78, 607: 78, 608: 89, 609: 155, 610: 89,
  611: 89, 612: 94, 614: 502, 701: 94, 702: 80, 704: 79,
};

/** The tools, each as the command that its documentation gives for a security run with everything that it has for Python. */
export const peers = {
  bandit: {
    name: "Bandit",
    command: ({ venv }, tree, sarif) => [join(venv, "bin/bandit"), "-q", "--exit-zero", "-r", tree, "-f", "sarif", "-o", sarif],
  },
  ruff: {
    name: "Ruff (S rules)",
    command: ({ venv }, tree, sarif) => [join(venv, "bin/ruff"), "check", "--isolated", "--no-cache", "--quiet", "--exit-zero", "--select", "S",
      "--output-format", "sarif", "-o", sarif, tree],
    after: addCwes,
  },
  semgrep: {
    name: "Semgrep CE (public Python security rules)",
    command: ({ venv, rules }, tree, sarif) => [join(venv, "bin/semgrep"), "scan", "--metrics=off", "--disable-version-check", "--quiet", "--no-git-ignore",
      "--jobs", "2", ...securityRules(rules).flatMap((folder) => ["--config", folder]), "--sarif", "-o", sarif, tree],
  },
};

/** Semgrep loads a folder of rules; those that are not about security (style, correctness, upgrades) stay out. */
function securityRules(rules) {
  const list = spawnSync("find", [join(rules, "python"), "-type", "d", "-name", "security"], { encoding: "utf8" }).stdout.trim().split("\n");
  return [...list, join(rules, "python/sqlalchemy"), join(rules, "python/jwt"), join(rules, "python/cryptography"), join(rules, "python/pycryptodome"), join(rules, "python/boto3")]
    .filter((folder, index, all) => existsSync(folder) && !all.some((other) => other !== folder && folder.startsWith(`${other}/`)) && all.indexOf(folder) === index).sort();
}

function addCwes(sarif) {
  const log = JSON.parse(readFileSync(sarif, "utf8"));
  for (const rule of log.runs[0].tool.driver.rules ?? []) {
    const cwe = cweOfTest[Number(rule.id.slice(1))];
    if (cwe !== undefined) rule.properties = { ...rule.properties, tags: [...(rule.properties?.tags ?? []), `external/cwe/cwe-${cwe}`] };
  }
  writeFileSync(sarif, JSON.stringify(log));
}

function main() {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { venv: { type: "string" }, rules: { type: "string" } } });
  const [tool, tree, sarif] = positionals;
  const peer = peers[tool];
  const [command, ...args] = peer.command(values, tree, sarif);
  const run = spawnSync(command, args, { stdio: ["ignore", "ignore", "inherit"] });
  if (run.status !== 0 && run.status !== 1) process.exit(run.status ?? 2);
  peer.after?.(sarif);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main();
