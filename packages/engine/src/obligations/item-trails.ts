/**
 * The way back from the object of a store to the rows that can have made it, flow-insensitively.
 *
 * Many stores lead into the same web of fields and parameters, so where one comes from a part of a value is worked out once and
 * kept as integers: an entry is a value with a part of it, and whether the way led through a name or field that others can reach.
 */
import { IntColumn, PairMap } from "../base/index.ts";
import { callCallee, functionOf, Op, parameterIndex } from "../ir/index.ts";
import { BindMode } from "../program/index.ts";
import { argumentsFor } from "./arguments.ts";
import { anyItem, anyKey, attributeSelector, itemSelector } from "./paths.ts";
import { consume, portSources } from "./pass-ports.ts";
import { readPort } from "./ports.ts";
import type { Solver } from "./solver.ts";
import { builtinMethod } from "./transfer-call.ts";

/** Stands for the beginning of the steps of a place that was not asked about yet. */
const unknown = -1;

export class ItemTrails {
  private readonly solver: Solver;
  private readonly places = new PairMap(1 << 12);
  private readonly placeValues = new IntColumn(1 << 12);
  private readonly placePaths = new IntColumn(1 << 12);
  /** Per place two words: where its steps begin in `steps`, twice, and one more if the object is made there; where they end. */
  private readonly spans = new IntColumn(1 << 13);
  private readonly steps = new IntColumn(1 << 13);
  /** Per entry, the number of the last trail that it is on. */
  private seen = new Int32Array(1 << 13);
  private trail = 0;
  /** Of the last trail: place * 2 + 1 if the way led through a name or field that others can reach. */
  private entries = new Int32Array(1 << 10);
  /** How many entries the last trail has. */
  length = 0;
  /** Of the last trail, the positions at which an object is made, in order. */
  readonly made = new IntColumn(1 << 10);

  constructor(solver: Solver) {
    this.solver = solver;
  }

  /** Goes back from a value, breadth first, until there is nothing more or there are more entries than `entriesMax`. */
  follow(value: number, entriesMax: number): void {
    this.length = 0;
    this.made.length = 0;
    if (value < 0) return;
    const trail = ++this.trail;
    this.entries[0] = this.place(value, 0) * 2;
    this.makeRoom(1);
    this.seen[this.entries[0]] = trail;
    let count = 1;
    for (let i = 0; i < count && count <= entriesMax; i++) {
      const entry = this.entries[i]!;
      const place = entry >> 1;
      if (this.spans.data[place * 2] === unknown) this.expand(place);
      const first = this.spans.data[place * 2]!;
      const end = this.spans.data[place * 2 + 1]!;
      if ((first & 1) === 1) this.made.push(i);
      this.makeRoom(count + end - (first >> 1));
      const { entries, seen } = this;
      const steps = this.steps.data;
      const held = entry & 1;
      for (let at = first >> 1; at < end; at++) {
        const next = steps[at]! | held;
        if (seen[next] === trail) continue;
        seen[next] = trail;
        entries[count++] = next;
      }
    }
    this.length = count;
  }

  entryAt(position: number): number {
    return this.entries[position]!;
  }

  valueOf(entry: number): number {
    return this.placeValues.data[entry >> 1]!;
  }

  pathOf(entry: number): number {
    return this.placePaths.data[entry >> 1]!;
  }

  private makeRoom(count: number): void {
    if (count > this.entries.length) this.entries = widened(this.entries, count * 2);
    if (this.placeValues.length * 2 > this.seen.length) this.seen = widened(this.seen, this.placeValues.length * 4);
  }

  /** Works out what a place comes from. */
  private expand(place: number): void {
    const first = this.steps.length;
    const isFollowed = this.findSteps(this.placeValues.data[place]!, this.placePaths.data[place]!);
    this.spans.data[place * 2] = first * 2 + (isFollowed ? 0 : 1);
    this.spans.data[place * 2 + 1] = this.steps.length;
  }

  private place(value: number, path: number): number {
    let place = this.places.get(value, path);
    if (place < 0) {
      place = this.placeValues.push(value);
      this.placePaths.push(path);
      this.spans.push(unknown);
      this.spans.push(0);
      this.places.set(value, path, place);
    }
    return place;
  }

  private add(value: number, path: number, held: number): void {
    if (value >= 0) this.steps.push(this.place(value, path) * 2 + held);
  }

  /** Goes back from a value; returns false if it is where the object is made. */
  private findSteps(value: number, path: number): boolean {
    const { solver } = this;
    const { ir, paths, program } = solver;
    switch (ir.op.data[value]! as Op) {
      case Op.Content: case Op.Sigma: case Op.Await: case Op.Iter: case Op.Enter: this.add(ir.a.data[value]!, path, 0); return true;
      case Op.Decorate: this.add(ir.b.data[value]!, path, 0); return true;
      case Op.Phi:
        for (const input of ir.lists.toArray(ir.a.data[value]!)) this.add(input, path, 0);
        return true;
      case Op.Global: case Op.Import: case Op.Cell: return this.stores(program.storesOf(value), path);
      case Op.GetItem: this.add(ir.a.data[value]!, paths.push(selectorOf(solver, ir.b.data[value]!), path), 0); return true;
      case Op.Next: this.add(ir.a.data[value]!, paths.push(anyKey, path), 0); return true;
      case Op.GetAttr: return this.attribute(value, path);
      case Op.Param: return this.parameter(value, path);
      case Op.Call: return this.call(value, path);
      default: return false;
    }
  }

  private stores(stores: readonly number[], path: number): boolean {
    for (const store of stores) this.add(store, path, 1);
    return stores.length > 0;
  }

  private attribute(value: number, path: number): boolean {
    const { ir, paths, program, fields } = this.solver;
    const stores = fields.storesOf(ir.a.data[value]!, ir.b.data[value]!) ?? program.storesOf(value);
    if (!this.stores(stores, path)) this.add(ir.a.data[value]!, paths.push(attributeSelector(ir.b.data[value]!), path), 0);
    return true;
  }

  /** A parameter is what the callers pass; a nested container of it is noted at the parameter as well. */
  private parameter(value: number, path: number): boolean {
    const { ir, paths, program } = this.solver;
    const fn = functionOf(ir, value);
    const index = parameterIndex(ir, fn, value);
    if (index === 0 && fn.class >= 0 && path === 0) return false;
    for (const site of program.callersOf(fn.id)) {
      if (this.solver.isInTest(site.call)) continue;
      for (const argument of argumentsFor(ir, paths, site.call, site, fn, index, path)) this.add(argument.value, argument.path, 0);
    }
    return path === 0;
  }

  /** The result of a project function is what it returns; of a method of a container, what is in the container. */
  private call(call: number, path: number): boolean {
    const { solver } = this;
    let isFollowed = false;
    for (const target of solver.targetsOf(call)) {
      if (target.kind !== "project" || target.mode === BindMode.Constructor) continue;
      for (const row of solver.rowsOf(target.function).returns) this.add(solver.ir.a.data[row]!, path, 0);
      isFollowed = true;
    }
    if (isFollowed) return true;
    for (const api of methodsOf(solver, call)) {
      for (const rule of solver.api.passes(api)) {
        const to = readPort(rule.to);
        if (to.base !== "result" || !rule.from.startsWith("self[")) continue;
        const rest = consume(solver, call, to.steps, path);
        if (rest < 0) continue;
        for (const source of portSources(solver, call, rule.from, rest)) this.add(source.value, source.path, 0);
        isFollowed = true;
      }
    }
    return isFollowed;
  }
}

/** Library methods that a call means, those of builtin types by their name. */
export function methodsOf(solver: Solver, call: number): readonly number[] {
  const { ir } = solver;
  const known: number[] = [];
  for (const target of solver.targetsOf(call)) if (target.kind === "api") known.push(target.node);
  if (known.length > 0) return known;
  const callee = callCallee(ir, call);
  const method = ir.op.data[callee] === Op.GetAttr ? builtinMethod(solver, ir.strings.text(ir.b.data[callee]!)) : -1;
  return method < 0 ? known : [method];
}

/** The selector of an item by its key. */
export function selectorOf(solver: Solver, key: number): number {
  const constants = solver.facts.constantsOf(key);
  return constants?.length === 1 ? itemSelector(constants[0]!) : anyItem;
}

function widened(column: Int32Array, size: number): Int32Array<ArrayBuffer> {
  const out = new Int32Array(size);
  out.set(column);
  return out;
}
