/** Questions after a review: `why`, `show`, `trace`, and the saved ledger that they are answered from. */
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { project, temporaryFolder, warrant } from "../command.ts";

const files = {
  "app.py": [
    "import subprocess",
    "from flask import Flask, request",
    "from shop import run, keep",
    "",
    "app = Flask(__name__)",
    "",
    "",
    '@app.get("/list")',
    "def listing():",
    '    run(request.args["d"])',
    '    run("/tmp")',
    '    keep("fixed")',
    '    return "done"',
    "",
  ].join("\n"),
  "shop.py": [
    "import subprocess",
    "",
    "",
    "def run(folder):",
    '    command = "ls " + folder',
    "    subprocess.run(command, shell=True)",
    "",
    "",
    "def keep(name):",
    "    # what is kept",
    '    subprocess.run(["ls", name])',
    "    return name.upper()",
    "",
  ].join("\n"),
  "tests/test_app.py": "def test_it():\n    print(1)\n",
};

/** A project, the cache folder of its own, and the command in it. */
function place(contents: Readonly<Record<string, string>> = files) {
  const folder = project(contents);
  const cache = temporaryFolder();
  const env = { WARRANT_CACHE_DIR: cache };
  return { folder, cache, run: (args: readonly string[], more: Readonly<Record<string, string>> = {}) => warrant(args, { cwd: folder, env: { ...env, ...more } }) };
}

const ledgersOf = (cache: string): readonly string[] => (existsSync(join(cache, "ledgers")) ? readdirSync(join(cache, "ledgers")) : []);

const fileFolder = project(files);

/** One review that several questions are asked of. */
const shared = place();
beforeAll(async () => {
  expect((await shared.run([".", "-q"])).code).toBe(1);
});

describe("why", () => {
  it("tells the verdict, its reason, the walk and what would change it", async () => {
    const { stdout, stderr, code } = await shared.run(["why", "shop.py:6"]);
    expect(code).toBe(0);
    expect(stderr).toBe("");
    expect(stdout).toMatch(/^shop\.py:6 in shop\.run\n/);
    expect(stdout).toMatch(/F-[0-9a-f]{8} violated: CWE-78/);
    expect(stdout).toContain("because (source-reaches-sink): flask.request.args reaches it");
    expect(stdout).toContain('1 app.py:10:9  request.args\n');
    expect(stdout).toContain("would change it: ");
  });

  it("tells what proves a line that is no finding", async () => {
    const { stdout } = await shared.run(["why", "shop.py:11"]);
    expect(stdout).toMatch(/P-[0-9a-f]{8} proven: CWE-78/);
    expect(stdout).toMatch(/because \((?:structured|const)\)/);
  });

  it.each([
    ["app.py:2", [], "calls nothing"],
    ["app.py:3", ["--cwe", "89"], "sql-injection ran: 0 sites in the project"],
    ["app.py:4", [], "the line is blank"],
    ["shop.py:10", [], "the line is a comment"],
    ["shop.py:12", [], "calls str.upper"],
    ["app.py:10", ["--cwe", "CWE-78"], "calls shop.run, code of the project: what it does is judged there"],
    ["app.py:99", [], "the file has 14 lines"],
    ["shop.py:6", ["--cwe", "121"], "no detector speaks of CWE-121"],
    ["tests/test_app.py:2", [], "test code that the product does not import"],
  ])("tells why %s %j has none", async (at, args, text) => {
    const { stdout } = await shared.run(["why", at, ...args]);
    expect(stdout).toContain("No obligation stands at this line");
    expect(stdout).toContain(text);
  });

  it("tells that the detector was off", async () => {
    const { run } = place();
    await run([".", "-q", "--select", "sql-injection"]);
    expect((await run(["why", "shop.py:6", "--cwe", "78"])).stdout).toContain("were off in this review: ");
  });

  it("tells which ways go through a line", async () => {
    expect((await shared.run(["why", "app.py:10", "--cwe", "78"])).stdout).toMatch(/go through this line:\n- F-[0-9a-f]{8} violated/);
  });

  it("refuses what is no place", async () => {
    expect(await shared.run(["why", "shop.py"])).toMatchObject({ code: 2, stderr: "warrant: shop.py: write a place as FILE:LINE\n" });
    expect((await shared.run(["why", "nothing.py:3"])).stderr).toContain("there is no such file");
  });

  it("answers as JSON too", async () => {
    const answer = JSON.parse((await shared.run(["why", "shop.py:6", "-f", "json", "-q"])).stdout);
    expect(answer).toMatchObject({ question: { path: "shop.py", line: 6 }, rows: [{ row: { verdict: "violated", detector: "command-injection" } }] });
  });
});

describe("show", () => {
  it("prints the facts behind every id of the page", async () => {
    const { stdout } = await shared.run([".", "-q", "-f", "page"]);
    const ids = new Set([...stdout.matchAll(/(?:^|\s)((?:[FQPOAL]|E)-[0-9a-z][\w.-]*?)(?=[:\s]|$)/gm)].map((match) => match[1]).filter((id) => id !== "E-full"));
    expect(ids.size).toBeGreaterThan(30);
    for (const id of [...ids].filter((_id, index) => index % 4 === 0)) {
      const shown = await shared.run(["show", id]);
      expect(shown.stderr, id).toBe("");
      expect(shown.stdout.length, id).toBeGreaterThan(10);
    }
  });

  it("refuses an id that the review does not have", async () => {
    expect((await shared.run(["show", "F-00000000"])).stderr).toContain("no fact of the saved review");
    expect((await shared.run(["show", "nonsense"])).stderr).toContain("this is no id of a review");
  });
});

describe("trace", () => {
  it("prints the way from source to sink, into the function by the call that hands the value on", async () => {
    const { stdout, code } = await shared.run(["trace", "app.py:10", "shop.py:6", "-q"]);
    expect(code).toBe(0);
    expect(stdout).toContain("1 path from app.py:10 to shop.py:6");
    expect(stdout).toContain("parameter of shop.run");
    expect(stdout).not.toContain("app.py:11");
  });

  it("tells why there is none", async () => {
    const { stdout, code } = await shared.run(["trace", "app.py:10", "shop.py:11", "-q"]);
    expect(code).toBe(1);
    expect(stdout).toContain("No path of a value from app.py:10 to shop.py:11.");
    expect(stdout).toContain("a literal: app.py:12:10");
  });

  it("tells that there is one the other way round", async () => {
    expect((await shared.run(["trace", "shop.py:6", "app.py:10", "-q"])).stdout).toContain("there is one the other way round");
  });
});

describe("the saved ledger", () => {
  it("lies in the cache folder, readable by its owner only, and not in the project", async () => {
    const { folder, cache, run } = place();
    const before = readdirSync(folder, { recursive: true });
    await run([".", "-q"]);
    const [name, ...more] = ledgersOf(cache);
    expect(more).toEqual([]);
    expect(statSync(join(cache, "ledgers", name)).mode & 0o077).toBe(0);
    expect(readdirSync(folder, { recursive: true })).toEqual(before);
  });

  it("is not written into the reviewed project, not even by a link", async () => {
    const { folder, run } = place();
    const inside = await run([".", "-q"], { WARRANT_CACHE_DIR: join(folder, "cache") });
    expect(inside.code).toBe(1);
    expect(existsSync(join(folder, "cache"))).toBe(false);
    mkdirSync(join(folder, "real"));
    const link = join(temporaryFolder(), "link");
    symlinkSync(join(folder, "real"), link);
    await run(["."], { WARRANT_CACHE_DIR: link });
    expect(readdirSync(join(folder, "real"), { recursive: true }).filter((name) => String(name).endsWith(".ledger"))).toEqual([]);
  });

  it("is not written with --no-cache", async () => {
    const { cache, run } = place();
    await run([".", "-q", "--no-cache"]);
    expect(ledgersOf(cache)).toEqual([]);
  });

  it.each([
    ["a file changed", (folder: string) => writeFileSync(join(folder, "shop.py"), "x = 1\n"), "1 file changed, such as shop.py"],
    ["a file was added", (folder: string) => writeFileSync(join(folder, "more.py"), "x = 1\n"), "files were added or taken away"],
    ["the configuration changed", (folder: string) => writeFileSync(join(folder, "warrant.toml"), "all = true\n"), "the configuration is another one"],
  ])("is not answered from when %s", async (_what, change, because) => {
    const { folder, run } = place();
    await run([".", "-q"]);
    change(folder);
    const refused = await run(["why", "app.py:10", "--no-review"]);
    expect(refused).toMatchObject({ code: 2, stdout: "" });
    expect(refused.stderr).toContain(because);
    const again = await run(["why", "app.py:10"]);
    expect(again.stderr).toContain(`${because}; reviewing first`);
    expect(again.code).toBe(0);
    expect((await run(["why", "app.py:10", "--no-review"])).code).toBe(0);
  });

  it("is ignored, with a message, when it is damaged or another's", async () => {
    const { cache, run } = place();
    await run([".", "-q"]);
    const file = join(cache, "ledgers", ledgersOf(cache)[0]);
    const whole = readFileSync(file);
    for (const bytes of [whole.subarray(0, 100), Buffer.concat([whole, Buffer.from("x")]), Buffer.from("warrant-ledger 9\n"), Buffer.alloc(0), flipped(whole)]) {
      writeFileSync(file, bytes);
      const { code, stderr } = await run(["why", "shop.py:6", "--no-review"]);
      expect(code).toBe(2);
      expect(stderr).toContain("no review of ");
    }
    writeFileSync(join(cache, "ledgers", `${"0".repeat(24)}-${"0".repeat(16)}.ledger`), whole);
    expect((await run(["why", "shop.py:6", "--no-review"])).code).toBe(2);
  });

  it("is no failure when it cannot be saved", async () => {
    const { cache, run } = place();
    mkdirSync(join(cache, "ledgers"), { mode: 0o500 });
    writeFileSync(join(cache, "reviews"), "no folder");
    const asNobody = await warrant([fileFolder, "-q"], { cwd: "/", env: { WARRANT_CACHE_DIR: cache }, asNobody: process.getuid?.() === 0 });
    expect(asNobody).toMatchObject({ code: 1, stderr: "" });
    expect((await run([".", "-q"])).code).toBe(1);
  });

  it("reviews first when there is none", async () => {
    const { run } = place();
    const { stdout, stderr } = await run(["why", "shop.py:6"]);
    expect(stderr).toContain("is saved; reviewing first");
    expect(stdout).toContain("violated");
  });
});

function flipped(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  copy[copy.length >> 1] ^= 1;
  return copy;
}
