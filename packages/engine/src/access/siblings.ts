/**
 * What most handlers of the same kind have: the same router or module, the same sort of verb.
 *
 * A handler without a check is an outlier where, of n >= 8 siblings, the share k/n that is covered is far above four in five:
 * (k/n - 0.8) / sqrt(0.8 * 0.2 / n) >= 1. Siblings that are exempt, or of which it is not known, are not counted.
 */
import type { EntryAccess } from "./entry-map.ts";

/** The peers of a handler: how many there are beside it, and how many of them are checked. */
export interface Siblings {
  /** What they have in common, in words. */
  readonly group: string;
  readonly count: number;
  readonly covered: number;
  /** Holds if so many are checked that the handler stands out. */
  readonly isMajority: boolean;
}

const siblingsMin = 8;
const share = 0.8;

/** A group of peers: what tells it from others, and what they have in common in words. */
export interface Group {
  readonly key: string;
  readonly words: string;
}

interface Grouped extends Omit<EntryAccess, "siblings"> {
  readonly groups: readonly Group[];
}

/** Puts the handlers beside their peers. */
export function judgeBySiblings(rows: readonly Grouped[]): readonly EntryAccess[] {
  const counts = new Map<string, { covered: number; missing: number }>();
  for (const row of rows) {
    if (row.verdict !== "covered" && row.verdict !== "missing") continue;
    for (const { key } of row.groups) {
      const count = counts.get(key) ?? { covered: 0, missing: 0 };
      if (row.verdict === "covered") count.covered++;
      else count.missing++;
      counts.set(key, count);
    }
  }
  return rows.map(({ groups, ...row }) => ({ ...row, siblings: siblingsOf(row, groups, counts) }));
}

function siblingsOf(
  row: Omit<EntryAccess, "siblings">, groups: readonly Group[], counts: ReadonlyMap<string, { readonly covered: number; readonly missing: number }>,
): Siblings | undefined {
  for (const { key, words } of groups) {
    const { covered, missing } = counts.get(key) ?? { covered: 0, missing: 0 };
    const own = row.verdict === "covered" ? 1 : 0;
    const count = covered + missing - (row.verdict === "covered" || row.verdict === "missing" ? 1 : 0);
    if (count < siblingsMin) continue;
    return { group: words, count, covered: covered - own, isMajority: isMajority(covered - own, count) };
  }
  return undefined;
}

/** The share is so far above four in five that chance does not explain it. */
export const isMajority = (covered: number, count: number): boolean =>
  count >= siblingsMin && (covered / count - share) / Math.sqrt((share * (1 - share)) / count) >= 1;
