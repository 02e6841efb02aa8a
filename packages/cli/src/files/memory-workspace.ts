/** Files that exist in memory only: the examples of catalog pages. */
import { createHash } from "node:crypto";
import type { Workspace } from "../engine.ts";
import { decodeBytes } from "./encoding.ts";

/** Builds a workspace of texts by path. */
export function memoryWorkspace(files: Readonly<Record<string, string>>): Workspace {
  const bytes = new Map(Object.entries(files).map(([path, text]) => [path, new TextEncoder().encode(text)]));
  const paths = [...bytes.keys()].sort();
  return {
    list: () => paths,
    read: (path) => bytes.get(path),
    decode: decodeBytes,
    hash: (data) => createHash("sha256").update(data).digest("hex"),
  };
}
