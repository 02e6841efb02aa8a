/** `warrant baseline`: writes down what is there, so that later reviews tell only of what goes beyond it. */
import { existsSync, mkdirSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { baselineText } from "../engine.ts";
import { exitCodes } from "../exit.ts";
import { checkOutput, writeOutput } from "../files/write-output.ts";
import { repositoryRoot } from "../files/targets.ts";
import { Progress } from "../terminal/progress.ts";
import { say, type Terminal } from "../terminal/terminal.ts";
import { prepareReview } from "./prepare.ts";
import type { ReviewFlags } from "./review-flags.ts";

/** Where it goes in the repository, unless the user names another place. */
export const baselineFile = ".warrant/baseline.txt";

export interface BaselineFlags extends ReviewFlags {
  readonly output?: string;
}

export function runBaseline(paths: readonly string[], flags: BaselineFlags, terminal: Terminal): number {
  const cwd = process.cwd();
  const progress = new Progress(terminal, flags.quiet === true);
  const named = flags.output === undefined || flags.output === "-" ? undefined : checkOutput(flags.output, cwd);
  const prepared = prepareReview(paths.length > 0 ? paths : ["."], flags, named === undefined ? [] : [named], { progress, terminal });
  const { report } = prepared.review();
  progress.end();
  const text = baselineText(report);
  if (flags.output === "-") terminal.stdout.write(text);
  else {
    const file = named ?? join(repositoryRoot(prepared.targets.root) ?? prepared.targets.root, baselineFile);
    if (!existsSync(dirname(file))) mkdirSync(dirname(file));
    writeOutput(file, [text]);
    const name = relative(cwd, file) || file;
    say(terminal, `warrant: ${report.findings.length} findings and ${report.questions.length} questions written to ${name}\nIn force with --baseline ${name}, or as the key baseline of the configuration.`);
  }
  for (const reason of report.incompleteBecause) say(terminal, `warrant: incomplete: ${reason}`);
  if (report.internalError) return exitCodes.error;
  return report.complete || prepared.settings.allowPartial ? exitCodes.fine : exitCodes.incomplete;
}
