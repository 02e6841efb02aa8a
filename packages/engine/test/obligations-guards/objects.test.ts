/** What models say of objects: guards on sources, prefixes that calls give, markup that escapes. */
import { describe, expect, test } from "vitest";
import { type Example, rowsOf } from "./rows.ts";

const examples: readonly Example[] = [
  {
    title: "a source that is known to be checked is what the check says", detector: "open-redirect",
    code: `from django.http import HttpResponseRedirect, HttpRequest

def a(request: HttpRequest):
    return HttpResponseRedirect(request.path)

def b(request: HttpRequest):
    return HttpResponseRedirect(request.GET["next"])
`,
    rows: ["4 proven", "7 violated"],
  },
  {
    title: "a checked form is a schema, its raw data is not", detector: "trust-boundary",
    code: `from django import forms
from django.http import HttpRequest

class Form(forms.Form):
    q = forms.CharField()

def a(request: HttpRequest):
    form = Form(request.POST)
    if form.is_valid():
        request.session["q"] = form.cleaned_data["q"]
        request.session["r"] = form.data["q"]
`,
    rows: ["10 proven", "10 proven", "11 proven", "11 violated"],
  },
  {
    title: "a call that gives an address of the service fixes the host of what is added to it", detector: "open-redirect",
    code: `from flask import Flask, redirect, request, url_for
app = Flask(__name__)

@app.route("/")
def a():
    return redirect(url_for("a") + "?q=" + request.args["q"])

@app.route("/b")
def b():
    return redirect(f"{url_for('a')}?q={request.args['q']}")

@app.route("/c")
def c():
    return redirect("%s?q=%s" % (url_for("a"), request.args["q"]))

@app.route("/d")
def d():
    return redirect("{}?q={}".format(url_for("a"), request.args["q"]))

@app.route("/e")
def e():
    return redirect(request.args["q"] + url_for("a"))
`,
    rows: ["6 proven", "10 proven", "14 proven", "18 proven", "22 violated"],
  },
  {
    title: "a constant of another module begins a text like one of this", detector: "server-side-request-forgery",
    code: {
      "conf.py": `API = "https://api.example.com/v1/"
HOST = "https://api.example.com"
import os
BASE = os.environ["BASE"]
`,
      "main.py": `import requests
import conf
from conf import API, HOST
from flask import request

def a():
    q = request.args["q"]
    requests.get(API + q)
    requests.get(f"{API}x/{q}")
    requests.get(f"{conf.API}x/{q}")
    requests.get("%sx/%s" % (API, q))
    requests.get("{}x/{}".format(API, q))
    requests.get(f"{HOST}{q}")
    requests.get(f"{HOST}/{q}")
`,
    },
    rows: ["main.py:8 proven", "main.py:9 proven", "main.py:10 proven", "main.py:11 proven", "main.py:12 proven", "main.py:13 violated", "main.py:14 proven"],
  },
  {
    title: "markup escapes what its operators and methods put in", detector: "cross-site-scripting",
    code: `from flask import Flask, request
from markupsafe import Markup
app = Flask(__name__)

@app.route("/a")
def a():
    return Markup("<b>%s</b>") % request.args["q"]

@app.route("/b")
def b():
    return Markup("<b>{}</b>").format(request.args["q"])

@app.route("/c")
def c():
    return Markup("<b>") + request.args["q"] + Markup("</b>")

@app.route("/d")
def d():
    return "<b>%s</b>" % request.args["q"] + "<p>"
`,
    rows: ["7 proven", "11 proven", "15 proven", "19 violated"],
  },
  {
    title: "format specifications of numbers refuse text", detector: "code-injection",
    code: `from flask import request

def a():
    eval(f"{request.args['q']:d}")
    eval("{:>5d}".format(request.args["q"]))
    eval("{q:.2f}".format(q=request.args["q"]))
    eval("{:>5}".format(request.args["q"]))
    eval(f"{request.args['q']:>5}")
    eval("{0[q]}".format(request.args))
`,
    rows: ["4 proven", "5 proven", "6 proven", "7 violated", "8 violated", "9 violated"],
  },
];

describe("objects", () => {
  for (const example of examples) test(example.title, () => expect(rowsOf(example)).toEqual(example.rows));
});
