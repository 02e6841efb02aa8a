/**
 * The items of a review: which blocks belong together, under which number, and what part each plays.
 *
 * ```text
 * 1. **SQL injection - CWE-89**:          unit "1", its title
 *    - **Location**: lines 4-9            part: location
 *    - **Description**: The code builds…  part: text
 *    - **Solution**: Bind the values.     part: advice
 * ```
 */
import type { Block } from "./blocks.ts";
import { readBlocks } from "./blocks.ts";
import type { TextSpan } from "./claim.ts";
import { mentionsIn } from "./lexicon.ts";
import { lexical } from "./sentences.ts";

/** The part that a stretch plays. `lines`: numbers in it are line numbers. */
export type PartRole = "text" | "location" | "lines" | "weakness" | "severity" | "effect" | "advice" | "evidence" | "other";

export interface Part extends TextSpan {
  readonly role: PartRole;
}

export interface Unit {
  /** As the review gives it; "" if it gives none; "0" for what stands before the first item. */
  readonly number: string;
  /** Empty if the unit has no title. */
  readonly title: TextSpan | undefined;
  readonly parts: readonly Part[];
  readonly code: readonly TextSpan[];
  /** What the heading above says of all its units: they are advice, praise, beside the point, or nothing special. */
  readonly section: "advice" | "fine" | "aside" | "plain";
}

interface Draft extends Unit {
  title: TextSpan | undefined;
  readonly parts: Part[];
  readonly code: TextSpan[];
  readonly by: "preamble" | "number" | "heading" | "bullet" | "row" | "paragraph";
  readonly depth: number;
}

/** Returns the items of a review, in order. */
export function unitsOf(review: string): readonly Unit[] {
  return new UnitReader(review, readBlocks(review)).read();
}

const roleWords: readonly (readonly [PartRole, RegExp])[] = [
  ["advice", /^(?:solutions?|recommendations?|recommended(?: \w+)?|remediations?|fix(?:es)?|suggested(?: \w+)?|suggestions?|mitigations?|how to fix|advice|proposal|proposed \w+|action|improvements?|(?:fixed|corrected|improved|secure|safer|safe|updated|revised|better)(?: code| version| example| implementation| approach)?|after|next steps?|countermeasures?|resolution|patch)$/],
  ["location", /^(?:locations?|where|files?|path|lines?(?: ?(?:number|no\.?|range)s?)?|line\(s\)|functions?|methods?|place|affected(?: \w+){0,2}|position|code location|source|module|component|class)$/],
  ["weakness", /^(?:cwes?(?: ?ids?)?|weakness|type|category|class(?:ification)?|vulnerability(?: type)?|issue(?: type)?|defect(?: type)?|name|title|cwe name|pillar)$/],
  ["severity", /^(?:severity|priority|confidence|cvss(?: \w+)?|likelihood|rating|level|status|id|#|no\.?|owasp(?: \w+)?|references?|tags?|risk level|risk rating|exploitability|assignee|reporter|date)$/],
  ["effect", /^(?:impacts?|risks?|consequences?|effects?|why(?: it matters)?|potential impact|security impact|threat|exploit(?:ation)?|attack scenario|scenario|implications?)$/],
  ["evidence", /^(?:evidence|examples?|code(?: snippet)?|snippet|proof(?: of concept)?|poc|excerpt|(?:vulnerable|affected|original|current|existing|problematic|relevant)(?: code| snippet)?|before)$/],
  ["text", /^(?:descriptions?|details?|explanation|issue|problem|finding|observations?|analysis|summary|comments?|notes?|reason(?:ing)?|what|justification|assessment|verdict|result|conclusion|remarks?|rationale|defect|overview|background|review|claim)$/],
];
const labelMark = /^[*_]{0,3}([A-Za-z#][\w /().&-]{0,40}?)[*_]{0,3}[ \t]*(?::[*_]{0,3}|[*_]{2,3}[ \t]*[-–—]|[*_]{2,3}(?=[ \t]*\n))[ \t]*/;
const adviceSections = /\b(?:recommendations?|suggest(?:ed|ions?)|remediation|next steps|action items|mitigations?|hardening|how to fix)\b/i;
const fineSections = /\b(?:strengths?|positive|what(?:'s| is) good|good practices|well done|done well|secure aspects|no issues|passed)\b/i;

/** A title that begins or ends with how severe it is. */
const severityTag = /^\W*(?:critical|high|medium|moderate|low|info(?:rmational)?|blocker|major|minor|nit|warning|p[0-4])\b\W|[([](?:critical|high|medium|moderate|low|info(?:rmational)?|blocker|major|minor|p[0-4])(?: severity| risk)?[)\]]\W*$/i;
/** Headings beside findings that are none. */
const otherSections = /\b(?:summary|conclusion|overview|findings|overall|introduction|notes?|verdict|positive|strengths?|result|background|assessment|report)\b/i;
const asideSections = /\b(?:steps to reproduce|reproduc\w+|references?|methodology|scope|disclaimer|introduction|about this|table of contents|timeline|environment|appendix|legend|proof of concept|poc)\b/i;

class UnitReader {
  private readonly text: string;
  private readonly blocks: readonly Block[];
  private readonly units: Draft[] = [];
  private current: Draft | undefined;
  private section: Unit["section"] = "plain";
  private sectionDepth = 0;
  /** Level of the headings that are findings, -1 before the first one. */
  private findingDepth = -1;

  constructor(text: string, blocks: readonly Block[]) {
    this.text = text;
    this.blocks = blocks;
  }

  read(): readonly Unit[] {
    for (let at = 0; at < this.blocks.length; at++) this.take(this.blocks[at]!, at);
    return this.units.filter((unit) => unit.title !== undefined || unit.parts.length > 0 || unit.code.length > 0);
  }

  private take(block: Block, at: number): void {
    if (block.kind === "rule") {
      if (this.current?.by !== "preamble") this.current = undefined;
    } else if (block.kind === "heading") this.heading(block, at);
    else if (block.kind === "row") this.row(block);
    else if (block.kind === "code") this.code(block);
    else if (block.kind === "item" && block.number !== "") this.numbered(block);
    else if (block.kind === "item") this.bullet(block);
    else this.paragraph(block, at);
  }

  /** Code below a solution is what the reviewer would write, and none of the project. */
  private code(block: Block): void {
    const { current } = this;
    const isProposed = this.section === "advice" || this.pending === "advice" || (this.pending === undefined && current?.parts.at(-1)?.role === "advice");
    if (!isProposed) (current ?? this.openUnit("paragraph", 0)).code.push(block);
  }

  // ---- which unit

  private heading(block: Block, at: number): void {
    const words = this.text.slice(block.start, block.end);
    const label = roleOf(words.replace(/[*_:#]/g, "").trim());
    // A bold line such as "**Solution**" or "### Description" inside of a finding is a label for what follows it.
    if (label !== undefined && this.current?.by === "heading" && block.depth > this.current.depth) {
      this.pending = label;
      return;
    }
    this.pending = undefined;
    const isInner = this.current !== undefined && (this.current.by === "heading" || this.current.by === "number") && block.depth > this.current.depth && this.current.by === "heading";
    const isFinding = block.number !== "" || this.isFindingTitle(words, block, at);
    if (isInner && block.number === "" && !isFinding) {
      this.current!.parts.push({ start: block.start, end: block.end, role: "text" });
      return;
    }
    if (!isFinding) {
      if (block.depth <= this.sectionDepth || this.section === "plain") {
        this.section = asideSections.test(words) ? "aside" : adviceSections.test(words) ? "advice" : fineSections.test(words) ? "fine" : "plain";
        this.sectionDepth = block.depth;
      }
      this.current = undefined;
      return;
    }
    if (block.depth <= this.sectionDepth) this.section = "plain";
    this.findingDepth = block.depth;
    const unit = this.openUnit("heading", block.depth, block.number);
    this.title(unit, block);
  }

  /** Holds for a heading that names a weakness or a place and has something below it that is no list of findings. */
  private isFindingTitle(words: string, block: Block, at: number): boolean {
    const plain = lexical(words);
    if (adviceSections.test(words) && !/cwe-?\d/i.test(words)) return false;
    if (severityTag.test(words) || (this.findingDepth === block.depth && !otherSections.test(words))) return true;
    const names = mentionsIn(plain).some((mention) => mention.topic !== undefined) || /cwe[-\s]?\d{1,4}/i.test(words) || /\blines? ?\d/i.test(words);
    if (!names) return false;
    const next = this.blocks[at + 1];
    if (next === undefined) return true;
    if (next.kind === "heading") return next.depth > block.depth && roleOf(this.text.slice(next.start, next.end).replace(/[*_:]/g, "").trim()) !== undefined;
    return next.kind !== "row" && !(next.kind === "item" && next.number === "1" && mentionsIn(lexical(this.text.slice(next.start, next.end))).some((mention) => mention.topic !== undefined));
  }

  private numbered(block: Block): void {
    const { current } = this;
    if (current?.by === "heading" || (current?.by === "number" && block.depth > current.depth + 1)) return this.part(current, block);
    const unit = this.openUnit("number", block.depth, block.number);
    this.titled(unit, block);
  }

  private bullet(block: Block): void {
    const { current } = this;
    if (current !== undefined && this.holds(current, block)) return this.part(current, block);
    const unit = this.openUnit("bullet", block.depth);
    this.titled(unit, block);
  }

  /** Holds for a bullet that is part of the unit rather than a unit of its own. */
  private holds(unit: Draft, block: Block): boolean {
    if (unit.by === "heading") return true;
    if (unit.by === "number") return block.depth > unit.depth || !block.isApart || this.labelOf(block) !== undefined;
    if (unit.by === "bullet") return block.depth > unit.depth || (this.labelOf(block) ?? "weakness") !== "weakness";
    return unit.by === "paragraph" && this.labelOf(block) !== undefined && unit.parts.length > 0;
  }

  private labelOf(block: TextSpan): PartRole | undefined {
    const label = labelMark.exec(this.text.slice(block.start, Math.min(block.end, block.start + 80)))?.[1];
    return label === undefined ? undefined : roleOf(label);
  }

  private paragraph(block: Block, at: number): void {
    const { current } = this;
    if (current !== undefined && this.goesOn(current, block, at)) return this.part(current, block);
    const isFirst = this.units.every((unit) => unit.by === "preamble") && this.hasItemsAfter(at);
    if (isFirst) {
      const preamble = this.units[0] ?? this.openUnit("preamble", 0, "0");
      this.current = preamble;
      return this.part(preamble, block);
    }
    const unit = this.openUnit("paragraph", block.depth);
    this.titled(unit, block);
  }

  private goesOn(unit: Draft, block: Block, at: number): boolean {
    if (unit.by === "heading") return true;
    if (unit.by === "preamble" || unit.by === "row") return false;
    if (this.labelOf(block) !== undefined && unit.by !== "bullet" && !/conclu|summary|overall/i.test(this.text.slice(block.start, block.start + 30))) return true;
    if (block.depth > unit.depth + 1) return true;
    if (unit.by === "number" && unit.parts.length === 0) return true;
    return unit.by === "number" && this.numberGoesOn(Number(unit.number), at);
  }

  /** Holds if the list that was begun has a next number further down. */
  private numberGoesOn(number: number, at: number): boolean {
    for (let next = at + 1; next < this.blocks.length; next++) {
      const block = this.blocks[next]!;
      if (block.kind === "heading") return false;
      if (block.kind === "item" && block.number !== "") return Number(block.number) === number + 1;
    }
    return false;
  }

  private hasItemsAfter(at: number): boolean {
    return this.blocks.some((block, index) => index > at && (block.kind === "item" || block.kind === "row" || block.kind === "heading"));
  }

  private openUnit(by: Draft["by"], depth: number, number = ""): Draft {
    const unit: Draft = { number, title: undefined, parts: [], code: [], section: this.section, by, depth };
    this.units.push(unit);
    this.current = unit;
    this.pending = undefined;
    return unit;
  }

  // ---- which part

  /** The role that a label on a line of its own gives to what follows. */
  private pending: PartRole | undefined;

  private title(unit: Draft, span: TextSpan): void {
    unit.title = { start: span.start, end: span.end };
  }

  /** A block that opens a unit: what stands in bold or before a colon at its beginning is the title. */
  private titled(unit: Draft, block: Block): void {
    const words = this.text.slice(block.start, block.end);
    const label = this.labelOf(block);
    if (label !== undefined && label !== "text" && label !== "effect") return this.part(unit, block);
    const length = titleLength(words);
    if (length > 0) {
      this.title(unit, { start: block.start, end: block.start + length });
      const rest = /^[\s:*_–—-]*/.exec(words.slice(length))![0].length;
      if (length + rest < words.length) this.part(unit, { start: block.start + length + rest, end: block.end });
    } else this.part(unit, block);
  }

  private part(unit: Draft, span: TextSpan): void {
    // Labels may follow each other in one block, each on its line.
    for (const piece of this.pieces(span)) {
      const mark = labelMark.exec(this.text.slice(piece.start, Math.min(piece.end, piece.start + 120)));
      const role = mark ? roleOf(mark[1]!) : undefined;
      const start = role !== undefined && role !== "location" && role !== "weakness" ? piece.start + mark![0].length : piece.start;
      if (start >= piece.end) {
        this.pending = role;
        continue;
      }
      unit.parts.push({ start, end: piece.end, role: role ?? this.pending ?? (unit.section === "advice" ? "advice" : "text") });
    }
  }

  private pieces(span: TextSpan): readonly TextSpan[] {
    const out: TextSpan[] = [];
    let start = span.start;
    for (let at = this.text.indexOf("\n", start); at >= 0 && at < span.end; at = this.text.indexOf("\n", at + 1)) {
      let next = at + 1;
      while (next < span.end && /[ \t>]/.test(this.text.charAt(next))) next++;
      const mark = labelMark.exec(this.text.slice(next, Math.min(span.end, next + 120)));
      if (mark === null || roleOf(mark[1]!) === undefined) continue;
      out.push({ start, end: at });
      start = next;
    }
    out.push({ start, end: span.end });
    return out.filter((each) => /\S/.test(this.text.slice(each.start, each.end)));
  }

  private row(block: Block): void {
    const cells = block.cells.filter((cell) => cell.end > cell.start);
    const [first, second] = cells;
    const asLabel = first === undefined ? undefined : roleOf(this.text.slice(first.start, first.end).replace(/[*_:]/g, "").trim());
    if (cells.length === 2 && asLabel !== undefined && this.current?.by === "heading") {
      this.current.parts.push({ start: asLabel === "location" ? first!.start : second!.start, end: second!.end, role: asLabel });
      return;
    }
    const numberCell = first !== undefined && /^#?\d{1,3}$/.test(this.text.slice(first.start, first.end)) && !/line/i.test(first.head) ? first : undefined;
    const hasText = cells.some((cell) => /^(?:description|details?|explanation|comments?|notes?|impact|analysis)$/i.test(cell.head));
    const unit = this.openUnit("row", 0, numberCell ? this.text.slice(first!.start, first!.end).replace("#", "") : "");
    for (const cell of cells) {
      if (cell === numberCell) continue;
      const role = roleOf(cell.head.replace(/[*_:]/g, "").trim()) ?? "text";
      const isTitle = unit.title === undefined && (role === "weakness" || (hasText && /^(?:findings?|issue|problem|defect|vulnerability|observation)$/i.test(cell.head)));
      if (isTitle) this.title(unit, cell);
      else unit.parts.push({ start: cell.start, end: cell.end, role: /^lines?\b/i.test(cell.head) ? "lines" : role });
    }
    this.current = undefined;
  }
}

function roleOf(label: string): PartRole | undefined {
  const words = label.toLowerCase().replace(/[*_`]/g, "").trim();
  return roleWords.find(([, pattern]) => pattern.test(words))?.[0];
}

/** How much of a block's beginning is a title: bold text, or a short phrase before a colon or dash; 0 if none. */
function titleLength(words: string): number {
  const bold = /^(\*\*|__)([^\n]{1,200}?)\1/.exec(words);
  if (bold) {
    const after = words.slice(bold[0].length);
    const tail = /^[ \t]*(?:[-–—]?[ \t]*(?:\[?CWE-\d+[^\n:.]{0,90}|\([^)\n]{1,120}\)|\[[^\]\n]{1,60}\]))(?=[ \t]*(?::|\n|$|[-–—]))/i.exec(after)?.[0] ?? "";
    return bold[0].length + tail.length;
  }
  const line = words.split("\n", 1)[0]!;
  if (line.length === words.length && line.length <= 120 && !/[.!?]$/.test(line.trim()) && !/:\s\S/.test(line)) return line.length;
  // "CWE-89: SQL injection - app.py:4. The text …": the name belongs to the number.
  const numbered = /^\W{0,3}CWE-\d{1,4}\W{0,3}[:–—-]\s[^\n.:]{3,110}?(?=\s[-–—]\s|[.:](?:\s|$)|\n|$)/i.exec(words);
  if (numbered) return numbered[0].length;
  const colon = /^[^\n:.!?]{3,110}?(?:\.(?:py|\w)[^\n:.!?]{0,60})?:(?=\s)/.exec(words);
  if (colon && !/\b(?:is|are|was|were|does|do|has|have|can|could|should|the following)\b/i.test(colon[0])) return colon[0].length - 1;
  return line.length < words.length && line.length <= 100 && !/[.!?:;,]$/.test(line.trim()) && /^[A-Z[]/.test(line) && /\n\s*\S/.test(words) && !/\b(?:is|are|was|were|does|do|has|have|can|could|should|the|a)\b/.test(line) ? line.length : 0;
}
