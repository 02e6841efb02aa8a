/** Which two revisions a change lies between. */
import { UsageError } from "../exit.ts";
import { askGitLine, runGit } from "./run.ts";

/** What the command line asks to compare: commits by name, "" for what is not named. */
export interface Range {
  readonly from: string;
  /** "" is the working tree. */
  readonly to: string;
  /** `exact`: `from` itself; `merge-base`: where `to` left it. */
  readonly kind: "exact" | "merge-base";
}

/** Reads `REF`, `A..B` (exactly these two) or `A...B` (the merge base of both, and B). An empty side is HEAD. */
export function readRange(text: string): Range {
  const dots = /^(.*?)(\.{2,3})(.*)$/.exec(text);
  if (dots === null) return { from: text, to: "", kind: "merge-base" };
  const [, from = "", mark, to = ""] = dots;
  return { from: from === "" ? "HEAD" : from, to: to === "" ? "HEAD" : to, kind: mark === "..." ? "merge-base" : "exact" };
}

/** Finds a commit by name. */
export function resolveCommit(base: string, name: string): string | undefined {
  if (name === "" || name.includes("\0")) return undefined;
  return askGitLine(base, ["rev-parse", "--verify", "--quiet", "--end-of-options", `${name}^{commit}`]);
}

/** Finds a commit that the user named. */
export function namedCommit(base: string, name: string): string {
  const commit = resolveCommit(base, name);
  if (commit !== undefined) return commit;
  const hint = isShallow(base) ? `; this clone is shallow and may lack it: ${deepen}` : "";
  throw new UsageError(`${name}: there is no such revision in this repository${hint}`);
}

const deepen = "fetch more history (`git fetch --unshallow`; in CI, set the fetch depth to 0)";

export const isShallow = (base: string): boolean => askGitLine(base, ["rev-parse", "--is-shallow-repository"]) === "true";

/** Finds the best common ancestor of two commits. */
export function mergeBase(base: string, names: { readonly from: string; readonly to: string }): string {
  const from = namedCommit(base, names.from);
  const to = namedCommit(base, names.to);
  const answer = runGit(base, ["merge-base", "--end-of-options", from, to]);
  const commit = answer.stdout.toString("utf8").split("\n", 1)[0] ?? "";
  if (answer.status === 0 && commit !== "") return commit;
  const why = isShallow(base) ? `this clone is shallow and ends before it: ${deepen}` : "their histories have nothing in common";
  throw new UsageError(`${names.from} and ${names.to === "HEAD" ? "HEAD" : names.to} have no merge base here: ${why}; or name both sides: warrant diff A..B`);
}

/** Variables of CI systems that hold the branch, or the commit, that a change is meant for. */
const branchVariables = [
  "CI_MERGE_REQUEST_DIFF_BASE_SHA", "GITHUB_BASE_REF", "CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "BITBUCKET_PR_DESTINATION_BRANCH", "CHANGE_TARGET",
  "SYSTEM_PULLREQUEST_TARGETBRANCH", "BUILDKITE_PULL_REQUEST_BASE_BRANCH", "CI_COMMIT_TARGET_BRANCH", "DRONE_TARGET_BRANCH", "GERRIT_BRANCH", "ZUUL_BRANCH",
];

/** Finds what a change is meant for: what CI says, else the upstream branch, else the main branch of the remote. */
export function upstream(base: string): { readonly name: string; readonly because: string } {
  for (const variable of branchVariables) {
    const value = (process.env[variable] ?? "").replace(/^refs\/heads\//, "");
    if (value === "") continue;
    const found = [`refs/remotes/origin/${value}`, `refs/heads/${value}`, value].find((name) => resolveCommit(base, name) !== undefined);
    if (found !== undefined) return { name: found, because: variable };
    const hint = isShallow(base) ? `; ${deepen}` : "; fetch it";
    throw new UsageError(`${variable} names ${value}, and this clone has no such branch${hint}, or name a revision: warrant diff REF`);
  }
  const own = askGitLine(base, ["rev-parse", "--abbrev-ref", "--symbolic-full-name", "HEAD@{upstream}"]);
  if (own !== undefined && resolveCommit(base, own) !== undefined) return { name: own, because: "the upstream branch" };
  for (const name of ["refs/remotes/origin/HEAD", "refs/remotes/origin/main", "refs/remotes/origin/master"]) {
    if (resolveCommit(base, name) !== undefined) return { name, because: "the main branch of the remote" };
  }
  throw new UsageError("there is no upstream branch to compare with; name a revision: `warrant diff main`, `warrant diff HEAD~1..HEAD`, `warrant diff HEAD`");
}
