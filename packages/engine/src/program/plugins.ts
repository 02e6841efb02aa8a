/**
 * Plugins that are loaded by the name under which packaging metadata offers them: stevedore, importlib.metadata, pkg_resources.
 *
 * ```text
 * [entry_points]                     DriverManager("app.drivers", name, invoke_on_load=True).driver    an instance of Disk
 * app.drivers =                      for ep in entry_points(group="app.drivers"): ep.load()            the class Disk
 *     disk = app.disk:Disk           ExtensionManager("app.drivers").map(f, x)                         f(extension, x)
 * ```
 *
 * Only what the project itself offers is known; a group that it does not fill stays an object of the library.
 */
import { BuildKind, callArg, callArgCount, callCallee, callKeyword, constFalse, Op } from "../ir/index.ts";
import { flowSelf } from "./attribute-rules.ts";
import { pluginShim, shimOf } from "./callback-shims.ts";
import { callbackRule } from "./call-rules.ts";
import { namedNode, textOf } from "./dotted-names.ts";
import { isScriptGroup, type PluginName } from "./plugin-names.ts";
import { Edge, type Solver } from "./solver.ts";
import { Tok, tokId, tokKind, tokOf } from "./token.ts";

/** What one way of loading gives: the plugins of a group, or all with a name of it. */
interface PluginSite {
  /** Undefined: all groups, told apart by a later key. */
  readonly group: string | undefined;
  readonly name: string | undefined;
  /** What the names stand for, and what is made of it where it is made on loading. */
  readonly values: number;
  readonly objects: number;
  readonly isMade: boolean;
}

const managerName = /^stevedore\.(?:\w+\.)?((?:Driver|Named|NamedExtension|Extension|Hook|EnabledExtension|DispatchExtension|NameDispatchExtension)Manager)(\(\)\.__init__)?$/;
const groupReaders = new Set([
  "importlib.metadata.entry_points", "importlib_metadata.entry_points", "pkg_resources.iter_entry_points", "pkg_resources.load_entry_point",
  "pkg_resources.get_entry_map",
]);
/** Methods of managers, groups and entry points whose calls are looked at. */
const pluginMethods = new Set(["load", "resolve", "map", "map_method", "select", "get"]);

export class Plugins {
  readonly names: readonly PluginName[];
  private readonly groups: ReadonlySet<string>;
  private readonly sites: PluginSite[] = [];
  private readonly ids = new Map<string, number>();
  /** Node with the groups that instances of a class of ours manage, by class. */
  private readonly managers = new Map<number, number>();

  /** The project offers nothing but commands. */
  readonly isEmpty: boolean;

  constructor(names: readonly PluginName[]) {
    this.names = names;
    this.isEmpty = names.every(({ group }) => isScriptGroup(group));
    this.groups = new Set(names.map(({ group }) => group));
  }

  site(id: number): PluginSite {
    return this.sites[id]!;
  }

  /** The plugins of a group, or -1 if the project offers none. */
  find(s: Solver, group: string | undefined, name: string | undefined, isMade: boolean): number {
    if (group !== undefined && !this.groups.has(group)) return -1;
    const key = `${group ?? ""}\u0000${name ?? ""}\u0000${isMade}`;
    const known = this.ids.get(key);
    if (known !== undefined) return known;
    const chosen = group === undefined ? [] : this.names.filter((each) => each.group === group && (name === undefined || each.name === name));
    let id = -1;
    if (group === undefined ? this.names.length > 0 : chosen.length > 0) {
      const site = { group, name, isMade, values: s.newNode(), objects: s.newNode() };
      id = this.sites.push(site) - 1;
      for (const { module, attribute } of chosen) {
        const node = namedNode(s, attribute === "" ? module : `${module}:${attribute}`, -1);
        if (node >= 0) s.copy(node, site.values);
      }
      if (isMade) s.addEdge(site.values, Edge.ResultOf, site.objects);
    }
    this.ids.set(key, id);
    return id;
  }

  managerNode(s: Solver, cls: number): number {
    let node = this.managers.get(cls);
    if (node !== undefined) return node;
    node = s.newNode();
    this.managers.set(cls, node);
    for (const ancestor of s.classes.mroOf(cls)) if (ancestor >= 0 && ancestor !== cls) s.copy(this.managerNode(s, ancestor), node);
    return node;
  }
}

/** The node of what the instances of a class manage, if the class derives from a manager; else -1. */
export function managedBy(s: Solver, cls: number): number {
  if (s.plugins.isEmpty) return -1;
  const isManager = s.classes.libraryBases(cls).some((base) => managerName.test(s.libraries.name(base)));
  return isManager ? s.plugins.managerNode(s, cls) : -1;
}

/** `Manager("group")` of a class of ours without a constructor of its own. */
export function constructManager(s: Solver, call: number, cls: number): void {
  for (const base of s.classes.libraryBases(cls)) {
    const name = managerName.exec(s.libraries.name(base))?.[1];
    if (name !== undefined) s.add(s.plugins.managerNode(s, cls), managed(s, name, call));
  }
}

/** What a call of a library function loads. Undefined if it loads nothing, false if nothing is known of what it loads. */
export function callPluginReader(s: Solver, name: string, call: number): boolean | undefined {
  const manager = managerName.exec(name);
  if (manager) {
    const token = managed(s, manager[1]!, call);
    if (manager[2] === undefined) s.add(call, token);
    else {
      const own = s.ir.functions[s.functionOf(call)].class;
      if (own >= 0) s.add(s.plugins.managerNode(s, own), token);
    }
    return token >= 0;
  }
  if (!groupReaders.has(name)) return undefined;
  const isLoaded = name.endsWith("load_entry_point");
  const place = isLoaded || name.endsWith("get_entry_map") ? 1 : name.startsWith("pkg_resources") ? 0 : -1;
  const row = argument(s, call, place, "group");
  const group = textOf(s, row);
  if (row >= 0 && group === undefined) return false;
  const found = s.plugins.find(s, group, textOf(s, argument(s, call, place < 0 ? -1 : place + 1, "name")), false);
  if (found < 0) return false;
  if (isLoaded) s.copy(s.plugins.site(found).values, call);
  else s.add(call, tokOf(Tok.Plugins, found));
  return true;
}

function managed(s: Solver, manager: string, call: number): number {
  const given = argument(s, call, 0, "namespace");
  const group = textOf(s, given);
  if (group !== undefined) return managedGroup(s, manager, call, group);
  if (given < 0 || s.plugins.isEmpty) return -1;
  const isInherited = callMakesOwn(s, call);
  s.waitingForNames.set(call, {
    name: given, texts: new Set(),
    take: (text) => {
      const token = managedGroup(s, manager, call, text);
      if (isInherited >= 0) s.add(s.plugins.managerNode(s, isInherited), token);
      else s.add(call, token);
    },
  });
  return -1;
}

/** The class of ours that a call of the constructor of its base fills, or -1. */
function callMakesOwn(s: Solver, call: number): number {
  const callee = callCallee(s.ir, call);
  const isInit = s.ir.op.data[callee] === Op.GetAttr && s.ir.strings.text(s.ir.b.data[callee]) === "__init__";
  return isInit ? s.ir.functions[s.functionOf(call)].class : -1;
}

function managedGroup(s: Solver, manager: string, call: number, group: string): number {
  const { ir } = s;
  const isNamed = manager === "DriverManager" || manager === "HookManager";
  const name = isNamed ? textOf(s, argument(s, call, 1, "name")) : undefined;
  const flag = argument(s, call, manager === "ExtensionManager" ? 1 : 2, "invoke_on_load");
  const isMade = flag >= 0 && !(ir.op.data[flag] === Op.Const && ir.a.data[flag] === constFalse);
  const found = s.plugins.find(s, group, name, isMade);
  if (found < 0) return -1;
  if (isMade) s.addEdge(s.plugins.site(found).values, Edge.Callback, call, pluginShim);
  return tokOf(Tok.Plugins, found);
}

function argument(s: Solver, call: number, index: number, keyword: string): number {
  const { ir } = s;
  const given = callKeyword(ir, call, ir.strings.intern(keyword));
  return given >= 0 || index < 0 || index >= callArgCount(ir, call) ? given : callArg(ir, call, index);
}

/** `manager.driver`, `extension.obj`, `extension.plugin`; other attributes are those of the library. */
export function pluginAttribute(s: Solver, token: number, target: number, name: number): void {
  const site = s.plugins.site(tokId(token));
  const text = s.ir.strings.text(name);
  if (text === "driver" || text === "obj") s.copy(site.isMade ? site.objects : site.values, target);
  else if (text === "plugin") s.copy(site.values, target);
  else if (text === "extensions") s.add(target, token);
  else s.add(target, s.libraries.external(`stevedore.extension.${tokKind(token) === Tok.Plugin ? "Extension" : "ExtensionManager"}().${text}`));
}

/** `groups["name"]`, `manager["name"]`. */
export function pluginItem(s: Solver, token: number, target: number, key: number): void {
  const site = s.plugins.site(tokId(token));
  const constant = key < 0 ? undefined : s.ir.constants[key];
  const text = constant?.type === "str" ? constant.value : undefined;
  if (site.group !== undefined) {
    const narrowed = text === undefined ? tokId(token) : s.plugins.find(s, site.group, text, site.isMade);
    if (narrowed >= 0) s.add(target, tokOf(Tok.Plugin, narrowed));
  } else if (text !== undefined) {
    const found = s.plugins.find(s, text, undefined, false);
    if (found >= 0) s.add(target, tokOf(Tok.Plugins, found));
  }
}

/** Notes calls of methods that managers and entry points have. */
export function seedPluginCall(s: Solver, call: number, object: number, method: string): void {
  if (!s.plugins.isEmpty && pluginMethods.has(method)) s.addEdge(object, Edge.PluginCall, call);
}

/** A method of a group, a manager or an entry point is called. */
export function pluginCallRule(s: Solver, token: number, call: number): void {
  const kind = tokKind(token);
  if (kind === Tok.Instance) {
    const node = managedBy(s, tokId(token));
    if (node >= 0) s.addEdgeOnce(node, Edge.PluginCall, call);
    return;
  }
  if (kind !== Tok.Plugins && kind !== Tok.Plugin) return;
  const { ir } = s;
  const method = ir.strings.text(ir.b.data[callCallee(ir, call)]);
  const site = s.plugins.site(tokId(token));
  if (method === "load" || method === "resolve") s.copy(site.values, call);
  else if (method === "get" && callArgCount(ir, call) > 0) pluginItem(s, token, call, s.names.constantOf(callArg(ir, call, 0), s.moduleOf(call)));
  else if (method === "select") {
    const group = textOf(s, argument(s, call, -1, "group")) ?? site.group;
    const found = s.plugins.find(s, group, textOf(s, argument(s, call, -1, "name")), false);
    if (found >= 0) s.add(call, tokOf(Tok.Plugins, found));
  } else if (method === "map" && callArgCount(ir, call) > 0) mapOver(s, token, call);
  else if (method === "map_method") mapMethod(s, site, call);
}

/** `manager.map(f, x)` calls `f(extension, x)` for each. */
function mapOver(s: Solver, token: number, call: number): void {
  const { ir } = s;
  const list = s.siteAt(call, BuildKind.List);
  s.add(call, tokOf(Tok.Container, list));
  const first = callArg(ir, call, 0);
  for (const [kind, mode] of [[Tok.Function, 0], [Tok.Bound, 1]] as const) {
    for (const fn of s.idsOf(first, kind)) {
      const param = ir.functions[fn].params[mode];
      if (param) s.add(param.value, tokOf(Tok.Plugin, tokId(token)));
    }
  }
  s.addEdge(first, Edge.Callback, call, shimOf("stevedore.map"));
}

/** `manager.map_method("name", x)` calls that method of each object. */
function mapMethod(s: Solver, site: PluginSite, call: number): void {
  const name = callArgCount(s.ir, call) > 0 ? textOf(s, callArg(s.ir, call, 0)) : undefined;
  if (name === undefined) return;
  const node = s.newNode();
  s.addEdge(site.objects, Edge.Attribute, node, s.ir.strings.intern(name));
  s.addEdge(node, Edge.Callback, call, shimOf("stevedore.map_method"));
}

/** A class among the plugins is made with the arguments that its manager was given for it. */
export function constructPlugin(s: Solver, cls: number, call: number): void {
  const init = s.classes.methodOf(cls, s.ir.strings.intern("__init__"));
  if (init < 0) return;
  flowSelf(s, init, tokOf(Tok.Instance, cls));
  callbackRule(s, tokOf(Tok.Bound, init), call, pluginShim);
}

