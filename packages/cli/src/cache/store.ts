/**
 * A folder of results by key, so that nothing is worked out twice.
 *
 * An entry is one file: a line that says what it is, its lines, and a last line with their digest. It is written beside its place and
 * moved there whole, so a reader sees all of it or nothing, whoever else writes, and whenever someone is killed. What is not in
 * order (cut short, altered, of another key) is as if it were not there. Nothing read here is ever executed.
 */
import { createHash } from "node:crypto";
import { closeSync, lstatSync, mkdirSync, openSync, readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeSync } from "node:fs";
import { homedir } from "node:os";
import { isAbsolute, join, relative, resolve } from "node:path";

/** Raised when an entry of today could not be read by the code of yesterday, or the other way round. */
const layout = "warrant-cache-1";

/** Hex digits of the digest in the last line. */
const digestBytes = 64;

const digestOfBytes = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

export interface StoreLimits {
  readonly entriesMax: number;
  readonly bytesMax: number;
  /** Files that someone began to write and left behind are taken away when they are older. */
  readonly leftOverAfterMs: number;
}

export const defaultStoreLimits: StoreLimits = { entriesMax: 500, bytesMax: 2_000_000_000, leftOverAfterMs: 3_600_000 };

/** The folder of the cache; undefined if there is none, or if it lies in what is reviewed. */
export function cacheFolder(reviewed: string): string | undefined {
  const own = process.env.WARRANT_CACHE_DIR ?? "";
  const shared = process.env.XDG_CACHE_HOME ?? "";
  const home = process.env.HOME ?? "";
  const folder = own !== "" ? resolve(own) : isAbsolute(shared) ? join(shared, "warrant") : home === "" && process.platform !== "win32" ? "" : join(homedir(), ".cache", "warrant");
  if (folder === "") return undefined;
  const inside = relative(reviewed, folder);
  const isInside = inside === "" || (!isAbsolute(inside) && inside.split(/[\\/]/)[0] !== "..");
  return isInside ? undefined : folder;
}

/** Removes a file if that is possible: a folder that cannot be written to cannot be tidied either. */
export function takeAway(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // Nothing was left there, or it is somebody else's.
  }
}

/** Results of one kind. Every failure of the disk is a miss, never an error: a cache may be slow, and must not be wrong. */
export class Store {
  private readonly folder: string;

  constructor(
    cache: string,
    private readonly kind: string,
    private readonly limits: StoreLimits = defaultStoreLimits,
  ) {
    this.folder = join(cache, kind);
  }

  /** The lines under a key (hex digits), if they are there and in order. */
  read(key: string): readonly string[] | undefined {
    const path = join(this.folder, key);
    try {
      if (!lstatSync(path).isFile()) return undefined;
      const data = readFileSync(path);
      const end = data.length - digestBytes - 1;
      if (end < 0 || data.toString("latin1", end) !== `${digestOfBytes(data.subarray(0, end))}\n`) return undefined;
      const [head, ...lines] = data.toString("utf8", 0, end - 1).split("\n");
      if (head !== this.head(key)) return undefined;
      this.touch(path);
      return lines;
    } catch {
      return undefined;
    }
  }

  /** Keeps lines under a key; none holds a line break. */
  write(key: string, lines: Iterable<string>): void {
    const temporary = join(this.folder, `.${key}.${process.pid}.${process.hrtime.bigint().toString(36)}.tmp`);
    try {
      mkdirSync(this.folder, { recursive: true, mode: 0o700 });
      this.writeLines(temporary, key, lines);
      renameSync(temporary, join(this.folder, key));
      this.prune();
    } catch {
      takeAway(temporary);
    }
  }

  private writeLines(path: string, key: string, lines: Iterable<string>): void {
    const file = openSync(path, "wx", 0o600);
    try {
      const hash = createHash("sha256");
      const put = (text: string): void => {
        const bytes = Buffer.from(`${text}\n`);
        hash.update(bytes);
        for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
      };
      put(this.head(key));
      for (const line of lines) put(line);
      writeSync(file, `${hash.digest("hex")}\n`);
    } finally {
      closeSync(file);
    }
  }

  private head(key: string): string {
    return `${layout} ${this.kind} ${key}`;
  }

  /** What was used last is thrown away last. */
  private touch(path: string): void {
    try {
      const now = new Date();
      utimesSync(path, now, now);
    } catch {
      // Somebody else's entry, or one that is gone again.
    }
  }

  private prune(): void {
    const entries = readdirSync(this.folder).flatMap((name) => {
      const status = statSync(join(this.folder, name), { throwIfNoEntry: false });
      return status === undefined ? [] : [{ path: join(this.folder, name), isLeftOver: name.endsWith(".tmp"), at: status.mtimeMs, bytes: status.size }];
    });
    const oldest = Date.now() - this.limits.leftOverAfterMs;
    for (const entry of entries) if (entry.isLeftOver && entry.at < oldest) takeAway(entry.path);
    const kept = entries.filter((entry) => !entry.isLeftOver).sort((a, b) => b.at - a.at || (a.path < b.path ? -1 : 1));
    let bytes = 0;
    kept.forEach((entry, index) => {
      bytes += entry.bytes;
      if (index >= this.limits.entriesMax || bytes > this.limits.bytesMax) takeAway(entry.path);
    });
  }
}
