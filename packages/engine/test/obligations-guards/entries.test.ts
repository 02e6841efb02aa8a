/** What routes and annotations leave of the parameters that a framework fills. */
import { describe, expect, test } from "vitest";
import { type Example, rowsOf } from "./rows.ts";

const examples: readonly Example[] = [
  {
    title: "converters of Flask routes", detector: "cross-site-scripting",
    code: `from flask import Flask
app = Flask(__name__)

@app.route("/<int:n>/<uuid:u>/<any(a,b):k>/<name>/<path:p>/<own:o>")
def f(n, u, k, name, p, o):
    if n: return "<p>%s" % n
    if u: return "<p>%s" % u
    if k: return "<p>%s" % k
    if name: return "<p>%s" % name
    if p: return "<p>%s" % p
    return "<p>%s" % o
`,
    rows: ["6 proven", "7 proven", "8 proven", "9 violated", "10 violated", "11 violated"],
  },
  {
    title: "a part of a Flask route has no slash", detector: "path-traversal",
    code: `from flask import Flask
app = Flask(__name__)

@app.route("/<name>/<path:p>")
def f(name, p):
    open("/srv/" + name)
    open("/srv/" + p)
`,
    rows: ["6 proven", "7 violated"],
  },
  {
    title: "converters of Bottle routes stand after the name", detector: "path-traversal",
    code: `from bottle import route

@route("/<name>/<i:int>/<r:re:[a-z]+>/<p:path>")
def f(name, i, r, p):
    open("/srv/" + name)
    open("/srv/%s" % i)
    open("/srv/" + r)
    open("/srv/" + p)
`,
    rows: ["5 proven", "6 proven", "7 proven", "8 violated"],
  },
  {
    title: "what aiohttp matches is decoded afterwards", detector: "path-traversal",
    code: `from aiohttp import web

async def f(request):
    open("/srv/" + request.match_info["name"])

app = web.Application()
app.router.add_get("/{name}", f)
`,
    rows: ["4 violated"],
  },
  {
    title: "groups of Django patterns", detector: "sql-injection",
    code: {
      "views.py": `from django.db import connection

def a(request, t, u):
    cursor = connection.cursor()
    cursor.execute("SELECT 1 FROM t WHERE a = '%s'" % t)
    cursor.execute("SELECT 1 FROM t WHERE a = '%s'" % u)
`,
      "urls.py": `from django.urls import re_path
import views

urlpatterns = [re_path(r"^a/(?P<t>[0-9a-z]{1,3})/(?P<u>.+)$", views.a)]
`,
    },
    rows: ["views.py:5 proven", "views.py:6 violated"],
  },
  {
    title: "annotations that FastAPI converts to", detector: "sql-injection",
    code: `import sqlite3
from enum import Enum
from typing import Annotated, Literal, Optional
from uuid import UUID
from fastapi import FastAPI, Query
from pydantic import BaseModel

class Order(str, Enum):
    up = "up"
    down = "down"

class Part(BaseModel):
    size: float

class Item(BaseModel):
    name: str
    price: Optional[int] = None
    order: Order
    parts: list[Part]

app = FastAPI()

@app.get("/a")
def a(n: int, u: UUID, o: Order, k: Literal["a", "b"], m: int | None = None, p: Annotated[str, Query(pattern="^[a-z]+$")] = "a", s: str = ""):
    db = sqlite3.connect("x")
    db.execute("SELECT %s" % n)
    db.execute("SELECT %s" % u)
    db.execute("SELECT %s" % o)
    db.execute("SELECT %s" % k)
    db.execute("SELECT %s" % m)
    db.execute("SELECT %s" % p)
    db.execute("SELECT %s" % s)

@app.post("/b")
def b(item: Item):
    db = sqlite3.connect("x")
    db.execute("SELECT %s" % item.name)
    db.execute("SELECT %s" % item.price)
    db.execute("SELECT %s" % item.order)
    for part in item.parts:
        db.execute("SELECT %s" % part.size)
`,
    rows: [
      "26 proven", "27 proven", "28 proven", "29 proven", "30 proven", "31 proven", "32 violated",
      "37 violated", "38 proven", "39 proven", "41 proven",
    ],
  },
  {
    title: "the path of a request is a constant where the route fixes it", detector: "cross-site-scripting",
    code: `from flask import Flask, request
app = Flask(__name__)

def shown():
    return request.path

def any_shown():
    return request.path

@app.route("/a")
def a():
    return "<p>" + request.path

@app.route("/b/<path:x>")
def b(x):
    return "<p>" + request.path

@app.route("/c")
@app.route("/d")
def c():
    if request.args: return "<p>" + request.full_path
    if request.form: return "<p>%s" % request.url_rule
    return "<p>" + shown() + any_shown()

@app.route("/e/<x>")
def e(x):
    return "<p>" + any_shown()

@app.errorhandler(404)
def f(error):
    return "<p>" + request.path
`,
    rows: ["12 proven", "16 violated", "21 violated", "22 proven", "23 violated", "27 violated", "31 violated"],
  },
];

describe("entries", () => {
  for (const example of examples) test(example.title, () => expect(rowsOf(example)).toEqual(example.rows));
});
