/** The project as a claim needs it: files, their lines, functions, statements, comments and ledger rows, each read once. */
import { isCweWithin, type LedgerRow } from "../findings/index.ts";
import { type FunctionInfo, Op } from "../ir/index.ts";
import { lineOf, type SourceFile } from "../source/index.ts";
import type { Evidence, VerifyInput } from "./claim.ts";
import { FileFinder } from "./find-file.ts";
import { isSameCode, plainCode, quoteLines } from "./quoted.ts";

/** Lines of a file, both ends included. */
export interface Region {
  readonly path: string;
  readonly first: number;
  readonly last: number;
}

/** A function with its lines; `from` is its first decorator, or the comment that stands right above. */
export interface FunctionPlace extends Region {
  readonly fn: FunctionInfo;
  readonly name: string;
  readonly qualname: string;
  readonly from: number;
}

export interface CommentLine {
  readonly line: number;
  readonly text: string;
}

/** A file and what lines of it begin or end something. */
export interface FileShape {
  readonly path: string;
  readonly lines: readonly string[];
  readonly functions: readonly FunctionPlace[];
  readonly comments: readonly CommentLine[];
  /** By line: 1 if a statement or a run of comments begins there, 2 if a function does. */
  readonly begins: Uint8Array;
  /** By line: 1 if a statement or a run of comments ends there. */
  readonly ends: Uint8Array;
}

/** Longest line of code in an answer. */
const evidenceTextMax = 160;
/** Instructions whose span is a statement or part of one, and not a body. */
const spread = new Set<Op>([Op.Func, Op.Class, Op.Decorate, Op.Param, Op.Phi, Op.Sigma, Op.Jump, Op.Unreachable, Op.Undef, Op.Content, Op.Enter, Op.Exit, Op.ExcVal, Op.Iter, Op.Next, Op.Branch, Op.ClassVar]);

export class Project {
  readonly input: VerifyInput;
  private readonly files: ReadonlyMap<string, SourceFile>;
  private readonly rows = new Map<string, LedgerRow[]>();
  private readonly shapes = new Map<string, FileShape>();
  private readonly texts = new Map<string, readonly string[]>();
  private readonly plainTexts = new Map<string, readonly string[]>();
  private finders: readonly FileFinder[] | undefined;
  private functions: Map<number, FunctionInfo[]> | undefined;
  private byName: Map<string, FunctionInfo[]> | undefined;

  constructor(input: VerifyInput) {
    this.input = input;
    this.files = new Map(input.program.files.map((file) => [file.path, file]));
    for (const row of input.report.obligations) {
      const list = this.rows.get(row.path);
      if (list === undefined) this.rows.set(row.path, [row]);
      else list.push(row);
    }
  }

  get paths(): readonly string[] {
    return this.input.program.files.map((file) => file.path);
  }

  /**
   * The file that a path written by someone else means: one of those that the review is about, else a product file if there is a
   * choice; undefined if that cannot be told.
   */
  find(foreign: string, targets: readonly string[] = this.input.target.paths): string | undefined {
    const name = foreign.replaceAll("\\", "/");
    const meant = targets.filter((path) => path === name || path.endsWith(`/${name}`));
    if (meant.length === 1) return meant[0];
    this.finders ??= [new FileFinder(this.input.program.files.flatMap((file) => (file.role === "product" ? [file.path] : []))), new FileFinder(this.paths)];
    return this.finders.map((finder) => finder.find(foreign)).find((path) => path !== "");
  }

  fileOf(path: string): SourceFile | undefined {
    return this.files.get(path);
  }

  linesOf(path: string): readonly string[] {
    let lines = this.texts.get(path);
    if (lines === undefined) {
      lines = (this.input.sourceText(path) ?? "").split(/\r\n?|\n/);
      this.texts.set(path, lines);
    }
    return lines;
  }

  /** Lines of a file as they are compared with quoted code. */
  plainLinesOf(path: string): readonly string[] {
    let lines = this.plainTexts.get(path);
    if (lines === undefined) {
      lines = this.linesOf(path).map(plainCode);
      this.plainTexts.set(path, lines);
    }
    return lines;
  }

  /** Lines of a file without an empty last one. */
  lineCount(path: string): number {
    const lines = this.linesOf(path);
    return lines.at(-1) === "" ? lines.length - 1 : lines.length;
  }

  evidence(path: string, line: number): Evidence | undefined {
    const text = this.linesOf(path)[line - 1];
    return text === undefined ? undefined : { path, line, text: text.trim().slice(0, evidenceTextMax) };
  }

  evidenceOf(places: readonly { readonly path: string; readonly line: number }[], max = 8): readonly Evidence[] {
    const seen = new Set<string>();
    const out: Evidence[] = [];
    for (const { path, line } of places) {
      const key = `${path}:${line}`;
      const one = seen.has(key) ? undefined : this.evidence(path, line);
      seen.add(key);
      if (one !== undefined && out.length < max) out.push(one);
    }
    return out;
  }

  // ---- the ledger

  rowsOfFile(path: string): readonly LedgerRow[] {
    return this.rows.get(path) ?? [];
  }

  /** Rows of some weaknesses in a region. */
  rowsIn(region: Region, weaknesses: readonly number[]): readonly LedgerRow[] {
    return this.rowsOfFile(region.path).filter((row) => row.line <= region.last && row.endLine >= region.first && isOf(row, weaknesses));
  }

  /** Violated rows of some weaknesses whose path leads through a region. */
  rowsThrough(region: Region, weaknesses: readonly number[]): readonly LedgerRow[] {
    const { findings, questions } = this.input.report;
    const ids = new Set([...findings, ...questions]
      .filter((finding) => finding.steps.some((step) => step.path === region.path && step.line <= region.last && step.endLine >= region.first)).map((finding) => finding.id));
    return ids.size === 0 ? [] : this.input.report.obligations.filter((row) => ids.has(row.id) && isOf(row, weaknesses) && !(row.path === region.path && row.line <= region.last && row.endLine >= region.first));
  }

  /** Holds if the first telling line of quoted code stands in a region, blanks aside. */
  quoteStandsIn(region: Region, code: string): boolean {
    const [first] = quoteLines(code);
    if (first === undefined) return false;
    const lines = this.plainLinesOf(region.path);
    const wanted = plainCode(first);
    for (let line = region.first; line <= Math.min(region.last, lines.length); line++) if (isSameCode(lines[line - 1]!, wanted)) return true;
    return false;
  }

  // ---- functions

  functionsNamed(name: string): readonly FunctionInfo[] {
    if (this.byName === undefined) {
      this.byName = new Map();
      const { ir } = this.input.program;
      for (const fn of ir.functions) {
        if (fn.kind !== "function") continue;
        const own = ir.strings.text(fn.name);
        const list = this.byName.get(own);
        if (list === undefined) this.byName.set(own, [fn]);
        else list.push(fn);
      }
    }
    const last = name.slice(name.lastIndexOf(".") + 1);
    const found = this.byName.get(last) ?? [];
    if (last === name) return found;
    const exact = found.filter((fn) => this.qualname(fn) === name || this.qualname(fn).endsWith(`.${name}`));
    return exact.length > 0 ? exact : found;
  }

  qualname(fn: FunctionInfo): string {
    return this.input.program.ir.strings.text(fn.qualname);
  }

  pathOf(fn: FunctionInfo): string {
    const { ir, files } = this.input.program;
    return files[ir.modules[fn.module]!.file]!.path;
  }

  placeOf(fn: FunctionInfo): FunctionPlace {
    const path = this.pathOf(fn);
    return this.shape(path).functions.find((each) => each.fn.id === fn.id) ?? this.functionPlace(this.files.get(path)!, fn);
  }

  /** The innermost function that holds a line. */
  functionAt(path: string, line: number): FunctionPlace | undefined {
    let best: FunctionPlace | undefined;
    for (const each of this.shape(path).functions) {
      if (each.from <= line && line <= each.last && (best === undefined || each.last - each.from <= best.last - best.from)) best = each;
    }
    return best;
  }

  private functionPlace(file: SourceFile, fn: FunctionInfo): FunctionPlace {
    const { strings } = this.input.program.ir;
    let first = lineOf(file, fn.src);
    const last = lineOf(file, Math.max(fn.src, fn.end - 1));
    const lines = this.linesOf(file.path);
    // The span of a definition may begin with its decorators.
    while (first < last && /^\s*@/.test(lines[first - 1] ?? "")) first++;
    let from = lineOf(file, fn.src);
    while (from > 1 && /^\s*(?:@|#)/.test(lines[from - 2] ?? "")) from--;
    return { path: file.path, fn, name: strings.text(fn.name), qualname: strings.text(fn.qualname), first, last: this.lastLine(file.path, first, last), from };
  }

  /** A span may reach to the line after the last statement. */
  private lastLine(path: string, first: number, last: number): number {
    const lines = this.linesOf(path);
    while (last > first && /^\s*(?:#.*)?$/.test(lines[last - 1] ?? "")) last--;
    return last;
  }

  // ---- shapes

  shape(path: string): FileShape {
    let shape = this.shapes.get(path);
    if (shape === undefined) {
      shape = this.readShape(path);
      this.shapes.set(path, shape);
    }
    return shape;
  }

  private functionsOf(file: SourceFile): readonly FunctionInfo[] {
    if (this.functions === undefined) {
      this.functions = new Map();
      const { ir } = this.input.program;
      for (const fn of ir.functions) {
        const id = ir.modules[fn.module]!.file;
        const list = this.functions.get(id);
        if (list === undefined) this.functions.set(id, [fn]);
        else list.push(fn);
      }
    }
    return this.functions.get(this.input.program.files.indexOf(file)) ?? [];
  }

  private readShape(path: string): FileShape {
    const lines = this.linesOf(path);
    const begins = new Uint8Array(lines.length + 2);
    const ends = new Uint8Array(lines.length + 2);
    const file = this.files.get(path);
    if (file === undefined) return { path, lines, functions: [], comments: [], begins, ends };
    const all = this.functionsOf(file);
    const goesOn = this.continuations(file, all, lines.length);
    const isText = (line: number): boolean => /\S/.test(lines[line - 1] ?? "");
    const isComment = (line: number): boolean => goesOn[line] === 0 && /^\s*#/.test(lines[line - 1] ?? "");
    for (let line = 1; line <= lines.length; line++) {
      if (!isText(line)) continue;
      if (goesOn[line] === 0 && !(isComment(line) && isComment(line - 1))) begins[line] = 1;
      if (goesOn[line + 1] !== 1 && !(isComment(line) && isComment(line + 1))) ends[line] = 1;
    }
    const functions = all.filter((fn) => fn.kind === "function").map((fn) => this.functionPlace(file, fn));
    for (const each of functions) begins[each.from] = 2;
    const comments = this.input.constructsOf(path).flatMap((each) => (each.kind === "comment" ? [{ line: each.first, text: each.text }] : []));
    return { path, lines, functions, comments, begins, ends };
  }

  /** Lines on which an expression of the line before goes on. */
  private continuations(file: SourceFile, functions: readonly FunctionInfo[], count: number): Uint8Array {
    const { ir } = this.input.program;
    const goesOn = new Uint8Array(count + 3);
    for (const fn of functions) {
      for (let i = fn.firstInstr; i < fn.endInstr; i++) {
        if (spread.has(ir.op.data[i]! as Op)) continue;
        const first = lineOf(file, ir.src.data[i]!);
        const last = lineOf(file, Math.max(ir.src.data[i]!, ir.end.data[i]! - 1));
        for (let line = first + 1; line <= last && line < goesOn.length; line++) goesOn[line] = 1;
      }
    }
    return goesOn;
  }

}

/** Holds if a row is of one of the weaknesses: below it in the list, or above it by no more than a pillar's child. */
export function isOf(row: LedgerRow, weaknesses: readonly number[]): boolean {
  return row.cwe.some((own) => weaknesses.some((id) => isCweWithin(own, id)));
}
