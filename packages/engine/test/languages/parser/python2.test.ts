/** Python 2 is read and marked; Python 3 that looks like it stays what it is. */
import { describe, expect, test } from "vitest";
import { parse } from "./parsing.ts";

/** title, source, lines that the tree must have */
const python2: readonly (readonly [string, string, readonly string[]])[] = [
  ["print with values", "print 'a', b\n", ["1 body[] Py2Print nl=1", '2 values[] Constant value="a"']],
  ["print that does not end the line", "print a,\n", ["1 body[] Py2Print nl=0"]],
  ["print to a file", "print >>f, a\nprint 'x'\n", ["1 body[] Py2Print nl=1", '2 dest Name id="f" ctx=Load']],
  ["print alone, once the file is known", "print\nprint 'x'\n", ["1 body[] Py2Print nl=1"]],
  ["brackets belong to the value, once the file is known", "print ('a') % b, c\nprint 'x'\n", ["2 values[] BinOp op=Mod"]],
  ["exec", "exec code in g, l\n", ["1 body[] Py2Exec", '2 body Name id="code" ctx=Load', '2 globals Name id="g" ctx=Load', '2 locals Name id="l" ctx=Load']],
  ["a handler with a name", "try: a\nexcept A, e: b\n", ['2 handlers[] ExceptHandler name="e"', '3 type Name id="A" ctx=Load']],
  ["a handler with several types", "try: a\nexcept (A, B), e: b\n", ['2 handlers[] ExceptHandler name="e"', "3 type Tuple ctx=Load"]],
  ["raise with a value and a traceback", "raise E, v, t\n", ["1 body[] Raise", '2 exc Name id="E" ctx=Load', '2 cause Name id="v" ctx=Load']],
  ["backticks", "x = `a, b`\n", ["2 value Py2Repr", "3 value Tuple ctx=Load"]],
  ["another sign for unequal", "a <> b\n", ["2 value Compare ops=NotEq"]],
  ["octal and long numbers", "x = 0777, 10L, 0xFFL\n", ["3 elts[] Constant value=int 511", "3 elts[] Constant value=int 10", "3 elts[] Constant value=int 255"]],
  ["raw unicode strings", "x = ur'\\d'\n", ['2 value Constant value="\\\\d"']],
  ["tuple parameters", "def f(a, (b, c)): pass\n", ['3 args[] arg arg=".1"']],
  ["tuple parameters of a lambda", "lambda (a, b): a\n", ['4 args[] arg arg=".0"']],
  ["values without brackets in a comprehension", "[x for x in 1, 2]\n", ["4 iter Tuple ctx=Load"]],
];

describe("Python 2", () => {
  for (const [title, source, lines] of python2) {
    test(title, () => {
      const parsed = parse(source);
      const printed = parsed.print().split("\n");
      for (const line of lines) expect(printed).toContain(line);
      expect(parsed.errors).toEqual([]);
      expect(parsed.ast.python2At).toBeGreaterThanOrEqual(0);
    });
  }

  test("the mark is at the first construct", () => {
    expect(parse("x = 1\nprint 'a'\nprint 'b'\n").ast.python2At).toBe(6);
  });

  test("print is a function where the file says so", () => {
    const parsed = parse("from __future__ import print_function\nprint('a', file=f)\nraise E, v\n");
    expect(parsed.statements).toEqual(["ImportFrom", "Expr", "Raise"]);
  });

  test("a call with keywords is still a call", () => {
    expect(parse("print('a', file=f)\nprint 'b'\n").statements).toEqual(["Expr", "Py2Print"]);
  });
});

const python3: readonly (readonly [string, string])[] = [
  ["print (x)", "print (x)\n"],
  ["print (x), y", "print (x), y\n"],
  ["print >>f, x", "print >>f, x\n"],
  ["print alone", "print\n"],
  ["print [x]", "print [x]\n"],
  ["print -1", "print -1\n"],
  ["exec (code)", "exec (code, g)\n"],
  ["exception types without brackets", "try: a\nexcept A, B: b\n"],
  ["an imported exception in lower case", "from socket import error\ntry: a\nexcept A, error: b\n"],
  ["an exception class in lower case", "class error(Exception): pass\ntry: a\nexcept A, error: b\n"],
  ["zeros", "x = 00, 0_0, 0.7, 07.5\n"],
];

describe("valid Python 3 is not taken for Python 2", () => {
  for (const [title, source] of python3) {
    test(title, () => {
      const parsed = parse(source);
      expect(parsed.ast.python2At).toBe(-1);
      expect(parsed.errors).toEqual([]);
      expect(parsed.print()).not.toContain("Py2");
    });
  }

  test("async and await were names before 3.7", () => {
    const parsed = parse("async = 1\nf(async=await)\nx.async\ndef g(await=2): pass\n");
    expect(parsed.statements).toEqual(["Assign", "Expr", "Expr", "FunctionDef"]);
    expect(parsed.errors).toEqual([]);
  });
});
