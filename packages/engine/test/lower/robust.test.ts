import { describe, expect, test } from "vitest";
import { type FunctionInfo, Op, verifyProgram } from "../../src/ir/index.ts";
import { absoluteModule } from "../../src/languages/python/lower/assignments.ts";
import { lowerText } from "./lower-text.ts";

const repeat = (n: number, make: (i: number) => string): string => Array.from({ length: n }, (_, i) => make(i)).join("");

describe("hostile input", () => {
  test.each([
    ["a long chain of members", `x = a${".b(c)[d]".repeat(5_000)}\n`],
    ["a long sum", `x = ${Array(20_000).fill("a").join(" + ")}\n`],
    ["a long condition", `if ${repeat(2_000, (i) => `a${i} and `)}b: pass\n`],
    ["a long comparison", `x = ${repeat(2_000, (i) => `a${i} < `)}b\n`],
    ["a long elif chain", `if a: pass\n${repeat(2_000, (i) => `elif a == ${i}: b = ${i}\n`)}`],
    ["nested calls", `x = ${"f(".repeat(500)}1${")".repeat(500)}\n`],
    ["nested comprehensions", `x = ${"[y for y in ".repeat(100)}z${"]".repeat(100)}\n`],
    [
      "nested try and finally",
      repeat(60, (i) => `${" ".repeat(i)}try:\n`) + `${" ".repeat(60)}f()\n` + repeat(60, (i) => `${" ".repeat(59 - i)}finally: g()\n`),
    ],
    ["nested functions", repeat(80, (i) => `${" ".repeat(i)}def f${i}(a):\n`) + `${" ".repeat(80)}return a\n`],
    ["many with items", `with ${repeat(300, (i) => `a${i} as b${i}, `)}c: pass\n`],
    [
      "statements where they may not be",
      "break\ncontinue\nreturn 1\nnonlocal q\nclass C:\n  return 1\ndef g():\n  def h():\n    nonlocal z\n    z = 1\n",
    ],
    [
      "every statement after a return",
      "def f():\n return\n for a in b:\n  try:\n   with c as d:\n    if e: break\n    continue\n  finally: g()\n while x: y = [q for q in w]\n match a:\n  case 1|2: pass\n  case [a,*b]: return a if b else c\n class K: z = 1\n",
    ],
    ["broken text", "def f(:\n  x = (\nclass\n if = 3\nreturn ]\n"],
  ])("%s", (_what, code) => {
    const { ir } = lowerText(code);
    expect(verifyProgram(ir)).toEqual([]);
  });

  test("names that nothing changes need no phis", () => {
    const names = Array.from({ length: 300 }, (_, i) => `x${i}`);
    const { ir } = lowerText(`def f(${names.join(", ")}, c):\n${repeat(300, (i) => `  if c.a${i}: g()\n`)}  return ${names.join(", ")}\n`);
    expect(verifyProgram(ir)).toEqual([]);
    expect(ir.op.data.subarray(0, ir.length).filter((op) => op === Op.Phi).length).toBeLessThan(400);
  });

  test("a function that joins too many values is given up and named", () => {
    const n = 2_100;
    const names = Array.from({ length: n }, (_, i) => `x${i}`);
    const { ir, problems } = lowerText(
      `def f(g):\n  try:\n${repeat(n, (i) => `    x${i} = g()\n`)}  except E:\n    return ${names.join(", ")}\n`,
    );
    expect(problems.map((p) => p.kind)).toEqual(["limit-reached"]);
    expect(verifyProgram(ir)).toEqual([]);
    expect((ir.functions[1] as FunctionInfo).params.length).toBe(1);
  });
});

test("relative modules", () => {
  expect(absoluteModule("p.q.r", false, 0, "os")).toBe("os");
  expect(absoluteModule("p.q.r", false, 2, "x")).toBe("p.x");
  expect(absoluteModule("p.q", true, 1, "")).toBe("p.q");
  expect(absoluteModule("m", false, 1, "x")).toBe("x");
  expect(absoluteModule("m", false, 3, "x")).toBe("...x");
});

test("positions are those of the syntax", () => {
  const code = "def f(a):\n    return open(a.name)\n";
  const { ir } = lowerText(code);
  const texts: string[] = [];
  for (let v = 0; v < ir.length; v++) {
    if (ir.op.data[v] === Op.Call || ir.op.data[v] === Op.GetAttr) texts.push(code.slice(ir.src.data[v], ir.end.data[v]));
  }
  expect(texts).toEqual(["a.name", "open(a.name)"]);
});
