/**
 * What is known of a parameter before the entry point runs: by the route that fills it, and by its annotation where
 * the framework converts what it passes.
 *
 * ```text
 * @app.route("/a/<int:n>/<name>")         n: number; name: no-slash
 * re_path(r"^b/(?P<t>[0-9a-z]+)$", b)     t: plain-text, no-quote, ...
 * def c(n: int, item: Item)               n: number; item.price: number, if Item declares price: float
 * ```
 */
import { BinOp, BuildKind, type FunctionInfo, type Ir, Op, callKeyword } from "../ir/index.ts";
import { type Entry, type Program, TokenKind, tokenId, tokenKind } from "../program/index.ts";
import { charsetOfRegex, guardsOfCharset } from "../values/index.ts";
import { decoratedGuards } from "./document-checks.ts";
import { isEnumeration } from "./enumerations.ts";
import { annotatedGuards, fieldValidatorGuards } from "./field-validators.ts";
import { anyKey, attributeName, isAttribute, type PathTable } from "./paths.ts";
import { rootGuardsOfRegex } from "./root-checks.ts";
import type { Solver } from "./solver.ts";

/** Guards of a part of parameter `index` of an entry function. */
export function entryGuards(solver: Solver, entry: Entry, fn: FunctionInfo, index: number, path: number): readonly string[] {
  const param = fn.params[index];
  if (param && entry.kind === "library") return param.annotation < 0 ? none : new Annotations(solver).guards(param.annotation, path, 0);
  if (!param) return none;
  const byBody = decoratedGuards(solver, fn, index, path);
  if (byBody.length > 0) return byBody;
  const byRoute = entry.path === "" ? none : routeGuards(entry.path, solver.ir.strings.text(param.name), entry.framework);
  if (entry.converts !== true) return byRoute;
  const byType = param.annotation < 0 ? none : new Annotations(solver).guards(param.annotation, path, 0);
  return [...new Set([...byRoute, ...byType, ...patternOf(solver.ir, param.default)])];
}

const none: readonly never[] = [];
/** Frameworks that match the address as it was sent and decode what they found: `%2F` is matched, and `/` is passed. */
const decodesLate = new Set(["aiohttp", "tornado", "sanic", "cherrypy"]);
/** Frameworks whose converter `path` takes a leading slash too; that of Werkzeug does not. */
const startsAnyhow = new Set(["django", "bottle", "sanic"]);

// ---- routes

/** Guards that a route gives to the parameter that one of its parts names. */
export function routeGuards(route: string, name: string, framework: string): readonly string[] {
  const isLate = decodesLate.has(framework);
  const pattern = namedGroup(route, name);
  if (pattern !== undefined) return patternGuards(pattern, isLate);
  for (const match of route.matchAll(/<([^<>]*)>|\{([^{}]*)\}/g)) {
    const inner = match[1] ?? match[2] ?? "";
    const converter = converterOf(inner, name, match[1] !== undefined, framework);
    if (converter !== undefined) return converterGuards(converter, isLate, match[1] !== undefined, framework);
  }
  return none;
}

/** `int` of `int:name` (Werkzeug, Django) and `name:int` (Bottle, Starlette); "" if it names none; undefined for another name. */
function converterOf(inner: string, name: string, isAngled: boolean, framework: string): string | undefined {
  if (inner.trim() === name) return "";
  const isNameFirst = !isAngled || framework === "bottle" || framework === "sanic";
  if (isNameFirst) return inner.startsWith(`${name}:`) ? inner.slice(name.length + 1) : undefined;
  return inner.endsWith(`:${name}`) ? inner.slice(0, -name.length - 1) : undefined;
}

function converterGuards(converter: string, isLate: boolean, isAngled: boolean, framework: string): readonly string[] {
  const call = /^(\w+)(?:\(.*\))?$/.exec(converter);
  const startsPlain = isAngled && !startsAnyhow.has(framework);
  switch (call?.[1] ?? converter) {
    case "int": case "float": case "number": case "decimal": case "hex": return ["number"];
    case "uuid": return patternGuards("[0-9a-fA-F-]+", false);
    case "slug": return patternGuards("[-a-zA-Z0-9_]+", false);
    case "any": return ["fixed-choice"];
    case "dt": case "ymd": return patternGuards("[0-9-]+", false);
    case "": case "str": case "string": case "default": case "minlength": return isLate ? none : patternGuards("[^/]+", false);
    case "path": return startsPlain ? ["no-root"] : none;
    default: break;
  }
  if (call) return none;
  return patternGuards(converter.startsWith("re:") ? converter.slice(3) : converter, isLate);
}

/** The expression of the group `(?P<name>...)`, up to the parenthesis that closes it. */
function namedGroup(route: string, name: string): string | undefined {
  const start = route.indexOf(`(?P<${name}>`);
  if (start < 0) return undefined;
  const from = start + name.length + 5;
  let depth = 1;
  let isClass = false;
  for (let at = from; at < route.length; at++) {
    const c = route[at]!;
    if (c === "\\") at++;
    else if (isClass) isClass = c !== "]" || at === from || route[at - 1] === "[";
    else if (c === "[") isClass = true;
    else if (c === "(") depth++;
    else if (c === ")" && --depth === 0) return route.slice(from, at);
  }
  return undefined;
}

function patternGuards(pattern: string, isLate: boolean): readonly string[] {
  const set = charsetOfRegex(pattern, "fullmatch");
  // A class that lacks only the slash allows backslashes, which separate nothing where addresses are matched.
  const root = rootGuardsOfRegex(pattern, "fullmatch");
  if (!set || (isLate && set.ascii["%".charCodeAt(0)])) return root;
  const guards = [...guardsOfCharset(set), ...root];
  return set.ascii["/".charCodeAt(0)] || guards.includes("no-slash") ? guards : [...guards, "no-slash"];
}

// ---- annotations

const numbers = new Set([
  "int", "float", "bool", "complex", "Decimal", "datetime", "date", "time", "timedelta", "PositiveInt", "NegativeInt",
  "NonNegativeInt", "NonPositiveInt", "StrictInt", "StrictFloat", "StrictBool", "PositiveFloat", "NegativeFloat",
  "NonNegativeFloat", "NonPositiveFloat", "FiniteFloat", "conint", "confloat", "condecimal",
]);
const addresses = new Set(["IPv4Address", "IPv6Address", "IPv4Network", "IPv6Network", "IPvAnyAddress"]);
const uuids = /^UUID[1-8]?$/;
const alternatives = new Set(["Optional", "Union"]);
const collections = new Set(["List", "list", "Set", "set", "FrozenSet", "frozenset", "Sequence", "Iterable", "Tuple", "tuple"]);
const fieldTables = new Set(["model_fields", "model_computed_fields", "__fields__"]);
const annotationDepthMax = 8;

class Annotations {
  private readonly program: Program;
  private readonly ir: Ir;
  private readonly paths: PathTable;
  private readonly solver: Solver;

  constructor(solver: Solver) {
    this.solver = solver;
    this.program = solver.program;
    this.ir = solver.ir;
    this.paths = solver.paths;
  }

  /** Guards of the part `path` of a value that was converted to what `row` names. */
  guards(row: number, path: number, depth: number): readonly string[] {
    const { ir } = this;
    if (depth > annotationDepthMax || row < 0) return none;
    const stores = ir.op.data[row] === Op.Global || ir.op.data[row] === Op.Import ? this.program.storesOf(row) : none;
    // `Name = Annotated[str, …]`: the name of an annotation.
    if (stores.length === 1 && (ir.op.data[stores[0]!] === Op.GetItem || ir.op.data[stores[0]!] === Op.Bin)) return this.guards(stores[0]!, path, depth + 1);
    switch (ir.op.data[row]! as Op) {
      case Op.Const: return this.ofText(row);
      case Op.Bin:
        return (ir.a.data[row]! & 31) === BinOp.BitOr ? this.common([ir.b.data[row]!, ir.c.data[row]!], path, depth) : none;
      case Op.GetItem: return this.ofGeneric(row, path, depth);
      case Op.Call: return this.ofName(this.nameOf(ir.a.data[row]!));
      default: return this.ofClass(row, path, depth);
    }
  }

  private ofName(name: string): readonly string[] {
    if (numbers.has(name)) return ["number"];
    if (uuids.test(name)) return patternGuards("[0-9a-fA-F-]+", false);
    return addresses.has(name) ? ["ip-address"] : none;
  }

  private ofText(row: number): readonly string[] {
    const constant = this.ir.constants[this.ir.a.data[row]!]!;
    return constant.type === "str" ? this.ofName(constant.value.replace(/^.*\./, "")) : none;
  }

  private ofGeneric(row: number, path: number, depth: number): readonly string[] {
    const { ir } = this;
    const name = this.nameOf(ir.a.data[row]!);
    const key = ir.b.data[row]!;
    const args = ir.op.data[key] === Op.Build && ir.a.data[key] === BuildKind.Tuple ? ir.lists.toArray(ir.b.data[key]!) : [key];
    if (name === "Literal") return ["fixed-choice"];
    if (name === "Annotated") return [...this.guards(args[0] ?? -1, path, depth + 1), ...args.slice(1).flatMap((each) => [...patternOf(ir, each), ...(path === 0 ? annotatedGuards(this.solver, each) : none)])];
    if (alternatives.has(name)) return this.common(args, path, depth);
    if (!collections.has(name)) return none;
    const inner = path !== 0 && !isAttribute(this.paths.head(path)) ? this.paths.tail(path) : path;
    return this.common(args, inner, depth);
  }

  /** Guards that hold for each of several annotations; None leaves nothing to choose. */
  private common(rows: readonly number[], path: number, depth: number): readonly string[] {
    let out: readonly string[] | undefined;
    for (const row of rows) {
      const constant = this.ir.op.data[row] === Op.Const ? this.ir.constants[this.ir.a.data[row]!] : undefined;
      if (constant?.type === "none" || constant?.type === "ellipsis") continue;
      const guards = this.guards(row, path, depth + 1);
      out = out ? out.filter((kind) => guards.includes(kind)) : guards;
    }
    return out ?? none;
  }

  private ofClass(row: number, path: number, depth: number): readonly string[] {
    const tokens = this.program.tokensOf(row);
    let cls = -1;
    for (let i = 0; i < tokens.length; i++) if (tokenKind(tokens[i]!) === TokenKind.Class) cls = tokenId(tokens[i]!);
    if (cls < 0) return path === 0 || !isAttribute(this.paths.head(path)) ? this.ofName(this.nameOf(row)) : none;
    if (isEnumeration(this.program, cls)) return ["fixed-choice"];
    // The names of the fields of a model are written in its class, however it is made a mapping.
    if (path !== 0 && this.paths.head(path) === anyKey) return this.takesMore(cls) ? none : ["fixed-choice"];
    if (path === 0 || !isAttribute(this.paths.head(path))) return none;
    const name = attributeName(this.paths.head(path));
    const rest = this.paths.tail(path);
    // The names of the fields of a model are written in its class.
    if (fieldTables.has(this.ir.strings.text(name))) return rest !== 0 && this.paths.head(rest) === anyKey ? ["fixed-choice"] : none;
    const byType = this.guards(this.fieldAnnotation(cls, name), rest, depth + 1);
    return rest === 0 ? [...byType, ...this.validators(cls, name)] : byType;
  }

  /** Holds if a model is declared to keep fields that it does not name: `extra = "allow"`. */
  private takesMore(cls: number): boolean {
    const { ir } = this;
    return [cls, ...this.program.mroOf(cls)].some((each) => {
      if (each < 0) return false;
      const body = ir.functions[ir.classes[each]!.body]!;
      return ir.functions.some((fn) => (fn.id === body.id || fn.parent === body.id) && this.mentionsAllow(fn));
    });
  }

  private mentionsAllow(fn: FunctionInfo): boolean {
    for (let row = fn.firstInstr; row < fn.endInstr; row++) {
      const constant = this.ir.op.data[row] === Op.Const ? this.ir.constants[this.ir.a.data[row]!] : undefined;
      if (constant?.type === "str" && constant.value === "allow") return true;
      if (this.ir.op.data[row] === Op.GetAttr && this.ir.strings.text(this.ir.b.data[row]!) === "allow") return true;
    }
    return false;
  }

  private validators(cls: number, name: number): readonly string[] {
    return [cls, ...this.program.mroOf(cls)].flatMap((each) => (each < 0 ? none : fieldValidatorGuards(this.solver, each, name)));
  }

  /** The annotation of a field that a class or one of its bases declares, or -1. */
  private fieldAnnotation(cls: number, name: number): number {
    const { ir } = this;
    for (const each of [cls, ...this.program.mroOf(cls)]) {
      if (each < 0) continue;
      const body = ir.functions[ir.classes[each]!.body]!;
      for (let row = body.firstInstr; row < body.endInstr; row++) {
        if (ir.op.data[row] === Op.Annotate && ir.b.data[row] === name) return ir.c.data[row]!;
      }
    }
    return -1;
  }

  private nameOf(row: number): string {
    const { ir } = this;
    switch (ir.op.data[row]! as Op) {
      case Op.Global: return ir.strings.text(ir.a.data[row]!);
      case Op.GetAttr: return ir.strings.text(ir.b.data[row]!);
      case Op.Import: return ir.b.data[row]! >= 0 ? ir.strings.text(ir.b.data[row]!) : "";
      default: return "";
    }
  }
}

/** Guards of `Query(pattern="^[a-z]+$")`, the default of a parameter or an annotation's addition. */
function patternOf(ir: Ir, value: number): readonly string[] {
  if (value < 0 || ir.op.data[value] !== Op.Call) return none;
  for (const word of ["pattern", "regex"]) {
    const name = ir.strings.find(word);
    const given = name === undefined || name < 0 ? -1 : callKeyword(ir, value, name);
    const constant = given >= 0 && ir.op.data[given] === Op.Const ? ir.constants[ir.a.data[given]!] : undefined;
    const set = constant?.type === "str" ? charsetOfRegex(constant.value, "search") : undefined;
    if (constant?.type === "str") return [...(set ? guardsOfCharset(set) : none), ...rootGuardsOfRegex(constant.value, "search")];
  }
  return none;
}
