/** Numbers endings, so that those that say the same are known by one comparison of integers. */
import { PairMap } from "../base/index.ts";
import { type Ending, LeafKind } from "./leaf.ts";

/** Endings of one solve. Numbers mean nothing beside being equal or not. */
export class Endings {
  private readonly keys = new PairMap(64);
  private readonly words = new Map<string, number>();
  /** The ending that was made last, by key: most are made again and again. */
  private readonly latest: Ending[] = [];

  /** Two endings have one key if they say the same; which part of them counts depends on the kind. */
  keyOf(kind: LeafKind, instr: number, code: string, text: string, data: number, path: number): number {
    switch (kind) {
      case LeafKind.Constant: return this.number(kind, data, 0);
      case LeafKind.Port: case LeafKind.Stores: return this.number(kind, data, path);
      case LeafKind.Proven: return this.number(kind, this.word(code), 0);
      case LeafKind.Open: return this.number(kind, this.word(code), this.word(text));
      default: return this.number(kind, this.word(code), instr);
    }
  }

  /** The ending with these parts. */
  of(key: number, kind: LeafKind, instr: number, code: string, text: string, data: number, path: number): Ending {
    const last = this.latest[key]!;
    if (last !== undefined && last.instr === instr && last.code === code && last.text === text && last.data === data && last.path === path) return last;
    const made: Ending = { key, kind, instr, data, path, code, text };
    this.latest[key] = made;
    return made;
  }

  private number(kind: LeafKind, a: number, b: number): number {
    const first = (a + 1) * 8 + kind;
    let key = this.keys.get(first, b);
    if (key < 0) {
      key = this.keys.size;
      this.keys.set(first, b, key);
    }
    return key;
  }

  private word(text: string): number {
    let id = this.words.get(text);
    if (id === undefined) {
      id = this.words.size;
      this.words.set(text, id);
    }
    return id;
  }
}
