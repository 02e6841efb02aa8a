/**
 * From the text of a review to its claims.
 *
 * ```text
 * 4. **Deletes (lines 13-14)**: They do not look for the row first, but could race. Consider a check.
 *    4a         structure  lines 13-14   "They do not look for the row first"
 *    4b         race       lines 13-14   "but could race"
 *    4-advice   advice                   "Consider a check."
 * ```
 */
import { reviewCharactersMax } from "./blocks.ts";
import type { Claim } from "./claim.ts";
import { ItemClaims } from "./item-claims.ts";
import { unitsOf } from "./units.ts";

/** Most claims of one review in prose, and most items and clauses that are read for them. */
const proseClaimsMax = 1_000;
const unitsMax = 3_000;
const clausesMax = 6_000;

/** What a review in prose claims. */
export interface ProseClaims {
  readonly claims: readonly Claim[];
  /** False if the review is longer than what is read of one. */
  readonly isWhole: boolean;
}

/** Returns the claims of a review, in the order of the text. Never throws on input. */
export const extractClaims = (review: string): readonly Claim[] => readProse(review).claims;

/** Reads a review in prose. */
export function readProse(review: string): ProseClaims {
  const out: Claim[] = [];
  const numbers = new ItemNumbers();
  const units = unitsOf(review);
  let clauses = 0;
  let isWhole = units.length <= unitsMax && review.length <= reviewCharactersMax;
  for (const unit of units.slice(0, unitsMax)) {
    if (unit.section === "aside") continue;
    const item = new ItemClaims(review, unit, clausesMax - clauses);
    const isClaiming = item.read();
    clauses += item.clauseCount;
    if (isClaiming) out.push(...item.named(numbers.of(unit.number)));
    if (clauses < clausesMax && out.length <= proseClaimsMax) continue;
    isWhole = false;
    break;
  }
  return { claims: out.slice(0, proseClaimsMax), isWhole };
}

/** Numbers of items: those that the review gives, as long as each is given once; the next ones for the rest. */
class ItemNumbers {
  private readonly used = new Set<string>();
  private last = 0;

  of(given: string): string {
    let number = given === "" ? "" : String(Number(given));
    if (number === "" || this.used.has(number)) {
      do number = String(++this.last);
      while (this.used.has(number));
    }
    this.last = Math.max(this.last, Number(number));
    this.used.add(number);
    return number;
  }
}
