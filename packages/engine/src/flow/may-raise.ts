/**
 * Which exceptions may come out of each function, and which of them may come to each handler.
 *
 * In: raises with their classes, calls with what they may run ({@link CallReach}), handlers with what they take.
 * Out: sets of atoms ({@link ExceptionClasses}), the least that all of this allows.
 * How: functions are read when first asked about; the sets grow along calls until nothing changes.
 */
import { PairSet } from "../base/index.ts";
import { constNone, type FunctionInfo, functionOf, type Ir, Op } from "../ir/index.ts";
import type { Program } from "../program/index.ts";
import { CallReach, type Reach } from "./call-reach.ts";
import { Atom, ExceptionClasses, type NamedClasses } from "./exception-classes.ts";
import { type Handler, handlersOf, type Pending, pendingAt, PendingKind } from "./handlers.ts";

const enum Point {
  Atom,
  Call,
  /** A function that is only known to have the name that is called. */
  Maybe,
  Through,
  Pending,
}
const pointKinds = 8;

/** The bits of the first word that stand for no class. */
const unnamedBits = (1 << Atom.First) - 1;
const leadsOn = (kind: Point): boolean => kind === Point.Call || kind === Point.Maybe || kind === Point.Through;

/** One way in which a row may raise. */
interface RaisePoint {
  readonly row: number;
  /** The handler block that it comes to, or -1. */
  readonly handler: number;
  readonly kind: Point;
  /** The atom, the function, or the wrapper. */
  readonly id: number;
  /** The function behind a wrapper. */
  readonly behind: number;
  readonly pending: Pending | undefined;
}

/** A function as far as exceptions are concerned. */
interface Body {
  readonly points: readonly RaisePoint[];
  /** Handler blocks that something comes to. */
  readonly handlers: readonly number[];
}

/** The atoms that a handler may take, and those that it surely takes. */
interface Mask {
  readonly may: Int32Array;
  readonly must: Int32Array;
}

/** Why something may come to a handler: the row in the protected code, those that it calls, and the one that raises. */
export interface Witness {
  readonly way: readonly number[];
}

/** Most functions that are read; beyond, everything is held possible. */
const functionsMax = 60_000;
const roundsMax = 60;
const versionsMax = 40;
const sureDepthMax = 3;

export class MayRaise {
  readonly classes: ExceptionClasses;
  private readonly program: Program;
  private readonly ir: Ir;
  private readonly reach: CallReach;
  private readonly bodies = new Map<number, Body>();
  private readonly callers = new Map<number, number[]>();
  private readonly escapes = new Map<number, Int32Array>();
  private readonly incoming = new Map<number, Int32Array>();
  private readonly types = new Map<number, NamedClasses>();
  private readonly sure = new Map<number, Map<number, readonly number[]>>();
  private readonly masks = new Map<number, Mask>();
  private words = 0;
  private isCut = false;
  /** Times that a function was looked at: the counted work of this engine. */
  steps = 0;

  constructor(program: Program, counts: (fn: FunctionInfo) => boolean) {
    this.program = program;
    this.ir = program.ir;
    this.classes = new ExceptionClasses(program);
    this.reach = new CallReach(program, counts);
  }

  /** Reads some functions and all that they may run, and works out the sets. To be called once, before any question. */
  solve(functions: Iterable<number>): void {
    const order: number[] = [];
    for (const fn of functions) this.read(fn, order);
    for (const fn of order) for (const handler of this.bodies.get(fn)!.handlers) this.readTypes(handler);
    this.words = ((this.classes.count + 31) >> 5) + 1;
    for (const fn of order) this.escapes.set(fn, new Int32Array(this.words));
    this.run(order);
  }

  /** The handlers of a function, in order. */
  handlersOf(fn: FunctionInfo): readonly Handler[] {
    return handlersOf(this.ir, fn);
  }

  /** The classes that a handler names. */
  typesOf(caught: number): NamedClasses {
    let found = this.types.get(caught);
    if (found === undefined) {
      const rows = this.ir.lists.toArray(this.ir.a.data[caught]!);
      const parts = rows.map((row) => this.classes.named(row));
      found = {
        own: [...new Set(parts.flatMap((part) => part.own))], library: [...new Set(parts.flatMap((part) => part.library))],
        isOpen: rows.length === 0 || parts.some((part) => part.isOpen),
      };
      this.types.set(caught, found);
    }
    return found;
  }

  // ---- reading

  private read(start: number, order: number[]): void {
    const stack = [start];
    while (stack.length > 0) {
      const fn = stack.pop()!;
      if (this.bodies.has(fn)) continue;
      if (this.bodies.size >= functionsMax) {
        this.isCut = true;
        return;
      }
      const points = this.pointsOf(fn);
      this.bodies.set(fn, this.bodyOf(points));
      order.push(fn);
      for (const { kind, id, behind } of points) {
        if (!leadsOn(kind)) continue;
        for (const callee of behind < 0 ? [id] : [id, behind]) {
          const callers = this.callers.get(callee);
          if (!callers) this.callers.set(callee, [fn]);
          else if (callers[callers.length - 1] !== fn) callers.push(fn);
          if (!this.bodies.has(callee)) stack.push(callee);
        }
      }
    }
  }

  /** Of points that bring the same to the same handler the first stands for all. */
  private bodyOf(points: readonly RaisePoint[]): Body {
    const { seen } = this;
    seen.clear();
    const distinct = points.filter((point) =>
      point.pending !== undefined || point.behind >= 0 || seen.add((point.handler + 1) * pointKinds + point.kind, point.id));
    return { points: distinct, handlers: [...new Set(distinct.map((point) => point.handler).filter((handler) => handler >= 0))] };
  }

  private readonly seen = new PairSet();

  private pointsOf(id: number): readonly RaisePoint[] {
    const members = this.reach.membersOf(id);
    if (members) return members.map((fn) => ({ row: -1, handler: -1, kind: Point.Call, id: fn, behind: -1, pending: undefined }));
    const { ir } = this;
    const fn = ir.functions[id]!;
    const points: RaisePoint[] = [];
    for (let row = fn.firstInstr; row < fn.endInstr; row++) {
      const op = ir.op.data[row] as Op;
      const handler = ir.blocks.handler.data[ir.block.data[row]!]!;
      if (op === Op.Raise) this.raisePoints(row, handler, points);
      else if (op === Op.Yield || op === Op.YieldFrom) points.push(atomPoint(row, handler, Atom.Thrown));
      const reach = this.reach.of(row);
      if (reach) reachPoints(row, handler, reach, points);
      for (const cls of reach?.raised ?? []) points.push(...this.heldPoints(row, cls));
    }
    return points;
  }

  /** What a manager raises comes to the handler of what it holds, and so on from there. */
  private heldPoints(row: number, cls: number): RaisePoint[] {
    const { ir } = this;
    const block = ir.block.data[row]!;
    const inside = [block, ...ir.lists.toArray(ir.blocks.succs.data[block]!)].map((each) => ir.blocks.handler.data[each]!);
    return [...new Set(inside)].map((handler) => atomPoint(row, handler, this.classes.atomOfClass(cls)));
  }

  private raisePoints(row: number, handler: number, out: RaisePoint[]): void {
    const { ir } = this;
    const value = ir.a.data[row]!;
    const why = ir.c.data[row]!;
    const made: number[] = [];
    const pendings = value >= 0 ? this.caughtIn(value, made) : why === 1 ? [] : pendingAt(ir, ir.block.data[row]!);
    for (const pending of pendings) out.push({ row, handler, kind: Point.Pending, id: -1, behind: -1, pending });
    for (const each of made) this.madePoints(row, handler, each, out);
    if (pendings.length + made.length === 0 && why !== 1) out.push(atomPoint(row, handler, Atom.Anything));
  }

  /** What a raised value that no handler caught may be. */
  private madePoints(row: number, handler: number, value: number, out: RaisePoint[]): void {
    const { own, library, isOpen } = this.classes.named(value);
    for (const cls of own) this.ownPoints(row, handler, value, cls, out);
    for (const token of library) out.push(atomPoint(row, handler, this.classes.atomOfToken(token)));
    if (isOpen || own.length + library.length === 0) out.push(atomPoint(row, handler, Atom.Anything));
  }

  /** An object that is not made on the spot may be of a class below the one that is known. */
  private ownPoints(row: number, handler: number, value: number, cls: number, out: RaisePoint[]): void {
    out.push(atomPoint(row, handler, this.classes.atomOfClass(cls)));
    const op = this.ir.op.data[value] as Op;
    if (op === Op.Call || op === Op.Global || op === Op.Import || op === Op.GetAttr) return;
    for (const sub of this.program.subclassesOf(cls)) out.push(atomPoint(row, handler, this.classes.atomOfClass(sub)));
  }

  /** The handlers whose exception a value is, as in `raise e` and `raise e.with_traceback(t)`; `made` gets what else it may be. */
  private caughtIn(value: number, made: number[]): readonly Pending[] {
    const { ir } = this;
    const out: Pending[] = [];
    const queue = [value];
    for (let i = 0; i < queue.length && i < versionsMax; i++) {
      const v = queue[i]!;
      const callee = ir.a.data[v]!;
      switch (ir.op.data[v] as Op) {
        case Op.ExcVal: out.push({ kind: PendingKind.Caught, id: v }); break;
        case Op.Undef: break;
        case Op.Sigma: case Op.Content: queue.push(callee); break;
        case Op.Phi: for (const input of ir.lists.toArray(callee)) if (!queue.includes(input)) queue.push(input); break;
        case Op.Const: if (callee !== constNone) made.push(v); break;
        case Op.Call: {
          const isKept = ir.op.data[callee] === Op.GetAttr && ir.strings.text(ir.b.data[callee]!) === "with_traceback";
          if (isKept) queue.push(ir.a.data[callee]!);
          else made.push(v);
          break;
        }
        default: made.push(v);
      }
    }
    return out;
  }

  private readTypes(block: number): void {
    const { ir } = this;
    for (const handler of this.handlersOf(ir.functions[ir.blocks.func.data[block]!]!)) {
      if (handler.block !== block) continue;
      const { own, library } = this.typesOf(handler.caught);
      for (const cls of own) this.classes.atomOfClass(cls);
      for (const token of library) this.classes.atomOfToken(token);
    }
  }

  // ---- solving

  private run(order: readonly number[]): void {
    const isQueued = new Set(order);
    // Callees were mostly read after their callers, so the last ones are begun with.
    const queue = [...order].reverse();
    for (let i = 0; i < queue.length && i < order.length * roundsMax; i++) {
      const fn = queue[i]!;
      isQueued.delete(fn);
      this.steps++;
      if (!this.evaluate(fn)) continue;
      for (const caller of this.callers.get(fn) ?? []) {
        if (isQueued.has(caller)) continue;
        isQueued.add(caller);
        queue.push(caller);
      }
    }
    if (isQueued.size > 0) this.isCut = true;
  }

  /** Adds up what a function raises; true if more comes out of it than before. */
  private evaluate(id: number): boolean {
    const { points, handlers } = this.bodies.get(id)!;
    const escape = this.escapes.get(id)!;
    let grew = false;
    for (let round = 0, changed = true; changed && round < roundsMax; round++) {
      changed = false;
      for (let p = 0; p < points.length; p++) {
        const point = points[p]!;
        const to = point.handler < 0 ? escape : this.incomingOf(point.handler);
        if (!this.addPoint(to, point)) continue;
        if (point.handler < 0) grew = true;
        else changed = true;
      }
      if (handlers.length === 0) break;
    }
    return grew;
  }

  private incomingOf(block: number): Int32Array {
    let found = this.incoming.get(block);
    if (!found) this.incoming.set(block, (found = new Int32Array(this.words)));
    return found;
  }

  private addPoint(to: Int32Array, point: RaisePoint): boolean {
    const isEscape = point.handler < 0;
    if (point.kind === Point.Atom) return !(isEscape && point.id === Atom.Thrown) && addAtom(to, point.id);
    const from = this.setOf(point);
    return from !== undefined && addAll(to, from, point.kind === Point.Maybe ? unnamedBits : point.kind === Point.Through ? 1 << Atom.Decorated : isEscape ? 1 << Atom.Thrown : 0);
  }

  private setOf(point: RaisePoint): Int32Array | undefined {
    switch (point.kind) {
      case Point.Call: case Point.Maybe: return this.escapes.get(point.id);
      case Point.Through: {
        const wrapper = this.escapes.get(point.id);
        if (point.behind < 0) return wrapper;
        return wrapper && (wrapper[0]! & (1 << Atom.Decorated)) !== 0 ? this.escapes.get(point.behind) : undefined;
      }
      case Point.Pending: return this.pendingSet(point.pending!);
      default: return undefined;
    }
  }

  private pendingSet({ kind, id }: Pending): Int32Array {
    if (kind === PendingKind.Incoming) return this.incomingOf(id);
    const handler = this.handlerOf(id);
    if (!handler) return this.everything();
    const set = this.reaching(handler);
    const { may, must } = this.maskOf(id);
    for (let w = 0; w < set.length; w++) set[w] = kind === PendingKind.Caught ? set[w]! & may[w]! : set[w]! & ~must[w]!;
    return set;
  }

  private everything(): Int32Array {
    const all = new Int32Array(this.words);
    all[0] = 1 << Atom.Anything;
    return all;
  }

  private readonly known = new Map<number, Handler | undefined>();

  private handlerOf(caught: number): Handler | undefined {
    if (!this.known.has(caught)) {
      this.known.set(caught, undefined);
      for (const handler of this.handlersOf(functionOf(this.ir, caught))) this.known.set(handler.caught, handler);
      // What a finally keeps is all that came to it.
      if (this.known.get(caught) === undefined) this.known.set(caught, { caught, block: this.ir.block.data[caught]!, earlier: [], body: -1 });
    }
    return this.known.get(caught);
  }

  /** What comes to a handler, less what those before it surely took. */
  private reaching(handler: Handler): Int32Array {
    const set = this.incomingOf(handler.block).slice();
    for (const before of handler.earlier) {
      const { must } = this.maskOf(before);
      for (let w = 0; w < set.length; w++) set[w] = set[w]! & ~must[w]!;
    }
    return set;
  }

  private maskOf(caught: number): Mask {
    let found = this.masks.get(caught);
    if (!found) {
      const types = this.typesOf(caught);
      // Most handlers name what many others name too.
      const isBare = this.ir.lists.length(this.ir.a.data[caught]!) === 0;
      const key = isBare ? "" : `${types.own.join()}|${types.library.join()}|${types.isOpen}`;
      found = this.masksByTypes.get(key);
      if (!found) this.masksByTypes.set(key, (found = this.makeMask(types, isBare)));
      this.masks.set(caught, found);
    }
    return found;
  }

  private readonly masksByTypes = new Map<string, Mask>();

  private makeMask(types: NamedClasses, isBare: boolean): Mask {
    const may = new Int32Array(this.words);
    const must = new Int32Array(this.words);
    for (let atom = 0; atom < this.classes.count; atom++) {
      const meets = isBare ? "must" : this.classes.meets(atom, types);
      if (meets !== "no") addAtom(may, atom);
      if (meets === "must") addAtom(must, atom);
    }
    return { may, must };
  }

  // ---- questions

  /** Atoms that a handler may take; undefined if the work was cut off. */
  caughtBy(handler: Handler): readonly number[] | undefined {
    return this.isCut ? undefined : this.listOf(this.pendingSet({ kind: PendingKind.Caught, id: handler.caught }));
  }

  /** Atoms that may come out of a function; undefined if the work was cut off. */
  escapesOf(fn: number): readonly number[] | undefined {
    const set = this.escapes.get(fn);
    return this.isCut || !set ? undefined : this.listOf(set);
  }

  private listOf(set: Int32Array): number[] {
    const out: number[] = [];
    for (let atom = 0; atom < this.classes.count; atom++) if ((set[atom >> 5]! & (1 << (atom & 31))) !== 0) out.push(atom);
    return out;
  }

  /** How an atom comes to a handler block: through which row of the protected code, and which rows on the way to the one that raises it. */
  witness(fn: number, handler: number, atom: number): Witness | undefined {
    const { seen } = this;
    seen.clear();
    seen.add(fn, handler);
    const queue: Visit[] = [{ fn, to: handler, row: -1, from: undefined }];
    for (let i = 0; i < queue.length && i < functionsMax; i++) {
      const at = queue[i]!;
      for (const point of this.bodies.get(at.fn)?.points ?? []) {
        if (point.handler !== at.to || !this.brings(point, atom)) continue;
        if (point.kind === Point.Atom) return { way: wayOf(at, point.row) };
        const isOut = point.kind !== Point.Pending;
        const next = !isOut ? at.fn : point.behind >= 0 ? point.behind : point.id;
        const to = isOut ? -1 : this.blockOf(point.pending!);
        if (seen.add(next, to)) queue.push({ fn: next, to, row: point.row, from: at });
      }
    }
    return undefined;
  }

  /** What comes out of a function by a few calls, each of which runs one function only: atoms of classes, and the way of each. */
  sureEscapes(fn: number, depth = sureDepthMax): ReadonlyMap<number, readonly number[]> {
    const key = fn * (sureDepthMax + 1) + depth;
    let found = this.sure.get(key);
    if (found) return found;
    this.sure.set(key, (found = new Map()));
    const points = this.bodies.has(fn) ? this.pointsOf(fn) : [];
    const runs = new Map<number, number>();
    for (const point of points) if (leadsOn(point.kind)) runs.set(point.row, (runs.get(point.row) ?? 0) + 1);
    for (const point of points) {
      if (point.handler >= 0) continue;
      if (point.kind === Point.Atom && point.id >= Atom.First) addWay(found, point.id, [point.row]);
      if (point.kind !== Point.Call || depth === 0 || runs.get(point.row) !== 1) continue;
      for (const [atom, way] of this.sureEscapes(point.id, depth - 1)) addWay(found, atom, [point.row, ...way]);
    }
    return found;
  }

  private blockOf({ kind, id }: Pending): number {
    return kind === PendingKind.Incoming ? id : (this.handlerOf(id)?.block ?? -1);
  }

  private brings(point: RaisePoint, atom: number): boolean {
    if (point.kind === Point.Atom) return point.id === atom;
    if (point.kind === Point.Maybe && atom < Atom.First) return false;
    const set = this.setOf(point);
    return set !== undefined && (set[atom >> 5]! & (1 << (atom & 31))) !== 0;
  }

  /** The rows of the protected code of a handler block that run other code, and the functions which that surely comes to. */
  protectedBy(fn: number, block: number): { readonly rows: readonly number[]; readonly functions: readonly number[] } {
    const points = (this.bodies.has(fn) ? this.pointsOf(fn) : []).filter((point) => point.handler === block && isRun(point));
    const seen = new Set<number>();
    const queue = points.flatMap(calleesOf);
    for (let i = 0; i < queue.length; i++) {
      if (seen.has(queue[i]!)) continue;
      seen.add(queue[i]!);
      for (const point of this.bodies.get(queue[i]!)?.points ?? []) if (isRun(point)) queue.push(...calleesOf(point));
    }
    const functions = [...seen].filter((id) => id < this.ir.functions.length).sort((a, b) => a - b);
    return { rows: [...new Set(points.map((point) => point.row))], functions };
  }
}

/** A function on the way back from a handler: the row that led there, and where it stands. */
interface Visit {
  readonly fn: number;
  readonly to: number;
  readonly row: number;
  readonly from: Visit | undefined;
}

/** The rows from the handler on to the last one. */
function wayOf(visit: Visit, last: number): readonly number[] {
  const way = last < 0 ? [] : [last];
  for (let at: Visit | undefined = visit; at; at = at.from) if (at.row >= 0) way.push(at.row);
  return way.reverse();
}

const isRun = ({ kind }: RaisePoint): boolean => kind === Point.Call || kind === Point.Through;
const calleesOf = ({ id, behind }: RaisePoint): number[] => (behind < 0 ? [id] : [id, behind]);

function addWay(to: Map<number, readonly number[]>, atom: number, way: readonly number[]): void {
  if (!to.has(atom)) to.set(atom, way);
}

const atomPoint = (row: number, handler: number, atom: number): RaisePoint => ({ row, handler, kind: Point.Atom, id: atom, behind: -1, pending: undefined });

function reachPoints(row: number, handler: number, reach: Reach, out: RaisePoint[]): void {
  const call = (kind: Point, id: number, behind: number): void => { out.push({ row, handler, kind, id, behind, pending: undefined }); };
  for (const fn of distinct(reach.functions)) call(Point.Call, fn, -1);
  for (const fn of distinct(reach.maybe)) call(Point.Maybe, fn, -1);
  for (const { wrapper, functions } of reach.through) {
    call(Point.Through, wrapper, -1);
    for (const fn of functions) call(Point.Through, wrapper, fn);
  }
  if (reach.isLibrary) out.push(atomPoint(row, handler, Atom.Library));
  if (reach.isAnything) out.push(atomPoint(row, handler, Atom.Anything));
  if (reach.isDecorated) out.push(atomPoint(row, handler, Atom.Decorated));
}

const distinct = (functions: readonly number[]): Iterable<number> => (functions.length < 2 ? functions : new Set(functions));

function addAtom(set: Int32Array, atom: number): boolean {
  const before = set[atom >> 5]!;
  set[atom >> 5] = before | (1 << (atom & 31));
  return set[atom >> 5] !== before;
}

/** Adds a set to another, but for the bits of the first word that are left out; true if it grew. */
function addAll(to: Int32Array, from: Int32Array, without: number): boolean {
  let grew = false;
  for (let w = 0; w < to.length; w++) {
    const added = w === 0 ? from[w]! & ~without : from[w]!;
    const after = to[w]! | added;
    if (after !== to[w]) {
      to[w] = after;
      grew = true;
    }
  }
  return grew;
}
