/** Must-events, compared with their definition: an event holds at a place if no way from the entry avoids every call of it. */
import { expect, test } from "vitest";
import { Interner } from "../../src/base/index.ts";
import { allEvents, MustEvents } from "../../src/flow/index.ts";
import { callCallee, type FunctionInfo, Ir, Op } from "../../src/ir/index.ts";
import { pythonLanguage } from "../../src/languages/python/index.ts";
import { defaultReadOptions, inMemoryWorkspace, readSources } from "../../src/source/index.ts";

function lower(text: string): Ir {
  const ir = new Ir(new Interner());
  const [file] = readSources(inMemoryWorkspace({ "a.py": text }), ["a.py"], defaultReadOptions).value;
  pythonLanguage().lower(ir, file, { id: 0, name: "a", isPackage: false });
  return ir;
}

const calls = (ir: Ir, row: number, name: string): boolean => {
  const callee = ir.op.data[row] === Op.Call ? callCallee(ir, row) : -1;
  return callee >= 0 && ir.op.data[callee] === Op.Global && ir.strings.text(ir.a.data[callee]) === name;
};

/** Whether `check()` has surely been called before `act()` runs. */
function isChecked(text: string): boolean {
  const ir = lower(text);
  const fn = ir.functions.find((each) => ir.strings.text(each.name) === "f") as FunctionInfo;
  const flow = new MustEvents(ir, fn, {
    after: (row) => (calls(ir, row, "check") ? 1 : 0), onEdge: () => 0, isEdge: () => true, endsAt: (row) => calls(ir, row, "stop"),
  });
  for (let row = fn.firstInstr; row < fn.endInstr; row++) {
    if (!calls(ir, row, "act")) continue;
    const bits = flow.before(row);
    if (bits === allEvents) throw new Error("act is not reached");
    if ((bits & 1) === 0) return false;
  }
  return true;
}

const body = (...lines: string[]): string => `def f(a):\n${lines.map((line) => `    ${line}\n`).join("")}`;

test.each<[string, string[], boolean]>([
  ["in a row", ["check()", "act()"], true],
  ["after it", ["act()", "check()"], false],
  ["on one side", ["if a:", "    check()", "act()"], false],
  ["on both sides", ["if a:", "    check()", "else:", "    check()", "act()"], true],
  ["the other side leaves", ["if a:", "    return 1", "check()", "act()"], true],
  ["the other side ends in a call that does not return", ["if a:", "    check()", "else:", "    stop()", "act()"], true],
  ["in a loop", ["for b in a:", "    check()", "act()"], false],
  ["before a loop", ["check()", "for b in a:", "    act()"], true],
  ["raises, and the handler goes on", ["try:", "    check()", "except E:", "    pass", "act()"], false],
  ["raises, and the handler leaves", ["try:", "    check()", "except E:", "    return 1", "act()"], true],
  ["before what is protected", ["check()", "try:", "    b()", "except E:", "    act()"], true],
  ["in a finally", ["try:", "    b()", "finally:", "    check()", "act()"], true],
  ["before a finally", ["try:", "    check()", "finally:", "    b()", "act()"], true],
  ["the finally itself", ["try:", "    check()", "finally:", "    act()"], false],
  ["before a finally entered by a return as well", ["try:", "    if a:", "        return 1", "    check()", "finally:", "    b()", "act()"], true],
  ["in a with", ["with b() as c:", "    check()", "act()"], true],
  ["in a nested function", ["def g():", "    check()", "act()"], false],
  ["in a condition", ["if check() or a:", "    act()"], true],
  ["in the second part of a condition", ["if a or check():", "    act()"], false],
])("%s", (_name, lines, expected) => {
  expect(isChecked(body(...lines))).toBe(expected);
});
