/** The files of a folder, as the engine sees them: it can read what discovery found, and nothing else. */
import { createHash } from "node:crypto";
import { closeSync, constants, fstatSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Workspace } from "../engine.ts";
import { decodeBytes } from "./encoding.ts";

/** Builds a workspace of files below `root`; `paths` are relative and sorted. */
export function folderWorkspace(root: string, paths: readonly string[], bytesMax: number): Workspace {
  const known = new Set(paths);
  return {
    list: () => paths,
    read: (path) => (known.has(path) ? readRegularFile(join(root, path), bytesMax) : undefined),
    decode: decodeBytes,
    hash: (bytes) => createHash("sha256").update(bytes).digest("hex"),
  };
}

/** Reads a file that is still a regular one within the limit, even if someone exchanged it since it was found. */
function readRegularFile(path: string, bytesMax: number): Uint8Array | undefined {
  let file: number | undefined;
  try {
    file = openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
    const status = fstatSync(file);
    if (!status.isFile() || status.size > bytesMax) return undefined;
    return readFileSync(file);
  } catch {
    // The engine lists a file without bytes as unreadable.
    return undefined;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}
