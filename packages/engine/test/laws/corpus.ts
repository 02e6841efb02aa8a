/**
 * Small programs with known verdicts, written so that they can be rewritten by text alone.
 *
 * Names that end in an underscore are the program's own and may be renamed, modules included. `«e»` marks an expression
 * that is evaluated exactly once, unconditionally, in a simple statement of its own: it may be taken out and wrapped.
 * Functions at the top level stand apart by blank lines and may change places. Lines marked `# free` may be swapped.
 */

export interface Snippet {
  readonly name: string;
  readonly files: Readonly<Record<string, string>>;
  /** `detector verdict` of every row, sorted. */
  readonly rows: readonly string[];
}

const snippet = (name: string, rows: readonly string[], files: string | Readonly<Record<string, string>>): Snippet =>
  ({ name, rows, files: typeof files === "string" ? { "main_.py": files } : files });

const code = (...verdicts: string[]): string[] => verdicts.map((verdict) => `code-injection ${verdict}`);

export const corpus: readonly Snippet[] = [
  snippet("source to sink", code("violated"), `
from flask import request

def view_():
    text_ = «request.args["x"]»
    eval(«text_»)
`),
  snippet("constant", code("proven"), `
from flask import request

def view_():
    text_ = «"1 + 1"»
    eval(«text_»)
`),
  snippet("number", code("proven"), `
from flask import request

def view_():
    number_ = int(«request.args["x"]»)
    eval(«str(number_)»)
`),
  snippet("through two functions", code("proven", "violated"), `
from flask import request

def same_(value_):
    return value_

def run_(text_):
    eval(«text_»)

def first_():
    run_(«same_("1")»)
    eval(same_(«"2"»))

def second_():
    text_ = same_(«request.args["x"]»)
    run_(«text_»)
`),
  snippet("bound parameter", ["path-traversal proven", "resource-not-released violated (kept back)", "sql-injection proven"], `
import sqlite3
from flask import request

def view_():
    db_ = sqlite3.connect("x")  # free
    name_ = «request.args["x"]»  # free
    db_.execute("SELECT * FROM t WHERE a = ?", («name_»,))
`),
  snippet("statement of parts", ["path-traversal proven", "resource-not-released violated (kept back)", "sql-injection violated"], `
import sqlite3
from flask import request

def build_(name_):
    return "SELECT * FROM t WHERE a = '%s'" % name_

def view_():
    db_ = sqlite3.connect("x")  # free
    query_ = build_(«request.args["x"]»)  # free
    db_.execute(«query_»)
`),
  snippet("allow-list", code("proven"), `
from flask import request

NAMES_ = ("a", "b")

def view_():
    text_ = «request.args["x"]»
    if text_ not in NAMES_:
        return
    eval(«text_»)
`),
  snippet("check on the wrong side", code("violated"), `
from flask import request

def view_():
    text_ = «request.args["x"]»
    if text_ in ("a", "b"):
        return
    eval(«text_»)
`),
  snippet("resolved path", ["path-traversal proven", "resource-not-released violated (kept back)"], `
import os
from flask import request

def view_():
    path_ = os.path.realpath(os.path.join("/srv", «request.args["x"]»))
    if not path_.startswith("/srv/"):
        return
    open(«path_»)
`),
  snippet("joined path", ["path-traversal violated", "resource-not-released violated (kept back)"], `
import os
from flask import request

def view_():
    path_ = os.path.join("/srv", «request.args["x"]»)
    open(«path_»)
`),
  snippet("quoted command", ["command-injection proven", "command-injection violated"], `
import os
import shlex
from flask import request

def view_():
    word_ = «request.args["x"]»
    os.system("ls " + shlex.quote(«word_»))
    os.system("ls " + «word_»)
`),
  snippet("fields of an object", code("proven", "violated"), `
from flask import request

class Job_:
    def __init__(self, text_, name_):
        self.text_ = text_
        self.name_ = name_

    def run_(self):
        eval(«self.text_»)
        eval(«self.name_»)

def view_():
    job_ = Job_(«request.args["x"]», "1")
    job_.run_()
`),
  snippet("keys of a dictionary", code("proven", "violated"), `
from flask import request

def view_():
    values_ = {"a": "1"}
    values_["b"] = «request.args["x"]»
    eval(«values_["a"]»)
    eval(«values_["b"]»)
`),
  snippet("positions of a list", code("proven", "violated"), `
from flask import request

def view_():
    items_ = ["0", "1"]
    items_.append(«request.args["x"]»)
    items_.pop(0)
    eval(«items_[0]»)
    eval(«items_[1]»)
`),
  snippet("two files", code("violated"), {
    "web_.py": `
from flask import request
from work_ import run_

def view_():
    run_(«request.args["x"]»)
`,
    "work_.py": `
def run_(text_):
    line_ = «text_»
    eval(«line_»)
`,
  }),
  snippet("recursion", code("proven", "violated"), `
from flask import request

def grow_(text_, n_):
    if n_ == 0:
        return text_
    return grow_(text_ + "+1", n_ - 1)

def view_():
    first_ = grow_(«request.args["x"]», 3)  # free
    second_ = grow_(«"1"», 3)  # free
    eval(«first_»)
    eval(«second_»)
`),
  snippet("generator", code("violated"), `
from flask import request

def parts_(text_):
    for part_ in text_.split(","):
        yield part_

def view_():
    for part_ in parts_(«request.args["x"]»):
        eval(«part_»)
`),
  snippet("switch of certificates", ["certificate-validation-off violated", "missing-timeout violated (kept back)", "server-side-request-forgery proven"], `
import requests

def fetch_(address_, check_):
    requests.get(«address_», verify=check_)

def main_():
    fetch_(«"https://a.example"», False)
`),
  snippet("address of a fixed host", ["certificate-validation-off proven", "missing-timeout violated (kept back)", "server-side-request-forgery proven"], `
import requests
from flask import request

def view_():
    item_ = «request.args["x"]»
    requests.get("https://a.example/items/" + «item_»)
`),
  snippet("escaped markup", ["error-in-response proven", "error-in-response proven", "cross-site-scripting proven", "cross-site-scripting violated"], `
import html
from flask import Flask, request

app_ = Flask(__name__)

@app_.route("/a")
def first_():
    text_ = «request.args["x"]»
    return html.escape(text_)

@app_.route("/b")
def second_():
    text_ = «request.args["x"]»
    return "<b>" + text_
`),
];

/** The files without their marks. */
export function plain(files: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(files).map(([path, text]) => [path, text.replace(/[«»]/g, "")]));
}
