/** The one place where the parser tests touch the parser. */
import { Interner } from "../../../src/base/index.ts";
import { type Ast, Kind } from "../../../src/languages/python/ast.ts";
import { parseModule } from "../../../src/languages/python/parse.ts";
import { printAst } from "../../../src/languages/python/print-ast.ts";
import { findLineStarts } from "../../../src/source/index.ts";

export interface Parsed {
  readonly ast: Ast;
  /** The tree as text, without positions unless asked for. */
  print(positions?: boolean): string;
  /** The kinds of the statements of the module. */
  readonly statements: readonly string[];
  /** Source text of each broken span, with its message. */
  readonly errors: readonly (readonly [string, string])[];
}

export function parse(source: string | Uint8Array): Parsed {
  const bytes = typeof source === "string" ? new TextEncoder().encode(source) : source;
  const ast = parseModule(bytes, new Interner());
  const lines = findLineStarts(bytes);
  const text = (start: number, end: number): string => new TextDecoder().decode(bytes.subarray(start, end));
  const print = (positions = false): string => printAst(ast, lines, positions);
  return {
    ast,
    print,
    get statements() {
      return print().split("\n").filter((line) => line.startsWith("1 body[] ")).map((line) => line.split(" ")[2] ?? "");
    },
    errors: ast.errors.map((error) => [text(error.start, error.end), error.message]),
  };
}

/** Counts nodes of a kind. */
export function countKind(ast: Ast, kind: Kind): number {
  let count = 0;
  for (let row = 0; row < ast.kind.length; row++) if (ast.kind.data[row] === kind) count++;
  return count;
}
