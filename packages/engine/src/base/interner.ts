/** Interned strings: one small integer per distinct string, shared by a whole review. */
import { decodeUtf8 } from "./utf8.ts";

const FNV_OFFSET = 0x811c9dc5 | 0;
const FNV_PRIME = 0x01000193;
const ENTRY_WORDS = 4; // side by side, so that looking a name up touches one cache line

/** Maps strings to dense ids and back. Ids are given in order of first use. */
export class Interner {
  private readonly ids = new Map<string, number>();
  private readonly texts: string[] = [];

  // Spellings seen as bytes: an open hash table of entries beside the map, so that a name that was
  // read before costs a hash and a compare and no new string.
  private slots = new Int32Array(4096); // entry + 1, or 0
  private table = new Int32Array(2048 * ENTRY_WORDS); // per entry: hash, start and end of its spelling, id
  private entries = 0;
  private spellings = new Uint8Array(1 << 15);
  private spellingEnd = 0;

  intern(text: string): number {
    let id = this.ids.get(text);
    if (id === undefined) {
      id = this.texts.length;
      this.texts.push(text);
      this.ids.set(text, id);
    }
    return id;
  }

  /** Interns UTF-8 bytes: the same id as {@link intern} of their text. */
  internBytes(bytes: Uint8Array, start: number, end: number): number {
    let hash = FNV_OFFSET;
    for (let at = start; at < end; at++) hash = Math.imul(hash ^ bytes[at], FNV_PRIME);
    return this.internHashed(bytes, start, end, hash);
  }

  /** As {@link internBytes}, with the FNV-1a hash of the bytes already at hand. */
  internHashed(bytes: Uint8Array, start: number, end: number, hash: number): number {
    const slots = this.slots;
    const table = this.table;
    const mask = slots.length - 1;
    let slot = (hash ^ (hash >>> 15)) & mask;
    for (;;) {
      const at = (slots[slot] - 1) * ENTRY_WORDS;
      if (at < 0) return this.addSpelling(bytes, start, end, hash);
      if (table[at] === hash && this.sameSpelling(table[at + 1], table[at + 2], bytes, start, end)) {
        return table[at + 3];
      }
      slot = (slot + 1) & mask;
    }
  }

  /** Finds the id of a string that may not be interned, or -1. */
  find(text: string): number {
    return this.ids.get(text) ?? -1;
  }

  text(id: number): string {
    return this.texts[id]!;
  }

  get size(): number {
    return this.texts.length;
  }

  private sameSpelling(from: number, to: number, bytes: Uint8Array, start: number, end: number): boolean {
    if (to - from !== end - start) return false;
    const spellings = this.spellings;
    for (let i = start; i < end; i++) if (spellings[from++] !== bytes[i]) return false;
    return true;
  }

  private addSpelling(bytes: Uint8Array, start: number, end: number, hash: number): number {
    const id = this.intern(decodeUtf8(bytes, start, end));
    if (this.entries * 2 >= this.slots.length) this.growTable();
    if (this.spellingEnd + end - start > this.spellings.length) {
      const next = new Uint8Array(Math.max(this.spellings.length * 2, this.spellingEnd + end - start));
      next.set(this.spellings.subarray(0, this.spellingEnd));
      this.spellings = next;
    }
    const entry = this.entries++;
    const at = entry * ENTRY_WORDS;
    this.table[at] = hash;
    this.table[at + 1] = this.spellingEnd;
    for (let i = start; i < end; i++) this.spellings[this.spellingEnd++] = bytes[i];
    this.table[at + 2] = this.spellingEnd;
    this.table[at + 3] = id;
    this.place(entry, hash);
    return id;
  }

  private place(entry: number, hash: number): void {
    const mask = this.slots.length - 1;
    let slot = (hash ^ (hash >>> 15)) & mask;
    while (this.slots[slot] !== 0) slot = (slot + 1) & mask;
    this.slots[slot] = entry + 1;
  }

  private growTable(): void {
    const capacity = this.slots.length; // entries are at most half of the slots
    this.slots = new Int32Array(capacity * 2);
    const table = new Int32Array(capacity * ENTRY_WORDS);
    table.set(this.table);
    this.table = table;
    for (let entry = 0; entry < this.entries; entry++) this.place(entry, table[entry * ENTRY_WORDS]);
  }
}
