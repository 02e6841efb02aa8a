/** Reviews both sides of a change, judged by the first one: its configuration, its pages, its ignore files, its suppressions. */
import { join } from "node:path";
import { reviewOnce } from "../cache/cached-review.ts";
import { addPages, loadCatalog } from "../catalog/load.ts";
import { projectPages, type UserPage } from "../catalog/user-pages.ts";
import { findFiles, requestOf } from "../commands/request.ts";
import type { Settings } from "../configuration/setting.ts";
import { type Catalog, compareRevisions, type Difference, type Report, type RevisionFiles } from "../engine.ts";
import type { Discovery } from "../files/discover.ts";
import type { Targets } from "../files/targets.ts";
import type { Progress } from "../terminal/progress.ts";
import type { Revision, Revisions } from "./choose.ts";

export interface ComparisonOptions {
  readonly targets: Targets;
  readonly settings: Settings;
  readonly isCached: boolean;
  readonly progress: Progress;
  /** Told of the catalog and of the files before the work begins. */
  readonly onFound: (catalog: Catalog, found: Discovery, pages: readonly UserPage[]) => void;
}

/** Compares two revisions of a project. */
export function compareChange(revisions: Revisions, options: ComparisonOptions): Difference {
  const { before, after } = revisions;
  const { targets, settings } = options;
  const pages = projectPages(targets.base, settings.pages, before.tree);
  const catalog = addPages(loadCatalog(), pages);
  const judged: Judged = { ...options, catalog, pages, decisions: new Map() };
  const first = reviewRevision(before, revisions, judged);
  const second = reviewRevision(after, revisions, judged);
  options.progress.update("comparing", 0, 0);
  prefetchChanged(before, first.files, second.files, targets.root);
  prefetchChanged(after, second.files, first.files, targets.root);
  return compareRevisions({
    before: first.report, after: second.report, names: { before: before.name, after: after.name },
    files: { before: first.files, after: second.files }, judgeSuppressions: settings.suppressions,
  });
}

/** What differs is read line by line. */
function prefetchChanged(revision: Revision, files: RevisionFiles, others: RevisionFiles, root: string): void {
  const paths = [...files.digests].filter(([path, name]) => others.digests.get(path) !== name).map(([path]) => join(root, path));
  if (paths.length > 0) revision.prefetch(paths);
}

interface Judged extends ComparisonOptions {
  readonly catalog: Catalog;
  readonly pages: readonly UserPage[];
  readonly decisions: Map<string, boolean>;
}

/** Reviews one side of a change; the first one says which files are ignored. */
export function reviewRevision(revision: Revision, { before }: Revisions, options: Judged): { readonly report: Report; readonly files: RevisionFiles } {
  const { targets, settings, progress, catalog, pages } = options;
  const found = findFiles(targets, settings, progress, { files: revision.tree, ignoreFiles: before.tree, decisions: options.decisions });
  options.onFound(catalog, found, pages);
  const request = requestOf(targets, settings, { ...found, problems: [...found.problems, ...revision.problems] }, {
    catalog, progress, tree: revision.tree, revision: revision.commit, prefetch: revision.prefetch, algorithm: before.commit.length > 40 ? "sha256" : "sha1",
  });
  const report = reviewOnce({ ...request, projectPages: pages.map((page) => page.path) }, { reviewed: targets.base, isOn: options.isCached });
  return { report, files: { digests: request.snapshot.names, read: (path) => request.workspace.read(path) } };
}
