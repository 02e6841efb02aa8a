/** The bundled example: the nine weak places are found, their neighbours are not. The table is in examples/README.md. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { checkout, type JsonReport, reviewJson, warrant } from "../command.ts";

/** What must be found: function of the sink, weakness, and the module where the path begins. */
const expected = [
  { path: "orders/accounts.py", in: "new_reset_token", cwe: [338, 330], from: "orders/accounts.py" },
  { path: "orders/app.py", in: "login", cwe: [601], from: "orders/app.py" },
  // Its path begins where the value is used; it should begin in orders/settings.py, where it is written.
  { path: "orders/carrier.py", in: "announce", cwe: [798], from: "orders/carrier.py" },
  { path: "orders/carrier.py", in: "notify", cwe: [918], from: "orders/staff.py" },
  { path: "orders/carrier.py", in: "old_status", cwe: [295], from: "orders/carrier.py" },
  { path: "orders/database.py", in: "rows", cwe: [89], from: "orders/app.py" },
  { path: "orders/files.py", in: "read_invoice", cwe: [22], from: "orders/app.py" },
  { path: "orders/reports.py", in: "print_report", cwe: [78], from: "orders/staff.py" },
  { path: "orders/staff.py", in: "import_prices", cwe: [502], from: "orders/staff.py" },
];

describe("the bundled example", () => {
  let report: JsonReport;
  let code: number | null;
  beforeAll(async () => {
    ({ report, code } = await reviewJson([join(checkout, "examples/orders")]));
  });

  it.each(expected)("finds CWE-$cwe in $path, $in", ({ path, in: name, cwe }) => {
    const here = report.findings.filter((finding) => finding.path === path && finding.function === name);
    expect(here.filter((finding) => finding.cwe.some((id) => cwe.includes(id)))).toHaveLength(1);
  });

  it("finds nothing else", () => {
    const isExpected = (finding: JsonReport["findings"][number]) =>
      expected.some((each) => each.path === finding.path && each.in === finding.function && finding.cwe.some((id) => each.cwe.includes(id)));
    expect(report.findings.filter((finding) => !isExpected(finding)).map((finding) => `${finding.path}:${finding.line} ${finding.detector}`)).toEqual([]);
  });

  it("shows each path from where the text comes in", () => {
    for (const { path, cwe, from } of expected) {
      const finding = report.findings.find((each) => each.path === path && each.cwe.some((id) => cwe.includes(id)));
      const steps = finding?.steps ?? [];
      expect(steps.length, `${path} CWE-${cwe[0]}`).toBeGreaterThan(0);
      expect(steps[0].path, `${path} CWE-${cwe[0]}`).toBe(from);
      expect(steps.every((step) => step.why !== "" && step.text !== "")).toBe(true);
    }
  });

  it("proves the bound query and the converted report", () => {
    const proven = report.obligations.filter((row) => row.verdict === "proven").map((row) => `${row.path} ${row.function} ${row.detector}`);
    expect(proven).toContain("orders/reports.py convert_report command-injection");
    expect(proven.some((row) => row.includes("sql-injection"))).toBe(true);
  });

  it("fails, because it found something", () => {
    expect(code).toBe(1);
  });
});

it("is shown in the README as it is (refresh: node tools/build-readme.mjs)", async () => {
  const readme = readFileSync(join(checkout, "README.md"), "utf8");
  const shown = /<!-- example:begin -->\n```text\n([\s\S]*?)\n```/.exec(readme)?.[1].split("\n\n")[0] ?? "nothing";
  const run = await warrant([join(checkout, "examples/orders")]);
  expect(run.stdout).toContain(shown);
});
