/** How a walk goes through a call: into project functions by summary, through library calls by their model rows. */
import { type FunctionInfo, Op, callArgCount, callCallee, callKeywordCount, callKeywordName, functionOf, parameterIndex } from "../ir/index.ts";
import type { PassRule } from "../knowledge/index.ts";
import { BindMode, type CallTarget } from "../program/index.ts";
import { argumentsFor } from "./arguments.ts";
import { visitBuiltText } from "./built-text.ts";
import { conditionMayHold } from "./conditions.ts";
import { isPutIntoMarkup } from "./json-in-markup.ts";
import { enumerationOf } from "./enumerations.ts";
import { isFetchedThere } from "./fetched.ts";
import { Flag, LeafKind, type Summary } from "./leaf.ts";
import { isRelativeName } from "./path-checks.ts";
import { isItem } from "./paths.ts";
import { allArguments, readPort, receiverValue } from "./ports.ts";
import { calledName } from "./relations.ts";
import { hasNoRoot, noRoot } from "./root-checks.ts";
import { replacedText } from "./replaced-text.ts";
import type { Solver } from "./solver.ts";
import { declaredItemGuards, isReplacedByClass, visitFieldMethod } from "./declared-items.ts";
import { checkedPartGuards } from "./checked-parts.ts";
import { bottom, endsExact } from "./transfer.ts";
import { consume, portSources } from "./pass-ports.ts";
import { visitFile } from "./transfer-files.ts";
import { visitOwnItems, visitTextCall } from "./transfer-operators.ts";
import { visitField, visitRecord } from "./transfer-record.ts";
import { isCheckedByCallers } from "./transfer-guard.ts";
import { visitFormatCall, visitJoin, visitPathJoin } from "./transfer-text.ts";
import type { Walk } from "./walk.ts";

/**
 * Checks what models say of the object that a value is: a source or a guard ends the walk. Returns true if it did.
 * Only instructions that make or fetch an object ask; copies of it do not.
 */
export function visitObject(solver: Solver, walk: Walk, node: number, value: number, path: number): boolean {
  const nodes = solver.apiNodes(value);
  if (nodes.length === 0) return false;
  // A source that is known to be checked, such as the path of a request for a redirect, is what the check says.
  for (const api of nodes) {
    if (!walk.need.exact && declaredLeaf(solver, walk, node, value, api, path)) return true;
    if (guardOf(solver, walk, value, api) === undefined && sourceLeaf(solver, walk, node, { value, path }, api)) return true;
  }
  if (walk.need.exact) {
    // One of several objects: which, the values that it is fetched from tell.
    if (path !== 0 || nodes.length > 1) return false;
    const { op } = solver.ir;
    // A text or a list has a type that pages speak of, but is no object of a library: its constant is still to be found.
    if (builtinTypes.concat("tuple", "int").some((type) => solver.api.typeNode(type) === nodes[0])) return false;
    if (op.data[value] !== Op.Call) walk.leaf(node, LeafKind.Object, value, "object", solver.api.name(nodes[0]!));
    return op.data[value] !== Op.Call;
  }
  return nodes.every((api) => guardLeaf(solver, walk, node, value, api));
}

/** An item that the class of the object declares as a number, a choice and so on. */
function declaredLeaf(solver: Solver, walk: Walk, node: number, value: number, api: number, path: number): boolean {
  const checked = checkedPartGuards(solver, value, path).find((guard) => walk.stops(guard));
  if (checked !== undefined) walk.leaf(node, LeafKind.Proven, value, "guard", `a schema leaves only ${checked}`);
  if (checked !== undefined) return true;
  const kind = declaredItemGuards(solver, value, api, path).find((guard) => walk.stops(guard));
  if (kind === undefined) return visitFieldMethod(solver, walk, node, { value, api, path }, () => sourceLeaf(solver, walk, node, { value, path }, api));
  walk.leaf(node, LeafKind.Proven, value, "typed-field", `declared as ${kind}`);
  return true;
}

function sourceLeaf(solver: Solver, walk: Walk, node: number, { value, path }: { readonly value: number; readonly path: number }, api: number): boolean {
  for (const fact of solver.api.facts(api)) {
    if (fact.port.type !== "object" || !walk.asksAbout(fact.kind)) continue;
    if (!isFetchedThere(solver, value, api)) return false;
    if (fact.when && !conditionMayHold(solver, value, fact.when)) continue;
    if (isCheckedByCallers(solver, walk, value)) walk.leaf(node, LeafKind.Proven, value, "guard", "every caller checks it");
    else {
      const flags = isReplacedByClass(solver, value, api, path) ? Flag.Guard : Flag.None;
      walk.leaf(node, LeafKind.Source, value, fact.kind, solver.api.name(api), -1, 0, flags);
    }
    return true;
  }
  return false;
}

function guardLeaf(solver: Solver, walk: Walk, node: number, value: number, api: number): boolean {
  const kind = guardOf(solver, walk, value, api);
  if (kind === "json-text" && isPutIntoMarkup(solver, walk, node)) return false;
  if (kind !== undefined) walk.leaf(node, LeafKind.Proven, value, "sanitizer", `${solver.api.name(api)} gives ${kind}`);
  return kind !== undefined;
}

/** A guard kind of an object that is enough for the need, if any. */
function guardOf(solver: Solver, walk: Walk, value: number, api: number): string | undefined {
  if (walk.need.exact) return undefined;
  for (const fact of solver.api.facts(api)) {
    if (fact.port.type !== "object" || !walk.stops(fact.kind)) continue;
    if (!fact.when || conditionMayHold(solver, value, fact.when)) return fact.kind;
  }
  return undefined;
}

/** Visits a call, or an instruction that calls implicitly. */
export function visitCall(solver: Solver, walk: Walk, node: number, value: number, path: number): void {
  const { ir } = solver;
  const isCall = ir.op.data[value] === Op.Call;
  if (isCall && visitSuper(solver, walk, node, value, path)) return;
  if (isCall && visitNamespace(solver, walk, node, value)) return;
  if (isCall && isRelativeName(solver, value) && walk.stops("relative-name")) {
    walk.leaf(node, LeafKind.Proven, value, "charset", "the path was taken relative to the root");
    return;
  }
  if (isCall && walk.stops(noRoot) && hasNoRoot(solver, value)) {
    walk.leaf(node, LeafKind.Proven, value, "charset", "it begins with no slash");
    return;
  }
  if (isCall && enumerationOf(solver.program, callCallee(ir, value)) >= 0) {
    if (!endsExact(walk, node, value)) walk.leaf(node, LeafKind.Proven, value, "enum", "a member of an enumeration of the project");
    return;
  }
  if (isCall && isKeyedRead(solver, value) && visitObject(solver, walk, node, value, path)) return;
  if (isCall && path === 0 && calledName(solver, value) === "join" && visitBuiltText(solver, walk, node, value)) return;
  if (isCall && path === 0 && (visitJoin(solver, walk, node, value) || visitPathJoin(solver, walk, node, value))) return;
  if (isCall && calledName(solver, value) === "format" && visitFormatCall(solver, walk, node, value)) return;
  if (isCall && visitTextCall(solver, walk, node, value, path)) return;
  const targets = solver.targetsOf(value);
  if (isCall && !targets.some((target) => target.kind === "project") && visitRecord(solver, walk, node, value, path)) return;
  if (targets.length === 0) {
    if (isCall) visitUnresolved(solver, walk, node, value, path);
    else walk.leaf(node, LeafKind.Open, value, "unresolved-call", "an implicit call");
    return;
  }
  for (const target of targets) visitTarget(solver, walk, node, value, path, target);
  // That the only method of a name is meant is likely, and no ground for a proof: a file that is added may have another.
  if (isCall && targets.every((target) => target.kind === "project" && target.via === "prior")) visitUnresolved(solver, walk, node, value, path);
}

/** `event.get("body")`: the item that a page describes by its key. */
const isKeyedRead = (solver: Solver, call: number): boolean => solver.apiNodes(call).some((api) => solver.api.name(api).endsWith('"]'));

function visitTarget(solver: Solver, walk: Walk, node: number, value: number, path: number, target: CallTarget): void {
  const prior = target.via === "prior" ? Flag.Prior : Flag.None;
  if (target.kind === "external" && visitBuiltinMethod(solver, walk, node, value, path)) return;
  if (target.kind === "project") visitProject(solver, walk, node, value, path, target, prior);
  else if (target.kind === "api") visitApi(solver, walk, node, value, path, target.node, prior);
  else visitExternal(solver, walk, node, value, solver.ir.strings.text(target.name));
}

/** `super()` is the receiver of the method around it. */
function visitSuper(solver: Solver, walk: Walk, node: number, call: number, path: number): boolean {
  const { ir } = solver;
  const callee = callCallee(ir, call);
  if (ir.op.data[callee] !== Op.Global || ir.strings.text(ir.a.data[callee]!) !== "super") return false;
  const self = functionOf(ir, call).params[0];
  if (!self) return false;
  walk.push(self.value, path, node);
  return true;
}

const namespaces: ReadonlySet<string> = new Set(["locals", "globals", "vars"]);

/** The names of a function, a module or an object as a dictionary: what is under each is not followed. */
function visitNamespace(solver: Solver, walk: Walk, node: number, call: number): boolean {
  const { ir } = solver;
  const callee = callCallee(ir, call);
  if (ir.op.data[callee] !== Op.Global) return false;
  const name = ir.strings.text(ir.a.data[callee]!);
  if (!namespaces.has(name) || solver.program.storesOf(callee).length > 0) return false;
  for (const argument of allArguments(ir, call)) walk.push(argument, 0, node, Flag.Obscure);
  walk.leaf(node, LeafKind.Open, call, "dynamic-code", `what ${name}() holds`);
  return true;
}

// ---- project functions

function visitProject(
  solver: Solver, walk: Walk, node: number, call: number, path: number,
  target: CallTarget & { kind: "project" }, flags: number,
): void {
  const { ir, paths } = solver;
  const fn = ir.functions[target.function]!;
  if (target.mode === BindMode.Constructor) {
    visitNewObject(solver, walk, node, call, path, target, fn, flags);
    return;
  }
  const head = path === 0 ? -1 : paths.head(path);
  const summary = fn.isGenerator
    ? solver.ofYield(fn.id, head >= 0 && isItem(head) ? paths.tail(path) : path, walk.need)
    : solver.ofReturn(fn.id, path, walk.need);
  applySummary(solver, walk, node, call, target, fn, summary, flags);
  if (summary.leaves.length === 0) walk.leaf(node, LeafKind.Proven, call, "const", `${ir.strings.text(fn.qualname)} returns nothing`);
}

/** Takes over the leaves of a callee: ports become the arguments of the call. */
export function applySummary(
  solver: Solver, walk: Walk, node: number, call: number, target: CallTarget & { kind: "project" },
  fn: FunctionInfo, summary: Summary, flags: number,
): void {
  for (const leaf of summary.leaves) {
    if (leaf.kind === LeafKind.Port && functionOf(solver.ir, leaf.data).id === fn.id) {
      const index = parameterIndex(solver.ir, fn, leaf.data);
      const values = argumentsFor(solver.ir, solver.paths, call, target, fn, index, leaf.path);
      for (const argument of values) {
        // A constructor's own object is the call: asking for it again would only lead back here.
        if (argument.value === call && target.mode === BindMode.Constructor) {
          if (!bottom(solver, walk, node, call, leaf.path) && leaf.path === 0) continue;
          continue;
        }
        walk.push(argument.value, argument.path, node, leaf.flags | flags, summary, leaf);
      }
      if (values.length === 0) unknownArgument(solver, walk, node, call, fn, index);
      continue;
    }
    walk.adopt(node, summary, leaf, flags);
  }
}

function unknownArgument(solver: Solver, walk: Walk, node: number, call: number, fn: FunctionInfo, index: number): void {
  const param = fn.params[index];
  if (param && (param.kind === "varargs" || param.kind === "kwargs")) {
    walk.leaf(node, LeafKind.Proven, call, "const", "no such argument is passed");
    return;
  }
  const name = param ? solver.ir.strings.text(param.name) : "?";
  walk.leaf(node, LeafKind.Open, call, "unresolved-call", `argument ${name} of ${solver.ir.strings.text(fn.qualname)} is not told`);
}

/** A field of a new object is what `__init__` stores there, else what the class and other methods do. */
function visitNewObject(
  solver: Solver, walk: Walk, node: number, call: number, path: number,
  target: CallTarget & { kind: "project" }, fn: FunctionInfo, flags: number,
): void {
  const self = fn.params[0];
  if (path === 0) {
    if (endsExact(walk, node, call)) return;
    pushArguments(solver, walk, node, call, flags);
    walk.leaf(node, LeafKind.Constant, call, "const", "", -1);
    return;
  }
  if (visitOwnItems(solver, walk, node, call, path)) return;
  if (!self || visitField(solver, walk, node, call, path, flags)) return;
  const summary = solver.ofStores(self.value, path, walk.need);
  if (summary.leaves.length > 0) applySummary(solver, walk, node, call, target, fn, summary, flags);
  else if (!bottom(solver, walk, node, call, path)) {
    walk.leaf(node, LeafKind.Open, call, "unknown-value", "a field that nothing is seen to set");
  }
}

// ---- library functions

/** Applies the model of a library call. */
function visitApi(solver: Solver, walk: Walk, node: number, call: number, path: number, api: number, flags: number): void {
  const result = solver.api.step(api, "()");
  visitFile(solver, walk, node, call, api);
  const replaced = walk.need.exact ? undefined : replacedText(solver, call).find((kind) => walk.stops(kind));
  if (replaced !== undefined) {
    walk.leaf(node, LeafKind.Proven, call, "charset", `what is replaced leaves ${replaced}`);
    return;
  }
  if (result >= 0) {
    if (!walk.need.exact && declaredLeaf(solver, walk, node, call, result, path)) return;
    if (guardLeaf(solver, walk, node, call, result)) return;
    if (sourceLeaf(solver, walk, node, { value: call, path }, result)) return;
  }
  if (walk.need.exact) {
    walk.leaf(node, LeafKind.Open, call, "unknown-value", `the result of ${solver.api.name(api)}`);
    return;
  }
  const rules = solver.resultRules(api);
  if (rules.length > 0) {
    applyPasses(solver, walk, node, call, path, rules, flags, solver.api.name(api));
    return;
  }
  const receiver = receiverValue(solver.ir, call);
  if (receiver >= 0 && !isModuleLike(solver, receiver) && !walk.asksSecretNames()) walk.push(receiver, 0, node, flags);
  pushArguments(solver, walk, node, call, flags);
  walk.leaf(node, LeafKind.Object, call, "object", `${solver.api.name(api)}()`);
}

/** Goes on to all that an object was made of, or a call was given; what holds a secret does not print it. */
export function pushArguments(solver: Solver, walk: Walk, node: number, call: number, flags: number): void {
  const values = allArguments(solver.ir, call);
  if (values.length === 0 || walk.asksSecretNames()) return;
  for (const value of values) walk.push(value, 0, node, Flag.Obscure | flags);
}

/** Holds if a receiver is a module or package: no data comes from it. */
function isModuleLike(solver: Solver, value: number): boolean {
  const op = solver.ir.op.data[value]!;
  if (op === Op.Import) return true;
  if (op === Op.Sigma || op === Op.Content) return isModuleLike(solver, solver.ir.a.data[value]!);
  if (op === Op.Global) {
    const stores = solver.program.storesOf(value);
    return stores.length > 0 && stores.every((store) => solver.ir.op.data[store] === Op.Import);
  }
  return op === Op.GetAttr && isModuleLike(solver, solver.ir.a.data[value]!);
}

/** Pushes what the `passes` rows of a call say flows into its result. */
export function applyPasses(
  solver: Solver, walk: Walk, node: number, call: number, path: number, rules: readonly PassRule[], flags: number, name: string,
): void {
  let moved = false;
  for (const rule of rules) {
    if (rule.when && !conditionMayHold(solver, call, rule.when)) continue;
    const to = readPort(rule.to);
    if (to.base !== "result") continue;
    const rest = consume(solver, call, to.steps, path);
    if (rest < 0) continue;
    for (const { value, path: inner } of portSources(solver, call, rule.from, rest)) {
      moved = true;
      walk.push(value, inner, node, flags);
    }
  }
  if (!moved) walk.leaf(node, LeafKind.Proven, call, "trusted-origin", `${name} makes its own result`);
}

function visitExternal(solver: Solver, walk: Walk, node: number, call: number, name: string): void {
  if (endsExact(walk, node, call)) return;
  if (solver.isSecret(name.slice(name.lastIndexOf(".") + 1).replace(/^get_/, "")) && walk.asksSecretNames()) {
    walk.leaf(node, LeafKind.Source, call, "secret", name);
    return;
  }
  passEverything(solver, walk, node, call, Flag.Unmodelled);
  walk.leaf(node, LeafKind.Open, call, "unmodelled", name);
}

function passEverything(solver: Solver, walk: Walk, node: number, call: number, flag: Flag): void {
  const receiver = receiverValue(solver.ir, call);
  const values = allArguments(solver.ir, call);
  if (receiver >= 0 && !isModuleLike(solver, receiver)) values.unshift(receiver);
  if (values.length === 0 || !walk.followsUnknown()) return;
  for (const value of values) walk.push(value, 0, node, flag);
}

/** Builtin types whose methods are taken for meant when a receiver is unknown but the method's name is theirs. */
const builtinTypes: readonly string[] = ["str", "dict", "list", "bytes", "set"];

/** The model of a method that only builtin types have, by its name; -1 if there is none. */
export function builtinMethod(solver: Solver, name: string): number {
  let method = solver.builtinMethods.get(name);
  if (method === undefined) solver.builtinMethods.set(name, (method = findBuiltinMethod(solver, name)));
  return method;
}

function findBuiltinMethod(solver: Solver, name: string): number {
  for (const type of builtinTypes) {
    const node = solver.api.typeNode(type);
    const method = node < 0 ? -1 : solver.api.step(node, name);
    if (method >= 0) return method;
  }
  return -1;
}

/** A method that bears the name of a builtin type's, on an object that is no module, is taken for it. */
function visitBuiltinMethod(solver: Solver, walk: Walk, node: number, call: number, path: number): boolean {
  const { ir } = solver;
  if (walk.need.exact || ir.op.data[call] !== Op.Call) return false;
  const callee = callCallee(ir, call);
  if (ir.op.data[callee] !== Op.GetAttr || isModuleLike(solver, ir.a.data[callee]!)) return false;
  const name = ir.strings.text(ir.b.data[callee]!);
  const method = fitsBuiltin(solver, call, name) ? builtinMethod(solver, name) : -1;
  if (method >= 0) {
    visitApi(solver, walk, node, call, path, method, Flag.None);
    return true;
  }
  // What is read from a source carries the source, by whatever method.
  if (!solver.apiNodes(ir.a.data[callee]!).some((api) => isSource(solver, walk, api))) return false;
  walk.push(ir.a.data[callee]!, 0, node);
  return true;
}

/** Methods of mappings by the arguments that they take at most. */
const mappingMethods: ReadonlyMap<string, number> = new Map([["get", 2], ["pop", 2], ["setdefault", 2], ["popitem", 0], ["items", 0], ["keys", 0], ["values", 0]]);

/** Their keywords, those of the mappings of web frameworks among them. */
const mappingWords: ReadonlySet<string> = new Set(["default", "type", "failobj"]);

/** Holds unless the arguments are none that the builtin of this name takes: `api.get(context, key, deep=True)` is no reading of a key. */
function fitsBuiltin({ ir }: Solver, call: number, name: string): boolean {
  const most = mappingMethods.get(name);
  if (most === undefined) return true;
  for (let i = 0, n = callKeywordCount(ir, call); i < n; i++) {
    const word = callKeywordName(ir, call, i);
    if (word >= 0 && !mappingWords.has(ir.strings.text(word))) return false;
  }
  return callArgCount(ir, call) <= most;
}

function isSource(solver: Solver, walk: Walk, api: number): boolean {
  return solver.api.facts(api).some((fact) => fact.port.type === "object" && walk.asksAbout(fact.kind));
}

function visitUnresolved(solver: Solver, walk: Walk, node: number, call: number, path: number): void {
  const { program } = solver;
  if (visitBuiltinMethod(solver, walk, node, call, path)) return;
  if (endsExact(walk, node, call)) return;
  passEverything(solver, walk, node, call, Flag.Unresolved);
  walk.leaf(node, LeafKind.Open, call, "unresolved-call", program.unresolvedReason(call));
}
