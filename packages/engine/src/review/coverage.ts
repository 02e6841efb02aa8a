/** What was looked at: files, calls, entries. The denominator of every verdict. */
import type { Problem, ProblemKind } from "../base/index.ts";
import { compareText } from "../findings/index.ts";
import { type FunctionInfo, Op, opOf } from "../ir/index.ts";
import type { EntryKind, Program, UnresolvedReason } from "../program/index.ts";

/** A file that was not read, and why. */
export interface SkippedFile {
  readonly path: string;
  readonly reason: string;
}

/** A file that was analysed. */
export interface AnalysedFile {
  readonly path: string;
  readonly lines: number;
  readonly isTest: boolean;
  /** False for test code that was parsed, and not followed. */
  readonly isFollowed: boolean;
}

/** A library function that no model speaks of, and how many calls reach it. */
export interface UnmodelledCall {
  readonly name: string;
  readonly calls: number;
}

/**
 * What was looked at.
 *
 * @example
 * ```ts
 * report.coverage.files.analysed; // => 4
 * ```
 * @public
 */
export interface Coverage {
  readonly files: {
    /** Files whose statements were analysed, the partial ones included. */
    readonly analysed: number;
    /** Of these, the ones in which a span was not understood. */
    readonly partial: number;
    readonly partialPaths: readonly string[];
    readonly skipped: readonly SkippedFile[];
    /** Lines of the analysed files. */
    readonly lines: number;
    /** Files counted as test code. */
    readonly test: number;
    /** Of these, the ones that were parsed and not followed: the product imports nothing of them. */
    readonly testNotFollowed: number;
    /** The analysed files, by path. */
    readonly list: readonly AnalysedFile[];
  };
  readonly calls: {
    readonly project: number;
    readonly external: number;
    readonly builtin: number;
    readonly derived: number;
    readonly unresolved: number;
    /** Unresolved calls by reason; reasons without calls are left out. */
    readonly byReason: Readonly<Partial<Record<UnresolvedReason, number>>>;
  };
  /** Entry points by kind, tests that are not followed included; kinds without entries are left out. */
  readonly entries: Readonly<Partial<Record<EntryKind, number>>>;
  /** Calls in product code of library functions without a model, the most frequent first. */
  readonly unmodelled: readonly UnmodelledCall[];
  /** How many there are in all. */
  readonly unmodelledTotal: number;
  /** Functions and lambdas of product code. */
  readonly functions: number;
  /** Functions that nothing in the program calls and that are no entry. */
  readonly functionsWithoutCaller: number;
  /** Budgets that cut something off. */
  readonly budgets: readonly string[];
}

/** Test code that was parsed, and not followed. */
export interface UnfollowedTests {
  readonly paths: readonly string[];
  /** Test functions in it. */
  readonly functions: number;
}

export const noUnfollowed: UnfollowedTests = { paths: [], functions: 0 };

/** Unmodelled names listed. */
export const unmodelledNamesMax = 20;

const skippedKinds: ReadonlySet<ProblemKind> = new Set(["skipped", "too-large", "unreadable", "not-text"]);

/** Paths of the files that were read, followed or not. */
export const analysedPaths = (program: Program, unfollowed: UnfollowedTests): ReadonlySet<string> =>
  new Set([...program.ir.modules.map((module) => program.files[module.file].path), ...unfollowed.paths]);

/** Counts what a program covers. */
export function coverageOf(program: Program, problems: readonly Problem[], unfollowed: UnfollowedTests = noUnfollowed): Coverage {
  const { calls, unmodelled } = countCalls(program);
  const names = [...unmodelled].sort((left, right) => right[1] - left[1] || compareText(left[0], right[0]));
  return {
    files: {
      ...countFiles(program, problems, analysedPaths(program, unfollowed)), testNotFollowed: unfollowed.paths.length,
      list: listFiles(program, unfollowed),
    },
    calls,
    entries: countEntries(program, unfollowed),
    unmodelled: names.slice(0, unmodelledNamesMax).map(([name, count]) => ({ name, calls: count })),
    unmodelledTotal: names.length,
    functions: productFunctions(program).length,
    functionsWithoutCaller: countUncalled(program),
    budgets: [...new Set(problems.filter((each) => each.kind === "limit-reached").map((each) => each.message))].sort(),
  };
}

function countFiles(program: Program, problems: readonly Problem[], analysed: ReadonlySet<string>): Omit<Coverage["files"], "testNotFollowed" | "list"> {
  const partial = new Set<string>();
  const skipped = new Map<string, string>();
  for (const problem of problems) {
    if (problem.path === "") continue;
    if (!analysed.has(problem.path)) {
      const isFile = skippedKinds.has(problem.kind) || program.files.some((file) => file.path === problem.path);
      if (isFile && !skipped.has(problem.path)) skipped.set(problem.path, `${problem.kind}: ${problem.message}`);
    } else if (problem.kind === "syntax-error") {
      partial.add(problem.path);
    }
  }
  const files = program.files.filter((file) => analysed.has(file.path));
  return {
    analysed: analysed.size,
    partial: partial.size,
    partialPaths: [...partial].sort(compareText),
    skipped: [...skipped].sort((left, right) => compareText(left[0], right[0])).map(([path, reason]) => ({ path, reason })),
    lines: files.reduce((sum, file) => sum + lineCount(file.bytes, file.lineStarts), 0),
    test: files.filter((file) => file.role === "test").length,
  };
}

function listFiles(program: Program, unfollowed: UnfollowedTests): readonly AnalysedFile[] {
  const analysed = analysedPaths(program, unfollowed);
  const aside = new Set(unfollowed.paths);
  return program.files.filter((file) => analysed.has(file.path))
    .map((file) => ({ path: file.path, lines: lineCount(file.bytes, file.lineStarts), isTest: file.role === "test", isFollowed: !aside.has(file.path) }));
}

/** A last line that is empty because the file ends with a line break is no line. */
function lineCount(bytes: Uint8Array, starts: Int32Array): number {
  const last = starts.length - 1;
  return last >= 0 && starts[last] >= bytes.length ? last : starts.length;
}

function countCalls(program: Program): { calls: Coverage["calls"]; unmodelled: ReadonlyMap<string, number> } {
  const ir = program.ir;
  const count = { project: 0, external: 0, builtin: 0, derived: 0, unresolved: 0 };
  const byReason = new Map<UnresolvedReason, number>();
  const unmodelled = new Map<number, number>();
  for (const func of ir.functions) {
    const product = isProduct(program, func.module);
    for (let v = func.firstInstr; v < func.endInstr; v++) {
      if (opOf(ir, v) !== Op.Call) continue;
      const kind = program.classOfCall(v);
      count[kind]++;
      if (kind === "unresolved") {
        const reason = program.unresolvedReason(v);
        byReason.set(reason, (byReason.get(reason) ?? 0) + 1);
      } else if (kind === "external" && product) {
        for (const target of program.targetsOf(v)) {
          if (target.kind === "external") unmodelled.set(target.name, (unmodelled.get(target.name) ?? 0) + 1);
        }
      }
    }
  }
  const byName = new Map([...unmodelled].map(([name, calls]) => [ir.strings.text(name), calls]));
  return { calls: { ...count, byReason: sortedRecord(byReason) }, unmodelled: byName };
}

const isProduct = (program: Program, module: number): boolean => program.files[program.ir.modules[module].file].role === "product";

/** Functions and lambdas of product code: what tests call tells nothing about who reaches it. */
const productFunctions = (program: Program): readonly FunctionInfo[] =>
  program.ir.functions.filter((func) => func.kind !== "module" && func.kind !== "class" && isProduct(program, func.module));

function countEntries(program: Program, unfollowed: UnfollowedTests): Coverage["entries"] {
  const counts = new Map<EntryKind, number>(unfollowed.functions > 0 ? [["test", unfollowed.functions]] : []);
  for (const entry of program.entries) counts.set(entry.kind, (counts.get(entry.kind) ?? 0) + 1);
  return sortedRecord(counts);
}

const countUncalled = (program: Program): number =>
  productFunctions(program).filter((func) => program.callersOf(func.id).length === 0 && program.entriesOf(func.id).length === 0).length;

/** A record whose keys are in order of code units, so that it prints the same everywhere. */
export function sortedRecord<Key extends string>(counts: ReadonlyMap<Key, number>): Readonly<Partial<Record<Key, number>>> {
  const record: Partial<Record<Key, number>> = {};
  for (const [key, value] of [...counts].sort((left, right) => compareText(left[0], right[0]))) record[key] = value;
  return record;
}
