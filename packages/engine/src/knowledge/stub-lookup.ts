/** Finds what a dotted name of the stubs is bound to: through imports, star imports and nested classes. */
import type { StubClass, StubEntry, StubModule, StubPack } from "./stub-pack.ts";

/** What a name is bound to, where it is defined. */
export interface Found {
  readonly kind: "entry" | "module";
  /** Name of a module. */
  readonly name: string;
  readonly entry: StubEntry;
  /** The dotted name under which the stubs define it; builtins have no prefix. */
  readonly dotted: string;
  /** Names that it goes by, the usual one first. */
  readonly names: readonly string[];
}

export interface StubNames {
  hasModule(dotted: string): boolean;
  inModule(module: string, name: string): Found | undefined;
  byName(dotted: string): Found | undefined;
  nested(outer: Found, name: string, entry: StubClass): Found;
}

const hopsMax = 12;

export function findStub(pack: StubPack): StubNames {
  return new PackNames(pack);
}

class PackNames implements StubNames {
  private readonly pack: StubPack;
  private readonly known = new Map<string, Found | undefined>();
  private readonly inModules = new Map<string, Found | undefined>();

  constructor(pack: StubPack) {
    this.pack = pack;
  }

  hasModule(dotted: string): boolean {
    return this.pack.has(dotted) || this.pack.isPackage(dotted);
  }

  inModule(module: string, name: string): Found | undefined {
    const key = `${module}:${name}`;
    if (this.inModules.has(key)) return this.inModules.get(key);
    const found = this.search(module, name, 0);
    this.inModules.set(key, found);
    return found;
  }

  private search(module: string, name: string, hops: number): Found | undefined {
    const opened = hops > hopsMax ? undefined : this.pack.module(module);
    if (opened === undefined) return undefined;
    if (Object.hasOwn(opened.names, name)) {
      const entry = opened.names[name];
      if (typeof entry === "string" && entry.startsWith("=")) return this.follow(entry, module, name, hops);
      return this.made(module === "builtins" ? name : `${module}.${name}`, entry);
    }
    return name.startsWith("_") ? undefined : this.throughStars(opened, name, hops);
  }

  private throughStars(opened: StubModule, name: string, hops: number): Found | undefined {
    for (const star of opened.stars) {
      const found = this.search(star, name, hops + 1);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  private follow(entry: string, module: string, name: string, hops: number): Found | undefined {
    const colon = entry.indexOf(":");
    if (colon < 0) return this.asModule(entry.slice(1));
    const source = entry.slice(1, colon);
    const target = entry.slice(colon + 1);
    // `from . import path` in a package means the file beside it, not the name that this statement binds.
    if (source === module && target === name) return this.asModule(`${source}.${target}`);
    return this.search(source, target, hops + 1) ?? this.asModule(`${source}.${target}`) ?? this.byName(`${source}.${target}`, hops + 1);
  }

  private asModule(name: string): Found | undefined {
    return this.hasModule(name) ? { kind: "module", name, entry: "", dotted: name, names: [name] } : undefined;
  }

  byName(dotted: string, hops = 0): Found | undefined {
    if (this.known.has(dotted)) return this.known.get(dotted);
    if (hops > hopsMax) return undefined;
    this.known.set(dotted, undefined); // a circle of imports is nothing
    const found = this.findName(dotted, hops);
    this.known.set(dotted, found);
    return found;
  }

  /** The longest beginning that is a module; what follows are names of it and of its classes. */
  private findName(dotted: string, hops: number): Found | undefined {
    const parts = dotted.split(".");
    if (parts.length === 1) return this.search("builtins", dotted, hops);
    for (let end = parts.length - 1; end > 0; end--) {
      const module = parts.slice(0, end).join(".");
      if (!this.pack.has(module)) continue;
      let found = this.search(module, parts[end], hops + 1);
      for (let i = end + 1; i < parts.length && found !== undefined; i++) found = this.step(found, parts[i]);
      return found;
    }
    return undefined;
  }

  private step(found: Found, name: string): Found | undefined {
    if (found.kind === "module") return this.search(found.name, name, 1);
    const members = typeof found.entry === "string" ? undefined : found.entry.m;
    return members !== undefined && Object.hasOwn(members, name) ? this.made(`${found.dotted}.${name}`, members[name]) : undefined;
  }

  nested(outer: Found, name: string, entry: StubClass): Found {
    return this.made(`${outer.dotted}.${name}`, entry);
  }

  private made(dotted: string, entry: StubEntry): Found {
    const aliases = typeof entry === "string" ? [] : (entry.a ?? []);
    const names = aliases.length === 0 ? [dotted] : [dotted, ...aliases].sort((a, b) => cost(a) - cost(b));
    return { kind: "entry", name: "", entry, dotted, names };
  }
}

/** Names with private parts come last, then longer ones. The sort is stable: the place of definition wins among equals. */
const cost = (name: string): number => name.split(".").reduce((sum, part) => sum + (part.startsWith("_") ? 100 : 1), 0);
