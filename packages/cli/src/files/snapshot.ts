/**
 * The files of a tree as they are at one moment: each is read once, and what is reviewed is what the digests are of.
 *
 * The engine sees what discovery found, and nothing else.
 */
import { createHash } from "node:crypto";
import { join } from "node:path";
import type { Workspace } from "../engine.ts";
import { decodeBytes } from "./encoding.ts";
import type { Tree } from "./tree.ts";

export interface Snapshot {
  readonly workspace: Workspace;
  /** SHA-256 by path; "" of a file that could not be read. */
  readonly digests: ReadonlyMap<string, string>;
}

/** Reads files below `root`; `paths` are relative and sorted. */
export function takeSnapshot(tree: Tree, root: string, paths: readonly string[], bytesMax: number): Snapshot {
  const contents = new Map<string, Uint8Array>();
  const digests = new Map<string, string>();
  for (const path of paths) {
    const bytes = tree.read(join(root, path), bytesMax);
    if (bytes !== undefined) contents.set(path, bytes);
    digests.set(path, bytes === undefined ? "" : digestOf(bytes));
  }
  return {
    // The engine lists a file without bytes as unreadable.
    workspace: { list: () => paths, read: (path) => contents.get(path), decode: decodeBytes, hash: digestOf },
    digests,
  };
}

export const digestOf = (data: Uint8Array | string): string => createHash("sha256").update(data).digest("hex");
