import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { defaultFormOptions, gerritReview, type Remark, remarkForms, type Remarks, remarksOf, reviewForms } from "../../src/report/index.ts";
import { codequalitySchema, gerritSchema, gitlabSchema, rdjsonSchema, zuulSchema } from "./host-schemas.ts";
import { sampleReport } from "./sample.ts";
import { type Schema, violations } from "./schema.ts";

const day = "2026-11-22";
const schemas: Readonly<Record<string, Schema>> = {
  gitlab: gitlabSchema, codequality: codequalitySchema, rdjson: rdjsonSchema, gerrit: gerritSchema, zuul: zuulSchema,
};
const render = (name: string, remarks: Remarks): string => {
  const form = remarkForms.find((each) => each.name === name);
  if (form === undefined) throw new Error(name);
  return form.render(remarks, day);
};
const sample = remarksOf(sampleReport({ hash: true }));
const empty: Remarks = { ...sample, remarks: [] };

/** What a runner of GitHub makes of a log: the commands in it, decoded. */
function commandsOf(log: string): readonly { readonly name: string; readonly properties: Readonly<Record<string, string>>; readonly text: string }[] {
  const decode = (text: string, isProperty: boolean): string => {
    const plain = text.replace(/%0D/g, "\r").replace(/%0A/g, "\n");
    return (isProperty ? plain.replace(/%3A/g, ":").replace(/%2C/g, ",") : plain).replace(/%25/g, "%");
  };
  return log.split(/\r\n|\r|\n/).filter((line) => line.trimStart().startsWith("::")).map((line) => {
    const end = line.indexOf("::", 2);
    const [name, ...rest] = line.slice(2, end).split(" ");
    const pairs = rest.join(" ").split(",").map((pair) => [pair.slice(0, pair.indexOf("=")), decode(pair.slice(pair.indexOf("=") + 1), true)]);
    return { name, properties: Object.fromEntries(pairs) as Record<string, string>, text: decode(line.slice(end + 2), false) };
  });
}

/** A reader of the XML that we write: strict about what must not occur raw. Returns the names of elements in order. */
function elementsOf(xml: string): readonly string[] {
  expect(xml).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/);
  const open: string[] = [];
  const names: string[] = [];
  const tag = /<(\/?)([a-z-]+)((?:\s[a-z]+="[^"<>]*")*)\s*(\/?)>|<\?xml[^>]*\?>|([^<>]+)/gy;
  let at = 0;
  for (let match = tag.exec(xml); match !== null; match = tag.exec(xml)) {
    at = tag.lastIndex;
    for (const entity of (match[3] ?? match[5] ?? "").match(/&[^;]*;?/g) ?? []) expect(entity).toMatch(/^&(?:amp|lt|gt|quot|#39|#9);$/);
    if (match[2] === undefined) continue;
    if (match[1] === "/") expect(open.pop()).toBe(match[2]);
    else {
      names.push(match[2]);
      if (match[4] !== "/") open.push(match[2]);
    }
  }
  expect(at).toBe(xml.length);
  expect(open).toEqual([]);
  return names;
}

describe.each(remarkForms.map((form) => form.name))("%s", (name) => {
  it("is as the sample shows", async () => {
    await expect(render(name, sample)).toMatchFileSnapshot(`./hosts/sample.${name}`);
  });

  it("is written also when there is nothing to say", async () => {
    await expect(render(name, { ...empty, incompleteBecause: ["no file was read"] })).toMatchFileSnapshot(`./hosts/empty.${name}`);
  });
});

it("forms of hosts are forms of a review, with the paths of the repository", () => {
  const report = sampleReport();
  const inFolder = { ...report, project: { ...report.project, folder: "services/shop" } };
  for (const { name } of remarkForms) {
    const form = reviewForms.find((each) => each.name === name);
    expect([...(form?.render(inFolder, { ...defaultFormOptions, today: day }) ?? [])].join(""), name).toContain("services/shop/src/app.py");
  }
});

describe.each(Object.keys(schemas))("the schema of %s", (name) => {
  it("holds for the sample, the empty review and an incomplete one", () => {
    for (const remarks of [sample, empty, { ...sample, incompleteBecause: ["a.py: it could not be read"] }]) {
      expect(violations(schemas[name], JSON.parse(render(name, remarks)))).toEqual([]);
    }
  });
});

it("GitLab gets findings only, and is told of the questions", () => {
  const report = JSON.parse(render("gitlab", sample)) as { vulnerabilities: unknown[]; scan: { messages: { value: string }[]; start_time: string } };
  expect(report.vulnerabilities).toHaveLength(1);
  expect(report.scan.messages.map((each) => each.value)).toContainEqual(expect.stringContaining("1 question left out"));
  expect(report.scan.start_time).toBe("2026-11-22T00:00:00");
});

it("a build server sees a failed case for each finding, and one for completeness", () => {
  const xml = render("junit", sample);
  expect(elementsOf(xml)).toEqual(["testsuites", "testsuite", "testcase", "failure", "testcase", "skipped", "testcase", "system-out"]);
  expect(xml).toContain('tests="3" failures="1" errors="0" skipped="1"');
  expect(elementsOf(render("junit", { ...empty, incompleteBecause: ["x"] }))).toContain("error");
});

it("reviewdog counts columns in bytes", () => {
  const text = `from flask import request\n\ndef show(db):\n    name = request.args["name"]\n    query = "SELECT '%s'" % name\n    é = db.execute(query)\n    db.execute("SELECT 1")\n    db.execute(other())\n`;
  const [remark] = remarksOf(sampleReport({ text })).remarks;
  expect([remark.column, remark.bytes?.column]).toEqual([9, 10]);
  const { diagnostics } = JSON.parse(render("rdjson", { ...sample, remarks: [remark] })) as { diagnostics: { location: { range: unknown } }[] };
  expect(diagnostics[0].location.range).toEqual({ start: { line: 6, column: 10 }, end: { line: 6, column: 27 } });
});

it("Gerrit gets a suggestion as replacements, and no empty range", () => {
  const [finding] = sample.remarks;
  const place = { path: finding.path, line: 6, column: 5, endLine: 6, endColumn: 22 };
  const suggestions = [{ description: "Bind the value", replacements: [{ ...place, text: "db.execute(query, (name,))" }] }];
  const review = gerritReview({ ...sample, remarks: [{ ...finding, suggestions }, { ...finding, endLine: finding.line, endColumn: finding.column }] });
  const [first, second] = review.comments[finding.path];
  expect(first.fix_suggestions?.[0].replacements[0].range).toEqual({ start_line: 6, start_character: 4, end_line: 6, end_character: 21 });
  expect(violations(gerritSchema, JSON.parse(JSON.stringify(review)))).toEqual([]);
  expect(second.range).toBeUndefined();
});

it("many remarks fit into one Gerrit review, and the cut is told", () => {
  const many = Array.from({ length: 60 }, () => sample.remarks[0]);
  const review = gerritReview({ ...sample, remarks: many });
  expect(Object.values(review.comments).flat()).toHaveLength(50);
  expect(review.message).toContain("10 more remarks");
});

describe("hostile texts", () => {
  const nasty = fc.oneof(
    fc.constantFrom("::error::x", "a\n::stop-commands::x", "]]>", "<!--", "%0A::set-env name=x::y", "&lt;", "\u0000", "\u001b[31m", "\u202e", "\ud800", "__proto__",
      "a,b:c=d%", "```\n", "[x](javascript:alert(1))", "<img src=x onerror=y>", "@everyone", "${{ secrets.X }}", "\r\n##[add-path]x", "\u2028", "|"),
    fc.string({ unit: "binary", maxLength: 30 }), fc.string({ maxLength: 30 }),
  );
  const line = fc.integer({ min: 1, max: 2_000_000 });
  const anyRemark: fc.Arbitrary<Remark> = fc.record({
    id: fc.constant("F-00000000"), fingerprint: fc.constantFrom("0123456789abcdef:1", "fedcba9876543210:12"), kind: fc.constantFrom("finding", "question", "lost-proof"),
    detector: fc.constant("sql-injection"), title: nasty, cwe: fc.constantFrom([89], [], [79, 80]), severity: fc.constantFrom("critical", "high", "medium", "low"),
    path: nasty.filter((path) => path !== "" && !/^(?:\/|\.\/)/.test(path)), line, column: line, endLine: line, endColumn: line, function: nasty, message: nasty, fix: nasty,
    steps: fc.array(fc.record({ path: nasty.filter((path) => path !== ""), line, kind: fc.constantFrom("source", "sink"), text: nasty, why: nasty }), { maxLength: 12 }),
    suggestions: fc.constant([]),
  });
  const anyRemarks: fc.Arbitrary<Remarks> = fc.record({
    version: fc.constant("1.0.0"), project: nasty, revision: nasty, remarks: fc.array(anyRemark, { maxLength: 4 }), summary: fc.constant("0 findings"),
    incompleteBecause: fc.array(nasty.filter((reason) => reason !== ""), { maxLength: 2 }),
  });

  it("never break a JSON form, nor the schema of its host", () => {
    fc.assert(fc.property(anyRemarks, (remarks) => {
      for (const [name, schema] of Object.entries(schemas)) {
        const out = render(name, remarks);
        expect(out).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e]/);
        expect(violations(schema, JSON.parse(out)), name).toEqual([]);
      }
    }), { numRuns: 300 });
  });

  it("never end a workflow command, and the path comes out whole", () => {
    fc.assert(fc.property(anyRemarks, (remarks) => {
      const log = render("github", remarks);
      const commands = commandsOf(log);
      expect(commands).toHaveLength(log.trimEnd().split("\n").length);
      expect(commands).toHaveLength(remarks.remarks.length + remarks.incompleteBecause.length + 1);
      for (const command of commands) {
        expect(["error", "warning", "notice"]).toContain(command.name);
        expect(Object.keys(command.properties).filter((key) => !["file", "line", "endLine", "col", "endColumn", "title"].includes(key))).toEqual([]);
      }
      remarks.remarks.forEach((remark, index) => {
        if (/^[\x20-\x7e\r\n]*$/.test(remark.path)) expect(commands[index].properties.file).toBe(remark.path);
      });
    }), { numRuns: 300 });
  });

  it("never break XML", () => {
    fc.assert(fc.property(anyRemarks, (remarks) => {
      expect(elementsOf(render("junit", remarks)).filter((name) => name === "testcase")).toHaveLength(remarks.remarks.length + 1);
    }), { numRuns: 300 });
  });
});
