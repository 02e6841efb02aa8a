/** What pages change on a project: for a person, and for a script. */
import { plural, type Finding, type ReportChanges, type RowChange } from "../review/index.ts";
import { visible } from "./escape.ts";
import { plainStyle, type Style } from "./style.ts";

/** Rows and blockers that the text names; the JSON form has all. */
const textRowsMax = 50;
const textClosedMax = 10;

/** Renders changes for a terminal: findings first, then rows, then the figures. */
export function renderChanges(changes: ReportChanges, style: Style = plainStyle): string {
  const lines = [
    ...changes.appear.map((finding) => `${style("high", "+")} ${findingText(finding, style)}`),
    ...changes.disappear.map((finding) => `${style("good", "-")} ${findingText(finding, style)}`),
    ...byInterest(changes.rows).slice(0, textRowsMax).map((row) => rowText(row, style)),
  ];
  const rest = changes.rows.length - textRowsMax;
  if (rest > 0) lines.push(style("muted", `${plural(rest, "row")} more in the JSON form`));
  if (lines.length > 0) lines.push("");
  for (const { from, to, rows } of changes.counts) lines.push(`${from} -> ${to}: ${plural(rows, "row")}`);
  for (const { code, blocker, rows } of changes.closed.slice(0, textClosedMax)) {
    lines.push(`closes ${plural(rows, "open row")} (${visible(blocker === "" ? code : `${code}: ${blocker}`)})`);
  }
  const { before, after } = changes;
  const closed = changes.closed.reduce((sum, each) => sum + each.rows, 0);
  lines.push(`findings: ${changes.appear.length} appear, ${changes.disappear.length} disappear; open rows closed: ${closed}`);
  lines.push(`open ${before.open} -> ${after.open}, proven ${before.proven} -> ${after.proven}, violated ${before.violated} -> ${after.violated}, ` +
    `kept back ${before["kept back"]} -> ${after["kept back"]}`);
  return `${lines.join("\n")}\n`;
}

/** Rows that were there before come first: what they turn into is what a reader asks for. */
const byInterest = (rows: readonly RowChange[]): readonly RowChange[] => [...rows.filter((row) => row.from !== "none"), ...rows.filter((row) => row.from === "none")];

function findingText(finding: Finding, style: Style): string {
  const place = style("path", `${visible(finding.path)}:${finding.line}:${finding.column}`);
  return `${place}: CWE-${finding.cwe[0]} ${finding.detector} ${visible(finding.message)}`;
}

function rowText(row: RowChange, style: Style): string {
  const place = style("path", `${visible(row.path)}:${row.line}:${row.column}`);
  const because = row.toReason === "" ? row.fromReason : row.toReason;
  const was = row.from === "open" ? `; was ${row.fromReason}` : "";
  return `${row.from} -> ${row.to}  ${place} ${row.detector} ${style("code", visible(row.subject))} (${visible(because + was)})`;
}

/** Changes as data: names of the project are made visible, paths stay exact. */
export function changesData(changes: ReportChanges) {
  return {
    before: countsData(changes.before),
    after: countsData(changes.after),
    counts: changes.counts,
    appear: changes.appear.map(findingData),
    disappear: changes.disappear.map(findingData),
    closed: changes.closed.map(({ code, blocker, rows }) => ({ code, blocker: visible(blocker), rows })),
    rows: changes.rows.map((row) => ({
      detector: row.detector, path: row.path, line: row.line, column: row.column, function: visible(row.function),
      subject: visible(row.subject), from: row.from, to: row.to, fromReason: visible(row.fromReason), toReason: visible(row.toReason),
    })),
  };
}

const countsData = ({ open, proven, violated, "kept back": keptBack }: ReportChanges["before"]) => ({ open, proven, violated, keptBack });

const findingData = (finding: Finding) => ({
  id: finding.id, detector: finding.detector, cwe: finding.cwe, severity: finding.severity, path: finding.path, line: finding.line,
  column: finding.column, message: visible(finding.message),
});
