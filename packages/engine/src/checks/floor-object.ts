/**
 * Sources that are read out of a place where everything arrives.
 *
 * ```python
 * def from_row(cls, row):
 *     return cls(**{key: row[key] for key in fields})     called with rows of forty tables, and somewhere with a request's body
 * ```
 * Where so many objects arrive that they are no longer counted, one of them being input says nothing of what goes on from here.
 */
import { type Ir, Op } from "../ir/index.ts";
import type { Obligation } from "../obligations/index.ts";
import { type Program, TokenKind, tokenId, tokenKind } from "../program/index.ts";

/** Holds if what the source is read from may be anything, or an object of a class of the project that no library's object is. */
export function isOneOfMany(program: Program, row: Obligation): boolean {
  const object = row.steps.length > 0 && row.sourceKind !== "" ? readFrom(program.ir, row.steps[0].instr) : -1;
  if (object < 0) return false;
  const tokens = program.tokensOf(object);
  let isLibrarys = false;
  let isProjects = false;
  for (let i = 0; i < tokens.length; i++) {
    const kind = tokenKind(tokens[i]!);
    if (kind === TokenKind.Top) return true;
    if (kind === TokenKind.Api) isLibrarys = true;
    if (kind === TokenKind.Instance && program.apiBasesOf(tokenId(tokens[i]!)).length === 0) isProjects = true;
  }
  return isLibrarys && isProjects;
}

/** The object of `x.name` and `x[key]`, or -1. */
const readFrom = (ir: Ir, instr: number): number => (instr >= 0 && (ir.op.data[instr] === Op.GetAttr || ir.op.data[instr] === Op.GetItem) ? ir.a.data[instr] : -1);
