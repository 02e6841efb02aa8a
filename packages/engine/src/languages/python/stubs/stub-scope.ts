/** What the names of one stub file stand for, before any annotation is read. */
import { type Ast, CompareOperator, Kind } from "../ast.ts";

/** One statement that binds a name, or an import. */
export type Binding =
  | { readonly kind: "class"; readonly node: number; readonly inner: Scope }
  | { readonly kind: "function"; readonly nodes: readonly number[] }
  | { readonly kind: "variable"; readonly annotation: number; readonly value: number }
  | { readonly kind: "value"; readonly value: number }
  /** A module, or a name of a module; `isPublic` if other modules may import it from here. */
  | { readonly kind: "import"; readonly module: string; readonly name: string; readonly isPublic: boolean };

export interface Scope {
  readonly names: Map<string, Binding>;
  /** Modules whose public names this one passes on. */
  readonly stars: string[];
}

const depthMax = 32;
/** The interpreter that conditions of stubs are decided for; what other versions have is added where it is missing. */
const version = [3, 14];
const platform = "linux";

export class ScopeReader {
  private readonly ast: Ast;
  /** The package that relative imports start from. */
  private readonly packageName: string;

  constructor(ast: Ast, packageName: string) {
    this.ast = ast;
    this.packageName = packageName;
  }

  read(list: number): Scope {
    const scope: Scope = { names: new Map(), stars: [] };
    this.block(list, scope, 0);
    return scope;
  }

  private block(list: number, scope: Scope, depth: number): void {
    if (depth > depthMax) return;
    const { ast } = this;
    for (const node of ast.lists.toArray(list)) {
      switch (ast.kind.data[node] as Kind) {
        case Kind.ClassDef: this.addClass(node, scope, depth); break;
        case Kind.FunctionDef:
        case Kind.AsyncFunctionDef: this.addFunction(node, scope); break;
        case Kind.AnnAssign: {
          const name = this.nameOf(ast.a.data[node]);
          if (name !== "") this.add(scope, name, { kind: "variable", annotation: ast.b.data[node], value: ast.c.data[node] });
          break;
        }
        case Kind.Assign:
          for (const target of ast.lists.toArray(ast.a.data[node])) {
            const name = this.nameOf(target);
            if (name !== "") this.add(scope, name, { kind: "value", value: ast.b.data[node] });
          }
          break;
        case Kind.TypeAlias: {
          const name = this.nameOf(ast.a.data[node]);
          if (name !== "") this.add(scope, name, { kind: "value", value: ast.c.data[node] });
          break;
        }
        case Kind.Import: this.addImport(node, scope); break;
        case Kind.ImportFrom: this.addFrom(node, scope); break;
        case Kind.If: {
          const holds = this.decide(ast.a.data[node]);
          const [first, second] = holds === false ? [ast.c.data[node], ast.b.data[node]] : [ast.b.data[node], ast.c.data[node]];
          this.block(first, scope, depth + 1);
          this.block(second, scope, depth + 1);
          break;
        }
        case Kind.Try: this.block(ast.a.data[node], scope, depth + 1); break;
        case Kind.With: this.block(ast.b.data[node], scope, depth + 1); break;
        default:
      }
    }
  }

  /** The first binding of a name stands: the branch for the newest interpreter is read first. */
  private add(scope: Scope, name: string, binding: Binding): void {
    if (!scope.names.has(name)) scope.names.set(name, binding);
  }

  private addClass(node: number, scope: Scope, depth: number): void {
    const inner: Scope = { names: new Map(), stars: [] };
    this.block(this.ast.c.data[node], inner, depth + 1);
    this.add(scope, this.ast.strings.text(this.ast.a.data[node]), { kind: "class", node, inner });
  }

  /** Overloads are gathered; another definition of the same name in another branch is not. */
  private addFunction(node: number, scope: Scope): void {
    const name = this.ast.strings.text(this.ast.a.data[node]);
    const known = scope.names.get(name);
    if (known === undefined) scope.names.set(name, { kind: "function", nodes: [node] });
    else if (known.kind === "function" && this.isOverload(node)) {
      scope.names.set(name, { kind: "function", nodes: [...known.nodes, node] });
    }
  }

  private isOverload(node: number): boolean {
    return this.decorators(node).includes("overload");
  }

  /** Last names of the decorators of a function or class. */
  decorators(node: number): string[] {
    const { ast } = this;
    const detail = ast.d.data[node];
    const at = ast.kind.data[node] === Kind.ClassDef ? 1 : 0;
    return ast.lists.toArray(ast.lists.at(detail, at)).map((decorator) => {
      const callee = ast.kind.data[decorator] === Kind.Call ? ast.a.data[decorator] : decorator;
      if (ast.kind.data[callee] === Kind.Name) return ast.strings.text(ast.a.data[callee]);
      return ast.kind.data[callee] === Kind.Attribute ? ast.strings.text(ast.b.data[callee]) : "";
    });
  }

  private nameOf(node: number): string {
    return this.ast.kind.data[node] === Kind.Name ? this.ast.strings.text(this.ast.a.data[node]) : "";
  }

  private addImport(node: number, scope: Scope): void {
    const { ast } = this;
    for (const alias of ast.lists.toArray(ast.a.data[node])) {
      const dotted = ast.strings.text(ast.a.data[alias]);
      const as = ast.b.data[alias] < 0 ? "" : ast.strings.text(ast.b.data[alias]);
      const top = dotted.split(".", 1)[0];
      this.add(scope, as === "" ? top : as, { kind: "import", module: as === "" ? top : dotted, name: "", isPublic: as === dotted });
    }
  }

  private addFrom(node: number, scope: Scope): void {
    const { ast } = this;
    const module = this.absolute(ast.a.data[node] < 0 ? "" : ast.strings.text(ast.a.data[node]), ast.c.data[node]);
    for (const alias of ast.lists.toArray(ast.b.data[node])) {
      const name = ast.strings.text(ast.a.data[alias]);
      if (name === "*") {
        scope.stars.push(module);
        continue;
      }
      const as = ast.b.data[alias] < 0 ? "" : ast.strings.text(ast.b.data[alias]);
      this.add(scope, as === "" ? name : as, { kind: "import", module, name, isPublic: as === name });
    }
  }

  private absolute(module: string, level: number): string {
    if (level === 0) return module;
    const parts = this.packageName.split(".");
    const base = parts.slice(0, parts.length - (level - 1)).join(".");
    return module === "" ? base : `${base}.${module}`;
  }

  /** What a condition on the interpreter is here; undefined for other conditions. */
  private decide(node: number): boolean | undefined {
    const { ast } = this;
    const kind = ast.kind.data[node] as Kind;
    if (kind === Kind.UnaryOp) {
      const inner = this.decide(ast.b.data[node]);
      return inner === undefined ? undefined : !inner;
    }
    if (kind === Kind.BoolOp) {
      const parts = ast.lists.toArray(ast.b.data[node]).map((part) => this.decide(part));
      const isAnd = ast.a.data[node] === 0;
      if (parts.includes(!isAnd)) return !isAnd;
      return parts.includes(undefined) ? undefined : isAnd;
    }
    if (kind !== Kind.Compare) return undefined;
    const left = ast.a.data[node];
    if (ast.kind.data[left] !== Kind.Attribute) return undefined;
    const subject = ast.strings.text(ast.b.data[left]);
    const op = ast.lists.at(ast.b.data[node], 0) as CompareOperator;
    const right = ast.lists.at(ast.c.data[node], 0);
    if (subject === "platform" && ast.kind.data[right] === Kind.Constant) {
      const constant = ast.constants[ast.a.data[right]];
      const isSame = constant.type === "str" && constant.value === platform;
      return op === CompareOperator.Eq ? isSame : op === CompareOperator.NotEq ? !isSame : undefined;
    }
    if (subject !== "version_info" || ast.kind.data[right] !== Kind.Tuple) return undefined;
    return this.decideVersion(op, ast.lists.toArray(ast.a.data[right]));
  }

  private decideVersion(op: CompareOperator, items: readonly number[]): boolean | undefined {
    const { ast } = this;
    for (let i = 0; i < items.length && i < version.length; i++) {
      const constant = ast.kind.data[items[i]] === Kind.Constant ? ast.constants[ast.a.data[items[i]]] : undefined;
      if (constant?.type !== "int") return undefined;
      const wanted = Number(constant.value);
      if (wanted === version[i]) continue;
      const isNewer = version[i] > wanted;
      return op === CompareOperator.GtE || op === CompareOperator.Gt ? isNewer : !isNewer;
    }
    return op === CompareOperator.GtE || op === CompareOperator.LtE;
  }
}
