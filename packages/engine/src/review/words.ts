/** Words of the written review for codes of the ledger. */
import type { OpenCode, ProvenCode } from "../obligations/index.ts";

/** What holds, per reason of a proof. */
export const provenWords: Readonly<Record<ProvenCode, string>> = {
  const: "constant",
  "bound-param": "bound as a parameter",
  structured: "passed as a structure",
  charset: "limited to harmless characters",
  sanitizer: "sanitised",
  guard: "checked before",
  schema: "checked by a schema",
  "typed-field": "held by a typed field",
  enum: "one of a fixed set",
  numeric: "a number",
  "trusted-origin": "from a trusted origin",
  prefix: "behind a fixed prefix",
  "other-element": "another element of the container",
  handled: "handled",
  "unique-constraint": "backed by a unique constraint",
  infeasible: "on a path that cannot run",
  unreachable: "in code that cannot run",
  "released-on-all-paths": "released on all paths",
  "authorised-by": "authorised before",
  "open-to-all": "made for everyone",
  "lock-held": "under a lock",
  "good-value": "set to a good value",
  "no-sensitive-data": "without sensitive data",
};

/** What stands in the way, and what would close it, per reason of an open row. */
export const openWords: Readonly<Record<OpenCode, { readonly blocker: string; readonly close: string }>> = {
  "unresolved-call": { blocker: "a call was not resolved", close: "a type annotation, or a model of what is called" },
  unmodelled: { blocker: "a library function has no model", close: "a row for it on a model page" },
  "dynamic-code": { blocker: "code is made at run time", close: "a call that names its target" },
  "no-known-caller": { blocker: "no caller is known", close: "an entry rule, or a caller inside the project" },
  fanout: { blocker: "too many targets", close: "a narrower type of the receiver" },
  "unknown-receiver-store": { blocker: "an unknown object's field is written", close: "a type for the receiver of the write" },
  budget: { blocker: "a step budget was used up", close: "a larger budget" },
  "parse-error": { blocker: "a span on the way did not parse", close: "a fix of the syntax" },
  "untyped-entry": { blocker: "an entry parameter has no kind", close: "a kind for it in the entry rule" },
  "unmodelled-guard": { blocker: "a check on the way was not understood", close: "a guard row for the check on a model page" },
  widened: { blocker: "values were merged beyond a limit", close: "a shorter way from source to sink" },
  "prior-only": { blocker: "a type is known by its name only", close: "a type annotation" },
  "lower-tier-source": { blocker: "the source is of the lower tier", close: "a decision whether that source is trusted" },
  "unknown-value": { blocker: "a value is not known", close: "a constant or typed value" },
  "needs-judgement": { blocker: "intent decides", close: "an answer by a person" },
  "test-code": { blocker: "it is test code", close: "nothing; it is listed for completeness" },
};
