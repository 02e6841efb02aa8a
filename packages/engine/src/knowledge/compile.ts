/**
 * Compiles model pages into the graph of library objects.
 *
 * `types: { Db: sqlite3.connect() }` and `sql-text: [Db.execute(arg[0])]` become
 *
 *     0 root --sqlite3--> 2 --connect--> 3 --()--> 1 Db --execute--> 4 { sql-text at arg[0] }
 *
 * Types come first, sources of types by length (a shorter one may be the beginning of a longer one), then aliases, then
 * all other paths, which follow the edges that are there. A path that goes on from a type's source gets a node of its own
 * that is like the type.
 */
import type { ApiGraph } from "./api-graph.ts";
import type { Catalog, ModelPage } from "./catalog.ts";
import { ancestorsOf, type ApiNode, CompiledGraph } from "./compiled-graph.ts";
import { anyAttribute, isUnnamedStep, joinSteps, pathSteps } from "./place.ts";
import { pythonBuiltins } from "./python-builtins.ts";

/** Most aliases that are followed for one path; a longer chain is a circle. */
const aliasHopsMax = 16;
/** Most nodes that are added only so that inherited members have readable names. */
const namedMembersMax = 20_000;

/** Graphs by the models they were made from, so that many small reviews with one catalog compile it once. */
const compiled = new WeakMap<readonly ModelPage[], ApiGraph>();

/** Compiles the models of a catalog. The graph never changes afterwards; the same models give the same graph. */
export function compileApiGraph(catalog: Pick<Catalog, "models">): ApiGraph {
  const known = compiled.get(catalog.models);
  if (known !== undefined) return known;
  const builder = new GraphBuilder(catalog.models);
  builder.addTypes();
  builder.addAliases();
  builder.addRows();
  builder.addInstances(builder.graph());
  builder.addNamedMembers();
  const graph = builder.graph();
  compiled.set(catalog.models, graph);
  return graph;
}

class GraphBuilder {
  readonly nodes: ApiNode[] = [];
  readonly types = new Map<string, number>();
  readonly priors = new Map<string, number>();
  private readonly models: readonly ModelPage[];
  private readonly aliases = new Map<string, string>();

  constructor(models: readonly ModelPage[]) {
    this.models = models;
    this.addNode(-1, "", "", "");
    for (const model of models) for (const alias of model.aliases) this.aliases.set(alias.name, alias.of);
  }

  /** The lookups over what is there so far; they remember answers, so take a new one after every change. */
  graph(): ApiGraph {
    return new CompiledGraph(this.nodes, this.types, this.priors);
  }

  addTypes(): void {
    const sources: { type: number; path: string; steps: string[]; page: string; parameter: number }[] = [];
    for (const model of this.models) {
      const page = pageName(model);
      for (const { name, from } of model.types) {
        if (this.types.has(name)) continue;
        const type = this.addNode(-1, name, name, page);
        this.types.set(name, type);
        for (const { path, port } of from) {
          const parameter = port.type === "parameter" ? port.index : -1;
          sources.push({ type, path, steps: this.canonical(path), page, parameter });
        }
        if (from.length === 1 && from[0].port.type === "object" && !from[0].path.endsWith(")")) this.nodes[type].origin = from[0].path;
      }
    }
    for (const model of this.models) {
      for (const { name, extends: parents } of model.types) {
        for (const parent of parents) this.addParent(name, parent);
      }
    }
    // A stable sort keeps the order of pages among sources of equal length.
    sources.sort((a, b) => a.steps.length - b.steps.length);
    for (const { type, steps, page, parameter } of sources) {
      if (parameter >= 0) this.nodes[this.insert(steps, page)].parameterTypes.push({ index: parameter, type });
      else this.link(steps, type, page);
    }
  }

  /** A type whose page was left out has no node; the reader has reported it. */
  private addParent(name: string, parent: string): void {
    const type = this.types.get(name);
    const other = this.types.get(parent);
    if (type !== undefined && other !== undefined) this.nodes[type].extends.push(other);
  }

  addAliases(): void {
    const rows = this.models.flatMap((model) => model.aliases.map((alias) => ({ ...alias, page: pageName(model) })));
    rows.sort((a, b) => pathSteps(a.name).length - pathSteps(b.name).length);
    for (const { name, of, page } of rows) this.link(pathSteps(name), this.insert(this.canonical(of), page), page);
  }

  addRows(): void {
    for (const model of this.models) {
      const page = pageName(model);
      const at = (path: string) => this.nodes[this.insert(this.canonical(path), page)];
      for (const { kind, place } of model.is) {
        at(place.path).facts.push({ kind, port: place.port, ...(place.when === undefined ? {} : { when: place.when }) });
      }
      for (const rule of model.passes) at(rule.call).passes.push(rule);
      for (const rule of model.validates) at(rule.call).validates.push(rule);
      for (const path of model.noreturn) at(path).noReturn = true;
      for (const rule of model.entries) at(rule.at).entries.push(rule);
      for (const { names, methods, type } of model.names) {
        for (const name of names) {
          for (const method of methods) this.addPrior(`${name}.${method}`, this.types.get(type) ?? -1);
        }
      }
    }
  }

  /** The first page to claim a name wins. */
  private addPrior(key: string, type: number): void {
    if (!this.priors.has(key) && type >= 0) this.priors.set(key, type);
  }

  /** Gives every class its instance. Nodes added here are instances and need none themselves. */
  addInstances(graph: ApiGraph): void {
    for (let id = 1, count = this.nodes.length; id < count; id++) {
      const node = this.nodes[id];
      if (node.type !== "" || isUnnamedStep(node.step) || !this.looksLikeClass(node)) continue;
      if (graph.step(id, "()") >= 0) continue;
      const instance = this.addNode(id, "()", "", node.page);
      this.nodes[instance].classes.push(id);
      node.edges.set("()", instance);
    }
  }

  /**
   * Gives objects that are named by a path their own nodes of what they inherit, so that `flask.request.args` is called
   * that and not `WerkzeugRequest.args`, although one page says it for all requests of werkzeug.
   */
  addNamedMembers(): void {
    let added = 0;
    for (let id = 1; id < this.nodes.length; id++) {
      const node = this.nodes[id];
      const isNamed = node.type === "" ? node.step !== "()" && node.extends.length > 0 : node.origin !== "";
      if (!isNamed) continue;
      for (const ancestor of ancestorsOf(this.nodes, id)) {
        if (ancestor === id) continue;
        for (const [step, member] of this.nodes[ancestor].edges) {
          if (node.edges.has(step) || this.nodes[member].type !== "" || added >= namedMembersMax) continue;
          this.addMember(id, step, this.nodes[member].page, member);
          added++;
        }
      }
    }
  }

  private looksLikeClass(node: ApiNode): boolean {
    if (/^[A-Z]/.test(node.step) || node.entries.some((rule) => rule.form === "subclass")) return true;
    for (const step of node.edges.keys()) if (!isUnnamedStep(step)) return true;
    return false;
  }

  /** Replaces the longest beginning of a path that is an alias, again and again. */
  private canonical(path: string): string[] {
    let steps = pathSteps(path);
    if (this.aliases.size === 0) return steps;
    for (let hop = 0; hop < aliasHopsMax; hop++) {
      let end = steps.length;
      let target: string | undefined;
      for (; end > 0 && target === undefined; end--) target = this.aliases.get(joinSteps(steps.slice(0, end)));
      if (target === undefined) return steps;
      steps = [...pathSteps(target), ...steps.slice(end + 1)];
    }
    return steps;
  }

  /** Walks a path from its type or the root and adds what is missing. */
  private insert(steps: readonly string[], page: string): number {
    const type = this.typeOf(steps);
    let node = Math.max(type, 0);
    for (let i = type < 0 ? 0 : 1; i < steps.length; i++) {
      const next = this.nodes[node].edges.get(steps[i]);
      node = next === undefined || this.nodes[next].type !== "" ? this.addMember(node, steps[i], page, next) : next;
    }
    return node;
  }

  /**
   * Adds the node of a step. If the step leads to a type so far, the new node is like the type and has the rows of this path
   * besides: `weak-hash: [hashlib.md5()]` must not make every hash object weak because md5() makes one.
   */
  private addMember(parent: number, step: string, page: string, type: number | undefined): number {
    const member = this.addNode(parent, step, "", page);
    this.nodes[parent].edges.set(step, member);
    if (type !== undefined) this.nodes[member].extends.push(type);
    if (step === "()") this.nodes[member].classes.push(parent);
    return member;
  }

  /**
   * Finds the type that a path begins with, or -1. The name of a builtin type is also that of its class: `str` and `str()`
   * are the class and its call, `str.join` is what instances have.
   */
  private typeOf(steps: readonly string[]): number {
    const type = this.types.get(steps[0]) ?? -1;
    return type >= 0 && pythonBuiltins.has(steps[0]) && (steps.length === 1 || steps[1] === "()") ? -1 : type;
  }

  /** Makes the last step of a path lead to a node. Two pages that disagree are an error of the reader; the first wins. */
  private link(steps: readonly string[], target: number, page: string): void {
    const last = steps[steps.length - 1];
    const parent = steps.length === 1 ? 0 : this.insert(steps.slice(0, -1), page);
    const edges = this.nodes[parent].edges;
    if (edges.has(last) || (parent === target && last !== anyAttribute)) return;
    edges.set(last, target);
    if (last === "()") this.nodes[target].classes.push(parent);
  }

  private addNode(parent: number, step: string, type: string, page: string): number {
    this.nodes.push({
      parent, step, type, page, edges: new Map(), extends: [], classes: [], facts: [], passes: [], validates: [], entries: [],
      parameterTypes: [], noReturn: false, origin: "",
    });
    return this.nodes.length - 1;
  }
}

const pageName = (model: ModelPage): string => `${model.title} (${model.page})`;
