/** What is kept between runs changes nothing but the time, whatever happens to it. */
import { spawn } from "node:child_process";
import { appendFileSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { checkout, packedCommand, project, temporaryFolder, warrant } from "../command.ts";

const weak = `from flask import Flask, request

app = Flask(__name__)


@app.route("/run")
def run():
    return str(eval(request.args["code"]))
`;
const example = join(checkout, "examples");
const review = (cache: string, command?: string) =>
  warrant(["review", example, "--json", "-q", "--exit-zero"], { env: { WARRANT_CACHE_DIR: cache }, ...(command === undefined ? {} : { command }) });
const entries = (cache: string): readonly string[] => (existsSync(join(cache, "reviews")) ? readdirSync(join(cache, "reviews")).sort() : []);

describe("the cache", () => {
  it("gives the same bytes as no cache, in every form, and is asked when nothing changed", async () => {
    const cache = temporaryFolder();
    for (const form of ["json", "text", "markdown", "sarif-full"]) {
      const args = ["review", example, "-f", form, "-q", "--exit-zero", "--all"];
      const cold = await warrant([...args, "--no-cache"], { env: { WARRANT_CACHE_DIR: cache } });
      const first = await warrant(args, { env: { WARRANT_CACHE_DIR: cache } });
      const second = await warrant(args, { env: { WARRANT_CACHE_DIR: cache } });
      expect(cold.stdout.length).toBeGreaterThan(100);
      expect(first.stdout).toBe(cold.stdout);
      expect(second).toEqual(cold);
    }
    expect(entries(cache)).toHaveLength(1);
  });

  it("keeps a result for another tree, other options, another day only if a day matters", async () => {
    const cache = temporaryFolder();
    const folder = project({ "app.py": weak });
    const run = (args: readonly string[], day: string) => warrant(["review", folder, "--json", "-q", "--exit-zero", ...args], { env: { WARRANT_CACHE_DIR: cache, SOURCE_DATE_EPOCH: day } });
    await run([], "1790000000");
    await run([], "1890000000");
    expect(entries(cache)).toHaveLength(1);
    await run(["--all"], "1790000000");
    expect(entries(cache)).toHaveLength(2);
    writeFileSync(join(folder, "app.py"), weak.replace("))\n", "))  # warrant: ignore[CWE-95] -- for now (until=2027-01-31)\n"));
    const during = await run([], "1790000000");
    const after = await run([], "1890000000");
    expect(entries(cache)).toHaveLength(4);
    expect([during, after].map((each) => (JSON.parse(each.stdout) as { suppressed: readonly unknown[] }).suppressed.length)).toEqual([1, 0]);
  });

  it("is never in the reviewed project, and a place that cannot be written is no error", async () => {
    const folder = project({ "app.py": weak });
    const inside = await warrant(["review", folder, "-q", "--exit-zero"], { env: { WARRANT_CACHE_DIR: join(folder, "cache") } });
    expect(inside.code).toBe(0);
    expect(existsSync(join(folder, "cache"))).toBe(false);
    const file = join(temporaryFolder(), "file");
    writeFileSync(file, "");
    expect(await warrant(["review", folder, "-q", "--exit-zero"], { env: { WARRANT_CACHE_DIR: file } })).toEqual(inside);
  });

  it("ignores entries that are cut short, altered, of another key, no files at all", async () => {
    const cache = temporaryFolder();
    const cold = await review(cache);
    const [name = ""] = entries(cache);
    const path = join(cache, "reviews", name);
    const good = readFileSync(path);
    const harm: readonly (() => void)[] = [
      () => truncateSync(path, 0), () => truncateSync(path, good.length >> 1), () => truncateSync(path, good.length - 1), () => appendFileSync(path, "x"),
      () => writeFileSync(path, Buffer.from(good.toString("latin1").replace("violated", "proven  "), "latin1")),
      () => writeFileSync(path, Buffer.from(good.toString("latin1").replace(name, "0".repeat(name.length)), "latin1")),
      () => {
        rmSync(path);
        mkdirSync(path);
      },
      () => {
        rmSync(path, { recursive: true });
        symlinkSync("/dev/zero", path);
      },
    ];
    for (const each of harm) {
      each();
      expect(await review(cache)).toEqual(cold);
    }
  }, 240_000);

  it("ignores what another version made", async () => {
    const cache = temporaryFolder();
    const cold = await review(cache);
    const folder = temporaryFolder();
    for (const part of ["bin", "dist", "package.json"]) cpSync(join(dirname(packedCommand()), "..", part), join(folder, part), { recursive: true });
    appendFileSync(join(folder, "dist", "main.js"), "\n// another version\n");
    expect(await review(cache, join(folder, "bin", "warrant.js"))).toEqual(cold);
    expect(entries(cache)).toHaveLength(2);
  });

  it("leaves no wrong result when runs are killed at any moment, or go on at once", async () => {
    const cache = temporaryFolder();
    const cold = await review(temporaryFolder());
    let seed = 7;
    for (let round = 0; round < 12; round++) {
      seed = (seed * 48_271) % 2_147_483_647;
      await killedAfter(cache, seed % 900);
    }
    const runs = await Promise.all([review(cache), review(cache), review(cache)]);
    for (const run of runs) expect(run).toEqual(cold);
    expect(await review(cache)).toEqual(cold);
    for (const name of entries(cache)) expect(statSync(join(cache, "reviews", name)).isFile()).toBe(true);
  }, 240_000);
});

function killedAfter(cache: string, delayMs: number): Promise<void> {
  return new Promise((done) => {
    const child = spawn(process.execPath, [packedCommand(), "review", example, "-q"], { env: { PATH: process.env.PATH ?? "", WARRANT_CACHE_DIR: cache }, stdio: "ignore" });
    const timer = setTimeout(() => child.kill("SIGKILL"), delayMs);
    child.on("close", () => {
      clearTimeout(timer);
      done();
    });
  });
}
