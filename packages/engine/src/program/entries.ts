/**
 * Where outsiders come in: functions that a framework, a command line, a message or a user of the library calls.
 *
 * What decorators, calls and base classes make a function an entry is data of the catalog ({@link EntryRule}). Here are the
 * ways of reading such rules, and the forms that no rule can say: see `entry-forms.ts` and `library-entries.ts`.
 */
import { type FunctionInfo, type Ir, callArg, callArgCount, callCallee, callKeyword, Op, BuildKind } from "../ir/index.ts";
import { type ApiGraph, type EntryRule, parseArgument } from "../knowledge/index.ts";
import { Method } from "./classes.ts";
import { codeEntries } from "./entry-forms.ts";
import { libraryEntries, testEntries } from "./library-entries.ts";
import type { LinkInput } from "./link-program.ts";
import { namedNode } from "./dotted-names.ts";
import type { Entry, EntryKind } from "./program.ts";
import { providedBy, providerCall } from "./provided.ts";
import { routeText } from "./route-text.ts";
import { rootOf } from "./seed.ts";
import type { Solver } from "./solver.ts";
import { Tok, tokOf } from "./token.ts";

/** Methods that a class-based view answers requests with. */
const viewMethods = ["get", "post", "put", "patch", "delete", "head", "options", "dispatch", "dispatch_request"] as const;
const parameterTypesMax = 4096;
/** Levels of lists and mappings that a setting is read to. */
const settingDepthMax = 8;
/** Calls around a handler that are looked through. */
const wrappersMax = 4;

/** Finds all entries, and gives their parameters the types that frameworks give them. May be called again after a solve. */
export function findEntries(s: Solver, input: LinkInput): readonly Entry[] {
  const finder = new EntryFinder(s, input);
  finder.readRows();
  finder.readClasses();
  finder.readSettings();
  codeEntries(finder);
  testEntries(finder);
  libraryEntries(finder);
  return finder.sorted();
}

export class EntryFinder {
  readonly s: Solver;
  readonly ir: Ir;
  readonly api: ApiGraph;
  readonly input: LinkInput;
  private readonly found = new Map<string, Entry>();
  readonly entryFunctions = new Set<number>();
  private readonly providers = new Set<number>();
  private readonly ports = new Map<string, { index: number; name: string }>();

  constructor(s: Solver, input: LinkInput) {
    this.s = s;
    this.ir = s.ir;
    this.api = input.api;
    this.input = input;
  }

  sorted(): Entry[] {
    return [...this.found.values()].sort(
      (a, b) => a.function - b.function || a.site - b.site || (a.kind < b.kind ? -1 : a.kind > b.kind ? 1 : 0)
        || (a.path < b.path ? -1 : a.path > b.path ? 1 : 0),
    );
  }

  add(entry: Entry): void {
    const key = `${entry.function} ${entry.kind} ${entry.site} ${entry.path}`;
    if (!this.found.has(key)) this.found.set(key, entry);
    this.entryFunctions.add(entry.function);
  }

  readRows(): void {
    const { ir } = this;
    for (let row = 0; row < ir.length; row++) {
      const op = ir.op.data[row];
      if (op === Op.Decorate) this.readDecorate(row);
      else if (op === Op.Call) this.readCall(row);
    }
  }

  /** Methods of classes that derive from a library class with a `subclass` rule, or that override a typed method. */
  readClasses(): void {
    const { s, ir, api } = this;
    for (const cls of ir.classes) {
      const bases = s.classes.libraryBases(cls.id).filter((token) => s.libraries.isModelled(token)).map((token) => token >> 5);
      if (bases.length === 0) continue;
      for (const base of bases) {
        for (const rule of api.entries(base)) if (rule.form === "subclass") this.addSubclass(cls.id, rule);
        this.typeOverrides(cls.id, base);
      }
    }
  }

  /** Classes and functions that a setting of a framework names: `MIDDLEWARE = ["shop.middleware.Audit"]`. */
  readSettings(): void {
    const { s, ir, api } = this;
    for (const { place, rule } of api.settings()) {
      const name = ir.strings.find(place);
      if (name < 0) continue;
      for (const module of ir.modules) {
        for (const row of s.names.storesOf(module.id, name)) for (const text of this.textsIn(row)) this.addSetting(text, rule, row);
      }
    }
  }

  /** Texts of a list, of the values of a mapping, of what lists are added up, or one text. */
  private textsIn(row: number, depth = 0): string[] {
    const { ir } = this;
    const at = rootOf(this.s, row);
    if (depth < settingDepthMax && ir.op.data[at] === Op.Bin) return [...this.textsIn(ir.b.data[at], depth + 1), ...this.textsIn(ir.c.data[at], depth + 1)];
    if (depth < settingDepthMax && ir.op.data[at] === Op.Build) {
      const items = ir.lists.toArray(ir.b.data[at]);
      const isDict = ir.a.data[at] === BuildKind.Dict;
      return items.flatMap((item, i) => (item < 0 || (isDict && i % 2 === 0) ? [] : this.textsIn(item, depth + 1)));
    }
    const text = this.text(at);
    return text === "" ? [] : [text];
  }

  private addSetting(text: string, rule: EntryRule, site: number): void {
    const { s } = this;
    const node = namedNode(s, text, s.moduleOf(site));
    if (node < 0) return;
    for (const cls of s.idsOf(node, Tok.Class)) for (const fn of this.methodsOf(cls, rule.methods)) this.addHandler(fn, rule, -1, site, true);
    // A function that is the handler, or makes it where handlers are objects with methods.
    if (rule.methods.length === 0) for (const fn of s.idsOf(node, Tok.Function)) this.addHandler(fn, rule, -1, site, false);
    else for (const maker of s.idsOf(node, Tok.Function)) for (const fn of s.idsOf(s.returnNode(maker), Tok.Function)) this.addHandler(fn, rule, -1, site, false);
  }

  private readDecorate(row: number): void {
    const { ir, s } = this;
    const decorator = ir.a.data[row];
    const call = ir.op.data[decorator] === Op.Call ? decorator : -1;
    for (const node of s.idsOf(call < 0 ? decorator : callCallee(ir, call), Tok.Api)) {
      for (const rule of this.api.entries(node)) {
        if (rule.form !== "decorator") continue;
        const fn = s.classes.functionOfRow(row);
        if (fn >= 0) this.addHandler(fn, rule, call, row, false);
        else for (const cls of s.idsOf(ir.b.data[row], Tok.Class)) this.addView(cls, rule, call, row);
      }
    }
  }

  private readCall(row: number): void {
    const { ir, s } = this;
    const callee = callCallee(ir, row);
    for (const node of s.idsOf(callee, Tok.Api)) {
      for (const rule of this.api.entries(node)) {
        if (rule.form === "call") this.addRegistered(row, rule);
        else if (rule.form === "decorator" && callArgCount(ir, row) > 0) this.addWrapped(row, rule);
      }
    }
    // `app.route("/x")(view)`
    if (ir.op.data[callee] !== Op.Call || callArgCount(ir, row) === 0) return;
    for (const node of s.idsOf(callCallee(ir, callee), Tok.Api)) {
      for (const rule of this.api.entries(node)) {
        if (rule.form !== "decorator") continue;
        for (const fn of this.functionsOf(callArg(ir, row, 0))) this.addHandler(fn, rule, callee, row, false);
      }
    }
  }

  /** `view = login_required(view)`: only a function as the first argument makes it a use as decorator. */
  private addWrapped(row: number, rule: EntryRule): void {
    const value = callArg(this.ir, row, 0);
    if (this.ir.op.data[value] === Op.Const) return;
    for (const fn of this.functionsOf(value)) this.addHandler(fn, rule, -1, row, false);
  }

  private addRegistered(call: number, rule: EntryRule): void {
    const given = this.argument(call, rule.handler);
    if (given < 0) return;
    const name = this.text(given);
    const value = name.includes(".") ? namedNode(this.s, name, this.s.moduleOf(call)) : given;
    if (value < 0) return;
    this.addGiven(this.unwrapped(value), call, rule);
  }

  /** `login_required(view)`: a call of a library that nothing is known of gives what it was given. */
  private unwrapped(value: number): number {
    const { ir, s } = this;
    let at = value;
    for (let i = 0; i < wrappersMax && at < ir.length && ir.op.data[at] === Op.Call && callArgCount(ir, at) > 0; i++) {
      if (this.functionsOf(at).length > 0 || this.classesOf(at).length > 0 || s.idsOf(at, Tok.Instance).length > 0) break;
      at = callArg(ir, at, 0);
    }
    return at;
  }

  private addGiven(value: number, call: number, rule: EntryRule): void {
    for (const fn of this.functionsOf(value)) this.addHandler(fn, rule, call, call, false);
    for (const cls of this.classesOf(value)) this.addView(cls, rule, call, call);
    // An object that is registered answers with the methods of the rule, or is called itself.
    for (const cls of this.s.idsOf(value, Tok.Instance)) {
      for (const fn of this.methodsOf(cls, rule.methods.length > 0 ? rule.methods : ["__call__"])) this.addHandler(fn, rule, call, call, false);
    }
  }

  functionsOf(value: number): number[] {
    return [...this.s.idsOf(value, Tok.Function), ...this.s.idsOf(value, Tok.Bound)];
  }

  /** Classes that a value stands for as a view: the class itself, or `View.as_view()`. */
  private classesOf(value: number): readonly number[] {
    const { ir, s } = this;
    const out = s.idsOf(value, Tok.Class);
    if (value >= ir.length || ir.op.data[value] !== Op.Call) return out;
    const callee = callCallee(ir, value);
    if (ir.op.data[callee] !== Op.GetAttr || !/^as_(view|asgi)$/.test(ir.strings.text(ir.b.data[callee]))) return out;
    return [...out, ...s.idsOf(ir.a.data[callee], Tok.Class)];
  }

  private addView(cls: number, rule: EntryRule, call: number, site: number): void {
    for (const fn of this.methodsOf(cls, rule.methods.length > 0 ? rule.methods : viewMethods)) this.addHandler(fn, rule, call, site, false);
  }

  private addSubclass(cls: number, rule: EntryRule): void {
    for (const fn of this.methodsOf(cls, rule.methods)) this.addHandler(fn, rule, -1, this.ir.functions[fn].definition, true);
  }

  /** Methods of a class by name; `*` stands for all public ones, `do_*` for those that begin so. */
  private methodsOf(cls: number, names: readonly string[]): number[] {
    const { ir, s } = this;
    const out = new Set<number>();
    for (const name of names) {
      const prefix = name.endsWith("*") ? name.slice(0, -1) : undefined;
      const matching = prefix === undefined ? [ir.strings.intern(name)] : s.classes.memberNames(cls).filter((member) => {
        const text = ir.strings.text(member);
        return text.startsWith(prefix) && (prefix !== "" || !text.startsWith("_"));
      });
      for (const member of matching) {
        const fn = s.classes.methodOf(cls, member);
        if (fn >= 0) out.add(fn);
      }
    }
    return [...out];
  }

  private typeOverrides(cls: number, base: number): void {
    const { ir, s, api } = this;
    const instance = api.step(base, "()");
    for (const name of s.classes.memberNames(cls)) {
      const text = ir.strings.text(name);
      for (const owner of [base, instance]) {
        const node = owner < 0 ? -1 : api.step(owner, text);
        if (node < 0) continue;
        const fn = s.classes.methodOf(cls, name);
        if (fn < 0) continue;
        for (const { index, type } of api.parameterTypes(node).slice(0, parameterTypesMax)) {
          const param = ir.functions[fn].params[index];
          if (param) s.add(param.value, tokOf(Tok.Api, type));
        }
      }
    }
  }

  private addHandler(fn: number, rule: EntryRule, call: number, site: number, countsSelf: boolean): void {
    const info = this.ir.functions[fn];
    const first = this.firstOutside(info);
    const types = this.giveTypes(info, rule, countsSelf ? 0 : first);
    const route = this.argument(call, rule.route);
    const path = routeText(this.s, route);
    const isRouteKnown = path !== "" || (route >= 0 && this.s.names.constantOf(route, this.s.moduleOf(route)) >= 0);
    this.add({
      kind: rule.kind as EntryKind, framework: rule.framework, function: fn, methods: this.verbs(call, rule, info), path,
      params: this.parameters(info, rule, isRouteKnown ? path : undefined, first, types), returns: rule.returns, site,
      ...(rule.converts ? { converts: true } : {}), ...(rule.routed ? {} : { isRouted: false }),
    });
  }

  /** Index of the first parameter that is not `self` or `cls`. */
  firstOutside(fn: FunctionInfo): number {
    return fn.class >= 0 && !this.s.classes.hasMethodFlag(fn.id, Method.Static) ? 1 : 0;
  }

  /** Gives parameters the types of the rule; returns what was typed, by index. */
  private giveTypes(fn: FunctionInfo, rule: EntryRule, shift: number): Map<number, string> {
    const out = new Map<number, string>();
    for (const [key, type] of Object.entries(rule.types)) {
      const index = /^\d+$/.test(key) ? Number(key) + shift : fn.params.findIndex((param) => this.ir.strings.text(param.name) === key);
      this.giveType(fn, index, type, out);
    }
    return out;
  }

  giveType(fn: FunctionInfo, index: number, type: string, out: Map<number, string>): void {
    const param = fn.params[index];
    const node = this.api.typeNode(type);
    if (!param || node < 0) return;
    this.s.add(param.value, tokOf(Tok.Api, node));
    out.set(index, type);
  }

  private parameters(
    fn: FunctionInfo, rule: EntryRule, path: string | undefined, first: number, types: ReadonlyMap<number, string>,
  ): Entry["params"] {
    const out: { index: number; kind: string; note: string; providers?: readonly number[] }[] =
      [...types].map(([index, type]) => ({ index, kind: "request-object", note: type }));
    fn.params.forEach((_, index) => {
      if (index >= first && !types.has(index) && this.isRequest(fn, index)) out.push({ index, kind: "request-object", note: "" });
    });
    this.addProvided(fn, rule, first, out);
    const isOpen = (index: number): boolean => index >= first && !out.some((param) => param.index === index);
    const nameOf = (index: number): string => this.ir.strings.text(fn.params[index].name);
    if (rule.params === "route") {
      const names = routeNames(path ?? "");
      fn.params.forEach((param, index) => {
        // A route that is not a literal may name any parameter; groups without a name come by position.
        const isUnknown = path === undefined || (names.size === 0 && path.includes("("));
        const isNamed = names.has(nameOf(index)) || (names.size > 0 && param.kind === "kwargs") || isUnknown;
        if (isOpen(index) && isNamed) out.push({ index, kind: rule.as, note: path ?? "" });
      });
    } else if (rule.params === "all" || typeof rule.params === "number") {
      const from = first + (rule.params === "all" ? 0 : rule.params);
      fn.params.forEach((_, index) => {
        if (index >= from && isOpen(index)) out.push({ index, kind: rule.as, note: nameOf(index) });
      });
    } else {
      for (const { parameter, kind } of rule.params) {
        const index = /^\d+$/.test(parameter) ? Number(parameter) : fn.params.findIndex((param) => this.ir.strings.text(param.name) === parameter);
        if (fn.params[index] && !out.some((param) => param.index === index)) out.push({ index, kind, note: nameOf(index) });
      }
    }
    return out.sort((a, b) => a.index - b.index);
  }

  /** Parameters that results of other functions fill. The framework calls those as well, and fills their parameters. */
  private addProvided(fn: FunctionInfo, rule: EntryRule, first: number, out: { index: number; kind: string; note: string; providers?: readonly number[] }[]): void {
    fn.params.forEach((param, index) => {
      if (index < first || out.some((other) => other.index === index)) return;
      const call = providerCall(this, fn, param);
      if (call < 0) return;
      const { functions, constructors } = providedBy(this, call, param);
      for (const other of functions) this.s.copy(this.resultNode(other), param.value);
      for (const other of [...functions, ...constructors]) this.addProvider(other, rule, call);
      // An object without a constructor of its own is filled field by field.
      const isFilled = functions.length === 0 && constructors.length === 0 && callArgCount(this.ir, call) === 0;
      if (!isFilled) out.push({ index, kind: "provided", note: "", providers: functions });
    });
  }

  private addProvider(fn: number, rule: EntryRule, call: number): void {
    if (this.providers.has(fn)) return;
    this.providers.add(fn);
    this.addHandler(fn, { ...rule, route: "", verbs: "", params: "all", types: {}, returns: "", routed: false }, -1, call, false);
  }

  /** What a function gives to who waits for it: of a generator what it yields. */
  private resultNode(fn: number): number {
    return this.ir.functions[fn].isGenerator ? this.s.yieldNode(fn) : this.s.returnNode(fn);
  }

  /** Holds if the parameter is known to be a request by its type. */
  private isRequest(fn: FunctionInfo, index: number): boolean {
    return this.s.idsOf(fn.params[index].value, Tok.Api)
      .some((node) => this.api.facts(node).some((fact) => fact.port.type === "object" && fact.kind === "request-object"));
  }

  private verbs(call: number, rule: EntryRule, fn: FunctionInfo): string[] {
    const value = this.argument(call, rule.verbs);
    if (value >= 0 && this.ir.op.data[value] === Op.Build) {
      return this.ir.lists.toArray(this.ir.b.data[value]).map((item) => this.text(item)).filter((text) => text !== "");
    }
    const text = this.text(value);
    if (text !== "") return [text];
    const name = this.ir.strings.text(fn.name);
    return rule.kind === "http" && (viewMethods.slice(0, 7) as readonly string[]).includes(name) && fn.class >= 0 ? [name.toUpperCase()] : [];
  }

  /** The argument of a call at a port such as `arg[1|view]`, or -1. */
  argument(call: number, port: string): number {
    if (call < 0 || port === "") return -1;
    let place = this.ports.get(port);
    if (place === undefined) {
      const parsed = parseArgument(port);
      place = parsed.ok ? parsed.value : { index: -1, name: "" };
      this.ports.set(port, place);
    }
    const { ir } = this;
    if (place.name !== "") {
      const keyword = callKeyword(ir, call, ir.strings.intern(place.name));
      if (keyword >= 0) return keyword;
    }
    if (place.index < 0 || place.index >= callArgCount(ir, call)) return -1;
    for (let i = 0; i <= place.index; i++) if (ir.op.data[callArg(ir, call, i)] === Op.Star) return -1;
    return callArg(ir, call, place.index);
  }

  /** The text of a literal, through names stored once; "" if it is none. */
  text(row: number): string {
    if (row < 0) return "";
    const key = this.s.names.constantOf(row, this.s.moduleOf(row));
    const constant = key < 0 ? undefined : this.ir.constants[key];
    return constant?.type === "str" ? constant.value : "";
  }

  /** Elements of a list, tuple or set literal; empty for other values. */
  elements(row: number): readonly number[] {
    const { ir } = this;
    if (row < 0 || ir.op.data[row] !== Op.Build || ir.a.data[row] === BuildKind.Dict) return [];
    return ir.lists.toArray(ir.b.data[row]);
  }
}

/**
 * Names of the variable parts of a route: `<int:id>`, `{id}`, `{id:int}`, `(?P<id>…)`, `:id`. In `<a:b>` the name is
 * `b` for Werkzeug and Django and `a` for Bottle; both count.
 */
export function routeNames(path: string): Set<string> {
  const out = new Set<string>();
  for (const match of path.matchAll(/\(\?P<(\w+)>|<(\w+)(?:\([^<>]*\))?:(?:[^<>]*:)?(\w+)>|<(\w+)(?::[^<>]*)?>|<[^<>:]*:(\w+)>|\{(\w+)[^{}]*\}|\/:(\w+)/g)) {
    for (const name of match.slice(1)) if (name !== undefined) out.add(name);
  }
  return out;
}
