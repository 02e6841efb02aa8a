/** Growable typed columns: the storage of every hot table of the engine. */

/** A growable column of 32-bit signed integers. `data` is valid up to `length`; re-read `data` after a push. */
export class IntColumn {
  data: Int32Array;
  length = 0;

  constructor(capacity = 64) {
    this.data = new Int32Array(capacity);
  }

  push(value: number): number {
    if (this.length === this.data.length) this.grow(this.length + 1);
    this.data[this.length] = value;
    return this.length++;
  }

  /** Makes room for `capacity` entries in total. */
  reserve(capacity: number): void {
    if (capacity > this.data.length) this.grow(capacity);
  }

  private grow(least: number): void {
    let capacity = this.data.length * 2;
    if (capacity < 16) capacity = 16;
    while (capacity < least) capacity *= 2;
    const next = new Int32Array(capacity);
    next.set(this.data.subarray(0, this.length));
    this.data = next;
  }
}

/** A growable column of bytes. `data` is valid up to `length`; re-read `data` after a push. */
export class ByteColumn {
  data: Uint8Array;
  length = 0;

  constructor(capacity = 64) {
    this.data = new Uint8Array(capacity);
  }

  push(value: number): number {
    if (this.length === this.data.length) this.grow();
    this.data[this.length] = value;
    return this.length++;
  }

  private grow(): void {
    const next = new Uint8Array(Math.max(16, this.data.length * 2));
    next.set(this.data.subarray(0, this.length));
    this.data = next;
  }
}

/**
 * A pool of integer lists. A list is named by the offset of its length word; `0` is the empty list.
 *
 * ```ts
 * const pool = new ListPool();
 * const id = pool.add([7, 8]);
 * pool.length(id); // => 2
 * pool.at(id, 1);  // => 8
 * ```
 */
export class ListPool {
  readonly words = new IntColumn(256);

  constructor() {
    this.words.push(0);
  }

  add(items: ArrayLike<number>): number {
    const count = items.length;
    if (count === 0) return 0;
    const words = this.words;
    words.reserve(words.length + count + 1);
    const id = words.push(count);
    for (let i = 0; i < count; i++) words.push(items[i]!);
    return id;
  }

  length(id: number): number {
    return this.words.data[id]!;
  }

  at(id: number, index: number): number {
    return this.words.data[id + 1 + index]!;
  }

  set(id: number, index: number, value: number): void {
    this.words.data[id + 1 + index] = value;
  }

  /** Copies a list out. For printers and cold paths; hot loops use {@link length} and {@link at}. */
  toArray(id: number): number[] {
    const out: number[] = [];
    for (let i = 0, n = this.length(id); i < n; i++) out.push(this.at(id, i));
    return out;
  }
}
