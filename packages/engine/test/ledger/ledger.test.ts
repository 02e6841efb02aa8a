/** The saved ledger: what is read back is what was saved, and answers stay within what the program does. */
import { expect, test } from "vitest";
import { pythonLanguage } from "../../src/languages/python/index.ts";
import { LedgerError, openLedger, saveLedger, type Sections, trace, why } from "../../src/ledger/index.ts";
import { renderShown, renderTrace, renderWhy, plainStyle } from "../../src/report/index.ts";
import { examine } from "../../src/review.ts";
import { inMemoryWorkspace } from "../../src/source/index.ts";
import { builtIn } from "../obligations/solve-text.ts";

const app = `import subprocess
from flask import request

class Box:
    def __init__(self, item):
        self.item = item

    def open(self):
        return self.item

def same(value):
    return value

def first():
    taken = same(request.args["q"])
    subprocess.run(taken, shell=True)

def second():
    other = same("fixed")
    subprocess.run(other, shell=True)

def third():
    box = Box(request.args["q"])
    subprocess.run(box.open(), shell=True)
`;

function saved(files: Readonly<Record<string, string>> = { "app.py": app }) {
  const workspace = inMemoryWorkspace(files);
  const input = examine(workspace, [pythonLanguage()], builtIn().catalog);
  const sections = saveLedger(input);
  return { workspace, input, sections, ledger: openLedger(sections) };
}

test("rows are read back as they were", () => {
  const { input, ledger } = saved();
  expect(ledger.rowCount).toBe(input.report.obligations.length);
  input.report.obligations.forEach((row, index) => {
    const read = ledger.row(index);
    expect(read).toMatchObject({ id: row.id, detector: row.detector, verdict: row.verdict, sink: row.sink, shown: row.shown, notShown: row.notShown });
    expect(read.reasons[0]).toMatchObject({ code: row.reason.code, text: row.reason.text });
    expect(ledger.pathOf(read.file)).toBe(row.path);
    expect(ledger.rowsOfId(row.id).map((each) => each.index)).toContain(index);
  });
  const shown = input.report.findings[0];
  expect(ledger.rowsOfId(shown.id)[0].steps).toHaveLength(shown.steps.length);
});

test("a proven and an open row have a walk too", () => {
  const { ledger } = saved();
  const rows = Array.from({ length: ledger.rowCount }, (_none, index) => ledger.row(index));
  expect(rows.find((row) => row.verdict === "proven" && row.detector === "command-injection")?.steps.length).toBeGreaterThan(0);
});

test("a value goes out of a function only to the call that it came in by", () => {
  const { ledger, workspace } = saved();
  const at = (line: number) => ({ path: "app.py", line });
  const lineOf = (code: string): number => app.split("\n").findIndex((line) => line.includes(code)) + 1;
  expect(trace(ledger, workspace, at(lineOf('same(request')), at(lineOf("run(taken"))).found).toBe(true);
  const none = trace(ledger, workspace, at(lineOf("same(request")), at(lineOf("run(other")));
  expect(none).toMatchObject({ found: false, problem: "" });
  expect(none.found ? [] : none.ends.map((end) => end.what)).toContain("a literal");
});

test("a value goes through a field", () => {
  const { ledger, workspace } = saved();
  const answer = trace(ledger, workspace, { path: "app.py", line: 5 }, { path: "app.py", line: 9 });
  expect(answer).toMatchObject({ found: true, isReversed: false });
});

test("the same review gives the same sections", () => {
  expect(saved().sections).toEqual(saved().sections);
});

test("a broken section is an error, not an answer", () => {
  const { sections, workspace } = saved();
  const without = (name: string): Sections => Object.fromEntries(Object.entries(sections).filter(([key]) => key !== name));
  for (const name of Object.keys(sections)) {
    expect(() => {
      const ledger = openLedger(without(name));
      why(ledger, workspace, { path: "app.py", line: 16 });
      trace(ledger, workspace, { path: "app.py", line: 15 }, { path: "app.py", line: 16 });
      void ledger.report.findings.length;
    }, name).toThrow(LedgerError);
  }
  expect(() => openLedger({ ...sections, texts: "{" })).toThrow(LedgerError);
});

test("no answer lets a control or direction character through", () => {
  const evil = 'import subprocess\nfrom flask import request\n\ndef f():\n    subprocess.run("\u001b[31m\u202e" + request.args["\u2066q"], shell=True)\n    x = 1; y = "\u202e"\n';
  const { ledger, workspace, input } = saved({ "app.py": evil, "b\u202ec.py": evil });
  const texts = [5, 6].flatMap((line) => ["app.py", "b\u202ec.py"].map((path) => renderWhy(why(ledger, workspace, { path, line }), ledger.report, plainStyle)));
  const ends = { path: "b\u202ec.py", line: 5 };
  texts.push(renderTrace(trace(ledger, workspace, ends, ends), ends, ends, plainStyle), renderTrace(trace(ledger, workspace, ends, { path: "app.py", line: 6 }), ends, ends, plainStyle));
  for (const id of [...input.report.obligations.map((row) => row.id), ...input.report.proofs.map((proof) => proof.id), "E-files", "E-findings"]) {
    texts.push(renderShown(ledger, workspace, id, plainStyle) ?? "");
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the point of the test
  for (const text of texts) expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069]/);
});
