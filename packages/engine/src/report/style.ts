/** Colour is the terminal's business: text comes with the names of its parts. */

export type StyleKind =
  | "heading"
  | "critical"
  | "high"
  | "medium"
  | "low"
  | "path"
  | "id"
  | "rule"
  | "code"
  | "why"
  | "number"
  | "good"
  | "muted";

/** Decorates a part of a text. What comes in is escaped; what comes out is printed as it is. */
export type Style = (kind: StyleKind, text: string) => string;

/** Leaves everything as it is. */
export const plainStyle: Style = (_kind, text) => text;
