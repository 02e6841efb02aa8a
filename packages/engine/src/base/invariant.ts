/** The engine's own mistakes, told apart from bad input. */

/** Thrown when the engine breaks its own rules; caught per file and per phase, never in tests. */
export class InvariantError extends Error {
  override readonly name = "InvariantError";
}

/** Throws an {@link InvariantError} unless `condition` holds. `what` says what must hold. */
export function invariant(condition: boolean, what: string): asserts condition {
  if (!condition) throw new InvariantError(what);
}
