/** Where fields are written: every store into an attribute of an instance or class of the project, by class and name. */
import { PairMap } from "../base/index.ts";
import { type FunctionInfo, type Ir, Op, callArg, callArgCount, callCallee, constantOf } from "../ir/index.ts";
import { type FieldArgument, type Program, TokenKind, fieldArguments, tokenId, tokenKind } from "../program/index.ts";

/** Most values of one field that are followed. */
export const fieldStoresMax = 64;

/** Index of attribute stores. Built once; fields are told apart by class, not by object. */
export class FieldIndex {
  private readonly stores = new Map<number, number[]>();
  /** Those of {@link stores} that a class itself has: what is stored into its instances is not there to be read from the class. */
  private readonly classStores = new Map<number, number[]>();
  /** Attribute names written on receivers that nothing is known about. */
  private readonly wild = new Set<number>();
  /** Classes whose objects have fields set under names that are computed. */
  private readonly dynamic = new Set<number>();
  private readonly program: Program;

  /** What test code stores says nothing of what product code reads. */
  constructor(program: Program, isTest: (fn: number) => boolean) {
    this.program = program;
    const ir = program.ir;
    for (const fn of ir.functions) if (!isTest(fn.id)) this.addFunction(ir, fn);
  }

  private addFunction(ir: Ir, fn: FunctionInfo): void {
    for (let i = fn.firstInstr; i < fn.endInstr; i++) {
      const op = ir.op.data[i]!;
      if (op === Op.SetAttr) this.addStore(ir.a.data[i]!, ir.b.data[i]!, ir.c.data[i]!);
      else if (op === Op.Call) this.addCall(ir, i);
      else if (op === Op.SetItem) this.addToDictionary(ir, ir.a.data[i]!);
      else if (op === Op.ClassVar && fn.class >= 0) this.addToClass(fn.class, ir.a.data[i]!, ir.b.data[i]!);
    }
  }

  /**
   * Values stored in field `name` of what `value` can be, through ancestors and descendants of its classes, in row
   * order; `undefined` if the value is no project object or the field is never written.
   */
  storesOf(value: number, name: number): readonly number[] | undefined {
    const tokens = this.program.tokensOf(value);
    if (tokens.length === 0) return undefined;
    let list = this.tokenLists.get(tokens);
    if (list === undefined) this.tokenLists.set(tokens, (list = this.tokenLists.size));
    let at = this.known.get(list, name);
    if (at < 0) {
      at = this.answers.push(this.findStores(tokens, name)) - 1;
      this.known.set(list, name, at);
    }
    return this.answers[at];
  }

  /** Numbers of lists of tokens: values with the same tokens share one. */
  private readonly tokenLists = new Map<ArrayLike<number>, number>();
  private readonly known = new PairMap();
  private readonly answers: (readonly number[] | undefined)[] = [];

  private findStores(tokens: ArrayLike<number>, name: number): readonly number[] | undefined {
    const out = new Set<number>();
    for (let i = 0; i < tokens.length; i++) {
      const kind = tokenKind(tokens[i]!);
      if (kind === TokenKind.Instance) this.collect(this.stores, tokenId(tokens[i]!), name, out);
      else if (kind === TokenKind.Class) this.collect(this.classStores, tokenId(tokens[i]!), name, out);
      else if (kind === TokenKind.Api) this.take(firstLibraryObject + tokenId(tokens[i]!), name, out);
      else if (kind === TokenKind.External) this.take(firstUnknownObject + tokenId(tokens[i]!), name, out);
    }
    if (out.size === 0) return undefined;
    return [...out].sort((a, b) => a - b).slice(0, fieldStoresMax);
  }

  /** Holds if some object of unknown class has this attribute written. */
  isWild(name: number): boolean {
    return this.wild.has(name);
  }

  private take(holder: number, name: number, out: Set<number>): void {
    for (const store of this.stores.get(fieldKey(holder, name)) ?? []) out.add(store);
  }

  private collect(stores: ReadonlyMap<number, readonly number[]>, cls: number, name: number, out: Set<number>): void {
    for (const ancestor of this.program.mroOf(cls)) {
      if (ancestor >= 0) for (const value of stores.get(fieldKey(ancestor, name)) ?? []) out.add(value);
    }
    for (const descendant of this.program.subclassesOf(cls)) {
      for (const value of stores.get(fieldKey(descendant, name)) ?? []) out.add(value);
    }
  }

  /** Holds if a field of what `value` can be is also set by a computed name: `setattr(self, key, x)`. */
  isDynamic(value: number): boolean {
    if (this.dynamic.size === 0) return false;
    const tokens = this.program.tokensOf(value);
    for (let i = 0; i < tokens.length; i++) {
      const kind = tokenKind(tokens[i]!);
      if (kind !== TokenKind.Instance && kind !== TokenKind.Class) continue;
      const cls = tokenId(tokens[i]!);
      if (this.program.mroOf(cls).some((each) => this.dynamic.has(each)) || this.program.subclassesOf(cls).some((each) => this.dynamic.has(each))) return true;
    }
    return false;
  }

  /** `setattr(object, name, value)` and `object.__dict__.update(values)`. */
  private addCall(ir: Ir, call: number): void {
    const callee = callCallee(ir, call);
    for (const { cls, fields } of recordsOf(this.program, call)) for (const { name, value } of fields) this.add(cls, name, value);
    if (ir.op.data[callee] === Op.Global) {
      if (ir.strings.text(ir.a.data[callee]!) !== "setattr" || callArgCount(ir, call) !== 3 || this.program.storesOf(callee).length > 0) return;
      const name = constantOf(ir, callArg(ir, call, 1));
      if (name?.type === "str") this.addStore(callArg(ir, call, 0), ir.strings.intern(name.value), callArg(ir, call, 2));
      else this.addDynamic(callArg(ir, call, 0));
    } else if (ir.op.data[callee] === Op.GetAttr && ir.strings.text(ir.b.data[callee]!) === "update") this.addToDictionary(ir, ir.a.data[callee]!);
  }

  private addToDictionary(ir: Ir, held: number): void {
    if (ir.op.data[held] === Op.GetAttr && ir.strings.text(ir.b.data[held]!) === "__dict__") this.addDynamic(ir.a.data[held]!);
  }

  private addDynamic(object: number): void {
    const tokens = this.program.tokensOf(object);
    for (let i = 0; i < tokens.length; i++) {
      const kind = tokenKind(tokens[i]!);
      if (kind === TokenKind.Instance || kind === TokenKind.Class) this.dynamic.add(tokenId(tokens[i]!));
    }
  }

  private addStore(object: number, name: number, value: number): void {
    const tokens = this.program.tokensOf(object);
    let known = false;
    for (let i = 0; i < tokens.length; i++) {
      const kind = tokenKind(tokens[i]!);
      if (kind !== TokenKind.Top) known = true;
      if (kind === TokenKind.Api) this.add(firstLibraryObject + tokenId(tokens[i]!), name, value);
      else if (kind === TokenKind.External) this.add(firstUnknownObject + tokenId(tokens[i]!), name, value);
      else if (kind === TokenKind.Instance) this.add(tokenId(tokens[i]!), name, value);
      else if (kind === TokenKind.Class) this.addToClass(tokenId(tokens[i]!), name, value);
    }
    if (!known) this.wild.add(name);
  }

  private addToClass(cls: number, name: number, value: number): void {
    this.add(cls, name, value);
    put(this.classStores, fieldKey(cls, name), value);
  }

  private add(holder: number, name: number, value: number): void {
    put(this.stores, fieldKey(holder, name), value);
  }
}

function put(stores: Map<number, number[]>, key: number, value: number): void {
  const list = stores.get(key);
  if (!list) stores.set(key, [value]);
  else if (list[list.length - 1] !== value) list.push(value);
}

/** The classes that a call makes an object of whose constructor just fills fields, and which argument fills which. */
export function recordsOf(program: Program, call: number): { readonly cls: number; readonly fields: readonly FieldArgument[] }[] {
  const out: { cls: number; fields: readonly FieldArgument[] }[] = [];
  const tokens = program.tokensOf(callCallee(program.ir, call));
  for (let i = 0; i < tokens.length; i++) {
    if (tokenKind(tokens[i]!) !== TokenKind.Class) continue;
    const cls = tokenId(tokens[i]!);
    const fields = fieldArguments(program.ir, program, call, cls);
    if (fields.length > 0) out.push({ cls, fields });
  }
  return out;
}

/** What a project keeps on library objects (`flask.g.db = …`) is indexed like a class of its own, numbered from here on. */
const firstLibraryObject = 1_000_000;
/** Library objects that no page speaks of are numbered from here on, by their names. */
const firstUnknownObject = 100_000_000;

const fieldKey = (cls: number, name: number): number => cls * 4194304 + name;
