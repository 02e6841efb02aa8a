/**
 * What type stubs say of a library value: its attributes, what a call of it gives, what it holds.
 *
 * A value is a small number, the same for equal values. Types are the texts of the pack (`docs/design/stub-pack.md`); they
 * are read when they are met, so only what a program touches costs anything.
 */
import { splitTop } from "../base/index.ts";
import { type Found, findStub, type StubNames } from "./stub-lookup.ts";
import type { StubClass, StubEntry, StubPack } from "./stub-pack.ts";
import { anything, parenthesised, substitute } from "./stub-text.ts";

export const enum StubKind { Module, Class, Instance, Callable }

/** What a call gives: a value, or what an argument shows. */
export type StubResult =
  | { readonly kind: "value"; readonly value: number }
  /** The argument itself, its elements, what it returns, or an instance of it. `index` -1: by name only; `name` "": the rest. */
  | { readonly kind: "argument"; readonly index: number; readonly name: string; readonly part: "itself" | "elements" | "result" | "instance" };

interface StubValue {
  readonly kind: StubKind;
  /** Readable name without the `()` of an instance: `re.Match`, `re.Match().group`. */
  readonly name: string;
  /** Class and type arguments; only of classes and instances. */
  readonly found: Found | undefined;
  readonly args: readonly string[];
  /** What a call gives, as a type text without parameters; only of callables. */
  readonly result: string;
  /** Text of the receiver's type, for `!`. */
  readonly self: string;
}

const none: readonly number[] = [];
const depthMax = 6;
const basesMax = 48;
const valuesMax = 4;

/** Types that literals and operators make: all they have is in the stubs. */
const plainTypes = new Set(["str", "bytes", "bytearray", "int", "float", "complex", "bool", "list", "dict", "tuple", "set", "frozenset", "range"]);
/** What values of these types had in Python 2. */
const formerNames = new Set(["has_key", "iteritems", "iterkeys", "itervalues", "viewitems", "viewkeys", "viewvalues", "decode", "encode", "format", "isnumeric"]);

export class Stubs {
  private readonly names: StubNames;
  private readonly values: StubValue[] = [];
  private readonly ids = new Map<string, number>();
  private readonly attributes = new Map<string, readonly number[]>();

  constructor(pack: StubPack) {
    this.names = findStub(pack);
  }

  kind(value: number): StubKind {
    return this.values[value].kind;
  }

  /** Readable path: `re`, `re.Match`, `re.Match()`, `re.Match().group`. */
  name(value: number): string {
    const { kind, name } = this.values[value];
    return kind === StubKind.Instance ? instanceName(name) : name;
  }

  /** All names that a class or an instance's class goes by, the usual one first. */
  publicNames(value: number): readonly string[] {
    const { found, name } = this.values[value];
    return found === undefined ? [name] : found.names;
  }

  /** Type arguments as one text, "" if there are none: values of one class differ in these. */
  argumentsText(value: number): string {
    const { kind, args, result, self } = this.values[value];
    return kind === StubKind.Callable ? `${result}/${self}` : args.join(",");
  }

  /** Holds for values whose type has no more attributes than the stubs say. */
  lacks(value: number, name: string): boolean {
    const { kind, name: type } = this.values[value];
    return kind === StubKind.Instance && plainTypes.has(type) && !formerNames.has(name) && !name.startsWith("__");
  }

  module(dotted: string): number {
    return this.names.hasModule(dotted) ? this.intern({ kind: StubKind.Module, name: dotted, found: undefined, args: [], result: "", self: "" }) : -1;
  }

  /** A name of the builtins module, or -1. */
  builtin(name: string): number {
    return this.oneOf(this.moduleAttribute("builtins", name));
  }

  /** An instance of a class of the builtins module, or -1. */
  instanceOfBuiltin(name: string): number {
    return this.oneOf(this.read(name, "", 0));
  }

  private oneOf(values: readonly number[]): number {
    return values.length === 1 ? values[0] : -1;
  }

  attribute(value: number, name: string): readonly number[] {
    const key = `${value} ${name}`;
    let found = this.attributes.get(key);
    if (found === undefined) {
      this.attributes.set(key, none); // a circle gives nothing more
      found = this.findAttribute(this.values[value], name);
      this.attributes.set(key, found);
    }
    return found;
  }

  private findAttribute(value: StubValue, name: string): readonly number[] {
    switch (value.kind) {
      case StubKind.Module: return this.moduleAttribute(value.name, name);
      case StubKind.Callable: return none;
      default: return this.member(value, name);
    }
  }

  private moduleAttribute(module: string, name: string): readonly number[] {
    const found = this.names.inModule(module, name);
    if (found === undefined) {
      const below = this.module(`${module}.${name}`);
      return below < 0 ? none : [below];
    }
    if (found.kind === "module") return [this.module(found.name)].filter((id) => id >= 0);
    return this.entryValues(found, `${module === "builtins" ? "" : `${module}.`}${name}`);
  }

  /** What a name bound in a module stands for. */
  private entryValues(found: Found, name: string): readonly number[] {
    const { entry } = found;
    if (typeof entry !== "string") return [this.classValue(found, [])];
    const text = entry.slice(1);
    switch (entry[0]) {
      case "f":
      case "s": return [this.callable(name, text, "")];
      case "v": return this.read(text, "", 0);
      default: return none;
    }
  }

  private classValue(found: Found, args: readonly string[], kind: StubKind = StubKind.Class): number {
    return this.intern({ kind, name: found.names[0], found, args, result: "", self: "" });
  }

  private callable(name: string, result: string, self: string): number {
    return this.intern({ kind: StubKind.Callable, name, found: undefined, args: [], result, self });
  }

  private member(value: StubValue, name: string): readonly number[] {
    if (value.found === undefined) return none;
    const isInstance = value.kind === StubKind.Instance;
    const member = this.lookUp(value.found, value.args, name);
    if (member === undefined) return none;
    const { entry, args, found } = member;
    if (typeof entry !== "string") return [this.classValue(this.names.nested(found, name, entry), [])];
    const self = typeText(value.found, value.args);
    const shown = `${isInstance ? instanceName(value.name) : value.name}.${name}`;
    const text = substitute(entry.slice(1), args);
    switch (entry[0]) {
      case "f":
      case "c":
      case "s": return [this.callable(shown, text, self)];
      case "p": return isInstance ? this.read(text, self, 0) : none;
      case "v": return this.read(text, self, 0);
      case ".": return entry.slice(1) === name ? none : this.member(value, entry.slice(1));
      default: return none;
    }
  }

  /** The first class in order of bases that has the member, with the type arguments that it has there. */
  private lookUp(found: Found, args: readonly string[], name: string): { entry: StubEntry; args: readonly string[]; found: Found } | undefined {
    const queue = [{ found, args }];
    for (let i = 0; i < queue.length && i < basesMax; i++) {
      const at = queue[i];
      const cls = at.found.entry as StubClass;
      const members = cls.m;
      if (members !== undefined && Object.hasOwn(members, name)) return { entry: members[name], args: at.args, found: at.found };
      // Depth first is close enough to the resolution order for classes of stubs; what is found first there is the same.
      const bases = (cls.b ?? []).flatMap((base) => this.baseOf(substitute(base, at.args)));
      queue.splice(i + 1, 0, ...bases);
    }
    return undefined;
  }

  private baseOf(text: string): { found: Found; args: readonly string[] }[] {
    const { head, args } = splitHead(text);
    const found = this.names.byName(head);
    return found === undefined || typeof found.entry === "string" ? [] : [{ found, args }];
  }

  /** The class of a value and all classes above it, by the names under which they are defined; undefined if one is not known. */
  ancestors(value: number): readonly string[] | undefined {
    const { found } = this.values[value];
    if (found === undefined) return undefined;
    const queue = [found];
    for (let i = 0; i < queue.length && i < basesMax; i++) {
      for (const base of (queue[i].entry as StubClass).b ?? []) {
        const next = this.baseOf(base);
        if (next.length === 0) return undefined;
        if (!queue.some((each) => each.dotted === next[0].found.dotted)) queue.push(next[0].found);
      }
    }
    return queue.map((each) => each.dotted);
  }

  /** What a call gives. */
  call(value: number): readonly StubResult[] {
    const at = this.values[value];
    switch (at.kind) {
      case StubKind.Module: return [];
      case StubKind.Class: return [{ kind: "value", value: this.classValue(at.found as Found, at.args, StubKind.Instance) }];
      case StubKind.Instance: return this.attribute(value, "__call__").flatMap((member) => (member === value ? [] : this.call(member)));
      case StubKind.Callable: return this.results(at);
    }
  }

  private results(at: StubValue): readonly StubResult[] {
    const out: StubResult[] = [];
    for (const part of splitTop(at.result, "|").slice(0, valuesMax)) {
      const argument = /^@(-?\d+):(\w*)(\*|\(\)|!)?$/.exec(part);
      if (argument === null) for (const value of this.read(part, at.self, 0)) out.push({ kind: "value", value });
      else {
        const how = argument[3] === "*" ? "elements" : argument[3] === "()" ? "result" : argument[3] === "!" ? "instance" : "itself";
        out.push({ kind: "argument", index: Number(argument[1]), name: argument[2], part: how });
      }
    }
    return out;
  }

  /** Holds for functions that return None or never. */
  givesNothing(value: number): boolean {
    const { kind, result } = this.values[value];
    return kind === StubKind.Callable && result === "";
  }

  /** Holds for methods that return their receiver's own type. */
  givesSelf(value: number): boolean {
    const { kind, result } = this.values[value];
    return kind === StubKind.Callable && result === "!";
  }

  private resultValues(value: number): readonly number[] {
    return this.call(value).flatMap((result) => (result.kind === "value" ? [result.value] : []));
  }

  /** What a method without arguments gives. */
  private callMember(value: number, name: string): readonly number[] {
    return this.attribute(value, name).flatMap((member) => this.resultValues(member));
  }

  /** What `x[key]` gives; `index` is the position if it is a known number, else -1. */
  item(value: number, index: number): readonly number[] {
    const { kind, name, args } = this.values[value];
    if (kind === StubKind.Class) return [value]; // Generic[T]
    if (kind !== StubKind.Instance) return none;
    if (name === "tuple" && args.length > 0) {
      const shown = index >= 0 && index < args.length ? [args[index]] : args;
      return this.read([...new Set(shown)].join("|"), "", 0);
    }
    const items = this.callMember(value, "__getitem__");
    return items.length > 0 ? items : this.elements(value);
  }

  /** What iterating gives. */
  elements(value: number): readonly number[] {
    const { kind, name, args } = this.values[value];
    if (kind !== StubKind.Instance) return none;
    if (name === "tuple" && args.length > 0) return this.read([...new Set(args)].join("|"), "", 0);
    const out: number[] = [];
    for (const [iter, next] of [["__iter__", "__next__"], ["__aiter__", "__anext__"]]) {
      for (const iterator of this.callMember(value, iter)) out.push(...this.callMember(iterator, next));
    }
    return out;
  }

  /** What `with x as y` binds. */
  entered(value: number): readonly number[] {
    const own = this.callMember(value, "__enter__");
    return own.length > 0 ? own : this.callMember(value, "__aenter__");
  }

  /** The values of a type text; `self` stands for `!`. */
  private read(text: string, self: string, depth: number): readonly number[] {
    if (text === "" || text === anything || depth > depthMax) return none;
    const parts = splitTop(text, "|");
    if (parts.length > 1) return [...new Set(parts.slice(0, valuesMax).flatMap((part) => this.read(part, self, depth + 1)))];
    if (text.startsWith("(")) {
      if (text.startsWith("()")) return [this.callable("()", parenthesised(text.slice(2)), self)];
      return this.read(parenthesised(text), self, depth + 1);
    }
    if (text === "!") return self === "" || self === "!" ? none : this.read(self, "", depth + 1);
    const isClass = text.startsWith("~");
    const { head, args } = splitHead(isClass ? text.slice(1) : text);
    // A function that makes a class (`namedtuple`) says no more of it than what it is a kind of.
    if (isClass && plainTypes.has(head)) return none;
    if (isClass && head === "!") return this.read(`~${splitHead(self).head}`, "", depth + 1);
    const found = this.names.byName(head);
    if (found === undefined) return none;
    const { entry } = found;
    if (typeof entry === "string") return entry[0] === "t" && !isClass ? this.read(substitute(entry.slice(1), args), self, depth + 1) : none;
    const filled = args.map((argument) => (argument.includes("!") || argument.includes("@") ? fillSelf(argument, self) : argument));
    return [this.classValue(found, filled, isClass ? StubKind.Class : StubKind.Instance)];
  }

  private intern(value: StubValue): number {
    const key = `${value.kind} ${value.found?.names[0] ?? value.name} ${value.args.join(",")} ${value.result} ${value.self}`;
    let id = this.ids.get(value.kind === StubKind.Callable ? `${key} ${value.name}` : key);
    if (id === undefined) {
      id = this.values.push(value) - 1;
      this.ids.set(value.kind === StubKind.Callable ? `${key} ${value.name}` : key, id);
    }
    return id;
  }
}

/** Values of builtin types are named as literals are. */
const instanceName = (name: string): string => (name.includes(".") ? `${name}()` : `<${name}>`);

function fillSelf(argument: string, self: string): string {
  if (/@/.test(argument)) return anything;
  return argument === "!" && self !== "" ? self : argument.includes("!") ? anything : argument;
}

const typeText = (found: Found, args: readonly string[]): string => (args.length === 0 ? found.dotted : `${found.dotted}[${args.join(",")}]`);

/** `a.B[x,y]` as name and arguments. */
function splitHead(text: string): { head: string; args: readonly string[] } {
  const open = text.indexOf("[");
  if (open < 0 || !text.endsWith("]")) return { head: text, args: [] };
  return { head: text.slice(0, open), args: splitTop(text.slice(open + 1, -1), ",") };
}
