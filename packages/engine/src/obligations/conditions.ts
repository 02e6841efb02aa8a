/** Conditions of model rows on the literal arguments of the same call. */
import { callCallee, functionOf, Op } from "../ir/index.ts";
import type { Condition, ConstantPattern, PlaceFact } from "../knowledge/index.ts";
import { TokenKind, tokenId, tokenKind } from "../program/index.ts";
import { constantMatches } from "./constants.ts";
import { type Leaf, LeafKind } from "./leaf.ts";
import { exactNeed } from "./need.ts";
import { madeAt, stateOf } from "./object-state.ts";
import { itemSelector } from "./paths.ts";
import { argumentValues, receiverValue } from "./ports.ts";
import type { Solver } from "./solver.ts";

/** "some": true for some of the values that the argument can have, false for others. */
export type ConditionAnswer = "yes" | "no" | "some" | "unknown";

/** Gives the leaves of a value for an exact need: within its function, or through all callers. */
export type LeavesOf = (value: number, path: number) => readonly Leaf[];

/** Holds if the condition can be true at this call, as far as its own function tells. */
export function conditionMayHold(solver: Solver, call: number, condition: Condition): boolean {
  return evaluateCondition(solver, call, condition, (value, path) => solver.ofValue(value, path, exactNeed).leaves) !== "no";
}

/** Tells whether a condition holds at a call, given how far its arguments are followed. */
export function evaluateCondition(solver: Solver, call: number, condition: Condition, leavesOf: LeavesOf): ConditionAnswer {
  if ("parts" in condition) {
    const parts = condition.parts.map((part) => evaluateCondition(solver, call, part, leavesOf));
    const [decides, other]: [ConditionAnswer, ConditionAnswer] = condition.type === "and" ? ["no", "yes"] : ["yes", "no"];
    if (parts.includes(decides)) return decides;
    if (parts.every((part) => part === other)) return other;
    return parts.includes("unknown") ? "unknown" : "some";
  }
  if (condition.type === "allows") return (solver.program.requirements.get(condition.distribution) ?? 0) < condition.below ? "yes" : "no";
  if (condition.type === "lacks") return callsKind(solver, condition.kind) ? "no" : "yes";
  if (solver.ir.op.data[call] !== Op.Call) return "unknown";
  if (condition.type === "inherits") return definesMethod(solver, call, condition.method) ? "no" : "yes";
  if (condition.type === "has") {
    const object = objectOf(solver, call, condition.argument);
    if (object < 0) return "no";
    return stateOf(solver, object, condition.kind, (at, fact) => (fact.when ? evaluateCondition(solver, at, fact.when, leavesOf) : "yes"));
  }
  const { argument } = condition;
  const values = argumentValues(solver.ir, call, argument.index, argument.name, false);
  if (condition.type === "present") return (values.length > 0) !== condition.negated ? "yes" : "no";
  const path = condition.item === undefined ? 0 : solver.paths.push(itemSelector(solver.ir.constant({ type: "str", value: condition.item })), 0);
  const isOneOf = values.length === 0 ? "no" : valuesMatch(solver, leavesOf(values[0]!, path), condition.values);
  if (!condition.negated || isOneOf === "unknown" || isOneOf === "some") return isOneOf;
  return isOneOf === "yes" ? "no" : "yes";
}

/** Holds if the call makes an object of a class of the project which has a method of this name of its own. */
function definesMethod({ ir, program }: Solver, call: number, method: string): boolean {
  const name = ir.strings.find(method);
  const tokens = program.tokensOf(callCallee(ir, call));
  if (name === undefined || name < 0) return false;
  for (let i = 0; i < tokens.length; i++) {
    if (tokenKind(tokens[i]!) === TokenKind.Class && program.methodOf(tokenId(tokens[i]!), name) >= 0) return true;
  }
  return false;
}

const calledKinds = new WeakMap<Solver, Map<string, boolean>>();

/** Holds if product code calls something of a kind whose own condition holds there. */
function callsKind(solver: Solver, kind: string): boolean {
  let known = calledKinds.get(solver);
  if (!known) calledKinds.set(solver, (known = new Map()));
  let answer = known.get(kind);
  if (answer === undefined) {
    const { ir, program, api } = solver;
    answer = false;
    const factsOf = new Map<number, readonly PlaceFact[]>();
    for (const i of ir.rowsOf(Op.Call)) {
      if (answer) break;
      for (const target of program.targetsOf(i)) {
        if (target.kind !== "api") continue;
        let facts = factsOf.get(target.node);
        if (facts === undefined) {
          const result = api.step(target.node, "()");
          facts = result < 0 ? [] : api.facts(result).filter((fact) => fact.kind === kind && fact.port.type === "object");
          factsOf.set(target.node, facts);
        }
        if (facts.length === 0 || solver.isTest(functionOf(ir, i).id)) continue;
        answer ||= facts.some((fact) => !fact.when || conditionMayHold(solver, i, fact.when));
      }
    }
    known.set(kind, answer);
  }
  return answer;
}

/** Where the object was made that a condition asks about, or -1: `parser has follows-entities`. */
export function conditionMadeAt(solver: Solver, call: number, condition: Condition, leavesOf: LeavesOf): number {
  if ("parts" in condition) {
    for (const part of condition.parts) {
      const found = conditionMadeAt(solver, call, part, leavesOf);
      if (found >= 0) return found;
    }
    return -1;
  }
  if (condition.type !== "has" || solver.ir.op.data[call] !== Op.Call) return -1;
  const object = objectOf(solver, call, condition.argument);
  const holds = (at: number, fact: PlaceFact) => (fact.when ? evaluateCondition(solver, at, fact.when, leavesOf) : "yes");
  return object < 0 ? -1 : madeAt(solver, object, condition.kind, holds);
}

function objectOf(solver: Solver, call: number, argument: { readonly index: number; readonly name: string } | undefined): number {
  return argument === undefined ? receiverValue(solver.ir, call) : argumentValues(solver.ir, call, argument.index, argument.name, false)[0] ?? -1;
}

function valuesMatch(solver: Solver, leaves: readonly Leaf[], patterns: readonly ConstantPattern[]): ConditionAnswer {
  let some = false;
  let all = true;
  let open = false;
  for (const leaf of leaves) {
    if (leaf.kind === LeafKind.Constant || leaf.kind === LeafKind.Object) {
      if (constantMatches(solver, leaf, patterns)) some = true;
      else all = false;
    } else open = true;
  }
  if (some) return all && !open ? "yes" : "some";
  return open ? "unknown" : "no";
}
