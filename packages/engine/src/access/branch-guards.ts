/**
 * Branches that are checks: one side goes on, the other turns the caller away.
 *
 * ```python
 * if user.role != "admin":      the way on: known and allowed
 *     abort(403)
 * if not current_user:          the way on: known
 *     return None
 * ```
 */
import { BranchKind, CmpOp, Op } from "../ir/index.ts";
import type { Solver } from "../obligations/index.ts";
import type { GuardEvent } from "./guard.ts";
import type { Identity } from "./identity.ts";
import { lastName, Means } from "./meaning.ts";
import type { Refusals } from "./refusal.ts";

export class BranchGuards {
  private readonly solver: Solver;
  private readonly refusals: Refusals;
  private readonly identity: Identity;
  /** Holds if what the function returns goes to code of the project, not to who asked. */
  private readonly isCallee: boolean;

  /** Holds if all that the function refuses is refused for want of rights: of handlers, and of what is named like a check. */
  private readonly isCheck: boolean;

  constructor(solver: Solver, refusals: Refusals, identity: Identity, role: { readonly isCallee: boolean; readonly isCheck: boolean }) {
    this.solver = solver;
    this.refusals = refusals;
    this.identity = identity;
    this.isCallee = role.isCallee;
    this.isCheck = role.isCheck;
  }

  /** Branches that were found to be checks. */
  get checks(): Iterable<GuardEvent> {
    return this.found.values();
  }

  /** Blocks that return because of who the caller is. */
  readonly refused = new Set<number>();

  /** Checks that branches are, by the successor that goes on. */
  private readonly found = new Map<number, GuardEvent>();
  private readonly edges = new Map<number, number>();

  /** Bits that hold on the way from a block to a successor. */
  onEdge(block: number, successor: number): number {
    const { ir } = this.solver;
    const last = ir.blocks.end.data[block]! - 1;
    if (ir.op.data[last] !== Op.Branch || ir.b.data[last] !== BranchKind.Condition) return 0;
    const key = last * 2 + successor;
    let bits = this.edges.get(key);
    if (bits === undefined) {
      bits = this.edgeBits(block, last, successor);
      this.edges.set(key, bits);
      if (bits !== 0) this.found.set(last, { row: ir.a.data[last]!, bits });
    }
    return bits;
  }

  private edgeBits(block: number, branch: number, successor: number): number {
    const { refusals, identity } = this;
    const { ir } = this.solver;
    const succs = ir.lists.toArray(ir.blocks.succs.data[block]!);
    const other = succs[1 - successor]!;
    const refusal = refusals.ofEdge(other, succs[successor]!);
    const condition = ir.a.data[branch]!;
    // A function that others call is a check if it is about the caller: by what it asks, or by its name.
    if (refusal === "access" && (this.isCheck || identity.isOf(condition))) return Means.Authorises | Means.Authenticates;
    const isGood = successor === this.truthOf(condition) && !this.isMixed(condition);
    if (!identity.isOf(condition)) return 0;
    if (refusal === "end") {
      const own = refusals.ofEdge(succs[successor]!, other);
      const plain = refusals.plainReturns(other);
      // Where both sides only end, the good one is the one on which the condition is true.
      const isClear = plain.length === 0 ? own !== "access" : own === "none" || (own === "end" && isGood);
      // To a caller, a function that returns early has returned.
      if (isClear && !(this.isCallee && plain.length > 0)) {
        for (const each of plain) this.refused.add(each);
        return Means.Authorises | Means.Authenticates;
      }
    }
    return isGood ? Means.Authenticates : 0;
  }

  /** The successor on which what stands behind negations is true. */
  private truthOf(condition: number): number {
    const { ir } = this.solver;
    let value = condition;
    let side = 0;
    for (let i = 0; i < 8 && ir.op.data[value] === Op.Not; i++) {
      value = ir.a.data[value]!;
      side = 1 - side;
    }
    return side;
  }

  /** Holds for comparisons, of which the true side is not always the good one. */
  private isMixed(condition: number): boolean {
    const { ir } = this.solver;
    const name = lastName(this.solver, condition);
    if (/anonymous/.test(name)) return true;
    if (ir.op.data[condition] !== Op.Cmp) return false;
    return ir.a.data[condition] !== CmpOp.Eq && ir.a.data[condition] !== CmpOp.In;
  }
}
