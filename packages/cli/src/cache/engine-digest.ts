/** What a result depends on beside its input: the code of this command and the type stubs beside it. */
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { stubsFile } from "../catalog/stubs.ts";

let known: string | undefined;

/** Digest of the built command; undefined when it runs from its sources, whose digest nobody knows. */
export function engineDigest(): string | undefined {
  const path = fileURLToPath(import.meta.url);
  if (basename(path) !== "main.js") return undefined;
  if (known === undefined) {
    const hash = createHash("sha256").update(process.versions.v8);
    for (const file of [path, join(dirname(path), stubsFile)]) hash.update("\0").update(existsSync(file) ? readFileSync(file) : "");
    known = hash.digest("hex");
  }
  return known;
}
