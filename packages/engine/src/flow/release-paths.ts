/**
 * Ways on which something that was acquired is never released: out of the function, normally or by an exception.
 *
 * ```text
 * f = open(a)          acquired
 * text = read(b)       may raise: a way out by an exception
 * if not text:
 *     return           a way out, not released
 * f.close()            released: the ways end here
 * ```
 * A search over blocks with their exceptional edges. What releases, what may raise and which edges can be taken is asked.
 */
import { type FunctionInfo, type Ir, Op } from "../ir/index.ts";

export interface ReleaseQuestions {
  /** Holds for an instruction after which nothing is left to release. */
  readonly isReleased: (instr: number) => boolean;
  /** Holds for an instruction that may raise. */
  readonly mayRaise: (instr: number) => boolean;
  /** Holds if successor `i` of a block can be taken while it is not released. */
  readonly isEdge: (block: number, i: number) => boolean;
}

/** The instructions at which ways end without a release; -1 if there is no such way. */
export interface Leaks {
  /** A return, or the end of the function. */
  readonly normal: number;
  /** What raises where no handler of the function is. */
  readonly exceptional: number;
}

/** Follows all ways from after `start` to the ends of the function. */
export function leaksFrom(ir: Ir, fn: FunctionInfo, start: number, questions: ReleaseQuestions): Leaks {
  const { blocks } = ir;
  const seen = new Set<number>();
  const queue: number[] = [];
  let normal = -1;
  let exceptional = -1;
  const enter = (block: number): void => {
    if (block < fn.firstBlock || block >= fn.endBlock || seen.has(block)) return;
    seen.add(block);
    queue.push(block);
  };
  const walk = (block: number, first: number): void => {
    const end = blocks.end.data[block]!;
    for (let row = first; row < end; row++) {
      const op = ir.op.data[row] as Op;
      if (questions.isReleased(row)) return;
      if (op === Op.Return) {
        if (normal < 0) normal = row;
        return;
      }
      if (op !== Op.Raise && !questions.mayRaise(row)) continue;
      const handler = blocks.handler.data[block]!;
      if (handler >= 0) enter(handler);
      else if (exceptional < 0) exceptional = row;
      if (op === Op.Raise) return;
    }
    const succs = blocks.succs.data[block]!;
    for (let i = 0, n = ir.lists.length(succs); i < n; i++) if (questions.isEdge(block, i)) enter(ir.lists.at(succs, i));
  };
  walk(ir.block.data[start]!, start + 1);
  for (let at = 0; at < queue.length; at++) walk(queue[at]!, blocks.first.data[queue[at]!]!);
  return { normal, exceptional };
}
