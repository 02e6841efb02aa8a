import { describe, expect, test } from "vitest";
import { BlockFlag, type FunctionInfo, forEachUse, type Ir, Op, verifyFunction, verifyProgram } from "../../src/ir/index.ts";
import { lowerText } from "../lower/lower-text.ts";

const code = "def f(a, b):\n    if a:\n        b = g(a)\n    while b:\n        b = h(b)\n    return a, b\n";

function lowered(): { ir: Ir; f: FunctionInfo } {
  const { ir } = lowerText(code);
  const f = ir.functions[1];
  if (f === undefined) throw new Error("no function");
  return { ir, f };
}

function firstRow(ir: Ir, f: FunctionInfo, op: Op): number {
  for (let v = f.firstInstr; v < f.endInstr; v++) if (ir.op.data[v] === op) return v;
  throw new Error(`no row of op ${op}`);
}

describe("verifyFunction", () => {
  test("accepts what lowering makes", () => {
    const { ir } = lowered();
    expect(verifyProgram(ir)).toEqual([]);
  });

  test.each<[string, (ir: Ir, f: FunctionInfo) => void, RegExp]>([
    [
      "a use that its definition does not dominate",
      (ir, f) => {
        ir.a.data[firstRow(ir, f, Op.Return)] = firstRow(ir, f, Op.Call);
      },
      /does not dominate/,
    ],
    [
      "a use of another function's row",
      (ir, f) => {
        ir.a.data[firstRow(ir, f, Op.Return)] = 0;
      },
      /another function/,
    ],
    [
      "a phi with an input too few",
      (ir, f) => {
        const phi = firstRow(ir, f, Op.Phi);
        ir.a.data[phi] = ir.lists.add(ir.lists.toArray(ir.a.data[phi] ?? 0).slice(1));
      },
      /inputs for/,
    ],
    [
      "a sigma with the wrong polarity",
      (ir, f) => {
        const sigma = firstRow(ir, f, Op.Sigma);
        ir.c.data[sigma] = 1 - (ir.c.data[sigma] ?? 0);
      },
      /wrong edge/,
    ],
    [
      "a block that does not end in a terminator",
      (ir, f) => {
        ir.op.data[firstRow(ir, f, Op.Jump)] = Op.Undef;
      },
      /wrong place/,
    ],
    [
      "an edge that its target does not know",
      (ir, f) => {
        const block = ir.block.data[firstRow(ir, f, Op.Jump)] ?? 0;
        ir.blocks.succs.data[block] = ir.lists.add([f.firstBlock]);
      },
      /does not name it|does not lead here/,
    ],
    [
      "a block that says it is dead",
      (ir, f) => {
        ir.blocks.flags.data[f.endBlock - 1] = BlockFlag.Dead;
      },
      /is dead or not/,
    ],
    [
      "a string that is not there",
      (ir, f) => {
        ir.a.data[firstRow(ir, f, Op.Global)] = 1_000_000;
      },
      /out of range/,
    ],
  ])("reports %s", (_what, breakIt, message) => {
    const { ir, f } = lowered();
    breakIt(ir, f);
    expect(verifyFunction(ir, f).join("\n")).toMatch(message);
  });
});

test("forEachUse visits lists, pairs and optional operands", () => {
  const { ir } = lowerText("x = f(1, *a, k=2, **b)\ny = {1: 2, **x}\n");
  const count = (op: Op): number => {
    let uses = 0;
    for (let v = 0; v < ir.length; v++) if (ir.op.data[v] === op) forEachUse(ir, v, () => uses++);
    return uses;
  };
  expect(count(Op.Call)).toBe(5);
  expect(count(Op.Build)).toBe(3);
});
