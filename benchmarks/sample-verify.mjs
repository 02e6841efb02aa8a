// A sample of answers for people to judge: spread over rules and verdicts, the same every time.
// Usage: node benchmarks/sample-verify.mjs N NAME=checked.json…
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

const [size, ...inputs] = process.argv.slice(2);
if (!(Number(size) > 0) || inputs.length === 0) {
  process.stderr.write("usage: node benchmarks/sample-verify.mjs N NAME=checked.json…\n");
  process.exit(2);
}
const digest = (text) => createHash("sha256").update(text).digest("hex");
const groups = new Map();
for (const input of inputs) {
  const [name, file] = input.split("=");
  for (const claim of JSON.parse(readFileSync(file, "utf8")).claims) {
    const [anchor] = claim.anchors;
    const rule = claim.text.split(":")[0];
    const row = { project: name, rule, verdict: claim.verdict, place: anchor === undefined ? "" : `${anchor.path}:${anchor.first}`, id: claim.id, reason: claim.reason, fact: claim.fact ?? "" };
    const key = `${rule} ${claim.verdict}`;
    groups.set(key, [...(groups.get(key) ?? []), { ...row, order: digest(`${name} ${rule} ${row.place} ${claim.id}`) }]);
  }
}
// One of each group in turn, groups by name, members by digest.
const queues = [...groups.keys()].sort().map((key) => groups.get(key).sort((a, b) => (a.order < b.order ? -1 : 1)));
const sample = [];
for (let round = 0; sample.length < Number(size) && queues.some((queue) => queue.length > round); round++) {
  for (const queue of queues) if (queue.length > round && sample.length < Number(size)) sample.push(queue[round]);
}
for (const { project, rule, verdict, place, id, reason, fact } of sample) process.stdout.write(`${[project, id, rule, verdict, place, fact, reason].join("\t")}\n`);
