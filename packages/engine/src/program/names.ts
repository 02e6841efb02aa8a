/** What names mean before anything flows: stores of modules, star imports, and the static reading of expressions. */
import { BlockFlag, callArg, callArgCount, callCallee, type FunctionInfo, type Ir, Op } from "../ir/index.ts";
import type { ModuleTable } from "./modules.ts";
import { isBuiltinName } from "./builtin-names.ts";
import type { Libraries } from "./libraries.ts";
import { PairMap } from "../base/index.ts";
import { Tok, tokId, tokKind, tokOf } from "./token.ts";

const depthMax = 24;
const meaningsMax = 8;
/** Most values that are read for one meaning; expressions that branch more have too many meanings to be of use. */
const readsMax = 2000;
/** Longest chain of modules that pass a name on by star imports. */
const starChainMax = 200;
/** Told apart from -1, which says that the name is looked up in a module of ours. */
export const nothing = -2;
const noRows: readonly number[] = [];

interface StarImport {
  /** Interned dotted name. */
  readonly dotted: number;
  /** Project module, or -1. */
  readonly module: number;
}

export class Names {
  readonly ir: Ir;
  readonly modules: ModuleTable;
  readonly libraries: Libraries;
  private readonly storeIds = new PairMap(1 << 14);
  private readonly storeRows: number[][] = [];
  private readonly moduleNames: number[][] = [];
  private readonly stars: StarImport[][] = [];
  private readonly cellRows: number[][] = [];
  private readonly classVarIds = new PairMap(1 << 14);
  private readonly classVarRows: number[][] = [];
  private readonly exported = new Map<number, ReadonlySet<string> | undefined>();
  private readonly meanings = new Map<number, readonly number[]>();
  private reads = 0;
  private readonly allName: number;

  constructor(ir: Ir, modules: ModuleTable, libraries: Libraries) {
    this.ir = ir;
    this.modules = modules;
    this.libraries = libraries;
    this.allName = ir.strings.intern("__all__");
    for (let i = 0; i < ir.modules.length; i++) {
      this.stars.push([]);
      this.moduleNames.push([]);
    }
    for (let i = 0; i < ir.cells.length; i++) this.cellRows.push([]);
    for (const fn of ir.functions) this.collect(fn);
  }

  /** Values stored under a name of a module. */
  storesOf(module: number, name: number): readonly number[] {
    const id = this.storeIds.get(module, name);
    return id < 0 ? noRows : this.storeRows[id];
  }

  namesOfModule(module: number): readonly number[] {
    return this.moduleNames[module] ?? noRows;
  }

  cellStores(cell: number): readonly number[] {
    return this.cellRows[cell] ?? noRows;
  }

  /** Values that a class body binds to a name. */
  classVars(cls: number, name: number): readonly number[] {
    const id = this.classVarIds.get(cls, name);
    return id < 0 ? noRows : this.classVarRows[id];
  }

  starImports(module: number): readonly StarImport[] {
    return this.stars[module];
  }

  /** Holds if a module binds a name itself or through a star import of a project module. */
  provides(module: number, name: number, seen: Set<number> = new Set()): boolean {
    if (this.storeIds.get(module, name) >= 0) return true;
    if (this.stars[module].length === 0 || seen.has(module) || seen.size > starChainMax) return false;
    seen.add(module);
    return this.starSources(module, name, seen).length > 0;
  }

  /** Project modules whose star import gives a module the name. */
  starSources(module: number, name: number, seen: Set<number> = new Set([module])): number[] {
    const out: number[] = [];
    for (const star of this.stars[module]) {
      if (star.module < 0 || !this.isExported(star.module, name)) continue;
      if (this.provides(star.module, name, seen)) out.push(star.module);
    }
    return out;
  }

  /** Dotted names of libraries that are star-imported. */
  libraryStars(module: number): string[] {
    return this.stars[module].filter((star) => star.module < 0).map((star) => this.ir.strings.text(star.dotted));
  }

  /** The module or namespace below a module, as a token, or -1. */
  submodule(dotted: string, from: number): number {
    const found = this.modules.find(dotted, from);
    if (found.kind === "module") return tokOf(Tok.Module, found.module);
    return found.kind === "namespace" ? tokOf(Tok.Namespace, this.ir.strings.intern(dotted)) : -1;
  }

  dottedName(module: number): string {
    return this.ir.strings.text(this.ir.modules[module].name);
  }

  /** What a name that the module does not bind means: a builtin, or something of a star-imported library. */
  unboundName(module: number, name: number): readonly number[] {
    const text = this.ir.strings.text(name);
    if (isBuiltinName(text)) return [this.libraries.builtin(text)];
    return this.libraryStars(module).map((dotted) => this.libraries.imported(`${dotted}.${text}`));
  }

  /** The object an Import row of a library gives, or the module token of one of ours; -1 if it is a name of our module, or {@link nothing}. */
  importToken(row: number, module: number): number {
    const { ir } = this;
    const dotted = ir.strings.text(ir.a.data[row]);
    const name = ir.b.data[row];
    if (name < 0) {
      const bound = ir.c.data[row] === 1 ? dotted : dotted.split(".", 1)[0];
      const own = this.submodule(bound, module);
      if (own >= 0) return own;
      return this.libraries.imported(bound);
    }
    const parent = this.modules.find(dotted, module);
    const full = `${dotted}.${ir.strings.text(name)}`;
    // `from package import module` inside the package itself means the file, not the name that this statement binds.
    const isSelf = parent.kind === "module" && parent.module === module;
    if (isSelf) {
      const own = this.below(module, ir.strings.text(name));
      if (own >= 0) return own;
    }
    if (parent.kind === "module" && this.provides(parent.module, name)) return -1;
    const below = parent.kind === "module" ? this.below(parent.module, ir.strings.text(name)) : this.submodule(full, module);
    if (below >= 0) return below;
    if (parent.kind === "module") {
      const stars = this.libraryStars(parent.module);
      if (stars.length > 0) return this.libraries.imported(`${stars[0]}.${ir.strings.text(name)}`);
      // A module of ours without the name: only a copy of a library that fills itself at run time is known better.
      const copy = this.libraries.imported(full);
      return this.libraries.isModelled(copy) ? copy : nothing;
    }
    return this.libraries.imported(full);
  }

  /** The submodule `name` of a package of ours, as a token, or -1. */
  below(module: number, name: string): number {
    return this.submodule(`${this.dottedName(module)}.${name}`, module);
  }

  /** The project module that an `from x import y` row reads from, or -1. */
  importedModule(row: number, module: number): number {
    const found = this.modules.find(this.ir.strings.text(this.ir.a.data[row]), module);
    return found.kind === "module" ? found.module : -1;
  }

  /** What a value is, read without flow: for bases of classes, annotations and decorators. */
  resolve(row: number, module: number, depth = 0): readonly number[] {
    if (row < 0 || depth > depthMax) return noRows;
    const known = this.meanings.get(row);
    if (known) return known;
    if (depth === 0) {
      this.meanings.set(row, noRows); // a cycle means nothing more
      this.reads = 0;
    }
    if (++this.reads > readsMax) return noRows;
    const found = [...new Set(this.read(row, module, depth))].slice(0, meaningsMax);
    if (depth === 0) this.meanings.set(row, found);
    return found;
  }

  resolveName(module: number, name: number, depth = 0): readonly number[] {
    if (depth > depthMax) return noRows;
    const stores = this.storesOf(module, name);
    if (stores.length > 0) return stores.slice(0, meaningsMax).flatMap((row) => this.resolve(row, module, depth + 1));
    const sources = this.starSources(module, name);
    if (sources.length > 0) return sources.flatMap((source) => this.resolveName(source, name, depth + 1));
    return this.unboundName(module, name);
  }

  /** The literal that a value is, through names stored once; -1 if it is none. */
  constantOf(row: number, module: number): number {
    const found = this.definedAs(row, module);
    return found >= 0 && this.ir.op.data[found] === Op.Const ? this.ir.a.data[found] : -1;
  }

  /** The row that a value is, through names and imports of names that are stored once; -1 if one is stored more often. */
  definedAs(row: number, module: number, depth = 0): number {
    const { ir } = this;
    if (depth > 8 || row < 0) return -1;
    switch (ir.op.data[row] as Op) {
      case Op.Sigma:
      case Op.Content: return this.definedAs(ir.a.data[row], module, depth + 1);
      case Op.Global: return this.definedName(module, ir.a.data[row], depth + 1);
      case Op.Import: {
        const source = ir.b.data[row] >= 0 ? this.importedModule(row, module) : -1;
        return source < 0 ? -1 : this.definedName(source, ir.b.data[row], depth + 1);
      }
      default: return row;
    }
  }

  private definedName(module: number, name: number, depth: number): number {
    const stores = this.storesOf(module, name);
    return stores.length === 1 ? this.definedAs(stores[0], module, depth) : -1;
  }

  private read(row: number, module: number, depth: number): readonly number[] {
    const { ir } = this;
    const a = ir.a.data[row];
    switch (ir.op.data[row] as Op) {
      case Op.Class: return [tokOf(Tok.Class, a)];
      case Op.Func: return [tokOf(Tok.Function, a)];
      case Op.Decorate: return this.resolve(ir.b.data[row], module, depth + 1);
      case Op.Sigma:
      case Op.Content:
      case Op.Star:
      case Op.GetItem: return this.resolve(a, module, depth + 1);
      case Op.Phi: return ir.lists.toArray(a).slice(0, meaningsMax).flatMap((input) => this.resolve(input, module, depth + 1));
      case Op.Global: return this.resolveName(module, a, depth + 1);
      case Op.Cell: return this.cellStores(a).flatMap((value) => this.resolve(value, module, depth + 1));
      case Op.Import: return this.readImport(row, module, depth);
      case Op.GetAttr: return this.resolve(a, module, depth + 1).flatMap((token) => this.readAttribute(token, ir.b.data[row], module, depth));
      case Op.Call: return this.readCall(row, module, depth);
      default: return noRows;
    }
  }

  private readImport(row: number, module: number, depth: number): readonly number[] {
    const token = this.importToken(row, module);
    if (token >= 0) return [token];
    if (token === nothing) return noRows;
    return this.resolveName(this.importedModule(row, module), this.ir.b.data[row], depth + 1);
  }

  private readAttribute(token: number, name: number, module: number, depth: number): readonly number[] {
    switch (tokKind(token)) {
      case Tok.Module: {
        const target = tokId(token);
        if (this.provides(target, name)) return this.resolveName(target, name, depth + 1);
        const below = this.below(target, this.ir.strings.text(name));
        return below >= 0 ? [below] : this.unboundName(target, name).filter((other) => !this.isBuiltin(other));
      }
      case Tok.Namespace: {
        const below = this.submodule(`${this.ir.strings.text(tokId(token))}.${this.ir.strings.text(name)}`, module);
        return below >= 0 ? [below] : noRows;
      }
      case Tok.Class: {
        const owner = this.ir.classes[tokId(token)];
        return this.classVars(tokId(token), name).flatMap((row) => this.resolve(row, owner.module, depth + 1));
      }
      case Tok.Api:
      case Tok.External: return this.libraries.attribute(token, name);
      default: return noRows;
    }
  }

  /** `with_metaclass(Meta, Base)` is its bases; a project function that returns classes is these classes. */
  private readCall(row: number, module: number, depth: number): readonly number[] {
    const { ir } = this;
    const out: number[] = [];
    for (const token of this.resolve(callCallee(ir, row), module, depth + 1)) {
      const kind = tokKind(token);
      if (kind === Tok.Api || kind === Tok.External) {
        if (this.libraries.name(token).endsWith("with_metaclass")) {
          for (let i = 1; i < callArgCount(ir, row); i++) out.push(...this.resolve(callArg(ir, row, i), module, depth + 1));
        } else out.push(...this.libraries.call(token));
      } else if (kind === Tok.Function) out.push(...this.returnedClasses(ir.functions[tokId(token)], depth));
    }
    return out;
  }

  private returnedClasses(fn: FunctionInfo, depth: number): number[] {
    const out: number[] = [];
    for (let row = fn.firstInstr; row < fn.endInstr && out.length < meaningsMax; row++) {
      if (this.ir.op.data[row] !== Op.Return) continue;
      for (const token of this.resolve(this.ir.a.data[row], fn.module, depth + 1)) {
        if (tokKind(token) === Tok.Class) out.push(token);
      }
    }
    return out;
  }

  /** Holds for the builtin `object`. */
  isObject(token: number): boolean {
    return /^(?:<builtin>\.)?object$/.test(this.libraries.name(token));
  }

  private isBuiltin(token: number): boolean {
    return isBuiltinName(this.libraries.name(token).replace("<builtin>.", ""));
  }

  /** The names in the literal `__all__` of a module; undefined if it has none or computes it. */
  exportsOf(module: number): ReadonlySet<string> | undefined {
    let names = this.exported.get(module);
    if (names === undefined && !this.exported.has(module)) {
      names = this.declaredExports(module);
      this.exported.set(module, names);
    }
    return names;
  }

  private isExported(module: number, name: number): boolean {
    const names = this.exportsOf(module);
    const text = this.ir.strings.text(name);
    return names ? names.has(text) : !text.startsWith("_");
  }

  private declaredExports(module: number): ReadonlySet<string> | undefined {
    const { ir } = this;
    const names = new Set<string>();
    const stores = this.storesOf(module, this.allName);
    if (stores.length !== 1) return undefined;
    let row = stores[0];
    while (ir.op.data[row] === Op.Content) row = ir.a.data[row];
    if (ir.op.data[row] !== Op.Build || row !== stores[0]) return undefined;
    for (const item of ir.lists.toArray(ir.b.data[row])) {
      const value = ir.op.data[item] === Op.Const ? ir.constants[ir.a.data[item]] : undefined;
      if (value?.type !== "str") return undefined;
      names.add(value.value);
    }
    return names;
  }

  private collect(fn: FunctionInfo): void {
    const { ir } = this;
    for (let row = fn.firstInstr; row < fn.endInstr; row++) {
      // What code binds that cannot run is bound nowhere: the way for old Pythons.
      if ((ir.blocks.flags.data[ir.block.data[row]] & BlockFlag.Dead) !== 0) continue;
      switch (ir.op.data[row] as Op) {
        case Op.SetGlobal:
          if (this.storeIds.get(fn.module, ir.a.data[row]) < 0) this.moduleNames[fn.module].push(ir.a.data[row]);
          addRow(this.storeIds, this.storeRows, fn.module, ir.a.data[row], ir.b.data[row]);
          break;
        case Op.SetCell: this.cellRows[ir.a.data[row]]?.push(ir.b.data[row]); break;
        case Op.ClassVar: addRow(this.classVarIds, this.classVarRows, fn.class, ir.a.data[row], ir.b.data[row]); break;
        case Op.ImportStar: {
          const found = this.modules.find(ir.strings.text(ir.a.data[row]), fn.module);
          this.stars[fn.module].push({ dotted: ir.a.data[row], module: found.kind === "module" ? found.module : -1 });
          break;
        }
        default:
      }
    }
  }
}

function addRow(ids: PairMap, rows: number[][], owner: number, name: number, value: number): void {
  if (owner < 0) return;
  const id = ids.get(owner, name);
  if (id >= 0) rows[id].push(value);
  else {
    ids.set(owner, name, rows.length);
    rows.push([value]);
  }
}
