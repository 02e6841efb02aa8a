/** `warrant post` as a job calls it: the built command, a result of an earlier run, a server on this machine. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { FakeHost } from "../../packages/cli/test/post-server.ts";
import { project, temporaryFolder, warrant } from "../command.ts";

const weak = { "app.py": "import subprocess\nfrom flask import Flask, request\n\napp = Flask(__name__)\n\n\n@app.route('/')\ndef show():\n    return subprocess.run(request.args['q'], shell=True).stdout\n" };
const secret = "ghs_0123456789abcdef";
let host: FakeHost;
let base: string;
beforeEach(async () => {
  host = new FakeHost();
  base = await host.start();
  host.files = [{ filename: "app.py", patch: "@@ -0,0 +1,9 @@\n+1\n+2\n+3\n+4\n+5\n+6\n+7\n+8\n+9" }];
});
afterEach(() => host.stop());
const github = () => ({ GITHUB_API_URL: base, GITHUB_TOKEN: secret, GITHUB_REPOSITORY: "o/r" });

it("posts a JSON result, a SARIF result, and what it finds itself, to the same comments", async () => {
  const folder = project(weak);
  const out = temporaryFolder();
  await warrant([folder, "-q", "--json-output", join(out, "a.json"), "--sarif-output", join(out, "a.sarif")]);
  const first = await warrant(["post", "github", join(out, "a.json"), "--pull-request", "7"], { env: github() });
  expect([first.code, first.stdout]).toEqual([0, ""]);
  expect(first.stderr).toContain("o/r#7: summary created; comments: 1 new, 0 edited, 0 threads resolved");
  expect(host.comments[0].body).toContain("`app.py:9`");
  for (const words of [["post", "github", join(out, "a.sarif")], ["post", "github"]]) {
    const run = await warrant([...words, "--pull-request", "7"], { env: github(), cwd: folder });
    expect(run.code, run.stderr).toBe(0);
    expect(run.stderr + run.stdout).not.toContain(secret);
  }
  expect([host.comments.length, host.summaries.length]).toEqual([1, 1]);
});

it("reads the event, and takes the place from nowhere else", async () => {
  const out = project({ "event.json": JSON.stringify({ pull_request: { number: 7 } }), "a.json": JSON.stringify({ schema_version: "1.1", project: { name: "../../pulls/8" }, findings: [], questions: [] }) });
  const run = await warrant(["post", "github", join(out, "a.json")], { env: { ...github(), GITHUB_EVENT_PATH: join(out, "event.json") } });
  expect(run.code, run.stderr).toBe(0);
  expect(host.writes()).toEqual(["POST /repos/o/r/issues/7/comments"]);
});

it("posts to Gerrit, with a vote", async () => {
  const folder = project(weak);
  host.gerritFiles = { "app.py": {} };
  const env = { GERRIT_ADDRESS: base, GERRIT_CHANGE_ID: "123", GERRIT_USERNAME: "ci", GERRIT_PASSWORD: secret };
  const run = await warrant(["post", "gerrit", "--vote", "Verified"], { env, cwd: folder });
  expect(run.code, run.stderr).toBe(0);
  expect(host.reviews).toMatchObject([{ labels: { Verified: -1 }, comments: { "app.py": [{ line: 9 }] } }]);
});

it("says what is missing, and sends nothing on a dry run", async () => {
  const folder = project(weak);
  expect((await warrant(["post", "github"], { cwd: folder })).stderr).toContain("GITHUB_TOKEN is not set");
  expect((await warrant(["post", "gerrit"], { cwd: folder })).stderr).toContain("GERRIT_ADDRESS is not set");
  const dry = await warrant(["post", "github", "--dry-run"], { cwd: folder, env: github() });
  expect([dry.code, host.calls.length]).toEqual([0, 0]);
  expect(dry.stdout).toContain("### warrant: 1 finding");
});

it.each(["", "[]", "{}", "null", '{"runs": 1}'])("refuses the result %j with 2", async (text) => {
  const out = temporaryFolder();
  writeFileSync(join(out, "a.json"), text);
  const run = await warrant(["post", "github", join(out, "a.json")], { env: github() });
  expect(run.code).toBe(2);
  expect(host.calls).toEqual([]);
});

it("a hostile result cannot break what is posted", async () => {
  const nasty = "\n-->\n@everyone <b>x</b> ``` |";
  const finding = { id: nasty, fingerprint: nasty, detector: nasty, title: nasty, cwe: [nasty, 89], severity: nasty, path: nasty, line: -1, column: "x", message: nasty, steps: [nasty, { path: nasty }], fix: { text: nasty } };
  const out = project({ "a.json": JSON.stringify({ schema_version: "1.1", findings: [finding, nasty, null], questions: nasty, incompleteBecause: [nasty, 1] }) });
  const run = await warrant(["post", "github", join(out, "a.json"), "--pull-request", "7"], { env: github() });
  expect(run.code, run.stderr).toBe(0);
  expect(host.summaries[0].body).not.toMatch(/(?<!\\)@everyone(?![^\n]*`)|\n-->/);
  expect(readFileSync(join(out, "a.json"), "utf8")).toContain("everyone");
});
