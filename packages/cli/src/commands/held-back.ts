/** `--baseline FILE`, `--baseline-commit REF` and `baseline` of the configuration: what was there before is not told of again. */
import { readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { againstBaseline, type Baseline, baselineOf, readBaseline, type Report } from "../engine.ts";
import { messageOf, UsageError } from "../exit.ts";
import { chooseRevisions } from "../revisions/choose.ts";
import { reviewRevision } from "../revisions/compare.ts";
import type { Progress } from "../terminal/progress.ts";
import type { Prepared } from "./prepare.ts";
import type { ReviewFlags } from "./review-flags.ts";

/** Larger files are no baselines. */
const baselineBytesMax = 100_000_000;

/** Reads a baseline before the work begins; `name` is what the user calls it. */
export function readBaselineFile(name: string, path: string): Baseline {
  const reading = readBaseline(readText(name, path), name);
  if ("problem" in reading) throw new UsageError(`${name}: it is not read as a baseline: ${reading.problem}`);
  return reading.baseline;
}

function readText(name: string, path: string): string {
  try {
    if (statSync(path).size > baselineBytesMax) throw new UsageError(`${name}: a baseline of more than ${baselineBytesMax} bytes is not read`);
    return readFileSync(path, "utf8");
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`${name}: the baseline cannot be read: ${messageOf(error)}`, { cause: error });
  }
}

/** Finds the baseline that holds for a review, if one was asked for; a flag wins over the configuration. */
export function chosenBaseline(flags: ReviewFlags, prepared: Prepared, progress: Progress): Baseline | undefined {
  const { settings } = prepared;
  const { baseline, baselineCommit } = flags;
  if (baseline !== undefined && baselineCommit !== undefined) throw new UsageError("--baseline and --baseline-commit are two baselines; name one");
  if (baseline !== undefined) return readBaselineFile(baseline, resolve(process.cwd(), baseline));
  if (baselineCommit !== undefined) return ofRevision(baselineCommit, prepared, { progress, isCached: flags.cache !== false });
  return settings.baseline === undefined ? undefined : readBaselineFile(settings.baseline.name, settings.baseline.file);
}

/** What is found in the revision where the named one and HEAD part, judged by the same settings. */
function ofRevision(name: string, { targets, settings, catalog, pages }: Prepared, given: { readonly progress: Progress; readonly isCached: boolean }): Baseline {
  const revisions = chooseRevisions(targets.base, process.cwd(), { range: name, patch: undefined, staged: false });
  const { report } = reviewRevision(revisions.before, revisions, { targets, settings, catalog, pages, ...given, decisions: new Map(), onFound: () => {} });
  return baselineOf(report, revisions.before.name);
}

/** Takes out of a report what the baselines hold. */
export const heldBack = (report: Report, baseline: Baseline | undefined, { catalog }: Prepared): Report =>
  baseline === undefined ? report : againstBaseline(report, baseline, catalog.detectors);
