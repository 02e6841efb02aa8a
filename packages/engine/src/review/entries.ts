/** The authorisation map as plain data: what stands before each handler, in words and places. */
import type { EntryAccess, EntryVerdict, GuardForm } from "../access/index.ts";
import { codeOf, onOneLine, placeOf } from "../findings/index.ts";
import { functionName, type Program } from "../program/index.ts";

/** One guard of a handler, in the order in which they run. */
export interface EntryGuard {
  readonly form: GuardForm;
  /** Its code, on one line. */
  readonly text: string;
  readonly path: string;
  readonly line: number;
}

/** One handler as one route leads to it. */
export interface EntryRow {
  readonly verbs: readonly string[];
  readonly route: string;
  readonly framework: string;
  /** Dotted name of the handler. */
  readonly handler: string;
  readonly path: string;
  readonly line: number;
  readonly guards: readonly EntryGuard[];
  readonly verdict: EntryVerdict;
  readonly reason: string;
  /** The line that shows the reason; 0 if no single line does. */
  readonly reasonPath: string;
  readonly reasonLine: number;
  /** Holds if it changes something, as far as the review can see. */
  readonly changes: boolean;
  readonly siblings: { readonly group: string; readonly count: number; readonly covered: number } | undefined;
}

/** The authorisation map of a project. */
export interface EntriesReport {
  readonly tool: { readonly name: "warrant"; readonly version: string };
  readonly project: { readonly name: string; readonly revision: string };
  readonly files: number;
  /** Reasons for which the map may lack handlers. */
  readonly incompleteBecause: readonly string[];
  readonly counts: Readonly<Record<EntryVerdict, number>>;
  /** By path, line, route and verb. */
  readonly rows: readonly EntryRow[];
}

const guardTextMax = 120;
const guardsMax = 12;

/** Puts the map into words. */
export function describeEntries(
  program: Program, map: readonly EntryAccess[], about: Pick<EntriesReport, "project" | "files" | "incompleteBecause"> & { readonly version: string },
): EntriesReport {
  const rows = entryRows(program, map);
  const counts: Record<EntryVerdict, number> = { covered: 0, exempt: 0, missing: 0, question: 0 };
  for (const row of rows) counts[row.verdict]++;
  const { version, ...rest } = about;
  return { tool: { name: "warrant", version }, ...rest, counts, rows };
}

/** The handlers of a map, by path, line, route and verb. */
export const entryRows = (program: Program, map: readonly EntryAccess[]): readonly EntryRow[] =>
  map.map((access) => rowOf(program, access)).sort(byPlace);

function rowOf(program: Program, access: EntryAccess): EntryRow {
  const { entry, siblings } = access;
  const fn = program.ir.functions[entry.function];
  const { path, line } = placeOf(program, access.site);
  const reason = access.at < 0 ? undefined : placeOf(program, access.at);
  const seen = new Set<string>();
  const guards = access.guards.map((guard) => {
    const place = placeOf(program, guard.at);
    return { form: guard.form, text: onOneLine(codeOf(program, guard.at), guardTextMax), path: place.path, line: place.line };
  }).filter((guard) => {
    const key = `${guard.text} ${guard.path} ${guard.line}`;
    return !seen.has(key) && seen.add(key).size <= guardsMax;
  });
  return {
    verbs: entry.methods, route: entry.path, framework: entry.framework, handler: functionName(program.ir, fn), path, line, guards,
    verdict: access.verdict, reason: access.reason, reasonPath: reason?.path ?? "", reasonLine: reason?.line ?? 0, changes: access.changes,
    siblings: siblings === undefined ? undefined : { group: siblings.group, count: siblings.count, covered: siblings.covered },
  };
}

const byUnit = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const byPlace = (a: EntryRow, b: EntryRow): number =>
  byUnit(a.path, b.path) || a.line - b.line || byUnit(a.route, b.route) || byUnit(a.verbs.join(), b.verbs.join()) || byUnit(a.handler, b.handler);
