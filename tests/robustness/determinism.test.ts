/** The same input gives the same bytes. */
import { cpSync, readdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { checkout, temporaryFolder, warrant } from "../command.ts";

const example = join(checkout, "examples/orders");

describe.each(["text", "markdown", "json", "sarif", "sarif-full"])("%s", (format) => {
  it("is the same on every run, from every folder", async () => {
    const one = await warrant([example, "--format", format]);
    const other = await warrant(["orders", "--format", format], { cwd: join(checkout, "examples") });
    expect(one.stdout.length).toBeGreaterThan(100);
    expect(other.stdout).toBe(one.stdout);
  });
});

it("does not depend on the order in which paths are named, or in which the disk lists them", async () => {
  const files = readdirSync(join(example, "orders")).filter((name) => name.endsWith(".py")).map((name) => join(example, "orders", name));
  const one = await warrant([...files, "--format", "json"]);
  const other = await warrant([...files.toReversed(), "--format", "json"]);
  expect(other.stdout).toBe(one.stdout);

  // Files made in another order lie in another order on many file systems.
  const copy = join(temporaryFolder(), "orders");
  cpSync(example, copy, { recursive: true });
  for (const name of readdirSync(join(copy, "orders")).toReversed()) {
    renameSync(join(copy, "orders", name), join(copy, name));
    renameSync(join(copy, name), join(copy, "orders", name));
  }
  const whole = await warrant([example, "--format", "json"]);
  const moved = await warrant([copy, "--format", "json"]);
  // A copy outside of the repository is the same code without a commit, and not in a folder of a repository.
  const codeOnly = (text: string) => text.replace(/"revision": ?"[0-9a-f]*"(?:,\s*"folder": ?"[^"]*")?/, "");
  expect(codeOnly(moved.stdout)).toBe(codeOnly(whole.stdout));
});
