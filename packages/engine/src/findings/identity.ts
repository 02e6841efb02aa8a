/**
 * Names that stay: what a finding or a ledger row is called from one run to the next.
 *
 * The recipe and what it withstands are in docs/design/identity.md.
 */
import { fnv1a64 } from "../base/index.ts";

/** Raised whenever the same code would get another identity. Part of every hash. */
export const identityVersion = 1;

/** What an identity is made of. No path and no line, so that neither can change it. */
export interface IdentityParts {
  readonly detector: string;
  /** Dotted name of the enclosing function, within its module. */
  readonly symbol: string;
  /** The sink expression, normalised. */
  readonly statement: string;
  /** What takes part and as what: `subject=…`. Sorted by the caller where order means nothing. */
  readonly roles: readonly string[];
}

/** An identity: the letter of its kind, 8 hex digits, and a number if the same code occurs more than once. */
export interface Identity {
  /** `F-1a2b3c4d`, `F-1a2b3c4d-2` for the second occurrence. */
  readonly id: string;
  /** All 16 digits and the occurrence, for machines: `1a2b3c4d5e6f7a8b:1`. */
  readonly fingerprint: string;
}

/** Returns the hash of an identity, 16 hex digits. */
export function hashIdentity(parts: IdentityParts): string {
  return fnv1a64([`v${identityVersion}`, parts.detector, parts.symbol, parts.statement, ...parts.roles].join("\u0000"));
}

/**
 * Gives out identities in the order of asking. Two hashes that agree in their first 8 digits are told apart by all 16.
 *
 * @example
 * ```ts
 * const names = new IdentityRegister();
 * names.take("F", "1a2b3c4d5e6f7a8b").id; // => "F-1a2b3c4d"
 * names.take("F", "1a2b3c4d5e6f7a8b").id; // => "F-1a2b3c4d-2"
 * ```
 */
export class IdentityRegister {
  private readonly counts = new Map<string, number>();
  private readonly shortOwners = new Map<string, string>();

  take(letter: string, hash: string): Identity {
    const short = hash.slice(0, 8);
    const owner = this.shortOwners.get(short) ?? hash;
    this.shortOwners.set(short, owner);
    const shown = owner === hash ? short : hash;
    const key = `${letter}${hash}`;
    const occurrence = (this.counts.get(key) ?? 0) + 1;
    this.counts.set(key, occurrence);
    const suffix = occurrence === 1 ? "" : `-${occurrence}`;
    return { id: `${letter}-${shown}${suffix}`, fingerprint: `${hash}:${occurrence}` };
  }
}
