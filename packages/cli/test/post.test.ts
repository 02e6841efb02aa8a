/** Posting to GitHub and Gerrit, against a server on this machine. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Remark, Remarks } from "../src/engine.ts";
import { findPatchSet, gerritApi, postToGerrit } from "../src/post/gerrit.ts";
import { findPullRequest, githubApi } from "../src/post/github-environment.ts";
import { postToGithub } from "../src/post/github.ts";
import { FakeHost } from "./post-server.ts";

const token = "ghs_secretsecretsecret";
let host: FakeHost;
let base: string;
let waits: number[];
beforeEach(async () => {
  host = new FakeHost();
  base = await host.start();
  waits = [];
});
afterEach(() => host.stop());
const wait = async (milliseconds: number): Promise<void> => void waits.push(milliseconds);

const remark = (line: number, part: Partial<Remark> = {}): Remark => ({
  id: `F-0000000${line % 10}`, fingerprint: `${line.toString(16).padStart(16, "0")}:1`, kind: "finding", detector: "sql-injection", title: "SQL injection", cwe: [89],
  severity: "high", path: "app.py", line, column: 5, endLine: line, endColumn: 20, function: "show", message: "text becomes SQL", fix: "", steps: [], suggestions: [], ...part,
});
const remarks = (...list: readonly Remark[]): Remarks => ({ version: "1", project: "p", revision: "", remarks: list, summary: `${list.length} findings`, incompleteBecause: [] });
const patch = (from: number, count: number): string => `@@ -1,0 +${from},${count} @@ def f\n${Array.from({ length: count }, () => "+x").join("\n")}\n\\ No newline at end of file`;
const environment = (extra: Readonly<Record<string, string>> = {}) => ({ GITHUB_API_URL: base, GITHUB_TOKEN: token, GITHUB_REPOSITORY: "o/r", ...extra });
const post = async (given: Remarks) => {
  const api = githubApi(environment(), wait);
  return postToGithub(api, await findPullRequest(api, environment(), 7), given);
};
const message = async (work: Promise<unknown>): Promise<string> => work.then(() => "", (error: unknown) => String(error));

describe("a pull request of GitHub", () => {
  beforeEach(() => {
    host.files = [{ filename: "app.py", patch: patch(1, 40) }, { filename: "image.png" }];
  });

  it("gets one summary and comments on lines of the change", async () => {
    const posted = await post(remarks(remark(3), remark(90), remark(4, { path: "other.py" })));
    expect(posted).toEqual({ summary: "created", created: 1, edited: 0, resolved: 0, notes: [] });
    expect(host.comments.map(({ path, line }) => [path, line])).toEqual([["app.py", 3]]);
    expect(host.comments[0].body).toMatch(/^<!-- warrant:0000000000000003:1 -->\n\*\*CWE-89 SQL injection \(high\)/);
    expect(host.summaries[0].body).toMatch(/^<!-- warrant:summary -->\n### warrant: 3 findings/);
    expect(host.summaries[0].body).toContain("other.py:4");
    expect(host.calls.every((call) => call.authorization === `Bearer ${token}`)).toBe(true);
  });

  it("is not told the same twice: nothing is written the second time", async () => {
    await post(remarks(remark(3)));
    const before = host.writes().length;
    expect(await post(remarks(remark(3)))).toMatchObject({ summary: "unchanged", created: 0, edited: 0 });
    expect(host.writes().length).toBe(before);
  });

  it("sees comments edited in place, and those that are fixed resolved", async () => {
    await post(remarks(remark(3), remark(5)));
    expect(await post(remarks(remark(3, { line: 8, message: "moved" })))).toMatchObject({ summary: "edited", created: 0, edited: 2, resolved: 1 });
    expect(host.comments).toHaveLength(2);
    expect(host.comments[0].body).toContain("moved");
    expect(host.comments[1].body).toContain("Not found any more");
    expect(host.resolved).toEqual(["T2"]);
    // A third run leaves what is resolved alone, and a finding that comes back gets its comment back.
    expect(await post(remarks(remark(3, { line: 8, message: "moved" })))).toMatchObject({ edited: 0, resolved: 0 });
    expect(await post(remarks(remark(3, { line: 8, message: "moved" }), remark(5)))).toMatchObject({ created: 0, edited: 1 });
  });

  it("has at most ten comments, those that are there counted", async () => {
    const many = Array.from({ length: 30 }, (_, index) => remark(index + 1));
    expect(await post(remarks(...many))).toMatchObject({ created: 10 });
    expect(await post(remarks(...many.slice(5)))).toMatchObject({ created: 5, resolved: 5 });
    expect(host.summaries).toHaveLength(1);
  });

  it("is read page by page, and only our own comments are taken for ours", async () => {
    host.pageSize = 2;
    host.files = [{ filename: "a" }, { filename: "b" }, { filename: "c" }, { filename: "app.py", patch: patch(1, 9) }];
    for (let i = 0; i < 5; i++) host.summaries.push({ id: 100 + i, body: "hello", user: { login: "someone" } });
    host.summaries.push({ id: 200, body: "<!-- warrant:summary -->\nfaked", user: { login: "someone" } });
    await post(remarks(remark(3)));
    expect(await post(remarks(remark(3)))).toMatchObject({ summary: "unchanged", created: 0 });
    expect(host.summaries.find((each) => each.id === 200)?.body).toContain("faked");
    expect(host.comments).toHaveLength(1);
  });

  it("that takes no comment at a line gets the rest all the same", async () => {
    host.files = [{ filename: "app.py", patch: patch(1, 500) }];
    const posted = await post(remarks(remark(404), remark(3)));
    expect(posted).toMatchObject({ created: 1, summary: "created" });
    expect(posted.notes).toEqual(["app.py:404: the host takes no comment there"]);
  });

  it("whose threads the token may not resolve is no failure", async () => {
    await post(remarks(remark(3)));
    host.fault = (call) => (call.path === "/graphql" ? { status: 200, body: { errors: [{ message: "Resource not accessible by integration" }] } } : undefined);
    expect(await post(remarks())).toMatchObject({ resolved: 0, edited: 1, notes: [expect.stringContaining("not resolved")] });
  });

  it("does not let text of a project out of its place", async () => {
    const nasty = "-->\n@everyone <script>alert(1)</script> [x](javascript:y) | ```\n<!-- warrant:summary -->";
    await post(remarks(remark(3, { message: nasty, title: nasty, path: "app.py", fingerprint: `x --> ${nasty}`, steps: [{ path: nasty, line: 1, kind: "call", text: nasty, why: nasty }, { path: nasty, line: 1, kind: "call", text: nasty, why: nasty }] })));
    for (const { body } of [...host.comments, ...host.summaries]) {
      const rest = body.split("\n").slice(1).join("\n").replace(/<\/?(?:sub|details|summary)>/g, "").replace(/\\[^]/g, "");
      expect(rest.replace(/(`+)[^]*?\1/g, "")).not.toMatch(/(?<!\\)<|(?<!\\)@|(?<!\\)\]\(/);
      expect(body.split("\n", 1)[0]).toMatch(/^<!-- [^<>]* -->$/);
    }
  });
});

describe("a host that does not answer as hoped", () => {
  it.each([
    [401, "the token is not accepted"], [403, "may not do this"], [404, "it is not there"], [422, "cannot make sense"], [500, "refuses"],
  ])("%i is told, without the token", async (status, text) => {
    host.fault = (call) => (call.path.startsWith("/repos/o/r/pulls/7") ? { status, body: { message: `no: ${token}` } } : undefined);
    const told = await message(post(remarks()));
    expect(told).toContain(String(status));
    expect(told).toContain(text);
    expect(told).not.toContain(token);
  });

  it("that limits the rate is asked again, a few times, after the time it names", async () => {
    host.fault = (_call, count) => (count <= 2 ? { status: 429, headers: { "retry-after": "3" }, body: {} } : undefined);
    await post(remarks());
    expect(waits).toEqual([3_000, 3_000]);
    host.fault = () => ({ status: 403, headers: { "x-ratelimit-remaining": "0" }, body: { message: "rate limit" } });
    waits = [];
    expect(await message(post(remarks()))).toContain("403");
    expect(waits).toEqual([1_000, 2_000, 4_000]);
    host.fault = () => ({ status: 429, headers: { "retry-after": "3600" }, body: {} });
    waits = [];
    expect(await message(post(remarks()))).toContain("429");
    expect(waits).toEqual([]);
  });

  it("that fails on the way is asked again, but nothing is posted twice", async () => {
    let failed = 0;
    host.fault = (call) => (call.method === "GET" && call.path !== "/user" && failed++ === 0 ? { status: 503 } : undefined);
    await post(remarks());
    expect(host.summaries).toHaveLength(1);
    host.fault = (call) => (call.method === "POST" ? { status: 503 } : undefined);
    host.summaries.length = 0;
    expect(await message(post(remarks()))).toContain("503");
    expect(host.calls.filter((call) => call.method === "POST")).toHaveLength(2);
  });

  it("that redirects is not followed with the token, nor is a page on another host", async () => {
    const other = new FakeHost();
    const elsewhere = await other.start();
    host.fault = (call) => (call.path.startsWith("/repos") ? { status: 302, headers: { location: `${elsewhere}/repos/o/r/pulls/7` } } : undefined);
    expect(await message(post(remarks()))).toContain("redirects");
    host.fault = (call) => (call.path.includes("/files") ? { status: 200, headers: { link: `<${elsewhere}/x>; rel="next"` }, body: [] } : undefined);
    expect(await message(post(remarks()))).toContain("nothing was sent there");
    expect(other.calls).toEqual([]);
    await other.stop();
  });

  it("is reached over https only, unless it is this machine", () => {
    expect(() => githubApi(environment({ GITHUB_API_URL: "http://example.org" }), wait)).toThrow("https only");
    expect(() => githubApi(environment({ GITHUB_API_URL: "https://u:p@example.org" }), wait)).toThrow("not in the address");
    expect(() => githubApi({}, wait)).toThrow("GITHUB_TOKEN is not set");
  });
});

describe("the pull request", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "warrant-post-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));
  const ofEvent = async (event: unknown): Promise<number> => {
    writeFileSync(join(folder, "event.json"), JSON.stringify(event));
    const given = environment({ GITHUB_EVENT_PATH: join(folder, "event.json") });
    return (await findPullRequest(githubApi(given, wait), given, undefined)).number;
  };

  it("is that of the event", async () => {
    expect(await ofEvent({ pull_request: { number: 7 } })).toBe(7);
    expect(await ofEvent({ workflow_run: { pull_requests: [{ number: 9 }] } })).toBe(9);
  });

  it("of a fork is found by its branch and commit", async () => {
    host.pulls = [{ number: 3, head: { sha: "other" } }, { number: 7, head: { sha: "abc" } }];
    const run = { pull_requests: [], head_repository: { owner: { login: "fork" } }, head_branch: "a b", head_sha: "abc" };
    expect(await ofEvent({ workflow_run: run })).toBe(7);
    expect(host.calls[0].path).toContain("head=fork%3Aa%20b");
    expect(await message(ofEvent({ workflow_run: { ...run, head_sha: "none" } }))).toContain("no pull request");
  });

  it("must be there", async () => {
    expect(await message(ofEvent({ push: {} }))).toContain("--pull-request");
    expect(await message(findPullRequest(githubApi(environment(), wait), { GITHUB_REPOSITORY: "../x" }, 7))).toContain("owner/name");
  });
});

describe("a change of Gerrit", () => {
  const gerrit = () => ({ GERRIT_ADDRESS: base, GERRIT_USERNAME: "ci", GERRIT_PASSWORD: "secret", GERRIT_CHANGE_ID: "123" });

  it("gets comments on the files of the patch set, and the rest in the message", async () => {
    host.gerritFiles = { "app.py": {}, "/COMMIT_MSG": {} };
    const count = await postToGerrit(gerritApi(gerrit(), wait), findPatchSet(gerrit()), remarks(remark(3), remark(4, { path: "other.py" })), { label: "Verified", value: -1 });
    expect(count).toBe(1);
    expect(host.reviews).toMatchObject([{ tag: "autogenerated:warrant", labels: { Verified: -1 }, omit_duplicate_comments: true, comments: { "app.py": [{ line: 3, unresolved: true }] } }]);
    expect((host.reviews[0] as { message: string }).message).toContain("other.py:4");
    expect(host.calls[0].authorization).toBe(`Basic ${Buffer.from("ci:secret").toString("base64")}`);
  });

  it("is found by the names of other tools", () => {
    expect(findPatchSet({ ZUUL_CHANGE: "5", ZUUL_PATCHSET: "2" })).toEqual({ change: "5", revision: "2" });
    expect(findPatchSet({ GERRIT_CHANGE_NUMBER: "5", GERRIT_PATCHSET_REVISION: "abc" })).toEqual({ change: "5", revision: "abc" });
    expect(() => findPatchSet({})).toThrow("GERRIT_CHANGE_ID is not set");
    expect(() => gerritApi({ GERRIT_ADDRESS: base }, wait)).toThrow("GERRIT_PASSWORD");
  });

  it("is refused without the password in the message", async () => {
    host.fault = () => ({ status: 401, body: "Unauthorized secret" });
    const told = await message(postToGerrit(gerritApi(gerrit(), wait), { change: "123", revision: "current" }, remarks(), undefined));
    expect(told).toContain("401");
    expect(told).not.toContain("secret");
  });
});
