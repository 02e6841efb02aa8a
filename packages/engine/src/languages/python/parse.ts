/**
 * One file's bytes to its tree.
 *
 * A broken statement does not cost more than itself: its failure is caught where statements are listed,
 * the rest of its line (and a block that belongs to it) is stepped over, and an ErrorStmt stands in its
 * place. A file that shows Python 2 syntax is read a second time with that in mind, since `print (a), b`
 * is valid in both and means different things.
 */
import type { Interner } from "../../base/index.ts";
import { type Ast, Kind } from "./ast.ts";
import { CompoundStatementParser } from "./parse-compound.ts";
import { StringFlag, Token } from "./tokens.ts";
import { defaultParseLimits, type Mark, type ParseLimits, SYNTAX_FAILURE } from "./tree-builder.ts";

/** How many bytes may be read again after unclosed brackets: this many files' worth, plus some. */
const RESCAN_FACTOR = 4;
const RESCAN_BYTES = 1 << 16;

/** Reads modules one after the other, reusing its buffers; each returned tree stands on its own. */
export class ModuleParser extends CompoundStatementParser {
  private blocks = 0;
  private rescanned = 0;
  private broken = 0;

  constructor(strings: Interner, limits: ParseLimits = defaultParseLimits) {
    super(strings, limits);
  }

  parse(bytes: Uint8Array): Ast {
    this.python2At = -1;
    const root = this.readModule(bytes, false);
    const handler = this.python2At < 0 ? this.python2Handler(root) : -1;
    const at = handler >= 0 ? handler : this.python2At;
    if (at < 0) return this.finishTree(root);
    this.python2At = at;
    return this.finishTree(this.readModule(bytes, true));
  }

  private readModule(bytes: Uint8Array, python2: boolean): number {
    this.python2 = python2;
    this.printIsFunction = false;
    this.ambiguousHandlers = [];
    this.blocks = 0;
    this.rescanned = 0;
    this.broken = 0;
    this.startTokens(bytes);
    this.startTree();
    this.nextLine();
    const body = this.parseBlock();
    for (const at of this.badDedents) {
      this.report(at, at, "this line is indented less than its block and more than the one around it");
    }
    return this.node(Kind.Module, 0, this.size, body);
  }

  /**
   * Finds a handler `except X, e:` whose `e` can only be a binding: in lower case and neither imported,
   * nor a class, nor assigned at the top of the module.
   */
  private python2Handler(root: number): number {
    for (const handler of this.ambiguousHandlers) {
      const text = this.strings.text(handler.name);
      if (/^[a-z_]/.test(text) && !this.mayNameClass(handler.name, root)) return handler.at;
    }
    return -1;
  }

  private mayNameClass(name: number, root: number): boolean {
    for (let row = 0; row < root; row++) {
      const kind = this.kinds[row];
      if (kind === Kind.ClassDef && this.a[row] === name) return true;
      if (kind === Kind.Alias && (this.b[row] >= 0 ? this.b[row] : this.a[row]) === name) return true;
    }
    const body = this.a[root];
    for (let i = 0, n = this.listLength(body); i < n; i++) {
      const statement = this.listAt(body, i);
      if (this.kinds[statement] !== Kind.Assign) continue;
      const targets = this.a[statement];
      for (let k = 0, m = this.listLength(targets); k < m; k++) {
        const target = this.listAt(targets, k);
        if (this.kinds[target] === Kind.Name && this.a[target] === name) return true;
      }
    }
    return false;
  }

  // ---- blocks

  protected parseSuite(): number {
    this.expect(Token.Colon, "`:`");
    if (this.token !== Token.Newline) {
      const base = this.stackTop;
      this.parseSimpleLine();
      return this.takeList(base);
    }
    const header = this.lastEnd;
    this.nextLine();
    if (!this.at(Token.Indent)) {
      this.report(header - 1, header, "expected an indented block");
      return 0;
    }
    if (this.blocks >= this.limits.blocksMax) return this.skipDeepBlock();
    this.skipLayout();
    this.blocks++;
    const body = this.parseBlock();
    this.blocks--;
    if (this.at(Token.Dedent)) this.skipLayout();
    return body;
  }

  /** Reads statements up to the end of the block, and what is indented for no reason as part of it. */
  private parseBlock(): number {
    const base = this.stackTop;
    let extra = 0;
    for (;;) {
      if (this.token === Token.Indent) {
        this.report(this.here(), this.here(), "unexpected indentation");
        extra++;
        this.skipLayout();
      } else if (this.token === Token.Dedent) {
        if (extra === 0) break;
        extra--;
        this.skipLayout();
      } else if (this.token === Token.End) {
        break;
      } else {
        this.parseStatementSafely();
      }
    }
    return this.takeList(base);
  }

  private skipDeepBlock(): number {
    const start = this.here();
    this.skipIndented();
    const message = `blocks nested deeper than ${this.limits.blocksMax} levels`;
    this.report(start, this.lastEnd, message);
    const base = this.stackTop;
    this.push(this.node(Kind.ErrorStmt, start, this.lastEnd, 0));
    return this.takeList(base);
  }

  /** Steps over an indented block; the current token is its INDENT. */
  private skipIndented(): void {
    const level = this.level;
    do this.stepOver();
    while (this.level > level && this.token !== Token.End);
  }

  /** Moves over one INDENT or DEDENT, or over what is left of the line. */
  private stepOver(): void {
    if (this.token === Token.Indent || this.token === Token.Dedent) {
      this.skipLayout();
    } else if (this.token !== Token.End) {
      this.skipToLineEnd();
      this.nextLine();
    }
  }

  private skipToLineEnd(): void {
    const last = this.tokenCount - 1;
    if (last > 0) this.lastEnd = Math.max(this.lastEnd, this.tokenEnd[last - 1]);
    this.index = last;
    this.token = this.tokenKind[last];
  }

  // ---- recovery

  private parseStatementSafely(): void {
    const start = this.here();
    const mark = this.mark();
    const blocks = this.blocks;
    const level = this.level;
    const firstIndex = this.index;
    try {
      this.parseStatement();
    } catch (error) {
      if (error !== SYNTAX_FAILURE) throw error;
      this.blocks = blocks;
      if (this.retryAsPython2(start, firstIndex, mark)) return;
      const message = this.failMessage;
      this.rollBack(mark);
      this.recover(start, level);
      this.addError(start, Math.max(this.lastEnd, start), message);
    }
  }

  /** `print (a) % b, c` failed as Python 3: perhaps it reads as a Python 2 statement. */
  private retryAsPython2(start: number, index: number, mark: Mark): boolean {
    if (this.tokenStart[index] !== start || this.tokenKind[index] !== Token.Name) return false;
    const id = this.tokenValue[index];
    if (id !== this.printName && id !== this.execName) return false;
    const failed = { index: this.index, lastEnd: this.lastEnd, message: this.failMessage };
    this.rollBack(mark);
    this.index = index;
    this.token = this.tokenKind[index];
    try {
      this.push(this.parsePython2Word(start, id));
      if (this.accept(Token.Semicolon)) this.parseSimpleLine();
      else if (this.at(Token.Newline)) this.nextLine();
      else this.fail(failed.message);
      return true;
    } catch (error) {
      if (error !== SYNTAX_FAILURE) throw error;
      this.failMessage = failed.message;
      this.index = Math.min(failed.index, this.tokenCount - 1);
      this.token = this.tokenKind[this.index];
      this.lastEnd = failed.lastEnd;
      return false;
    }
  }

  private addError(start: number, end: number, message: string): void {
    const last = this.errors.length - 1;
    if (this.broken++ >= this.limits.errorsMax) {
      this.pos = this.size;
      this.nextLine();
      const why = `more than ${this.limits.errorsMax} broken statements; the rest of the file was not read`;
      this.errors.push({ start, end: this.size, message: why });
      this.push(this.node(Kind.ErrorStmt, start, this.size, 0));
      return;
    }
    if (last < 0 || this.errors[last].end < end || this.errors[last].start > start) this.report(start, end, message);
    this.push(this.node(Kind.ErrorStmt, start, end, 0));
  }

  /** Moves to where statements can be read again: past the broken line, its block, and its further clauses. */
  private recover(start: number, level: number): void {
    if (this.index > this.firstOfLine() || this.here() <= start) this.leaveLine(start);
    while (this.token !== Token.End) {
      const inside = this.level > level || this.token === Token.Indent;
      if (!inside && !isClause(this.token)) break;
      this.stepOver();
    }
  }

  /** The index of the first token of the line that is not layout. */
  private firstOfLine(): number {
    let i = 0;
    while (this.tokenKind[i] === Token.Indent || this.tokenKind[i] === Token.Dedent) i++;
    return i;
  }

  private leaveLine(start: number): void {
    const resume = this.findResumption();
    if (resume < 0) {
      this.skipToLineEnd();
      if (this.token !== Token.End) this.nextLine();
      return;
    }
    this.rescanned += this.pos - resume;
    this.lastEnd = this.lineEndBefore(resume, start);
    this.restartAt(resume);
    this.nextLine();
  }

  private lineEndBefore(offset: number, start: number): number {
    let at = offset;
    while (at > start && (this.bytes[at - 1] === 10 || this.bytes[at - 1] === 13)) at--;
    return at;
  }

  /**
   * Finds the physical line inside this logical line at which the next statement seems to begin: one that
   * is indented no more than the block. Returns its offset, or -1 if the whole logical line is to be skipped.
   */
  private findResumption(): number {
    if (this.rescanned > this.size * RESCAN_FACTOR + RESCAN_BYTES) return -1;
    const column = this.blockColumn();
    const failed = Math.min(this.index, this.tokenCount - 1);
    let found = -1;
    for (let i = this.firstOfLine() + 1; i < this.tokenCount - 1; i++) {
      const token = this.tokenKind[i];
      const at = this.tokenStart[i];
      const value = this.tokenValue[i];
      if (token === Token.Error && (value & StringFlag.Unterminated) !== 0 && (value & StringFlag.Triple) !== 0) {
        const next = this.lineEnd(at);
        return next < this.pos && i >= failed - 1 ? this.afterNewline(next) : found;
      }
      if (found >= 0 && i > failed) continue;
      if (token === Token.RightParen || token === Token.RightBracket || token === Token.RightBrace) continue;
      if (token >= Token.FormatMiddle && token <= Token.FormatEnd) continue;
      const indentation = this.indentationOf(at);
      if (indentation >= 0 && indentation <= column) found = at - indentationBytes(this.bytes, at);
    }
    return found;
  }

  private afterNewline(at: number): number {
    return this.bytes[at] === 13 && this.bytes[at + 1] === 10 ? at + 2 : at + 1;
  }

  /** The column of a token that is the first on its physical line, else -1. */
  private indentationOf(at: number): number {
    const length = indentationBytes(this.bytes, at);
    const before = at - length - 1;
    if (before < 0 || (this.bytes[before] !== 10 && this.bytes[before] !== 13)) return -1;
    let column = 0;
    for (let i = at - length; i < at; i++) {
      column = this.bytes[i] === 32 ? column + 1 : this.bytes[i] === 9 ? (column | 7) + 1 : 0;
    }
    return column;
  }
}

/** Holds for words that continue a statement: after a broken one they have nothing to belong to. */
function isClause(token: Token): boolean {
  return token === Token.Else || token === Token.Elif || token === Token.Except || token === Token.Finally;
}

function indentationBytes(bytes: Uint8Array, at: number): number {
  let from = at;
  while (from > 0 && (bytes[from - 1] === 32 || bytes[from - 1] === 9 || bytes[from - 1] === 12)) from--;
  return at - from;
}

/** Reads one module. To read many, keep a {@link ModuleParser}. */
export function parseModule(
  bytes: Uint8Array,
  strings: Interner,
  limits: ParseLimits = defaultParseLimits,
): Ast {
  return new ModuleParser(strings, limits).parse(bytes);
}
