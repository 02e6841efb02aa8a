/**
 * The token columns, and everything of the tokenizer that reads text: strings, format strings, comments.
 *
 * A format string is a stack of modes: `f"a{x:{w}}"` enters the literal mode, a field, the mode of the
 * format specification, a field inside it, and leaves them in turn.
 */
import { StringFlag, Token } from "./tokens.ts";

/** Marks prefixes that begin a format string. Not kept in tokens: their kind says it. */
export const FORMAT = 1 << 20;
const GUARD = 8; // zero bytes after the end, so that looking ahead needs no bound check

/** Bytes of one file, the tokens of its current logical line, and the readers of its strings. */
export abstract class TextScanner {
  protected bytes: Uint8Array = new Uint8Array(1 << 16);
  protected size = 0;
  protected pos = 0;
  /** Open brackets, format fields included. */
  protected depth = 0;

  protected tokenKind = new Uint8Array(1024);
  protected tokenStart = new Int32Array(1024);
  protected tokenEnd = new Int32Array(1024);
  protected tokenValue = new Int32Array(1024);
  protected tokenCount = 0;

  protected comments = new Int32Array(256);
  protected commentWords = 0;

  // The modes of open format strings. `modeField` is the depth inside the open field, or -1 in text.
  protected modeTop = -1;
  private modeFlags: number[] = [];
  private modeQuote: number[] = [];
  private modeField: number[] = [];
  private modeBase: number[] = [];
  private modeIsSpec: boolean[] = [];

  protected startText(bytes: Uint8Array): void {
    if (bytes.length + GUARD > this.bytes.length) {
      this.bytes = new Uint8Array(Math.max(this.bytes.length * 2, bytes.length + GUARD));
    }
    this.bytes.set(bytes);
    this.bytes.fill(0, bytes.length, bytes.length + GUARD);
    this.size = bytes.length;
    this.pos = 0;
    this.depth = 0;
    this.modeTop = -1;
    this.tokenCount = 0;
    this.commentWords = 0;
  }

  protected emit(token: Token, start: number, end: number, value: number): void {
    const i = this.tokenCount++;
    if (i === this.tokenKind.length) this.growTokens();
    this.tokenKind[i] = token;
    this.tokenStart[i] = start;
    this.tokenEnd[i] = end;
    this.tokenValue[i] = value;
  }

  private growTokens(): void {
    const capacity = this.tokenKind.length * 2;
    const kind = new Uint8Array(capacity);
    kind.set(this.tokenKind);
    this.tokenKind = kind;
    this.tokenStart = doubled(this.tokenStart);
    this.tokenEnd = doubled(this.tokenEnd);
    this.tokenValue = doubled(this.tokenValue);
  }

  protected skipNewline(): void {
    this.pos += this.bytes[this.pos] === 13 && this.bytes[this.pos + 1] === 10 ? 2 : 1;
  }

  /** Skips a backslash and the line end after it, if that is what stands here. */
  protected skipContinuation(): boolean {
    const next = this.bytes[this.pos + 1];
    if (next !== 10 && next !== 13) return false;
    this.pos++;
    this.skipNewline();
    return true;
  }

  protected skipComment(): void {
    const start = this.pos;
    this.pos = this.lineEnd(start);
    if (this.commentWords + 2 > this.comments.length) this.comments = doubled(this.comments);
    this.comments[this.commentWords++] = start;
    this.comments[this.commentWords++] = this.pos;
  }

  protected dropCommentsFrom(offset: number): void {
    while (this.commentWords > 0 && this.comments[this.commentWords - 2] >= offset) this.commentWords -= 2;
  }

  protected lineEnd(at: number): number {
    const bytes = this.bytes;
    let c = bytes[at];
    while (c !== 10 && c !== 13 && (c !== 0 || at < this.size)) c = bytes[++at];
    return at;
  }

  /** Reads a string whose token begins at `start`; `pos` is at its quote. */
  protected readString(start: number, flags: number): void {
    const bytes = this.bytes;
    const quote = bytes[this.pos];
    const triple = bytes[this.pos + 1] === quote && bytes[this.pos + 2] === quote;
    if (triple) flags |= StringFlag.Triple;
    this.pos += triple ? 3 : 1;
    if ((flags & FORMAT) !== 0) {
      this.emit(Token.FormatStart, start, this.pos, flags & ~FORMAT);
      this.pushMode(flags & ~FORMAT, quote, false);
      this.readFormatText();
      return;
    }
    let at = this.pos;
    for (;;) {
      const c = bytes[at];
      if (c === quote) {
        if (!triple) break;
        if (bytes[at + 1] === quote && bytes[at + 2] === quote) {
          at += 2;
          break;
        }
        at++;
      } else if (c === 92) {
        flags |= StringFlag.Escapes;
        at += bytes[at + 1] === 13 && bytes[at + 2] === 10 ? 3 : 2;
      } else if (c === 10 || c === 13) {
        if (!triple) return this.unterminated(start, at, flags);
        if (c === 13) flags |= StringFlag.Escapes;
        at++;
      } else if (c >= 128) {
        flags |= StringFlag.NonAscii;
        at++;
      } else if (c === 0 && at >= this.size) {
        return this.unterminated(start, this.size, flags);
      } else {
        at++;
      }
      if (at > this.size) return this.unterminated(start, this.size, flags);
    }
    this.pos = at + 1;
    this.emit(Token.String, start, this.pos, flags);
  }

  private unterminated(start: number, end: number, flags: number): void {
    this.pos = end;
    this.emit(Token.Error, start, end, flags | StringFlag.Unterminated);
  }

  private pushMode(flags: number, quote: number, isSpec: boolean): void {
    const top = ++this.modeTop;
    this.modeFlags[top] = flags;
    this.modeQuote[top] = quote;
    this.modeField[top] = -1;
    this.modeBase[top] = this.depth;
    this.modeIsSpec[top] = isSpec;
  }

  /** Holds if the next `:` or `}` belongs to the innermost open format field. */
  protected atFieldLevel(): boolean {
    return this.modeTop >= 0 && this.modeField[this.modeTop] === this.depth;
  }

  /** After the `}` of a field: back to the text it stands in. */
  protected leaveField(): void {
    this.modeField[this.modeTop] = -1;
    this.readFormatText();
  }

  /** After the `:` of a field: its format specification is text again. */
  protected enterFormatSpec(): void {
    this.pushMode(this.modeFlags[this.modeTop], this.modeQuote[this.modeTop], true);
    this.readFormatText();
  }

  /** Reads literal text up to the next field, the end of the specification, or the closing quote. */
  private readFormatText(): void {
    const bytes = this.bytes;
    const top = this.modeTop;
    const flags = this.modeFlags[top];
    const quote = this.modeQuote[top];
    const isSpec = this.modeIsSpec[top];
    const raw = (flags & StringFlag.Raw) !== 0;
    let from = this.pos;
    let at = from;
    let text = flags;
    for (;;) {
      const c = bytes[at];
      if (c === 123) {
        if (bytes[at + 1] === 123 && !isSpec) {
          this.emitText(from, at + 1, text, at + 2);
          text = flags;
          from = at += 2;
          continue;
        }
        this.emitText(from, at, text, at);
        this.pos = at + 1;
        this.modeField[top] = ++this.depth;
        this.emit(Token.LeftBrace, at, at + 1, 0);
        return;
      } else if (c === 125) {
        if (isSpec) {
          this.emitText(from, at, text, at);
          this.pos = at;
          this.modeTop--;
          return; // the `}` closes the field that the specification belongs to
        }
        const double = bytes[at + 1] === 125;
        if (!double) {
          this.emitText(from, at, text, at);
          this.emit(Token.Error, at, at + 1, 0);
          from = ++at;
          continue;
        }
        this.emitText(from, at + 1, text, at + 2);
        text = flags;
        from = at += 2;
      } else if (c === quote) {
        const triple = (flags & StringFlag.Triple) !== 0;
        if (triple && !(bytes[at + 1] === quote && bytes[at + 2] === quote)) {
          at++;
          continue;
        }
        if (isSpec) return this.abandonFormat(at);
        this.emitText(from, at, text, at);
        this.pos = at + (triple ? 3 : 1);
        this.emit(Token.FormatEnd, at, this.pos, 0);
        this.modeTop--;
        return;
      } else if (c === 92) {
        text |= StringFlag.Escapes;
        const next = bytes[at + 1];
        if (next === 123 || next === 125) at++;
        else if (next === 78 && !raw && bytes[at + 2] === 123) at = this.skipNamedEscape(at + 3);
        else at += next === 13 && bytes[at + 2] === 10 ? 3 : 2;
      } else if (c === 10 || c === 13) {
        if ((flags & StringFlag.Triple) === 0) return this.abandonFormat(at);
        if (c === 13) text |= StringFlag.Escapes;
        at++;
      } else if (c === 0 && at >= this.size) {
        return this.abandonFormat(this.size);
      } else {
        if (c >= 128) text |= StringFlag.NonAscii;
        at++;
      }
      if (at > this.size) return this.abandonFormat(this.size);
    }
  }

  /** `{{` and `}}` count once in the text and twice in the position, as in CPython 3.14. */
  private emitText(from: number, to: number, flags: number, end: number): void {
    if (to > from) this.emit(Token.FormatMiddle, from, end, end > to ? flags | TEXT_ENDS_DOUBLED : flags);
  }

  private skipNamedEscape(at: number): number {
    const limit = Math.min(this.size, at + 256);
    while (at < limit && this.bytes[at] !== 125 && this.bytes[at] !== 10) at++;
    return this.bytes[at] === 125 ? at + 1 : at;
  }

  /** Gives up the innermost format string, which does not end where it must. */
  private abandonFormat(at: number): void {
    while (this.modeTop > 0 && this.modeIsSpec[this.modeTop]) this.modeTop--;
    this.depth = this.modeBase[this.modeTop];
    this.modeTop--;
    this.pos = at;
    this.emit(Token.Error, at, at, StringFlag.Unterminated);
    const c = this.bytes[at];
    if (c === 34 || c === 39) this.pos++;
  }
}

/** A piece of format text whose last byte stands for itself: the second of `{{` or `}}`. */
export const TEXT_ENDS_DOUBLED = 1 << 21;

function doubled(column: Int32Array): Int32Array<ArrayBuffer> {
  const next = new Int32Array(column.length * 2);
  next.set(column);
  return next;
}
