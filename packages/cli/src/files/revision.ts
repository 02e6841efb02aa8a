/** Which commit is checked out, read from the files of the repository: git itself is never run on a hostile checkout. */
import { lstatSync, readFileSync, statSync } from "node:fs";
import { dirname, isAbsolute, join, resolve } from "node:path";

const fileBytesMax = 10_000_000;
const commitForm = /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/;
const refForm = /^ref: (refs\/[A-Za-z0-9._/@+-]+)$/;

/** Returns the commit id of a repository root, or "" if there is none. */
export function readRevision(repository: string): string {
  const folder = gitFolder(repository);
  if (folder === "") return "";
  const head = readSmall(join(folder, "HEAD")).trim();
  if (commitForm.test(head)) return head;
  const ref = refForm.exec(head)?.[1] ?? "";
  if (ref === "" || ref.split("/").includes("..")) return "";
  const shared = readSmall(join(folder, "commondir")).trim();
  const folders = shared === "" ? [folder] : [folder, resolve(folder, shared)];
  for (const place of folders) {
    const loose = readSmall(join(place, ref)).trim();
    if (commitForm.test(loose)) return loose;
    const packed = readSmall(join(place, "packed-refs")).split("\n").find((line) => line.endsWith(` ${ref}`))?.split(" ")[0] ?? "";
    if (commitForm.test(packed)) return packed;
  }
  return "";
}

/** `.git` is a folder, or a file that names one (a linked work tree). */
function gitFolder(repository: string): string {
  const path = join(repository, ".git");
  const status = lstatSync(path, { throwIfNoEntry: false });
  if (status === undefined) return "";
  if (status.isDirectory()) return path;
  const named = /^gitdir: (.+)$/.exec(readSmall(path).trim())?.[1] ?? "";
  if (named === "") return "";
  return isAbsolute(named) ? named : resolve(dirname(path), named);
}

function readSmall(path: string): string {
  try {
    const status = statSync(path);
    return status.isFile() && status.size <= fileBytesMax ? readFileSync(path, "utf8") : "";
  } catch {
    return "";
  }
}
