/**
 * Locks that are taken in one order here and in the other there: two threads that meet wait for each other for ever.
 *
 * ```python
 * with accounts: with log: ...          accounts, then log
 * with log: self.flush()                flush takes accounts: log, then accounts
 * ```
 * An edge leads from each lock that is held to the one that is taken, in the function or in one that it calls. A circle is a
 * violation, unless one further lock is held on all its edges.
 */
import { callArgCount, callKeywordCount, type FunctionInfo, type Ir, Op } from "../ir/index.ts";
import type { Obligation, Step } from "../obligations/index.ts";
import type { CheckContext } from "./context.ts";
import { HeldLocks } from "./held-locks.ts";
import { methodAround } from "./lock-names.ts";

/** One lock taken while another is held. */
interface Edge {
  readonly held: string;
  readonly taken: string;
  /** Where it is taken, or the call that leads there. */
  readonly row: number;
  /** Where the lock itself is taken. */
  readonly at: number;
  /** All that is held. */
  readonly all: readonly string[];
}

interface Taken {
  readonly lock: string;
  readonly at: number;
}

const depthMax = 3;
const circleMax = 4;
const builds = /^(?:__init__|__new__|__post_init__|__setstate__|__del__|setUp\w*|_?init(?:iali[sz]e)?_?\w*)$/;

export function lockOrder(context: CheckContext): readonly Obligation[] {
  const locks = HeldLocks.of(context.program);
  return locks.functions.size === 0 ? [] : new LockGraph(context, locks).rows();
}

class LockGraph {
  private readonly context: CheckContext;
  private readonly ir: Ir;
  private readonly locks: HeldLocks;
  private readonly edges = new Map<string, Map<string, Edge>>();
  private readonly deep = new Map<number, readonly Taken[]>();

  constructor(context: CheckContext, locks: HeldLocks) {
    this.context = context;
    this.ir = context.program.ir;
    this.locks = locks;
    for (const id of [...locks.functions].sort((a, b) => a - b)) {
      const fn = this.ir.functions[id]!;
      if (context.isProduct(fn.firstInstr) && !builds.test(this.ir.strings.text(fn.name))) this.readEdges(fn);
    }
  }

  rows(): readonly Obligation[] {
    const told = new Set<string>();
    const out: Obligation[] = [];
    for (const tos of this.edges.values()) {
      for (const edge of tos.values()) {
        const circle = this.circleOf(edge);
        if (!circle) out.push(this.context.row(edge.row, "proven", { code: "good-value", text: "nothing takes the two the other way round", at: edge.at }, { sink: plain(edge.taken), source: plain(edge.held) }));
        else {
          const key = circle.map((each) => `${each.held}>${each.taken}`).sort().join();
          if (!told.has(key)) out.push(this.violated(circle));
          told.add(key);
        }
      }
    }
    return out;
  }

  private violated(circle: readonly Edge[]): Obligation {
    const [first, second] = circle;
    const steps: Step[] = circle.flatMap(({ row, at, held, taken }, i): Step[] => {
      const end: Step = { kind: i + 1 === circle.length ? "sink" : "call", instr: at, why: `takes ${plain(taken)} while ${plain(held)} is held` };
      return at === row ? [end] : [{ kind: i === 0 ? "source" : "call", instr: row, why: `${plain(held)} is held here` }, end];
    });
    const text = `here ${plain(first!.held)} is held and ${plain(first!.taken)} taken; elsewhere it is the other way round`;
    return this.context.row(first!.row, "violated", { code: "bad-value", text, at: second!.at }, { sink: plain(first!.taken), source: plain(first!.held), steps });
  }

  /** The edges of a circle through this one, shortest first; undefined if there is none, or one lock guards all of it. */
  private circleOf(edge: Edge): readonly Edge[] | undefined {
    const queue: (readonly Edge[])[] = [[edge]];
    for (let i = 0; i < queue.length && i < 2000; i++) {
      const way = queue[i]!;
      const last = way[way.length - 1]!;
      for (const next of this.edges.get(last.taken)?.values() ?? []) {
        if (way.some((each) => each.held === next.held) && next.taken !== edge.held) continue;
        const longer = [...way, next];
        if (next.taken !== edge.held) {
          if (longer.length < circleMax) queue.push(longer);
          continue;
        }
        const inCircle = new Set(longer.map((each) => each.held));
        const isGuarded = longer[0]!.all.some((lock) => !inCircle.has(lock) && longer.every((each) => each.all.includes(lock)));
        if (!isGuarded) return longer;
      }
    }
    return undefined;
  }

  private readEdges(fn: FunctionInfo): void {
    const { ir } = this;
    const taken = new Map(this.locks.takenIn(fn).map((each) => [each.row, each.lock]));
    for (let row = fn.firstInstr; row < fn.endInstr; row++) {
      const op = ir.op.data[row] as Op;
      if (op !== Op.Call && op !== Op.Enter) continue;
      const own = taken.get(row);
      const found = own === undefined ? (op === Op.Call ? this.takenByCall(row, 0) : []) : this.waits(row) ? [{ lock: this.nameIn(fn, own), at: row }] : [];
      if (found.length === 0) continue;
      const held = this.locks.before(row).map((lock) => this.nameIn(fn, lock)).filter((lock) => lock !== "");
      for (const each of found) for (const lock of held) if (each.lock !== "" && !held.includes(each.lock)) this.addEdge({ held: lock, taken: each.lock, row, at: each.at, all: held });
    }
  }

  private addEdge(edge: Edge): void {
    let tos = this.edges.get(edge.held);
    if (!tos) this.edges.set(edge.held, (tos = new Map()));
    // Where the second lock is taken in so many words tells more than a call that leads there.
    const known = tos.get(edge.taken);
    if (!known || (known.row !== known.at && edge.row === edge.at)) tos.set(edge.taken, edge);
  }

  /** `acquire(False)` and `acquire(timeout=3)` do not wait for ever. */
  private waits(row: number): boolean {
    return this.ir.op.data[row] !== Op.Call || callArgCount(this.ir, row) + callKeywordCount(this.ir, row) === 0;
  }

  /** The locks that what a call runs takes by itself. */
  private takenByCall(call: number, depth: number): readonly Taken[] {
    const targets = this.context.program.targetsOf(call);
    const [target] = targets;
    if (depth >= depthMax || targets.length !== 1 || target!.kind !== "project" || target.via === "prior") return [];
    const known = this.deep.get(target.function);
    if (known) return known;
    const fn = this.ir.functions[target.function]!;
    const out = new Map<string, Taken>();
    this.deep.set(fn.id, []); // a cycle adds nothing
    const add = (lock: string, at: number): void => { if (lock !== "" && !out.has(lock)) out.set(lock, { lock, at }); };
    for (const lock of this.locks.ofDecorators(fn)) add(this.nameIn(fn, lock), fn.firstInstr);
    for (const { row, lock } of this.locks.takenIn(fn)) if (this.waits(row)) add(this.nameIn(fn, lock), row);
    for (let row = fn.firstInstr; row < fn.endInstr; row++) {
      if (this.ir.op.data[row] === Op.Call) for (const { lock, at } of this.takenByCall(row, depth + 1)) add(lock, at);
    }
    const list = [...out.values()];
    if (depth === 0) this.deep.set(fn.id, list);
    else this.deep.delete(fn.id);
    return list;
  }

  /** A name that means the same lock throughout the program; "" for what only the function knows. */
  private nameIn(fn: FunctionInfo, lock: string): string {
    if (lock === "synchronized" || /^(?:\d+:|cell)|\(.*\d+:|\(.*cell|\(\)$/.test(lock)) return "";
    if (!/\bself\b/.test(lock)) return lock;
    const method = methodAround(this.ir, fn);
    return method === undefined ? "" : lock.replace(/\bself\b/, `<${this.ir.strings.text(this.ir.classes[method.class]!.qualname)}>`);
  }
}

const plain = (lock: string): string => lock.replace(/^<(.*)>/, "$1");
