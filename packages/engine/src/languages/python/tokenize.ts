/**
 * Bytes to tokens, one logical line at a time.
 *
 * The parser asks for a line, gets every token up to its NEWLINE (with the INDENT and DEDENT tokens that
 * come before it), and can look ahead freely inside it. A bracket that is never closed would swallow the
 * rest of the file; a statement keyword at the start of a physical line proves that this happened, since
 * none can stand inside brackets, and ends the line there.
 */
import type { Interner } from "../../base/index.ts";
import { KEYWORDS, StringFlag, Token } from "./tokens.ts";
import { FORMAT, TextScanner } from "./tokenize-text.ts";

const enum Class { Other, Name, Digit }

const CLASS = new Uint8Array(256);
for (let c = 0; c < 256; c++) {
  const letter = (c >= 65 && c <= 90) || (c >= 97 && c <= 122) || c === 95 || c >= 128;
  CLASS[c] = letter ? Class.Name : c >= 48 && c <= 57 ? Class.Digit : Class.Other;
}

const FNV_OFFSET = 0x811c9dc5 | 0;
const FNV_PRIME = 0x01000193;
const IDENTIFIER = /^[\p{XID_Start}_][\p{XID_Continue}]*$/u;

/** A source of tokens over one file's bytes. */
export abstract class Tokenizer extends TextScanner {
  private indents = new Int32Array(128);
  private indentTop = 0;
  private keywordOf = new Uint8Array(0);
  /** Offset of the first token of the current physical line, while inside brackets. */
  private lineFirst = -1;
  private lineStart = 0;
  /** Lines whose indentation matches no enclosing block, as offsets. */
  protected badDedents: number[] = [];

  constructor(protected readonly strings: Interner) {
    super();
    for (const [word, token] of KEYWORDS) {
      const id = strings.intern(word);
      if (id >= this.keywordOf.length) {
        const next = new Uint8Array(id + 64);
        next.set(this.keywordOf);
        this.keywordOf = next;
      }
      this.keywordOf[id] = token;
    }
  }

  protected startTokens(bytes: Uint8Array): void {
    this.startText(bytes);
    this.indentTop = 0;
    this.indents[0] = 0;
    this.badDedents = [];
  }

  /** Fills the token columns with the next logical line. */
  protected fillLine(): void {
    this.tokenCount = 0;
    this.depth = 0;
    this.modeTop = -1;
    if (this.readIndentation()) this.readTokens();
  }

  /** Starts again at the beginning of the physical line that holds `offset`. */
  protected restartAt(offset: number): void {
    this.pos = offset;
    this.dropCommentsFrom(offset);
  }

  /** Skips blank lines and emits INDENT and DEDENT; false at the end of the file. */
  private readIndentation(): boolean {
    const bytes = this.bytes;
    let continued = -1;
    for (;;) {
      let column = 0;
      let c = bytes[this.pos];
      for (; c === 32 || c === 9 || c === 12; c = bytes[++this.pos]) {
        column = c === 32 ? column + 1 : c === 9 ? (column | 7) + 1 : 0;
      }
      if (c === 35) {
        this.skipComment();
        c = bytes[this.pos];
      }
      if (c === 10 || c === 13) {
        this.skipNewline();
        continued = -1;
        continue;
      }
      if (c === 92 && this.skipContinuation()) {
        if (continued < 0 && column > 0) continued = column; // as CPython: column 0 does not count
        continue;
      }
      if (this.pos >= this.size) {
        for (; this.indentTop > 0; this.indentTop--) this.emit(Token.Dedent, this.size, this.size, 0);
        this.emit(Token.End, this.size, this.size, 0);
        return false;
      }
      this.changeIndentation(continued < 0 ? column : continued);
      return true;
    }
  }

  private changeIndentation(column: number): void {
    if (column > this.indents[this.indentTop]) {
      if (++this.indentTop === this.indents.length) {
        const next = new Int32Array(this.indents.length * 2);
        next.set(this.indents);
        this.indents = next;
      }
      this.indents[this.indentTop] = column;
      this.emit(Token.Indent, this.pos, this.pos, 0);
      return;
    }
    while (column < this.indents[this.indentTop]) {
      this.indentTop--;
      this.emit(Token.Dedent, this.pos, this.pos, 0);
    }
    if (column !== this.indents[this.indentTop]) this.badDedents.push(this.pos);
  }

  /** The column at which the current block is indented. */
  protected blockColumn(): number {
    return this.indents[this.indentTop];
  }

  private readTokens(): void {
    const bytes = this.bytes;
    this.lineFirst = -1;
    for (;;) {
      let c = bytes[this.pos];
      while (c === 32 || c === 9 || c === 12) c = bytes[++this.pos];
      const kind = CLASS[c];
      if (kind === Class.Name) {
        if (this.readName(c)) return;
      } else if (kind === Class.Digit) {
        this.readNumber(this.pos);
      } else if (c === 10 || c === 13) {
        if (this.depth === 0) {
          this.emit(Token.Newline, this.pos, this.pos + 1, 0);
          this.skipNewline();
          return;
        }
        this.skipNewline();
        this.lineStart = this.pos;
        while ((c = bytes[this.pos]) === 32 || c === 9 || c === 12) this.pos++;
        this.lineFirst = this.pos;
      } else if (c === 35) {
        this.skipComment();
      } else if (c === 34 || c === 39) {
        this.readString(this.pos, 0);
      } else if (c === 0 && this.pos >= this.size) {
        this.emit(Token.Newline, this.size, this.size, 0);
        return;
      } else if (c === 92 && this.skipContinuation()) {
        continue;
      } else {
        this.readOperator(c);
      }
    }
  }

  /** Reads a name, a keyword or a prefixed string; true if it ended the logical line. */
  private readName(first: number): boolean {
    const bytes = this.bytes;
    const start = this.pos;
    let at = start;
    let hash = FNV_OFFSET;
    let seen = 0;
    let c = first;
    do {
      hash = Math.imul(hash ^ c, FNV_PRIME);
      seen |= c;
      c = bytes[++at];
    } while (CLASS[c] !== Class.Other);
    this.pos = at;
    if ((c === 34 || c === 39) && at - start <= 3) {
      const flags = prefixFlags(bytes, start, at);
      if (flags >= 0) {
        this.readString(start, flags);
        return false;
      }
    }
    let id = this.strings.internHashed(bytes, start, at, hash);
    if (seen >= 128) id = this.normalisedName(id);
    if (id < 0) {
      this.emit(Token.Error, start, at, 0);
      return false;
    }
    const keyword = id < this.keywordOf.length ? this.keywordOf[id] : 0;
    if (keyword === 0) {
      this.emit(Token.Name, start, at, id);
      return false;
    }
    if (keyword > Token.LastExpressionKeyword && start === this.lineFirst && this.depth > 0) {
      this.pos = this.lineStart;
      this.emit(Token.Newline, this.pos, this.pos, 1);
      return true;
    }
    this.emit(keyword, start, at, id);
    return false;
  }

  /** Applies NFKC as Python does; -1 if the text is no identifier. */
  private normalisedName(id: number): number {
    const text = this.strings.text(id);
    const normal = text.normalize("NFKC");
    if (!IDENTIFIER.test(normal)) return -1;
    return normal === text ? id : this.strings.intern(normal);
  }

  /** Finds the end of a number; its value is worked out when the parser gets to it. */
  private readNumber(start: number): void {
    const bytes = this.bytes;
    let at = start;
    const second = bytes[start + 1] | 32;
    if (bytes[start] === 48 && (second === 120 || second === 111 || second === 98)) {
      at += 2;
      const base = second === 120 ? 16 : second === 111 ? 8 : 2;
      while (isDigitOf(bytes[at], base) || bytes[at] === 95) at++;
    } else {
      at = this.skipDigits(at);
      if (bytes[at] === 46) at = this.skipDigits(at + 1);
      if ((bytes[at] | 32) === 101) {
        const sign = bytes[at + 1] === 43 || bytes[at + 1] === 45 ? 1 : 0;
        if (CLASS[bytes[at + 1 + sign]] === Class.Digit) at = this.skipDigits(at + 1 + sign);
      }
      if ((bytes[at] | 32) === 106) at++;
    }
    if ((bytes[at] | 32) === 108 && CLASS[bytes[at + 1]] === Class.Other) at++; // 10L: Python 2
    this.pos = at;
    this.emit(Token.Number, start, at, 0);
  }

  private skipDigits(at: number): number {
    const bytes = this.bytes;
    while (CLASS[bytes[at]] === Class.Digit || (bytes[at] === 95 && CLASS[bytes[at + 1]] === Class.Digit)) at++;
    return at;
  }

  private readOperator(c: number): void {
    const bytes = this.bytes;
    const at = this.pos;
    const next = bytes[at + 1];
    switch (c) {
      case 40: return this.open(Token.LeftParen);
      case 41: return this.close(Token.RightParen);
      case 91: return this.open(Token.LeftBracket);
      case 93: return this.close(Token.RightBracket);
      case 123: return this.open(Token.LeftBrace);
      case 125: return this.closeBrace();
      case 44: return this.operator(Token.Comma, 1);
      case 58: return this.readColon(next);
      case 59: return this.operator(Token.Semicolon, 1);
      case 96: return this.operator(Token.Backtick, 1);
      case 126: return this.operator(Token.Tilde, 1);
      case 46:
        if (CLASS[next] === Class.Digit) return this.readNumber(at);
        if (next === 46 && bytes[at + 2] === 46) return this.operator(Token.Ellipsis, 3);
        return this.operator(Token.Dot, 1);
      case 61:
        return next === 61 ? this.operator(Token.EqualEqual, 2) : this.operator(Token.Equal, 1);
      case 33:
        return next === 61 ? this.operator(Token.NotEqual, 2) : this.operator(Token.Exclamation, 1);
      case 60:
        if (next === 62) return this.operator(Token.NotEqual, 2, 1);
        if (next === 61) return this.operator(Token.LessEqual, 2);
        return next === 60 ? this.binary(Token.LeftShift, 2) : this.operator(Token.Less, 1);
      case 62:
        if (next === 61) return this.operator(Token.GreaterEqual, 2);
        return next === 62 ? this.binary(Token.RightShift, 2) : this.operator(Token.Greater, 1);
      case 45:
        return next === 62 ? this.operator(Token.Arrow, 2) : this.binary(Token.Minus, 1);
      case 42:
        return next === 42 ? this.binary(Token.DoubleStar, 2) : this.binary(Token.Star, 1);
      case 47:
        return next === 47 ? this.binary(Token.DoubleSlash, 2) : this.binary(Token.Slash, 1);
      case 43: return this.binary(Token.Plus, 1);
      case 64: return this.binary(Token.At, 1);
      case 37: return this.binary(Token.Percent, 1);
      case 124: return this.binary(Token.Bar, 1);
      case 94: return this.binary(Token.Caret, 1);
      case 38: return this.binary(Token.Ampersand, 1);
      default: return this.operator(Token.Error, 1);
    }
  }

  private operator(token: Token, length: number, value = 0): void {
    this.emit(token, this.pos, this.pos + length, value);
    this.pos += length;
  }

  private binary(token: Token, length: number): void {
    if (this.bytes[this.pos + length] === 61) {
      this.operator(token + (Token.PlusEqual - Token.Plus), length + 1);
    } else {
      this.operator(token, length);
    }
  }

  private open(token: Token): void {
    this.depth++;
    this.operator(token, 1);
  }

  private close(token: Token): void {
    if (this.depth > 0 && !this.atFieldLevel()) this.depth--;
    this.operator(token, 1);
  }

  private closeBrace(): void {
    const field = this.atFieldLevel();
    if (this.depth > 0) this.depth--;
    this.operator(Token.RightBrace, 1);
    if (field) this.leaveField();
  }

  private readColon(next: number): void {
    if (this.atFieldLevel()) {
      this.operator(Token.Colon, 1);
      this.enterFormatSpec();
    } else if (next === 61) {
      this.operator(Token.ColonEqual, 2);
    } else {
      this.operator(Token.Colon, 1);
    }
  }
}

function isDigitOf(c: number, base: number): boolean {
  const digit = c >= 48 && c <= 57 ? c - 48 : (c | 32) >= 97 && (c | 32) <= 102 ? (c | 32) - 87 : 99;
  return digit < base;
}

/** Reads `rb`, `f`, `ur` ...: the flags of a string prefix, or -1 if it is none. */
function prefixFlags(bytes: Uint8Array, start: number, end: number): number {
  let flags = (end - start) * StringFlag.PrefixUnit;
  let seen = 0;
  for (let at = start; at < end; at++) {
    const letter = bytes[at] | 32;
    const bit = letter === 114 ? 1 : letter === 98 ? 2 : letter === 117 ? 4 : letter === 102 ? 8 : letter === 116 ? 16 : 0;
    if (bit === 0 || (seen & bit) !== 0) return -1;
    seen |= bit;
  }
  if (seen & 1) flags |= StringFlag.Raw;
  if (seen & 2) flags |= StringFlag.Bytes;
  if (seen & 8) flags |= FORMAT;
  if (seen & 16) flags |= FORMAT | StringFlag.Template;
  const kinds = seen & ~1;
  if ((kinds & (kinds - 1)) !== 0) return -1; // at most one of b, u, f, t
  if (seen === 5) flags |= StringFlag.Python2;
  return flags;
}
