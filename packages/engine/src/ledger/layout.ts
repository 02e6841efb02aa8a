/** Which number stands where in the sections of numbers. One table for who writes and who reads. */
import type { StepKind } from "../obligations/index.ts";
import type { CallClass } from "../program/index.ts";

/** Names of the sections. */
export const sectionNames = {
  report: "report", texts: "texts", files: "files", functions: "functions", rows: "rows", reasons: "reasons", steps: "steps", calls: "calls",
  targets: "targets", nodes: "nodes", preds: "preds", passes: "passes", returns: "returns",
} as const;

export const fileWidth = 3; // path, is test, is followed
export const functionWidth = 7; // file, name, kind, src, end, first node, end of nodes
export const rowWidth = 16; // detector, file, src, end, function, verdict, sink, subject src, subject end, first reason, end of reasons, first step, end of steps, id, shown, not shown because
export const reasonWidth = 5; // code, text, file, src, end
export const stepWidth = 5; // kind, file, src, end, why
export const callWidth = 5; // node, class, unresolved reason, first target, end of targets
export const targetWidth = 3; // kind, function or name, how it was resolved
export const nodeWidth = 3; // op and flags, src, length
/** Flag of a node whose value holds nothing of what is listed as its making: a call that keeps nothing, a comparison. */
export const takesOnly = 128;
export const opMask = takesOnly - 1;
export const passWidth = 3; // parameter, call, argument
export const returnWidth = 2; // function, value

export const verdictWords = ["violated", "proven", "open"] as const;
export const callClasses: readonly CallClass[] = ["project", "external", "builtin", "derived", "unresolved"];
export const targetKinds = ["project", "api", "external"] as const;
export const stepKinds: readonly StepKind[] = [
  "source", "assign", "argument", "return", "parameter", "field", "global", "closure", "item", "format", "concat", "call", "guard", "merge",
  "sink", "default", "element",
];
export const functionKinds = ["module", "function", "lambda", "class"] as const;
