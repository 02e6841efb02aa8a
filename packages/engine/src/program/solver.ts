/**
 * The token flow: which function, class, instance, module or library object each value can be.
 *
 * Worked example, tokens at the end of each line:
 *
 * ```python
 * class Db:                    # Class Db
 *     def run(self, sql): ...  # run: Function Db.run; self: Instance Db
 * def make(): return Db()      # call: Instance Db; return node of make: Instance Db
 * db = make()                  # copy of the return node: Instance Db
 * db.run(q)                    # db.run: Bound Db.run; the call is linked to Db.run, and q flows to `sql`
 * ```
 *
 * Nodes are rows, and extra nodes for returns, cells, module names, fields and elements of containers. Edges say what to do
 * with tokens that arrive at a node: copy them on, read an attribute of them, call them. Only new tokens travel
 * (difference propagation); each token passes each edge once.
 */
import { ByteColumn, IntColumn, PairMap } from "../base/index.ts";
import type { FunctionInfo, Ir } from "../ir/index.ts";
import type { Classes } from "./classes.ts";
import type { Libraries } from "./libraries.ts";
import type { Names } from "./names.ts";
import type { Plugins } from "./plugins.ts";
import type { BindMode } from "./program.ts";
import { emptySet, TokenSets, topSet } from "./token-set.ts";
import { Tok, tokId, tokKind, tokOf } from "./token.ts";

/** What an edge does with the tokens that arrive at its node. `target` and `extra` are explained beside each. */
export const enum Edge {
  /** target: node */
  Copy,
  /** target: row whose operation takes the node as its operand */
  Operand,
  /** target: Call */
  Callee,
  /** target: node, extra: name */
  Attribute,
  /** target: node of the stored value, extra: name */
  StoreAttribute,
  /** target: attribute node, extra: class of the instance through which a member is read */
  BindInstance,
  /** target: attribute node, extra: class through which a member is read */
  BindClass,
  /** target: node that gets an instance of the class that arrives */
  Instantiate,
  /** target: node that gets the elements, by iteration */
  Elements,
  /** target: node, extra: constant id of the key, or -1 */
  Item,
  /** target: Call of a `get` with a constant key, extra: constant id of the key */
  KeyedGet,
  /** target: node of the stored value, extra: constant id of the key, or -1 */
  StoreItem,
  /** target: Call of a library function that calls what it is given, extra: index of the shim */
  Callback,
  /** target: function, extra: index of its first parameter that the sequence may fill */
  StarArguments,
  /** target: function */
  KeywordArguments,
  /** target: node that gets `property(f)` for f */
  MakeProperty,
  /** target: node that gets the class of the instance */
  TypeOf,
  /** target: node that the instances of subclasses of class `extra` reach */
  Subclasses,
  /** target: Call, extra: index of the partial Call */
  PartialCallee,
  /** target: node, extra: prefix of attribute names (interned) */
  AttributePrefix,
  /** target: node that gets what a call of the function gives */
  ResultOf,
  /** target: Call of a method that plugins and their managers have */
  PluginCall,
  /** target: node that gets what is of the project */
  OfProject,
}

/** Steps after which solving stops: so many for each row, and so many more. Real programs need two for each row. */
const stepsPerRowMax = 40;
const stepsFreeMax = 10_000_000;

export interface SolverInput {
  readonly ir: Ir;
  readonly names: Names;
  readonly classes: Classes;
  readonly libraries: Libraries;
  readonly plugins: Plugins;
  /** 1 for functions of test code. */
  readonly isTest: Uint8Array;
}

/** Handles one token at one edge; the rules live in their own files. */
export type Rule = (solver: Solver, token: number, target: number, extra: number, node: number) => void;

export class Solver {
  readonly ir: Ir;
  readonly names: Names;
  readonly classes: Classes;
  readonly libraries: Libraries;
  readonly plugins: Plugins;
  readonly isTest: Uint8Array;
  readonly sets: TokenSets;
  /**
   * Nodes, four words each: token set, the part of it that has travelled, first edge, 1 if queued. The first nodes are
   * the rows. After {@link finish}, one word each: the token set of a row.
   */
  private nodes: Int32Array;
  private nodeWords = 4;
  private nodeCount: number;
  /** Edges, four words each: kind, target, extra, next edge of the node. Edge 0 ends a list. */
  private edges: Int32Array;
  private edgeCount = 1;
  private queue = new Int32Array(1 << 16);
  private queueHead = 0;
  private queueTail = 0;
  private isStarted = false;
  private readonly rules: readonly Rule[];
  steps = 0;
  private readonly stepsMax: number;
  isCutOff = false;

  // ---- nodes beside rows, made on demand
  private readonly returnNodes: Int32Array;
  private readonly yieldNodes: Int32Array;
  private readonly cellNodes: Int32Array;
  private readonly fieldNodes = new PairMap(1 << 14);
  private readonly libraryAttributeNodes = new PairMap(1 << 10);
  private readonly libraryItemNodes = new PairMap(256);
  private readonly memberNodes = new PairMap(1 << 14);
  private readonly elementNodes = new PairMap(1 << 14);
  readonly moduleNodes = new PairMap(1 << 14);
  /** Attribute nodes, by class and name: instances, classes, overrides of each, super. */
  readonly attributeNodes = [0, 1, 2, 3, 4].map(() => new PairMap(1 << 12));
  /** Attribute nodes that `__getattr__` of a class answers, and that method. */
  readonly foundMembers = new Map<number, number>();
  private readonly functionAttributes = new PairMap(256);

  // ---- containers
  readonly siteKinds = new ByteColumn(1024);
  private readonly siteTokens: number[];
  private readonly intKeys: number[] = [];
  private readonly textKeys: number[] = [];
  private readonly siteOfRow = new Map<number, number>();

  /** Library objects of whose calls nothing is known but that they give what the library gives. */
  readonly plainLibraries = new Set<number>();

  // ---- what was found
  /** `setattr(object, "name", value)`. */
  readonly indirectStores: { readonly object: number; readonly name: number; readonly value: number }[] = [];
  /** `Data(name=value)` of a class without a constructor of its own. */
  readonly keywordStores: { readonly cls: number; readonly name: number; readonly value: number }[] = [];
  readonly linkCalls = new IntColumn(1 << 14);
  readonly linkFunctions = new IntColumn(1 << 14);
  readonly linkModes = new ByteColumn(1 << 14);
  readonly linkArguments = new Map<number, readonly number[]>();
  private readonly linkSeen = new PairMap(1 << 15);
  private readonly edgesOnce = new Set<string>();
  /** 1: the value is the `self` or `cls` of a method, or was declared of a class: subclasses count too. */
  readonly isVirtual: Uint8Array;

  /** Item reads whose key is a parameter, by row: the constants under which they read so far, -1 for all. */
  readonly keyedReads = new Map<number, { readonly fn: number; readonly index: number; readonly keys: Set<number> }>();
  /** Calls that wait for a name that is handed to them, by row: its value, the texts it was so far, and what one does. */
  readonly waitingForNames = new Map<number, { readonly name: number; readonly texts: Set<string>; readonly take: (text: string, call: number) => void }>();
  readonly makers: { readonly cls: number; readonly method: number }[] = [];
  private readonly makerIds = new PairMap(64);
  private readonly decoratorUses = new Map<number, readonly number[]>();
  private readonly returnedParameters = new Map<number, number[]>();
  /** Calls of product code in test code that wait: see `test-flow.ts`. */
  readonly testCalls: { readonly call: number; readonly fn: FunctionInfo; readonly first: number }[] = [];
  /** 1 for containers that test code makes. */
  readonly siteTests = new ByteColumn(1024);
  private readonly selfStores = new PairMap(1 << 13);
  private readonly storersByName = new Map<number, number[]>();

  constructor(input: SolverInput, rules: readonly Rule[]) {
    this.ir = input.ir;
    this.names = input.names;
    this.classes = input.classes;
    this.libraries = input.libraries;
    this.plugins = input.plugins;
    this.isTest = input.isTest;
    this.rules = rules;
    this.siteTokens = siteTypes.map((type) => this.libraries.valueOfType(type));
    this.sets = new TokenSets((site) => this.siteTokens[this.siteKinds.data[site]]);
    const rows = this.ir.length;
    this.nodes = new Int32Array((rows + (rows >> 2) + 1024) * 4);
    this.nodeCount = rows;
    this.edges = new Int32Array((rows + (rows >> 1) + 1024) * 4);
    this.stepsMax = rows * stepsPerRowMax + stepsFreeMax;
    this.isVirtual = new Uint8Array(rows);
    this.returnNodes = new Int32Array(this.ir.functions.length).fill(-1);
    this.yieldNodes = new Int32Array(this.ir.functions.length).fill(-1);
    this.cellNodes = new Int32Array(this.ir.cells.length).fill(-1);
  }

  moduleOf(row: number): number {
    return this.ir.functions[this.ir.blocks.func.data[this.ir.block.data[row]]].module;
  }

  functionOf(row: number): number {
    return this.ir.blocks.func.data[this.ir.block.data[row]];
  }

  setOf(node: number): number {
    return this.nodes[node * this.nodeWords];
  }

  newNode(): number {
    if ((this.nodeCount + 1) * 4 > this.nodes.length) this.nodes = doubled(this.nodes);
    return this.nodeCount++;
  }

  add(node: number, token: number): void {
    if (token >= 0) this.join(node, this.sets.single(token));
  }

  join(node: number, set: number): void {
    const at = node * 4;
    const before = this.nodes[at];
    if (before === set) return;
    const after = before === emptySet ? set : this.sets.join(before, set);
    if (after === before) return;
    this.nodes[at] = after;
    if (this.isStarted && this.nodes[at + 3] === 0 && this.nodes[at + 2] !== 0) this.enqueue(node);
  }

  addEdge(from: number, kind: Edge, target: number, extra = 0): void {
    if (kind === Edge.Copy && from === target) return;
    const edge = this.edgeCount++;
    if (edge * 4 + 4 > this.edges.length) this.edges = doubled(this.edges);
    const { edges, nodes } = this;
    const at = from * 4;
    const first = nodes[at + 2];
    edges[edge * 4] = kind;
    edges[edge * 4 + 1] = target;
    edges[edge * 4 + 2] = extra;
    edges[edge * 4 + 3] = first;
    nodes[at + 2] = edge;
    if (!this.isStarted) return;
    const done = nodes[at + 1];
    if (done !== emptySet) this.pass(kind, target, extra, done, from);
    else if (first === 0 && nodes[at] !== emptySet && nodes[at + 3] === 0) this.enqueue(from);
  }

  /**
   * As `addEdge`, for rules that answer a token with an edge of their own kind: a tuple that holds itself, or a partial
   * of itself, would else be answered for ever.
   */
  addEdgeOnce(from: number, kind: Edge, target: number, extra = 0): void {
    const key = `${kind} ${from} ${target} ${extra}`;
    if (this.edgesOnce.has(key)) return;
    this.edgesOnce.add(key);
    this.addEdge(from, kind, target, extra);
  }

  copy(from: number, to: number): void {
    this.addEdge(from, Edge.Copy, to);
  }

  addAll(node: number, tokens: readonly number[]): void {
    for (const token of tokens) this.add(node, token);
  }

  /** Propagates until nothing changes. May be called again after more was added. */
  run(): void {
    if (!this.isStarted) {
      this.isStarted = true;
      for (let node = 0; node < this.nodeCount; node++) {
        if (this.nodes[node * 4] !== emptySet && this.nodes[node * 4 + 2] !== 0) this.enqueue(node);
      }
    }
    while (this.queueHead !== this.queueTail) {
      const node = this.queue[this.queueHead];
      this.queueHead = (this.queueHead + 1) & (this.queue.length - 1);
      this.travel(node);
      if (this.steps > this.stepsMax) {
        this.isCutOff = true;
        return;
      }
    }
  }

  /** Lets go of all that only the flow needs. Nothing may be added afterwards; only rows may be asked about. */
  finish(): void {
    const sets = new Int32Array(this.ir.length);
    for (let row = 0; row < sets.length; row++) sets[row] = this.nodes[row * 4];
    this.nodes = sets;
    this.nodeWords = 1;
    this.edges = new Int32Array(0);
    this.queue = new Int32Array(0);
    this.sets.release();
    for (const map of [this.fieldNodes, this.libraryAttributeNodes, this.memberNodes, this.elementNodes, this.moduleNodes, this.functionAttributes, this.linkSeen, ...this.attributeNodes]) map.release();
  }

  /** Sends the new tokens of a node along its edges. */
  private travel(node: number): void {
    const at = node * 4;
    const now = this.nodes[at];
    const delta = this.sets.minus(now, this.nodes[at + 1]);
    this.nodes[at + 1] = now;
    this.nodes[at + 3] = 0;
    if (delta === emptySet) return;
    // Edges added meanwhile stand before this one and see all that has travelled; the list from here on is fixed.
    for (let edge = this.nodes[at + 2]; edge !== 0; edge = this.edges[edge * 4 + 3]) {
      const { edges } = this;
      const kind = edges[edge * 4] as Edge;
      if (kind === Edge.Copy) {
        this.steps++;
        this.join(edges[edge * 4 + 1], delta);
      } else this.pass(kind, edges[edge * 4 + 1], edges[edge * 4 + 2], delta, node);
    }
  }

  private pass(kind: Edge, target: number, extra: number, set: number, node: number): void {
    this.steps++;
    if (kind === Edge.Copy) {
      this.join(target, set);
      return;
    }
    const rule = this.rules[kind];
    for (let i = 0, n = this.sets.count(set); i < n; i++) rule(this, this.sets.at(set, i), target, extra, node);
  }

  private enqueue(node: number): void {
    this.nodes[node * 4 + 3] = 1;
    this.queue[this.queueTail] = node;
    this.queueTail = (this.queueTail + 1) & (this.queue.length - 1);
    if (this.queueTail !== this.queueHead) return;
    const next = new Int32Array(this.queue.length * 2);
    const count = this.queue.length;
    for (let i = 0; i < count; i++) next[i] = this.queue[(this.queueHead + i) & (count - 1)];
    this.queue = next;
    this.queueHead = 0;
    this.queueTail = count;
  }

  // ---- nodes

  returnNode(fn: number): number {
    if (this.returnNodes[fn] < 0) this.returnNodes[fn] = this.newNode();
    return this.returnNodes[fn];
  }

  yieldNode(fn: number): number {
    if (this.yieldNodes[fn] < 0) this.yieldNodes[fn] = this.newNode();
    return this.yieldNodes[fn];
  }

  cellNode(cell: number): number {
    if (this.cellNodes[cell] < 0) this.cellNodes[cell] = this.newNode();
    return this.cellNodes[cell];
  }

  /** What instances of a class have stored under a name. */
  fieldNode(cls: number, name: number): number {
    return this.pairNode(this.fieldNodes, cls, name);
  }

  /** What the body of a class (or an assignment to the class) binds to a name. */
  memberNode(cls: number, name: number): number {
    return this.pairNode(this.memberNodes, cls, name);
  }

  /** The node of an attribute that the project itself stores on a library object. */
  libraryAttributeNode(token: number, name: number): number {
    return this.pairNode(this.libraryAttributeNodes, token, name);
  }

  /** The node of what the project itself keeps in a library object under a constant key. */
  libraryItemNode(token: number, key: number): number {
    return this.pairNode(this.libraryItemNodes, token, key);
  }

  /** An inherited library method that makes instances of the class it is called on, as a token. */
  maker(cls: number, method: number): number {
    let id = this.makerIds.get(cls, method);
    if (id < 0) {
      id = this.makers.push({ cls, method }) - 1;
      this.makerIds.set(cls, method, id);
    }
    return tokOf(Tok.Maker, id);
  }

  functionAttributeNode(fn: number, name: number): number {
    return this.pairNode(this.functionAttributes, fn, name);
  }

  /** Constant id of a small number as a key. */
  intKey(value: number): number {
    return (this.intKeys[value] ??= this.ir.constant({ type: "int", value }));
  }

  /** Constant id of an interned name as a key. */
  textKey(name: number): number {
    return (this.textKeys[name] ??= this.ir.constant({ type: "str", value: this.ir.strings.text(name) }));
  }

  /** Elements of a container under a constant key. */
  elementNode(site: number, key: number): number {
    const known = this.elementNodes.get(site, key + 2);
    if (known >= 0) return known;
    const node = this.pairNode(this.elementNodes, site, key + 2);
    this.copy(node, this.allElementsNode(site));
    return node;
  }

  /** Elements stored under keys that are not known. */
  otherElementsNode(site: number): number {
    const known = this.elementNodes.get(site, 1);
    if (known >= 0) return known;
    const node = this.pairNode(this.elementNodes, site, 1);
    this.copy(node, this.allElementsNode(site));
    return node;
  }

  allElementsNode(site: number): number {
    return this.pairNode(this.elementNodes, site, 0);
  }

  newSite(kind: number): number {
    this.siteTests.push(0);
    return this.siteKinds.push(kind);
  }

  /** The container that a row makes. */
  siteAt(row: number, kind: number): number {
    let site = this.siteOfRow.get(row);
    if (site === undefined) {
      site = this.newSite(kind);
      this.siteTests.data[site] = row < this.ir.length ? this.isTest[this.functionOf(row)] : 0;
      this.siteOfRow.set(row, site);
    }
    return site;
  }

  siteToken(site: number): number {
    return this.siteTokens[this.siteKinds.data[site]];
  }

  private pairNode(map: PairMap, a: number, b: number): number {
    let node = map.get(a, b);
    if (node < 0) {
      node = this.newNode();
      map.set(a, b, node);
    }
    return node;
  }

  // ---- links

  /** Records that a call reaches a function; false if it was known. */
  link(call: number, fn: number, mode: BindMode, args?: readonly number[]): boolean {
    const key = fn * 8 + mode;
    if (this.linkSeen.get(call, key) >= 0) return false;
    const link = this.linkCalls.push(call);
    this.linkFunctions.push(fn);
    this.linkModes.push(mode);
    this.linkSeen.set(call, key, link);
    if (args) this.linkArguments.set(link, args);
    return true;
  }

  /** Remembers that a method of a class stores an attribute of `self`. */
  noteSelfStore(cls: number, name: number): void {
    if (this.selfStores.get(cls, name) >= 0) return;
    this.selfStores.set(cls, name, 1);
    const list = this.storersByName.get(name);
    if (list) list.push(cls);
    else this.storersByName.set(name, [cls]);
  }

  isSelfStored(cls: number, name: number): boolean {
    return this.selfStores.get(cls, name) >= 0;
  }

  /** Classes whose methods store an attribute of `self` under a name. */
  selfStorers(name: number): readonly number[] {
    return this.storersByName.get(name) ?? [];
  }

  /** A decorator that is used more than once mixes what it is given; each use then also stands for its own function. */
  noteDecorated(decorator: number, row: number, decorated: number): void {
    const uses = this.decoratorUses.get(decorator);
    if (uses === undefined) {
      this.decoratorUses.set(decorator, [row, decorated]);
      return;
    }
    if (uses.length === 2 && uses[0] >= 0) this.copy(uses[1], uses[0]);
    this.decoratorUses.set(decorator, [-1]);
    this.copy(decorated, row);
  }

  /** Remembers that a function returns a parameter as it came. */
  noteReturned(fn: number, parameter: number): void {
    const list = this.returnedParameters.get(fn);
    if (list === undefined) this.returnedParameters.set(fn, [parameter]);
    else if (!list.includes(parameter)) list.push(parameter);
  }

  returnedOf(fn: number): readonly number[] {
    return this.returnedParameters.get(fn) ?? [];
  }

  isTop(node: number): boolean {
    return this.setOf(node) === topSet;
  }

  /** Holds if a node has a token of the project or of a library. */
  hasMeaning(node: number): boolean {
    return (this.sets.kindsOf(this.setOf(node)) & ~((1 << Tok.Top) | (1 << Tok.Dropped))) !== 0;
  }

  /** Tokens of a node of one kind, as ids. */
  idsOf(node: number, kind: Tok): readonly number[] {
    const set = this.setOf(node);
    if ((this.sets.kindsOf(set) & (1 << kind)) === 0) return noIds;
    const out: number[] = [];
    for (let i = 0, n = this.sets.count(set); i < n; i++) {
      const token = this.sets.at(set, i);
      if (tokKind(token) === kind) out.push(tokId(token));
    }
    return out;
  }
}

const noIds: readonly number[] = [];

/** Types of container sites, by their kind: the order of BuildKind, then generators. */
export const siteTypes = ["list", "tuple", "set", "dict", "slice"] as const;

function doubled(words: Int32Array): Int32Array {
  const next = new Int32Array(words.length * 2);
  next.set(words);
  return next;
}
