/**
 * The linked program: what names mean, what calls reach, where values come from, where outsiders come in.
 *
 * The obligation walk reads a program only through this interface.
 */
import type { Ir } from "../ir/index.ts";
import type { SourceFile } from "../source/index.ts";
import type { ApiGraph } from "../knowledge/index.ts";
import type { PageTemplate } from "./page-templates.ts";

/** What a value can be. A token is `id * 8 + kind`. */
export const enum TokenKind {
  /** A project function (id: function). */
  Function,
  /** A project function bound to a receiver (id: function); the receiver is the object of the GetAttr. */
  Bound,
  /** A project class (id: class). */
  Class,
  /** An instance of a project class (id: class). */
  Instance,
  /** A project module (id: module). */
  Module,
  /** A node of the API graph: a library object that some model page speaks of (id: node). */
  Api,
  /** A library object that no page speaks of (id: interned dotted name as far as it is known, `pkg.mod.Class().method`). */
  External,
  /** Anything: the set of tokens was cut off by a limit (id 0). */
  Top,
}

export const tokenOf = (kind: TokenKind, id: number): number => id * 8 + kind;
export const tokenKind = (token: number): TokenKind => (token & 7) as TokenKind;
export const tokenId = (token: number): number => token >> 3;

/** How the arguments of a call meet the parameters of a project function. */
export const enum BindMode {
  /** Argument i is parameter i. */
  Plain,
  /** Parameter 0 is the receiver (object of the callee's GetAttr, or the class for a class method). */
  Bound,
  /** Parameter 0 of `__init__` is the new object; the call's value is that object, not what `__init__` returns. */
  Constructor,
  /** The call is made by a library on our behalf (callback, thread, executor); arguments come from `CallTarget.arguments`. */
  Callback,
  /** Implicit: property read, operator, context manager, iteration, decorator application. Parameter 0 is the operand. */
  Implicit,
}

/** One thing a call may reach. */
export type CallTarget =
  | {
      readonly kind: "project";
      readonly function: number;
      readonly mode: BindMode;
      /** For Callback: the values passed, by parameter index; -1 unknown. */
      readonly arguments?: readonly number[];
      /** How it was resolved, for evidence: by import, by class, by method resolution order, by field, by flow, by name alone. */
      readonly via: "name" | "import" | "class" | "mro" | "flow" | "override" | "prior";
    }
  | { readonly kind: "api"; readonly node: number; readonly via: CallVia }
  | { readonly kind: "external"; readonly name: number; readonly via: CallVia };
export type CallVia = "name" | "import" | "class" | "mro" | "flow" | "override" | "prior";

/** A place that calls a project function. */
export interface CallSite {
  /** The Call instruction (or the implicit one: GetAttr, Bin, Enter, Next, Decorate). */
  readonly call: number;
  readonly mode: BindMode;
  readonly arguments?: readonly number[];
  readonly via: CallVia;
}

export type CallClass = "project" | "external" | "builtin" | "derived" | "unresolved";

/** Why a call has no target. A closed list. */
export type UnresolvedReason =
  | "unknown-receiver" | "dynamic-attribute" | "dynamic-import" | "callable-from-container"
  | "untyped-parameter" | "no-caller" | "external-callback" | "fanout" | "budget" | "dynamic-code" | "unbound-name" | "unreachable";

export type EntryKind =
  | "http" | "rpc" | "cli" | "periodic" | "message" | "middleware" | "test" | "library" | "main";

/** A function that someone outside the program calls. */
export interface Entry {
  readonly kind: EntryKind;
  readonly function: number;
  /** Framework page that says so: `flask`, `django`, `nova-routes`. */
  readonly framework: string;
  /** HTTP verbs, or command or topic names; empty if unknown. */
  readonly methods: readonly string[];
  /** Route path or command name; "" if unknown. */
  readonly path: string;
  /**
   * Source kind of each parameter that an outsider fills, by parameter index (`remote-input`, `request-object`, …);
   * "provided" if the framework fills it with the results of the functions `providers`.
   */
  readonly params: readonly { readonly index: number; readonly kind: string; readonly note: string; readonly providers?: readonly number[] }[];
  /** False for what a framework calls beside a handler: an error page, a dependency, a validator. */
  readonly isRouted?: boolean;
  /** Holds if what fills parameters is converted to the types of their annotations, or refused. */
  readonly converts?: boolean;
  /** Sink kind that the returned value reaches, "" if none (`html-response`, …). */
  readonly returns: string;
  /** Instruction that registers it (decorator, table row, call), or the definition. */
  readonly site: number;
}

export interface ImportedName {
  readonly module: number;
  readonly name: number;
}

/** See the module comment. All lists are in a fixed order that does not depend on visiting order. */
export interface Program {
  readonly ir: Ir;
  readonly files: readonly SourceFile[];
  readonly api: ApiGraph;
  /** Templates of pages that lie beside the code, by path. */
  readonly templates: readonly PageTemplate[];
  /** For each distribution that the project asks for, the lowest major version that will do; 0 if any will. */
  readonly requirements: ReadonlyMap<string, number>;

  /** Tokens of a value, ascending; empty if nothing is known. */
  tokensOf(value: number): ArrayLike<number>;
  /** Generator functions whose results a value can be, ascending; undefined if it can be anything. */
  generatorsOf(value: number): readonly number[] | undefined;
  /** Targets of a Call (or implicit call instruction). Empty if unresolved. */
  targetsOf(call: number): readonly CallTarget[];
  /** Known callers of a project function. */
  callersOf(func: number): readonly CallSite[];
  /**
   * Values that flow into a read whose definition is elsewhere: for Global, Import and GetAttr on a module the values
   * stored under that name; for Cell the values stored in the cell; for GetAttr on instances and classes the values
   * stored in that field anywhere (`SetAttr`, `ClassVar`), through the method resolution order.
   */
  storesOf(read: number): readonly number[];
  /** Holds if every store that could reach the read is in {@link storesOf} (no wild store of that attribute name, no unknown receiver). */
  storesAreClosed(read: number): boolean;
  /** Names of fields that calls store into: `setattr`, keywords of a constructor that was generated. */
  fieldsStoredByCalls(): ReadonlySet<number>;
  classOfCall(call: number): CallClass;
  /** Only for unresolved calls. */
  unresolvedReason(call: number): UnresolvedReason;
  /**
   * For a call, inside the wrapper that a decorator made, of the decorated function `decorated`: whether the wrapper's
   * caller `site` may mean that function. True for all other calls.
   */
  mayMean(call: number, decorated: number, site: number): boolean;
  /** Holds for a call inside a wrapper of what its decorator was given. */
  isOfDecorated(call: number): boolean;
  /** The functions below decorators that the callee of a call names; empty if that cannot be told. */
  functionsNamed(call: number): readonly number[];
  /** The same of a value that is no callee. */
  functionsNamedBy(value: number): readonly number[];
  /** Project class ids of the method resolution order; -1 stands for a library base. */
  mroOf(cls: number): readonly number[];
  /** Tokens of the library classes that a class and its ancestors name as bases. */
  libraryBasesOf(cls: number): readonly number[];
  /** The class that a token of a library is, or is an object of, and all classes above it, by name; undefined if not all are known. */
  ancestryOf(token: number): readonly string[] | undefined;
  /** API nodes of the library bases of a class, through its whole ancestry. */
  apiBasesOf(cls: number): readonly number[];
  /** Direct and indirect project subclasses, ascending. */
  subclassesOf(cls: number): readonly number[];
  /** The function that a class binds to a name, through its method resolution order, or -1. */
  methodOf(cls: number, name: number): number;
  readonly entries: readonly Entry[];
  entriesOf(func: number): readonly Entry[];
  /** Holds if the block can run, given constant conditions. */
  isReachable(block: number): boolean;
  /** Steps that the flow of tokens took: the counted work of linking. */
  readonly flowSteps: number;
}
