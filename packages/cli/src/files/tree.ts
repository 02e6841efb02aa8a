/**
 * A tree of files: a folder of the disk, a commit, the index, a tree with a patch applied.
 *
 * Every tree is asked by absolute paths, as if it were checked out where the repository lies: discovery, configuration and pages
 * need not know which one they look at. Trees other than the disk are in memory and reach no file.
 */
import { closeSync, constants, fstatSync, lstatSync, openSync, readdirSync, readFileSync, readSync } from "node:fs";
import { join } from "node:path";
import { relativePath } from "./targets.ts";

export type EntryKind = "file" | "folder" | "link" | "other";

export interface TreeEntry {
  readonly name: string;
  readonly kind: EntryKind;
}

export interface EntryStatus {
  readonly kind: EntryKind;
  /** Bytes of a file. */
  readonly size: number;
  /** When it was last written, on the disk. */
  readonly writtenMs?: number;
}

export interface Tree {
  /** Entries of a folder, sorted by code unit. Throws what the disk throws. */
  entries(folder: string): readonly TreeEntry[];
  /** Links are not followed; undefined if there is nothing. Throws what the disk throws. */
  status(path: string): EntryStatus | undefined;
  /** The bytes of a regular file of at most `bytesMax` bytes. */
  read(path: string, bytesMax: number): Uint8Array | undefined;
  /** The first bytes of a regular file. */
  readStart(path: string, bytes: number): Uint8Array | undefined;
  /** The name that git gives the content of a file, if it is known without reading it. */
  identity?(path: string): string | undefined;
}

/** The disk, as it is. */
export const diskTree: Tree = {
  entries: (folder) =>
    readdirSync(folder, { withFileTypes: true })
      .map((entry): TreeEntry => ({ name: entry.name, kind: kindOf(entry) }))
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
  status: (path) => {
    const status = lstatSync(path, { throwIfNoEntry: false });
    return status === undefined ? undefined : { kind: kindOf(status), size: status.size, writtenMs: status.mtimeMs };
  },
  read: readRegularFile,
  readStart: readStartOfFile,
};

interface Kinds {
  isDirectory(): boolean;
  isFile(): boolean;
  isSymbolicLink(): boolean;
}

const kindOf = (entry: Kinds): EntryKind => (entry.isSymbolicLink() ? "link" : entry.isDirectory() ? "folder" : entry.isFile() ? "file" : "other");

/** Reads a file that is still a regular one within the limit, even if someone exchanged it since it was found. */
function readRegularFile(path: string, bytesMax: number): Uint8Array | undefined {
  return withFile(path, (file) => {
    const status = fstatSync(file);
    return status.isFile() && status.size <= bytesMax ? readFileSync(file) : undefined;
  });
}

function readStartOfFile(path: string, bytes: number): Uint8Array | undefined {
  return withFile(path, (file) => {
    const start = Buffer.alloc(bytes);
    return start.subarray(0, readSync(file, start, 0, bytes, 0));
  });
}

/** A file that cannot be opened or read has no bytes; whoever asks lists it. */
function withFile<Value>(path: string, use: (file: number) => Value): Value | undefined {
  let file: number | undefined;
  try {
    file = openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
    return use(file);
  } catch {
    return undefined;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** A file of a tree in memory. */
export interface MemoryFile {
  readonly kind: Exclude<EntryKind, "folder">;
  readonly size: number;
  /** What git calls the content. */
  readonly identity: string;
  /** Undefined if the bytes cannot be had. */
  readonly bytes: () => Uint8Array | undefined;
}

/** A tree in memory; `files` by path relative to `root`, with `/`. */
export class MemoryTree implements Tree {
  private readonly folders = new Map<string, Map<string, EntryKind>>([["", new Map()]]);

  constructor(
    private readonly root: string,
    private readonly files: ReadonlyMap<string, MemoryFile>,
  ) {
    for (const [path, file] of files) {
      const parts = path.split("/");
      for (let length = 1; length < parts.length; length++) this.enter(parts.slice(0, length), "folder");
      this.enter(parts, file.kind);
    }
  }

  entries(folder: string): readonly TreeEntry[] {
    const entries = [...(this.folders.get(this.inner(folder)) ?? [])];
    return entries.map(([name, kind]) => ({ name, kind })).sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  status(path: string): EntryStatus | undefined {
    const inner = this.inner(path);
    const file = this.files.get(inner);
    if (file !== undefined) return { kind: file.kind, size: file.size };
    return this.folders.has(inner) ? { kind: "folder", size: 0 } : undefined;
  }

  read(path: string, bytesMax: number): Uint8Array | undefined {
    const file = this.files.get(this.inner(path));
    return file?.kind === "file" && file.size <= bytesMax ? file.bytes() : undefined;
  }

  readStart(path: string, bytes: number): Uint8Array | undefined {
    const file = this.files.get(this.inner(path));
    return file?.kind === "file" ? file.bytes()?.subarray(0, bytes) : undefined;
  }

  identity(path: string): string | undefined {
    return this.files.get(this.inner(path))?.identity;
  }

  private inner(path: string): string {
    return relativePath(this.root, path);
  }

  private enter(parts: readonly string[], kind: EntryKind): void {
    const name = parts.at(-1) as string;
    const folder = parts.slice(0, -1).join("/");
    const entries = this.folders.get(folder) ?? new Map<string, EntryKind>();
    this.folders.set(folder, entries.set(name, kind));
    if (kind === "folder" && !this.folders.has(parts.join("/"))) this.folders.set(parts.join("/"), new Map());
  }
}

/** Lists a tree's files below a folder, relative to it, links and others left out. */
export function filesBelow(tree: Tree, root: string): readonly string[] {
  const out: string[] = [];
  const queue = [root];
  for (let folder = queue.pop(); folder !== undefined; folder = queue.pop()) {
    for (const entry of tree.entries(folder)) {
      const path = join(folder, entry.name);
      if (entry.kind === "folder") queue.push(path);
      else if (entry.kind === "file") out.push(relativePath(root, path));
    }
  }
  return out.sort();
}
