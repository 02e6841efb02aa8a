/** What the review cannot see, as lines; the same words in every form. */
import { plural, type BlindSpots, type Report } from "../review/index.ts";

/** A line: what it is about, which is project text, and what is said of it. */
export interface BlindSpotLine {
  /** `E-frontier.1`: the list, and the place in it. */
  readonly id: string;
  readonly subject: string;
  readonly place: string;
  readonly text: string;
}

/** Lists what the review cannot see: most library functions, names of calls, reasons and budgets `most` each. */
export function blindSpotLines(report: Report, most: number): readonly BlindSpotLine[] {
  const { blindSpots: spots, coverage } = report;
  const lines: BlindSpotLine[] = [
    ...spots.frontier.slice(0, most).map((row, index): BlindSpotLine => ({
      id: `E-frontier.${index + 1}`, subject: row.name, place: `${row.path}:${row.line}`, text: frontierText(row),
    })),
    ...spots.unresolved.slice(0, most).map((row, index): BlindSpotLine => ({
      id: `E-calls.${index + 1}`, subject: row.name, place: "", text: `${plural(row.calls, "call")} without a target (${row.reason}), ${row.receiving} with input`,
    })),
    ...spots.open.slice(0, most).map((row, index): BlindSpotLine => ({
      id: `E-open.${index + 1}`, subject: row.code, place: "", text: `${plural(row.rows, "open row")}: ${row.blocker}; closed by ${row.close}`,
    })),
    ...spots.budgets.slice(0, most).map((row, index): BlindSpotLine => ({ id: `E-budget.${index + 1}`, subject: row.budget, place: "", text: `used up by ${plural(row.rows, "open row")}` })),
  ];
  if (coverage.functionsWithoutCaller > 0) {
    const text = `${coverage.functionsWithoutCaller} of ${plural(coverage.functions, "function")} have no caller in the program and no entry`;
    lines.push({ id: "E-uncalled", subject: "", place: "", text });
  }
  return lines;
}

function frontierText(row: BlindSpots["frontier"][number]): string {
  const parts = [`no model, ${plural(row.calls, "call")}, ${row.receiving} with input`];
  if (row.closes > 0) parts.push(`one model would close ${plural(row.closes, "open row")}`);
  if (row.blocks > 0) parts.push(`it would help to close ${row.blocks}${row.closes > 0 ? " more" : ""}`);
  if (row.keptBack > 0) parts.push(`it would decide ${plural(row.keptBack, "finding")} kept back`);
  return parts.join("; ");
}
