/**
 * Which locks are surely held at an instruction: by `with`, by acquire and release, by decorators, and by all callers.
 *
 * Only functions with a sign of locks are analysed; of all others what their callers hold is asked.
 */
import { BranchKind, callArg, callArgCount, callCallee, callKeywordCount, functionOf, type FunctionInfo, type Ir, Op } from "../ir/index.ts";
import { MustHeld } from "../flow/index.ts";
import { BindMode, type CallSite, type Program } from "../program/index.ts";
import { LockNames } from "./lock-names.ts";

/** A lock that is taken: where, and its name. */
export interface TakenLock {
  readonly row: number;
  readonly lock: string;
}

const lockWord = /(?:^|_)(?:[rw]{1,2})?(?:locks?|locked|locker|mutex|sem|sema|semaphores?|cond|condition|cv|monitor|guard)(?:_?\d+)?$|(?:Lock|Mutex|Semaphore|Condition)$/;
const lockMaker = /^(?:R?Lock|Condition|(?:Bounded)?Semaphore|RWLock\w*|ReaderWriterLock|InterProcessLock|Mutex|BinarySemaphore|allocate_lock|FileLock|AsyncLock|FairLock)$/;
/** Both sides of a lock for readers and writers keep writers out. */
const sideWord = /^(?:(?:read|write|reader|writer|gen_rlock|gen_wlock)(?:_?lock(?:ed)?)?|[rw]lock|acquire\w*)$/;
const decoratorWord = /synchroni[sz]ed|(?:^|_)lock(?:ed|s)?(?:_|$)|serialized$/i;
/** What calls a function that it is given before it returns. */
const runsAtOnce = /^(?:wait_for|sorted|sort|min|max|filter|map|any|all|reduce|next|sum|list|sub)$/;
const depthMax = 5;
const bitsMax = 30;
const none: readonly string[] = [];

const known = new WeakMap<Program, HeldLocks>();

export class HeldLocks {
  readonly names: LockNames;
  private readonly program: Program;
  private readonly ir: Ir;
  private readonly signals = new Set<number>();
  private readonly decorators = new Map<number, number[]>();
  private readonly holds = new Map<number, { readonly keys: readonly string[]; readonly held: MustHeld }>();
  private readonly entryLocks = new Map<number, readonly string[]>();

  /** The locks of a program, found once for all checks. */
  static of(program: Program): HeldLocks {
    let found = known.get(program);
    if (!found) known.set(program, (found = new HeldLocks(program)));
    return found;
  }

  private constructor(program: Program) {
    this.program = program;
    this.ir = program.ir;
    this.names = new LockNames(program);
    this.findSignals();
  }

  /** Functions that take locks, by themselves or by a decorator. */
  get functions(): ReadonlySet<number> {
    return this.signals;
  }

  /** Names of the locks that are held before an instruction. */
  before(row: number, depth = depthMax): readonly string[] {
    const fn = functionOf(this.ir, row);
    const entry = this.atEntry(fn, depth);
    if (!this.signals.has(fn.id)) return entry;
    const { keys, held } = this.holdsOf(fn, entry, depth);
    const bits = held.before(row);
    return keys.filter((_key, i) => (bits & (1 << i)) !== 0);
  }

  /** What a function takes in its own text. */
  takenIn(fn: FunctionInfo): readonly TakenLock[] {
    const { ir } = this;
    const out: TakenLock[] = [];
    for (let row = fn.firstInstr; row < fn.endInstr; row++) {
      const lock = ir.op.data[row] === Op.Enter ? this.lockOf(ir.a.data[row]!) : ir.op.data[row] === Op.Call ? this.acquiredBy(row) : "";
      if (lock !== "") out.push({ row, lock });
    }
    return out;
  }

  /** Locks that the decorators of a function take around it. */
  ofDecorators(fn: FunctionInfo): readonly string[] {
    return (this.decorators.get(fn.definition) ?? []).map((row) => this.lockOfDecorator(row)).filter((lock) => lock !== "");
  }

  /** Locks that are held when a function begins; callers are asked up to a depth, so that the answer does not depend on who asks first. */
  private atEntry(fn: FunctionInfo, depth: number): readonly string[] {
    const key = fn.id * (depthMax + 1) + depth;
    let found = this.entryLocks.get(key);
    if (found) return found;
    found = this.ofDecorators(fn);
    // A lock of its own is what guards the fields of a function; what its callers hold as well adds nothing.
    if (found.length === 0 && depth > 0) found = this.heldByCallers(fn, depth - 1);
    this.entryLocks.set(key, found);
    return found;
  }

  /** The name of the lock that a value is, "" if it is none. */
  lockOf(value: number): string {
    const { ir, names } = this;
    const at = names.rootOf(value);
    const word = names.lastWord(at);
    const op = ir.op.data[at] as Op;
    if (op === Op.Call) {
      const callee = callCallee(ir, at);
      if (ir.op.data[callee] === Op.GetAttr && sideWord.test(word)) {
        const lock = this.lockOf(ir.a.data[callee]!);
        if (lock !== "") return lock;
      }
      return lockWord.test(word) || decoratorWord.test(word) ? names.of(at) : "";
    }
    if (op !== Op.GetAttr && op !== Op.Global && op !== Op.Import && op !== Op.Cell && op !== Op.Param && op !== Op.GetItem) return "";
    const makers = op === Op.Param ? none : this.program.storesOf(at).map((store) => (ir.op.data[store] === Op.Call ? names.lastWord(store) : ""));
    if (!lockWord.test(word) && !makers.some((maker) => lockMaker.test(maker))) return op === Op.GetAttr && sideWord.test(word) ? this.lockOf(ir.a.data[at]!) : "";
    return this.wrappedLock(at) || names.of(at);
  }

  /** `Condition(self._lock)` takes that lock. */
  private wrappedLock(read: number): string {
    const { ir, names } = this;
    if (ir.op.data[read] !== Op.GetAttr && ir.op.data[read] !== Op.Global) return "";
    const [store] = this.program.storesOf(read);
    if (store === undefined || ir.op.data[store] !== Op.Call || names.lastWord(store) !== "Condition" || callArgCount(ir, store) === 0) return "";
    return names.of(callArg(ir, store, 0));
  }

  private findSignals(): void {
    const { ir } = this;
    const acquire = ir.strings.find("acquire");
    for (let row = 0, n = ir.length; row < n; row++) {
      const op = ir.op.data[row] as Op;
      if (op === Op.Enter) {
        if (this.lockOf(ir.a.data[row]!) !== "") this.signals.add(functionOf(ir, row).id);
      } else if (op === Op.GetAttr) {
        if (ir.b.data[row] === acquire) this.signals.add(functionOf(ir, row).id);
      } else if (op === Op.Decorate) this.noteDecorator(row);
    }
  }

  private noteDecorator(row: number): void {
    const { ir } = this;
    let definition = ir.b.data[row]!;
    for (let turn = 0; turn < 16 && ir.op.data[definition] === Op.Decorate; turn++) definition = ir.b.data[definition]!;
    if (ir.op.data[definition] !== Op.Func) return;
    const list = this.decorators.get(definition);
    if (list) list.push(row);
    else this.decorators.set(definition, [row]);
    if (decoratorWord.test(this.names.lastWord(ir.a.data[row]!))) this.signals.add(ir.a.data[definition]!);
  }

  private lockOfDecorator(row: number): string {
    const { ir, names } = this;
    const decorator = names.rootOf(ir.a.data[row]!);
    if (!decoratorWord.test(names.lastWord(decorator))) return "";
    if (ir.op.data[decorator] !== Op.Call) return this.lockOfWrapper(decorator) || "synchronized";
    const given = Array.from({ length: callArgCount(ir, decorator) }, (_v, i) => callArg(ir, decorator, i));
    const lock = given.map((value) => this.lockOf(value)).find((each) => each !== "");
    return lock ?? `synchronized(${given.map((value) => names.of(value)).join()})`;
  }

  /** `with self._lock` around the call in the wrapper that a decorator of the project returns. */
  private lockOfWrapper(decorator: number): string {
    const { ir } = this;
    for (const fn of this.program.functionsNamedBy(decorator)) {
      for (const inner of ir.functions) {
        if (inner.parent !== fn) continue;
        for (let row = inner.firstInstr; row < inner.endInstr; row++) {
          const manager = ir.op.data[row] === Op.Enter ? this.names.rootOf(ir.a.data[row]!) : -1;
          if (manager < 0 || ir.op.data[manager] !== Op.GetAttr || this.lockOf(manager) === "") continue;
          const object = this.names.rootOf(ir.a.data[manager]!);
          if (ir.op.data[object] === Op.Param && ir.a.data[object] === 0) return `self.${ir.strings.text(ir.b.data[manager]!)}`;
        }
      }
    }
    return "";
  }

  private acquiredBy(call: number): string {
    const { ir } = this;
    const callee = callCallee(ir, call);
    return ir.op.data[callee] === Op.GetAttr && ir.strings.text(ir.b.data[callee]!) === "acquire" ? this.lockOf(ir.a.data[callee]!) : "";
  }

  private releasedBy(call: number): string {
    const { ir } = this;
    const callee = callCallee(ir, call);
    return ir.op.data[callee] === Op.GetAttr && ir.strings.text(ir.b.data[callee]!) === "release" ? this.lockOf(ir.a.data[callee]!) : "";
  }

  private holdsOf(fn: FunctionInfo, entry: readonly string[], depth: number): { readonly keys: readonly string[]; readonly held: MustHeld } {
    const key = fn.id * (depthMax + 1) + depth;
    const found = this.holds.get(key);
    if (found) return found;
    const { ir } = this;
    const taken = this.takenIn(fn);
    const keys = [...new Set([...entry, ...taken.map((each) => each.lock)])].slice(0, bitsMax);
    const bit = (lock: string): number => (keys.includes(lock) ? 1 << keys.indexOf(lock) : 0);
    const gains = new Map<number, number>();
    const onTrue = new Map<number, number>();
    const drops = new Map<number, number>();
    for (const { row, lock } of taken) {
      // `acquire(False)` and `acquire(timeout=3)` tell by their result whether the lock is held.
      const isAsked = ir.op.data[row] === Op.Call && callArgCount(ir, row) + callKeywordCount(ir, row) > 0;
      (isAsked ? onTrue : gains).set(row, bit(lock));
    }
    for (let row = fn.firstInstr; row < fn.endInstr; row++) {
      const op = ir.op.data[row] as Op;
      if (op === Op.Exit) drops.set(row, gains.get(ir.a.data[row]!) ?? 0);
      else if (op === Op.Call) {
        const lock = this.releasedBy(row);
        if (lock !== "") drops.set(row, bit(lock));
      }
    }
    const held = new MustHeld(ir, fn, {
      atEntry: entry.reduce((bits, lock) => bits | bit(lock), 0),
      gains: (row) => gains.get(row) ?? 0,
      drops: (row) => drops.get(row) ?? 0,
      onEdge: (block, successor) => this.gainOnEdge(block, successor, onTrue),
    });
    const made = { keys, held };
    this.holds.set(key, made);
    return made;
  }

  /** `if lock.acquire(False):` */
  private gainOnEdge(block: number, successor: number, onTrue: ReadonlyMap<number, number>): number {
    const { ir } = this;
    const last = ir.blocks.end.data[block]! - 1;
    if (onTrue.size === 0 || ir.op.data[last] !== Op.Branch || ir.b.data[last] !== BranchKind.Condition) return 0;
    let value = ir.a.data[last]!;
    let side = 0;
    for (let turn = 0; turn < 8 && (ir.op.data[value] === Op.Not || ir.op.data[value] === Op.Await || ir.op.data[value] === Op.Sigma); turn++) {
      if (ir.op.data[value] === Op.Not) side = 1 - side;
      value = ir.a.data[value]!;
    }
    return successor === side ? onTrue.get(value) ?? 0 : 0;
  }

  // ---- callers

  private heldByCallers(fn: FunctionInfo, depth: number): readonly string[] {
    if (fn.kind === "module" || fn.kind === "class" || this.program.entriesOf(fn.id).length > 0) return none;
    const runs = this.runWhereMade(fn);
    if (runs >= 0) return this.before(runs, depth);
    const sites = this.callersOf(fn);
    if (sites.length === 0) return none;
    let common: readonly string[] | undefined;
    for (const site of sites) {
      const held = this.heldAt(fn, site, depth);
      common = common === undefined ? held : common.filter((lock) => held.includes(lock));
      if (common.length === 0) return none;
    }
    return common ?? none;
  }

  /** Callers that are no tests. */
  callersOf(fn: FunctionInfo): readonly CallSite[] {
    const { ir, program } = this;
    return program.callersOf(fn.id).filter((site) => program.files[ir.modules[functionOf(ir, site.call).module]!.file]!.role !== "test");
  }

  /** The call that a lambda is given to, if that runs it before it returns; -1 otherwise. */
  private runWhereMade(fn: FunctionInfo): number {
    const { ir } = this;
    if (fn.kind !== "lambda" || fn.definition < 0) return -1;
    const outer = functionOf(ir, fn.definition);
    for (let row = fn.definition + 1; row < outer.endInstr; row++) {
      if (ir.op.data[row] !== Op.Call || !runsAtOnce.test(this.names.lastWord(row))) continue;
      const given = [...ir.lists.toArray(ir.b.data[row]!), ...ir.lists.toArray(ir.c.data[row]!).filter((_value, i) => i % 2 === 1)];
      if (given.includes(fn.definition)) return row;
    }
    return -1;
  }

  /** Locks that a caller holds, as the function names them. */
  private heldAt(fn: FunctionInfo, site: CallSite, depth: number): readonly string[] {
    const { ir } = this;
    if (site.mode === BindMode.Callback || site.via === "prior") return none;
    const caller = functionOf(ir, site.call);
    // Most functions neither take locks nor are called by such: nothing to ask.
    const held = this.before(site.call, depth);
    if (held.length === 0) return none;
    const callee = ir.op.data[site.call] === Op.Call ? callCallee(ir, site.call) : site.call;
    const isOwn = this.isInside(fn, caller) || (ir.op.data[callee] === Op.GetAttr && this.isOwnObject(ir.a.data[callee]!));
    return held.filter((lock) => (lock.startsWith("self") ? isOwn : !/^(?:\d+:|cell)/.test(lock)));
  }

  private isOwnObject(value: number): boolean {
    const { ir, names } = this;
    if (names.isSelf(value)) return true;
    const at = names.rootOf(value);
    return ir.op.data[at] === Op.Call && names.lastWord(at) === "super";
  }

  private isInside(fn: FunctionInfo, outer: FunctionInfo): boolean {
    let at = fn.parent;
    for (let depth = 0; at >= 0 && depth < 16; depth++) {
      if (at === outer.id) return true;
      at = this.ir.functions[at]!.parent;
    }
    return false;
  }
}
