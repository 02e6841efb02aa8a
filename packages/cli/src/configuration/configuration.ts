/**
 * Finds and reads the configuration: `warrant.toml`, or `[tool.warrant]` in `pyproject.toml`.
 *
 * The nearest one at or above the reviewed root counts, up to the root of its repository; outside a repository only the
 * reviewed root itself is looked at. Keys are strict: a mistyped one would be a rule that silently does not hold.
 */
import { realpathSync, statSync } from "node:fs";
import { dirname, isAbsolute, join, relative, resolve } from "node:path";
import { parse, TomlError } from "smol-toml";
import type { PageSource } from "../catalog/user-pages.ts";
import { suggestion } from "../engine.ts";
import { messageOf, UsageError } from "../exit.ts";
import { diskTree, type Tree } from "../files/tree.ts";
import { readEntries } from "./suppressions.ts";
import { publicApiWords, readPublicApi, readSeverity, type SettingKey, settingKeys, type Settings, severityWords } from "./setting.ts";

export interface Configuration {
  /** File it was read from, "" if there is none. */
  readonly path: string;
  readonly settings: Partial<Settings>;
}

export const configurationBytesMax = 1_000_000;

/** Finds the configuration that holds for a reviewed root; `base` is the highest folder looked at. */
export function findConfiguration(root: string, base: string, tree: Tree = diskTree): Configuration {
  for (let folder = root; ; folder = dirname(folder)) {
    for (const name of ["warrant.toml", "pyproject.toml"]) {
      const path = join(folder, name);
      // A symbolic link in a reviewed project may point anywhere.
      if (tree.status(path)?.kind !== "file") continue;
      const found = readConfiguration(path, false, tree);
      if (found !== undefined) return found;
    }
    if (folder === base || dirname(folder) === folder) return { path: "", settings: {} };
  }
}

/** Reads the configuration that the user named. */
export function readNamedConfiguration(name: string, cwd: string): Configuration {
  const path = resolve(cwd, name);
  if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) throw new UsageError(`--config ${name}: there is no such file`);
  const found = readConfiguration(path, true, diskTree, realpathSync(path));
  if (found === undefined) throw new UsageError(`--config ${name}: it has no [tool.warrant] table`);
  return found;
}

/** Returns `undefined` for a `pyproject.toml` that says nothing to us. */
function readConfiguration(path: string, isNamed: boolean, tree: Tree, file = path): Configuration | undefined {
  if ((tree.status(file)?.size ?? 0) > configurationBytesMax) throw new UsageError(`${path}: a configuration of more than ${configurationBytesMax} bytes is not read`);
  const bytes = tree.read(file, configurationBytesMax);
  if (bytes === undefined) throw new UsageError(`${path}: it could not be read`);
  const text = Buffer.from(bytes).toString("utf8");
  const isShared = path.endsWith("pyproject.toml");
  if (isShared && !text.includes("warrant")) return undefined;
  const table = isShared ? subtable(subtable(parseToml(path, text), "tool"), "warrant") : parseToml(path, text);
  if (table === undefined) return undefined;
  return { path, settings: readTable(table, { path, text, isShared, isNamed, tree }) };
}

type Table = Readonly<Record<string, unknown>>;

interface Source {
  readonly path: string;
  readonly text: string;
  readonly isShared: boolean;
  /** The user named it, so it is trusted to name files anywhere. */
  readonly isNamed: boolean;
  readonly tree: Tree;
}

function parseToml(path: string, text: string): Table {
  try {
    return parse(text);
  } catch (error) {
    if (error instanceof TomlError) {
      const reason = error.message.split("\n")[0].replace(/^Invalid TOML document: /, "");
      throw new UsageError(`${path}:${error.line}:${error.column}: not valid TOML: ${reason}`, { cause: error });
    }
    throw new UsageError(`${path}: not valid TOML: ${messageOf(error)}`, { cause: error });
  }
}

function subtable(table: Table | undefined, key: string): Table | undefined {
  const value = table !== undefined && Object.hasOwn(table, key) ? table[key] : undefined;
  return isTable(value) ? value : undefined;
}

const isTable = (value: unknown): value is Table => typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date);

function readTable(table: Table, source: Source): Partial<Settings> {
  const settings: Partial<Record<keyof Settings, unknown>> = {};
  for (const [word, value] of Object.entries(table)) {
    const known = settingKeys.find((each) => each.key === word);
    if (known === undefined) {
      throw new UsageError(`${placeOf(source, word)}: unknown key "${word}"${suggestion(word, settingKeys.map((each) => each.key))}`);
    }
    settings[known.name] = readValue(known, value, source);
  }
  return settings as Partial<Settings>;
}

function readValue({ key, type }: SettingKey, value: unknown, source: Source): unknown {
  const wrong = (wanted: string) => new UsageError(`${placeOf(source, key)}: "${key}" must be ${wanted}`);
  switch (type) {
    case "switch":
      if (typeof value !== "boolean") throw wrong("true or false");
      return value;
    case "count":
      if (typeof value !== "number" || !Number.isSafeInteger(value) || value < 1) throw wrong("a whole number from 1 on");
      return value;
    case "words":
      if (!Array.isArray(value) || !value.every((item) => typeof item === "string" && item !== "")) throw wrong("a list of texts");
      return value;
    case "public-api": {
      const words = typeof value === "string" ? [value] : Array.isArray(value) ? value.map((item) => (typeof item === "string" ? item : "")) : [];
      const api = readPublicApi(words);
      if (api === undefined || (typeof value === "string" && typeof api !== "string")) throw wrong(publicApiWords);
      return api;
    }
    case "pages":
      if (!Array.isArray(value) || !value.every((item) => typeof item === "string" && item !== "")) throw wrong("a list of files or folders of pages");
      return value.map((item: string) => pageSource(item, source));
    case "file":
      if (typeof value !== "string" || value === "") throw wrong("the name of a file");
      return fileOf(value, key, source);
    case "suppressions":
      return readEntries(value, { path: source.path, text: source.text });
    case "severity": {
      const level = typeof value === "string" ? readSeverity(value) : undefined;
      if (level === undefined) throw wrong(severityWords);
      return level;
    }
  }
}

/** A file that a configuration names. One that came with a reviewed project may only name what lies below it. */
function fileOf(name: string, key: string, source: Source): { readonly name: string; readonly file: string } {
  const folder = dirname(source.path);
  const file = resolve(folder, name);
  // Whoever reads a configuration out of a revision does not use its files.
  if (source.tree !== diskTree) return { name, file };
  const wrong = (reason: string) => new UsageError(`${placeOf(source, key)}: "${key}": ${name}: ${reason}`);
  if (statSync(file, { throwIfNoEntry: false })?.isFile() !== true) throw wrong("there is no such file");
  const inside = relative(realpathSync(folder), realpathSync(file));
  if (!source.isNamed && (isAbsolute(inside) || inside.split(/[\\/]/)[0] === "..")) throw wrong("it must lie below the folder of the configuration");
  return { name, file };
}

/** Finds pages that a configuration names. One that came with a reviewed project may only name what lies below it. */
function pageSource(name: string, source: Source): PageSource {
  const folder = dirname(source.path);
  const file = resolve(folder, name);
  const wrong = (reason: string) => new UsageError(`${placeOf(source, "pages")}: "pages": ${name}: ${reason}`);
  if (source.tree !== diskTree) return pageSourceOfTree(name, source, wrong);
  const status = statSync(file, { throwIfNoEntry: false });
  if (status === undefined) throw wrong("there is no such file or folder");
  if (!status.isDirectory() && !(status.isFile() && file.endsWith(".md"))) throw wrong("neither a page (.md) nor a folder of pages");
  const real = realpathSync(file);
  const inside = relative(realpathSync(folder), real);
  if (!source.isNamed && (isAbsolute(inside) || inside.split(/[\\/]/)[0] === "..")) throw wrong("it must lie below the folder of the configuration");
  return { name: relative(folder, file).replaceAll("\\", "/"), file: real };
}

/** The same in a tree that is not on the disk, in which no link leads anywhere. */
function pageSourceOfTree(name: string, source: Source, wrong: (reason: string) => UsageError): PageSource {
  const folder = dirname(source.path);
  const file = resolve(folder, name);
  const inside = relative(folder, file);
  if (isAbsolute(inside) || inside.split(/[\\/]/)[0] === "..") throw wrong("it must lie below the folder of the configuration");
  const kind = source.tree.status(file)?.kind;
  if (kind !== "folder" && !(kind === "file" && file.endsWith(".md"))) throw wrong("there is no such page (.md) or folder of pages");
  return { name: inside.replaceAll("\\", "/"), file };
}

/** Returns `path:line` of a key; the TOML reader gives no positions, so the line is looked for. */
function placeOf({ path, text, isShared }: Source, key: string): string {
  const lines = text.split("\n");
  const table = isShared ? lines.findIndex((line) => /^\s*\[\s*tool\s*\.\s*warrant\b/.test(line)) : 0;
  const quoted = new Set([key, `"${key}"`, `'${key}'`]);
  for (let at = Math.max(0, table); at < lines.length; at++) {
    const line = lines[at];
    const word = (/^\s*\[+([^\]]+)\]/.exec(line)?.[1] ?? line.split("=", 1)[0]).trim();
    const last = word.slice(word.startsWith("tool.warrant.") ? "tool.warrant.".length : 0);
    if (quoted.has(last) && (line.includes("=") || line.includes("["))) return `${path}:${at + 1}`;
  }
  return path;
}
