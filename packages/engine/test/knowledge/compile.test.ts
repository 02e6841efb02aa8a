import { describe, expect, it } from "vitest";
import { type ApiGraph, compileApiGraph, pathSteps, printPort } from "../../src/knowledge/index.ts";
import { modelPage, readWithKinds } from "./page-text.ts";

function graphOf(...blocks: string[]): ApiGraph {
  const pages = blocks.map((block, index) => modelPage(`package: [lib, pkg, flask]\nlanguage: python\n${block}`, `catalog/models/python/p${index}.md`));
  const { value, problems } = readWithKinds(pages);
  expect(problems.filter((problem) => problem.level === "error")).toEqual([]);
  return compileApiGraph(value);
}

/** Follows a path from the root, or from a type if it begins with one in `<>`. */
function at(graph: ApiGraph, path: string): number {
  const type = /^<(\w+)>/.exec(path)?.[1];
  const steps = pathSteps(type === undefined ? path : path.slice(type.length + 2));
  return steps.reduce((node, step) => graph.step(node, step), type === undefined ? 0 : graph.typeNode(type));
}

/** Facts at a path, as text. */
function facts(graph: ApiGraph, path: string): string[] {
  const node = at(graph, path);
  return node < 0 ? [] : graph.facts(node).map((fact) => `${fact.kind} ${printPort(fact.port)}`.trim());
}

describe("paths", () => {
  const graph = graphOf(`is:
  sql-text:
    - lib.run(arg[0])
    - lib.Session[*](stored)
  remote-input: [flask.request.args, lib.read()]
aliases: { lib.api.run: lib.run, pkg.api: lib.api }
noreturn: [lib.stop]`);

  it("lead to the facts of pages", () => {
    expect(facts(graph, "lib.run")).toEqual(["sql-text arg[0]"]);
    expect(facts(graph, "flask.request.args")).toEqual(["remote-input"]);
    expect(facts(graph, "lib.read()")).toEqual(["remote-input"]);
    expect(facts(graph, "lib.Session[*]")).toEqual(["sql-text stored"]);
    expect(graph.isNoReturn(at(graph, "lib.stop"))).toBe(true);
    expect(graph.isNoReturn(at(graph, "lib.run"))).toBe(false);
  });

  it("go through aliases, also of prefixes", () => {
    expect(at(graph, "lib.api.run")).toBe(at(graph, "lib.run"));
    expect(at(graph, "pkg.api.run")).toBe(at(graph, "lib.run"));
  });

  it("end where no page speaks", () => {
    expect(at(graph, "lib.other")).toBe(-1);
    expect(at(graph, "lib.other.more")).toBe(-1);
    expect(graph.typeNode("Nothing")).toBe(-1);
  });

  it("of any attribute serve those that no page names", () => {
    const any = graphOf(`types:
  Db: [lib.connect()]
  Table: ["Db.*", "Table.*"]
is:
  sql-text:
    - Table.find(arg[0])
    - Table.find(arg[0]["$where"])`);
    expect(facts(any, "lib.connect().users.find")).toEqual(["sql-text arg[0]", "sql-text arg[0][\"$where\"]"]);
    expect(facts(any, "lib.connect().users.old.find")).toHaveLength(2);
    expect(at(any, "lib.connect()[*]")).toBe(-1);
    expect(any.name(at(any, "lib.connect().users"))).toBe("Table");
  });

  it("have readable names and a page", () => {
    expect(graph.name(at(graph, "flask.request.args"))).toBe("flask.request.args");
    expect(graph.name(0)).toBe("");
    expect(graph.page(at(graph, "lib.run"))).toBe("Lib (catalog/models/python/p0.md)");
  });
});

describe("types", () => {
  const graph = graphOf(
    `types:
  Db: [lib.connect(), pkg.Db()]
  Cursor: [Db.cursor(), lib.connect().raw()]
  Special: { from: pkg.special(), extends: [Db] }
  Request: flask.request
is:
  sql-text:
    - Db.execute(arg[0])
    - Special.execute(arg[1])
    - Cursor.run(arg[0])
  remote-input: [Request.args, flask.request.form, pkg.Db.shared]
passes:
  - { call: Db.execute, from: self, to: nothing }
names:
  - { names: [db], methods: [execute], type: Db }`,
  );

  it("are reached by every place their values come from", () => {
    expect(at(graph, "pkg.Db()")).toBe(graph.typeNode("Db"));
    for (const path of ["lib.connect()", "pkg.Db()"]) expect(at(graph, `${path}.cursor()`)).toBe(graph.typeNode("Cursor"));
    expect(at(graph, "lib.connect().raw()")).toBe(graph.typeNode("Cursor"));
    expect(at(graph, "pkg.Db().raw")).toBe(-1);
    expect(facts(graph, "flask.request.args")).toEqual(["remote-input"]);
    expect(facts(graph, "flask.request.form")).toEqual(["remote-input"]);
  });

  it("inherit steps, facts and rules", () => {
    expect(facts(graph, "<Special>.execute")).toEqual(["sql-text arg[1]", "sql-text arg[0]"]);
    expect(at(graph, "pkg.special().cursor()")).toBe(graph.typeNode("Cursor"));
    expect(graph.passes(at(graph, "<Special>.execute"))).toHaveLength(1);
  });

  it("fall back to the attributes of their class, but not to its call", () => {
    expect(facts(graph, "pkg.Db().shared")).toEqual(["remote-input"]);
    expect(facts(graph, "pkg.special().shared")).toEqual(["remote-input"]);
    expect(at(graph, "pkg.Db()()")).toBe(-1);
    expect(at(graph, "pkg.Db.execute")).toBe(-1);
  });

  it("are named by the one object they come from, or by their name", () => {
    expect(graph.name(at(graph, "flask.request.args"))).toBe("flask.request.args");
    expect(graph.name(at(graph, "<Db>.execute"))).toBe("Db.execute");
  });

  it("give readable names to what a named object inherits", () => {
    const requests = graphOf("types:\n  Request: lib.Request()\n  Current: { from: flask.request, extends: [Request] }\nis:\n  remote-input: [Request.args]\n  number: [Request.files.size()]");
    expect(requests.name(at(requests, "flask.request.args"))).toBe("flask.request.args");
    expect(facts(requests, "flask.request.args")).toEqual(["remote-input"]);
    expect(requests.name(at(requests, "flask.request.files.size()"))).toBe("flask.request.files.size()");
    expect(facts(requests, "flask.request.files.size()")).toEqual(["number"]);
    expect(requests.name(at(requests, "lib.Request().args"))).toBe("Request.args");
  });

  it("can be priors of names", () => {
    expect(graph.prior("db", "execute")).toBe(graph.typeNode("Db"));
    expect(graph.prior("db", "close")).toBe(-1);
    expect(graph.prior("x", "execute")).toBe(-1);
  });

  it("do not get the rows of one of their sources", () => {
    const hashes = graphOf("types:\n  Hash: [lib.md5(), lib.sha()]\n  Text: lib.md5().text()\nis:\n  blocks: [lib.md5()]\n  number: [Hash.size(), lib.md5().rounds()]");
    expect(facts(hashes, "lib.md5()")).toEqual(["blocks"]);
    expect(facts(hashes, "lib.sha()")).toEqual([]);
    expect(facts(hashes, "lib.md5().size()")).toEqual(["number"]);
    expect(facts(hashes, "lib.md5().rounds()")).toEqual(["number"]);
    expect(at(hashes, "lib.sha().rounds")).toBe(-1);
    expect(at(hashes, "lib.md5().text()")).toBe(hashes.typeNode("Text"));
    expect(at(hashes, "lib.sha()")).toBe(hashes.typeNode("Hash"));
  });

  it("may extend each other in a circle", () => {
    const circle = graphOf("types:\n  A: { from: lib.a(), extends: [B] }\n  B: { from: lib.b(), extends: [A] }\nis: { number: [B.size()] }");
    expect(facts(circle, "lib.a().size()")).toEqual(["number"]);
    expect(at(circle, "lib.a().other")).toBe(-1);
  });
});

describe("classes", () => {
  it("have instances even if no page lists them", () => {
    const graph = graphOf(`is:
  sql-text: [pkg.views.View.render(returned)]
entries:
  - { kind: http, form: subclass, at: lib.base, methods: [get], params: all, as: remote-input }`);
    expect(facts(graph, "pkg.views.View().render")).toEqual(["sql-text returned"]);
    expect(facts(graph, "pkg.views.View.render")).toEqual(["sql-text returned"]);
    expect(at(graph, "lib.base()")).toBeGreaterThan(0);
    expect(graph.entries(at(graph, "lib.base"))).toHaveLength(1);
  });

  it("of builtins share their name with the type", () => {
    const graph = graphOf("types:\n  dict: [dict(), vars()]\nis:\n  number: [dict.count(), dict.size()]\npasses:\n  - { call: dict, from: \"arg[*]\", to: \"result[*]\" }");
    expect(at(graph, "vars()")).toBe(graph.typeNode("dict"));
    expect(at(graph, "dict()")).toBe(graph.typeNode("dict"));
    expect(graph.passes(at(graph, "dict"))).toHaveLength(1);
    expect(facts(graph, "vars().count()")).toEqual(["number"]);
    expect(facts(graph, "dict.count()")).toEqual(["number"]);
  });

  it("give types to parameters of overriding methods", () => {
    const graph = graphOf("types:\n  Request:\n    - \"pkg.View.get(param[1])\"");
    expect(graph.parameterTypes(at(graph, "pkg.View().get"))).toEqual([{ index: 1, type: graph.typeNode("Request") }]);
  });
});

it("does not depend on the order of pages", () => {
  const blocks = ["types: { Db: lib.connect() }", "is:\n  sql-text:\n    - Db.run(arg[0])", "types: { Cursor: Db.run() }"];
  for (const order of [blocks, [...blocks].reverse()]) {
    const graph = graphOf(...order);
    expect(facts(graph, "<Db>.run")).toEqual(["sql-text arg[0]"]);
    expect(at(graph, "lib.connect().run()")).toBe(graph.typeNode("Cursor"));
  }
});
