#!/usr/bin/env node
// The `warrant` command: loads the built program, or says how to build it.
import { existsSync } from "node:fs";

const built = new URL("../dist/main.js", import.meta.url);
const [major, minor] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(`warrant needs Node >= 20.19, this is ${process.versions.node}.\n`);
  process.exitCode = 2;
} else if (!existsSync(built)) {
  process.stderr.write("warrant is not built yet: run `npm start` (or `npm test`) once in its checkout.\n");
  process.exitCode = 2;
} else {
  import(built.href);
}
