import fc from "fast-check";
import { expect, test } from "vitest";
import { fnv1a64 } from "../../src/base/index.ts";
import { IdentityRegister, normaliseCode } from "../../src/findings/index.ts";
import { appText, sampleReport } from "../report/sample.ts";

test("FNV-1a agrees with the published vectors", () => {
  expect(fnv1a64("")).toBe("cbf29ce484222325");
  expect(fnv1a64("a")).toBe("af63dc4c8601ec8c");
  expect(fnv1a64("foobar")).toBe("85944171f73967e8");
});

test("FNV-1a is the hash of the UTF-8 bytes", () => {
  const reference = (text: string): string => {
    let hash = 0xcbf29ce484222325n;
    for (const byte of new TextEncoder().encode(text)) hash = ((hash ^ BigInt(byte)) * 0x100000001b3n) & 0xffffffffffffffffn;
    return hash.toString(16).padStart(16, "0");
  };
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => fnv1a64(text) === reference(text)),
    { numRuns: 300 },
  );
});

test("normal code has no comments, line breaks, trailing commas or kinds of quotes", () => {
  const plain = normaliseCode('run("ls", x)');
  expect(normaliseCode("run('ls', x)")).toBe(plain);
  expect(normaliseCode("run(\n    'ls',  # list\n    x,\n)")).toBe(plain);
  expect(normaliseCode("run ( 'ls' ,\\\n x )")).toBe(plain);
  expect(normaliseCode("run('ls', y)")).not.toBe(plain);
  expect(normaliseCode("run('# no comment')")).toBe('run ( "# no comment" )');
  expect(normaliseCode("run(F'it\\'s')")).toBe(normaliseCode('run(f"it\'s")'));
  expect(normaliseCode("f('a b')")).not.toBe(normaliseCode("f('a  b')"));
});

test("normalising ends on any text", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => typeof normaliseCode(text) === "string"),
    { numRuns: 300 },
  );
  expect(normaliseCode("'".repeat(100_000)).length).toBeLessThan(100_000);
});

test("equal hashes are numbered, and hashes that share 8 digits are told apart", () => {
  const names = new IdentityRegister();
  expect(names.take("F", "1111111122222222")).toEqual({ id: "F-11111111", fingerprint: "1111111122222222:1" });
  expect(names.take("F", "1111111122222222").id).toBe("F-11111111-2");
  expect(names.take("F", "1111111133333333").id).toBe("F-1111111133333333");
});

const idsOf = (options: Parameters<typeof sampleReport>[0]): string[] => {
  const report = sampleReport(options);
  return [...report.findings.map((finding) => finding.id), ...report.obligations.map((row) => row.fingerprint)];
};

test("ids survive line drift, a moved file and a formatter", () => {
  const before = idsOf({});
  expect(idsOf({ text: `# a comment\n\nimport os\n${appText}` })).toEqual(before);
  expect(idsOf({ path: "lib/other/name.py" })).toEqual(before);
  expect(idsOf({ text: appText.replace("def show(db):", "def show(\n    db,\n):  # ä").replace("    query =", "    query  = ") })).toEqual(
    before,
  );
});

test("ids change with the function", () => {
  const before = new Set(idsOf({}));
  expect(idsOf({ name: "other" }).filter((id) => before.has(id))).toEqual([]);
});

test("a row keeps its fingerprint whatever its verdict", () => {
  const report = sampleReport();
  const letters = report.obligations.map((row) => row.id.charAt(0));
  expect(letters).toEqual(["F", "P", "O"]);
  expect(report.obligations[0].id).toBe(report.findings[0].id);
  expect(report.obligations[0].fingerprint).not.toBe(report.findings[0].fingerprint);
});
