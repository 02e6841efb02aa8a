/** Writes results: whole or not at all, and never over a file under review. */
import { chmodSync, closeSync, lstatSync, openSync, realpathSync, renameSync, rmSync, statSync, writeSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { UsageError, messageOf } from "../exit.ts";

/** Checks, before the work begins, that a file can be written there. Returns where it really lies. */
export function checkOutput(path: string, cwd: string): string {
  if (path === "") throw new UsageError("an output file has no name");
  const full = resolve(cwd, path);
  const folder = statOf(dirname(full));
  if (folder === undefined) throw new UsageError(`${path}: the folder ${dirname(path)} does not exist; create it first`);
  if (!folder.isDirectory()) throw new UsageError(`${path}: ${dirname(path)} is not a folder`);
  if (statOf(full)?.isDirectory() === true) throw new UsageError(`${path}: this is a folder; name a file`);
  return isLink(full) && statOf(full) !== undefined ? realpathSync(full) : join(realpathSync(dirname(full)), basename(full));
}

/** Writes a file through a temporary one beside it, so that no reader ever sees half of it. The pieces are made while they are written. */
export function writeOutput(path: string, pieces: Iterable<string | Uint8Array>): void {
  const status = statOf(path);
  try {
    // A pipe or `/dev/stdout` cannot be replaced, only written to.
    if (status !== undefined && !status.isFile()) writePieces(path, "w", pieces);
    else replaceFile(path, pieces, status?.mode);
  } catch (error) {
    throw new UsageError(`${path}: cannot be written: ${messageOf(error)}`, { cause: error });
  }
}

function replaceFile(path: string, pieces: Iterable<string | Uint8Array>, mode: number | undefined): void {
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}.tmp`);
  try {
    writePieces(temporary, "wx", pieces);
    // What replaces a program is still one.
    if (mode !== undefined) chmodSync(temporary, mode & 0o7777);
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

function writePieces(path: string, flag: "w" | "wx", pieces: Iterable<string | Uint8Array>): void {
  const file = openSync(path, flag);
  try {
    for (const piece of pieces) {
      const bytes = typeof piece === "string" ? Buffer.from(piece) : piece;
      for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
    }
  } finally {
    closeSync(file);
  }
}

function statOf(path: string) {
  return statSync(path, { throwIfNoEntry: false });
}

function isLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
}
