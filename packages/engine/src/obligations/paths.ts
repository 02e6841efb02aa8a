/**
 * Access paths, hash-consed: which part of a value is asked about.
 *
 * `0` is the empty path: the value itself, or anything inside it. A path is a first selector and a rest:
 * asking for `x.a["k"]` of `x` is the path `.a` then `["k"]`.
 */
import { IntColumn, PairMap } from "../base/index.ts";

/** Selectors: an attribute (interned name), an item with a constant key (constant id), any item, or what iterating gives: keys of a dictionary. */
export const anyItem = 2;
export const anyKey = 6;
/** No part: the value itself, known not to be None, or not to be empty, zero or false. Only needs for constants ask so. */
export const notNone = 3;
export const notFalse = 7;
export const attributeSelector = (name: number): number => name * 4;
export const itemSelector = (constant: number): number => constant * 4 + 1;
export const isAttribute = (selector: number): boolean => (selector & 3) === 0;
export const isItem = (selector: number): boolean => (selector & 3) !== 0;
/** Constant id of an item selector, or -1 for any item. */
export const itemKey = (selector: number): number => ((selector & 3) === 1 ? selector >> 2 : -1);
export const attributeName = (selector: number): number => selector >> 2;

/** Longest path that is kept apart; what lies deeper is asked about as a whole. */
export const pathLengthMax = 4;

/** Most paths that are told apart; with more, further ones ask about the whole value. */
export const pathsMax = 65536;

/** The table of paths of one solve. */
export class PathTable {
  private readonly first = new IntColumn(64);
  private readonly rest = new IntColumn(64);
  private readonly size = new IntColumn(64);
  private readonly ids = new PairMap();

  constructor() {
    this.first.push(-1);
    this.rest.push(0);
    this.size.push(0);
  }

  /** The path `selector` then `rest`. Selectors beyond {@link pathLengthMax} are dropped from the far end. */
  push(selector: number, rest: number): number {
    const kept = this.size.data[rest]! >= pathLengthMax ? this.truncate(rest) : rest;
    let id = this.ids.get(selector, kept);
    if (id < 0) {
      if (this.ids.size >= pathsMax - 1) return 0;
      id = this.first.push(selector);
      this.rest.push(kept);
      this.size.push(this.size.data[kept]! + 1);
      this.ids.set(selector, kept, id);
    }
    return id;
  }

  /** First selector, or -1 for the empty path. */
  head(path: number): number {
    return this.first.data[path]!;
  }

  tail(path: number): number {
    return this.rest.data[path]!;
  }

  private truncate(path: number): number {
    const selectors: number[] = [];
    for (let p = path; p !== 0; p = this.tail(p)) selectors.push(this.head(p));
    selectors.length = pathLengthMax - 1;
    let out = 0;
    for (let i = selectors.length - 1; i >= 0; i--) out = this.push(selectors[i]!, out);
    return out;
  }
}
