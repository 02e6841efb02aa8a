/** One review from settings to report, and its ledger saved for the questions that come after it. */
import { reviewOnce, type SnapshotRequest } from "../cache/cached-review.ts";
import { addPages, loadCatalog } from "../catalog/load.ts";
import { projectPages, type UserPage } from "../catalog/user-pages.ts";
import type { Settings } from "../configuration/setting.ts";
import { type Catalog, examineProject, type LedgerInput, type Report, saveLedger } from "../engine.ts";
import type { Discovery } from "../files/discover.ts";
import type { Targets } from "../files/targets.ts";
import { stateOf } from "../ledger/ledger-state.ts";
import { storeLedger } from "../ledger/ledger-store.ts";
import type { Progress } from "../terminal/progress.ts";
import { findFiles, requestOf } from "./request.ts";

/** A report, and a way to keep what it rests on. */
export interface Kept {
  readonly report: Report;
  /**
   * Saves the ledger; returns "", or why it could not be saved. A report that comes from the cache has none: the one of the
   * review that was kept there stands, or a question makes a review of its own.
   */
  readonly save: () => string;
}

export interface Reviewing extends Kept {
  readonly found: Discovery;
}

export interface ReviewPlan {
  /** Take the report of an earlier run if there is one, and keep this one. */
  readonly isCached: boolean;
  readonly checkCatalog?: (catalog: Catalog) => void;
  /** Called between finding the files and reading them. */
  readonly checkFiles?: (found: Discovery, pages: readonly UserPage[]) => void;
}

export function performReview(targets: Targets, settings: Settings, progress: Progress, plan: ReviewPlan): Reviewing {
  const pages = projectPages(targets.base, settings.pages);
  const catalog = addPages(loadCatalog(), pages);
  plan.checkCatalog?.(catalog);
  const found = findFiles(targets, settings, progress);
  plan.checkFiles?.(found, pages);
  const request = { ...requestOf(targets, settings, found, { catalog, progress }), projectPages: pages.map((page) => page.path) };
  return { ...reviewAndKeep({ targets, settings, found, request }, plan.isCached), found };
}

/** What a review is made of, files included. */
export interface ReviewInput {
  readonly targets: Targets;
  readonly settings: Settings;
  readonly found: Discovery;
  readonly request: SnapshotRequest;
}

/** Reviews, or takes the report of an earlier run. */
export function reviewAndKeep({ targets, settings, found, request }: ReviewInput, isCached: boolean): Kept {
  let kept: LedgerInput | undefined;
  const report = reviewOnce(request, { reviewed: targets.base, isOn: isCached }, (asked) => (kept = examineProject(asked)).report);
  const save = (): string => (kept === undefined ? "" : storeLedger(stateOf(targets, settings, found, request.snapshot), saveLedger(kept)));
  return { report, save };
}
