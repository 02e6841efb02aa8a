/** From settings to what the engine reviews: the same files in every command that reviews a project. */
import { basename, join } from "node:path";
import type { UserPage } from "../catalog/user-pages.ts";
import type { Settings } from "../configuration/setting.ts";
import type { SnapshotRequest } from "../cache/cached-review.ts";
import type { Catalog, ReviewedProject } from "../engine.ts";
import { UsageError } from "../exit.ts";
import { type Discovery, type DiscoveryTrees, discover } from "../files/discover.ts";
import { readRevision } from "../files/revision.ts";
import { type NameAlgorithm, takeSnapshot } from "../files/snapshot.ts";
import { relativePath, type Targets } from "../files/targets.ts";
import { diskTree, type Tree } from "../files/tree.ts";
import type { Progress } from "../terminal/progress.ts";
import { version } from "../version.ts";

export function findFiles(targets: Targets, settings: Settings, progress: Progress, trees: DiscoveryTrees = { files: diskTree, ignoreFiles: diskTree }): Discovery {
  progress.update("finding files", 0, 0);
  const options = { targetBytesMax: settings.maxTargetBytes, exclude: settings.exclude, include: settings.include, honourGitignore: settings.gitIgnore };
  return discover(targets, options, trees);
}

/** A review must never destroy what it reads. */
export function refuseOverwriting(files: readonly string[], targets: Targets, found: Discovery, pages: readonly UserPage[]): void {
  const read = new Set([...[...found.python, ...found.data].map((path) => join(targets.root, path)), ...pages.map((page) => page.file)]);
  for (const file of files) if (read.has(file)) throw new UsageError(`${file}: this file is under review and is not written over`);
}

/** What a review needs beside its settings. Without a tree the files are those of the disk. */
export interface RequestParts {
  readonly catalog: Catalog;
  readonly progress: Progress;
  readonly tree?: Tree;
  readonly revision?: string;
  readonly algorithm?: NameAlgorithm;
  readonly prefetch?: (paths: readonly string[]) => void;
}

export function requestOf(targets: Targets, settings: Settings, found: Discovery, given: RequestParts): SnapshotRequest {
  const snapshot = takeSnapshot(given.tree ?? diskTree, targets.root, [...found.python, ...found.data].sort(), { bytesMax: settings.maxTargetBytes, ...given });
  return {
    snapshot,
    workspace: snapshot.workspace,
    python: found.python,
    problems: found.problems,
    catalog: given.catalog,
    project: projectOf(targets, given.revision),
    publicApi: settings.publicApi,
    followTests: settings.followTests,
    version,
    fileBytesMax: settings.maxTargetBytes,
    report: {
      all: settings.all, severity: settings.severity, select: settings.select, ignore: settings.ignore,
      honourSuppressions: settings.suppressions, suppressions: suppressionsOf(settings, targets), today: today(),
    },
    onProgress: (phase, done, total) => given.progress.update(phase, done, total),
  };
}

/** The configuration is told of as a file beside the reviewed ones. */
const suppressionsOf = ({ suppress }: Settings, { root }: Targets) => suppress.map((entry) => ({ ...entry, path: relativePath(root, entry.path) }));

function projectOf({ root, base }: Targets, revision = readRevision(base)): ReviewedProject {
  const folder = relativePath(base, root);
  return { name: basename(root), revision, ...(folder === "" ? {} : { folder }) };
}

/** The day on which suppressions are judged. SOURCE_DATE_EPOCH makes a review of another day reproducible. */
export function today(): string {
  const epoch = Number(process.env.SOURCE_DATE_EPOCH);
  const date = process.env.SOURCE_DATE_EPOCH !== undefined && Number.isSafeInteger(epoch) ? new Date(epoch * 1000) : new Date();
  return date.toISOString().slice(0, 10);
}
