/** Entries that no catalog rule can say: WSGI callables, route tables, RPC managers, Lambda and gRPC handlers, `__main__`, console scripts. */
import { BuildKind, callArg, callArgCount, callCallee, callKeyword, CmpOp, type FunctionInfo, Op } from "../ir/index.ts";
import type { EntryFinder } from "./entries.ts";
import { namedNode } from "./dotted-names.ts";
import { isScriptGroup } from "./plugin-names.ts";
import type { Entry, EntryKind } from "./program.ts";
import { Tok } from "./token.ts";

const noParams: Entry["params"] = [];
const verbNames = /^(GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)$/;
const requestNames = new Set(["req", "request"]);
const contextNames = new Set(["context", "ctxt", "ctx", "_ctxt"]);

export function codeEntries(finder: EntryFinder): void {
  wsgiCallables(finder);
  rpcManagers(finder);
  namedHandlers(finder);
  grpcServicers(finder);
  mappedRoutes(finder);
  verbHandlers(finder);
  for (const module of finder.ir.modules) {
    const body = finder.ir.functions[module.body];
    routeTable(finder, body);
    mainCalls(finder, body);
  }
  consoleScripts(finder);
  pasteFactories(finder);
}

/** `def app(environ, start_response)`, with or without `self`. */
function wsgiCallables(finder: EntryFinder): void {
  const { ir } = finder;
  for (const fn of ir.functions) {
    if (fn.kind !== "function") continue;
    const first = finder.firstOutside(fn);
    const names = fn.params.slice(first).map((param) => ir.strings.text(param.name));
    if (names.length !== 2 || !/^(environ|env|wsgi_environ)$/.test(names[0]) || !/^(start_response|sr)$/.test(names[1])) continue;
    const types = new Map<number, string>();
    finder.giveType(fn, first, "WsgiEnvironment", types);
    const kind = types.size > 0 ? "request-object" : "remote-input";
    finder.add({
      kind: "http", framework: "wsgi", function: fn.id, methods: [], path: "", returns: "", site: fn.definition,
      params: [{ index: first, kind, note: names[0] }],
    });
  }
}

/** `@index.when(method="POST")`: another function that answers for an entry, for one verb. */
function verbHandlers(finder: EntryFinder): void {
  const { ir, s } = finder;
  const when = ir.strings.find("when");
  for (const row of when >= 0 ? ir.rowsOf(Op.Decorate) : []) {
    const call = ir.a.data[row];
    if (ir.op.data[call] !== Op.Call) continue;
    const callee = callCallee(ir, call);
    if (ir.op.data[callee] !== Op.GetAttr || ir.b.data[callee] !== when) continue;
    const fn = s.classes.functionOfRow(row);
    if (fn < 0 || !finder.functionsOf(ir.a.data[callee]).some((other) => finder.entryFunctions.has(other))) continue;
    const info = ir.functions[fn];
    const first = finder.firstOutside(info);
    const verb = finder.text(finder.argument(call, "arg[0|method]"));
    finder.add({
      kind: "http", framework: "pecan", function: fn, methods: verb === "" ? [] : [verb], path: "", returns: "", site: row,
      params: info.params.flatMap((param, index) => (index < first ? [] : [{ index, kind: "remote-input", note: ir.strings.text(param.name) }])),
    });
  }
}

/** `def lambda_handler(event, context)` and `def handler(event, context)` at module level: the platform finds them by name. */
function namedHandlers(finder: EntryFinder): void {
  const { ir } = finder;
  for (const fn of ir.functions) {
    if (fn.kind !== "function" || fn.class >= 0 || fn.params.length !== 2 || ir.functions[fn.parent]?.kind === "function") continue;
    const names = fn.params.map((param) => ir.strings.text(param.name));
    if (!/^_?event$/.test(names[0]) || !/^_{0,2}(?:context|ctx)?$/.test(names[1])) continue;
    if (!/^(?:lambda_)?(?:handler|handle|main)$|_handler$/.test(ir.strings.text(fn.name))) continue;
    const types = new Map<number, string>();
    finder.giveType(fn, 0, "LambdaEvent", types);
    finder.add({
      kind: "message", framework: "lambda", function: fn.id, methods: [], path: "", returns: "", site: fn.definition,
      params: [{ index: 0, kind: types.size > 0 ? "request-object" : "rpc-input", note: names[0] }],
    });
  }
}

/** Methods `(self, request, context)` of classes that derive from the base that gRPC generates for a service. */
function grpcServicers(finder: EntryFinder): void {
  const { ir, s } = finder;
  for (const cls of ir.classes) {
    if (!ir.lists.toArray(ir.b.data[cls.definition]).some((base) => isServicer(finder, base))) continue;
    for (const name of s.classes.memberNames(cls.id)) {
      const fn = s.classes.methodOf(cls.id, name);
      const info = fn < 0 ? undefined : ir.functions[fn];
      if (!info || info.class !== cls.id || info.params.length !== 3 || ir.strings.text(name).startsWith("_")) continue;
      finder.add({
        kind: "rpc", framework: "grpc", function: fn, methods: [ir.strings.text(name)], path: "", returns: "", site: info.definition,
        params: [{ index: 1, kind: "remote-input", note: ir.strings.text(info.params[1].name) }],
      });
    }
  }
}

function isServicer(finder: EntryFinder, base: number): boolean {
  const { ir } = finder;
  const op = ir.op.data[base];
  const name = op === Op.GetAttr || op === Op.Import ? ir.b.data[base] : op === Op.Global ? ir.a.data[base] : -1;
  return name >= 0 && /\wServicer$/.test(ir.strings.text(name));
}

/** Classes whose `target` is a messaging target, and objects passed as endpoints: their public methods are called remotely. */
function rpcManagers(finder: EntryFinder): void {
  const { ir, s } = finder;
  const target = ir.strings.find("target");
  for (const cls of target < 0 ? [] : s.classes.definersOf(target)) {
    if (s.names.classVars(cls, target).some((row) => isMessagingTarget(finder, row))) addRpcMethods(finder, cls);
  }
  const endpoints = ir.strings.find("endpoints");
  if (endpoints < 0) return;
  for (const row of ir.rowsOf(Op.Call)) {
    if (ir.c.data[row] === 0) continue;
    const value = callKeyword(ir, row, endpoints);
    if (value < 0) continue;
    for (const item of finder.elements(value)) for (const cls of s.idsOf(item, Tok.Instance)) addRpcMethods(finder, cls);
  }
}

function isMessagingTarget(finder: EntryFinder, row: number): boolean {
  const { ir, s, api } = finder;
  if (ir.op.data[row] !== Op.Call) return false;
  const callee = callCallee(ir, row);
  const names = [...s.idsOf(callee, Tok.Api).map((node) => api.name(node)), ...s.idsOf(callee, Tok.External).map((id) => ir.strings.text(id))];
  return names.some((name) => /(^|[._])messaging\.Target$/.test(name));
}

function addRpcMethods(finder: EntryFinder, cls: number): void {
  const { ir, s } = finder;
  for (const name of s.classes.memberNames(cls)) {
    const fn = s.classes.methodOf(cls, name);
    if (fn < 0 || ir.strings.text(name).startsWith("_")) continue;
    const info = ir.functions[fn];
    if (info.class !== cls) continue;
    const first = finder.firstOutside(info);
    const params = info.params.flatMap((param, index) => {
      const text = ir.strings.text(param.name);
      return index < first || contextNames.has(text) ? [] : [{ index, kind: "rpc-input", note: text }];
    });
    finder.add({
      kind: "rpc", framework: "oslo.messaging", function: fn, methods: [ir.strings.text(name)], path: "", params, returns: "", site: info.definition,
    });
  }
}

/** `mapper.connect("/users", controller=users, action="index", conditions={"method": ["GET"]})`: a method of an object, by its name. */
function mappedRoutes(finder: EntryFinder): void {
  const { ir, s } = finder;
  const [connect, controller, action, conditions] = ["connect", "controller", "action", "conditions"].map((word) => ir.strings.find(word));
  if (connect < 0 || controller < 0 || action < 0) return;
  for (const row of ir.rowsOf(Op.Call)) {
    if (ir.c.data[row] === 0) continue;
    const callee = callCallee(ir, row);
    if (ir.op.data[callee] !== Op.GetAttr || ir.b.data[callee] !== connect) continue;
    const object = callKeyword(ir, row, controller);
    const name = callKeyword(ir, row, action);
    const method = object < 0 || name < 0 ? "" : finder.text(name);
    if (method === "") continue;
    const path = callArgCount(ir, row) > 0 ? finder.text(callArg(ir, row, callArgCount(ir, row) - 1)) : "";
    const [verb] = conditions < 0 ? [] : verbsIn(finder, callKeyword(ir, row, conditions));
    for (const cls of new Set([...s.idsOf(object, Tok.Instance), ...s.idsOf(object, Tok.Class)])) {
      const fn = s.classes.methodOf(cls, ir.strings.intern(method));
      if (fn >= 0) addRoute(finder, fn, verb ?? "GET", path, row);
    }
  }
}

/** Verbs among the texts of `{"method": ["GET"]}` and of `dict(method=["GET"])`. */
function verbsIn(finder: EntryFinder, value: number): string[] {
  const { ir } = finder;
  if (value < 0) return [];
  const parts = ir.op.data[value] === Op.Build ? ir.lists.toArray(ir.b.data[value]) : ir.op.data[value] === Op.Call ? ir.lists.toArray(ir.c.data[value]).filter((_, i) => i % 2 === 1) : [];
  return parts.flatMap((part) => (part < 0 ? [] : [finder.text(part), ...finder.elements(part).map((item) => finder.text(item))])).filter((text) => verbNames.test(text));
}

/** Rows `(path, {verb: [factory, "method"]})` of a literal at module level. */
function routeTable(finder: EntryFinder, body: FunctionInfo): void {
  const { ir } = finder;
  for (let row = body.firstInstr; row < body.endInstr; row++) {
    if (ir.op.data[row] !== Op.Build || ir.a.data[row] === BuildKind.Dict || ir.a.data[row] === BuildKind.Slice) continue;
    const items = finder.elements(row);
    if (items.length !== 2 || ir.op.data[items[1]] !== Op.Build || ir.a.data[items[1]] !== BuildKind.Dict) continue;
    const path = finder.text(items[0]);
    if (path !== "" || isEmptyText(finder, items[0])) routeRow(finder, path, items[1], row);
  }
}

function isEmptyText(finder: EntryFinder, row: number): boolean {
  const { ir } = finder;
  const constant = ir.op.data[row] === Op.Const ? ir.constants[ir.a.data[row]] : undefined;
  return constant?.type === "str" && constant.value === "";
}

function routeRow(finder: EntryFinder, path: string, verbs: number, site: number): void {
  const { ir, s } = finder;
  const pairs = ir.lists.toArray(ir.b.data[verbs]);
  for (let i = 0; i + 1 < pairs.length; i += 2) {
    const verb = pairs[i] < 0 ? "" : finder.text(pairs[i]);
    const [factory, method] = finder.elements(pairs[i + 1]);
    if (!verbNames.test(verb) || factory === undefined || method === undefined) continue;
    const name = finder.text(method);
    if (name === "") continue;
    const classes = factoryClasses(finder, factory);
    const handlers = classes.map((cls) => s.classes.methodOf(cls, ir.strings.intern(name))).filter((fn) => fn >= 0);
    const all = handlers.length > 0 ? handlers : classes.flatMap((cls) => decoratedMethods(finder, cls, name));
    for (const fn of new Set(all)) addRoute(finder, fn, verb, path, site);
  }
}

/** Classes whose objects a factory makes or is given: the class, what a function returns, the arguments of a partial. */
function factoryClasses(finder: EntryFinder, value: number): number[] {
  const { ir, s } = finder;
  const out = new Set<number>();
  const visit = (row: number): void => {
    for (const cls of s.idsOf(row, Tok.Class)) out.add(cls);
    for (const cls of s.idsOf(row, Tok.Instance)) out.add(cls);
    for (const fn of s.idsOf(row, Tok.Function)) {
      for (const cls of s.idsOf(s.returnNode(fn), Tok.Instance)) out.add(cls);
    }
    for (const call of s.idsOf(row, Tok.Partial)) {
      for (let i = 0; i < callArgCount(ir, call); i++) {
        const argument = callArg(ir, call, i);
        for (const item of [argument, ...finder.elements(argument)]) {
          for (const cls of s.idsOf(item, Tok.Class)) out.add(cls);
          for (const fn of s.idsOf(item, Tok.Function)) for (const cls of s.idsOf(s.returnNode(fn), Tok.Instance)) out.add(cls);
        }
      }
    }
  };
  visit(value);
  return [...out];
}

/** Methods that a decorator named like the table's method publishes: `@action("reboot")` for `"action"`. */
function decoratedMethods(finder: EntryFinder, cls: number, name: string): number[] {
  const { ir, s } = finder;
  const body = ir.functions[ir.classes[cls].body];
  const out: number[] = [];
  for (let row = body.firstInstr; row < body.endInstr; row++) {
    if (ir.op.data[row] !== Op.Decorate || ir.op.data[ir.a.data[row]] !== Op.Call) continue;
    const callee = callCallee(ir, ir.a.data[row]);
    const op = ir.op.data[callee];
    const last = op === Op.GetAttr ? ir.b.data[callee] : op === Op.Global ? ir.a.data[callee] : -1;
    if (last < 0 || ir.strings.text(last) !== name) continue;
    const fn = s.classes.functionOfRow(row);
    if (fn >= 0) out.push(fn);
  }
  return out;
}

function addRoute(finder: EntryFinder, fn: number, verb: string, path: string, site: number): void {
  const { ir } = finder;
  const info = ir.functions[fn];
  const first = finder.firstOutside(info);
  const types = new Map<number, string>();
  info.params.forEach((param, index) => {
    if (index >= first && requestNames.has(ir.strings.text(param.name))) finder.giveType(info, index, "WebobRequest", types);
  });
  const params = info.params.flatMap((param, index) => {
    const text = ir.strings.text(param.name);
    if (index < first) return [];
    return [{ index, kind: requestNames.has(text) ? "request-object" : "remote-input", note: text === "body" ? "body" : path }];
  });
  finder.add({ kind: "http", framework: "route-table", function: fn, methods: [verb], path, params, returns: "", site });
}

/** Calls below `if __name__ == "__main__":`. */
function mainCalls(finder: EntryFinder, body: FunctionInfo): void {
  const { ir, s } = finder;
  for (let block = body.firstBlock; block < body.endBlock; block++) {
    const last = ir.blocks.end.data[block] - 1;
    if (ir.op.data[last] !== Op.Branch || !isMainTest(finder, ir.a.data[last])) continue;
    const succs = ir.lists.toArray(ir.blocks.succs.data[block]);
    const after = reachableFrom(finder, succs[1]);
    for (const inside of reachableFrom(finder, succs[0])) {
      if (after.has(inside)) continue;
      for (let row = ir.blocks.first.data[inside]; row < ir.blocks.end.data[inside]; row++) {
        if (ir.op.data[row] !== Op.Call) continue;
        for (const fn of s.idsOf(callCallee(ir, row), Tok.Function)) addCommand(finder, fn, "main", row, "");
      }
    }
  }
}

function isMainTest(finder: EntryFinder, row: number): boolean {
  const { ir } = finder;
  if (ir.op.data[row] !== Op.Cmp || ir.a.data[row] !== CmpOp.Eq) return false;
  const sides = [ir.b.data[row], ir.c.data[row]];
  const isName = sides.some((side) => ir.op.data[side] === Op.Global && ir.strings.text(ir.a.data[side]) === "__name__");
  return isName && sides.some((side) => finder.text(side) === "__main__");
}

function reachableFrom(finder: EntryFinder, block: number): Set<number> {
  const { ir } = finder;
  const out = new Set<number>();
  const stack = [block];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    if (out.has(next)) continue;
    out.add(next);
    stack.push(...ir.lists.toArray(ir.blocks.succs.data[next]));
  }
  return out;
}

function addCommand(finder: EntryFinder, fn: number, kind: EntryKind, site: number, path: string): void {
  finder.add({ kind, framework: "python", function: fn, methods: [], path, params: noParams, returns: "", site });
}

/** `name = package.module:function` in packaging metadata: commands, and what else other programs load by name. */
function consoleScripts(finder: EntryFinder): void {
  for (const { group, name, module, attribute } of finder.s.plugins.names) {
    if (attribute !== "") addLoaded(finder, `${module}:${attribute}`, isScriptGroup(group) ? "cli" : "main", name);
  }
}

/** `paste.app_factory = package.module:Class.factory` in the settings of a deployment. */
function pasteFactories(finder: EntryFinder): void {
  const data = finder.input.projectData ?? {};
  for (const path of Object.keys(data).sort()) {
    if (!path.endsWith(".ini")) continue;
    for (const match of data[path].matchAll(/^(?:paste\.\w+|use)[ \t]*=[ \t]*(?:call:)?[ \t]*([A-Za-z_][\w.]*:[A-Za-z_][\w.]*)[ \t]*$/gm)) {
      addLoaded(finder, match[1], "main", "");
    }
  }
}

function addLoaded(finder: EntryFinder, text: string, kind: EntryKind, path: string): void {
  const { s } = finder;
  const node = namedNode(s, text, -1);
  if (node < 0) return;
  for (const fn of finder.functionsOf(node)) addCommand(finder, fn, kind, finder.ir.functions[fn].definition, path);
}
