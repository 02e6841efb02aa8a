/** Reads the files under review. */
import type { Outcome, Problem } from "../base/index.ts";
import { isBinary, toUtf8 } from "./encoding.ts";
import { findLineStarts } from "./lines.ts";
import type { SourceFile, Workspace } from "./workspace.ts";

export interface ReadOptions {
  /** Larger files are listed and not analysed. */
  readonly fileBytesMax: number;
}

export const defaultReadOptions: ReadOptions = { fileBytesMax: 5_000_000 };

/**
 * Reads `paths` in sorted order. A file that cannot be analysed is missing from the value and listed
 * in the problems; one that was repaired is in both.
 *
 * @example
 * ```ts
 * readSources(workspace, ["app.py"]).value[0].role; // => "product"
 * ```
 */
export function readSources(
  workspace: Workspace,
  paths: readonly string[],
  options: ReadOptions = defaultReadOptions,
): Outcome<SourceFile[]> {
  const files: SourceFile[] = [];
  const problems: Problem[] = [];
  for (const path of sortedPaths(paths)) {
    const raw = workspace.read(path);
    if (raw === undefined) {
      problems.push({ kind: "unreadable", path, message: "the file could not be read; check its permissions" });
    } else if (raw.length > options.fileBytesMax) {
      const message = `the file has ${raw.length} bytes, more than the limit of ${options.fileBytesMax}; it was not analysed`;
      problems.push({ kind: "too-large", path, message });
    } else if (isBinary(raw)) {
      problems.push({ kind: "not-text", path, message: "the file holds binary data; it was not analysed" });
    } else {
      const { bytes, problem } = toUtf8(workspace, raw);
      if (problem !== undefined) problems.push({ kind: "bad-encoding", path, message: problem });
      files.push({ id: files.length, path, bytes, lineStarts: findLineStarts(bytes), role: roleOf(path) });
    }
  }
  return { value: files, problems };
}

function sortedPaths(paths: readonly string[]): string[] {
  return [...new Set(paths)].sort((x, y) => (x < y ? -1 : x > y ? 1 : 0));
}

const TEST_FOLDERS = new Set(["test", "tests", "testing"]);

/** Tells product code from test code by the names of folders and of the file. */
export function roleOf(path: string): "product" | "test" {
  const parts = path.split("/");
  const name = parts.pop() ?? "";
  if (parts.some((part) => TEST_FOLDERS.has(part))) return "test";
  return name === "conftest.py" || /^test_.*\.py$|_test\.py$/.test(name) ? "test" : "product";
}
