/** The functions of the product by their names: whom a call of an object that is not known may mean. */
import { callArg, callArgCount, callKeywordCount, callKeywordName, type FunctionInfo, functionOf, type Ir, Op } from "../ir/index.ts";
import type { Program } from "../program/index.ts";

/** Kinds of entries that nothing in the project calls. */
const outside = new Set(["http", "cli", "test"]);
const nobody: readonly number[] = [];

export class FunctionsByName {
  /** All functions, by interned name. */
  readonly all = new Map<number, number[]>();
  private readonly callable = new Map<number, readonly number[]>();
  private readonly packages: (string | undefined)[] = [];
  private readonly program: Program;
  private readonly ir: Ir;

  constructor(program: Program, counts: (fn: FunctionInfo) => boolean) {
    this.program = program;
    this.ir = program.ir;
    for (const fn of this.ir.functions) {
      if (fn.kind !== "function" || fn.endInstr <= fn.firstInstr || !counts(fn)) continue;
      const list = this.all.get(fn.name);
      if (list) list.push(fn.id);
      else this.all.set(fn.name, [fn.id]);
    }
  }

  methods(name: number): readonly number[] {
    return (this.all.get(name) ?? nobody).filter((fn) => this.ir.functions[fn]!.class >= 0);
  }

  /** Functions of a name that the arguments of a call fit, but for those that only outsiders call. */
  fitting(name: number, row: number): readonly number[] {
    let found = this.callable.get(name);
    if (found === undefined) {
      found = (this.all.get(name) ?? nobody).filter((fn) => !this.program.entriesOf(fn).some((entry) => outside.has(entry.kind)));
      this.callable.set(name, found);
    }
    return found.filter((fn) => fits(this.ir, this.ir.functions[fn]!, row));
  }

  /** Holds if a function belongs to the package of the code at a row. */
  isRelated(row: number, fn: number): boolean {
    const { ir } = this;
    return fn < ir.functions.length && this.packageOf(ir.functions[fn]!.module) === this.packageOf(functionOf(ir, row).module);
  }

  /** The first part of a module's name; modules that lie in no package belong together. */
  private packageOf(module: number): string {
    let found = this.packages[module];
    if (found === undefined) {
      const name = this.ir.strings.text(this.ir.modules[module]!.name);
      this.packages[module] = found = name.includes(".") ? name.slice(0, name.indexOf(".")) : "";
    }
    return found;
  }
}

/** Holds if a function can be called with the arguments of a call, as it stands or bound to an object. */
function fits(ir: Ir, fn: FunctionInfo, row: number): boolean {
  const isOpen = fn.params.some((param) => param.kind === "varargs" || param.kind === "kwargs");
  const names = new Set<number>();
  for (let i = 0, n = callKeywordCount(ir, row); i < n; i++) {
    const name = callKeywordName(ir, row, i);
    if (name < 0) return true;
    names.add(name);
  }
  const count = callArgCount(ir, row);
  for (let i = 0; i < count; i++) if (ir.op.data[callArg(ir, row, i)] === Op.Star) return true;
  const places = fn.params.filter((param) => param.kind === "positional" || param.kind === "positional-only");
  if (!isOpen && (count > places.length || [...names].some((name) => !fn.params.some((param) => param.name === name)))) return false;
  // The object that a method is bound to fills the first place.
  const missing = places.filter((param, i) => i >= count && param.default < 0 && !names.has(param.name)).length;
  return missing <= (fn.class >= 0 ? 1 : 0);
}
