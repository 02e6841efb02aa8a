/** What pages say of the library objects that a value can be: which of some kinds, and at which argument. */
import type { ApiGraph } from "../knowledge/index.ts";
import type { Solver } from "./solver.ts";
import { Tok } from "./token.ts";

/** One thing that a page says; the index is -1 where it is said of the object or its result itself. */
export interface MarkedPlace<Kind extends string> {
  readonly kind: Kind;
  readonly index: number;
  readonly keyword: string;
}

/** The places of some kinds, read once for each library object. */
export class MarkedPlaces<Kind extends string> {
  private readonly s: Solver;
  private readonly api: ApiGraph;
  private readonly kinds: readonly Kind[];
  private readonly known = new Map<number, readonly MarkedPlace<Kind>[]>();

  constructor(s: Solver, api: ApiGraph, kinds: readonly Kind[]) {
    this.s = s;
    this.api = api;
    this.kinds = kinds;
  }

  of(value: number): readonly MarkedPlace<Kind>[] {
    let all: readonly MarkedPlace<Kind>[] = [];
    for (const node of this.s.idsOf(value, Tok.Api)) {
      let places = this.known.get(node);
      if (places === undefined) this.known.set(node, (places = this.read(node)));
      if (places.length > 0) all = all.length === 0 ? places : [...all, ...places];
    }
    return all;
  }

  private read(node: number): readonly MarkedPlace<Kind>[] {
    const result = this.api.step(node, "()");
    return [...this.api.facts(node), ...(result < 0 ? [] : this.api.facts(result))].flatMap(({ kind, port }) => {
      const known = this.kinds.find((each) => each === kind);
      if (known === undefined) return [];
      return [port.type === "argument" ? { kind: known, index: port.index, keyword: port.name } : { kind: known, index: -1, keyword: "" }];
    });
  }
}
