/** Interned strings: one small integer per distinct string, shared by a whole review. */

/** Maps strings to dense ids and back. Ids are given in order of first use. */
export class Interner {
  private readonly ids = new Map<string, number>();
  private readonly texts: string[] = [];

  intern(text: string): number {
    let id = this.ids.get(text);
    if (id === undefined) {
      id = this.texts.length;
      this.texts.push(text);
      this.ids.set(text, id);
    }
    return id;
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
}
