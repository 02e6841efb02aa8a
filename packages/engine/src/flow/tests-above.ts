/** The tests that decide whether a block is reached, nearest first. */
import { BranchKind, type Ir, Op } from "../ir/index.ts";
import type { Dominators } from "./dominators.ts";

export interface TestAbove {
  /** The condition. */
  readonly condition: number;
  /** The side that leads to the block, after the condition's negations are taken away. */
  readonly isTrue: boolean;
  /** The block that the side begins with. */
  readonly side: number;
}

/** Most blocks above one block that are looked at. */
const blocksMax = 2000;

/** Every way to the block passes each of them on that side. */
export function testsAbove(ir: Ir, dominators: Dominators, block: number): TestAbove[] {
  const out: TestAbove[] = [];
  let at = block;
  for (let turn = 0; at >= 0 && turn < blocksMax; turn++) {
    const preds = ir.blocks.preds.data[at]!;
    if (ir.lists.length(preds) === 1) {
      const branch = ir.lists.at(preds, 0);
      const last = ir.blocks.end.data[branch]! - 1;
      if (ir.op.data[last] === Op.Branch && ir.b.data[last] === BranchKind.Condition) {
        const succs = ir.blocks.succs.data[branch]!;
        if (ir.lists.at(succs, 0) !== ir.lists.at(succs, 1)) out.push(sideOf(ir, ir.a.data[last]!, ir.lists.at(succs, 0) === at, at));
      }
    }
    at = dominators.immediate(at);
  }
  return out;
}

function sideOf(ir: Ir, condition: number, isTrue: boolean, side: number): TestAbove {
  let value = condition;
  let holds = isTrue;
  for (let turn = 0; turn < 32; turn++) {
    if (ir.op.data[value] === Op.Not) holds = !holds;
    else if (ir.op.data[value] !== Op.Sigma) break;
    value = ir.a.data[value]!;
  }
  return { condition: value, isTrue: holds, side };
}
