/**
 * Runs the examples of a page: what the engine says must be what the markers say.
 *
 * In: a page, the catalog it belongs to, and the engine as a function.
 * Out: one failure per line that is not as marked, with what was expected and what came.
 */
import type { Catalog, Detector } from "./catalog.ts";
import { type ExampleProject, type ExpectedLine, exampleProjects } from "./example-project.ts";
import { type PageText, splitPage } from "./page.ts";
import { PageProblems } from "./page-problem.ts";

/** What the engine says about one site of an example. The runner needs no more of an obligation than this. */
export interface ObservedObligation {
  readonly detector: string;
  readonly verdict: "violated" | "proven" | "open";
  /** Violations only: reported by default. */
  readonly shown: boolean;
  readonly path: string;
  /** 1-based; the lines of the statement or expression of the sink. */
  readonly line: number;
  readonly endLine: number;
  /** Source first. */
  readonly steps: readonly { readonly path: string; readonly line: number }[];
  /** For people: message, or reason of the verdict. */
  readonly text: string;
}

/** The engine as the runner sees it: reviews files with a catalog. */
export type ReviewExample = (files: Readonly<Record<string, string>>, catalog: Catalog) => readonly ObservedObligation[];

/** The part of a report that the runner reads. */
export interface ObservableReport {
  readonly findings: readonly ObservableFinding[];
  readonly questions: readonly ObservableFinding[];
  readonly obligations: readonly (Pick<ObservedObligation, "detector" | "verdict" | "shown" | "path" | "line" | "endLine"> & {
    readonly reason: { readonly text: string };
  })[];
}
export interface ObservableFinding extends Pick<ObservedObligation, "detector" | "path" | "line" | "endLine" | "steps"> {
  readonly message: string;
}

/** Turns a report into what the runner compares: the findings and questions it shows, and every row that is none. */
export function observeReport(report: ObservableReport): ObservedObligation[] {
  const told = [...report.findings, ...report.questions].map((finding): ObservedObligation => ({
    detector: finding.detector, verdict: "violated", shown: true, path: finding.path, line: finding.line,
    endLine: finding.endLine, steps: finding.steps, text: finding.message,
  }));
  const rows = report.obligations.filter((row) => row.verdict !== "violated" || !row.shown);
  return [...told, ...rows.map((row): ObservedObligation => ({
    detector: row.detector, verdict: row.verdict, shown: false, path: row.path, line: row.line,
    endLine: row.endLine, steps: [], text: row.reason.text,
  }))];
}

/** A line of a page that is not as marked. */
export interface PageFailure {
  readonly path: string;
  readonly line: number;
  readonly expected: string;
  readonly got: string;
  /** `path:line: expected …, got …` */
  readonly message: string;
}

export interface PageRun {
  readonly failures: readonly PageFailure[];
  /** Example projects that were reviewed. */
  readonly projects: number;
  /** Marked lines that were compared. */
  readonly lines: number;
}

/** Reviews every example of a page and compares it with the markers; then checks that the page could fail at all. */
export function runPage(source: PageText, catalog: Catalog, review: ReviewExample): PageRun {
  const projects = exampleProjects(splitPage(source, new PageProblems()));
  const own = catalogFor(source.path, catalog, projects);
  const seen = projects.map((project) => review(filesOf(project), own));
  const failures = projects.flatMap((project, index) => compareProject(project, seen[index]));
  const lines = projects.reduce((sum, project) => sum + project.expected.length, 0);
  // A page that is wrong already says enough; mutations of it would only repeat that.
  if (failures.length === 0) failures.push(...mutate(source.path, projects, own, review));
  return { failures, projects: projects.length, lines };
}

/**
 * A detector's page is run with that detector alone, any other page with all. A detector that is not shown by default is
 * shown on its own page and where a marker asks for it by name.
 */
function catalogFor(path: string, catalog: Catalog, projects: readonly ExampleProject[]): Catalog {
  const own = catalog.detectors.filter((detector) => detector.page === path);
  if (own.length > 0) return { ...catalog, detectors: own.map(shown) };
  const named = new Set(projects.flatMap((project) => project.expected.filter((marker) => marker.kind === "finding").flatMap((marker) => markerIds(marker.text))));
  return { ...catalog, detectors: catalog.detectors.map((detector) => (named.has(detector.id) ? shown(detector) : detector)) };
}

const shown = (detector: Detector): Detector => ({ ...detector, shown: true });
const markerIds = (text: string): string[] => (text === "" ? [] : text.split(/\s*,\s*/));

function filesOf(project: ExampleProject): Record<string, string> {
  return Object.fromEntries(project.files.map((file) => [file.name, file.text]));
}

const isReported = (seen: ObservedObligation): boolean => seen.verdict === "violated" && seen.shown;

function stands(seen: ObservedObligation, expected: ExpectedLine): boolean {
  return seen.path === expected.file && seen.line <= expected.codeLine && expected.codeLine <= seen.endLine;
}

/** Compares one project with its markers. */
export function compareProject(project: ExampleProject, observed: readonly ObservedObligation[]): PageFailure[] {
  const reported = observed.filter(isReported);
  const claimed = new Set<ObservedObligation>();
  const failures: PageFailure[] = [];
  for (const expected of project.expected) {
    const here = reported.filter((seen) => stands(seen, expected));
    const problem = compareLine(expected, here, observed, reported);
    if (problem !== undefined) failures.push(failure(project.page, expected.pageLine, problem.expected, problem.got));
    for (const seen of here) claimed.add(seen);
  }
  for (const seen of reported) {
    if (claimed.has(seen)) continue;
    const file = project.files.find((candidate) => candidate.name === seen.path);
    const line = file === undefined ? project.line : file.lineBefore + seen.line;
    failures.push(failure(project.page, line, "silence (the line has no marker)", describe([seen])));
  }
  return failures.sort((a, b) => a.line - b.line);
}

interface Mismatch {
  readonly expected: string;
  readonly got: string;
}

function compareLine(
  expected: ExpectedLine,
  here: readonly ObservedObligation[],
  observed: readonly ObservedObligation[],
  reported: readonly ObservedObligation[],
): Mismatch | undefined {
  switch (expected.kind) {
    case "finding":
    case "spurious":
      return compareReported(expected, here, observed);
    case "safe":
      return here.length === 0 ? undefined : { expected: `silence (safe: ${expected.text})`, got: describe(here) };
    case "missed":
      return here.length === 0 ? undefined : { expected: "a miss", got: `${describe(here)}; it is found now, so mark it "finding"` };
    case "open": {
      if (here.length > 0) return { expected: "an open obligation", got: describe(here) };
      // A weak source is kept in the ledger as a violation that is not shown: neither proven nor reported either.
      const open = observed.some((seen) => seen.verdict !== "proven" && stands(seen, expected));
      return open ? undefined : { expected: "an open obligation", got: describeOthers(expected, observed) };
    }
    case "source": {
      const starts = reported.some((seen) => seen.steps.length > 0 && isStepAt(seen.steps[0], expected));
      return starts ? undefined : { expected: "a flow that begins here", got: describePaths(reported) };
    }
    case "step": {
      const passes = reported.some((seen) => seen.steps.some((step) => isStepAt(step, expected)));
      return passes ? undefined : { expected: "a flow that passes here", got: describePaths(reported) };
    }
  }
}

/** One report on the line, or one of each detector that the marker names. */
function compareReported(expected: ExpectedLine, here: readonly ObservedObligation[], observed: readonly ObservedObligation[]): Mismatch | undefined {
  if (expected.kind === "spurious") {
    if (here.length > 0) return undefined;
    return { expected: "a wrong report (spurious)", got: 'nothing; it is silent now, so mark it "safe"' };
  }
  const ids = markerIds(expected.text);
  const wanted = ids.length === 0 ? "one finding" : `one finding of ${ids.join(" and of ")}`;
  if (here.length === 0) return { expected: wanted, got: describeOthers(expected, observed) };
  const isAsWanted = ids.length === 0
    ? here.length === 1
    : here.length === ids.length && ids.every((id) => here.some((seen) => seen.detector === id));
  return isAsWanted ? undefined : { expected: wanted, got: describe(here) };
}

const isStepAt = (step: { readonly path: string; readonly line: number }, expected: ExpectedLine): boolean =>
  step.path === expected.file && step.line === expected.codeLine;

function describe(seen: readonly ObservedObligation[]): string {
  return seen.map((one) => `${one.detector} (${one.text})`).join(" and ");
}

/** Says what is at a line that has no report: a silent obligation and its reason, or nothing at all. */
function describeOthers(expected: ExpectedLine, observed: readonly ObservedObligation[]): string {
  const others = observed.filter((seen) => stands(seen, expected));
  if (others.length === 0) return "nothing";
  return others.map((seen) => `${seen.detector} ${seen.verdict === "violated" ? "violated but not shown" : seen.verdict} (${seen.text})`).join(" and ");
}

function describePaths(reported: readonly ObservedObligation[]): string {
  if (reported.length === 0) return "no finding in this example";
  return reported.map((seen) => `a flow over ${seen.steps.map((step) => `${step.path}:${step.line}`).join(", ")}`).join(" and ");
}

function failure(path: string, line: number, expected: string, got: string): PageFailure {
  return { path, line, expected, got, message: `${path}:${line}: expected ${expected}, got ${got}` };
}

/**
 * Checks that the page is a test: without the guards some safe line must be reported, without the models no finding may
 * be left. A detector that is a check of its own may know its places without models.
 */
function mutate(path: string, projects: readonly ExampleProject[], catalog: Catalog, review: ReviewExample): PageFailure[] {
  const detector = catalog.detectors.find((candidate) => candidate.page === path);
  const failures: PageFailure[] = [];
  if (detector !== undefined && (detector.flow?.stoppedBy.length ?? 0) > 0) {
    const unguarded = { ...catalog, detectors: [withoutGuards(detector)] };
    const turned = projects.some((project) => reportedLines(project, unguarded, review, "safe").length > 0);
    if (!turned) failures.push(failure(path, 1, 'some "safe" line to be reported once "stopped-by" is dropped', "silence on all of them"));
  }
  if (detector?.check !== undefined) return failures;
  const removed = { ...catalog, models: detector === undefined ? catalog.models.filter((model) => model.page !== path) : [] };
  const findings = projects.flatMap((project) => project.expected.filter((expected) => expected.kind === "finding"));
  const left = projects.flatMap((project) => reportedLines(project, removed, review, "finding"));
  if (detector !== undefined) {
    if (left.length > 0) failures.push(failure(path, left[0].pageLine, "no finding once the models are removed", "the same finding, so the models are not tested"));
    return failures;
  }
  // What a model's page says may rest on other pages too, but its own rows must find something or keep something silent.
  const isTested = left.length < findings.length || projects.some((project) => reportedLines(project, removed, review, "safe").length > 0);
  if (findings.length > 0 && !isTested) failures.push(failure(path, left[0].pageLine, "another result once this model is removed", "the same, so the model is not tested"));
  return failures;
}

function withoutGuards(detector: Detector): Detector {
  if (detector.flow === undefined) return detector;
  const { stoppedByBoth: _, ...flow } = detector.flow;
  return { ...detector, flow: { ...flow, stoppedBy: [] } };
}

function reportedLines(project: ExampleProject, catalog: Catalog, review: ReviewExample, kind: "safe" | "finding"): ExpectedLine[] {
  const marked = project.expected.filter((expected) => expected.kind === kind);
  if (marked.length === 0) return [];
  const reported = review(filesOf(project), catalog).filter(isReported);
  return marked.filter((expected) => reported.some((seen) => stands(seen, expected)));
}
