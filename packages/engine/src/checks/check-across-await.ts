/**
 * State that is tested, then written after an `await` as if the test still held.
 *
 * ```python
 * if self._session is None:
 *     self._session = await connect()     # two callers come past the test, and the first session is lost
 * ```
 * A lock that is held throughout, a second test after the `await`, or a claim before it settles it.
 */
import { BinOp, callCallee, forEachUse, type FunctionInfo, InPlace, Op } from "../ir/index.ts";
import { Dominators, type TestAbove, testsAbove } from "../flow/index.ts";
import type { Obligation } from "../obligations/index.ts";
import { BusyFlags } from "./busy-flags.ts";
import type { CheckContext } from "./context.ts";
import { HeldLocks } from "./held-locks.ts";
import type { LockNames } from "./lock-names.ts";

export function checkAcrossAwait(context: CheckContext): readonly Obligation[] {
  const { ir } = context.program;
  const out: Obligation[] = [];
  let locks: HeldLocks | undefined;
  let flags: BusyFlags | undefined;
  for (const fn of ir.functions) {
    if (!fn.isAsync || fn.kind !== "function" || !context.isProduct(fn.firstInstr)) continue;
    locks ??= HeldLocks.of(context.program);
    flags ??= new BusyFlags(context.program, locks);
    out.push(...new AsyncFunction(context, locks, flags, fn).rows());
  }
  return out;
}

interface Write {
  readonly row: number;
  readonly name: string;
  /** The value written, -1 if what is there is changed in place. */
  readonly value: number;
}

const changers = /^(?:append|add|update|pop|popitem|remove|discard|clear|extend|insert|setdefault|appendleft|popleft)$/;
const conditionValuesMax = 40;

/** One pass over one `async` function. */
class AsyncFunction {
  private readonly context: CheckContext;
  private readonly locks: HeldLocks;
  private readonly names: LockNames;
  private readonly flags: BusyFlags;
  private readonly fn: FunctionInfo;
  private readonly writes: Write[] = [];
  private readonly writtenAt = new Map<number, string>();
  private dominators: Dominators | undefined;

  constructor(context: CheckContext, locks: HeldLocks, flags: BusyFlags, fn: FunctionInfo) {
    this.context = context;
    this.flags = flags;
    this.locks = locks;
    this.names = locks.names;
    this.fn = fn;
  }

  rows(): readonly Obligation[] {
    const { ir } = this.context.program;
    let awaits = false;
    for (let row = this.fn.firstInstr; row < this.fn.endInstr; row++) {
      awaits ||= this.isPause(row);
      const write = this.writeAt(row);
      if (write === undefined || write.name === "") continue;
      this.writes.push(write);
      this.writtenAt.set(row, write.name);
    }
    if (!awaits || this.writes.length === 0) return [];
    this.dominators = new Dominators(ir, this.fn, (block, i) => this.context.solver.facts.isEdgeFeasible(block, i));
    const out: Obligation[] = [];
    const told = new Set<string>();
    for (const write of this.writes) {
      const row = this.decide(write);
      if (!row || told.has(`${write.name} ${row.subject}`)) continue;
      told.add(`${write.name} ${row.subject}`);
      out.push(row);
    }
    return out;
  }

  private writeAt(row: number): Write | undefined {
    const { ir } = this.context.program;
    switch (ir.op.data[row] as Op) {
      case Op.SetAttr: return { row, name: this.field(ir.a.data[row]!, ir.b.data[row]!), value: ir.c.data[row]! };
      case Op.SetGlobal: return { row, name: `${ir.strings.text(ir.modules[this.fn.module]!.name)}.${ir.strings.text(ir.a.data[row]!)}`, value: ir.b.data[row]! };
      case Op.SetItem: return { row, name: this.stateOf(ir.a.data[row]!), value: ir.c.data[row]! };
      case Op.DelItem: return { row, name: this.stateOf(ir.a.data[row]!), value: -1 };
      case Op.Call: {
        const callee = callCallee(ir, row);
        if (ir.op.data[callee] !== Op.GetAttr || !changers.test(ir.strings.text(ir.b.data[callee]!))) return undefined;
        return { row, name: this.stateOf(ir.a.data[callee]!), value: -1 };
      }
      default: return undefined;
    }
  }

  private field(object: number, name: number): string {
    return this.names.isSelf(object) ? `self.${this.context.program.ir.strings.text(name)}` : "";
  }

  /** The name of the field or module variable that a value is read from; "" for all else. */
  private stateOf(value: number): string {
    const { ir } = this.context.program;
    const at = this.names.rootOf(value);
    if (ir.op.data[at] === Op.GetAttr) return this.field(ir.a.data[at]!, ir.b.data[at]!);
    // A name of the module that is bound once is a place for state if it is a container.
    return ir.op.data[at] === Op.Global && this.context.program.storesOf(at).some((store) => isContainer(ir.op.data[store] as Op)) ? this.names.of(at) : "";
  }

  private isPause(row: number): boolean {
    const { ir } = this.context.program;
    const op = ir.op.data[row] as Op;
    if (op === Op.Await) return true;
    return (op === Op.Enter || op === Op.Iter) && ir.b.data[row] === 1;
  }

  private decide(write: Write): Obligation | undefined {
    const { ir } = this.context.program;
    const stale = this.staleSum(write);
    if (stale >= 0) return this.rowOf(write, stale, this.commonLock(stale, write.row), "reads it before the await, and writes back what it made of that");
    const test = this.nearestTest(write);
    if (test === undefined) return undefined;
    const branch = ir.lists.at(ir.blocks.preds.data[test.side]!, 0);
    const pause = this.pauseBetween(test.side, write);
    if (pause === "none") return undefined;
    if (pause === "claimed") {
      return this.context.row(write.row, "proven", { code: "good-value", text: "it is claimed before the await", at: test.condition }, { sink: write.name, subject: test.condition });
    }
    const lock = this.commonLock(ir.blocks.end.data[branch]! - 1, write.row);
    if (lock === "" && this.flags.letOneIn(this.fn, write.name)) {
      return this.context.row(write.row, "proven", { code: "good-value", text: "a flag of the callers lets one task in at a time", at: test.condition }, { sink: write.name, subject: test.condition });
    }
    return this.rowOf(write, test.condition, lock, "tests it before the await", this.keptBack(write, test));
  }

  private rowOf(write: Write, at: number, lock: string, why: string, notShown = ""): Obligation {
    const more = { sink: write.name, subject: at };
    if (lock !== "") return this.context.row(write.row, "proven", { code: "lock-held", text: "a lock is held from the test to the write", at }, more);
    return this.context.row(write.row, "violated", { code: "bad-value", text: `another task may have changed ${write.name} during the await`, at }, {
      ...more, source: write.name, notShown,
      steps: [{ kind: "source", instr: at, why }, { kind: "sink", instr: write.row, why: "writes it after the await without asking again" }],
    });
  }

  /** What is only taken down again, or found again in vain, is no error yet. */
  private keptBack(write: Write, test: TestAbove): string {
    const { ir } = this.context.program;
    const op = ir.op.data[write.row] as Op;
    if (op === Op.SetItem) return "a value that is made twice may be harmless";
    if (op === Op.DelItem || op === Op.Call) return "what is put in or taken out twice may be harmless";
    const isEmptied = write.value >= 0 && ir.op.data[write.value] === Op.Const && ["none", "false"].includes(ir.constants[ir.a.data[write.value]!]!.type);
    if (isEmptied) return "a clean-up that is done twice may be harmless";
    // A busy flag is taken back at some time; a mark that only goes one way can be set twice.
    const isMark = write.value >= 0 && ir.op.data[write.value] === Op.Const && ir.constants[ir.a.data[write.value]!]!.type === "true";
    if (isMark && !this.flags.isTakenBack(this.fn, write.name)) return "a mark that is set twice may be harmless";
    if (!this.asksForAbsence(test)) return "the write may not rest on the test";
    return startWord.test(ir.strings.text(this.fn.name)) ? "what starts an object is called once" : "";
  }

  /** `self.x is None`, `not self.x`. */
  private asksForAbsence({ condition, isTrue }: TestAbove): boolean {
    const { ir } = this.context.program;
    const op = ir.op.data[condition] as Op;
    if (op === Op.GetAttr || op === Op.Global) return !isTrue;
    if (op !== Op.Cmp) return false;
    const other = ir.c.data[condition]!;
    const isNone = ir.op.data[other] === Op.Const && ["none", "false"].includes(ir.constants[ir.a.data[other]!]!.type);
    const relation = ir.a.data[condition]!;
    // `==` and `is` are even, `!=` and `is not` odd.
    return isNone && (relation % 2 === 0) === isTrue;
  }

  private nearestTest(write: Write): TestAbove | undefined {
    const { ir } = this.context.program;
    return testsAbove(ir, this.dominators!, ir.block.data[write.row]!).find((test) => this.readsState(test.condition, write.name));
  }

  /** Holds if a condition is made of the field, not of what was awaited. */
  private readsState(condition: number, name: string): boolean {
    const { ir } = this.context.program;
    const seen = new Set([condition]);
    for (const value of seen) {
      const op = ir.op.data[value] as Op;
      if ((op === Op.GetAttr || op === Op.Global) && this.stateName(value) === name) return true;
      if (seen.size > conditionValuesMax || op === Op.Await || op === Op.Param) continue;
      if (op === Op.Call && !/^(?:len|bool|get|any|all|isinstance|done|is_set|locked|empty|closed|is_closed|is_closing|is_connected)$/.test(this.names.lastWord(value))) continue;
      if (value >= this.fn.firstInstr && value < this.fn.endInstr) forEachUse(ir, value, (used) => { seen.add(used); });
    }
    return false;
  }

  private stateName(value: number): string {
    const { ir } = this.context.program;
    return ir.op.data[value] === Op.GetAttr ? this.field(ir.a.data[value]!, ir.b.data[value]!) : this.names.of(value);
  }

  /** Whether a way from the side of the test to the write pauses before anything of that name is written. */
  private pauseBetween(side: number, write: Write): "none" | "claimed" | "paused" {
    const { ir } = this.context.program;
    let claimed = false;
    const seen = new Set<number>();
    const queue: { readonly block: number; readonly paused: boolean }[] = [{ block: side, paused: false }];
    const goal = ir.block.data[write.row]!;
    for (let next = queue.pop(); next; next = queue.pop()) {
      const key = next.block * 2 + (next.paused ? 1 : 0);
      if (seen.has(key)) continue;
      seen.add(key);
      let { paused } = next;
      let ends = false;
      for (let row = ir.blocks.first.data[next.block]!; row < ir.blocks.end.data[next.block]! && !ends; row++) {
        if (row === write.row) {
          if (paused) return "paused";
          ends = true;
        } else if (this.writtenAt.get(row) === write.name) {
          claimed ||= !paused;
          ends = true;
        } else paused ||= this.isPause(row);
      }
      if (ends || next.block === goal) continue;
      for (const to of ir.lists.toArray(ir.blocks.succs.data[next.block]!)) queue.push({ block: to, paused });
    }
    return claimed ? "claimed" : "none";
  }

  /** `self.n = self.n + await more()`: the read that is stale when it is written back, or -1. */
  private staleSum(write: Write): number {
    const { ir } = this.context.program;
    const sum = write.value;
    if (ir.op.data[write.row] !== Op.SetAttr || sum < 0 || ir.op.data[sum] !== Op.Bin) return -1;
    const kind = (ir.a.data[sum]! & ~InPlace) as BinOp;
    if (kind !== BinOp.Add && kind !== BinOp.Sub) return -1;
    for (const side of [ir.b.data[sum]!, ir.c.data[sum]!]) {
      if (ir.op.data[side] !== Op.GetAttr || this.stateName(side) !== write.name || ir.block.data[side] !== ir.block.data[write.row]) continue;
      for (let row = side + 1; row < write.row; row++) if (this.isPause(row)) return side;
    }
    return -1;
  }

  private commonLock(first: number, second: number): string {
    const after = this.locks.before(second);
    return this.locks.before(first).find((lock) => after.includes(lock)) ?? "";
  }
}

const startWord = /^_*(?:__aenter__|start|startup|setup|set_up|init|initiali[sz]e|open|on_\w+|async_setup\w*|async_added_to_hass|run|main|serve|launch)_*$/;
const isContainer = (op: Op): boolean => op === Op.Build || op === Op.Call;
