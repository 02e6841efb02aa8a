/** The files of a tree, as the engine sees them: it can read what discovery found, and nothing else. */
import { createHash } from "node:crypto";
import { join } from "node:path";
import type { Workspace } from "../engine.ts";
import { decodeBytes } from "./encoding.ts";
import { diskTree, type Tree } from "./tree.ts";

/** Builds a workspace of files below `root`; `paths` are relative and sorted. */
export function folderWorkspace(root: string, paths: readonly string[], bytesMax: number, tree: Tree = diskTree): Workspace {
  const known = new Set(paths);
  return {
    list: () => paths,
    // The engine lists a file without bytes as unreadable.
    read: (path) => (known.has(path) ? tree.read(join(root, path), bytesMax) : undefined),
    decode: decodeBytes,
    hash: digestBytes,
  };
}

export const digestBytes = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
