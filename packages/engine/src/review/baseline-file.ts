/** A baseline as a file: our own form, and what can stand in for it when people come from another tool. */
import { compareText, identityVersion } from "../findings/index.ts";
import { type Baseline, type BaselineEntry, type BaselinePlace, hashOf, inRoot } from "./baseline.ts";
import type { Report } from "./report.ts";

/** Version of the file's form. */
const fileVersion = 1;
const headForm = /^# warrant baseline ([0-9]+), identities v([0-9]+)$/;
const lineForm = /^([0-9a-f]{16})(?:\s+(\S+)(?:\s+(\S+))?.*)?$/;

/**
 * Returns a baseline as a file: one line per finding, sorted, so that version control merges two of them line by line. The same line
 * twice stands for two findings. Only the hash and the path count; the detector and the function are for people.
 */
export function baselineText(report: Report): string {
  const lines = [...report.findings, ...report.questions].map((finding) =>
    [hashOf(finding), finding.detector, word(inRoot(finding, report)), word(finding.function)].join(" "),
  );
  return [
    `# warrant baseline ${fileVersion}, identities v${identityVersion}`,
    "# What was there when this was written, one line each: identity, detector, file, function. `warrant baseline` writes it anew.",
    ...lines.sort(compareText),
    "",
  ].join("\n");
}

/** Text as one word of printable characters. */
const word = (text: string): string => (text === "" ? "-" : encodeURI(text.replace(/[\ud800-\udfff]/gu, "\ufffd")).replace(/%3C/g, "<").replace(/%3E/g, ">"));

function unword(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** A baseline that was read, or why it was not. */
export type BaselineReading = { readonly baseline: Baseline } | { readonly problem: string };

/** Reads a baseline: our own file, a JSON report or SARIF of ours or of another tool, a JSON report of Bandit. */
export function readBaseline(text: string, name: string): BaselineReading {
  const start = text.trimStart()[0] ?? "";
  return start === "{" || start === "[" ? readJsonBaseline(text, name) : readLines(text, name);
}

function readLines(text: string, name: string): BaselineReading {
  const lines = text.split(/\r?\n/);
  const head = headForm.exec(lines[0]);
  if (head === null) return { problem: "its first line is not that of a baseline; write it with `warrant baseline`" };
  if (Number(head[1]) !== fileVersion) return { problem: `its form is ${head[1]}, and this version reads ${fileVersion}` };
  if (Number(head[2]) !== identityVersion) return { problem: `its identities are v${head[2]}, and this version makes v${identityVersion}; write it anew with \`warrant baseline\`` };
  const entries: BaselineEntry[] = [];
  for (const [index, line] of lines.entries()) {
    if (line.trim() === "" || line.startsWith("#")) continue;
    const match = lineForm.exec(line);
    if (match === null) return { problem: `line ${index + 1} is none of a baseline${/^[<=>|]{7}/.test(line) ? "; a merge was not finished" : ""}` };
    entries.push({ hash: match[1], path: unword(match[3] ?? "") });
  }
  return { baseline: { name, entries, places: [] } };
}

type Data = Readonly<Record<string, unknown>>;

const isData = (value: unknown): value is Data => typeof value === "object" && value !== null && !Array.isArray(value);
const list = (value: unknown): readonly Data[] => (Array.isArray(value) ? value.filter(isData) : []);
const part = (value: unknown, ...keys: readonly string[]): unknown =>
  keys.reduce<unknown>((at, key) => (isData(at) && Object.hasOwn(at, key) ? at[key] : undefined), value);
const textAt = (value: unknown, ...keys: readonly string[]): string => {
  const found = part(value, ...keys);
  return typeof found === "string" ? found : "";
};
const lineAt = (value: unknown, ...keys: readonly string[]): number => {
  const found = part(value, ...keys);
  return typeof found === "number" && Number.isSafeInteger(found) ? found : 0;
};

function readJsonBaseline(text: string, name: string): BaselineReading {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    return { problem: "it is not valid JSON" };
  }
  if (Array.isArray(part(data, "runs"))) return { baseline: { name, ...readSarif(list(part(data, "runs"))) } };
  if (typeof part(data, "schema_version") === "string") {
    const isDifference = part(data, "kind") === "difference";
    const states = isDifference ? ["new", "standing", "notExamined"].flatMap((state) => [...list(part(data, "findings", state)), ...list(part(data, "questions", state))]) : [];
    const known = [...states, ...list(part(data, "findings")), ...list(part(data, "questions")), ...list(part(data, "baseline", "known"))];
    const folder = textAt(data, "project", "folder");
    return { baseline: { name, places: [], entries: known.map((each) => entryOf(textAt(each, "fingerprint"), `${folder === "" ? "" : `${folder}/`}${textAt(each, "path")}`)) } };
  }
  if (Array.isArray(part(data, "results"))) {
    const places = list(part(data, "results")).map((each) => ({ rule: textAt(each, "test_id"), path: plainPath(textAt(each, "filename")), line: lineAt(each, "line_number") }));
    return { baseline: { name, entries: [], places } };
  }
  return { problem: "it is neither a report of warrant, nor SARIF, nor a report of Bandit" };
}

const entryOf = (fingerprint: string, path: string): BaselineEntry => ({ hash: fingerprint.split(":")[0], path });

const plainPath = (path: string): string => path.replaceAll("\\", "/").replace(/^(?:\.\/)+/, "");

function readSarif(runs: readonly Data[]): Pick<Baseline, "entries" | "places"> {
  const entries: BaselineEntry[] = [];
  const places: BaselinePlace[] = [];
  for (const result of runs.flatMap((run) => list(part(run, "results")))) {
    const place = part(list(part(result, "locations"))[0], "physicalLocation");
    const path = plainPath(unword(textAt(place, "artifactLocation", "uri")));
    const fingerprint = textAt(result, "partialFingerprints", `warrantIdentity/v${identityVersion}`);
    // Of the full form only what was told of counts: a proof is no finding that was there.
    if (fingerprint !== "" && ["pass", "open", "notApplicable"].includes(textAt(result, "kind"))) continue;
    if (fingerprint !== "") entries.push(entryOf(fingerprint, path));
    else places.push({ rule: textAt(result, "ruleId"), path, line: lineAt(place, "region", "startLine") });
  }
  return { entries, places };
}
