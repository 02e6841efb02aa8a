/** For each detector of access control: code that is fine, and the same code without what makes it fine. */
import { expect, test } from "vitest";
import { solve } from "../obligations/solve-text.ts";

const flask = "import os\nfrom flask import Flask, Blueprint, abort, g, request, session\nfrom flask_login import login_required\napp = Flask(__name__)\n";
const route = (name: string, lines: readonly string[], decorators = ""): string =>
  `@app.route("/${name}/<n>", methods=["POST"])\n${decorators}def ${name}(n):\n${lines.map((line) => `    ${line}\n`).join("")}\n`;
const siblings = [..."abcdefgh"].map((name) => route(name, [`os.remove("/srv/${name}" + n)`], "@login_required\n")).join("");
const drf = `import os\nfrom rest_framework.permissions import AllowAny, IsAuthenticated\nfrom rest_framework.views import APIView\n${[..."abcdefgh"].map((name) =>
  `class ${name}(APIView):\n    permission_classes = [IsAuthenticated]\n    def post(self, request): os.remove("/srv/${name}")\n`).join("")}`;
const django = "import os\nfrom django.contrib.auth.decorators import login_required\nfrom django.db import models\nfrom django.urls import path\nfrom django.views.decorators.csrf import csrf_exempt\n";

const known = route("a", ["return n"], "@login_required\n") + route("b", ["return n"], "@login_required\n");

const violated = (detector: string, code: string): number =>
  solve({ "main.py": code }).obligations.filter((row) => row.detector === detector && row.verdict === "violated").length;

test.each<[string, string, string, string]>([
  ["missing-authorisation", siblings + route("x", ["os.remove(n)"], "@login_required\n"), "@login_required\ndef x", "def x"],
  ["missing-authorisation", siblings + route("x", ["if not g.user:", "    abort(401)", "os.remove(n)"]), "    if not g.user:\n        abort(401)\n", ""],
  ["missing-authorisation", siblings + route("x", ["need()", "os.remove(n)"]) + "def need():\n    if not g.user:\n        abort(401)\n", "        abort(401)\n", "        return\n"],
  ["missing-authentication", known + route("x", ["os.system('ls')"], "@login_required\n"), "@login_required\ndef x", "def x"],
  ["missing-authentication", known + route("x", ["if not session.get('user_id'):", "    abort(401)", "os.system('ls')"]), "    if not session.get('user_id'):\n        abort(401)\n", ""],
  ["missing-authentication", known + route("x", ["return n"]), "def x(n):\n    return n", "def x(n):\n    os.system('ls')"],
  ["late-authorisation", route("x", ["check_role()", "os.remove(n)", "done()"]) + "def check_role():\n    if not g.user:\n        abort(401)\ndef done():\n    pass\n", '    check_role()\n    os.remove(n)\n', '    os.remove(n)\n    check_role()\n'],
  ["late-authorisation", route("x", ["os.remove(n)", "check_role()"], "@login_required\n") + "def check_role():\n    if not g.user:\n        abort(401)\n", "@login_required\n", ""],
  ["late-authorisation", route("x", ["if n:", "    os.remove(n)", "    return n", "check_role()"]) + "def check_role():\n    if not g.user:\n        abort(401)\n", "        os.remove(n)\n        return n\n", "        pass\n    os.remove(n)\n"],
  ["over-wide-permission", `${drf}class X(APIView):\n    permission_classes = [AllowAny & IsAuthenticated]\n    def post(self, request): os.remove("/srv/x")\n`, "AllowAny & IsAuthenticated", "AllowAny"],
  ["over-wide-permission", `${drf}class X(APIView):\n    permission_classes = [AllowAny]\n    def post(self, request):\n        if not request.user.is_staff:\n            raise PermissionError\n        os.remove("/srv/x")\n`, "        if not request.user.is_staff:\n            raise PermissionError\n", ""],
  ["over-wide-permission", `${drf}class X(APIView):\n    permission_classes = [AllowAny]\n    def get(self, request): return open("/srv/x").read()\n`, 'def get(self, request): return open("/srv/x").read()', 'def post(self, request): os.remove("/srv/x")'],
  ["open-cors", "from flask_cors import CORS\nCORS(1, supports_credentials=False)\n", "False", "True"],
  ["open-cors", 'from flask_cors import CORS\nCORS(1, origins=["https://a.example"], supports_credentials=True)\n', '["https://a.example"]', '["*"]'],
  ["open-cors", "CORS_ALLOW_ALL_ORIGINS = False\nCORS_ALLOW_CREDENTIALS = True\n", "False", "True"],
  ["csrf-off", `${django}@login_required\ndef x(request): os.remove(request.user.name)\nurlpatterns = [path("x", x)]\n`, "@login_required", "@csrf_exempt\n@login_required"],
  ["csrf-off", 'MIDDLEWARE = ["django.contrib.sessions.middleware.SessionMiddleware", "django.middleware.csrf.CsrfViewMiddleware", "django.contrib.auth.middleware.AuthenticationMiddleware"]\n', '"django.middleware.csrf.CsrfViewMiddleware", ', ""],
  ["csrf-off", `${flask}app.config["WTF_CSRF_ENABLED"] = True\n`, "True", "False"],
  ["client-decision", flask + route("x", ["if session.get('is_admin') != '1':", "    abort(403)", "os.remove(n)"]), "session.get", "request.cookies.get"],
  ["client-decision", flask + route("x", ["if request.args.get('name') == 'a':", "    os.remove(n)"]), "'name'", "'is_admin'"],
  ["client-decision", flask + route("x", ["if request.remote_addr != '127.0.0.1':", "    abort(403)", "os.remove(n)"]), "request.remote_addr", "request.headers['X-Forwarded-For']"],
  ["unfiltered-object", `${django}class N(models.Model): pass\n@login_required\ndef x(request, pk): N.objects.get(pk=pk, owner=request.user).delete()\nurlpatterns = [path("x/<int:pk>", x)]\n`, ", owner=request.user", ""],
  ["unfiltered-object", `${django}class N(models.Model): pass\n@login_required\ndef x(request, pk): N.objects.filter(owner=request.user).get(pk=pk).delete()\nurlpatterns = [path("x/<int:pk>", x)]\n`, ".filter(owner=request.user)", ""],
  ["unfiltered-object", `${django}class N(models.Model): pass\n@login_required\ndef x(request, pk):\n    n = N.objects.get(pk=pk)\n    if n.owner != request.user:\n        raise PermissionError\n    n.delete()\nurlpatterns = [path("x/<int:pk>", x)]\n`, "    if n.owner != request.user:\n        raise PermissionError\n", ""],
])("%s %#", (detector, code, guard, without) => {
  const text = code.includes("import") || !code.includes("@app") ? code : flask + code;
  expect(text).toContain(guard);
  expect(violated(detector, text)).toBe(0);
  expect(violated(detector, text.replace(guard, without))).toBe(1);
});
