// Adjudicated reviews against the projects that they are about: what was asked, what is answered, claim by claim.
// Other reviews of the folder are run too: nothing may be confirmed without evidence.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { lack, readFlags, sharedFile, table, warrantFile, writeResults } from "./run-shared.mjs";

const flags = readFlags({ reviews: { type: "string", default: "reviews" }, repository: { type: "string", default: "openstack/nova" }, "name-file": { type: "boolean" }, runs: { type: "string", default: "2" } });
const folder = sharedFile(flags, flags.reviews);
const adjudication = JSON.parse(readFileSync(join(folder, "adjudication.json"), "utf8"));
const mirror = mirrorOf(flags.repository);
const wanted = { TRUE: "confirmed", FALSE: "refuted", UNSUPPORTED: "unsupported" };

/** The git directory of a mirror: the folder itself, or `repo` below it. */
function mirrorOf(repository) {
  if (flags.mirrors === undefined) lack("--mirrors is missing: a folder with a git mirror of the reviewed project");
  const base = join(flags.mirrors, repository.replace("/", "+"));
  return [base, join(base, "repo")].find((path) => existsSync(join(path, "HEAD"))) ?? lack(`${base} holds no git mirror`);
}

/** Runs the command twice: the second run must give the same bytes. */
function verify(file, target) {
  const args = [warrantFile, "verify", join(folder, file), ...(target === "" ? [] : ["--target", target]), "-q", "-f", "json"];
  const runs = Array.from({ length: Number(flags.runs) }, () => spawnSync(process.execPath, args, { encoding: "utf8", maxBuffer: 1 << 28 }));
  const [first] = runs;
  if (first.stdout === "") lack(`${file}: no result, exit ${first.status}: ${first.stderr.trim()}`);
  return { code: first.status, same: runs.every((run) => run.stdout === first.stdout), ...JSON.parse(first.stdout) };
}

const words = (text) => new Set(text.toLowerCase().match(/[a-z0-9_]{3,}/g) ?? []);

/** How much of the asked words a claim has; claims of another item of the review have nothing in common. */
function likeness(asked, claim) {
  const [, item, letter] = /\.(\d+)([a-z]?)$/.exec(asked.id) ?? [];
  const [, own, ownLetter] = /^(\d+)([a-z]?)(?![\w-])/.exec(claim.id) ?? [];
  if (item === undefined || own !== item) return 0;
  const [left, right] = [words(asked.claim), words(claim.text)];
  const shared = [...left].filter((word) => right.has(word)).length;
  return 0.01 + (letter === ownLetter ? 0.5 : 0) + shared / Math.max(1, left.size);
}

/** Pairs asked claims with answered ones, the likest first; each is used once. */
function pair(asked, claims) {
  const all = asked.flatMap((each) => claims.map((claim) => ({ each, claim, like: likeness(each, claim) }))).filter((row) => row.like > 0);
  const found = new Map();
  const used = new Set();
  for (const { each, claim } of all.sort((a, b) => b.like - a.like)) {
    if (found.has(each.id) || used.has(claim.id)) continue;
    found.set(each.id, claim);
    used.add(claim.id);
  }
  return found;
}

const parts = [];
const figures = { TRUE: [0, 0], FALSE: [0, 0], UNSUPPORTED: [0, 0], wrong: 0 };
for (const [name, review] of Object.entries(adjudication.reviews)) {
  const { commit, path } = review.target;
  const target = flags["name-file"] ? `${join(mirror, path)}@${commit}` : `${mirror}@${commit}`;
  const result = verify(review.file, target);
  const claims = result.claims.filter((claim) => claim.kind !== "advice");
  const found = pair(review.claims, claims);
  const rows = review.claims.map((asked) => {
    const claim = found.get(asked.id);
    const answer = claim?.verdict ?? "not extracted";
    const counts = figures[asked.verdict];
    counts[1]++;
    if (answer === wanted[asked.verdict]) counts[0]++;
    if (asked.verdict !== "TRUE" && answer === "confirmed") figures.wrong++;
    const place = claim?.evidence[0] === undefined ? "" : `${claim.evidence[0].path}:${claim.evidence[0].line}`;
    return [asked.id, asked.verdict, asked.flags, answer, claim?.drift ?? "", place, [claim?.reason ?? "", ...(claim?.notes ?? [])].join(" ").trim()];
  });
  parts.push(`## ${name}: ${result.target.paths.join(", ") || "no file"} at ${commit.slice(0, 12)}, exit ${result.code}, ${result.same ? "same bytes again" : "OTHER BYTES the second time"}`);
  parts.push(table(["claim", "asked", "flags", "answered", "drift", "evidence", "because"], rows));
  parts.push(`Missed by the review: ${result.missed.map((each) => `CWE-${each.cwe[0]} ${each.detector} at ${each.path}:${each.line}`).join("; ") || "nothing"}.`);
}
for (const file of readdirSync(folder).filter((name) => name.endsWith(".txt") && !Object.values(adjudication.reviews).some((review) => review.file === name)).sort()) {
  const commit = Object.values(adjudication.targets)[0].commit;
  const result = verify(file, `${mirror}@${commit}`);
  const bare = result.claims.filter((claim) => claim.verdict === "confirmed" && claim.evidence.length === 0).length;
  parts.push(`## ${file.slice(0, 3)}: exit ${result.code}, ${result.same ? "same bytes again" : "OTHER BYTES the second time"}`);
  parts.push(`${Object.entries(result.counts).map(([verdict, count]) => `${count} ${verdict}`).join(", ")}; ${bare} confirmed without evidence; files: ${result.target.paths.join(", ") || "not identified"}.`);
  parts.push(table(["claim", "kind", "answered", "because"], result.claims.filter((claim) => claim.kind !== "advice").map((claim) => [claim.id, claim.kind, claim.verdict, claim.reason])));
}
const [right, total] = ["TRUE", "FALSE", "UNSUPPORTED"].reduce(([a, b], key) => [a + figures[key][0], b + figures[key][1]], [0, 0]);
writeResults("verify", "warrant verify on adjudicated reviews", { repository: flags.repository, target: flags["name-file"] ? "the file is named" : "the file is told by the review" }, [
  table(["adjudicated", "claims", "answered alike"], ["TRUE", "FALSE", "UNSUPPORTED"].map((key) => [`${key} (${wanted[key]})`, figures[key][1], figures[key][0]])),
  `${right} of ${total} alike; ${figures.wrong} confirmed that are not true.`,
  ...parts,
]);
