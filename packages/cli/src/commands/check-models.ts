/**
 * `warrant check-models`: what a user's own pages are worth. Reads them strictly, runs their examples, and reviews a
 * project without and with them.
 */
import { existsSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { addPages, loadCatalog, withoutPages } from "../catalog/load.ts";
import { namedPages, projectPages, type UserPage } from "../catalog/user-pages.ts";
import { findConfiguration } from "../configuration/configuration.ts";
import { defaultSettings, type Settings } from "../configuration/setting.ts";
import { changesData, compareReports, jsonText, plainStyle, renderChanges, type Report, type ReportChanges, reviewProject } from "../engine.ts";
import { exitCodes, UsageError } from "../exit.ts";
import { resolveTargets, type Targets } from "../files/targets.ts";
import { checkOutput, writeOutput } from "../files/write-output.ts";
import { colourStyle, wantsColour } from "../terminal/colour.ts";
import { escapeTerminal } from "../terminal/escape.ts";
import { Progress } from "../terminal/progress.ts";
import { say, type Terminal } from "../terminal/terminal.ts";
import { examplesText, type ExamplesRun, runExamples } from "./examples.ts";
import { findFiles, refuseOverwriting, requestOf } from "./request.ts";

export interface CheckModelsFlags {
  readonly format: string;
  readonly output: string;
}

/** Version of the JSON form: the major number rises when a key goes away or changes its meaning. */
const schemaVersion = "1.0";

export function runCheckModels(words: readonly string[], flags: CheckModelsFlags, terminal: Terminal): number {
  const cwd = process.cwd();
  if (flags.format !== "text" && flags.format !== "json") throw new UsageError(`--format ${flags.format}: unknown form (text, json)`);
  const file = flags.output === "-" ? "-" : checkOutput(flags.output, cwd);
  const { names, path } = splitWords(words, cwd);
  const targets = resolveTargets([path], cwd);
  const settings: Settings = { ...defaultSettings, ...findConfiguration(targets.root, targets.base).settings };
  const own = projectPages(targets.base, settings.pages);
  const pages = names.length === 0 ? own : namedPages(names, cwd);
  if (pages.length === 0) throw new UsageError("there are no pages to check: name some, or put them into .warrant/ of the repository");

  const builtIn = loadCatalog();
  const checked = new Set(pages.map((page) => page.file));
  const others = own.filter((page) => !checked.has(page.file));
  const before = addPages(withoutPages(builtIn, pages), others);
  const after = addPages(builtIn, [...others, ...pages]);
  const progress = new Progress(terminal, false);
  const found = findFiles(targets, settings, progress);
  refuseOverwriting([file], targets, found, [...others, ...pages]);
  const examples = runExamples(pages, after, progress);
  const [earlier, later] = [before, after].map((catalog) => reviewProject(requestOf(targets, settings, found, { catalog, progress })));
  progress.end();

  const result: Result = { pages, examples, targets, report: later, changes: compareReports(earlier, later) };
  const isColoured = file === "-" && wantsColour(terminal, true);
  const text = flags.format === "json" ? jsonOf(result) : textOf(result, isColoured);
  if (file === "-") terminal.stdout.write(text);
  else writeOutput(file, [text]);
  for (const reason of later.incompleteBecause) say(terminal, `warrant: incomplete: ${reason}`);
  if (later.internalError || earlier.internalError) return exitCodes.error;
  if (examples.failed > 0) return exitCodes.found;
  return earlier.complete && later.complete ? exitCodes.fine : exitCodes.incomplete;
}

/** The last word is the project if something is named before it and it is a folder or Python; else the project is here. */
function splitWords(words: readonly string[], cwd: string): { readonly names: readonly string[]; readonly path: string } {
  const last = words.at(-1) ?? "";
  const isProject = words.length > 1 && (last.endsWith(".py") || isFolder(resolve(cwd, last)));
  return isProject ? { names: words.slice(0, -1), path: last } : { names: words, path: "." };
}

const isFolder = (path: string): boolean => existsSync(path) && statSync(path).isDirectory();

interface Result {
  readonly pages: readonly UserPage[];
  readonly examples: ExamplesRun;
  readonly targets: Targets;
  readonly report: Report;
  readonly changes: ReportChanges;
}

function textOf({ pages, examples, report, changes }: Result, isColoured: boolean): string {
  return [
    ...examples.messages.map(escapeTerminal),
    `${pages.map((page) => escapeTerminal(page.path)).join(", ")}: ${examplesText(examples)}`,
    `On ${escapeTerminal(report.project.name)}, ${report.coverage.files.analysed} files:`,
    renderChanges(changes, isColoured ? colourStyle : plainStyle),
  ].join("\n");
}

function jsonOf({ pages, examples, report, changes }: Result): string {
  const { failed, lines, messages } = examples;
  return `${jsonText({
    schema_version: schemaVersion,
    tool: { name: report.tool.name, version: report.tool.version },
    pages: pages.map((page) => page.path),
    examples: { pages: examples.pages, failed, lines, failures: messages },
    project: report.project,
    files: report.coverage.files.analysed,
    complete: report.complete,
    incompleteBecause: report.incompleteBecause,
    changes: changesData(changes),
  })}\n`;
}
