/** Classes and functions of a stub file as entries of the pack. */
import { splitTop } from "../../../base/index.ts";
import { type Ast, Kind } from "../ast.ts";
import type { Binding, Scope, ScopeReader } from "./stub-scope.ts";
import { anything, type StubNames, TypeReader, type TypeVariables, union } from "./stub-types.ts";

/** A class of the pack. `b` bases, `n` count of type parameters, `m` members, `a` public names elsewhere. */
export interface StubClass {
  b?: string[];
  n?: number;
  m?: Record<string, StubEntry>;
  a?: string[];
}

/** `f` function, `c` classmethod, `s` staticmethod, `p` property, `v` variable, `t` other name of a type, `=` import; or a class. */
export type StubEntry = string | StubClass;

/** Special methods whose results matter for what a value is; the others are left out. */
const specials = new Set([
  "__enter__", "__aenter__", "__iter__", "__aiter__", "__next__", "__anext__", "__getitem__", "__call__", "__getattr__", "__await__", "__get__",
]);
const properties = new Set(["property", "cached_property", "abstractproperty", "memoize", "deferred"]);
const elementHolders = /(?:^|\.)(?:Iterable|Iterator|Sequence|Collection|Container|Set|AbstractSet|list|tuple|set|frozenset|deque|AsyncIterable|AsyncIterator|SupportsNext|SupportsAnext|SupportsIter|SupportsLenAndGetItem|Generator)$/;
const noVariables: ReadonlyMap<string, string> = new Map();

export class MemberReader {
  private readonly ast: Ast;
  private readonly scopes: ScopeReader;
  private readonly names: StubNames;
  private readonly types: TypeReader;

  constructor(ast: Ast, scopes: ScopeReader, names: StubNames) {
    this.ast = ast;
    this.scopes = scopes;
    this.names = names;
    this.types = new TypeReader(ast, names);
  }

  /** The entry of a binding; undefined if there is nothing to say. `inner` are the names of the classes around. */
  entry(binding: Binding, inner: readonly string[], classVariables: readonly string[] = []): StubEntry | undefined {
    const variables = { ofClass: classVariables, ofFunction: noVariables };
    switch (binding.kind) {
      case "class": return this.classEntry(binding.node, binding.inner, inner);
      case "function": return this.functionEntry(binding.nodes, inner, classVariables);
      case "variable": return this.variableEntry(binding, variables, inner);
      case "value": return this.valueEntry(binding.value, variables, inner);
      case "import": return binding.isPublic ? `=${binding.name === "" ? binding.module : `${binding.module}:${binding.name}`}` : undefined;
    }
  }

  private classEntry(node: number, scope: Scope, outer: readonly string[]): StubClass {
    const { ast } = this;
    const inner = [...outer, ast.strings.text(ast.a.data[node])];
    const variables = this.classVariables(node, inner);
    const out: StubClass = {};
    const bases: string[] = [];
    for (const base of ast.lists.toArray(ast.b.data[node])) {
      if (ast.kind.data[base] === Kind.Starred) continue;
      const text = this.types.read(base, { ofClass: variables, ofFunction: noVariables }, inner);
      if (text !== anything && text !== "" && !/^typing(?:_extensions)?\.(?:Generic|Protocol)/.test(text)) bases.push(text);
    }
    if (bases.length > 0) out.b = bases;
    if (variables.length > 0) out.n = variables.length;
    const members: Record<string, StubEntry> = {};
    for (const [name, binding] of scope.names) {
      if (name.startsWith("__") && name.endsWith("__") && !specials.has(name)) continue;
      const entry = this.entry(binding, inner, variables);
      if (entry !== undefined) members[name] = entry;
    }
    if (Object.keys(members).length > 0) out.m = members;
    return out;
  }

  /** Type parameters of a class: declared in brackets, listed by Generic or Protocol, or in the order in which its bases use them. */
  private classVariables(node: number, inner: readonly string[]): string[] {
    const { ast } = this;
    const prefix = this.names.module === "builtins" ? "" : `${this.names.module}.`;
    const declared = ast.lists.toArray(ast.lists.at(ast.d.data[node], 2)).map((param) => prefix + ast.strings.text(ast.a.data[param]));
    if (declared.length > 0) return declared;
    const used: string[] = [];
    for (const base of ast.lists.toArray(ast.b.data[node])) {
      if (ast.kind.data[base] !== Kind.Subscript) continue;
      const head = this.types.dotted(ast.a.data[base], inner);
      const found = this.variablesIn(ast.b.data[base], inner);
      if (/^typing(?:_extensions)?\.(?:Generic|Protocol)$/.test(head)) return found;
      for (const each of found) if (!used.includes(each)) used.push(each);
    }
    return used;
  }

  private variablesIn(node: number, inner: readonly string[], depth = 0): string[] {
    const { ast } = this;
    if (depth > 6) return [];
    switch (ast.kind.data[node] as Kind) {
      case Kind.Name:
      case Kind.Attribute: {
        const dotted = this.types.dotted(node, inner);
        return this.names.variable(dotted) === undefined ? [] : [dotted];
      }
      case Kind.Tuple:
      case Kind.List: return ast.lists.toArray(ast.a.data[node]).flatMap((item) => this.variablesIn(item, inner, depth + 1));
      case Kind.Subscript: return this.variablesIn(ast.b.data[node], inner, depth + 1);
      case Kind.Starred: return this.variablesIn(ast.a.data[node], inner, depth + 1);
      case Kind.BinOp: return [ast.a.data[node], ast.c.data[node]].flatMap((item) => this.variablesIn(item, inner, depth + 1));
      default: return [];
    }
  }

  private functionEntry(nodes: readonly number[], inner: readonly string[], classVariables: readonly string[]): string | undefined {
    const decorators = this.scopes.decorators(nodes[0]);
    if (decorators.includes("setter") || decorators.includes("deleter")) return undefined;
    const isStatic = decorators.includes("staticmethod");
    const results = nodes.map((node) => this.result(node, inner, classVariables, inner.length > 0 && !isStatic));
    const result = this.wrapped(union(results), decorators);
    if (decorators.some((name) => properties.has(name))) return `p${result}`;
    return `${isStatic ? "s" : decorators.includes("classmethod") ? "c" : "f"}${result}`;
  }

  /** `@contextmanager` makes a manager of a generator. */
  private wrapped(result: string, decorators: readonly string[]): string {
    if (!decorators.includes("contextmanager") && !decorators.includes("asynccontextmanager")) return result;
    const open = result.indexOf("[");
    const item = open < 0 ? anything : splitTop(result.slice(open + 1, -1), ",")[0];
    return item === anything ? "contextlib.AbstractContextManager" : `contextlib.AbstractContextManager[${item}]`;
  }

  private result(node: number, inner: readonly string[], classVariables: readonly string[], hasReceiver: boolean): string {
    const { ast } = this;
    const returns = ast.lists.at(ast.d.data[node], 1);
    if (returns < 0) return anything;
    const variables = { ofClass: classVariables, ofFunction: this.shownBy(node, inner, classVariables, hasReceiver) };
    return this.types.read(returns, variables, inner);
  }

  /** Where the arguments of a function show what its type variables are. */
  private shownBy(node: number, inner: readonly string[], classVariables: readonly string[], hasReceiver: boolean): ReadonlyMap<string, string> {
    const { ast } = this;
    const out = new Map<string, string>();
    const args = ast.a.data[node] < 0 ? -1 : ast.b.data[node];
    if (args < 0) return out;
    const positional = [...ast.lists.toArray(ast.a.data[args]), ...ast.lists.toArray(ast.b.data[args])];
    const first = hasReceiver ? 1 : 0;
    if (hasReceiver && positional.length > 0) this.note(positional[0], "!", inner, classVariables, out);
    positional.slice(first).forEach((arg, index) => this.note(arg, `@${index}:${ast.strings.text(ast.a.data[arg])}`, inner, classVariables, out));
    const rest = ast.lists.at(ast.d.data[args], 0);
    if (rest >= 0) this.note(rest, `@${positional.length - first}:`, inner, classVariables, out);
    for (const arg of ast.lists.toArray(ast.c.data[args])) this.note(arg, `@-1:${ast.strings.text(ast.a.data[arg])}`, inner, classVariables, out);
    return out;
  }

  private note(arg: number, port: string, inner: readonly string[], classVariables: readonly string[], out: Map<string, string>): void {
    const { ast } = this;
    for (const [part, suffix] of this.parts(ast.b.data[arg], inner)) {
      const dotted = this.types.dotted(part, inner);
      if (dotted === "" || classVariables.includes(dotted) || out.has(dotted) || this.names.variable(dotted) === undefined) continue;
      if (port !== "!") out.set(dotted, port + suffix);
      else if (suffix === "" || suffix === "!") out.set(dotted, "!");
    }
  }

  /** The parts of an annotation that may be a type variable, and how they lie in the argument. */
  private parts(node: number, inner: readonly string[]): [number, string][] {
    const { ast } = this;
    if (node < 0) return [];
    const kind = ast.kind.data[node] as Kind;
    if (kind === Kind.Name || kind === Kind.Attribute) return [[node, ""]];
    if (kind === Kind.BinOp) return [...this.parts(ast.a.data[node], inner), ...this.parts(ast.c.data[node], inner)];
    if (kind !== Kind.Subscript) return [];
    const head = this.types.dotted(ast.a.data[node], inner);
    const key = ast.b.data[node];
    const args = ast.kind.data[key] === Kind.Tuple ? ast.lists.toArray(ast.a.data[key]) : [key];
    if (head === "type" || head === "typing.Type") return [[args[0], "!"]];
    if (/(?:^|\.)Callable$/.test(head)) return args.length > 1 ? this.parts(args[1], inner).filter(([, suffix]) => suffix === "").map(([part]) => [part, "()"]) : [];
    if (/(?:^|\.)(?:Optional|Union)$/.test(head)) return args.flatMap((argument) => this.parts(argument, inner));
    // A coroutine is taken for what awaiting it gives.
    if (/(?:^|\.)Coroutine$/.test(head)) return args.length > 2 ? [[args[2], ""]] : [];
    if (/(?:^|\.)Awaitable$/.test(head)) return [[args[0], ""]];
    return elementHolders.test(head) ? [[args[0], "*"]] : [];
  }

  private variableEntry(binding: { annotation: number; value: number }, variables: TypeVariables, inner: readonly string[]): string | undefined {
    const { ast } = this;
    const dotted = this.types.dotted(binding.annotation, inner);
    if (/^typing(?:_extensions)?\.TypeAlias$/.test(dotted)) return binding.value < 0 ? undefined : this.alias(binding.value, variables, inner);
    if (/^typing(?:_extensions)?\.Final$/.test(dotted)) return `v${binding.value < 0 ? anything : this.literal(binding.value)}`;
    if (binding.annotation >= 0 && ast.kind.data[binding.annotation] === Kind.ErrorExpr) return undefined;
    return `v${this.types.read(binding.annotation, variables, inner)}`;
  }

  private alias(value: number, variables: TypeVariables, inner: readonly string[]): string {
    return `t${this.types.read(value, variables, inner)}`;
  }

  private literal(node: number): string {
    const constant = this.ast.kind.data[node] === Kind.Constant ? this.ast.constants[this.ast.a.data[node]] : undefined;
    if (constant?.type === "true" || constant?.type === "false") return "bool";
    return constant?.type === "str" || constant?.type === "bytes" || constant?.type === "int" || constant?.type === "float" ? constant.type : anything;
  }

  /** `A = B` is another name of B; `A = Union[…]` another name of a type; other values say what they are if they are literals. */
  private valueEntry(value: number, variables: TypeVariables, inner: readonly string[]): string | undefined {
    const { ast } = this;
    switch (ast.kind.data[value] as Kind) {
      case Kind.Name:
      case Kind.Attribute: {
        const dotted = this.types.dotted(value, inner);
        if (dotted === "") return this.sibling(value);
        const dot = dotted.lastIndexOf(".");
        return dot < 0 ? `=builtins:${dotted}` : `=${dotted.slice(0, dot)}:${dotted.slice(dot + 1)}`;
      }
      case Kind.Subscript:
      case Kind.BinOp: return this.alias(value, variables, inner);
      case Kind.Constant: return `v${this.literal(value)}`;
      case Kind.Call: return undefined;
      default: return `v${anything}`;
    }
  }

  /** `setName = set_name` in a class body: the same entry, by its name there. */
  private sibling(value: number): string | undefined {
    const { ast } = this;
    return ast.kind.data[value] === Kind.Name ? `.${ast.strings.text(ast.a.data[value])}` : undefined;
  }
}
