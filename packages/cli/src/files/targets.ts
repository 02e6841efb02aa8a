/** What the user named: the files and folders to review, the folder they have in common, the repository they lie in. */
import { existsSync, realpathSync, statSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { UsageError } from "../exit.ts";

export interface Target {
  /** Absolute, symbolic links resolved. */
  readonly path: string;
  readonly isFolder: boolean;
}

export interface Targets {
  readonly items: readonly Target[];
  /** The reviewed root: the folder that was named, or the deepest one that holds everything named. */
  readonly root: string;
  /** Nearest repository root at or above the reviewed root, else the reviewed root itself. */
  readonly base: string;
}

/** Resolves the paths of the command line. Their order and repetition make no difference. */
export function resolveTargets(paths: readonly string[], cwd: string): Targets {
  const found = new Map<string, Target>();
  for (const path of paths) {
    const target = resolveTarget(path, cwd);
    found.set(target.path, target);
  }
  const items = [...found.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
  const root = commonFolder(items);
  return { items, root, base: repositoryRoot(root) ?? root };
}

/** Returns a path relative to the reviewed root, with `/`; "" for the root itself. */
export function relativePath(root: string, path: string): string {
  // Both are absolute and plain, so that nearly always the one begins with the other.
  if (sep === "/" && path.startsWith(root) && path[root.length] === "/") return path.slice(root.length + 1);
  const text = relative(root, path);
  return sep === "/" ? text : text.split(sep).join("/");
}

/** Finds the nearest folder at or above `folder` that is the root of a git repository. */
export function repositoryRoot(folder: string): string | undefined {
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, ".git"))) return at;
    if (dirname(at) === at) return undefined;
  }
}

function resolveTarget(path: string, cwd: string): Target {
  if (path === "") throw new UsageError("a path is empty; name a file or a folder, or `.` for this one");
  try {
    const real = realpathSync(resolve(cwd, path));
    const status = statSync(real);
    if (status.isDirectory()) return { path: real, isFolder: true };
    if (status.isFile()) return { path: real, isFolder: false };
  } catch (error) {
    throw new UsageError(`${path}: ${reasonOf(error)}`, { cause: error });
  }
  throw new UsageError(`${path}: neither a file nor a folder`);
}

function reasonOf(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === "ENOENT" || code === "ENOTDIR") return "there is no such file or folder";
  if (code === "ELOOP") return "a symbolic link leads back to itself";
  if (code === "EACCES" || code === "EPERM") return "permission denied";
  if (code === "ENAMETOOLONG") return "the path is too long";
  return `cannot be opened (${code ?? "unknown error"})`;
}

function commonFolder(items: readonly Target[]): string {
  const folders = items.map((item) => (item.isFolder ? item.path : dirname(item.path)));
  let common = folders[0];
  for (const folder of folders.slice(1)) {
    while (folder !== common && !folder.startsWith(common.endsWith(sep) ? common : common + sep)) common = dirname(common);
  }
  return common;
}
