/** `npm ci` refuses a lockfile that lacks an optional platform package; see tools/build-lock.mjs. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

it("lists every optional package, so that npm ci works from a clean clone", () => {
  const file = join(import.meta.dirname, "../../package-lock.json");
  const { packages } = JSON.parse(readFileSync(file, "utf8")) as { packages: Record<string, { optionalDependencies?: Record<string, string> }> };
  const missing = Object.entries(packages).flatMap(([path, each]) =>
    Object.keys(each.optionalDependencies ?? {}).filter((name) => packages[`node_modules/${name}`] === undefined && packages[`${path}/node_modules/${name}`] === undefined),
  );
  expect(missing).toEqual([]);
});
