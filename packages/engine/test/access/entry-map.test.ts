/** The authorisation map of small programs: `handler verdict: reason`. */
import { expect, test } from "vitest";
import { defaultReviewOptions, mapEntries } from "../../src/review.ts";
import { pythonLanguage } from "../../src/languages/python/index.ts";
import { inMemoryWorkspace } from "../../src/source/index.ts";
import { renderEntries, renderEntriesCsv, renderEntriesJson } from "../../src/report/index.ts";
import { builtIn } from "../obligations/solve-text.ts";

type Files = Readonly<Record<string, string>>;

const mapOf = (files: Files | string) =>
  mapEntries(inMemoryWorkspace(typeof files === "string" ? { "app.py": files } : files), [pythonLanguage()], builtIn().catalog, defaultReviewOptions);

const verdicts = (files: Files | string): string[] =>
  mapOf(files).rows.map((row) => `${row.handler.split(".").slice(1).join(".")} ${row.verdict}`);

const flask = "import os\nfrom flask import Flask, abort, g, redirect, request, session, url_for\napp = Flask(__name__)\n";
const route = (name: string, ...lines: string[]): string => `@app.route("/${name}/<n>", methods=["POST"])\ndef ${name}(n):\n${lines.map((line) => `    ${line}\n`).join("")}`;
const act = "os.remove('/srv/' + n)";

test.each<[string, string, string]>([
  ["nothing", route("x", act), "x missing"],
  ["a refusal by status", route("x", "if g.user.role != 'admin':", "    abort(403)", act), "x covered"],
  ["a redirect of who is not known", route("x", "if not session.get('user_id'):", "    return redirect(url_for('start'))", act), "x covered"],
  ["a redirect for another reason", route("x", "if n == 'a':", "    return redirect('/b')", act), "x missing"],
  ["a form field is no identity", route("x", "if not request.form.get('user'):", "    return 'no'", act), "x missing"],
  ["a check after the act", route("x", act, "if g.user.role != 'admin':", "    abort(403)"), "x covered"],
  ["a check on one side", route("x", "if n:", "    if not g.user:", "        abort(401)", act), "x question"],
  ["a function that raises", `def need():\n    if not g.user:\n        abort(401)\n${route("x", "need()", act)}`, "x covered"],
  ["a function that answers and is not asked", `def may():\n    return g.user.is_admin\n${route("x", "may()", act)}`, "x missing"],
  ["a function that answers and is asked", `def may():\n    return g.user.is_admin\n${route("x", "if not may():", "    return 'no', 403", act)}`, "x covered"],
  ["a switch that is left on", `def need(fatal=True):\n    if not g.user:\n        if fatal:\n            abort(403)\n        return False\n    return True\n${route("x", "need()", act)}`, "x covered"],
  ["a switch that is off", `def need(fatal=True):\n    if not g.user:\n        if fatal:\n            abort(403)\n        return False\n    return True\n${route("x", "need(fatal=False)", act)}`, "x missing"],
  ["a handler of exceptions that lets go on", route("x", "try:", "    need(n)", "except KeyError:", "    pass", act) + "def need(n):\n    if not g.user:\n        abort(401)\n", "x question"],
  ["a handler of exceptions that refuses", `def key(n):\n    return {}[n]\n${route("x", "try:", "    key(request.headers['X-Api-Key'])", "except KeyError:", "    return 'no', 401", act)}`, "x covered"],
  ["a decorator of the project", `def only(f):\n    def inner(*a, **k):\n        if not g.user:\n            abort(401)\n        return f(*a, **k)\n    return inner\n${route("x", act).replace("\ndef", "\n@only\ndef")}`, "x covered"],
  ["a decorator above the route", `def only(f):\n    def inner(*a, **k):\n        if not g.user:\n            abort(401)\n        return f(*a, **k)\n    return inner\n@only\n${route("x", act)}`, "x missing"],
  ["a decorator that checks nothing", `def timed(f):\n    def inner(*a, **k):\n        return f(*a, **k)\n    return inner\n${route("x", act).replace("\ndef", "\n@timed\ndef")}`, "x missing"],
  ["a decorator that is not understood", `from shop import login_needed\n${route("x", act).replace("\ndef", "\n@login_needed\ndef")}`.replace("login_needed", "login_required").replace("@login_needed", "@login_required"), "x question"],
  ["before every request", `@app.before_request\ndef gate():\n    if not session.get('user_id'):\n        return redirect(url_for('login'))\n${route("x", act)}`, "x covered"],
  ["before every request, on some ways", `@app.before_request\ndef gate():\n    if request.path == '/open':\n        return None\n    if not session.get('user_id'):\n        abort(401)\n${route("x", act)}`, "x question"],
  ["it only refuses", route("x", "abort(410)"), "x exempt"],
  ["a way in", route("login", act), "login exempt"],
  ["a fixed answer", '@app.route("/x")\ndef x():\n    return "hello"\n', "x exempt"],
])("%s", (_title, code, expected) => {
  expect(verdicts(flask + code)).toContain(expected);
});

test("classes, routers and dependencies", () => {
  const fastapi = `
import os
from fastapi import APIRouter, Depends, FastAPI, HTTPException, Request

def user(request: Request):
    if request.headers.get("authorization") is None:
        raise HTTPException(status_code=401)
    return request.headers["authorization"]

inner = APIRouter(dependencies=[Depends(user)])
open_router = APIRouter()
app = FastAPI()
app.include_router(inner)
app.include_router(open_router)

@inner.post("/a/{n}")
def a(n: str): os.remove(n)

@open_router.post("/b/{n}")
def b(n: str): os.remove(n)

@open_router.post("/c/{n}")
def c(n: str, who=Depends(user)): os.remove(n)
`;
  expect(verdicts(fastapi)).toEqual(["a covered", "b missing", "c covered"]);
  const django = `
import os
from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied
from django.urls import path
from django.views import View

class Base(View):
    def dispatch(self, request, *args, **kwargs):
        if not request.user.is_staff:
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

class A(LoginRequiredMixin, View):
    def post(self, request): os.remove(request.POST["n"])

class B(Base):
    def post(self, request): os.remove(request.POST["n"])

class C(View):
    def post(self, request): os.remove(request.POST["n"])

def d(request): os.remove(request.POST["n"])

urlpatterns = [path("a", A.as_view()), path("b", B.as_view()), path("c", C.as_view()), path("d", login_required(d))]
`;
  expect(verdicts(django).filter((row) => !row.startsWith("Base"))).toEqual(["A.post covered", "B.post covered", "C.post missing", "d covered"]);
});

test("routes that name a method of an object", () => {
  const mapped = `
import os

class Users:
    def remove(self, context, user_id):
        if user_id is None:
            raise ValueError()
        os.remove(user_id)

    def show(self, context, user_id):
        return {"id": user_id, "all": os.listdir(user_id)}

class Router:
    def add_routes(self, mapper):
        users = Users()
        mapper.connect("/users/{user_id}", controller=users, action="remove", conditions=dict(method=["DELETE"]))
        mapper.connect("/users/{user_id}", controller=users, action="show", conditions={"method": ["GET"]})
`;
  expect(mapOf(mapped).rows.map((row) => `${row.verbs.join()} ${row.route} ${row.handler} ${row.verdict}`)).toEqual([
    "DELETE /users/{user_id} app.Users.remove missing", "GET /users/{user_id} app.Users.show missing",
  ]);
});

test("the forms are stable, and text of the project does no harm in them", () => {
  const hostile = 'from flask import Flask\napp = Flask(__name__)\n@app.route("=cmd\\u202e,\\"x\\"\\u001b[31m", methods=["POST"])\ndef x(n):\n    return n\n';
  const report = mapOf(hostile);
  expect(report.rows).toHaveLength(1);
  for (const text of [renderEntries(report), renderEntriesJson(report), renderEntriesCsv(report)]) {
    expect(text).not.toMatch(/[\u001b\u202e]/u);
    expect(text).toBe(text.normalize("NFC"));
  }
  expect(renderEntriesCsv(report).split("\r\n")[1]).toContain(`"'=cmd\\u{202e},""x""\\x1b[31m"`);
  expect(JSON.parse(renderEntriesJson(report)).entries[0]).toMatchObject({ verbs: ["POST"], verdict: "missing", line: 4 });
  expect(renderEntriesJson(mapOf(hostile))).toBe(renderEntriesJson(report));
});
