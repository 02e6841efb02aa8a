/** The packed type stubs, read module by module: `docs/design/stub-pack.md`. */

/** A class: `b` bases, `n` count of type parameters, `m` members, `a` public names elsewhere. */
export interface StubClass {
  readonly b?: readonly string[];
  readonly n?: number;
  readonly m?: Readonly<Record<string, StubEntry>>;
  readonly a?: readonly string[];
}

export type StubEntry = string | StubClass;

export interface StubModule {
  readonly names: Readonly<Record<string, StubEntry>>;
  readonly stars: readonly string[];
}

const header = "warrant-stubs 1 ";

/** Where each module lies in the text; a module is read when it is first asked for. */
export class StubPack {
  private readonly text: string;
  private readonly places = new Map<string, { readonly start: number; readonly length: number }>();
  private readonly modules = new Map<string, StubModule | undefined>();
  /** Dotted names that are the beginning of a module's name. */
  private readonly packages = new Set<string>();

  private constructor(text: string) {
    this.text = text;
  }

  /** Opens a pack; undefined if the text is none. */
  static open(text: string): StubPack | undefined {
    const first = text.indexOf("\n");
    const second = text.indexOf("\n", first + 1);
    if (!text.startsWith(header) || second < 0) return undefined;
    const pack = new StubPack(text);
    let start = second + 1;
    for (const item of text.slice(first + 1, second).split(" ")) {
      const colon = item.lastIndexOf(":");
      const length = Number(item.slice(colon + 1));
      const name = item.slice(0, colon);
      if (colon < 0 || !Number.isInteger(length)) return undefined;
      pack.places.set(name, { start, length });
      start += length + 1;
      const dot = name.indexOf(".");
      if (dot > 0) pack.packages.add(name.slice(0, dot));
    }
    return pack;
  }

  has(module: string): boolean {
    return this.places.has(module);
  }

  /** Holds if modules lie below the name, although it is no module itself. */
  isPackage(name: string): boolean {
    return this.packages.has(name);
  }

  module(name: string): StubModule | undefined {
    if (this.modules.has(name)) return this.modules.get(name);
    const place = this.places.get(name);
    const module = place === undefined ? undefined : readModule(this.text.slice(place.start, place.start + place.length));
    this.modules.set(name, module);
    return module;
  }
}

function readModule(line: string): StubModule | undefined {
  try {
    const [names, stars] = JSON.parse(line) as [Record<string, StubEntry>, string[]?];
    return { names, stars: stars ?? [] };
  } catch {
    return undefined;
  }
}
