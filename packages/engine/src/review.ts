/**
 * The whole product as one function: source, IR, program, values and flow, obligations, findings, review.
 */
import { type EntryAccess, entryMap } from "./access/index.ts";
import { decodeUtf8, Interner, type Problem } from "./base/index.ts";
import { accessOf, holdBack, runChecks } from "./checks/index.ts";
import type { LedgerInput } from "./ledger/index.ts";
import { Ir, type Language } from "./ir/index.ts";
import { type Lowered, lowerFiles } from "./lower-files.ts";
import { type Catalog, compileApiGraph } from "./knowledge/index.ts";
import { type Obligation, solveObligations, Solver, sortObligations } from "./obligations/index.ts";
import { linkProgram, type Program, type PublicApi } from "./program/index.ts";
import { buildReport, completenessOf, defaultReportOptions, describeEntries, type EntriesReport, type Report, type ReportOptions, type ReviewedProject } from "./review/index.ts";
import { defaultReadOptions, readSources, roleOf, type Workspace } from "./source/index.ts";
import { valueFacts } from "./values/index.ts";

/** Phases of a review, in order. */
export type Phase = "read" | "lower" | "link" | "solve" | "report";

/** What a review is made from, beside the files. Every field has a value in {@link defaultReviewOptions}. */
export interface ReviewOptions {
  /** Files to analyse; all files of the workspace with an ending of a language if absent. */
  readonly files?: readonly string[];
  readonly fileBytesMax: number;
  /** What the host did not hand in, and why. */
  readonly problems: readonly Problem[];
  readonly project: ReviewedProject;
  /** What of the project is declared to be called by other programs. */
  readonly publicApi: PublicApi;
  /** Follow test code as product code is; if not, only what the product imports of it is followed. */
  readonly followTests: boolean;
  readonly version: string;
  /** Pages of the catalog that are the reviewed project's own. */
  readonly projectPages: readonly string[];
  readonly report: ReportOptions;
  readonly onProgress: (phase: Phase, done: number, total: number) => void;
}

export const defaultReviewOptions: ReviewOptions = {
  fileBytesMax: defaultReadOptions.fileBytesMax,
  problems: [],
  project: { name: "project", revision: "" },
  publicApi: "none",
  followTests: false,
  version: "0.0.0",
  projectPages: [],
  report: defaultReportOptions,
  onProgress: () => {},
};

/** A program that was read and linked, before anything was asked of it. */
export interface Linked extends Pick<Lowered, "problems" | "comments" | "unfollowed"> {
  readonly program: Program;
}

/**
 * Reviews a project.
 *
 * @example
 * ```ts
 * const report = review(workspace, [pythonLanguage()], catalog);
 * report.findings.map((finding) => finding.detector); // => ["sql-injection"]
 * ```
 * @public
 */
export function review(
  workspace: Workspace, languages: readonly Language[], catalog: Catalog, options: ReviewOptions = defaultReviewOptions,
): Report {
  return reportOf(link(workspace, languages, catalog, options), catalog, options);
}

/** Decides every obligation of a linked program, and puts the report together. */
export function reportOf(linked: Linked, catalog: Catalog, options: ReviewOptions = defaultReviewOptions): Report {
  return examineLinked(linked, catalog, options).report;
}

/**
 * Reviews a project and keeps what the review rests on, for questions that come later: {@link saveLedger} puts it into a
 * form that can be stored.
 */
export function examine(
  workspace: Workspace, languages: readonly Language[], catalog: Catalog, options: ReviewOptions = defaultReviewOptions,
): LedgerInput {
  return examineLinked(link(workspace, languages, catalog, options), catalog, options);
}

function examineLinked(linked: Linked, catalog: Catalog, options: ReviewOptions): LedgerInput {
  const { program } = linked;
  options.onProgress("solve", 0, 1);
  const { obligations, access } = decideAll(program, catalog, (done, total) => options.onProgress("solve", done, total));
  options.onProgress("report", 0, 1);
  const report = buildReport({
    version: options.version, project: options.project, program, catalog, projectPages: options.projectPages, obligations, access,
    problems: linked.problems, comments: linked.comments, unfollowed: linked.unfollowed, isTest: (path) => roleOf(path) === "test", options: options.report,
  });
  return { report, obligations, program };
}

/**
 * Maps the handlers of a project: what guards each, and the verdict.
 *
 * @example
 * ```ts
 * mapEntries(workspace, [pythonLanguage()], catalog).rows.map((row) => row.verdict); // => ["covered", "missing"]
 * ```
 * @public
 */
export function mapEntries(
  workspace: Workspace, languages: readonly Language[], catalog: Catalog, options: ReviewOptions = defaultReviewOptions,
): EntriesReport {
  const { program, problems } = link(workspace, languages, catalog, options);
  options.onProgress("solve", 0, 1);
  const map = entryMap(new Solver(program, valueFacts(program)));
  const analysedPaths = new Set(program.files.map((file) => file.path));
  const { reasons } = completenessOf({ problems, analysedPaths, isTest: (path) => roleOf(path) === "test" });
  return describeEntries(program, map, { version: options.version, project: options.project, files: program.files.length, incompleteBecause: reasons });
}

/** The obligation table, the checks' rows included. What the solver remembers is let go before the report is made. */
function decideAll(
  program: Program, catalog: Catalog, onProgress: (done: number, total: number) => void,
): { readonly obligations: readonly Obligation[]; readonly access: readonly EntryAccess[] } {
  const solution = solveObligations(program, valueFacts(program), catalog, onProgress);
  const checked = runChecks(program, catalog, solution);
  const all = sortObligations([...solution.obligations, ...checked]);
  return { obligations: yieldToOthers(holdBack(all, catalog, program, solution), catalog), access: accessOf(solution) };
}

/** One weakness is told once: a detector that yields to another shows nothing where that one does. */
function yieldToOthers(obligations: readonly Obligation[], catalog: Catalog): readonly Obligation[] {
  const yielding = new Map(catalog.detectors.filter((each) => each.yieldsTo.length > 0).map((each) => [each.id, each.yieldsTo]));
  const shown = new Set(obligations.filter((row) => row.shown).map((row) => `${row.detector},${row.site}`));
  return obligations.map((row) => {
    const other = row.shown ? yielding.get(row.detector)?.find((id) => shown.has(`${id},${row.site}`)) : undefined;
    return other === undefined ? row : { ...row, shown: false, notShown: `it is told as ${other}` };
  });
}

/** Reads, lowers and links a project: all that does not depend on detectors. */
export function link(
  workspace: Workspace, languages: readonly Language[], catalog: Catalog, options: ReviewOptions = defaultReviewOptions,
): Linked {
  const paths = options.files ?? workspace.list().filter((path) => languageOf(languages, path) !== undefined);
  options.onProgress("read", 0, paths.length);
  const sources = readSources(workspace, paths, { fileBytesMax: options.fileBytesMax });
  const files = sources.value;
  const ir = new Ir(new Interner());
  const api = compileApiGraph(catalog);
  const lowered = lowerFiles(ir, files, {
    languageOf: (path) => languageOf(languages, path) ?? languages[0], api, followTests: options.followTests,
    onProgress: (done) => options.onProgress("lower", done, files.length),
  });
  options.onProgress("link", 0, 1);
  const stubs = catalog.stubs === undefined ? {} : { stubs: catalog.stubs };
  const linked = linkProgram({
    ir, files, api, ...stubs, projectData: dataOf(workspace, packagingFiles),
    templates: dataOf(workspace, templateFiles), publicApi: options.publicApi,
  });
  return {
    program: linked.program,
    problems: [...options.problems, ...sources.problems, ...lowered.problems, ...linked.problems],
    comments: lowered.comments,
    unfollowed: lowered.unfollowed,
  };
}

/** Files that say under which names other programs load functions and classes, and which versions of others the project needs. */
const packagingFiles = /(?:^|\/)(?:setup\.cfg|setup\.py|pyproject\.toml|[Pp]ipfile|requirements[^/]*\.txt|entry_points\.txt|[\w.-]*paste[\w.-]*\.ini)$/;
/** Files that may be templates of pages. */
const templateFiles = /\.(?:x?html?|j2|jinja2?|tmpl|tpl)$/i;
const dataBytesMax = 500_000;

function dataOf(workspace: Workspace, names: RegExp): Record<string, string> {
  const out: Record<string, string> = {};
  for (const path of workspace.list()) {
    if (!names.test(path)) continue;
    const bytes = workspace.read(path);
    if (bytes !== undefined && bytes.length <= dataBytesMax) out[path] = decodeUtf8(bytes, 0, bytes.length);
  }
  return out;
}

function languageOf(languages: readonly Language[], path: string): Language | undefined {
  return languages.find((language) => language.extensions.some((ending) => path.endsWith(ending)));
}
