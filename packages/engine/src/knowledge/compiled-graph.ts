/** The graph of library objects as it is asked: steps, facts and rules, with what types pass on. */
import type { ApiGraph, PlaceFact } from "./api-graph.ts";
import type { EntryRule, PassRule, ValidateRule } from "./catalog.ts";
import { printCondition } from "./condition.ts";
import { anyAttribute, isUnnamedStep, joinSteps, printPort } from "./place.ts";
import { pythonBuiltins } from "./python-builtins.ts";

/** Most types that a type is like, through all that it extends; the reader refuses more. */
export const ancestorsMax = 64;

/** A library object that some page speaks of. */
export interface ApiNode {
  readonly parent: number;
  readonly step: string;
  /** Name if it is a type, else "". */
  readonly type: string;
  readonly page: string;
  readonly edges: Map<string, number>;
  /** Types that a type extends, by declaration. */
  readonly extends: number[];
  /** Classes whose calls give this type or instance. */
  readonly classes: number[];
  readonly facts: PlaceFact[];
  readonly passes: PassRule[];
  readonly validates: ValidateRule[];
  readonly entries: EntryRule[];
  readonly parameterTypes: { readonly index: number; readonly type: number }[];
  noReturn: boolean;
  /** Readable path that a type is named by instead of its own name, "" if none. */
  origin: string;
}

/** What a node is like: the nodes that its facts and its steps are inherited from, nearest first. */
interface Ancestry {
  readonly facts: readonly number[];
  /** `facts`, and the classes that an instance falls back to for attributes. */
  readonly attributes: readonly number[];
}

const noAncestry: Ancestry = { facts: [], attributes: [] };

/** Lookups over the finished nodes. Everything that inheritance adds is computed once, when first asked for. */
export class CompiledGraph implements ApiGraph {
  private readonly nodes: readonly ApiNode[];
  private readonly types: ReadonlyMap<string, number>;
  private readonly priors: ReadonlyMap<string, number>;
  private readonly ancestries = new Map<number, Ancestry>();
  private readonly steps = new Map<number, Map<string, number>>();
  private readonly factMemo = new Map<number, readonly PlaceFact[]>();
  private readonly passMemo = new Map<number, readonly PassRule[]>();
  private readonly validateMemo = new Map<number, readonly ValidateRule[]>();
  private readonly entryMemo = new Map<number, readonly EntryRule[]>();
  private readonly parameterMemo = new Map<number, readonly { readonly index: number; readonly type: number }[]>();
  private readonly names = new Map<number, string>();
  private readonly noReturns: (boolean | undefined)[];
  /** What a call of each node gives, as far as it was asked. */
  private readonly results: (number | undefined)[];

  constructor(nodes: readonly ApiNode[], types: ReadonlyMap<string, number>, priors: ReadonlyMap<string, number>) {
    this.nodes = nodes;
    this.results = nodes.map(() => undefined);
    this.noReturns = nodes.map(() => undefined);
    this.types = types;
    this.priors = priors;
  }

  get nodeCount(): number {
    return this.nodes.length;
  }

  step(node: number, step: string): number {
    if (node < 0) return -1;
    if (step !== "()") return this.findStep(node, step);
    const known = this.results[node];
    return known === undefined ? (this.results[node] = this.findStep(node, step)) : known;
  }

  private findStep(node: number, step: string): number {
    const named = this.findEdge(node, step);
    return named >= 0 || isUnnamedStep(step) ? named : this.findEdge(node, anyAttribute);
  }

  private findEdge(node: number, step: string): number {
    const own = this.nodes[node].edges.get(step);
    if (own !== undefined) return own;
    const { facts, attributes } = this.ancestry(node);
    // Calling an instance does not make another one, so `()` and `[*]` never come from the class.
    const ancestors = isUnnamedStep(step) ? facts : attributes;
    if (ancestors.length === 0) return -1;
    const known = this.steps.get(node) ?? new Map<string, number>();
    if (known.size === 0) this.steps.set(node, known);
    const found = known.get(step) ?? this.firstEdge(ancestors, step);
    known.set(step, found);
    return found;
  }

  private firstEdge(nodes: readonly number[], step: string): number {
    for (const node of nodes) {
      const next = this.nodes[node].edges.get(step);
      if (next !== undefined) return next;
    }
    return -1;
  }

  typeNode(name: string): number {
    return this.types.get(name) ?? -1;
  }

  name(node: number): string {
    const known = this.names.get(node);
    if (known !== undefined) return known;
    const steps: string[] = [];
    let at = node;
    while (at > 0 && this.nodes[at].type === "") {
      steps.push(this.nodes[at].step);
      at = this.nodes[at].parent;
    }
    if (at > 0) steps.push(this.nodes[at].origin === "" ? this.nodes[at].type : this.nodes[at].origin);
    const name = joinSteps(steps.reverse());
    this.names.set(node, name);
    return name;
  }

  place(node: number): { readonly parent: number; readonly step: string } {
    const { parent, step } = this.nodes[node];
    return { parent, step };
  }

  makers(node: number): readonly number[] {
    return this.nodes[node].classes;
  }

  page(node: number): string {
    return this.nodes[node].page;
  }

  facts(node: number): readonly PlaceFact[] {
    return this.inherited(node, this.factMemo, (at) => at.facts, factKey);
  }

  passes(node: number): readonly PassRule[] {
    return this.inherited(node, this.passMemo, (at) => at.passes, (rule) => `${rule.from}>${rule.to}${whenKey(rule.when)}`);
  }

  validates(node: number): readonly ValidateRule[] {
    return this.inherited(node, this.validateMemo, (at) => at.validates, (rule) => `${rule.value} ${rule.when} ${rule.as}`);
  }

  entries(node: number): readonly EntryRule[] {
    return this.inherited(node, this.entryMemo, (at) => at.entries, (rule) => JSON.stringify(rule));
  }

  settings(): readonly { readonly place: string; readonly rule: EntryRule }[] {
    return this.nodes.flatMap(({ step, entries }) => entries.filter(({ form }) => form === "setting").map((rule) => ({ place: step, rule })));
  }

  parameterTypes(node: number): readonly { readonly index: number; readonly type: number }[] {
    return this.inherited(node, this.parameterMemo, (at) => at.parameterTypes, (row) => String(row.index));
  }

  isNoReturn(node: number): boolean {
    let known = this.noReturns[node];
    if (known === undefined) this.noReturns[node] = known = this.nodes[node].noReturn || this.ancestry(node).facts.some((at) => this.nodes[at].noReturn);
    return known;
  }

  prior(variable: string, method: string): number {
    return this.priors.get(`${variable}.${method}`) ?? -1;
  }

  /** Own rows, then those of the ancestors that are not the same again. */
  private inherited<T>(node: number, memo: Map<number, readonly T[]>, rows: (at: ApiNode) => readonly T[], key: (row: T) => string): readonly T[] {
    const known = memo.get(node);
    if (known !== undefined) return known;
    const byKey = new Map<string, T>();
    for (const at of [node, ...this.ancestry(node).facts]) {
      for (const row of rows(this.nodes[at])) if (!byKey.has(key(row))) byKey.set(key(row), row);
    }
    const all = [...byKey.values()];
    memo.set(node, all);
    return all;
  }

  private ancestry(id: number): Ancestry {
    const known = this.ancestries.get(id);
    if (known !== undefined) return known;
    const types = this.typeAncestry(id);
    const members = this.nodes[id].parent < 0 ? noAncestry : this.memberAncestry(this.nodes[id]);
    const others = (all: number[]) => [...new Set(all)].filter((other) => other !== id);
    const ancestry = {
      facts: others([...members.facts, ...types.facts]),
      attributes: others([...members.attributes, ...types.attributes]),
    };
    this.ancestries.set(id, ancestry);
    return ancestry;
  }

  /** A type is like the types it extends, breadth first; each falls back to its classes before the next. */
  private typeAncestry(id: number): Ancestry {
    const types = [...ancestorsOf(this.nodes, id)];
    return { facts: types, attributes: types.flatMap((type) => [type, ...this.nodes[type].classes]) };
  }

  /** `Special.execute` is like `Db.execute`: what the ancestors of the parent have under the same step. */
  private memberAncestry(node: ApiNode): Ancestry {
    if (node.parent === 0) return this.builtinAncestry(node.step);
    const parent = this.ancestry(node.parent);
    const isAttribute = !isUnnamedStep(node.step);
    const facts: number[] = [];
    for (const ancestor of isAttribute ? parent.attributes : parent.facts) {
      const member = this.nodes[ancestor].edges.get(node.step);
      if (member !== undefined) facts.push(...this.typeAncestry(member).facts);
    }
    return { facts, attributes: facts };
  }

  /** Builtin types are spoken of by one name, so `bytes.fromhex` is found on the class too. */
  private builtinAncestry(name: string): Ancestry {
    const type = pythonBuiltins.has(name) ? this.typeNode(name) : -1;
    return type < 0 ? noAncestry : { facts: [], attributes: [type, ...this.ancestry(type).facts] };
  }
}

/** Finds what a node extends, breadth first, itself before all. */
export function ancestorsOf(nodes: readonly ApiNode[], id: number): ReadonlySet<number> {
  const found = new Set([id]);
  // A set is walked in the order in which it grows.
  for (const node of found) {
    for (const parent of nodes[node].extends) if (found.size <= ancestorsMax) found.add(parent);
  }
  return found;
}

const factKey = (fact: PlaceFact): string => `${fact.kind} ${printPort(fact.port)}${whenKey(fact.when)}`;
const whenKey = (when: PlaceFact["when"]): string => (when === undefined ? "" : ` when ${printCondition(when)}`);
