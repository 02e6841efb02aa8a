/** What names a page may use: kinds, types, packages, checks. Collected from all pages before any is read in full. */
import type { CatalogKind, KindGroup } from "./catalog.ts";
import type { DataBlock, Datum } from "./data-block.ts";
import { pythonBuiltins } from "./python-builtins.ts";
import { pathSteps } from "./place.ts";

/** The names of the whole catalog. */
export class Vocabulary {
  readonly kinds = new Map<string, CatalogKind>();
  /** Type name → `page:line` where it is declared. */
  readonly types = new Map<string, string>();
  /** Place → the type that its values are of. */
  readonly typeSources = new Map<string, string>();
  /** First parts of the names of packages. */
  readonly packages = new Set<string>();
  /** Names of functions in `checks/`; undefined: any. */
  readonly checks: readonly string[] | undefined;

  constructor(checks: readonly string[] | undefined) {
    this.checks = checks;
  }

  /** Reads a kind of one of the groups. */
  kind(block: DataBlock, datum: Datum | undefined, groups: readonly KindGroup[]): string {
    if (datum === undefined) return "";
    const what = `${groups.length === 1 ? groups[0] : ""} kind`.trim();
    const name = block.word(datum, `a ${what}`);
    if (name === "") return "";
    const kind = this.kinds.get(name);
    if (kind === undefined) {
      const known = [...this.kinds.values()].filter((candidate) => groups.includes(candidate.group));
      block.unknown(datum, "kind", name, known.map((candidate) => candidate.name));
    } else if (!groups.includes(kind.group)) {
      block.error(datum, `"${name}" is a ${kind.group}, but a ${groups.join(" or ")} belongs here`);
    }
    return name;
  }

  kindList(block: DataBlock, datum: Datum | undefined, groups: readonly KindGroup[]): string[] {
    return block.list(datum).map((item) => this.kind(block, item, groups)).filter((name) => name !== "");
  }

  /** Reads the name of a type. */
  type(block: DataBlock, datum: Datum): string {
    const name = block.word(datum, "a type");
    if (name !== "" && !this.types.has(name)) block.unknown(datum, "type", name, this.types.keys());
    return name;
  }

  /** Notes that values of a type come from a place; two types cannot come from the same. */
  typeSource(block: DataBlock, datum: Datum, place: string, type: string): void {
    const earlier = this.typeSources.get(place);
    if (earlier === undefined) this.typeSources.set(place, type);
    else if (earlier !== type) block.error(datum, `${place} makes both a ${earlier} and a ${type}; keep it in one of them`);
    else block.error(datum, `${place} is listed twice`);
  }

  /** Reports a path that begins with nothing that any page declares. */
  checkPath(block: DataBlock, datum: Datum, path: string): void {
    const first = pathSteps(path)[0];
    if (this.types.has(first) || this.packages.has(first) || pythonBuiltins.has(first)) return;
    const known = [...this.types.keys(), ...this.packages, ...pythonBuiltins];
    block.unknown(datum, /^[A-Z]/.test(first) ? "type" : "package", first, known);
  }
}
