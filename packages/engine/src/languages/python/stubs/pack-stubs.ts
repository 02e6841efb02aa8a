/**
 * Type stubs as one text that is read module by module: `docs/design/stub-pack.md`.
 *
 * Runs when the command is built; the engine reads the result through `knowledge/stub-pack.ts`.
 */
import { Interner } from "../../../base/index.ts";
import { type Ast, Kind } from "../ast.ts";
import { ModuleParser } from "../parse.ts";
import { MemberReader, type StubClass, type StubEntry } from "./stub-members.ts";
import { type Binding, type Scope, ScopeReader } from "./stub-scope.ts";
import { anything, type StubNames, TypeReader } from "./stub-types.ts";

export interface StubFile {
  /** Dotted name of the module. */
  readonly module: string;
  readonly isPackage: boolean;
  readonly bytes: Uint8Array;
}

interface OpenStub {
  readonly file: StubFile;
  readonly ast: Ast;
  readonly scopes: ScopeReader;
  readonly scope: Scope;
}

interface PackedModule {
  readonly names: Record<string, StubEntry>;
  readonly stars: readonly string[];
}

const publicNamesMax = 3;
const hopsMax = 8;
const noNames: ReadonlySet<string> = new Set();
/** Module constants that nobody calls and no method of which is called; there are thousands in some modules. */
const plainConstants: ReadonlySet<StubEntry> = new Set(["vint", "vbool", "vfloat", `v${anything}`]);

/** Packs stub files: a header line, a line of lengths by module, then one line of JSON for each module. Equal files give equal text. */
export function packStubs(files: readonly StubFile[], origin: string): string {
  const parser = new ModuleParser(new Interner());
  const open = new Map<string, OpenStub>();
  for (const file of [...files].sort((a, b) => (a.module < b.module ? -1 : 1))) {
    const ast = parser.parse(file.bytes);
    const packageName = file.isPackage ? file.module : file.module.slice(0, Math.max(0, file.module.lastIndexOf(".")));
    const scopes = new ScopeReader(ast, packageName);
    open.set(file.module, { file, ast, scopes, scope: scopes.read(ast.a.data[ast.root]) });
  }
  const builtins = new Set(open.get("builtins")?.scope.names.keys() ?? noNames);
  const variables = new TypeVariableTable(open, builtins);
  const packed = new Map<string, PackedModule>();
  for (const [module, stub] of open) packed.set(module, packModule(stub, { module, scope: stub.scope, builtins, variable: (name) => variables.bound(name) }));
  addPublicNames(packed);
  const lines = [...packed].map(([, module]) => asciiJson(module.stars.length === 0 ? [module.names] : [module.names, module.stars]));
  const lengths = [...packed.keys()].map((module, i) => `${module}:${lines[i].length}`).join(" ");
  return `warrant-stubs 1 ${origin}\n${lengths}\n${lines.join("\n")}\n`;
}

/** JSON in ASCII alone, so that lengths count the same in bytes and in characters. */
function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(/[\u007f-\uffff]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

function packModule(stub: OpenStub, names: StubNames): PackedModule {
  const reader = new MemberReader(stub.ast, stub.scopes, names);
  const out: Record<string, StubEntry> = {};
  const exported = literalExports(stub);
  for (const [name, binding] of stub.scope.names) {
    if (name.startsWith("__") && name !== "__getattr__") continue;
    const shown: Binding = binding.kind === "import" && exported.has(name) ? { ...binding, isPublic: true } : binding;
    const entry = reader.entry(shown, []);
    if (entry !== undefined && !plainConstants.has(entry)) out[name] = entry;
  }
  return { names: out, stars: stub.scope.stars };
}

/** Names that a literal `__all__` lists. */
function literalExports({ ast, scope }: OpenStub): ReadonlySet<string> {
  const binding = scope.names.get("__all__");
  if (binding?.kind !== "value") return noNames;
  const kind = ast.kind.data[binding.value] as Kind;
  if (kind !== Kind.List && kind !== Kind.Tuple) return noNames;
  const out = new Set<string>();
  for (const item of ast.lists.toArray(ast.a.data[binding.value])) {
    const constant = ast.kind.data[item] === Kind.Constant ? ast.constants[ast.a.data[item]] : undefined;
    if (constant?.type === "str") out.add(constant.value);
  }
  return out;
}

/** Which dotted names are type variables, and what stands in for one that no argument shows: its bound or first choice. */
class TypeVariableTable {
  private readonly open: ReadonlyMap<string, OpenStub>;
  private readonly builtins: ReadonlySet<string>;
  private readonly known = new Map<string, string | undefined>();

  constructor(open: ReadonlyMap<string, OpenStub>, builtins: ReadonlySet<string>) {
    this.open = open;
    this.builtins = builtins;
  }

  bound(dotted: string): string | undefined {
    if (this.known.has(dotted)) return this.known.get(dotted);
    this.known.set(dotted, undefined); // a circle of imports is none
    const found = this.find(dotted, 0);
    this.known.set(dotted, found);
    return found;
  }

  private find(dotted: string, hops: number): string | undefined {
    if (dotted === "typing.AnyStr") return "str";
    const dot = dotted.lastIndexOf(".");
    const stub = hops > hopsMax ? undefined : this.open.get(dot < 0 ? "builtins" : dotted.slice(0, dot));
    const binding = stub?.scope.names.get(dotted.slice(dot + 1));
    if (stub === undefined || binding === undefined) return undefined;
    if (binding.kind === "import" && binding.name !== "") return this.find(`${binding.module}.${binding.name}`, hops + 1);
    if (binding.kind !== "value" || stub.ast.kind.data[binding.value] !== Kind.Call) return undefined;
    const { ast } = stub;
    const callee = ast.a.data[binding.value];
    const name = ast.kind.data[callee] === Kind.Name ? ast.strings.text(ast.a.data[callee]) : ast.kind.data[callee] === Kind.Attribute ? ast.strings.text(ast.b.data[callee]) : "";
    if (name === "ParamSpec" || name === "TypeVarTuple") return anything;
    if (name !== "TypeVar") return undefined;
    const names: StubNames = { module: stub.file.module, scope: stub.scope, builtins: this.builtins, variable: () => undefined };
    const types = new TypeReader(ast, names);
    const none = { ofClass: [], ofFunction: new Map<string, string>() };
    const args = ast.lists.toArray(ast.b.data[binding.value]);
    if (args.length > 1) return types.read(args[1], none);
    for (const keyword of ast.lists.toArray(ast.c.data[binding.value])) {
      if (ast.a.data[keyword] >= 0 && ast.strings.text(ast.a.data[keyword]) === "bound") return types.read(ast.b.data[keyword], none);
    }
    return anything;
  }
}

/** Gives classes the names under which other modules publish them, the most public first. */
function addPublicNames(packed: ReadonlyMap<string, PackedModule>): void {
  const found = new Map<StubClass, string[]>();
  const home = new Map<StubClass, string>();
  for (const [module, { names }] of packed) {
    for (const entry of Object.values(names)) if (typeof entry !== "string") home.set(entry, module);
  }
  for (const [module, { names, stars }] of packed) {
    for (const [name, entry] of Object.entries(names)) {
      if (typeof entry !== "string" || !entry.startsWith("=")) continue;
      const target = publishedClass(packed, entry, 0);
      if (target !== undefined) push(found, target, `${module}.${name}`);
    }
    for (const star of stars) {
      for (const [name, entry] of Object.entries(packed.get(star)?.names ?? {})) {
        if (typeof entry !== "string" && !name.startsWith("_") && !Object.hasOwn(names, name)) push(found, entry, `${module}.${name}`);
      }
    }
  }
  for (const [target, names] of found) {
    // Another distribution that passes a class on does not give it its name.
    const root = rootOf(home.get(target) ?? "");
    const own = names.filter((name) => rootOf(name) === root).sort(byPublicity).slice(0, publicNamesMax);
    if (own.length > 0) target.a = own;
  }
}

const rootOf = (dotted: string): string => dotted.split(".", 1)[0].replace(/^_+/, "");

function push(found: Map<StubClass, string[]>, target: StubClass, name: string): void {
  const list = found.get(target);
  if (list === undefined) found.set(target, [name]);
  else list.push(name);
}

function publishedClass(packed: ReadonlyMap<string, PackedModule>, entry: string, hops: number): StubClass | undefined {
  const colon = entry.indexOf(":");
  if (colon < 0 || hops > hopsMax) return undefined;
  const names = packed.get(entry.slice(1, colon))?.names;
  const name = entry.slice(colon + 1);
  const target = names !== undefined && Object.hasOwn(names, name) ? names[name] : undefined;
  if (typeof target === "string") return target.startsWith("=") ? publishedClass(packed, target, hops + 1) : undefined;
  return target;
}

const privacy = (name: string): number => name.split(".").filter((part) => part.startsWith("_")).length;

function byPublicity(a: string, b: string): number {
  return privacy(a) - privacy(b) || a.split(".").length - b.split(".").length || a.length - b.length || (a < b ? -1 : 1);
}
