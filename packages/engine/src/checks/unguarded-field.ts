/**
 * Fields that most code touches under one lock, and some code without it (after "Eraser: A Dynamic Data Race Detector", Savage et al.).
 *
 * ```python
 * def put(self, key, value):
 *     with self._lock:
 *         self._items[key] = value
 * def clear(self):
 *     self._items = {}           # while put() is under way, what it puts is lost
 * ```
 * Which lock guards a field is told by its uses: at least three, and three in four of them. What builds the object does not count, nor
 * what runs before the function starts its threads. That a flag is read without the lock is no error by itself.
 */
import { callCallee, type FunctionInfo, functionOf, Op } from "../ir/index.ts";
import type { Obligation } from "../obligations/index.ts";
import type { CheckContext } from "./context.ts";
import { accessesIn, type FieldAccess } from "./field-accesses.ts";
import { HeldLocks } from "./held-locks.ts";
import { methodAround } from "./lock-names.ts";

/** Uses that are needed to tell what guards a field. */
const usesMin = 3;
/** Share of them, in percent, that hold the lock. */
const shareMin = 75;

export function unguardedField(context: CheckContext): readonly Obligation[] {
  const locks = HeldLocks.of(context.program);
  if (locks.functions.size === 0) return [];
  return new FieldGuards(context, locks).rows();
}

interface Guarded extends FieldAccess {
  readonly locks: readonly string[];
}

const builds = /^(?:__init__|__new__|__post_init__|__setstate__|__del__|__init_subclass__|setUp|asyncSetUp|_?init(?:iali[sz]e)?_?\w*|_?re_?init\w*|_?after_fork\w*)$/;
/** Objects that see to their own safety. */
const safeMakers = /^(?:R?Lock|Condition|(?:Bounded)?Semaphore|Event|Barrier|(?:Simple|Lifo|Priority|Joinable)?Queue|local|ContextVar|count|Thread|Timer|ThreadPoolExecutor|ProcessPoolExecutor|GreenPool|Pool|getLogger|Value|Array|Manager)$/;
const starters = /^(?:start|start_new_thread|spawn|spawn_n|submit|run_in_executor|start_soon)$/;
const callerHolds = /(?:_|^)(?:un_?locked|no_?lock|lockless|without_lock|with_lock|lock_held|holding_lock|locked|unsafe)(?:_|$)/i;
const toldHeld = /\block\w*\b[^.]{0,60}\b(?:held|acquired|taken|owned|holding|hold)\b|\b(?:hold|holds|holding|held|acquired?|owns?|own|inside|within|under|protected by|guarded by)\b[^.]{0,40}\b(?:lock|mutex)|not thread.?safe/i;
const depthMax = 4;

class FieldGuards {
  private readonly context: CheckContext;
  private readonly locks: HeldLocks;
  private readonly building = new Map<number, boolean>();

  constructor(context: CheckContext, locks: HeldLocks) {
    this.context = context;
    this.locks = locks;
  }

  rows(): readonly Obligation[] {
    const { ir } = this.context.program;
    const classes = new Set<number>();
    const modules = new Set<number>();
    for (const id of this.locks.functions) {
      const fn = ir.functions[id]!;
      if (!this.context.isProduct(fn.firstInstr)) continue;
      const method = methodAround(ir, fn);
      if (method) classes.add(method.class);
      modules.add(fn.module);
    }
    const byClass = new Map<number, FunctionInfo[]>();
    const byModule = new Map<number, FunctionInfo[]>();
    for (const fn of ir.functions) {
      if (fn.kind !== "function" && fn.kind !== "lambda") continue;
      const cls = methodAround(ir, fn)?.class ?? -1;
      if (cls >= 0 && classes.has(cls)) add(byClass, cls, fn);
      if (modules.has(fn.module)) add(byModule, fn.module, fn);
    }
    const out: Obligation[] = [];
    for (const [cls, functions] of [...byClass].sort((a, b) => a[0] - b[0])) out.push(...this.ofGroup(functions, () => false, (name) => this.isMember(cls, name)));
    for (const [module, functions] of [...byModule].sort((a, b) => a[0] - b[0])) {
      const state = this.moduleState(module);
      if (state.size > 0) out.push(...this.ofGroup(functions, (name) => state.has(name), () => false, state));
    }
    return out;
  }

  /** Rows for the fields that some functions share. */
  private ofGroup(functions: readonly FunctionInfo[], isState: (name: number) => boolean, isMember: (name: number) => boolean, only?: ReadonlySet<number>): Obligation[] {
    const { ir } = this.context.program;
    const fields = new Map<number, FieldAccess[]>();
    for (const fn of functions) {
      if (this.isBuilding(fn, 0)) continue;
      const firstStart = this.firstStart(fn);
      for (const access of accessesIn(ir, this.locks.names, fn, isState)) {
        if (only ? !only.has(access.name) || ir.op.data[access.row] === Op.GetAttr || ir.op.data[access.row] === Op.SetAttr : isMember(access.name)) continue;
        if (access.row < firstStart || !this.context.program.isReachable(ir.block.data[access.row]!)) continue;
        const list = fields.get(access.name);
        if (list) list.push(access);
        else fields.set(access.name, [access]);
      }
    }
    return [...fields.values()].flatMap((accesses) => this.ofField(accesses));
  }

  private ofField(found: readonly FieldAccess[]): Obligation[] {
    // What is held is asked last: it takes the most work.
    if (found.length < usesMin || !found.some((each) => isWrite(each)) || this.isSafeObject(found)) return [];
    const accesses: readonly Guarded[] = found.map((access) => ({ ...access, locks: this.locks.before(access.row) }));
    const lock = guardOf(accesses);
    if (lock === "") return [];
    const { ir } = this.context.program;
    const sink = ir.strings.text(accesses[0]!.name);
    const outside = accesses.filter((each) => !each.locks.includes(lock));
    const inside = accesses.filter((each) => each.locks.includes(lock));
    if (outside.length === 0) {
      const first = inside.find((each) => isWrite(each)) ?? inside[0]!;
      return [this.context.row(first.row, "proven", { code: "lock-held", text: "the lock is held wherever the field is used", at: first.row }, { sink })];
    }
    const out: Obligation[] = [];
    const told = new Set<number>();
    // What is written is told before what is read.
    for (const access of [...outside].sort((a, b) => weight(b) - weight(a) || a.row - b.row)) {
      if (told.has(access.fn.id)) continue;
      told.add(access.fn.id);
      const row = this.ofAccess(access, inside, lock, `${inside.length} of ${accesses.length} uses`);
      if (row) out.push(row);
    }
    return out;
  }

  private ofAccess(access: Guarded, inside: readonly Guarded[], lock: string, share: string): Obligation | undefined {
    const { ir } = this.context.program;
    const sink = ir.strings.text(access.name);
    const other = inside.find((each) => isWrite(each));
    // Two reads do not meet.
    if (!isWrite(access) && !other) return undefined;
    const method = methodAround(ir, access.fn) ?? access.fn;
    const says = callerHolds.test(ir.strings.text(method.name)) || (method.docstring >= 0 && toldHeld.test(ir.strings.text(method.docstring)));
    if (says) return this.context.row(access.row, "open", { code: "needs-judgement", text: "the function says that its caller holds the lock", at: access.row }, { sink });
    // What is made for the class alone, and that nobody is known to call, may be called with the lock held.
    const isUncalled = ir.strings.text(method.name).startsWith("_") && this.locks.callersOf(method).every((site) => site.via === "prior");
    if (isUncalled) return this.context.row(access.row, "open", { code: "no-known-caller", text: "who calls the function is not known", at: access.row }, { sink });
    const shown = other ?? inside[0]!;
    return this.context.row(access.row, "violated", { code: "bad-value", text: `${share} of ${sink} hold ${lock}, this one does not`, at: shown.row }, {
      sink, source: lock, notShown: this.keptBack(access, inside),
      steps: [{ kind: "source", instr: shown.row, why: `${sink} is used with ${lock} held` }, { kind: "sink", instr: access.row, why: `${sink} is ${wordOf(access)} without it` }],
    });
  }

  private keptBack(access: Guarded, inside: readonly Guarded[]): string {
    const { ir } = this.context.program;
    if (access.kind === "read") return "one read by itself may be harmless";
    if (new Set(inside.map((each) => each.fn.id)).size < 2) return "one function alone holds the lock";
    if (access.fn.isAsync) return "nothing else runs before the next await";
    const isConstant = access.value >= 0 && ir.op.data[access.value] === Op.Const;
    if (access.kind === "write" && isConstant) return "a flag that is set may be harmless";
    if (access.kind === "iterate" && !inside.some((each) => each.kind === "change")) return "what is gone through is bound anew, not changed";
    return "";
  }

  /** Fields that hold a lock, a queue, a thread. */
  private isSafeObject(accesses: readonly FieldAccess[]): boolean {
    const { ir } = this.context.program;
    const read = accesses.find((each) => each.kind !== "write");
    const stores = read ? this.context.program.storesOf(read.row) : accesses.map((each) => each.value);
    return stores.some((store) => ir.op.data[store] === Op.Call && safeMakers.test(this.locks.names.lastWord(store)));
  }

  /** Methods, properties and constants of the class are no fields. */
  private isMember(cls: number, name: number): boolean {
    return this.context.program.methodOf(cls, name) >= 0;
  }

  /** Variables of a module that functions bind anew or change. */
  private moduleState(module: number): ReadonlySet<number> {
    const { ir } = this.context.program;
    const body = ir.functions[ir.modules[module]!.body]!;
    const out = new Set<number>();
    for (let row = body.firstInstr; row < body.endInstr; row++) {
      if (ir.op.data[row] !== Op.SetGlobal) continue;
      const op = ir.op.data[ir.b.data[row]!] as Op;
      if (op === Op.Const || op === Op.Build || op === Op.Call) out.add(ir.a.data[row]!);
    }
    return out;
  }

  /** Holds for what runs while the object is being built: constructors, and what only they call. */
  private isBuilding(fn: FunctionInfo, depth: number): boolean {
    const known = this.building.get(fn.id);
    if (known !== undefined) return known;
    const { ir } = this.context.program;
    const method = methodAround(ir, fn);
    let found = method !== undefined && builds.test(ir.strings.text(method.name));
    if (!found && depth < depthMax && method === fn) {
      const sites = this.locks.callersOf(fn);
      found = sites.length > 0 && sites.every((site) => {
        const caller = functionOf(ir, site.call);
        const around = methodAround(ir, caller);
        return around !== undefined && caller.id !== fn.id && around.id !== fn.id && this.isOwnCall(site.call) && this.isBuilding(caller, depth + 1);
      });
    }
    if (depth === 0) this.building.set(fn.id, found);
    return found;
  }

  private isOwnCall(call: number): boolean {
    const { ir } = this.context.program;
    const callee = ir.op.data[call] === Op.Call ? callCallee(ir, call) : call;
    return ir.op.data[callee] === Op.GetAttr && this.locks.names.isSelf(ir.a.data[callee]!);
  }

  /** The first call that starts a thread in a function, or 0. */
  private firstStart(fn: FunctionInfo): number {
    const { ir } = this.context.program;
    for (let row = fn.firstInstr; row < fn.endInstr; row++) {
      if (ir.op.data[row] === Op.Call && starters.test(this.locks.names.lastWord(callCallee(ir, row)))) return row;
    }
    return 0;
  }
}

/** The lock that guards a field, by its uses; "" if none does. */
function guardOf(accesses: readonly Guarded[]): string {
  const counts = new Map<string, number>();
  for (const access of accesses) for (const lock of access.locks) counts.set(lock, (counts.get(lock) ?? 0) + 1);
  let best = "";
  let most = 0;
  for (const [lock, count] of [...counts].sort()) {
    if (count <= most) continue;
    best = lock;
    most = count;
  }
  return most >= usesMin && most * 100 >= shareMin * accesses.length ? best : "";
}

const isWrite = (access: FieldAccess): boolean => access.kind === "write" || access.kind === "change";
const weight = (access: FieldAccess): number => (access.isUpdate ? 3 : isWrite(access) ? 2 : access.kind === "iterate" ? 1 : 0);
const wordOf = (access: FieldAccess): string => (access.kind === "read" ? "read" : access.kind === "iterate" ? "gone through" : access.kind === "change" ? "changed" : "written");

function add(map: Map<number, FunctionInfo[]>, key: number, fn: FunctionInfo): void {
  const list = map.get(key);
  if (list) list.push(fn);
  else map.set(key, [fn]);
}
