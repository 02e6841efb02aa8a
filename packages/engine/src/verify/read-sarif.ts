/** SARIF 2.1.0 from any scanner, as alerts. What is not of the form is left out and told. */
import type { Alert, AlertPlace, AlertRule } from "./alert.ts";
import { at, fieldOf, indexOf, type JsonRecord, lineOf, listOf, recordOf, textOf, textsOf } from "./json-value.ts";
import type { ReviewProblem } from "./verification.ts";

/** Results of one log that are read. */
const resultsMax = 200_000;
const flowPlacesMax = 200;
const baseDepthMax = 8;
const snippetLinesMax = 200;

export interface ReadSarif {
  readonly alerts: readonly Alert[];
  readonly by: readonly string[];
  readonly problems: readonly ReviewProblem[];
}

/** Holds if a value has the form of a SARIF log. */
export const isSarif = (value: unknown): boolean => Array.isArray(fieldOf(value, "runs"));

/** Reads all runs of a log. */
export function readSarif(log: unknown): ReadSarif {
  const alerts: Alert[] = [];
  const by: string[] = [];
  const problems: ReviewProblem[] = [];
  listOf(fieldOf(log, "runs")).forEach((run, runIndex) => {
    const reader = new RunReader(run);
    if (reader.name !== "" && !by.includes(reader.name)) by.push(reader.name);
    listOf(fieldOf(run, "results")).forEach((result, index) => {
      const pointer = `/runs/${runIndex}/results/${index}`;
      if (alerts.length >= resultsMax) return;
      if (recordOf(result) === undefined) problems.push({ pointer, message: "the result is no object" });
      else if (fieldOf(result, "baselineState") === "absent") problems.push({ pointer, message: "the log says that this result is gone" });
      else alerts.push(reader.read(result as JsonRecord, String(alerts.length + 1), pointer));
    });
  });
  return { alerts, by, problems };
}

class RunReader {
  readonly name: string;
  private readonly tool: string;
  private readonly components: readonly unknown[];
  private readonly ruleIndex = new Map<string, unknown>();
  private readonly artifacts: readonly unknown[];

  constructor(private readonly run: unknown) {
    const driver = at(run, "tool", "driver");
    this.tool = textOf(fieldOf(driver, "name"));
    const version = textOf(fieldOf(driver, "semanticVersion")) || textOf(fieldOf(driver, "version"));
    this.name = version === "" ? this.tool : `${this.tool} ${version}`;
    this.components = [driver, ...listOf(at(run, "tool", "extensions"))];
    this.artifacts = listOf(fieldOf(run, "artifacts"));
    for (const component of this.components) {
      for (const rule of listOf(fieldOf(component, "rules"))) {
        const id = textOf(fieldOf(rule, "id"));
        if (!this.ruleIndex.has(id)) this.ruleIndex.set(id, rule);
      }
    }
  }

  read(result: JsonRecord, id: string, pointer: string): Alert {
    const rule = this.ruleOf(result);
    const place = this.placeOf(listOf(fieldOf(result, "locations"))[0]);
    return {
      id, pointer, tool: this.tool, rule: this.describe(rule, result), message: this.messageOf(result, rule),
      ...(place === undefined ? {} : { place }),
      flow: this.flowOf(result), says: saysOf(textOf(fieldOf(result, "kind"))),
      isSuppressed: listOf(fieldOf(result, "suppressions")).length > 0,
    };
  }

  /** A rule is named by its place in a list, or by its id; a longer id names a rule by its beginning (`CA1000/1`). */
  private ruleOf(result: JsonRecord): unknown {
    const extension = indexOf(at(result, "rule", "toolComponent", "index"));
    const component = extension >= 0 ? this.components[extension + 1] : this.components[0];
    const index = indexOf(fieldOf(result, "ruleIndex")) >= 0 ? indexOf(fieldOf(result, "ruleIndex")) : indexOf(at(result, "rule", "index"));
    const id = textOf(fieldOf(result, "ruleId")) || textOf(at(result, "rule", "id"));
    const listed = index >= 0 ? listOf(fieldOf(component, "rules"))[index] : undefined;
    if (listed !== undefined && (id === "" || id.startsWith(textOf(fieldOf(listed, "id"))))) return listed;
    return this.ruleIndex.get(id) ?? this.ruleIndex.get(id.split("/").slice(0, -1).join("/"));
  }

  private describe(rule: unknown, result: JsonRecord): AlertRule {
    const words = [
      ...taxaOf(result), ...textsOf(at(result, "properties", "tags")), ...textsOf(at(result, "properties", "cwe")),
      ...textsOf(at(rule, "properties", "tags")), ...textsOf(at(rule, "properties", "cwe")), ...relatedOf(rule), textOf(fieldOf(rule, "helpUri")),
    ];
    const found = new Map<number, string>();
    for (const word of words) {
      const named = cweForm.exec(word);
      if (named === null) continue;
      const id = Number(named[1]);
      if ((found.get(id) ?? "") === "") found.set(id, (named[2] ?? "").trim());
    }
    return {
      id: textOf(fieldOf(result, "ruleId")) || textOf(at(result, "rule", "id")) || textOf(fieldOf(rule, "id")),
      name: textOf(fieldOf(rule, "name")) || textOf(at(rule, "shortDescription", "text")),
      cwe: [...found.keys()],
      cweNames: [...found].filter(([, name]) => name !== "").map(([id, name]) => ({ id, name })),
    };
  }

  /** The text of a message, or that of the rule with the arguments filled in. */
  private messageOf(result: JsonRecord, rule: unknown): string {
    const text = textOf(at(result, "message", "text")) || textOf(at(result, "message", "markdown"));
    if (text !== "") return text;
    const id = textOf(at(result, "message", "id"));
    const form = textOf(at(rule, "messageStrings", id, "text")) || textOf(at(rule, "shortDescription", "text"));
    const values = listOf(at(result, "message", "arguments")).map(textOf);
    return form.replace(/\{(\d{1,3})\}/g, (whole, index: string) => values[Number(index)] ?? whole);
  }

  private placeOf(location: unknown): AlertPlace | undefined {
    const physical = fieldOf(location, "physicalLocation");
    const path = this.pathOf(fieldOf(physical, "artifactLocation"), 0);
    if (path === "") return undefined;
    const region = fieldOf(physical, "region");
    const first = lineOf(fieldOf(region, "startLine"));
    const last = Math.max(first, lineOf(fieldOf(region, "endLine")));
    const seen = [region, fieldOf(physical, "contextRegion")].flatMap((each) => {
      const line = lineOf(fieldOf(each, "startLine"));
      const text = textOf(at(each, "snippet", "text"));
      return line === 0 || text.trim() === "" ? [] : [{ first: line, lines: text.split("\n").slice(0, snippetLinesMax) }];
    });
    return { path, first, last, seen };
  }

  /** The address of a file: its own, or that of the list of files; below its base, where the base says where it is. */
  private pathOf(location: unknown, depth: number): string {
    const uri = textOf(fieldOf(location, "uri"));
    const listed = indexOf(fieldOf(location, "index"));
    if (uri === "" && listed >= 0 && depth < baseDepthMax) return this.pathOf(at(this.artifacts[listed], "location"), depth + 1);
    const path = decodeUri(uri);
    const base = textOf(fieldOf(location, "uriBaseId"));
    if (base === "" || depth >= baseDepthMax || path.startsWith("/")) return path;
    const folder = this.pathOf(at(this.run, "originalUriBaseIds", base), depth + 1);
    return folder === "" ? path : `${folder.replace(/\/+$/, "")}/${path}`;
  }

  private flowOf(result: JsonRecord): readonly AlertPlace[] {
    const steps = listOf(at(listOf(at(listOf(fieldOf(result, "codeFlows"))[0], "threadFlows"))[0], "locations"));
    return steps.slice(0, flowPlacesMax).flatMap((step) => this.placeOf(fieldOf(step, "location")) ?? []);
  }
}

/** `external/cwe/cwe-089`, `CWE-89: Improper Neutralization of …`, `CWE89`, `cwe-89` in an address. */
const cweForm = /\bcwe[-_:/ ]?0*([1-9][0-9]{0,4})(?!\d)(?:\s*[:\-–]\s*([^\n]{3,200}))?/i;

/** Entries of other lists that a rule points to: `{target: {id: "89", toolComponent: {name: "CWE"}}}`. */
const relatedOf = (rule: unknown): readonly string[] =>
  listOf(fieldOf(rule, "relationships")).map((each) => taxonOf(fieldOf(each, "target")));

const taxaOf = (result: unknown): readonly string[] => listOf(fieldOf(result, "taxa")).map(taxonOf);

function taxonOf(taxon: unknown): string {
  const id = textOf(fieldOf(taxon, "id"));
  const isCwe = /^cwe$/i.test(textOf(at(taxon, "toolComponent", "name")));
  return isCwe && /^\d+$/.test(id) ? `CWE-${id}` : id;
}

function saysOf(kind: string): Alert["says"] {
  if (kind === "pass") return "pass";
  return kind === "notApplicable" || kind === "informational" ? "other" : "fail";
}

/** Takes scheme and escapes away. What is badly escaped stays as it is. */
function decodeUri(uri: string): string {
  const bare = uri.replace(/^file:\/\/[^/]*/i, "").replace(/[?#].*$/, "");
  try {
    return decodeURIComponent(bare);
  } catch {
    return bare;
  }
}
