/**
 * Where statements lie: what a comment on one of their lines, or above them, speaks of.
 *
 * A statement with a body is its head only, and each decorator is one of its own.
 */
import type { SourceFile } from "../../source/index.ts";
import { type Ast, Kind } from "./ast.ts";
import { bodyOf } from "./constructs.ts";

/** Both ends of a span are kept in one exact number, which sorts fast; larger files have no spans. */
const offsetsMax = 2 ** 26;

/** Returns start and end of each statement, ascending: start, end, start, end, …, as byte offsets. */
export function statementSpans(ast: Ast, file: SourceFile): Int32Array {
  if (file.bytes.length >= offsetsMax) return new Int32Array(0);
  const keys: number[] = [];
  for (let node = 0; node < ast.kind.length; node++) {
    const kind = ast.kind.data[node] as Kind;
    if (kind < Kind.FunctionDef || kind > Kind.ErrorStmt) continue;
    keys.push(ast.start.data[node] * offsetsMax + headEnd(ast, file, node));
    for (const decorator of decoratorsOf(ast, node)) keys.push(ast.start.data[decorator] * offsetsMax + ast.end.data[decorator]);
  }
  const spans = new Int32Array(2 * keys.length);
  Float64Array.from(keys).sort().forEach((key, index) => {
    const start = Math.floor(key / offsetsMax);
    spans[2 * index] = start;
    spans[2 * index + 1] = key - start * offsetsMax;
  });
  return spans;
}

function decoratorsOf(ast: Ast, node: number): readonly number[] {
  const kind = ast.kind.data[node] as Kind;
  if (kind !== Kind.FunctionDef && kind !== Kind.AsyncFunctionDef && kind !== Kind.ClassDef) return [];
  const lists = ast.lists.toArray(ast.d.data[node]);
  const at = kind === Kind.ClassDef ? 1 : 0;
  return at < lists.length ? ast.lists.toArray(lists[at]).filter((each) => each >= 0) : [];
}

/** The end of a statement, or of what stands before its body: comments above the first statement of the body are that one's. */
function headEnd(ast: Ast, file: SourceFile, node: number): number {
  const body = ast.kind.data[node] === Kind.Match ? ast.b.data[node] : bodyOf(ast, node);
  const inner = body <= 0 || ast.lists.length(body) === 0 ? -1 : ast.lists.at(body, 0);
  if (inner < 0) return ast.end.data[node];
  const start = ast.start.data[node];
  let end = ast.start.data[inner];
  for (;;) {
    const line = lineStart(file, end);
    if (line <= start || !isBlankOrComment(file, line, end)) return Math.max(start + 1, end);
    end = line - 1;
  }
}

function lineStart({ bytes }: SourceFile, from: number): number {
  let at = from;
  while (at > 0 && bytes[at - 1] !== 10 && bytes[at - 1] !== 13) at--;
  return at;
}

function isBlankOrComment({ bytes }: SourceFile, from: number, to: number): boolean {
  for (let at = from; at < to; at++) {
    if (bytes[at] === 0x23) return true;
    if (bytes[at] !== 0x20 && bytes[at] !== 9 && bytes[at] !== 12 && bytes[at] !== 13) return false;
  }
  return true;
}
