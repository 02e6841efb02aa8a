/**
 * The work that the bundled example takes, counted instead of timed. A number that moves is no error, but a change that
 * should be meant: `UPDATE_CASES=1 npx vitest run packages/engine/test/laws/work.test.ts` writes the new ones.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, sep } from "node:path";
import { expect, test } from "vitest";
import { solve } from "../obligations/solve-text.ts";

const folder = join(import.meta.dirname, "../../../../examples/orders");
const path = join(import.meta.dirname, "work.json");

test("examples/orders takes exactly this work", () => {
  const names = (readdirSync(folder, { recursive: true }) as string[]).filter((name) => name.endsWith(".py"));
  const files = Object.fromEntries(names.map((name) => [name.split(sep).join("/"), readFileSync(join(folder, name), "utf8")]));
  const { program, obligations, steps, seeds } = solve(files);
  const work = { files: program.files.length, functions: program.ir.functions.length, instructions: program.ir.length, flowSteps: program.flowSteps, seeds, obligations: obligations.length, steps };
  if (process.env["UPDATE_CASES"] === "1") writeFileSync(path, `${JSON.stringify(work, undefined, 2)}\n`);
  expect(work).toEqual(JSON.parse(readFileSync(path, "utf8")));
});
