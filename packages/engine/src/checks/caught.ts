/** Which exceptions are caught around an instruction, by the names that its handlers say. */
import { BranchKind, type Ir, Op } from "../ir/index.ts";
import { lastName } from "./last-name.ts";

/** Most handlers around one instruction that are looked at. */
const handlersMax = 64;

/** Holds if a handler of the same function catches an exception of one of these names at the instruction. */
export function isCaught(ir: Ir, instr: number, names: ReadonlySet<string>): boolean {
  let block = ir.blocks.handler.data[ir.block.data[instr]];
  for (let turns = 0; block >= 0 && turns < handlersMax; turns++) {
    const last = ir.blocks.end.data[block] - 1;
    if (ir.op.data[last] !== Op.Branch || ir.b.data[last] !== BranchKind.Catches) return false;
    const types = ir.lists.toArray(ir.a.data[ir.a.data[last]]);
    if (types.length === 0 || types.some((type) => namesIn(ir, type).some((name) => names.has(name)))) return true;
    block = ir.lists.at(ir.blocks.succs.data[block], 1);
  }
  return false;
}

/** The last word of `errors.NotFound`; all of those of a tuple. */
function namesIn(ir: Ir, value: number): readonly string[] {
  const name = lastName(ir, value);
  if (name !== "") return [name];
  return ir.op.data[value] === Op.Build ? ir.lists.toArray(ir.b.data[value]).flatMap((each) => (ir.op.data[each] === Op.Build ? [] : namesIn(ir, each))) : [];
}
