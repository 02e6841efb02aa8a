/**
 * Workflow commands of GitHub Actions: printed to the log of a job, each becomes an annotation of the change.
 *
 * A command is one line, `::error file=app.py,line=3::text`. GitHub shows ten of each kind per step, so the most severe come first.
 */
import { visible } from "../escape.ts";
import { headingOf, type Remark, remarkLines, type Remarks } from "./remark.ts";

const commandOf = (remark: Remark): string => {
  if (remark.kind !== "finding") return "notice";
  return remark.severity === "critical" || remark.severity === "high" ? "error" : remark.severity === "medium" ? "warning" : "notice";
};

/** Renders remarks as workflow commands; the last line is the sum, and what keeps the review from being complete stands before it. */
export function renderGithub(given: Remarks): string {
  const lines = given.remarks.map((remark) => {
    // Columns may only be given of a place on one line.
    const columns = remark.endLine === remark.line ? { col: remark.column, endColumn: Math.max(remark.column, remark.endColumn) } : {};
    const properties = { file: remark.path, line: remark.line, endLine: remark.endLine, ...columns, title: `${headingOf(remark)} [${remark.id}]` };
    return command(commandOf(remark), properties, remarkLines(remark).join("\n"));
  });
  for (const reason of given.incompleteBecause) lines.push(command("warning", { title: "warrant: the review is incomplete" }, visible(reason)));
  lines.push(command("notice", { title: "warrant" }, given.summary));
  return `${lines.join("\n")}\n`;
}

function command(name: string, properties: Readonly<Record<string, string | number>>, text: string): string {
  const list = Object.entries(properties).map(([key, value]) => `${key}=${property(String(value))}`).join(",");
  return `::${name} ${list}::${data(text)}`;
}

const encode = (text: string, set: RegExp): string =>
  text.replace(set, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`);

/** The runner decodes exactly these; every other control character is written out, so that nothing of a path ends the line. */
const property = (text: string): string => withoutControls(encode(text, /[%\r\n:,]/g));
const data = (text: string): string => withoutControls(encode(text, /[%\r\n]/g));

const withoutControls = (text: string): string => visible(text);
