/** What a Zuul job hands to `zuul_return`: comments on files, which Zuul puts on the change with its vote. */
import { jsonText } from "../json-text.ts";
import { byPath, rangeField } from "./gerrit.ts";
import { type Remark, remarkMarkdown, type Remarks } from "./remark.ts";

const levels = { critical: "error", high: "error", medium: "warning", low: "info" } as const;

/** Renders remarks as the data of `zuul_return`. */
export function renderZuul(given: Remarks): string {
  const warnings = given.incompleteBecause.map((reason) => `warrant: incomplete: ${reason}`);
  return `${jsonText({ zuul: { file_comments: byPath(given.remarks, commentOf), ...(warnings.length === 0 ? {} : { warnings }) } })}\n`;
}

const commentOf = (remark: Remark) => ({
  line: Math.max(remark.line, remark.endLine),
  message: remarkMarkdown(remark),
  level: remark.kind === "finding" ? levels[remark.severity] : "info",
  ...rangeField(remark),
});
