/** Elements of lists, tuples, sets and dicts, by allocation site and constant key. */
import { BuildKind, callArg, callArgCount, callKeywordCount, callKeywordName, callKeywordValue, type Ir, Op } from "../ir/index.ts";
import { pluginItem } from "./plugins.ts";
import { Edge, type Solver } from "./solver.ts";
import { isStoredByTest } from "./test-flow.ts";
import { Tok, tokId, tokKind, tokOf } from "./token.ts";

const methodNames = [
  "append", "add", "insert", "extend", "update", "setdefault", "pop", "get", "values", "items", "copy", "popitem", "appendleft", "popleft",
  "__getitem__", "__setitem__",
] as const;
type MethodName = (typeof methodNames)[number];
/** Methods that only store. */
const storing: ReadonlySet<MethodName> = new Set(["append", "appendleft", "add", "insert", "__setitem__", "extend", "update"]);
const slicedMax = 32;

/** The method `name` of a container, as tokens: one whose effect on elements is known, or one of its type. */
export function containerMethod(s: Solver, site: number, name: number): readonly number[] {
  const index = methodNames.indexOf(s.ir.strings.text(name) as MethodName);
  return index >= 0 ? [tokOf(Tok.ContainerMethod, site * 32 + index)] : s.libraries.attribute(s.siteToken(site), name);
}

/** The library method that a container method is, for call targets. */
export function containerMethodToken(s: Solver, token: number): number {
  const site = tokId(token) >> 5;
  const type = s.siteToken(site);
  const method = methodNames[tokId(token) & 31];
  return s.libraries.attribute(type, s.ir.strings.intern(method))[0] ?? s.libraries.external(`${s.libraries.name(type)}.${method}`);
}

export function callContainerMethod(s: Solver, token: number, call: number): void {
  const site = tokId(token) >> 5;
  const method = methodNames[tokId(token) & 31];
  const count = callArgCount(s.ir, call);
  const first = count > 0 ? callArg(s.ir, call, 0) : -1;
  const others = s.otherElementsNode(site);
  if (storing.has(method) && isStoredByTest(s, call, site)) return;
  switch (method) {
    case "append":
    case "appendleft":
    case "add":
      if (first >= 0) s.copy(first, others);
      return;
    case "insert":
      if (count > 1) s.copy(callArg(s.ir, call, 1), others);
      return;
    case "__setitem__":
      if (count > 1) s.copy(callArg(s.ir, call, 1), others);
      return;
    case "extend":
      if (first >= 0) s.addEdge(first, Edge.Elements, others);
      return;
    case "update":
      if (first >= 0) s.addEdge(first, Edge.Item, others, -1);
      for (let i = 0, n = callKeywordCount(s.ir, call); i < n; i++) {
        if (callKeywordName(s.ir, call, i) >= 0) s.copy(callKeywordValue(s.ir, call, i), others);
      }
      return;
    case "setdefault":
      if (count > 1) s.copy(callArg(s.ir, call, 1), others);
      readElement(s, site, first, call);
      return;
    case "get":
      if (count > 1) s.copy(callArg(s.ir, call, 1), call);
      readElement(s, site, first, call);
      return;
    case "pop":
      if (count > 1) s.copy(callArg(s.ir, call, 1), call);
      readElement(s, site, first, call);
      return;
    case "popitem": s.add(call, tokOf(Tok.Pair, site)); return;
    case "popleft": s.copy(s.allElementsNode(site), call); return;
    case "__getitem__": readElement(s, site, first, call); return;
    case "values": s.add(call, tokOf(Tok.View, site * 2)); return;
    case "items": s.add(call, tokOf(Tok.View, site * 2 + 1)); return;
    case "copy": s.add(call, tokOf(Tok.Container, site)); return;
  }
}

function readElement(s: Solver, site: number, keyRow: number, target: number): void {
  const key = keyRow < 0 ? -1 : s.names.constantOf(keyRow, s.moduleOf(keyRow));
  readKey(s, site, key, target);
}

function readKey(s: Solver, site: number, key: number, target: number): void {
  if (key < 0) {
    s.copy(s.allElementsNode(site), target);
    return;
  }
  s.copy(s.elementNode(site, key), target);
  s.copy(s.otherElementsNode(site), target);
}

/** What `x[key]` gives; key is a constant id or -1. */
export function itemRule(s: Solver, token: number, target: number, key: number): void {
  const id = tokId(token);
  switch (tokKind(token)) {
    case Tok.Container: readKey(s, id, key, target); return;
    case Tok.Pair:
      if (key < 0 || isInt(s.ir, key, 1)) s.copy(s.allElementsNode(id), target);
      return;
    case Tok.View:
    case Tok.Generator: elementsRule(s, token, target); return;
    case Tok.Class: s.add(target, token); return; // Generic[T]
    case Tok.Plugins: pluginItem(s, token, target, key); return;
    case Tok.Query: s.add(target, tokOf(Tok.Instance, id >> 1)); return;
    case Tok.Api:
    case Tok.External: {
      const keyed = s.libraries.keyedItem(token, key);
      if (keyed >= 0) s.add(target, keyed);
      else s.addAll(target, s.libraries.item(token, positionOf(s.ir, key)));
      if (isKept(s, token, key)) s.copy(s.libraryItemNode(token, key), target);
      return;
    }
    default:
  }
}

/** `request.get("key")` of a library object that a page describes key by key. */
export function keyedGetRule(s: Solver, token: number, call: number, key: number): void {
  const keyed = s.libraries.keyedItem(token, key);
  if (keyed >= 0) s.add(call, keyed);
}

/** The position that a key names, or -1. */
function positionOf(ir: Ir, key: number): number {
  const constant = key < 0 ? undefined : ir.constants[key];
  return constant?.type === "int" ? Number(constant.value) : -1;
}

function isInt(ir: Ir, key: number, value: number): boolean {
  const constant = ir.constants[key];
  return constant?.type === "int" && Number(constant.value) === value;
}

/** `request.environ["app.user"] = user` is read again elsewhere. Plain dicts are too many to be one place. */
function isKept(s: Solver, token: number, key: number): boolean {
  return key >= 0 && s.ir.constants[key].type === "str" && !s.libraries.isOfBuiltinType(token);
}

export function storeItemRule(s: Solver, token: number, value: number, key: number): void {
  const kind = tokKind(token);
  if ((kind === Tok.Api || kind === Tok.External) && isKept(s, token, key)) s.copy(value, s.libraryItemNode(token, key));
  if (kind !== Tok.Container || isStoredByTest(s, value, tokId(token))) return;
  s.copy(value, key >= 0 ? s.elementNode(tokId(token), key) : s.otherElementsNode(tokId(token)));
}

/** What iterating gives. Instances are handled where `__iter__` is called. */
export function elementsRule(s: Solver, token: number, target: number): void {
  const id = tokId(token);
  switch (tokKind(token)) {
    case Tok.Container:
      if (s.siteKinds.data[id] !== BuildKind.Dict) s.copy(s.allElementsNode(id), target);
      return;
    case Tok.Generator: s.copy(s.yieldNode(id), target); return;
    case Tok.View:
      if ((id & 1) === 0) s.copy(s.allElementsNode(id >> 1), target);
      else s.add(target, tokOf(Tok.Pair, id >> 1));
      return;
    case Tok.Pair: s.copy(s.allElementsNode(id), target); return;
    case Tok.Plugins: s.add(target, tokOf(Tok.Plugin, id)); return;
    case Tok.Query: s.add(target, tokOf(Tok.Instance, id >> 1)); return;
    case Tok.Api:
    case Tok.External: s.addAll(target, s.libraries.elements(token)); return;
    default:
  }
}

/** `a, *b = value`: element `index` from the front, from the end if negative, or the starred rest. */
export function unpackToken(s: Solver, token: number, row: number, index: number, isRest: boolean): void {
  if (isRest) {
    const site = s.siteAt(row, BuildKind.List);
    elementsRule(s, token, s.otherElementsNode(site));
    s.add(row, tokOf(Tok.Container, site));
    return;
  }
  if (index < 0) {
    elementsRule(s, token, row);
    return;
  }
  itemRule(s, token, row, s.intKey(index));
}

/** `xs[1:3]` with constant bounds keeps positions; any other slice forgets them. */
export function sliceToken(s: Solver, token: number, row: number, slice: number): void {
  const { ir } = s;
  if (tokKind(token) !== Tok.Container) {
    s.add(row, token);
    return;
  }
  const parts = ir.lists.toArray(ir.b.data[slice]);
  const start = boundOf(ir, parts[0], 0);
  const stop = boundOf(ir, parts[1], slicedMax);
  const source = tokId(token);
  const site = s.siteAt(row, s.siteKinds.data[source]);
  s.add(row, tokOf(Tok.Container, site));
  s.copy(s.otherElementsNode(source), s.otherElementsNode(site));
  if (start < 0 || stop < 0 || parts.length > 2 && boundOf(ir, parts[2], 1) !== 1) {
    s.copy(s.allElementsNode(source), s.otherElementsNode(site));
    return;
  }
  for (let i = start; i < Math.min(stop, start + slicedMax); i++) {
    const from = s.elementNode(source, s.intKey(i));
    s.copy(from, s.elementNode(site, s.intKey(i - start)));
  }
}

/** A slice bound: `absent` if it is left out, -1 if it is not a constant >= 0. */
function boundOf(ir: Ir, row: number | undefined, absent: number): number {
  if (row === undefined || row < 0) return absent;
  if (ir.op.data[row] !== Op.Const) return -1;
  const constant = ir.constants[ir.a.data[row]];
  if (constant.type === "none") return absent;
  return constant.type === "int" ? Number(constant.value) : -1;
}
