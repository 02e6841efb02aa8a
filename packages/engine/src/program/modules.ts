/**
 * Which file is which module: names from paths, and modules from the names that imports use.
 *
 * ```text
 * src/shop/db.py          shop.db           `src` without __init__.py is a root, not a package
 * backend/shop/db.py      backend.shop.db   and also shop.db, if `backend` is no package and no other file claims that name
 * tool.py                 tool
 * ```
 */
import type { ApiGraph } from "../knowledge/index.ts";
import { isStandardModule } from "./standard-modules.ts";

/** Dotted module names by path. The driver asks before lowering; relative imports are resolved against these. */
export function moduleNames(paths: readonly string[]): string[] {
  const packages = packageFolders(paths);
  const taken = new Set(paths.map((path) => fullName(path)));
  return paths.map((path) => {
    const full = fullName(path);
    if (!path.startsWith("src/") || packages.has("src")) return full;
    const short = full.slice("src.".length);
    return short === "" || taken.has(short) ? full : short;
  });
}

/** Folders that hold an `__init__.py`. */
function packageFolders(paths: readonly string[]): Set<string> {
  const folders = new Set<string>();
  for (const path of paths) {
    if (baseName(path) === "__init__.py") folders.add(folderOf(path));
  }
  return folders;
}

function fullName(path: string): string {
  const parts = path.split("/").filter((part) => part !== "" && part !== ".");
  const last = parts.length - 1;
  if (last < 0) return "";
  parts[last] = parts[last].replace(/\.pyw?$/, "").replaceAll(".", "_");
  if (parts[last] === "__init__" && last > 0) parts.pop();
  return parts.map((part) => part.replaceAll(".", "_")).join(".");
}

const folderOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf("/")));
const baseName = (path: string): string => path.slice(path.lastIndexOf("/") + 1);

/** What a dotted name stands for. */
export type Imported =
  | { readonly kind: "module"; readonly module: number }
  /** A folder without `__init__.py` that holds modules. */
  | { readonly kind: "namespace" }
  | { readonly kind: "none" };

const none: Imported = { kind: "none" };
const namespace: Imported = { kind: "namespace" };

/** A module by its path. */
export interface ModuleFile {
  readonly path: string;
  readonly name: string;
  readonly isPackage: boolean;
}

/** Finds modules by the names that imports use; a module is its place in the list. */
export class ModuleTable {
  private readonly modules: readonly ModuleFile[];
  private readonly api: ApiGraph;
  private readonly byName = new Map<string, number>();
  private readonly namespaces = new Set<string>();
  /** Modules by a name that leaves out folders that are no packages. */
  private readonly aliases = new Map<string, number[]>();
  private readonly namespaceAliases = new Set<string>();
  private readonly folders: string[] = [];

  constructor(modules: readonly ModuleFile[], api: ApiGraph) {
    this.modules = modules;
    this.api = api;
    const packages = packageFolders(modules.map((module) => module.path));
    modules.forEach(({ name, path }, id) => {
      if (!this.byName.has(name)) this.byName.set(name, id);
      this.folders.push(folderOf(path));
    });
    for (const { name } of modules) this.addParents(name, this.namespaces);
    modules.forEach(({ path }, id) => this.addAliases(id, path, packages));
  }

  /** Resolves an absolute dotted name as an import in module `from` sees it. */
  find(dotted: string, from: number): Imported {
    const own = this.byName.get(dotted);
    if (own !== undefined && this.isOurs(dotted, from)) return { kind: "module", module: own };
    const top = dotted.split(".", 1)[0];
    if (own === undefined && !this.isLibrary(top)) {
      const beside = this.byName.get(`${this.packageOf(from)}.${dotted}`);
      if (beside !== undefined) return { kind: "module", module: beside };
      const best = this.nearest(this.aliases.get(dotted) ?? [], from);
      if (best >= 0) return { kind: "module", module: best };
    }
    if (this.namespaces.has(dotted) && this.isOurs(dotted, from)) return namespace;
    return this.namespaceAliases.has(dotted) && !this.isLibrary(top) ? namespace : none;
  }

  /** Finds a module by its own name, or -1. */
  exact(dotted: string): number {
    return this.byName.get(dotted) ?? -1;
  }

  /** A lone file at the root named like a library (`json.py`, `redis.py`) is taken for it only by files beside it. */
  private isOurs(dotted: string, from: number): boolean {
    const top = dotted.split(".", 1)[0];
    if (!this.isLibrary(top)) return true;
    const module = this.byName.get(top);
    if (module === undefined) return false;
    return this.modules[module].isPackage || this.folders[from] === this.folders[module];
  }

  private isLibrary(top: string): boolean {
    return isStandardModule(top) || this.api.step(0, top) >= 0;
  }

  private addParents(name: string, into: Set<string>): void {
    for (let dot = name.lastIndexOf("."); dot > 0; dot = name.lastIndexOf(".", dot - 1)) into.add(name.slice(0, dot));
  }

  private addAliases(module: number, path: string, packages: ReadonlySet<string>): void {
    const full = fullName(path);
    const parts = full.split(".");
    let folder = "";
    const segments = path.split("/");
    for (let i = 1; i < parts.length && i < segments.length + 1; i++) {
      folder = folder === "" ? segments[i - 1] : `${folder}/${segments[i - 1]}`;
      // Only folders that are no packages can be search roots; inside a package, names are complete.
      if (packages.has(folder)) continue;
      const alias = parts.slice(i).join(".");
      const list = this.aliases.get(alias);
      if (list) list.push(module);
      else this.aliases.set(alias, [module]);
      this.addParents(alias, this.namespaceAliases);
    }
  }

  /** The module that shares the longest folder prefix with the importer. */
  private nearest(candidates: readonly number[], from: number): number {
    const home = this.folders[from] ?? "";
    let best = -1;
    let bestShared = -1;
    for (const candidate of candidates) {
      const folder = this.folders[candidate];
      const shared = sharedLength(home, folder) * 2 + (folder === home ? 1 : 0);
      if (shared > bestShared) {
        best = candidate;
        bestShared = shared;
      }
    }
    return best;
  }

  /** The dotted name of the folder that a module lies in. */
  private packageOf(module: number): string {
    const info = this.modules[module];
    if (info === undefined) return "";
    const { name } = info;
    return info.isPackage ? name : name.slice(0, Math.max(0, name.lastIndexOf(".")));
  }
}

function sharedLength(a: string, b: string): number {
  const left = a.split("/");
  const right = b.split("/");
  let i = 0;
  while (i < left.length && i < right.length && left[i] === right[i] && left[i] !== "") i++;
  return i;
}
