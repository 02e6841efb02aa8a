/** The ledger at a place: rows of some detectors that stand on lines, or that values made on these lines reach. */
import type { LedgerRow } from "../findings/index.ts";
import { forEachUse, type FunctionInfo, type Ir } from "../ir/index.ts";
import type { Program } from "../program/index.ts";
import type { Report } from "../review/index.ts";
import { columnUtf16, lineOf } from "../source/index.ts";
import { type LineRange, overlaps } from "./alert-site.ts";

/** Instructions that one walk back from a sink looks at. */
const walkMax = 4_000;

/** Rows at a place, and how they are tied to it. */
export interface RowsAt {
  readonly rows: readonly LedgerRow[];
  /** "lines": they stand there; "statement": in the statement around; "flow": what is made there goes into them. */
  readonly tie: "lines" | "statement" | "flow" | "none";
}

/** Rows of a report by file, and the instructions behind them. */
export class Ledger {
  private readonly report: Report;
  private readonly program: Program;
  private readonly byPath = new Map<string, LedgerRow[]>();
  private functionsByPath: Map<string, FunctionInfo[]> | undefined;

  constructor(report: Report, program: Program) {
    this.report = report;
    this.program = program;
    for (const row of report.obligations) {
      const list = this.byPath.get(row.path);
      if (list === undefined) this.byPath.set(row.path, [row]);
      else list.push(row);
    }
  }

  /** All rows of a file. */
  rowsIn(path: string): readonly LedgerRow[] {
    return this.byPath.get(path) ?? [];
  }

  /** Rows of these detectors that a place is about: the closest tie that has any. */
  at(path: string, lines: LineRange, statements: LineRange, detectors: ReadonlySet<string>): RowsAt {
    const rows = this.rowsIn(path).filter((row) => detectors.has(row.detector));
    const on = (range: LineRange): readonly LedgerRow[] => rows.filter((row) => overlaps({ first: row.line, last: row.endLine }, range));
    const onLines = on(lines);
    if (onLines.length > 0) return { rows: onLines, tie: "lines" };
    const onStatement = on(statements);
    if (onStatement.length > 0) return { rows: onStatement, tie: "statement" };
    const reached = rows.filter((row) => this.isFedBy(row, path, statements));
    return reached.length > 0 ? { rows: reached, tie: "flow" } : { rows: [], tie: "none" };
  }

  /** Holds if a value that is made on the lines goes into the sink of a row: by its path, or inside its function. */
  private isFedBy(row: LedgerRow, path: string, lines: LineRange): boolean {
    const finding = row.verdict === "violated" ? this.findingOf(row.id) : undefined;
    if (finding?.steps.some((step) => step.path === path && overlaps({ first: step.line, last: step.endLine }, lines)) === true) return true;
    const holder = this.functionsIn(path).find((fn) => this.program.ir.strings.text(fn.qualname) === row.function);
    if (holder === undefined || !overlaps(lines, this.linesOf(path, holder))) return false;
    const site = this.siteOf(path, holder, row);
    return site >= 0 && this.walksTo(path, holder, site, lines);
  }

  /** The detector of a row. */
  ruleOf(id: string): Report["rules"][number] | undefined {
    return this.report.rules.find((rule) => rule.id === id);
  }

  findingOf(id: string): Report["findings"][number] | undefined {
    return this.report.findings.find((each) => each.id === id) ?? this.report.questions.find((each) => each.id === id);
  }

  private siteOf(path: string, holder: FunctionInfo, row: LedgerRow): number {
    const { ir } = this.program;
    const file = this.fileOf(path);
    for (let i = holder.firstInstr; i < holder.endInstr; i++) {
      const src = ir.src.data[i];
      if (lineOf(file, src) === row.line && lineOf(file, ir.end.data[i]) === row.endLine && columnUtf16(file, src) === row.column && ir.op.data[i] > 0) {
        // Several rows of a column begin at the same place; the last to end there is the whole expression.
        if (columnUtf16(file, ir.end.data[i]) === row.endColumn) return i;
      }
    }
    return -1;
  }

  private walksTo(path: string, holder: FunctionInfo, site: number, lines: LineRange): boolean {
    const { ir } = this.program;
    const file = this.fileOf(path);
    const seen = new Set<number>([site]);
    const queue = [site];
    for (let i = 0; i < queue.length && queue.length < walkMax; i++) {
      const value = queue[i];
      const range = { first: lineOf(file, ir.src.data[value]), last: lineOf(file, Math.max(ir.src.data[value], ir.end.data[value] - 1)) };
      if (value !== site && range.first >= lines.first && range.last <= lines.last) return true;
      visitUses(ir, value, holder, (use) => {
        if (!seen.has(use)) {
          seen.add(use);
          queue.push(use);
        }
      });
    }
    return false;
  }

  private linesOf(path: string, fn: FunctionInfo): LineRange {
    const file = this.fileOf(path);
    return { first: lineOf(file, fn.src), last: lineOf(file, Math.max(fn.src, fn.end - 1)) };
  }

  private fileOf(path: string): Program["files"][number] {
    return this.program.files.find((file) => file.path === path)!;
  }

  private functionsIn(path: string): readonly FunctionInfo[] {
    if (this.functionsByPath === undefined) {
      this.functionsByPath = new Map();
      const { ir, files } = this.program;
      for (const fn of ir.functions) {
        const at = files[ir.modules[fn.module].file].path;
        const list = this.functionsByPath.get(at);
        if (list === undefined) this.functionsByPath.set(at, [fn]);
        else list.push(fn);
      }
    }
    return this.functionsByPath.get(path) ?? [];
  }
}

function visitUses(ir: Ir, value: number, holder: FunctionInfo, visit: (use: number) => void): void {
  forEachUse(ir, value, (use) => {
    if (use >= holder.firstInstr && use < holder.endInstr) visit(use);
  });
}
