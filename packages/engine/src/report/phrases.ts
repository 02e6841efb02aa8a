/** Phrases that several forms say alike. */
import { plural, type Finding, type Report } from "../review/index.ts";
import { visible } from "./escape.ts";

/** Returns an entry as "http GET /users (flask) app.show". */
export function entryText(entry: Finding["reachedFrom"][number]): string {
  const verbs = entry.methods.length === 0 ? "" : ` ${entry.methods.join(",")}`;
  const route = entry.route === "" ? "" : ` ${entry.route}`;
  return visible(`${entry.kind}${verbs}${route} (${entry.framework}) ${entry.function}`);
}

/** Returns ", 3 test files parsed and not followed", or "" if all are. */
export const unfollowedText = (files: Report["coverage"]["files"]): string =>
  files.testNotFollowed === 0 ? "" : `, ${plural(files.testNotFollowed, "test file")} parsed and not followed`;

/** Returns "http 3, cli 1", or "0" for an empty record. */
export function recordText(record: Readonly<Partial<Record<string, number>>>): string {
  const parts = Object.entries(record).map(([key, value]) => `${key} ${value}`);
  return parts.length === 0 ? "0" : parts.join(", ");
}
