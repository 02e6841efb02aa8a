import { describe, expect, it } from "vitest";
import { catalogFromJson, catalogToJson, compileApiGraph, readCatalog } from "../../src/knowledge/index.ts";
import { detectorData, detectorPage, kindsPage, messages, modelPage, readWithKinds } from "./page-text.ts";

const model = "catalog/models/python/lib.md";
const detector = "catalog/detectors/sql-injection.md";
const head = "package: lib\nlanguage: python\n";

describe("what a page says is read as it is written", () => {
  it("reads a detector", () => {
    const { value, problems } = readWithKinds([detectorPage()]);
    expect(problems).toEqual([]);
    expect(value.detectors).toEqual([
      {
        yieldsTo: [], id: "sql-injection", title: "SQL injection", summary: "Text becomes a program.", cwe: [89], broader: [], severity: "high",
        aliases: [], message: "{source} becomes SQL text in {sink}", shown: true, reports: "finding",
        flow: { from: ["remote-input"], also: [], to: ["sql-text"], stoppedBy: ["number"] },
        sections: {
          "Why it matters": "It does.", "What to do": "Bind.",
          Reported: "```python\nf(x)  # finding\n```", "Not reported": "```python\nf(1)  # safe: a number\n```",
        },
        page: detector,
      },
    ]);
  });

  it("reads constant and call rules", () => {
    const rule = (text: string) => detectorPage(detectorData.replace(/flow:.*/, text));
    const { value, problems } = readWithKinds([
      rule('constant: { to: sql-text, bad: [false, 0, "False", ssl.CERT_NONE, null], absent: bad }'),
      detectorPage(detectorData.replace(/flow:.*/, "call: { to: shell-command, data: [stored-data] }").replace("sql-injection", "other"), "catalog/detectors/other.md"),
    ]);
    expect(problems).toEqual([]);
    expect(value.detectors.map((one) => one.constant ?? one.call)).toEqual([
      { to: ["shell-command"], data: ["stored-data"], unlessConstant: false },
      { to: ["sql-text"], bad: [false, 0, "False", "ssl.CERT_NONE", null], absent: "bad" },
    ]);
  });

  it("reads a model", () => {
    const { value, problems } = readWithKinds([modelPage(`${head}types:
  Db: lib.connect()
  Cursor: { from: [Db.cursor(), "lib.Base.run(param[1])"], extends: [Db] }
aliases: { lib.api.connect: lib.connect }
is:
  sql-text:
    - Db.execute(arg[0|sql])
    - { at: "lib.run(arg[1..])", when: "arg[shell] is True and arg[2] absent" }
  number: [len()]
passes:
  - { call: [lib.join, lib.glue], from: "arg[*]", to: "result[*]" }
validates:
  - { call: lib.check, value: "arg[0|url]", when: true, as: same-host-url }
noreturn: [lib.stop]
names:
  - { names: [db], methods: [execute], type: Db }
entries:
  - { kind: http, form: decorator, at: lib.route, route: "arg[0|rule]", params: route, as: remote-input, returns: html-response, types: { 0: Db } }
  - { kind: rpc, form: subclass, at: lib.Manager, methods: ["*"], params: [{ parameter: body, kind: remote-input }], framework: own }`)]);
    expect(problems).toEqual([]);
    const page = value.models[0];
    expect(page.types).toEqual([
      { name: "Db", from: [{ path: "lib.connect()", port: { type: "object" } }], extends: [] },
      {
        name: "Cursor", extends: ["Db"],
        from: [{ path: "Db.cursor()", port: { type: "object" } }, { path: "lib.Base.run", port: { type: "parameter", index: 1 } }],
      },
    ]);
    expect(page.is.map((row) => row.kind)).toEqual(["sql-text", "sql-text", "number"]);
    expect(page.is[1].place).toEqual({
      path: "lib.run", port: { type: "argument", index: 1, name: "", rest: true },
      when: { type: "and", parts: [
        { type: "is", argument: { index: -1, name: "shell" }, values: [true], negated: false },
        { type: "present", argument: { index: 2, name: "" }, negated: true },
      ] },
    });
    expect(page.passes).toEqual([
      { call: "lib.join", from: "arg[*]", to: "result[*]" },
      { call: "lib.glue", from: "arg[*]", to: "result[*]" },
    ]);
    expect(page.validates).toEqual([{ call: "lib.check", value: "arg[0|url]", when: "true", as: "same-host-url" }]);
    expect(page.entries[0]).toEqual({
      kind: "http", framework: "lib", form: "decorator", at: "lib.route", handler: "", route: "arg[0|rule]", verbs: "",
      methods: [], params: "route", as: "remote-input", types: { 0: "Db" }, converts: false, returns: "html-response", routed: true,
    });
    expect(page.entries[1].params).toEqual([{ parameter: "body", kind: "remote-input" }]);
    expect(page.entries[1].framework).toBe("own");
  });

  it("lets types of one page be used in another, whatever the order of the files", () => {
    const use = modelPage(`${head}is:\n  sql-text:\n    - Zeta.run(arg[0])`, "catalog/models/python/a.md");
    const declare = modelPage(`${head}types: { Zeta: lib.zeta() }`, "catalog/models/python/z.md");
    expect(messages([use, declare])).toEqual([]);
    expect(readCatalog([kindsPage, use, declare]).value).toEqual(readCatalog([declare, use, kindsPage]).value);
  });

  it("survives JSON", () => {
    const { value } = readWithKinds([detectorPage(), modelPage(`${head}is: { number: [lib.f()] }`)]);
    expect(catalogFromJson(catalogToJson(value))).toEqual(value);
    expect(catalogFromJson("{}")).toBeUndefined();
    expect(catalogFromJson("no json")).toBeUndefined();
  });

  it("gives another digest to other pages", () => {
    const digest = (text: string) => readWithKinds([modelPage(`${head}${text}`)]).value.digest;
    expect(digest("noreturn: lib.a")).not.toBe(digest("noreturn: lib.b"));
    expect(readWithKinds([], { hash: (text) => `h${text.length}` }).value.digest).toMatch(/^h\d+$/);
  });
});

describe("pages of a reviewed project", () => {
  const base = readWithKinds([detectorPage(), modelPage(`${head}types: { Db: lib.connect() }`)]).value;

  it("add to the catalog and use its names", () => {
    const { value, problems } = readCatalog(
      [{ path: ".warrant/own.md", text: "# Own\n\n```yaml model\npackage: own\nlanguage: python\nis: { number: [Db.size(), own.n()] }\n```\n" }],
      { base },
    );
    expect(problems).toEqual([]);
    expect(value.models.map((page) => page.page)).toEqual([model, ".warrant/own.md"]);
    expect(value.detectors).toEqual(base.detectors);
  });

  it("may not name a check", () => {
    const page = detectorPage(detectorData.replace(/flow:.*/, "check: weak-hash").replace("sql-injection", "own"), ".warrant/own.md");
    const [message] = readCatalog([page], { base }).problems.map((problem) => problem.message);
    expect(message).toBe(".warrant/own.md:9:8: a page of a reviewed project may not name a check: checks are code of the tool; use flow, constant or call");
    const builtIn = { ...page, path: "catalog/detectors/own.md" };
    expect(messages([builtIn], { checks: ["weak-hash"] })).toEqual([]);
    expect(messages([builtIn], { checks: ["weak-hashes"] })).toEqual([`${builtIn.path}:9:8: unknown check "weak-hash"; did you mean "weak-hashes"?`]);
  });

  it("may not redefine a detector or a type", () => {
    const own = detectorPage(detectorData, ".warrant/own.md");
    expect(readCatalog([own], { base }).problems[0].message).toBe(`.warrant/own.md:6:1: the detector "sql-injection" is declared twice, first in ${detector}`);
    const type = modelPage(`${head}types: { Db: lib.other() }`, ".warrant/type.md");
    expect(readCatalog([type], { base }).problems[0].message).toBe(`.warrant/type.md:8:10: the type "Db" is declared twice, first at ${model}; use another name, or "extends: [Db]"`);
  });
});

/** A mistake in a model's data block after `head`, whose first line is line 8 of the page, and what is said about it. */
const modelMistakes: [string, string, string][] = [
  ["an unknown key", "iss: {}", '8:1: unknown key of a model "iss"; did you mean "is"?'],
  ["an unknown kind", "is:\n  remote-inputs: [lib.x]", '9:3: unknown kind "remote-inputs"; did you mean "remote-input"?'],
  ["an unknown guard", 'validates: [{ call: lib.f, value: self, when: true, as: same-host }]', '8:57: unknown kind "same-host"'],
  ["a kind of another group", 'validates: [{ call: lib.f, value: self, when: true, as: sql-text }]', '8:57: "sql-text" is a sink, but a guard belongs here'],
  ["an unknown port", "is:\n  sql-text:\n    - lib.f(args[0])", '10:13: place "lib.f(args[0])": unknown port: expected arg[…], self, stored, key, param[…] or returned'],
  ["an unclosed port", "is:\n  sql-text:\n    - lib.f(arg[0]", '10:19: place "lib.f(arg[0]": expected ")"'],
  ["a quoted place", 'is:\n  sql-text: ["lib.f(arg[0"]', '9:26: place "lib.f(arg[0": expected "]"'],
  ["an unknown condition", 'is:\n  sql-text:\n    - { at: lib.f(), when: "arg[0] equals 1" }', '10:36: condition "arg[0] equals 1": unknown condition: expected "is", "is not", "is in", "has", "present" or "absent"'],
  ["mixed conditions", 'is:\n  sql-text:\n    - { at: lib.f(), when: "arg[0] present or arg[1] present and arg[2] absent" }', '"and" and "or" do not mix without parentheses'],
  ["an unknown type", "is:\n  sql-text:\n    - Dbb.run(self)", '10:7: unknown type "Dbb"; did you mean "Db"?'],
  ["an unknown package", "noreturn: lob.stop", '8:11: unknown package "lob"; did you mean "lib"?'],
  ["a duplicate type", "types:\n  Db: lib.other()", '9:3: the type "Db" is declared twice, first at catalog/models/python/db.md:9; use another name'],
  ["a type name with a small letter", "types:\n  data: lib.other()", '9:3: "data" is no type name: it begins with a capital letter and has no dots, or is a builtin type'],
  ["a place that makes two types", "types:\n  Db2: lib.db()", '9:8: lib.db() makes both a Db and a Db2; keep it in one of them'],
  ["a type from an argument", "types:\n  Db2:\n    - lib.f(arg[0])", "10:7: values of a type come from an object, a call() or a param[…]"],
  ["a class for its instances", "types: { Db2: lib.Database }", '8:15: "lib.Database" looks like a class; its instances are "lib.Database()"'],
  ["an unknown parent", "types: { Db2: { from: lib.f(), extends: [Dbx] } }", '8:42: unknown type "Dbx"; did you mean "Db"?'],
  ["a duplicate key", "noreturn: lib.a\nnoreturn: lib.b", '9:1: "noreturn" stands here twice'],
  ["brackets in brackets", "is:\n  sql-text: [lib.f(arg[0])]", "inside [ ] and { } a place with brackets must be quoted"],
  ["a wrong end of a pass", 'passes: [{ call: lib.f, from: result, to: result }]', "8:31: values pass from arg[…] or self, never from a result"],
  ["an unknown end of a pass", 'passes: [{ call: lib.f, from: self, to: return }]', '8:41: "to" "return": unknown port: expected arg[…], self, result or nothing'],
  ["a pass without an end", "passes: [{ call: lib.f, from: self }]", '8:10: a pass needs "to:"'],
  ["a call with a port", "passes: [{ call: lib.f(), from: self, to: result, when: 1 }]", "condition \"1\": expected arg[…], self, program, class or a parenthesis"],
  ["an unknown entry kind", "entries: [{ kind: htpp, form: decorator, at: lib.f }]", '8:19: unknown entry kind "htpp"; did you mean "http"?'],
  ["an unknown entry form", "entries: [{ kind: http, form: decorated, at: lib.f }]", '8:31: unknown "form" "decorated"; did you mean "decorator"?'],
  ["a subclass entry without methods", "entries: [{ kind: http, form: subclass, at: lib.V }]", '8:11: an entry of the form "subclass" needs "methods:"'],
  ["a call entry without a handler", "entries: [{ kind: http, form: call, at: lib.f }]", '8:11: an entry of the form "call" needs "handler:"'],
  ["parameters without a kind", "entries: [{ kind: http, form: decorator, at: lib.f, params: all }]", 'an entry with "params:" needs "as:"'],
  ["a list where a map belongs", "is: [lib.f()]", '8:5: "is" must be a map of "key: value"'],
  ["an alias of YAML", "noreturn: &p lib.x\nis: { number: *p }", "YAML aliases are not read here"],
  ["too deep a nesting", `is: ${"[".repeat(40)}${"]".repeat(40)}`, "the block nests more than 32 levels"],
];

describe("every mistake in a model is an error with its position", () => {
  const db = modelPage(`${head}types:\n  Db: lib.db()`, "catalog/models/python/db.md");
  it.each(modelMistakes)("%s", (_, data, expected) => {
    const all = messages([db, modelPage(head + data)]);
    expect(all.join("\n")).toContain(expected);
    for (const message of all) expect(message).toMatch(/^catalog\/models\/python\/lib\.md:\d+:\d+: /);
  });
});

const detectorMistakes: [string, string, string][] = [
  ["an unknown key", `${detectorData}\nfrom: x`, '11:1: unknown key of a detector "from"'],
  ["a missing key", detectorData.replace("severity: high\n", ""), '6:1: a detector needs "severity:"'],
  ["no rule", detectorData.replace(/flow:.*\n/, ""), "6:1: a detector has exactly one of flow, constant, call, check; this one has none"],
  ["two rules", `${detectorData}\ncall: { to: shell-command }`, "6:1: a detector has exactly one of flow, constant, call, check; this one has flow and call"],
  ["an unknown severity", detectorData.replace("high", "hihg"), '8:11: unknown severity "hihg"; did you mean "high"?'],
  ["an unknown source", detectorData.replace("[remote-input]", "[remote-inptu]"), '9:16: unknown kind "remote-inptu"; did you mean "remote-input"?'],
  ["a sink as a source", detectorData.replace("[remote-input]", "[sql-text]"), '9:16: "sql-text" is a sink, but a source belongs here'],
  ["an unknown guard", detectorData.replace("[number]", "[numbr]"), '9:58: unknown kind "numbr"; did you mean "number"?'],
  ["an unknown placeholder", detectorData.replace("{sink}", "{snik}"), '10:10: unknown placeholder "snik"; did you mean "sink"?'],
  ["a CWE that is no number", detectorData.replace("[89]", "[CWE-89]"), "7:7: a CWE is written as its number alone, as in [89]"],
  ["a bad id", detectorData.replace("id: sql-injection", "id: SQL"), '6:5: "SQL" is no id'],
  ["a flow without an end", detectorData.replace("to: sql-text, ", ""), '9:7: a flow needs "to:"'],
  ["text for a truth value", `${detectorData}\nshown: maybe`, '11:8: "shown" must be true or false'],
];

describe("every mistake in a detector is an error with its position", () => {
  it.each(detectorMistakes)("%s", (_, data, expected) => {
    expect(messages([detectorPage(data)]).join("\n")).toContain(`${detector}:${expected}`);
  });

  it("an id that is taken", () => {
    const other = detectorPage(detectorData, "catalog/detectors/other.md");
    expect(messages([detectorPage(), other])).toEqual([`${detector}:6:1: the detector "sql-injection" is declared twice, first in catalog/detectors/other.md`]);
  });
});

describe("the shape of a page", () => {
  const changed = (from: string | RegExp, to: string) => messages([{ path: detector, text: detectorPage().text.replace(from, to) }]);

  it.each([
    ["no title", "# SQL injection\n", "\n", ":3:1: a page begins with its title, as in # SQL injection"],
    ["no sentence", "Text becomes a program.\n", "", ":1:1: below the title stands one sentence"],
    ["no section", "## What to do\nBind.\n", "", ':25:1: the page has no section "What to do"'],
    ["an unknown section", "## What to do", "## What to doo", ':16:4: unknown section "What to doo"; did you mean "What to do"?'],
    ["a section twice", "## What to do", "## Why it matters", ':16:4: a second section "Why it matters"; join the two'],
    ["sections in another order", "## Not reported", "## Why it matter", ':24:4: unknown section "Why it matter"; did you mean "Why it matters"?'],
    ["no safe line", "  # safe: a number", "", ':27:1: a detector page shows at least one "# safe" line'],
    ["no finding", "  # finding", "", ':27:1: a detector page shows at least one "# finding" line'],
    ["safe without a reason", "# safe: a number", "# safe", ':26:7: "# safe" needs a reason after a colon'],
    ["a marker without its colon", "# safe: a number", "# safe a number", 'is no marker; write "# safe: …" with a colon'],
    ["a detector that is not there", "# finding", "# finding: sql-injektion", ':21:7: unknown detector "sql-injektion"; did you mean "sql-injection"?'],
    ["an open block", "```\n\n## Not", "\n\n## Not", "never closed"],
    ["an unknown data block", "yaml detector", "yaml detectr", ':5:1: unknown block "yaml detectr"; did you mean "yaml detector"?'],
    ["no data block", "yaml detector", "yaml", ":1:1: the page has no data block"],
    ["a bad file name", "```python\nf(x)", "```python file=../x.py\nf(x)", '"../x.py" is no file name of an example'],
    ["a word after the fence", "```python\nf(x)", "```python app.py\nf(x)", ':20:1: unknown word "app.py" after the fence'],
    ["a second data block", "## Why it matters", "```yaml model\n```\n## Why it matters", ":13:1: a page has one data block"],
  ])("%s", (_, from, to, expected) => {
    expect(changed(from, to).join("\n")).toContain(expected);
  });

  it("warns of a page that is too long, and reads it", () => {
    const { value, problems } = readWithKinds([{ path: detector, text: detectorPage().text + "\n".repeat(200) }]);
    expect(problems.map((problem) => problem.level)).toEqual(["warning"]);
    expect(value.detectors).toHaveLength(1);
  });

  it("reports two files of one name under a heading", () => {
    const text = detectorPage().text.replace("```python\nf(x)  # finding\n```", "```python file=a.py\nf(x)  # finding\n```\n```python file=a.py\n1\n```");
    expect(messages([{ path: detector, text }])).toEqual([`${detector}:23:1: a second file "a.py" under the same heading`]);
  });

  it("reads pages with Windows line ends and a byte order mark", () => {
    expect(messages([{ path: detector, text: `\uFEFF${detectorPage().text.replaceAll("\n", "\r\n")}` }])).toEqual([]);
  });

  it.each(["", "\n", "```", "# \n```yaml model", "# T\n\n```yaml model\n```", "# T\n```yaml model\n\u0000: [\n```", "a".repeat(300_000)])(
    "never throws on what is no page (%#)",
    (text) => {
      expect(readWithKinds([{ path: "catalog/x.md", text }]).problems.every((problem) => problem.line > 0)).toBe(true);
    },
  );
});

describe("a hostile page takes no time", () => {
  it.each([
    ["spaces in a marker", `# T\n\`\`\`python\n# safe:${" ".repeat(150_000)}x\n${"# finding ".repeat(4000)}\n\`\`\``],
    ["unknown words", modelPage(`${head}is:\n${Array.from({ length: 9000 }, (_, i) => `  kind-${i}: [lib.x]`).join("\n")}`).text],
    ["types in a chain", modelPage(`${head}types:\n${Array.from({ length: 4000 }, (_, i) => `  T${i}: { extends: [T${i + 1}] }`).join("\n")}\n  T4000: lib.t()`).text],
  ])("%s", (_, text) => {
    const { value, problems } = readCatalog([kindsPage, { path: ".warrant/x.md", text }]);
    expect(problems.length).toBeGreaterThan(0);
    expect(compileApiGraph(value).nodeCount).toBeGreaterThan(0);
  }, 20_000);
});

describe("kinds", () => {
  const broken = (from: string, to: string) => readCatalog([{ path: kindsPage.path, text: kindsPage.text.replace(from, to) }]).problems.map((problem) => problem.message);
  it("are listed once, in a known group, with a meaning", () => {
    expect(broken("stored-data", "remote-input")).toEqual(['catalog/kinds.md:8:3: "remote-input" stands here twice', 'catalog/kinds.md:8:3: the kind "remote-input" is listed twice']);
    expect(broken("blocks", "number")).toEqual(['catalog/kinds.md:17:3: the kind "number" is listed twice']);
    expect(broken("sink:", "sinks:")).toEqual(['catalog/kinds.md:9:1: unknown key of the vocabulary "sinks"; did you mean "sink"?']);
    expect(broken("blocks: waits", "Blocks: waits")).toEqual(['catalog/kinds.md:17:3: "Blocks" is no kind: lower-case words joined by hyphens']);
    expect(broken("blocks: waits", 'blocks: ""')).toEqual(['catalog/kinds.md:17:11: the meaning of "blocks" must not be empty']);
  });
});
