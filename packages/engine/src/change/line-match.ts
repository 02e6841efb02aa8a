/**
 * Which lines of one text are lines of another: what a change left alone, line by line.
 *
 * ```text
 * before            after
 * 1 def f(x):       1 def f(x):       1 -> 1
 * 2     check(x)    2     run(x)      2 -> none
 * 3     run(x)      3     log(x)      3 -> 2
 * ```
 * Lines that occur once in both texts are anchors (patience): the longest run of them in the same order is kept, and what lies
 * between two of them is matched in the same way. A line that is not matched counts as changed.
 */

/** For each line of the first text, counted from 1, the line of the second one; 0 if there is none. */
export type LineMap = Int32Array;

/** Lines that are looked at, as a multiple of the lines there are: a text made to be slow to compare is left unmatched in part. */
export const lineWorkFactor = 64;

/** Returns the lines of a text as they are compared: without the line break, which editors and version control change. */
export function splitLines(text: string): readonly string[] {
  const lines = text.split(/\r\n|\n|\r/);
  if (lines.at(-1) === "") lines.pop();
  return lines;
}

/** Matches the lines of two texts. */
export function matchLines(before: readonly string[], after: readonly string[]): LineMap {
  return new LineMatching(before, after).run();
}

interface Region {
  readonly beforeFrom: number;
  readonly beforeTo: number;
  readonly afterFrom: number;
  readonly afterTo: number;
}

class LineMatching {
  private readonly before: Int32Array;
  private readonly after: Int32Array;
  private readonly map: LineMap;
  private work: number;

  constructor(before: readonly string[], after: readonly string[]) {
    const numbers = new Map<string, number>();
    const numbered = (lines: readonly string[]): Int32Array => Int32Array.from(lines, (line) => {
      const known = numbers.get(line) ?? numbers.size;
      numbers.set(line, known);
      return known;
    });
    this.before = numbered(before);
    this.after = numbered(after);
    this.map = new Int32Array(before.length + 1);
    this.work = lineWorkFactor * (before.length + after.length + 1);
  }

  run(): LineMap {
    const regions: Region[] = [{ beforeFrom: 0, beforeTo: this.before.length, afterFrom: 0, afterTo: this.after.length }];
    for (let region = regions.pop(); region !== undefined && this.work > 0; region = regions.pop()) {
      const inner = this.trim(region);
      this.work -= inner.beforeTo - inner.beforeFrom + inner.afterTo - inner.afterFrom + 1;
      if (inner.beforeFrom === inner.beforeTo || inner.afterFrom === inner.afterTo) continue;
      regions.push(...this.split(inner));
    }
    return this.map;
  }

  private pair(before: number, after: number): void {
    this.map[before + 1] = after + 1;
  }

  /** Pairs what is the same at both ends of a region. */
  private trim({ beforeFrom, beforeTo, afterFrom, afterTo }: Region): Region {
    const first = { before: beforeFrom, after: afterFrom };
    const end = { before: beforeTo, after: afterTo };
    while (first.before < end.before && first.after < end.after && this.before[first.before] === this.after[first.after]) {
      this.pair(first.before++, first.after++);
    }
    while (first.before < end.before && first.after < end.after && this.before[end.before - 1] === this.after[end.after - 1]) {
      this.pair(--end.before, --end.after);
    }
    return { beforeFrom: first.before, beforeTo: end.before, afterFrom: first.after, afterTo: end.after };
  }

  /** Returns the regions between anchors. */
  private split(region: Region): readonly Region[] {
    const anchors = longestRise(this.anchorsOf(region));
    if (anchors.length === 0) return [];
    const out: Region[] = [];
    let { beforeFrom, afterFrom } = region;
    for (const { before, after } of anchors) {
      this.pair(before, after);
      out.push({ beforeFrom, beforeTo: before, afterFrom, afterTo: after });
      beforeFrom = before + 1;
      afterFrom = after + 1;
    }
    out.push({ beforeFrom, beforeTo: region.beforeTo, afterFrom, afterTo: region.afterTo });
    return out;
  }

  /** Lines that occur once on either side of a region, in the order of the first text. */
  private anchorsOf({ beforeFrom, beforeTo, afterFrom, afterTo }: Region): readonly Anchor[] {
    const places = new Map<number, number>();
    for (let at = afterFrom; at < afterTo; at++) places.set(this.after[at]!, places.has(this.after[at]!) ? -1 : at);
    const counts = new Map<number, number>();
    for (let at = beforeFrom; at < beforeTo; at++) counts.set(this.before[at]!, (counts.get(this.before[at]!) ?? 0) + 1);
    const anchors: Anchor[] = [];
    for (let at = beforeFrom; at < beforeTo; at++) {
      const after = counts.get(this.before[at]!) === 1 ? places.get(this.before[at]!) : undefined;
      if (after !== undefined && after >= 0) anchors.push({ before: at, after });
    }
    return anchors;
  }
}

interface Anchor {
  readonly before: number;
  readonly after: number;
}

/** The longest part of the anchors that rises on both sides, by patience sorting. */
function longestRise(anchors: readonly Anchor[]): readonly Anchor[] {
  const tops: number[] = [];
  const previous = new Int32Array(anchors.length).fill(-1);
  anchors.forEach(({ after }, index) => {
    let low = 0;
    let high = tops.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (anchors[tops[middle]!]!.after < after) low = middle + 1;
      else high = middle;
    }
    if (low > 0) previous[index] = tops[low - 1]!;
    tops[low] = index;
  });
  const rise: Anchor[] = [];
  for (let at = tops.at(-1) ?? -1; at >= 0; at = previous[at]!) rise.push(anchors[at]!);
  return rise.reverse();
}
