/** Commits and the index as trees: read from the objects of the repository, the work tree is left alone. */
import { UsageError } from "../exit.ts";
import type { Problem } from "../engine.ts";
import { type MemoryFile, MemoryTree, type Tree } from "../files/tree.ts";
import { askGit, askGitLine, runGit } from "./run.ts";

/** A tree of a repository. */
export interface GitTree {
  readonly tree: Tree;
  /** Entries that no work tree could hold. */
  readonly problems: readonly Problem[];
  /** Fetches the bytes of many files at once. Paths are relative to the root of the repository. */
  readonly prefetch: (paths: readonly string[]) => void;
}

/** Reads the tree of a commit. */
export function commitTree(base: string, commit: string): GitTree {
  const listing = askGit(base, ["ls-tree", "-r", "-z", "-l", "--full-tree", commit]).toString("utf8");
  const rows = listing.split("\0").filter((row) => row !== "").map((row): Row => {
    const tab = row.indexOf("\t");
    const [mode = "", , object = "", size = "0"] = row.slice(0, tab).split(/ +/);
    return { path: row.slice(tab + 1), mode, object, size: Number(size) || 0 };
  });
  return buildTree(base, rows);
}

/** Reads what is staged. */
export function indexTree(base: string): GitTree {
  const listing = askGit(base, ["ls-files", "--stage", "-z", "--full-name"]).toString("utf8");
  const rows = listing.split("\0").filter((row) => row !== "").map((row): Row & { readonly stage: string } => {
    const tab = row.indexOf("\t");
    const [mode = "", object = "", stage = "0"] = row.slice(0, tab).split(" ");
    return { path: row.slice(tab + 1), mode, object, size: -1, stage };
  });
  const unmerged = rows.find((row) => row.stage !== "0");
  if (unmerged !== undefined) throw new UsageError(`${unmerged.path}: the index holds a conflict; resolve it first`);
  const sizes = objectSizes(base, rows.filter((row) => row.mode !== "160000").map((row) => row.object));
  return buildTree(base, rows.map((row) => ({ ...row, size: sizes.get(row.object) ?? 0 })));
}

interface Row {
  readonly path: string;
  readonly mode: string;
  readonly object: string;
  readonly size: number;
}

const kinds: Readonly<Record<string, MemoryFile["kind"]>> = { "100644": "file", "100755": "file", "100664": "file", "120000": "link" };

function buildTree(base: string, rows: readonly Row[]): GitTree {
  const blobs = new BlobReader(base);
  const files = new Map<string, MemoryFile>();
  const problems: Problem[] = [];
  const byName = new Map<string, string[]>();
  const isPlain = (path: string): boolean => path.split("/").every((part) => part !== "" && part !== "." && part !== ".." && part.toLowerCase() !== ".git");
  const objects = new Map<string, string>();
  for (const row of rows) {
    if (!isPlain(row.path)) {
      problems.push({ kind: "skipped", path: "", message: `${row.path}: no file can have this name` });
      continue;
    }
    objects.set(row.path, row.object);
    const group = groupOf(row.path);
    const list = byName.get(group);
    if (list === undefined) byName.set(group, [row.object]);
    else list.push(row.object);
    files.set(row.path, { kind: kinds[row.mode] ?? "other", size: row.size, identity: row.object, bytes: () => blobs.bytesOf(row.object, byName.get(group) ?? []) });
  }
  return {
    tree: new MemoryTree(base, files),
    problems,
    prefetch: (paths) => blobs.fetch(paths.flatMap((path) => objects.get(path) ?? [])),
  };
}

/** Files that are asked for one after the other, if one of them is: scripts without an ending, ignore files, configurations. */
function groupOf(path: string): string {
  const name = path.slice(path.lastIndexOf("/") + 1);
  return name.includes(".") ? name : "";
}

/** Contents of objects, fetched many at a time and kept. */
class BlobReader {
  private readonly known = new Map<string, Uint8Array>();

  constructor(private readonly base: string) {}

  bytesOf(object: string, group: readonly string[]): Uint8Array | undefined {
    if (!this.known.has(object)) this.fetch(group.includes(object) ? group : [object]);
    return this.known.get(object);
  }

  fetch(objects: readonly string[]): void {
    const wanted = [...new Set(objects)].filter((object) => !this.known.has(object));
    if (wanted.length === 0) return;
    const answer = runGit(this.base, ["cat-file", "--batch"], `${wanted.join("\n")}\n`);
    const missing = answer.status === 0 ? this.take(answer.stdout) : wanted.length;
    // Where git would fetch what is missing, it is not allowed to. Elsewhere the file is listed as unreadable.
    const isPartial = missing > 0 && askGitLine(this.base, ["config", "--get", "extensions.partialClone"]) !== undefined;
    if (isPartial || answer.status !== 0) {
      throw new UsageError(`${missing} objects of the revisions are not in this clone, which is a partial one; fetch them: git fetch --refetch --no-filter`);
    }
  }

  /** Reads `<object> blob <bytes>\n<content>\n`, or `<object> missing\n`, again and again; returns how many are missing. */
  private take(answer: Buffer): number {
    let missing = 0;
    for (let at = 0; at < answer.length; ) {
      const end = answer.indexOf(10, at);
      const [object = "", type = "", bytes = "0"] = answer.toString("latin1", at, end).split(" ");
      if (type !== "blob") {
        missing++;
        at = end + 1;
        continue;
      }
      const from = end + 1;
      this.known.set(object, answer.subarray(from, from + Number(bytes)));
      at = from + Number(bytes) + 1;
    }
    return missing;
  }
}

function objectSizes(base: string, objects: readonly string[]): ReadonlyMap<string, number> {
  const answer = askGit(base, ["cat-file", "--batch-check"], `${[...new Set(objects)].join("\n")}\n`).toString("latin1");
  return new Map(answer.split("\n").filter((line) => line !== "").map((line) => {
    const [object = "", , size = "0"] = line.split(" ");
    return [object, Number(size) || 0];
  }));
}
