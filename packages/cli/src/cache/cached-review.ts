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
  if (folder === undefined || engine === undefined) return compute(request);
  const store = new Store(folder, "reviews");
  const today = request.report?.today ?? "";
  // Only a suppression that ends on a day makes a review depend on the day.
  const keys = [keyOf(request, engine, ""), keyOf(request, engine, today)] as const;
  const known = readReport(store, keys[0]) ?? readReport(store, keys[1]);
  if (known !== undefined) return { ...known, project: request.project ?? known.project };
  const report = compute(request);
  if (!report.internalError) store.write(namesDays(request) ? keys[1] : keys[0], linesOf(report));
  return report;
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

function keyOf(request: SnapshotRequest, engine: string, today: string): string {
  const { snapshot, catalog, python, problems, publicApi, followTests, version, projectPages, fileBytesMax, report } = request;
  const { isAdded, ...reported } = report ?? {};
  if (isAdded !== undefined) throw new Error("a review of added lines has no key");
  const hash = createHash("sha256");
  hash.update(JSON.stringify([engine, catalog.digest, python, problems, publicApi, followTests, version, projectPages, fileBytesMax, { ...reported, today }]));
  for (const [path, digest] of snapshot.digests) hash.update(`\0${path}\0${digest}`);
  return hash.digest("hex");
}

/** Holds if a file may hold a suppression that ends on a day. */
function namesDays({ snapshot, python }: SnapshotRequest): boolean {
  return (python ?? []).some((path) => {
    const bytes = snapshot.workspace.read(path);
    return bytes !== undefined && /until\s*=/i.test(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1"));
  });
}
