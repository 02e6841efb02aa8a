/** `warrant verify`: a review that someone else wrote, checked against the code claim by claim. */
import { readFileSync, statSync } from "node:fs";
import { basename, resolve } from "node:path";
import { checkReviewOf, plainStyle, renderVerification, reviewLengthMax, type Verification, verificationFormNames } from "../engine.ts";
import { exitCodes, messageOf, UsageError } from "../exit.ts";
import { writeOutput } from "../files/write-output.ts";
import { colourStyle, wantsColour } from "../terminal/colour.ts";
import { Progress } from "../terminal/progress.ts";
import { say, type Terminal } from "../terminal/terminal.ts";
import { type Output, type OutputFlags, readOutputs } from "./outputs.ts";
import { findTarget } from "./verify-target.ts";

export interface VerifyFlags extends OutputFlags {
  readonly target?: string;
  readonly strict?: boolean;
  readonly followTests?: boolean;
  readonly quiet?: boolean;
  readonly color?: boolean;
}

export function runVerify(review: string, flags: VerifyFlags, terminal: Terminal): number {
  const cwd = process.cwd();
  const outputs = readOutputs(flags, cwd, verificationFormNames);
  const given = { name: review === "-" ? "-" : basename(review), text: readReviewText(review, cwd) };
  refuseReviewAsOutput(review, outputs, cwd);
  const progress = new Progress(terminal, flags.quiet === true);
  const target = findTarget(flags.target ?? ".", { cwd, progress, followTests: flags.followTests === true, outputs: outputs.map(({ file }) => file) });
  const verification = checkReviewOf(target.request, { ...given, paths: target.paths });
  progress.end();
  if (verification.review.form === "unknown") throw new UsageError(`${review}: ${verification.problems[0]?.message ?? "it could not be read"}`);
  writeOutputs(verification, outputs, flags, terminal);
  const { identification } = verification.target;
  if (!identification.isIdentified) {
    say(terminal, `warrant: ${identification.what}\n${identification.why}; ${identification.todo}`);
    return exitCodes.incomplete;
  }
  for (const reason of verification.incompleteBecause) say(terminal, `warrant: incomplete: ${reason}`);
  const { refuted, unsupported } = verification.counts;
  return refuted > 0 || (flags.strict === true && unsupported > 0) ? exitCodes.found : exitCodes.fine;
}

function readReviewText(review: string, cwd: string): string {
  try {
    if (review === "-") return readFileSync(0, "utf8");
    const path = resolve(cwd, review);
    if (statSync(path).size > reviewLengthMax) throw new UsageError(`${review}: it has more than ${reviewLengthMax} bytes; split it`);
    return readFileSync(path, "utf8");
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`${review}: the review could not be read: ${messageOf(error)}`, { cause: error });
  }
}

function refuseReviewAsOutput(review: string, outputs: readonly Output[], cwd: string): void {
  const path = resolve(cwd, review);
  for (const { file } of outputs) if (review !== "-" && file === path) throw new UsageError(`${review}: this is the review, and is not written over`);
}

function writeOutputs(verification: Verification, outputs: readonly Output[], flags: VerifyFlags, terminal: Terminal): void {
  for (const { format, file } of outputs) {
    const isColoured = file === "-" && wantsColour(terminal, flags.color !== false);
    const pieces = renderVerification(verification, format, { style: isColoured ? colourStyle : plainStyle, quiet: flags.quiet === true });
    if (file !== "-") writeOutput(file, pieces);
    else for (const piece of pieces) terminal.stdout.write(piece);
  }
}
