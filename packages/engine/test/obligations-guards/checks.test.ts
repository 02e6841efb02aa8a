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
];

describe("checks", () => {
  for (const example of examples) test(example.title, () => expect(rowsOf(example)).toEqual(example.rows));
});
