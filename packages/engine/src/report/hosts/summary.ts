/** The one comment that sums a review up, as Markdown. */
import { markdownCellCode, markdownText } from "../escape.ts";
import { headingOf, type Remark, type Remarks } from "./remark.ts";

/** Rows of the table; the page of GitHub takes 65,536 characters. */
export const summaryRowsMax = 50;
const textMax = 60_000;

/** Renders the summary: the figures, then a line for each remark. */
export function remarksSummary(given: Remarks): string {
  const state = given.incompleteBecause.length === 0 ? [] : ["", `**The review is incomplete:** ${given.incompleteBecause.slice(0, 5).map((reason) => markdownText(reason.slice(0, 300))).join("; ")}`];
  const head = [`### warrant: ${markdownText(given.summary)}`, ...state, ""];
  const rows: string[] = [];
  let length = head.join("\n").length;
  for (const remark of given.remarks.slice(0, summaryRowsMax)) {
    const row = rowOf(remark);
    length += row.length + 1;
    if (length > textMax) break;
    rows.push(row);
  }
  const rest = given.remarks.length - rows.length;
  const table = rows.length === 0 ? [] : ["| | what | where |", "|---|---|---|", ...rows, ""];
  const more = rest === 0 ? [] : [`${rest} more in the report.`, ""];
  const revision = /^[0-9a-f]{7,64}$/.test(given.revision) ? ` of ${given.revision.slice(0, 12)}` : "";
  return [...head, ...table, ...more, `<sub>Review${revision} by warrant ${markdownText(given.version)}. Each id stays the same when lines move; \`warrant show ID\` prints the evidence.</sub>`].join("\n");
}

const rowOf = (remark: Remark): string => {
  const message = markdownText(remark.message.slice(0, 400));
  return `| ${markdownCellCode(remark.id.slice(0, 60))} | **${markdownText(headingOf(remark).slice(0, 200))}** ${message} | ${markdownCellCode(`${remark.path.slice(-300)}:${remark.line}`)} |`;
};
