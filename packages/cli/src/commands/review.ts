/** `warrant review`: reads what the user named, hands it to the engine, writes what comes back. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Settings } from "../configuration/setting.ts";
import { exitCode, plainStyle, renderReport, type Report, severityRank, suggestion } from "../engine.ts";
import { UsageError } from "../exit.ts";
import type { Discovery } from "../files/discover.ts";
import { writeOutput } from "../files/write-output.ts";
import { colourStyle, wantsColour } from "../terminal/colour.ts";
import { Progress } from "../terminal/progress.ts";
import { say, type Terminal } from "../terminal/terminal.ts";
import { chosenBaseline, heldBack } from "./held-back.ts";
import { fullReportBeside, type Output, readOutputs } from "./outputs.ts";
import { prepareReview } from "./prepare.ts";
import { today } from "./request.ts";
import type { ReviewFlags } from "./review-flags.ts";

/** Most reasons for an incomplete review that are told on stderr; the report has all. */
const toldReasonsMax = 5;

export async function runReview(paths: readonly string[], flags: ReviewFlags, terminal: Terminal): Promise<number> {
  const cwd = process.cwd();
  const outputs = readOutputs(flags, cwd);
  refuseMistypedCommand(paths, cwd, flags.commands);
  const progress = new Progress(terminal, flags.quiet === true);
  const prepared = prepareReview(pathsOrDefault(paths, terminal), flags, outputs.map(({ file }) => file), { progress, terminal });
  const { settings, found } = prepared;
  const baseline = chosenBaseline(flags, prepared, progress);
  const { report: whole, save } = prepared.review();
  const report = heldBack(whole, baseline, prepared);
  progress.update("writing", 0, 0);
  progress.end();
  writeOutputs(report, outputs, { flags, settings }, terminal);
  if (flags.cache !== false) save();
  tellIncomplete(report, found, settings, terminal);
  const failing = report.findings.filter((finding) => severityRank(finding.severity) <= severityRank(settings.failOn));
  return exitCode({
    internalError: report.internalError, policyMet: failing.length === 0, complete: report.complete,
    exitZero: settings.exitZero, allowPartial: settings.allowPartial,
  });
}

/** A word that is no path and nearly a command was meant as one. */
function refuseMistypedCommand(paths: readonly string[], cwd: string, commands: readonly string[]): void {
  const [word] = paths;
  if (word === undefined || !/^[a-z-]+$/.test(word) || existsSync(join(cwd, word))) return;
  const hint = suggestion(word, commands);
  if (hint !== "") throw new UsageError(`${word}: there is no such file or folder${hint}`);
}

/** `npm start` in the checkout reviews the example; everywhere else a review without a path is of this folder. */
function pathsOrDefault(paths: readonly string[], terminal: Terminal): readonly string[] {
  if (paths.length > 0) return paths;
  const path = process.env.WARRANT_DEFAULT_PATH;
  if (path === undefined || path === "") return ["."];
  say(terminal, `No path given: reviewing the bundled example ${path}. Yours: npm start -- PATH`);
  return [path];
}

function writeOutputs(report: Report, outputs: readonly Output[], { flags, settings }: { flags: ReviewFlags; settings: Settings }, terminal: Terminal): void {
  for (const { format, file } of outputs) {
    const isColoured = file === "-" && wantsColour(terminal, flags.color !== false);
    const pieces = renderReport(report, format, { style: isColoured ? colourStyle : plainStyle, quiet: flags.quiet === true, full: settings.all, fullReport: fullReportBeside(outputs, file), today: today() });
    if (file !== "-") writeOutput(file, pieces);
    else for (const piece of pieces) terminal.stdout.write(piece);
  }
}

function tellIncomplete(report: Report, found: Discovery, settings: Settings, terminal: Terminal): void {
  if (report.complete) return;
  if (found.python.length === 0) {
    const rest = `${found.otherFiles + found.data.length} other files, ${found.problems.length} skipped`;
    say(terminal, `warrant: nothing was analysed: there is no Python file to read (${rest})`);
  }
  for (const reason of report.incompleteBecause.slice(0, toldReasonsMax)) say(terminal, `warrant: incomplete: ${reason}`);
  const more = report.incompleteBecause.length - toldReasonsMax;
  if (more > 0) say(terminal, `warrant: incomplete: and ${more} more reasons, all in the report`);
  if (!settings.allowPartial) say(terminal, "warrant: --allow-partial accepts an incomplete review");
}
