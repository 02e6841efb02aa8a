/** What a scanner says: a rule, a message, and the place that it points at. */

/** A place as a scanner names it; nothing of it is trusted to exist. */
export interface AlertPlace {
  /** Decoded, without scheme; as the scanner wrote it otherwise. */
  readonly path: string;
  /** From 1; 0 if no line is named. */
  readonly first: number;
  readonly last: number;
  /** Code that the scanner saw, and the line that it gives to its first line. */
  readonly seen: readonly { readonly first: number; readonly lines: readonly string[] }[];
}

/** What a rule says of itself. */
export interface AlertRule {
  readonly id: string;
  readonly name: string;
  /** Ids of the list of weaknesses, in the order named. */
  readonly cwe: readonly number[];
  /** Names that go with the ids, where the rule gives them. */
  readonly cweNames: readonly { readonly id: number; readonly name: string }[];
}

export interface Alert {
  /** `1`, `2`, … in the order of the log. */
  readonly id: string;
  readonly pointer: string;
  readonly tool: string;
  readonly rule: AlertRule;
  readonly message: string;
  /** The place it is about, if it names one. */
  readonly place?: AlertPlace;
  /** The places of its path, source first. */
  readonly flow: readonly AlertPlace[];
  /** "fail": something is wrong; "pass": something is fine; "other": it says neither. */
  readonly says: "fail" | "pass" | "other";
  readonly isSuppressed: boolean;
}
