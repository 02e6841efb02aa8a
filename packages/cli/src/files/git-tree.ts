/**
 * The files of a revision, read out of a repository without touching its work tree.
 *
 * In: a path, a revision. Out: a workspace of the Python and data files there, and what was passed over.
 * How: `git` lists the tree and prints the blobs; nothing is checked out, no filter, hook, pager or transport runs.
 * Git's own refusal of repositories that belong to someone else stays in force.
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, realpathSync, statSync } from "node:fs";
import { basename, dirname, join, relative, resolve, sep } from "node:path";
import type { Problem, Workspace } from "../engine.ts";
import { messageOf, UsageError } from "../exit.ts";
import { dataName, pythonName, skippedFolders } from "./discover.ts";
import { decodeBytes } from "./encoding.ts";

/** A revision as a project. */
export interface GitTree {
  readonly workspace: Workspace;
  readonly python: readonly string[];
  readonly problems: readonly Problem[];
  readonly name: string;
  /** The id of the commit. */
  readonly revision: string;
  /** The file that the path names, below the root of the tree; "" if it names a folder. */
  readonly file: string;
}

/** Most bytes of one answer of git. */
const outputBytesMax = 4_000_000_000;
const entriesMax = 2_000_000;
const commitForm = /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/;

interface Entry {
  readonly mode: string;
  readonly type: string;
  readonly id: string;
  readonly size: number;
  readonly path: string;
}

/** Reads the tree of a revision at or below a path of a repository. The path need not exist in the work tree. */
export function readGitTree(path: string, revision: string, cwd: string, bytesMax: number): GitTree {
  const wanted = resolve(cwd, path);
  const git = new Git(nearestFolder(wanted));
  const top = git.top();
  const commit = git.line(["rev-parse", "--verify", "--quiet", "--end-of-options", `${revision}^{commit}`]);
  if (!commitForm.test(commit)) throw new UsageError(`${path}@${revision}: the repository ${top} has no revision ${revision}; fetch it, or name another`);
  const inside = below(top, wanted);
  const entries = git.entries(commit);
  const isFile = entries.some((entry) => entry.path === inside && entry.type === "blob");
  const prefix = isFile || inside === "" ? "" : `${inside}/`;
  const taken = entries.filter((entry) => entry.path.startsWith(prefix)).map((entry) => ({ ...entry, path: entry.path.slice(prefix.length) }));
  if (taken.length === 0) throw new UsageError(`${path}@${revision}: there is no ${inside === "" ? "file" : inside} in that revision`);
  const { wanted: chosen, problems } = choose(taken, bytesMax);
  const blobs = git.blobs(chosen);
  const paths = chosen.map((entry) => entry.path).sort();
  return {
    workspace: {
      list: () => paths,
      read: (name) => blobs.get(name),
      decode: decodeBytes,
      hash: (bytes) => createHash("sha256").update(bytes).digest("hex"),
    },
    python: paths.filter((name) => pythonName.test(name)), problems,
    name: basename(prefix === "" ? top : prefix).replace(/\.git$/, ""), revision: commit, file: isFile ? inside : "",
  };
}

/** Python and data files of the sizes that are read; links and nested repositories are listed as passed over. */
function choose(entries: readonly Entry[], bytesMax: number): { readonly wanted: readonly Entry[]; readonly problems: readonly Problem[] } {
  const wanted: Entry[] = [];
  const problems: Problem[] = [];
  for (const entry of entries) {
    const { path } = entry;
    const isPython = pythonName.test(path);
    if (!isPython && !dataName.test(path)) continue;
    if (path.split("/").some((part) => skippedFolders.has(part))) problems.push({ kind: "skipped", path, message: "installed packages or version control data" });
    else if (entry.mode === "120000") problems.push({ kind: "skipped", path, message: "a symbolic link is not followed" });
    else if (entry.type !== "blob") problems.push({ kind: "skipped", path, message: "another repository is nested there" });
    else if (entry.size > bytesMax) problems.push({ kind: isPython ? "too-large" : "skipped", path, message: `it has ${entry.size} bytes, more than ${bytesMax}` });
    else wanted.push(entry);
  }
  return { wanted, problems };
}

/** The folder itself, or the nearest one above that exists: a file of an old revision may be gone. */
function nearestFolder(path: string): string {
  for (let at = path; ; at = dirname(at)) {
    if (existsSync(at) && statSync(at).isDirectory()) return realpathSync(at);
    if (dirname(at) === at) throw new UsageError(`${path}: there is no such folder`);
  }
}

/** A path below the top of a repository, with `/`; "" for the top. */
function below(top: string, path: string): string {
  const folder = nearestFolder(path);
  const real = join(folder, relative(realpathOf(path, folder), path));
  const text = relative(top, real);
  if (text.startsWith("..")) return "";
  return sep === "/" ? text : text.split(sep).join("/");
}

/** The same folder as the user spelled it. */
function realpathOf(path: string, folder: string): string {
  for (let at = path; ; at = dirname(at)) {
    if (existsSync(at) && statSync(at).isDirectory() && realpathSync(at) === folder) return at;
    if (dirname(at) === at) return folder;
  }
}

/** Switches off all that a repository's own configuration can make git run. */
const hardened = [
  "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "protocol.allow=never", "-c", "core.pager=cat",
  "-c", "core.alternateRefsCommand=", "--no-pager", "--no-replace-objects", "--literal-pathspecs",
];

class Git {
  constructor(private readonly folder: string) {}

  /** The top of the work tree, or the repository itself if it has none. */
  top(): string {
    const isBare = this.line(["rev-parse", "--is-bare-repository"]);
    if (isBare === "") throw new UsageError(`${this.folder}: it is not in a git repository that git agrees to read, so it has no revisions; leave out @REV, or name a repository`);
    const top = isBare === "true" ? this.line(["rev-parse", "--absolute-git-dir"]) : this.line(["rev-parse", "--show-toplevel"]);
    return realpathSync(top);
  }

  /** The first line that git answers; "" if it refuses. */
  line(args: readonly string[]): string {
    try {
      return this.run(args).toString("utf8").split("\n")[0];
    } catch {
      return "";
    }
  }

  entries(commit: string): readonly Entry[] {
    const out: Entry[] = [];
    for (const row of this.answer(["ls-tree", "-r", "-z", "-l", "--full-tree", commit]).toString("utf8").split("\0", entriesMax)) {
      const parts = /^([0-7]{6}) (\w+) ([0-9a-f]+) +(\d+|-)\t([^]+)$/.exec(row);
      if (parts !== null) out.push({ mode: parts[1], type: parts[2], id: parts[3], size: Number(parts[4]) || 0, path: parts[5] });
    }
    return out;
  }

  /** Contents by path: `<id> blob <size>`, a line end, the bytes, a line end, for each. */
  blobs(entries: readonly Entry[]): ReadonlyMap<string, Uint8Array> {
    const out = new Map<string, Uint8Array>();
    if (entries.length === 0) return out;
    const bytes = this.answer(["cat-file", "--batch", "--buffer"], `${entries.map((entry) => entry.id).join("\n")}\n`);
    let at = 0;
    for (const entry of entries) {
      const end = bytes.indexOf(10, at);
      const size = Number(/ blob (\d+)$/.exec(bytes.toString("latin1", at, end))?.[1] ?? "-1");
      if (end < 0) break;
      if (size >= 0) out.set(entry.path, bytes.subarray(end + 1, end + 1 + size));
      at = size >= 0 ? end + 2 + size : end + 1;
    }
    return out;
  }

  private answer(args: readonly string[], input?: string): Buffer {
    try {
      return this.run(args, input);
    } catch (error) {
      throw new UsageError(`${this.folder}: git could not read the revision: ${messageOf(error).split("\n")[0]}`, { cause: error });
    }
  }

  private run(args: readonly string[], input?: string): Buffer {
    return execFileSync("git", [...hardened, "-C", this.folder, ...args], {
      ...(input === undefined ? {} : { input }), maxBuffer: outputBytesMax, stdio: ["pipe", "pipe", "ignore"],
      env: { ...process.env, GIT_TERMINAL_PROMPT: "0", GIT_OPTIONAL_LOCKS: "0", GIT_NO_LAZY_FETCH: "1", GIT_DIR: undefined, GIT_WORK_TREE: undefined, LC_ALL: "C" },
    });
  }
}
