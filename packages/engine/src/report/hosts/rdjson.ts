/** The Reviewdog Diagnostic Format, as one JSON document. */
import { jsonText } from "../json-text.ts";
import { type Remark, remarkMarkdown, type Remarks } from "./remark.ts";

const severities = { critical: "ERROR", high: "ERROR", medium: "WARNING", low: "INFO" } as const;

/** Renders remarks as diagnostics. Messages are Markdown: reviewdog puts them into comments as they are. */
export function renderRdjson(given: Remarks): string {
  return `${jsonText({ source: { name: "warrant" }, diagnostics: given.remarks.map(diagnosticOf) })}\n`;
}

const diagnosticOf = (remark: Remark) => ({
  message: remarkMarkdown(remark),
  location: { path: remark.path, range: rangeOf(remark) },
  severity: remark.kind === "finding" ? severities[remark.severity] : "INFO",
  code: {
    value: remark.detector,
    ...(remark.cwe.length === 0 ? {} : { url: `https://cwe.mitre.org/data/definitions/${remark.cwe[0]}.html` }),
  },
  related_locations: remark.steps.slice(0, -1).map((step) => ({
    message: `${step.kind}: ${step.why}`, location: { path: step.path, range: { start: { line: step.line } } },
  })),
});

/** The format counts columns in bytes of UTF-8 and the end is exclusive; without known bytes whole lines are meant. */
const rangeOf = ({ line, endLine, bytes }: Remark) => ({
  start: { line, ...(bytes === undefined ? {} : { column: bytes.column }) },
  end: { line: Math.max(line, endLine), ...(bytes === undefined ? {} : { column: bytes.endColumn }) },
});
