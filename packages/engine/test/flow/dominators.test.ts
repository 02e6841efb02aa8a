/** Dominators, compared with their definition: without the dominator, the block is no longer reached. */
import { expect, test } from "vitest";
import { Interner } from "../../src/base/index.ts";
import { Dominators } from "../../src/flow/index.ts";
import { type FunctionInfo, Ir } from "../../src/ir/index.ts";
import { pythonLanguage } from "../../src/languages/python/index.ts";
import { defaultReadOptions, inMemoryWorkspace, readSources } from "../../src/source/index.ts";

function lower(text: string): Ir {
  const ir = new Ir(new Interner());
  const [file] = readSources(inMemoryWorkspace({ "a.py": text }), ["a.py"], defaultReadOptions).value;
  pythonLanguage().lower(ir, file, { id: 0, name: "a", isPackage: false });
  return ir;
}

/** Blocks reached from the entry without passing `avoided`. */
function reached(ir: Ir, fn: FunctionInfo, avoided: number): Set<number> {
  const seen = new Set<number>();
  const stack = [fn.firstBlock];
  while (stack.length > 0) {
    const block = stack.pop() ?? -1;
    if (block === avoided || seen.has(block)) continue;
    seen.add(block);
    stack.push(...ir.lists.toArray(ir.blocks.succs.data[block]));
    if (ir.blocks.handler.data[block] >= 0) stack.push(ir.blocks.handler.data[block]);
  }
  return seen;
}

const functions: Readonly<Record<string, string>> = {
  straight: "def f(a):\n    b = a\n    return b\n",
  branches: "def f(a):\n    if a:\n        b = 1\n    elif a > 2:\n        b = 2\n    else:\n        return 3\n    return b\n",
  loops: "def f(a):\n    while a:\n        for b in a:\n            if b:\n                continue\n            break\n        else:\n            return 1\n        a = a - 1\n    return a\n",
  exceptions: "def f(a):\n    try:\n        g(a)\n        if a:\n            return 1\n    except ValueError:\n        h(a)\n    except KeyError as e:\n        raise\n    else:\n        k(a)\n    finally:\n        done(a)\n    return 2\n",
  "exceptions in loops": "def f(a):\n    while True:\n        try:\n            with open(a) as b:\n                if b:\n                    break\n        except OSError:\n            continue\n        finally:\n            g(a)\n    return a\n",
  match: "def f(a):\n    match a:\n        case 1 | 2:\n            b = 1\n        case [x, *y] if x:\n            b = y\n        case {'k': v}:\n            return v\n        case _:\n            b = 3\n    return b\n",
  conditions: "def f(a, b):\n    return (a and b or not a) if a < b < 3 else [x for x in a if x if b]\n",
  generator: "def f(a):\n    for b in a:\n        c = yield b\n        if c:\n            yield from c\n",
};

test.each(Object.entries(functions))("%s", (_name, text) => {
  const ir = lower(text);
  for (const fn of ir.functions) {
    const tree = new Dominators(ir, fn, () => true);
    const all = reached(ir, fn, -1);
    for (let block = fn.firstBlock; block < fn.endBlock; block++) {
      for (let by = fn.firstBlock; by < fn.endBlock; by++) {
        const expected = all.has(block) && !reached(ir, fn, by).has(block);
        expect(tree.dominates(by, block), `${by} dominates ${block}`).toBe(expected);
      }
    }
  }
});

test("an edge that cannot be taken lets the rest dominate", () => {
  const ir = lower("def f(a):\n    if a:\n        b = 1\n    return a\n");
  const fn = ir.functions.find((each) => ir.strings.text(each.name) === "f");
  if (fn === undefined) throw new Error("f is missing");
  const open = new Dominators(ir, fn, () => true);
  const closed = new Dominators(ir, fn, (block, successor) => block !== fn.firstBlock || successor === 0);
  const count = (tree: Dominators): number => {
    let pairs = 0;
    for (let a = fn.firstBlock; a < fn.endBlock; a++) for (let b = fn.firstBlock; b < fn.endBlock; b++) if (tree.dominates(a, b)) pairs++;
    return pairs;
  };
  expect(count(closed)).not.toBe(count(open));
  expect(closed.dominates(fn.firstBlock, fn.firstBlock)).toBe(true);
});
