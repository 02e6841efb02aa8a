/** Assignments, deletions, augmented and annotated assignments, imports. */
import { type BinOp, InPlace, Op } from "../../../ir/index.ts";
import { Kind } from "../ast.ts";
import { changeNamed } from "./calls.ts";
import { lowerDeeper, lowerExpression } from "./expressions.ts";
import { bindName, readName, slotOfName, unbindName } from "./names.ts";
import type { Lowering } from "./state.ts";
import { addAlias, sourcesSince } from "./versions.ts";

/** Stores a value in a target. `sources` are the slots that the value was made from. */
export function assignTarget(l: Lowering, target: number, value: number, sources: readonly number[]): void {
  const { ast } = l;
  const a = ast.a.data[target];
  switch (l.kindOf(target)) {
    case Kind.Name:
      bindName(l, target, a, value, sources);
      return;
    case Kind.Attribute:
    case Kind.Subscript: {
      const object = lowerDeeper(l, a);
      storeMember(l, target, object, value);
      return;
    }
    case Kind.Starred:
      assignTarget(l, a, value, sources);
      return;
    case Kind.Tuple:
    case Kind.List:
      if (!l.descend(target)) return;
      unpackInto(l, target, value, sources);
      l.depth--;
      return;
    default:
      // ErrorExpr: nothing that could be bound.
      lowerDeeper(l, target);
  }
}

/** `object.name = value` or `object[key] = value`; the object is lowered already. */
function storeMember(l: Lowering, target: number, object: number, value: number): void {
  const { ast } = l;
  let effect: number;
  if (l.kindOf(target) === Kind.Attribute) {
    effect = l.emit(target, Op.SetAttr, object, l.mangle(ast.b.data[target]), value);
  } else {
    const key = lowerDeeper(l, ast.b.data[target]);
    effect = l.emit(target, Op.SetItem, object, key, value);
  }
  changeNamed(l, ast.a.data[target], effect, -1);
}

function unpackInto(l: Lowering, target: number, value: number, sources: readonly number[]): void {
  const { ast } = l;
  const elements = ast.a.data[target];
  const count = ast.lists.length(elements);
  let star = -1;
  for (let i = 0; i < count && star < 0; i++) if (l.kindOf(ast.lists.at(elements, i)) === Kind.Starred) star = i;
  const parts: number[] = [];
  for (let i = 0; i < count; i++) {
    const index = star >= 0 && i > star ? i - count : i;
    parts.push(l.emit(ast.lists.at(elements, i), Op.Unpack, value, index, i === star ? 1 : 0));
  }
  for (let i = 0; i < count; i++) assignTarget(l, ast.lists.at(elements, i), parts[i], sources);
}

export function lowerAssign(l: Lowering, node: number): void {
  const { ast } = l;
  const targets = ast.a.data[node];
  const count = ast.lists.length(targets);
  const value = ast.b.data[node];
  if (count === 1 && isPairwise(l, ast.lists.at(targets, 0), value)) {
    assignPairwise(l, ast.lists.at(targets, 0), value);
    return;
  }
  const mark = l.readLog.length;
  const result = lowerExpression(l, value);
  const sources = sourcesSince(l, mark);
  for (let i = 0; i < count; i++) assignTarget(l, ast.lists.at(targets, i), result, sources);
  joinAliases(l, targets, value);
}

/** All plain names of `a = b = c` hold one object. */
function joinAliases(l: Lowering, targets: number, value: number): void {
  const { ast } = l;
  let known = l.kindOf(value) === Kind.Name ? slotOfName(l, ast.a.data[value]) : -1;
  for (let i = 0, n = ast.lists.length(targets); i < n; i++) {
    const target = ast.lists.at(targets, i);
    if (l.kindOf(target) !== Kind.Name) continue;
    const slot = slotOfName(l, ast.a.data[target]);
    if (slot < 0) continue;
    if (known >= 0) addAlias(l, slot, known);
    known = slot;
  }
}

function isDisplay(kind: Kind): boolean {
  return kind === Kind.Tuple || kind === Kind.List;
}

/** `a, b = x, y`: as many values as targets and no star, so that no tuple is needed. */
function isPairwise(l: Lowering, target: number, value: number): boolean {
  const { ast } = l;
  if (!isDisplay(l.kindOf(target)) || !isDisplay(l.kindOf(value))) return false;
  const count = ast.lists.length(ast.a.data[target]);
  if (count !== ast.lists.length(ast.a.data[value])) return false;
  for (let i = 0; i < count; i++) {
    if (l.kindOf(ast.lists.at(ast.a.data[target], i)) === Kind.Starred) return false;
    if (l.kindOf(ast.lists.at(ast.a.data[value], i)) === Kind.Starred) return false;
  }
  return true;
}

function assignPairwise(l: Lowering, target: number, value: number): void {
  const { ast } = l;
  const targets = ast.a.data[target];
  const values = ast.a.data[value];
  const results: number[] = [];
  const sources: (readonly number[])[] = [];
  for (let i = 0, n = ast.lists.length(values); i < n; i++) {
    const mark = l.readLog.length;
    results.push(lowerDeeper(l, ast.lists.at(values, i)));
    sources.push(sourcesSince(l, mark));
  }
  for (let i = 0; i < results.length; i++) assignTarget(l, ast.lists.at(targets, i), results[i], sources[i]);
}

/** `target op= value`: the object of a member target is evaluated once. */
export function lowerAugmented(l: Lowering, node: number): void {
  const { ast } = l;
  const target = ast.a.data[node];
  const operator = (ast.b.data[node] as BinOp) | InPlace;
  const mark = l.readLog.length;
  const a = ast.a.data[target];
  if (l.kindOf(target) === Kind.Name) {
    const before = readName(l, target, a);
    const operand = lowerExpression(l, ast.c.data[node]);
    bindName(l, target, a, l.emit(node, Op.Bin, operator, before, operand), sourcesSince(l, mark));
    return;
  }
  if (l.kindOf(target) !== Kind.Attribute && l.kindOf(target) !== Kind.Subscript) {
    lowerExpression(l, ast.c.data[node]);
    return;
  }
  const object = lowerDeeper(l, a);
  const isAttribute = l.kindOf(target) === Kind.Attribute;
  const member = isAttribute ? l.mangle(ast.b.data[target]) : lowerDeeper(l, ast.b.data[target]);
  const before = l.emit(target, isAttribute ? Op.GetAttr : Op.GetItem, object, member);
  const operand = lowerExpression(l, ast.c.data[node]);
  const value = l.emit(node, Op.Bin, operator, before, operand);
  changeNamed(l, a, l.emit(target, isAttribute ? Op.SetAttr : Op.SetItem, object, member, value), -1);
}

/** `target: annotation = value`. The annotation is kept as a row of its own. */
export function lowerAnnotated(l: Lowering, node: number): void {
  const { ast } = l;
  const target = ast.a.data[node];
  const valueNode = ast.c.data[node];
  const mark = l.readLog.length;
  const value = valueNode >= 0 ? lowerExpression(l, valueNode) : -1;
  const sources = sourcesSince(l, mark);
  const a = ast.a.data[target];
  if (l.kindOf(target) === Kind.Name) {
    const annotation = lowerExpression(l, ast.b.data[node]);
    l.emit(node, Op.Annotate, value, l.mangle(a), annotation);
    if (value >= 0) {
      bindName(l, target, a, value, sources);
      if (l.kindOf(valueNode) === Kind.Name) addKnownAlias(l, a, ast.a.data[valueNode]);
    }
    return;
  }
  if (value >= 0) assignTarget(l, target, value, sources);
  const annotation = lowerExpression(l, ast.b.data[node]);
  if (l.kindOf(target) !== Kind.Attribute) return;
  l.emit(node, Op.AnnotateAttr, lowerDeeper(l, a), l.mangle(ast.b.data[target]), annotation);
}

function addKnownAlias(l: Lowering, name: number, other: number): void {
  const slot = slotOfName(l, name);
  const known = slotOfName(l, other);
  if (slot >= 0 && known >= 0) addAlias(l, slot, known);
}

export function lowerDelete(l: Lowering, targets: number): void {
  const { ast } = l;
  for (let i = 0, n = ast.lists.length(targets); i < n; i++) {
    const target = ast.lists.at(targets, i);
    const a = ast.a.data[target];
    switch (l.kindOf(target)) {
      case Kind.Name:
        unbindName(l, target, a, true);
        break;
      case Kind.Attribute:
        changeNamed(l, a, l.emit(target, Op.DelAttr, lowerDeeper(l, a), l.mangle(ast.b.data[target])), -1);
        break;
      case Kind.Subscript: {
        const object = lowerDeeper(l, a);
        const key = lowerDeeper(l, ast.b.data[target]);
        changeNamed(l, a, l.emit(target, Op.DelItem, object, key), -1);
        break;
      }
      case Kind.Tuple:
      case Kind.List:
        if (!l.descend(target)) break;
        lowerDelete(l, a);
        l.depth--;
        break;
      default:
    }
  }
}

// ---- imports

export function lowerImport(l: Lowering, aliases: number): void {
  const { ast } = l;
  for (let i = 0, n = ast.lists.length(aliases); i < n; i++) {
    const alias = ast.lists.at(aliases, i);
    if (l.kindOf(alias) !== Kind.Alias) continue;
    const module = ast.a.data[alias];
    const asName = ast.b.data[alias];
    const value = l.emit(alias, Op.Import, module, -1, asName >= 0 ? 1 : 0);
    const text = l.strings.text(module);
    const dot = text.indexOf(".");
    bindName(l, alias, asName >= 0 ? asName : dot < 0 ? module : l.strings.intern(text.slice(0, dot)), value);
  }
}

export function lowerImportFrom(l: Lowering, node: number): void {
  const { ast } = l;
  const from = ast.a.data[node] < 0 ? "" : l.strings.text(ast.a.data[node]);
  const absolute = absoluteModule(l.module.name, l.module.isPackage, ast.c.data[node], from);
  const module = l.strings.intern(absolute);
  const aliases = ast.b.data[node];
  for (let i = 0, n = ast.lists.length(aliases); i < n; i++) {
    const alias = ast.lists.at(aliases, i);
    if (l.kindOf(alias) !== Kind.Alias) continue;
    const name = ast.a.data[alias];
    if (l.strings.text(name) === "*") {
      l.emit(alias, Op.ImportStar, module);
      continue;
    }
    const asName = ast.b.data[alias];
    const isSibling = absolute === "" && ast.c.data[node] > 0;
    const value = isSibling ? l.emit(alias, Op.Import, name, -1, 1) : l.emit(alias, Op.Import, module, name);
    bindName(l, alias, asName >= 0 ? asName : name, value);
  }
}

/**
 * `from ..a import b` in package p.q.r means p.a. One dot more than there are packages means the folder under review (it may
 * be a package itself): "" or a module in it. With still more dots they stay: nothing has such a name.
 */
export function absoluteModule(module: string, isPackage: boolean, level: number, from: string): string {
  if (level === 0) return from;
  const parts = module.split(".");
  const up = isPackage ? level - 1 : level;
  if (up > parts.length) return ".".repeat(level) + from;
  const base = parts.slice(0, parts.length - up);
  if (from !== "") base.push(from);
  return base.join(".");
}
