/** `warrant diff`: what a change does to the review. */
import { existsSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { findConfiguration, readNamedConfiguration } from "../configuration/configuration.ts";
import { defaultSettings, readSeverity, type Settings, severityWords } from "../configuration/setting.ts";
import { type Difference, differenceFormNames, exitCode, plainStyle, renderDifference, type Severity, severityRank } from "../engine.ts";
import { UsageError } from "../exit.ts";
import { resolveTargets, type Targets } from "../files/targets.ts";
import { writeOutput } from "../files/write-output.ts";
import { readRange, resolveCommit } from "../git/bases.ts";
import { chooseRevisions } from "../revisions/choose.ts";
import { compareChange } from "../revisions/compare.ts";
import { colourStyle, wantsColour } from "../terminal/colour.ts";
import { Progress } from "../terminal/progress.ts";
import { say, type Terminal } from "../terminal/terminal.ts";
import { fullReportBeside, type Output, readOutputs } from "./outputs.ts";
import { refuseOverwriting, today } from "./request.ts";
import { type ReviewFlags, settingsOfFlags } from "./review-flags.ts";
import { checkSelectors } from "./selectors.ts";

export interface DiffFlags extends ReviewFlags {
  readonly patch?: string;
  readonly staged?: boolean;
}

export function runDiff(words: readonly string[], flags: DiffFlags, terminal: Terminal): number {
  const cwd = process.cwd();
  const outputs = readOutputs(flags, cwd, differenceFormNames);
  const { failOn: failOnText, ...otherFlags } = flags;
  const failOn = readFailOn(failOnText);
  const { range, path } = splitWords(words, cwd);
  const targets = resolveTargets([path], cwd);
  if (!targets.items.every((item) => item.isFolder)) throw new UsageError(`${path}: a change is reviewed in the context of its project; name a folder`);
  const progress = new Progress(terminal, flags.quiet === true);
  progress.update("reading revisions", 0, 0);
  const revisions = chooseRevisions(targets.base, cwd, { range, patch: flags.patch, staged: flags.staged === true });
  // A change must not judge itself: what it does to the configuration counts for the changes after it.
  const configuration = flags.config === undefined ? findConfiguration(targets.root, targets.base, revisions.before.tree) : readNamedConfiguration(flags.config, cwd);
  const settings: Settings = { ...defaultSettings, ...configuration.settings, ...settingsOfFlags(otherFlags) };
  if (configuration.path !== "" && flags.quiet !== true) say(terminal, `configuration (${flags.config === undefined ? revisions.before.name : "named"}): ${configuration.path}`);
  let isFirst = true;
  const difference = compareChange(revisions, {
    targets, settings, isCached: flags.cache !== false, progress,
    onFound: (catalog, found, pages) => {
      if (isFirst) checkSelectors(catalog, settings, terminal);
      isFirst = false;
      refuseOverwriting(outputs.map(({ file }) => file), targets, found, pages);
    },
  });
  progress.update("writing", 0, 0);
  progress.end();
  writeOutputs(difference, outputs, { flags, settings }, terminal);
  tellIncomplete(difference, settings, terminal);
  return exitCode({
    internalError: difference.before.internalError || difference.after.internalError, complete: difference.after.complete,
    policyMet: !fails(difference, failOn ?? { level: settings.failOn, isOnlyNew: true }), exitZero: settings.exitZero, allowPartial: settings.allowPartial,
  });
}

interface FailOn {
  readonly level: Severity;
  readonly isOnlyNew: boolean;
}

/** Without a flag what is new fails; `--fail-on high` fails for whatever is there, `--fail-on high:new` for what the change brings. */
function readFailOn(text: string | undefined): FailOn | undefined {
  if (text === undefined) return undefined;
  const isOnlyNew = text.endsWith(":new");
  const level = readSeverity(isOnlyNew ? text.slice(0, -":new".length) : text);
  if (level === undefined) throw new UsageError(`--fail-on ${text}: it must be ${severityWords}, each with or without :new`);
  return { level, isOnlyNew };
}

function fails({ findings, shown }: Difference, { level, isOnlyNew }: FailOn): boolean {
  const judged = isOnlyNew ? findings.fresh.map((each) => each.finding) : shown.filter((finding) => finding.kind === "finding");
  return judged.some((finding) => severityRank(finding.severity) <= severityRank(level));
}

/** `[REF|A..B] [PATH]`: a word alone is a path if it is no revision and there is such a folder. */
function splitWords(words: readonly string[], cwd: string): { readonly range: string; readonly path: string } {
  const [first, second, third] = words;
  if (third !== undefined) throw new UsageError(`${third}: a change has two sides and one project: warrant diff [REF | A..B] [PATH]`);
  if (first === undefined) return { range: "", path: "." };
  if (second !== undefined) return { range: first, path: second };
  const isFolder = existsSync(resolve(cwd, first)) && statSync(resolve(cwd, first)).isDirectory();
  return isFolder && !isRevision(first, cwd) ? { range: "", path: first } : { range: first, path: "." };
}

function isRevision(word: string, cwd: string): boolean {
  const { base }: Targets = resolveTargets(["."], cwd);
  if (!existsSync(resolve(base, ".git"))) return false;
  const { from, to } = readRange(word);
  return resolveCommit(base, from) !== undefined && (to === "" || resolveCommit(base, to) !== undefined);
}

function writeOutputs(difference: Difference, outputs: readonly Output[], { flags, settings }: { flags: DiffFlags; settings: Settings }, terminal: Terminal): void {
  for (const { format, file } of outputs) {
    const isColoured = file === "-" && wantsColour(terminal, flags.color !== false);
    const pieces = renderDifference(difference, format, { style: isColoured ? colourStyle : plainStyle, quiet: flags.quiet === true, full: settings.all, fullReport: fullReportBeside(outputs, file), today: today() });
    if (file !== "-") writeOutput(file, pieces);
    else for (const piece of pieces) terminal.stdout.write(piece);
  }
}

/** Most reasons that are told on stderr; the difference has all. */
const toldReasonsMax = 5;

function tellIncomplete({ after }: Difference, settings: Settings, terminal: Terminal): void {
  if (after.complete) return;
  for (const reason of after.incompleteBecause.slice(0, toldReasonsMax)) say(terminal, `warrant: incomplete: ${reason}`);
  const more = after.incompleteBecause.length - toldReasonsMax;
  if (more > 0) say(terminal, `warrant: incomplete: and ${more} more reasons, all in the result`);
  if (!settings.allowPartial) say(terminal, "warrant: --allow-partial accepts an incomplete review");
}
