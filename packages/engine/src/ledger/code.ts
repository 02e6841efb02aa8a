/** Code of a saved place, read from the files again: a ledger stores places, never code. */
import { onOneLine } from "../findings/index.ts";
import { columnUtf16, lineOf, lineText, readSources, type SourceFile, textOf, type Workspace } from "../source/index.ts";
import type { Ledger, Span } from "./ledger.ts";

/** A place with its code, for people. */
export interface CodeAt {
  readonly path: string;
  readonly line: number;
  readonly column: number;
  readonly code: string;
}

const codeBytesMax = 2_000;

export class CodeReader {
  private readonly ledger: Ledger;
  private readonly workspace: Workspace;
  private readonly known = new Map<number, SourceFile | undefined>();

  constructor(ledger: Ledger, workspace: Workspace) {
    this.ledger = ledger;
    this.workspace = workspace;
  }

  source(file: number): SourceFile | undefined {
    if (!this.known.has(file)) {
      const path = this.ledger.pathOf(file);
      this.known.set(file, path === "" ? undefined : readSources(this.workspace, [path], { fileBytesMax: Number.MAX_SAFE_INTEGER }).value[0]);
    }
    return this.known.get(file);
  }

  /** The place and its code; undefined if it is none or the file is gone. */
  at(span: Span): CodeAt | undefined {
    const source = span.file < 0 ? undefined : this.source(span.file);
    if (source === undefined || span.src < 0 || span.src > source.bytes.length) return undefined;
    const end = Math.min(span.end, span.src + codeBytesMax, source.bytes.length);
    return { path: source.path, line: lineOf(source, span.src), column: columnUtf16(source, span.src), code: onOneLine(textOf(source, span.src, Math.max(span.src, end))) };
  }

  lineOf(span: Span): number {
    const source = this.source(span.file);
    return source === undefined ? 0 : lineOf(source, Math.min(span.src, source.bytes.length));
  }

  /** The bytes of a line: [first, end); undefined if the file has no such line. */
  lineSpan(file: number, line: number): Span | undefined {
    const source = this.source(file);
    if (source === undefined || line < 1 || line > source.lineStarts.length) return undefined;
    const src = source.lineStarts[line - 1];
    return { file, src, end: line < source.lineStarts.length ? source.lineStarts[line] : source.bytes.length + 1 };
  }

  lineText(file: number, line: number): string {
    const source = this.source(file);
    return source === undefined || line < 1 || line > source.lineStarts.length ? "" : onOneLine(lineText(source, line));
  }
}
