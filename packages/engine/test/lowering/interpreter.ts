/**
 * Runs the IR of one small module and gives what it prints. It takes the IR at its word: phis read the edge that was taken,
 * handlers are blocks, a finally goes on where its selector says.
 */
import {
  BlockFlag, BranchKind, BuildKind, callArg, callArgCount, callCallee, callKeywordCount, callKeywordName, callKeywordValue,
  type FunctionInfo, type Ir, Op,
} from "../../src/ir/index.ts";
import { attributeOf, builtins, isInstance, iteratorOf, setAttribute } from "./builtins.ts";
import { binary, compared, deleteItem, itemOf, setItem, Slice, unary, withConversion } from "./operators.ts";
import {
  Bound, Builtin, Dict, type Environment, Instance, isTrue, Iterator, type Keywords, List, PyClass, PyFunction, raise, Raised, Tuple,
  typeName, Undefined, Unsupported, type Value,
} from "./values.ts";

const stepsMax = 200_000;
const depthMax = 60;

interface Frame {
  readonly fn: FunctionInfo;
  readonly values: Map<number, Value>;
  readonly environment: Environment;
  /** The class whose body this is. */
  readonly cls: PyClass | undefined;
  handled: Instance | undefined;
}

/** Runs module 0; an exception that leaves it is the last line. */
export function runModule(ir: Ir): string {
  const machine = new Machine(ir);
  try {
    machine.finish(machine.start(ir.functions[ir.modules[0]!.body]!, undefined));
  } catch (error) {
    if (!(error instanceof Raised)) throw error;
    machine.printed.push(`uncaught ${error.value.cls.name}\n`);
  }
  return machine.printed.join("");
}

const lengthOfSequence = (value: Value): number => (value instanceof List || value instanceof Tuple ? value.items.length : -1);

export class Machine {
  readonly printed: string[] = [];
  private readonly ir: Ir;
  private readonly globals = new Map<string, Value>();
  private readonly builtins = builtins(this);
  private readonly unpacked = new WeakMap<Iterator, readonly Value[]>();
  private steps = 0;
  private depth = 0;

  constructor(ir: Ir) { this.ir = ir; }

  start(fn: FunctionInfo, parent: Environment | undefined, cls?: PyClass): Frame {
    return { fn, values: new Map(), environment: { fn: fn.id, cells: new Map(), parent }, cls, handled: undefined };
  }

  finish(frame: Frame): Value {
    if (++this.depth > depthMax) throw new Unsupported("deep recursion");
    const run = this.run(frame).next();
    this.depth--;
    return run.value as Value;
  }

  // ---- calls

  call(callee: Value, args: readonly Value[], keywords: Keywords = new Map()): Value {
    if (callee instanceof Builtin) return callee.call(args, keywords);
    if (callee instanceof Bound) return this.call(callee.fn, [callee.self, ...args], keywords);
    if (callee instanceof PyFunction) return this.invoke(callee, args, keywords);
    if (callee instanceof PyClass) {
      const instance = new Instance(callee);
      if (callee.mro.some((cls) => cls.name === "BaseException")) instance.attributes.set("args", new Tuple(args));
      const init = callee.find("__init__");
      if (init !== undefined) this.call(init, [instance, ...args], keywords);
      return instance;
    }
    const own = callee instanceof Instance ? callee.cls.find("__call__") : undefined;
    return own === undefined ? raise("TypeError", `'${typeName(callee)}' object is not callable`) : this.call(own, [callee, ...args], keywords);
  }

  private invoke(fn: PyFunction, args: readonly Value[], keywords: Keywords): Value {
    const frame = this.start(fn.info, fn.environment);
    this.bind(frame, fn, args, keywords);
    if (!fn.info.isGenerator) return this.finish(frame);
    const run = this.run(frame);
    return new Iterator((sent) => {
      const { done, value } = run.next(sent);
      return done === true ? undefined : value;
    });
  }

  private bind(frame: Frame, fn: PyFunction, args: readonly Value[], keywords: Keywords): void {
    const { ir } = this;
    const { params } = fn.info;
    const left = new Map(keywords);
    const given = [...args];
    const positional = params.filter((param) => param.kind === "positional" || param.kind === "positional-only");
    let keywordOnly = 0;
    for (const param of params) {
      const name = ir.strings.text(param.name);
      let value: Value | undefined;
      if (param.kind === "varargs") value = new Tuple(given.splice(0));
      else if (param.kind === "kwargs") {
        const rest = new Dict();
        for (const [key, item] of left) rest.set(key, item);
        left.clear();
        value = rest;
      } else if (param.kind !== "keyword-only" && given.length > 0) value = given.shift();
      else if (param.kind !== "positional-only" && left.has(name)) {
        value = left.get(name);
        left.delete(name);
      } else if (param.kind === "keyword-only") value = fn.keywordDefaults[keywordOnly];
      else value = fn.defaults[positional.indexOf(param) - positional.length + fn.defaults.length];
      if (param.kind === "keyword-only") keywordOnly++;
      if (value === undefined) raise("TypeError", `${fn.name}() missing an argument`);
      frame.values.set(param.value, value);
    }
    if (given.length > 0 || left.size > 0) raise("TypeError", `${fn.name}() takes fewer arguments`);
  }

  // ---- blocks

  private *run(frame: Frame): Generator<Value, Value, Value> {
    const { ir } = this;
    const { blocks } = ir;
    let block = frame.fn.firstBlock;
    let from = -1;
    for (;;) {
      const first = blocks.first.data[block]!;
      const last = blocks.end.data[block]! - 1;
      const body = this.enter(frame, block, from, first);
      from = block;
      try {
        for (let row = body; row < last; row++) {
          if (++this.steps > stepsMax) throw new Unsupported("too many steps");
          const op = ir.op.data[row]! as Op;
          if (op === Op.Yield) frame.values.set(row, yield this.get(frame, ir.a.data[row]!));
          else if (op === Op.YieldFrom) {
            const inner = iteratorOf(this, this.get(frame, ir.a.data[row]!));
            for (let item = inner.next(); item !== undefined; item = inner.next()) yield item;
            frame.values.set(row, null);
          } else frame.values.set(row, this.evaluate(frame, row, op));
        }
        const next = this.leave(frame, last);
        if (typeof next !== "number") return next.value;
        block = next;
      } catch (error) {
        const handler = blocks.handler.data[block]!;
        if (!(error instanceof Raised) || handler < 0) throw error;
        frame.handled = error.value;
        block = handler;
      }
    }
  }

  /** Reads the phis of a block, all at once; returns the first row after them. */
  private enter(frame: Frame, block: number, from: number, first: number): number {
    const { ir } = this;
    const preds = ir.lists.toArray(ir.blocks.preds.data[block]!);
    const values: Value[] = [];
    let row = first;
    for (; ir.op.data[row] === Op.Phi; row++) values.push(this.read(frame, ir.lists.at(ir.a.data[row]!, preds.indexOf(from))));
    values.forEach((value, i) => frame.values.set(first + i, value));
    if ((ir.blocks.flags.data[block]! & BlockFlag.Dead) !== 0) throw new Unsupported("a dead block runs");
    return row;
  }

  /** What a row is, bound or not. */
  private read(frame: Frame, row: number): Value {
    if (this.ir.op.data[row] === Op.Const) return this.constant(this.ir.a.data[row]!);
    const value = frame.values.get(row);
    if (value === undefined) throw new Unsupported(`row ${row} is used before it is defined`);
    return value;
  }

  private get(frame: Frame, row: number): Value {
    const value = this.read(frame, row);
    return value instanceof Undefined ? raise(frame.fn.kind === "module" ? "NameError" : "UnboundLocalError", value.name) : value;
  }

  private constant(id: number): Value {
    const constant = this.ir.constants[id]!;
    switch (constant.type) {
      case "none": return null;
      case "true": case "false": return constant.type === "true";
      case "int": return Number(constant.value);
      case "str": return constant.value;
      default: throw new Unsupported(constant.type);
    }
  }

  private leave(frame: Frame, row: number): number | { readonly value: Value } {
    const { ir } = this;
    const a = ir.a.data[row]!;
    const to = ir.lists.toArray(ir.blocks.succs.data[ir.block.data[row]!]!);
    switch (ir.op.data[row]! as Op) {
      case Op.Jump: return to[0]!;
      case Op.Return: return { value: this.get(frame, a) };
      case Op.Branch: {
        const kind = ir.b.data[row]! as BranchKind;
        const isTaken = kind === BranchKind.Condition ? isTrue(this.get(frame, a))
          : kind === BranchKind.MoreItems ? (this.get(frame, a) as Iterator).hasMore() : this.catches(frame, a);
        return to[isTaken ? 0 : 1]!;
      }
      case Op.Switch: {
        const selector = this.get(frame, a);
        const index = ir.lists.toArray(ir.b.data[row]!).findIndex((id) => this.constant(id) === selector);
        return to[index < 0 ? to.length - 1 : index]!;
      }
      // What a failed assert says is dropped.
      case Op.Raise: return ir.c.data[row] === 1 ? raise("AssertionError") : this.raise(frame, a);
      default: throw new Unsupported("an unreachable end is reached");
    }
  }

  private catches(frame: Frame, row: number): boolean {
    const types = this.ir.lists.toArray(this.ir.a.data[row]!).map((type) => this.get(frame, type));
    return types.length === 0 || types.some((type) => isInstance(frame.handled!, type));
  }

  private raise(frame: Frame, row: number): never {
    const value = row < 0 ? frame.handled : this.get(frame, row);
    if (value === undefined) return raise("RuntimeError", "No active exception to reraise");
    throw new Raised((value instanceof PyClass ? this.call(value, []) : value) as Instance);
  }

  // ---- rows

  private evaluate(frame: Frame, row: number, op: Op): Value {
    const { ir } = this;
    const [a, b, c] = [ir.a.data[row]!, ir.b.data[row]!, ir.c.data[row]!];
    const at = (value: number): Value => this.get(frame, value);
    const word = (id: number): string => ir.strings.text(id);
    switch (op) {
      case Op.Const: return this.constant(a);
      case Op.Param: return this.read(frame, row);
      case Op.Undef: return new Undefined(b < 0 ? "" : word(b));
      case Op.Sigma: case Op.Content: return this.read(frame, a);
      case Op.Global: return this.global(word(a));
      case Op.Cell: return this.cell(frame, a);
      case Op.SetCell: this.environmentOf(frame, a).cells.set(a, this.read(frame, b)); return null;
      case Op.SetGlobal: this.globals.set(word(a), at(b)); return null;
      case Op.DelGlobal: return this.globals.delete(word(a)) ? null : raise("NameError", word(a));
      case Op.Func: return this.makeFunction(frame, a, ir.lists.toArray(b), ir.lists.toArray(c));
      case Op.Class: return this.makeClass(frame, a, ir.lists.toArray(b));
      case Op.ClassVar: frame.cls!.attributes.set(word(a), at(b)); return null;
      case Op.ExcVal: return frame.handled!;
      case Op.Un: return unary(a, at(b));
      case Op.Bin: return binary(a, at(b), at(c), (name, self, other) => {
        const own = self instanceof Instance ? self.cls.find(name) : undefined;
        return own === undefined ? undefined : this.call(own, [self, other]);
      });
      case Op.Cmp: return compared(a, at(b), at(c));
      case Op.Not: return !isTrue(at(a));
      case Op.Fmt: return this.format(frame, row);
      case Op.Build: return this.build(frame, a, ir.lists.toArray(b), c === 1);
      case Op.Star: return at(a);
      case Op.GetAttr: return attributeOf(this, at(a), word(b));
      case Op.GetItem: return itemOf(at(a), at(b));
      case Op.Unpack: return this.unpack(frame, row);
      case Op.Iter: return iteratorOf(this, at(a));
      case Op.Next: return (at(a) as Iterator).next()!;
      case Op.IsInst: return isInstance(at(a), at(b));
      // Asked by patterns only, and stands for the test that there is a sequence at all.
      case Op.Len: return lengthOfSequence(at(a));
      case Op.Call: return this.callRow(frame, row);
      case Op.Decorate: return this.call(at(a), [at(b)]);
      case Op.SetAttr: setAttribute(at(a), word(b), at(c)); return null;
      case Op.SetItem: setItem(at(a), at(b), at(c)); return null;
      case Op.DelItem: deleteItem(at(a), at(b)); return null;
      case Op.Append: this.append(at(a), at(b), c < 0 ? undefined : at(c)); return null;
      case Op.Enter: return this.call(attributeOf(this, at(a), "__enter__"), []);
      case Op.Exit: return this.exit(frame, a, b === 1);
      case Op.Expr: at(a); return null;
      case Op.Annotate: case Op.AnnotateAttr: return null;
      default: throw new Unsupported(`op ${op}`);
    }
  }

  private exit(frame: Frame, enter: number, isExceptional: boolean): Value {
    const manager = this.get(frame, this.ir.a.data[enter]!);
    const given = isExceptional ? [frame.handled!.cls, frame.handled!, null] : [null, null, null];
    const before = frame.handled;
    const answer = this.call(attributeOf(this, manager, "__exit__"), given);
    frame.handled = before;
    if (isExceptional && isTrue(answer)) throw new Unsupported("a context manager that swallows");
    return answer;
  }

  private global(name: string): Value {
    const own = this.globals.get(name);
    // A module reads names that a branch may bind at its start: not to be bound is no error until it is used.
    return own === undefined ? this.builtins.get(name) ?? new Undefined(name) : own;
  }

  private environmentOf(frame: Frame, cell: number): Environment {
    const owner = this.ir.cells[cell]!.function;
    for (let env: Environment | undefined = frame.environment; env; env = env.parent) if (env.fn === owner) return env;
    throw new Unsupported("a cell without an owner");
  }

  private cell(frame: Frame, cell: number): Value {
    const value = this.environmentOf(frame, cell).cells.get(cell);
    if (value === undefined || value instanceof Undefined) return raise("NameError", this.ir.strings.text(this.ir.cells[cell]!.name));
    return value;
  }

  private makeFunction(frame: Frame, id: number, defaults: readonly number[], keywordDefaults: readonly number[]): Value {
    const info = this.ir.functions[id]!;
    const optional = keywordDefaults.map((row) => (row < 0 ? undefined : this.get(frame, row)));
    return new PyFunction(info, this.ir.strings.text(info.name), defaults.map((row) => this.get(frame, row)), optional, frame.environment);
  }

  private makeClass(frame: Frame, id: number, bases: readonly number[]): Value {
    const info = this.ir.classes[id]!;
    const above = bases.map((row) => this.get(frame, row) as PyClass);
    const cls = new PyClass(this.ir.strings.text(info.name), above.length > 0 ? above : [this.builtins.get("object") as PyClass]);
    const body = this.start(this.ir.functions[info.body]!, frame.environment, cls);
    this.finish(body);
    this.owners.set(body.environment, cls);
    return cls;
  }

  private readonly owners = new WeakMap<Environment, PyClass>();

  /** `super()`: what follows the class that holds the running method. */
  superOf(frame: Frame): Value {
    let owner: PyClass | undefined;
    for (let env: Environment | undefined = frame.environment; env && !owner; env = env.parent) owner = this.owners.get(env);
    const self = this.read(frame, frame.fn.params[0]!.value);
    const mro = (self instanceof Instance ? self.cls : (self as PyClass)).mro;
    const proxy = new Instance(new PyClass("super", []));
    (proxy.cls.mro as PyClass[]).splice(0, 1, ...mro.slice(mro.indexOf(owner!) + 1));
    this.superSelf.set(proxy, self);
    return proxy;
  }

  readonly superSelf = new WeakMap<Instance, Value>();

  private format(frame: Frame, row: number): Value {
    const { ir } = this;
    const parts = ir.lists.toArray(ir.a.data[row]!);
    return parts.map((part, i) => {
      const spec = ir.lists.length(ir.b.data[row]!) > i ? ir.lists.at(ir.b.data[row]!, i) : -1;
      const conversion = ir.lists.length(ir.c.data[row]!) > i ? ir.lists.at(ir.c.data[row]!, i) : 0;
      return withConversion(this.get(frame, part), conversion, spec < 0 ? "" : (this.get(frame, spec) as string));
    }).join("");
  }

  private build(frame: Frame, kind: number, parts: readonly number[], isGenerator: boolean): Value {
    if (kind === BuildKind.Dict) {
      const out = new Dict();
      for (let i = 0; i < parts.length; i += 2) {
        const value = this.get(frame, parts[i + 1]!);
        if (parts[i]! >= 0) out.set(this.get(frame, parts[i]!), value);
        else for (const [key, item] of (value as Dict).entries.values()) out.set(key, item);
      }
      return out;
    }
    const items = this.spread(frame, parts);
    if (kind === BuildKind.Slice) return new Slice(items);
    if (kind === BuildKind.Tuple) return new Tuple(items);
    const out = kind === BuildKind.Set ? new Dict(true) : new List([]);
    for (const item of items) this.append(out, item, undefined);
    if (out instanceof List) out.isGenerator = isGenerator;
    return out;
  }

  private spread(frame: Frame, parts: readonly number[]): Value[] {
    return parts.flatMap((part) => (this.ir.op.data[part] === Op.Star ? this.all(this.get(frame, part)) : [this.get(frame, part)]));
  }

  all(value: Value): Value[] {
    const out: Value[] = [];
    const items = iteratorOf(this, value);
    for (let item = items.next(); item !== undefined; item = items.next()) out.push(item);
    return out;
  }

  private append(container: Value, item: Value, key: Value | undefined): void {
    if (container instanceof List) container.items.push(item);
    else if (container instanceof Dict) container.set(key === undefined ? item : key, key === undefined ? true : item);
  }

  private unpack(frame: Frame, row: number): Value {
    const { ir } = this;
    const source = ir.a.data[row]!;
    const value = this.get(frame, source);
    const items = value instanceof Iterator ? this.unpacked.get(value) ?? this.all(value) : this.all(value);
    if (value instanceof Iterator) this.unpacked.set(value, items);
    const index = ir.b.data[row]!;
    if (ir.c.data[row] !== 1) {
      const item = items.at(index);
      return item === undefined ? raise("ValueError", "not enough values to unpack") : item;
    }
    let after = 0;
    for (let r = frame.fn.firstInstr; r < frame.fn.endInstr; r++) {
      if (ir.op.data[r] === Op.Unpack && ir.a.data[r] === source && ir.b.data[r]! < 0) after = Math.max(after, -ir.b.data[r]!);
    }
    return new List(items.slice(index, items.length - after));
  }

  private callRow(frame: Frame, row: number): Value {
    const { ir } = this;
    const callee = this.get(frame, callCallee(ir, row));
    const args = this.spread(frame, Array.from({ length: callArgCount(ir, row) }, (_, i) => callArg(ir, row, i)));
    const keywords = new Map<string, Value>();
    for (let i = 0; i < callKeywordCount(ir, row); i++) {
      const value = this.get(frame, callKeywordValue(ir, row, i));
      const name = callKeywordName(ir, row, i);
      if (name >= 0) keywords.set(ir.strings.text(name), value);
      else for (const [key, item] of (value as Dict).entries.values()) keywords.set(key as string, item);
    }
    if (callee === this.builtins.get("super") && args.length === 0) return this.superOf(frame);
    return this.call(callee, args, keywords);
  }
}
