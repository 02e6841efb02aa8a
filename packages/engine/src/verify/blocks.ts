/**
 * A review as blocks: headings, list items, table rows, paragraphs, code.
 *
 * Reviews are written as Markdown, as half of it, or as mail. So this reads what all of them share, line by line and in one
 * pass, and nothing is ever an error: a line that is nothing else is a paragraph.
 *
 * ```text
 * ## Findings                     heading, level 2
 * 1. **SQL injection** (line 4)   item, number "1"
 *    - Fix: bind it               item, indented
 * | app.py | CWE-89 |             row, its cells named by the head of the table
 * ```
 */
import type { TextSpan } from "./claim.ts";

export type BlockKind = "heading" | "item" | "row" | "paragraph" | "code" | "rule";

/** A block. Its span is what it says, without the mark before it. */
export interface Block extends TextSpan {
  readonly kind: BlockKind;
  /** Heading: its level, 7 for a line in bold. Other blocks: columns of indentation. */
  readonly depth: number;
  /** The number of a numbered item or heading, "" if it has none. */
  readonly number: string;
  /** Rows: cells with the text of the head above them, "" if there is none. */
  readonly cells: readonly (TextSpan & { readonly head: string })[];
  /** A blank line stands before it. */
  readonly isApart: boolean;
}

/** Most characters of a review that are read. */
export const reviewCharactersMax = 400_000;

interface Line extends TextSpan {
  readonly indent: number;
  readonly isBlank: boolean;
}

interface Draft extends TextSpan {
  kind: BlockKind;
  depth: number;
  number: string;
  cells: (TextSpan & { head: string })[];
  isApart: boolean;
  end: number;
}

/** Cuts a review into blocks, in order. */
export function readBlocks(review: string): readonly Block[] {
  return new BlockReader(review.slice(0, reviewCharactersMax)).read();
}

const fenceMark = /^(?:`{3,}|~{3,})/;
const headingMark = /^(#{1,6})[ \t]+/;
const numberMark = /^\(?(\d{1,3})[.):]\)?[ \t]+|^\((\d{1,3})\)[ \t]+/;
const bulletMark = /^[-*+•‣◦–][ \t]+(?:\[[ xX]\][ \t]+)?/;
/** A line that begins with a place or a weakness says something of it: "L12: …", "app.py:3 - …", "CWE-89: …". */
const placeMark = /^[*_`[]{0,3}(?:(?:lines?|l)[ \t]?#?\d{1,6}(?:[ \t]?[-–][ \t]?l?\d{1,6})?[*_`\]]{0,3}(?::|[ \t][-–—][ \t])|[\w./-]{1,120}\.\w{1,5}:\d{1,6}|\[?CWE-\d{1,4}\b[^\n]{0,120}?:)/i;
const boldLine = /^(?:\*\*[^*]{2,160}\*\*|__[^_]{2,160}__):?$/;
const numberedTitle = /^(?:(?:finding|issue|observation|vulnerability|problem|defect|concern|weakness|item)[ \t]*)?#?(\d{1,3})[ \t]*(?:[.):\-–—]|\/\d+)[ \t]*/i;
const namedNumber = /^(?:finding|issue|observation|vulnerability|problem|defect|concern|weakness|item)[ \t]*#?[ \t]*(\d{1,3})[ \t]*[.):\-–—]?[ \t]*/i;

class BlockReader {
  private readonly text: string;
  private readonly lines: readonly Line[];
  private readonly blocks: Draft[] = [];
  private at = 0;
  private open: Draft | undefined;
  private heads: readonly string[] | undefined;
  private wasBlank = true;

  constructor(text: string) {
    this.text = text;
    this.lines = linesOf(text);
  }

  read(): readonly Block[] {
    while (this.at < this.lines.length) {
      const line = this.lines[this.at]!;
      if (line.isBlank) this.blank();
      else if (!this.fence(line) && !this.indentedCode(line)) this.textLine(line);
      this.at++;
    }
    return this.blocks.filter((block) => block.end > block.start || block.cells.length > 0 || block.kind === "rule");
  }

  private blank(): void {
    this.open = undefined;
    this.heads = undefined;
    this.wasBlank = true;
  }

  private push(kind: BlockKind, start: number, end: number, depth: number, number = ""): Draft {
    const draft: Draft = { kind, start, end, depth, number, cells: [], isApart: this.wasBlank };
    this.blocks.push(draft);
    this.wasBlank = false;
    return draft;
  }

  /** A fence holds code until the next one; without a next one it holds the rest. */
  private fence(line: Line): boolean {
    const mark = fenceMark.exec(this.text.slice(line.start, Math.min(line.end, line.start + 80)))?.[0];
    if (mark === undefined) return false;
    // An inline span of three backticks is text.
    if (this.text.slice(line.start + mark.length, line.end).includes("`")) return false;
    let last = this.at + 1;
    while (last < this.lines.length && !this.closes(this.lines[last]!, mark)) last++;
    const start = this.lines[this.at + 1]?.start ?? line.end;
    const end = this.lines[last - 1]!.end;
    this.push("code", Math.min(start, Math.max(start, end)), Math.max(start, end), line.indent);
    this.at = last;
    this.open = undefined;
    return true;
  }

  private closes(line: Line, mark: string): boolean {
    return this.text.startsWith(mark.slice(0, 3), line.start) && this.text.slice(line.start, line.end).trim().replaceAll(mark.charAt(0), "") === "";
  }

  /** Text that is set in by four columns or more after a blank line, and that looks like code. */
  private indentedCode(line: Line): boolean {
    if (line.indent < 4 || !this.wasBlank || !looksLikeCode(this.text.slice(line.start, line.end))) return false;
    let last = this.at;
    for (let next = this.at + 1; next < this.lines.length; next++) {
      const each = this.lines[next]!;
      if (each.isBlank) continue;
      if (each.indent < 4 || !looksLikeCode(this.text.slice(each.start, each.end))) break;
      last = next;
    }
    this.push("code", line.start, this.lines[last]!.end, line.indent);
    this.at = last;
    this.open = undefined;
    return true;
  }

  private textLine(line: Line): void {
    const { text } = this;
    const head = text.slice(line.start, Math.min(line.end, line.start + 200));
    if (/^(?:[-*_=][ \t]*){3,}$/.test(head)) return this.ruled(line, head);
    const heading = headingMark.exec(head);
    if (heading) {
      const at = line.start + heading[0].length;
      return this.title(at, trimEnd(text, at, line.end), heading[1]!.length);
    }
    if (this.tableRow(line)) return;
    if (boldLine.test(text.slice(line.start, line.end).trim()) && line.indent < 4) return this.title(line.start, trimEnd(text, line.start, line.end), 7);
    const number = numberMark.exec(head);
    if (number && (this.open === undefined || this.open.kind !== "paragraph" || Number(number[1] ?? number[2]) < 100)) {
      this.open = this.push("item", line.start + number[0].length, trimEnd(text, line.start, line.end), line.indent, number[1] ?? number[2] ?? "");
      return;
    }
    const named = namedNumber.exec(head);
    if (named && this.open === undefined) return this.title(line.start + named[0].length, trimEnd(text, line.start, line.end), 7, named[1]);
    if (placeMark.test(head)) {
      this.open = this.push("item", line.start, trimEnd(text, line.start, line.end), line.indent);
      return;
    }
    const bullet = bulletMark.exec(head);
    if (bullet) {
      this.open = this.push("item", line.start + bullet[0].length, trimEnd(text, line.start, line.end), line.indent);
      return;
    }
    if (this.open && (this.open.kind === "paragraph" || this.open.kind === "item")) this.open.end = trimEnd(text, line.start, line.end);
    else this.open = this.push("paragraph", line.start, trimEnd(text, line.start, line.end), line.indent);
  }

  /** A line of dashes or equals signs: below a line of text it makes that a heading, elsewhere it parts blocks. */
  private ruled(line: Line, head: string): void {
    const { open } = this;
    if (open?.kind === "paragraph" && /^(?:=|-)/.test(head) && !this.text.slice(open.start, open.end).includes("\n")) {
      open.kind = "heading";
      open.depth = head.startsWith("=") ? 1 : 2;
    } else this.push("rule", line.start, line.start, 0);
    this.open = undefined;
    this.wasBlank = true;
  }

  private title(start: number, end: number, level: number, given = ""): void {
    const bare = this.text.slice(start, Math.min(end, start + 80)).replace(/^[*_]+/, "");
    const skipped = this.text.slice(start, end).length - this.text.slice(start, end).replace(/^[*_]+/, "").length;
    const number = given === "" ? numberedTitle.exec(bare) : undefined;
    this.push("heading", number ? start + skipped + number[0].length : start, Math.max(end, start), level, number?.[1] ?? given);
    this.open = undefined;
  }

  private tableRow(line: Line): boolean {
    const row = this.text.slice(line.start, line.end).trim();
    const isRow = row.startsWith("|") && row.length > 2 ? row.indexOf("|", 1) > 0 : this.heads !== undefined && row.includes("|");
    const isHead = !isRow && row.includes("|") && this.isSeparator(this.at + 1);
    if (!isRow && !isHead) return false;
    if (this.isSeparator(this.at)) return true;
    const cells = cellsOf(this.text, line);
    if (this.heads === undefined && this.isSeparator(this.at + 1)) {
      this.heads = cells.map((cell) => this.text.slice(cell.start, cell.end).replace(/[*_`]/g, "").trim());
      this.open = undefined;
      return true;
    }
    const draft = this.push("row", line.start, trimEnd(this.text, line.start, line.end), line.indent);
    draft.cells = cells.map((cell, index) => ({ ...cell, head: this.heads?.[index] ?? "" }));
    this.open = undefined;
    return true;
  }

  private isSeparator(at: number): boolean {
    const line = this.lines[at];
    if (line === undefined || line.isBlank) return false;
    const text = this.text.slice(line.start, line.end);
    return text.includes("-") && text.includes("|") && /^[-:| \t]+$/.test(text);
  }
}

/** Lines without the marks of quoted mail. */
function linesOf(text: string): readonly Line[] {
  const lines: Line[] = [];
  for (let start = 0; start <= text.length; ) {
    let end = text.indexOf("\n", start);
    if (end < 0) end = text.length;
    let at = start;
    let indent = 0;
    for (; at < end; at++) {
      const character = text.charAt(at);
      if (character === " ") indent++;
      else if (character === "\t") indent += 4;
      else if (character !== ">" && character !== "\r") break;
    }
    lines.push({ start: at, end: trimEnd(text, at, end), indent, isBlank: at >= end });
    start = end + 1;
  }
  return lines;
}

function trimEnd(text: string, start: number, end: number): number {
  while (end > start && /\s/.test(text.charAt(end - 1))) end--;
  return end;
}

function cellsOf(text: string, line: Line): readonly TextSpan[] {
  const cells: TextSpan[] = [];
  let start = text.charAt(line.start) === "|" ? line.start + 1 : line.start;
  for (let at = start; at <= line.end; at++) {
    const isEnd = at === line.end;
    if (!isEnd && (text.charAt(at) !== "|" || text.charAt(at - 1) === "\\")) continue;
    if (isEnd && at === start) break;
    let first = start;
    while (first < at && /\s/.test(text.charAt(first))) first++;
    cells.push({ start: first, end: trimEnd(text, first, at) });
    start = at + 1;
  }
  return cells;
}

/** Holds for a line that is more likely code than prose. */
export function looksLikeCode(line: string): boolean {
  const text = line.slice(0, 400);
  if (/^(?:def|class|import|from|return|raise|try:|except|with|if|for|while|elif|else:|@|#|async|await|yield|>>>|[-+] )/.test(text.trim()) && /[:(=.@]|import/.test(text)) {
    return !/^(?:if|for|while|with|from|return|import) [a-z]+ [a-z]+ [a-z]+ [a-z]+/.test(text.trim());
  }
  return /[\w\])]\s*\(.*\)|^\s*[\w.[\]"']+\s*[-+*/|]?=\s*\S|[{};]\s*$|^\s*[)\]}]/.test(text);
}
