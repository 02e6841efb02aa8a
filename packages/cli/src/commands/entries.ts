/** `warrant entries`: the authorisation map of a project, every handler with the checks before it and a verdict. */
import { addPages, loadCatalog } from "../catalog/load.ts";
import { projectPages } from "../catalog/user-pages.ts";
import { findConfiguration } from "../configuration/configuration.ts";
import { defaultSettings, type Settings } from "../configuration/setting.ts";
import { mapEntriesOf, plainStyle, renderEntriesAs, suggestion } from "../engine.ts";
import { exitCodes, UsageError } from "../exit.ts";
import { resolveTargets } from "../files/targets.ts";
import { checkOutput, writeOutput } from "../files/write-output.ts";
import { colourStyle, wantsColour } from "../terminal/colour.ts";
import { Progress } from "../terminal/progress.ts";
import { say, type Terminal } from "../terminal/terminal.ts";
import { findFiles, refuseOverwriting, requestOf } from "./request.ts";

export interface EntriesFlags {
  readonly format: string;
  readonly output: string;
  readonly quiet?: boolean;
  readonly color?: boolean;
}

const formats = ["text", "json", "csv"];

export function runEntries(paths: readonly string[], flags: EntriesFlags, terminal: Terminal): number {
  const cwd = process.cwd();
  if (!formats.includes(flags.format)) {
    throw new UsageError(`--format ${flags.format}: unknown form${suggestion(flags.format, formats)} (${formats.join(", ")})`);
  }
  const file = flags.output === "-" ? "-" : checkOutput(flags.output, cwd);
  const targets = resolveTargets(paths.length > 0 ? paths : ["."], cwd);
  const settings: Settings = { ...defaultSettings, ...findConfiguration(targets.root, targets.base).settings };
  const progress = new Progress(terminal, flags.quiet === true);
  const pages = projectPages(targets.base, settings.pages);
  const found = findFiles(targets, settings, progress);
  refuseOverwriting([file], targets, found, pages);
  const report = mapEntriesOf(requestOf(targets, settings, found, { catalog: addPages(loadCatalog(), pages), progress }));
  progress.end();
  const isColoured = file === "-" && wantsColour(terminal, flags.color !== false);
  const text = renderEntriesAs(report, flags.format, isColoured ? colourStyle : plainStyle);
  if (file === "-") terminal.stdout.write(text);
  else writeOutput(file, [text]);
  for (const reason of report.incompleteBecause) say(terminal, `warrant: incomplete: ${reason}`);
  return report.incompleteBecause.length === 0 ? exitCodes.fine : exitCodes.incomplete;
}
