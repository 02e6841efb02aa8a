/** What a handler does with the error that it takes: nothing, writes it down, raises, or something of its own. */
import { Dominators } from "../flow/index.ts";
import { BlockFlag, callCallee, constNone, type FunctionInfo, type Ir, Op } from "../ir/index.ts";
import type { HandlerAt } from "./exception-flow.ts";
import { firstVersionOf } from "./roots.ts";
import { lastName } from "./last-name.ts";

/** The code of a handler, and where it goes on. */
export interface HandlerBody {
  /** Rows of the code, in order. */
  readonly rows: readonly number[];
  /** Blocks after the handler that it goes on to; empty if it leaves the function. */
  readonly next: readonly { readonly from: number; readonly to: number }[];
  readonly raises: boolean;
  readonly logs: boolean;
  /** Holds if nothing is called but what writes to a log, and nothing is stored. */
  readonly isPassive: boolean;
  /** Rows of its return statements. */
  readonly returns: readonly number[];
}

const logging = /^(?:debug|info|warn|warning|error|exception|critical|fatal|log|print|print_exc|print_exception|format_exc|write|_|gettext|str|repr|format|getLogger|get_logger|add_note|msg|trace|notice|capture_exception|captureException|exc_info|type|len)$/;
const reporting = /^(?:debug|info|warn|warning|error|exception|critical|fatal|log|print|print_exc|print_exception|capture_exception|captureException|msg|trace|notice)$/;

export class HandlerBodies {
  private readonly ir: Ir;
  private readonly trees = new Map<number, Dominators>();
  private readonly known = new Map<number, HandlerBody>();

  constructor(ir: Ir) {
    this.ir = ir;
  }

  of(handler: HandlerAt): HandlerBody {
    let found = this.known.get(handler.caught);
    if (!found) this.known.set(handler.caught, (found = this.read(handler)));
    return found;
  }

  private treeOf(fn: FunctionInfo): Dominators {
    let tree = this.trees.get(fn.id);
    if (!tree) this.trees.set(fn.id, (tree = new Dominators(this.ir, fn, () => true)));
    return tree;
  }

  private read({ fn, body }: HandlerAt): HandlerBody {
    const { ir } = this;
    const tree = this.treeOf(fn);
    const rows: number[] = [];
    const next: { from: number; to: number }[] = [];
    for (let block = fn.firstBlock; block < fn.endBlock; block++) {
      if (!tree.dominates(body, block)) continue;
      for (let row = ir.blocks.first.data[block]; row < ir.blocks.end.data[block]; row++) rows.push(row);
      const succs = ir.blocks.succs.data[block];
      for (let i = 0, n = ir.lists.length(succs); i < n; i++) {
        const to = ir.lists.at(succs, i);
        if (!tree.dominates(body, to)) next.push({ from: block, to });
      }
    }
    return this.summary(rows, next);
  }

  private summary(rows: readonly number[], next: HandlerBody["next"]): HandlerBody {
    const { ir } = this;
    const calls = rows.filter((row) => ir.op.data[row] === Op.Call).map((row) => lastName(ir, callCallee(ir, row)));
    return {
      rows, next,
      raises: rows.some((row) => ir.op.data[row] === Op.Raise && ir.c.data[row] !== 2),
      logs: calls.some((name) => reporting.test(name)),
      isPassive: calls.every((name) => logging.test(name)) && !rows.some((row) => stores.has(ir.op.data[row] as Op)),
      returns: rows.filter((row) => ir.op.data[row] === Op.Return),
    };
  }

  /** Holds if the code after a handler can tell that it ran: a value is another one there. */
  isTold({ next }: HandlerBody): boolean {
    const { ir } = this;
    return next.some(({ from, to }) => {
      for (let row = ir.blocks.first.data[to]; row < ir.blocks.end.data[to] && ir.op.data[row] === Op.Phi; row++) {
        if (this.differs(row, from, to)) return true;
      }
      return false;
    });
  }

  /** Holds if what a phi gets by an edge is neither unbound nor what it gets by the others. */
  private differs(phi: number, from: number, to: number): boolean {
    const { ir } = this;
    const inputs = ir.lists.toArray(ir.a.data[phi]);
    const preds = ir.lists.toArray(ir.blocks.preds.data[to]);
    const own = inputs[preds.indexOf(from)];
    if (own === undefined || ir.op.data[own] === Op.Undef) return false;
    // What a call may have changed in an object is still that object; the first way into a loop comes from before it.
    const isLoop = (ir.blocks.flags.data[to] & BlockFlag.LoopHead) !== 0;
    const root = firstVersionOf(ir, own);
    return inputs.some((input, i) => (!isLoop || i > 0) && firstVersionOf(ir, input) !== root && firstVersionOf(ir, input) !== phi);
  }

  /** Holds for `return` and `return None`. */
  returnsNothing(row: number): boolean {
    const value = this.ir.a.data[row];
    return this.ir.op.data[value] === Op.Const && this.ir.a.data[value] === constNone;
  }
}

const stores = new Set<Op>([Op.SetAttr, Op.SetItem, Op.SetGlobal, Op.SetCell, Op.DelAttr, Op.DelItem, Op.Append, Op.Yield, Op.YieldFrom, Op.Await]);

/** The calls that the `try` of a handler protects. */
export function protectedCalls(ir: Ir, { fn, block }: HandlerAt): readonly number[] {
  const out: number[] = [];
  for (let at = fn.firstBlock; at < fn.endBlock; at++) {
    if (ir.blocks.handler.data[at] !== block) continue;
    for (let row = ir.blocks.first.data[at]; row < ir.blocks.end.data[at]; row++) if (ir.op.data[row] === Op.Call) out.push(row);
  }
  return out;
}
