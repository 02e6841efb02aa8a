/** Short pages for the tests of the reader. */
import { type CatalogOptions, type CatalogOutcome, type PageText, readCatalog } from "../../src/knowledge/index.ts";

export const kindsPage: PageText = {
  path: "catalog/kinds.md",
  text: `# Kinds

The words.

\`\`\`yaml kinds
source:
  remote-input: what a client sends
  stored-data: what was kept
sink:
  html-response: a page
  shell-command: text for a shell
  sql-text: text of a query
guard:
  number: a number
  same-host-url: stays here
effect:
  blocks: waits
\`\`\`
`,
};

export const detectorData = `id: sql-injection
cwe: [89]
severity: high
flow: { from: [remote-input], to: sql-text, stopped-by: [number] }
message: "{source} becomes SQL text in {sink}"`;

/** A whole detector page around a data block; the block begins at line 6. */
export function detectorPage(data: string = detectorData, path = "catalog/detectors/sql-injection.md"): PageText {
  return {
    path,
    text: `# SQL injection

Text becomes a program.

\`\`\`yaml detector
${data}
\`\`\`

## Why it matters
It does.

## What to do
Bind.

## Reported
\`\`\`python
f(x)  # finding
\`\`\`

## Not reported
\`\`\`python
f(1)  # safe: a number
\`\`\`
`,
  };
}

/** A whole model page around a data block; the block begins at line 6. */
export function modelPage(data: string, path = "catalog/models/python/lib.md"): PageText {
  return { path, text: `# Lib\n\nA library.\n\n\`\`\`yaml model\n${data}\n\`\`\`\n\n## Examples\n\`\`\`python\nf(x)  # finding\n\`\`\`\n` };
}

/** Reads pages together with the kinds above. */
export function readWithKinds(pages: readonly PageText[], options: CatalogOptions = {}): CatalogOutcome {
  return readCatalog([kindsPage, ...pages], options);
}

/** Messages of all problems. */
export function messages(pages: readonly PageText[], options: CatalogOptions = {}): string[] {
  return readWithKinds(pages, options).problems.map((problem) => problem.message);
}
