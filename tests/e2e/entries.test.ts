/** `warrant entries`: forms, outputs, exit codes. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { project, temporaryFolder, warrant } from "../command.ts";

const app = `import os
from flask import Flask, abort, g, request

app = Flask(__name__)


@app.route("/health")
def health():
    return "ok"


@app.route("/a/<n>", methods=["POST"])
def remove(n):
    if not g.user:
        abort(401)
    os.remove("/srv/" + n)


@app.route("/b/<n>", methods=["POST"])
def purge(n):
    os.remove("/srv/" + n)
`;

describe("warrant entries", () => {
  it("prints every handler with its guards and a verdict", async () => {
    const { code, stdout } = await warrant(["entries", project({ "app.py": app })]);
    expect(code).toBe(0);
    expect(stdout).toContain("exempt    /health app.health app.py:7");
    expect(stdout).toContain("covered   POST /a/<n> app.remove app.py:13\n          call: g.user app.py:14\n          checked on every way that returns");
    expect(stdout).toContain("missing   POST /b/<n> app.purge app.py:20");
    expect(stdout).toContain("3 routes in 1 file: 1 covered, 1 exempt, 1 missing, 0 question\n");
  });

  it("has the same rows as JSON and as CSV, and writes them where it is told", async () => {
    const folder = project({ "app.py": app });
    const file = join(temporaryFolder(), "map.csv");
    expect((await warrant(["entries", folder, "--format", "csv", "-o", file])).stdout).toBe("");
    const csv = readFileSync(file, "utf8").split("\r\n");
    expect(csv[0]).toBe("verdict,verbs,route,handler,path,line,guards,reason,siblings,siblings covered,framework");
    expect(csv).toHaveLength(5);
    const json = JSON.parse((await warrant(["entries", folder, "--format", "json"])).stdout);
    expect(json.counts).toEqual({ covered: 1, exempt: 1, missing: 1, question: 0 });
    expect(json.entries.map((entry: { handler: string }) => entry.handler)).toEqual(["app.health", "app.remove", "app.purge"]);
    expect((await warrant(["entries", folder, "--format", "json"])).stdout).toBe((await warrant(["entries", folder, "-f", "json"])).stdout);
  });

  it("refuses unknown forms and does not write over what it reads", async () => {
    const folder = project({ "app.py": app });
    const unknown = await warrant(["entries", folder, "--format", "jsn"]);
    expect(unknown.code).toBe(2);
    expect(unknown.stderr).toContain('did you mean "json"?');
    expect((await warrant(["entries", folder, "-o", join(folder, "app.py")])).code).toBe(2);
    expect(readFileSync(join(folder, "app.py"), "utf8")).toBe(app);
  });

  it("maps nothing where there is nothing, and says when it could not read all", async () => {
    const empty = await warrant(["entries", temporaryFolder()]);
    expect(empty.code).toBe(3);
    expect(empty.stdout).toContain("0 routes in 0 files");
    const folder = project({ "app.py": app });
    writeFileSync(join(folder, "broken.py"), Buffer.from([0xff, 0x00, 0xfe, 0x28, 0x28]));
    const broken = await warrant(["entries", folder]);
    expect(broken.stdout).toContain("3 routes");
    expect(existsSync(join(folder, "map.csv"))).toBe(false);
  });
});
