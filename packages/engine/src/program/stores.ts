/** Values behind a read whose definition is elsewhere: module names, cells, fields. */
import { Op } from "../ir/index.ts";
import { PairMap } from "../base/index.ts";
import type { Solver } from "./solver.ts";
import { Tok, tokId, tokKind } from "./token.ts";

const none: readonly number[] = [];

export class FieldStores {
  private readonly s: Solver;
  /** Values stored in attributes of instances and classes, by class and name. */
  private readonly ids = new PairMap(1 << 12);
  private readonly values: number[][] = [];
  /** Values stored into modules from outside. */
  private readonly moduleIds = new PairMap(64);
  private readonly moduleValues: number[][] = [];
  /** Attribute names that are stored on receivers we do not know. */
  private readonly wild = new Set<number>();
  private isIndexed = false;
  private readonly known = new Map<number, readonly number[]>();

  constructor(s: Solver) {
    this.s = s;
  }

  storesOf(read: number): readonly number[] {
    const { ir, names } = this.s;
    const module = this.s.moduleOf(read);
    switch (ir.op.data[read] as Op) {
      case Op.Global: return this.moduleStores(module, ir.a.data[read]);
      case Op.Import: {
        const source = ir.b.data[read] < 0 ? -1 : names.importedModule(read, module);
        return source < 0 ? none : this.moduleStores(source, ir.b.data[read]);
      }
      case Op.Cell: return names.cellStores(ir.a.data[read]);
      case Op.GetAttr: {
        let stores = this.known.get(read);
        if (stores === undefined) this.known.set(read, (stores = this.attributeStores(read)));
        return stores;
      }
      default: return none;
    }
  }

  areClosed(read: number): boolean {
    const { s } = this;
    const { ir } = s;
    switch (ir.op.data[read] as Op) {
      case Op.Global:
      case Op.Import:
      case Op.Cell: return this.storesOf(read).length > 0;
      case Op.GetAttr: {
        this.index();
        if (this.wild.has(ir.b.data[read])) return false;
        const set = s.setOf(ir.a.data[read]);
        const count = s.sets.count(set);
        for (let i = 0; i < count; i++) {
          const token = s.sets.at(set, i);
          const kind = tokKind(token);
          if (kind !== Tok.Instance && kind !== Tok.Class && kind !== Tok.Module) return false;
          if (kind !== Tok.Module && s.classes.mroOf(tokId(token)).includes(-1)) return false;
        }
        return count > 0;
      }
      default: return false;
    }
  }

  storedByCalls(): ReadonlySet<number> {
    return new Set([...this.s.indirectStores, ...this.s.keywordStores].map(({ name }) => name));
  }

  private moduleStores(module: number, name: number): readonly number[] {
    let at = this.knownNames.get(module, name);
    if (at < 0) {
      at = this.ofNames.push(this.findModuleStores(module, name, 0)) - 1;
      this.knownNames.set(module, name, at);
    }
    return this.ofNames[at];
  }

  private readonly knownNames = new PairMap(1 << 10);
  private readonly ofNames: (readonly number[])[] = [];

  private findModuleStores(module: number, name: number, depth: number): readonly number[] {
    this.index();
    if (depth > 16) return none;
    const { names } = this.s;
    const own = names.storesOf(module, name);
    const id = this.moduleIds.get(module, name);
    const all = id < 0 ? own : [...own, ...this.moduleValues[id]];
    if (all.length > 0) return all;
    return names.starSources(module, name).flatMap((source) => this.findModuleStores(source, name, depth + 1));
  }

  private attributeStores(read: number): readonly number[] {
    const { s } = this;
    const { ir, classes } = s;
    this.index();
    const name = ir.b.data[read];
    const object = ir.a.data[read];
    const out = new Set<number>();
    const set = s.setOf(object);
    for (let i = 0, n = s.sets.count(set); i < n; i++) {
      const token = s.sets.at(set, i);
      const id = tokId(token);
      switch (tokKind(token)) {
        case Tok.Module: for (const value of this.moduleStores(id, name)) out.add(value); break;
        case Tok.Instance:
        case Tok.Class:
          this.addClassStores(id, name, out);
          if (s.isVirtual[object] === 1) {
            for (const other of new Set([...classes.definersOf(name), ...s.selfStorers(name)])) {
              if (other !== id && classes.isSubclass(other, id)) this.addOwnStores(other, name, out);
            }
          }
          break;
        default:
      }
    }
    return [...out].sort((a, b) => a - b);
  }

  private addClassStores(cls: number, name: number, out: Set<number>): void {
    let isFound = false;
    for (const ancestor of this.s.classes.mroOf(cls)) {
      if (ancestor < 0) continue;
      const id = this.ids.get(ancestor, name);
      if (id >= 0) for (const value of this.values[id]) out.add(value);
      const members = this.s.names.classVars(ancestor, name);
      if (!isFound) for (const value of members) out.add(value);
      isFound ||= members.length > 0;
    }
  }

  private addOwnStores(cls: number, name: number, out: Set<number>): void {
    const id = this.ids.get(cls, name);
    if (id >= 0) for (const value of this.values[id]) out.add(value);
    for (const value of this.s.names.classVars(cls, name)) out.add(value);
  }

  private index(): void {
    if (this.isIndexed) return;
    this.isIndexed = true;
    const { s } = this;
    const { ir } = s;
    for (const row of ir.rowsOf(Op.SetAttr)) {
      if (s.isTest[s.functionOf(row)] === 0) this.indexStore(ir.a.data[row], ir.b.data[row], ir.c.data[row]);
    }
    for (const { object, name, value } of s.indirectStores) if (s.isTest[s.functionOf(value)] === 0) this.indexStore(object, name, value);
    for (const { cls, name, value } of s.keywordStores) if (s.isTest[s.functionOf(value)] === 0) put(this.ids, this.values, cls, name, value);
  }

  private indexStore(object: number, name: number, value: number): void {
    const { s } = this;
    const set = s.setOf(object);
    let isKnown = false;
    for (let i = 0, n = s.sets.count(set); i < n; i++) {
      const token = s.sets.at(set, i);
      const kind = tokKind(token);
      if (kind === Tok.Instance || kind === Tok.Class) put(this.ids, this.values, tokId(token), name, value);
      else if (kind === Tok.Module) put(this.moduleIds, this.moduleValues, tokId(token), name, value);
      if (kind !== Tok.Top && kind !== Tok.Dropped) isKnown = true;
      else this.wild.add(name);
    }
    if (!isKnown) this.wild.add(name);
  }
}

function put(ids: PairMap, values: number[][], owner: number, name: number, value: number): void {
  const id = ids.get(owner, name);
  if (id >= 0) {
    if (!values[id].includes(value)) values[id].push(value);
    return;
  }
  ids.set(owner, name, values.length);
  values.push([value]);
}
