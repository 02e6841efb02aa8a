/** What a checked review is about: a folder, a file in its project, or either of them in a revision, read out of git. */
import { existsSync, realpathSync, statSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { addPages, loadCatalog } from "../catalog/load.ts";
import { projectPages } from "../catalog/user-pages.ts";
import { findConfiguration } from "../configuration/configuration.ts";
import { defaultSettings, type Settings } from "../configuration/setting.ts";
import type { ReviewRequest } from "../engine.ts";
import { UsageError } from "../exit.ts";
import { relativePath, repositoryRoot, resolveTargets, type Targets } from "../files/targets.ts";
import { diskTree, type Tree } from "../files/tree.ts";
import { namedCommit } from "../git/bases.ts";
import { commitTree, type GitTree } from "../git/git-tree.ts";
import { isBareRepository } from "../git/run.ts";
import type { Progress } from "../terminal/progress.ts";
import { findFiles, refuseOverwriting, requestOf } from "./request.ts";

/** The project, and the files in it that the user says the review is about. */
export interface VerifyTarget {
  readonly request: ReviewRequest;
  readonly paths: readonly string[];
}

export interface TargetOptions {
  readonly cwd: string;
  readonly progress: Progress;
  readonly followTests: boolean;
  /** Files that will be written: none of them may be one that is read. */
  readonly outputs: readonly string[];
}

/** Where the files are, and which of them is named. */
interface Place {
  readonly targets: Targets;
  /** Below the root of the targets; "" if a folder is named. */
  readonly file: string;
  readonly tree: Tree;
  readonly revision?: GitTree & { readonly commit: string };
}

/** Reads the target: `PATH` or `PATH@REV`. */
export function findTarget(word: string, options: TargetOptions): VerifyTarget {
  const { cwd, progress } = options;
  const cut = existsSync(resolve(cwd, word)) ? -1 : cutAt(word, cwd);
  const place = cut < 0 ? onDisk(word, cwd) : inRevision(word.slice(0, cut) || ".", word.slice(cut + 1), cwd);
  const { targets, tree, revision } = place;
  const own = findConfiguration(targets.root, targets.base, tree).settings;
  // What a project would rather not see reported says nothing of whether a claim is true.
  const settings: Settings = { ...defaultSettings, ...own, all: false, select: [], ignore: [], severity: "low", ...(options.followTests ? { followTests: true } : {}) };
  const pages = projectPages(targets.base, settings.pages, tree);
  const found = findFiles(targets, settings, progress, { files: tree, ignoreFiles: tree });
  if (revision === undefined) refuseOverwriting(options.outputs, targets, found, pages);
  else revision.prefetch([...found.python, ...found.data].map((path) => relativePath(targets.base, join(targets.root, path))));
  const parts = { catalog: addPages(loadCatalog(), pages), progress, ...(revision === undefined ? {} : { tree, revision: revision.commit }) };
  const all = { ...found, problems: [...found.problems, ...(revision?.problems ?? [])] };
  const request = requestOf(targets, settings, all, parts);
  return { request: { ...request, projectPages: pages.map((page) => page.path) }, paths: place.file === "" ? [] : [place.file] };
}

/** `PATH@REV`: both may hold an `@`. The first one after something that exists parts them, else the first of all. */
function cutAt(word: string, cwd: string): number {
  for (let at = word.indexOf("@"); at >= 0; at = word.indexOf("@", at + 1)) if (existsSync(resolve(cwd, word.slice(0, at) || "."))) return at;
  return word.indexOf("@");
}

/** Files that lie there. A file is looked at in the whole project that holds it. */
function onDisk(word: string, cwd: string): Place {
  const [named] = resolveTargets([word], cwd).items;
  const targets = resolveTargets([named.isFolder ? named.path : projectOf(named.path, cwd)], cwd);
  return { targets, file: named.isFolder ? "" : relativePath(targets.root, named.path), tree: diskTree };
}

/** The project of a file: its repository, else the folder where the command is called if it is inside, else its own folder. */
function projectOf(file: string, cwd: string): string {
  const repository = repositoryRoot(dirname(file));
  if (repository !== undefined) return repository;
  return relative(cwd, file).startsWith("..") ? dirname(file) : cwd;
}

/** Files of a commit. The path need not exist in the work tree: a file of an old revision may be gone. */
function inRevision(path: string, name: string, cwd: string): Place {
  if (name === "") throw new UsageError(`--target ${path}@: a revision is missing after @`);
  const { folder, rest } = nearestFolder(resolve(cwd, path));
  const base = repositoryRoot(folder) ?? (isBareRepository(folder) ? folder : undefined);
  if (base === undefined) throw new UsageError(`${path}: it is in no git repository, so it has no revisions; leave out @${name}, or name a repository`);
  const commit = namedCommit(base, name);
  const revision = { ...commitTree(base, commit), commit };
  const wanted = join(folder, rest);
  const status = revision.tree.status(wanted);
  if (status === undefined) throw new UsageError(`${path}@${name}: there is no ${relativePath(base, wanted)} in that revision`);
  const root = status.kind === "folder" ? wanted : base;
  const targets: Targets = { items: [{ path: root, isFolder: true }], root, base };
  return { targets, file: status.kind === "folder" ? "" : relativePath(base, wanted), tree: revision.tree, revision };
}

/** The folder itself, or the nearest one above that exists, links resolved; and what of the path is below it. */
function nearestFolder(path: string): { readonly folder: string; readonly rest: string } {
  for (let at = path; ; at = dirname(at)) {
    if (existsSync(at) && statSync(at).isDirectory()) return { folder: realpathSync(at), rest: relative(at, path) };
    if (dirname(at) === at) throw new UsageError(`${path}: there is no such folder`);
  }
}
