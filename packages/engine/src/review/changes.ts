/**
 * What other catalog pages change on the same program: two reviews of it, compared row by row.
 *
 * A model changes what a sink is called and where a path begins, so rows meet by detector, place and subject, never by
 * their identity. Rows of test code are left out, as they are in all figures.
 */
import { compareText, type Finding, type LedgerRow } from "../findings/index.ts";
import type { Report } from "./report.ts";

/** What a row is in one of the two reviews; `none` if the row is not there, `kept back` if it is violated and not shown. */
export type RowState = "none" | "open" | "proven" | "violated" | "kept back";

/** A row that is not the same in both reviews. */
export interface RowChange {
  readonly detector: string;
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly function: string;
  /** Code of the value that the row is about, else of the sink. */
  readonly subject: string;
  readonly from: RowState;
  readonly to: RowState;
  /** Why it was as it was, and why it is as it is; "" where it is not there. */
  readonly fromReason: string;
  readonly toReason: string;
}

/** Rows that changed in the same way. */
export interface VerdictChange {
  readonly from: RowState;
  readonly to: RowState;
  readonly rows: number;
}

/** Open rows that are decided now, by what had blocked them. */
export interface ClosedRows {
  readonly code: string;
  readonly blocker: string;
  readonly rows: number;
}

/**
 * What changes from one review to another.
 *
 * @example
 * ```ts
 * compareReports(before, after).closed; // => [{ code: "unmodelled", blocker: "orm.clean", rows: 12 }]
 * ```
 * @public
 */
export interface ReportChanges {
  /** Rows of product code by state, in the two reviews. */
  readonly before: Readonly<Record<RowState, number>>;
  readonly after: Readonly<Record<RowState, number>>;
  /** Rows whose state changes, in the order of places. */
  readonly rows: readonly RowChange[];
  /** The same rows, counted; the most frequent change first. */
  readonly counts: readonly VerdictChange[];
  /** Findings and questions that only the second review shows, and those that only the first one does. */
  readonly appear: readonly Finding[];
  readonly disappear: readonly Finding[];
  readonly closed: readonly ClosedRows[];
}

/** Compares two reviews of the same program. Pure. */
export function compareReports(before: Report, after: Report): ReportChanges {
  const earlier = keyedRows(before);
  const later = keyedRows(after);
  const rows: RowChange[] = [];
  const closed = new Map<string, ClosedRows>();
  for (const [key, row] of earlier) {
    const other = later.get(key);
    if (stateOf(row) === stateOf(other)) continue;
    rows.push(changeOf(row, other));
    if (row.verdict === "open" && other !== undefined) countClosed(closed, row);
  }
  for (const [key, row] of later) if (!earlier.has(key)) rows.push(changeOf(undefined, row));
  const told = (report: Report): ReadonlyMap<string, Finding> => keyed([...report.findings, ...report.questions]);
  return {
    before: statesOf(earlier),
    after: statesOf(later),
    rows: rows.sort((left, right) =>
      compareText(left.path, right.path) || left.line - right.line || left.column - right.column || compareText(left.detector, right.detector)
      || compareText(left.subject, right.subject)),
    counts: countsOf(rows),
    appear: missingFrom(told(after), told(before)),
    disappear: missingFrom(told(before), told(after)),
    closed: [...closed.values()].sort((left, right) =>
      right.rows - left.rows || compareText(left.code, right.code) || compareText(left.blocker, right.blocker)),
  };
}

const keyedRows = (report: Report): ReadonlyMap<string, LedgerRow> => keyed(report.obligations.filter((row) => row.role === "product"));

type Placed = Pick<LedgerRow, "detector" | "path" | "line" | "column" | "subject">;

/** Rows that agree in all that is compared are told apart by their order, which is the same in both reviews. */
function keyed<Row extends Placed>(rows: readonly Row[]): ReadonlyMap<string, Row> {
  const found = new Map<string, Row>();
  const counts = new Map<string, number>();
  for (const row of rows) {
    const key = [row.detector, row.path, row.line, row.column, row.subject].join("\0");
    const count = counts.get(key) ?? 0;
    counts.set(key, count + 1);
    found.set(`${key}\0${count}`, row);
  }
  return found;
}

function stateOf(row: LedgerRow | undefined): RowState {
  if (row === undefined) return "none";
  return row.verdict === "violated" && !row.shown ? "kept back" : row.verdict;
}

function statesOf(rows: ReadonlyMap<string, LedgerRow>): Record<RowState, number> {
  const counts: Record<RowState, number> = { none: 0, open: 0, proven: 0, violated: 0, "kept back": 0 };
  for (const row of rows.values()) counts[stateOf(row)]++;
  return counts;
}

function changeOf(earlier: LedgerRow | undefined, later: LedgerRow | undefined): RowChange {
  const row = (later ?? earlier) as LedgerRow;
  return {
    detector: row.detector, path: row.path, line: row.line, column: row.column, function: row.function,
    subject: row.subject === "" ? row.sink : row.subject,
    from: stateOf(earlier), to: stateOf(later), fromReason: reasonOf(earlier), toReason: reasonOf(later),
  };
}

function reasonOf(row: LedgerRow | undefined): string {
  if (row === undefined) return "";
  const { code, text } = row.reason;
  return text === "" ? code : `${code}: ${text}`;
}

function countClosed(closed: Map<string, ClosedRows>, { reason }: LedgerRow): void {
  const key = `${reason.code}\0${reason.text}`;
  closed.set(key, { code: reason.code, blocker: reason.text, rows: (closed.get(key)?.rows ?? 0) + 1 });
}

function countsOf(rows: readonly RowChange[]): readonly VerdictChange[] {
  const counts = new Map<string, VerdictChange>();
  for (const { from, to } of rows) {
    const key = `${from}\0${to}`;
    counts.set(key, { from, to, rows: (counts.get(key)?.rows ?? 0) + 1 });
  }
  return [...counts.values()].sort((left, right) => right.rows - left.rows || compareText(left.from, right.from) || compareText(left.to, right.to));
}

function missingFrom(these: ReadonlyMap<string, Finding>, those: ReadonlyMap<string, Finding>): readonly Finding[] {
  return [...these].filter(([key]) => !those.has(key)).map(([, finding]) => finding);
}
