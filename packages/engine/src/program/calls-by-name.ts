/**
 * Calls that name what they reach by a text: remote procedures, tasks of a queue, views and jobs given as dotted names.
 *
 * ```text
 * client.call(context, "resize", size=3)     def resize(self, context, size): ... of a class whose methods are called remotely
 * app.send_task("shop.resize", args=(3,))    the task of this name
 * ```
 *
 * A remote call reaches every endpoint that has a method of the name, is of the same namespace where both say one, and takes
 * the arguments that are passed. Which APIs these are is data of the catalog.
 */
import { BuildKind, callArg, callArgCount, callCallee, callKeyword, callKeywordCount, callKeywordName, callKeywordValue, type FunctionInfo, Op } from "../ir/index.ts";
import type { ApiGraph } from "../knowledge/index.ts";
import { launchShim } from "./callback-shims.ts";
import { ownResult } from "./call-rules.ts";
import { namedNode, textOf } from "./dotted-names.ts";
import { BindMode, type Entry } from "./program.ts";
import { Edge, type Solver } from "./solver.ts";
import { Tok, tokOf } from "./token.ts";

const methodKind = "remote-method-name";
const taskKind = "task-name";
const registryKind = "task-registry";
/** A name that more endpoints have than this says nothing about which of them is meant. */
const endpointsMax = 12;
/** Longest chain of content versions that is read. */
const versionsMax = 64;

interface NamedCall {
  readonly call: number;
  readonly kind: string;
  readonly name: string;
  /** Position of the name among the arguments. */
  readonly index: number;
}

/** Links calls by name to the entries that answer them; may be called again when more is known. */
export function linkNamedCalls(s: Solver, api: ApiGraph, entries: readonly Entry[]): void {
  const calls = namedCalls(s, api);
  const reads = registryReads(s, api);
  if (calls.length === 0 && reads.length === 0) return;
  const endpoints = new Map<string, number[]>();
  const tasks = new Map<string, number>();
  for (const entry of entries) {
    const { ir } = s;
    if (entry.kind === "rpc" && ir.functions[entry.function].class >= 0) add(endpoints, ir.strings.text(ir.functions[entry.function].name), entry.function);
    else if (entry.kind === "message") {
      const name = taskName(s, entry.site);
      if (name !== undefined) tasks.set(name, entry.function);
    }
  }
  for (const call of calls) {
    if (call.kind === methodKind) linkRemote(s, call, endpoints.get(call.name) ?? []);
    else linkTask(s, call, tasks.get(call.name));
  }
  for (const { row, name } of reads) {
    const named = tasks.get(name);
    const node = named === undefined ? namedNode(s, name, s.moduleOf(row)) : -1;
    if (named !== undefined) s.add(row, tokOf(Tok.Function, named));
    else if (node >= 0) s.copy(node, row);
  }
}

/** Reads of one task out of all: `app.tasks["shop.resize"]`. */
function registryReads(s: Solver, api: ApiGraph): { row: number; name: string }[] {
  const { ir } = s;
  const out: { row: number; name: string }[] = [];
  for (const row of ir.rowsOf(Op.GetItem)) {
    if (!s.idsOf(ir.a.data[row], Tok.Api).some((node) => api.facts(node).some(({ kind }) => kind === registryKind))) continue;
    const name = textOf(s, ir.b.data[row]);
    if (name !== undefined) out.push({ row, name });
  }
  return out;
}

function add(map: Map<string, number[]>, key: string, fn: number): void {
  const list = map.get(key);
  if (!list) map.set(key, [fn]);
  else if (!list.includes(fn)) list.push(fn);
}

function namedCalls(s: Solver, api: ApiGraph): NamedCall[] {
  const { ir } = s;
  const places = new Map<number, { kind: string; index: number; keyword: string } | undefined>();
  const out: NamedCall[] = [];
  for (const row of ir.rowsOf(Op.Call)) {
    for (const node of s.idsOf(callCallee(ir, row), Tok.Api)) {
      if (!places.has(node)) places.set(node, placeOf(api, node));
      const place = places.get(node);
      if (place === undefined) continue;
      const keyword = place.keyword === "" ? -1 : callKeyword(ir, row, ir.strings.intern(place.keyword));
      const name = textOf(s, keyword >= 0 || place.index >= callArgCount(ir, row) ? keyword : callArg(ir, row, place.index));
      if (name !== undefined) out.push({ call: row, kind: place.kind, name, index: keyword >= 0 ? -1 : place.index });
    }
  }
  return out;
}

function placeOf(api: ApiGraph, node: number): { kind: string; index: number; keyword: string } | undefined {
  const fact = api.facts(node).find(({ kind }) => kind === methodKind || kind === taskKind);
  if (fact?.port.type !== "argument") return undefined;
  return { kind: fact.kind, index: fact.port.index, keyword: fact.port.name };
}

// ---- remote procedures

function linkRemote(s: Solver, call: NamedCall, endpoints: readonly number[]): void {
  const fitting = endpoints.filter((fn) => fits(s, call, s.ir.functions[fn]) && isSameNamespace(s, call.call, s.ir.functions[fn].class));
  if (fitting.length > endpointsMax) return;
  for (const fn of fitting) {
    const info = s.ir.functions[fn];
    const args = remoteArguments(s, call, info);
    if (!s.link(call.call, fn, BindMode.Callback, args)) continue;
    args.forEach((value, index) => {
      if (value >= 0) s.copy(value, info.params[index].value);
    });
    for (const mapping of mappingsOf(s, call.call)) s.addEdge(mapping, Edge.KeywordArguments, fn, call.call);
    ownResult(s, info, call.call);
  }
}

/** What stands before the name is the context; keywords are parameters. */
function remoteArguments(s: Solver, call: NamedCall, fn: FunctionInfo): number[] {
  const { ir } = s;
  const args = fn.params.map(() => -1);
  if (call.index === 1 && args.length > 1) args[1] = callArg(ir, call.call, 0);
  for (let i = 0, n = callKeywordCount(ir, call.call); i < n; i++) {
    const index = fn.params.findIndex((param) => param.name === callKeywordName(ir, call.call, i) && param.kind !== "varargs" && param.kind !== "kwargs");
    if (index > 0) args[index] = callKeywordValue(ir, call.call, i);
  }
  for (const mapping of mappingsOf(s, call.call)) {
    for (const [name, value] of literalItems(s, mapping)) {
      const index = fn.params.findIndex((param) => param.name === name);
      if (index > 0 && args[index] < 0) args[index] = value;
    }
  }
  return args;
}

/** Items of a dictionary literal under constant texts, and those that were stored into it afterwards. */
function literalItems(s: Solver, row: number): [number, number][] {
  const { ir } = s;
  const out: [number, number][] = [];
  let at = row;
  for (let i = 0; i < versionsMax && (ir.op.data[at] === Op.Content || ir.op.data[at] === Op.Sigma); i++) {
    const effect = ir.op.data[at] === Op.Content ? ir.b.data[at] : -1;
    if (effect >= 0 && ir.op.data[effect] === Op.SetItem) addItem(s, ir.b.data[effect], ir.c.data[effect], out);
    at = ir.a.data[at];
  }
  if (ir.op.data[at] !== Op.Build || ir.a.data[at] !== BuildKind.Dict) return out;
  const items = ir.lists.toArray(ir.b.data[at]);
  for (let i = 0; i + 1 < items.length; i += 2) addItem(s, items[i], items[i + 1], out);
  return out;
}

function addItem(s: Solver, key: number, value: number, out: [number, number][]): void {
  const name = textOf(s, key);
  if (name !== undefined) out.push([s.ir.strings.intern(name), value]);
}

function mappingsOf(s: Solver, call: number): number[] {
  const out: number[] = [];
  for (let i = 0, n = callKeywordCount(s.ir, call); i < n; i++) if (callKeywordName(s.ir, call, i) < 0) out.push(callKeywordValue(s.ir, call, i));
  return out;
}

/** Holds if the keywords are parameters, and no parameter without a default goes without. */
function fits(s: Solver, { call }: NamedCall, fn: FunctionInfo): boolean {
  const { ir } = s;
  const takesMore = fn.params.some((param) => param.kind === "kwargs");
  const passed = new Set<number>();
  for (let i = 0, n = callKeywordCount(ir, call); i < n; i++) passed.add(callKeywordName(ir, call, i));
  for (const name of passed) {
    if (name >= 0 && !takesMore && !fn.params.some((param) => param.name === name)) return false;
  }
  if (passed.has(-1)) return true;
  return fn.params.every((param, index) => index < 2 || param.default >= 0 || param.kind === "varargs" || param.kind === "kwargs" || passed.has(param.name));
}

/** Namespaces differ only where both the class of the call and the endpoint say one. */
function isSameNamespace(s: Solver, call: number, endpoint: number): boolean {
  const asked = targetNamespace(s, s.ir.functions[s.functionOf(call)].class);
  const answered = targetNamespace(s, endpoint);
  return asked === undefined || answered === undefined || asked === answered;
}

/** The namespace of `target = Target(namespace="x")` among the members of a class; "" if its target names none. */
function targetNamespace(s: Solver, cls: number): string | undefined {
  if (cls < 0) return undefined;
  const { ir } = s;
  const target = ir.strings.find("target");
  for (const row of target < 0 ? [] : s.names.classVars(cls, target)) {
    if (ir.op.data[row] !== Op.Call) continue;
    const value = callKeyword(ir, row, ir.strings.intern("namespace"));
    return value < 0 ? "" : textOf(s, value);
  }
  return undefined;
}

// ---- tasks

/** The name that the decorator of a task gives it, if it gives one. */
function taskName(s: Solver, site: number): string | undefined {
  const { ir } = s;
  const decorator = ir.op.data[site] === Op.Decorate ? ir.a.data[site] : -1;
  if (decorator < 0 || ir.op.data[decorator] !== Op.Call) return undefined;
  return textOf(s, callKeyword(ir, decorator, ir.strings.intern("name")));
}

/** A task without a name of its own is called by its module and function. */
function linkTask(s: Solver, { call, name }: NamedCall, named: number | undefined): void {
  if (named !== undefined) {
    const node = s.newNode();
    s.add(node, tokOf(Tok.Function, named));
    s.addEdge(node, Edge.Callback, call, launchShim);
    return;
  }
  const node = namedNode(s, name, s.moduleOf(call));
  if (node >= 0) s.addEdge(node, Edge.Callback, call, launchShim);
}

