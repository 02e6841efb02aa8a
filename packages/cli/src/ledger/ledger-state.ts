/** What a ledger was made from: enough to tell whether a review now would say the same. */
import { engineDigest } from "../cache/engine-digest.ts";
import { digestPages } from "../catalog/digest.ts";
import { catalogName } from "../catalog/load.ts";
import { projectPages } from "../catalog/user-pages.ts";
import { findConfiguration } from "../configuration/configuration.ts";
import type { Settings } from "../configuration/setting.ts";
import type { Workspace } from "../engine.ts";
import { type Discovery, discover } from "../files/discover.ts";
import { digestOf, type Snapshot, takeSnapshot } from "../files/snapshot.ts";
import type { Targets } from "../files/targets.ts";
import { diskTree } from "../files/tree.ts";
import { version } from "../version.ts";

export interface LedgerState {
  readonly root: string;
  /** Absolute paths that were named. */
  readonly items: readonly string[];
  readonly settings: Settings;
  /** The configuration that was found, as JSON; what flags add is in the settings. */
  readonly configuration: string;
  /** Digest of the command and of its catalog. */
  readonly tool: string;
  /** Digest of the project's own pages. */
  readonly pages: string;
  /** Digest of what was found and passed over. */
  readonly listed: string;
  /** Digests of the files, by path. */
  readonly hashes: Readonly<Record<string, string>>;
}

/** Whether a saved ledger is still true, and the files as they were read to find out. */
export interface Comparison {
  /** "" if a review now would read the same, else what is different. */
  readonly stale: string;
  readonly workspace: Workspace;
}

export function stateOf(targets: Targets, settings: Settings, found: Discovery, snapshot: Snapshot): LedgerState {
  return {
    root: targets.root, items: targets.items.map((item) => item.path), settings, ...surroundings(targets, settings), listed: listedDigest(found),
    hashes: Object.fromEntries([...snapshot.digests()].map(([path, digest]) => [path, digest.slice(0, 32)])),
  };
}

/** Compares what is there with what the review read. File times are not trusted: everything is read again. */
export function compareState(state: LedgerState, targets: Targets): Comparison {
  const { settings } = state;
  const found = discover(targets, {
    targetBytesMax: settings.maxTargetBytes, exclude: settings.exclude, include: settings.include, honourGitignore: settings.gitIgnore,
  });
  const snapshot = takeSnapshot(diskTree, targets.root, [...found.python, ...found.data].sort(), { bytesMax: settings.maxTargetBytes });
  return { stale: staleBecause(state, targets, found, snapshot), workspace: snapshot.workspace };
}

function staleBecause(state: LedgerState, targets: Targets, found: Discovery, { digests }: Snapshot): string {
  const now = surroundings(targets, state.settings);
  if (now.tool !== state.tool) return "it was made by another version of warrant";
  if (now.configuration !== state.configuration) return "the configuration is another one";
  if (now.pages !== state.pages) return "catalog pages of the project changed";
  const hashes = digests();
  const changed = Object.keys(state.hashes).filter((path) => hashes.get(path)?.slice(0, 32) !== state.hashes[path]);
  if (changed.length > 0) return `${changed.length} file${changed.length === 1 ? "" : "s"} changed, such as ${changed[0]}`;
  return listedDigest(found) === state.listed ? "" : "files were added or taken away";
}

function surroundings(targets: Targets, settings: Settings): Pick<LedgerState, "configuration" | "tool" | "pages"> {
  return {
    configuration: JSON.stringify(findConfiguration(targets.root, targets.base)),
    tool: digestOf(`${version} ${engineDigest() ?? ""} ${catalogName()}`),
    pages: digestPages(projectPages(targets.base, settings.pages)),
  };
}

const listedDigest = (found: Discovery): string =>
  digestOf([...found.python, "", ...found.data, "", ...found.problems.map((problem) => `${problem.path} ${problem.message}`)].join("\n"));
