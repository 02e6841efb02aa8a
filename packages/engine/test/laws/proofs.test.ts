/**
 * Proofs rest on the line that protects: each program is proven, and violated once that line is gone.
 *
 * `«kept|lost»` is what stands there with and without the protection; a line that ends in `# protects` is left out.
 */
import { describe, expect, test } from "vitest";
import { solve } from "../obligations/solve-text.ts";

interface Protected {
  readonly name: string;
  readonly detector: string;
  readonly text: string;
  /** The violation that is left is told, but not shown. */
  readonly isKeptBack?: true;
}

/** A view that reads a parameter into `x` and goes on with these lines. */
function view(imports: string, ...lines: string[]): string {
  const head = `${imports === "" ? "" : `${imports}\n`}from flask import redirect, request\n\ndef view():\n    x = request.args["x"]\n`;
  return head + lines.map((line) => `    ${line}\n`).join("");
}

const programs: readonly Protected[] = [
  { name: "a bound parameter", detector: "sql-injection", text: view("import sqlite3", `db = sqlite3.connect("a")`, 'db.execute("SELECT «?", (x,)|" + x»)') },
  { name: "int()", detector: "code-injection", text: view("", "eval(str(«int(x)|x»))") },
  { name: "a number in a format", detector: "code-injection", text: view("", 'eval("«%d|%s»" % x)') },
  { name: "an allow-list", detector: "code-injection", text: view("", 'if x not in ("a", "b"): return  # protects', "eval(x)") },
  { name: "an allow-list that only tells", detector: "code-injection", text: view("", 'if x not in ("a", "b"):', "    «return|print(x)»", "eval(x)") },
  { name: "an allow-list of the right value", detector: "code-injection", text: view("", 'y = request.args["y"]', 'if «x|y» not in ("a", "b"): return', "eval(x)") },
  { name: "an allow-list the right way round", detector: "code-injection", text: view("", 'if x «not in|in» ("a", "b"): return', "eval(x)") },
  { name: "an allow-list for all ways", detector: "code-injection", text: view("", 'if x not in ("a", "b")« and True| and request.args["y"]»: return', "eval(x)") },
  { name: "equality", detector: "code-injection", text: view("", 'if x == "a"«|» or «False|request.args["y"]»:', "    eval(x)") },
  { name: "a table of constants", detector: "code-injection", text: view("", 'eval({"a": "1"}.get(x, «"2"|x»))') },
  { name: "realpath and startswith: the check", detector: "path-traversal", text: view("import os", 'p = os.path.realpath("/srv/" + x)', 'if not p.startswith("/srv/"): return  # protects', "open(p)") },
  { name: "realpath and startswith: the resolving", detector: "path-traversal", text: view("import os", 'p = «os.path.realpath|str»("/srv/" + x)', 'if not p.startswith("/srv/"): return', "open(p)") },
  { name: "commonpath", detector: "path-traversal", text: view("import os", 'p = os.path.abspath("/srv/" + x)', 'if os.path.commonpath(["/srv", p]) != "/srv": return  # protects', "open(p)") },
  { name: "is_relative_to", detector: "path-traversal", text: view("import pathlib", 'p = (pathlib.Path("/srv") / x).resolve()', 'if not p.is_relative_to("/srv"): return  # protects', "open(p)") },
  { name: "basename", detector: "path-traversal", text: view("import os", 'open("/srv/" + «os.path.basename|str»(x))') },
  { name: "two dots", detector: "path-traversal", text: view("", 'if ".." in x: return  # protects', 'open("/srv/" + x)') },
  { name: "a full match", detector: "path-traversal", text: view("import re", 'if not re.«fullmatch|match»("[a-z]+", x): return', "open(x)") },
  { name: "the end of a match", detector: "path-traversal", text: view("import re", 'if not re.match("[a-z]+«$|»", x): return', "open(x)") },
  { name: "the characters of a match", detector: "path-traversal", text: view("import re", 'if not re.fullmatch("[a-z«|./»]+", x): return', "open(x)") },
  { name: "isalnum", detector: "path-traversal", text: view("", "if not x.«isalnum|isprintable»(): return", "open(x)") },
  { name: "escape", detector: "cross-site-scripting", text: 'import html\nfrom flask import Flask, request\napp = Flask("a")\n@app.route("/")\ndef view():\n    return "<b>" + «html.escape|str»(request.args["x"])\n' },
  { name: "a quoted word", detector: "command-injection", text: view("import os\nimport shlex", 'os.system("ls " + «shlex.quote|str»(x))') },
  { name: "a list of arguments", detector: "command-injection", text: view("import subprocess", 'subprocess.run(«["ls", x]|"ls " + x, shell=True»)') },
  { name: "the shell that is off", detector: "command-injection", text: view("import subprocess", 'subprocess.run("ls " + x, shell=«False|True»)').replace('"ls " + x', '«["ls", x]|"ls " + x»') },
  { name: "the absence of quotes", detector: "xpath-injection", text: view("from lxml import etree", 'if "\'" in x: return  # protects', `etree.XPath("//a[@b='" + x + "']")`) },
  { name: "a fixed host", detector: "server-side-request-forgery", text: view("import requests", 'requests.get("https://a.example«/|»" + x)') },
  { name: "the host of an address", detector: "open-redirect", text: view("from urllib.parse import urlparse", 'if urlparse(x).«netloc|scheme» != "a.example": return', "return redirect(x)") },
  { name: "a check in a function", detector: "code-injection", text: `def good(v):\n    return v «in|not in» ("a", "b")\n${view("", "if not good(x): return", "eval(x)")}`, isKeptBack: true },
  { name: "a check in a function that raises", detector: "code-injection", text: `def check(v):\n    if v not in ("a", "b"): raise ValueError(v)  # protects\n    print(v)\n${view("", "check(x)", "eval(x)")}` },
  { name: "a function that gives a constant", detector: "code-injection", text: `def pick(v):\n    if v == "a": return "1"\n    return «"2"|v»\n${view("", "eval(pick(x))")}` },
  { name: "another key", detector: "code-injection", text: view("", 'd = {"a": x, "b": "1"}', 'eval(d["«b|a»"])') },
  { name: "another position", detector: "code-injection", text: view("", 'l = [x, "1"]', "eval(l[«1|0»])") },
  { name: "another field", detector: "code-injection", text: `class Box:\n    def __init__(self, a, b):\n        self.a = a\n        self.b = b\n${view("", 'box = Box(x, "1")', "eval(box.«b|a»)")}` },
  { name: "a later store", detector: "code-injection", text: view("", 'd = {"a": x}', 'd["a"] = "1"  # protects', 'eval(d["a"])') },
  { name: "a branch that cannot run", detector: "code-injection", text: view("", 'y = "1"', "if 3 * 4 «>|<» 20:", "    y = x", "eval(y)") },
  { name: "a safe loader", detector: "unsafe-deserialization", text: view("import yaml", "yaml.«safe_load(x)|load(x, Loader=yaml.Loader)»") },
  { name: "a switch of certificates", detector: "certificate-validation-off", text: 'import requests\ndef get(verify=«True|False»):\n    requests.get("https://a.example", verify=verify)\nget()\n' },
  { name: "a placeholder", detector: "hard-coded-credential", text: 'import psycopg2\npsycopg2.connect(host="h", password="«<password>|hunter22»")\n' },
];

function rowsOf(program: Protected, isProtected: boolean): string[] {
  const text = program.text.replace(/«([^|»]*)\|([^»]*)»/g, isProtected ? "$1" : "$2");
  const kept = isProtected ? text : text.replace(/^.*# protects\n/gm, "");
  return solve({ "main.py": kept }).obligations
    .filter((row) => row.detector === program.detector)
    .map((row) => row.verdict + (row.verdict === "violated" && !row.shown ? " (kept back)" : ""));
}

describe("a proof falls with what protects", () => {
  test.each(programs)("$name", (program) => {
    const before = rowsOf(program, true);
    const after = rowsOf(program, false);
    // A sink that no longer asks anything (a safe loader) has no row, which is as good as a proof.
    expect(before.filter((verdict) => verdict !== "proven")).toEqual([]);
    expect(after.filter((verdict) => verdict !== "proven")).toEqual([program.isKeptBack ? "violated (kept back)" : "violated"]);
  });
});
