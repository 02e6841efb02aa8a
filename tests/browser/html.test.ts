/** The HTML review in a real Chromium: it opens fast and offline, by key, without script, on paper, for everyone. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkout, project, temporaryFolder, warrant } from "../command.ts";

const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

let browser: Browser;
let example: string;
beforeAll(async () => {
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? "chromium", args: ["--no-sandbox"] });
  example = await htmlOf(join(checkout, "examples/orders"));
});
afterAll(() => browser.close());

async function htmlOf(folder: string): Promise<string> {
  const file = join(temporaryFolder(), "review.html");
  const run = await warrant([folder, "-q", "--html-output", file]);
  expect(run.stderr).toBe("");
  return file;
}

/** Opens a review; everything that it asks the network for, and every complaint of the browser, is taken down. */
async function open(file: string, options: BrowserContextOptions = {}): Promise<{ page: Page; trouble: string[] }> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const trouble: string[] = [];
  page.on("console", (message) => trouble.push(`${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => trouble.push(String(error)));
  page.on("request", (request) => {
    if (request.url() !== pathToFileURL(file).href) trouble.push(`request: ${request.url()}`);
  });
  await page.goto(pathToFileURL(file).href);
  return { page, trouble };
}

it("opens offline without a complaint, in under a second", async () => {
  const { page, trouble } = await open(example);
  const load = await page.evaluate(() => (performance.getEntriesByType("navigation")[0] as PerformanceNavigationTiming).loadEventEnd);
  expect(load).toBeLessThan(1_000);
  expect(trouble).toEqual([]);
  expect(await page.title()).toBe("Security review of orders");
});

it("lets nothing run but its own script", async () => {
  const { page } = await open(example);
  const policy = await page.locator('meta[http-equiv="Content-Security-Policy"]').getAttribute("content");
  expect(policy).toMatch(/^default-src 'none'; script-src 'sha256-[^']+'; style-src 'sha256-[^']+'; base-uri 'none'; form-action 'none'$/);
  const ran = await page.evaluate(() => {
    const script = document.createElement("script");
    script.textContent = "document.title = 'taken over'";
    document.body.append(script);
    return document.title;
  });
  expect(ran).toBe("Security review of orders");
});

describe("keys", () => {
  it("move through findings and the steps of a way", async () => {
    const { page } = await open(example);
    await page.keyboard.press("j");
    await page.keyboard.press("j");
    const second = page.locator("#findings ~ details.finding").nth(1);
    expect(await second.evaluate((box) => box.contains(document.activeElement))).toBe(true);
    await page.keyboard.press("k");
    await page.keyboard.press("n");
    await page.keyboard.press("n");
    expect(await page.evaluate(() => document.activeElement?.querySelector(".badge")?.textContent)).toBe("2");
    await page.keyboard.press("p");
    expect(await page.evaluate(() => document.activeElement?.querySelector(".badge")?.textContent)).toBe("1");
  });

  it("filter and help", async () => {
    const { page } = await open(example);
    await page.keyboard.press("/");
    await page.keyboard.type("sql");
    expect(await page.locator("details.finding:visible").count()).toBe(1);
    expect(await page.locator("#filter-count").textContent()).toMatch(/^1 of \d+ shown$/);
    await page.keyboard.press("Escape");
    await page.keyboard.press("?");
    expect(await page.locator("dialog").isVisible()).toBe(true);
    await page.keyboard.press("?");
    expect(await page.locator("dialog").isVisible()).toBe(false);
  });
});

it("shows the way with the code between, guards, siblings, and what would change it", async () => {
  const { page } = await open(example);
  const box = page.locator("details.finding", { hasText: "SQL injection" });
  await box.locator("summary").click();
  expect(await box.locator(".step").count()).toBe(10);
  expect(await box.locator(".frame figcaption").allTextContents()).toEqual(expect.arrayContaining([expect.stringMatching(/^orders\/database\.py:\d+–\d+$/)]));
  const text = await box.locator(".rich").innerText();
  for (const part of ["Guards considered", "Siblings that do it right", "What would change it", "Reached from"]) expect(text).toContain(part);
});

it("makes long tables when they are opened, each once", async () => {
  const { page } = await open(example);
  for (const box of await page.locator("details.group[data-table]").all()) {
    await box.locator("summary").click();
    await box.locator("summary").click();
    await box.locator("summary").click();
    expect(await box.locator("table").count()).toBe(1);
  }
});

it("a link to an id opens the finding", async () => {
  const { page } = await open(example);
  const id = await page.locator("details.finding").first().getAttribute("id");
  await page.goto(`${pathToFileURL(example).href}#${id}`);
  await page.reload();
  expect(await page.locator("details.finding").first().evaluate((box) => (box as HTMLDetailsElement).open)).toBe(true);
});

it("reads without script: pillars, findings with fix and steps, proofs, standards", async () => {
  const { page } = await open(example, { javaScriptEnabled: false });
  expect(await page.locator("section table").first().locator("tbody tr").count()).toBe(10);
  const box = page.locator("details.finding").first();
  await box.locator("summary").click();
  expect(await box.innerText()).toContain("Fix (advice):");
  expect(await box.locator("li").count()).toBeGreaterThan(0);
  expect(await page.locator(".tools").isVisible()).toBe(false);
});

it("prints as the written review", async () => {
  const { page } = await open(example);
  await page.emulateMedia({ media: "print" });
  expect(await page.locator(".shell").isVisible()).toBe(false);
  expect(await page.locator(".written pre").innerText()).toMatch(/^Security review of orders/);
  expect((await page.pdf({ format: "A4" })).length).toBeGreaterThan(5_000);
});

describe("is accessible", () => {
  it.each([["light", false], ["dark", false], ["light", true], ["dark", true]] as const)("in %s, details open: %s", async (colorScheme, isOpen) => {
    const { page } = await open(example, { colorScheme });
    if (isOpen) await page.evaluate(() => document.querySelectorAll("details").forEach((box) => (box.open = true)));
    await page.waitForTimeout(200);
    await page.evaluate(axeSource);
    const found = await page.evaluate(async () => {
      const { axe } = globalThis as unknown as { axe: { run(): Promise<{ violations: { id: string; nodes: { html: string; failureSummary: string }[] }[] }> } };
      return (await axe.run()).violations.map((each) => `${each.id}: ${each.nodes.slice(0, 3).map((node) => `${node.html} ${node.failureSummary}`).join(" | ")}`);
    });
    expect(found).toEqual([]);
  });
});

it("text of a hostile project is text", async () => {
  const evil = '</script><img src=x onerror="document.title=1"><b id=evil>';
  const folder = project({
    "<b id=evil>/a.py": `import subprocess\nfrom flask import request\n\ndef f():\n    # ${evil}\n    subprocess.run("${evil.replace(/"/g, "'")}" + request.args["q"], shell=True)  # ${evil}\n`,
  });
  const { page, trouble } = await open(await htmlOf(folder));
  await page.evaluate(() => document.querySelectorAll("details").forEach((box) => (box.open = true)));
  await page.waitForTimeout(200);
  expect(trouble).toEqual([]);
  expect(await page.locator("#evil, img").count()).toBe(0);
  expect(await page.locator(".rich").innerText()).toContain("<img src=x");
});
