/** A review, or the same review from the cache: equal input gives equal bytes, so a result may stand for its computation. */
import { createHash } from "node:crypto";
import { type Report, reviewProject, type ReviewRequest } from "../engine.ts";
import type { Snapshot } from "../files/snapshot.ts";
import { engineDigest } from "./engine-digest.ts";
import { cacheFolder, Store } from "./store.ts";

/** A request whose files are known by their digests. */
export interface SnapshotRequest extends ReviewRequest {
  readonly snapshot: Snapshot;
}

export interface CacheOptions {
  /** The folder under review, in which nothing is ever kept. */
  readonly reviewed: string;
  readonly isOn: boolean;
}

/** Reviews a project, unless it was reviewed before with the same files, engine, catalog and options. */
export function reviewOnce(request: SnapshotRequest, options: CacheOptions, compute: (request: SnapshotRequest) => Report = reviewProject): Report {
  const folder = options.isOn ? cacheFolder(options.reviewed) : undefined;
  const engine = engineDigest();
  if (folder === undefined || engine === undefined) {
    request.snapshot.load();
    return compute(request);
  }
  const store = new Store(folder, "reviews");
  const aliases = new Store(folder, "objects");
  const today = request.report?.today ?? "";
  // Only a suppression that ends on a day makes a review depend on the day.
  const { snapshot } = request;
  const keysOf = (names: ReadonlyMap<string, string>): readonly [string, string] => [keyOf(request, engine, "", names), keyOf(request, engine, today, names)];
  // The names of objects lead to the digests of contents, so that a commit is not read to find what is known of it.
  const objectKeys = snapshot.isOfObjects ? keysOf(snapshot.names) : undefined;
  const finish = (report: Report, key: string): Report => {
    // An object that is missing today may be there tomorrow, under the same name.
    const isWhole = [...snapshot.digests().values()].every((digest) => digest !== "");
    if (objectKeys !== undefined && isWhole) aliases.write(key === keys[0] ? objectKeys[0] : objectKeys[1], [key]);
    return { ...report, project: request.project ?? report.project };
  };
  const led = objectKeys?.map((key) => aliases.read(key)?.[0]).find((key) => key !== undefined && /^[0-9a-f]{64}$/.test(key));
  const found = led === undefined ? undefined : readReport(store, led);
  if (found !== undefined) return { ...found, project: request.project ?? found.project };
  const keys = keysOf(snapshot.digests());
  for (const key of keys) {
    const known = readReport(store, key);
    if (known !== undefined) return finish(known, key);
  }
  const report = compute(request);
  if (report.internalError) return report;
  const key = namesDays(request) ? keys[1] : keys[0];
  store.write(key, linesOf(report));
  return finish(report, key);
}

/** Rows that make one line. */
const rowsPerLine = 512;

/** A report as lines, so that its rows are never one text in memory. What a row says twice is kept once. */
function* linesOf(report: Report): Generator<string> {
  yield JSON.stringify({ ...report, obligations: [] });
  for (let from = 0; from < report.obligations.length; from += rowsPerLine) {
    yield JSON.stringify(report.obligations.slice(from, from + rowsPerLine).map(({ reason: _first, ...row }) => row));
  }
}

function readReport(store: Store, key: string): Report | undefined {
  const lines = store.read(key);
  if (lines === undefined) return undefined;
  try {
    const [head = "", ...rest] = lines;
    const obligations = rest.flatMap((line) => (JSON.parse(line) as readonly Row[]).map((row): Row => ({ ...row, reason: row.reasons[0] as Row["reason"] })));
    return { ...(JSON.parse(head) as Report), obligations };
  } catch {
    return undefined;
  }
}

type Row = Report["obligations"][number];

function keyOf(request: SnapshotRequest, engine: string, today: string, names: ReadonlyMap<string, string>): string {
  const { catalog, python, problems, publicApi, followTests, version, projectPages, fileBytesMax, report } = request;
  const { isAdded, ...reported } = report ?? {};
  if (isAdded !== undefined) throw new Error("a review of added lines has no key");
  const hash = createHash("sha256");
  hash.update(JSON.stringify([engine, catalog.digest, request.project?.folder ?? "", python, problems, publicApi, followTests, version, projectPages, fileBytesMax, { ...reported, today }]));
  for (const [path, name] of names) hash.update(`\0${path}\0${name}`);
  return hash.digest("hex");
}

/** Holds if a file may hold a suppression that ends on a day. */
function namesDays({ snapshot, python, report }: SnapshotRequest): boolean {
  if ((report?.suppressions ?? []).some((entry) => entry.until !== "")) return true;
  return (python ?? []).some((path) => {
    const bytes = snapshot.workspace.read(path);
    return bytes !== undefined && /until\s*=/i.test(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1"));
  });
}
