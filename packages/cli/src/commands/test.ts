/** `warrant test`: runs the examples of catalog pages against the engine. */
import { addPages, loadCatalog } from "../catalog/load.ts";
import { builtInPages } from "../catalog/pages.ts";
import { namedPages } from "../catalog/user-pages.ts";
import { exitCodes } from "../exit.ts";
import { escapeTerminal } from "../terminal/escape.ts";
import { Progress } from "../terminal/progress.ts";
import type { Terminal } from "../terminal/terminal.ts";
import { examplesText, runExamples } from "./examples.ts";

export function runTest(names: readonly string[], terminal: Terminal): number {
  const own = namedPages(names, process.cwd());
  const progress = new Progress(terminal, false);
  const run = runExamples(names.length === 0 ? builtInPages() : own, addPages(loadCatalog(), own), progress);
  progress.end();
  for (const message of run.messages) terminal.stdout.write(`${escapeTerminal(message)}\n`);
  terminal.stdout.write(`${examplesText(run)}\n`);
  return run.failed > 0 ? exitCodes.found : exitCodes.fine;
}
