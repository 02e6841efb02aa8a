/** What is broken costs only itself. */
import { describe, expect, test } from "vitest";
import { Kind } from "../../../src/languages/python/ast.ts";
import { countKind, parse } from "./parsing.ts";

// title, source, kinds of the module's statements, broken texts
const cases: readonly (readonly [string, string, readonly string[], readonly string[]])[] = [
  ["a broken line", "a = 1\nb = = 2\nc = 3\n", ["Assign", "ErrorStmt", "Assign"], ["b = = 2"]],
  ["a broken line in a block", "def f():\n    a b\n    return 1\nx\n", ["FunctionDef", "Expr"], ["a b"]],
  ["a broken header takes its block along", "def f(:\n    a\n    b\nx\n", ["ErrorStmt", "Expr"], ["def f(:\n    a\n    b"]],
  ["a bracket that is not closed", "x = f(a,\ny = 2\nz = 3\n", ["ErrorStmt", "Assign"], ["x = f(a,\ny = 2"]],
  ["a bracket before a definition", "x = f(a,\ndef g():\n    pass\n", ["ErrorStmt", "FunctionDef"], ["x = f(a,"]],
  ["a bracket too many", "x = f(a))\ny\n", ["ErrorStmt", "Expr"], ["x = f(a))"]],
  ["a string that does not end", "x = 'a\ny\n", ["ErrorStmt", "Expr"], ["x = 'a"]],
  ["a format string that does not end", "x = f'a{b\ny\n", ["ErrorStmt", "Expr"], ["x = f'a{b"]],
  ["a single brace in a format string", "x = f'a}'\ny\n", ["ErrorStmt", "Expr"], ["x = f'a}'"]],
  ["a triple-quoted string that does not end", "x = '''a\ny\nz\n", ["ErrorStmt", "Expr", "Expr"], ["x = '''a"]],
  ["a statement that cannot be assigned to", "f() = 1\nx\n", ["ErrorStmt", "Expr"], ["f() = 1"]],
  ["indentation for no reason keeps its lines", "a\n    b\nc\n", ["Expr", "Expr", "Expr"], [""]],
  ["a block that is missing", "if a:\nb\n", ["If", "Expr"], [":"]],
  ["a line between two levels", "if a:\n        b\n    c\nd\n", ["If", "Expr", "Expr"], [""]],
  ["a clause without its statement", "else:\n    a\nb\n", ["ErrorStmt", "Expr"], ["else:\n    a"]],
  ["bytes that are no token", "x = ?\ny\n", ["ErrorStmt", "Expr"], ["x = ?"]],
  ["the end of the file inside a statement", "x = (", ["ErrorStmt"], ["x = ("]],
  ["a clause goes with its broken statement", "if a b:\n    c\nelse:\n    d\ne\n", ["ErrorStmt", "Expr"], ["if a b:\n    c\nelse:\n    d"]],
  ["a match without cases", "def f():\n    match x:\n        a\n        b\n    return 1\nc\n", ["FunctionDef", "Expr"], ["match x:\n        a\n        b"]],
  ["a decorator of nothing", "@a\nb = 1\n", ["ErrorStmt", "Assign"], ["@a"]],
  ["a handler is broken", "try:\n    a\nexcept A b:\n    c\nd\n", ["ErrorStmt", "Expr"], ["try:\n    a\nexcept A b:\n    c"]],
];

describe("a broken statement is recorded and the rest is read", () => {
  for (const [title, source, statements, broken] of cases) {
    test(title, () => {
      const parsed = parse(source);
      expect(parsed.statements).toEqual(statements);
      expect(parsed.errors.map(([text]) => text)).toEqual(broken);
      expect(parsed.ast.python2At).toBe(-1);
    });
  }
});

describe("limits", () => {
  const many = 100_000;
  const deep: readonly (readonly [string, string])[] = [
    ["round brackets", `x = ${"(".repeat(many)}${")".repeat(many)}`],
    ["square brackets", `x = ${"[".repeat(many)}${"]".repeat(many)}`],
    ["braces", `x = ${"{".repeat(many)}`],
    ["brackets that are not closed", `x = ${"(".repeat(many)}`],
    ["subscripts", `x${"[a".repeat(many)}${"]".repeat(many)}`],
    ["calls", `x${"(a".repeat(many)}${")".repeat(many)}`],
    ["signs", `x = ${"-".repeat(many)}1`],
    ["not", `x = ${"not ".repeat(many)}1`],
    ["lambdas", `x = ${"lambda:".repeat(many)}1`],
    ["powers", `x = ${"2**".repeat(many)}1`],
    ["conditionals", `x = ${"a if b else ".repeat(many)}1`],
    ["format strings", `x = ${"f'{".repeat(many)}`],
    ["format specifications", `x = f'${"{a:".repeat(many)}'`],
    ["patterns", `match x:\n case ${"(".repeat(many)}`],
    ["targets", `del ${"(".repeat(many)}`],
    ["tuple parameters", `def f(${"(".repeat(many)}`],
    ["blocks", Array.from({ length: 1000 }, (_, i) => `${" ".repeat(i)}if a:\n`).join("")],
    ["digits", `x = ${"9".repeat(many)}`],
  ];
  for (const [title, source] of deep) {
    test(`${title} deeper than the limit are reported`, () => {
      const parsed = parse(`${source}\nlast = 1\n`);
      expect(parsed.errors.length).toBeGreaterThan(0);
      expect(countKind(parsed.ast, Kind.ErrorStmt) + countKind(parsed.ast, Kind.ErrorExpr)).toBeGreaterThan(0);
    });
  }

  const long: readonly (readonly [string, string, Kind])[] = [
    ["sums", `x = ${"a+".repeat(many)}a`, Kind.BinOp],
    ["comparisons", `x = ${"a<".repeat(many)}a`, Kind.Name],
    ["conjunctions", `x = ${"a and ".repeat(many)}a`, Kind.Name],
    ["attributes", `x${".a".repeat(many)}`, Kind.Attribute],
    ["calls", `x${"()".repeat(many)}`, Kind.Call],
    ["elif", `if a: pass\n${"elif b: pass\n".repeat(many)}`, Kind.If],
    ["strings", `x = ${"'a' ".repeat(many)}`, Kind.Constant],
    ["decorators", `${"@a\n".repeat(many)}def f(): pass`, Kind.Name],
  ];
  for (const [title, source, kind] of long) {
    test(`long chains of ${title} are read`, () => {
      const parsed = parse(`${source}\nlast = 1\n`);
      expect(parsed.errors).toEqual([]);
      if (kind !== Kind.Constant) expect(countKind(parsed.ast, kind)).toBeGreaterThanOrEqual(many);
    });
  }

  test("only the brackets that are too deep are lost", () => {
    const parsed = parse(`x = f(a, ${"(".repeat(300)}b${")".repeat(300)})\n`);
    expect(parsed.statements).toEqual(["Assign"]);
    expect(countKind(parsed.ast, Kind.ErrorExpr)).toBe(1);
    expect(parsed.errors[0]?.[1]).toBe("nested deeper than 200 levels");
  });

  test("200 levels are read", () => {
    expect(parse(`x = ${"(".repeat(200)}${")".repeat(200)}\n`).errors).toEqual([]);
  });

  test("a file full of errors is given up, and says so", () => {
    const parsed = parse("= =\n".repeat(10_000));
    expect(parsed.errors.length).toBe(501);
    expect(parsed.errors.some(([, message]) => message.includes("the rest of the file was not read"))).toBe(true);
  });

  test("brackets that are never closed do not cost a scan of the file each", () => {
    const started = performance.now();
    parse("x = (\n".repeat(200_000));
    parse("x = '''\n".repeat(200_001));
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});
