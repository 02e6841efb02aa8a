/** The security report of GitLab: what a job hands in as `artifacts: reports: sast`. */
import { plural } from "../../review/index.ts";
import { visible } from "../escape.ts";
import { jsonText } from "../json-text.ts";
import { type Remark, remarkMarkdown, type Remarks } from "./remark.ts";

/** Version of GitLab's schema that the report is written by. */
export const gitlabSchemaVersion = "15.2.1";

/** Longest texts that the schema takes, in characters. */
const nameCharactersMax = 255;
const solutionCharactersMax = 7_000;
const descriptionCharactersMax = 1_048_576;

const severities = { critical: "Critical", high: "High", medium: "Medium", low: "Low" } as const;

/**
 * Renders findings as a security report. Questions are left out and counted: GitLab keeps every entry as a vulnerability until
 * someone closes it.
 */
export function renderGitlab(given: Remarks, today: string): string {
  const tool = { id: "warrant", name: "warrant", version: given.version, vendor: { name: "warrant" } };
  // The form asks for times. A review has a day, which the host hands in, so that the same review gives the same bytes.
  const time = `${today === "" ? "1970-01-01" : today}T00:00:00`;
  const findings = given.remarks.filter((remark) => remark.kind === "finding");
  const others = given.remarks.length - findings.length;
  const messages = [
    { level: "info", value: given.summary },
    ...(others === 0 ? [] : [{ level: "info", value: `${plural(others, "question")} left out here; the other forms of this review have them` }]),
    ...given.incompleteBecause.map((reason) => ({ level: "warn", value: `incomplete: ${visible(reason)}` })),
  ];
  return `${jsonText({
    version: gitlabSchemaVersion,
    schema: `https://gitlab.com/gitlab-org/security-products/security-report-schemas/-/raw/v${gitlabSchemaVersion}/dist/sast-report-format.json`,
    scan: { analyzer: tool, scanner: tool, type: "sast", start_time: time, end_time: time, status: "success", messages },
    vulnerabilities: findings.map(vulnerability),
  })}\n`;
}

function vulnerability(remark: Remark) {
  return {
    id: uuidOf(remark.fingerprint),
    name: visible(remark.title).slice(0, nameCharactersMax),
    // The schema reads it as Markdown; the name must say nothing of this one place.
    description: remarkMarkdown(remark).slice(0, descriptionCharactersMax),
    severity: severities[remark.severity],
    ...(remark.fix === "" ? {} : { solution: visible(remark.fix).slice(0, solutionCharactersMax) }),
    identifiers: [
      { type: "warrant_rule", name: `warrant ${remark.detector}`, value: remark.detector },
      ...remark.cwe.map((id) => ({ type: "cwe", name: `CWE-${id}`, value: String(id), url: `https://cwe.mitre.org/data/definitions/${id}.html` })),
    ],
    ...(remark.steps.length < 2 ? {} : { details: { code_flows: { type: "code-flows", name: "Path", items: [remark.steps.map(nodeOf)] } } }),
    location: { file: remark.path, start_line: remark.line, end_line: Math.max(remark.line, remark.endLine), method: visible(remark.function) },
    // GitLab follows a vulnerability by this from one report to the next, also when its lines move.
    tracking: {
      type: "source",
      items: [{
        file: remark.path, start_line: remark.line, end_line: Math.max(remark.line, remark.endLine),
        signatures: [{ algorithm: "scope_offset", value: `${remark.path}|${visible(remark.function)}|${remark.fingerprint}` }],
      }],
    },
  };
}

const nodeOf = (step: Remark["steps"][number], index: number, steps: Remark["steps"]) => ({
  type: "code-flow-node",
  node_type: index === 0 ? "source" : index === steps.length - 1 ? "sink" : "propagation",
  file_location: { type: "file-location", file_name: step.path, line_start: step.line },
});

/** A name of the form that GitLab wants, out of a fingerprint: version 8 is for names of one's own making. */
function uuidOf(fingerprint: string): string {
  const [hash, occurrence] = fingerprint.split(":");
  const hex = `${hash.replace(/[^0-9a-f]/g, "0").padEnd(16, "0").slice(0, 16)}${Number(occurrence ?? 1).toString(16).padStart(14, "0")}`;
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(12, 15)}-8${hex.slice(15, 18)}-${hex.slice(18, 30)}`;
}
