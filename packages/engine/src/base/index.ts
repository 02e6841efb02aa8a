/**
 * Storage and bookkeeping that know nothing of code.
 *
 * In: numbers and strings.
 * Out: growable columns, list pools, interned strings, outcomes, invariants.
 * How: typed arrays behind small classes.
 * Holds: no module here imports another layer.
 * Not here: anything named after a language, a file or a weakness.
 */
export { fnv1a64 } from "./fnv.ts";
export { ByteColumn, IntColumn, ListPool } from "./growable.ts";
export { Interner } from "./interner.ts";
export { InvariantError, invariant } from "./invariant.ts";
export type { Outcome, Problem, ProblemKind } from "./outcome.ts";
export { numberOf, PairMap } from "./pair-map.ts";
export { PairSet } from "./pair-set.ts";
export { asciiText, codePointAt, decodeUtf8, encodedLength, encodeUtf8, firstBadUtf8, isAscii } from "./utf8.ts";
export { splitTop } from "./split-top.ts";
