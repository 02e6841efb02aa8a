/** Calls of builtins and library functions whose effect on tokens is known: `super`, `getattr`, `map`, `import_module`, … */
import { BuildKind, BinOp, callArg, callArgCount, callCallee, callKeyword, callKeywordCount, callKeywordName, callKeywordValue, Op } from "../ir/index.ts";
import { callbackShims, shimOf } from "./callback-shims.ts";
import { result } from "./call-rules.ts";
import { namedNode, textOf } from "./dotted-names.ts";
import { takeImport } from "./handed-names.ts";
import type { StubResult } from "../knowledge/index.ts";
import { builtinPrefix } from "./libraries.ts";
import { callPluginReader } from "./plugins.ts";
import { isRequestMethod, requestMethod } from "./request-methods.ts";
import { Edge, type Solver } from "./solver.ts";
import { Tok, tokId, tokKind, tokOf } from "./token.ts";

export function callLibrary(s: Solver, token: number, call: number): void {
  if (s.plainLibraries.has(token)) {
    s.addAll(call, s.libraries.call(token));
    return;
  }
  const full = s.libraries.name(token);
  const name = full.startsWith(builtinPrefix) ? full.slice(builtinPrefix.length) : full;
  const known = special(s, name, call);
  const shim = shimOf(name);
  // What `map` gives is the list of results that its shim makes.
  const isMade = known === true || (shim >= 0 && callbackShims[shim].result === "iterable");
  s.addAll(call, isMade ? s.libraries.modelledCall(token) : s.libraries.call(token));
  const shown = known === true ? [] : s.libraries.shownByArguments(token);
  for (const result of shown) passArgument(s, call, result);
  const makes = s.libraries.modelledCall(token).some((value) => s.libraries.isOfKind(value, "makes-instance"));
  if (makes) makeInstance(s, call);
  if (shim >= 0) passCallback(s, call, shim);
  else if (known === undefined && shown.length === 0 && !makes) s.plainLibraries.add(token);
}

/** `Order.model_validate(data)`: an object of the class that the method is called on. */
function makeInstance(s: Solver, call: number): void {
  const callee = callCallee(s.ir, call);
  if (s.ir.op.data[callee] === Op.GetAttr) s.addEdge(s.ir.a.data[callee], Edge.Instantiate, call);
}

/** `random.choice(xs)` is an element of what it is given: the stubs say which argument shows the result. */
function passArgument(s: Solver, call: number, result: StubResult): void {
  if (result.kind !== "argument") return;
  const value = argumentAt(s, call, result.index, result.name);
  if (value < 0) return;
  switch (result.part) {
    case "itself": s.copy(value, call); return;
    case "elements": s.addEdge(value, Edge.Elements, call); return;
    case "instance": s.addEdge(value, Edge.Instantiate, call); return;
    case "result": s.addEdge(value, Edge.ResultOf, call); return;
  }
}

function argumentAt(s: Solver, call: number, index: number, name: string): number {
  const { ir } = s;
  const keyword = name === "" ? -1 : callKeyword(ir, call, ir.strings.intern(name));
  if (keyword >= 0 || index < 0 || index >= callArgCount(ir, call)) return keyword;
  for (let i = 0; i <= index; i++) if (ir.op.data[callArg(ir, call, i)] === Op.Star) return -1;
  return callArg(ir, call, index);
}

/** What calling the function that arrives gives. */
export function resultOfRule(s: Solver, token: number, target: number): void {
  switch (tokKind(token)) {
    case Tok.Function:
    case Tok.Bound: result(s, s.ir.functions[tokId(token)], target); return;
    case Tok.Class: s.add(target, tokOf(Tok.Instance, tokId(token))); return;
    case Tok.Api:
    case Tok.External: s.addAll(target, s.libraries.call(token)); return;
    default:
  }
}

function passCallback(s: Solver, call: number, index: number): void {
  const { ir } = s;
  const { callable, result: given } = callbackShims[index];
  const count = callArgCount(ir, call);
  const keyword = callable.keyword === "" ? -1 : callKeyword(ir, call, ir.strings.intern(callable.keyword));
  if (keyword >= 0) callBack(s, keyword, call, index);
  else if (callable.index < 0) for (let i = 0; i < count; i++) s.addEdge(callArg(ir, call, i), Edge.Callback, call, index);
  else if (callable.index < count) callBack(s, callArg(ir, call, callable.index), call, index);
  if (given === "iterable") s.add(call, tokOf(Tok.Container, s.siteAt(call, BuildKind.List)));
}

/** Queues and schedulers take functions by their dotted names too: `queue.enqueue("shop.jobs.resize", name)`. */
function callBack(s: Solver, value: number, call: number, shim: number): void {
  s.addEdge(value, Edge.Callback, call, shim);
  const name = s.ir.op.data[value] === Op.Const ? textOf(s, value) : undefined;
  const node = name?.includes(".") === true ? namedNode(s, name, s.moduleOf(call)) : -1;
  if (node >= 0) s.addEdge(node, Edge.Callback, call, shim);
}

/** Applies what is known of a function; false if the result of this call is a plain library value, undefined if that of every call is. */
function special(s: Solver, name: string, call: number): boolean | undefined {
  const { ir } = s;
  const count = callArgCount(ir, call);
  const first = count > 0 ? callArg(ir, call, 0) : -1;
  switch (name) {
    case "super": return callSuper(s, call, first);
    case "getattr": return callGetattr(s, call, first);
    case "setattr": return callSetattr(s, call, first);
    case "property":
      if (first >= 0) s.addEdge(first, Edge.MakeProperty, call);
      return first >= 0;
    case "object.__new__":
      if (first >= 0) s.addEdge(first, Edge.Instantiate, call);
      return true;
    case "type":
      if (count === 1) s.addEdge(first, Edge.TypeOf, call);
      return count === 1;
    case "partial":
    case "functools.partial":
    case "functools.partialmethod":
      s.add(call, tokOf(Tok.Partial, call));
      return true;
    case "staticmethod":
    case "classmethod":
    case "iter":
    case "copy.copy":
    case "copy.deepcopy":
    case "contextlib.closing":
    case "typing.cast":
    case "functools.lru_cache":
    case "functools.cache":
    case "asgiref.sync.sync_to_async":
    case "asgiref.sync.async_to_sync":
    case "channels.db.database_sync_to_async":
      if (first >= 0) s.copy(name === "typing.cast" && count > 1 ? callArg(ir, call, 1) : first, call);
      return first >= 0;
    case "list":
    case "tuple":
    case "set":
    case "frozenset":
    case "sorted":
    case "reversed":
    case "filter":
      return collect(s, call, count === 0 ? -1 : callArg(ir, call, count - 1), name);
    case "dict": return callDict(s, call, first);
    case "next":
      if (first >= 0) s.addEdge(first, Edge.Operand, call); // as a round of a loop
      if (count > 1) s.copy(callArg(ir, call, 1), call);
      return first >= 0;
    case "min":
    case "max":
      if (count === 1) s.addEdge(first, Edge.Elements, call);
      else for (let i = 0; i < count; i++) s.copy(callArg(ir, call, i), call);
      return false;
    case "enumerate": return callEnumerate(s, call, first);
    case "zip": return callZip(s, call);
    case "__import__":
    case "importlib.import_module": return importByName(s, call, first, false);
    default:
      if (name.endsWith("import_string") || name.endsWith(".import_class")) return importByName(s, call, first, false);
      if (name.endsWith(".import_object")) return importByName(s, call, first, true);
      if (name.endsWith(".import_module")) return importByName(s, call, first, false);
      return callPluginReader(s, name, call);
  }
}

function callSuper(s: Solver, call: number, first: number): boolean {
  const { ir } = s;
  const fn = ir.functions[s.functionOf(call)];
  if (first >= 0) {
    const found = s.names.resolve(first, fn.module).find((token) => tokKind(token) === Tok.Class);
    if (found !== undefined) {
      s.add(call, tokOf(Tok.Super, tokId(found)));
      return true;
    }
  }
  let at = fn;
  for (let depth = 0; at.class < 0 && at.parent >= 0 && depth < 32; depth++) at = ir.functions[at.parent];
  if (at.class >= 0) s.add(call, tokOf(Tok.Super, at.class));
  return true;
}

function callGetattr(s: Solver, call: number, object: number): boolean {
  const { ir } = s;
  const count = callArgCount(ir, call);
  if (count < 2) return true;
  if (count > 2) s.copy(callArg(ir, call, 2), call);
  const nameRow = callArg(ir, call, 1);
  const name = textOf(s, nameRow);
  if (name !== undefined) s.addEdge(object, Edge.Attribute, call, ir.strings.intern(name));
  else s.addEdge(object, Edge.AttributePrefix, call, ir.strings.intern(prefixOf(s, nameRow)));
  return true;
}

/** The fixed beginning of `"do_" + x`, `"do_%s" % x` and `f"do_{x}"`; a mark for the method of a request. */
function prefixOf(s: Solver, row: number): string {
  if (isRequestMethod(s, row)) return requestMethod;
  const { ir } = s;
  const op = ir.op.data[row];
  if (op === Op.Fmt) {
    const parts = ir.lists.toArray(ir.a.data[row]);
    return parts.length > 1 ? (textOf(s, parts[0]) ?? "") : "";
  }
  if (op !== Op.Bin) return "";
  const left = textOf(s, ir.b.data[row]) ?? "";
  if (ir.a.data[row] === BinOp.Add) return left;
  if (ir.a.data[row] !== BinOp.Mod) return "";
  const percent = left.indexOf("%");
  return percent > 0 ? left.slice(0, percent) : "";
}

function callSetattr(s: Solver, call: number, object: number): boolean {
  if (callArgCount(s.ir, call) < 3) return true;
  const name = textOf(s, callArg(s.ir, call, 1));
  if (name === undefined) return true;
  const value = callArg(s.ir, call, 2);
  const id = s.ir.strings.intern(name);
  s.addEdge(object, Edge.StoreAttribute, value, id);
  s.indirectStores.push({ object, name: id, value });
  return true;
}

function collect(s: Solver, call: number, source: number, name: string): boolean {
  const kind = name === "tuple" ? BuildKind.Tuple : name.endsWith("set") ? BuildKind.Set : BuildKind.List;
  const site = s.siteAt(call, kind);
  s.add(call, tokOf(Tok.Container, site));
  if (source >= 0) s.addEdge(source, Edge.Elements, s.otherElementsNode(site));
  return true;
}

function callDict(s: Solver, call: number, first: number): boolean {
  const { ir } = s;
  const site = s.siteAt(call, BuildKind.Dict);
  s.add(call, tokOf(Tok.Container, site));
  if (first >= 0) s.addEdge(first, Edge.Item, s.otherElementsNode(site), -1);
  for (let i = 0, n = callKeywordCount(ir, call); i < n; i++) {
    const name = callKeywordName(ir, call, i);
    if (name < 0) s.addEdge(callKeywordValue(ir, call, i), Edge.Item, s.otherElementsNode(site), -1);
    else s.copy(callKeywordValue(ir, call, i), s.elementNode(site, s.textKey(name)));
  }
  return true;
}

function callEnumerate(s: Solver, call: number, first: number): boolean {
  const list = s.siteAt(call, BuildKind.List);
  s.add(call, tokOf(Tok.Container, list));
  const pair = s.newSite(BuildKind.Tuple);
  s.add(s.otherElementsNode(list), tokOf(Tok.Container, pair));
  if (first >= 0) s.addEdge(first, Edge.Elements, s.elementNode(pair, s.intKey(1)));
  return true;
}

function callZip(s: Solver, call: number): boolean {
  const list = s.siteAt(call, BuildKind.List);
  s.add(call, tokOf(Tok.Container, list));
  const row = s.newSite(BuildKind.Tuple);
  s.add(s.otherElementsNode(list), tokOf(Tok.Container, row));
  for (let i = 0, n = callArgCount(s.ir, call); i < n; i++) {
    s.addEdge(callArg(s.ir, call, i), Edge.Elements, s.elementNode(row, s.intKey(i)));
  }
  return true;
}

/** A module or an object of a module, named by a text. */
function importByName(s: Solver, call: number, nameRow: number, isInstance: boolean): boolean {
  const text = nameRow < 0 ? undefined : textOf(s, nameRow);
  if (text === undefined && nameRow >= 0) s.waitingForNames.set(call, { name: nameRow, texts: new Set(), take: takeImport(s, isInstance) });
  if (text === undefined || text === "") return false;
  const module = s.moduleOf(call);
  const node = namedNode(s, text, module);
  if (node >= 0) {
    s.addEdge(node, isInstance ? Edge.Instantiate : Edge.Copy, call);
    return true;
  }
  const dotted = text.replace(":", ".");
  const own = s.names.submodule(dotted, module);
  s.add(call, own >= 0 ? own : s.libraries.imported(dotted));
  return true;
}
