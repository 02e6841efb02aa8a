/**
 * What was switched on in an object before it is used: when it was made, or by a call of one of its methods.
 *
 * ```text
 * parser = make_parser()
 * parser.setFeature(feature_external_ges, True)      parser has follows-entities from here on
 * parseString(document, parser)
 * ```
 */
import { Op } from "../ir/index.ts";
import type { PlaceFact } from "../knowledge/index.ts";
import { BindMode } from "../program/index.ts";
import type { Solver } from "./solver.ts";

export type StateAnswer = "yes" | "no" | "some" | "unknown";
/** Evaluates the condition of a fact at a call. */
export type Holds = (call: number, fact: PlaceFact) => StateAnswer;

const depthMax = 24;

/** Tells whether an object has a kind when it is used. */
export const stateOf = (solver: Solver, value: number, kind: string, holds: Holds): StateAnswer => new StateSearch(solver, kind, holds).of(value, 0);

class StateSearch {
  private readonly solver: Solver;
  private readonly kind: string;
  private readonly holds: Holds;
  /** Ways part and come together again: what is known of a value at a depth is not asked again. */
  private readonly known = new Map<number, StateAnswer>();

  constructor(solver: Solver, kind: string, holds: Holds) {
    this.solver = solver;
    this.kind = kind;
    this.holds = holds;
  }

  of(value: number, depth: number): StateAnswer {
    const { solver, kind, holds } = this;
    const { ir } = solver;
    if (depth > depthMax || value < 0) return "unknown";
    switch (ir.op.data[value]! as Op) {
      case Op.Const: return "no";
      case Op.Sigma: return this.of(ir.a.data[value]!, depth + 1);
      case Op.Content: {
        const effect = ir.b.data[value]!;
        const switched = ir.op.data[effect] === Op.Call && ir.c.data[value] === -1 ? switchedBy(solver, effect, kind, holds) : "no";
        return switched === "no" ? this.of(ir.a.data[value]!, depth + 1) : switched;
      }
      case Op.Phi: case Op.Global: case Op.Import: case Op.Cell: case Op.GetAttr: case Op.Call: {
        const key = value * (depthMax + 1) + depth;
        let answer = this.known.get(key);
        if (answer === undefined) this.known.set(key, (answer = this.find(value, depth)));
        return answer;
      }
      default: return "unknown";
    }
  }

  private find(value: number, depth: number): StateAnswer {
    const { solver, kind, holds } = this;
    const { ir } = solver;
    const inner = (other: number): StateAnswer => this.of(other, depth + 1);
    const op = ir.op.data[value]! as Op;
    if (op === Op.Phi) return anyOf(ir.lists.toArray(ir.a.data[value]!).map(inner));
    if (op === Op.Call) return madeWith(solver, value, kind, holds, inner);
    const stores = solver.program.storesOf(value);
    return stores.length === 0 ? "unknown" : anyOf(stores.slice(0, 8).map(inner));
  }
}

/** The call that gave an object a kind, if it can be told: it is shown as a step of the finding. */
export function madeAt(solver: Solver, value: number, kind: string, holds: Holds, depth = 0): number {
  const { ir } = solver;
  if (depth > depthMax || value < 0) return -1;
  const first = (values: readonly number[]): number => {
    for (const other of values) {
      const found = madeAt(solver, other, kind, holds, depth + 1);
      if (found >= 0) return found;
    }
    return -1;
  };
  const isNo = (answer: StateAnswer): boolean => answer === "no" || answer === "unknown";
  switch (ir.op.data[value]! as Op) {
    case Op.Sigma: return first([ir.a.data[value]!]);
    case Op.Content: {
      const effect = ir.b.data[value]!;
      const isSwitch = ir.op.data[effect] === Op.Call && ir.c.data[value] === -1 && !isNo(switchedBy(solver, effect, kind, holds));
      return isSwitch ? effect : first([ir.a.data[value]!]);
    }
    case Op.Phi: return first(ir.lists.toArray(ir.a.data[value]!));
    case Op.Global: case Op.Import: case Op.Cell: case Op.GetAttr: return first(solver.program.storesOf(value).slice(0, 8));
    case Op.Call: {
      for (const target of solver.program.targetsOf(value)) {
        if (target.kind !== "project" || target.mode === BindMode.Constructor) continue;
        return first(solver.rowsOf(target.function).returns.map((row) => ir.a.data[row]!));
      }
      return isNo(madeWith(solver, value, kind, holds, () => "no")) ? -1 : value;
    }
    default: return -1;
  }
}

function switchedBy(solver: Solver, call: number, kind: string, holds: Holds): StateAnswer {
  let answer: StateAnswer = "no";
  for (const target of solver.program.targetsOf(call)) {
    if (target.kind !== "api") continue;
    for (const fact of solver.api.facts(target.node)) {
      if (fact.kind !== kind || fact.port.type !== "self") continue;
      const one = holds(call, fact);
      if (one === "yes") return "yes";
      if (one !== "no") answer = one;
    }
  }
  return answer;
}

function madeWith(solver: Solver, call: number, kind: string, holds: Holds, inner: (value: number) => StateAnswer): StateAnswer {
  const { ir, program, api } = solver;
  const targets = program.targetsOf(call);
  if (targets.length === 0) return "unknown";
  return anyOf(targets.map((target): StateAnswer => {
    if (target.kind === "api") {
      const result = api.step(target.node, "()");
      const facts = result < 0 ? [] : api.facts(result).filter((fact) => fact.kind === kind && fact.port.type === "object");
      return facts.length === 0 ? "no" : anyOf(facts.map((fact) => holds(call, fact)));
    }
    if (target.kind !== "project" || target.mode === BindMode.Constructor) return "unknown";
    return anyOf(solver.rowsOf(target.function).returns.map((row) => inner(ir.a.data[row]!)));
  }));
}

function anyOf(answers: readonly StateAnswer[]): StateAnswer {
  if (answers.length > 0 && answers.every((answer) => answer === "yes")) return "yes";
  if (answers.includes("yes") || answers.includes("some")) return "some";
  return answers.includes("unknown") ? "unknown" : "no";
}
