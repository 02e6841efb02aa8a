/** A workspace of texts: the real thing, without files. */
import { encodeUtf8 } from "../base/index.ts";
import type { Workspace } from "./workspace.ts";

/**
 * Makes a workspace from texts by path.
 *
 * @example
 * ```ts
 * inMemoryWorkspace({ "app.py": "x = 1\n" }).list(); // => ["app.py"]
 * ```
 * @public
 */
export function inMemoryWorkspace(files: Readonly<Record<string, string | Uint8Array>>): Workspace {
  const bytes = new Map(Object.entries(files).map(([path, text]) => [path, typeof text === "string" ? encodeUtf8(text) : text]));
  const paths = [...bytes.keys()].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
  return {
    list: () => paths,
    read: (path) => bytes.get(path),
    decode: () => undefined,
    hash: (data) => fnvHex(data),
  };
}

function fnvHex(data: Uint8Array): string {
  let hash = 0x811c9dc5;
  for (const byte of data) hash = Math.imul(hash ^ byte, 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, "0");
}
