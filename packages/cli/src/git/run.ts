/**
 * Runs the `git` program on a repository that may be hostile.
 *
 * Only plumbing that reads objects, names and the index is used. None of it checks files out, so no filter, hook or text
 * conversion has a cause to run; what a repository's own configuration could still make git start is switched off by name, and
 * no protocol is allowed, so that a partial clone cannot fetch, nor be made to run what its configuration calls a transport.
 */
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { UsageError } from "../exit.ts";

/** Settings that win over those of the repository. */
const settings = [
  "core.fsmonitor=false", "core.hooksPath=/dev/null", "core.pager=cat", "core.attributesFile=/dev/null", "core.alternateRefsCommand=",
  "core.sshCommand=false", "credential.helper=", "protocol.allow=never", "protocol.ext.allow=never", "protocol.file.allow=never",
  "safe.bareRepository=explicit", "advice.detachedHead=false",
];

/** Variables of the caller that say where its objects and its index are: git sets them for hooks. The rest of `GIT_…` is left out. */
const keptVariables = new Set(["GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_QUARANTINE_PATH"]);

/** Most bytes that one run may answer. */
const answerBytesMax = 4_000_000_000;

export interface GitAnswer {
  readonly status: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** Runs git in a repository; `base` is its root. */
export function runGit(base: string, args: readonly string[], input: string | Uint8Array = ""): GitAnswer {
  const set = settings.flatMap((each) => ["-c", each]);
  const done = spawnSync("git", ["-C", base, "--no-pager", "--no-optional-locks", ...set, ...args], {
    input, env: environment(base), maxBuffer: answerBytesMax, windowsHide: true, stdio: ["pipe", "pipe", "pipe"],
  });
  if (done.error !== undefined) {
    const isMissing = (done.error as NodeJS.ErrnoException).code === "ENOENT";
    throw new UsageError(isMissing ? "the program git was not found; it reads the revisions that are compared" : `git could not be run: ${done.error.message}`);
  }
  return { status: done.status ?? 128, stdout: done.stdout, stderr: done.stderr.toString("utf8") };
}

/** Runs git and returns what it answers; its own words are the message if it fails. */
export function askGit(base: string, args: readonly string[], input: string | Uint8Array = ""): Buffer {
  const answer = runGit(base, args, input);
  if (answer.status !== 0) throw new UsageError(gitMessage(args[0] ?? "", answer));
  return answer.stdout;
}

/** One line of a short answer, or undefined if git finds nothing. */
export function askGitLine(base: string, args: readonly string[]): string | undefined {
  const answer = runGit(base, args);
  if (isUntrusted(answer)) throw new UsageError(gitMessage(args[0] ?? "", answer));
  const line = answer.stdout.toString("utf8").split("\n", 1)[0] ?? "";
  return answer.status === 0 && line !== "" ? line : undefined;
}

const isUntrusted = (answer: GitAnswer): boolean => answer.stderr.includes("dubious ownership");

function gitMessage(command: string, answer: GitAnswer): string {
  if (isUntrusted(answer)) {
    return "git does not read this repository, because it belongs to another user; `git config --global --add safe.directory FOLDER` allows it";
  }
  const line = answer.stderr.split("\n").find((each) => each.startsWith("fatal:") || each.startsWith("error:")) ?? answer.stderr.split("\n", 1)[0] ?? "";
  return `git ${command} failed: ${line.replace(/^(?:fatal|error): /, "")}`;
}

function environment(base: string): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = {};
  for (const [name, value] of Object.entries(process.env)) {
    if (value !== undefined && (!name.startsWith("GIT_") || keptVariables.has(name))) env[name] = value;
  }
  // Git names its index by a path that is relative to where the hook runs, which is the root of the work tree.
  if (env.GIT_INDEX_FILE !== undefined) env.GIT_INDEX_FILE = resolve(base, env.GIT_INDEX_FILE);
  return {
    ...env, LC_ALL: "C", GIT_CONFIG_NOSYSTEM: "1", GIT_TERMINAL_PROMPT: "0", GIT_ALLOW_PROTOCOL: "none", GIT_NO_LAZY_FETCH: "1",
    GIT_NO_REPLACE_OBJECTS: "1", GIT_OPTIONAL_LOCKS: "0", GIT_CEILING_DIRECTORIES: dirname(base), GIT_PAGER: "cat", GIT_ASKPASS: "false",
    SSH_ASKPASS: "false", GIT_ATTR_NOSYSTEM: "1", GIT_WORK_TREE: base, ...(isBareRepository(base) ? { GIT_DIR: base } : {}),
  };
}

/** A repository without a work tree, such as a mirror: git reads it only where it is named, so that none that lies in a project is taken for one. */
export const isBareRepository = (folder: string): boolean =>
  !existsSync(join(folder, ".git")) && ["HEAD", "objects", "refs"].every((name) => existsSync(join(folder, name)));
