/** Forms for the places where changes are discussed, as the built command writes them. */
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { project, temporaryFolder, warrant } from "../command.ts";

const weak = { "app.py": "import subprocess\nfrom flask import Flask, request\n\napp = Flask(__name__)\n\n\n@app.route('/')\ndef show():\n    return subprocess.run(request.args['q'], shell=True).stdout\n" };
const forms = ["github", "gitlab", "codequality", "junit", "rdjson", "gerrit", "zuul"];

it("each form has a flag of its own, and is written on 0, 1 and 3, also when it is empty", async () => {
  const flags = (folder: string): string[] => forms.flatMap((form) => [`--${form}-output`, join(folder, form)]);
  const found = temporaryFolder();
  const run = await warrant([project(weak), "-q", ...flags(found)]);
  expect(run.code).toBe(1);
  for (const form of forms) expect(readFileSync(join(found, form), "utf8"), form).toMatch(/command.injection/i);
  for (const [files, code] of [[{ "a.py": "x = 1\n" }, 0], [{}, 3]] as const) {
    const out = temporaryFolder();
    expect((await warrant([project(files), "-q", ...flags(out)])).code).toBe(code);
    expect(readdirSync(out).sort()).toEqual([...forms].sort());
    for (const form of forms) if (form !== "github" && form !== "junit") JSON.parse(readFileSync(join(out, form), "utf8"));
  }
});

it("names files as the repository does, also when a folder of it is reviewed", async () => {
  const root = project({ "services/shop/app.py": weak["app.py"] });
  mkdirSync(join(root, ".git"));
  const run = await warrant(["services/shop", "-f", "github"], { cwd: root });
  expect(run.stdout).toMatch(/^::error file=services\/shop\/app\.py,line=9,/m);
  expect(run.stdout.split("\n").at(-2)).toMatch(/^::notice title=warrant::\d+ finding/);
});

it("the same review gives the same bytes", async () => {
  const folder = project(weak);
  for (const form of forms) {
    const first = await warrant([folder, "-q", "-f", form]);
    expect((await warrant([folder, "-q", "-f", form])).stdout, form).toBe(first.stdout);
  }
});
