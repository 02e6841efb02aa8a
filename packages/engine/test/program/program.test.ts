import { describe, expect, test } from "vitest";
import { callKeywordCount, Op } from "../../src/ir/index.ts";
import { bindArguments, BindMode, callCoverage, callGraph, moduleNames, type Program, TokenKind, tokenId, tokenKind } from "../../src/program/index.ts";
import { emptyGraph, linkSource } from "./link-source.ts";

describe("module names", () => {
  test("a src folder that is no package is left out", () => {
    expect(moduleNames(["src/shop/__init__.py", "src/shop/db.py", "tool.py", "a/my.script.py", "__init__.py"])).toEqual([
      "shop", "shop.db", "tool", "a.my_script", "__init__",
    ]);
  });
  test("names stay apart", () => {
    expect(moduleNames(["src/x.py", "x.py"])).toEqual(["src.x", "x"]);
    expect(moduleNames(["src/__init__.py", "src/x.py"])).toEqual(["src", "src.x"]);
  });
});

const find = (program: Program, op: Op, text?: string): number => {
  const { ir } = program;
  for (let row = 0; row < ir.length; row++) {
    if (ir.op.data[row] !== op) continue;
    if (text === undefined || ir.strings.text(op === Op.GetAttr ? ir.b.data[row] : ir.a.data[row]) === text) return row;
  }
  throw new Error("no such row");
};

describe("argument binding", () => {
  test("positions, keywords, defaults, rest and unknown parts", () => {
    const program = linkSource({
      "main.py": "def f(a, b=1, *rest, k=2, **more): pass\nf(x, *xs, k=y, z=w)\n",
    });
    const { ir } = program;
    const fn = ir.functions.find((info) => ir.strings.text(info.name) === "f");
    if (!fn) throw new Error("no f");
    let call = -1;
    for (let row = 0; row < ir.length; row++) if (ir.op.data[row] === Op.Call && callKeywordCount(ir, row) === 2) call = row;
    const bound = bindArguments(ir, call, fn, { mode: BindMode.Plain });
    expect(bound.map((list) => list.map((argument) => argument.kind))).toEqual([
      ["value"], ["star", "default"], ["star"], ["value"], ["element"],
    ]);
  });
});

describe("program", () => {
  test("tokens of literals are library types where pages declare them, names otherwise", () => {
    const program = linkSource({ "main.py": "x = 'a'\nx.join([])\n" }, { api: emptyGraph() });
    const row = find(program, Op.GetAttr, "join");
    const tokens = program.tokensOf(row);
    expect(tokenKind(tokens[0])).toBe(TokenKind.External);
    expect(program.ir.strings.text(tokenId(tokens[0]))).toBe("<str>.join");
  });

  test("stores of a field are closed until someone stores on an unknown object", () => {
    const source = "class A:\n    def __init__(self, x):\n        self.value = x\n    def get(self):\n        return self.value\n";
    const closed = linkSource({ "main.py": source });
    const read = find(closed, Op.GetAttr, "value");
    expect(closed.storesOf(read)).toHaveLength(1);
    expect(closed.storesAreClosed(read)).toBe(true);
    const open = linkSource({ "main.py": `${source}def wild(thing):\n    thing.value = 3\n` });
    expect(open.storesAreClosed(find(open, Op.GetAttr, "value"))).toBe(false);
  });

  test("classes: order, bases, subclasses, methods", () => {
    const program = linkSource({
      "main.py": "import flask.views\nclass A(flask.views.MethodView):\n    def run(self): pass\nclass B(A): pass\nclass C(A): pass\nclass D(B, C): pass\n",
    });
    const { ir } = program;
    const id = (name: string) => ir.classes.findIndex((cls) => ir.strings.text(cls.name) === name);
    expect(program.mroOf(id("D"))).toEqual([id("D"), id("B"), id("C"), id("A"), -1]);
    expect(program.subclassesOf(id("A"))).toEqual([id("B"), id("C"), id("D")]);
    expect(program.apiBasesOf(id("D")).map((node) => program.api.name(node))).toEqual(["flask.views.MethodView"]);
    expect(program.methodOf(id("D"), ir.strings.intern("run"))).toBeGreaterThan(0);
    expect(program.methodOf(id("D"), ir.strings.intern("walk"))).toBe(-1);
  });

  test("classes that contradict each other still have an order", () => {
    const program = linkSource({ "main.py": "class A: pass\nclass B(A): pass\nclass C(A, B): pass\nclass X(X): pass\nclass Y(Z): pass\nclass Z(Y): pass\n" });
    expect(program.ir.classes.map((cls) => program.mroOf(cls.id)[0])).toEqual(program.ir.classes.map((cls) => cls.id));
  });

  test("console scripts of packaging metadata are commands", () => {
    const program = linkSource(
      { "tool/__init__.py": "", "tool/cli.py": "def main(): pass\n" },
      { projectData: { "setup.cfg": "[entry_points]\nconsole_scripts =\n    tool = tool.cli:main\n" } },
    );
    expect(program.entries.map((entry) => [entry.kind, entry.path])).toContainEqual(["cli", "tool"]);
  });

  test("code below a false condition is not reachable", () => {
    const program = linkSource({ "main.py": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    a()\nif 0:\n    b()\nc()\n" });
    const { ir } = program;
    const reachable: string[] = [];
    for (let row = 0; row < ir.length; row++) {
      if (ir.op.data[row] === Op.Call && program.isReachable(ir.block.data[row])) reachable.push(ir.strings.text(ir.a.data[ir.a.data[row]]));
    }
    expect(reachable).toEqual(["c"]);
  });

  test("the order of files changes nothing", () => {
    const sources = {
      "a/__init__.py": "from a.x import *\nfrom a.y import *\n",
      "a/x.py": "from a.y import helper\nclass Base:\n    def run(self):\n        self.step()\n        helper(self)\n    def step(self): pass\n",
      "a/y.py": "from a.x import Base\nclass Sub(Base):\n    def step(self): pass\ndef helper(thing):\n    thing.step()\n    return thing\n",
      "main.py": "import a\nfor thing in [a.Sub(), a.Base()]:\n    a.helper(thing).run()\n",
    };
    const paths = Object.keys(sources);
    const wanted = JSON.stringify(callGraph(linkSource(sources)));
    for (const order of [[...paths].reverse(), [paths[2], paths[0], paths[3], paths[1]]]) {
      expect(JSON.stringify(callGraph(linkSource(sources, { order })))).toBe(wanted);
    }
  });

  test("every call is counted once", () => {
    const program = linkSource({ "main.py": "import os, lib\ndef f(x): x()\nf(os.getcwd)\nlen([])\nos.popen('').read()\nlib.get().read()\nnowhere()\n" });
    const { calls } = callCoverage(program);
    expect(calls).toEqual({ project: 1, external: 4, builtin: 1, derived: 1, unresolved: 1 });
  });
});

describe("values that hold themselves", () => {
  const grown = [
    ["a tuple of classes", "class A:\n  kinds = (int,)\n  def grow(self):\n    self.kinds = (self.kinds, str)\n  def check(self, x):\n    try:\n      x()\n    except self.kinds as error:\n      return error\n    return isinstance(x, self.kinds)\n"],
    ["a partial", "import functools, threading\nclass A:\n  def again(self, f):\n    self.f = f\n    self.f = functools.partial(self.f, 1)\n    threading.Thread(target=self.f).start()\n"],
  ];
  test.each(grown)("%s is followed once", (_, text) => expect(() => linkSource({ "main.py": text })).not.toThrow());
});
