/** Values of the small Python that tests run from the IR: what they are, how they are written, compared and combined. */
import type { FunctionInfo } from "../../src/ir/index.ts";

export type Value = null | boolean | number | string | List | Tuple | Dict | PyFunction | Builtin | Bound | PyClass | Instance | Iterator | Wrapped | Undefined;

export class List {
  items: Value[];
  /** A generator expression is lowered as a list; `next` takes from its front. */
  isGenerator = false;
  constructor(items: Value[]) { this.items = items; }
}
export class Tuple {
  readonly items: readonly Value[];
  constructor(items: readonly Value[]) { this.items = items; }
}
/** A dictionary, or a set whose values are of no interest. */
export class Dict {
  readonly entries = new Map<string, [Value, Value]>();
  readonly isSet: boolean;
  constructor(isSet = false) { this.isSet = isSet; }
  get(key: Value): Value | undefined { return this.entries.get(hash(key))?.[1]; }
  has(key: Value): boolean { return this.entries.has(hash(key)); }
  set(key: Value, value: Value): void {
    const entry = this.entries.get(hash(key));
    if (entry) entry[1] = value;
    else this.entries.set(hash(key), [key, value]);
  }
  delete(key: Value): boolean { return this.entries.delete(hash(key)); }
  keys(): Value[] { return [...this.entries.values()].map(([key]) => key); }
}
/** Variables of functions that functions inside them share, by cell id. */
export interface Environment {
  readonly fn: number;
  readonly cells: Map<number, Value>;
  readonly parent: Environment | undefined;
}
export class PyFunction {
  readonly info: FunctionInfo;
  readonly name: string;
  readonly defaults: readonly Value[];
  readonly keywordDefaults: readonly (Value | undefined)[];
  readonly environment: Environment | undefined;
  readonly attributes = new Map<string, Value>();
  constructor(info: FunctionInfo, name: string, defaults: readonly Value[], keywordDefaults: readonly (Value | undefined)[], environment: Environment | undefined) {
    this.info = info;
    this.name = name;
    this.defaults = defaults;
    this.keywordDefaults = keywordDefaults;
    this.environment = environment;
  }
}
export type Keywords = ReadonlyMap<string, Value>;
export class Builtin {
  readonly name: string;
  readonly call: (args: readonly Value[], keywords: Keywords) => Value;
  constructor(name: string, call: (args: readonly Value[], keywords: Keywords) => Value) { this.name = name; this.call = call; }
}
export class Bound {
  readonly fn: Value;
  readonly self: Value;
  constructor(fn: Value, self: Value) { this.fn = fn; this.self = self; }
}
/** What `property`, `staticmethod` and `classmethod` give. */
export class Wrapped {
  readonly kind: string;
  readonly fn: Value;
  constructor(kind: string, fn: Value) { this.kind = kind; this.fn = fn; }
}
export class PyClass {
  readonly name: string;
  readonly mro: readonly PyClass[];
  readonly attributes = new Map<string, Value>();
  constructor(name: string, bases: readonly PyClass[]) {
    this.name = name;
    this.mro = [this, ...merge([...bases.map((base) => [...base.mro]), [...bases]])];
  }
  find(name: string): Value | undefined {
    for (const cls of this.mro) if (cls.attributes.has(name)) return cls.attributes.get(name);
    return undefined;
  }
}
export class Instance {
  readonly cls: PyClass;
  readonly attributes = new Map<string, Value>();
  constructor(cls: PyClass) { this.cls = cls; }
}
/** Anything that is iterated; one element may have been looked at before it is taken. */
export class Iterator {
  private readonly step: (sent: Value) => Value | undefined;
  private ahead: Value | undefined;
  private isAhead = false;
  constructor(step: (sent: Value) => Value | undefined) { this.step = step; }
  hasMore(): boolean {
    if (!this.isAhead) this.ahead = this.step(null);
    this.isAhead = true;
    return this.ahead !== undefined;
  }
  next(sent: Value = null): Value | undefined {
    const value = this.isAhead ? this.ahead : this.step(sent);
    if (value !== undefined) this.isAhead = false;
    this.ahead = undefined;
    return value;
  }
}
/** A name that is not bound on this path. */
export class Undefined {
  readonly name: string;
  constructor(name: string) { this.name = name; }
}

/** An exception of the program that is run. */
export class Raised {
  readonly value: Instance;
  constructor(value: Instance) { this.value = value; }
}
/** What these tests do not run. */
export class Unsupported extends Error {}

function merge(lists: PyClass[][]): PyClass[] {
  const out: PyClass[] = [];
  for (;;) {
    const left = lists.filter((list) => list.length > 0);
    const first = left.find((list) => left.every((other) => !other.slice(1).includes(list[0]!)))?.[0];
    if (first === undefined) return out;
    out.push(first);
    for (const list of left) if (list[0] === first) list.shift();
  }
}

// ---- exceptions

const object = new PyClass("object", []);
export const classes: Record<string, PyClass> = { object };
const define = (name: string, base: string): void => { classes[name] = new PyClass(name, [classes[base]!]); };
define("BaseException", "object");
define("Exception", "BaseException");
for (const name of ["ValueError", "TypeError", "LookupError", "ArithmeticError", "RuntimeError", "NameError", "AttributeError", "StopIteration", "AssertionError", "OSError"]) define(name, "Exception");
for (const name of ["KeyError", "IndexError"]) define(name, "LookupError");
define("ZeroDivisionError", "ArithmeticError");
define("UnboundLocalError", "NameError");

export function raise(name: string, ...args: Value[]): never {
  const value = new Instance(classes[name]!);
  value.attributes.set("args", new Tuple(args));
  throw new Raised(value);
}

// ---- what values are

export function typeName(value: Value): string {
  if (value === null) return "NoneType";
  if (typeof value === "boolean") return "bool";
  if (typeof value === "number") return "int";
  if (typeof value === "string") return "str";
  if (value instanceof List) return "list";
  if (value instanceof Tuple) return "tuple";
  if (value instanceof Dict) return value.isSet ? "set" : "dict";
  if (value instanceof Instance) return value.cls.name;
  return value instanceof PyClass ? "type" : value instanceof Iterator ? "generator" : "function";
}

export function isTrue(value: Value): boolean {
  if (value === null || typeof value === "boolean") return value === true;
  if (typeof value === "number") return value !== 0;
  if (typeof value === "string") return value !== "";
  if (value instanceof List || value instanceof Tuple) return value.items.length > 0;
  return !(value instanceof Dict) || value.entries.size > 0;
}

function hash(value: Value): string {
  if (value === null) return "None";
  if (typeof value === "boolean" || typeof value === "number") return `n${Number(value)}`;
  if (typeof value === "string") return `s${value}`;
  if (value instanceof Tuple) return `(${value.items.map((item) => `${hash(item).length}:${hash(item)}`).join()})`;
  if (value instanceof List || value instanceof Dict) return raise("TypeError", `unhashable type: '${typeName(value)}'`);
  let id = identities.get(value);
  if (id === undefined) identities.set(value, (id = identities.size));
  return `o${id}`;
}

const identities = new Map<object, number>();

export function isEqual(a: Value, b: Value): boolean {
  if (isNumber(a) && isNumber(b)) return Number(a) === Number(b);
  if (a instanceof List && b instanceof List) return areEqual(a.items, b.items);
  if (a instanceof Tuple && b instanceof Tuple) return areEqual(a.items, b.items);
  if (a instanceof Dict && b instanceof Dict) {
    return a.isSet === b.isSet && a.entries.size === b.entries.size && [...a.entries.values()].every(([key, value]) => b.has(key) && (a.isSet || isEqual(value, b.get(key)!)));
  }
  return a === b;
}

const areEqual = (a: readonly Value[], b: readonly Value[]): boolean => a.length === b.length && a.every((item, i) => isEqual(item, b[i]!));
export const isNumber = (value: Value): value is number | boolean => typeof value === "number" || typeof value === "boolean";

/** Below zero, zero or above: an order of numbers, texts and sequences. */
export function compare(a: Value, b: Value, operator: string): number {
  if (isNumber(a) && isNumber(b)) return Number(a) - Number(b);
  if (typeof a === "string" && typeof b === "string") return a < b ? -1 : a > b ? 1 : 0;
  if ((a instanceof List && b instanceof List) || (a instanceof Tuple && b instanceof Tuple)) {
    for (let i = 0; i < Math.min(a.items.length, b.items.length); i++) if (!isEqual(a.items[i]!, b.items[i]!)) return compare(a.items[i]!, b.items[i]!, operator);
    return a.items.length - b.items.length;
  }
  return raise("TypeError", `'${operator}' not supported between instances of '${typeName(a)}' and '${typeName(b)}'`);
}

// ---- how values are written

export function repr(value: Value): string {
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "number") return String(value);
  if (typeof value === "string") {
    const quote = value.includes("'") && !value.includes('"') ? '"' : "'";
    return quote + value.replace(/[\\\n\t\r]/g, (c) => ({ "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r" })[c]!).replaceAll(quote, `\\${quote}`) + quote;
  }
  if (value instanceof List || (value instanceof Dict && !value.isSet)) return cyclic(value);
  if (value instanceof Tuple) return `(${value.items.map(repr).join(", ")}${value.items.length === 1 ? "," : ""})`;
  if (value instanceof Dict) return value.entries.size === 0 ? "set()" : `{${value.keys().map(repr).join(", ")}}`;
  if (value instanceof Instance && value.attributes.get("args") instanceof Tuple) {
    return `${value.cls.name}(${(value.attributes.get("args") as Tuple).items.map(repr).join(", ")})`;
  }
  throw new Unsupported(`repr of ${typeName(value)}`);
}

const written = new Set<Value>();

/** What may hold itself. */
function cyclic(value: List | Dict): string {
  if (written.has(value)) return value instanceof List ? "[...]" : "{...}";
  written.add(value);
  try {
    if (value instanceof List) return `[${value.items.map(repr).join(", ")}]`;
    return `{${[...value.entries.values()].map(([key, item]) => `${repr(key)}: ${repr(item)}`).join(", ")}}`;
  } finally {
    written.delete(value);
  }
}

export function text(value: Value): string {
  if (typeof value === "string") return value;
  if (value instanceof Instance && value.attributes.get("args") instanceof Tuple) {
    const { items } = value.attributes.get("args") as Tuple;
    return items.length === 0 ? "" : items.length > 1 ? repr(new Tuple(items)) : value.cls.name === "KeyError" ? repr(items[0]!) : text(items[0]!);
  }
  return repr(value);
}

/** `format(value, spec)` of the specifications that the programs use: fill, alignment and width. */
export function formatted(value: Value, spec: string): string {
  const found = /^(?:(.)?([<>^]))?(0?)(\d*)([ds]?)$/.exec(spec);
  if (!found) throw new Unsupported(`format ${spec}`);
  const [, fill = found[3] === "0" ? "0" : " ", align = isNumber(value) ? ">" : "<", , width] = found;
  const plain = isNumber(value) && spec !== "" ? String(Number(value)) : text(value);
  const missing = Math.max(0, Number(width) - plain.length);
  const before = align === ">" ? missing : align === "^" ? missing >> 1 : 0;
  return fill.repeat(before) + plain + fill.repeat(missing - before);
}
