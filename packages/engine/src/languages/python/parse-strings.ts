/** String literals: decoding, implicit concatenation, format and template strings. */
import { decodeUtf8 } from "../../base/index.ts";
import { Kind } from "./ast.ts";
import { decodeText } from "./literals.ts";
import { StringFlag, Token } from "./tokens.ts";
import { TEXT_ENDS_DOUBLED } from "./tokenize-text.ts";
import { TreeBuilder } from "./tree-builder.ts";

/** A piece of a joined string: text with its span, or a field's node (`text` is undefined). */
interface Part {
  readonly start: number;
  readonly end: number;
  readonly text: string | undefined;
  readonly node: number;
}

const INTERNED_BYTES_MAX = 32; // short texts repeat: they share one string
const REPR_CONVERSION = 114; // the code of "r"
const TEXT_TOKENS = StringFlag.Bytes | StringFlag.Raw | StringFlag.Escapes | StringFlag.NonAscii;

export abstract class StringParser extends TreeBuilder {
  /** Reads what may stand in a format field: a yield or a list of star expressions. */
  protected abstract parseFieldValue(): number;

  /** Reads one or more adjacent string literals. */
  protected parseStrings(): number {
    const start = this.here();
    if (this.token === Token.String) {
      const next = this.peek();
      if (next !== Token.String && next !== Token.FormatStart) {
        const bytes = (this.tokenValue[this.index] & StringFlag.Bytes) !== 0;
        const text = this.takeStringText();
        return this.textNode(start, this.lastEnd, text, bytes);
      }
    }
    return this.parseJoinedStrings(start);
  }

  private textNode(start: number, end: number, value: string, bytes = false): number {
    return this.node(Kind.Constant, start, end, this.constant({ type: bytes ? "bytes" : "str", value }));
  }

  private takeStringText(): string {
    const i = this.index;
    const flags = this.tokenValue[i];
    const quotes = (flags & StringFlag.Triple) !== 0 ? 3 : 1;
    const prefix = (flags >> 8) & 3;
    const start = this.tokenStart[i] + prefix + quotes;
    const end = this.tokenEnd[i] - quotes;
    if ((flags & StringFlag.Python2) !== 0) this.markPython2(this.tokenStart[i]);
    if ((flags & StringFlag.Bytes) !== 0 && (flags & StringFlag.NonAscii) !== 0 && !this.python2) {
      this.fail("bytes can only contain ASCII characters");
    }
    this.advance();
    if ((flags & StringFlag.Escapes) === 0 && end - start <= INTERNED_BYTES_MAX) {
      return this.strings.text(this.strings.internBytes(this.bytes, start, end));
    }
    return decodeText(this.bytes, start, end, flags);
  }

  private parseJoinedStrings(start: number): number {
    const parts: Part[] = [];
    let isFormat = false;
    let isTemplate = false;
    let bytes = 0;
    let literals = 0;
    for (; this.token === Token.String || this.token === Token.FormatStart; literals++) {
      const flags = this.tokenValue[this.index];
      if (this.token === Token.FormatStart) {
        isFormat = true;
        const template = (flags & StringFlag.Template) !== 0;
        isTemplate ||= template;
        this.readFormat(parts, template);
      } else {
        if ((flags & StringFlag.Bytes) !== 0) bytes++;
        const from = this.here();
        const text = this.takeStringText();
        parts.push({ start: from, end: this.lastEnd, text, node: -1 });
      }
    }
    if (bytes > 0 && bytes < literals && !this.python2) this.fail("bytes and text cannot be joined");
    if (!isFormat) {
      const text = parts.map((part) => part.text).join("");
      return this.textNode(start, this.lastEnd, text, bytes > 0 && !(this.python2 && bytes < literals));
    }
    const values = this.mergedParts(parts);
    return this.node(isTemplate ? Kind.TemplateStr : Kind.JoinedStr, start, this.lastEnd, values);
  }

  /** Joins neighbouring texts into one constant each, and drops those that are empty. */
  private mergedParts(parts: readonly Part[]): number {
    const base = this.stackTop;
    for (let i = 0; i < parts.length; i++) {
      const first = parts[i];
      if (first.text === undefined) {
        this.push(first.node);
        continue;
      }
      let text = first.text;
      while (i + 1 < parts.length && parts[i + 1].text !== undefined) text += parts[++i].text;
      if (text !== "") this.push(this.textNode(first.start, parts[i].end, text));
    }
    return this.takeList(base);
  }

  private readFormat(parts: Part[], template: boolean): void {
    this.advance();
    while (this.token !== Token.FormatEnd) {
      if (this.token === Token.FormatMiddle) this.readText(parts);
      else if (this.token === Token.LeftBrace) this.readField(parts, template);
      else this.fail("this format string does not end, or a `}` in it is single");
    }
    this.advance();
  }

  private readText(parts: Part[]): void {
    const i = this.index;
    const flags = this.tokenValue[i];
    const start = this.tokenStart[i];
    const end = this.tokenEnd[i];
    const to = (flags & TEXT_ENDS_DOUBLED) !== 0 ? end - 1 : end;
    const text = decodeText(this.bytes, start, to, flags & TEXT_TOKENS);
    if (text !== "") parts.push({ start, end, text, node: -1 });
    this.advance();
  }

  private readField(parts: Part[], template: boolean): void {
    const open = this.here();
    this.enter();
    this.advance();
    const value = this.parseFieldValue();
    const valueEnd = this.lastEnd;
    const debug = this.accept(Token.Equal);
    const debugEnd = this.here();
    let conversion = -1;
    if (this.accept(Token.Exclamation)) {
      if (this.token !== Token.Name) this.fail("expected a conversion: s, r or a");
      conversion = this.bytes[this.here()];
      this.advance();
    }
    let spec = -1;
    if (this.token === Token.Colon) spec = this.parseFormatSpec();
    else if (debug && conversion < 0) conversion = REPR_CONVERSION;
    this.expect(Token.RightBrace, "`}` at the end of a format field");
    this.leave();
    if (debug) {
      const text = withoutComments(decodeUtf8(this.bytes, open + 1, debugEnd));
      parts.push({ start: open + 1, end: debugEnd, text, node: -1 });
    }
    const node = template
      ? this.node(Kind.Interpolation, open, this.lastEnd, value, this.fieldText(open + 1, valueEnd), conversion, spec)
      : this.node(Kind.FormattedValue, open, this.lastEnd, value, conversion, spec);
    parts.push({ start: open, end: this.lastEnd, text: undefined, node });
  }

  /** The text of a template's field, which programs can read at run time. */
  private fieldText(start: number, end: number): number {
    return this.strings.intern(withoutComments(decodeUtf8(this.bytes, start, end)));
  }

  private parseFormatSpec(): number {
    const start = this.here();
    this.advance();
    const parts: Part[] = [];
    while (this.token !== Token.RightBrace) {
      if (this.token === Token.FormatMiddle) this.readText(parts);
      else if (this.token === Token.LeftBrace) this.readField(parts, false);
      else this.fail("this format specification does not end");
    }
    const values = this.mergedParts(parts);
    return this.node(Kind.JoinedStr, start, this.lastEnd, values);
  }
}

/** Normalises line ends, and leaves comments out as CPython does. */
function withoutComments(text: string): string {
  const lines = text.includes("\r") ? text.replace(/\r\n?/g, "\n") : text;
  if (!lines.includes("#")) return lines;
  let out = "";
  let quote = "";
  for (let i = 0; i < lines.length; i++) {
    const c = lines.charAt(i);
    if (quote === "" && c === "#") {
      while (i + 1 < lines.length && lines.charAt(i + 1) !== "\n") i++;
      continue;
    }
    if (quote === "" && (c === '"' || c === "'")) quote = c;
    else if (c === quote) quote = "";
    out += c;
  }
  return out;
}
