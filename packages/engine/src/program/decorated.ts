/**
 * Which decorated function a call means. The wrapper that a decorator returns is one function for all its uses; what it
 * calls in turn is the function of the use through which it was called.
 *
 * ```python
 * def logged(f):
 *     def wrapper(*args): return f(*args)      # f: decorated, by what the caller of the wrapper wrote
 *     return wrapper
 * @logged
 * def read(path): ...
 * read(p)                                      # calls wrapper, and there f is read
 * ```
 */
import { callCallee, type Ir, Op } from "../ir/index.ts";
import type { Solver } from "./solver.ts";
import { rootOf } from "./seed.ts";
import { Tok, tokId, tokKind } from "./token.ts";

const none: readonly number[] = [];
const hopsMax = 8;

export class DecoratedCalls {
  private readonly s: Solver;
  private readonly ir: Ir;
  private readonly known = new Map<number, readonly number[]>();
  private decorators: ReadonlySet<number> | undefined;

  constructor(s: Solver) {
    this.s = s;
    this.ir = s.ir;
  }

  /** Holds for a call inside a wrapper of what its decorator was given. */
  isOfDecorated(call: number): boolean {
    const { ir } = this;
    if (ir.op.data[call] !== Op.Call) return false;
    const callee = rootOf(this.s, callCallee(ir, call));
    if (ir.op.data[callee] !== Op.Cell) return false;
    const stores = this.s.names.cellStores(ir.a.data[callee]);
    return stores.length === 1 && ir.op.data[stores[0]] === Op.Param && this.usedAsDecorators().has(this.s.functionOf(stores[0]));
  }

  /** The functions below decorators that the callee of a call may name; empty if that cannot be told. */
  functionsNamed(call: number): readonly number[] {
    let found = this.known.get(call);
    if (found === undefined) {
      found = this.ir.op.data[call] === Op.Call ? this.named(callCallee(this.ir, call), this.s.moduleOf(call), 0) : none;
      this.known.set(call, found);
    }
    return found;
  }

  /** The functions below decorators that a value may name; empty if that cannot be told. */
  functionsNamedBy(value: number): readonly number[] {
    return this.named(value, this.s.moduleOf(value), 0);
  }

  private named(row: number, module: number, hops: number): readonly number[] {
    const { ir, s } = this;
    if (hops > hopsMax) return none;
    const at = rootOf(s, row);
    const name = ir.op.data[at] === Op.Global ? ir.a.data[at] : ir.b.data[at];
    switch (ir.op.data[at] as Op) {
      case Op.Func:
      case Op.Decorate: return this.below([at]);
      case Op.Global: return this.below(s.names.storesOf(module, name), module, hops);
      case Op.Cell: return this.below(s.names.cellStores(ir.a.data[at]), module, hops);
      case Op.Import: {
        const source = name < 0 ? -1 : s.names.importedModule(at, module);
        return source < 0 ? none : this.below(s.names.storesOf(source, name), source, hops);
      }
      case Op.GetAttr: return this.members(ir.a.data[at], name, hops);
      default: return none;
    }
  }

  /** Functions of rows; nothing if one of the rows is something else. */
  private below(rows: readonly number[], module = -1, hops = hopsMax): readonly number[] {
    const out: number[] = [];
    for (const row of rows) {
      const fn = this.s.classes.functionOfRow(row);
      const found = fn >= 0 ? [fn] : module < 0 ? none : this.named(row, module, hops + 1);
      if (found.length === 0) return none;
      out.push(...found);
    }
    return out;
  }

  private members(object: number, name: number, hops: number): readonly number[] {
    const { s } = this;
    const out = new Set<number>();
    const set = s.setOf(object);
    for (let i = 0, n = s.sets.count(set); i < n; i++) {
      const token = s.sets.at(set, i);
      const id = tokId(token);
      switch (tokKind(token)) {
        case Tok.Instance:
        case Tok.Class: {
          const method = s.classes.methodOf(id, name);
          if (method < 0) return none;
          out.add(method);
          if (s.isVirtual[object] !== 1) break;
          for (const other of s.classes.definersOf(name)) {
            const own = s.classes.isSubclass(other, id) ? s.classes.ownMethod(other, name) : -1;
            if (own >= 0) out.add(own);
          }
          break;
        }
        // What comes next in the order of a class depends on which class the object is of.
        case Tok.Super: {
          for (const cls of [id, ...s.classes.subclassesOf(id)]) {
            const definer = s.classes.definerOf(cls, name, id);
            const method = definer < 0 ? -1 : s.classes.ownMethod(definer, name);
            if (method >= 0) out.add(method);
          }
          break;
        }
        case Tok.Module: {
          const found = this.below(s.names.storesOf(id, name), id, hops);
          if (found.length === 0) return none;
          for (const fn of found) out.add(fn);
          break;
        }
        // What libraries make has no method of the project.
        case Tok.Api:
        case Tok.External: break;
        default: return none;
      }
    }
    return [...out];
  }

  /** Functions that stand behind an `@`. */
  private usedAsDecorators(): ReadonlySet<number> {
    if (this.decorators === undefined) {
      const found = new Set<number>();
      const { linkCalls, linkFunctions } = this.s;
      for (let link = 0; link < linkCalls.length; link++) {
        if (this.ir.op.data[linkCalls.data[link]] === Op.Decorate) found.add(linkFunctions.data[link]);
      }
      this.decorators = found;
    }
    return this.decorators;
  }
}
