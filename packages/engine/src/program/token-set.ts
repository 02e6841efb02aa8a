/**
 * Sets of tokens, hash-consed: a set is a small integer, equal sets are the same integer, and joining two sets a second
 * time is one table look-up. Most values of a program hold one of a few thousand distinct sets.
 *
 * Joining is a lattice join, so the result does not depend on the order of joining:
 *   more than {@link sitesMax} containers     -> their kinds, and a mark that containers were dropped
 *   more than {@link externalsMax} externals  -> a mark that externals were dropped
 *   more than {@link tokensMax} tokens        -> Top alone
 */
import { IntColumn, PairMap } from "../base/index.ts";
import { Tok, tokId, tokKind, tokOf } from "./token.ts";

export const tokensMax = 32;
const sitesMax = 8;
const externalsMax = 8;

export const emptySet = 0;
export const topSet = 1;
export const topToken = tokOf(Tok.Top, 0);
const sitesDropped = tokOf(Tok.Dropped, 0);
const externalsDropped = tokOf(Tok.Dropped, 1);
/** Kinds of which a set keeps only so many tokens, and the mark that some were dropped. */
const limitedKinds = (1 << Tok.Container) | (1 << Tok.ContainerMethod) | (1 << Tok.View) | (1 << Tok.Pair) | (1 << Tok.External) | (1 << Tok.Dropped);

export class TokenSets {
  private readonly starts = new IntColumn(4096);
  private readonly counts = new IntColumn(4096);
  private readonly words = new IntColumn(16384);
  /** Bits of the kinds of a set's tokens. */
  private readonly masks = new IntColumn(4096);
  /** Sets by the hash of their tokens: open addressing. */
  private slotCount = 0;
  private slots = new Int32Array(1 << 16).fill(-1);
  private readonly joins = new PairMap(1 << 16);
  private readonly differences = new PairMap(1 << 16);
  private readonly singles = new PairMap(1 << 16);
  private readonly scratch: number[] = [0];
  private readonly merged: number[] = [];
  /** Token that stands for a container when its set has too many of them, by site. */
  private readonly kindOfSite: (site: number) => number;

  constructor(kindOfSite: (site: number) => number) {
    this.kindOfSite = kindOfSite;
    this.append([]);
    this.single(topToken);
  }

  count(set: number): number {
    return this.counts.data[set];
  }

  at(set: number, index: number): number {
    return this.words.data[this.starts.data[set] + index];
  }

  /** The kinds of a set's tokens: bit `1 << kind` for each. */
  kindsOf(set: number): number {
    return this.masks.data[set];
  }

  /** Lets go of what only joining needs. */
  release(): void {
    this.joins.release();
    this.differences.release();
  }

  /** A view of the tokens, ascending; valid until the next new set. */
  tokens(set: number): Int32Array {
    const start = this.starts.data[set];
    return this.words.data.subarray(start, start + this.counts.data[set]);
  }

  single(token: number): number {
    let set = this.singles.get(token, 0);
    if (set < 0) {
      this.scratch[0] = token;
      set = this.append(this.scratch);
      this.singles.set(token, 0, set);
    }
    return set;
  }

  has(set: number, token: number): boolean {
    const start = this.starts.data[set];
    for (let i = start, end = start + this.counts.data[set]; i < end; i++) {
      if (this.words.data[i] === token) return true;
    }
    return false;
  }

  join(a: number, b: number): number {
    if (a === b || b === emptySet) return a;
    if (a === emptySet) return b;
    if (a === topSet || b === topSet) return topSet;
    const low = a < b ? a : b;
    const high = a < b ? b : a;
    let set = this.joins.get(low, high);
    if (set < 0) {
      const merged = this.merge(low, high);
      const isLimited = ((this.masks.data[low] | this.masks.data[high]) & limitedKinds) !== 0;
      set = isLimited ? this.normal(merged) : merged.length > tokensMax ? topSet : this.intern(merged);
      this.joins.set(low, high, set);
    }
    return set;
  }

  /** The tokens of `a` that are not in `b`. */
  minus(a: number, b: number): number {
    if (b === emptySet) return a;
    if (a === b) return emptySet;
    let set = this.differences.get(a, b);
    if (set < 0) {
      const out: number[] = [];
      for (let i = 0, n = this.count(a); i < n; i++) {
        const token = this.at(a, i);
        if (!this.has(b, token)) out.push(token);
      }
      set = this.intern(out);
      this.differences.set(a, b, set);
    }
    return set;
  }

  /** The tokens of both sets, ascending; valid until the next merge. */
  private merge(a: number, b: number): number[] {
    const out = this.merged;
    out.length = 0;
    const words = this.words.data;
    let i = this.starts.data[a];
    let j = this.starts.data[b];
    const iEnd = i + this.counts.data[a];
    const jEnd = j + this.counts.data[b];
    while (i < iEnd && j < jEnd) {
      const x = words[i];
      const y = words[j];
      out.push(x < y ? x : y);
      if (x <= y) i++;
      if (y <= x) j++;
    }
    while (i < iEnd) out.push(words[i++]);
    while (j < jEnd) out.push(words[j++]);
    return out;
  }

  /** Applies the limits to a sorted list of tokens. */
  private normal(tokens: number[]): number {
    let sites = 0;
    let externals = 0;
    for (let i = 0; i < tokens.length; i++) {
      const token = tokens[i]!;
      const kind = tokKind(token);
      if (kind === Tok.Container || kind === Tok.ContainerMethod || kind === Tok.View || kind === Tok.Pair) sites++;
      else if (kind === Tok.External) externals++;
      else if (token === sitesDropped) sites += sitesMax + 1;
      else if (token === externalsDropped) externals += externalsMax + 1;
    }
    if (sites > sitesMax) tokens = this.withoutSites(tokens);
    if (externals > externalsMax) {
      tokens = tokens.filter((token) => tokKind(token) !== Tok.External && token !== externalsDropped);
      tokens.push(externalsDropped);
      tokens.sort((x, y) => x - y);
    }
    return tokens.length > tokensMax ? topSet : this.intern(tokens);
  }

  private withoutSites(tokens: readonly number[]): number[] {
    const kept = new Set<number>([sitesDropped]);
    for (const token of tokens) {
      const kind = tokKind(token);
      if (kind === Tok.Container) kept.add(this.kindOfSite(tokId(token)));
      else if (kind !== Tok.ContainerMethod && kind !== Tok.View && kind !== Tok.Pair) kept.add(token);
    }
    return [...kept].sort((x, y) => x - y);
  }

  private intern(tokens: readonly number[]): number {
    if (tokens.length === 1) return this.single(tokens[0]);
    let hash = tokens.length;
    for (let i = 0; i < tokens.length; i++) hash = Math.imul(hash ^ tokens[i]!, 0x01000193) ^ (hash >>> 15);
    let at = hash & (this.slots.length - 1);
    while (this.slots[at] >= 0) {
      if (this.equals(this.slots[at], tokens)) return this.slots[at];
      at = (at + 1) & (this.slots.length - 1);
    }
    const set = this.append(tokens);
    this.slots[at] = set;
    if (++this.slotCount * 2 > this.slots.length) this.growSlots();
    return set;
  }

  private growSlots(): void {
    const old = this.slots;
    this.slots = new Int32Array(old.length * 2).fill(-1);
    for (const set of old) {
      if (set < 0) continue;
      let hash = this.count(set);
      for (let i = 0, n = this.count(set); i < n; i++) hash = Math.imul(hash ^ this.at(set, i), 0x01000193) ^ (hash >>> 15);
      let at = hash & (this.slots.length - 1);
      while (this.slots[at] >= 0) at = (at + 1) & (this.slots.length - 1);
      this.slots[at] = set;
    }
  }

  private append(tokens: readonly number[]): number {
    const set = this.starts.push(this.words.length);
    this.counts.push(tokens.length);
    let mask = 0;
    for (let i = 0; i < tokens.length; i++) {
      this.words.push(tokens[i]!);
      mask |= 1 << tokKind(tokens[i]!);
    }
    this.masks.push(mask);
    return set;
  }

  private equals(set: number, tokens: readonly number[]): boolean {
    if (this.count(set) !== tokens.length) return false;
    for (let i = 0; i < tokens.length; i++) if (this.at(set, i) !== tokens[i]) return false;
    return true;
  }
}
