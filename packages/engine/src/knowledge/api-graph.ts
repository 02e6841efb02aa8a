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
 */
export interface ApiGraph {
  readonly nodeCount: number;
  /** Follows one step, through aliases and supertypes; -1 if no page speaks of it. */
  step(node: number, step: string): number;
  /** The node of a type name, or -1. */
  typeNode(name: string): number;
  /** Readable path, `flask.request.args`. */
  name(node: number): string;
  /** Title and page of the model that a node comes from. */
  page(node: number): string;
  /** Facts at this node: `object` ports of the object itself, other ports of calls of it (or stores into it). Supertypes included. */
  facts(node: number): readonly PlaceFact[];
  passes(node: number): readonly PassRule[];
  validates(node: number): readonly ValidateRule[];
  isNoReturn(node: number): boolean;
  /** Entry rules whose `at` is this node. */
  entries(node: number): readonly EntryRule[];
  /** Names that are priors for a type: variable name and called method → node of the type, or -1. */
  prior(variable: string, method: string): number;
}
