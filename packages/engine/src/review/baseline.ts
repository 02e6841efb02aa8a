/**
 * Findings that were there before: a baseline names them, and a review then tells only of what goes beyond it.
 *
 * A baseline is a multiset. The same code in two places has one hash, so what counts is how often a hash is there: the third copy of
 * something that was there twice is new.
 */
import { type Finding, matchesSelector } from "../findings/index.ts";
import type { Detector } from "../knowledge/index.ts";
import type { Report } from "./report.ts";

/** One finding that was there. */
export interface BaselineEntry {
  /** The hash of its identity, 16 hex digits. */
  readonly hash: string;
  /** Where it was, as far as is known: of two copies, the one in the same file is the old one. */
  readonly path: string;
}

/** A finding of another tool, whose identity says nothing here: a rule at a line. */
export interface BaselinePlace {
  readonly rule: string;
  readonly path: string;
  readonly line: number;
}

export interface Baseline {
  /** What the review calls it: a file, a revision. */
  readonly name: string;
  readonly entries: readonly BaselineEntry[];
  readonly places: readonly BaselinePlace[];
}

/** What became of a baseline. */
export interface BaselineUse {
  readonly name: string;
  /** Findings and questions that it holds: examined, and not told of. */
  readonly known: readonly Finding[];
  /** Entries that no finding meets any more. */
  readonly gone: number;
}

/**
 * Takes the findings and questions out of a report that a baseline holds. The pillars stay: they are about the whole project.
 *
 * @example
 * ```ts
 * againstBaseline(report, baselineOf(report, "main")).findings; // => []
 * ```
 */
export function againstBaseline(report: Report, baseline: Baseline, detectors: readonly Detector[]): Report {
  const left = new EntriesLeft(baseline.entries);
  const all = [...report.findings, ...report.questions];
  const known = new Set<Finding>();
  // Copies in the file of an entry are the old ones; what is left over is met in the order of the report.
  for (const finding of all) if (left.take(hashOf(finding), inRoot(finding, report))) known.add(finding);
  for (const finding of all) if (!known.has(finding) && left.take(hashOf(finding))) known.add(finding);
  const byId = new Map(detectors.map((detector) => [detector.id, detector]));
  for (const finding of all) {
    const detector = byId.get(finding.detector);
    if (!known.has(finding) && detector !== undefined && baseline.places.some((place) => meets(place, finding, detector, inRoot(finding, report)))) known.add(finding);
  }
  return {
    ...report,
    findings: report.findings.filter((finding) => !known.has(finding)),
    questions: report.questions.filter((finding) => !known.has(finding)),
    baseline: { name: baseline.name, known: all.filter((finding) => known.has(finding)), gone: left.count },
  };
}

/** Returns the baseline that holds just what a report tells of. */
export function baselineOf(report: Report, name: string): Baseline {
  const entries = [...report.findings, ...report.questions].map((finding) => ({ hash: hashOf(finding), path: inRoot(finding, report) }));
  return { name, entries, places: [] };
}

/** What a finding is known by, whatever its number among the copies of its code. */
export const hashOf = (finding: Finding): string => finding.fingerprint.split(":")[0];

/** The path in the repository: a baseline is a file of the repository, whatever folder of it is reviewed. */
export const inRoot = (finding: Finding, { project }: Report): string => (project.folder === undefined ? finding.path : `${project.folder}/${finding.path}`);

function meets(place: BaselinePlace, finding: Finding, detector: Detector, path: string): boolean {
  return (place.path === path || place.path === finding.path) && place.line >= finding.line && place.line <= finding.endLine && matchesSelector(detector, place.rule);
}

/** The entries that no finding has met yet. */
class EntriesLeft {
  private readonly paths = new Map<string, string[]>();
  count = 0;

  constructor(entries: readonly BaselineEntry[]) {
    for (const { hash, path } of entries) {
      const paths = this.paths.get(hash);
      if (paths === undefined) this.paths.set(hash, [path]);
      else paths.push(path);
    }
    this.count = entries.length;
  }

  /** Takes one entry of a hash, of a path if one is given; false if there is none left. */
  take(hash: string, path?: string): boolean {
    const paths = this.paths.get(hash) ?? [];
    const at = path === undefined ? paths.length - 1 : paths.indexOf(path);
    if (at < 0) return false;
    paths.splice(at, 1);
    this.count--;
    return true;
  }
}
