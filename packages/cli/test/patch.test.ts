/** Patches that the real program makes, applied by ours. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { type MemoryFile, MemoryTree } from "../src/files/tree.ts";
import { applyPatch } from "../src/patch/apply.ts";
import { parsePatch } from "../src/patch/parse.ts";

const folder = mkdtempSync(join(tmpdir(), "warrant-patch-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function treeOf(files: Readonly<Record<string, Uint8Array>>): MemoryTree {
  return new MemoryTree("/r", new Map(Object.entries(files).map(([path, bytes]): [string, MemoryFile] => [path, { kind: "file", size: bytes.length, identity: path, bytes: () => bytes }])));
}

/** What `git diff` says of two contents. */
function diffOf(before: Uint8Array, after: Uint8Array): Buffer {
  writeFileSync(join(folder, "before"), before);
  writeFileSync(join(folder, "after"), after);
  const run = spawnSync("git", ["diff", "--no-index", "--text", "before", "after"], { cwd: folder });
  return Buffer.from(run.stdout.toString("latin1").replace(/^(diff --git ).*$/m, "$1a/f.py b/f.py").replace(/^--- .*$/m, "--- a/f.py").replace(/^\+\+\+ .*$/m, "+++ b/f.py"), "latin1");
}

const content = fc.array(fc.constantFrom("a\n", "b\n", "\n", "-- \n", "+x\n", "@@ -1 +1 @@\n", "é\r\n", "\u0000\n", "no break"), { maxLength: 30 }).map((parts) => Buffer.from(parts.join("")));

describe("patches", () => {
  it("give what git says they give, byte for byte", () => {
    fc.assert(fc.property(content, content, (before, after) => {
      fc.pre(!before.equals(after));
      const patched = applyPatch(treeOf({ "f.py": before }), "/r", parsePatch(diffOf(before, after)));
      expect(Buffer.from(patched.read("/r/f.py", 1e6) ?? "")).toEqual(after);
    }), { numRuns: 60 });
  });

  it("are refused or read, never more: mutated ones, cut ones", () => {
    const before = Buffer.from("a\nb\nc\nd\ne\n");
    const good = diffOf(before, Buffer.from("a\nx\nc\nd\ne\nf\n")).toString("latin1");
    fc.assert(fc.property(fc.nat(good.length), fc.string(), fc.nat(6), (at, text, cut) => {
      const bad = Buffer.from(good.slice(0, at) + text + good.slice(at + cut), "latin1");
      try {
        applyPatch(treeOf({ "f.py": before }), "/r", parsePatch(bad));
      } catch (error) {
        expect((error as Error).name).toBe("UsageError");
      }
    }), { numRuns: 300 });
  });

  it("never name a file outside the project", () => {
    for (const name of ["../x.py", "a/../../x.py", "/etc/x.py", "C:/x.py", ".git/config", "a\\..\\x.py"]) {
      const patch = Buffer.from(`--- /dev/null\n+++ ${name}\n@@ -0,0 +1 @@\n+x\n`);
      expect(() => applyPatch(treeOf({}), "/r", parsePatch(patch))).toThrow("outside the project");
    }
  });

  it("make folders that are listed, and take files out of them", () => {
    const patch = Buffer.from("--- /dev/null\n+++ b/new/in/x.py\n@@ -0,0 +1 @@\n+x\n--- a/old.py\n+++ /dev/null\n@@ -1 +0,0 @@\n-y\n");
    const tree = applyPatch(treeOf({ "old.py": Buffer.from("y\n") }), "/r", parsePatch(patch));
    expect(tree.entries("/r")).toEqual([{ name: "new", kind: "folder" }]);
    expect(tree.entries("/r/new/in")).toEqual([{ name: "x.py", kind: "file" }]);
    expect(tree.status("/r/new")).toMatchObject({ kind: "folder" });
    expect(tree.status("/r/old.py")).toBeUndefined();
  });
});
