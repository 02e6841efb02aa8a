/** Reading and binding names: slots, cells and globals. */
import { Op } from "../../../ir/index.ts";
import { type Scope, ScopeKind, type Variable } from "../scope.ts";
import { clearAlias } from "./versions.ts";
import type { Lowering } from "./state.ts";

/** The variable a (mangled) name means where lowering stands, or undefined if it is global. */
export function resolve(l: Lowering, name: number): Variable | undefined {
  if (l.scope !== l.scope.host) return search(l, name);
  const known = l.resolved.get(name);
  if (known !== undefined) return known === "global" ? undefined : known;
  const variable = search(l, name);
  l.resolved.set(name, variable ?? "global");
  return variable;
}

function search(l: Lowering, name: number): Variable | undefined {
  let scope: Scope | undefined = l.scope;
  let isFirst = true;
  while (scope !== undefined) {
    const skipped: boolean = scope.kind === ScopeKind.Class && !isFirst;
    if (!skipped) {
      const variable: Variable | undefined = scope.variables.get(name);
      if (variable !== undefined) return variable;
      if (scope.globals?.has(name) === true) return undefined;
    }
    isFirst = false;
    scope = scope.parent;
  }
  return undefined;
}

/** Where an assignment in the present scope goes; undefined if to a global. */
function resolveBinding(l: Lowering, name: number): Variable | undefined {
  let scope = l.scope;
  while (scope.kind === ScopeKind.Block) {
    const variable = scope.variables.get(name);
    if (variable !== undefined) return variable;
    if (scope.parent === undefined) return undefined;
    scope = scope.parent;
  }
  const own = scope.variables.get(name);
  if (own !== undefined || scope.nonlocals?.has(name) !== true) return own;
  for (let outer = scope.parent; outer !== undefined; outer = outer.parent) {
    if (outer.kind === ScopeKind.Class || outer.kind === ScopeKind.Module) continue;
    const variable = outer.variables.get(name);
    if (variable !== undefined) return variable;
  }
  return undefined;
}

/** Holds if the variable is kept in a slot of the function being lowered. */
const isLocal = (l: Lowering, variable: Variable): boolean => variable.host === l.scope.host && !variable.isWrittenOutside;

/** The slot of a name, or -1 if it is not a local variable. */
export function slotOfName(l: Lowering, rawName: number): number {
  const variable = resolve(l, l.mangle(rawName));
  return variable !== undefined && isLocal(l, variable) ? variable.slot : -1;
}

function cellOf(l: Lowering, variable: Variable): number {
  if (variable.cell < 0) {
    variable.cell = l.ir.cells.length;
    l.ir.cells.push({ id: variable.cell, function: variable.host.functionId, name: variable.name });
  }
  return variable.cell;
}

export function readName(l: Lowering, node: number, rawName: number): number {
  const name = l.mangle(rawName);
  const variable = resolve(l, name);
  if (variable === undefined) return l.emit(node, Op.Global, name);
  if (isLocal(l, variable)) return readLocal(l, node, variable);
  if (variable.isModule) return l.emit(node, Op.Global, name);
  return l.emit(node, Op.Cell, cellOf(l, variable));
}

function readLocal(l: Lowering, node: number, variable: Variable): number {
  l.at(node);
  const value = l.builder.read(variable.slot);
  // Not bound on any path to here: in module and class bodies the name is looked up, at this place.
  if (l.scope.host.kind !== ScopeKind.Function && l.builder.isInitial(value) && l.builder.opOf(value) === Op.Global) {
    return l.emit(node, Op.Global, variable.name);
  }
  l.readLog.push(variable.slot);
  return value;
}

/** Binds a name. `sources` are the slots that the value was made from. */
export function bindName(l: Lowering, node: number, rawName: number, value: number, sources: readonly number[] = []): void {
  const name = l.mangle(rawName);
  const variable = resolveBinding(l, name);
  if (variable === undefined) {
    l.emit(node, Op.SetGlobal, name, value);
    return;
  }
  if (variable.isModule) l.emit(node, Op.SetGlobal, name, value);
  else if (variable.isCaptured) l.emit(node, Op.SetCell, cellOf(l, variable), value);
  if (!isLocal(l, variable)) return;
  clearAlias(l, variable.slot);
  l.sources[variable.slot] = sources;
  l.builder.write(variable.slot, value);
}

/** The name is bound no longer: `del x`, or the end of `except ... as x`. */
export function unbindName(l: Lowering, node: number, rawName: number, isStatement: boolean): void {
  const name = l.mangle(rawName);
  const variable = resolveBinding(l, name);
  if (isStatement && (variable === undefined || variable.isModule)) l.emit(node, Op.DelGlobal, name);
  if (variable === undefined || !isLocal(l, variable)) return;
  clearAlias(l, variable.slot);
  l.sources[variable.slot] = undefined;
  l.builder.write(variable.slot, l.emit(node, Op.Undef, 0, name));
}
