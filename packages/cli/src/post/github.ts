/**
 * Puts remarks on a pull request of GitHub: one summary that is edited in place, and at most ten comments on lines of the change.
 *
 * Comments of earlier runs are found by a hidden mark in their first line, and by their author, so that nobody else's text is
 * taken for ours. A comment whose remark is gone says so, and its thread is resolved where the token may do that.
 */
import { type Remark, remarkMarkdown, type Remarks, remarksSummary } from "../engine.ts";
import { type Api, ApiError, parseJson } from "./http.ts";

/** Comments on lines: more are noise. */
export const inlineCommentsMax = 10;

const summaryMark = "<!-- warrant:summary -->";
const inlineMark = (fingerprint: string): string => `<!-- warrant:${fingerprint.replace(/[^0-9A-Za-z:._/-]/g, "_").slice(0, 200)} -->`;
const fixedMark = "<!-- warrant:fixed -->";

/** Where to post. */
export interface PullRequest {
  /** `owner/name`. */
  readonly repository: string;
  readonly number: number;
  /** The user that the token speaks for. */
  readonly login: string;
}

/** What was done. */
export interface Posted {
  readonly summary: "created" | "edited" | "unchanged";
  readonly created: number;
  readonly edited: number;
  readonly resolved: number;
  /** What could not be done, and is no reason to fail. */
  readonly notes: readonly string[];
}

interface Comment {
  readonly id: number;
  readonly body: string;
}

export async function postToGithub(api: Api, { repository, number, login }: PullRequest, given: Remarks): Promise<Posted> {
  const pull = `/repos/${repository}/pulls/${number}`;
  const head = textOf(parseJson((await api.call("GET", pull)).text), "head", "sha");
  const lines = commentableLines(await api.pages(`${pull}/files?per_page=100`));
  const present = ownComments(await api.pages(`${pull}/comments?per_page=100`), login);
  const poster = new InlinePoster(api, { pull, head, repository }, present);
  await poster.post(chosenRemarks(given.remarks, lines, present), new Set(given.remarks.map((remark) => inlineMark(remark.fingerprint))));
  const resolved = await resolveThreads(api, { repository, number }, poster.gone);
  const summary = await postSummary(api, `/repos/${repository}`, number, login, given);
  return { summary, created: poster.created, edited: poster.edited, resolved: resolved.count, notes: [...poster.notes, ...resolved.notes] };
}

/** Comments of ours, by their mark. */
function ownComments(items: readonly unknown[], login: string): ReadonlyMap<string, Comment> {
  const found = new Map<string, Comment>();
  for (const item of items) {
    const id = numberOf(item, "id");
    const body = textOf(item, "body");
    const mark = body.split("\n", 1)[0]?.trim() ?? "";
    if (textOf(item, "user", "login") !== login || !/^<!-- warrant:.* -->$/.test(mark) || id === 0) continue;
    if (!found.has(mark)) found.set(mark, { id, body });
  }
  return found;
}

/** Those that have a comment keep it; the rest of the ten goes to the most severe that lie on lines of the change. */
function chosenRemarks(remarks: readonly Remark[], lines: ReadonlyMap<string, ReadonlySet<number>>, present: ReadonlyMap<string, Comment>): readonly Remark[] {
  const seen = new Set<string>();
  const single = remarks.filter((remark) => {
    const mark = inlineMark(remark.fingerprint);
    return seen.has(mark) ? false : seen.add(mark);
  });
  const kept = single.filter((remark) => present.has(inlineMark(remark.fingerprint)));
  const fresh = single.filter((remark) => !present.has(inlineMark(remark.fingerprint)) && lines.get(remark.path)?.has(remark.line) === true);
  return [...kept, ...fresh.slice(0, Math.max(0, inlineCommentsMax - kept.length))];
}

/** Lines of the new side that a comment can stand on, by path, out of the patches of the changed files. */
function commentableLines(files: readonly unknown[]): ReadonlyMap<string, ReadonlySet<number>> {
  const lines = new Map<string, Set<number>>();
  for (const file of files) {
    const numbers = new Set<number>();
    let line = 0;
    for (const row of textOf(file, "patch").split("\n")) {
      const start = /^@@ -[0-9]+(?:,[0-9]+)? \+([0-9]+)/.exec(row);
      if (start !== null) line = Number(start[1]);
      else if (row.startsWith("+") || row.startsWith(" ")) numbers.add(line++);
    }
    lines.set(textOf(file, "filename"), numbers);
  }
  return lines;
}

class InlinePoster {
  created = 0;
  edited = 0;
  readonly notes: string[] = [];
  /** Comments whose remark is gone. */
  readonly gone: number[] = [];

  constructor(
    private readonly api: Api,
    private readonly place: { readonly pull: string; readonly head: string; readonly repository: string },
    private readonly present: ReadonlyMap<string, Comment>,
  ) {}

  async post(remarks: readonly Remark[], standing: ReadonlySet<string>): Promise<void> {
    for (const [mark, comment] of this.present) if (!standing.has(mark)) await this.close(mark, comment);
    for (const remark of remarks) await this.put(remark);
  }

  private async put(remark: Remark): Promise<void> {
    const mark = inlineMark(remark.fingerprint);
    const body = `${mark}\n${remarkMarkdown(remark)}`;
    const present = this.present.get(mark);
    if (present === undefined) await this.create(remark, body);
    else if (!isSame(present.body, body)) await this.edit(present, body);
  }

  /** A line that the host does not take is no reason to keep the rest from it: the summary has the remark. */
  private async create(remark: Remark, body: string): Promise<void> {
    const { pull, head } = this.place;
    try {
      await this.api.call("POST", `${pull}/comments`, { body, commit_id: head, path: remark.path, line: remark.line, side: "RIGHT" });
      this.created++;
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 422) throw error;
      this.notes.push(`${remark.path}:${remark.line}: the host takes no comment there`);
    }
  }

  private async edit(comment: Comment, body: string): Promise<void> {
    await this.api.call("PATCH", `/repos/${this.place.repository}/pulls/comments/${comment.id}`, { body });
    this.edited++;
  }

  private async close(mark: string, comment: Comment): Promise<void> {
    if (!comment.body.includes(fixedMark)) {
      const rest = comment.body.split("\n").slice(1).join("\n").trim();
      await this.edit(comment, `${mark}\n${fixedMark}\n**Not found any more** in ${this.place.head.slice(0, 12)}.\n\n<details><summary>What it said</summary>\n\n${rest}\n\n</details>`);
    }
    this.gone.push(comment.id);
  }
}

/** The host ends lines as it likes. */
const isSame = (left: string, right: string): boolean => left.replace(/\r\n/g, "\n").trim() === right.trim();

const threadsQuery = `query($owner: String!, $name: String!, $number: Int!, $after: String) {
  repository(owner: $owner, name: $name) { pullRequest(number: $number) { reviewThreads(first: 100, after: $after) {
    pageInfo { hasNextPage endCursor } nodes { id isResolved comments(first: 1) { nodes { databaseId } } } } } } }`;
const resolveQuery = "mutation($id: ID!) { resolveReviewThread(input: { threadId: $id }) { thread { id } } }";
const threadPagesMax = 10;

/** Resolves the threads that begin with one of these comments. A token that may not do so is no failure: the comment says it. */
async function resolveThreads(api: Api, pull: Pick<PullRequest, "repository" | "number">, comments: readonly number[]): Promise<{ readonly count: number; readonly notes: readonly string[] }> {
  let count = 0;
  try {
    for (const id of comments.length === 0 ? [] : await openThreads(api, pull, new Set(comments))) {
      await graphql(api, resolveQuery, { id });
      count++;
    }
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return { count, notes: ["threads of fixed findings are not resolved: the token may not do that"] };
  }
  return { count, notes: [] };
}

async function openThreads(api: Api, { repository, number }: Pick<PullRequest, "repository" | "number">, comments: ReadonlySet<number>): Promise<readonly string[]> {
  const [owner, name] = repository.split("/");
  const ids: string[] = [];
  let after: string | null = null;
  for (let page = 0; page < threadPagesMax; page++) {
    const data: unknown = await graphql(api, threadsQuery, { owner, name, number, after });
    const threads = partOf(data, "repository", "pullRequest", "reviewThreads");
    for (const node of itemsOf(threads, "nodes")) {
      const first = numberOf(itemsOf(node, "comments", "nodes")[0], "databaseId");
      if (partOf(node, "isResolved") === false && comments.has(first)) ids.push(textOf(node, "id"));
    }
    if (partOf(threads, "pageInfo", "hasNextPage") !== true) break;
    after = textOf(threads, "pageInfo", "endCursor");
  }
  return ids;
}

async function graphql(api: Api, query: string, variables: Readonly<Record<string, unknown>>): Promise<unknown> {
  const data = parseJson((await api.call("POST", "/graphql", { query, variables })).text);
  const [error] = itemsOf(data, "errors");
  if (error !== undefined) throw new ApiError(textOf(error, "message"), 403);
  return partOf(data, "data");
}

async function postSummary(api: Api, repository: string, number: number, login: string, given: Remarks): Promise<Posted["summary"]> {
  const body = `${summaryMark}\n${remarksSummary(given)}`;
  const present = ownComments(await api.pages(`${repository}/issues/${number}/comments?per_page=100`), login).get(summaryMark);
  if (present === undefined) {
    await api.call("POST", `${repository}/issues/${number}/comments`, { body });
    return "created";
  }
  if (isSame(present.body, body)) return "unchanged";
  await api.call("PATCH", `${repository}/issues/comments/${present.id}`, { body });
  return "edited";
}

/** A part of what a host answers, which may be anything. */
export const partOf = (value: unknown, ...keys: readonly string[]): unknown =>
  keys.reduce<unknown>((at, key) => (typeof at === "object" && at !== null && Object.hasOwn(at, key) ? (at as Readonly<Record<string, unknown>>)[key] : undefined), value);
export const textOf = (value: unknown, ...keys: readonly string[]): string => {
  const found = partOf(value, ...keys);
  return typeof found === "string" ? found : "";
};
export const numberOf = (value: unknown, ...keys: readonly string[]): number => {
  const found = partOf(value, ...keys);
  return typeof found === "number" && Number.isSafeInteger(found) ? found : 0;
};
export const itemsOf = (value: unknown, ...keys: readonly string[]): readonly unknown[] => {
  const found = partOf(value, ...keys);
  return Array.isArray(found) ? (found as readonly unknown[]) : [];
};
