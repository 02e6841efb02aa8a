/** What stands at a place of a file. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { pythonLanguage } from "../../src/languages/python/index.ts";
import { inMemoryWorkspace, readSources } from "../../src/source/index.ts";

function constructs(text: string) {
  const workspace = inMemoryWorkspace({ "a.py": text });
  return pythonLanguage().constructs(readSources(workspace, ["a.py"]).value[0]);
}

const told = (text: string): string[] => constructs(text).map((each) => {
  const place = each.first === each.last ? `${each.first}` : `${each.first}-${each.last}`;
  switch (each.kind) {
    case "assert": return `${place} assert`;
    case "import": return `${place} import ${each.module}${each.names.length > 0 ? ` (${each.names})` : ""} as ${each.bound}`;
    case "handler": return `${place} except ${each.catches}: ${each.does}`;
    case "call": return `${place} call ${each.callee}(${each.keywords})`;
    case "text": return `${place} ${each.text === undefined ? "None" : JSON.stringify(each.text)} ${each.role} ${each.bound}`.trimEnd();
    case "comment": return `${place} ${each.text}`;
    default: return `${place} ${each.word}`;
  }
});

describe("constructs", () => {
  it("tells asserts, imports and handlers", () => {
    expect(told("import os.path, json as j\nfrom ..a import b as c, d\nassert x, 'why'\n")).toEqual([
      "1 import os.path as os", "1 import json as j", "2 import ..a (b,d) as c,d", "3 assert", '3 "why" other',
    ]);
    expect(told("try:\n    f()\nexcept ValueError:\n    pass\nexcept:\n    log()\n")).toEqual([
      "2 call f()", "3-4 except ValueError: pass", "5-6 except : more", "6 call log()",
    ]);
  });

  it("tells what each text is for", () => {
    expect(told('PASSWORD = "a"\nx.token = "b"\nrow["key"] = "c"\n')).toEqual(['1 "a" assigned PASSWORD', '2 "b" assigned x.token', '3 "key" other', '3 "c" assigned key']);
    expect(told('if token == "a" or kind in ("b", "c"): pass\n')).toEqual(['1 "a" compared token', '1 "b" compared kind', '1 "c" compared kind']);
    expect(told('f("a", token="b", **c)\nd = {"password": None}\n')).toEqual(['1 call f(token,**)', '1 "a" argument f', '1 "b" keyword token', '2 "password" other', "2 None item password"]);
    expect(told('def f(a, token="b", *, c=None):\n    """Says so."""\n')).toEqual(["1 def", '1 "b" default token', "1 None default c", '2 "Says so." alone']);
  });

  it("gives a call the lines of its statement", () => {
    const [query] = constructs('run(\n    1,\n    "SELECT %s"\n    % name,\n)\n').filter((each) => each.kind === "text");
    expect([query.first, query.last, query.statementFirst, query.statementLast]).toEqual([3, 3, 1, 5]);
    const [inHead] = constructs('if (a ==\n        "b"):\n    pass\n').filter((each) => each.kind === "text");
    expect([inHead.statementFirst, inHead.statementLast]).toEqual([1, 2]);
  });

  it("reads anything", () => {
    fc.assert(fc.property(fc.string({ maxLength: 300 }), (text) => {
      for (const each of constructs(text)) expect(each.first).toBeGreaterThan(0);
    }), { numRuns: 200 });
  });
});
