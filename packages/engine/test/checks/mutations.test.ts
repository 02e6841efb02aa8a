/** For detectors of release, exceptions and locks: code that is fine, and the same code without what makes it fine. */
import { expect, test } from "vitest";
import { solve } from "../obligations/solve-text.ts";

const violated = (detector: string, code: string): number =>
  solve({ "main.py": code }).obligations.filter((row) => row.detector === detector && row.verdict === "violated").length;

const temporary = (lines: string): string => `import os\nimport shutil\nimport tempfile\n\ndef f(p):\n    d = tempfile.mkdtemp()\n${lines}`;
const mounts = (lines: string): string => `import subprocess\n\ndef mount(d, p):\n    subprocess.check_call(["mount", d, p])\n\ndef umount(p):\n    subprocess.check_call(["umount", p])\n\n${lines}`;
const locks = (lines: string): string => `import threading\na = threading.Lock()\nb = threading.Lock()\ng = threading.Lock()\n\n${lines}`;
const service = (lines: string): string => {
  const answered = (name: string): string => `@app.route("/${name}/<n>")\ndef ${name}(n):\n    try:\n        return find(n)\n    except Missing:\n        abort(404)\n\n`;
  return `from flask import Flask, abort\nfrom werkzeug.exceptions import HTTPException\napp = Flask(__name__)\n\nclass Missing(Exception):\n    pass\n\ndef find(n):\n    if n == "":\n        raise Missing(n)\n    return n\n\n${answered("x")}${answered("y")}${lines}`;
};
const bare = '@app.route("/z/<n>")\ndef z(n):\n    return find(n)\n';

test.each<[string, string, string, string]>([
  ["temporary-path-not-removed", temporary("    try:\n        os.listdir(p)\n    finally:\n        shutil.rmtree(d)\n"), "shutil.rmtree(d)", "print(d)"],
  ["temporary-path-not-removed", temporary("    return d\n"), "return d", "return p"],
  ["temporary-path-not-removed", temporary("    os.rmdir(d)\n    return p\n"), "    os.rmdir(d)\n", "    if p:\n        os.rmdir(d)\n"],
  ["mount-not-released", mounts("def f(d, p):\n    mount(d, p)\n    try:\n        print(p)\n    finally:\n        umount(p)\n"), "        umount(p)\n", "        print(p)\n"],
  ["mount-not-released", mounts("def f(d, p):\n    mount(d, p)\n    umount(p)\n"), "    umount(p)\n", "    if p:\n        umount(p)\n"],
  ["mount-not-released", mounts("class V:\n    def f(self, d, p):\n        mount(d, p)\n    def g(self, p):\n        umount(p)\n"), "        umount(p)\n", "        print(p)\n"],
  ["resource-not-released", "import sqlite3\nfrom contextlib import closing\n\ndef f(q):\n    with closing(sqlite3.connect('a')) as c:\n        return c.execute(q)\n", "closing(sqlite3.connect('a'))", "sqlite3.connect('a')"],
  ["resource-not-released", "from sqlalchemy.orm import Session\n\ndef f(e):\n    s = Session(e)\n    s.close()\n", "    s.close()\n", "    s.rollback()\n"],
  ["resource-not-released", "import tempfile\n\ndef f():\n    with tempfile.NamedTemporaryFile() as s:\n        s.write(b'a')\n", "    with tempfile.NamedTemporaryFile() as s:\n        s.write(b'a')\n", "    s = tempfile.NamedTemporaryFile()\n    s.write(b'a')\n"],
  ["lock-order", locks("def x():\n    with a:\n        with b:\n            pass\n\ndef y():\n    with a:\n        with b:\n            pass\n"), "def y():\n    with a:\n        with b:", "def y():\n    with b:\n        with a:"],
  ["lock-order", locks("def x():\n    with g, a:\n        with b:\n            pass\n\ndef y():\n    with g, b:\n        with a:\n            pass\n"), "with g, b", "with b"],
  ["lock-order", locks("def x():\n    with a:\n        with b:\n            pass\n\ndef y():\n    with b:\n        z()\n\ndef z():\n    if a.acquire(False):\n        a.release()\n"), "    if a.acquire(False):\n        a.release()\n", "    with a:\n        pass\n"],
  ["undeclared-exception", service(`@app.errorhandler(Missing)\ndef missing(e):\n    return "no", 404\n\n${bare}`), "@app.errorhandler(Missing)\n", ""],
  ["undeclared-exception", service(bare), "class Missing(HTTPException)", "class Missing(Exception)"],
  ["undeclared-exception", service('@app.route("/z/<n>")\ndef z(n):\n    try:\n        return find(n)\n    except Missing:\n        return "no"\n'), "    try:\n        return find(n)\n    except Missing:\n        return \"no\"\n", "    return find(n)\n"],
])("%s %#", (detector, code, guard, without) => {
  const text = guard === "class Missing(HTTPException)" ? code.replace(without, guard) : code;
  // The last two handlers stand alone in the text that is changed, so what others have is kept.
  const at = text.lastIndexOf(guard);
  expect(at).toBeGreaterThanOrEqual(0);
  expect(violated(detector, text)).toBe(0);
  expect(violated(detector, text.slice(0, at) + without + text.slice(at + guard.length))).toBe(1);
});
