import { expect, it } from "vitest";
import { Interner } from "../../src/base/index.ts";
import { ModuleParser } from "../../src/languages/python/index.ts";
import { statementSpans } from "../../src/languages/python/statement-spans.ts";
import { sourceFile } from "../report/sample.ts";

/** The code of each span, in order. */
function spansOf(text: string): readonly string[] {
  const file = sourceFile(0, "a.py", text);
  const spans = statementSpans(new ModuleParser(new Interner()).parse(file.bytes), file);
  return Array.from({ length: spans.length / 2 }, (_, index) => new TextDecoder().decode(file.bytes.slice(spans[2 * index], spans[2 * index + 1])));
}

it("statements in order, of those with a body the head", () => {
  const text = "import a\n@a.b(\n  1)\n# about f\ndef f(x):\n    # about g\n    g(\n        x)\n    match x:\n        case 1: h()\n    try: i()\n    except a: pass\n    if x:\n\n        j(); k()\n";
  expect(spansOf(text)).toEqual([
    "import a", "a.b(\n  1)", "def f(x):", "g(\n        x)", "match x:", "h()", "try: ", "i()", "pass", "if x:", "j()", "k()",
  ]);
});

it("spans do not overlap, also in broken code", () => {
  for (const text of ["", "x = (\n", "def f(:\n  pass\nclass A: x = 1; y = 2\n", "if a:\n  if b:\n    c()\nelse:\n  d()\n", "async def f():\n  async with a as b, c as d:\n    await x\n"]) {
    const file = sourceFile(0, "a.py", text);
    const spans = statementSpans(new ModuleParser(new Interner()).parse(file.bytes), file);
    for (let i = 2; i < spans.length; i += 2) expect(spans[i], text).toBeGreaterThanOrEqual(spans[i - 1]);
  }
});
