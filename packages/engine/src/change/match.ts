/**
 * Which ledger row of one revision is which row of the other.
 *
 * Rows of one identity are a multiset: copies of a function give the same one many times, numbered in the order of paths, so
 * that a new copy gives all those behind it other numbers. Therefore rows meet, within an identity, first where the change left
 * their lines alone, then in the same file, then anywhere: the function has moved. What is left meets by place: the function
 * around it was renamed. In the end what is alone of its kind in a function meets, if only the sink's own code was changed.
 */
import type { LedgerRow } from "../findings/index.ts";
import type { LinePlaces } from "./files.ts";

/** How a pair was found. */
export type MatchedBy = "place" | "file" | "identity" | "renamed" | "function";

export interface RowPair {
  readonly before: LedgerRow;
  readonly after: LedgerRow;
  readonly by: MatchedBy;
}

export interface MatchedRows {
  readonly pairs: readonly RowPair[];
  /** Rows of one revision only, in the order of its table. */
  readonly gone: readonly LedgerRow[];
  readonly come: readonly LedgerRow[];
}

/** Matches the rows of two ledgers, each with at most one of the other. */
export function matchRows(before: readonly LedgerRow[], after: readonly LedgerRow[], places: LinePlaces): MatchedRows {
  const matching = new RowMatching(before, after);
  const place = (row: LedgerRow, line: number, path: string): string => `${path}\0${line}\0${row.column}`;
  const placeBefore = (row: LedgerRow): string | undefined => {
    const found = places.keepsAll(row.path, row.line, row.endLine) ? places.lineOf(row.path, row.line) : undefined;
    return found === undefined ? undefined : place(row, found.line, found.path);
  };
  const placeAfter = (row: LedgerRow): string => place(row, row.line, row.path);
  matching.passFiles((path) => places.isSame(path));
  matching.pass("place", (row) => prefixed(hashOf(row), placeBefore(row)), (row) => prefixed(hashOf(row), placeAfter(row)));
  matching.pass("file", (row) => prefixed(hashOf(row), places.pathOf(row.path)), (row) => prefixed(hashOf(row), row.path));
  matching.pass("identity", hashOf, hashOf);
  const whole = (row: LedgerRow): string => `${row.detector}\0${row.subject}`;
  matching.pass("renamed", (row) => prefixed(whole(row), placeBefore(row)), (row) => prefixed(whole(row), placeAfter(row)));
  const within = (row: LedgerRow, path: string): string => `${row.detector}\0${row.function}\0${row.sink}\0${path}`;
  matching.passAlone("function", (row) => within(row, places.pathOf(row.path)), (row) => within(row, row.path));
  return matching.result();
}

/** A fingerprint without the number of the occurrence. */
const hashOf = (row: LedgerRow): string => row.fingerprint.slice(0, row.fingerprint.indexOf(":"));

const prefixed = (key: string, rest: string | undefined): string | undefined => (rest === undefined || rest === "" ? undefined : `${key}\0${rest}`);

type KeyOf = (row: LedgerRow) => string | undefined;

class RowMatching {
  private readonly partner: Int32Array;
  private readonly isTaken: Uint8Array;
  private readonly by: MatchedBy[] = [];
  private readonly before: readonly LedgerRow[];
  private readonly after: readonly LedgerRow[];

  constructor(before: readonly LedgerRow[], after: readonly LedgerRow[]) {
    this.before = before;
    this.after = after;
    this.partner = new Int32Array(before.length).fill(-1);
    this.isTaken = new Uint8Array(after.length);
  }

  /**
   * Pairs the rows of files that are the same in both revisions and have the same rows: most of them, at no cost.
   * It finds what the pass by place would.
   */
  passFiles(isSame: (path: string) => boolean): void {
    const blocks = blocksOf(this.after);
    for (const [path, { from, to }] of blocksOf(this.before)) {
      const other = isSame(path) ? blocks.get(path) : undefined;
      if (other === undefined || other.to - other.from !== to - from) continue;
      const isEqual = (at: number): boolean => areAlike(this.before[from + at]!, this.after[other.from + at]!);
      let length = 0;
      while (length < to - from && isEqual(length)) length++;
      if (length === to - from) for (let at = 0; at < length; at++) this.pair(from + at, other.from + at, "place");
    }
  }

  /** Pairs rows with equal keys, in the order of the tables. */
  pass(by: MatchedBy, keyBefore: KeyOf, keyAfter: KeyOf): void {
    const waiting = this.waiting(keyAfter);
    if (waiting.size === 0) return;
    this.before.forEach((row, at) => {
      const next = this.partner[at] === -1 ? waiting.get(keyBefore(row) ?? "")?.pop() : undefined;
      if (next !== undefined) this.pair(at, next, by);
    });
  }

  /** Pairs rows whose key only one row on either side has. */
  passAlone(by: MatchedBy, keyBefore: KeyOf, keyAfter: KeyOf): void {
    const waiting = this.waiting(keyAfter);
    const asking = new Map<string, number[]>();
    this.before.forEach((row, at) => {
      const key = this.partner[at] === -1 ? keyBefore(row) : undefined;
      if (key !== undefined) addTo(asking, key, at);
    });
    for (const [key, rows] of asking) {
      const others = waiting.get(key) ?? [];
      if (rows.length === 1 && others.length === 1) this.pair(rows[0]!, others[0]!, by);
    }
  }

  result(): MatchedRows {
    const pairs: RowPair[] = [];
    const gone: LedgerRow[] = [];
    this.before.forEach((row, at) => {
      const partner = this.partner[at]!;
      if (partner < 0) gone.push(row);
      else pairs.push({ before: row, after: this.after[partner]!, by: this.by[at]! });
    });
    return { pairs, gone, come: this.after.filter((_row, at) => this.isTaken[at] === 0) };
  }

  /** Rows of the second table without a partner by key, the last first. */
  private waiting(keyOf: KeyOf): Map<string, number[]> {
    const found = new Map<string, number[]>();
    for (let at = this.after.length - 1; at >= 0; at--) {
      const key = this.isTaken[at] === 0 ? keyOf(this.after[at]!) : undefined;
      if (key !== undefined) addTo(found, key, at);
    }
    return found;
  }

  private pair(before: number, after: number, by: MatchedBy): void {
    this.partner[before] = after;
    this.isTaken[after] = 1;
    this.by[before] = by;
  }
}

interface Block {
  readonly from: number;
  to: number;
}

/** The rows of each file, which lie together in a table. Files whose rows do not are left out. */
function blocksOf(rows: readonly LedgerRow[]): ReadonlyMap<string, Block> {
  const blocks = new Map<string, Block>();
  const scattered = new Set<string>();
  rows.forEach(({ path }, at) => {
    const block = blocks.get(path);
    if (block === undefined) blocks.set(path, { from: at, to: at + 1 });
    else if (block.to === at) block.to = at + 1;
    else scattered.add(path);
  });
  for (const path of scattered) blocks.delete(path);
  return blocks;
}

const areAlike = (left: LedgerRow, right: LedgerRow): boolean =>
  left.line === right.line && left.column === right.column && left.detector === right.detector && hashOf(left) === hashOf(right);

function addTo(lists: Map<string, number[]>, key: string, value: number): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [value]);
  else list.push(value);
}
