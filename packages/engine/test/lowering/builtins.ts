/** Functions, methods and attributes of the small Python that tests run from the IR. */
import type { Machine } from "./interpreter.ts";
import {
  Bound, Builtin, classes, compare, Dict, formatted, Instance, isEqual, isNumber, isTrue, Iterator, type Keywords, List, PyClass, PyFunction, raise, repr,
  text, Tuple, typeName, Unsupported, type Value, Wrapped,
} from "./values.ts";

/** None is a value like others: only what is absent is replaced. */
const given = (value: Value | undefined, instead: () => Value): Value => (value === undefined ? instead() : value);

type Body = (args: readonly Value[], keywords: Keywords) => Value;

const overItems = (items: readonly Value[]): Iterator => {
  let i = 0;
  return new Iterator(() => items[i++]);
};

export function iteratorOf(machine: Machine, value: Value): Iterator {
  if (value instanceof Iterator) return value;
  if (value instanceof List && value.isGenerator) return new Iterator(() => value.items.shift());
  if (value instanceof List || value instanceof Tuple) return overItems(value.items);
  if (value instanceof Dict) return overItems(value.keys());
  if (typeof value === "string") return overItems([...value]);
  const own = value instanceof Instance ? value.cls.find("__iter__") : undefined;
  if (own !== undefined) return iteratorOf(machine, machine.call(own, [value]));
  return raise("TypeError", `'${typeName(value)}' object is not iterable`);
}

const types: Readonly<Record<string, (value: Value) => boolean>> = {
  int: isNumber, str: (value) => typeof value === "string", bool: (value) => typeof value === "boolean", list: (value) => value instanceof List,
  tuple: (value) => value instanceof Tuple, dict: (value) => value instanceof Dict && !value.isSet, set: (value) => value instanceof Dict && value.isSet,
};

export function isInstance(value: Value, type: Value): boolean {
  if (type instanceof Tuple) return type.items.some((each) => isInstance(value, each));
  if (type instanceof Builtin) return types[type.name]?.(value) ?? false;
  return type instanceof PyClass && (type.name === "object" || (value instanceof Instance && value.cls.mro.includes(type)));
}

// ---- attributes

export function attributeOf(machine: Machine, value: Value, name: string): Value {
  if (value instanceof Instance) {
    const own = value.attributes.get(name);
    if (own !== undefined) return own;
    const found = value.cls.find(name);
    const self = machine.superSelf.get(value) ?? value;
    if (found !== undefined) return bound(machine, found, self, self instanceof Instance ? self.cls : (self as PyClass));
    if (name === "__class__") return value.cls;
    if (name === "__init__") return new Builtin("__init__", () => null);
    return raise("AttributeError", `'${value.cls.name}' object has no attribute '${name}'`);
  }
  if (value instanceof PyClass) {
    const found = value.find(name);
    if (name === "__name__") return value.name;
    if (found === undefined) return raise("AttributeError", `type object '${value.name}' has no attribute '${name}'`);
    return found instanceof Wrapped ? bound(machine, found, value, value) : found;
  }
  if (value instanceof PyFunction) {
    if (name === "__name__") return value.name;
    return given(value.attributes.get(name), () => raise("AttributeError", `'function' object has no attribute '${name}'`));
  }
  const method = methodOf(machine, value, name);
  return method ? new Builtin(name, method) : raise("AttributeError", `'${typeName(value)}' object has no attribute '${name}'`);
}

function bound(machine: Machine, found: Value, self: Value, cls: PyClass): Value {
  if (found instanceof PyFunction) return new Bound(found, self);
  if (!(found instanceof Wrapped)) return found;
  if (found.kind === "property") return machine.call(found.fn, [self]);
  return found.kind === "classmethod" ? new Bound(found.fn, cls) : found.fn;
}

export function setAttribute(object: Value, name: string, value: Value): void {
  if (!(object instanceof Instance || object instanceof PyClass || object instanceof PyFunction)) raise("AttributeError", `'${typeName(object)}' object has no attribute '${name}'`);
  object.attributes.set(name, value);
}

function methodOf(machine: Machine, value: Value, name: string): Body | undefined {
  if (typeof value === "string") return textMethods(machine, value)[name];
  if (value instanceof List) return listMethods(machine, value)[name];
  if (value instanceof Dict) return (value.isSet ? setMethods(machine, value) : dictMethods(machine, value))[name];
  if (value instanceof Iterator && name === "send") return ([sent = null]) => given(value.next(sent), () => raise("StopIteration"));
  if (value instanceof Iterator && name === "__next__") return () => given(value.next(), () => raise("StopIteration"));
  return value instanceof Tuple && name === "count" ? ([item]) => value.items.filter((each) => isEqual(each, item!)).length : undefined;
}

function textMethods(machine: Machine, self: string): Record<string, Body> {
  return {
    upper: () => self.toUpperCase(), lower: () => self.toLowerCase(), strip: () => self.trim(),
    split: ([by = null]) => new List(by === null ? self.split(/\s+/).filter((part) => part !== "") : self.split(by as string)),
    join: ([items = null]) => machine.all(items).map((item) => (typeof item === "string" ? item : raise("TypeError", "expected str instance"))).join(self),
    replace: ([from, to]) => self.replaceAll(from as string, () => to as string),
    startswith: ([start]) => self.startsWith(start as string), endswith: ([end]) => self.endsWith(end as string),
    find: ([part]) => self.indexOf(part as string), count: ([part]) => self.split(part as string).length - 1, isdigit: () => /^\d+$/.test(self),
    format: (args, keywords) => {
      let next = 0;
      return self.replace(/\{(\w*)(?:!(r))?(?::([^}]*))?\}/g, (_match, field: string, conversion: string | undefined, spec = "") => {
        const value = field === "" ? args[next++] : /^\d+$/.test(field) ? args[Number(field)] : keywords.get(field);
        if (value === undefined) return raise(/^\d*$/.test(field) ? "IndexError" : "KeyError", field);
        return formatted(conversion === "r" ? repr(value) : value, spec as string);
      });
    },
  };
}

function listMethods(machine: Machine, self: List): Record<string, Body> {
  return {
    append: ([item]) => { self.items.push(item!); return null; },
    extend: ([items]) => { self.items.push(...machine.all(items!)); return null; },
    insert: ([index, item]) => { self.items.splice(index as number, 0, item!); return null; },
    pop: ([index = -1]) => given(self.items.splice(Number(index), 1)[0], () => raise("IndexError", "pop from empty list")),
    remove: ([item]) => {
      const index = self.items.findIndex((each) => isEqual(each, item!));
      if (index < 0) raise("ValueError", "list.remove(x): x not in list");
      self.items.splice(index, 1);
      return null;
    },
    index: ([item]) => { const index = self.items.findIndex((each) => isEqual(each, item!)); return index < 0 ? raise("ValueError", "not in list") : index; },
    count: ([item]) => self.items.filter((each) => isEqual(each, item!)).length,
    copy: () => new List([...self.items]), clear: () => { self.items = []; return null; }, reverse: () => { self.items.reverse(); return null; },
    sort: (_args, keywords) => { self.items = sorted(machine, self.items, keywords); return null; },
  };
}

function dictMethods(machine: Machine, self: Dict): Record<string, Body> {
  const pairs = (): Tuple[] => [...self.entries.values()].map(([key, value]) => new Tuple([key, value]));
  return {
    get: ([key, other = null]) => given(self.get(key!), () => other), keys: () => new List(self.keys()),
    values: () => new List([...self.entries.values()].map(([, value]) => value)), items: () => new List(pairs()),
    setdefault: ([key, value = null]) => { if (!self.has(key!)) self.set(key!, value); return self.get(key!)!; },
    pop: ([key, other]) => { const value = self.get(key!); self.delete(key!); return given(value, () => given(other, () => raise("KeyError", key!))); },
    update: ([other], keywords) => {
      if (other instanceof Dict) for (const [key, value] of other.entries.values()) self.set(key, value);
      for (const [key, value] of keywords) self.set(key, value);
      return null;
    },
    copy: () => machine.call(new Builtin("dict", ([of]) => dictOf(machine, of!)), [self]), clear: () => { self.entries.clear(); return null; },
  };
}

const setMethods = (machine: Machine, self: Dict): Record<string, Body> => ({
  add: ([item]) => { self.set(item!, true); return null; },
  discard: ([item]) => { self.delete(item!); return null; },
  remove: ([item]) => (self.delete(item!) ? null : raise("KeyError", item!)),
  update: ([items]) => { for (const item of machine.all(items!)) self.set(item, true); return null; },
});

// ---- functions

function dictOf(machine: Machine, of: Value): Dict {
  const out = new Dict();
  if (of instanceof Dict) for (const [key, value] of of.entries.values()) out.set(key, value);
  else for (const pair of machine.all(of)) out.set(...(machine.all(pair) as [Value, Value]));
  return out;
}

function sorted(machine: Machine, items: readonly Value[], keywords: Keywords): Value[] {
  const key = keywords.get("key");
  const keyed = items.map((item) => ({ item, by: key === undefined || key === null ? item : machine.call(key, [item]) }));
  const sign = isTrue(keywords.get("reverse") ?? null) ? -1 : 1;
  return keyed.sort((a, b) => sign * compare(a.by, b.by, "<")).map(({ item }) => item);
}

/** A function that reads its arguments one by one, as they are asked for. */
function lazily(machine: Machine, items: Value, make: (item: Value) => Value | undefined): Iterator {
  const inner = iteratorOf(machine, items);
  return new Iterator(() => {
    for (let item = inner.next(); item !== undefined; item = inner.next()) {
      const made = make(item);
      if (made !== undefined) return made;
    }
    return undefined;
  });
}

function lengthOf(machine: Machine, value: Value): number {
  if (typeof value === "string") return value.length;
  if (value instanceof List || value instanceof Tuple) return value.items.length;
  if (value instanceof Dict) return value.entries.size;
  const own = value instanceof Instance ? value.cls.find("__len__") : undefined;
  return own === undefined ? raise("TypeError", `object of type '${typeName(value)}' has no len()`) : (machine.call(own, [value]) as number);
}

function toInt(value: Value): number {
  if (isNumber(value)) return Number(value);
  if (typeof value !== "string") return raise("TypeError", "int() argument must be a string or a number");
  return /^\s*[-+]?\d+\s*$/.test(value) ? Number(value) : raise("ValueError", `invalid literal for int() with base 10: ${repr(value)}`);
}

export function builtins(machine: Machine): ReadonlyMap<string, Value> {
  const all = (value: Value | undefined): Value[] => machine.all(value!);
  const written = (value: Value): string => {
    const own = value instanceof Instance ? value.cls.find("__str__") ?? value.cls.find("__repr__") : undefined;
    return own === undefined ? text(value) : (machine.call(own, [value]) as string);
  };
  const bodies: Record<string, Body> = {
    print: (args, keywords) => { machine.printed.push(args.map(written).join((keywords.get("sep") as string | undefined) ?? " ") + ((keywords.get("end") as string | undefined) ?? "\n")); return null; },
    len: ([value]) => lengthOf(machine, value!),
    range: (args) => {
      const [start, stop, step] = args.length === 1 ? [0, Number(args[0]), 1] : [Number(args[0]), Number(args[1]), Number(args[2] ?? 1)];
      const out: number[] = [];
      for (let i = start; step > 0 ? i < stop : i > stop; i += step) out.push(i);
      return new List(out);
    },
    list: ([value]) => new List(value === undefined ? [] : all(value)), tuple: ([value]) => new Tuple(value === undefined ? [] : all(value)),
    dict: ([value], keywords) => { const out = value === undefined ? new Dict() : dictOf(machine, value); for (const [key, item] of keywords) out.set(key, item); return out; },
    set: ([value]) => { const out = new Dict(true); for (const item of value === undefined ? [] : all(value)) out.set(item, true); return out; },
    str: ([value = ""]) => written(value), repr: ([value]) => repr(value!), int: ([value = 0]) => toInt(value), bool: ([value = false]) => isTrue(value),
    isinstance: ([value, type]) => isInstance(value!, type!), callable: ([value]) => value instanceof PyFunction || value instanceof Builtin || value instanceof Bound || value instanceof PyClass,
    enumerate: ([items, start = 0]) => { let i = Number(start); return lazily(machine, items!, (item) => new Tuple([i++, item])); },
    zip: (args) => { const lists = args.map(all); return overItems(Array.from({ length: Math.min(...lists.map((list) => list.length)) }, (_, i) => new Tuple(lists.map((list) => list[i]!)))); },
    map: ([fn, items]) => lazily(machine, items!, (item) => machine.call(fn!, [item])),
    filter: ([fn, items]) => lazily(machine, items!, (item) => (isTrue(fn === null ? item : machine.call(fn!, [item])) ? item : undefined)),
    sorted: ([items], keywords) => new List(sorted(machine, all(items), keywords)), reversed: ([items]) => overItems(all(items).reverse()),
    sum: ([items, start = 0]) => all(items).reduce<number>((a, b) => a + Number(b), Number(start)), abs: ([value]) => Math.abs(Number(value)),
    min: (args, keywords) => sorted(machine, args.length === 1 ? all(args[0]) : args, keywords)[0] ?? raise("ValueError", "min() arg is an empty sequence"),
    max: (args, keywords) => sorted(machine, args.length === 1 ? all(args[0]) : args, new Map([...keywords, ["reverse", true]]))[0] ?? raise("ValueError", "max() arg is an empty sequence"),
    any: ([items]) => all(items).some(isTrue), all: ([items]) => all(items).every(isTrue), iter: ([items]) => iteratorOf(machine, items!),
    next: ([items, other]) => given(items instanceof List ? items.items.shift() : (items as Iterator).next(), () => given(other, () => raise("StopIteration"))),
    getattr: ([object, name, other]) => {
      try { return attributeOf(machine, object!, name as string); } catch (error) { if (other === undefined) throw error; return other; }
    },
    setattr: ([object, name, value]) => { setAttribute(object!, name as string, value!); return null; },
    hasattr: ([object, name]) => { try { attributeOf(machine, object!, name as string); return true; } catch { return false; } },
    property: ([fn]) => new Wrapped("property", fn!), staticmethod: ([fn]) => new Wrapped("staticmethod", fn!), classmethod: ([fn]) => new Wrapped("classmethod", fn!),
    type: ([value]) => (value instanceof Instance ? value.cls : (() => { throw new Unsupported("type()"); })()), super: () => { throw new Unsupported("super with arguments"); },
  };
  return new Map<string, Value>([...Object.entries(bodies).map(([name, body]): [string, Value] => [name, new Builtin(name, body)]), ...Object.entries(classes)]);
}
