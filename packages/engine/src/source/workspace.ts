/** The engine's only view of the outside: a set of files that the host lists and reads. */

/** What the host hands in. Paths are relative to the reviewed root, with `/`, sorted by code unit. */
export interface Workspace {
  /** Every file that may be read, product and data files alike, sorted. */
  list(): readonly string[];
  /** The bytes of a file, or `undefined` if it cannot be read now. */
  read(path: string): Uint8Array | undefined;
  /** Decodes bytes with a WHATWG or Python encoding label; `undefined` if the label is unknown. Bad bytes become U+FFFD. */
  decode(bytes: Uint8Array, label: string): string | undefined;
  /** A hex digest (SHA-256) of bytes. */
  hash(bytes: Uint8Array): string;
}

/** A text file under review. Positions are offsets into `bytes`. */
export interface SourceFile {
  /** Dense id; files are numbered in sorted path order. */
  readonly id: number;
  readonly path: string;
  /** UTF-8, byte-order mark removed, undecodable bytes replaced. */
  readonly bytes: Uint8Array;
  /** Offsets of line starts; line n (1-based) starts at `lineStarts[n - 1]`. */
  readonly lineStarts: Int32Array;
  /** Product code, or test code (findings in tests are not shown by default). */
  readonly role: "product" | "test";
}
