/** The current definition of each slot in each block: a hash table that forgets everything in one step. */

/** Maps (block, slot) to a row. Entries of an older generation count as absent. */
export class SlotTable {
  private capacity = 4096;
  private blocks = new Int32Array(this.capacity);
  private slots = new Int32Array(this.capacity);
  private values = new Int32Array(this.capacity);
  private stamps = new Int32Array(this.capacity);
  private generation = 1;
  private count = 0;

  clear(): void {
    this.generation++;
    this.count = 0;
  }

  /** The row, or -1. */
  get(block: number, slot: number): number {
    const mask = this.capacity - 1;
    let i = place(block, slot) & mask;
    while (this.stamps[i] === this.generation) {
      if (this.blocks[i] === block && this.slots[i] === slot) return this.values[i];
      i = (i + 1) & mask;
    }
    return -1;
  }

  set(block: number, slot: number, value: number): void {
    if (this.count * 2 >= this.capacity) this.grow();
    const mask = this.capacity - 1;
    let i = place(block, slot) & mask;
    while (this.stamps[i] === this.generation) {
      if (this.blocks[i] === block && this.slots[i] === slot) {
        this.values[i] = value;
        return;
      }
      i = (i + 1) & mask;
    }
    this.stamps[i] = this.generation;
    this.blocks[i] = block;
    this.slots[i] = slot;
    this.values[i] = value;
    this.count++;
  }

  private grow(): void {
    const { blocks, slots, values, stamps, capacity, generation } = this;
    this.capacity = capacity * 2;
    this.blocks = new Int32Array(this.capacity);
    this.slots = new Int32Array(this.capacity);
    this.values = new Int32Array(this.capacity);
    this.stamps = new Int32Array(this.capacity);
    this.count = 0;
    for (let i = 0; i < capacity; i++) {
      if (stamps[i] === generation) this.set(blocks[i], slots[i], values[i]);
    }
  }
}

function place(block: number, slot: number): number {
  const mixed = Math.imul(block, 0x9e3779b1) ^ Math.imul(slot, 0x85ebca6b);
  return mixed ^ (mixed >>> 15);
}
