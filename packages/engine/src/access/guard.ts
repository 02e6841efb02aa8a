/** What stands before a handler. */

/** A check at a place: bits of what holds after it. */
export interface GuardEvent {
  readonly row: number;
  readonly bits: number;
}

/** How a guard comes to stand before a handler. */
export type GuardForm = "middleware" | "route" | "router" | "setting" | "class" | "decorator" | "dependency" | "call";

/** One check before a handler, or what was taken for one. */
export interface Guard {
  /** The instruction that puts it there. */
  readonly at: number;
  readonly form: GuardForm;
  /** Bits of what holds after it; 0 if it is only named like a check. */
  readonly bits: number;
}

/** Guards collected from several places, in the order in which they run. */
export class GuardList {
  readonly guards: Guard[] = [];
  /** Places named like a check that are not understood. */
  readonly unknown: Guard[] = [];
  /** Declarations that everyone may come in. */
  readonly opens: number[] = [];

  get bits(): number {
    return this.guards.reduce((bits, guard) => bits | guard.bits, 0);
  }

  add(at: number, form: GuardForm, found: Found): void {
    if (found.bits !== 0) this.guards.push({ at, form, bits: found.bits });
    else if (found.opens) this.opens.push(at);
    else if (found.isUnknown) this.unknown.push({ at, form, bits: 0 });
  }

  addAll(other: GuardList): void {
    this.guards.push(...other.guards);
    this.unknown.push(...other.unknown);
    this.opens.push(...other.opens);
  }
}

/** What a value that stands where guards stand was found to be. */
export interface Found {
  readonly bits: number;
  readonly opens: boolean;
  /** Holds if it is named like a check and is not understood. */
  readonly isUnknown: boolean;
}

export const notFound: Found = { bits: 0, opens: false, isUnknown: false };
