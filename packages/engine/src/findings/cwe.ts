/** Facts about CWE ids, from MITRE's list: names, the tree of view 1000, its ten pillars. */
import { cweRows, cweTop25 } from "./cwe-table.ts";

export type CweAbstraction = "pillar" | "class" | "base" | "variant" | "compound";
export type CweStatus = "stable" | "usable" | "draft" | "incomplete" | "deprecated" | "obsolete";

/** A weakness of the list. */
export interface Cwe {
  readonly id: number;
  readonly name: string;
  readonly abstraction: CweAbstraction;
  readonly status: CweStatus;
  /** Ids above it in view 1000, primary first. */
  readonly parents: readonly number[];
}

/** The ten pillars of CWE-1000, ascending. */
export const pillarIds: readonly number[] = [284, 435, 664, 682, 691, 693, 697, 703, 707, 710];

const abstractions: Readonly<Record<string, CweAbstraction>> = {
  P: "pillar",
  C: "class",
  B: "base",
  V: "variant",
  M: "compound",
};
const statuses: Readonly<Record<string, CweStatus>> = {
  s: "stable",
  u: "usable",
  d: "draft",
  i: "incomplete",
  x: "deprecated",
  o: "obsolete",
};

let table: Map<number, Cwe> | undefined;

/** The table is read once, on first use: most runs of the command ask for a few ids only. */
function readTable(): Map<number, Cwe> {
  if (table !== undefined) return table;
  table = new Map();
  for (const row of cweRows.split("\n")) {
    const [id, kind, parents, ...name] = row.split("|");
    table.set(Number(id), {
      id: Number(id),
      name: name.join("|"),
      abstraction: abstractions[kind.charAt(0)],
      status: statuses[kind.charAt(1)],
      parents: parents === "" ? [] : parents.split(",").map(Number),
    });
  }
  return table;
}

/** Finds a weakness, if the list has it. */
export const cweOf = (id: number): Cwe | undefined => readTable().get(id);

/**
 * Returns the name of a weakness, or "" if the list has none of that id.
 *
 * @example
 * ```ts
 * cweName(707); // => "Improper Neutralization"
 * ```
 */
export const cweName = (id: number): string => cweOf(id)?.name ?? "";

/** Returns the ids directly above a weakness in view 1000, primary first. */
export const cweParents = (id: number): readonly number[] => cweOf(id)?.parents ?? [];

/**
 * Returns the pillars above a weakness (or itself), the one reached over primary parents first.
 *
 * @example
 * ```ts
 * cwePillars(89); // => [707]
 * ```
 */
export function cwePillars(id: number): readonly number[] {
  const found: number[] = [];
  const seen = new Set<number>();
  // Depth first and primary first, so that the first pillar is the one on the primary line.
  const pending = [id];
  while (pending.length > 0) {
    const next = pending.pop() as number;
    if (seen.has(next)) continue;
    seen.add(next);
    if (pillarIds.includes(next)) found.push(next);
    const parents = cweParents(next);
    for (let i = parents.length - 1; i >= 0; i--) pending.push(parents[i]);
  }
  return found;
}

/** Returns the pillar that a weakness is counted under, or -1 if the list does not know it. */
export const cwePillar = (id: number): number => cwePillars(id)[0] ?? -1;

/**
 * Holds if `ancestor` is the weakness itself or above it in view 1000.
 *
 * @example
 * ```ts
 * isCweWithin(89, 74); // => true
 * ```
 */
export function isCweWithin(id: number, ancestor: number): boolean {
  const seen = new Set<number>();
  const pending = [id];
  while (pending.length > 0) {
    const next = pending.pop() as number;
    if (next === ancestor) return true;
    if (seen.has(next)) continue;
    seen.add(next);
    pending.push(...cweParents(next));
  }
  return false;
}

/** Holds if the weakness is one of the newest Top 25 that the table knows. */
export const isCweTop25 = (id: number): boolean => cweTop25.includes(id);
