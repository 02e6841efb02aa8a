/**
 * Stores into containers that are reached through something else: a field, a global, a closure, another container.
 *
 * ```text
 * STATE = {}                        b: Build          at(b) = [S["k"] = v]
 * def put(v): STATE["k"] = v        object of the store: Global -> stores of STATE -> b
 * def show(): eval(STATE["k"])      walk: Global -> b, asked about ["k"] -> v
 * ```
 * The object of every store is followed back, flow-insensitively, to the rows that can have made the container; a walk
 * that comes to such a row asks for the stores noted there. Stores into a local container that only its own function
 * knows are not among them: its content versions tell them in order.
 */
import { PairMap } from "../base/index.ts";
import { Op, callArgCount, callArg, callCallee, functionOf } from "../ir/index.ts";
import { ItemTrails, methodsOf, selectorOf } from "./item-trails.ts";
import { LeafKind, Flag } from "./leaf.ts";
import { anyItem, anyKey, isAttribute, isItem, itemKey } from "./paths.ts";
import { readPort } from "./ports.ts";
import type { Solver } from "./solver.ts";
import { consume, portSources } from "./pass-ports.ts";
import { isDictionary, mayAlias } from "./transfer-content.ts";
import type { Walk } from "./walk.ts";

/** Most values that the object of one store is followed through; what is followed to then says that more may be written. */
export const holderStepsMax = 60_000;
/** A container that is found only after more values than this is not told apart from others: a path through it is not shown. */
const sureStepsMax = 40;
/** Most stores into one container that a walk looks at; one with more is open. */
export const itemStoresMax = 200;
/** The same where an attribute is asked about: most of the stores are into other parts, and are looked at all the same. */
const attributeStoresMax = 1_000;
/** A container with more stores than this is shared: a path through it is not shown. */
const ownStoresMax = 2;

/** What a walk does that asks about a part of a container: need plays no role in it. */
interface StoredParts {
  /** Values of the container's own function and the part of each that is asked about, in turn. */
  readonly near: readonly number[];
  /** Groups of values of other functions and the part of them, in turn. */
  readonly far: readonly number[];
  readonly flags: number;
}

/** Stores into the parts of the object that some row makes. */
class NotedStores {
  /** The part that each is a store into. */
  readonly paths: number[] = [];
  /** SetItem, Append or a call of a mutating method. */
  readonly effects: number[] = [];
  hasFar = false;
}

export class ItemStores {
  private readonly noted = new Map<number, NotedStores>();
  /** Containers to which a store was followed that could not be followed to all that it writes. */
  private readonly cut = new Set<number>();
  private readonly isNoted: Uint8Array;
  /** Root of a container → the first row that stores the container elsewhere. */
  private readonly heldFrom = new Map<number, number>();
  private readonly solver: Solver;
  private readonly trails: ItemTrails;

  constructor(solver: Solver) {
    this.solver = solver;
    this.trails = new ItemTrails(solver);
    const { ir } = solver;
    this.isNoted = new Uint8Array(ir.length);
    const effects: number[] = [];
    for (const row of ir.rowsOf(Op.SetGlobal, Op.SetCell, Op.ClassVar, Op.SetAttr, Op.SetItem, Op.Append, Op.Call)) {
      if (solver.isInTest(row)) continue;
      switch (ir.op.data[row]! as Op) {
        case Op.SetGlobal: case Op.SetCell: case Op.ClassVar: this.hold(ir.b.data[row]!, row); break;
        case Op.SetAttr: this.hold(ir.c.data[row]!, row); break;
        case Op.SetItem: this.hold(ir.c.data[row]!, row); effects.push(row); break;
        case Op.Append: this.hold(ir.b.data[row]!, row); effects.push(row); break;
        case Op.Call:
          if (!solver.isMutator(row)) break;
          for (let i = 0, count = callArgCount(ir, row); i < count; i++) this.hold(callArg(ir, row, i), row);
          effects.push(row);
          break;
        default:
      }
    }
    for (const effect of effects) this.follow(effect);
  }

  /** Holds if the container that a row makes is written where others hold it. */
  hasStores(value: number): boolean {
    return this.isNoted[value] === 1;
  }

  /** Takes the stores into the container that `value` makes into a walk that asks about `path` of it. */
  visit(walk: Walk, node: number, value: number, path: number): void {
    if (this.isNoted[value] === 0) return;
    const { solver } = this;
    const noted = this.noted.get(value)!;
    const isOfContainer = path === 0 || isItem(solver.paths.head(path));
    if (isOfContainer && this.cut.has(value)) walk.leaf(node, LeafKind.Open, value, "budget", "stores followed into containers");
    if (noted.effects.length > (isOfContainer ? itemStoresMax : attributeStoresMax)) {
      walk.leaf(node, LeafKind.Open, value, "budget", "stores into one container");
      return;
    }
    const { near, far, flags } = this.partsOf(noted, value, path);
    for (let i = 0; i < near.length; i += 2) walk.push(near[i]!, near[i + 1]!, node, flags, undefined, undefined, -1);
    for (let i = 0; i < far.length; i += 2) walk.leaf(node, LeafKind.Stores, value, "", "", far[i]!, far[i + 1]!, Flag.Jump | flags);
  }

  /** What is stored into a part of a container; many walks ask about the same one. */
  private partsOf(noted: NotedStores, value: number, path: number): StoredParts {
    let at = this.known.get(value, path);
    if (at < 0) {
      at = this.parts.push(this.findParts(noted, value, path)) - 1;
      this.known.set(value, path, at);
    }
    return this.parts[at]!;
  }

  private readonly known = new PairMap();
  private readonly parts: StoredParts[] = [];

  private findParts({ effects, paths, hasFar }: NotedStores, value: number, path: number): StoredParts {
    const { ir, groups } = this.solver;
    const near: number[] = [];
    const elsewhere = new Map<number, number[]>();
    const home = functionOf(ir, value).id;
    const take = (stored: number, rest: number): void => {
      if (functionOf(ir, stored).id === home) {
        near.push(stored, rest);
        return;
      }
      const list = elsewhere.get(rest);
      if (!list) elsewhere.set(rest, [stored]);
      else if (!list.includes(stored)) list.push(stored);
    };
    let inner = -1;
    let rest = -1;
    for (let i = 0; i < effects.length; i++) {
      if (paths[i] !== inner) {
        inner = paths[i]!;
        rest = this.strip(inner, path);
      }
      if (rest >= 0) this.stored(effects[i]!, rest, take);
    }
    const far = [...elsewhere].flatMap(([part, values]) => [groups.idOf(values), part]);
    return { near, far, flags: effects.length > ownStoresMax || hasFar ? Flag.Shared : Flag.None };
  }

  private hold(value: number, row: number): void {
    const root = this.solver.rootOf(value);
    if (root >= 0 && !this.heldFrom.has(root)) this.heldFrom.set(root, row);
  }

  private object(effect: number): number {
    const { ir } = this.solver;
    const op = ir.op.data[effect]!;
    return op === Op.Call ? ir.a.data[callCallee(ir, effect)]! : ir.a.data[effect]!;
  }

  /** Notes a store with the rows that can have made its object. */
  private follow(effect: number): void {
    const { solver } = this;
    const start = this.object(effect);
    const root = solver.rootOf(start);
    const op = solver.ir.op.data[root]!;
    if (isPlainMaker(op) && !this.isHeldBefore(root, effect)) return;
    const home = functionOf(solver.ir, effect).id;
    const { trails } = this;
    trails.follow(start, holderStepsMax);
    for (let at = 0; at < trails.made.length; at++) {
      const position = trails.made.data[at]!;
      const entry = trails.entryAt(position);
      const value = trails.valueOf(entry);
      const path = trails.pathOf(entry);
      const isHeld = (entry & 1) === 1;
      const isLocal = path === 0 && !isHeld && functionOf(solver.ir, value).id === home;
      if (path !== 0 || isHeld || (isLocal ? this.isHeldBefore(value, effect) : this.heldFrom.has(value))) this.note(value, path, effect, position > sureStepsMax);
    }
    if (trails.length <= holderStepsMax) return;
    for (let i = 0; i < trails.length; i++) {
      const value = trails.valueOf(trails.entryAt(i));
      if (this.isNoted[value] === 1) this.cut.add(value);
    }
  }

  private isHeldBefore(root: number, effect: number): boolean {
    const from = this.heldFrom.get(root);
    return from !== undefined && from < effect;
  }

  private note(value: number, path: number, effect: number, isFar: boolean): void {
    if (this.solver.ir.op.data[value] === Op.Const) return;
    let stores = this.noted.get(value);
    if (!stores) {
      this.noted.set(value, (stores = new NotedStores()));
      this.isNoted[value] = 1;
    }
    // One more than a walk looks at says that there are too many.
    if (stores.effects.length > attributeStoresMax) return;
    stores.paths.push(path);
    stores.effects.push(effect);
    stores.hasFar ||= isFar;
  }

  /**
   * What is asked about the part `inner` if `path` is asked about the whole; -1 if another part is. A whole container is
   * its items, but a whole object is not its attributes: `response.headers["x"] = v` does not make the response be `v`.
   */
  private strip(inner: number, path: number): number {
    const { paths } = this.solver;
    let rest = path;
    for (let part = inner; part !== 0; part = paths.tail(part)) {
      if (rest === 0) {
        if (isAttribute(paths.head(part))) return -1;
        continue;
      }
      if (!mayMeet(this.solver, paths.head(part), paths.head(rest))) return -1;
      rest = paths.tail(rest);
    }
    return rest;
  }

  /** The values that a store puts into the part `path` of its object. */
  private stored(effect: number, path: number, take: (value: number, path: number) => void): void {
    const { solver } = this;
    const { ir, paths } = solver;
    if (ir.op.data[effect] === Op.Call) {
      this.storedByCall(effect, path, take);
      return;
    }
    const isItemStore = ir.op.data[effect] === Op.SetItem;
    const value = isItemStore ? ir.c.data[effect]! : ir.b.data[effect]!;
    const key = isItemStore ? ir.b.data[effect]! : ir.c.data[effect]!;
    if (path === 0) {
      take(value, 0);
      if (key >= 0) take(key, 0);
      return;
    }
    const head = paths.head(path);
    if (head === anyKey && key >= 0) {
      take(key, paths.tail(path));
      if (isDictionary(solver, this.object(effect))) return;
    }
    if (mayMeet(solver, isItemStore ? selectorOf(solver, key) : anyItem, head)) take(value, paths.tail(path));
  }

  private storedByCall(call: number, path: number, take: (value: number, path: number) => void): void {
    const { solver } = this;
    for (const api of methodsOf(solver, call)) {
      for (const rule of solver.api.passes(api)) {
        const to = readPort(rule.to);
        if (to.base !== "self") continue;
        const rest = consume(solver, call, to.steps, path);
        if (rest < 0) continue;
        for (const source of portSources(solver, call, rule.from, rest)) take(source.value, source.path);
      }
    }
  }
}

const isPlainMaker = (op: number): boolean => op === Op.Build || op === Op.Const;

/** Holds if two selectors can mean the same part. */
function mayMeet(solver: Solver, a: number, b: number): boolean {
  if (a === b || isAttribute(a) || isAttribute(b)) return a === b;
  return itemKey(a) < 0 || itemKey(b) < 0 || mayAlias(solver, itemKey(a), itemKey(b));
}

