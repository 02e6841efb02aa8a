/** `warrant verify`: inputs, targets, forms, exit codes. */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { project, temporaryFolder, warrant } from "../command.ts";

const app = `import os
import sqlite3
from flask import Flask, request

app = Flask(__name__)


@app.route("/a")
def show():
    os.system("ls " + request.args["d"])
    db = sqlite3.connect("a")
    return db.execute("SELECT * FROM t WHERE n = ?", (request.args["n"],)).fetchone()[0]
`;

const result = (rule: string, cwe: string, uri: string, line: number) => ({
  ruleId: rule, message: { text: "it is weak" }, taxa: [{ id: cwe, toolComponent: { name: "CWE" } }],
  locations: [{ physicalLocation: { artifactLocation: { uri }, region: { startLine: line } } }],
});
const log = (...results: unknown[]): string => JSON.stringify({ version: "2.1.0", runs: [{ tool: { driver: { name: "T" } }, results }] });

function review(text: string): string {
  const file = join(temporaryFolder(), "review");
  writeFileSync(file, text);
  return file;
}

describe("warrant verify", () => {
  it("ends with 1 if something is refuted, with 0 if nothing is, and --strict minds the unsupported", async () => {
    const folder = project({ "app.py": app });
    const both = await warrant(["verify", review(log(result("B605", "78", "app.py", 10), result("B608", "89", "app.py", 12))), "--target", folder]);
    expect(both.stdout).toContain("confirmed    1 B605: it is weak");
    expect(both.stdout).toContain("refuted      2 B608: it is weak");
    expect(both.code).toBe(1);
    const unknown = review(log(result("X9", "78", "app.py", 10), result("X9", "1295", "app.py", 10)));
    expect((await warrant(["verify", unknown, "--target", folder, "-q"])).code).toBe(0);
    expect((await warrant(["verify", unknown, "--target", folder, "-q", "--strict"])).code).toBe(1);
  });

  it("reads this folder, stdin, and writes several forms", async () => {
    const folder = project({ "app.py": app });
    const file = review(log(result("B605", "78", "app.py", 10)));
    const out = join(temporaryFolder(), "out");
    const run = await warrant(["verify", file, "-f", "markdown", "--json-output", `${out}.json`, "--html-output", `${out}.html`], { cwd: folder });
    expect(run.code).toBe(0);
    expect(run.stdout).toContain("### Claim 1: confirmed");
    expect(JSON.parse(readFileSync(`${out}.json`, "utf8")).counts.confirmed).toBe(1);
    expect(readFileSync(`${out}.html`, "utf8")).toContain("Content-Security-Policy");
    const again = await warrant(["verify", file, "-f", "json"], { cwd: folder });
    expect(again.stdout).toBe(readFileSync(`${out}.json`, "utf8"));
  });

  it("reads a revision without touching the work tree", async () => {
    const folder = project({ "src/app.py": app, "src/old.py": "import os\n\ndef f(n):\n    os.system('ls')\n" });
    const git = (...args: string[]): string => execFileSync("git", ["-C", folder, "-c", "user.name=t", "-c", "user.email=t@t", ...args], { encoding: "utf8" });
    git("init", "-q");
    git("add", ".");
    git("commit", "-q", "-m", "first");
    git("rm", "-q", "src/old.py");
    writeFileSync(join(folder, "src/app.py"), "changed = True\n");
    const text = review(log(result("B605", "78", "src/old.py", 4), result("B605", "78", "src/app.py", 10)));
    for (const target of [`${folder}@HEAD`, `${folder}/src/old.py@HEAD`, `${folder}/src@HEAD`]) {
      const { stdout } = await warrant(["verify", text, "--target", target, "-f", "json"]);
      const data = JSON.parse(stdout);
      expect(data.claims.map((claim: { verdict: string }) => claim.verdict)).toEqual(["refuted", "confirmed"]);
      expect(data.target.revision).toMatch(/^[0-9a-f]{40}$/);
    }
    expect(readFileSync(join(folder, "src/app.py"), "utf8")).toBe("changed = True\n");
    expect(existsSync(join(folder, "src/old.py"))).toBe(false);
    const missing = await warrant(["verify", text, "--target", `${folder}@nothing`]);
    expect(missing.code).toBe(2);
    expect(missing.stderr).toContain("nothing: there is no such revision");
    expect((await warrant(["verify", text, "--target", `${folder}@--output=x`])).code).toBe(2);
  }, 60_000);

  it("ends with 3 where the review is about something else, and with 2 where it is none", async () => {
    const folder = project({ "app.py": app });
    const other = await warrant(["verify", review(log(result("B605", "78", "lib/gone.py", 10))), "--target", folder]);
    expect(other.code).toBe(3);
    expect(other.stderr).toContain("nothing that the review names is in this project: lib/gone.py");
    expect(other.stderr).toContain("--target PATH@REV");
    const none = await warrant(["verify", review('{"a": 1}'), "--target", folder]);
    expect(none.code).toBe(2);
    expect(none.stderr).toContain("neither a SARIF log");
    expect((await warrant(["verify", "missing.md"], { cwd: folder })).code).toBe(2);
    expect((await warrant(["verify", "app.py", "-o", "app.py"], { cwd: folder })).code).toBe(2);
    expect(readFileSync(join(folder, "app.py"), "utf8")).toBe(app);
  });
});
