/** How a sentence is set in a medium: what marks code, and how lines are filled. */
import { markdownCode, markdownText, pathUri, visible } from "../escape.ts";
import { middleCut, type Part, type Sentence } from "./sentence.ts";

/** A medium of lines. */
export interface Medium {
  readonly columns: number;
  words(text: string): string;
  code(text: string): string;
  prose(text: string): string;
  link(file: string): string;
  /** The id at the beginning of a sentence. */
  id(text: string): string;
  title(parts: readonly Part[]): string;
  heading(text: string): readonly string[];
  table(header: readonly string[], rows: readonly (readonly string[])[]): readonly string[];
  /** Makes harmless what a line would mean at its beginning. */
  lineStart(chunk: string): string;
}

/** Longest piece of code and longest word on a page: a line must hold it with what stands before. */
const codeMax = 90;
const wordMax = 40;

/** Stands for a space at which a line may be broken; texts of the project cannot hold it, since it is not visible. */
const gap = "\u0000";

/** Returns the lines of one sentence as an item of a list. */
export function itemLines(medium: Medium, said: Sentence, bullet = "- "): string[] {
  return fill(medium, chunksOf(medium, said), { first: bullet, next: " ".repeat(bullet.length), linesMax: said.linesMax });
}

/** Returns the lines of several sentences that stand in one paragraph. */
export function paragraphLines(medium: Medium, all: readonly Sentence[], linesMax: number): string[] {
  return fill(medium, all.flatMap((said) => chunksOf(medium, said)), { first: "", next: "", linesMax });
}

/** Sets parts without breaks. */
export const inline = (medium: Medium, parts: readonly Part[]): string => setParts(medium, parts).replaceAll(gap, " ");

function chunksOf(medium: Medium, said: Sentence): string[] {
  return `${medium.id(said.id)}${gap}${setParts(medium, said.parts)}`.split(gap).filter((chunk) => chunk !== "");
}

function setParts(medium: Medium, parts: readonly Part[]): string {
  const isPage = Number.isFinite(medium.columns);
  return parts.map((part) => {
    if (typeof part !== "string" && "code" in part) return isPage ? fitting(medium.code, part.code, part.most ?? codeMax) : medium.code(part.code);
    if (typeof part !== "string" && "link" in part) return medium.link(part.link);
    const [text, set] = typeof part === "string" ? [part, (word: string) => medium.words(word)] : [part.prose, (word: string) => medium.prose(word)];
    return breakable(text, isPage).map((word) => (word === gap ? gap : isPage ? fitting(set, word, codeMax) : set(word))).join("");
  }).join("");
}

/** Cuts text until what marks it fits as well: a fence around many backticks is longer than they are. */
function fitting(set: (text: string) => string, text: string, most: number): string {
  const shown = visible(text);
  for (let kept = most; ; kept = Math.floor(kept / 2)) {
    const done = set(middleCut(shown, kept));
    if (done.length <= most + 4 || kept < 4) return done;
  }
}

/** Splits text at its spaces, but not inside a code span of a page. */
function breakable(text: string, isPage: boolean): string[] {
  return text.split(/(`[^`\n]+`|\s+)/).filter((piece) => piece !== "").flatMap((piece) => {
    if (/^\s+$/.test(piece)) return [gap];
    if (piece.startsWith("`") && piece.length > 2) return [piece];
    return isPage && piece.length > wordMax ? (piece.match(/.{1,40}/gsu) ?? []).flatMap((part, index) => (index === 0 ? [part] : [gap, part])) : [piece];
  });
}

function fill(medium: Medium, chunks: readonly string[], shape: { readonly first: string; readonly next: string; readonly linesMax: number }): string[] {
  const lines: string[] = [];
  let line = shape.first;
  let isEmpty = true;
  for (const chunk of chunks) {
    if (!isEmpty && line.length + 1 + chunk.length > medium.columns) {
      if (lines.length + 1 >= shape.linesMax) return [...lines, cutEnd(line, medium.columns)];
      lines.push(line);
      line = shape.next;
      isEmpty = true;
    }
    line += isEmpty ? medium.lineStart(chunk) : ` ${chunk}`;
    isEmpty = false;
  }
  return [...lines, line];
}

/** Ends a line that goes on with `…`; a word goes if there is no room for it. */
function cutEnd(line: string, columns: number): string {
  const kept = line.length + 2 <= columns ? line : line.slice(0, line.lastIndexOf(" "));
  return `${kept.replace(/[,;:(]+$/, "")} …`;
}

/** Markdown. `columns` is infinite where lines are not to be filled. */
export function markdownMedium(columns: number): Medium {
  return {
    columns,
    words: (text) => markdownText(text),
    code: markdownCode,
    prose: pageText,
    link: (file) => `[${markdownText(file)}](${pathUri(file)})`,
    id: (text) => (/^[FQ]-/.test(text) ? `**${text}**` : idWithColon(text)),
    title: (parts) => `# ${inline(markdownMedium(columns), parts)}`,
    heading: (text) => ["", `## ${text}`],
    table: (header, rows) => [
      `| ${header.join(" | ")} |`,
      `|${header.map((_cell, column) => (column >= 2 && column <= 6 ? "--:|" : "---|")).join("")}`,
      ...rows.map((cells) => `| ${cells.join(" | ")} |`),
    ],
    lineStart: (chunk) => chunk.replace(/^(-+|\+|[0-9]{1,9}[.)])$/, (mark) => `${mark.slice(0, -1)}\\${mark.slice(-1)}`),
  };
}

/** Text without markup. */
export function plainMedium(columns: number): Medium {
  return {
    columns,
    words: visible,
    code: visible,
    prose: (text) => visible(text.replace(/`/g, "")),
    link: visible,
    id: idWithColon,
    title: (parts) => inline(plainMedium(columns), parts),
    heading: (text) => ["", text],
    table: (header, rows) => {
      const widths = header.map((cell, column) => Math.max(cell.length, ...rows.map((row) => row[column].length)));
      const over = widths.reduce((sum, width) => sum + width + 2, -2) - columns;
      if (over > 0) widths[0] = Math.max(12, widths[0] - over);
      const print = (cells: readonly string[]): string =>
        cells.map((cell, column) => (column >= 2 && column <= 6 ? cell.padStart(widths[column]) : fitted(cell, widths[column]))).join("  ").trimEnd();
      return [print(header), ...rows.map(print)];
    },
    lineStart: (chunk) => chunk,
  };
}

/** What the engine says on its own account is told like an entry of a list; a row or a finding begins its sentence. */
const idWithColon = (text: string): string => (/^[EAL]-/.test(text) ? `${text}:` : text);

const fitted = (cell: string, width: number): string => (cell.length <= width ? cell.padEnd(width) : `${cell.slice(0, width - 1)}…`);

/** Text of a catalog page: its code spans stay, everything else is text. A reviewed project may bring its own pages. */
const pageText = (text: string): string =>
  text.split(/(`[^`\n]+`)/).map((part) => (/^`[^`]+`$/.test(part) ? markdownCode(part.slice(1, -1)) : markdownText(part))).join("");

/** Parts as plain text, without breaks. */
export const inlinePlain = (parts: readonly Part[]): string => inline(plainMedium(Number.POSITIVE_INFINITY), parts);
