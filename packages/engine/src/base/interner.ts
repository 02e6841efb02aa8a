/** Interned strings: one small integer per distinct string, shared by a whole review. */
import { decodeUtf8 } from "./utf8.ts";

const FNV_OFFSET = 0x811c9dc5 | 0;
const FNV_PRIME = 0x01000193;

/** Maps strings to dense ids and back. Ids are given in order of first use. */
export class Interner {
  private readonly ids = new Map<string, number>();
  private readonly texts: string[] = [];

  // Spellings seen as bytes: an open hash table of entries beside the map, so that a name that was
  // read before costs a hash and a compare and no new string.
  private slots = new Int32Array(4096); // entry + 1, or 0
  private entryHash = new Int32Array(2048);
  private entryStart = new Int32Array(2048);
  private entryEnd = new Int32Array(2048);
  private entryId = new Int32Array(2048);
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
    const mask = this.slots.length - 1;
    let slot = (hash ^ (hash >>> 15)) & mask;
    for (;;) {
      const entry = this.slots[slot] - 1;
      if (entry < 0) break;
      if (this.entryHash[entry] === hash && this.sameSpelling(entry, bytes, start, end)) {
        return this.entryId[entry];
      }
      slot = (slot + 1) & mask;
    }
    return this.addSpelling(bytes, start, end, hash);
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

  private sameSpelling(entry: number, bytes: Uint8Array, start: number, end: number): boolean {
    let at = this.entryStart[entry];
    if (this.entryEnd[entry] - at !== end - start) return false;
    const spellings = this.spellings;
    for (let i = start; i < end; i++) if (spellings[at++] !== bytes[i]) return false;
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
    this.entryHash[entry] = hash;
    this.entryStart[entry] = this.spellingEnd;
    for (let i = start; i < end; i++) this.spellings[this.spellingEnd++] = bytes[i];
    this.entryEnd[entry] = this.spellingEnd;
    this.entryId[entry] = id;
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
    this.entryHash = grown(this.entryHash, capacity);
    this.entryStart = grown(this.entryStart, capacity);
    this.entryEnd = grown(this.entryEnd, capacity);
    this.entryId = grown(this.entryId, capacity);
    for (let entry = 0; entry < this.entries; entry++) this.place(entry, this.entryHash[entry]);
  }
}

function grown(column: Int32Array, capacity: number): Int32Array<ArrayBuffer> {
  const next = new Int32Array(capacity);
  next.set(column);
  return next;
}
