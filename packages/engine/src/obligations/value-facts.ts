/** What the layer `values` tells this one. */

/** What constant evaluation knows; written by `values/`. */
export interface ValueFacts {
  constantsOf(value: number): readonly number[] | undefined;
  isReachable(block: number): boolean;
  isEdgeFeasible(block: number, successor: number): boolean;
}
