/** Sets of at most four literals, interned: a set is a small integer, so that comparing and joining are cheap. */
import type { ConstantValue, Ir } from "../ir/index.ts";

/** Literals in one set; with more the value counts as anything. */
export const setSizeMax = 4;

/** No run reaches the value so far. */
export const unknownYet = 0;
/** The value may be anything. */
export const anything = -1;

export class ConstantSets {
  private readonly ir: Ir;
  private readonly sets: (readonly number[])[] = [[]];
  private readonly ids = new Map<string, number>();
  private readonly singles = new Map<number, number>();

  constructor(ir: Ir) {
    this.ir = ir;
  }

  membersOf(set: number): readonly number[] {
    return this.sets[set];
  }

  valuesOf(set: number): readonly ConstantValue[] {
    return this.sets[set].map((id) => this.ir.constants[id]);
  }

  single(constant: number): number {
    let id = this.singles.get(constant);
    if (id === undefined) {
      id = this.sets.length;
      this.sets.push([constant]);
      this.singles.set(constant, id);
    }
    return id;
  }

  /** The set of some literals, in any order and with repetitions. */
  of(constants: readonly number[]): number {
    const members = [...new Set(constants)].sort((x, y) => x - y);
    if (members.length === 0) return unknownYet;
    if (members.length > setSizeMax) return anything;
    if (members.length === 1) return this.single(members[0]);
    const key = members.join(",");
    let id = this.ids.get(key);
    if (id === undefined) {
      id = this.sets.length;
      this.sets.push(members);
      this.ids.set(key, id);
    }
    return id;
  }

  ofValues(values: readonly ConstantValue[]): number {
    return this.of(values.map((value) => this.ir.constant(value)));
  }

  union(x: number, y: number): number {
    if (x === y || y === unknownYet) return x;
    if (x === unknownYet) return y;
    if (x === anything || y === anything) return anything;
    return this.of([...this.sets[x], ...this.sets[y]]);
  }

  /** The members that a test accepts. */
  filter(set: number, accepts: (value: ConstantValue) => boolean): number {
    return this.of(this.sets[set].filter((id) => accepts(this.ir.constants[id])));
  }

  /** Applies a function to every combination of members; {@link anything} as soon as it does not know one result. */
  combine(sets: readonly number[], apply: (values: readonly ConstantValue[]) => ConstantValue | undefined): number {
    let combinations: ConstantValue[][] = [[]];
    for (const set of sets) {
      if (set === anything) return anything;
      if (set === unknownYet) return unknownYet;
      const next: ConstantValue[][] = [];
      for (const before of combinations) for (const value of this.valuesOf(set)) next.push([...before, value]);
      if (next.length > combinationsMax) return anything;
      combinations = next;
    }
    const results: ConstantValue[] = [];
    for (const values of combinations) {
      const result = apply(values);
      if (result === undefined) return anything;
      results.push(result);
    }
    return this.ofValues(results);
  }
}

/** Combinations of operands that are tried; operands are few and their sets small. */
const combinationsMax = 64;
