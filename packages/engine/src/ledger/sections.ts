/** The saved form of a ledger: named sections of numbers and JSON, which a host stores as it likes. */

/** One section: a column of numbers, or JSON text. */
export type Section = Int32Array | string;

/** All of a saved ledger. */
export type Sections = Readonly<Record<string, Section>>;

/** Raised whenever a section changes its meaning: a ledger of another format is not read. */
export const ledgerFormat = 1;

/** Texts of a ledger, each once. */
export class TextTable {
  readonly texts: string[] = [""];
  private readonly ids = new Map<string, number>([["", 0]]);

  idOf(text: string): number {
    let id = this.ids.get(text);
    if (id === undefined) {
      id = this.texts.length;
      this.ids.set(text, id);
      this.texts.push(text);
    }
    return id;
  }
}

/** Returns a section of numbers, or throws: the file is not what it says. */
export function numbersOf(sections: Sections, name: string, width: number): Int32Array {
  const section = sections[name];
  if (!(section instanceof Int32Array) || section.length % width !== 0) throw new LedgerError(`the section ${name} is not there or broken`);
  return section;
}

/** Returns a section of JSON as a value, or throws. */
export function jsonOf<Value>(sections: Sections, name: string): Value {
  const section = sections[name];
  if (typeof section !== "string") throw new LedgerError(`the section ${name} is not there`);
  try {
    return JSON.parse(section) as Value;
  } catch {
    throw new LedgerError(`the section ${name} is no JSON`);
  }
}

/** A saved ledger that cannot be read: it is thrown away, and the project is reviewed again. */
export class LedgerError extends Error {
  override readonly name = "LedgerError";
}
