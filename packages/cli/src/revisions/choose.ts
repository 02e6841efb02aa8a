/** The two revisions that a change lies between: commits, the index, the working tree, a tree with a patch applied. */
import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Problem } from "../engine.ts";
import { messageOf, UsageError } from "../exit.ts";
import { diskTree, MemoryTree, type Tree } from "../files/tree.ts";
import { mergeBase, namedCommit, readRange, resolveCommit, upstream } from "../git/bases.ts";
import { commitTree, indexTree } from "../git/git-tree.ts";
import { applyPatch } from "../patch/apply.ts";
import { parsePatch } from "../patch/parse.ts";

/** One side of a change. */
export interface Revision {
  readonly tree: Tree;
  /** As people call it: "HEAD", "merge base with origin/main", "working tree". */
  readonly name: string;
  /** The commit, "" if it is none. */
  readonly commit: string;
  readonly problems: readonly Problem[];
  /** Reads many files at once; paths are absolute. */
  readonly prefetch: (paths: readonly string[]) => void;
}

export interface Revisions {
  readonly before: Revision;
  readonly after: Revision;
}

export interface ChangeQuestion {
  /** `REF`, `A..B`, or "". */
  readonly range: string;
  /** A file, or "-" for stdin; undefined without a patch. */
  readonly patch: string | undefined;
  readonly staged: boolean;
}

/** Finds the two sides of a change. `base` is the root of the repository, `cwd` where a patch file is looked for. */
export function chooseRevisions(base: string, cwd: string, question: ChangeQuestion): Revisions {
  const { range, patch, staged } = question;
  if (patch !== undefined && staged) throw new UsageError("--patch and --staged are two changes; name one");
  const isRepository = existsSync(join(base, ".git"));
  if (patch !== undefined) return patchRevisions(base, cwd, { range, patch, isRepository });
  if (!isRepository) throw new UsageError("this is no git repository: there is nothing to compare with; `--patch FILE` compares a folder with what a patch makes of it");
  return staged ? stagedRevisions(base, range) : rangeRevisions(base, range);
}

function rangeRevisions(base: string, text: string): Revisions {
  if (text === "") {
    const { name } = upstream(base);
    const short = name.replace(/^refs\/(?:remotes|heads)\//, "");
    return { before: commitRevision(base, mergeBase(base, { from: name, to: "HEAD" }), `merge base with ${short}`), after: workingTree() };
  }
  const range = readRange(text);
  if (range.kind === "exact") return { before: namedRevision(base, range.from), after: namedRevision(base, range.to) };
  const commit = mergeBase(base, { from: range.from, to: range.to === "" ? "HEAD" : range.to });
  const name = commit === resolveCommit(base, range.from) ? range.from : `merge base with ${range.from}`;
  return { before: commitRevision(base, commit, name), after: range.to === "" ? workingTree() : namedRevision(base, range.to) };
}

function stagedRevisions(base: string, range: string): Revisions {
  const from = range === "" ? "HEAD" : range;
  const isUnborn = range === "" && resolveCommit(base, "HEAD") === undefined;
  const { tree, problems, prefetch } = indexTree(base);
  return {
    before: isUnborn ? nothing(base) : namedRevision(base, from),
    after: { tree, problems, name: "index", commit: "", prefetch: below(base, prefetch) },
  };
}

function patchRevisions(base: string, cwd: string, given: { readonly range: string; readonly patch: string; readonly isRepository: boolean }): Revisions {
  if (given.range !== "" && !given.isRepository) throw new UsageError(`${given.range}: this is no git repository; the patch is applied to the folder as it is`);
  const before = given.isRepository ? namedRevision(base, given.range === "" ? "HEAD" : given.range) : { ...workingTree(), name: "folder" };
  const tree = applyPatch(before.tree, base, parsePatch(readPatch(given.patch, cwd)));
  const name = given.patch === "-" ? "with the patch" : `with ${given.patch}`;
  return { before, after: { tree, name, commit: "", problems: before.problems, prefetch: before.prefetch } };
}

function readPatch(file: string, cwd: string): Uint8Array {
  try {
    return readFileSync(file === "-" ? 0 : resolve(cwd, file));
  } catch (error) {
    throw new UsageError(`--patch ${file}: it cannot be read: ${messageOf(error)}`, { cause: error });
  }
}

const namedRevision = (base: string, name: string): Revision => commitRevision(base, namedCommit(base, name), name);

function commitRevision(base: string, commit: string, name: string): Revision {
  const { tree, problems, prefetch } = commitTree(base, commit);
  return { tree, problems, name, commit, prefetch: below(base, prefetch) };
}

const workingTree = (): Revision => ({ tree: diskTree, name: "working tree", commit: "", problems: [], prefetch: () => {} });

const nothing = (base: string): Revision => ({ tree: new MemoryTree(base, new Map()), name: "nothing", commit: "", problems: [], prefetch: () => {} });

/** Objects are known by paths below the root of the repository. */
const below = (base: string, prefetch: (paths: readonly string[]) => void) => (paths: readonly string[]): void =>
  prefetch(paths.map((path) => path.slice(base.length + 1).replaceAll("\\", "/")));
