/**
 * The files of a tree as they are at one moment: each is read at most once, and what is reviewed is what the digests are of.
 *
 * Files whose content git has a name for are read when they are needed; for a review whose result is kept, that is never.
 */
import { createHash } from "node:crypto";
import { join } from "node:path";
import type { Workspace } from "../engine.ts";
import { decodeBytes } from "./encoding.ts";
import type { Tree } from "./tree.ts";

/** What git makes names of contents with. */
export type NameAlgorithm = "sha1" | "sha256";

export interface Snapshot {
  /** The engine sees what discovery found, and nothing else. */
  readonly workspace: Workspace;
  /** What git calls the content of each file; "" of a file that could not be read. Files with equal names are equal. */
  readonly names: ReadonlyMap<string, string>;
  /** All names were known without reading: they are those of objects, which git itself has checked. */
  readonly isOfObjects: boolean;
  /** Reads what was not read yet, all at once. */
  readonly load: () => void;
  /** SHA-256 by path, "" of a file that could not be read. Reads what was not read yet. */
  readonly digests: () => ReadonlyMap<string, string>;
}

export interface SnapshotOptions {
  readonly bytesMax: number;
  readonly algorithm?: NameAlgorithm;
  /** Reads many files at once; paths are absolute. */
  readonly prefetch?: (paths: readonly string[]) => void;
}

/** Takes the files below `root`; `paths` are relative and sorted. */
export function takeSnapshot(tree: Tree, root: string, paths: readonly string[], options: SnapshotOptions): Snapshot {
  const contents = new Map<string, Uint8Array | undefined>();
  const known = new Set(paths);
  const read = (path: string): Uint8Array | undefined => {
    if (!contents.has(path)) contents.set(path, known.has(path) ? tree.read(join(root, path), options.bytesMax) : undefined);
    return contents.get(path);
  };
  const names = new Map<string, string>();
  let isOfObjects = true;
  for (const path of paths) {
    const name = tree.identity?.(join(root, path));
    if (name === undefined) isOfObjects = false;
    names.set(path, name ?? nameOf(read(path), options.algorithm ?? "sha1"));
  }
  const load = (): void => options.prefetch?.(paths.filter((path) => !contents.has(path)).map((path) => join(root, path)));
  let digests: ReadonlyMap<string, string> | undefined;
  return {
    workspace: { list: () => paths, read, decode: decodeBytes, hash: digestOf },
    names,
    isOfObjects,
    load,
    digests: () => {
      if (digests === undefined) {
        load();
        digests = new Map(paths.map((path) => {
          const bytes = read(path);
          return [path, bytes === undefined ? "" : digestOf(bytes)];
        }));
      }
      return digests;
    },
  };
}

export const digestOf = (data: Uint8Array | string): string => createHash("sha256").update(data).digest("hex");

/** The name that git gives a content. */
const nameOf = (bytes: Uint8Array | undefined, algorithm: NameAlgorithm): string =>
  bytes === undefined ? "" : createHash(algorithm).update(`blob ${bytes.length}\0`).update(bytes).digest("hex");
