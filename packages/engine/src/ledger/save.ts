/** From a finished review to its saved form: rows with their walks, calls with what they reach, where values come from. */
import { IntColumn } from "../base/index.ts";
import { functionOf } from "../ir/index.ts";
import type { Obligation, Step } from "../obligations/index.ts";
import { functionName, type Program } from "../program/index.ts";
import type { Report } from "../review/index.ts";
import { FlowColumns } from "./save-flow.ts";
import { callClasses, functionKinds, reasonWidth, sectionNames, stepKinds, stepWidth, targetKinds, targetWidth, verdictWords } from "./layout.ts";
import { type Sections, TextTable } from "./sections.ts";

/** What a ledger is made of. */
export interface LedgerInput {
  readonly report: Report;
  /** The table that the report was made of, in its order. */
  readonly obligations: readonly Obligation[];
  readonly program: Program;
}

/**
 * Puts a review into its saved form.
 *
 * @example
 * ```ts
 * const ledger = openLedger(saveLedger({ report, obligations, program }));
 * ```
 * @public
 */
export function saveLedger(input: LedgerInput): Sections {
  return new LedgerWriter(input).sections();
}

class LedgerWriter {
  private readonly report: Report;
  private readonly program: Program;
  private readonly obligations: readonly Obligation[];
  private readonly texts = new TextTable();
  private readonly rows = new IntColumn(1 << 16);
  private readonly reasons = new IntColumn(1 << 16);
  private readonly steps = new IntColumn(1 << 16);
  private readonly calls = new IntColumn(1 << 16);
  private readonly targets = new IntColumn(1 << 16);
  private readonly flow: FlowColumns;

  constructor({ report, obligations, program }: LedgerInput) {
    this.report = report;
    this.program = program;
    const active = new Set(report.rules.filter((rule) => rule.active).map((rule) => rule.id));
    this.obligations = obligations.filter((each) => active.has(each.detector));
    this.flow = new FlowColumns(program);
  }

  sections(): Sections {
    this.obligations.forEach((obligation, index) => this.addRow(obligation, index));
    this.addCalls();
    const functions = this.functionColumn();
    const files = this.fileColumn();
    const { report, program } = this;
    const { obligations: _rows, rules, ...rest } = report;
    const slim = { ...rest, rules: rules.map((rule) => ({ ...rule, sections: {} })) };
    const cut = (column: IntColumn): Int32Array => column.data.slice(0, column.length);
    return {
      [sectionNames.report]: JSON.stringify(slim),
      [sectionNames.texts]: JSON.stringify(this.texts.texts),
      [sectionNames.files]: files, [sectionNames.functions]: functions,
      [sectionNames.rows]: cut(this.rows), [sectionNames.reasons]: cut(this.reasons), [sectionNames.steps]: cut(this.steps),
      [sectionNames.calls]: cut(this.calls), [sectionNames.targets]: cut(this.targets),
      ...this.flow.sections(program),
    };
  }

  private fileOf(instr: number): number {
    const { ir } = this.program;
    return ir.modules[functionOf(ir, instr).module].file;
  }

  private addRow(obligation: Obligation, index: number): void {
    const { program, texts, rows, reasons, steps } = this;
    const { ir } = program;
    const told = this.report.obligations[index];
    const firstReason = reasons.length / reasonWidth;
    for (const reason of obligation.reasons) {
      reasons.push(texts.idOf(reason.code));
      reasons.push(texts.idOf(reason.text));
      this.pushPlace(reasons, reason.at);
    }
    const firstStep = steps.length / stepWidth;
    for (const step of obligation.steps.length > 0 ? obligation.steps : (obligation.walk ?? noSteps)) this.addStep(step);
    const { site, subject } = obligation;
    for (const value of [
      texts.idOf(obligation.detector), this.fileOf(site), ir.src.data[site], ir.end.data[site], functionOf(ir, site).id,
      verdictWords.indexOf(obligation.verdict), texts.idOf(obligation.sink), subject < 0 ? -1 : ir.src.data[subject], subject < 0 ? -1 : ir.end.data[subject],
      firstReason, reasons.length / reasonWidth, firstStep, steps.length / stepWidth, texts.idOf(told.id), told.shown ? 1 : 0, texts.idOf(told.notShown),
    ]) rows.push(value);
  }

  private addStep(step: Step): void {
    this.steps.push(stepKinds.indexOf(step.kind));
    this.pushPlace(this.steps, step.instr);
    this.steps.push(this.texts.idOf(step.why));
  }

  /** File, beginning and end; three times -1 if there is no place. */
  private pushPlace(column: IntColumn, instr: number): void {
    const { ir } = this.program;
    column.push(instr < 0 ? -1 : this.fileOf(instr));
    column.push(instr < 0 ? -1 : ir.src.data[instr]);
    column.push(instr < 0 ? -1 : ir.end.data[instr]);
  }

  private addCalls(): void {
    const { program, calls, targets, texts } = this;
    const { ir } = program;
    for (const call of this.flow.callRows) {
      const first = targets.length / targetWidth;
      for (const target of program.targetsOf(call)) {
        targets.push(targetKinds.indexOf(target.kind));
        targets.push(target.kind === "project" ? target.function : texts.idOf(target.kind === "api" ? program.api.name(target.node) : ir.strings.text(target.name)));
        targets.push(texts.idOf(target.via));
      }
      const kind = program.classOfCall(call);
      calls.push(this.flow.nodeOf(call));
      calls.push(callClasses.indexOf(kind));
      calls.push(kind === "unresolved" ? texts.idOf(program.unresolvedReason(call)) : 0);
      calls.push(first);
      calls.push(targets.length / targetWidth);
    }
  }

  private functionColumn(): Int32Array {
    const { ir } = this.program;
    const column = new IntColumn(ir.functions.length * 7);
    for (const fn of ir.functions) {
      const [first, end] = this.flow.nodesOf(fn.id);
      for (const value of [ir.modules[fn.module].file, this.texts.idOf(functionName(ir, fn)), functionKinds.indexOf(fn.kind), fn.src, fn.end, first, end]) column.push(value);
    }
    return column.data.slice(0, column.length);
  }

  private fileColumn(): Int32Array {
    const { program } = this;
    const followed = new Set(program.ir.modules.map((module) => module.file));
    const column = new IntColumn(program.files.length * 3);
    program.files.forEach((file, id) => {
      column.push(this.texts.idOf(file.path));
      column.push(file.role === "test" ? 1 : 0);
      column.push(followed.has(id) ? 1 : 0);
    });
    return column.data.slice(0, column.length);
  }
}

const noSteps: readonly Step[] = [];
