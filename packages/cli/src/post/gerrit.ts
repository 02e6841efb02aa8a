/** Puts remarks on a change of Gerrit: comments on the files of the patch set, the rest in the message. */
import { gerritReview, type Remarks } from "../engine.ts";
import { UsageError } from "../exit.ts";
import type { Environment } from "./github-environment.ts";
import { Api, parseJson } from "./http.ts";

/** The patch set that is meant. */
export interface PatchSet {
  readonly change: string;
  readonly revision: string;
}

/** A vote: a label of the project. */
export interface Vote {
  readonly label: string;
  readonly value: number;
}

const first = (environment: Environment, names: readonly string[]): string => names.map((name) => environment[name] ?? "").find((value) => value !== "") ?? "";

export function gerritApi(environment: Environment, wait: (milliseconds: number) => Promise<void>): Api {
  const address = first(environment, ["GERRIT_ADDRESS", "GERRIT_URL"]);
  const user = environment.GERRIT_USERNAME ?? "";
  const password = environment.GERRIT_PASSWORD ?? "";
  if (address === "") throw new UsageError("GERRIT_ADDRESS is not set: it reads https://review.example.org");
  if (user === "" || password === "") throw new UsageError("GERRIT_USERNAME and GERRIT_PASSWORD are not set: Gerrit makes an HTTP password under Settings");
  const basic = Buffer.from(`${user}:${password}`).toString("base64");
  return new Api({ base: `${address.replace(/\/+$/, "")}/a`, authorization: `Basic ${basic}`, headers: { accept: "application/json" }, secrets: [password, basic], wait });
}

/** Finds the patch set: by the names of reviewdog, of the Gerrit trigger of Jenkins, and of Zuul. */
export function findPatchSet(environment: Environment): PatchSet {
  const change = first(environment, ["GERRIT_CHANGE_ID", "GERRIT_CHANGE_NUMBER", "ZUUL_CHANGE"]);
  const revision = first(environment, ["GERRIT_REVISION_ID", "GERRIT_PATCHSET_REVISION", "GERRIT_PATCHSET_NUMBER", "ZUUL_PATCHSET"]) || "current";
  if (change === "") throw new UsageError("GERRIT_CHANGE_ID is not set: the number or the id of the change");
  return { change, revision };
}

/** Returns the number of comments on lines. */
export async function postToGerrit(api: Api, { change, revision }: PatchSet, given: Remarks, vote: Vote | undefined): Promise<number> {
  const path = `/changes/${encodeURIComponent(change)}/revisions/${encodeURIComponent(revision)}`;
  const files = parseJson((await api.call("GET", `${path}/files`)).text);
  const changed = new Set(typeof files === "object" && files !== null ? Object.keys(files) : []);
  // Gerrit refuses the whole review for one comment on a file that the patch set does not touch.
  const inside = given.remarks.filter((remark) => changed.has(remark.path));
  const outside = given.remarks.filter((remark) => !changed.has(remark.path));
  const review = gerritReview({ ...given, remarks: inside }, outside);
  await api.call("POST", `${path}/review`, { ...review, ...(vote === undefined ? {} : { labels: { [vote.label]: vote.value } }) });
  return Object.values(review.comments).reduce((sum, comments) => sum + comments.length, 0);
}
