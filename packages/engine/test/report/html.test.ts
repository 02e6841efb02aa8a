/** The HTML review as text; what a browser makes of it is in tests/browser. */
import { createHash } from "node:crypto";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { contentPolicy, renderHtml } from "../../src/report/index.ts";
import { standardViews } from "../../src/review/index.ts";
import { sampleReport } from "./sample.ts";

const htmlOf = (report = sampleReport({ hash: true })): string => [...renderHtml(report)].join("");

test("the policy names exactly the script and the style that are there", () => {
  const html = htmlOf();
  const digest = (text: string): string => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
  const scripts = [...html.matchAll(/<script>([\s\S]*?)<\/script>/g)].map((match) => match[1]);
  const styles = [...html.matchAll(/<style>([\s\S]*?)<\/style>/g)].map((match) => match[1]);
  expect([scripts.length, styles.length]).toEqual([1, 1]);
  expect(contentPolicy).toContain(`script-src ${digest(scripts[0])};`);
  expect(contentPolicy).toContain(`style-src ${digest(styles[0])};`);
  expect(html).not.toMatch(/ style="| on[a-z]+="|(?:src|href)="(?:https?:)?\/\//);
});

test("the script is what packages/engine/client makes", () => {
  execFileSync(process.execPath, [join(import.meta.dirname, "../../../../tools/html-client.mjs"), "--check"]);
});

test("the data can be read back, and ends nothing", () => {
  const report = sampleReport({ path: "a</script><!--.py" });
  const html = htmlOf(report);
  const text = /<script type="application\/json" id="data">([\s\S]*?)<\/script>/.exec(html)?.[1] ?? "";
  expect(text).not.toMatch(/[<>&]/);
  const data = JSON.parse(text) as { findings: { path: string; steps: unknown[] }[] };
  expect(data.findings[0].path).toBe("a</script><!--.py");
  expect(data.findings[0].steps).toHaveLength(3);
  expect(html.match(/<\/script>/g)).toHaveLength(2);
});

test("the same report gives the same bytes", () => {
  expect(htmlOf()).toBe(htmlOf());
});

test("a standard tells what no detector speaks of", () => {
  const views = standardViews(sampleReport());
  expect(views.map((view) => view.id)).toEqual(["cwe-top-25-2025", "cwe-top-25-2024", "owasp-top-10-2025", "owasp-top-10-2021"]);
  const rows = views[0].rows;
  expect(rows).toHaveLength(25);
  expect(rows.find((row) => row.cwe[0] === 89)).toMatchObject({ verdict: "findings", findings: 1, examined: 3, proven: 1 });
  expect(rows.find((row) => row.cwe[0] === 787)?.verdict).toBe("not covered");
  for (const view of views) expect(new Set(view.rows.flatMap((row) => row.id)).size).toBe(view.rows.length);
});
