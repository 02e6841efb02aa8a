/**
 * What each name of a module means: which scope binds it, and which variables are shared with inner functions.
 *
 * One walk over the tree, before lowering. Functions, lambdas and class bodies become functions of the program and *host*
 * slots; comprehensions and type-parameter lists are Block scopes that live inside a host, with slots of their own.
 *
 *     def f(x):                 f: x is captured, because the lambda reads it
 *         y = [z for z in x]    z belongs to the Block of the comprehension, hosted by f
 *         return lambda: x
 */
import { type Ast, Context, Kind } from "./ast.ts";
import { mangleName } from "./private-name.ts";
import { forEachChild } from "./walk.ts";

export const enum ScopeKind {
  Module,
  Function,
  Lambda,
  Class,
  Block,
}

/** A variable of one scope. */
export interface Variable {
  readonly name: number;
  /** The function-like scope in whose function the variable lives. */
  readonly host: Scope;
  readonly slot: number;
  /** It lives under its name in the module (variables of comprehensions in a module body do not). */
  readonly isModule: boolean;
  /** Cell id once given, or -1. */
  cell: number;
  isCaptured: boolean;
  /** An inner function assigns it (`nonlocal`), or for a module variable any function (`global`). */
  isWrittenOutside: boolean;
}

export interface Scope {
  readonly kind: ScopeKind;
  readonly node: number;
  readonly parent: Scope | undefined;
  /** Itself, or for a Block the scope that hosts it. */
  readonly host: Scope;
  readonly variables: Map<number, Variable>;
  /** Names declared `global` and `nonlocal` here, if any. */
  globals: Set<number> | undefined;
  nonlocals: Set<number> | undefined;
  /** Name of the innermost class around, for private names; -1 outside classes. */
  readonly className: number;
  isGenerator: boolean;
  /** Slots handed out so far (hosts only). */
  slotCount: number;
  /** Names that the scope itself reads, if a scope around it could own them; dropped when resolved. */
  reads: Set<number> | undefined;
  /** Names that functions inside ask for ({@link innerRead} or {@link innerWrite}); dropped when resolved. */
  asked: Map<number, number> | undefined;
  /** Function id once lowering reaches it, or -1. */
  functionId: number;
}

export interface ModuleScopes {
  readonly module: Scope;
  /** Scope of a FunctionDef, Lambda, ClassDef, comprehension; type-parameter Blocks are found under the negated node. */
  readonly byNode: ReadonlyMap<number, Scope>;
}

const innerRead = 1;
const innerWrite = 2;

/** Key in {@link ModuleScopes.byNode} of the Block that holds the type parameters of a definition. */
export const typeParameterKey = (node: number): number => -node - 1;

/** Finds the scopes of a module. */
export function findScopes(ast: Ast): ModuleScopes {
  const finder = new ScopeFinder(ast);
  finder.run();
  return { module: finder.module, byNode: finder.byNode };
}

/** Depth of nested syntax beyond which names are not looked at; the parser keeps trees flatter than this. */
const depthMax = 4_000;

class ScopeFinder {
  readonly byNode = new Map<number, Scope>();
  readonly module: Scope;
  private scope: Scope;
  private depth = 0;
  private readonly globalsWritten = new Set<number>();
  private readonly ast: Ast;

  constructor(ast: Ast) {
    this.ast = ast;
    this.module = this.open(ScopeKind.Module, ast.root, ast.root, undefined, -1);
    this.scope = this.module;
  }

  run(): void {
    this.visitList(this.ast.a.data[this.ast.root]);
    for (const name of this.globalsWritten) {
      const variable = this.module.variables.get(name);
      if (variable !== undefined) variable.isWrittenOutside = true;
    }
  }

  private open(kind: ScopeKind, node: number, key: number, parent: Scope | undefined, className: number): Scope {
    const scope = {
      kind,
      node,
      parent,
      variables: new Map(),
      globals: undefined,
      nonlocals: undefined,
      className,
      isGenerator: false,
      slotCount: 0,
      reads: undefined,
      asked: undefined,
      functionId: -1,
    } as unknown as Scope & { host: Scope };
    scope.host = kind === ScopeKind.Block && parent !== undefined ? parent.host : scope;
    this.byNode.set(key, scope);
    return scope;
  }

  // ---- names

  private mangle(name: number): number {
    return mangleName(this.ast.strings, this.scope.className, name);
  }

  private bindIn(scope: Scope, name: number): void {
    if (scope.variables.has(name)) return;
    if (scope.globals?.has(name) === true || scope.nonlocals?.has(name) === true) return;
    scope.variables.set(name, {
      name,
      host: scope.host,
      slot: scope.host.slotCount++,
      isModule: scope.kind === ScopeKind.Module,
      cell: -1,
      isCaptured: false,
      isWrittenOutside: false,
    });
  }

  /** Binds in the nearest scope that assignments reach: comprehensions only hold their own targets. */
  private bind(rawName: number): void {
    if (rawName < 0) return;
    this.bindIn(this.scope.host, this.mangle(rawName));
  }

  private read(rawName: number): void {
    const name = this.mangle(rawName);
    let scope = this.scope;
    while (scope.kind === ScopeKind.Block) {
      if (scope.variables.has(name) || scope.parent === undefined) return;
      scope = scope.parent;
      // A comprehension in a class body does not see the names of the class.
      if (scope.kind === ScopeKind.Class) {
        this.capture(scope, name, innerRead);
        return;
      }
    }
    if (hasOwnerAround(scope)) (scope.reads ??= new Set()).add(name);
  }

  /** Looks for `name` further out than the function of `inner`; marks it as shared if a function owns it. */
  private capture(inner: Scope, name: number, how: number): void {
    for (let scope = inner.parent; scope !== undefined; scope = scope.parent) {
      if (scope.kind === ScopeKind.Module) return;
      if (scope.kind === ScopeKind.Class) continue;
      if (scope.kind === ScopeKind.Block) {
        const variable = scope.variables.get(name);
        if (variable === undefined) continue;
        variable.isCaptured = true;
        if (how === innerWrite) variable.isWrittenOutside = true;
        return;
      }
      // The function may still bind it further down, so the question waits until its end.
      const asked = (scope.asked ??= new Map<number, number>());
      if (asked.get(name) !== innerWrite) asked.set(name, how);
      return;
    }
  }

  private close(scope: Scope): void {
    const isBound = (name: number): boolean => scope.variables.has(name) || scope.globals?.has(name) === true;
    for (const name of scope.reads ?? []) if (!isBound(name)) this.capture(scope, name, innerRead);
    for (const name of scope.nonlocals ?? []) this.capture(scope, name, innerWrite);
    for (const [name, how] of scope.asked ?? []) {
      const variable = scope.variables.get(name);
      if (variable !== undefined) {
        variable.isCaptured = true;
        if (how === innerWrite) variable.isWrittenOutside = true;
      } else if (!isBound(name)) {
        this.capture(scope, name, how);
      }
    }
    scope.reads = undefined;
    scope.asked = undefined;
  }

  private within(scope: Scope, body: () => void): void {
    const outer = this.scope;
    this.scope = scope;
    body();
    this.scope = outer;
  }

  // ---- the walk

  private readonly visitChild = (child: number): void => this.visit(child);

  private visitList(list: number): void {
    const { lists } = this.ast;
    for (let i = 0, n = lists.length(list); i < n; i++) {
      const node = lists.at(list, i);
      if (node >= 0) this.visit(node);
    }
  }

  private visitOptional(node: number): void {
    if (node >= 0) this.visit(node);
  }

  private visit(start: number): void {
    if (this.depth > depthMax) return;
    this.depth++;
    let node = start;
    // The leftmost child is followed by this loop, so that long chains (a.b().c(), a + b + c, elif) need no stack.
    while (node >= 0) node = this.visitOne(node);
    this.depth--;
  }

  /** Visits a node except one child, which it returns (or -1). */
  private visitOne(node: number): number {
    const { ast } = this;
    const a = ast.a.data[node];
    const b = ast.b.data[node];
    const c = ast.c.data[node];
    switch (ast.kind.data[node] as Kind) {
      case Kind.Name:
        if (b === Context.Load) this.read(a);
        else this.bind(a);
        return -1;
      case Kind.Constant:
        return -1;
      case Kind.Attribute:
        return a;
      case Kind.Subscript:
        this.visit(b);
        return a;
      case Kind.Call:
        this.visitList(b);
        this.visitList(c);
        return a;
      case Kind.BinOp:
        this.visit(c);
        return a;
      case Kind.FunctionDef:
      case Kind.AsyncFunctionDef:
        this.visitFunction(node);
        return -1;
      case Kind.Lambda:
        this.visitLambda(node);
        return -1;
      case Kind.ClassDef:
        this.visitClass(node);
        return -1;
      case Kind.ListComp:
      case Kind.SetComp:
      case Kind.GeneratorExp:
        this.visitComprehension(node, a, -1, b);
        return -1;
      case Kind.DictComp:
        this.visitComprehension(node, a, b, c);
        return -1;
      case Kind.If:
        return this.visitIf(node);
      case Kind.Global:
        this.declare(a, true);
        return -1;
      case Kind.Nonlocal:
        this.declare(a, false);
        return -1;
      case Kind.Import:
      case Kind.ImportFrom:
        this.visitImport(ast.kind.data[node] === Kind.Import ? a : b);
        return -1;
      case Kind.ExceptHandler:
        if (a >= 0) this.visit(a);
        this.bind(b);
        this.visitOptional(ast.d.data[node]);
        this.visitList(c);
        return -1;
      case Kind.TypeAlias:
        this.visit(a);
        this.within(this.openTypeParameters(node, b) ?? this.scope, () => this.visit(c));
        return -1;
      case Kind.MatchStar:
        this.bind(a);
        return -1;
      case Kind.MatchAs:
        this.visitOptional(a);
        this.bind(b);
        return -1;
      case Kind.MatchMapping:
        this.visitList(a);
        this.visitList(b);
        this.bind(c);
        return -1;
      case Kind.Yield:
      case Kind.YieldFrom:
        this.scope.host.isGenerator = true;
        return a;
      default:
        forEachChild(ast, node, this.visitChild);
        return -1;
    }
  }

  /** An `elif` chain is a chain of Ifs that are alone in their else part. */
  private visitIf(node: number): number {
    const { ast } = this;
    this.visit(ast.a.data[node]);
    this.visitList(ast.b.data[node]);
    const orelse = ast.c.data[node];
    if (ast.lists.length(orelse) === 1) return ast.lists.at(orelse, 0);
    this.visitList(orelse);
    return -1;
  }

  private declare(list: number, isGlobal: boolean): void {
    const { lists } = this.ast;
    const scope = this.scope.host;
    if (scope.kind === ScopeKind.Module) return;
    const into = isGlobal ? (scope.globals ??= new Set()) : (scope.nonlocals ??= new Set());
    for (let i = 0, n = lists.length(list); i < n; i++) {
      const name = this.mangle(lists.at(list, i));
      into.add(name);
      scope.variables.delete(name);
      if (isGlobal) this.globalsWritten.add(name);
    }
  }

  private visitImport(list: number): void {
    const { ast } = this;
    for (let i = 0, n = ast.lists.length(list); i < n; i++) {
      const alias = ast.lists.at(list, i);
      if (ast.kind.data[alias] !== Kind.Alias) continue;
      const asName = ast.b.data[alias];
      const text = ast.strings.text(ast.a.data[alias]);
      if (text === "*") continue;
      const dot = text.indexOf(".");
      this.bind(asName >= 0 ? asName : dot < 0 ? ast.a.data[alias] : ast.strings.intern(text.slice(0, dot)));
    }
  }

  private openTypeParameters(node: number, list: number): Scope | undefined {
    const { ast } = this;
    if (list === 0) return undefined;
    const scope = this.open(ScopeKind.Block, node, typeParameterKey(node), this.scope, this.scope.className);
    for (let i = 0, n = ast.lists.length(list); i < n; i++) {
      const name = ast.a.data[ast.lists.at(list, i)];
      if (name >= 0) this.bindIn(scope, this.mangle(name));
    }
    this.within(scope, () => this.visitList(list));
    return scope;
  }

  private visitFunction(node: number): void {
    const { ast } = this;
    const [decorators, returns, typeParameters] = ast.lists.toArray(ast.d.data[node]);
    this.visitList(decorators ?? 0);
    this.bind(ast.a.data[node]);
    this.visitDefaults(ast.b.data[node]);
    this.within(this.openTypeParameters(node, typeParameters ?? 0) ?? this.scope, () => {
      this.visitAnnotations(ast.b.data[node]);
      this.visitOptional(returns ?? -1);
      const scope = this.open(ScopeKind.Function, node, node, this.scope, this.scope.className);
      this.within(scope, () => {
        this.bindParameters(ast.b.data[node]);
        this.visitList(ast.c.data[node]);
        this.close(scope);
      });
    });
  }

  private visitLambda(node: number): void {
    const { ast } = this;
    this.visitDefaults(ast.a.data[node]);
    const scope = this.open(ScopeKind.Lambda, node, node, this.scope, this.scope.className);
    this.within(scope, () => {
      this.bindParameters(ast.a.data[node]);
      this.visit(ast.b.data[node]);
      this.close(scope);
    });
  }

  private visitDefaults(args: number): void {
    const [, , defaults, keywordDefaults] = this.ast.lists.toArray(this.ast.d.data[args]);
    this.visitList(defaults ?? 0);
    this.visitList(keywordDefaults ?? 0);
  }

  private forEachParameter(args: number, visit: (arg: number) => void): void {
    const { ast } = this;
    for (let part = 0; part < 3; part++) {
      const list = part === 0 ? ast.a.data[args] : part === 1 ? ast.b.data[args] : ast.c.data[args];
      for (let i = 0, n = ast.lists.length(list); i < n; i++) visit(ast.lists.at(list, i));
    }
    const rest = ast.d.data[args];
    for (let i = 0; i < 2 && i < ast.lists.length(rest); i++) if (ast.lists.at(rest, i) >= 0) visit(ast.lists.at(rest, i));
  }

  private visitAnnotations(args: number): void {
    this.forEachParameter(args, (arg) => this.visitOptional(this.ast.b.data[arg]));
  }

  private bindParameters(args: number): void {
    this.forEachParameter(args, (arg) => {
      const tuple = this.ast.c.data[arg];
      if (tuple >= 0) this.visit(tuple);
      else this.bind(this.ast.a.data[arg]);
    });
  }

  private visitClass(node: number): void {
    const { ast } = this;
    const [keywords, decorators, typeParameters] = ast.lists.toArray(ast.d.data[node]);
    this.visitList(decorators ?? 0);
    this.bind(ast.a.data[node]);
    this.within(this.openTypeParameters(node, typeParameters ?? 0) ?? this.scope, () => {
      this.visitList(ast.b.data[node]);
      this.visitList(keywords ?? 0);
      const scope = this.open(ScopeKind.Class, node, node, this.scope, ast.a.data[node]);
      this.within(scope, () => {
        this.visitList(ast.c.data[node]);
        this.close(scope);
      });
    });
  }

  private visitComprehension(node: number, element: number, value: number, generators: number): void {
    const { ast } = this;
    const count = ast.lists.length(generators);
    if (count > 0) this.visit(ast.b.data[ast.lists.at(generators, 0)]);
    const scope = this.open(ScopeKind.Block, node, node, this.scope, this.scope.className);
    this.within(scope, () => {
      for (let i = 0; i < count; i++) this.bindTargets(scope, ast.a.data[ast.lists.at(generators, i)]);
      for (let i = 0; i < count; i++) {
        const generator = ast.lists.at(generators, i);
        if (i > 0) this.visit(ast.b.data[generator]);
        this.visitList(ast.c.data[generator]);
      }
      this.visit(element);
      this.visitOptional(value);
    });
  }

  private bindTargets(scope: Scope, target: number): void {
    const { ast } = this;
    switch (ast.kind.data[target] as Kind) {
      case Kind.Name:
        this.bindIn(scope, this.mangle(ast.a.data[target]));
        return;
      case Kind.Starred:
        this.bindTargets(scope, ast.a.data[target]);
        return;
      case Kind.Tuple:
      case Kind.List:
        for (let i = 0, n = ast.lists.length(ast.a.data[target]); i < n; i++) {
          this.bindTargets(scope, ast.lists.at(ast.a.data[target], i));
        }
        return;
      default:
        this.visit(target);
    }
  }
}

/** Holds if a function or Block encloses the scope, so that a name it reads could be someone else's variable. */
function hasOwnerAround(scope: Scope): boolean {
  for (let outer = scope.parent; outer !== undefined; outer = outer.parent) {
    if (outer.kind !== ScopeKind.Class && outer.kind !== ScopeKind.Module) return true;
  }
  return false;
}
