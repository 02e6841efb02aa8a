/** Git repositories for tests: made by the real program, in temporary folders. */
import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { project, temporaryFolder } from "./command.ts";

export type Files = Readonly<Record<string, string | Uint8Array | null>>;

const environment = {
  PATH: process.env.PATH ?? "", GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1", GIT_AUTHOR_NAME: "a", GIT_AUTHOR_EMAIL: "a@example.org",
  GIT_COMMITTER_NAME: "a", GIT_COMMITTER_EMAIL: "a@example.org", GIT_AUTHOR_DATE: "2026-01-01T00:00:00Z", GIT_COMMITTER_DATE: "2026-01-01T00:00:00Z",
};

/** Runs git in a folder and returns what it says. */
export const git = (folder: string, ...args: readonly string[]): string => execFileSync("git", [...args], { cwd: folder, env: environment, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });

/** Makes an empty repository on the branch `main`. */
export function repository(): string {
  const folder = temporaryFolder();
  git(folder, "init", "-q", "-b", "main");
  return folder;
}

/** Writes files into the work tree; null takes one away. */
export function change(folder: string, files: Files): void {
  for (const [name, text] of Object.entries(files)) if (text === null) rmSync(join(folder, name), { force: true });
  project(Object.fromEntries(Object.entries(files).filter((each): each is [string, string | Uint8Array] => each[1] !== null)), folder);
}

/** Writes files and commits all there is. */
export function commit(folder: string, files: Files): string {
  change(folder, files);
  git(folder, "add", "-A");
  git(folder, "commit", "-q", "--allow-empty", "-m", "change");
  return git(folder, "rev-parse", "HEAD").trim();
}
