/** `warrant post`: puts a review, or the result of an earlier one, where the change is discussed. */
import { readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { jsonText, gerritReview, readRemarks, type Remarks, remarksOf, remarksSummary } from "../engine.ts";
import { exitCodes, messageOf, UsageError } from "../exit.ts";
import { findPatchSet, gerritApi, postToGerrit, type Vote } from "../post/gerrit.ts";
import { findPullRequest, githubApi } from "../post/github-environment.ts";
import { postToGithub } from "../post/github.ts";
import { Progress } from "../terminal/progress.ts";
import { say, type Terminal } from "../terminal/terminal.ts";
import { prepareReview } from "./prepare.ts";

export interface PostFlags {
  readonly pullRequest?: number;
  readonly vote?: string;
  readonly dryRun?: boolean;
  readonly given: ReadonlySet<string>;
}

const resultBytesMax = 500_000_000;
const wait = (milliseconds: number): Promise<void> => sleep(milliseconds);

export async function runPost(host: "github" | "gerrit", file: string | undefined, flags: PostFlags, terminal: Terminal): Promise<number> {
  const remarks = file === undefined ? reviewHere(terminal) : readResult(file);
  if (flags.dryRun === true) terminal.stdout.write(host === "github" ? `${remarksSummary(remarks)}\n` : `${jsonText(gerritReview(remarks))}\n`);
  else if (host === "github") await toGithub(remarks, flags, terminal);
  else await toGerrit(remarks, flags, terminal);
  return exitCodes.fine;
}

function reviewHere(terminal: Terminal): Remarks {
  const progress = new Progress(terminal, false);
  const prepared = prepareReview(["."], { format: "text", given: new Set(), commands: [] }, [], { progress, terminal });
  const { report } = prepared.review();
  progress.end();
  return remarksOf(report);
}

function readResult(file: string): Remarks {
  const reading = readRemarks(readText(file));
  if ("problem" in reading) throw new UsageError(`${file}: ${reading.problem}`);
  return reading.remarks;
}

function readText(file: string): string {
  try {
    if (file === "-") return readFileSync(0, "utf8");
    const path = resolve(process.cwd(), file);
    if (statSync(path).size > resultBytesMax) throw new UsageError(`${file}: a result of more than ${resultBytesMax} bytes is not read`);
    return readFileSync(path, "utf8");
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`${file}: the result cannot be read: ${messageOf(error)}`, { cause: error });
  }
}

async function toGithub(remarks: Remarks, flags: PostFlags, terminal: Terminal): Promise<void> {
  const api = githubApi(process.env, wait);
  const pull = await findPullRequest(api, process.env, flags.pullRequest);
  const posted = await postToGithub(api, pull, remarks);
  for (const note of posted.notes) say(terminal, `warrant: ${note}`);
  say(terminal, `warrant: ${pull.repository}#${pull.number}: summary ${posted.summary}; comments: ${posted.created} new, ${posted.edited} edited, ${posted.resolved} threads resolved`);
}

async function toGerrit(remarks: Remarks, flags: PostFlags, terminal: Terminal): Promise<void> {
  const api = gerritApi(process.env, wait);
  const patchSet = findPatchSet(process.env);
  const count = await postToGerrit(api, patchSet, remarks, voteOf(flags.vote, remarks));
  say(terminal, `warrant: change ${patchSet.change}: ${count} comments`);
}

function voteOf(label: string | undefined, remarks: Remarks): Vote | undefined {
  if (label === undefined) return undefined;
  if (!/^[A-Za-z][A-Za-z0-9-]*$/.test(label)) throw new UsageError(`--vote ${label}: it must be the name of a label: Verified, Code-Review`);
  const isFine = remarks.incompleteBecause.length === 0 && !remarks.remarks.some((remark) => remark.kind === "finding");
  return { label, value: isFine ? 1 : -1 };
}
