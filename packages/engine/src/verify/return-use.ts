/**
 * What becomes of the values that functions return: which calls take them, and whether a decision to turn someone away
 * depends on them.
 *
 * ```text
 * project, user = ids_of(context, item)      the call
 * quota.check(project_id=project)            taken by check(): followed into it
 * if user != context.user: raise Forbidden   a refusal that depends on it
 * ```
 */
import { BranchKind, callArg, callArgCount, callKeywordCount, callKeywordName, callKeywordValue, forEachUse, functionOf, type FunctionInfo, type Ir, Op } from "../ir/index.ts";
import { BindMode, calleeText, type Program } from "../program/index.ts";

export interface ReturnUse {
  /** Calls of the functions, product code only. */
  readonly calls: readonly number[];
  /** Calls that take a value of them as an argument, with the name called. */
  readonly takenBy: readonly { readonly row: number; readonly name: string }[];
  /** Conditions that depend on such a value and one side of which only raises. */
  readonly refusals: readonly number[];
  /** Calls of what is not followed and is named like a check of access. */
  readonly checks: readonly number[];
  /** The walk was not cut off. */
  readonly isWhole: boolean;
}

const rowsMax = 4_000;
const depthMax = 3;
const checkWord = /(?:^|[._])(?:authori[sz]e\w*|enforce\w*|can|has_perm\w*|check_(?:access|permission\w*|policy)|permission\w*|require_\w+|is_(?:owner|admin|allowed)\w*|verify_owner\w*)$/i;

/** Follows what functions return forward. */
export function usesOfReturns(program: Program, functions: readonly number[], isProduct: (row: number) => boolean): ReturnUse {
  return new ReturnWalk(program, isProduct).from(functions);
}

class ReturnWalk {
  private readonly program: Program;
  private readonly ir: Ir;
  private readonly isProduct: (row: number) => boolean;
  private readonly calls: number[] = [];
  private readonly takenBy: { row: number; name: string }[] = [];
  private readonly refusals: number[] = [];
  private readonly checks: number[] = [];
  private readonly seen = new Map<number, number>();
  private readonly queue: number[] = [];
  private readonly returning = new Set<number>();
  private isWhole = true;

  constructor(program: Program, isProduct: (row: number) => boolean) {
    this.program = program;
    this.ir = program.ir;
    this.isProduct = isProduct;
  }

  from(functions: readonly number[]): ReturnUse {
    for (const fn of functions) this.returned(fn, 0);
    for (let i = 0; i < this.queue.length; i++) {
      if (i >= rowsMax) {
        this.isWhole = false;
        break;
      }
      this.follow(this.queue[i]!, this.seen.get(this.queue[i]!)!);
    }
    return { calls: this.calls, takenBy: this.takenBy, refusals: this.refusals, checks: this.checks, isWhole: this.isWhole };
  }

  private push(value: number, depth: number): void {
    if (this.seen.has(value)) return;
    this.seen.set(value, depth);
    this.queue.push(value);
  }

  /** The values of all calls of a function. */
  private returned(fn: number, depth: number): void {
    if (this.returning.has(fn)) return;
    this.returning.add(fn);
    for (const site of this.program.callersOf(fn)) {
      if (!this.isProduct(site.call)) continue;
      if (depth === 0) this.calls.push(site.call);
      this.push(site.call, depth);
    }
  }

  private follow(value: number, depth: number): void {
    const fn = functionOf(this.ir, value);
    for (const user of usersOf(this.ir, fn, value)) this.use(value, user, fn, depth);
  }

  private use(value: number, user: number, fn: FunctionInfo, depth: number): void {
    const { ir } = this;
    switch (ir.op.data[user] as Op) {
      case Op.Call:
        return this.call(value, user, depth);
      case Op.Return:
        // What passes the values on is another such function.
        if (depth < depthMax) this.returned(fn.id, depth + 1);
        else this.isWhole = false;
        return;
      case Op.Branch:
        if (ir.b.data[user] === BranchKind.Condition && this.refuses(user)) this.refusals.push(user);
        return;
      case Op.SetAttr: case Op.SetItem: case Op.SetGlobal: case Op.SetCell: case Op.Raise: case Op.Expr: case Op.Append: case Op.Content:
        return;
      default:
        this.push(user, depth);
    }
  }

  private call(value: number, call: number, depth: number): void {
    const { ir, program } = this;
    if (!this.argumentsOf(call).includes(value)) return;
    const name = calleeText(program, call);
    this.takenBy.push({ row: call, name });
    if (checkWord.test(name)) this.checks.push(call);
    if (depth >= depthMax) return;
    for (const target of program.targetsOf(call)) {
      if (target.kind !== "project" || target.mode === BindMode.Callback) continue;
      const callee = ir.functions[target.function]!;
      for (const { parameter, value: given } of this.bound(call, callee, target.mode)) if (given === value) this.push(parameter, depth + 1);
    }
  }

  private bound(call: number, callee: FunctionInfo, mode: BindMode): readonly { readonly parameter: number; readonly value: number }[] {
    const { ir } = this;
    const skip = mode === BindMode.Plain ? 0 : 1;
    const out: { parameter: number; value: number }[] = [];
    for (let i = 0; i < callArgCount(ir, call); i++) {
      const param = callee.params[i + skip];
      if (param !== undefined) out.push({ parameter: param.value, value: callArg(ir, call, i) });
    }
    for (let i = 0; i < callKeywordCount(ir, call); i++) {
      const param = callee.params.find((each) => each.name === callKeywordName(ir, call, i));
      if (param !== undefined) out.push({ parameter: param.value, value: callKeywordValue(ir, call, i) });
    }
    return out;
  }

  private argumentsOf(call: number): readonly number[] {
    const { ir } = this;
    const out: number[] = [];
    for (let i = 0; i < callArgCount(ir, call); i++) out.push(callArg(ir, call, i));
    for (let i = 0; i < callKeywordCount(ir, call); i++) out.push(callKeywordValue(ir, call, i));
    return out;
  }

  /** Holds if one side of a condition ends in an exception of the function and does nothing else that matters. */
  private refuses(branch: number): boolean {
    const { ir } = this;
    const succs = ir.lists.toArray(ir.blocks.succs.data[ir.block.data[branch]!]!);
    return succs.some((block) => {
      const last = ir.blocks.end.data[block]! - 1;
      return ir.op.data[last] === Op.Raise && ir.c.data[last] === 0 && /(?:forbidden|denied|unauthori[sz]ed|permission|notauthori[sz]ed|policy)/i.test(this.raisedName(last));
    });
  }

  private raisedName(raise: number): string {
    const { ir } = this;
    const value = ir.a.data[raise]!;
    return value < 0 ? "" : ir.op.data[value] === Op.Call ? calleeText(this.program, value) : ir.op.data[value] === Op.GetAttr || ir.op.data[value] === Op.Global ? ir.strings.text(ir.op.data[value] === Op.Global ? ir.a.data[value]! : ir.b.data[value]!) : "";
  }
}

/** Rows of a function that use a value. */
function usersOf(ir: Ir, fn: FunctionInfo, value: number): readonly number[] {
  const out: number[] = [];
  for (let row = fn.firstInstr; row < fn.endInstr; row++) {
    let uses = false;
    forEachUse(ir, row, (use) => { uses ||= use === value; });
    if (uses) out.push(row);
  }
  return out;
}
