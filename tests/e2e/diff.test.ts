/** `warrant diff`: what a change does to the review, in repositories of all sorts. */
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { project, type RunOptions, temporaryFolder, warrant } from "../command.ts";
import { change, commit, git, repository } from "../repository.ts";

const guarded = `import os
from flask import abort

ROOT = "/srv/files"


def resolve(name):
    full = os.path.realpath(os.path.join(ROOT, name))
    if not full.startswith(ROOT + os.sep):
        abort(400)
    return full
`;
const unguarded = guarded.replace("    if not full.startswith(ROOT + os.sep):\n        abort(400)\n", "");
const views = `from flask import Flask, request
from paths import resolve

app = Flask(__name__)


@app.route("/file")
def read():
    with open(resolve(request.args["name"])) as stream:
        return stream.read()
`;
const weak = `import sqlite3
from flask import Flask, request

app = Flask(__name__)


@app.route("/user")
def user():
    db = sqlite3.connect("a.db")
    db.execute("SELECT * FROM users WHERE name = '%s'" % request.args["name"])
    return "ok"
`;
const bound = weak.replace(`"SELECT * FROM users WHERE name = '%s'" % request.args["name"]`, `"SELECT * FROM users WHERE name = ?", (request.args["name"],)`);

interface Told {
  readonly id: string;
  readonly path: string;
  readonly line: number;
  readonly detector: string;
  readonly was: string;
  readonly is: string;
  readonly because: string;
}

interface JsonDifference {
  readonly base: { readonly name: string; readonly revision: string };
  readonly head: { readonly name: string; readonly revision: string };
  readonly complete: boolean;
  readonly files: readonly { readonly kind: string; readonly before: string; readonly after: string }[];
  readonly findings: { readonly [Key in "new" | "fixed" | "standing" | "undecided" | "notExamined"]: readonly Told[] };
  readonly lostProofs: readonly {
    readonly reason: { readonly code: string; readonly path: string; readonly line: number };
    readonly code: string;
    readonly fate: string;
    readonly proofs: readonly { readonly path: string; readonly line: number; readonly is: string; readonly sinkTouched: boolean }[];
  }[];
  readonly wonProofs: readonly { readonly path: string; readonly was: string }[];
  readonly addedSuppressions: readonly { readonly path: string; readonly line: number; readonly state: string }[];
  readonly suppressed: readonly { readonly path: string }[];
}

async function diff(cwd: string, args: readonly string[] = [], options: RunOptions = {}) {
  const run = await warrant(["diff", ...args, "--json", "-q"], { cwd, ...options });
  if (run.stdout === "") throw new Error(`no result, exit ${run.code}: ${run.stderr}`);
  return { ...run, result: JSON.parse(run.stdout) as JsonDifference };
}

const counts = ({ findings }: JsonDifference) => Object.fromEntries(Object.entries(findings).map(([key, list]) => [key, list.length]));
const none = { new: 0, fixed: 0, standing: 0, undecided: 0, notExamined: 0 };

describe("what a change does", () => {
  it("names the guard that went and the sinks that hung on it, though no sink was touched", async () => {
    const folder = repository();
    commit(folder, { "paths.py": guarded, "views.py": views });
    change(folder, { "paths.py": unguarded });
    const { code, result } = await diff(folder, ["HEAD"]);
    expect(code).toBe(1);
    expect(result.lostProofs).toMatchObject([{
      reason: { code: "guard", path: "paths.py", line: 9 }, code: "if not full.startswith(ROOT + os.sep):", fate: "removed",
      proofs: [{ path: "views.py", line: 9, is: "violated", sinkTouched: false }],
    }]);
    expect(result.findings.new).toMatchObject([{ path: "views.py", detector: "path-traversal", was: "proven" }]);
    const text = await warrant(["diff", "HEAD"], { cwd: folder });
    expect(text.stdout).toContain("lost proof paths.py:9 guard: a check leaves only same-base-path; the change took it away if not full.startswith(ROOT + os.sep):");
    expect(text.stdout).toContain("1 new, 0 fixed, 0 still there; 1 proof lost, 0 won");
  });

  it("tells new from fixed by the order of the two sides", async () => {
    const folder = repository();
    const first = commit(folder, { "app.py": bound });
    const second = commit(folder, { "app.py": weak });
    const forth = await diff(folder, [`${first}..${second}`]);
    expect(forth.code).toBe(1);
    expect(counts(forth.result)).toEqual({ ...none, new: 1 });
    expect(forth.result).toMatchObject({ base: { revision: first }, head: { revision: second } });
    const back = await diff(folder, [`${second}..${first}`]);
    expect(back.code).toBe(0);
    expect(counts(back.result)).toEqual({ ...none, fixed: 1 });
    expect(back.result.wonProofs).toMatchObject([{ path: "app.py", was: "violated" }]);
  });

  it("knows a finding again after lines moved, the file was renamed, the code was reformatted, the function moved", async () => {
    const folder = repository();
    commit(folder, { "app.py": weak, "paths.py": guarded, "views.py": views });
    const reformatted = weak.replace(`db.execute("SELECT * FROM users WHERE name = '%s'" % request.args["name"])`,
      `db.execute(\n        "SELECT * FROM users WHERE name = '%s'"  # by name\n        % request.args['name'],\n    )`);
    expect(reformatted).not.toBe(weak);
    for (const files of [
      { "app.py": `# a comment\n\n\n${weak}` }, { "app.py": reformatted }, { "app.py": null, "web/users.py": weak },
      { "app.py": null, "web/users.py": `"""Users."""\n${reformatted}` },
    ]) {
      git(folder, "checkout", "-q", "-f", ".");
      git(folder, "clean", "-qfd");
      change(folder, files);
      const { code, result } = await diff(folder, ["HEAD"]);
      expect({ code, ...counts(result), lost: result.lostProofs.length }).toEqual({ code: 0, ...none, standing: 1, lost: 0 });
    }
  });

  it("knows copies apart: what was added is the new one, wherever it stands", async () => {
    const folder = repository();
    commit(folder, { "m.py": weak });
    change(folder, { "a.py": weak });
    const { result } = await diff(folder, ["HEAD"]);
    expect(counts(result)).toEqual({ ...none, new: 1, standing: 1 });
    expect(result.findings.new).toMatchObject([{ path: "a.py" }]);
    expect(result.findings.standing).toMatchObject([{ path: "m.py" }]);
  });

  it("knows a finding again in a function that was renamed", async () => {
    const folder = repository();
    commit(folder, { "app.py": weak });
    change(folder, { "app.py": weak.replace("def user()", "def account()") });
    expect(counts((await diff(folder, ["HEAD"])).result)).toEqual({ ...none, standing: 1 });
  });

  it("calls fixed only what was examined again", async () => {
    const folder = repository();
    commit(folder, { "app.py": weak, "other.py": weak, "kept.py": "print(1)\n" });
    change(folder, { "app.py": weak.replace("def user():", "def user(:"), "other.py": null });
    const { code, result } = await diff(folder, ["HEAD"]);
    expect(counts(result)).toEqual({ ...none, fixed: 1, notExamined: 1 });
    expect(result.findings.fixed).toMatchObject([{ path: "other.py", because: "the file is gone" }]);
    expect(result.findings.notExamined).toMatchObject([{ path: "app.py", because: "a part of the file was not understood" }]);
    expect(code).toBe(0);
  });

  it("has the exit code of what is new, unless all is asked for", async () => {
    const folder = repository();
    commit(folder, { "app.py": weak });
    change(folder, { "kept.py": "print(1)\n" });
    expect((await diff(folder, ["HEAD"])).code).toBe(0);
    expect((await diff(folder, ["HEAD", "--fail-on", "high:new"])).code).toBe(0);
    expect((await diff(folder, ["HEAD", "--fail-on", "high"])).code).toBe(1);
    expect((await diff(folder, ["HEAD", "--fail-on", "critical"])).code).toBe(0);
    change(folder, { "more.py": weak });
    expect((await diff(folder, ["HEAD", "--fail-on", "critical:new"])).code).toBe(0);
    expect((await diff(folder, ["HEAD", "--exit-zero"])).code).toBe(0);
    const wrong = await warrant(["diff", "HEAD", "--fail-on", "grave:new"], { cwd: folder });
    expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining("it must be low, medium, high or critical") });
  });

  it("writes SARIF with the state of each result", async () => {
    const folder = repository();
    commit(folder, { "app.py": weak, "gone.py": weak.replace("users", "groups") });
    change(folder, { "new.py": weak.replace("users", "roles"), "gone.py": "print(1)\n" });
    const run = await warrant(["diff", "HEAD", "--sarif", "-q"], { cwd: folder });
    const results = JSON.parse(run.stdout).runs[0].results as { baselineState: string; locations: { physicalLocation: { artifactLocation: { uri: string } } }[] }[];
    expect(results.map((each) => [each.locations[0]?.physicalLocation.artifactLocation.uri, each.baselineState])).toEqual([
      ["app.py", "unchanged"], ["new.py", "new"], ["gone.py", "absent"],
    ]);
    expect((await warrant(["diff", "HEAD", "-f", "markdown", "-q"], { cwd: folder })).stdout).toContain("## New (1)");
  });
});

describe("a change does not judge itself", () => {
  it("silences nothing by a comment that it adds, and is told so", async () => {
    const folder = repository();
    commit(folder, { "app.py": bound });
    const silenced = weak.replace(`request.args["name"])`, `request.args["name"])  # nosec B608`);
    change(folder, { "app.py": silenced });
    const { code, result } = await diff(folder, ["HEAD"]);
    expect(code).toBe(1);
    expect(counts(result)).toEqual({ ...none, new: 1 });
    expect(result.addedSuppressions).toMatchObject([{ path: "app.py", line: 10, state: "added" }]);
    // Once it is on the base branch it holds, also when lines move; and it does not reach code that is put under it.
    commit(folder, {});
    change(folder, { "app.py": `\n${silenced}` });
    expect((await diff(folder, ["HEAD"])).result).toMatchObject({ findings: { new: [], standing: [] }, suppressed: [{ path: "app.py" }] });
    commit(folder, { "app.py": bound.replace("    db.execute(", "    # nosemgrep: sql-injection\n    db.execute(") });
    change(folder, { "app.py": weak.replace("    db.execute(", "    # nosemgrep: sql-injection\n    db.execute(") });
    expect(counts((await diff(folder, ["HEAD"])).result)).toEqual({ ...none, new: 1 });
  });

  it("is judged by the configuration, the pages and the ignore files of its base", async () => {
    const folder = repository();
    commit(folder, { "app.py": bound, "warrant.toml": 'ignore = ["CWE-22"]\n' });
    change(folder, { "app.py": weak, "warrant.toml": 'ignore = ["CWE-89"]\n', ".warrantignore": "app.py\n", ".gitignore": "*.py\n", "paths.py": unguarded, "views.py": views });
    const { result } = await diff(folder, ["HEAD"]);
    expect(result.findings.new.map((each) => each.detector)).toEqual(["sql-injection"]);
    commit(folder, {});
    // The working tree ignores what it says it ignores only when it is the base.
    const later = await warrant(["diff", "HEAD", "-q"], { cwd: folder });
    expect(later.code).toBe(3);
    expect(later.stderr).toContain("nothing was analysed");
  });
});

describe("where the two sides come from", () => {
  it("compares the working tree with the merge base of the upstream branch", async () => {
    const origin = repository();
    commit(origin, { "app.py": bound });
    const folder = join(temporaryFolder(), "clone");
    git(origin, "clone", "-q", origin, folder);
    git(folder, "checkout", "-q", "-b", "topic", "--track", "origin/main");
    commit(folder, { "mine.py": weak });
    // What others did since is not part of the change.
    commit(origin, { "theirs.py": views.replace("from paths import resolve", "resolve = str") });
    git(folder, "fetch", "-q");
    const { result } = await diff(folder);
    expect(result.findings.new).toMatchObject([{ path: "mine.py" }]);
    expect(result.base.name).toBe("merge base with origin/main");
    expect((await diff(folder, ["origin/main"])).result.findings.new).toMatchObject([{ path: "mine.py" }]);
    expect((await diff(folder, ["origin/main..HEAD"])).result.findings).toMatchObject({ new: [{ path: "mine.py" }], fixed: [{ path: "theirs.py" }] });
    git(folder, "branch", "--unset-upstream");
    const ci = await diff(folder, [], { env: { GITHUB_BASE_REF: "main" } });
    expect(ci.result.findings.new).toMatchObject([{ path: "mine.py" }]);
    const wrong = await warrant(["diff"], { cwd: folder, env: { GITHUB_BASE_REF: "release" } });
    expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining("GITHUB_BASE_REF names release, and this clone has no such branch") });
  });

  it("says what to do without an upstream branch, a repository, a revision", async () => {
    const folder = repository();
    commit(folder, { "app.py": bound });
    expect(await warrant(["diff"], { cwd: folder })).toMatchObject({ code: 2, stderr: expect.stringContaining("there is no upstream branch to compare with; name a revision") });
    expect(await warrant(["diff", "nowhere"], { cwd: folder })).toMatchObject({ code: 2, stderr: expect.stringContaining("nowhere: there is no such revision in this repository") });
    expect(await warrant(["diff", "--staged", "--patch", "x"], { cwd: folder })).toMatchObject({ code: 2 });
    expect(await warrant(["diff", "HEAD"], { cwd: project({ "a.py": "" }) })).toMatchObject({ code: 2, stderr: expect.stringContaining("this is no git repository") });
  });

  it("tells that a shallow clone ends before the merge base", async () => {
    const origin = repository();
    commit(origin, { "app.py": bound });
    git(origin, "checkout", "-q", "-b", "topic");
    commit(origin, { "mine.py": weak });
    git(origin, "checkout", "-q", "main");
    commit(origin, { "theirs.py": bound });
    const folder = join(temporaryFolder(), "clone");
    git(origin, "clone", "-q", "--depth", "1", "--no-single-branch", "--branch", "topic", `file://${origin}`, folder);
    const run = await warrant(["diff", "origin/main"], { cwd: folder });
    expect(run.code).toBe(2);
    expect(run.stderr).toContain("this clone is shallow and ends before it: fetch more history (`git fetch --unshallow`");
    // Both sides by name need no history.
    expect((await diff(folder, ["origin/main..HEAD"])).result.findings.new).toMatchObject([{ path: "mine.py" }]);
  });

  it("compares HEAD with what is staged, not with what lies around", async () => {
    const folder = repository();
    git(folder, "commit", "-q", "--allow-empty", "-m", "none");
    commit(folder, { "app.py": bound });
    change(folder, { "app.py": weak });
    git(folder, "add", "app.py");
    change(folder, { "app.py": bound, "around.py": weak });
    expect((await diff(folder, ["--staged"])).result.findings.new).toMatchObject([{ path: "app.py" }]);
    const unborn = repository();
    change(unborn, { "app.py": weak });
    git(unborn, "add", "app.py");
    expect((await diff(unborn, ["--staged"])).result).toMatchObject({ base: { name: "nothing" }, findings: { new: [{ path: "app.py" }] } });
  });

  it("reviews the part of a project that is named", async () => {
    const folder = repository();
    commit(folder, { "one/app.py": bound, "two/app.py": bound });
    change(folder, { "one/app.py": weak, "two/app.py": weak });
    expect((await diff(folder, ["HEAD", "one"])).result.findings.new).toMatchObject([{ path: "app.py" }]);
    expect((await diff(join(folder, "two"), ["HEAD"])).result.findings.new).toMatchObject([{ path: "app.py" }]);
  });

  it("reads binary files, links and odd names from git, and leaves the work tree alone", async () => {
    const folder = repository();
    const names = ["ein pfad.py", "größe.py", 'quo"te.py', "tab\there.py", "-dash.py", "a..b.py"];
    commit(folder, { ...Object.fromEntries(names.map((name) => [name, bound])), "blob.py": new Uint8Array([0, 1, 2, 0, 255]), "data.bin": new Uint8Array([0, 255]), "script": "#!/usr/bin/env python3\nprint(1)\n" });
    git(folder, "update-index", "--add", "--cacheinfo", `120000,${git(folder, "hash-object", "-w", "--stdin-paths", "--no-filters").trim() || git(folder, "rev-parse", "HEAD:script").trim()},link.py`);
    git(folder, "commit", "-q", "-m", "link");
    const second = commit(folder, Object.fromEntries(names.map((name) => [name, weak])));
    const before = statSync(join(folder, ".git/index")).mtimeMs;
    const { result } = await diff(folder, [`${second}~1..${second}`]);
    expect(result.findings.new.map((each) => each.path).sort()).toEqual([...names].sort());
    expect(statSync(join(folder, ".git/index")).mtimeMs).toBe(before);
    expect(git(folder, "status", "--porcelain", "--untracked-files=no")).not.toContain(" M ");
  });
});

describe("a clone in which an object is missing", () => {
  it("says that the file could not be read, and is incomplete", async () => {
    const folder = repository();
    commit(folder, { "app.py": bound, "other.py": "print(1)\n" });
    commit(folder, { "app.py": weak });
    const blob = git(folder, "rev-parse", "HEAD:other.py").trim();
    rmSync(join(folder, ".git/objects", blob.slice(0, 2), blob.slice(2)));
    const { code, result } = await diff(folder, ["HEAD~1..HEAD"]);
    expect({ code, complete: result.complete, ...counts(result) }).toEqual({ code: 1, complete: false, ...none, new: 1 });
    expect((await diff(folder, ["HEAD~1..HEAD", "--exit-zero"])).code).toBe(3);
  });
});

describe("patches", () => {
  const made = (edit: (folder: string) => void, before: Readonly<Record<string, string>> = { "app.py": bound }) => {
    const folder = repository();
    commit(folder, before);
    edit(folder);
    git(folder, "add", "-A");
    return { folder, patch: git(folder, "diff", "--cached", "-M") };
  };

  it("reads a plain diff, in a repository or without one", async () => {
    const { folder, patch } = made((path) => change(path, { "app.py": weak, "more/new.py": weak }));
    git(folder, "reset", "-q", "--hard");
    writeFileSync(join(folder, "a.patch"), patch);
    const inside = await diff(folder, ["--patch", "a.patch"]);
    expect(inside.result.findings.new.map((each) => each.path)).toEqual(["app.py", "more/new.py"]);
    expect(readFileSync(join(folder, "app.py"), "utf8")).toBe(bound);
    const outside = project({ "app.py": bound, "a.patch": patch });
    expect((await diff(outside, ["--patch", "a.patch"])).result.findings.new.map((each) => each.path)).toEqual(["app.py", "more/new.py"]);
    const plain = project({ "app.py": bound, "a.patch": patch.replace(/^(?:diff|index|new file).*\n/gm, "").replace(/^((?:---|\+\+\+) )[ab]\//gm, "$1") });
    expect((await diff(plain, ["--patch", "a.patch"])).result.findings.new.map((each) => each.path)).toEqual(["app.py", "more/new.py"]);
  });

  it("reads mails of several commits, one on top of the other, and what Gerrit hands out", async () => {
    const folder = repository();
    const first = commit(folder, { "app.py": bound });
    commit(folder, { "app.py": bound.replace("ok", "fine") });
    commit(folder, { "app.py": weak.replace("ok", "fine"), "ünï.py": weak });
    const mails = git(folder, "format-patch", "--stdout", `${first}..HEAD`);
    git(folder, "checkout", "-q", first);
    for (const text of [mails, Buffer.from(mails).toString("base64")]) {
      writeFileSync(join(folder, ".git/mails"), text);
      const { result } = await diff(folder, ["--patch", ".git/mails"]);
      expect(result.findings.new.map((each) => each.path)).toEqual(["app.py", "ünï.py"]);
      expect(result.base.name).toBe("HEAD");
    }
  });

  it("follows renames and deletions, and finds lines that have moved", async () => {
    const { folder, patch } = made((path) => {
      git(path, "mv", "old.py", "kept.py");
      change(path, { "gone.py": null, "app.py": weak });
    }, { "app.py": bound, "old.py": weak, "gone.py": weak.replace("users", "groups") });
    git(folder, "reset", "-q", "--hard");
    commit(folder, { "app.py": `import os\n\n${bound}` });
    writeFileSync(join(folder, ".git/a.patch"), patch);
    const { result } = await diff(folder, ["--patch", ".git/a.patch"]);
    expect(result.findings).toMatchObject({ new: [{ path: "app.py", line: 12 }], fixed: [{ path: "gone.py" }], standing: [{ path: "kept.py" }] });
  });

  it("says which line does not apply", async () => {
    const { patch } = made((path) => change(path, { "app.py": weak }));
    const refused = async (text: string, files: Readonly<Record<string, string>> = { "app.py": "print(1)\n" }) => {
      const run = await warrant(["diff", "--patch", "a.patch"], { cwd: project({ ...files, "a.patch": text }) });
      expect(run.code).toBe(2);
      return run.stderr;
    };
    expect(await refused(patch)).toContain("patch, line 5: app.py: the patch does not apply: its lines at 7 are not in the file");
    expect(await refused(patch, {})).toContain("app.py: the patch changes this file, and it is not there");
    expect(await refused("hello\n")).toContain("the patch changes no file");
    expect(await refused(patch.replace(/app\.py/g, "../app.py"))).toContain("the patch names a file outside the project");
    expect(await refused(patch.slice(0, -40))).toContain("the patch ends in the middle of a hunk");
    expect(await refused("diff --cc app.py\n")).toContain("a combined diff of a merge cannot be applied");
    expect(await refused(patch.replace(/^index.*\n/m, "").replace(/^---[\s\S]*/m, "GIT binary patch\nliteral 1\n"))).toContain("a binary patch cannot be read");
    expect((await warrant(["diff", "--patch", "nowhere"], { cwd: project({ "app.py": bound }) })).stderr).toContain("--patch nowhere: it cannot be read");
  });
});

describe("a hostile repository", () => {
  it("starts nothing that its configuration names", async () => {
    const folder = repository();
    commit(folder, { "app.py": bound, ".gitattributes": "*.py filter=evil diff=evil\n" });
    const marker = join(temporaryFolder(), "ran");
    const evil = join(folder, ".git", "evil.sh");
    writeFileSync(evil, `#!/bin/sh\ntouch '${marker}'\ncat\n`, { mode: 0o755 });
    mkdirSync(join(folder, ".git", "hooks"), { recursive: true });
    for (const hook of ["post-index-change", "reference-transaction", "post-checkout"]) writeFileSync(join(folder, ".git/hooks", hook), `#!/bin/sh\ntouch '${marker}'\n`, { mode: 0o755 });
    commit(folder, { "app.py": weak });
    rmSync(marker, { force: true });
    writeFileSync(join(folder, ".git", "config"), `${readFileSync(join(folder, ".git/config"), "utf8")}
[core]
\tfsmonitor = ${evil}
\tpager = ${evil}
\tsshCommand = ${evil}
\thooksPath = ${join(folder, ".git/hooks")}
\talternateRefsCommand = ${evil}
\tworktree = /
[pager]
\tls-tree = ${evil}
\tls-files = true
[diff]
\texternal = ${evil}
[diff "evil"]
\ttextconv = ${evil}
\tcommand = ${evil}
[filter "evil"]
\tclean = ${evil}
\tsmudge = ${evil}
\tprocess = ${evil}
\trequired = true
[alias]
\tls-tree = !${evil}
\tcat-file = !${evil}
[credential]
\thelper = ${evil}
[remote "origin"]
\turl = ext::${evil}
\tuploadpack = ${evil}
\tpromisor = true
\tpartialclonefilter = blob:none
[extensions]
\tpartialClone = origin
`);
    const { result } = await diff(folder, ["HEAD~1..HEAD"]);
    expect(counts(result)).toEqual({ ...none, new: 1 });
    expect(counts((await diff(folder, ["HEAD~1"])).result)).toEqual({ ...none, new: 1 });
    expect((await diff(folder, ["--staged", "HEAD~1"])).code).toBe(1);
    // An object that is missing is not fetched, whatever the configuration calls its transport.
    const blob = git(folder, "-c", "core.worktree=", "rev-parse", "HEAD~1:app.py").trim();
    rmSync(join(folder, ".git/objects", blob.slice(0, 2), blob.slice(2)));
    const missing = await warrant(["diff", "HEAD~1..HEAD"], { cwd: folder });
    expect(missing).toMatchObject({ code: 2, stderr: expect.stringContaining("are not in this clone") });
    expect(existsSync(marker)).toBe(false);
  });
});
