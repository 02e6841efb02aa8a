/** A map from two small integers to one: open addressing in one typed array, no objects per entry. */
import { pairHash } from "./pair-set.ts";

const absent = -1;
const entryWords = 3; // first + 1, second, value: side by side, so that a look-up touches one cache line

/** Maps pairs of integers (the first >= 0) to an integer (>= 0). */
export class PairMap {
  private entries: Int32Array;
  private mask: number;
  size = 0;

  /** `capacity` is a power of two. */
  constructor(capacity = 1024) {
    this.entries = new Int32Array(capacity * entryWords);
    this.mask = capacity - 1;
  }

  /** Finds the value of a pair, or -1. */
  get(a: number, b: number): number {
    const { entries, mask } = this;
    const first = a + 1;
    for (let slot = pairHash(a, b) & mask; ; slot = (slot + 1) & mask) {
      const at = slot * entryWords;
      const held = entries[at]!;
      if (held === 0) return absent;
      if (held === first && entries[at + 1] === b) return entries[at + 2]!;
    }
  }

  set(a: number, b: number, value: number): void {
    if (this.size * 2 > this.mask) this.grow();
    const { entries, mask } = this;
    const first = a + 1;
    let at = (pairHash(a, b) & mask) * entryWords;
    while (entries[at] !== 0 && (entries[at] !== first || entries[at + 1] !== b)) at = (at / entryWords + 1 & mask) * entryWords;
    if (entries[at] === 0) this.size++;
    entries[at] = first;
    entries[at + 1] = b;
    entries[at + 2] = value;
  }

  /** Empties the map and lets go of its storage. */
  release(): void {
    this.entries = new Int32Array(2 * entryWords);
    this.mask = 1;
    this.size = 0;
  }

  private grow(): void {
    const old = this.entries;
    const capacity = (this.mask + 1) * 2;
    this.entries = new Int32Array(capacity * entryWords);
    this.mask = capacity - 1;
    this.size = 0;
    for (let at = 0; at < old.length; at += entryWords) if (old[at] !== 0) this.set(old[at]! - 1, old[at + 1]!, old[at + 2]!);
  }
}

/** The number of a pair; pairs are numbered as they come. */
export function numberOf(pairs: PairMap, a: number, b: number): number {
  let number = pairs.get(a, b);
  if (number < 0) {
    number = pairs.size;
    pairs.set(a, b, number);
  }
  return number;
}
