// Starts a catalog page: `node tools/new.mjs detector sql-injection` or `node tools/new.mjs model sqlite3`.
// The page reads without an error but for what only its author knows; see docs/design/catalog-format.md.
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const fence = "```";

const folders = { detector: "catalog/detectors", model: "catalog/models/python" };
const skeletons = { detector: detectorPage, model: modelPage };

function detectorPage(id) {
  const title = id.replaceAll("-", " ").replace(/^./, (letter) => letter.toUpperCase());
  return `# ${title}

One sentence: what goes wrong, in words of the program.

${fence}yaml detector
id: ${id}
cwe: [0]
severity: medium
flow: { from: [remote-input], to: sql-text, stopped-by: [number] }
message: "{source} reaches {sink}"
${fence}

## Why it matters
What someone gains who uses it.

## What to do
The first paragraph is shown as the fix.

## Reported
${fence}python
from flask import request
import sqlite3

def show(path):
    name = request.args["name"]                                    # source
    sqlite3.connect(path).execute("SELECT '" + name + "'")         # finding
${fence}

## Not reported
${fence}python
from flask import request
import sqlite3

def show(path):
    count = int(request.args["count"])
    sqlite3.connect(path).execute("SELECT " + str(count))          # safe: int() leaves digits only
${fence}
`;
}

function modelPage(name) {
  return `# ${name}

One sentence: what the library is for.

${fence}yaml model
package: ${name.replaceAll("-", "_")}
language: python
types: {}
is: {}
passes: []
${fence}

## Examples
${fence}python
import ${name.replaceAll("-", "_")}
${fence}
`;
}

const [role, name] = process.argv.slice(2);
if (!Object.hasOwn(skeletons, role ?? "") || !/^[a-z0-9][a-z0-9-]*$/.test(name ?? "")) {
  process.stderr.write("Usage: node tools/new.mjs detector|model NAME   (lower-case words joined by hyphens)\n");
  process.exit(2);
}
const path = join(root, folders[role], `${name}.md`);
if (existsSync(path)) {
  process.stderr.write(`${folders[role]}/${name}.md is there already\n`);
  process.exit(2);
}
mkdirSync(dirname(path), { recursive: true });
writeFileSync(path, skeletons[role](name));
process.stdout.write(`${folders[role]}/${name}.md\nFill it in, then check it: node tools/check-pages.mjs ${folders[role]}/${name}.md\n`);
