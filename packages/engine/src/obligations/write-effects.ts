/**
 * What a call may write into an argument: for each parameter the attributes, and whether items, that the function or
 * any function it passes the parameter on to stores there.
 *
 * ```text
 * def a(x): x.name = 1         a.x: {name}
 * def b(y): a(y); y[0] = 2     b.y: {name, items}
 * ```
 * One pass over all content rows gives the direct effects and the edges between parameters; the closure over the
 * edges is taken once, so that a walk can step over a call that cannot have written what it asks about.
 */
import { type FunctionInfo, type Ir, Op, callArg, callArgCount } from "../ir/index.ts";
import { BindMode, type Program } from "../program/index.ts";
import { isItem } from "./paths.ts";

const itemsBit = -1;

/** A function that gives the parameter at the root of a chain of contents. */
type RootOf = (value: number) => number;

export class WriteEffects {
  /** Param instruction → names stored, {@link itemsBit} for items. */
  private readonly stored = new Map<number, Set<number>>();
  private readonly mutators: (call: number) => boolean;

  constructor(program: Program, rootOf: RootOf, mutators: (call: number) => boolean) {
    this.mutators = mutators;
    const edges = this.direct(program, rootOf);
    this.close(edges);
  }

  /** Holds if a call of the function may store under `selector` into this parameter. */
  mayStore(param: number, selector: number): boolean {
    const names = this.stored.get(param);
    return names !== undefined && names.has(isItem(selector) ? itemsBit : selector);
  }

  /** Holds if a call of the function may store anything into this parameter. */
  stores(param: number): boolean {
    return this.stored.has(param);
  }

  private add(param: number, name: number): void {
    const names = this.stored.get(param);
    if (names) names.add(name);
    else this.stored.set(param, new Set([name]));
  }

  /** Direct stores; returns the edges callee parameter → parameters passed on to it. */
  private direct(program: Program, rootOf: RootOf): Map<number, number[]> {
    const { ir } = program;
    const edges = new Map<number, number[]>();
    for (const row of ir.rowsOf(Op.Content)) {
      const root = rootOf(row);
      if (root < 0 || ir.op.data[root] !== Op.Param) continue;
      const effect = ir.b.data[row]!;
      const op = ir.op.data[effect]!;
      if (op === Op.SetAttr) this.add(root, ir.b.data[effect]! * 4);
      else if (op === Op.SetItem || op === Op.Append) this.add(root, itemsBit);
      else if (op === Op.Call) this.call(program, root, effect, ir.c.data[row]!, edges);
    }
    return edges;
  }

  private call(program: Program, root: number, call: number, role: number, edges: Map<number, number[]>): void {
    if (this.mutators(call)) this.add(root, itemsBit);
    for (const target of program.targetsOf(call)) {
      if (target.kind !== "project") continue;
      const fn = program.ir.functions[target.function]!;
      const param = fn.params[parameterOfRole(program.ir, call, role, target.mode, fn)];
      if (!param) continue;
      const list = edges.get(param.value);
      if (list) list.push(root);
      else edges.set(param.value, [root]);
    }
  }

  private close(edges: ReadonlyMap<number, readonly number[]>): void {
    const queue = [...this.stored.keys()].sort((a, b) => a - b);
    for (let i = 0; i < queue.length; i++) {
      const param = queue[i]!;
      const names = this.stored.get(param)!;
      for (const caller of edges.get(param) ?? []) {
        const before = this.stored.get(caller)?.size ?? 0;
        for (const name of names) this.add(caller, name);
        if ((this.stored.get(caller)?.size ?? 0) > before) queue.push(caller);
      }
    }
  }
}

/** Index of the parameter that an argument of this role is bound to, or -1. */
export function parameterOfRole(ir: Ir, call: number, role: number, mode: BindMode, fn: FunctionInfo): number {
  const shift = mode === BindMode.Plain ? 0 : 1;
  if (role === -1) return mode === BindMode.Bound ? 0 : -1;
  if (role >= 0) {
    for (let i = 0, n = Math.min(role, callArgCount(ir, call)); i < n; i++) if (ir.op.data[callArg(ir, call, i)] === Op.Star) return -1;
    return role + shift;
  }
  const name = ir.lists.at(ir.c.data[call]!, 2 * (-2 - role));
  return fn.params.findIndex((param) => param.name === name);
}
