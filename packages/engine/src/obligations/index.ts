/**
 * The obligation table: what must hold at each site, and what became of it.
 *
 * In: a linked program, constant facts, the catalog.
 * Out: one {@link Obligation} per sink and detector: violated, proven or open, with reasons and a path.
 * How: backward walks on demand, with symbolic summaries of functions, closed over all known callers.
 * Holds: every row has a verdict and a reason from a closed list; every loop has a limit that is told when reached.
 * Not here: severity, wording, what a person is shown beyond the precision floor.
 */
export type { Obligation, OpenCode, ProvenCode, Reason, Step, StepKind, Verdict, Way } from "./obligation.ts";
export { argumentsFor } from "./arguments.ts";
export { type ConstantAnswer, decideConstant } from "./constant-rule.ts";
export { stepsOf } from "./evidence.ts";
export { type Leaf, LeafKind } from "./leaf.ts";
export { exactNeed, type Need } from "./need.ts";
export { literalsOf, type Origin, originsOf, type Scope } from "./origins.ts";
export { allArguments, argumentValues } from "./ports.ts";
export { type Pattern, regexOfCall } from "./regex-calls.ts";
export { calledName } from "./relations.ts";
export { collectSeeds, fileOf, type Seed } from "./seeds.ts";
export { beginningOf } from "./text-beginning.ts";
export { type Solution, solveObligations, sortObligations } from "./solve.ts";
export { Solver } from "./solver.ts";
export { weakenedBy } from "./verdict.ts";
