/**
 * Programs that are proven because of one thing in them, each with what stands there when it is gone.
 *
 * `«kept|lost»` is what stands there with and without the protection; a line that ends in `# protects` is left out.
 */

export interface Protected {
  readonly name: string;
  readonly detector: string;
  readonly text: string;
  /** The violation that is left is told, but not shown. */
  readonly isKeptBack?: true;
  /** Nothing violates without the protection, but nothing holds either. */
  readonly isOpen?: true;
}

/** A view that reads a parameter into `x` and goes on with these lines. */
function view(imports: string, ...lines: string[]): string {
  const head = `${imports === "" ? "" : `${imports}\n`}from flask import redirect, request\n\ndef view():\n    x = request.args["x"]\n`;
  return head + lines.map((line) => `    ${line}\n`).join("");
}

export const programs: readonly Protected[] = [
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
  { name: "built of characters", detector: "path-traversal", text: view("", 'y = ""', "for c in x:", '    if c in "abc«_|/.»": y += c', 'open("/srv/" + y)') },
  { name: "a safe loader", detector: "unsafe-deserialization", text: view("import yaml", "yaml.«safe_load(x)|load(x, Loader=yaml.Loader)»") },
  { name: "a switch of certificates", detector: "certificate-validation-off", text: 'import requests\ndef get(verify=«True|False»):\n    requests.get("https://a.example", verify=verify)\nget()\n' },
  { name: "a placeholder", detector: "hard-coded-credential", text: 'import psycopg2\npsycopg2.connect(host="h", password="«<password>|hunter22»")\n' },
  { name: "a part of a path", detector: "path-traversal", text: view("", 'open("/srv/" + x.split("«/|-»")[-1])') },
  { name: "made a text", detector: "nosql-injection", text: view("import pymongo", 'pymongo.MongoClient()["a"]["b"].find_one({"n": «str(request.json["n"])|request.json["n"]»})') },
  { name: "relative to the root", detector: "path-traversal", text: view("import os", 'open(os.path.join("/srv", os.path.relpath(os.path.join("/", x), "«/|/a»")))') },
  { name: "what is replaced", detector: "path-traversal", text: view("", 'open("/srv/" + x.replace("«/|x»", ""))') },
  { name: "the line breaks that are replaced", detector: "log-injection", text: view("import logging", 'logging.getLogger("a").info("%s", x.replace("\\r", "").replace("«\\n|\\t»", ""))'), isKeptBack: true },
  { name: "a literal document", detector: "unsafe-document-loader", text: 'import yaml\ndef load(text):\n    return yaml.load(«"a: 1"|text»)\n' },
  { name: "code of the project", detector: "code-injection", text: view("", "def inner(): pass", "eval(«inner|x»)") },
  { name: "a comparison with a literal", detector: "secret-comparison", text: 'from flask import request\ndef check(api_token):\n    return api_token == «""|request.args["t"]»\n' },
  { name: "a slow expression on a literal", detector: "regular-expression-complexity", text: view("import re", 're.match(r"^(\\w+\\s?)+$", «"a b"|x»)') },
  { name: "an expression that costs little", detector: "regular-expression-complexity", text: view("import re", 're.match(r"^(\\w+\\s«|?»)+$", x)') },
  { name: "a short part of a text", detector: "regular-expression-complexity", text: view("import re", 're.search(r"\\w+@\\w+", x«[:100]|»)'), isKeptBack: true },
  { name: "a function that only raises", detector: "code-injection", text: `def stop(v):\n    «raise ValueError(v)|return v»\n${view("", "eval(stop(x))")}` },
  { name: "rest arguments that are not passed", detector: "code-injection", text: `def pick(*v):\n    return v\n${view("", "eval(pick(«|x»))")}` },
  { name: "a container that has no such field", detector: "code-injection", text: `class Box: pass\n${view("", "box = Box()", "box.a = x", "eval(«[]|box».a)")}` },
  { name: "a route without a variable part", detector: "log-injection", text: 'import logging\nfrom flask import Flask, request\napp = Flask("a")\n@app.route("/a«|/<path:name>»")\ndef view(**rest):\n    logging.getLogger("a").info("%s", request.path)\n    return ""\n', isKeptBack: true },
  { name: "a check of the same read", detector: "code-injection", text: view("", 'if request.args["«x|y»"] in ("a", "b"): eval(request.args["x"])') },
  { name: "a member of an enumeration", detector: "code-injection", text: `import enum\nclass Way(enum.Enum):\n    UP = "up"\n${view("", "eval(«Way(x).value|x»)")}` },
  { name: "an enumeration that names it", detector: "code-injection", text: `import enum\nclass Way(enum.Enum):\n    UP = "up"\n${view("", "Way(«x|'up'»)", "eval(x)")}` },
  { name: "a function that returns only for some", detector: "code-injection", text: `def check(v):\n    if v not in ("a", "b"): «raise ValueError(v)|print(v)»\n${view("", "check(x)", "eval(x)")}` },
  { name: "the mode of a file", detector: "world-writable-file", text: 'import os\ndef f(path):\n    os.chmod(path, 0o6«00|66»)\n' },
  { name: "the mask of a process", detector: "world-writable-file", text: "import os\ndef f():\n    os.umask(«0o022|0»)\n" },
  { name: "a marked parameter of a module", detector: "secret-parameter-logged", text: 'from ansible.module_utils.basic import AnsibleModule\nAnsibleModule(argument_spec=dict(password=dict(type="str"«, no_log=True|»)))\n' },
  { name: "a parameter that is no text", detector: "secret-parameter-logged", text: 'from ansible.module_utils.basic import AnsibleModule\nAnsibleModule(argument_spec=dict(update_password=dict(type="«bool|str»")))\n' },
  { name: "an option that names a place", detector: "secret-parameter-logged", text: 'from oslo_config import cfg\ncfg.StrOpt("signing_key", help="«Path of the file|What signs»")\n' },
  { name: "a temporary file that is only read", detector: "fixed-temporary-file", text: 'def f():\n    return open("/tmp/service.state", "«r|w»")\n' },
  { name: "a vector that is drawn", detector: "fixed-initialization-vector", text: 'import os\nfrom cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes\ndef f(key):\n    return Cipher(algorithms.AES(key), modes.CBC(«os.urandom(16)|b"0123456789abcdef"»))\n' },
  { name: "an absent argument", detector: "certificate-validation-off", text: 'import requests\nrequests.get("https://a.example"«|, verify=False»)\n' },
  { name: "a check in a loop", detector: "path-traversal", text: view("", 'for part in x.split("/"):', '    if part in (".", "«..|-»"): return', 'open("/srv/" + x)') },
  { name: "a separator that is taken off in a loop", detector: "path-traversal", text: view("", 'while "«/|-»" in x:', '    x = x.replace("/", "")', 'open("/srv/" + x)') },
  { name: "a check by every caller", detector: "path-traversal", text: 'import os\nfrom flask import request\ndef store(upload):\n    upload.save(os.path.join("/srv", upload.filename))\ndef a():\n    up = request.files["f"]\n    if up.filename not in ("a", "b"): return  # protects\n    store(up)\n' },
  { name: "a conversion whose result is thrown away", detector: "code-injection", text: view("", "«int|str»(x)", "eval(x)") },
  { name: "a check of every part", detector: "path-traversal", text: view("", 'if any(part == "«..|.»" for part in x.split("/")): return', 'open("/srv/" + x)'), isKeptBack: true },
  { name: "relative_to", detector: "path-traversal", text: view("import pathlib", 'p = (pathlib.Path("/srv") / x).resolve()', 'p.relative_to("/srv")  # protects', "p.read_text()") },
  { name: "uuid.UUID as a check", detector: "path-traversal", text: view("import uuid", "uuid.UUID(x)  # protects", 'open("/srv/" + x)') },
  { name: "a comparison", detector: "code-injection", text: view("", 'eval(str(x« == "a"|»))') },
  { name: "a negative number", detector: "code-injection", text: view("", "eval(str(«-|»x))") },
  { name: "a difference", detector: "code-injection", text: view("", "eval(str(x «-|+» request.args['y']))") },
  { name: "a parameter that the framework converts", detector: "code-injection", text: 'from fastapi import FastAPI\napp = FastAPI()\n@app.get("/a")\ndef view(q: «int|str»):\n    eval(str(q))\n' },
  { name: "a key that is deleted", detector: "code-injection", text: view("", 'd = {"a": x}', 'del d["«a|b»"]', 'eval(d["a"])') },
  { name: "a fixed beginning", detector: "open-redirect", text: view("", 'return redirect("«/items/|»" + x)') },
  { name: "a method of a library value", detector: "path-traversal", text: view("import pathlib", 'open("/srv/" + pathlib.Path(x).«name|suffix.join("/", x)»)').replace('suffix.join("/", x)', "as_posix()") },
  { name: "markup that escapes what is added", detector: "cross-site-scripting", text: 'from markupsafe import Markup\nfrom flask import Flask, request\napp = Flask("a")\n@app.route("/")\ndef view():\n    return «Markup("<b>%s</b>")|"<b>%s</b>"» % request.args["x"]\n' },
  { name: "a mapping as a page", detector: "cross-site-scripting", text: 'from flask import Flask, request\napp = Flask("a")\n@app.route("/")\ndef view():\n    return «{"x": request.args["x"]}|request.args["x"]»\n' },
  { name: "an object that makes its own text", detector: "cross-site-scripting", text: 'from flask import Flask, jsonify, request\napp = Flask("a")\n@app.route("/")\ndef view():\n    return «jsonify|str»(request.args["x"])\n' },
  { name: "a declared item", detector: "code-injection", text: 'from django.urls import path\ndef view(request, n):\n    eval(str(n))\nurlpatterns = [path("a/<«int:|»n>/", view)]\n' },
  { name: "a call that cannot run", detector: "code-injection", text: view("", "if «False|True»: eval(x)") },
    { name: "two decided by one flag", detector: "code-injection", text: view("", 'm = len(request.args)', 'y = "1"', "if m: y = x", "if «not |»m: eval(y)") },
  { name: "escaped markup of a template tag", detector: "markup-from-data", text: 'from django.db import models\nfrom django.utils.html import escape\nfrom django.utils.safestring import mark_safe\nclass Note(models.Model):\n    title = models.TextField()\n    def show(self):\n        return mark_safe("<b>%s</b>" % «escape(self.title)|self.title»)\n' },
  { name: "escaped XML", detector: "xml-injection", text: `from xml.sax.saxutils import escape\n${view("", "return '<?xml version=\"1.0\"?><a xmlns=\"urn:a\">%s</a>' % «escape(x)|x»")}` },
  { name: "XML of literals", detector: "xml-injection", text: `from xml.sax.saxutils import escape\n${view("", "return '<?xml version=\"1.0\"?><a b=\"%s\">%s</a>' % («1|x», escape(x))")}` },
  { name: "a store that cannot run", detector: "code-injection", text: `class Box:\n    def __init__(self):\n        self.a = "1"\n    def fill(self):\n        if «False|True»: self.a = request.args["y"]\n${view("", "box = Box()", "box.fill()", "eval(box.a)")}` },
  { name: "the name of a member", detector: "archive-extraction", text: 'import tarfile\nfrom flask import request\ndef view():\n    tar = tarfile.open(fileobj=request.files["f"])\n    for member in tar.getmembers():\n        if ".." in member.name: raise ValueError()  # protects\n        tar.extract(member, "/srv")\n' },
  { name: "a global that is not set", detector: "code-injection", text: `TEXT = "1"\ndef fill():\n    global TEXT\n    if «False|True»: TEXT = request.args["y"]\n${view("", "fill()", "eval(TEXT)")}` },
  { name: "a caller that cannot run", detector: "code-injection", text: `def run(v):\n    eval(v)\n${view("", 'run("1")', "if «False|True»: run(x)")}` },
  { name: "a field of a form", detector: "command-injection", text: 'import os\nfrom django import forms\nclass Order(forms.Form):\n    count = forms.«IntegerField|CharField»()\ndef view(request):\n    form = Order(request.POST)\n    if form.is_valid():\n        os.system("order " + str(form.cleaned_data["count"]))\n' },
  { name: "a mapping that is written", detector: "cross-site-scripting", text: 'import tornado.web\nclass Show(tornado.web.RequestHandler):\n    def get(self):\n        self.write(«{"n": self.get_argument("n")}|self.get_argument("n")»)\n' },
  { name: "an ending that the program writes", detector: "dangerous-upload", text: 'from flask import request\ndef view():\n    up = request.files["f"]\n    up.save("/srv/" + up.filename«+ ".png"|»)\n', isKeptBack: true },
  { name: "an ending that is allowed", detector: "dangerous-upload", text: 'from flask import abort, request\ndef view():\n    up = request.files["f"]\n    if not up.filename.lower().endswith((".png", ".jpg")): abort(400)  # protects\n    up.save("/srv/" + up.filename)\n', isKeptBack: true },
];
