/**
 * Remarks out of a result that was written to a file: JSON of a review or of a change, SARIF of any tool.
 *
 * The file may come from a run on code that nobody has looked at, so that it is hostile like the code itself: every field is
 * checked for its type, and text is escaped where it is shown.
 */
import type { Severity } from "../../knowledge/index.ts";
import { plural } from "../../review/index.ts";
import { inRepository, type Remark, type Remarks } from "./remark.ts";

export type RemarksReading = { readonly remarks: Remarks } | { readonly problem: string };

/** Most remarks that are taken from a file. */
export const readRemarksMax = 5_000;

type Data = Readonly<Record<string, unknown>>;

const isData = (value: unknown): value is Data => typeof value === "object" && value !== null && !Array.isArray(value);
const list = (value: unknown): readonly Data[] => (Array.isArray(value) ? value.filter(isData).slice(0, readRemarksMax) : []);
const part = (value: unknown, ...keys: readonly string[]): unknown =>
  keys.reduce<unknown>((at, key) => (isData(at) && Object.hasOwn(at, key) ? at[key] : undefined), value);
const text = (value: unknown, ...keys: readonly string[]): string => {
  const found = part(value, ...keys);
  return typeof found === "string" ? found : "";
};
const texts = (value: unknown): readonly string[] => (Array.isArray(value) ? value.filter((each) => typeof each === "string").slice(0, 100) : []);
const count = (value: unknown, ...keys: readonly string[]): number => {
  const found = part(value, ...keys);
  return typeof found === "number" && Number.isSafeInteger(found) && found > 0 ? found : 1;
};
const severityOf = (word: string): Severity => (word === "critical" || word === "high" || word === "low" ? word : "medium");
const numbers = (value: unknown): readonly number[] => (Array.isArray(value) ? value.filter((each) => Number.isSafeInteger(each)) : []);

/** Reads a result. */
export function readRemarks(given: string): RemarksReading {
  let data: unknown;
  try {
    data = JSON.parse(given);
  } catch {
    return { problem: "it is not valid JSON" };
  }
  if (Array.isArray(part(data, "runs"))) return { remarks: ofSarif(data) };
  if (text(data, "schema_version") === "") return { problem: "it is neither a JSON result of warrant nor SARIF" };
  return { remarks: text(data, "kind") === "difference" ? ofDifference(data) : ofReview(data) };
}

const frame = (data: unknown): Pick<Remarks, "version" | "project" | "revision" | "incompleteBecause"> => ({
  version: text(data, "tool", "version"), project: text(data, "project", "name"),
  revision: text(data, "head", "revision") || text(data, "project", "revision"), incompleteBecause: texts(part(data, "incompleteBecause")),
});

function ofReview(data: unknown): Remarks {
  const folder = text(data, "project", "folder");
  const findings = list(part(data, "findings"));
  const questions = list(part(data, "questions"));
  const known = part(data, "baseline", "known");
  const held = Array.isArray(known) ? `, ${known.length} held by the baseline` : "";
  const rows = list(part(data, "pillars"));
  const sum = (key: string): number => rows.reduce((total, row) => total + (typeof row[key] === "number" ? (row[key] as number) : 0), 0);
  return {
    ...frame(data),
    remarks: [...findings, ...questions].map((each) => remarkOfData(each, folder)),
    summary: `${plural(findings.length, "finding")}, ${plural(questions.length, "question")}; ${sum("proven")} proven, ${sum("open")} open${held}`,
  };
}

function ofDifference(data: unknown): Remarks {
  const folder = text(data, "project", "folder");
  const all = (kind: string, state: string): readonly Data[] => list(part(data, kind, state));
  const lost = list(part(data, "lostProofs"));
  const fresh = all("findings", "new");
  return {
    ...frame(data),
    remarks: [...fresh.map((each) => remarkOfData(each, folder)), ...lost.flatMap((each) => lostRemark(each, folder)), ...all("questions", "new").map((each) => remarkOfData(each, folder))],
    summary: `${fresh.length} new, ${all("findings", "fixed").length} fixed, ${all("findings", "standing").length} still there; ${lost.length} lost reasons of proofs`,
  };
}

function remarkOfData(data: Data, folder: string): Remark {
  return {
    id: text(data, "id"), fingerprint: text(data, "fingerprint"), kind: text(data, "kind") === "question" ? "question" : "finding",
    detector: text(data, "detector"), title: text(data, "title"), cwe: numbers(data.cwe), severity: severityOf(text(data, "severity")),
    path: inRepository(text(data, "path"), folder), line: count(data, "line"), column: count(data, "column"),
    endLine: count(data, "endLine"), endColumn: count(data, "endColumn"), function: text(data, "function"), message: text(data, "message"),
    fix: text(data, "fix", "text"), suggestions: [],
    steps: list(data.steps).map((step) => ({
      path: inRepository(text(step, "path"), folder), line: count(step, "line"), kind: "call" as const, text: text(step, "text"), why: text(step, "why"),
    })),
  };
}

/** What is told of a proof that a change took away: at the first sink that hung on it. */
function lostRemark(data: Data, folder: string): readonly Remark[] {
  const proofs = list(data.proofs).filter((proof) => text(proof, "is") !== "weaker");
  const [first] = proofs;
  if (first === undefined) return [];
  const line = count(first, "line");
  const where = text(data, "reason", "path") === "" ? "" : ` (before: ${inRepository(text(data, "reason", "path"), folder)}:${count(data, "reason", "line")})`;
  const sinks = proofs.slice(0, 5).map((proof) => `${inRepository(text(proof, "path"), folder)}:${count(proof, "line")} ${text(proof, "sink")}`);
  return [{
    id: text(first, "id"), fingerprint: text(first, "fingerprint"), kind: "lost-proof", detector: text(first, "detector"), title: text(first, "detector"),
    cwe: numbers(first.cwe), severity: "medium", path: inRepository(text(first, "path"), folder), line, column: count(first, "column"), endLine: line,
    endColumn: count(first, "column"), function: text(first, "function"), fix: "", steps: [], suggestions: [],
    message: `${text(data, "reason", "code")}: ${text(data, "reason", "text")}${where}. ${plural(proofs.length, "sink")} hung on it: ${sinks.join("; ")}`,
  }];
}

const levels: Readonly<Record<string, Severity>> = { error: "high", warning: "medium", note: "low", none: "low" };

function ofSarif(data: unknown): Remarks {
  const runs = list(part(data, "runs"));
  const results = runs.flatMap((run) => list(part(run, "results")).map((result) => ({ run, result })));
  const told = results.filter(({ result }) => ["", "fail", "review"].includes(text(result, "kind")) && !["absent", "unchanged"].includes(text(result, "baselineState")) && !isSuppressed(result));
  const failed = told.filter(({ result }) => text(result, "kind") !== "review").length;
  const notes = runs.flatMap((run) => list(part(run, "invocations")).flatMap((each) => list(part(each, "toolExecutionNotifications"))));
  return {
    version: text(runs[0], "tool", "driver", "version"), project: "", revision: "",
    remarks: told.map(({ run, result }) => remarkOfResult(run, result)),
    summary: `${plural(failed, "finding")}, ${plural(told.length - failed, "question")}`,
    incompleteBecause: notes.filter((note) => text(note, "level") === "error").map((note) => text(note, "message", "text").replace(/^Incomplete: /, "")).slice(0, 100),
  };
}

const isSuppressed = (result: Data): boolean => list(result.suppressions).some((each) => ["", "accepted"].includes(text(each, "status")));

function remarkOfResult(run: Data, result: Data): Remark {
  const place = part(list(result.locations)[0], "physicalLocation");
  const id = text(result, "ruleId") || text(result, "rule", "id");
  const rule = list(part(run, "tool", "driver", "rules")).find((each) => text(each, "id") === id);
  const line = count(place, "region", "startLine");
  const fingerprints = part(result, "partialFingerprints");
  const fingerprint = text(fingerprints, "warrantIdentity/v1") || text(fingerprints, "primaryLocationLineHash") || `${id}:${uriPath(place)}:${text(result, "message", "text")}`;
  const flow = list(part(list(part(list(result.codeFlows)[0], "threadFlows"))[0], "locations"));
  return {
    id: text(result, "properties", "id") || id, fingerprint, kind: text(result, "kind") === "review" ? "question" : "finding", detector: id,
    title: text(rule, "shortDescription", "text") || id, cwe: cweOf(rule), suggestions: [],
    severity: text(result, "properties", "severity") === "" ? (levels[text(result, "level")] ?? "medium") : severityOf(text(result, "properties", "severity")),
    path: uriPath(place), line, column: count(place, "region", "startColumn"), endLine: Math.max(line, count(place, "region", "endLine")),
    endColumn: count(place, "region", "endColumn"), function: "", message: text(result, "message", "text"), fix: "",
    steps: flow.map((each) => {
      const at = part(each, "location", "physicalLocation");
      return { path: uriPath(at), line: count(at, "region", "startLine"), kind: "call" as const, text: "", why: text(each, "location", "message", "text") };
    }),
  };
}

function uriPath(place: unknown): string {
  const uri = text(place, "artifactLocation", "uri");
  try {
    return decodeURIComponent(uri).replace(/^(?:\.\/)+/, "");
  } catch {
    return uri;
  }
}

const cweOf = (rule: unknown): readonly number[] =>
  texts(part(rule, "properties", "tags")).flatMap((tag) => {
    const match = /(?:^|\/)cwe-0*([1-9][0-9]{0,4})$/i.exec(tag);
    return match === null ? [] : [Number(match[1])];
  });
