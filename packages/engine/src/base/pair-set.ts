/** A set of pairs of integers that is emptied at no cost, for searches that start again and again. */

const entryWords = 3; // first, second, round: side by side, so that a look-up touches one cache line

/** Pairs of integers, all of them 32-bit. */
export class PairSet {
  private entries = new Int32Array(64 * entryWords);
  private mask = 63;
  /** Entries of earlier rounds count as empty. */
  private round = 1;
  size = 0;

  clear(): void {
    this.size = 0;
    if (this.round++ < 0x7ffffff0) return;
    this.entries.fill(0);
    this.round = 1;
  }

  has(a: number, b: number): boolean {
    const { entries, mask, round } = this;
    for (let slot = pairHash(a, b) & mask; ; slot = (slot + 1) & mask) {
      const at = slot * entryWords;
      if (entries[at + 2] !== round) return false;
      if (entries[at] === a && entries[at + 1] === b) return true;
    }
  }

  /** Adds a pair; false if it was there. */
  add(a: number, b: number): boolean {
    const { entries, mask, round } = this;
    for (let slot = pairHash(a, b) & mask; ; slot = (slot + 1) & mask) {
      const at = slot * entryWords;
      if (entries[at + 2] !== round) {
        entries[at] = a;
        entries[at + 1] = b;
        entries[at + 2] = round;
        if (++this.size * 2 > mask) this.grow();
        return true;
      }
      if (entries[at] === a && entries[at + 1] === b) return false;
    }
  }

  private grow(): void {
    const { entries: old, round } = this;
    this.mask = this.mask * 2 + 1;
    this.entries = new Int32Array((this.mask + 1) * entryWords);
    this.round = 1;
    this.size = 0;
    for (let at = 0; at < old.length; at += entryWords) if (old[at + 2] === round) this.add(old[at]!, old[at + 1]!);
  }
}

/** The hash of a pair of integers, >= 0. */
export function pairHash(a: number, b: number): number {
  let hash = Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca6b);
  hash ^= hash >>> 15;
  return Math.imul(hash, 0x2c1b3c6d) >>> 7;
}
