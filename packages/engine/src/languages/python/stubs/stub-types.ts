/**
 * Annotations of stubs as the texts of the pack.
 *
 * ```text
 * re.Match[str]|bytes   an instance of either; builtins have no prefix; None is left out
 * $0   the first type parameter of the class      !    the receiver's own type
 * @1:key    what is passed as argument 1 or `key`   @0:xs*  its elements   @0:fn()  what it returns   @0:cls!  its instance
 * ~re.Match   the class itself                     ()int   something whose call gives an int
 * *   anything                                     ""   nothing
 * ```
 */
import { splitTop } from "../../../base/index.ts";
import { type Ast, Kind } from "../ast.ts";
import type { Scope } from "./stub-scope.ts";

const depthMax = 6;
const unionMax = 4;
const argumentsMax = 6;
export const anything = "*";

const typingModules = new Set(["typing", "typing_extensions", "collections.abc", "_typeshed", "_collections_abc"]);
const transparent = new Set(["Annotated", "ClassVar", "Final", "Required", "NotRequired", "ReadOnly"]);
const unknowns = new Set(["Any", "Incomplete", "MaybeNone", "Unused", "object", "Concatenate", "Unpack", "sentinel"]);
const nothings = new Set(["None", "NoReturn", "Never"]);
const builtinAliases: ReadonlyMap<string, string> = new Map([
  ["List", "list"], ["Dict", "dict"], ["Set", "set"], ["FrozenSet", "frozenset"], ["Tuple", "tuple"], ["Text", "str"],
  ["LiteralString", "str"], ["TypeGuard", "bool"], ["TypeIs", "bool"], ["Type", "type"],
]);

/** Type variables in sight: of the class by position, of the function by where an argument shows them. */
export interface TypeVariables {
  readonly ofClass: readonly string[];
  readonly ofFunction: ReadonlyMap<string, string>;
}

/** What a name outside the file stands for as far as this reader cares. */
export interface StubNames {
  readonly module: string;
  readonly scope: Scope;
  /** Names of the builtins module. */
  readonly builtins: ReadonlySet<string>;
  /** Bound or first constraint of a type variable, as a text; undefined if the dotted name is none. */
  variable(dotted: string): string | undefined;
}

export class TypeReader {
  private readonly ast: Ast;
  private readonly names: StubNames;

  constructor(ast: Ast, names: StubNames) {
    this.ast = ast;
    this.names = names;
  }

  read(node: number, variables: TypeVariables, inner: readonly string[] = [], depth = 0): string {
    const { ast } = this;
    if (node < 0 || depth > depthMax) return anything;
    switch (ast.kind.data[node] as Kind) {
      case Kind.Constant: {
        const constant = ast.constants[ast.a.data[node]];
        if (constant.type === "none") return "";
        return constant.type === "str" ? this.readText(constant.value, variables, inner) : anything;
      }
      case Kind.BinOp: return union([this.read(ast.a.data[node], variables, inner, depth + 1), this.read(ast.c.data[node], variables, inner, depth + 1)]);
      case Kind.Name:
      case Kind.Attribute: return this.named(this.dotted(node, inner), variables);
      case Kind.Subscript: return this.generic(node, variables, inner, depth);
      default: return anything;
    }
  }

  /** A forward reference that is a plain name; others do not occur in stubs. */
  private readText(text: string, variables: TypeVariables, inner: readonly string[]): string {
    return /^\w+$/.test(text) ? this.named(this.dottedName(text, inner), variables) : anything;
  }

  private named(dotted: string, variables: TypeVariables): string {
    if (dotted === "" || dotted === "types.ModuleType") return anything;
    const at = variables.ofClass.indexOf(dotted);
    if (at >= 0) return `$${at}`;
    const shown = variables.ofFunction.get(dotted);
    if (shown !== undefined) return shown;
    const bound = this.names.variable(dotted);
    if (bound !== undefined) return bound;
    const special = this.special(dotted);
    if (special === undefined) return dotted;
    if (special === "Self") return "!";
    if (unknowns.has(special)) return anything;
    if (nothings.has(special)) return "";
    return builtinAliases.get(special) ?? dotted;
  }

  /** The last name if the dotted name is one of typing. */
  private special(dotted: string): string | undefined {
    const dot = dotted.lastIndexOf(".");
    if (dot < 0) return dotted === "object" ? dotted : undefined;
    return typingModules.has(dotted.slice(0, dot)) ? dotted.slice(dot + 1) : undefined;
  }

  private generic(node: number, variables: TypeVariables, inner: readonly string[], depth: number): string {
    const { ast } = this;
    const dotted = this.dotted(ast.a.data[node], inner);
    const key = ast.b.data[node];
    const args = ast.kind.data[key] === Kind.Tuple ? ast.lists.toArray(ast.a.data[key]) : [key];
    const read = (argument: number) => this.read(argument, variables, inner, depth + 1);
    const special = this.special(dotted);
    if (special !== undefined) {
      if (transparent.has(special)) return read(args[0]);
      if (special === "Optional" || special === "Union") return union(args.map(read));
      if (special === "Literal") return union(args.map((argument) => this.literal(argument)));
      if (special === "Callable") return callable(args.length > 1 ? read(args[1]) : anything);
      if (special === "TypeGuard" || special === "TypeIs") return "bool";
      if (special === "Type") return classOf(read(args[0]));
    }
    if (dotted === "type") return classOf(read(args[0]));
    const head = this.named(dotted, variables);
    if (!/^[\w.]+$/.test(head)) return head;
    const texts = args.slice(0, argumentsMax).filter((argument) => !this.isEllipsis(argument)).map((argument) => read(argument) || anything);
    return texts.every((text) => text === anything) ? head : `${head}[${texts.join(",")}]`;
  }

  private isEllipsis(node: number): boolean {
    return this.ast.kind.data[node] === Kind.Constant && this.ast.constants[this.ast.a.data[node]].type === "ellipsis";
  }

  private literal(node: number): string {
    const { ast } = this;
    if (ast.kind.data[node] === Kind.UnaryOp) return "int";
    if (ast.kind.data[node] !== Kind.Constant) return anything;
    const { type } = ast.constants[ast.a.data[node]];
    if (type === "true" || type === "false") return "bool";
    return type === "str" || type === "bytes" || type === "int" ? type : "";
  }

  /** The absolute name of `A`, `m.A`, `A.B`; "" if nothing binds it. `inner` are names of the classes around. */
  dotted(node: number, inner: readonly string[]): string {
    const { ast } = this;
    if (ast.kind.data[node] === Kind.Name) return this.dottedName(ast.strings.text(ast.a.data[node]), inner);
    if (ast.kind.data[node] !== Kind.Attribute) return "";
    const base = this.dotted(ast.a.data[node], inner);
    return base === "" ? "" : `${base}.${ast.strings.text(ast.b.data[node])}`;
  }

  private dottedName(name: string, inner: readonly string[]): string {
    const { module, scope, builtins } = this.names;
    let at = scope;
    let prefix = module;
    let found = "";
    for (const part of inner) {
      const next = at.names.get(part);
      if (next?.kind !== "class") break;
      at = next.inner;
      prefix += `.${part}`;
      if (at.names.get(name)?.kind === "class") found = `${prefix}.${name}`;
    }
    if (found !== "") return found;
    const binding = scope.names.get(name);
    if (binding?.kind === "import") return binding.name === "" ? binding.module : `${binding.module}.${binding.name}`;
    if (binding !== undefined) return module === "builtins" ? name : `${module}.${name}`;
    if (builtins.has(name)) return name;
    return scope.stars.length > 0 ? `${scope.stars[0]}.${name}` : "";
  }
}

export function callable(result: string): string {
  return result === anything ? anything : result === "" ? "" : result.includes("|") ? `()(${result})` : `()${result}`;
}

function classOf(instance: string): string {
  if (instance === "!" || /^[\w.]+$/.test(instance)) return `~${instance}`;
  return anything;
}

/** Joins alternatives: None adds nothing, and "or anything" is left out where something is known. */
export function union(texts: readonly string[]): string {
  const parts = new Set<string>();
  for (const text of texts) for (const part of splitTop(text, "|")) if (part !== "") parts.add(part);
  if (parts.size > 1) parts.delete(anything);
  return [...parts].slice(0, unionMax).join("|");
}
