/** `warrant test`: runs the examples of catalog pages against the engine. */
import { existsSync, readFileSync, statSync } from "node:fs";
import { basename, join, relative, resolve, sep } from "node:path";
import { extendCatalog, loadCatalog } from "../catalog/load.ts";
import { builtInPages, readPages } from "../catalog/pages.ts";
import { type Catalog, inMemoryWorkspace, type ObservedObligation, observeReport, type PageText, reviewProject, runPage } from "../engine.ts";
import { exitCodes, UsageError } from "../exit.ts";
import { Progress } from "../terminal/progress.ts";
import { escapeTerminal } from "../terminal/escape.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { version } from "../version.ts";

export function runTest(names: readonly string[], terminal: Terminal): number {
  const builtIn = loadCatalog().catalog;
  const own = names.length === 0 ? [] : names.flatMap((name) => readNamed(name, process.cwd()));
  const known = new Set([...builtIn.detectors, ...builtIn.models].map((page) => page.page));
  const added = own.filter((page) => !known.has(page.path));
  const catalog = added.length === 0 ? builtIn : extendCatalog(builtIn, added);
  const pages = names.length === 0 ? builtInPages() : own;
  const progress = new Progress(terminal, false);
  let failed = 0;
  let lines = 0;
  const messages: string[] = [];
  pages.forEach((page, index) => {
    progress.update("running pages", index, pages.length);
    const run = runPage(page, catalog, reviewExample);
    lines += run.lines;
    if (run.failures.length > 0) failed++;
    messages.push(...run.failures.map((failure) => failure.message));
  });
  progress.end();
  for (const message of messages) terminal.stdout.write(`${escapeTerminal(message)}\n`);
  terminal.stdout.write(`${pages.length - failed} pages passed, ${failed} failed; ${lines} marked lines\n`);
  return failed > 0 ? exitCodes.found : exitCodes.fine;
}

/** Reviews one example as if it were a project. */
function reviewExample(files: Readonly<Record<string, string>>, catalog: Catalog): readonly ObservedObligation[] {
  return observeReport(reviewProject({ workspace: inMemoryWorkspace(files), catalog, version }));
}

/** Reads the pages that a user names. Pages of the checkout's own catalog keep the names that the catalog knows them by. */
function readNamed(name: string, cwd: string): readonly PageText[] {
  const path = resolve(cwd, name);
  if (!existsSync(path)) throw new UsageError(`${name}: there is no such file or folder`);
  const prefix = relative(cwd, path).split(sep).join("/");
  if (statSync(path).isDirectory()) {
    const pages = readPages(path, prefix === "" ? basename(path) : prefix);
    if (pages.length === 0) throw new UsageError(`${name}: there is no page (.md) in it`);
    return pages.map(keepBuiltInName);
  }
  return [keepBuiltInName({ path: prefix, text: readFileSync(path, "utf8") })];
}

function keepBuiltInName(page: PageText): PageText {
  const same = builtInPages().find((each) => each.text === page.text && (page.path.endsWith(each.path) || join("catalog", page.path) === each.path));
  return same ?? page;
}
