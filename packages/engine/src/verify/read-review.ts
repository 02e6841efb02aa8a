/** What a review is written in, told by its content, and the review read accordingly. */
import type { Alert } from "./alert.ts";
import { type CommentClaims, readComments } from "./read-comments.ts";
import { isSarif, readSarif } from "./read-sarif.ts";
import type { ReviewProblem } from "./verification.ts";

export type ReadReview = { readonly by: readonly string[]; readonly problems: readonly ReviewProblem[] } & (
  | { readonly form: "prose"; readonly text: string }
  | { readonly form: "sarif"; readonly alerts: readonly Alert[] }
  | { readonly form: "comments"; readonly comments: readonly CommentClaims[] }
  /** JSON of none of the forms; the problem says so. */
  | { readonly form: "unknown" }
);

/** Gerrit puts this line before its JSON, so that no page can include it as a script. */
const gerritGuard = /^\)\]\}'\r?\n/;

/** Reads a review. Never throws on input. */
export function readReview(text: string): ReadReview {
  const bare = text.replace(/^\ufeff/, "").replace(gerritGuard, "");
  const begin = /^\s*([[{])\s*(.?)/.exec(bare);
  if (begin === null) return { form: "prose", text, by: [], problems: [] };
  const value = parseJson(bare);
  if (value === undefined) {
    const looksLikeJson = (begin[1] === "{" && /^["}]$/.test(begin[2])) || (begin[1] === "[" && begin[2] === "{");
    return looksLikeJson ? unknown("it begins like JSON and cannot be read as JSON; is the file whole?") : { form: "prose", text, by: [], problems: [] };
  }
  if (isSarif(value.json)) return { form: "sarif", ...readSarif(value.json) };
  const comments = readComments(value.json);
  if (comments !== undefined) return { form: "comments", ...comments, problems: [] };
  return unknown("it is JSON, and neither a SARIF log (`runs`), nor GitHub review comments (`path`, `body`), nor Gerrit comments (a path to its `message`s)");
}

const unknown = (message: string): ReadReview => ({ form: "unknown", by: [], problems: [{ pointer: "", message }] });

function parseJson(text: string): { readonly json: unknown } | undefined {
  try {
    return { json: JSON.parse(text) as unknown };
  } catch {
    // Not JSON: the caller decides whether it was meant to be.
    return undefined;
  }
}
