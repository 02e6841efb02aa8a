/**
 * Fields that let one task in at a time, set before the work begins and taken back after it.
 *
 * ```python
 * def notify(self):
 *     if self._running:
 *         return
 *     self._running = True
 *     start(self._work)          # of _work() there is one at a time
 * ```
 */
import { constantOf, functionOf, type FunctionInfo, Op } from "../ir/index.ts";
import type { Program } from "../program/index.ts";
import type { HeldLocks } from "./held-locks.ts";
import { methodAround } from "./lock-names.ts";

interface Uses {
  readonly set: ReadonlySet<string>;
  readonly cleared: ReadonlySet<string>;
  readonly read: ReadonlySet<string>;
}

const depthMax = 4;

export class BusyFlags {
  private readonly program: Program;
  private readonly locks: HeldLocks;
  private readonly uses = new Map<number, Uses>();
  private readonly classes = new Map<number, Uses>();

  constructor(program: Program, locks: HeldLocks) {
    this.program = program;
    this.locks = locks;
  }

  /** Holds if every way into a function passes a flag, other than the field itself, that is asked and then set. */
  letOneIn(fn: FunctionInfo, field: string): boolean {
    return this.onWay(fn, new Set(), new Set(), field, 0);
  }

  /** Holds if some method that builds nothing sets the field to False. */
  isTakenBack(fn: FunctionInfo, field: string): boolean {
    const all = this.ofClass(fn);
    return all === undefined || all.cleared.has(field);
  }

  /** What the methods of the class around a function use, its constructor left out. */
  private ofClass(fn: FunctionInfo): Uses | undefined {
    const { ir } = this.program;
    const method = methodAround(ir, fn);
    if (method === undefined) return undefined;
    let found = this.classes.get(method.class);
    if (found === undefined) {
      const [set, cleared, read] = [new Set<string>(), new Set<string>(), new Set<string>()];
      for (const other of ir.functions) {
        const around = other.module === fn.module ? methodAround(ir, other) : undefined;
        if (around?.class !== method.class || ir.strings.text(around.name) === "__init__") continue;
        const uses = this.usesOf(other);
        for (const name of uses.set) set.add(name);
        for (const name of uses.cleared) cleared.add(name);
        for (const name of uses.read) read.add(name);
      }
      found = { set, cleared, read };
      this.classes.set(method.class, found);
    }
    return found;
  }

  private onWay(fn: FunctionInfo, set: ReadonlySet<string>, read: ReadonlySet<string>, field: string, depth: number): boolean {
    const { ir } = this.program;
    const own = this.usesOf(fn);
    const nowSet = new Set([...set, ...own.set]);
    const nowRead = new Set([...read, ...own.read]);
    if ([...nowSet].some((name) => name !== field && nowRead.has(name))) return true;
    // What sets a flag at its beginning and takes it back at its end is started by those that ask for the flag.
    if ([...own.set].some((name) => name !== field && own.cleared.has(name) && this.ofClass(fn)?.read.has(name))) return true;
    if (depth >= depthMax) return false;
    const callers = new Set(this.locks.callersOf(fn).map((site) => functionOf(ir, site.call).id));
    // A function inside of another is made, and started, there.
    if (fn.parent >= 0 && ir.functions[fn.parent]!.kind === "function") callers.add(fn.parent);
    callers.delete(fn.id);
    return callers.size > 0 && [...callers].every((caller) => this.onWay(ir.functions[caller]!, nowSet, nowRead, field, depth + 1));
  }

  private usesOf(fn: FunctionInfo): Uses {
    const known = this.uses.get(fn.id);
    if (known) return known;
    const { ir } = this.program;
    const [set, cleared, read] = [new Set<string>(), new Set<string>(), new Set<string>()];
    for (let row = fn.firstInstr; row < fn.endInstr; row++) {
      const op = ir.op.data[row] as Op;
      if ((op !== Op.SetAttr && op !== Op.GetAttr) || !this.locks.names.isSelf(ir.a.data[row]!)) continue;
      const name = `self.${ir.strings.text(ir.b.data[row]!)}`;
      if (op === Op.GetAttr) read.add(name);
      else if (constantOf(ir, ir.c.data[row]!)?.type === "true") set.add(name);
      else if (constantOf(ir, ir.c.data[row]!)?.type === "false") cleared.add(name);
    }
    const found = { set, cleared, read };
    this.uses.set(fn.id, found);
    return found;
  }
}
