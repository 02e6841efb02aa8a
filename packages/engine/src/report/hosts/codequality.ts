/** The Code Quality report of GitLab, a part of the Code Climate form: shown in a merge request without any licence. */
import { visible } from "../escape.ts";
import { jsonText } from "../json-text.ts";
import { headingOf, type Remark, remarkMarkdown, type Remarks } from "./remark.ts";

const severities = { critical: "blocker", high: "critical", medium: "major", low: "minor" } as const;

/** Renders remarks as a list of issues. */
export const renderCodequality = (given: Remarks): string => `${jsonText(given.remarks.map(issueOf))}\n`;

const issueOf = (remark: Remark) => ({
  type: "issue",
  check_name: remark.detector,
  description: `${headingOf(remark)}: ${visible(remark.message)} [${remark.id}]`,
  content: { body: remarkMarkdown(remark) },
  categories: ["Security"],
  severity: remark.kind === "finding" ? severities[remark.severity] : "info",
  fingerprint: `${remark.kind === "finding" ? "" : `${remark.kind}:`}${remark.fingerprint}`,
  location: { path: remark.path, lines: { begin: remark.line, end: Math.max(remark.line, remark.endLine) } },
});
