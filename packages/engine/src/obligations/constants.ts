/** Literals: the text of one, and which of them a rule calls bad. */
import type { ConstantValue } from "../ir/index.ts";
import type { ConstantPattern } from "../knowledge/index.ts";
import { isPlaceholder } from "../values/index.ts";
import { type Leaf, LeafKind } from "./leaf.ts";
import type { Solver } from "./solver.ts";

/** Holds if a leaf (a literal or a library object) is one of the patterns of a rule. */
export function constantMatches(solver: Solver, leaf: Leaf, patterns: readonly ConstantPattern[]): boolean {
  if (leaf.kind === LeafKind.Object) return patterns.some((pattern) => typeof pattern === "string" && isName(pattern, leaf.text));
  const constant = solver.ir.constants[leaf.data];
  return constant !== undefined && patterns.some((pattern) => matches(constant, pattern));
}

const isName = (pattern: string, name: string): boolean => pattern === name || (pattern.includes(".") && name.endsWith(`.${pattern}`));

function matches(constant: ConstantValue, pattern: ConstantPattern): boolean {
  if (pattern === null) return constant.type === "none";
  if (typeof pattern === "boolean") return constant.type === (pattern ? "true" : "false");
  if (typeof pattern === "number") return constant.type === "int" && Number(constant.value) === pattern;
  if (pattern === "non-empty-string") return isSecretText(constant);
  const limit = /^below (\d+)$/.exec(pattern)?.[1];
  if (limit !== undefined) return constant.type === "int" && Number(constant.value) < Number(limit);
  return (constant.type === "str" || constant.type === "bytes") && constant.value === pattern;
}

function isSecretText(constant: ConstantValue): boolean {
  return (constant.type === "str" || constant.type === "bytes") && constant.value.trim() !== "" && !isPlaceholder(constant.value);
}

/** The literal text of a value, if it is one. Where the value comes from is not asked. */
export function literalText(solver: Solver, value: number): string | undefined {
  const constant = solver.facts.literalOf(value);
  return constant?.type === "str" || constant?.type === "bytes" ? constant.value : undefined;
}
