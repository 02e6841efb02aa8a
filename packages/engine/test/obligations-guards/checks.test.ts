/** What checks leave of values: read again, character by character, in sets. */
import { describe, expect, test } from "vitest";
import { type Example, rowsOf } from "./rows.ts";

const examples: readonly Example[] = [
  {
    title: "a value that is read again keeps the check of the first read", detector: "code-injection",
    code: `from flask import request

def a():
    if request.args.get("x") in ("a", "b"):
        eval(request.args.get("x"))
        eval(request.args["x"])
        eval(request.args["y"])
    eval(request.args["x"])

def b():
    x = request.args.get("x", "")
    if not x.isdigit():
        return
    eval(request.args["x"])

def c(data):
    if request.args.get("x") in ("a", "b"):
        pass
    else:
        eval(request.args.get("x"))

def check(x):
    return x in ("a", "b")

def d():
    if not check(request.args.get("x")):
        return
    eval(request.args["x"])
    eval(request.form["x"])
`,
    rows: ["5 proven", "6 proven", "7 violated", "8 violated", "14 proven", "20 violated", "28 proven", "29 violated"],
  },
  {
    title: "a part that was split off does not hold the separator", detector: "path-traversal",
    code: `import os
from flask import request

def a():
    x = request.args["x"]
    open("/srv/a" + os.path.splitext(x)[1])
    root, ext = os.path.splitext(x)
    open("/srv/a" + ext)
    open("/srv/a" + root)
    open("/srv/" + x.rsplit("/", 1)[-1])
    open("/srv/" + x.rsplit("/", 1)[0])
    open("/srv/" + x.split("/")[2])
    open("/srv/" + x.rsplit(".", 1)[1])
    open("/srv/" + x.rpartition("/")[2])
`,
    rows: ["6 proven", "8 proven", "9 violated", "10 proven", "11 violated", "12 proven", "13 violated", "14 proven"],
  },
  {
    title: "of spread options the item of the name counts", detector: "certificate-validation-off",
    code: `import requests

def a():
    options = {"timeout": 3}
    requests.get("https://a", **options)

def b():
    options = {"verify": False}
    requests.get("https://a", **options)

def c():
    options = {}
    options["verify"] = False
    requests.get("https://a", **options)

def get(url, **kwargs):
    return requests.get(url, **kwargs)

def d():
    get("https://a", verify=False)
`,
    rows: ["5 proven", "9 violated", "14 violated", "17 violated"],
  },
  {
    title: "checks of all characters", detector: "sql-injection",
    code: `import sqlite3
import string
from flask import request

ALLOWED = string.ascii_letters + string.digits + "_"
SAFE = set("abc123")
db = sqlite3.connect("x")

def a():
    x = request.args["x"]
    if all(c in ALLOWED for c in x):
        db.execute("SELECT " + x)
    else:
        db.execute("SELECT " + x)

def b():
    x = request.args["x"]
    if not all(c.isalnum() or c in "-_" for c in x):
        return
    db.execute("SELECT " + x)

def c():
    x = request.args["x"]
    if any(c not in ALLOWED for c in x):
        return
    db.execute("SELECT " + x)

def d():
    x = request.args["x"]
    if set(x) <= SAFE:
        db.execute("SELECT " + x)
    if set(x) - SAFE:
        return
    db.execute("SELECT " + x)

def e():
    x = request.args["x"]
    if all(c in ALLOWED for c in x if c != "'"):
        db.execute("SELECT " + x)

def f():
    x = request.args["x"]
    if any(c in ALLOWED for c in x):
        db.execute("SELECT " + x)

def g():
    x = request.args["x"]
    if not set(x).issubset(SAFE):
        return
    db.execute("SELECT " + x)
`,
    rows: [
      "12 proven", "14 violated", "20 proven", "26 proven", "31 proven", "34 proven", "39 violated kept back", "44 violated", "50 proven",
    ],
  },
  {
    title: "characters that are kept out", detector: "path-traversal",
    code: `from flask import request

def a():
    x = request.args["x"]
    if any(c in x for c in ("..", "/")):
        return
    open("/srv/" + x)

def b():
    x = request.args["x"]
    if any(c in "/\\\\" for c in x):
        return
    open("/srv/" + x)

def c():
    x = request.args["x"]
    if any(c in x for c in ("'", "?")):
        return
    open("/srv/" + x)
`,
    rows: ["7 proven", "13 proven", "19 violated"],
  },
];

describe("checks", () => {
  for (const example of examples) test(example.title, () => expect(rowsOf(example)).toEqual(example.rows));
});
