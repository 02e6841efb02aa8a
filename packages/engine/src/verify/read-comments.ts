/** Comments of a review as GitHub and Gerrit store them: each is prose that stands at a place. */
import type { Claim, Citation } from "./claim.ts";
import { extractClaims } from "./extract.ts";
import { at, fieldOf, lineOf, listOf, recordOf, textOf } from "./json-value.ts";

/** A comment at a place. */
interface Comment {
  readonly pointer: string;
  readonly path: string;
  /** 0 if it is on the whole file. */
  readonly first: number;
  readonly last: number;
  readonly text: string;
  readonly author: string;
}

/** What one comment claims, and its text. */
export interface CommentClaims {
  readonly text: string;
  readonly claims: readonly Claim[];
}

export interface ReadComments {
  readonly comments: readonly CommentClaims[];
  readonly by: readonly string[];
}

const commentsMax = 20_000;
/** Entries of Gerrit that are no files. */
const gerritPseudoFiles = new Set(["/COMMIT_MSG", "/MERGE_LIST", "/PATCHSET_LEVEL"]);

/**
 * Reads comments, if the value holds some: a list of GitHub's (`path`, `body`, `line`), a review with such a list in
 * `comments`, or Gerrit's map of a path to its comments (`message`, `line`, `range`), bare or in `comments`.
 */
export function readComments(value: unknown): ReadComments | undefined {
  const comments = gitHubComments(value, "") ?? gitHubComments(fieldOf(value, "comments"), "/comments") ?? gerritComments(value, "") ?? gerritComments(fieldOf(value, "comments"), "/comments");
  if (comments === undefined) return undefined;
  const read = comments.slice(0, commentsMax).map((comment, index) => ({ text: comment.text, claims: claimsOf(comment, index + 1) }));
  return { comments: read, by: [...new Set(comments.map((comment) => comment.author).filter((author) => author !== ""))] };
}

function gitHubComments(value: unknown, pointer: string): readonly Comment[] | undefined {
  if (!Array.isArray(value) || value.length === 0) return undefined;
  const isComment = (each: unknown): boolean => typeof fieldOf(each, "body") === "string";
  if (!value.every(isComment)) return undefined;
  return value.map((each: unknown, index): Comment => {
    // The line of the diff's old side counts in a file that is gone; the original one in the commit that was read.
    const last = lineOf(fieldOf(each, "line")) || lineOf(fieldOf(each, "original_line"));
    const first = lineOf(fieldOf(each, "start_line")) || lineOf(fieldOf(each, "original_start_line")) || last;
    return {
      pointer: `${pointer}/${index}`, path: textOf(fieldOf(each, "path")), first: Math.min(first, last), last,
      text: textOf(fieldOf(each, "body")), author: textOf(at(each, "user", "login")),
    };
  });
}

function gerritComments(value: unknown, pointer: string): readonly Comment[] | undefined {
  const record = recordOf(value);
  if (record === undefined) return undefined;
  const entries = Object.entries(record);
  const isComment = (each: unknown): boolean => typeof fieldOf(each, "message") === "string";
  if (!entries.some(([, list]) => listOf(list).length > 0) || !entries.every(([, list]) => Array.isArray(list) && list.every(isComment))) return undefined;
  return entries.flatMap(([path, list]) => listOf(list).map((each, index): Comment => {
    const line = lineOf(fieldOf(each, "line"));
    const first = lineOf(at(each, "range", "start_line")) || line;
    const last = lineOf(at(each, "range", "end_line")) || line;
    const name = path.replace(/~/g, "~0").replace(/\//g, "~1");
    return {
      pointer: `${pointer}/${name}/${index}`, path: gerritPseudoFiles.has(path) ? "" : path, first: Math.min(first, last), last: Math.max(first, last),
      text: textOf(fieldOf(each, "message")), author: textOf(at(each, "author", "username")) || textOf(at(each, "author", "name")),
    };
  }));
}

/** What a comment claims, at the place where it stands unless it names another. */
function claimsOf(comment: Comment, number: number): readonly Claim[] {
  const claims = extractClaims(comment.text);
  return claims.map((claim, index): Claim => {
    const id = claims.length === 1 ? `${number}` : `${number}.${index + 1}`;
    const namesPlace = claim.cited.some((each) => each.kind === "lines" || each.kind === "file");
    const place = comment.path === "" || namesPlace ? [] : [citationOf(comment)];
    const scope = place.length === 0 ? claim.scope : comment.first > 0 ? "place" : "file";
    return { ...claim, id, pointer: comment.pointer, cited: [...place, ...claim.cited], scope };
  });
}

function citationOf(comment: Comment): Citation {
  const span = { start: 0, end: 0 };
  return comment.first > 0
    ? { ...span, kind: "lines", first: comment.first, last: comment.last, path: comment.path }
    : { ...span, kind: "file", path: comment.path };
}
