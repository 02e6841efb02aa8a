/** The packed type stubs that the build made, so that tests see what the command sees. */
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { StubPack } from "../../src/knowledge/index.ts";

const file = fileURLToPath(new URL("../../../cli/dist/stubs.txt", import.meta.url));

/** Opens the pack; tests without it would show other verdicts, so its absence is an error. */
export function builtInStubs(): StubPack {
  if (!existsSync(file)) throw new Error(`${file} is missing: run npm run build`);
  const pack = StubPack.open(readFileSync(file, "latin1"));
  if (pack === undefined) throw new Error(`${file} is no stub pack: remove it and run npm run build`);
  return pack;
}
