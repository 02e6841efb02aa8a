/** A saved ledger, opened: rows, functions and calls as records, read when they are asked for. */
import type { RowReason } from "../findings/index.ts";
import type { StepKind, Verdict } from "../obligations/index.ts";
import type { CallClass } from "../program/index.ts";
import type { Report } from "../review/index.ts";
import * as layout from "./layout.ts";
import { jsonOf, LedgerError, numbersOf, type Sections } from "./sections.ts";

/** A span of a file, by number of the file; -1 if there is no place. */
export interface Span {
  readonly file: number;
  readonly src: number;
  readonly end: number;
}

/** Why a row has its verdict. */
export interface SavedReason extends Span {
  readonly code: RowReason["code"];
  readonly text: string;
}

/** One step of the way that led to a verdict. */
export interface SavedStep extends Span {
  readonly kind: StepKind;
  readonly why: string;
}

/** One obligation. */
export interface SavedRow extends Span {
  readonly index: number;
  readonly id: string;
  readonly detector: string;
  readonly function: number;
  readonly verdict: Verdict;
  readonly sink: string;
  /** Code of the value that the need is about: its span in the file, -1 if there is none. */
  readonly subjectSrc: number;
  readonly subjectEnd: number;
  readonly reasons: readonly SavedReason[];
  readonly steps: readonly SavedStep[];
  readonly shown: boolean;
  readonly notShown: string;
}

/** A function, class body or module body. */
export interface SavedFunction extends Span {
  readonly id: number;
  readonly name: string;
  readonly kind: (typeof layout.functionKinds)[number];
  /** Its nodes: [first, end). */
  readonly firstNode: number;
  readonly endNode: number;
}

/** A call, and what it reaches. */
export interface SavedCall extends Span {
  readonly node: number;
  readonly kind: CallClass;
  /** Why it has no target, "" if it has. */
  readonly unresolved: string;
  readonly targets: readonly { readonly kind: "project" | "api" | "external"; readonly name: string; readonly function: number; readonly via: string }[];
}

export interface SavedFile {
  readonly path: string;
  readonly isTest: boolean;
  readonly isFollowed: boolean;
}

/** The report without its rows, and rules without their pages' sections. */
export type SavedReport = Omit<Report, "obligations">;

/** Opens a saved ledger. Throws a {@link LedgerError} if it is not one. */
export const openLedger = (sections: Sections): Ledger => new Ledger(sections);

export class Ledger {
  readonly sections: Sections;
  readonly files: readonly SavedFile[];
  private readonly texts: readonly string[];
  private readonly fileIds: ReadonlyMap<string, number>;
  private savedReport: SavedReport | undefined;

  constructor(sections: Sections) {
    this.sections = sections;
    this.texts = jsonOf<readonly string[]>(sections, layout.sectionNames.texts);
    if (!Array.isArray(this.texts)) throw new LedgerError("the section of texts is no list");
    const column = numbersOf(sections, layout.sectionNames.files, layout.fileWidth);
    this.files = records(column.length / layout.fileWidth, (index) => {
      const at = index * layout.fileWidth;
      return { path: this.text(column[at]), isTest: column[at + 1] === 1, isFollowed: column[at + 2] === 1 };
    });
    this.fileIds = new Map(this.files.map((file, id) => [file.path, id]));
  }

  get report(): SavedReport {
    return (this.savedReport ??= jsonOf<SavedReport>(this.sections, layout.sectionNames.report));
  }

  /** Returns the number of a file, or -1. */
  fileOf(path: string): number {
    return this.fileIds.get(path) ?? -1;
  }

  pathOf(file: number): string {
    return this.files[file]?.path ?? "";
  }

  get rowCount(): number {
    return this.numbers("rows", layout.rowWidth).length / layout.rowWidth;
  }

  row(index: number): SavedRow {
    const rows = this.numbers("rows", layout.rowWidth);
    const at = index * layout.rowWidth;
    const [detector, file, src, end, fn, verdict, sink, subjectSrc, subjectEnd, firstReason, endReason, firstStep, endStep, id, shown, notShown] =
      rows.subarray(at, at + layout.rowWidth);
    return {
      index, id: this.text(id), detector: this.text(detector), file, src, end, function: fn, verdict: layout.verdictWords[verdict] ?? "open",
      sink: this.text(sink), subjectSrc, subjectEnd, reasons: this.reasons(firstReason, endReason), steps: this.steps(firstStep, endStep),
      shown: shown === 1, notShown: this.text(notShown),
    };
  }

  /** Rows whose site meets a span of a file, in the order of the table. */
  rowsWithin(file: number, src: number, end: number): readonly SavedRow[] {
    const rows = this.numbers("rows", layout.rowWidth);
    const found: SavedRow[] = [];
    for (let at = 0; at < rows.length; at += layout.rowWidth) {
      if (rows[at + 1] === file && rows[at + 2] < end && rows[at + 3] > src) found.push(this.row(at / layout.rowWidth));
    }
    return found;
  }

  /** Rows of which a step or a reason begins in a span of a file, and not their site. */
  rowsThrough(file: number, src: number, end: number): readonly SavedRow[] {
    const found = new Set<number>();
    const owners = (name: "reasons" | "steps", width: number, place: number, range: number): void => {
      const column = this.numbers(name, width);
      const hits: number[] = [];
      for (let at = 0; at < column.length; at += width) {
        if (column[at + place] === file && column[at + place + 1] >= src && column[at + place + 1] < end) hits.push(at / width);
      }
      this.ownersOf(hits, range).forEach((row) => found.add(row));
    };
    owners("reasons", layout.reasonWidth, 2, 9);
    owners("steps", layout.stepWidth, 1, 11);
    return [...found].sort((left, right) => left - right).map((index) => this.row(index)).filter((row) => !(row.file === file && row.src < end && row.end > src));
  }

  /** Rows whose range, at a place of the row, holds some of the numbers. Ranges ascend with the rows. */
  private ownersOf(hits: readonly number[], place: number): readonly number[] {
    const rows = this.numbers("rows", layout.rowWidth);
    const owners: number[] = [];
    let row = 0;
    for (const hit of hits) {
      while (row < rows.length && rows[row + place + 1] <= hit) row += layout.rowWidth;
      if (row < rows.length && rows[row + place] <= hit) owners.push(row / layout.rowWidth);
    }
    return owners;
  }

  /** The rows that go by an id. */
  rowsOfId(id: string): readonly SavedRow[] {
    const rows = this.numbers("rows", layout.rowWidth);
    const number = this.texts.indexOf(id);
    const found: SavedRow[] = [];
    for (let at = 0; number > 0 && at < rows.length; at += layout.rowWidth) if (rows[at + 13] === number) found.push(this.row(at / layout.rowWidth));
    return found;
  }

  func(id: number): SavedFunction {
    const column = this.numbers("functions", layout.functionWidth);
    const [file, name, kind, src, end, firstNode, endNode] = column.subarray(id * layout.functionWidth, (id + 1) * layout.functionWidth);
    return { id, file: file ?? -1, name: this.text(name), kind: layout.functionKinds[kind] ?? "function", src, end, firstNode, endNode };
  }

  get functionCount(): number {
    return this.numbers("functions", layout.functionWidth).length / layout.functionWidth;
  }

  /** The innermost function that holds a place of a file. */
  functionAt(file: number, offset: number): SavedFunction | undefined {
    let best: SavedFunction | undefined;
    for (let id = 0; id < this.functionCount; id++) {
      const fn = this.func(id);
      if (fn.file !== file || (fn.kind !== "module" && (offset < fn.src || offset >= fn.end))) continue;
      if (best === undefined || best.kind === "module" || fn.end - fn.src <= best.end - best.src) best = fn;
    }
    return best;
  }

  get callCount(): number {
    return this.numbers("calls", layout.callWidth).length / layout.callWidth;
  }

  call(index: number): SavedCall {
    const calls = this.numbers("calls", layout.callWidth);
    const [node, kind, unresolved, first, end] = calls.subarray(index * layout.callWidth, (index + 1) * layout.callWidth);
    return { node, ...this.nodeSpan(node), kind: layout.callClasses[kind] ?? "unresolved", unresolved: this.text(unresolved), targets: this.targets(first, end) };
  }

  /** The calls of a file, in the order of their functions. */
  callsOfFile(file: number): readonly SavedCall[] {
    const calls = this.numbers("calls", layout.callWidth);
    const ranges = records(this.functionCount, (id) => this.func(id)).filter((fn) => fn.file === file && fn.endNode > fn.firstNode);
    const [first, end] = [Math.min(...ranges.map((fn) => fn.firstNode)), Math.max(...ranges.map((fn) => fn.endNode))];
    const found: SavedCall[] = [];
    for (let at = 0; at < calls.length; at += layout.callWidth) if (calls[at] >= first && calls[at] < end) found.push(this.call(at / layout.callWidth));
    return found.filter((call) => call.file === file);
  }

  /** Nodes as columns: operation, beginning, length. */
  get nodes(): Int32Array {
    return this.numbers("nodes", layout.nodeWidth);
  }

  nodeSpan(node: number): Span {
    const fn = this.functionOfNode(node);
    const nodes = this.nodes;
    const src = nodes[node * layout.nodeWidth + 1];
    return { file: fn === undefined ? -1 : fn.file, src, end: src + nodes[node * layout.nodeWidth + 2] };
  }

  /** The function that holds a node; functions have their nodes in order. */
  functionOfNode(node: number): SavedFunction | undefined {
    const column = this.numbers("functions", layout.functionWidth);
    let low = 0;
    let high = this.functionCount;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (column[middle * layout.functionWidth + 6] <= node) low = middle + 1;
      else high = middle;
    }
    return low < this.functionCount ? this.func(low) : undefined;
  }

  private targets(first: number, end: number): SavedCall["targets"] {
    const column = this.numbers("targets", layout.targetWidth);
    return records(Math.max(0, end - first), (index) => {
      const [kind, name, via] = column.subarray((first + index) * layout.targetWidth, (first + index + 1) * layout.targetWidth);
      const word = layout.targetKinds[kind] ?? "external";
      return { kind: word, name: word === "project" ? this.func(name).name : this.text(name), function: word === "project" ? name : -1, via: this.text(via) };
    });
  }

  private reasons(first: number, end: number): readonly SavedReason[] {
    const column = this.numbers("reasons", layout.reasonWidth);
    return records(Math.max(0, end - first), (index) => {
      const [code, text, file, src, stop] = column.subarray((first + index) * layout.reasonWidth, (first + index + 1) * layout.reasonWidth);
      return { code: this.text(code) as RowReason["code"], text: this.text(text), file, src, end: stop };
    });
  }

  private steps(first: number, end: number): readonly SavedStep[] {
    const column = this.numbers("steps", layout.stepWidth);
    return records(Math.max(0, end - first), (index) => {
      const [kind, file, src, stop, why] = column.subarray((first + index) * layout.stepWidth, (first + index + 1) * layout.stepWidth);
      return { kind: layout.stepKinds[kind] ?? "assign", file, src, end: stop, why: this.text(why) };
    });
  }

  private numbers(name: keyof typeof layout.sectionNames, width: number): Int32Array {
    return numbersOf(this.sections, layout.sectionNames[name], width);
  }

  private text(id: number): string {
    return this.texts[id] ?? "";
  }
}

const records = <Item>(count: number, make: (index: number) => Item): Item[] => Array.from({ length: count }, (_none, index) => make(index));
