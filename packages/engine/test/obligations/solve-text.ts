/** The one place where tests of the obligation table touch the engine: Python files in, printed rows out. */
import { Interner } from "../../src/base/index.ts";
import { runChecks } from "../../src/checks/index.ts";
import { Ir } from "../../src/ir/index.ts";
import { type ApiGraph, type Catalog, compileApiGraph, readCatalog } from "../../src/knowledge/index.ts";
import { pythonLanguage } from "../../src/languages/python/index.ts";
import { fileOf, type Obligation, solveObligations, sortObligations } from "../../src/obligations/index.ts";
import { linkProgram, moduleNames, type Program } from "../../src/program/index.ts";
import { inMemoryWorkspace, lineOf, readSources, defaultReadOptions } from "../../src/source/index.ts";
import { valueFacts } from "../../src/values/index.ts";
import { catalogPages } from "../catalog/catalog-pages.ts";
import { builtInStubs } from "../catalog/stub-pack.ts";

export type Files = Readonly<Record<string, string>>;

let loaded: { readonly catalog: Catalog; readonly api: ApiGraph } | undefined;

/** The built-in catalog, read and compiled once for all tests of a file. */
export function builtIn(): { readonly catalog: Catalog; readonly api: ApiGraph } {
  if (!loaded) {
    const catalog: Catalog = { ...readCatalog(catalogPages()).value, stubs: builtInStubs() };
    loaded = { catalog, api: compileApiGraph(catalog) };
  }
  return loaded;
}

export interface Solved {
  readonly program: Program;
  readonly obligations: readonly Obligation[];
  /** Sinks asked about, and nodes visited for them. */
  readonly seeds: number;
  readonly steps: number;
}

/** Solves every obligation of some files, the rows of checks included. */
export function solve(files: Files): Solved {
  const { catalog, api } = builtIn();
  const workspace = inMemoryWorkspace(files);
  const sources = readSources(workspace, workspace.list(), defaultReadOptions).value;
  const ir = new Ir(new Interner());
  const language = pythonLanguage();
  const names = moduleNames(sources.map((file) => file.path));
  sources.forEach((file, id) => {
    language.lower(ir, file, { id, name: names[id] ?? file.path, isPackage: /(?:^|\/)__init__\.py$/.test(file.path) });
  });
  const { program } = linkProgram({ ir, files: sources, api, ...(catalog.stubs === undefined ? {} : { stubs: catalog.stubs }) });
  const solution = solveObligations(program, valueFacts(program), catalog);
  const rows = sortObligations([...solution.obligations, ...runChecks(program, catalog, solution)]);
  return { program, obligations: rows, seeds: solution.work.seeds, steps: solution.work.steps };
}

/**
 * Detectors of whole programs: what stands before a handler is said by hooks, settings and siblings anywhere, so that a file which is
 * added may change it. They have tests of their own (`test/access`) and are left out where one value is looked at.
 */
const ofWholePrograms: ReadonlySet<string> = new Set([
  "missing-authorisation", "missing-authentication", "late-authorisation", "over-wide-permission", "csrf-off", "unfiltered-object",
]);

/** Detectors with a row for each call: that a call is fine is no news, and a function that is extracted has one more. */
const isNews = (row: Obligation): boolean => !ofWholePrograms.has(row.detector) && (row.verdict !== "proven" || row.detector !== "call-mismatch");

/** Where a row stands: its file and line, from 1. */
export function placeOf(program: Program, obligation: Obligation): { readonly path: string; readonly line: number } {
  const file = program.files[fileOf(program.ir, obligation.site)];
  return { path: file.path, line: lineOf(file, program.ir.src.data[obligation.site]) };
}

/**
 * Prints rows as `line detector verdict reason source`, sorted by place; the file stands before the line if there are several.
 * Of a violation that is kept back, the reason for that follows.
 */
export function printRows(files: Files): string {
  const isAlone = Object.keys(files).length === 1;
  return printed(files).map(({ path, text }) => `${isAlone ? "" : `${path}:`}${text}\n`).join("");
}

/** The same rows for each file. */
export function rowsByFile(files: Files): ReadonlyMap<string, string> {
  const out = new Map<string, string>();
  for (const { path, text } of printed(files)) out.set(path, `${out.get(path) ?? ""}${text}\n`);
  return out;
}

function printed(files: Files): readonly { readonly path: string; readonly text: string }[] {
  const { program, obligations } = solve(files);
  const lines = obligations.filter(isNews).map((obligation) => {
    const { path, line } = placeOf(program, obligation);
    const reasons = [...new Set(obligation.reasons.map((reason) => reason.code))].sort().join("+");
    const words = [String(line), obligation.detector, obligation.verdict, reasons];
    if (obligation.source !== "") words.push(obligation.source);
    if (obligation.verdict === "violated" && !obligation.shown) words.push(`(${obligation.notShown})`);
    return { path, line, text: words.join(" ") };
  });
  return lines.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : a.line - b.line || (a.text < b.text ? -1 : a.text > b.text ? 1 : 0)));
}

/** The sorted `detector verdict` of all rows: what a change that means nothing must keep. */
export function verdicts(files: Files): string[] {
  return solve(files).obligations.filter(isNews).map((row) => `${row.detector} ${row.verdict}${row.verdict === "violated" && !row.shown ? " (kept back)" : ""}`).sort();
}
