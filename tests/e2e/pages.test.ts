/** A user's own pages: what a review says of them, the configuration that names them, and what checking them shows. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { checkout, project, reviewJson, warrant } from "../command.ts";

const page = `# shopdb

Texts for the shop's database.

\`\`\`yaml model
package: shopdb
language: python
is:
  number: [shopdb.as_number()]
  remote-input: [shopdb.mail()]
\`\`\`

## Examples

\`\`\`python
import shopdb
from flask import request

def run():
    eval(shopdb.mail())  # finding
    eval(shopdb.as_number(request.args["a"]))  # safe: a number
\`\`\`
`;
const app = `import shopdb


def show():
    eval(shopdb.as_number("1"))


def read():
    eval(shopdb.mail())
`;
const fine = { "app.py": "print(1)\n" };
const mistyped = page.replace("  number:", "  nunber:");
const changes = async (args: readonly string[], cwd: string) => {
  const run = await warrant(["check-models", ...args, "--format", "json"], { cwd });
  return { ...run, result: JSON.parse(run.stdout) };
};

describe("check-models", () => {
  it("shows what pages change: rows by verdict, findings, the open rows that they close", async () => {
    const folder = project({ "shop.md": page, "src/app.py": app });
    const { code, result } = await changes(["shop.md", "src"], folder);
    expect(code).toBe(0);
    expect(result).toMatchObject({ schema_version: "1.0", pages: ["shop.md"], examples: { pages: 1, failed: 0, lines: 2 }, complete: true });
    expect(result.changes.rows).toMatchObject([
      { path: "app.py", line: 5, detector: "code-injection", from: "open", to: "proven" },
      { path: "app.py", line: 9, detector: "code-injection", from: "open", to: "violated" },
    ]);
    expect(result.changes.appear).toMatchObject([{ path: "app.py", line: 9, detector: "code-injection" }]);
    expect(result.changes.disappear).toEqual([]);
    expect(result.changes.closed.map((each: { rows: number; code: string }) => [each.code, each.rows])).toEqual([["unmodelled", 1], ["unmodelled", 1]]);
    expect(result.changes).toMatchObject({ before: { open: 2, proven: 0, violated: 0 }, after: { open: 0, proven: 1, violated: 1 } });
    const text = await warrant(["check-models", "shop.md", "src"], { cwd: folder });
    expect(text.stdout).toContain("shop.md: 1 pages passed, 0 failed; 2 marked lines");
    expect(text.stdout).toContain("open -> proven: 1 row");
    expect(text.stdout).toContain("findings: 1 appear, 0 disappear; open rows closed: 2");
  });

  it("takes the project's own pages and this folder if nothing is named, and compares with those that are not checked", async () => {
    const folder = project({ ".warrant/shop.md": page, "app.py": app });
    expect((await changes([], folder)).result).toMatchObject({ pages: [".warrant/shop.md"], changes: { after: { proven: 1, violated: 1 } } });
    const other = page.replace("shopdb\n\nTexts", "other\n\nTexts").replaceAll("shopdb", "other");
    const { result } = await changes([join(project({ "other.md": other }), "other.md"), "."], folder);
    expect(result.changes).toMatchObject({ rows: [], appear: [], before: { violated: 1 } });
  });

  it("ends with 2 at a page that does not read, and says where and what was meant", async () => {
    const run = await warrant(["check-models", "shop.md", "."], { cwd: project({ "shop.md": mistyped, ...fine }) });
    expect(run.stderr).toMatch(/shop\.md:9:3: .*; did you mean "number"\?/);
    expect([run.code, run.stdout]).toEqual([2, ""]);
  });

  it("ends with 1 if an example is not as marked, and shows the changes all the same", async () => {
    const run = await warrant(["check-models", "shop.md", "."], { cwd: project({ "shop.md": page.replace("# safe: a number", "# finding"), "app.py": app }) });
    expect(run.stdout).toMatch(/shop\.md:21: expected one finding/);
    expect(run.stdout).toContain("open -> proven: 1 row");
    expect(run.code).toBe(1);
  });

  it("ends with 3 if the project is incomplete", async () => {
    const run = await warrant(["check-models", "shop.md"], { cwd: project({ "shop.md": page }) });
    expect(run.code).toBe(3);
    expect(run.stderr).toContain("incomplete");
  });

  it.each([
    [["no.md"], "there is no such file or folder"],
    [[], "there are no pages to check"],
    [["app.py", "--format", "sarif"], "unknown form"],
  ])("refuses %j with 2", async (args, message) => {
    const run = await warrant(["check-models", ...args], { cwd: project(fine) });
    expect(run.stderr).toContain(message);
    expect(run.code).toBe(2);
  });

  it("never writes over what it reads", async () => {
    const folder = project({ "shop.md": page, "app.py": app });
    for (const file of ["shop.md", "app.py"]) {
      const run = await warrant(["check-models", "shop.md", ".", "-o", file], { cwd: folder });
      expect(run.stderr, file).toContain("is not written over");
      expect(run.code).toBe(2);
    }
  });

  it("takes a page of the checkout's own catalog away to see what it brings", async () => {
    const cwd = project({ "app.py": "from flask import request\n\n\ndef run():\n    eval(request.args['a'])\n" });
    const command = join(checkout, "packages/cli/bin/warrant.js");
    const run = await warrant(["check-models", join(checkout, "catalog/models/python/flask.md"), ".", "--format", "json"], { cwd, command });
    expect(JSON.parse(run.stdout)).toMatchObject({ examples: { failed: 0 }, changes: { appear: [{ detector: "code-injection" }], disappear: [] } });
  });
});

describe("pages of the project", () => {
  const files = { ".warrant/shop.md": page, "app.py": app };

  it("are told as such in every form, and are no skipped files", async () => {
    const folder = project(files);
    const { report } = await reviewJson([folder]);
    expect(report).toMatchObject({ tool: { projectPages: [".warrant/shop.md"] }, problems: [] });
    expect(report.coverage.files.skipped).toEqual([]);
    expect((await warrant([folder])).stdout).toContain("pages of this project in force: .warrant/shop.md");
    expect((await warrant([folder, "--format", "markdown"])).stdout.replaceAll("\n", " ")).toContain("E-pages: 1 catalog page of this project in force: `.warrant/shop.md`.");
    const log = JSON.parse((await warrant([folder, "--format", "sarif"])).stdout);
    const [note] = log.runs[0].invocations[0].toolExecutionNotifications;
    expect(note).toMatchObject({ level: "note", message: { text: "Catalog page of this project, in force: .warrant/shop.md" } });
    expect(log.runs[0].tool.driver.notifications[note.descriptor.index].id).toBe("project-page");
  });

  it("are also those that the configuration names, below its folder", async () => {
    const folder = project({ "rules/shop.md": page, "app.py": app, "warrant.toml": 'pages = ["rules"]\n' });
    const { report } = await reviewJson([folder]);
    expect(report).toMatchObject({ tool: { projectPages: ["rules/shop.md"] }, findings: [{ line: 9 }] });
    expect((await changes([], folder)).result).toMatchObject({ pages: ["rules/shop.md"], changes: { appear: [{ line: 9 }] } });
    expect((await warrant(["test", "rules"], { cwd: folder })).stdout).toBe("1 pages passed, 0 failed; 2 marked lines\n");
  });

  it.each([
    ['pages = "rules"', 'warrant.toml:1: "pages" must be a list of files or folders of pages'],
    ['select = ["CWE-89"]\npages = ["rulse"]', 'warrant.toml:2: "pages": rulse: there is no such file or folder'],
    ['pages = ["app.py"]', "neither a page (.md) nor a folder of pages"],
    ['pages = ["../shop.md"]', "it must lie below the folder of the configuration"],
    ['page = ["rules"]', 'unknown key "page"; did you mean "pages"?'],
  ])("refuses %s", async (line, message) => {
    const outer = project({ "shop.md": page, "inner/app.py": app, "inner/warrant.toml": `${line}\n` });
    const run = await warrant(["."], { cwd: join(outer, "inner") });
    expect(run.stderr).toContain(message);
    expect(run.code).toBe(2);
  });

  it("may lie anywhere if the user names the configuration", async () => {
    const outer = project({ "shop.md": page, "inner/app.py": app });
    writeFileSync(join(outer, "own.toml"), 'pages = ["shop.md"]\n');
    const { report } = await reviewJson(["inner", "--config", "own.toml"], { cwd: outer });
    expect(report.findings).toMatchObject([{ line: 9 }]);
  });
});
