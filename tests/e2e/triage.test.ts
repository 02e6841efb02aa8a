/** Baselines and suppressions, with the built command. */
import { chmodSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { project, reviewJson, temporaryFolder, warrant } from "../command.ts";
import { commit, git, repository } from "../repository.ts";

const head = "import subprocess\nfrom flask import Flask, request\n\napp = Flask(__name__)\n";
const handler = (name: string): string => `\n\n@app.route('/${name}')\ndef ${name}():\n    return subprocess.run(request.args['${name}'], shell=True).stdout\n`;
const weak = { "app.py": head + handler("show") };
const ids = async (folder: string, ...flags: string[]): Promise<readonly string[]> => (await reviewJson([folder, ...flags])).report.findings.map((finding) => finding.id);

describe("warrant baseline", () => {
  it("writes a file that later reviews hold against what they find", async () => {
    const folder = project(weak);
    const written = await warrant(["baseline", "."], { cwd: folder });
    expect([written.code, written.stdout]).toEqual([0, ""]);
    const file = join(folder, ".warrant/baseline.txt");
    const text = readFileSync(file, "utf8");
    expect(text).toMatch(/^# warrant baseline 1, identities v\d+\n#.*\n[0-9a-f]{16} command-injection app\.py show\n$/);
    expect((await warrant(["-b", ".warrant/baseline.txt"], { cwd: folder })).code).toBe(0);
    writeFileSync(join(folder, "app.py"), head + handler("more") + handler("show"));
    const run = await reviewJson([folder, "--baseline", file, "--fail-on", "high:new"]);
    expect(run.code).toBe(1);
    expect(run.report.findings.map((finding) => finding.function)).toEqual(["more"]);
    expect(run.report).toMatchObject({ baseline: { known: [{ path: "app.py" }], gone: 0 } });
    writeFileSync(join(folder, "warrant.toml"), "baseline = '.warrant/baseline.txt'\n");
    expect(await ids(folder)).toHaveLength(1);
  });

  it("goes to stdout or to a named file, and reads what other runs wrote", async () => {
    const folder = project(weak);
    const out = temporaryFolder();
    expect((await warrant(["baseline", folder, "-o", "-"])).stdout).toContain("command-injection");
    await warrant([folder, "--sarif-output", join(out, "a.sarif"), "--json-output", join(out, "a.json")]);
    for (const name of ["a.sarif", "a.json"]) expect(await ids(folder, "-b", join(out, name)), name).toEqual([]);
    writeFileSync(join(out, "bandit.json"), JSON.stringify({ results: [{ test_id: "B602", filename: "./app.py", line_number: 9 }] }));
    expect(await ids(folder, "-b", join(out, "bandit.json"))).toEqual([]);
  });

  it.each([
    [["-b", "none.txt"], "cannot be read"], [["-b", "app.py"], "first line"], [["--fail-on", "high:new"], "needs a baseline"],
    [["-b", "app.py", "--baseline-commit", "HEAD"], "two baselines"], [["--baseline-commit", "HEAD"], "no git repository"],
  ])("refuses %j with 2", async (flags, message) => {
    const run = await warrant([".", ...flags], { cwd: project(weak) });
    expect(run.stderr).toContain(message);
    expect(run.code).toBe(2);
  });

  it("takes a revision for a baseline: what was there where it and HEAD part", async () => {
    const folder = repository();
    commit(folder, weak);
    git(folder, "checkout", "-q", "-b", "topic");
    commit(folder, { "app.py": head + handler("more") + handler("show") });
    expect(await ids(folder)).toHaveLength(2);
    const run = await reviewJson([folder, "--baseline-commit", "main"]);
    expect(run.report.findings.map((finding) => finding.function)).toEqual(["more"]);
    expect((await reviewJson([folder, "--baseline-commit", "HEAD"])).report.findings).toEqual([]);
  });
});

describe("warrant suppress", () => {
  const reason = ["--reason", "the command is ours, see #12"];

  it("writes a comment above the statement, as deep as it, and nothing else changes", async () => {
    const text = `${head}${handler("show").replace("shell=True", "\n        shell=True,\n    ")}`.replaceAll("\n", "\r\n");
    const folder = project({ "app.py": text });
    chmodSync(join(folder, "app.py"), 0o755);
    const [id = ""] = await ids(folder);
    const run = await warrant(["suppress", id, folder, ...reason, "--until", "2027-01-31"]);
    expect(run.stderr).toContain("app.py:9: # warrant: ignore[command-injection] -- the command is ours, see #12 (until=2027-01-31)");
    expect(run.code).toBe(0);
    const after = readFileSync(join(folder, "app.py"), "utf8");
    expect(after).toBe(text.replace("    return", "    # warrant: ignore[command-injection] -- the command is ours, see #12 (until=2027-01-31)\r\n    return"));
    expect(statSync(join(folder, "app.py")).mode & 0o777).toBe(0o755);
    expect(await ids(folder)).toEqual([]);
    // The day after, it speaks up again.
    expect((await reviewJson([folder], { env: { SOURCE_DATE_EPOCH: String(Date.UTC(2027, 1, 1) / 1_000) } })).report.findings).toHaveLength(1);
    expect((await warrant(["suppress", id, folder, ...reason])).stderr).toContain("silenced already, at app.py:9");
  });

  it("writes into the configuration where asked, and into the one that is in force", async () => {
    const folder = project({ ...weak, "pyproject.toml": "[tool.warrant]\nall = false\n" });
    const [id = ""] = await ids(folder);
    expect((await warrant(["suppress", id, folder, ...reason, "--in-configuration"])).code).toBe(0);
    expect(readFileSync(join(folder, "pyproject.toml"), "utf8")).toBe(
      `[tool.warrant]\nall = false\n\n# command-injection at app.py\n[[tool.warrant.suppress]]\nid = "${id}"\nreason = "the command is ours, see #12"\n`,
    );
    const run = await reviewJson([folder]);
    expect(run.report).toMatchObject({ findings: [], suppressed: [{ id, suppression: { dialect: "configuration", path: "pyproject.toml", line: 6 } }] });
    writeFileSync(join(folder, "app.py"), head);
    expect((await warrant([folder])).stdout).toContain("pyproject.toml:6: unused suppression");
  });

  it("falls back to the configuration where a comment cannot be written in the file's encoding", async () => {
    const folder = project({ "app.py": Buffer.concat([Buffer.from("# -*- coding: latin-1 -*-\nname = '"), Buffer.from([0xe9]), Buffer.from(`'\n${weak["app.py"]}`)]) });
    const [id = ""] = await ids(folder);
    const run = await warrant(["suppress", id, folder, "--reason", "prüft der Rufer"]);
    expect(run.stderr).toContain("no comment can stand there");
    expect(readFileSync(join(folder, "warrant.toml"), "utf8")).toContain(`id = "${id}"`);
    expect(await ids(folder)).toEqual([]);
  });

  it.each([
    [["F-00000000", ...reason], "no such finding"], [["F-1234567", "--reason", " "], "without a reason"], [["x"], "required option '--reason"],
    [["x", "--reason", "a\nb"], "one line"], [["x", ...reason, "--until", "2026-02-30"], "must be a day"], [["x", ...reason, "--until", "2020-01-01"], "this day is over"],
  ])("refuses %j with 2, and writes nothing", async (args, message) => {
    const folder = project(weak);
    const run = await warrant(["suppress", ...args], { cwd: folder });
    expect(run.stderr).toContain(message);
    expect(run.code).toBe(2);
    expect(readFileSync(join(folder, "app.py"), "utf8")).toBe(weak["app.py"]);
  });

  it("guesses the id that was meant", async () => {
    const folder = project(weak);
    const [id = ""] = await ids(folder);
    const run = await warrant(["suppress", `${id.slice(0, -1)}${id.endsWith("0") ? "1" : "0"}`, folder, ...reason]);
    expect(run.stderr).toContain(`did you mean "${id}"`);
  });
});

it("a comment on one statement of a function does not silence another one", async () => {
  const text = head + handler("show").replace("    return", "    x = 1  # nosec B602\n    return");
  expect(await ids(project({ "app.py": text }))).toHaveLength(1);
  expect(await ids(project({ "app.py": text.replace("x = 1", "if x:\n        # nosec B602\n        pass") }))).toHaveLength(1);
});

it.each([
  ["[[suppress]]\nid = 'F-1'\nreason = 'x'", "needs the id of a finding"], ["[[suppress]]\nid = 'F-12345678'", "gives no reason"],
  ["[[suppress]]\nid = 'F-12345678'\nreason = 'x'\nuntill = '2027-01-01'", 'did you mean "until"'], ["[[suppress]]\nid = 'F-12345678'\nreason = 'x'\nuntil = 'soon'", "not a day"],
  ["suppress = 'F-12345678'", "list of tables"], ["baseline = 'none.txt'", "no such file"], ["baseline = '../x'", "must lie below"],
])("the configuration %j is refused", async (text, message) => {
  const run = await warrant([project({ ...weak, "warrant.toml": text })]);
  expect(run.stderr).toContain(message);
  expect(run.code).toBe(2);
});

it("a change has the forms of hosts, with what is new only", async () => {
  const folder = repository();
  commit(folder, weak);
  commit(folder, { "app.py": head + handler("more") + handler("show") });
  const run = await warrant(["diff", "HEAD~1..HEAD", "-q", "-f", "github"], { cwd: folder });
  expect(run.code).toBe(1);
  expect(run.stdout.match(/^::error file=app\.py,line=9,/gm)).toHaveLength(1);
  expect(run.stdout).toContain("1 new, 0 fixed, 1 still there");
});
