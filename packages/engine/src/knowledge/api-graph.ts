/** Model pages compiled into one graph: nodes are library objects that some page speaks of, edges how one gets to them. */
import type { Condition, EntryRule, PassRule, Port, ValidateRule } from "./catalog.ts";

export interface PlaceFact {
  readonly kind: string;
  readonly port: Port;
  readonly when?: Condition;
}

/**
 * The compiled models. Node 0 is the root; `step(0, "flask")` is the package. Steps: an attribute name, `()` the result
 * of a call, `[*]` an item. A type is a node of its own, and edges that produce a value of the type lead there.
 *
 * Worked example, with `types: { Db: [sqlite3.connect(), pkg.Db()], Special: { from: [x.special()], extends: [Db] } }`:
 *
 * ```text
 * root -sqlite3-> . -connect-> . -()-> Db -execute-> Db.execute     step(connect, "()") is the node of the type Db
 * root -pkg-> . -Db-> class -()-> Db                                a class and its instance are two nodes
 * root -x-> . -special-> . -()-> Special                            step(Special, "execute") is Db.execute
 * ```
 *
 * Rules that a program may rely on:
 * - A type has the facts and steps of the types it extends, nearest first; so has what is reached from it.
 * - A path means what it says and no more: `weak-hash: [hashlib.md5()]` is a fact of the result of md5() alone, even if
 *   `types: { Hash: [hashlib.md5(), hashlib.sha256()] }` gives it a type. Then `()` of md5 is a node of its own that is like
 *   Hash. Rows for all values of a type name the type: `Hash.update(arg[0])`.
 * - An instance falls back to the attributes of its class: `pkg.Class.method` and `Type.method` are looked up alike. The
 *   reverse does not hold, but for builtin types (`dict.fromkeys`): a class has no attributes of its instances, since a method called on the class is called
 *   with another first argument.
 * - Everything that looks like a class (capitalised, has attributes on some page, or is the base of an entry rule) can be
 *   called: its `()` is its instance, even if no page says so. For a project class that derives from a library class, step
 *   from the library class by `()` and look the attributes up there.
 */
export interface ApiGraph {
  readonly nodeCount: number;
  /** Follows one step, through aliases and supertypes; -1 if no page speaks of it. */
  step(node: number, step: string): number;
  /** The node of a type name, or -1. */
  typeNode(name: string): number;
  /** Readable path, `flask.request.args`. */
  name(node: number): string;
  /** How a node is reached: from its parent by its step. The parent is -1 for the root and for types. */
  place(node: number): { readonly parent: number; readonly step: string };
  /** Nodes whose calls give this type or instance. */
  makers(node: number): readonly number[];
  /** Title and page of the model that a node comes from. */
  page(node: number): string;
  /** Facts at this node: `object` ports of the object itself, other ports of calls of it (or stores into it). Supertypes included. */
  facts(node: number): readonly PlaceFact[];
  passes(node: number): readonly PassRule[];
  validates(node: number): readonly ValidateRule[];
  isNoReturn(node: number): boolean;
  /** Entry rules whose `at` is this node. */
  entries(node: number): readonly EntryRule[];
  /** Entry rules of settings, by the name of the setting: what it names is called. */
  settings(): readonly { readonly place: string; readonly rule: EntryRule }[];
  /** Types of the parameters of project methods that override this one: `HttpRequest: [django.views.View.get(param[1])]`. */
  parameterTypes(node: number): readonly { readonly index: number; readonly type: number }[];
  /** Names that are priors for a type: variable name and called method → node of the type, or -1. */
  prior(variable: string, method: string): number;
}
