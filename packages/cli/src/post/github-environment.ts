/** What a job of GitHub Actions says about itself: the token, the repository, the pull request. */
import { readFileSync } from "node:fs";
import { UsageError } from "../exit.ts";
import { numberOf, partOf, type PullRequest, textOf } from "./github.ts";
import { Api, ApiError, parseJson } from "./http.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

/** Who speaks with the token of a job. */
const actionsLogin = "github-actions[bot]";
const repositoryForm = /^[A-Za-z0-9](?:[A-Za-z0-9-]*)\/[A-Za-z0-9._-]+$/;

export function githubApi(environment: Environment, wait: (milliseconds: number) => Promise<void>): Api {
  const token = environment.GITHUB_TOKEN ?? environment.GH_TOKEN ?? "";
  if (token === "") throw new UsageError("GITHUB_TOKEN is not set: a job hands it in as `env: GITHUB_TOKEN: ${{ github.token }}`");
  return new Api({
    base: (environment.GITHUB_API_URL ?? "https://api.github.com").replace(/\/+$/, ""), authorization: `Bearer ${token}`,
    headers: { accept: "application/vnd.github+json", "x-github-api-version": "2022-11-28" }, secrets: [token], wait,
  });
}

/** Finds the pull request: what the user names, else that of the event. Nothing is taken from the result that is posted. */
export async function findPullRequest(api: Api, environment: Environment, named: number | undefined): Promise<PullRequest> {
  const repository = environment.GITHUB_REPOSITORY ?? "";
  if (!repositoryForm.test(repository)) throw new UsageError("GITHUB_REPOSITORY is not set: it reads owner/name");
  const number = named ?? (await numberOfEvent(api, repository, readEvent(environment)));
  if (number === 0) throw new UsageError("the event is about no pull request; name one with --pull-request");
  return { repository, number, login: await loginOf(api, environment) };
}

function readEvent(environment: Environment): unknown {
  const path = environment.GITHUB_EVENT_PATH ?? "";
  if (path === "") return undefined;
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    throw new UsageError(`GITHUB_EVENT_PATH: ${path}: the event cannot be read`);
  }
}

/** A run that follows another one names its pull requests, but not those of forks: they are looked up by their branch and commit. */
async function numberOfEvent(api: Api, repository: string, event: unknown): Promise<number> {
  const own = numberOf(event, "pull_request", "number") || numberOf(event, "number");
  if (own > 0) return own;
  const run = partOf(event, "workflow_run");
  const listed = partOf(run, "pull_requests");
  const first = Array.isArray(listed) ? numberOf(listed[0], "number") : 0;
  if (first > 0) return first;
  const owner = textOf(run, "head_repository", "owner", "login");
  const branch = textOf(run, "head_branch");
  const sha = textOf(run, "head_sha");
  if (owner === "" || branch === "" || sha === "") return 0;
  const pulls = await api.pages(`/repos/${repository}/pulls?state=open&per_page=100&head=${encodeURIComponent(`${owner}:${branch}`)}`);
  return numberOf(pulls.find((pull) => textOf(pull, "head", "sha") === sha), "number");
}

/** The user of the token. That of a job may not ask who it is. */
async function loginOf(api: Api, environment: Environment): Promise<string> {
  const named = environment.WARRANT_GITHUB_LOGIN ?? "";
  if (named !== "") return named;
  try {
    return textOf(parseJson((await api.call("GET", "/user")).text), "login") || actionsLogin;
  } catch (error) {
    if (error instanceof ApiError && (error.status === 403 || error.status === 404)) return actionsLogin;
    throw error;
  }
}
