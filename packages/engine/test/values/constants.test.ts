import { describe, expect, test } from "vitest";
import { Op, printConstant } from "../../src/ir/index.ts";
import { evaluateConstants } from "../../src/values/index.ts";
import { lowerText } from "../lower/lower-text.ts";

/** What each `return` and each call of `out(...)` in `f` can be, and how many blocks of it cannot run. */
function evaluate(body: string, params = "p, q") {
  const code = `def f(${params}):\n${body
    .split("\n")
    .map((line) => `    ${line}`)
    .join("\n")}\n`;
  const { ir } = lowerText(code);
  const info = ir.functions[1];
  if (info === undefined) throw new Error("no function");
  const facts = evaluateConstants(ir);
  const values: string[] = [];
  let dead = 0;
  for (let block = info.firstBlock; block < info.endBlock; block++) {
    if (!facts.isReachable(block)) {
      dead++;
      continue;
    }
    const last = ir.blocks.end.data[block] - 1;
    if (ir.op.data[last] !== Op.Return) continue;
    const known = facts.constantsOf(ir.a.data[last]);
    values.push(known === undefined ? "?" : known.map((k) => printConstant(ir.constants[k] ?? { type: "none" })).join(" | "));
  }
  return { value: values.join("; "), dead };
}

const valueOf = (expression: string): string => evaluate(`return ${expression}`).value;

describe("values", () => {
  test.each([
    ["1 + 2 * 3", "7"],
    ["7 // -2", "-4"],
    ["-7 % 3", "2"],
    ["2 ** 10", "1024"],
    ["2 ** 100000", "?"],
    ["1 / 0", "?"],
    ["True + 1", "2"],
    ["1 << 3 | 1", "9"],
    ["~5", "-6"],
    ["1.5 * 2", "3"],
    ["7 / 2", "3.5"],
    ["10 ** 20", "100000000000000000000"],
    ["'a' + 'b'", '"ab"'],
    ["'ab' * 2", '"abab"'],
    ["'a' * 100000", "?"],
    ["'a' + 1", "?"],
    ["'%s-%d' % ('x', 3)", '"x-3"'],
    ["'%s' % 'x'", '"x"'],
    ["'%s %s' % 'x'", "?"],
    ["'%05d' % 3", "?"],
    ["'{}{}'.format(1, 'b')", '"1b"'],
    ["'{1}{0}'.format(1, 2)", '"21"'],
    ["'{a}'.format(a='z')", '"z"'],
    ["'{:>3}'.format(1)", "?"],
    ["f'{1}-{\"b\"!r}'", "\"1-'b'\""],
    ["f'{p}'", "?"],
    ["f'{1:>3}'", "?"],
    ["'hello'[1:3]", '"el"'],
    ["'hello'[::-1]", '"olleh"'],
    ["'hello'[-1]", '"o"'],
    ["'hello'[9]", "?"],
    ["'😀b'[1]", '"b"'],
    ["len('😀b')", "2"],
    ["len((1, 2))", "2"],
    ["len([p, q])", "2"],
    ["'ell' in 'hello'", "True"],
    ["3 not in (1, 2)", "True"],
    ["p in ()", "False"],
    ["p in (1, 2)", "?"],
    ["'a' in {'a': p}", "True"],
    ["1 < 2 < 3", "True"],
    ["1 < 2 > 5", "False"],
    ["'abc'.upper()", '"ABC"'],
    ["' x '.strip()", '"x"'],
    ["'a,b'.split(',')[1]", '"b"'],
    ["'-'.join(('a', 'b'))", '"a-b"'],
    ["'abc'.replace('b', 'x')", '"axc"'],
    ["'abc'.startswith('ab')", "True"],
    ["'abc'.startswith(p)", "?"],
    ["str(3) + 'x'", '"3x"'],
    ["int('12') + 1", "13"],
    ["(1, p, 3)[2]", "3"],
    ["[1, 2][0]", "1"],
    ["{'a': 1, 'b': 2}['b']", "2"],
    ["{'a': 1, p: 2}['a']", "?"],
    ["None is None", "True"],
    ["[] is None", "False"],
    ["p is None", "?"],
    ["'a' is not None", "True"],
    ["not 0", "True"],
    ["1 if 'x' else 2", "1"],
    ["0 or 'y'", '"y"'],
    ["'x' and 2", "2"],
    ["p or 1", "?"],
    ["p.x", "?"],
    ["ord('a')", "97"],
    ["b'a' + b'b'", 'b"ab"'],
    ["b'ab'[0]", "97"],
    ["1 == 1.0", "True"],
    ["'1' == 1", "False"],
    ["lambda: 1 if 0 else 2", "?"],
  ])("%s is %s", (expression, expected) => expect(valueOf(expression)).toBe(expected));
});

describe("control flow", () => {
  test("a decided branch leaves one value", () => {
    expect(evaluate("n = 86\nif 7 * 42 - n > 200:\n    r = 'safe'\nelse:\n    r = p\nreturn r")).toEqual({ value: '"safe"', dead: 1 });
  });
  test("two values of a phi", () => {
    expect(evaluate("if p:\n    r = 'a'\nelse:\n    r = 'b'\nreturn r")).toEqual({ value: '"a" | "b"', dead: 0 });
  });
  test("more than four values are anything", () => {
    const arms = [1, 2, 3, 4, 5].map((i) => `if p == ${i}:\n    r = ${i}`).join("\n");
    expect(evaluate(`r = 0\n${arms}\nreturn r`).value).toBe("?");
  });
  test("a loop counter is anything, a loop constant is not", () => {
    expect(evaluate("i = 0\nk = 1\nwhile i < 10:\n    i = i + 1\n    k = 1\nreturn k").value).toBe("1");
    expect(evaluate("i = 0\nwhile i < 10:\n    i = i + 1\nreturn i").value).toBe("?");
  });
  test("`while 0` never runs", () => {
    expect(evaluate("r = 1\nwhile 0:\n    r = p\nreturn r").value).toBe("1");
  });
  test("a match on a literal", () => {
    const code =
      "g = 'ABC'[1]\nmatch g:\n    case 'A':\n        r = p\n    case 'B':\n        r = 'bob'\n    case 'C' | 'D':\n        r = p\n    case _:\n        r = p\nreturn r";
    expect(evaluate(code).value).toBe('"bob"');
  });
  test("what a test says about the value", () => {
    expect(evaluate("if p == 'a':\n    return p\nreturn p").value).toBe('"a"; ?');
    expect(evaluate("if p in ('a', 'b'):\n    return p\nreturn p").value).toBe('"a" | "b"; ?');
    expect(evaluate("if p not in ('a', 'b'):\n    raise E\nreturn p").value).toBe('"a" | "b"');
    expect(evaluate("if p == 1:\n    return p\nreturn 2").value).toBe("?; 2");
  });
  test("an assert that cannot hold", () => {
    expect(evaluate("assert 1 > 2\nreturn p").value).toBe("");
  });
  test("and, or, not decide step by step", () => {
    expect(evaluate("if p and 1 > 2:\n    return p\nreturn 'x'").value).toBe('"x"');
    expect(evaluate("if not (p or 1 < 2):\n    return p\nreturn 'x'").value).toBe('"x"');
  });
  test("lists may change, tuples not", () => {
    expect(evaluate("a = [1]\ng(a)\nreturn a[0]").value).toBe("?");
    expect(evaluate("a = [1]\np.x = a\nreturn len(a)").value).toBe("?");
    expect(evaluate("a = (1,)\ng(a)\nreturn a[0]").value).toBe("?");
    expect(evaluate("a = (1,)\nreturn a[0]").value).toBe("1");
    expect(evaluate("a = []\nif a:\n    return p\nreturn 1").value).toBe("1");
  });
  test("finally goes on as it was entered", () => {
    expect(evaluate("try:\n    x = 1\nfinally:\n    p()\nreturn x").value).toBe("1");
  });
  test("a name that the module gives another meaning is no builtin", () => {
    const { ir } = lowerText("def len(x): return 0\ndef f():\n    return len('abc')\n");
    const facts = evaluateConstants(ir);
    const f = ir.functions[2];
    const last = (f?.endInstr ?? 0) - 1;
    expect(facts.constantsOf(ir.a.data[last])).toBeUndefined();
  });
  test("reads of module names through the callback", () => {
    const { ir } = lowerText("MODE = 'x'\ndef f(p):\n    if MODE == 'y':\n        return p\n    return 1\n");
    const k = ir.constant({ type: "str", value: "x" });
    const facts = evaluateConstants(ir, (read) => (ir.op.data[read] === Op.Global ? [k] : undefined));
    const f = ir.functions[1];
    const blocks = Array.from({ length: (f?.endBlock ?? 0) - (f?.firstBlock ?? 0) }, (_, i) => (f?.firstBlock ?? 0) + i);
    expect(blocks.map((b) => facts.isReachable(b))).toEqual([true, false, true]);
    expect(facts.isEdgeFeasible(blocks[0] ?? 0, 0)).toBe(false);
    expect(facts.isEdgeFeasible(blocks[0] ?? 0, 1)).toBe(true);
  });
});
