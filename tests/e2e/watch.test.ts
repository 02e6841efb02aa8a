/** `warrant watch`: what a save did, told while it stays. */
import { spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { packedCommand, project } from "../command.ts";

const weak = `from flask import Flask, request

app = Flask(__name__)


@app.route("/run")
def run():
    return str(eval(request.args["code"]))
`;

describe("watch", () => {
  it("prints the difference after a save, goes on after a broken configuration, ends when told to", async () => {
    const folder = project({ "app.py": "print(1)\n" });
    const child = spawn(process.execPath, [packedCommand(), "watch", folder, "-q", "--no-cache"], { env: { PATH: process.env.PATH ?? "" }, stdio: ["ignore", "pipe", "pipe"] });
    let told = "";
    const waiting: { readonly text: string; readonly done: () => void }[] = [];
    const take = (piece: unknown): void => {
      told += String(piece);
      for (const each of waiting) if (told.includes(each.text)) each.done();
    };
    child.stdout.on("data", take);
    child.stderr.on("data", take);
    const until = (text: string): Promise<void> => new Promise((done) => {
      waiting.push({ text, done });
      if (told.includes(text)) done();
    });
    await until("Ctrl-C ends");
    writeFileSync(join(folder, "app.py"), weak);
    await until("2 new, 0 fixed, 0 still there");
    expect(told).toContain("new app.py:8:16: CWE-95");
    writeFileSync(join(folder, "warrant.toml"), "nonsense = 1\n");
    await until('unknown key "nonsense"');
    writeFileSync(join(folder, "warrant.toml"), "");
    writeFileSync(join(folder, "app.py"), weak.replace("eval(request", "len(request"));
    await until("0 new, 2 fixed, 0 still there");
    child.kill("SIGINT");
    expect(await new Promise((done) => child.on("close", done))).toBe(0);
  }, 120_000);
});
