/** The command line: exit codes, outputs, flags, configuration. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { project, reviewJson, temporaryFolder, warrant } from "../command.ts";

const weak = { "app.py": 'import subprocess\nfrom flask import request\n\n\ndef run():\n    subprocess.run("ls " + request.args["d"], shell=True)\n' };
const fine = { "app.py": "print(1)\n" };

describe("exit codes", () => {
  it("is 0 when only tests make a finding of the product", async () => {
    const files = {
      "app.py": "import oracledb\nclass H:\n    def connect(self):\n        return oracledb.connect(password=self.data['password'])\n",
      "tests/test_app.py": "from app import H\ndef test_it():\n    h = H()\n    h.data = {'password': 'hunter2hunter2'}\n    h.connect()\n",
    };
    expect((await warrant([project(files), "--follow-tests"])).code).toBe(0);
    expect((await warrant([project(files)])).code).toBe(0);
  });

  it("tells how much test code is parsed and not followed, and follows what the product imports of it", async () => {
    const files = {
      "app.py": "import subprocess\nfrom shop.testing.fake import ask\n\n\ndef run():\n    subprocess.run(ask(), shell=True)\n",
      "shop/__init__.py": "",
      "shop/testing/__init__.py": "",
      "shop/testing/fake.py": "from .names import read\n\n\ndef ask():\n    return read()\n",
      "shop/testing/names.py": "from flask import request\n\n\ndef read():\n    return request.args['q']\n",
      "tests/test_app.py": "import app\n\n\ndef test_one():\n    app.run()\n\n\nclass TestMore:\n    def test_two(self):\n        app.run()\n",
      "tests/test_broken.py": "def test_three(:\n",
    };
    const { report } = await reviewJson([project(files)]);
    expect(report.coverage.files).toMatchObject({ analysed: 7, test: 5, testNotFollowed: 2, partialPaths: ["tests/test_broken.py"], skipped: [] });
    expect(report.coverage.entries).toMatchObject({ test: 2 });
    expect((await warrant([project(files)])).stdout).toContain("2 test files parsed and not followed");
  });

  it("is 0 when nothing is found", async () => {
    expect((await warrant([project(fine)])).code).toBe(0);
  });

  it("is 1 when something is found, and 0 with --exit-zero", async () => {
    const folder = project(weak);
    expect((await warrant([folder])).code).toBe(1);
    expect((await warrant([folder, "--exit-zero"])).code).toBe(0);
  });

  it("is 1 rather than 3 when both apply, and --exit-zero does not hide the 3", async () => {
    const folder = project({ ...weak, "large.py": `x = "${"a".repeat(2_000)}"\n` });
    const limit = ["--max-target-bytes", "1000"];
    expect((await warrant([folder, ...limit])).code).toBe(1);
    expect((await warrant([folder, ...limit, "--exit-zero"])).code).toBe(3);
    expect((await warrant([folder, ...limit, "--exit-zero", "--allow-partial"])).code).toBe(0);
  });

  it("fails from the severity of --fail-on upwards, and shows the rest all the same", async () => {
    const folder = project({ "app.py": "import requests\n\n\ndef f():\n    return requests.get('https://a.example', verify=False)\n" });
    const { report } = await reviewJson([folder]);
    expect(report.findings).toHaveLength(1);
    expect((await warrant([folder, "--fail-on", "critical"])).code).toBe(0);
    expect((await warrant([folder, "--severity", "critical"])).code).toBe(0);
  });
});

describe("flags", () => {
  it.each([
    [["--formt", "json", "."], "Did you mean --format?"],
    [["--format", "jsn", "."], 'did you mean "json"?'],
    [["--format", "p/ci", "."], "did you mean --config?"],
    [["--severity", "hgih", "."], "low, medium, high or critical"],
    [["--fail-on", "high:new", "."], "needs a baseline"],
    [["--select", "sql-injektion", "."], 'did you mean "sql-injection"?'],
    [["-j", "0", "."], "whole number"],
    [["--max-target-bytes", "1e6", "."], "whole number"],
    [["--public-api", "shop,a-b", "."], "names of modules"],
    [["-o", "no/such/folder/x", "."], "does not exist"],
    [["--json-output", "a", "--sarif-output", "a", "."], "same file"],
    [["--json", "--sarif", "."], "two forms"],
    [["no-such-path"], "there is no such file or folder"],
    [["explain", "no-such-rule"], "no detector goes by"],
  ])("refuses %j with 2", async (args, message) => {
    const run = await warrant(args, { cwd: project(fine) });
    expect(run.stderr).toContain(message);
    expect(run.code).toBe(2);
    expect(run.stdout).toBe("");
  });

  it("knows what peers know", async () => {
    const run = await warrant(["-r", "-q", "-j", "2", "--metrics", "off", "--error", "--output-format", "json", "."], { cwd: project(fine) });
    expect(run.code).toBe(0);
    expect(JSON.parse(run.stdout)).toBeTypeOf("object");
  });

  it("selects and ignores by our id, by CWE and by the id of another tool", async () => {
    const folder = project(weak);
    for (const id of ["command-injection", "CWE-78", "B602"]) {
      expect((await reviewJson([folder, "--select", id])).report.findings, id).toHaveLength(1);
      expect((await reviewJson([folder, "--ignore", id])).report.findings.filter((finding) => finding.cwe.includes(78)), id).toEqual([]);
    }
  });

  it("honours foreign suppressions, unless told not to", async () => {
    const folder = project({ "app.py": weak["app.py"].replace("shell=True)", "shell=True)  # nosec B602 - internal tool") });
    expect((await reviewJson([folder])).report.findings).toEqual([]);
    expect((await reviewJson([folder, "--ignore-nosec"])).report.findings).toHaveLength(1);
  });

  it("prints help and version on stdout, at once", async () => {
    const start = performance.now();
    const help = await warrant(["--help"]);
    expect(performance.now() - start).toBeLessThan(2_000);
    expect(help.code).toBe(0);
    expect(help.stdout).toContain("review");
    expect((await warrant(["--version"])).stdout).toMatch(/^\d+\.\d+\.\d+/);
  });

  it("explains a detector by another tool's id", async () => {
    const run = await warrant(["explain", "B602"]);
    expect(run.code).toBe(0);
    expect(run.stdout).toContain("# ");
    expect(run.stdout).toContain("What to do");
  });
});

describe("outputs", () => {
  it("writes several forms in one run, and the text on stdout", async () => {
    const folder = project(weak);
    const out = temporaryFolder();
    const run = await warrant([folder, "--sarif-output", join(out, "a.sarif"), "--json-output", join(out, "a.json"), "--markdown-output", join(out, "a.md")]);
    expect(run.code).toBe(1);
    expect(run.stdout).toContain("CWE-78");
    expect(JSON.parse(readFileSync(join(out, "a.sarif"), "utf8"))).toMatchObject({ version: "2.1.0" });
    expect(JSON.parse(readFileSync(join(out, "a.json"), "utf8"))).toHaveProperty("findings");
    expect(readFileSync(join(out, "a.md"), "utf8")).toMatch(/^# /);
    expect(readdirSync(out).sort()).toEqual(["a.json", "a.md", "a.sarif"]);
  });

  it("writes machine outputs on 0 and 3 too, when they are empty", async () => {
    const out = temporaryFolder();
    expect((await warrant([project(fine), "--sarif-output", join(out, "0.sarif")])).code).toBe(0);
    expect((await warrant([temporaryFolder(), "--sarif-output", join(out, "3.sarif")])).code).toBe(3);
    expect(readdirSync(out).sort()).toEqual(["0.sarif", "3.sarif"]);
  });

  it("does not touch the reviewed project, and never writes over what it reviews", async () => {
    const folder = project(weak);
    await warrant([folder]);
    expect(readdirSync(folder)).toEqual(["app.py"]);
    const run = await warrant([folder, "-o", join(folder, "app.py")]);
    expect(run.code).toBe(2);
    expect(readFileSync(join(folder, "app.py"), "utf8")).toBe(weak["app.py"]);
  });

  it("keeps results on stdout and everything else on stderr; -q keeps stderr empty", async () => {
    const folder = project(fine);
    expect((await warrant([folder, "--format", "json"])).stderr).not.toBe("");
    expect((await warrant([folder, "--format", "json", "-q"])).stderr).toBe("");
  });

  it("is not upset by a reader that goes away", async () => {
    const many = Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`m${index}.py`, weak["app.py"]]));
    const run = await warrant([project(many), "--format", "json", "--all"], { closeEarly: true });
    expect(run.stderr).not.toContain("EPIPE");
    expect(run.code).toBe(1);
  });
});

describe("what is read", () => {
  const files = {
    ".gitignore": "ignored/\n*.gen.py\n", "a.py": "x = 1\n", "ignored/b.py": "x = 1\n", "c.gen.py": "x = 1\n", "tests/test_d.py": "x = 1\n",
    "node_modules/e.py": "x = 1\n", "env/pyvenv.cfg": "", "env/lib/f.py": "x = 1\n", "notes.txt": "hello", "tool": "#!/usr/bin/env python3\nprint(1)\n",
    "sub/.gitignore": "!keep.gen.py\n", "sub/keep.gen.py": "x = 1\n",
  };

  it("honours .gitignore, skips what is not the project's, and lists every skip", async () => {
    const folder = project(files);
    const { report } = await reviewJson([folder]);
    const skipped = report.coverage.files.skipped.map((each) => each.path);
    expect(report.coverage.files.analysed).toBe(4);
    expect(skipped).toEqual(expect.arrayContaining(["c.gen.py", "env", "ignored", "node_modules"]));
    expect((await reviewJson([folder, "--no-git-ignore"])).report.coverage.files.analysed).toBe(6);
  });

  it("never ignores a path that is named", async () => {
    const folder = project(files);
    expect((await reviewJson([join(folder, "ignored")])).report.coverage.files.analysed).toBe(1);
    expect((await reviewJson([join(folder, "c.gen.py")])).report.coverage.files.analysed).toBe(1);
  });

  it("takes the ignore files of the repository above a named folder, and none from outside of it", async () => {
    const outer = project({ ".gitignore": "*.py\n", "repository/.gitignore": "*.gen.py\n", "repository/src/a.py": "", "repository/src/b.gen.py": "" });
    mkdirSync(join(outer, "repository/.git"));
    expect((await reviewJson([join(outer, "repository/src")])).report.coverage.files.analysed).toBe(1);
  });

  it("excludes and includes by pattern", async () => {
    const folder = project(files);
    expect((await reviewJson([folder, "--exclude", "tests,sub"])).report.coverage.files.analysed).toBe(2);
    expect((await reviewJson([folder, "--include", "tests"])).report.coverage.files.analysed).toBe(1);
  });

  it("reads several paths as one project, in any order", async () => {
    const folder = project({ "a/x.py": weak["app.py"], "b/y.py": weak["app.py"] });
    const one = await reviewJson([join(folder, "a"), join(folder, "b/y.py")]);
    const other = await reviewJson([join(folder, "b/y.py"), join(folder, "a"), join(folder, "a/x.py")]);
    expect(one.report.findings.map((finding) => finding.path)).toEqual(["a/x.py", "b/y.py"]);
    expect(other.stdout).toBe(one.stdout);
  });
});

describe("configuration", () => {
  it("comes from warrant.toml or pyproject.toml, the nearest first, and gives way to flags", async () => {
    const folder = project({ ...weak, "pyproject.toml": "[project]\nname = 'x'\n\n[tool.warrant]\nignore = ['command-injection']\n" });
    expect((await warrant([folder])).code).toBe(0);
    expect((await warrant([folder, "--ignore", "sql-injection"])).code).toBe(1);
    writeFileSync(join(folder, "warrant.toml"), "exit-zero = true\n");
    const run = await reviewJson([folder]);
    expect(run.code).toBe(0);
    expect(run.report.findings).toHaveLength(1);
  });

  it("is looked for up to the root of the repository and not above", async () => {
    const outer = project({ "warrant.toml": "exit-zero = true\n", ...Object.fromEntries(Object.entries(weak).map(([name, text]) => [`r/s/${name}`, text])) });
    expect((await warrant([join(outer, "r/s")])).code).toBe(1);
    mkdirSync(join(outer, ".git"));
    expect((await warrant([join(outer, "r/s")])).code).toBe(0);
  });

  it.each([
    ["selct = ['a']", ":1: unknown key", 'did you mean "select"?'],
    ["\n\nseverity = 'loud'", ":3: ", "low, medium, high or critical"],
    ["all = 1", ":1: ", "true or false"],
    ["exclude = 'a'", ":1: ", "list of texts"],
    ["max-target-bytes = -1", ":1: ", "whole number"],
    ["public-api = 'all'", ":1: ", "list of names of modules"],
    ["public-api = [1]", ":1: ", "list of names of modules"],
    ["all = [", "not valid TOML", ""],
    ["__proto__ = 1", "unknown key", ""],
  ])("refuses %j with 2", async (text, place, message) => {
    const run = await warrant([project({ ...fine, "warrant.toml": text })]);
    expect(run.code).toBe(2);
    expect(run.stderr).toContain(place);
    expect(run.stderr).toContain(message);
  });

  it("does not mind a pyproject.toml that is none of ours, whole or broken", async () => {
    expect((await warrant([project({ ...fine, "pyproject.toml": "[tool.black]\nline-length = 100\n" })])).code).toBe(0);
    expect((await warrant([project({ ...fine, "pyproject.toml": "[tool.black\n" })])).code).toBe(0);
  });

  it("declares what other programs call: what they pass counts where it becomes part of something", async () => {
    const lines = [
      "import sqlite3", "def show(name):", "    sqlite3.connect('a').execute('SELECT ' + name)",
      "def numbered(count: int):", "    sqlite3.connect('a').execute('SELECT %s' % count)",
      "def run(command):", "    sqlite3.connect('a').execute(command)", "def _own(name):", "    sqlite3.connect('a').execute('DROP ' + name)", "",
    ];
    const folder = project({ "shop.py": lines.join("\n") });
    expect((await reviewJson([folder])).report.findings).toHaveLength(0);
    const places = ({ report }: Awaited<ReturnType<typeof reviewJson>>) => report.findings.map(({ detector, line }) => [detector, line]);
    expect(places(await reviewJson([folder, "--public-api", "exported"]))).toEqual([["sql-injection", 3]]);
    expect(places(await reviewJson([folder, "--public-api", "other"]))).toEqual([]);
    writeFileSync(join(folder, "warrant.toml"), "public-api = ['shop']\n");
    expect(places(await reviewJson([folder]))).toEqual([["sql-injection", 3]]);
  });

  it("can be named", async () => {
    const folder = project({ ...weak, "ci.toml": "exit-zero = true\n" });
    expect((await warrant([folder, "-c", join(folder, "ci.toml")])).code).toBe(0);
    expect((await warrant([folder, "-c", join(folder, "no.toml")])).code).toBe(2);
  });
});

it("leaves nothing behind in the folder it was called in", async () => {
  const cwd = temporaryFolder();
  await warrant([project(weak)], { cwd });
  expect(existsSync(join(cwd, "warrant.toml"))).toBe(false);
  expect(readdirSync(cwd)).toEqual([]);
});
