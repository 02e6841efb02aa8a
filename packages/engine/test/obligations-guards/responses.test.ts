/** What a handler answers with: a page, or data that no browser reads as one. */
import { describe, expect, test } from "vitest";
import { type Example, rowsOf } from "./rows.ts";

const detector = "cross-site-scripting";

const examples: readonly Example[] = [
  {
    title: "a dictionary, a list and what is made of them are JSON", detector,
    code: `from flask import Flask, request, jsonify
import json
app = Flask(__name__)

@app.route("/a")
def a():
    return {"q": request.args["q"]}

@app.route("/b")
def b():
    return {"q": request.args["q"]}, 200

@app.route("/c")
def c():
    rows = []
    for q in request.args.getlist("q"):
        rows.append({"q": q})
    return rows

@app.route("/d")
def d():
    out = {}
    out["q"] = request.args["q"]
    if request.args["z"]:
        return out, 400
    return dict(q=request.args["q"])

def made(q):
    return {"q": q}

@app.route("/e")
def e():
    return made(request.args["q"])

@app.route("/f")
def f():
    return json.dumps({"q": request.args["q"]})

@app.route("/g")
def g():
    return [q for q in request.args.getlist("q")]
`,
    rows: ["7 proven", "11 proven", "18 proven", "25 proven", "26 proven", "33 proven", "37 proven", "41 proven"],
  },
  {
    title: "text is a page, also beside a status, and where only one way is data", detector,
    code: `from flask import Flask, request
app = Flask(__name__)

@app.route("/a")
def a():
    return request.args["q"], 200

@app.route("/b")
def b():
    out = {"q": 1}
    if request.args["z"]:
        out = "<p>" + request.args["q"]
    return out
`,
    rows: ["6 violated", "13 violated"],
  },
  {
    title: "a header of the response is not its body", detector,
    code: `from flask import Flask, Response, request
app = Flask(__name__)

class Kinds:
    JSON = "application/json"

@app.route("/a")
def a():
    response = Response(response="{}", mimetype=Kinds.JSON)
    response.headers["Location"] = request.path
    return response
`,
    rows: ["11 proven"],
  },
  {
    title: "Bottle joins the texts of a list into a page, and sends a dictionary as JSON", detector,
    code: `from bottle import route, request

@route("/a")
def a():
    return [request.query["q"]]

@route("/b")
def b():
    return {"q": request.query["q"]}
`,
    rows: ["5 violated", "9 proven"],
  },
];

describe("responses", () => {
  for (const example of examples) test(example.title, () => expect(rowsOf(example)).toEqual(example.rows));
});
