/** The authorisation map for a person, a script and a table of a spreadsheet. */
import { type EntriesReport, type EntryRow, plural } from "../review/index.ts";
import { visible } from "./escape.ts";
import { jsonText } from "./json-text.ts";
import { plainStyle, type Style, type StyleKind } from "./style.ts";

/** Version of the JSON form: the major number rises when a key goes away or changes its meaning. */
export const entriesSchemaVersion = "1.0";

const looks: Readonly<Record<EntryRow["verdict"], StyleKind>> = { covered: "good", exempt: "muted", missing: "high", question: "medium" };
const verdictWidth = 9;

/** Renders the map for a terminal: a line per route and handler, its guards below it, then the figures. */
export function renderEntries(report: EntriesReport, style: Style = plainStyle): string {
  const lines = report.rows.flatMap((row) => rowLines(row, style));
  const { covered, exempt, missing, question } = report.counts;
  if (lines.length > 0) lines.push("");
  lines.push(`${plural(report.rows.length, "route")} in ${plural(report.files, "file")}: ${covered} covered, ${exempt} exempt, ${missing} missing, ${question} question`);
  return `${lines.join("\n")}\n`;
}

function rowLines(row: EntryRow, style: Style): string[] {
  const place = style("path", `${visible(row.path)}:${row.line}`);
  const verdict = style(looks[row.verdict], row.verdict.padEnd(verdictWidth));
  const lines = [`${verdict} ${style("code", visible(routeText(row)))} ${visible(row.handler)} ${place}`];
  const indent = " ".repeat(verdictWidth + 1);
  for (const guard of row.guards) lines.push(`${indent}${guard.form}: ${style("code", visible(guard.text))} ${visible(guard.path)}:${guard.line}`);
  const at = row.reasonLine > 0 && row.guards.length === 0 ? ` (${visible(row.reasonPath)}:${row.reasonLine})` : "";
  lines.push(`${indent}${style("why", `${visible(row.reason)}${at}${siblingsText(row)}`)}`);
  return lines;
}

function siblingsText({ verdict, siblings }: EntryRow): string {
  if (siblings === undefined || verdict === "covered" || verdict === "exempt") return "";
  return `; ${siblings.covered} of ${siblings.count} ${siblings.group} are covered`;
}

function routeText({ verbs, route, framework }: EntryRow): string {
  const text = [verbs.join(","), route].filter((part) => part !== "").join(" ");
  return text === "" ? `(${framework})` : text;
}

/** Renders the map as JSON. Names of the project are made visible, paths stay exact. */
export function renderEntriesJson(report: EntriesReport): string {
  return `${jsonText({
    schema_version: entriesSchemaVersion,
    tool: report.tool,
    project: report.project,
    files: report.files,
    incompleteBecause: report.incompleteBecause.map(visible),
    counts: report.counts,
    entries: report.rows.map((row) => ({
      verbs: row.verbs.map(visible), route: visible(row.route), framework: row.framework, handler: visible(row.handler), path: row.path, line: row.line,
      verdict: row.verdict, reason: visible(row.reason), changes: row.changes,
      ...(row.reasonLine === 0 ? {} : { shownBy: { path: row.reasonPath, line: row.reasonLine } }),
      guards: row.guards.map((guard) => ({ form: guard.form, text: visible(guard.text), path: guard.path, line: guard.line })),
      ...(row.siblings === undefined ? {} : { siblings: row.siblings }),
    })),
  })}\n`;
}

const columns = ["verdict", "verbs", "route", "handler", "path", "line", "guards", "reason", "siblings", "siblings covered", "framework"];

/** Renders the map as CSV by RFC 4180, one line per route and handler. */
export function renderEntriesCsv(report: EntriesReport): string {
  const rows = report.rows.map((row) => [
    row.verdict, row.verbs.join(" "), row.route, row.handler, row.path, String(row.line), row.guards.map((guard) => guard.text).join("; "), row.reason,
    row.siblings === undefined ? "" : String(row.siblings.count), row.siblings === undefined ? "" : String(row.siblings.covered), row.framework,
  ]);
  return [columns, ...rows].map((row) => `${row.map(csvCell).join(",")}\r\n`).join("");
}

/** A cell. One that a spreadsheet would take for a formula gets an apostrophe before it. */
function csvCell(text: string): string {
  const shown = visible(text);
  const plain = /^[=+\-@|%]/.test(shown.trimStart()) ? `'${shown}` : shown;
  return /[",]|^\s|\s$/.test(plain) ? `"${plain.replace(/"/g, '""')}"` : plain;
}
