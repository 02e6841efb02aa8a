/** How a walk goes back over a change of an object: item and attribute stores, and calls that may write to it. */
import { BuildKind, Op, callCallee } from "../ir/index.ts";
import type { ValuePort } from "../knowledge/index.ts";
import { BindMode, type CallTarget } from "../program/index.ts";
import { documentGuards, documentGuardsOfProject } from "./document-checks.ts";
import { enumerationOf } from "./enumerations.ts";
import { Flag, LeafKind } from "./leaf.ts";
import { calledChoices } from "./guard-calls.ts";
import { listAt } from "./list-replay.ts";
import { anyKey, attributeSelector, isAttribute, isItem, itemKey } from "./paths.ts";
import { isContainment } from "./path-checks.ts";
import { readPort } from "./ports.ts";
import { exitCondition, exitGuards, isAnswering } from "./predicates.ts";
import type { Solver } from "./solver.ts";
import { constantArgument, consume, portSources } from "./pass-ports.ts";
import { applySummary, builtinMethod } from "./transfer-call.ts";
import { endsAtGuard } from "./transfer-guard.ts";
import type { Walk } from "./walk.ts";
import { parameterOfRole } from "./write-effects.ts";

/** Visits `Content(old, effect, role)`. */
export function visitContent(solver: Solver, walk: Walk, node: number, value: number, path: number): void {
  const { ir } = solver;
  const old = ir.a.data[value]!;
  const effect = ir.b.data[value]!;
  const role = ir.c.data[value]!;
  switch (ir.op.data[effect]! as Op) {
    case Op.SetItem: visitSetItem(solver, walk, node, old, effect, path, value); return;
    case Op.SetAttr: visitSetAttr(solver, walk, node, old, effect, path); return;
    case Op.DelItem: visitDelItem(solver, walk, node, old, effect, path); return;
    case Op.DelAttr: walk.push(old, path, node); return;
    case Op.Append: visitAppend(solver, walk, node, old, effect, path); return;
    case Op.Call: visitCallEffect(solver, walk, node, value, old, effect, role, path); return;
    default: walk.push(old, path, node);
  }
}

function visitSetItem(solver: Solver, walk: Walk, node: number, old: number, effect: number, path: number, value: number): void {
  const { ir, paths, facts } = solver;
  const stored = ir.c.data[effect]!;
  if (path === 0) {
    walk.push(stored, 0, node);
    walk.push(ir.b.data[effect]!, 0, node);
    walk.push(old, 0, node);
    return;
  }
  const head = paths.head(path);
  if (isAttribute(head)) {
    walk.push(old, path, node);
    return;
  }
  if (pushListItem(solver, walk, node, value, path)) return;
  if (head === anyKey) {
    walk.push(ir.b.data[effect]!, paths.tail(path), node);
    if (isDictionary(solver, old)) {
      walk.push(old, path, node);
      return;
    }
  }
  const wanted = itemKey(head);
  if (isOtherItem(solver, effect, head)) {
    walk.push(old, path, node);
    return;
  }
  const keys = facts.constantsOf(ir.b.data[effect]!);
  if (wanted >= 0 && keys?.length === 1 && keys[0] === wanted) {
    walk.push(stored, paths.tail(path), node);
    return;
  }
  walk.push(stored, paths.tail(path), node);
  walk.push(old, path, node);
}

/** Holds if a container is surely a dictionary, so that going over it gives its keys. */
export function isDictionary(solver: Solver, value: number): boolean {
  const { ir } = solver;
  const root = solver.rootOf(value);
  if (ir.op.data[root] === Op.Build) return ir.a.data[root] === BuildKind.Dict;
  const nodes = solver.apiNodes(root);
  // What libraries offer to store items in (sessions, headers, settings) goes over its keys too.
  return nodes.length > 0 && !nodes.some((node) => node === solver.api.typeNode("list") || node === solver.api.typeNode("Deque"));
}

/** A place from the end of a list can be any place from its front: `items[-1]` and `items[2]`. */
export function mayAlias(solver: Solver, a: number, b: number): boolean {
  if (a === b) return false;
  const [first, second] = [solver.ir.constants[a], solver.ir.constants[b]];
  return first?.type === "int" && second?.type === "int" && (Number(first.value) < 0) !== (Number(second.value) < 0);
}

/** Holds if a store into an item is known to write another than the one that is asked about. */
export function isOtherItem(solver: Solver, store: number, head: number): boolean {
  const wanted = itemKey(head);
  const keys = wanted < 0 ? undefined : solver.facts.constantsOf(solver.ir.b.data[store]!);
  return keys !== undefined && keys.length > 0 && keys.every((key) => key !== wanted && !mayAlias(solver, wanted, key));
}

function visitSetAttr(solver: Solver, walk: Walk, node: number, old: number, effect: number, path: number): void {
  const { ir, paths } = solver;
  const stored = ir.c.data[effect]!;
  // A whole object is not one of its attributes: what a method gives, or what is printed of it, need not have to do with it.
  if (path === 0) walk.push(old, 0, node);
  else if (paths.head(path) === attributeSelector(ir.b.data[effect]!)) walk.push(stored, paths.tail(path), node);
  else walk.push(old, path, node);
}

function visitDelItem(solver: Solver, walk: Walk, node: number, old: number, effect: number, path: number): void {
  const keys = solver.facts.constantsOf(solver.ir.b.data[effect]!);
  if (path !== 0 && keys?.length === 1 && itemKey(solver.paths.head(path)) === keys[0]) {
    walk.leaf(node, LeafKind.Proven, effect, "other-element", "the item is deleted");
    return;
  }
  walk.push(old, path, node);
}

function visitAppend(solver: Solver, walk: Walk, node: number, old: number, effect: number, path: number): void {
  const { ir, paths } = solver;
  if (path !== 0 && isAttribute(paths.head(path))) {
    walk.push(old, path, node);
    return;
  }
  const key = ir.c.data[effect]!;
  if (key < 0 && path !== 0 && walk.need.exact && ir.constants[itemKey(paths.head(path))]?.type === "str") {
    walk.push(old, path, node);
    return;
  }
  if (path !== 0 && key >= 0 && paths.head(path) === anyKey) walk.push(key, paths.tail(path), node);
  else walk.push(ir.b.data[effect]!, path === 0 ? 0 : paths.tail(path), node);
  if (path === 0 && ir.c.data[effect]! >= 0) walk.push(ir.c.data[effect]!, 0, node);
  walk.push(old, path, node);
}

/** A list whose operations all have constant shape is replayed: the item at a constant position is known exactly. */
function pushListItem(solver: Solver, walk: Walk, node: number, value: number, path: number): boolean {
  const item = listItem(solver, value, path);
  if (item === undefined) return false;
  walk.push(item, solver.paths.tail(path), node);
  return true;
}

function listItem(solver: Solver, value: number, path: number): number | undefined {
  const wanted = itemKey(solver.paths.head(path));
  const constant = wanted >= 0 ? solver.ir.constants[wanted] : undefined;
  return constant?.type === "int" && typeof constant.value === "number" ? listAt(solver, value, constant.value) : undefined;
}

function visitCallEffect(
  solver: Solver, walk: Walk, node: number, value: number, old: number, call: number, role: number, path: number,
): void {
  if (solver.keptParts.has(value, path) || (!walk.need.exact && keepsPart(solver, value, path))) {
    walk.push(old, path, node);
    return;
  }
  if (path !== 0 && isItem(solver.paths.head(path)) && pushListItem(solver, walk, node, value, path)) return;
  if (role === -1 && isContainment(solver, call, old) && walk.stops("same-base-path")) {
    walk.leaf(node, LeafKind.Proven, call, "guard", "relative_to returns only for same-base-path");
    return;
  }
  if (role === 0 && path === 0 && enumerationOf(solver.program, callCallee(solver.ir, call)) >= 0 && walk.stops("fixed-choice")) {
    walk.leaf(node, LeafKind.Proven, call, "enum", "it names a member of an enumeration, which is made only of such");
    return;
  }
  const targets = solver.targetsOf(call);
  let keepsOld = targets.length === 0;
  for (const target of targets) {
    if (target.kind === "project") keepsOld = projectEffect(solver, walk, node, old, call, role, path, target) || keepsOld;
    else if (target.kind === "api") keepsOld = apiEffect(solver, walk, node, call, old, role, path, target.node) || keepsOld;
    else keepsOld = true;
  }
  if (targets.length === 0 && role === -1) unresolvedEffect(solver, walk, node, call, path);
  if (keepsOld) walk.push(old, path, node);
}

/**
 * Holds, and is noted, if a call says and changes nothing of the part that is asked about, whatever the need: most of
 * what an object is given to only looks at it. Asks in the order of {@link visitCallEffect}, up to the first effect.
 */
function keepsPart(solver: Solver, content: number, path: number): boolean {
  // What a predicate says while it is asked about itself is not its last word.
  if (isAnswering(solver)) return false;
  const { ir, program } = solver;
  const [old, call, role] = [ir.a.data[content]!, ir.b.data[content]!, ir.c.data[content]!];
  if (path !== 0 && isItem(solver.paths.head(path)) && listItem(solver, content, path) !== undefined) return false;
  if ((role === -1 && isContainment(solver, call, old)) || (role === 0 && path === 0 && enumerationOf(program, callCallee(ir, call)) >= 0)) return false;
  const targets = solver.targetsOf(call);
  const method = targets.length === 0 && role === -1 ? builtinReceiver(solver, call) : -1;
  if (method >= 0 && apiTouches(solver, call, ir.a.data[callCallee(ir, call)]!, role, path, method)) return false;
  for (const target of targets) {
    const touches = target.kind === "project" ? projectTouches(solver, call, role, path, target) : target.kind === "api" && apiTouches(solver, call, old, role, path, target.node);
    if (touches) return false;
  }
  solver.keptParts.add(content, path);
  return true;
}

function projectTouches(solver: Solver, call: number, role: number, path: number, target: CallTarget & { kind: "project" }): boolean {
  const fn = solver.ir.functions[target.function]!;
  const param = fn.params[parameterOfRole(solver.ir, call, role, target.mode, fn)];
  if (!param) return false;
  if (exitGuards(solver, fn.id, param.value, path).size > 0 || documentGuardsOfProject(solver, call, target, param.value, path).length > 0) return true;
  return path !== 0 && target.mode !== BindMode.Constructor && solver.effects.mayStore(param.value, solver.paths.head(path));
}

function apiTouches(solver: Solver, call: number, old: number, role: number, path: number, api: number): boolean {
  return documentGuards(solver, call, old, path).length > 0
    || solver.api.validates(api).some((rule) => rule.when === "returns" && isPortOfRole(readPort(rule.value), role))
    || solver.api.passes(api).some((rule) => isPortOfRole(readPort(rule.to), role));
}

/** Returns true if the object before the call still counts. */
function projectEffect(
  solver: Solver, walk: Walk, node: number, old: number, call: number, role: number, path: number,
  target: CallTarget & { kind: "project" },
): boolean {
  const { ir, paths } = solver;
  const fn = ir.functions[target.function]!;
  const index = parameterOfRole(ir, call, role, target.mode, fn);
  const param = fn.params[index];
  if (!param) return true;
  const guards = walk.need.exact ? undefined : exitGuards(solver, fn.id, param.value, path);
  if (guards && guards.size > 0) {
    const answer = { kinds: [...guards.keys()].sort(), choices: calledChoices(guards, { call, target }), isUnknown: false };
    const condition = answer.kinds.some((kind) => walk.stops(kind)) ? exitCondition(solver, fn.id, param.value, path, guards) : -1;
    if (endsAtGuard(solver, walk, node, { value: old, path }, answer, condition < 0 ? call : condition, `${ir.strings.text(fn.qualname)} returns only if it is`)) return false;
  }
  const checked = walk.need.exact ? undefined : documentGuardsOfProject(solver, call, target, param.value, path).find((kind) => walk.stops(kind));
  if (checked !== undefined) {
    walk.leaf(node, LeafKind.Proven, call, "guard", `${ir.strings.text(fn.qualname)} returns only if it is ${checked}`);
    return false;
  }
  if (path === 0 || target.mode === BindMode.Constructor || !solver.effects.mayStore(param.value, paths.head(path))) return true;
  const summary = solver.ofStores(param.value, path, walk.need);
  if (summary.leaves.length > 0) applySummary(solver, walk, node, call, target, fn, summary, Flag.None);
  return true;
}

/** Returns true if the object before the call still counts. */
function apiEffect(solver: Solver, walk: Walk, node: number, call: number, old: number, role: number, path: number, api: number): boolean {
  const checked = documentGuards(solver, call, old, path).find((kind) => walk.stops(kind));
  if (checked !== undefined) {
    walk.leaf(node, LeafKind.Proven, call, "guard", `${solver.api.name(api)} returns only for ${checked}`);
    return false;
  }
  for (const rule of solver.api.validates(api)) {
    if (rule.when !== "returns") continue;
    if (!isPortOfRole(readPort(rule.value), role) || !walk.stops(rule.as)) continue;
    walk.leaf(node, LeafKind.Proven, call, "guard", `${solver.api.name(api)} returns only for ${rule.as}`);
    return false;
  }
  for (const rule of solver.api.passes(api)) {
    const to = readPort(rule.to);
    if (!isPortOfRole(to, role)) continue;
    // What stood there stays if the call hands it out: `d.setdefault("a", [])`.
    const mayKeep = solver.api.passes(api).some((other) => other.from === rule.to && other.to === "result");
    if (pushStored(solver, walk, node, call, path, rule.from, to.steps) && !mayKeep) return false;
  }
  return true;
}

/** Goes on to what a call stores; returns true if it replaces just the item that is asked about: `conf.set("a", "b", x)`. */
function pushStored(solver: Solver, walk: Walk, node: number, call: number, path: number, from: string, steps: readonly string[]): boolean {
  const rest = consume(solver, call, steps, path);
  if (rest < 0) return false;
  for (const { value, path: inner } of portSources(solver, call, from, rest)) walk.push(value, inner, node);
  let part = path;
  for (const step of steps) {
    if (part === 0 || !step.startsWith("[arg") || itemKey(solver.paths.head(part)) < 0) return false;
    if (constantArgument(solver, call, Number(step.slice(4, -1))) < 0) return false;
    part = solver.paths.tail(part);
  }
  return steps.length > 0;
}

/** A method of an unknown receiver that bears the name of a builtin mutator is taken for it. */
function unresolvedEffect(solver: Solver, walk: Walk, node: number, call: number, path: number): void {
  const method = builtinReceiver(solver, call);
  if (method >= 0) apiEffect(solver, walk, node, call, solver.ir.a.data[callCallee(solver.ir, call)]!, -1, path, method);
}

function builtinReceiver(solver: Solver, call: number): number {
  const { ir } = solver;
  const callee = callCallee(ir, call);
  return ir.op.data[callee] === Op.GetAttr ? builtinMethod(solver, ir.strings.text(ir.b.data[callee]!)) : -1;
}

/** Holds if a port of a call is the object of a content row: its receiver or one of its arguments. */
const isPortOfRole = (port: ValuePort, role: number): boolean => (role === -1 ? port.base === "self" : port.base === "argument" && port.argument.index === role);
