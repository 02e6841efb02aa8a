/** Reading and storing attributes: modules, classes, instances, `super()`, library objects, containers. */
import { type FunctionInfo, Op } from "../ir/index.ts";
import { Method } from "./classes.ts";
import { containerMethod } from "./container-rules.ts";
import { result } from "./call-rules.ts";
import { queriesOf, queryMethod } from "./mapped-classes.ts";
import { managedBy, pluginAttribute } from "./plugins.ts";
import { BindMode } from "./program.ts";
import { isVerb, requestMethod } from "./request-methods.ts";
import { Edge, type Solver } from "./solver.ts";
import { isFromTest } from "./test-flow.ts";
import { Tok, tokId, tokKind, tokOf } from "./token.ts";

const overridesMax = 24;
const siblingsMax = 64;
/** A name that more classes bind than this (`setUp`) is not searched for overrides. */
const definersMax = 2000;
/** A class with more subclasses than this does not collect their instances in `self`; its overrides are looked up instead. */
const selfSubclassesMax = 12;
const prefixMatchesMax = 24;

/** A mark that overrides were left out because there are too many. */
export const overridesDropped = tokOf(Tok.Dropped, 2);

const enum Kind { Instance, Class, InstanceOverride, ClassOverride, Super }

/** The node of module name `name`: its stores, and what star imports bring. */
export function moduleNode(s: Solver, module: number, name: number): number {
  let node = s.moduleNodes.get(module, name);
  if (node >= 0) return node;
  node = s.newNode();
  s.moduleNodes.set(module, name, node);
  for (const value of s.names.storesOf(module, name)) s.copy(value, node);
  for (const source of s.names.starSources(module, name)) s.copy(moduleNode(s, source, name), node);
  return node;
}

export function attributeRule(s: Solver, token: number, target: number, name: number, node: number): void {
  const id = tokId(token);
  switch (tokKind(token)) {
    case Tok.Instance: {
      const found = instanceAttribute(s, id, name);
      s.copy(found, target);
      const getter = target < s.ir.length && s.ir.op.data[target] === Op.GetAttr ? s.foundMembers.get(found) : undefined;
      // What `__getattr__` finds may also be stored as a field: both are followed.
      if (getter !== undefined) s.link(target, getter, BindMode.Callback, s.ir.functions[getter].params.map((_, index) => (index === 0 ? s.ir.a.data[target] : -1)));
      if (isVirtual(s, node) || s.classes.isAbstractMember(id, name)) s.copy(overrides(s, id, name, Kind.InstanceOverride), target);
      if (target < s.ir.length && s.classes.propertyNames.has(name)) linkProperty(s, target, id, name);
      return;
    }
    case Tok.Class:
      s.copy(classAttribute(s, id, name), target);
      if (isVirtual(s, node)) s.copy(overrides(s, id, name, Kind.ClassOverride), target);
      return;
    case Tok.Super: s.copy(superAttribute(s, id, name), target); return;
    case Tok.Module: readModule(s, id, name, target); return;
    case Tok.Namespace: {
      const dotted = `${s.ir.strings.text(id)}.${s.ir.strings.text(name)}`;
      s.add(target, s.names.submodule(dotted, target < s.ir.length ? s.moduleOf(target) : -1));
      return;
    }
    case Tok.Function:
    case Tok.Bound:
      s.copy(s.functionAttributeNode(id, name), target);
      s.add(target, launched(s, id, s.ir.strings.text(name)));
      return;
    case Tok.Api:
    case Tok.External:
      s.addAll(target, s.libraries.attribute(token, name));
      s.copy(s.libraryAttributeNode(token, name), target);
      return;
    case Tok.Container: s.addAll(target, containerMethod(s, id, name)); return;
    case Tok.Query: s.add(target, queryMethod(id >> 1, s.ir.strings.text(name))); return;
    case Tok.Plugins:
    case Tok.Plugin: pluginAttribute(s, token, target, name); return;
    case Tok.Generator: s.addAll(target, s.libraries.attribute(s.libraries.external("<generator>"), name)); return;
    default:
  }
}

/**
 * `task.delay(x)` runs the function `task` elsewhere: what a task queue adds to functions. A function has no such attributes
 * of its own. A task that gets itself as its first argument is called `self` there.
 */
function launched(s: Solver, fn: number, name: string): number {
  const info = s.ir.functions[fn];
  if (info.class >= 0) return -1;
  const isBound = info.params.length > 0 && s.ir.strings.text(info.params[0].name) === "self";
  if (name === "apply_async" || name === "signature") return tokOf(Tok.Launched, fn * 2 + (isBound ? 1 : 0));
  if (name !== "delay" && name !== "kiq" && name !== "s" && name !== "si" && name !== "send") return -1;
  return tokOf(isBound ? Tok.Bound : Tok.Function, fn);
}

function readModule(s: Solver, module: number, name: number, target: number): void {
  if (s.names.provides(module, name)) {
    s.copy(moduleNode(s, module, name), target);
    return;
  }
  const below = s.names.below(module, s.ir.strings.text(name));
  if (below >= 0) {
    s.add(target, below);
    return;
  }
  s.copy(moduleNode(s, module, name), target); // what others store into the module
  for (const dotted of s.names.libraryStars(module)) s.add(target, s.libraries.imported(`${dotted}.${s.ir.strings.text(name)}`));
}

function isVirtual(s: Solver, node: number): boolean {
  return node < s.ir.length && s.isVirtual[node] === 1;
}

/** What `instance.name` can be, for an instance of exactly this class. */
export function instanceAttribute(s: Solver, cls: number, name: number): number {
  const map = s.attributeNodes[Kind.Instance];
  let node = map.get(cls, name);
  if (node >= 0) return node;
  node = s.newNode();
  map.set(cls, name, node);
  const text = s.ir.strings.text(name);
  if (text === "__class__") s.add(node, tokOf(Tok.Class, cls));
  let isFound = false;
  for (const ancestor of s.classes.mroOf(cls)) {
    if (ancestor < 0) continue;
    s.copy(s.fieldNode(ancestor, name), node);
    if (isFound) continue;
    s.addEdge(s.memberNode(ancestor, name), Edge.BindInstance, node, cls);
    isFound = s.names.classVars(ancestor, name).length > 0;
  }
  if (isFound) return node;
  const isStored = s.classes.mroOf(cls).some((ancestor) => ancestor >= 0 && s.isSelfStored(ancestor, name));
  addLibraryAttributes(s, cls, name, node, isStored, true);
  if (!isStored && s.setOf(node) === 0) addGetattr(s, cls, text, node);
  return node;
}

/** What `Class.name` can be. */
function classAttribute(s: Solver, cls: number, name: number): number {
  const map = s.attributeNodes[Kind.Class];
  let node = map.get(cls, name);
  if (node >= 0) return node;
  node = s.newNode();
  map.set(cls, name, node);
  for (const ancestor of s.classes.mroOf(cls)) {
    if (ancestor < 0) continue;
    s.addEdge(s.memberNode(ancestor, name), Edge.BindClass, node, cls);
    if (s.names.classVars(ancestor, name).length > 0) return node;
  }
  addLibraryAttributes(s, cls, name, node, false, false);
  return node;
}

/** Classes that deriving from a library class makes their own: attributes our classes do not have come from there. */
function addLibraryAttributes(s: Solver, cls: number, name: number, node: number, isStored: boolean, isInstance: boolean): void {
  for (const base of s.classes.libraryBases(cls)) {
    const object = isInstance ? s.libraries.instance(base) : base;
    for (const found of s.libraries.attribute(object, name)) {
      if (isStored && !s.libraries.isModelled(found)) continue;
      // Alternative constructors are named so, and stubs say `Self`.
      const isModelled = s.libraries.isModelled(found);
      const makes = s.libraries.givesSelf(found) || (!isInstance && !isModelled && s.ir.strings.text(name).startsWith("from_"));
      if (makes) s.add(node, s.maker(cls, found));
      if (!makes || isModelled) s.add(node, found);
      if (s.libraries.isOfKind(found, queriesOf)) s.add(node, tokOf(Tok.Query, cls * 2));
    }
  }
  const managed = isInstance ? managedBy(s, cls) : -1;
  if (managed >= 0) s.addEdge(managed, Edge.Attribute, node, name);
  const text = s.ir.strings.text(name);
  if (!isStored && s.setOf(node) === 0 && text.startsWith("__") && text.endsWith("__")) s.add(node, objectMember(s, text));
}

const objectMember = (s: Solver, name: string): number => s.libraries.external(`<builtin>.object.${name}`);

function addGetattr(s: Solver, cls: number, name: string, node: number): void {
  if (name.startsWith("__")) return;
  const getter = s.classes.methodOf(cls, s.ir.strings.intern("__getattr__"));
  if (getter < 0) return;
  s.copy(s.returnNode(getter), node);
  s.foundMembers.set(node, getter);
}

/** What subclasses make of an attribute that a method of the class reads from `self`. */
function overrides(s: Solver, cls: number, name: number, kind: Kind): number {
  const map = s.attributeNodes[kind];
  let node = map.get(cls, name);
  if (node >= 0) return node;
  node = s.newNode();
  map.set(cls, name, node);
  const isClass = kind === Kind.ClassOverride;
  const definers = s.classes.definersOf(name);
  const storers = s.selfStorers(name);
  if (definers.length + storers.length > definersMax && new Set([...definers, ...storers]).size > definersMax) {
    s.add(node, overridesDropped);
    return node;
  }
  // Most classes have no subclass: nothing is to be searched for them.
  const below = s.classes.subclassesOf(cls).length === 0 ? []
    : [...new Set([...definers, ...storers])].filter((other) => other !== cls && s.classes.isSubclass(other, cls));
  if (below.length > overridesMax) {
    s.add(node, overridesDropped);
    return node;
  }
  for (const other of below) {
    s.addEdge(s.memberNode(other, name), isClass ? Edge.BindClass : Edge.BindInstance, node, other);
    if (!isClass) s.copy(s.fieldNode(other, name), node);
  }
  if (below.length === 0 && s.classes.definerOf(cls, name) < 0) addSiblings(s, cls, name, node, isClass);
  return node;
}

/** A mixin reads what the classes it is mixed into have from elsewhere. */
function addSiblings(s: Solver, cls: number, name: number, node: number, isClass: boolean): void {
  if (s.isSelfStored(cls, name)) return;
  const subclasses = s.classes.subclassesOf(cls);
  if (subclasses.length > siblingsMax) return;
  for (const other of subclasses) {
    const isKnown = s.classes.mroOf(other).some((entry) => entry >= 0 && s.isSelfStored(entry, name));
    if (!isKnown && s.classes.definerOf(other, name) < 0) continue;
    s.copy(isClass ? classAttribute(s, other, name) : instanceAttribute(s, other, name), node);
  }
}

function superAttribute(s: Solver, cls: number, name: number): number {
  const map = s.attributeNodes[Kind.Super];
  let node = map.get(cls, name);
  if (node >= 0) return node;
  node = s.newNode();
  map.set(cls, name, node);
  const definers = new Set([s.classes.definerOf(cls, name, cls)]);
  const subclasses = s.classes.subclassesOf(cls);
  // In a diamond, the next class may be a sibling.
  if (subclasses.length <= siblingsMax) for (const other of subclasses) definers.add(s.classes.definerOf(other, name, cls));
  const isOwn = s.classes.definerOf(cls, name, cls) >= 0;
  for (const definer of definers) {
    if (definer >= 0 && (definer !== cls)) s.addEdge(s.memberNode(definer, name), Edge.BindInstance, node, cls);
  }
  if (!isOwn) addLibraryAttributes(s, cls, name, node, false, true);
  return node;
}

export function bindInstanceRule(s: Solver, token: number, node: number, cls: number): void {
  const id = tokId(token);
  switch (tokKind(token)) {
    case Tok.Function: bindFunction(s, id, node, cls, true); return;
    case Tok.Property: readProperty(s, id, node, cls); return;
    case Tok.Instance: {
      const getter = s.classes.methodOf(id, s.ir.strings.intern("__get__"));
      if (getter >= 0) s.copy(s.returnNode(getter), node);
      else s.add(node, token);
      return;
    }
    default: s.add(node, token);
  }
}

export function bindClassRule(s: Solver, token: number, node: number, cls: number): void {
  if (tokKind(token) === Tok.Function) bindFunction(s, tokId(token), node, cls, false);
  else s.add(node, token);
}

function bindFunction(s: Solver, fn: number, node: number, cls: number, isInstance: boolean): void {
  const { classes } = s;
  if (classes.hasMethodFlag(fn, Method.Static)) s.add(node, tokOf(Tok.Function, fn));
  else if (classes.hasMethodFlag(fn, Method.Class)) {
    s.add(node, tokOf(Tok.Bound, fn));
    flowSelf(s, fn, tokOf(Tok.Class, cls));
  } else if (!isInstance) s.add(node, tokOf(Tok.Function, fn));
  else {
    const getter = classes.getterOf(fn);
    if (getter >= 0) readProperty(s, getter, node, cls);
    else if (!classes.hasMethodFlag(fn, Method.Setter)) {
      s.add(node, tokOf(Tok.Bound, fn));
      flowSelf(s, fn, tokOf(Tok.Instance, cls));
    }
  }
}

function readProperty(s: Solver, getter: number, node: number, cls: number): void {
  flowSelf(s, getter, tokOf(Tok.Instance, cls));
  result(s, s.ir.functions[getter], node);
}

function linkProperty(s: Solver, row: number, cls: number, name: number): void {
  const method = s.classes.methodOf(cls, name);
  const getter = method < 0 ? -1 : s.classes.getterOf(method);
  if (getter >= 0) s.link(row, getter, BindMode.Implicit);
}

/** The receiver reaches the first parameter when the method is read, whoever calls it later. */
export function flowSelf(s: Solver, fn: number, receiver: number): void {
  const info: FunctionInfo = s.ir.functions[fn];
  const first = info.params[0];
  if (!first || first.kind === "varargs" || first.kind === "kwargs" || first.kind === "keyword-only") return;
  const isSubclass = info.class >= 0 && tokId(receiver) !== info.class && s.classes.isSubclass(tokId(receiver), info.class);
  if (isSubclass && s.classes.subclassesOf(info.class).length > selfSubclassesMax) return;
  s.add(first.value, receiver);
}

function storeInto(s: Solver, value: number, node: number, owner: number): void {
  if (!isFromTest(s, value, owner)) s.copy(value, node);
}

export function storeAttributeRule(s: Solver, token: number, value: number, name: number): void {
  const id = tokId(token);
  switch (tokKind(token)) {
    case Tok.Instance: storeInto(s, value, s.fieldNode(id, name), s.ir.classes[id].body); return;
    case Tok.Class: storeInto(s, value, s.memberNode(id, name), s.ir.classes[id].body); return;
    case Tok.Module: storeInto(s, value, moduleNode(s, id, name), s.ir.modules[id].body); return;
    case Tok.Function:
    case Tok.Bound: s.copy(value, s.functionAttributeNode(id, name)); return;
    // What a project keeps on an object of a library: `flask.g.db = connect()`, `app.state.pool = Pool()`.
    case Tok.Api:
    case Tok.External: s.copy(value, s.libraryAttributeNode(token, name)); return;
    default:
  }
}

/**
 * `getattr(obj, "do_" + x)`: every method of the class whose name begins so. `getattr(obj, request.method)`: every one that
 * is named after a method of HTTP. `getattr(module, x)`: every class of the module.
 */
export function attributePrefixRule(s: Solver, token: number, target: number, prefix: number, node: number): void {
  const kind = tokKind(token);
  if (kind !== Tok.Instance && kind !== Tok.Class && kind !== Tok.Module) return;
  const text = s.ir.strings.text(prefix);
  if (text === "" && kind !== Tok.Module) return;
  const names = kind === Tok.Module ? s.names.namesOfModule(tokId(token)) : s.classes.memberNames(tokId(token));
  const isClass = (name: number): boolean => s.names.storesOf(tokId(token), name).some((row) => s.ir.op.data[row] === Op.Class);
  const isMeant = (name: number): boolean => {
    if (text === "") return isClass(name);
    return text === requestMethod ? isVerb(s.ir.strings.text(name)) : s.ir.strings.text(name).startsWith(text);
  };
  const matches = names.filter(isMeant);
  if (matches.length > prefixMatchesMax) {
    s.add(target, overridesDropped);
    return;
  }
  for (const name of matches) attributeRule(s, token, target, name, node);
}
