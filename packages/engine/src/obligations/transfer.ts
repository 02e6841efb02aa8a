/** How a walk goes on from a value: one case per instruction. */
import { BinOp, BlockFlag, BuildKind, type Ir, Op, UnOp } from "../ir/index.ts";
import { BindMode, TokenKind, tokenKind } from "../program/index.ts";
import { visitCall, visitObject } from "./transfer-call.ts";
import { visitContent } from "./transfer-content.ts";
import { visitException, visitOverloaded } from "./transfer-operators.ts";
import { visitFacts, visitSigma } from "./transfer-guard.ts";
import { visitRead, visitSplit } from "./transfer-parts.ts";
import { visitDeclared } from "./transfer-record.ts";
import { beginsFixed, isBegunBy, isEscaping, visitFormat, visitPercent } from "./transfer-text.ts";
import { visitBuiltText } from "./built-text.ts";
import { exclusionOf, isExcluded, keepsExclusion } from "./exclusions.ts";
import { allowedExtension, endsFixed } from "./extension-checks.ts";
import { Flag, LeafKind } from "./leaf.ts";
import { isMadeText } from "./made-text.ts";
import { isShortSlice } from "./length-guard.ts";
import { anyItem, anyKey, attributeName, attributeSelector, isAttribute, itemKey, itemSelector } from "./paths.ts";
import { isRuledOut, pathFacts } from "./path-facts.ts";
import { loopGuards, notUnderstood } from "./loop-checks.ts";
import { computedField } from "./origins.ts";
import type { Solver } from "./solver.ts";
import { beginningOf, withStripped } from "./text-beginning.ts";
import type { Walk } from "./walk.ts";

/** Visits one node: records leaves, pushes the values it comes from. */
export function visit(solver: Solver, walk: Walk, node: number): void {
  const { ir } = solver;
  const value = walk.values[node]!;
  const op = ir.op.data[value]! as Op;
  const excluded = exclusionOf(solver, walk.paths[node]!);
  // What is known not to be None stays so while it is handed on; anything else that makes a value is no literal None.
  const path = excluded === 0 || keepsExclusion(op) ? walk.paths[node]! : 0;
  if (!solver.facts.isReachable(ir.block.data[value]!)) {
    walk.leaf(node, LeafKind.Proven, value, "unreachable", "the code cannot run");
    return;
  }
  if (isKnownConstant(solver, walk, node, value, excluded) || visitFacts(solver, walk, node, value, path)) return;
  solver.itemStores.visit(walk, node, value, path);
  if (!walk.need.exact && (path === 0 ? visitRead(solver, walk, node, value, op) : op === Op.Call && visitSplit(solver, walk, node, value, path))) return;
  if (isMadeText(solver, value) && walk.stops("text-value")) {
    walk.leaf(node, LeafKind.Proven, value, "charset", "it is a text, whatever went into it");
    return;
  }
  if (visitSecretName(solver, walk, node, value, op)) return;
  if ((op === Op.Fmt || op === Op.Bin) && path === 0 && endsFixed(solver, value) && walk.stops(allowedExtension)) {
    walk.leaf(node, LeafKind.Proven, value, "charset", "it ends in an extension that the program writes");
    return;
  }
  switch (op) {
    case Op.Param: walk.leaf(node, LeafKind.Port, value, "", "", value, path); return;
    case Op.Undef: return;
    case Op.Phi: visitPhi(solver, walk, node, value, path); return;
    case Op.Sigma: visitSigma(solver, walk, node, value, path); return;
    case Op.Content: visitContent(solver, walk, node, value, path); return;
    case Op.Global: case Op.Cell: case Op.Import: visitName(solver, walk, node, value, path, op); return;
    case Op.Func: case Op.Class: walk.leaf(node, LeafKind.Proven, value, "const", "code of the project"); return;
    case Op.ExcVal: visitException(solver, walk, node, value, path); return;
    case Op.Un: visitUnary(solver, walk, node, value, path); return;
    case Op.Bin: visitBinary(solver, walk, node, value, path); return;
    case Op.Cmp: case Op.Not: case Op.IsInst: case Op.Len:
      derivedLeaf(walk, node, value, "numeric", "a truth value or a number"); return;
    case Op.Fmt: visitFormat(solver, walk, node, value); return;
    case Op.Build: visitBuild(solver, walk, node, value, path); return;
    case Op.Star: case Op.Iter: case Op.Decorate: case Op.Await: case Op.Enter:
      visitTransparent(solver, walk, node, value, path, op); return;
    case Op.GetAttr: visitAttribute(solver, walk, node, value, path); return;
    case Op.GetItem: visitItem(solver, walk, node, value, path); return;
    case Op.Unpack: visitUnpack(solver, walk, node, value, path); return;
    case Op.Next: visitNext(solver, walk, node, value, path); return;
    case Op.Call: visitCall(solver, walk, node, value, path); return;
    default: walk.leaf(node, LeafKind.Open, value, "unknown-value", "a value that comes from elsewhere");
  }
}

/** Records a constant; needs that are not exact do not tell constants apart. */
export function constantLeaf(walk: Walk, node: number, value: number, constant: number): void {
  walk.leaf(node, LeafKind.Constant, value, "const", "", walk.need.exact ? constant : -1);
}

/** A truth value or a count: nothing of its operands is left in it but which of a few values it is. */
function derivedLeaf(walk: Walk, node: number, value: number, code: string, text: string): void {
  if (walk.need.exact) walk.leaf(node, LeafKind.Open, value, "unknown-value", "computed");
  else walk.leaf(node, LeafKind.Proven, value, code, text);
}

/** Holds if numbers are harmless to the need; otherwise arithmetic carries its operands on. */
const stopsNumbers = (walk: Walk): boolean => walk.stops("number");

/** For exact needs, a value derived from others is unknown; returns true if that ends the walk here. */
export function endsExact(walk: Walk, node: number, value: number): boolean {
  if (!walk.need.exact) return false;
  walk.leaf(node, LeafKind.Open, value, "unknown-value", "computed");
  return true;
}

function isKnownConstant(solver: Solver, walk: Walk, node: number, value: number, excluded: number): boolean {
  const { ir } = solver;
  const constants = ir.op.data[value] === Op.Const ? [ir.a.data[value]!] : solver.facts.constantsOf(value);
  if (!constants || constants.length === 0) return false;
  const isPart = walk.need.exact && excluded === 0 && walk.paths[node] !== 0;
  for (const constant of constants) {
    if (!isExcluded(ir, constant, excluded) && !(isPart && !hasParts(ir, constant))) constantLeaf(walk, node, value, constant);
  }
  return true;
}

/** A number, a truth value and None hold nothing: what is under a key of theirs is no value of theirs. */
function hasParts(ir: Ir, constant: number): boolean {
  const type = ir.constants[constant]!.type;
  return type === "str" || type === "bytes";
}

function visitPhi(solver: Solver, walk: Walk, node: number, value: number, path: number): void {
  const { ir, facts } = solver;
  const kinds = path !== 0 || walk.need.exact ? [] : loopGuards(solver, value);
  const kind = kinds.find((guard) => walk.stops(guard));
  if (kind !== undefined) {
    walk.leaf(node, LeafKind.Proven, value, "guard", `a check in a loop leaves only ${kind}`);
    return;
  }
  if (path === 0 && visitBuiltText(solver, walk, node, value)) return;
  const block = ir.block.data[value]!;
  const preds = ir.blocks.preds.data[block]!;
  const inputs = ir.a.data[value]!;
  const flag = kinds.includes(notUnderstood) && walk.stops("checked-members") ? Flag.Guard : Flag.None;
  const from = walk.sites[node]!;
  // Earlier rounds of a loop are none of what is known at the place of use.
  const site = from < 0 || (ir.blocks.flags.data[block]! & BlockFlag.LoopHead) !== 0 ? -1 : from;
  for (let i = 0, n = ir.lists.length(inputs); i < n; i++) {
    const pred = ir.lists.at(preds, i);
    if (!facts.isReachable(pred)) continue;
    const succs = ir.blocks.succs.data[pred]!;
    let feasible = ir.blocks.handler.data[pred] === block;
    for (let s = 0, m = ir.lists.length(succs); s < m && !feasible; s++) {
      if (ir.lists.at(succs, s) === block && facts.isEdgeFeasible(pred, s)) feasible = true;
    }
    if (!feasible) continue;
    if (site >= 0 && isRuledOut(solver, pathFacts(solver, site), value, i)) {
      walk.leaf(node, LeafKind.Proven, value, "infeasible", "a condition on the way excludes another");
    } else walk.push(ir.lists.at(inputs, i), path, node, flag, undefined, undefined, site);
  }
}

function visitName(solver: Solver, walk: Walk, node: number, value: number, path: number, op: Op): void {
  const stores = solver.program.storesOf(value);
  if (visitObject(solver, walk, node, value, path)) return;
  if (stores.length > 0) {
    storesLeaf(solver, walk, node, value, stores, path);
    return;
  }
  if (bottom(solver, walk, node, value, path)) return;
  const name = op === Op.Import ? "an imported object" : solver.ir.strings.text(solver.ir.a.data[value]!);
  if (op === Op.Cell) walk.leaf(node, LeafKind.Open, value, "unknown-value", "a variable of an enclosing function");
  else walk.leaf(node, LeafKind.Object, value, "object", name);
}

/**
 * The last resort for a part of an object that could not be followed precisely: every store into that field of its
 * classes. Returns false if there is none.
 */
export function bottom(solver: Solver, walk: Walk, node: number, value: number, path: number): boolean {
  if (path === 0) return false;
  const head = solver.paths.head(path);
  if (!isAttribute(head)) return false;
  const stores = solver.fields.storesOf(value, attributeName(head));
  if (!stores) return false;
  if (solver.fields.isDynamic(value)) walk.leaf(node, LeafKind.Open, value, "unknown-receiver-store", computedField);
  storesLeaf(solver, walk, node, value, stores, solver.paths.tail(path));
  return true;
}

/** Ends the walk at a field or name: what is stored there is followed once for the whole program, by the closure. */
export function storesLeaf(solver: Solver, walk: Walk, node: number, value: number, stores: readonly number[], path: number): void {
  walk.leaf(node, LeafKind.Stores, value, "", "", solver.groups.idOf(stores), path, stores.length > 1 ? Flag.Jump : Flag.None);
}

function visitUnary(solver: Solver, walk: Walk, node: number, value: number, path: number): void {
  const { ir } = solver;
  if (endsExact(walk, node, value) || visitOverloaded(solver, walk, node, value, path, ir.b.data[value]!)) return;
  const isNumber = ir.a.data[value] === UnOp.Minus || ir.a.data[value] === UnOp.Invert;
  if (isNumber && stopsNumbers(walk)) derivedLeaf(walk, node, value, "numeric", "a number");
  else walk.push(ir.b.data[value]!, path, node);
}

/** Arithmetic that no text survives. `+`, `%`, `*`, `/` (paths), `|` and `&` (dicts, sets) may carry text. */
const numericOperators = new Set([BinOp.Sub, BinOp.MatMult, BinOp.Pow, BinOp.LShift, BinOp.RShift, BinOp.FloorDiv, BinOp.BitXor]);

function visitBinary(solver: Solver, walk: Walk, node: number, value: number, path: number): void {
  const { ir } = solver;
  if (endsExact(walk, node, value) || visitOverloaded(solver, walk, node, value, path, ir.b.data[value]!)) return;
  const op = ir.a.data[value]! & 31;
  if (numericOperators.has(op) && stopsNumbers(walk)) {
    derivedLeaf(walk, node, value, "numeric", "the result of arithmetic");
    return;
  }
  const left = ir.b.data[value]!;
  const right = ir.c.data[value]!;
  if (op === BinOp.Mod) {
    visitPercent(solver, walk, node, value, left, right);
    return;
  }
  if (op === BinOp.Add && isEscaping(solver, walk, node, value, right)) {
    walk.push(right, 0, node);
    return;
  }
  walk.push(left, 0, node);
  if (op === BinOp.Add && (isEscaping(solver, walk, node, value, left) || isBegunBy(solver, walk, node, value, left) || beginsFixed(walk, node, value, withStripped(solver, beginningOf(solver, left), right)))) return;
  walk.push(right, 0, node);
}

function visitBuild(solver: Solver, walk: Walk, node: number, value: number, path: number): void {
  const { ir, paths } = solver;
  const kind = ir.a.data[value]! as BuildKind;
  const items = ir.b.data[value]!;
  const head = path === 0 ? -1 : paths.head(path);
  if (path === 0 && endsExact(walk, node, value)) return;
  if (head >= 0 && isAttribute(head)) {
    walk.leaf(node, LeafKind.Proven, value, "const", "a literal container");
    return;
  }
  const rest = path === 0 ? 0 : paths.tail(path);
  const before = walk.count;
  if (kind === BuildKind.Dict) visitDict(solver, walk, node, items, head, rest, path);
  else visitSequence(solver, walk, node, items, head, rest);
  if (walk.count === before) walk.leaf(node, LeafKind.Constant, value, "const", "", -1);
}

function visitDict(
  solver: Solver, walk: Walk, node: number, items: number, head: number, rest: number, path: number,
): void {
  const { ir } = solver;
  const wanted = head < 0 ? -1 : itemKey(head);
  const before = walk.count;
  for (let i = ir.lists.length(items) - 2; i >= 0; i -= 2) {
    const key = ir.lists.at(items, i);
    const element = ir.lists.at(items, i + 1);
    if (key < 0) {
      walk.push(element, path, node);
      continue;
    }
    if (head < 0 || head === anyKey) walk.push(key, head < 0 ? 0 : rest, node);
    if (head === anyKey) continue;
    if (wanted >= 0) {
      const keys = solver.facts.constantsOf(key);
      if (keys?.length === 1) {
        if (keys[0] !== wanted) continue;
        walk.push(element, rest, node);
        return;
      }
    }
    walk.push(element, rest, node);
  }
  // A place of a list that was made of the dictionary: its keys.
  if (walk.count > before || wanted < 0 || ir.constants[wanted]?.type !== "int") return;
  for (let i = 0, n = ir.lists.length(items); i < n; i += 2) walk.push(ir.lists.at(items, i), rest, node);
}

function visitSequence(solver: Solver, walk: Walk, node: number, items: number, head: number, rest: number): void {
  const { ir, paths } = solver;
  const count = ir.lists.length(items);
  const constant = head < 0 ? undefined : ir.constants[itemKey(head)];
  if (constant?.type === "str" && walk.need.exact) return; // nothing in a sequence has a text for its key
  let index = itemKey(head) >= 0 && constant?.type === "int" && typeof constant.value === "number" ? constant.value : -1;
  // Items before the first star, and those counted from the end behind the last, stand where they stand.
  const stars = Array.from({ length: count }, (_, i) => i).filter((i) => ir.op.data[ir.lists.at(items, i)] === Op.Star);
  const isFromEnd = index < 0;
  if (constant?.type === "int" && typeof constant.value === "number" && constant.value < 0) index = count + constant.value;
  const isFixed = stars.length === 0 || (isFromEnd ? index > stars[stars.length - 1]! : index < stars[0]!);
  if (index >= 0 && index < count && isFixed) {
    walk.push(ir.lists.at(items, index), rest, node);
    return;
  }
  for (let i = 0; i < count; i++) {
    const element = ir.lists.at(items, i);
    if (ir.op.data[element] === Op.Star) walk.push(ir.a.data[element]!, head < 0 ? 0 : paths.push(anyItem, rest), node);
    else walk.push(element, rest, node);
  }
}

function visitTransparent(solver: Solver, walk: Walk, node: number, value: number, path: number, op: Op): void {
  const { ir } = solver;
  if (op === Op.Decorate) walk.push(ir.b.data[value]!, path, node);
  else if (op === Op.Enter) visitEnter(solver, walk, node, value, path);
  else if (op === Op.Iter && visitOverloaded(solver, walk, node, value, path, ir.a.data[value]!)) return;
  else if (op === Op.Star) walk.push(ir.a.data[value]!, path === 0 ? 0 : solver.paths.push(anyItem, path), node);
  else walk.push(ir.a.data[value]!, path, node);
}

function visitEnter(solver: Solver, walk: Walk, node: number, value: number, path: number): void {
  if (visitObject(solver, walk, node, value, path)) return;
  const targets = solver.program.targetsOf(value);
  if (targets.some((target) => target.kind === "project")) {
    visitCall(solver, walk, node, value, path);
    return;
  }
  const manager = solver.ir.a.data[value]!;
  // `with generator_function() as x`: x is the first value that it yields.
  if (solver.ir.op.data[manager] === Op.Call) {
    for (const target of solver.program.targetsOf(manager)) {
      if (target.kind === "project" && solver.ir.functions[target.function]!.isGenerator) {
        walk.push(manager, solver.paths.push(anyItem, path), node);
        return;
      }
    }
  }
  walk.push(manager, path, node);
}

function visitAttribute(solver: Solver, walk: Walk, node: number, value: number, path: number): void {
  if (visitObject(solver, walk, node, value, path)) return;
  const { ir, program } = solver;
  if (visitDeclared(solver, walk, node, value)) return;
  const object = ir.a.data[value]!;
  const tokens = program.tokensOf(object);
  for (let i = 0; i < tokens.length; i++) {
    if (tokenKind(tokens[i]!) !== TokenKind.Module) continue;
    const stores = program.storesOf(value);
    if (stores.length > 0) storesLeaf(solver, walk, node, value, stores, path);
    else walk.leaf(node, LeafKind.Object, value, "object", ir.strings.text(ir.b.data[value]!));
    return;
  }
  const targets = program.targetsOf(value);
  if (targets.some((target) => target.kind === "project")) {
    visitCall(solver, walk, node, value, path);
    // A descriptor keeps the value under a name of the object.
    if (!targets.some((target) => target.kind === "project" && target.mode === BindMode.Callback)) return;
  }
  if (enumMember(solver, walk, node, value, path)) return;
  walk.push(object, solver.paths.push(attributeSelector(ir.b.data[value]!), path), node);
}

/** An attribute read on a class itself is one of its class variables: nothing per object. */
function enumMember(solver: Solver, walk: Walk, node: number, value: number, path: number): boolean {
  const { ir, program } = solver;
  const tokens = program.tokensOf(ir.a.data[value]!);
  if (tokens.length !== 1 || tokenKind(tokens[0]!) !== TokenKind.Class) return false;
  const stores = solver.fields.storesOf(ir.a.data[value]!, ir.b.data[value]!);
  if (!stores) return false;
  storesLeaf(solver, walk, node, value, stores, path);
  return true;
}

function visitItem(solver: Solver, walk: Walk, node: number, value: number, path: number): void {
  const { ir, paths } = solver;
  const object = ir.a.data[value]!;
  const key = ir.b.data[value]!;
  // A slice is what the whole is, checks of the whole included.
  if (ir.op.data[key] === Op.Build && ir.a.data[key] === BuildKind.Slice) {
    if (isShortSlice(solver, key) && walk.stops("short-text")) walk.leaf(node, LeafKind.Proven, value, "guard", "only a short part is taken");
    else if (!endsExact(walk, node, value)) walk.push(object, 0, node);
    return;
  }
  if (visitObject(solver, walk, node, value, path) || visitOverloaded(solver, walk, node, value, path, object)) return;
  const constants = solver.facts.constantsOf(key);
  const selector = constants?.length === 1 ? itemSelector(constants[0]!) : anyItem;
  walk.push(object, paths.push(selector, path), node);
}

function visitUnpack(solver: Solver, walk: Walk, node: number, value: number, path: number): void {
  const { ir, paths } = solver;
  if (ir.c.data[value] === 1) {
    walk.push(ir.a.data[value]!, restPath(solver, ir.b.data[value]!, path), node);
    return;
  }
  const key = ir.constant({ type: "int", value: ir.b.data[value]! });
  walk.push(ir.a.data[value]!, paths.push(itemSelector(key), path), node);
}

/** What an item of the starred rest is of the whole: as many places later as the rest begins. */
function restPath(solver: Solver, start: number, path: number): number {
  const { ir, paths } = solver;
  if (path === 0 || isAttribute(paths.head(path))) return path;
  const key = itemKey(paths.head(path));
  const constant = key < 0 ? undefined : ir.constants[key];
  const isFront = start >= 0 && constant?.type === "int" && typeof constant.value === "number" && constant.value >= 0;
  const selector = isFront ? itemSelector(ir.constant({ type: "int", value: Number(constant.value) + start })) : anyItem;
  return paths.push(selector, paths.tail(path));
}

function visitNext(solver: Solver, walk: Walk, node: number, value: number, path: number): void {
  const items = solver.ir.a.data[value]!;
  if (visitObject(solver, walk, node, value, path) || visitOverloaded(solver, walk, node, value, path, items)) return;
  walk.push(items, solver.paths.push(anyKey, path), node);
}

/** Names that say "this is a secret" make sources for needs that ask about secrets. */
function visitSecretName(solver: Solver, walk: Walk, node: number, value: number, op: Op): boolean {
  const { ir } = solver;
  let name = "";
  if (op === Op.Param || op === Op.GetAttr) name = ir.strings.text(ir.b.data[value]!);
  else if (op === Op.Global) name = ir.strings.text(ir.a.data[value]!);
  else if (op === Op.GetItem) {
    const key = solver.facts.literalOf(ir.b.data[value]!);
    if (key?.type === "str") name = key.value;
  }
  if (name === "" || !solver.isSecret(name) || !walk.asksSecretNames()) return false;
  walk.leaf(node, LeafKind.Source, value, "secret", name);
  return true;
}
