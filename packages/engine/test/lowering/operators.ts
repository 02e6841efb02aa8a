/** Operators of the small Python that tests run from the IR. */
import { BinOp, CmpOp, InPlace, UnOp } from "../../src/ir/index.ts";
import { compare, Dict, formatted, isEqual, isNumber, isTrue, List, raise, repr, text, Tuple, typeName, Unsupported, type Value } from "./values.ts";

const symbols = ["+", "-", "*", "@", "/", "%", "**", "<<", ">>", "|", "^", "&", "//"];

export function binary(code: number, a: Value, b: Value, isOverload: (name: string, self: Value, other: Value) => Value | undefined): Value {
  const op = (code & 31) as BinOp;
  const own = isOverload(["__add__", "__sub__", "__mul__"][op] ?? "", a, b);
  if (own !== undefined) return own;
  if (isNumber(a) && isNumber(b)) return arithmetic(op, Number(a), Number(b), typeof a === "boolean" && typeof b === "boolean");
  if (op === BinOp.Add) {
    if (typeof a === "string" && typeof b === "string") return a + b;
    if (a instanceof List && b instanceof List) return inPlace(code, a, [...a.items, ...b.items]);
    if (a instanceof Tuple && b instanceof Tuple) return new Tuple([...a.items, ...b.items]);
  }
  if (op === BinOp.Mult && isNumber(b)) {
    const times = Math.max(0, Number(b));
    if (typeof a === "string") return a.repeat(times);
    if (a instanceof List) return inPlace(code, a, Array.from({ length: times }, () => a.items).flat());
    if (a instanceof Tuple) return new Tuple(Array.from({ length: times }, () => (a as Tuple).items).flat());
  }
  if (op === BinOp.Mult && isNumber(a) && !isNumber(b)) return binary(code & 31, b, a, isOverload);
  if (op === BinOp.Mod && typeof a === "string") return percent(a, b);
  if (a instanceof Dict && b instanceof Dict) return combined(op, a, b);
  return raise("TypeError", `unsupported operand type(s) for ${symbols[op]}${(code & InPlace) === 0 ? "" : "="}: '${typeName(a)}' and '${typeName(b)}'`);
}

function inPlace(code: number, list: List, items: Value[]): List {
  if ((code & InPlace) === 0) return new List(items);
  list.items = items;
  return list;
}

function arithmetic(op: BinOp, a: number, b: number, isTruth: boolean): Value {
  switch (op) {
    case BinOp.Add: return a + b;
    case BinOp.Sub: return a - b;
    case BinOp.Mult: return a * b;
    case BinOp.FloorDiv: return b === 0 ? raise("ZeroDivisionError", "integer division or modulo by zero") : Math.floor(a / b);
    case BinOp.Mod: return b === 0 ? raise("ZeroDivisionError", "integer modulo by zero") : a - b * Math.floor(a / b);
    case BinOp.Pow: return a ** b;
    case BinOp.LShift: return a << b;
    case BinOp.RShift: return a >> b;
    case BinOp.BitOr: return isTruth ? (a | b) === 1 : a | b;
    case BinOp.BitXor: return isTruth ? (a ^ b) === 1 : a ^ b;
    case BinOp.BitAnd: return isTruth ? (a & b) === 1 : a & b;
    default: throw new Unsupported(`operator ${symbols[op]}`);
  }
}

function combined(op: BinOp, a: Dict, b: Dict): Value {
  const out = new Dict(a.isSet);
  for (const [key, value] of a.entries.values()) if (op === BinOp.BitOr || (op === BinOp.BitAnd ? b.has(key) : !b.has(key))) out.set(key, value);
  if (op === BinOp.BitOr) for (const [key, value] of b.entries.values()) out.set(key, value);
  return out;
}

function percent(template: string, given: Value): string {
  const items = given instanceof Tuple ? [...given.items] : [given];
  return template.replace(/%(?:\((\w+)\))?(\d*)([sdr%])/g, (_match, name: string | undefined, width: string, kind: string) => {
    if (kind === "%") return "%";
    const value = name === undefined ? items.shift() : (given as Dict).get(name);
    if (value === undefined) return raise("TypeError", "not enough arguments for format string");
    return (kind === "r" ? repr(value) : text(value)).padStart(Number(width));
  });
}

export function unary(op: number, value: Value): Value {
  if (!isNumber(value)) return raise("TypeError", `bad operand type for unary ${["~", "+", "-"][op]}: '${typeName(value)}'`);
  return op === UnOp.Minus ? -Number(value) : op === UnOp.Plus ? Number(value) : ~Number(value);
}

export function compared(op: CmpOp, a: Value, b: Value): boolean {
  switch (op) {
    case CmpOp.Eq: return isEqual(a, b);
    case CmpOp.NotEq: return !isEqual(a, b);
    case CmpOp.Is: return a === b;
    case CmpOp.IsNot: return a !== b;
    case CmpOp.In: return contains(b, a);
    case CmpOp.NotIn: return !contains(b, a);
    case CmpOp.Lt: return compare(a, b, "<") < 0;
    case CmpOp.LtE: return compare(a, b, "<=") <= 0;
    case CmpOp.Gt: return compare(a, b, ">") > 0;
    case CmpOp.GtE: return compare(a, b, ">=") >= 0;
  }
}

function contains(container: Value, item: Value): boolean {
  if (typeof container === "string") return container.includes(text(item));
  if (container instanceof Dict) return container.has(item);
  if (container instanceof List || container instanceof Tuple) return container.items.some((each) => isEqual(each, item));
  // Patterns of mappings ask for the key of anything.
  return false;
}

export function itemOf(container: Value, key: Value): Value {
  if (container instanceof Dict) {
    const value = container.get(key);
    return value === undefined ? raise("KeyError", key) : value;
  }
  if (key instanceof Tuple && !(key instanceof Slice)) throw new Unsupported("an item of several indexes");
  if (typeof container === "string") return key instanceof Slice ? key.of([...container]).join("") : at([...container], key, "string");
  if (container instanceof List) return key instanceof Slice ? new List(key.of(container.items)) : at(container.items, key, "list");
  if (container instanceof Tuple) return key instanceof Slice ? new Tuple(key.of(container.items)) : at(container.items, key, "tuple");
  return raise("TypeError", `'${typeName(container)}' object is not subscriptable`);
}

/** A slice lives between two rows only, in the place of a value. */
export class Slice extends Tuple {
  of<T>(items: readonly T[]): T[] {
    const [start, stop, step] = this.items.map((item) => (item === null ? undefined : Number(item)));
    if (step !== undefined && step < 0) {
      if (start !== undefined || stop !== undefined || step !== -1) throw new Unsupported("a slice backwards with bounds");
      return [...items].reverse();
    }
    return items.slice(start, stop).filter((_, i) => i % (step ?? 1) === 0);
  }
}

function at(items: readonly Value[], key: Value, what: string): Value {
  if (!isNumber(key)) return raise("TypeError", `${what} indices must be integers or slices, not ${typeName(key)}`);
  const value = items.at(Number(key));
  return value === undefined ? raise("IndexError", `${what} index out of range`) : value;
}

export function setItem(container: Value, key: Value, value: Value): void {
  if (container instanceof Dict) container.set(key, value);
  else if (container instanceof List && isNumber(key)) {
    const index = Number(key) < 0 ? container.items.length + Number(key) : Number(key);
    if (index < 0 || index >= container.items.length) raise("IndexError", "list assignment index out of range");
    container.items[index] = value;
  } else raise("TypeError", `'${typeName(container)}' object does not support item assignment`);
}

export function deleteItem(container: Value, key: Value): void {
  if (container instanceof Dict) {
    if (!container.delete(key)) raise("KeyError", key);
  } else if (container instanceof List && isNumber(key)) {
    const index = Number(key) < 0 ? container.items.length + Number(key) : Number(key);
    if (index < 0 || index >= container.items.length) raise("IndexError", "list assignment index out of range");
    container.items.splice(index, 1);
  } else raise("TypeError", `'${typeName(container)}' object doesn't support item deletion`);
}

export const withConversion = (value: Value, conversion: number, spec: string): string =>
  formatted(conversion === 114 || conversion === 97 ? repr(value) : conversion === 115 ? text(value) : value, spec);

export const truth = isTrue;
