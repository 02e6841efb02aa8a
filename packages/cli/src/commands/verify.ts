/** `warrant verify`: a review that someone else wrote, checked against the code claim by claim. */
import { existsSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, relative, resolve } from "node:path";
import { addPages, loadCatalog } from "../catalog/load.ts";
import { projectPages } from "../catalog/user-pages.ts";
import { findConfiguration } from "../configuration/configuration.ts";
import { defaultSettings, type Settings } from "../configuration/setting.ts";
import { checkReviewOf, plainStyle, renderVerification, reviewLengthMax, type ReviewRequest, type Verification, verificationFormNames } from "../engine.ts";
import { exitCodes, messageOf, UsageError } from "../exit.ts";
import { readGitTree } from "../files/git-tree.ts";
import { relativePath, repositoryRoot, resolveTargets } from "../files/targets.ts";
import { writeOutput } from "../files/write-output.ts";
import { colourStyle, wantsColour } from "../terminal/colour.ts";
import { Progress } from "../terminal/progress.ts";
import { say, type Terminal } from "../terminal/terminal.ts";
import { version } from "../version.ts";
import { type Output, type OutputFlags, readOutputs } from "./outputs.ts";
import { findFiles, refuseOverwriting, requestOf } from "./request.ts";

export interface VerifyFlags extends OutputFlags {
  readonly target?: string;
  readonly strict?: boolean;
  readonly followTests?: boolean;
  readonly quiet?: boolean;
  readonly color?: boolean;
}

/** The project, and the files in it that the user says the review is about. */
interface Target {
  readonly request: ReviewRequest;
  readonly paths: readonly string[];
}

export function runVerify(review: string, flags: VerifyFlags, terminal: Terminal): number {
  const cwd = process.cwd();
  const outputs = readOutputs(flags, cwd, verificationFormNames);
  const given = { name: review === "-" ? "-" : basename(review), text: readReviewText(review, cwd) };
  refuseReviewAsOutput(review, outputs, cwd);
  const progress = new Progress(terminal, flags.quiet === true);
  const target = readTarget(flags, outputs, cwd, progress);
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

function readTarget(flags: VerifyFlags, outputs: readonly Output[], cwd: string, progress: Progress): Target {
  const word = flags.target ?? ".";
  const cut = existsSync(resolve(cwd, word)) ? -1 : cutAt(word, cwd);
  return cut < 0 ? workTree(word, flags, outputs, cwd, progress) : ofRevision(word.slice(0, cut) || ".", word.slice(cut + 1), flags, cwd, progress);
}

/** `PATH@REV`: both may hold an `@`. The first one after something that exists parts them, else the first of all. */
function cutAt(word: string, cwd: string): number {
  for (let at = word.indexOf("@"); at >= 0; at = word.indexOf("@", at + 1)) if (existsSync(resolve(cwd, word.slice(0, at) || "."))) return at;
  return word.indexOf("@");
}

function ofRevision(path: string, revision: string, flags: VerifyFlags, cwd: string, progress: Progress): Target {
  if (revision === "") throw new UsageError(`--target ${flags.target}: a revision is missing after @`);
  progress.update("reading the revision", 0, 0);
  const bytesMax = defaultSettings.maxTargetBytes;
  const tree = readGitTree(path, revision, cwd, bytesMax);
  const request: ReviewRequest = {
    workspace: tree.workspace, python: tree.python, problems: tree.problems, catalog: loadCatalog(),
    project: { name: tree.name, revision: tree.revision }, publicApi: defaultSettings.publicApi,
    followTests: flags.followTests === true, version, fileBytesMax: bytesMax,
    onProgress: (phase, done, total) => progress.update(phase, done, total),
  };
  return { request, paths: tree.file === "" ? [] : [tree.file] };
}

/** Files that lie there. A file is looked at in the whole project that holds it. */
function workTree(word: string, flags: VerifyFlags, outputs: readonly Output[], cwd: string, progress: Progress): Target {
  const [named] = resolveTargets([word], cwd).items;
  const targets = resolveTargets([named.isFolder ? named.path : projectOf(named.path, cwd)], cwd);
  const settings: Settings = { ...defaultSettings, ...findConfiguration(targets.root, targets.base).settings, ...(flags.followTests === true ? { followTests: true } : {}) };
  const pages = projectPages(targets.base, settings.pages);
  const found = findFiles(targets, settings, progress);
  refuseOverwriting(outputs.map(({ file }) => file), targets, found, pages);
  const request = requestOf(targets, settings, found, { catalog: addPages(loadCatalog(), pages), progress });
  return {
    request: { ...request, report: { ...request.report, all: false, select: [], ignore: [], severity: "low" }, projectPages: pages.map((page) => page.path) },
    paths: named.isFolder ? [] : [relativePath(targets.root, named.path)],
  };
}

/** The project of a file: its repository, else the folder where the command is called if it is inside, else its own folder. */
function projectOf(file: string, cwd: string): string {
  const repository = repositoryRoot(dirname(file));
  if (repository !== undefined) return repository;
  return relative(cwd, file).startsWith("..") ? dirname(file) : cwd;
}

function writeOutputs(verification: Verification, outputs: readonly Output[], flags: VerifyFlags, terminal: Terminal): void {
  for (const { format, file } of outputs) {
    const isColoured = file === "-" && wantsColour(terminal, flags.color !== false);
    const pieces = renderVerification(verification, format, { style: isColoured ? colourStyle : plainStyle, quiet: flags.quiet === true });
    if (file !== "-") writeOutput(file, pieces);
    else for (const piece of pieces) terminal.stdout.write(piece);
  }
}
