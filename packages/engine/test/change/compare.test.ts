/** Two revisions of a project, compared: what was lost names what went. */
import { describe, expect, it, test } from "vitest";
import { compareRevisions, type Difference } from "../../src/change/index.ts";
import { differenceData, differenceForms } from "../../src/report/index.ts";
import { defaultFormOptions, inMemoryWorkspace, pythonLanguage, review } from "../../src/index.ts";
import { builtIn } from "../obligations/solve-text.ts";

type Files = Readonly<Record<string, string>>;

function revisionOf(files: Files) {
  const workspace = inMemoryWorkspace(files);
  const report = review(workspace, [pythonLanguage()], builtIn().catalog);
  return { report, files: { digests: new Map(workspace.list().map((path) => [path, files[path] ?? ""])), read: workspace.read } };
}

function differenceOf(before: Files, after: Files): Difference {
  const [first, second] = [revisionOf(before), revisionOf(after)];
  return compareRevisions({
    before: first.report, after: second.report, names: { before: "a", after: "b" }, files: { before: first.files, after: second.files }, judgeSuppressions: true,
  });
}

const lost = ({ lostProofs }: Difference): readonly string[] =>
  lostProofs.flatMap(({ reason, code, fate, touched, proofs }) => [
    `${reason.code} ${reason.path}:${reason.line} ${code} (${fate})`,
    ...touched.map((each) => `  ${each.name} ${each.path}:${each.line} ${each.code}`),
    ...proofs.map(({ after, is, isSinkTouched }) => `  ${after.detector} ${after.path}:${after.line} ${is}${isSinkTouched ? " touched" : ""}`),
  ]);

const head = "import os\nimport sqlite3\nimport subprocess\nfrom flask import Flask, abort, request\nfrom flask_login import login_required\nfrom checks import as_number, is_known, require_word\n\napp = Flask(__name__)\n\n\n";
const checks = `import re

NAMES = {"a", "b"}


def is_known(name):
    return name in NAMES


def require_word(text):
    if not re.fullmatch(r"[a-z]+", text):
        raise ValueError(text)


def as_number(text):
    return int(text)
`;
const view = (decorators: string, body: string): string => `${head}${decorators}def view():\n${body}    return "ok"\n`;
const route = '@app.route("/a")\n';

describe("a proof that a change took away", () => {
  test.each<[string, Files, Files, readonly string[]]>([
    [
      "a check inside a function that is called for it, in a file without a sink",
      { "checks.py": checks, "app.py": view(route, '    word = request.args["word"]\n    require_word(word)\n    subprocess.run("ls " + word, shell=True)\n') },
      { "checks.py": checks.replace(/ {4}if not re[^]*?raise ValueError\(text\)\n/, "    pass\n") },
      ['guard checks.py:11 if not re.fullmatch(r"[a-z]+", text): (removed)', "  command-injection app.py:15 violated"],
    ],
    [
      "what a check asks, though the check itself stands",
      { "checks.py": checks, "app.py": view(route, '    name = request.args["name"]\n    if not is_known(name):\n        abort(404)\n    sqlite3.connect("a.db").execute("SELECT * FROM " + name)\n') },
      { "checks.py": checks.replace("return name in NAMES", "return bool(name)") },
      ["enum app.py:14 if not is_known(name): (stands)", "  is_known checks.py:7 return name in NAMES", "  sql-injection app.py:16 violated"],
    ],
    [
      "a conversion that a helper did",
      { "checks.py": checks, "app.py": view(route, '    sqlite3.connect("a.db").execute("SELECT * FROM t LIMIT " + str(as_number(request.args["n"])))\n') },
      { "checks.py": checks.replace("return int(text)", "return text.strip()") },
      ["sanitizer checks.py:16 return int(text) (removed)", "  sql-injection app.py:13 violated"],
    ],
    [
      "the decorator that let only known callers in",
      { "checks.py": checks, "app.py": view(`@app.route("/a", methods=["POST"])\n@login_required\n`, '    sqlite3.connect("a.db").execute("DELETE FROM t WHERE id = ?", (request.form["id"],))\n') },
      { "app.py": view('@app.route("/a", methods=["POST"])\n', '    sqlite3.connect("a.db").execute("DELETE FROM t WHERE id = ?", (request.form["id"],))\n') },
      ["authorised-by app.py:12 @login_required (removed)", "  missing-authorisation app.py:11 open"],
    ],
    [
      "the parameter, where the sink itself was changed",
      { "checks.py": checks, "app.py": view(route, '    db = sqlite3.connect("a.db")\n    db.execute("SELECT 1 FROM t WHERE a = ?", (request.args["a"],))\n') },
      { "app.py": view(route, '    db = sqlite3.connect("a.db")\n    db.execute("SELECT 1 FROM t WHERE a = \'%s\'" % request.args["a"])\n') },
      ['const app.py:14 db.execute("SELECT 1 FROM t WHERE a = ?", (request.args["a"],)) (removed)', "  sql-injection app.py:14 violated touched"],
    ],
  ])("%s", (_name, before, changed, told) => {
    const difference = differenceOf(before, { ...before, ...changed });
    expect(lost(difference)).toEqual(told);
    expect(lost(differenceOf({ ...before, ...changed }, before))).toEqual([]);
    expect(differenceOf({ ...before, ...changed }, before).wonProofs.length).toBe(difference.rows.lost);
  });

  it("is told in every form", () => {
    const before = { "checks.py": checks, "app.py": view(route, '    word = request.args["word"]\n    require_word(word)\n    subprocess.run("ls " + word, shell=True)\n') };
    const difference = differenceOf(before, { ...before, "checks.py": checks.replace(/ {4}if not re[^]*?raise ValueError\(text\)\n/, "    pass\n") });
    for (const form of differenceForms) {
      const text = [...form.render(difference, defaultFormOptions)].join("");
      expect(text).toMatch(/command.injection|1 new/i);
      if (["text", "markdown", "json"].includes(form.name)) expect(text).toMatch(/require\\*_word returns only if it is identifier-text/);
    }
    expect(differenceData(difference).lostProofs).toHaveLength(1);
  });
});

describe("two sides", () => {
  const weak = view(route, '    sqlite3.connect("a.db").execute("SELECT \'%s\'" % request.args["a"])\n');

  it("have the same findings, mirrored", () => {
    const one = { "app.py": weak, "b.py": "print(1)\n", "c.py": weak.replace("view", "other").replace("SELECT", "DELETE") };
    const two = { "b.py": weak, "c.py": weak.replace("view", "renamed").replace("SELECT", "DELETE"), "d.py": weak.replace("view", "third").replace("SELECT", "UPDATE") };
    const forth = differenceOf(one, two);
    const back = differenceOf(two, one);
    expect(forth.findings.fresh.map(({ finding }) => finding.path)).toEqual(["d.py"]);
    expect(back.findings.fixed.map(({ finding }) => finding.path)).toEqual(["d.py"]);
    expect(forth.findings.standing.map(({ finding }) => finding.path)).toEqual(["b.py", "c.py"]);
    expect(back.findings.standing.map(({ finding }) => finding.path)).toEqual(["app.py", "c.py"]);
  });

  it("differ in nothing from themselves", () => {
    const { findings, lostProofs, wonProofs, files, rows } = differenceOf({ "app.py": weak, "checks.py": checks }, { "app.py": weak, "checks.py": checks });
    expect({ fresh: findings.fresh, fixed: findings.fixed, lostProofs, wonProofs, files }).toEqual({ fresh: [], fixed: [], lostProofs: [], wonProofs: [], files: [] });
    expect(rows).toMatchObject({ gone: 0, come: 0, same: rows.after, before: rows.after });
  });
});
