/** A map from two small integers to one: open addressing in typed arrays, no objects per entry. */

const absent = -1;

/** Maps pairs of integers (>= 0) to an integer (>= 0). */
export class PairMap {
  private first: Int32Array;
  private second: Int32Array;
  private values: Int32Array;
  private mask: number;
  size = 0;

  constructor(capacity = 1024) {
    this.first = new Int32Array(capacity).fill(absent);
    this.second = new Int32Array(capacity);
    this.values = new Int32Array(capacity);
    this.mask = capacity - 1;
  }

  /** Finds the value of a pair, or -1. */
  get(a: number, b: number): number {
    let at = this.slot(a, b);
    while (this.first[at] !== absent) {
      if (this.first[at] === a && this.second[at] === b) return this.values[at];
      at = (at + 1) & this.mask;
    }
    return absent;
  }

  set(a: number, b: number, value: number): void {
    if (this.size * 2 > this.mask) this.grow();
    let at = this.slot(a, b);
    while (this.first[at] !== absent) {
      if (this.first[at] === a && this.second[at] === b) {
        this.values[at] = value;
        return;
      }
      at = (at + 1) & this.mask;
    }
    this.first[at] = a;
    this.second[at] = b;
    this.values[at] = value;
    this.size++;
  }

  private slot(a: number, b: number): number {
    let hash = Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca6b);
    hash ^= hash >>> 15;
    return Math.imul(hash, 0x2c1b3c6d) >>> 7 & this.mask;
  }

  private grow(): void {
    const { first, second, values } = this;
    const capacity = first.length * 2;
    this.first = new Int32Array(capacity).fill(absent);
    this.second = new Int32Array(capacity);
    this.values = new Int32Array(capacity);
    this.mask = capacity - 1;
    this.size = 0;
    for (let i = 0; i < first.length; i++) {
      if (first[i] !== absent) this.set(first[i], second[i], values[i]);
    }
  }
}
