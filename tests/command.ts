/** Runs the built command the way a user does: as its own process, from the files that a package would hold. */
import { execFileSync, spawn } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { afterAll } from "vitest";

export const checkout = resolve(import.meta.dirname, "..");

export interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Stop reading stdout after the first piece, as `head` does. */
  readonly closeEarly?: boolean;
  /** Run as a user without rights. Only root can do this. */
  readonly asNobody?: boolean;
  readonly command?: string;
}

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** Makes a folder that is gone after the test file. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "warrant-test-"));
  // Some tests run the command as another user, who must be able to look in.
  chmodSync(folder, 0o755);
  folders.push(folder);
  return folder;
}

/** Writes files below a folder, a new one if none is given; returns it. */
export function project(files: Readonly<Record<string, string | Uint8Array>>, folder = temporaryFolder()): string {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  return folder;
}

let cache: string | undefined;

/** Where the runs of a test file keep their ledgers. Everyone may write there: some runs are another user's. */
function cacheFolder(): string {
  if (cache !== undefined) return cache;
  cache = temporaryFolder();
  chmodSync(cache, 0o777);
  return cache;
}

let packed: string | undefined;

/** Path of the command, built if need be and copied out of the checkout, so that nothing of it can be leaned on. */
export function packedCommand(): string {
  if (packed !== undefined) return packed;
  execFileSync(process.execPath, [join(checkout, "tools/build.mjs")], { stdio: ["ignore", "ignore", "pipe"] });
  const folder = temporaryFolder();
  for (const part of ["bin", "dist", "package.json"]) {
    cpSync(join(checkout, "packages/cli", part), join(folder, part), { recursive: true });
  }
  packed = join(folder, "bin", "warrant.js");
  return packed;
}

/** Copies the command and the catalog as they lie in a checkout; returns the checkout's folder. */
export function copiedCheckout(): string {
  packedCommand();
  const folder = temporaryFolder();
  for (const part of ["bin", "dist", "package.json"]) {
    cpSync(join(checkout, "packages/cli", part), join(folder, "packages/cli", part), { recursive: true });
  }
  cpSync(join(checkout, "catalog"), join(folder, "catalog"), { recursive: true });
  return folder;
}

/** Runs the command to its end. */
export function warrant(args: readonly string[], options: RunOptions = {}): Promise<Run> {
  const command = options.command ?? packedCommand();
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, [command, ...args], {
      cwd: options.cwd ?? temporaryFolder(),
      env: { PATH: process.env.PATH ?? "", SOURCE_DATE_EPOCH: "1790000000", WARRANT_CACHE_DIR: cacheFolder(), ...options.env },
      stdio: ["ignore", "pipe", "pipe"],
      ...(options.asNobody === true ? { uid: 65_534, gid: 65_534 } : {}),
    });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (piece: string) => {
      stdout += piece;
      if (options.closeEarly === true) child.stdout.destroy();
    });
    child.stderr.setEncoding("utf8").on("data", (piece: string) => {
      stderr += piece;
    });
    child.on("error", fail);
    child.on("close", (code) => done({ code, stdout, stderr }));
  });
}

/** What outside scripts rely on in the JSON report. */
export interface JsonReport {
  readonly findings: readonly {
    readonly id: string;
    readonly detector: string;
    readonly cwe: readonly number[];
    readonly path: string;
    readonly line: number;
    readonly function: string;
    readonly steps: readonly { readonly path: string; readonly line: number; readonly text: string; readonly why: string }[];
  }[];
  readonly questions: readonly unknown[];
  readonly obligations: readonly { readonly detector: string; readonly verdict: string; readonly path: string; readonly function: string }[];
  readonly coverage: { readonly entries: Readonly<Record<string, number>>; readonly files: { readonly analysed: number; readonly skipped: readonly { readonly path: string; readonly reason: string }[] } };
  readonly problems: readonly { readonly kind: string; readonly path: string; readonly message: string }[];
}

/** Runs a review and reads its JSON. */
export async function reviewJson(args: readonly string[], options: RunOptions = {}): Promise<Run & { readonly report: JsonReport }> {
  const run = await warrant([...args, "--format", "json"], options);
  if (run.stdout === "") throw new Error(`no report, exit ${run.code}: ${run.stderr}`);
  return { ...run, report: JSON.parse(run.stdout) as JsonReport };
}
