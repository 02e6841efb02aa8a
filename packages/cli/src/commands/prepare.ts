/** What every command that reviews does first: paths, configuration, pages, files. */
import type { SnapshotRequest } from "../cache/cached-review.ts";
import { addPages, loadCatalog } from "../catalog/load.ts";
import { projectPages, type UserPage } from "../catalog/user-pages.ts";
import { type Configuration, findConfiguration, readNamedConfiguration } from "../configuration/configuration.ts";
import { defaultSettings, type Settings } from "../configuration/setting.ts";
import type { Catalog } from "../engine.ts";
import type { Discovery } from "../files/discover.ts";
import { resolveTargets, type Targets } from "../files/targets.ts";
import type { Progress } from "../terminal/progress.ts";
import { say, type Terminal } from "../terminal/terminal.ts";
import { findFiles, refuseOverwriting, requestOf } from "./request.ts";
import { type ReviewFlags, settingsOfFlags } from "./review-flags.ts";
import { type Kept, reviewAndKeep } from "./reviewing.ts";
import { checkSelectors } from "./selectors.ts";

/** A review that can begin. */
export interface Prepared {
  readonly targets: Targets;
  readonly configuration: Configuration;
  readonly settings: Settings;
  readonly catalog: Catalog;
  readonly pages: readonly UserPage[];
  readonly found: Discovery;
  readonly request: SnapshotRequest;
  /** Reviews, or takes the result of an earlier run. */
  readonly review: () => Kept;
}

/** Prepares a review. `files` are those that will be written: none of them may be one that is read. */
export function prepareReview(
  paths: readonly string[], flags: ReviewFlags, files: readonly string[], { progress, terminal }: { readonly progress: Progress; readonly terminal: Terminal },
): Prepared {
  const cwd = process.cwd();
  const targets = resolveTargets(paths, cwd);
  const configuration = flags.config === undefined ? findConfiguration(targets.root, targets.base) : readNamedConfiguration(flags.config, cwd);
  const settings: Settings = { ...defaultSettings, ...configuration.settings, ...settingsOfFlags(flags) };
  if (configuration.path !== "" && flags.quiet !== true) say(terminal, `configuration: ${configuration.path}`);
  const pages = projectPages(targets.base, settings.pages);
  const catalog = addPages(loadCatalog(), pages);
  checkSelectors(catalog, settings, terminal);
  const found = findFiles(targets, settings, progress);
  refuseOverwriting(files, targets, found, pages);
  const request = { ...requestOf(targets, settings, found, { catalog, progress }), projectPages: pages.map((page) => page.path) };
  const review = (): Kept => reviewAndKeep({ targets, settings, found, request }, flags.cache !== false);
  return { targets, configuration, settings, catalog, pages, found, request, review };
}
