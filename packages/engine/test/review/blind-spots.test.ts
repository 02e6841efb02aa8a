/** What a review says that it cannot see: found by a sweep from the inputs, priced by the rows that it keeps open. */
import { describe, expect, test } from "vitest";
import { inMemoryWorkspace, pythonLanguage, type Report, review } from "../../src/index.ts";
import { builtIn } from "../obligations/solve-text.ts";

const reviewOf = (files: Readonly<Record<string, string>>): Report => review(inMemoryWorkspace(files), [pythonLanguage()], builtIn().catalog);

const frontier = (text: string, more: Readonly<Record<string, string>> = {}): Record<string, string> =>
  Object.fromEntries(reviewOf({ "app.py": text, ...more }).blindSpots.frontier.map((row) => [row.name, `${row.receiving} of ${row.calls}, closes ${row.closes}, ${row.path}:${row.line}`]));

const head = "from flask import Flask, request\nimport odd\napp = Flask(__name__)\n";

describe("inputs are followed to calls without a model", () => {
  test.each([
    ["directly", "@app.route('/')\ndef view():\n    odd.send(request.args['x'])\n"],
    ["through a format", "@app.route('/')\ndef view():\n    odd.send(f\"a {request.args['x']}\")\n"],
    ["through a function", "def hand(it):\n    odd.send(it)\n\n@app.route('/')\ndef view():\n    hand(request.args['x'])\n"],
    ["through what a function gives back", "def same(it):\n    return it\n\n@app.route('/')\ndef view():\n    odd.send(same(request.args['x']))\n"],
    ["through a field", "class Job:\n    def __init__(self, it):\n        self.it = it\n\n    def run(self):\n        odd.send(self.it)\n\n@app.route('/')\ndef view():\n    Job(request.args['x']).run()\n"],
    ["through a global", "held = None\n\ndef use():\n    odd.send(held)\n\n@app.route('/')\ndef view():\n    global held\n    held = request.args['x']\n    use()\n"],
    ["through a loop that turns back", "@app.route('/')\ndef view():\n    a = b = ''\n    while b != 'end':\n        odd.send(a)\n        a = b\n        b = request.args['x']\n"],
    ["through a list", "@app.route('/')\ndef view():\n    all_ = []\n    all_.append(request.args['x'])\n    odd.send(all_)\n"],
    ["through a closure", "@app.route('/')\ndef view():\n    x = request.args['x']\n    def inner():\n        odd.send(x)\n    inner()\n"],
    ["by keyword, past a guard", "@app.route('/')\ndef view():\n    x = request.args['x']\n    if x in ('a', 'b'):\n        odd.send(what=x)\n"],
  ])("%s", (_name, text) => {
    expect(frontier(head + text)["odd.send"]).toMatch(/^1 of 1/);
  });

  test.each([
    ["a constant", "@app.route('/')\ndef view():\n    odd.send('a')\n"],
    ["a number made of it", "@app.route('/')\ndef view():\n    odd.send(int(request.args['x']))\n"],
    ["another caller of the same function", "def same(it):\n    return it\n\n@app.route('/')\ndef view():\n    same(request.args['x'])\n    odd.send(same('a'))\n"],
    ["what nobody reaches", "def never(it):\n    odd.send(it)\n"],
  ])("not %s", (_name, text) => {
    expect(frontier(head + text)["odd.send"]).toBeUndefined();
  });

  test("not in test code", () => {
    const text = `${head}@app.route('/')\ndef view():\n    odd.send(request.args['x'])\n`;
    expect(frontier("x = 1\n", { "tests/test_app.py": text })["odd.send"]).toBeUndefined();
  });
});

describe("a missing model is priced", () => {
  const text = `${head}
@app.route('/')
def view():
    eval(odd.clean('1'))
    eval(odd.clean('2'))
    eval(odd.clean('3') + odd.trim('4'))
`;

  test("by the rows that it alone keeps open, and those that it helps to close", () => {
    const rows = reviewOf({ "app.py": text }).blindSpots.frontier;
    expect(rows.map(({ name, closes, blocks }) => [name, closes, blocks])).toEqual([["odd.clean", 2, 1], ["odd.trim", 0, 1]]);
  });

  test("open rows are counted by reason, with what closes them", () => {
    const report = reviewOf({ "app.py": text });
    expect(report.blindSpots.open).toContainEqual({ code: "unmodelled", rows: 3, blocker: "a library function has no model", close: "a row for it on a model page" });
    const open = report.obligations.filter((row) => row.verdict === "open" && row.role === "product").length;
    expect(report.blindSpots.open.reduce((sum, each) => sum + each.rows, 0)).toBe(open);
  });
});

test("calls without a target are told by name and reason, and their sum is that of the coverage", () => {
  const report = reviewOf({ "app.py": `${head}@app.route('/')\ndef view(thing):\n    thing.run(request.args['x'])\n    thing.run('a')\n    (lambda f: f(1))(thing)\n` });
  const { unresolved } = report.blindSpots;
  expect(unresolved.find((row) => row.name === ".run")).toMatchObject({ calls: 2 });
  expect(unresolved.reduce((sum, row) => sum + row.calls, 0)).toBe(report.coverage.calls.unresolved);
});
