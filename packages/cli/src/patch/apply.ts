/** Applies a patch to a tree in memory. Strict: every line that a hunk names must be there, byte for byte, if at another line number. */
import { join } from "node:path";
import { UsageError } from "../exit.ts";
import type { EntryStatus, Tree, TreeEntry } from "../files/tree.ts";
import { relativePath } from "../files/targets.ts";
import { type FilePatch, type Hunk, stripPrefix } from "./parse.ts";

/** Larger files are not patched. */
const fileBytesMax = 200_000_000;
/** Most comparisons of lines for one file: a patch made to match nearly everywhere is refused. */
const comparisonsMax = 20_000_000;

/** Returns the tree as it is after the patch; paths of the patch are relative to `root`. */
export function applyPatch(tree: Tree, root: string, files: readonly FilePatch[]): Tree {
  const patched = new PatchedTree(tree, root);
  for (const file of files) patched.apply(file);
  return patched;
}

class PatchedTree implements Tree {
  /** Contents that differ, by path relative to the root; undefined is gone. */
  private readonly changed = new Map<string, Uint8Array | undefined>();

  constructor(
    private readonly tree: Tree,
    private readonly root: string,
  ) {}

  entries(folder: string): readonly TreeEntry[] {
    const inner = relativePath(this.root, folder);
    const prefix = inner === "" ? "" : `${inner}/`;
    const isBelow = this.tree.status(folder)?.kind === "folder";
    const found = new Map(isBelow ? this.tree.entries(folder).map((entry) => [entry.name, entry]) : []);
    for (const [path, bytes] of this.changed) {
      if (!path.startsWith(prefix)) continue;
      const rest = path.slice(prefix.length);
      const name = rest.split("/", 1)[0] as string;
      if (bytes !== undefined) found.set(name, { name, kind: rest === name ? "file" : "folder" });
      else if (rest === name) found.delete(name);
    }
    return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  status(path: string): EntryStatus | undefined {
    const inner = relativePath(this.root, path);
    if (this.changed.has(inner)) {
      const bytes = this.changed.get(inner);
      return bytes === undefined ? undefined : { kind: "file", size: bytes.length };
    }
    const below = this.tree.status(path);
    if (below !== undefined) return below;
    const isNewFolder = [...this.changed].some(([name, bytes]) => bytes !== undefined && name.startsWith(`${inner}/`));
    return isNewFolder ? { kind: "folder", size: 0 } : undefined;
  }

  read(path: string, bytesMax: number): Uint8Array | undefined {
    const inner = relativePath(this.root, path);
    if (!this.changed.has(inner)) return this.tree.read(path, bytesMax);
    const bytes = this.changed.get(inner);
    return bytes !== undefined && bytes.length <= bytesMax ? bytes : undefined;
  }

  readStart(path: string, bytes: number): Uint8Array | undefined {
    const inner = relativePath(this.root, path);
    return this.changed.has(inner) ? this.changed.get(inner)?.subarray(0, bytes) : this.tree.readStart(path, bytes);
  }

  identity(path: string): string | undefined {
    return this.changed.has(relativePath(this.root, path)) ? undefined : this.tree.identity?.(path);
  }

  apply(file: FilePatch): void {
    const { from, to } = this.namesOf(file);
    const old = from === "" ? "" : this.textOf(from, file);
    if (file.kind === "create" && this.status(join(this.root, to)) !== undefined) throw refusal(file.at, `${to}: the patch makes this file, and it is there already`);
    // What cannot be seen must not look as if it had not changed.
    if (file.isBinary && /\.(?:py|pyw|wsgi)$/i.test(to)) throw refusal(file.at, `${to}: a binary patch cannot be read; make it with --text`);
    if (file.kind === "rename" || file.kind === "delete") this.changed.set(from, undefined);
    if (file.kind === "delete" && file.hunks.length === 0) return;
    const text = file.isBinary ? old : new Hunks(old, from === "" ? to : from).apply(file.hunks);
    if (file.kind === "delete") {
      if (text !== "") throw refusal(file.at, `${from}: the patch deletes this file, and it has more lines than the patch knows`);
      return;
    }
    this.changed.set(to, Buffer.from(text, "latin1"));
  }

  private namesOf(file: FilePatch): { readonly from: string; readonly to: string } {
    let { from, to } = file;
    if (file.prefix === "unknown") {
      const isThere = (path: string): boolean => path !== "" && this.status(join(this.root, plainPath(path, file.at))) !== undefined;
      const cut = (path: string): string => path.slice(path.indexOf("/") + 1);
      const isPrefixed = from === "" ? stripPrefix(to) !== to : !isThere(from) && isThere(cut(from));
      if (isPrefixed) [from, to] = [from === "" ? "" : cut(from), to === "" ? "" : cut(to)];
    }
    if (file.kind === "change") to = from;
    return { from: from === "" ? "" : plainPath(from, file.at), to: to === "" ? "" : plainPath(to, file.at) };
  }

  private textOf(path: string, file: FilePatch): string {
    const status = this.status(join(this.root, path));
    if (status === undefined) throw refusal(file.at, `${path}: the patch changes this file, and it is not there`);
    if (status.kind !== "file") {
      if (file.hunks.length === 0 || file.kind === "delete") return "";
      throw refusal(file.at, `${path}: the patch changes a link or a submodule`);
    }
    const bytes = this.read(join(this.root, path), fileBytesMax);
    if (bytes === undefined) throw refusal(file.at, `${path}: it cannot be read`);
    return Buffer.from(bytes).toString("latin1");
  }
}

/** A path that stays below the root. */
function plainPath(path: string, at: number): string {
  const parts = path.split("/").filter((part) => part !== "." && part !== "");
  const isOutside = path.startsWith("/") || /^[A-Za-z]:/.test(path) || path.includes("\\") || path.includes("\0") || parts.includes("..") || parts.some((part) => part.toLowerCase() === ".git");
  if (isOutside || parts.length === 0) throw refusal(at, `${path}: the patch names a file outside the project`);
  return parts.join("/");
}

const refusal = (at: number, message: string): UsageError => new UsageError(`patch, line ${at}: ${message}`);

/** The lines of one file while hunks are applied to it. */
class Hunks {
  private readonly lines: readonly string[];
  private comparisons = 0;

  constructor(
    text: string,
    private readonly path: string,
  ) {
    this.lines = text === "" ? [] : (text.match(/[^\n]*\n|[^\n]+$/g) ?? []);
  }

  apply(hunks: readonly Hunk[]): string {
    const out: string[] = [];
    let done = 0;
    let shift = 0;
    for (const hunk of hunks) {
      const wanted = (hunk.old.length === 0 ? hunk.oldStart : hunk.oldStart - 1) + shift;
      const at = this.find(hunk, wanted, done);
      if (at < 0) throw refusal(hunk.at, `${this.path}: the patch does not apply: its lines at ${hunk.oldStart} are not in the file; it was made for another version`);
      shift = at - (hunk.old.length === 0 ? hunk.oldStart : hunk.oldStart - 1);
      for (let line = done; line < at; line++) out.push(this.lines[line] as string);
      for (const line of hunk.fresh) out.push(line);
      done = at + hunk.old.length;
    }
    for (let line = done; line < this.lines.length; line++) out.push(this.lines[line] as string);
    return out.join("");
  }

  /** The place nearest to where the hunk says. Lines that are only added have nothing to be found by. */
  private find(hunk: Hunk, wanted: number, from: number): number {
    const last = this.lines.length - hunk.old.length;
    if (hunk.old.length === 0) return wanted >= from && wanted <= last ? wanted : -1;
    for (let off = 0; off <= this.lines.length; off++) {
      if (wanted + off >= from && wanted + off <= last && this.isAt(hunk, wanted + off)) return wanted + off;
      if (off > 0 && wanted - off >= from && wanted - off <= last && this.isAt(hunk, wanted - off)) return wanted - off;
    }
    return -1;
  }

  private isAt({ old, at }: Hunk, place: number): boolean {
    for (let index = 0; index < old.length; index++) {
      if (++this.comparisons > comparisonsMax) throw refusal(at, `${this.path}: the place of a hunk was not found within ${comparisonsMax} comparisons`);
      if (this.lines[place + index] !== old[index]) return false;
    }
    return true;
  }
}
