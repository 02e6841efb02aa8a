/** What a stage gives back: a value, and what was wrong with its input. */

/** Something the reader of a report must know was not, or not fully, looked at. */
export interface Problem {
  readonly kind: ProblemKind;
  /** Path relative to the reviewed root, or "" if it is about the whole run. */
  readonly path: string;
  /** What is wrong, why, and what to do; one sentence, no final exclamation. */
  readonly message: string;
  /** 1-based line, if the problem has a place. */
  readonly line?: number;
}

export type ProblemKind =
  | "unreadable" // the host could not read it
  | "too-large" // over the size limit
  | "not-text" // binary content
  | "bad-encoding" // undecodable bytes were replaced
  | "syntax-error" // a span was recovered
  | "python2" // read by the tolerant mode
  | "limit-reached" // a named limit cut something off
  | "internal-error" // our mistake
  | "skipped"; // ignored, a symbolic link, not a regular file

export interface Outcome<T> {
  readonly value: T;
  readonly problems: readonly Problem[];
}
