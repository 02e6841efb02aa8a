/**
 * Where ledgers are kept: one file per reviewed root and choice of targets, in the cache folder of the user, never in the
 * reviewed project. What cannot be read is as good as not there.
 */
import { createHash } from "node:crypto";
import { closeSync, constants, existsSync, fstatSync, mkdirSync, openSync, readdirSync, readFileSync, realpathSync, renameSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join, sep } from "node:path";
import { cacheFolder, takeAway } from "../cache/store.ts";
import { type LedgerSections } from "../engine.ts";
import { messageOf } from "../exit.ts";
import { packLedger, unpackLedger } from "./ledger-file.ts";
import type { LedgerState } from "./ledger-state.ts";

/** A ledger that was found and read. */
export interface StoredLedger {
  readonly state: LedgerState;
  readonly sections: LedgerSections;
  readonly file: string;
}

const ledgerBytesMax = 2_000_000_000;
/** Ledgers that are kept; the oldest go. */
const ledgersMax = 60;
const ending = ".ledger";

/** Saves a ledger. Returns "", or why it was not saved: a review does not fail for it. */
export function storeLedger(state: LedgerState, sections: LedgerSections): string {
  const cache = cacheFolder(state.root);
  if (cache === undefined) return "there is no cache folder outside of the reviewed project; WARRANT_CACHE_DIR names one";
  const folder = join(cache, "ledgers");
  const file = join(folder, nameOf(state));
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    if (isBelow(realpathOf(folder), state.root)) return `the cache folder ${folder} leads into the reviewed project; WARRANT_CACHE_DIR names another`;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(temporary, packLedger(state, sections), { flag: "wx", mode: 0o600 });
    renameSync(temporary, file);
    for (const name of names().slice(ledgersMax)) takeAway(join(folder, name));
    return "";
  } catch (error) {
    takeAway(temporary);
    return messageOf(error);
  }
}

/** Ledgers of reviews whose root is one of the folders, the newest first. */
export const ledgersOfRoots = (roots: readonly string[]): readonly StoredLedger[] => {
  const prefixes = new Set(roots.map(rootName));
  return read(names().filter((name) => prefixes.has(name.slice(0, name.indexOf("-")))));
};

/** All ledgers, the newest first, at most `most`. */
export const allLedgers = (most: number): readonly StoredLedger[] => read(names().slice(0, most));

/** The folder of a path and all above it. */
export function foldersAbove(path: string): readonly string[] {
  const folders: string[] = [];
  for (let at = path; ; at = dirname(at)) {
    folders.push(at);
    if (dirname(at) === at) return folders;
  }
}

export const isBelow = (path: string, folder: string): boolean => path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);

const rootName = (root: string): string => createHash("sha256").update(root).digest("hex").slice(0, 24);
const nameOf = ({ root, items }: LedgerState): string => `${rootName(root)}-${createHash("sha256").update(items.join("\0")).digest("hex").slice(0, 16)}${ending}`;

/** Where a path leads, of which the last folders need not be there yet. */
function realpathOf(path: string): string {
  return existsSync(path) || dirname(path) === path ? realpathSync(path) : join(realpathOf(dirname(path)), basename(path));
}

/** The folder of ledgers; "" if there is none. No project is under review when questions are asked. */
function ledgerFolder(): string {
  const cache = cacheFolder(noProject);
  return cache === undefined || !existsSync(join(cache, "ledgers")) ? "" : join(cache, "ledgers");
}

/** A folder that holds no cache. */
const noProject = join(sep, "\0");

/** Names in a folder; none if it cannot be looked into. */
function listed(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Names of ledger files, the newest first. */
function names(): readonly string[] {
  const folder = ledgerFolder();
  if (folder === "") return [];
  return listed(folder).filter((name) => name.endsWith(ending))
    .map((name) => ({ name, savedAt: statSync(join(folder, name), { throwIfNoEntry: false })?.mtimeMs ?? 0 }))
    .sort((left, right) => right.savedAt - left.savedAt || (left.name < right.name ? -1 : 1)).map((each) => each.name);
}

function read(all: readonly string[]): readonly StoredLedger[] {
  const found: StoredLedger[] = [];
  for (const name of all) {
    const file = join(ledgerFolder(), name);
    const bytes = readRegular(file);
    const ledger = bytes === undefined ? undefined : unpackLedger<LedgerState>(bytes);
    // A file under another name than its own is not ours to answer from.
    if (ledger !== undefined && isState(ledger.header) && nameOf(ledger.header) === name) found.push({ state: ledger.header, sections: ledger.sections, file });
  }
  return found;
}

function readRegular(path: string): Uint8Array | undefined {
  let file: number | undefined;
  try {
    file = openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
    const status = fstatSync(file);
    return status.isFile() && status.size <= ledgerBytesMax ? readFileSync(file) : undefined;
  } catch {
    return undefined;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

function isState(value: unknown): value is LedgerState {
  const state = value as Partial<LedgerState> | null;
  return typeof state === "object" && state !== null && typeof state.root === "string" && Array.isArray(state.items) && typeof state.hashes === "object"
    && typeof state.settings === "object" && typeof state.tool === "string" && typeof state.listed === "string" && typeof state.configuration === "string";
}
