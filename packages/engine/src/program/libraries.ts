/**
 * Library objects as tokens: steps through the API graph, through type stubs, and dotted names for what neither knows.
 *
 * A step asks the pages first. Where they are silent, the stubs say what type a value has, and a page that speaks of this
 * type is found again: `re.compile(p).match(s)` is a `re.Match` although no page says what `match` gives.
 */
import type { Ir } from "../ir/index.ts";
import { PairMap } from "../base/index.ts";
import { type ApiGraph, isUnnamedStep, keyStep, StubKind, type StubResult, type Stubs } from "../knowledge/index.ts";
import { isBuiltinName } from "./builtin-names.ts";
import { Tok, tokId, tokKind, tokOf } from "./token.ts";

/** Most steps that the name of an unmodelled object keeps; beyond, only the package is remembered. */
const nameStepsMax = 6;
/** Stands between the readable name of a value and its type arguments. */
const argumentsMark = "\u0001";

export const builtinPrefix = "<builtin>.";

/** A dotted name whose last part is written as classes are. */
const classPath = /^[\w.]*\.[A-Z]\w*[a-z]\w*$/;
const nothing: readonly number[] = [];
const noResults: readonly StubResult[] = [];

/** The step that iteration takes; the pages do not tell it from `[*]`. */
const elementStep = "[iter]";

export class Libraries {
  private readonly ir: Ir;
  private readonly api: ApiGraph;
  private readonly stubs: Stubs | undefined;
  private readonly steps = new PairMap(8192);
  private readonly lists: (readonly number[])[] = [];
  private readonly imports = new Map<string, number>();
  private readonly stubOfNode = new Map<number, number>();
  /** Stub values of External tokens, by interned name; -1 if none. */
  private readonly stubOfName = new Map<number, number>();
  private readonly callStep: number;
  private readonly itemStep: number;
  private readonly elementsStep: number;

  constructor(ir: Ir, api: ApiGraph, stubs?: Stubs) {
    this.ir = ir;
    this.api = api;
    this.stubs = stubs;
    this.callStep = ir.strings.intern("()");
    this.itemStep = ir.strings.intern("[*]");
    this.elementsStep = ir.strings.intern(elementStep);
  }

  /** Attribute `name` (interned) of an Api or External token; empty if its type is known not to have it. */
  attribute(token: number, name: number): readonly number[] {
    return this.step(token, name);
  }

  call(token: number): readonly number[] {
    return this.step(token, this.callStep);
  }

  /** What a page says that a call gives; empty if none does. */
  modelledCall(token: number): readonly number[] {
    const next = this.api.step(this.nodeOf(token), "()");
    return next < 0 ? nothing : [tokOf(Tok.Api, next)];
  }

  /** The instance that calling a class of a library makes. */
  instance(token: number): number {
    const found = this.call(token);
    return found.length > 0 ? found[0] : this.extended(this.name(token), "()");
  }

  /** What `x[key]` gives; `index` is the position if it is known. */
  item(token: number, index = -1): readonly number[] {
    const stub = index < 0 || tokKind(token) === Tok.Api ? -1 : this.stubOf(token);
    if (stub >= 0 && this.stubs !== undefined) {
      const found = this.stubs.item(stub, index);
      if (found.length > 0) return found.map((value) => this.ofStub(value));
    }
    return this.step(token, this.itemStep);
  }

  elements(token: number): readonly number[] {
    return this.step(token, this.elementsStep);
  }

  /** The class that a token is, or is an object of, and all above it by their names, if the stubs know all of them. */
  ancestors(token: number): readonly string[] | undefined {
    const stub = this.stubOf(token);
    return stub < 0 || this.stubs === undefined ? undefined : this.stubs.ancestors(stub);
  }

  /** What `with x as y` binds, by the stubs; empty if they do not say. */
  entered(token: number): readonly number[] {
    const stub = this.stubOf(token);
    return stub < 0 || this.stubs === undefined ? nothing : this.stubs.entered(stub).map((value) => this.ofStub(value));
  }

  /** What a call gives that its arguments show. */
  shownByArguments(token: number): readonly StubResult[] {
    const stub = this.stubOf(token);
    if (stub < 0 || this.stubs === undefined) return noResults;
    return this.stubs.call(stub).filter((result) => result.kind === "argument");
  }

  /** Holds for values and classes of the builtins module. */
  isOfBuiltinType(token: number): boolean {
    const name = this.name(token);
    return name.startsWith("<") || isBuiltinName(/^\w*/.exec(name)?.[0] ?? "");
  }

  /** The item under a constant key, if a page speaks of it, or -1. */
  keyedItem(token: number, key: number): number {
    const constant = key < 0 || tokKind(token) !== Tok.Api ? undefined : this.ir.constants[key];
    const node = constant?.type === "str" ? this.api.step(tokId(token), keyStep(constant.value)) : -1;
    return node < 0 ? -1 : tokOf(Tok.Api, node);
  }

  /** Holds if a page says of an object that it is of a kind. */
  isOfKind(token: number, kind: string): boolean {
    return tokKind(token) === Tok.Api && this.api.facts(tokId(token)).some((fact) => fact.kind === kind && fact.port.type === "object");
  }

  /** Holds if a page says what the step leads to. */
  isModelled(token: number): boolean {
    return tokKind(token) === Tok.Api;
  }

  /** Holds if pages or stubs say what a value is. */
  isTyped(token: number): boolean {
    return tokKind(token) === Tok.Api || this.stubOf(token) >= 0;
  }

  /** Holds for classes of libraries: by their stub, or named as classes are. Words of typing are none. */
  isClass(token: number): boolean {
    if (tokKind(token) === Tok.Api) return true;
    const name = this.name(token);
    if (/^typing(?:_extensions)?\./.test(name)) return false;
    const stub = this.stubOf(token);
    return stub >= 0 && this.stubs !== undefined ? this.stubs.kind(stub) === StubKind.Class : classPath.test(name);
  }

  /** Holds for methods that give an instance of the class they are called on. */
  givesSelf(token: number): boolean {
    const stub = this.stubOf(token);
    return stub >= 0 && this.stubs !== undefined && this.stubs.givesSelf(stub);
  }

  /** The object that an absolute dotted name imports. */
  imported(dotted: string): number {
    let token = this.imports.get(dotted);
    if (token === undefined) {
      token = this.walk(dotted);
      this.imports.set(dotted, token);
    }
    return token;
  }

  builtin(name: string): number {
    const node = this.api.step(0, name);
    return node >= 0 ? tokOf(Tok.Api, node) : this.external(builtinPrefix + name);
  }

  /** A value of a built-in type: the node of the type if a page declares it, else the name `<str>`. */
  valueOfType(type: string): number {
    const node = this.api.typeNode(type);
    return node >= 0 ? tokOf(Tok.Api, node) : this.external(`<${type}>`);
  }

  external(name: string): number {
    return tokOf(Tok.External, this.ir.strings.intern(name));
  }

  /** Readable name of an Api or External token. */
  name(token: number): string {
    if (tokKind(token) === Tok.Api) return this.api.name(tokId(token));
    const text = this.ir.strings.text(tokId(token));
    const mark = text.indexOf(argumentsMark);
    return mark < 0 ? text : text.slice(0, mark);
  }

  /** The token as others see it: without type arguments, as a node of a page if one speaks of its type. */
  shown(token: number): number {
    if (tokKind(token) !== Tok.External || !this.ir.strings.text(tokId(token)).includes(argumentsMark)) return token;
    const node = this.nodeOf(token);
    return node >= 0 ? tokOf(Tok.Api, node) : this.external(this.name(token));
  }

  private step(token: number, step: number): readonly number[] {
    const known = this.steps.get(token, step);
    if (known >= 0) return this.lists[known];
    const found = this.findStep(token, this.ir.strings.text(step));
    this.steps.set(token, step, this.lists.push(found) - 1);
    return found;
  }

  private findStep(token: number, step: string): readonly number[] {
    const node = this.nodeOf(token);
    if (node >= 0) {
      const next = this.api.step(node, step === elementStep ? "[*]" : step);
      if (next >= 0) return [tokOf(Tok.Api, next)];
    }
    const stub = this.stubOf(token);
    const typed = stub < 0 ? undefined : this.stubStep(stub, step);
    return typed ?? [this.extended(this.name(token), step === elementStep ? "[*]" : step)];
  }

  /** What the stubs say of a step; undefined if they say nothing. */
  private stubStep(stub: number, step: string): readonly number[] | undefined {
    const { stubs } = this;
    if (stubs === undefined) return undefined;
    let found: readonly number[];
    if (step === "()") {
      const results = stubs.call(stub);
      if (results.length === 0) return stubs.givesNothing(stub) ? nothing : undefined;
      found = results.flatMap((result) => (result.kind === "value" ? [result.value] : []));
      return found.map((value) => this.ofStub(value));
    }
    if (step === "[*]") found = stubs.item(stub, -1);
    else if (step === elementStep) found = stubs.elements(stub);
    else {
      found = stubs.attribute(stub, step);
      if (found.length === 0 && stubs.lacks(stub, step)) return nothing;
    }
    return found.length === 0 ? undefined : [...new Set(found.map((value) => this.ofStub(value)))];
  }

  /** The token of a stub value: a node of a page if one speaks of it, unless type arguments would be lost. */
  private ofStub(value: number): number {
    const stubs = this.stubs as Stubs;
    const kind = stubs.kind(value);
    const args = stubs.argumentsText(value);
    const isPlain = kind === StubKind.Instance || kind === StubKind.Class ? args === "" : kind === StubKind.Module;
    const name = stubs.name(value);
    const isBuiltin = !stubs.publicNames(value)[0].includes(".");
    if (isPlain && isBuiltin && kind === StubKind.Instance) return this.remember(this.valueOfType(name.slice(1, -1)), value);
    if (isPlain && isBuiltin && kind === StubKind.Class) return this.remember(this.builtin(name), value);
    if (isPlain) {
      const node = this.modelled(value);
      return this.remember(node >= 0 ? tokOf(Tok.Api, node) : this.external(name), value);
    }
    const prefix = isBuiltin && kind === StubKind.Callable ? builtinPrefix : "";
    return this.remember(this.external(`${prefix}${name}${argumentsMark}${args}`), value);
  }

  private remember(token: number, value: number): number {
    const known = tokKind(token) === Tok.External ? this.stubOfName : this.stubOfNode;
    if (!known.has(tokId(token))) known.set(tokId(token), value);
    return token;
  }

  /** The node of a page that speaks of a stub value, or -1. */
  private modelled(value: number): number {
    const stubs = this.stubs as Stubs;
    const isInstance = stubs.kind(value) === StubKind.Instance;
    for (const name of stubs.publicNames(value)) {
      if (isInstance && !name.includes(".")) return this.api.typeNode(name);
      const node = this.nodeAt(name);
      const found = node < 0 || !isInstance ? node : this.api.step(node, "()");
      if (found >= 0) return found;
    }
    return -1;
  }

  private nodeAt(dotted: string): number {
    let node = 0;
    for (const part of dotted.replaceAll("()", ".()").split(".")) {
      node = this.api.step(node, part);
      if (node < 0) return -1;
    }
    return node;
  }

  /** The node that steps from a token start at, or -1. */
  private nodeOf(token: number): number {
    if (tokKind(token) === Tok.Api) return tokId(token);
    const stub = this.stubOfName.get(tokId(token)) ?? -1;
    return stub < 0 ? -1 : this.modelled(stub);
  }

  private stubOf(token: number): number {
    if (this.stubs === undefined) return -1;
    const id = tokId(token);
    const isNode = tokKind(token) === Tok.Api;
    const known = isNode ? this.stubOfNode : this.stubOfName;
    let value = known.get(id);
    if (value === undefined) {
      known.set(id, -1); // types that are made of each other mean nothing more
      value = isNode ? this.stubAtNode(id) : this.stubAtName(this.ir.strings.text(id));
      known.set(id, value);
    }
    return value;
  }

  private stubAtName(name: string): number {
    const stubs = this.stubs as Stubs;
    if (name.startsWith(builtinPrefix)) return name.includes(".", builtinPrefix.length) ? -1 : stubs.builtin(name.slice(builtinPrefix.length));
    return /^<\w+>$/.test(name) ? stubs.instanceOfBuiltin(name.slice(1, -1)) : -1;
  }

  private stubAtNode(node: number): number {
    const stubs = this.stubs as Stubs;
    const { parent, step } = this.api.place(node);
    if (parent < 0) {
      if (node === 0) return -1;
      if (isBuiltinName(step) || isBuiltinName(this.api.name(node))) return stubs.instanceOfBuiltin(this.api.name(node));
      return this.stubOfMakers(node);
    }
    if (parent === 0) return isBuiltinName(step) ? stubs.builtin(step) : stubs.module(step);
    const owner = this.stubOf(tokOf(Tok.Api, parent));
    if (owner < 0) return this.stubOfMakers(node);
    const found = step === "()" ? stubs.call(owner).flatMap((result) => (result.kind === "value" ? [result.value] : []))
      : step === "[*]" ? stubs.item(owner, -1) : stubs.attribute(owner, step);
    return found.length > 0 ? found[0] : -1;
  }

  /** What the calls give that make values of a type: `types: { Db: [sqlite3.connect()] }`. */
  private stubOfMakers(node: number): number {
    const stubs = this.stubs as Stubs;
    for (const maker of this.api.makers(node)) {
      const owner = this.stubOf(tokOf(Tok.Api, maker));
      for (const result of owner < 0 ? [] : stubs.call(owner)) {
        if (result.kind === "value" && stubs.kind(result.value) === StubKind.Instance) return result.value;
      }
    }
    return -1;
  }

  private extended(name: string, step: string): number {
    if (name.endsWith(".*")) return this.external(name);
    let steps = 1;
    for (let i = 0; i < name.length; i++) {
      const char = name.charCodeAt(i);
      if (char === 46 || char === 40 || char === 91) steps++; // one of . ( [
    }
    if (steps >= nameStepsMax) return this.external(`${rootOf(name)}.*`);
    return this.external(isUnnamedStep(step) ? name + step : `${name}.${step}`);
  }

  /** Pages know a name as far as they go; where they end, the stubs go on, and then the name alone. */
  private walk(dotted: string): number {
    const node = this.nodeAt(dotted);
    if (node >= 0) return tokOf(Tok.Api, node);
    const value = this.stubNamed(dotted);
    return value < 0 ? this.external(dotted) : this.ofStub(value);
  }

  private stubNamed(dotted: string): number {
    const { stubs } = this;
    if (stubs === undefined) return -1;
    const module = stubs.module(dotted);
    if (module >= 0) return module;
    const dot = dotted.lastIndexOf(".");
    const owner = dot < 0 ? -1 : this.stubNamed(dotted.slice(0, dot));
    const found = owner < 0 ? nothing : stubs.attribute(owner, dotted.slice(dot + 1));
    return found.length === 1 ? found[0] : -1;
  }
}

function rootOf(name: string): string {
  const found = /^(<[a-z]+>\.)?[^.([]*/.exec(name);
  return found ? found[0] : name;
}
