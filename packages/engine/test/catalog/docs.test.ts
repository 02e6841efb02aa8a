import { expect, it } from "vitest";
import { generateDocs } from "../../../../tools/docs.ts";
import { readCatalog } from "../../src/knowledge/index.ts";
import { detectorPage, kindsPage, modelPage } from "../knowledge/page-text.ts";

const detector = detectorPage();
const pages = [
  kindsPage,
  { ...detector, text: detector.text.replace("f(1)  # safe: a number", "f(1)  # safe: a number\nf(`2`)  # missed: too | far") },
  modelPage("package: lib\nlanguage: python\nis:\n  sql-text: lib.sink(arg[0])\n  html-response:\n    - lib.show(arg[0])\n    - lib.page(returned)"),
];
const docs = generateDocs(readCatalog(pages).value, pages);

it("lists the detectors", () => {
  expect(docs["detectors.md"]).toContain(
    "| [sql-injection](../../catalog/detectors/sql-injection.md) | 89 | high | finding | remote-input → sql-text |  | Text becomes a program. |",
  );
});

it("counts what is known of each library, and what meets nothing", () => {
  expect(docs["coverage.md"]).toContain("| `sql-text` | 1 | lib 1 | sql-injection |");
  expect(docs["coverage.md"]).toContain("| [lib](../../catalog/models/python/lib.md) | lib |  |  | 3 |  |  |  |");
  expect(docs["coverage.md"]).toContain("- `html-response` (sink): no detector asks for it");
  expect(docs["coverage.md"]).toContain("- `remote-input` (source): no model gives it");
});

it("tells what we get wrong, with the line", () => {
  expect(docs["known-errors.md"]).toContain("## Missed (1)");
  expect(docs["known-errors.md"]).toContain("| [sql-injection.md:27](../../catalog/detectors/sql-injection.md#L27) | `` f(`2`) `` | too \\| far |");
  expect(docs["known-errors.md"]).toContain("## Reported wrongly (0)");
});

it("groups by CWE, with MITRE's names", () => {
  expect(docs["cwe.md"]).toMatch(/\| \[89\]\(.*\) \| Improper Neutralization of Special Elements used in an SQL Command .* \| 707 Improper Neutralization \|/);
});
