/** The tokens that the solver works with: those of the contract, and some that only it needs. `id * 32 + kind`. */
import { TokenKind, tokenOf } from "./program.ts";

export const enum Tok {
  // ---- the same numbers as TokenKind
  Function,
  Bound,
  Class,
  Instance,
  Module,
  Api,
  External,
  Top,
  // ---- not seen outside
  /** A list, tuple, set or dict (id: allocation site). */
  Container,
  /** A method of a container (id: site * 32 + method). */
  ContainerMethod,
  /** `d.values()` and `d.items()` (id: site * 2 + 1 for items). */
  View,
  /** A (key, value) pair of a dict (id: site). */
  Pair,
  /** What a call of a generator function gives (id: function). */
  Generator,
  /** `super()` in a method of a class (id: class). */
  Super,
  /** A folder of modules without `__init__.py` (id: interned dotted name). */
  Namespace,
  /** `functools.partial(f, …)` (id: the Call). */
  Partial,
  /** `property(getter)` (id: function). */
  Property,
  /** A method of a library that a class of ours inherits and that gives an instance of it (id: see {@link Solver.maker}). */
  Maker,
  /** `task.apply_async`: runs a function elsewhere, with a tuple of arguments (id: function * 2, and 1 if it gets itself first). */
  Launched,
  /** A group of plugins, or who manages it (id: see {@link Plugins}). */
  Plugins,
  /** One plugin of a group, not told which: an entry point or an extension (id as for {@link Tok.Plugins}). */
  Plugin,
  /** Objects of a mapped class, not fetched yet (id: class * 2), or the method that fetches one of them (class * 2 + 1). */
  Query,
  /** A signal (id: the node of its receivers). */
  Signal,
  /** A mark that tokens were dropped from a set (id 0: containers, 1: externals). */
  Dropped,
}

export const tokOf = (kind: Tok, id: number): number => id * 32 + kind;
export const tokKind = (token: number): Tok => (token & 31) as Tok;
export const tokId = (token: number): number => token >> 5;

/** The token as the contract knows it, or -1 if it stands for nothing that others know. */
export function publicToken(token: number): number {
  const kind = tokKind(token);
  return kind <= Tok.Top ? tokenOf(kind as number as TokenKind, tokId(token)) : -1;
}
