/** Answers of the saved ledger in words: why something is, or is not, a finding; paths between two places. */
import { cweName } from "../findings/index.ts";
import type { CodeAt, LinePlace, NoRowReason, SavedCall, SavedReport, ToldRow, TraceAnswer, WhyAnswer } from "../ledger/index.ts";
import { openWords, plural, provenEnds } from "../review/index.ts";
import { visible } from "./escape.ts";
import type { Style } from "./style.ts";
import { figures } from "./written/index.ts";

/** Steps of a walk that are printed; of a longer one the ends are kept. */
const stepsMax = 24;

/**
 * Renders the answer to "why".
 *
 * @example
 * ```ts
 * renderWhy(why(ledger, workspace, { path: "app.py", line: 7 }), ledger.report, plainStyle);
 * ```
 * @public
 */
export function renderWhy(answer: WhyAnswer, report: SavedReport, style: Style): string {
  const { question } = answer;
  const place = style("path", visible(`${question.path}:${question.line}`));
  const lines = [`${place}${answer.function === "" ? "" : ` in ${visible(answer.function)}`}`];
  if (answer.code !== "") lines.push(`    ${style("code", visible(answer.code))}`);
  for (const told of answer.rows) lines.push("", ...rowLines(told, report, style));
  if (answer.rows.length === 0) {
    const asked = question.cwe === undefined ? "" : ` about CWE-${question.cwe}`;
    lines.push("", style("heading", `No obligation stands at this line${asked}, because:`), ...answer.none.flatMap((reason) => noneLines(reason, style)));
  }
  if (answer.otherRows.length > 0) {
    lines.push("", style("heading", "Of other weaknesses, at this line:"), ...answer.otherRows.map((told) => `- ${rowHead(told, style)}`));
  }
  if (answer.through.length > 0) {
    const rest = answer.throughTotal > answer.through.length ? `, ${answer.throughTotal - answer.through.length} more not listed` : "";
    lines.push("", style("heading", `Ways and reasons of ${plural(answer.throughTotal, "row")} go through this line${rest}:`));
    lines.push(...answer.through.map((told) => `- ${rowHead(told, style)} at ${placeText(told.at, style)}`));
  }
  return `${lines.join("\n")}\n`;
}

/** A row with everything that is known of it. */
export function rowLines(told: ToldRow, report: SavedReport, style: Style): string[] {
  const { row, rule } = told;
  const lines = [rowHead(told, style)];
  if (told.at !== undefined) lines.push(`  at ${placeText(told.at, style)} in ${visible(told.function)}: ${style("code", visible(told.at.code))}`);
  if (rule !== undefined) lines.push(`  what is asked: ${visible(rule.summary)}`);
  if (told.subject !== "") lines.push(`  asked of: ${style("code", visible(told.subject))}`);
  for (const { reason, at } of told.reasons) {
    lines.push(`  because (${reason.code}): ${visible(reason.text)}`);
    if (at !== undefined) lines.push(`    ${placeText(at, style)}  ${style("code", visible(at.code))}`);
  }
  if (row.verdict === "violated" && !row.shown) lines.push(`  below the default: ${visible(row.notShown)}`);
  lines.push(...stepLines(told, style), `  would change it: ${visible(changeOf(told, report))}`);
  const assumptions = report.findings.find((finding) => finding.id === row.id)?.assumptions ?? (row.verdict === "proven" ? ["A-1", "A-2"] : []);
  if (assumptions.length > 0) lines.push(`  rests on: ${assumptions.join(", ")}`);
  return lines;
}

function rowHead({ row, rule }: ToldRow, style: Style): string {
  const cwe = rule === undefined ? "" : ` ${rule.cwe.map((id) => `CWE-${id}`).join(" ")}`;
  const kind = row.verdict === "violated" ? "high" : row.verdict === "proven" ? "good" : "medium";
  return `${style("id", row.id)} ${style(kind, row.verdict)}:${cwe} ${visible(rule?.title ?? row.detector)} (${row.detector}), ${visible(row.sink)}`;
}

function stepLines(told: ToldRow, style: Style): string[] {
  const { steps } = told;
  if (steps.length === 0) return [];
  const lines = [`  the walk, ${plural(steps.length, "step")}:`];
  const isShown = (index: number): boolean => steps.length <= stepsMax || index < stepsMax / 2 || index >= steps.length - stepsMax / 2;
  steps.forEach((step, index) => {
    if (!isShown(index)) {
      if (isShown(index - 1)) lines.push(style("muted", `    … ${plural(steps.length - stepsMax, "step")} left out here`));
      return;
    }
    const number = style("number", String(index + 1).padStart(String(steps.length).length));
    lines.push(`    ${number} ${placeText(step.at, style)}  ${style("code", visible(step.at?.code ?? ""))}`);
    // The walk goes backwards: of a row that is no finding, its far end is what settled or blocked it.
    const isEnd = index === 0 && told.row.verdict !== "violated";
    const what = isEnd ? `the walk ends here: ${told.row.reasons[0]?.text ?? step.why}` : `${step.kind}: ${step.why}`;
    lines.push(`    ${" ".repeat(String(steps.length).length)} ${style("why", visible(what))}`);
  });
  return lines;
}

function changeOf({ row }: ToldRow, report: SavedReport): string {
  if (row.verdict === "violated") {
    const finding = [...report.findings, ...report.questions].find((each) => each.id === row.id);
    return finding?.wouldChange ?? "what the page of the rule names under 'Not reported': warrant explain " + row.detector;
  }
  const code = row.reasons[0]?.code;
  if (row.verdict === "proven") return provenEnds[code as keyof typeof provenEnds] ?? "the reason above going away";
  return `${openWords[code as keyof typeof openWords]?.close ?? "more facts"} settles it`;
}

const placeText = (at: CodeAt | undefined, style: Style): string => (at === undefined ? "(no place)" : style("path", visible(`${at.path}:${at.line}:${at.column}`)));

function noneLines(reason: NoRowReason, style: Style): string[] {
  switch (reason.code) {
    case "not-reviewed": return [reason.detail === "" ? "- this file is no part of the review: it was excluded, ignored, is no Python, or is not there" : `- this file was not read: ${visible(reason.detail)}`];
    case "test-not-followed": return ["- it is test code that the product does not import: it was parsed and not followed; `--follow-tests` follows it"];
    case "no-such-line": return [`- the file has ${plural(reason.lines, "line")}`];
    case "blank": return ["- the line is blank"];
    case "comment": return ["- the line is a comment"];
    case "not-parsed": return [`- the code was not understood here: ${visible(reason.detail || "it was not followed")}`];
    case "no-call": return ["- it calls nothing, and no other construct at it is one that a detector asks about"];
    case "call": return callLines(reason, style);
    case "not-covered": return [`- no detector speaks of CWE-${reason.cwe}${reason.name === "" ? "" : ` (${reason.name})`}: the weakness is not covered by this tool`];
    case "detector-off": return [`- the detectors of it were off in this review: ${reason.detectors.join(", ")}`];
    case "population": {
      const near = reason.nearest.length === 0 ? "" : `, the nearest at line ${reason.nearest.map((at) => at.line).join(", ")}`;
      return [`- ${reason.detectors.join(", ")} ran: ${figures(reason.sites, "site")} in the project, ${reason.inFile} in this file${near}; none here`];
    }
  }
}

function callLines({ call, at, rowsInside }: { call: SavedCall; at: CodeAt | undefined; rowsInside: number }, style: Style): string[] {
  const code = style("code", visible(at?.code ?? ""));
  if (call.targets.length === 0) return [`- ${code}: the call has no known target${call.unresolved === "" ? ` (${call.kind})` : ` (${call.unresolved})`}; it is counted in E-calls`];
  const names = [...new Set(call.targets.map((target) => target.name))].slice(0, 4).map(visible).join(", ");
  const project = call.targets.some((target) => target.kind === "project");
  if (project) return [`- ${code} calls ${names}, code of the project: what it does is judged there (${plural(rowsInside, "row")} inside)`];
  const hasModel = call.targets.some((target) => target.kind === "api");
  if (hasModel) return [`- ${code} calls ${names}: its model names no place of this call that an active detector asks about`];
  return [`- ${code} calls ${names}, which has no model: no detector can ask anything of it (E-frontier)`];
}

/** Renders the answer to "trace". */
export function renderTrace(answer: TraceAnswer, source: LinePlace, sink: LinePlace, style: Style): string {
  const lines: string[] = [];
  const place = (at: LinePlace): string => style("path", visible(`${at.path}:${at.line}`));
  if (answer.found) {
    const [from, to] = answer.isReversed ? [sink, source] : [source, sink];
    if (answer.isReversed) lines.push(`No path from ${place(source)} to ${place(sink)}; there is one the other way round:`);
    lines.push(`${plural(answer.paths.length, "path")} from ${place(from)} to ${place(to)}. Guards on the way are not weighed here; warrant why does.`);
    answer.paths.forEach((path, index) => lines.push("", `path ${index + 1}, ${plural(path.length, "step")}`, ...path.flatMap((step, at) => [
      `  ${style("number", String(at + 1).padStart(String(path.length).length))} ${placeText(step.at, style)}  ${style("code", visible(step.at?.code ?? ""))}`,
      `  ${" ".repeat(String(path.length).length)} ${style("why", visible(step.what))}`,
    ])));
    return `${lines.join("\n")}\n`;
  }
  if (answer.problem !== "") return `No path, because ${visible(answer.problem)}.\n`;
  lines.push(`No path of a value from ${place(source)} to ${place(sink)}.`);
  if (answer.isCut) lines.push("The search ended at its limit of states before it had seen everything.");
  if (answer.ends.length > 0) {
    lines.push(`What comes to ${place(sink)} begins at ${plural(answer.endsTotal, "other place")}${answer.endsTotal > answer.ends.length ? ", the nearest" : ""}:`);
    for (const end of answer.ends) lines.push(`- ${visible(end.what)}: ${placeText(end.at, style)}  ${style("code", visible(end.at?.code ?? ""))}`);
  } else lines.push(`Nothing is known to flow into ${place(sink)}: what stands there is made there.`);
  if (answer.calls.length > 0) lines.push(`The code does call its way there, without handing the value on: ${answer.calls.map(visible).join(" → ")}`);
  return `${lines.join("\n")}\n`;
}

/** The name of a weakness with its number. */
export const weaknessText = (id: number): string => `CWE-${id}${cweName(id) === "" ? "" : ` ${cweName(id)}`}`;
