/** Pages that are not the tool's own: those of the reviewed project, those of its configuration, those that a user names. */
import { existsSync, lstatSync, readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { basename, join, relative, resolve, sep } from "node:path";
import type { PageText } from "../engine.ts";
import { UsageError } from "../exit.ts";
import { diskTree, filesBelow, type Tree } from "../files/tree.ts";
import { builtInPages, readPages } from "./pages.ts";

/** A page and the file that it was read from, links resolved: the same file named twice is one page. */
export interface UserPage extends PageText {
  readonly file: string;
}

/** A file or folder of pages that a configuration names. */
export interface PageSource {
  /** As reports call it: relative to the folder of the configuration. */
  readonly name: string;
  readonly file: string;
}

/** Pages of a reviewed project are data: few, small, regular files. */
const pageBytesMax = 200_000;
const userPagesMax = 1_000;

/** Reads the pages in `.warrant/` of a repository, and those that the configuration names. */
export function projectPages(repository: string, sources: readonly PageSource[], tree: Tree = diskTree): readonly UserPage[] {
  if (tree !== diskTree) return pagesOfTree(repository, sources, tree);
  const own = readFolder(repository);
  return limited(unique([...own, ...sources.flatMap(({ name, file }) => readSource(name, file))]));
}

/** Reads the pages that a user names. Pages of the checkout's own catalog keep the names that the catalog knows them by. */
export function namedPages(names: readonly string[], cwd: string): readonly UserPage[] {
  return unique(names.flatMap((name) => {
    const path = resolve(cwd, name);
    if (!existsSync(path)) throw new UsageError(`${name}: there is no such file or folder`);
    const prefix = relative(cwd, path).split(sep).join("/");
    const pages = readSource(prefix === "" ? basename(path) : prefix, path);
    if (pages.length === 0) throw new UsageError(`${name}: there is no page (.md) in it`);
    return pages.map(keepBuiltInName);
  }));
}

/** The same for a tree that is not on the disk, in which no link leads anywhere. */
function pagesOfTree(repository: string, sources: readonly PageSource[], tree: Tree): readonly UserPage[] {
  const read = (name: string, file: string): UserPage => {
    const bytes = tree.read(file, pageBytesMax);
    if (bytes === undefined) throw new UsageError(`${name}: larger than ${pageBytesMax} bytes`);
    return { path: name, text: Buffer.from(bytes).toString("utf8"), file };
  };
  const folder = join(repository, ".warrant");
  const isFolder = tree.status(folder)?.kind === "folder";
  const own = isFolder ? tree.entries(folder).filter((entry) => entry.kind === "file" && entry.name.endsWith(".md")) : [];
  const named = sources.flatMap(({ name, file }) =>
    tree.status(file)?.kind === "file" ? [read(name, file)] : filesBelow(tree, file).filter((path) => path.endsWith(".md")).map((path) => read(`${name}/${path}`, join(file, path))));
  return limited(unique([...own.map((entry) => read(`.warrant/${entry.name}`, join(folder, entry.name))), ...named]));
}

function readFolder(repository: string): readonly UserPage[] {
  const folder = join(repository, ".warrant");
  if (lstatSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) return [];
  const files = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile() && entry.name.endsWith(".md"));
  if (files.length > userPagesMax) throw new UsageError(`.warrant/ holds more than ${userPagesMax} pages`);
  return files.map((entry) => readOne(`.warrant/${entry.name}`, join(folder, entry.name)));
}

function readSource(name: string, path: string): readonly UserPage[] {
  if (!statSync(path).isDirectory()) return [readOne(name, path)];
  const real = realpathSync(path);
  return readPages(path, name).map((page) => ({ ...page, file: join(real, page.path.slice(name.length)) }));
}

function readOne(name: string, path: string): UserPage {
  if (statSync(path).size > pageBytesMax) throw new UsageError(`${name}: larger than ${pageBytesMax} bytes`);
  return { path: name, text: readFileSync(path, "utf8"), file: realpathSync(path) };
}

function unique(pages: readonly UserPage[]): readonly UserPage[] {
  const known = new Map<string, UserPage>();
  for (const page of pages) if (!known.has(page.file)) known.set(page.file, page);
  return [...known.values()].sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
}

function limited(pages: readonly UserPage[]): readonly UserPage[] {
  if (pages.length > userPagesMax) throw new UsageError(`there are more than ${userPagesMax} pages of this project`);
  for (const page of pages) if (page.text.length > pageBytesMax) throw new UsageError(`${page.path}: larger than ${pageBytesMax} bytes`);
  return pages;
}

function keepBuiltInName(page: UserPage): UserPage {
  const same = builtInPages().find((each) => each.text === page.text && (page.path.endsWith(each.path) || join("catalog", page.path) === each.path));
  return same === undefined ? page : { ...same, file: page.file };
}
