/**
 * Finds what there is to review.
 *
 * In: the targets and the ignore rules. Out: product files, data files, and everything that was passed over, with the
 * reason. Nothing is passed over silently, and a symbolic link is never followed.
 */
import { join } from "node:path";
import type { Problem } from "../engine.ts";
import { decideIgnored, type IgnoreRules, parseIgnoreRules } from "./ignore-rules.ts";
import { relativePath, type Target, type Targets } from "./targets.ts";
import { diskTree, type Tree, type TreeEntry } from "./tree.ts";

export interface DiscoveryOptions {
  /** Larger files are not read. */
  readonly targetBytesMax: number;
  /** Patterns in the language of `.gitignore`, relative to the reviewed root. */
  readonly exclude: readonly string[];
  /** If not empty, only Python files that one of these patterns matches are reviewed. */
  readonly include: readonly string[];
  readonly honourGitignore: boolean;
}

/** All paths are relative to the reviewed root, with `/`, sorted by code unit. */
export interface Discovery {
  readonly python: readonly string[];
  /** Files of other kinds that say something about the program: settings, templates, route tables. */
  readonly data: readonly string[];
  /** What was not read and why. */
  readonly problems: readonly Problem[];
  /** Files that are neither Python nor data. */
  readonly otherFiles: number;
}

/** Deepest folder that is opened, counted from the target. */
export const folderDepthMax = 200;
/** Most entries of folders that are looked at. */
export const entriesMax = 2_000_000;
/** Ignore files that are larger are not read. */
export const ignoreFileBytesMax = 1_000_000;

/** Folders that hold the code of others or no code at all. A folder with `pyvenv.cfg` is a virtual environment by any name. */
export const skippedFolders = new Map([
  [".git", "version control data"], [".hg", "version control data"], [".svn", "version control data"],
  ["node_modules", "installed packages"], ["site-packages", "installed packages"], [".venv", "virtual environment"],
]);

export const pythonName = /\.(?:py|pyw|wsgi)$/i;
export const dataName =
  /(?:^|\/)(?:pyproject\.toml|setup\.cfg|pipfile|requirements[^/]*\.txt|[^/]*\.ini|[^/]*\.cfg|[^/]*\.x?html?|[^/]*\.jinja2?|[^/]*\.j2|[^/]*\.mako|[^/]*\.tmpl|[^/]*\.tpl)$/i;
const pythonFirstLine = /^#!.*\bpython[0-9.]*\b/;
const firstLineBytes = 128;

/** Where files are looked for, and which ignore files count: a change is judged by those of its base. */
export interface DiscoveryTrees {
  readonly files: Tree;
  readonly ignoreFiles: Tree;
  /** What the ignore files say of paths, kept for the other side of a change. */
  readonly decisions?: Map<string, boolean>;
}

/** Looks through the targets. */
export function discover(targets: Targets, options: DiscoveryOptions, trees: DiscoveryTrees = { files: diskTree, ignoreFiles: diskTree }): Discovery {
  return new Discoverer(targets, options, trees).run();
}

interface Folder {
  readonly path: string;
  readonly depth: number;
  readonly rules: readonly IgnoreRules[];
}

class Discoverer {
  private readonly python = new Set<string>();
  private readonly data = new Set<string>();
  private readonly problems = new Map<string, Problem>();
  private otherFiles = 0;
  private entries = 0;
  private readonly seen = new Set<string>();
  private readonly exclude: readonly IgnoreRules[];
  private readonly include: readonly IgnoreRules[];

  constructor(
    private readonly targets: Targets,
    private readonly options: DiscoveryOptions,
    private readonly trees: DiscoveryTrees,
  ) {
    this.exclude = [parseIgnoreRules(options.exclude.join("\n"), "")];
    this.include = options.include.length === 0 ? [] : [parseIgnoreRules(options.include.join("\n"), "")];
  }

  run(): Discovery {
    for (const target of this.targets.items) {
      if (target.isFolder) this.walk(target);
      else this.takeFile(this.relative(target.path), true);
    }
    const sorted = (paths: Iterable<string>) => [...paths].sort();
    const problems = sorted(this.problems.keys()).map((key) => this.problems.get(key) as Problem);
    return { python: sorted(this.python), data: sorted(this.data), problems, otherFiles: this.otherFiles };
  }

  /** Goes through a folder, nearest first, without recursion. */
  private walk(target: Target): void {
    const queue: Folder[] = [{ path: target.path, depth: 0, rules: this.rulesAbove(target.path) }];
    for (let folder = queue.pop(); folder !== undefined; folder = queue.pop()) {
      if (this.seen.has(folder.path)) continue;
      this.seen.add(folder.path);
      const entries = this.readFolder(folder);
      const names = new Set(entries.map((entry) => entry.name));
      if (folder.depth > 0 && names.has("pyvenv.cfg")) {
        this.skip(folder.path, "virtual environment");
        continue;
      }
      const rules = this.rulesWithin(folder);
      for (const entry of entries) {
        const below = this.takeEntry(folder, entry, rules);
        if (below !== undefined) queue.push(below);
      }
    }
  }

  private readFolder(folder: Folder): readonly TreeEntry[] {
    try {
      const entries = this.trees.files.entries(folder.path);
      this.entries += entries.length;
      if (this.entries <= entriesMax) return entries;
      this.add({ kind: "limit-reached", path: "", message: `more than ${entriesMax} files and folders; name a smaller part` });
    } catch (error) {
      this.unreadable(this.relative(folder.path), error);
    }
    return [];
  }

  /** Sorts one entry of a folder into its place. Returns it if it is a folder to go through. */
  private takeEntry(folder: Folder, entry: TreeEntry, rules: readonly IgnoreRules[]): Folder | undefined {
    const path = join(folder.path, entry.name);
    const name = this.relative(path);
    const isFolder = entry.kind === "folder";
    if (entry.name.includes("\ufffd")) {
      const kind = pythonName.test(entry.name) ? "unreadable" : "skipped";
      this.add({ kind, path: name, message: "its name is not valid UTF-8; rename it" });
      return undefined;
    }
    if (entry.kind === "link") {
      this.skip(path, "symbolic link, not followed");
      return undefined;
    }
    const reason = isFolder ? skippedFolders.get(entry.name) : undefined;
    if (reason !== undefined) {
      this.skip(path, reason);
      return undefined;
    }
    const ignoredBy = this.ignoredBy(path, name, isFolder, rules);
    if (ignoredBy !== "") {
      if (isFolder || this.isOfInterest(name)) this.skip(path, ignoredBy);
      else this.otherFiles++;
      return undefined;
    }
    if (isFolder) return this.enter({ path, depth: folder.depth + 1, rules });
    if (entry.kind === "file") this.takeFile(name, false);
    else this.skip(path, "not a regular file");
    return undefined;
  }

  private enter(folder: Folder): Folder | undefined {
    if (folder.depth <= folderDepthMax) return folder;
    const message = `folders are nested more than ${folderDepthMax} deep; review the inner ones by name`;
    this.add({ kind: "limit-reached", path: this.relative(folder.path), message });
    return undefined;
  }

  private ignoredBy(path: string, name: string, isFolder: boolean, rules: readonly IgnoreRules[]): string {
    if (this.isIgnored(path, isFolder, rules)) return "ignored by an ignore file";
    if (decideIgnored(this.exclude, name, isFolder)?.ignored === true) return "excluded by --exclude or the configuration";
    return "";
  }

  private isIgnored(path: string, isFolder: boolean, rules: readonly IgnoreRules[]): boolean {
    const { decisions } = this.trees;
    const key = isFolder ? `${path}/` : path;
    const known = decisions?.get(key);
    if (known !== undefined) return known;
    const decided = decideIgnored(rules, relativePath(this.targets.base, path), isFolder)?.ignored === true;
    decisions?.set(key, decided);
    return decided;
  }

  private isOfInterest(name: string): boolean {
    return pythonName.test(name) || dataName.test(name);
  }

  private takeFile(name: string, isNamed: boolean): void {
    const isData = !isNamed && dataName.test(name);
    if (!isData && !pythonName.test(name) && !isNamed && !this.startsPython(name)) {
      this.otherFiles++;
      return;
    }
    if (!isData && !isNamed && !this.isIncluded(name)) {
      this.add({ kind: "skipped", path: name, message: "not matched by --include" });
      return;
    }
    let bytes: number;
    try {
      bytes = this.trees.files.status(join(this.targets.root, name))?.size ?? -1;
    } catch (error) {
      this.unreadable(name, error);
      return;
    }
    if (bytes < 0) return this.unreadable(name, { code: "ENOENT" });
    if (bytes > this.options.targetBytesMax) {
      const message = `${bytes} bytes, more than the limit of ${this.options.targetBytesMax}; raise --max-target-bytes to review it`;
      this.add({ kind: isData ? "skipped" : "too-large", path: name, message });
    } else if (isData) this.data.add(name);
    else this.python.add(name);
  }

  private isIncluded(name: string): boolean {
    if (this.include.length === 0) return true;
    const parts = name.split("/");
    // A pattern may name the file or any folder above it.
    for (let length = 1; length <= parts.length; length++) {
      if (decideIgnored(this.include, parts.slice(0, length).join("/"), length < parts.length)?.ignored === true) return true;
    }
    return false;
  }

  /** Holds for a script without an ending whose first line calls Python. */
  private startsPython(name: string): boolean {
    if (name.slice(name.lastIndexOf("/") + 1).includes(".")) return false;
    const start = this.trees.files.readStart(join(this.targets.root, name), firstLineBytes) ?? new Uint8Array(0);
    // A file without an ending that cannot be opened is no known product file.
    return pythonFirstLine.test(Buffer.from(start).toString("latin1").split("\n", 1)[0]);
  }

  /** Reads the ignore files from the repository root down to the folder above a target. */
  private rulesAbove(target: string): readonly IgnoreRules[] {
    const inner = relativePath(this.targets.base, target);
    if (inner === "" || inner.startsWith("..")) return [];
    const parts = inner.split("/");
    const rules: IgnoreRules[] = [];
    for (let length = 0; length < parts.length; length++) {
      const path = join(this.targets.base, ...parts.slice(0, length));
      rules.push(...this.readRules(path));
    }
    // The user named this folder: rules that would hide it, or everything in it, are not meant for this review.
    const hidesIt = parts.some((_, index) => decideIgnored(rules, parts.slice(0, index + 1).join("/"), true)?.ignored === true);
    const hidesAll = decideIgnored(rules, `${inner}/any name`, false)?.ignored === true;
    return hidesIt || hidesAll ? [] : rules;
  }

  private rulesWithin(folder: Folder): readonly IgnoreRules[] {
    const here = this.readRules(folder.path);
    return here.length === 0 ? folder.rules : [...folder.rules, ...here];
  }

  private readRules(folder: string): IgnoreRules[] {
    const read: IgnoreRules[] = [];
    for (const name of ignoreNames(this.options)) {
      const path = join(folder, name);
      try {
        const status = this.trees.ignoreFiles.status(path);
        if (status?.kind !== "file") continue;
        if (status.size > ignoreFileBytesMax) {
          this.add({ kind: "limit-reached", path: this.relative(path), message: `an ignore file of more than ${ignoreFileBytesMax} bytes is not read` });
          continue;
        }
        const bytes = this.trees.ignoreFiles.read(path, ignoreFileBytesMax);
        if (bytes === undefined) {
          this.unreadable(this.relative(path), { code: "EACCES" }, false);
          continue;
        }
        const rules = parseIgnoreRules(Buffer.from(bytes).toString("utf8"), relativePath(this.targets.base, folder));
        if (rules.dropped > 0) this.add({ kind: "limit-reached", path: this.relative(path), message: `${rules.dropped} patterns are too long or too many and were not read` });
        read.push(rules);
      } catch (error) {
        this.unreadable(this.relative(path), error, false);
      }
    }
    return read;
  }

  private relative(path: string): string {
    return relativePath(this.targets.root, path);
  }

  private skip(path: string, reason: string): void {
    this.add({ kind: "skipped", path: this.relative(path), message: reason });
  }

  private unreadable(name: string, error: unknown, isProduct = true): void {
    const code = (error as NodeJS.ErrnoException).code ?? "unknown error";
    this.add({ kind: isProduct ? "unreadable" : "skipped", path: name, message: `it could not be read (${code})` });
  }

  private add(problem: Problem): void {
    this.problems.set(`${problem.path}\u0000${problem.kind}`, problem);
  }
}

const ignoreNames = (options: DiscoveryOptions): readonly string[] =>
  options.honourGitignore ? [".gitignore", ".warrantignore"] : [".warrantignore"];
