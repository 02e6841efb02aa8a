/** Applies suppression comments to findings: which comment speaks of which statement, and what became of each. */
import { type FunctionInfo, Op, opOf } from "../ir/index.ts";
import type { Catalog, Detector } from "../knowledge/index.ts";
import type { Program } from "../program/index.ts";
import { lineOf, type SourceFile } from "../source/index.ts";
import type { Finding } from "./finding.ts";
import { hasBanditTwin, matchesSelector, matchesTail } from "./selector.ts";
import { severityRank } from "./severity.ts";
import { readSuppressions, type SuppressionComment } from "./suppression.ts";

/** The comment tokens of a file, in order. */
export interface FileComments {
  /** SourceFile.id. */
  readonly file: number;
  readonly comments: readonly { readonly offset: number; readonly text: string }[];
  /**
   * Byte spans of logical lines (start, end, start, end, …), ascending. Without them the statement is taken from the
   * instructions around the sink.
   */
  readonly statements?: ArrayLike<number>;
}

/** An entry of the configuration that silences one finding: for places where no comment can stand. */
export interface ConfiguredSuppression {
  readonly id: string;
  readonly reason: string;
  /** `YYYY-MM-DD`, "" if it does not end. */
  readonly until: string;
  /** The configuration and the line in it. */
  readonly path: string;
  readonly line: number;
}

export interface SuppressionOptions {
  /** Holds for lines that the reviewed change added: their comments silence nothing. Absent: nothing was added. */
  readonly isAdded?: (path: string, line: number) => boolean;
  /** `YYYY-MM-DD` for comments that end on a day; "" ends none. */
  readonly today: string;
  readonly configured: readonly ConfiguredSuppression[];
  /** Only a part of the rules or of the project is reviewed: an entry that silences nothing here may do so elsewhere. */
  readonly isPart: boolean;
  /** Detectors that did not run: a comment about one of them is not unused. */
  readonly off: ReadonlySet<string>;
  /** False shows everything (audit). */
  readonly honour: boolean;
}

/** A finding that a comment silenced. */
export interface SuppressedFinding {
  readonly finding: Finding;
  readonly dialect: SuppressionComment["dialect"];
  /** File and line of the comment, or of the entry of the configuration. */
  readonly path: string;
  readonly line: number;
  readonly reason: string;
  /** It named no rule. */
  readonly blanket: boolean;
}

/** Something to know about a suppression comment. */
export interface SuppressionNote {
  readonly path: string;
  readonly line: number;
  readonly dialect: SuppressionComment["dialect"];
  readonly state: "unused" | "malformed" | "expired" | "added" | "not-honoured";
  readonly message: string;
}

/** A comment with its place. */
interface Placed {
  readonly comment: SuppressionComment;
  readonly path: string;
  readonly file: number;
  readonly line: number;
  /** First line with code at or below a comment that stands alone, for the dialects that may stand above; else 0. */
  readonly below: number;
  /** Last line that it speaks of, of one that begins a range or stands for a file; else 0. */
  readonly last: number;
  /** A finding of the statement is meant, whether or not the comment holds. */
  isUsed: boolean;
}

/** Comments of these tools may stand on their own line above the statement. */
const standsAbove: ReadonlySet<string> = new Set(["warrant", "nosemgrep", "lgtm", "codeql", "ruff", "skipcq"]);

/** Splits findings into those that stay and those that a comment silences. */
export function suppress(input: {
  readonly program: Program;
  readonly catalog: Catalog;
  readonly findings: readonly Finding[];
  readonly comments: readonly FileComments[];
  readonly options: SuppressionOptions;
}): {
  readonly kept: readonly Finding[];
  readonly suppressed: readonly SuppressedFinding[];
  readonly notes: readonly SuppressionNote[];
} {
  const { program, options } = input;
  const files = new Map(program.files.map((file) => [file.id, file]));
  const byPath = new Map<string, Placed[]>();
  for (const each of input.comments) {
    const file = files.get(each.file);
    if (file === undefined) continue;
    const placed = placeComments(file, each);
    if (placed.length > 0) byPath.set(file.path, placed);
  }
  const detectors = new Map(input.catalog.detectors.map((each) => [each.id, each]));
  const spans = new StatementSpans(program, input.comments);
  const configured = new Map(options.configured.map((entry) => [entry.id, entry]));
  const used = new Set<ConfiguredSuppression>();
  const kept: Finding[] = [];
  const suppressed: SuppressedFinding[] = [];
  for (const finding of input.findings) {
    const detector = detectors.get(finding.detector);
    const near = byPath.get(finding.path) ?? [];
    const span = near.length === 0 ? undefined : spans.of(finding);
    const meant =
      detector === undefined || span === undefined
        ? []
        : near.filter((placed) => speaksOf(placed, span) && means(placed.comment, detector) && reaches(placed.comment, finding));
    for (const placed of meant) placed.isUsed = true;
    const by = meant.find((placed) => holds(placed, options));
    const entry = configured.get(finding.id);
    if (entry !== undefined) used.add(entry);
    if (by !== undefined && options.honour) suppressed.push(suppressedBy(finding, by));
    else if (entry !== undefined && !isOver(entry.until, options.today) && options.honour) suppressed.push(suppressedByEntry(finding, entry));
    else kept.push(finding.shown ? { ...finding, statementLine: spans.of(finding).first } : finding);
  }
  const placed = [...byPath.values()].flat();
  const notes = placed.flatMap((each) => notesOn(each, input.catalog.detectors, options));
  return { kept, suppressed, notes: [...notes, ...options.configured.flatMap((entry) => notesOnEntry(entry, used.has(entry), options))] };
}

const suppressedBy = (finding: Finding, by: Placed): SuppressedFinding => ({
  finding,
  dialect: by.comment.dialect,
  path: by.path,
  line: by.line,
  reason: by.comment.reason,
  blanket: by.comment.selectors.length === 0,
});

const suppressedByEntry = (finding: Finding, { path, line, reason }: ConfiguredSuppression): SuppressedFinding => ({
  finding, dialect: "configuration", path, line, reason, blanket: false,
});

function placeComments(file: SourceFile, each: FileComments): Placed[] {
  const read = each.comments.map(({ offset, text }) => ({ offset, found: readSuppressions(text) })).filter(({ found }) => found.length > 0);
  if (read.length === 0) return [];
  const alone = new Set<number>();
  for (const { offset } of each.comments) if (isAlone(file, offset)) alone.add(lineOf(file, offset));
  const ends = read.flatMap(({ offset, found }) => found.filter((each) => each.scope === "end").map((each) => ({ comment: each, line: lineOf(file, offset) })));
  return read.flatMap(({ offset, found }) => {
    const line = lineOf(file, offset);
    return found.map((comment): Placed => {
      const above = alone.has(line) && standsAbove.has(comment.dialect);
      const below = above ? nextCodeLine(file, line, alone) : 0;
      return { comment, path: file.path, file: file.id, line, below, last: lastLine(file, comment, line, ends), isUsed: false };
    });
  });
}

const isBlankByte = (byte: number): boolean => byte === 32 || byte === 9 || byte === 12 || byte === 13;

/** Holds if only blanks stand before the offset on its line. */
function isAlone(file: SourceFile, offset: number): boolean {
  for (let i = offset - 1; i >= file.lineStarts[lineOf(file, offset) - 1]; i--) {
    if (!isBlankByte(file.bytes[i])) return false;
  }
  return true;
}

/** The next line that is neither blank nor only a comment. */
function nextCodeLine(file: SourceFile, from: number, alone: ReadonlySet<number>): number {
  for (let line = from + 1; line <= file.lineStarts.length; line++) {
    if (alone.has(line)) continue;
    const start = file.lineStarts[line - 1];
    const end = line < file.lineStarts.length ? file.lineStarts[line] : file.bytes.length;
    for (let i = start; i < end; i++) if (!isBlankByte(file.bytes[i]) && file.bytes[i] !== 10) return line;
  }
  return 0;
}

/** Where a comment that speaks of more than a statement ends: at its counterpart of the same depth, else with the block around it. */
function lastLine(file: SourceFile, comment: SuppressionComment, line: number, ends: readonly { readonly comment: SuppressionComment; readonly line: number }[]): number {
  if (comment.scope === "file") return file.lineStarts.length;
  if (comment.scope !== "begin") return 0;
  const depth = depthOf(file, line);
  const rules = [...comment.selectors].sort().join();
  const end = ends.find((each) => each.line > line && depthOf(file, each.line) === depth && [...each.comment.selectors].sort().join() === rules);
  let last = line;
  while (last < (end?.line ?? file.lineStarts.length) && depthOf(file, last + 1) >= depth) last++;
  return last;
}

/** Blanks before the first character of a line; a line without one is as deep as any. */
function depthOf(file: SourceFile, line: number): number {
  const start = file.lineStarts[line - 1];
  let at = start;
  while (at < file.bytes.length && isBlankByte(file.bytes[at]) && file.bytes[at] !== 13) at++;
  const byte = file.bytes[at];
  return byte === undefined || byte === 10 || byte === 13 ? Number.MAX_SAFE_INTEGER : at - start;
}

interface LineSpan {
  readonly first: number;
  readonly last: number;
}

const speaksOf = (placed: Placed, span: LineSpan): boolean =>
  placed.last > 0
    ? span.first <= placed.last && (placed.comment.scope === "file" || span.first > placed.line)
    : (placed.line >= span.first && placed.line <= span.last) || placed.below === span.first;

/** Finds the lines of the statement around a sink. */
class StatementSpans {
  private readonly program: Program;
  private readonly files: Map<string, SourceFile>;
  private readonly statements = new Map<number, ArrayLike<number>>();

  constructor(program: Program, comments: readonly FileComments[]) {
    this.program = program;
    this.files = new Map(program.files.map((file) => [file.path, file]));
    for (const each of comments) if (each.statements !== undefined) this.statements.set(each.file, each.statements);
  }

  of(finding: Finding): LineSpan {
    const file = this.files.get(finding.path);
    if (file === undefined) return { first: finding.line, last: finding.endLine };
    const known = this.statements.get(file.id);
    const span = (known === undefined ? undefined : spanAt(known, finding.offset)) ?? this.around(file, finding);
    return { first: lineOf(file, span[0]), last: lineOf(file, Math.max(span[0], span[1] - 1)) };
  }

  private functionsOf(file: SourceFile): readonly FunctionInfo[] {
    if (this.functions === undefined) {
      this.functions = new Map();
      const { modules, functions } = this.program.ir;
      for (const func of functions) {
        const of = modules[func.module].file;
        const list = this.functions.get(of);
        if (list === undefined) this.functions.set(of, [func]);
        else list.push(func);
      }
    }
    return this.functions.get(file.id) ?? [];
  }

  private functions: Map<number, FunctionInfo[]> | undefined;

  /** The widest straight-line instruction of the same function that holds the sink. */
  private around(file: SourceFile, finding: Finding): readonly [number, number] {
    const ir = this.program.ir;
    let start = finding.offset;
    let end = (file.lineStarts[finding.endLine - 1] ?? start) + finding.endColumn - 1;
    const holders = this.functionsOf(file).filter((func) => func.src <= finding.offset && func.end >= finding.offset);
    // Around a function stands the statement that defines it: of another function only what lies in the innermost one counts.
    const [func] = holders.sort((left, right) => left.end - left.src - (right.end - right.src));
    for (let v = func?.firstInstr ?? 0; v < (func?.endInstr ?? 0); v++) {
      if (!straight.has(opOf(ir, v)) || ir.src.data[v] > finding.offset || ir.end.data[v] < end) continue;
      start = Math.min(start, ir.src.data[v]);
      end = Math.max(end, ir.end.data[v]);
    }
    return [start, endOfBrackets(file.bytes, end)];
  }
}

/**
 * Moves an end over closing brackets, blanks, commas and comments that follow: a line that begins with a closing
 * bracket belongs to the statement before it. Formatters put `# nosec` there.
 */
function endOfBrackets(bytes: Uint8Array, from: number): number {
  let end = from;
  for (let i = from; i < bytes.length; i++) {
    const byte = bytes[i];
    if (byte === 0x29 || byte === 0x5d || byte === 0x7d) end = i + 1;
    else if (byte === 0x23) i = nextLineFeed(bytes, i);
    else if (byte !== 0x2c && byte !== 10 && !isBlankByte(byte)) break;
  }
  return end;
}

function nextLineFeed(bytes: Uint8Array, from: number): number {
  const at = bytes.indexOf(10, from);
  return at === -1 ? bytes.length : at;
}

/** Instructions that lie within one simple statement. */
const straight: ReadonlySet<Op> = new Set([
  Op.Expr,
  Op.Return,
  Op.Raise,
  Op.SetAttr,
  Op.SetItem,
  Op.SetGlobal,
  Op.SetCell,
  Op.Call,
  Op.Bin,
  Op.Fmt,
  Op.Build,
  Op.GetAttr,
  Op.GetItem,
  Op.Await,
  Op.Yield,
  Op.Cmp,
  Op.Not,
  Op.Un,
]);

/** The pair of a sorted list of spans that holds an offset, by bisection. */
function spanAt(spans: ArrayLike<number>, offset: number): readonly [number, number] | undefined {
  let low = 0;
  let high = spans.length >> 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (spans[2 * middle + 1] <= offset) low = middle + 1;
    else high = middle;
  }
  return 2 * low < spans.length && spans[2 * low] <= offset ? [spans[2 * low], spans[2 * low + 1]] : undefined;
}

/** Holds if the comment names the detector, or names nothing and the detector is of the kind it was written for. */
function means(comment: SuppressionComment, detector: Detector): boolean {
  if (comment.scope === "end") return false;
  if (comment.selectors.length === 0) return comment.dialect !== "nosec" || hasBanditTwin(detector);
  return comment.selectors.some((selector) =>
    comment.dialect === "nosemgrep" ? matchesTail(detector, selector) : matchesSelector(detector, selector),
  );
}

/** A mark that is about quality as a whole, and names nothing, does not silence what is severe. */
const reaches = (comment: SuppressionComment, finding: Finding): boolean =>
  comment.selectors.length > 0 || (comment.dialect !== "nosonar" && comment.dialect !== "skipcq") || severityRank(finding.severity) > severityRank("high");

const isOver = (until: string, today: string): boolean => until !== "" && today !== "" && until < today;

const isAdded = (placed: Placed, options: SuppressionOptions): boolean => options.isAdded?.(placed.path, placed.line) ?? false;

function holds(placed: Placed, options: SuppressionOptions): boolean {
  return placed.comment.malformed === "" && !isOver(placed.comment.until, options.today) && !isAdded(placed, options);
}

/** Comments of other tools are told about only where they name a rule of ours: the rest is not our business. */
function notesOn(placed: Placed, detectors: readonly Detector[], options: SuppressionOptions): readonly SuppressionNote[] {
  const { comment } = placed;
  const note = (state: SuppressionNote["state"], message: string): SuppressionNote[] => [
    { path: placed.path, line: placed.line, dialect: comment.dialect, state, message },
  ];
  if (comment.malformed !== "") return note("malformed", `the suppression is not read: ${comment.malformed}`);
  const meant = detectors.filter((detector) => means(comment, detector));
  const isOurs = comment.dialect === "warrant" || meant.length > 0;
  if (!isOurs || (comment.selectors.length === 0 && !placed.isUsed)) return [];
  if (isAdded(placed, options)) return note("added", "the suppression was added by the reviewed change; it silences nothing");
  if (isOver(comment.until, options.today)) return note("expired", `the suppression ended on ${comment.until}`);
  if (!placed.isUsed && (comment.scope === "end" || (meant.length > 0 && meant.every((detector) => options.off.has(detector.id))))) return [];
  if (!placed.isUsed) return note("unused", `the suppression of ${comment.selectors.join(", ")} silences nothing here`);
  return options.honour ? [] : note("not-honoured", "suppressions are shown, not honoured, in this run");
}

function notesOnEntry(entry: ConfiguredSuppression, isUsed: boolean, options: SuppressionOptions): readonly SuppressionNote[] {
  const note = (state: SuppressionNote["state"], message: string): SuppressionNote[] => [
    { path: entry.path, line: entry.line, dialect: "configuration", state, message },
  ];
  if (isOver(entry.until, options.today)) return note("expired", `the suppression of ${entry.id} ended on ${entry.until}`);
  if (!isUsed) return options.isPart ? [] : note("unused", `the suppression of ${entry.id} silences nothing: there is no such finding any more`);
  return options.honour ? [] : note("not-honoured", "suppressions are shown, not honoured, in this run");
}
