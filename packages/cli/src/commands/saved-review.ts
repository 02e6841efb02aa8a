/** The saved ledger that answers a question: the one that fits, if it is still true; else a new review is made first. */
import { existsSync, realpathSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { findConfiguration } from "../configuration/configuration.ts";
import { defaultSettings } from "../configuration/setting.ts";
import { Ledger, openLedger, type Workspace } from "../engine.ts";
import { messageOf, UsageError } from "../exit.ts";
import { repositoryRoot, resolveTargets, type Targets } from "../files/targets.ts";
import { compareState, type Comparison } from "../ledger/ledger-state.ts";
import { allLedgers, foldersAbove, isBelow, ledgersOfRoots, type StoredLedger } from "../ledger/ledger-store.ts";
import { Progress } from "../terminal/progress.ts";
import { say, type Terminal } from "../terminal/terminal.ts";
import { performReview } from "./reviewing.ts";

export interface QuestionFlags {
  /** The reviewed project, if it cannot be told from the question. */
  readonly project?: string;
  /** False: never review, fail if no saved ledger is true any more. */
  readonly review?: boolean;
  readonly quiet?: boolean;
  readonly color?: boolean;
  readonly format?: string;
}

export interface SavedReview {
  readonly ledger: Ledger;
  readonly workspace: Workspace;
  readonly root: string;
}

/** Ledgers that are tried before a new review is made. */
const triedMax = 8;

/** Opens the review that a file belongs to. */
export function reviewOfFile(file: string, flags: QuestionFlags, terminal: Terminal): SavedReview {
  const cwd = process.cwd();
  if (flags.project !== undefined) return openOrReview(ledgersOfRoots([rootOf(flags.project, cwd)]), flags.project, flags, terminal);
  const path = resolve(cwd, file);
  if (existsSync(path)) {
    const real = realpathSync(path);
    return openOrReview(ledgersOfRoots(foldersAbove(dirname(real))), projectOf(real, cwd), flags, terminal);
  }
  // A place as a review prints it is relative to the reviewed root.
  const fitting = allLedgers(triedMax).filter(({ state }) => existsSync(join(state.root, file)));
  if (fitting.length === 0) throw new UsageError(`${file}: there is no such file here, nor in a project whose review is saved`);
  return openOrReview(fitting, fitting[0].state.root, flags, terminal);
}

/** Opens the reviews that an id may be of: of this folder, else the newest ones. */
export function reviewsNearby(flags: QuestionFlags, terminal: Terminal): readonly SavedReview[] {
  const cwd = realpathSync(process.cwd());
  if (flags.project !== undefined) return [openOrReview(ledgersOfRoots([rootOf(flags.project, cwd)]), flags.project, flags, terminal)];
  const near = [...ledgersOfRoots(foldersAbove(cwd)), ...allLedgers(triedMax).filter(({ state }) => isBelow(state.root, cwd))];
  const candidates = near.length > 0 ? near : allLedgers(triedMax);
  if (candidates.length === 0) return [openOrReview([], repositoryRoot(cwd) ?? cwd, flags, terminal)];
  const fresh = candidates.map((candidate) => openIfTrue(candidate).review).filter((each) => each !== undefined);
  return fresh.length > 0 ? fresh : [openOrReview(candidates, candidates[0].state.root, flags, terminal)];
}

/** A path of the user, as the ledger calls it. */
export function pathInReview(file: string, { root }: SavedReview): string {
  const path = resolve(process.cwd(), file);
  if (!existsSync(path)) return file.split(sep).join("/").replace(/^\.\//, "");
  return relative(root, realpathSync(path)).split(sep).join("/");
}

/** Reads FILE:LINE. */
export function readPlace(text: string): { readonly file: string; readonly line: number } {
  const found = /^(.+?):(\d+)(?::\d+)?:?$/.exec(text);
  if (found === null || Number(found[2]) < 1 || !Number.isSafeInteger(Number(found[2]))) throw new UsageError(`${text}: write a place as FILE:LINE`);
  return { file: found[1], line: Number(found[2]) };
}

/** The repository of a file; outside of one this folder if it holds the file, else the file's own folder. */
function projectOf(file: string, cwd: string): string {
  const here = realpathSync(cwd);
  return repositoryRoot(dirname(file)) ?? (isBelow(file, here) ? here : dirname(file));
}

function rootOf(project: string, cwd: string): string {
  return resolveTargets([project], cwd).root;
}

function openOrReview(candidates: readonly StoredLedger[], root: string, flags: QuestionFlags, terminal: Terminal): SavedReview {
  let stale = "";
  for (const candidate of candidates.slice(0, triedMax)) {
    const { review, because } = openIfTrue(candidate);
    if (review !== undefined) return review;
    if (stale === "") stale = `the saved review of ${candidate.state.root} is not true any more: ${because}`;
  }
  const why = stale === "" ? `no review of ${root} is saved` : stale;
  if (flags.review === false) throw new UsageError(`${why}; run warrant review, or leave --no-review out`);
  if (flags.quiet !== true) say(terminal, `${why}; reviewing first`);
  return reviewNow(candidates[0], root, flags, terminal);
}

const targetsOf = (items: readonly string[]): Targets => resolveTargets(items, process.cwd());

/** The review, if it is still true and can be read; else why not. */
function openIfTrue(stored: StoredLedger): { readonly review?: SavedReview; readonly because: string } {
  let now: Comparison;
  try {
    const targets = targetsOf(stored.state.items);
    if (targets.root !== stored.state.root) return { because: "the project lies elsewhere" };
    now = compareState(stored.state, targets);
  } catch (error) {
    return { because: messageOf(error) };
  }
  if (now.stale !== "") return { because: now.stale };
  try {
    return { review: { ledger: openLedger(stored.sections), workspace: now.workspace, root: stored.state.root }, because: "" };
  } catch {
    return { because: "it cannot be read" };
  }
}

/** Reviews as the saved review did, or as the configuration says, and saves the ledger. */
function reviewNow(like: StoredLedger | undefined, root: string, flags: QuestionFlags, terminal: Terminal): SavedReview {
  const items = like !== undefined && like.state.items.every((item) => existsSync(item)) ? like.state.items : [root];
  const targets = targetsOf(items);
  const settings = { ...defaultSettings, ...like?.state.settings, ...findConfiguration(targets.root, targets.base).settings };
  const progress = new Progress(terminal, flags.quiet === true);
  const { save } = performReview(targets, settings, progress, { isCached: false });
  progress.end();
  const problem = save();
  const [saved] = problem === "" ? ledgersOfRoots([targets.root]) : [];
  const opened = saved === undefined ? undefined : openIfTrue(saved).review;
  if (opened === undefined) throw new UsageError(`the review could not be saved${problem === "" ? "" : `: ${problem}`}`);
  return opened;
}
