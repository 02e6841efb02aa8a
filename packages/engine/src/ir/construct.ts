/** What stands at a place of a file, for people who point at lines: told without a program, so that test code can be asked too. */

/** The part that a text or number plays where it stands. */
export type TextRole =
  /** `name == "text"`, `name in ("text", …)`; `bound` is the other side. */
  | "compared"
  /** `name = "text"`, `self.name = "text"`, `row["name"] = "text"`. */
  | "assigned"
  /** `f(name="text")` */
  | "keyword"
  /** `{"name": "text"}` */
  | "item"
  /** `def f(name="text")` */
  | "default"
  /** `f("text")`; `bound` is what is called. */
  | "argument"
  /** A statement of its own: a docstring. */
  | "alone"
  | "other";

/** A piece of a file. Lines count from 1. */
export interface ConstructSpan {
  /** Byte offsets of its start, and of what follows it. */
  readonly offset: number;
  readonly end: number;
  readonly first: number;
  readonly last: number;
  /** Lines of the statement that holds it; of a compound statement, its head. */
  readonly statementFirst: number;
  readonly statementLast: number;
}

/** A piece of a file that a reviewer may point at. */
export type Construct = ConstructSpan & (
  | { readonly kind: "assert" }
  /** `names` are what is imported, `module` where from; `bound` the names under which it is known here. */
  | { readonly kind: "import"; readonly module: string; readonly names: readonly string[]; readonly bound: readonly string[] }
  /** `does` is "pass", "continue", "raise", "return", or "more". */
  | { readonly kind: "handler"; readonly catches: string; readonly does: string }
  /** `callee` is dotted as written, "" if it is no name; `keywords` are the names given. */
  | { readonly kind: "call"; readonly callee: string; readonly keywords: readonly string[] }
  /** A literal text, or `None` (its `text` is undefined). */
  | { readonly kind: "text"; readonly text: string | undefined; readonly role: TextRole; readonly bound: string }
  /** A comment, with its mark. */
  | { readonly kind: "comment"; readonly text: string }
  /** Another statement of one kind: `raise`, `return`, `with`, … as the language calls it. */
  | { readonly kind: "statement"; readonly word: string }
);
