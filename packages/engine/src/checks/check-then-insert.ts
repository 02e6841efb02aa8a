/**
 * Rows that are inserted because a read before found none, where nothing keeps two requests from doing so at once.
 *
 * ```python
 * if session.query(Coupon).filter_by(code=code).first():
 *     raise Exists(code)
 * session.add(Coupon(code=code))         # two of these at the same time insert two rows
 * ```
 * A unique constraint, a handler of the duplicate, or a lock around both settles it.
 */
import { BranchKind, callArg, callArgCount, callCallee, CmpOp, constantOf, forEachUse, type FunctionInfo, type Ir, Op } from "../ir/index.ts";
import { Dominators } from "../flow/index.ts";
import { calledName, type Obligation } from "../obligations/index.ts";
import type { Program } from "../program/index.ts";
import { isCaught } from "./caught.ts";
import type { CheckContext } from "./context.ts";
import { countedChanges } from "./counted-changes.ts";
import { lastName } from "./last-name.ts";
import { MappedRows, type RowAccess } from "./mapped-rows.ts";

export function checkThenInsert(context: CheckContext): readonly Obligation[] {
  const { ir } = context.program;
  const rows = new MappedRows(context.program);
  const out: Obligation[] = [];
  for (const fn of ir.functions) {
    if (fn.kind !== "function" || !context.isProduct(fn.firstInstr)) continue;
    const inserts = rows.insertsOf(fn);
    if (inserts.length === 0) continue;
    const decided = new Decisions(context.program, fn);
    for (const insert of inserts) {
      const read = decidingRead(context, rows, fn, insert, decided);
      if (read >= 0) out.push(rowOf(context, fn, insert, read));
    }
  }
  return [...out, ...countedChanges(context)];
}

/** The call that reads rows of the class and decides whether the insert is reached, or -1. */
function decidingRead(context: CheckContext, rows: MappedRows, fn: FunctionInfo, insert: RowAccess, decided: Decisions): number {
  const { ir } = context.program;
  for (let i = fn.firstInstr; i < fn.endInstr; i++) {
    if (ir.op.data[i] === Op.Call && i !== insert.call && rows.readBy(i).has(insert.class) && decided.by(i, insert.call)) return i;
  }
  return -1;
}

/** Most values that a condition is followed back through. */
const valuesMax = 200;

/** Which calls decide whether another is reached. */
class Decisions {
  private readonly ir: Ir;
  private readonly fn: FunctionInfo;
  private readonly dominators: Dominators;

  constructor({ ir }: Program, fn: FunctionInfo) {
    this.ir = ir;
    this.fn = fn;
    this.dominators = new Dominators(ir, fn, () => true);
  }

  /** Holds if every way to `effect` passes a branch on the result of `call`, or on whether it raised, whose other side does not lead there. */
  by(call: number, effect: number): boolean {
    const { ir } = this;
    const goal = ir.block.data[effect];
    const from = ir.block.data[call];
    if (from === goal || !this.dominators.dominates(from, goal)) return false;
    for (let block = this.dominators.immediate(goal); block >= 0; block = this.dominators.immediate(block)) {
      if (!this.dominators.dominates(from, block)) return false;
      if (this.turnsAway(block, goal) && (block === from ? this.isCaughtThere(block) || this.dependsOn(block, call) : this.dependsOn(block, call))) return true;
    }
    return false;
  }

  /** Holds if one way on from the block leads to the goal and another does not. */
  private turnsAway(block: number, goal: number): boolean {
    const ways = this.waysOn(block);
    const reaching = ways.filter((way) => this.reaches(way, goal)).length;
    return ways.length > 1 && reaching > 0 && reaching < ways.length;
  }

  private waysOn(block: number): readonly number[] {
    const { blocks, lists } = this.ir;
    const ways = lists.toArray(blocks.succs.data[block]);
    const handler = blocks.handler.data[block];
    return handler < 0 ? ways : [...ways, handler];
  }

  private reaches(from: number, goal: number): boolean {
    const seen = new Set([from]);
    for (const block of seen) {
      if (block === goal) return true;
      for (const way of this.waysOn(block)) seen.add(way);
    }
    return false;
  }

  private isCaughtThere(block: number): boolean {
    return this.ir.blocks.handler.data[block] >= 0;
  }

  /** Holds if the condition at the end of the block is made of the result of the call. */
  private dependsOn(block: number, call: number): boolean {
    const { ir } = this;
    const last = ir.blocks.end.data[block] - 1;
    if (ir.op.data[last] !== Op.Branch || ir.b.data[last] !== BranchKind.Condition) return false;
    const seen = new Set([ir.a.data[last]]);
    for (const value of seen) {
      if (value === call) return true;
      if (isLimit(ir, value)) continue;
      if (seen.size > valuesMax) return false;
      if (value >= this.fn.firstInstr && value < this.fn.endInstr) forEachUse(ir, value, (used) => { seen.add(used); });
    }
    return false;
  }
}

/** `len(rows) > 10`, `count >= most`: how many there may be, not whether there is one. */
function isLimit(ir: Ir, value: number): boolean {
  if (ir.op.data[value] !== Op.Cmp) return false;
  const cmp = ir.a.data[value] as CmpOp;
  if (cmp !== CmpOp.Lt && cmp !== CmpOp.LtE && cmp !== CmpOp.Gt && cmp !== CmpOp.GtE) return false;
  return ![ir.b.data[value], ir.c.data[value]].some((side) => {
    const constant = constantOf(ir, side);
    return constant?.type === "int" && Number(constant.value) <= 1;
  });
}

const duplicateErrors = new Set([
  "IntegrityError", "DBDuplicateEntry", "DuplicateKeyError", "UniqueViolation", "UniqueViolationError", "DBError", "DatabaseError", "SQLAlchemyError",
  "Exception", "BaseException",
]);

function rowOf(context: CheckContext, fn: FunctionInfo, insert: RowAccess, read: number): Obligation {
  const { ir } = context.program;
  const sink = ir.strings.text(ir.classes[insert.class].qualname);
  const proven = (code: "unique-constraint" | "handled" | "lock-held", text: string, at: number): Obligation =>
    context.row(insert.call, "proven", { code, text, at }, { sink, subject: read });
  const constraint = uniqueConstraint(context.program, insert.class);
  if (constraint >= 0) return proven("unique-constraint", "the table refuses a second row", constraint);
  if (isCaught(ir, insert.call, duplicateErrors)) return proven("handled", "the error of a second row is caught", insert.call);
  const lock = lockAt(context, fn, read);
  if (lock >= 0) return proven("lock-held", "a lock is held from the read to the insert", lock);
  return context.row(insert.call, "violated", { code: "bad-value", text: `nothing keeps a second row out between the read and the insert, and ${sink} has no unique constraint`, at: read }, {
    sink, subject: read, source: sink,
    steps: [
      { kind: "source", instr: read, why: `reads whether there is a ${sink}` },
      { kind: "sink", instr: insert.call, why: `inserts one if there was none; ${sink} declares nothing unique` },
    ],
  });
}

/** What in the class says that rows are unique, or -1: the key that the database counts up does not. */
function uniqueConstraint(program: Program, cls: number): number {
  const { ir } = program;
  for (const each of program.mroOf(cls)) {
    if (each < 0) continue;
    const body = ir.functions[ir.classes[each].body];
    for (let i = body.firstInstr; i < body.endInstr; i++) if (saysUnique(ir, i)) return i;
    for (const inner of ir.classes) {
      if (inner.module !== ir.classes[each].module || ir.functions[ir.classes[inner.id].body].parent !== body.id) continue;
      const meta = ir.functions[inner.body];
      for (let i = meta.firstInstr; i < meta.endInstr; i++) if (saysUnique(ir, i)) return i;
    }
  }
  return -1;
}

function saysUnique(ir: Ir, row: number): boolean {
  const op = ir.op.data[row] as Op;
  if (op === Op.ClassVar) return ir.strings.text(ir.a.data[row]) === "unique_together";
  if (op !== Op.Call) return false;
  if (/^(?:UniqueConstraint|PrimaryKeyConstraint|OneToOneField)$/.test(lastName(ir, callCallee(ir, row)))) return true;
  const words = ir.c.data[row];
  let isUnique = false;
  let isKey = false;
  for (let i = 0, n = ir.lists.length(words) >> 1; i < n; i++) {
    const name = ir.lists.at(words, 2 * i);
    const value = ir.lists.at(words, 2 * i + 1);
    if (name < 0 || ir.op.data[value] !== Op.Const || ir.constants[ir.a.data[value]].type !== "true") continue;
    isUnique ||= ir.strings.text(name) === "unique";
    isKey ||= ir.strings.text(name) === "primary_key";
  }
  return isUnique || (isKey && !isCounted(ir, row));
}

/** Holds for a key of whole numbers, which the database gives. */
function isCounted(ir: Ir, call: number): boolean {
  for (let i = 0, n = callArgCount(ir, call); i < n; i++) {
    const value = callArg(ir, call, i);
    const name = lastName(ir, ir.op.data[value] === Op.Call ? callCallee(ir, value) : value);
    if (/Integer$|^Identity$|^Sequence$|^Serial$/.test(name)) return true;
  }
  return /^(?:\w*AutoField|UUIDField)$/.test(lastName(ir, callCallee(ir, call)));
}

/** What locks from before the read: a `with` on a lock, a decorator that synchronises, a query that locks rows; -1 if nothing. */
function lockAt(context: CheckContext, fn: FunctionInfo, read: number): number {
  const { ir } = context.program;
  for (let i = fn.firstInstr; i < fn.endInstr; i++) {
    const op = ir.op.data[i] as Op;
    if (op === Op.Enter && i < read && /lock|mutex|semaphore/i.test(nameOfManager(ir, ir.a.data[i]))) return i;
    if (op === Op.Call && /^(?:with_for_update|select_for_update|with_lockmode|acquire|lock_table)$/.test(calledName(context.solver, i))) return i;
  }
  const { definition } = fn;
  if (definition < 0) return -1;
  const owner = ir.functions[ir.blocks.func.data[ir.block.data[definition]]];
  for (let i = definition + 1; i < owner.endInstr; i++) {
    if (ir.op.data[i] !== Op.Decorate || !wraps(ir, i, definition)) continue;
    if (/synchroni[sz]ed|lock/i.test(nameOfManager(ir, ir.a.data[i]))) return i;
  }
  return -1;
}

function wraps(ir: Ir, decorate: number, definition: number): boolean {
  let at = ir.b.data[decorate];
  while (ir.op.data[at] === Op.Decorate) at = ir.b.data[at];
  return at === definition;
}

function nameOfManager(ir: Ir, value: number): string {
  return lastName(ir, ir.op.data[value] === Op.Call ? callCallee(ir, value) : value);
}
