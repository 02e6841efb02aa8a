/** Bad input: a clear message, everything else still reviewed, the right exit code. */
import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { copiedCheckout, type JsonReport, project, reviewJson, type Run, temporaryFolder, warrant } from "../command.ts";

const weakText = 'import subprocess\nfrom flask import request\n\n\ndef run():\n    subprocess.run("ls " + request.args["d"], shell=True)\n';
const isRoot = process.getuid?.() === 0;

const skipReason = (report: JsonReport, path: string): string =>
  report.coverage.files.skipped.find((each) => each.path === path)?.reason ?? report.problems.find((each) => each.path === path)?.message ?? "";

/** Expects that the weakness in `weak.py` is still found. */
function expectRestReviewed({ report, stderr }: Run & { readonly report: JsonReport }): void {
  expect(report.findings.map((finding) => finding.path)).toEqual(["weak.py"]);
  expect(stderr).not.toContain("internal error");
}

describe("nothing to review", () => {
  it("is incomplete for an empty folder", async () => {
    const run = await warrant([temporaryFolder()]);
    expect(run.code).toBe(3);
    expect(run.stderr).toContain("nothing was analysed");
  });

  it("is incomplete without Python files, and --allow-partial accepts that", async () => {
    const folder = project({ "main.c": "int main;", "web/index.html": "<p>" });
    const run = await warrant([folder]);
    expect(run.code).toBe(3);
    expect(run.stderr).toContain("there is no Python file to read (2 other files, 0 skipped)");
    expect((await warrant([folder, "--allow-partial"])).code).toBe(0);
  });

  it("is incomplete if everything is ignored", async () => {
    const run = await warrant([project({ ".gitignore": "*.py\n", "a.py": "" })]);
    expect(run.code).toBe(3);
    expect(run.stderr).toContain("1 skipped");
  });

  it("is an error if the path is not there", async () => {
    const run = await warrant(["/no/such/path"]);
    expect(run.code).toBe(2);
    expect(run.stderr).toContain("/no/such/path: there is no such file or folder");
  });
});

describe("files that cannot be read", () => {
  it("makes the review incomplete, and reviews the rest: no permission", async () => {
    const folder = project({ "weak.py": weakText, "secret.py": "x = 1\n" });
    chmodSync(join(folder, "secret.py"), 0o000);
    const run = await reviewJson([folder, "--exit-zero"], { asNobody: isRoot, cwd: "/" });
    expectRestReviewed(run);
    expect(run.code).toBe(3);
    expect(run.stderr).toContain("secret.py");
  });

  it("the same for a folder", async () => {
    const folder = project({ "weak.py": weakText, "secret/x.py": "x = 1\n" });
    chmodSync(join(folder, "secret"), 0o000);
    const run = await reviewJson([folder, "--exit-zero"], { asNobody: isRoot, cwd: "/" });
    chmodSync(join(folder, "secret"), 0o755);
    expectRestReviewed(run);
    expect(run.code).toBe(3);
  });

  it("the same for a name that is not UTF-8", async () => {
    const folder = project({ "weak.py": weakText });
    try {
      writeFileSync(Buffer.concat([Buffer.from(`${folder}/bad`), Buffer.from([0xff]), Buffer.from(".py")]), "x = 1\n");
    } catch {
      return; // This file system has no such names.
    }
    const run = await reviewJson([folder, "--exit-zero"]);
    expectRestReviewed(run);
    expect(run.code).toBe(3);
  });

  it("the same for 50 MB", async () => {
    const folder = project({ "weak.py": weakText, "large.py": Buffer.alloc(50_000_000, "x = 1\n") });
    const run = await reviewJson([folder, "--exit-zero"]);
    expectRestReviewed(run);
    expect(run.code).toBe(3);
    expect(skipReason(run.report, "large.py")).toContain("--max-target-bytes");
  });
});

describe("files that are strange", () => {
  const reviewed = async (name: string, bytes: string | Uint8Array) => {
    const run = await reviewJson([project({ "weak.py": weakText, [name]: bytes })]);
    expectRestReviewed(run);
    expect(run.code).toBe(1);
    return run.report;
  };

  it("lists a binary file named .py", async () => {
    expect(skipReason(await reviewed("binary.py", Uint8Array.from({ length: 5_000 }, (_, index) => (index * 37) % 256)), "binary.py")).not.toBe("");
  });

  it("lists bytes that are not UTF-8", async () => {
    expect(skipReason(await reviewed("latin.py", Buffer.from("name = 'caf\xe9'\n", "latin1")), "latin.py")).not.toBe("");
  });

  it("lists 100,000-deep brackets", async () => {
    expect(skipReason(await reviewed("deep.py", `x = ${"(".repeat(100_000)}1${")".repeat(100_000)}\n`), "deep.py")).not.toBe("");
    await reviewed("open.py", `x = ${"[".repeat(100_000)}\n`);
  });

  it.each([
    ["deep operators", `x = ${"not ".repeat(50_000)}1\n`],
    ["a chain of operators", `x = ${"1 + ".repeat(100_000)}1\n`],
    ["a chain of attributes and calls", `x = a${".b()".repeat(50_000)}\n`],
    ["a megabyte in one line", `x = "${"a".repeat(1_000_000)}"\n`],
    ["deep indentation", Array.from({ length: 2_000 }, (_, depth) => `${" ".repeat(depth)}if x:\n`).join("")],
    ["many else-ifs", `if a: pass\n${"elif b: pass\n".repeat(20_000)}`],
    ["nested f-strings", `x = ${'f"{'.repeat(200)}1${'}"'.repeat(200)}\n`],
    ["nested functions", Array.from({ length: 300 }, (_, depth) => `${" ".repeat(depth)}def f():\n`).join("")],
    ["an unknown encoding", "# -*- coding: klingon -*-\nx = 1\n"],
    ["a null byte", "x = 1\0\n"],
    ["conflict markers", "<<<<<<< a\nx = 1\n=======\nx = 2\n>>>>>>> b\n"],
    ["nothing at all", ""],
    ["a byte-order mark alone", "\ufeff"],
    ["old line ends", "x = 1\ry = 2\rdef f():\r  return x\r"],
    ["Python 2", "print 'x'\nexec 'y'\ntry:\n  pass\nexcept A, e:\n  print `e`, 0777, ur'x'\n"],
    ["a class of itself", "class A(A): pass\nclass B(C): pass\nclass C(B): pass\nA().x(); B().y()\n"],
    ["a module of itself", "from strange import *\nimport strange\nstrange.strange.x()\n"],
    ["functions of themselves", "def f(x): return f(g(x))\ndef g(x): return g(f(x))\nf(1)\n"],
    ["names of prototypes", "__proto__ = constructor = 1\nclass toString: hasOwnProperty = 2\ntoString.__proto__.constructor()\n"],
  ])("goes on after %s", async (_, text) => {
    await reviewed("strange.py", text);
  });

  it("does not follow a symbolic link, nor a loop of them, nor one out of the project", async () => {
    const outside = project({ "outside.py": weakText });
    const folder = project({ "weak.py": weakText, "sub/x.py": "" });
    symlinkSync(folder, join(folder, "sub/loop"));
    symlinkSync(outside, join(folder, "out"));
    symlinkSync(join(outside, "outside.py"), join(folder, "out.py"));
    symlinkSync("self", join(folder, "self"));
    const run = await reviewJson([folder]);
    expectRestReviewed(run);
    expect(run.code).toBe(1);
    for (const path of ["sub/loop", "out", "out.py", "self"]) expect(skipReason(run.report, path)).toContain("symbolic link");
    expect((await warrant([join(folder, "self")])).code).toBe(2);
  });

  it("does not wait for a named pipe", async () => {
    const folder = project({ "weak.py": weakText });
    execFileSync("mkfifo", [join(folder, "pipe.py"), join(folder, "pipe")]);
    const run = await reviewJson([folder]);
    expectRestReviewed(run);
    expect(skipReason(run.report, "pipe.py")).toContain("not a regular file");
  });

  it("does not hang on a hostile ignore file", async () => {
    const run = await reviewJson([project({ "weak.py": weakText, ".gitignore": `${"*a".repeat(40)}b\n${"**/a/".repeat(40)}b\n`, [`${"a".repeat(200)}.py`]: "" })]);
    expectRestReviewed(run);
  });

  it("goes through many folders in a folder", async () => {
    const folder = project({ "weak.py": weakText });
    mkdirSync(join(folder, ...Array.from({ length: 400 }, () => "d")), { recursive: true });
    const run = await reviewJson([folder, "--exit-zero"]);
    expectRestReviewed(run);
    expect(run.code).toBe(3);
  });
});

describe("catalog pages", () => {
  it("stops with the position in a broken built-in page", async () => {
    const checkout = copiedCheckout();
    const page = join(checkout, "catalog/detectors/sql-injection.md");
    writeFileSync(page, readFileSync(page, "utf8").replace("severity: high", "severty: high"));
    const run = await warrant([project({ "weak.py": weakText })], { command: join(checkout, "packages/cli/bin/warrant.js") });
    expect(run.code).toBe(2);
    expect(run.stderr).toMatch(/catalog\/detectors\/sql-injection\.md:\d+:\d+: .*did you mean "severity"\?/);
  });

  it("takes an edited built-in page at once", async () => {
    const checkout = copiedCheckout();
    const page = join(checkout, "catalog/detectors/command-injection.md");
    writeFileSync(page, readFileSync(page, "utf8").replace(/^message: .*$/m, 'message: "seen by the edited page"'));
    const run = await warrant([project({ "weak.py": weakText })], { command: join(checkout, "packages/cli/bin/warrant.js") });
    expect(run.stdout).toContain("seen by the edited page");
  });

  it("stops with the position in a broken page of the project", async () => {
    const run = await warrant([project({ "weak.py": weakText, ".warrant/own.md": "# Own\n\nOne sentence.\n\n```yaml detector\nid: own\ncwe: [1]\nsevrity: low\n```\n" })]);
    expect(run.code).toBe(2);
    expect(run.stderr).toMatch(/\.warrant\/own\.md:\d+:\d+: /);
  });
});

describe("text of the project in the outputs", () => {
  const hostile = {
    "we\u001b[31mird <b>|`*.py": 'import subprocess\nfrom flask import request\n\n\ndef run():\n    subprocess.run("\u202e\u001b]0;x\u0007<script>alert(1)</script>|`" + request.args["d"], shell=True)\n',
  };
  // The command's own line breaks and colours aside, nothing that steers a terminal or turns text round.
  const steering = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/;

  it.each(["text", "markdown", "sarif", "json"])("cannot steer a terminal through %s", async (format) => {
    const run = await warrant([project(hostile), "--format", format]);
    expect(run.code).toBe(1);
    expect(run.stdout).not.toMatch(steering);
    expect(run.stderr).not.toMatch(steering);
  });

  it("cannot become markup in Markdown", async () => {
    const run = await warrant([project(hostile), "--format", "markdown"]);
    // Inside a code span markup means nothing; outside of one there must be none.
    const outside = run.stdout.replace(/(`+)(?:(?!\1)[\s\S])*?[^`]\1(?!`)/g, "");
    expect(outside).not.toContain("<script>");
    expect(outside).not.toContain("<b>");
  });

  it("cannot steer a terminal through an error message", async () => {
    const run = await warrant(["no\u001b[31m\u202esuch"]);
    expect(run.code).toBe(2);
    expect(run.stderr).not.toMatch(steering);
  });
});
