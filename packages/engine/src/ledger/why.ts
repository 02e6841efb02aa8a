/** Why something is, or is not, a finding at a line: the rows that stand there, or what keeps rows from standing there. */
import { cweName, isCweWithin } from "../findings/index.ts";
import type { Rule } from "../review/index.ts";
import type { Workspace } from "../source/index.ts";
import { type CodeAt, CodeReader } from "./code.ts";
import type { Ledger, SavedCall, SavedReason, SavedRow, Span } from "./ledger.ts";

export interface WhyQuestion {
  /** Relative to the reviewed root, with `/`. */
  readonly path: string;
  readonly line: number;
  /** Only what speaks of this weakness, if given. */
  readonly cwe?: number;
}

/** A row as it is told: reasons and steps with their code. */
export interface ToldRow {
  readonly row: SavedRow;
  readonly rule: Rule | undefined;
  readonly at: CodeAt | undefined;
  readonly function: string;
  readonly subject: string;
  readonly reasons: readonly { readonly reason: SavedReason; readonly at: CodeAt | undefined }[];
  readonly steps: readonly { readonly kind: string; readonly why: string; readonly at: CodeAt | undefined }[];
}

/** Why no obligation stands at the line. A closed list. */
export type NoRowReason =
  | { readonly code: "not-reviewed"; readonly detail: string }
  | { readonly code: "test-not-followed" }
  | { readonly code: "no-such-line"; readonly lines: number }
  | { readonly code: "blank" }
  | { readonly code: "comment" }
  | { readonly code: "not-parsed"; readonly detail: string }
  | { readonly code: "no-call" }
  | { readonly code: "call"; readonly call: SavedCall; readonly at: CodeAt | undefined; readonly rowsInside: number }
  | { readonly code: "not-covered"; readonly cwe: number; readonly name: string }
  | { readonly code: "detector-off"; readonly detectors: readonly string[] }
  | { readonly code: "population"; readonly detectors: readonly string[]; readonly sites: number; readonly inFile: number; readonly nearest: readonly CodeAt[] };

export interface WhyAnswer {
  readonly question: WhyQuestion;
  readonly function: string;
  readonly code: string;
  /** Rows whose site is at the line. */
  readonly rows: readonly ToldRow[];
  /** Rows at the line that speak of another weakness than the one asked about. */
  readonly otherRows: readonly ToldRow[];
  /** Rows elsewhere whose way or reason goes through the line. */
  readonly through: readonly ToldRow[];
  readonly throughTotal: number;
  readonly none: readonly NoRowReason[];
}

const throughMax = 5;
const nearestMax = 3;
const callsMax = 8;
/** A span that is longer is no statement but a function or class, whose lines speak for themselves. */
const statementBytesMax = 4_000;

/** Answers from the ledger. The workspace must hold the files that were reviewed. */
export function why(ledger: Ledger, workspace: Workspace, question: WhyQuestion): WhyAnswer {
  return new Question(ledger, workspace, question).answer();
}

/** Puts rows into words-ready records. */
export function toldRow(ledger: Ledger, reader: CodeReader, row: SavedRow): ToldRow {
  const subject = row.subjectSrc < 0 ? undefined : reader.at({ file: row.file, src: row.subjectSrc, end: row.subjectEnd });
  return {
    row, rule: ledger.report.rules.find((rule) => rule.id === row.detector), at: reader.at(row), function: ledger.func(row.function).name,
    subject: subject?.code ?? "", reasons: row.reasons.map((reason) => ({ reason, at: reader.at(reason) })),
    steps: row.steps.map((step) => ({ kind: step.kind, why: step.why, at: reader.at(step) })),
  };
}

class Question {
  private readonly ledger: Ledger;
  private readonly reader: CodeReader;
  private readonly question: WhyQuestion;
  private readonly file: number;

  constructor(ledger: Ledger, workspace: Workspace, question: WhyQuestion) {
    this.ledger = ledger;
    this.reader = new CodeReader(ledger, workspace);
    this.question = question;
    this.file = ledger.fileOf(question.path);
  }

  answer(): WhyAnswer {
    const { ledger, question, reader, file } = this;
    const nothing = { question, function: "", code: "", rows: [], otherRows: [], through: [], throughTotal: 0 };
    if (file < 0) return { ...nothing, none: [{ code: "not-reviewed", detail: this.skippedBecause() }] };
    const line = reader.lineSpan(file, question.line);
    if (line === undefined) return { ...nothing, none: [{ code: "no-such-line", lines: reader.source(file)?.lineStarts.length ?? 0 }] };
    const told = (row: SavedRow): ToldRow => toldRow(ledger, reader, row);
    const here = this.rowsAt(line);
    const rows = here.filter((row) => this.isAsked(row.detector));
    const through = ledger.rowsThrough(file, line.src, line.end).filter((row) => this.isAsked(row.detector));
    through.sort((left, right) => rankOf(left) - rankOf(right) || left.index - right.index);
    return {
      question, function: this.functionName(line), code: reader.lineText(file, question.line).trim(), rows: rows.map(told),
      otherRows: here.filter((row) => !rows.includes(row)).map(told), through: through.slice(0, throughMax).map(told), throughTotal: through.length,
      none: rows.length > 0 ? [] : this.reasonsForNone(line),
    };
  }

  /** Rows that begin at the line; if there are none, those of a statement of several lines that covers it. */
  private rowsAt(line: Span): readonly SavedRow[] {
    const covering = this.ledger.rowsWithin(this.file, line.src, line.end);
    const beginning = covering.filter((row) => row.src >= line.src && row.src < line.end);
    if (beginning.length > 0) return beginning;
    const bySubject = covering.filter((row) => row.subjectSrc >= line.src && row.subjectSrc < line.end);
    const narrow = covering.filter((row) => row.end - row.src < statementBytesMax);
    return bySubject.length > 0 ? bySubject : narrow;
  }

  private isAsked(detector: string): boolean {
    const { cwe } = this.question;
    if (cwe === undefined) return true;
    const rule = this.ledger.report.rules.find((each) => each.id === detector);
    return rule !== undefined && speaksOf(rule, cwe);
  }

  private functionName(line: Span): string {
    return this.ledger.functionAt(this.file, line.src + this.indent(line))?.name ?? "";
  }

  private indent(line: Span): number {
    const text = this.reader.source(this.file)?.bytes.subarray(line.src, line.end) ?? [];
    let blanks = 0;
    while (blanks < text.length && (text[blanks] === 32 || text[blanks] === 9)) blanks++;
    return blanks;
  }

  private skippedBecause(): string {
    const { report } = this.ledger;
    const { path } = this.question;
    return report.coverage.files.skipped.find((each) => each.path === path)?.reason ?? report.problems.find((each) => each.path === path)?.message ?? "";
  }

  private reasonsForNone(line: Span): readonly NoRowReason[] {
    const { ledger, question } = this;
    const file = ledger.files[this.file];
    if (!file.isFollowed) return [file.isTest ? { code: "test-not-followed" } : { code: "not-parsed", detail: this.problemAt() }];
    const reasons: NoRowReason[] = [];
    if (question.cwe !== undefined) reasons.push(...this.ofWeakness(question.cwe, line));
    if (reasons.some((reason) => reason.code === "not-covered" || reason.code === "detector-off")) return reasons;
    const text = this.reader.lineText(this.file, question.line).trim();
    if (text === "") return [...reasons, { code: "blank" }];
    if (text.startsWith("#")) return [...reasons, { code: "comment" }];
    const problem = this.problemAt();
    if (problem !== "") return [...reasons, { code: "not-parsed", detail: problem }];
    const calls = this.callsAt(line);
    return calls.length === 0 ? [...reasons, { code: "no-call" }] : [...reasons, ...calls];
  }

  private problemAt(): string {
    const { path, line } = this.question;
    return this.ledger.report.problems.find((each) => each.path === path && (each.line === undefined || each.line === line))?.message ?? "";
  }

  private ofWeakness(cwe: number, line: Span): readonly NoRowReason[] {
    const { ledger, reader } = this;
    const rules = ledger.report.rules.filter((rule) => speaksOf(rule, cwe));
    if (rules.length === 0) return [{ code: "not-covered", cwe, name: cweName(cwe) }];
    const active = rules.filter((rule) => rule.active).map((rule) => rule.id);
    if (active.length === 0) return [{ code: "detector-off", detectors: rules.map((rule) => rule.id) }];
    const all = Array.from({ length: ledger.rowCount }, (_none, index) => ledger.row(index)).filter((row) => active.includes(row.detector));
    const inFile = all.filter((row) => row.file === this.file).sort((left, right) => Math.abs(left.src - line.src) - Math.abs(right.src - line.src));
    const nearest = inFile.slice(0, nearestMax).map((row) => reader.at(row)).filter((at) => at !== undefined);
    return [{ code: "population", detectors: active, sites: all.length, inFile: inFile.length, nearest }];
  }

  /** Calls that begin at the line; if there are none, those of statements that cover it. */
  private callsAt(line: Span): readonly NoRowReason[] {
    const { ledger, reader, file } = this;
    const here = ledger.callsOfFile(file);
    const beginning = here.filter((call) => call.src >= line.src && call.src < line.end);
    const calls = beginning.length > 0 ? beginning : here.filter((call) => call.src < line.src && call.end > line.src && call.end - call.src < statementBytesMax);
    return calls.slice(0, callsMax).map((call) => ({ code: "call", call, at: reader.at(call), rowsInside: this.rowsInside(call) }));
  }

  /** Rows of the functions of the project that a call reaches. */
  private rowsInside(call: SavedCall): number {
    const functions = new Set(call.targets.map((target) => target.function).filter((id) => id >= 0));
    let rows = 0;
    for (let index = 0; functions.size > 0 && index < this.ledger.rowCount; index++) if (functions.has(this.ledger.row(index).function)) rows++;
    return rows;
  }
}

/** Violated and shown first, then violated, open, proven. */
const rankOf = (row: SavedRow): number => (row.verdict === "violated" ? (row.shown ? 0 : 1) : row.verdict === "open" ? 2 : 3);

const speaksOf = (rule: Rule, cwe: number): boolean => [...rule.cwe, ...rule.broader].some((id) => id === cwe || isCweWithin(id, cwe));
