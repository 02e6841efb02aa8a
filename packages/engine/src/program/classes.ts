/** Classes: bases, method resolution order (C3), members, and what decorators make of methods. */
import { BlockFlag, type Ir, Op } from "../ir/index.ts";
import type { Names } from "./names.ts";
import { PairMap } from "../base/index.ts";
import { Tok, tokId, tokKind } from "./token.ts";

/** What a function is when read through a class. */
export const enum Method {
  Plain = 0,
  Static = 1,
  Class = 2,
  Property = 4,
  Setter = 8,
  Abstract = 16,
}

const basesMax = 16;
const mroMax = 64;
/** A method with more rows than this does something. */
const abstractRowsMax = 24;
const none: readonly number[] = [];

export class Classes {
  private readonly ir: Ir;
  private readonly names: Names;
  /** Project bases of each class. */
  private readonly bases: number[][] = [];
  private readonly apiBases: number[][] = [];
  private readonly externalBases: number[][] = [];
  private readonly orders: (readonly number[] | undefined)[] = [];
  private readonly isOpen = new Set<number>();
  private readonly children: number[][] = [];
  private readonly subclassLists = new Map<number, readonly number[]>();
  private readonly methods = new PairMap(1 << 12);
  private readonly setters = new PairMap(256);
  /** What a setter's decorator was read from, by setter. */
  private readonly getters = new Map<number, number>();
  private readonly abstracts: (boolean | undefined)[] = [];
  private readonly bodyNames: number[][] = [];
  private readonly definersByName = new Map<number, number[]>();
  readonly flags: Uint8Array;
  /** Names that some class has a setter for. */
  readonly setterNames = new Set<number>();
  /** Names that some class reads as a property. */
  readonly propertyNames = new Set<number>();

  constructor(ir: Ir, names: Names) {
    this.ir = ir;
    this.names = names;
    this.flags = new Uint8Array(ir.functions.length);
    for (let i = 0; i < ir.classes.length; i++) {
      this.bases.push([]);
      this.apiBases.push([]);
      this.externalBases.push([]);
      this.children.push([]);
      this.bodyNames.push([]);
    }
    for (const cls of ir.classes) this.readBases(cls.id);
    for (const cls of ir.classes) this.readBody(cls.id);
    for (const cls of ir.classes) for (const base of this.bases[cls.id]) this.children[base].push(cls.id);
  }

  mroOf(cls: number): readonly number[] {
    return this.orders[cls] ?? this.computeOrder(cls, 0);
  }

  /** Tokens (Api or External) of library bases, through the whole ancestry. */
  libraryBases(cls: number): readonly number[] {
    return (this.libraryBaseLists[cls] ??= this.findLibraryBases(cls));
  }

  private readonly libraryBaseLists: (readonly number[] | undefined)[] = [];

  private findLibraryBases(cls: number): readonly number[] {
    const out: number[] = [];
    for (const ancestor of this.mroOf(cls)) {
      if (ancestor >= 0) out.push(...this.apiBases[ancestor], ...this.externalBases[ancestor]);
    }
    return [...new Set(out)];
  }

  isSubclass(cls: number, ancestor: number): boolean {
    return this.mroOf(cls).includes(ancestor);
  }

  /** Direct and indirect subclasses, ascending. */
  subclassesOf(cls: number): readonly number[] {
    let list = this.subclassLists.get(cls);
    if (list === undefined) {
      const found = new Set<number>();
      const queue = [...this.children[cls]];
      for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
        if (found.has(next) || next === cls) continue;
        found.add(next);
        queue.push(...this.children[next]);
      }
      list = [...found].sort((x, y) => x - y);
      this.subclassLists.set(cls, list);
    }
    return list;
  }

  /** Classes whose body binds a name. */
  definersOf(name: number): readonly number[] {
    return this.definersByName.get(name) ?? none;
  }

  /** The first class in the resolution order of `cls` (after `after`, if given) whose body binds the name, or -1. */
  definerOf(cls: number, name: number, after = -1): number {
    let isPast = after < 0;
    for (const ancestor of this.mroOf(cls)) {
      if (ancestor >= 0 && isPast && this.names.classVars(ancestor, name).length > 0) return ancestor;
      if (ancestor === after) isPast = true;
    }
    return -1;
  }

  /** The function that a class binds to a name, through its resolution order, or -1. */
  methodOf(cls: number, name: number): number {
    const definer = this.definerOf(cls, name);
    return definer < 0 ? -1 : this.ownMethod(definer, name);
  }

  /** The function that a class body itself binds to a name, or -1. */
  ownMethod(cls: number, name: number): number {
    const known = this.methods.get(cls, name);
    if (known >= 0) return known - 1;
    const rows = this.names.classVars(cls, name);
    const found = rows.length === 0 ? -1 : this.functionOfRow(rows[rows.length - 1]);
    this.methods.set(cls, name, found + 1);
    return found;
  }

  setterOf(cls: number, name: number): number {
    for (const ancestor of this.mroOf(cls)) {
      const setter = ancestor < 0 ? -1 : this.setters.get(ancestor, name);
      if (setter >= 0) return setter;
    }
    return -1;
  }

  /** The function that a read of the property calls, given what the class body binds last; -1 if it is no property. */
  getterOf(fn: number): number {
    for (let at = fn, i = 0; at >= 0 && i < 8; i++) {
      if (this.hasMethodFlag(at, Method.Property)) return at;
      at = this.getters.get(at) ?? -1;
    }
    return -1;
  }

  /** Names that a class and its ancestors bind in their bodies. */
  memberNames(cls: number): number[] {
    const out = new Set<number>();
    for (const ancestor of this.mroOf(cls)) for (const name of this.bodyNames[ancestor] ?? []) out.add(name);
    return [...out];
  }

  /** Holds if a method only says that subclasses must have it: then theirs are called. */
  isAbstract(fn: number): boolean {
    let known = this.abstracts[fn];
    if (known === undefined) this.abstracts[fn] = known = this.readsAbstract(fn);
    return known;
  }

  /** Holds if what a class has under a name is an abstract method: an object known only by this class is one of a subclass. */
  isAbstractMember(cls: number, name: number): boolean {
    let known = this.abstractMembers.get(cls, name);
    if (known < 0) {
      const method = this.methodOf(cls, name);
      known = method >= 0 && this.isAbstract(method) ? 1 : 0;
      this.abstractMembers.set(cls, name, known);
    }
    return known === 1;
  }

  private readonly abstractMembers = new PairMap(1 << 12);

  private readsAbstract(fn: number): boolean {
    const { ir } = this;
    const { firstInstr, endInstr } = ir.functions[fn];
    if (endInstr - firstInstr > abstractRowsMax) return false;
    let raises = this.hasMethodFlag(fn, Method.Abstract);
    let [ends, neverReturns] = [false, true];
    for (let row = firstInstr; row < endInstr; row++) {
      const op = ir.op.data[row];
      if (op === Op.Return && (ir.blocks.flags.data[ir.block.data[row]] & BlockFlag.Dead) === 0) neverReturns = false;
      if (op === Op.Raise) ends = true;
      if (op !== Op.Raise || ir.a.data[row] < 0) continue;
      const raised = ir.a.data[row];
      if (this.lastName(ir.op.data[raised] === Op.Call ? ir.a.data[raised] : raised) === "NotImplementedError") raises = true;
    }
    // What raises on every way gives nothing, whatever it raises: who uses its result has an object of a subclass.
    return raises || (ends && neverReturns);
  }

  hasMethodFlag(fn: number, flag: Method): boolean {
    return (this.flags[fn] & flag) !== 0;
  }

  /** The function below decorators, or -1. */
  functionOfRow(row: number, depth = 0): number {
    const { ir } = this;
    if (depth > 32 || row < 0) return -1;
    switch (ir.op.data[row] as Op) {
      case Op.Func: return ir.a.data[row];
      case Op.Decorate: return this.functionOfRow(ir.b.data[row], depth + 1);
      case Op.Sigma:
      case Op.Content: return this.functionOfRow(ir.a.data[row], depth + 1);
      case Op.Phi: {
        for (const input of ir.lists.toArray(ir.a.data[row])) {
          const found = this.functionOfRow(input, depth + 8);
          if (found >= 0) return found;
        }
        return -1;
      }
      default: return -1;
    }
  }

  private readBases(cls: number): void {
    const { ir } = this;
    const info = ir.classes[cls];
    for (const row of ir.lists.toArray(ir.b.data[info.definition]).slice(0, basesMax)) {
      for (const token of this.names.resolve(row, info.module)) {
        const id = tokId(token);
        switch (tokKind(token)) {
          case Tok.Class:
            if (id !== cls && !this.bases[cls].includes(id)) this.bases[cls].push(id);
            break;
          // Every class derives from `object`; to say so adds nothing.
          case Tok.Api:
            if (!this.names.isObject(token)) this.apiBases[cls].push(token);
            break;
          case Tok.External:
            if (!this.names.isObject(token)) this.externalBases[cls].push(token);
            break;
          default:
        }
      }
    }
  }

  private readBody(cls: number): void {
    const { ir } = this;
    const body = ir.functions[ir.classes[cls].body];
    for (let row = body.firstInstr; row < body.endInstr; row++) {
      const op = ir.op.data[row];
      if (op === Op.ClassVar) {
        this.bodyNames[cls].push(ir.a.data[row]);
        const list = this.definersByName.get(ir.a.data[row]);
        if (!list) this.definersByName.set(ir.a.data[row], [cls]);
        else if (list[list.length - 1] !== cls) list.push(cls);
      } else if (op === Op.Decorate) this.readDecorator(cls, row);
      else if (op === Op.Call) this.readWrapping(row);
    }
  }

  /** `@property`, `@staticmethod`, `@classmethod`, `@x.setter`, by name: what they do is fixed by the language. */
  private readDecorator(cls: number, row: number): void {
    const { ir } = this;
    const fn = this.functionOfRow(row);
    if (fn < 0) return;
    let decorator = ir.a.data[row];
    if (ir.op.data[decorator] === Op.Call) decorator = ir.a.data[decorator];
    const name = this.lastName(decorator);
    const flag = methodFlag(name);
    this.flags[fn] |= flag;
    if (name.startsWith("abstract")) this.flags[fn] |= Method.Abstract;
    if (flag === Method.Property) this.propertyNames.add(ir.functions[fn].name);
    if (flag === Method.Setter && ir.op.data[decorator] === Op.GetAttr) {
      const previous = this.functionOfRow(ir.a.data[decorator]);
      if (previous >= 0 && previous !== fn) this.getters.set(fn, previous);
    }
    if (flag === Method.Setter && name === "setter") {
      this.setters.set(cls, ir.functions[fn].name, fn);
      this.setterNames.add(ir.functions[fn].name);
    }
  }

  /** `run = staticmethod(run)` and `size = property(get_size)`. */
  private readWrapping(row: number): void {
    const { ir } = this;
    const callee = ir.a.data[row];
    if (ir.op.data[callee] !== Op.Global || ir.lists.length(ir.b.data[row]) === 0) return;
    const flag = methodFlag(ir.strings.text(ir.a.data[callee]));
    if (flag === Method.Plain || flag === Method.Setter) return;
    const fn = this.functionOfRow(ir.lists.at(ir.b.data[row], 0));
    if (fn < 0 || flag === Method.Property) return;
    this.flags[fn] |= flag;
  }

  private lastName(row: number): string {
    const { ir } = this;
    switch (ir.op.data[row] as Op) {
      case Op.Global: return ir.strings.text(ir.a.data[row]);
      case Op.GetAttr: return ir.strings.text(ir.b.data[row]);
      case Op.Import: return ir.b.data[row] >= 0 ? ir.strings.text(ir.b.data[row]) : "";
      case Op.Func: return ir.strings.text(ir.functions[ir.a.data[row]].name);
      case Op.Class: return ir.strings.text(ir.classes[ir.a.data[row]].name);
      case Op.Decorate: return this.lastName(ir.b.data[row]);
      default: return "";
    }
  }

  private computeOrder(cls: number, depth: number): readonly number[] {
    const known = this.orders[cls];
    if (known) return known;
    // A class that is its own ancestor only comes about by names bound twice; its own name ends the search.
    if (depth > mroMax || this.isOpen.has(cls)) return [cls];
    this.isOpen.add(cls);
    const bases = this.bases[cls];
    const lists = bases.map((base) => this.computeOrder(base, depth + 1).filter((entry) => entry >= 0));
    this.isOpen.delete(cls);
    const merged = linearise([...lists, [...bases]]) ?? depthFirst(lists);
    const order = [cls, ...merged.filter((entry) => entry !== cls)];
    if (order.some((entry) => this.apiBases[entry].length + this.externalBases[entry].length > 0)) order.push(-1);
    this.orders[cls] = order;
    return order;
  }
}

/** C3: the merge of the orders of the bases, or undefined if they contradict each other. */
function linearise(lists: readonly number[][]): number[] | undefined {
  const rest = lists.map((list) => [...list]).filter((list) => list.length > 0);
  const out: number[] = [];
  while (rest.some((list) => list.length > 0)) {
    const next = rest.find((list) => list.length > 0 && !rest.some((other) => other.indexOf(list[0], 1) > 0));
    if (next === undefined) return undefined;
    const head = next[0];
    out.push(head);
    for (const list of rest) if (list[0] === head) list.shift();
  }
  return out;
}

const depthFirst = (lists: readonly number[][]): number[] => [...new Set(lists.flat())];

const properties = new Set([
  "property", "cached_property", "abstractproperty", "hybrid_property", "lazy_property", "cachedproperty", "memoized_property",
  "reify", "lazyproperty", "memoizedproperty",
]);

function methodFlag(name: string): Method {
  if (properties.has(name)) return Method.Property;
  switch (name) {
    case "staticmethod":
    case "abstractstaticmethod": return Method.Static;
    case "classmethod":
    case "abstractclassmethod": return Method.Class;
    case "setter":
    case "deleter": return Method.Setter;
    default: return derivedFlag(name);
  }
}

/** `remotable_classmethod` and `hybrid_property` are named after what they are a kind of. */
function derivedFlag(name: string): Method {
  if (name.endsWith("_classmethod")) return Method.Class;
  if (name.endsWith("_staticmethod")) return Method.Static;
  return name.endsWith("_property") ? Method.Property : Method.Plain;
}
