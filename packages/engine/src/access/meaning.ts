/** What libraries' functions, decorators and classes mean for access control: facts of model pages as bits of one word. */
import { callCallee, constantOf, Op } from "../ir/index.ts";
import type { Condition, ConstantPattern } from "../knowledge/index.ts";
import { argumentValues, type Solver } from "../obligations/index.ts";

/** Bits of one word per library object. The first two are events of the flow. */
export const enum Means {
  /** Lets only known callers go on. */
  Authenticates = 1,
  /** Lets only those go on who may. */
  Authorises = 2,
  /** Tells whether the caller is known or may; what follows from it is for the code to say. */
  Answers = 4,
  /** Declares that everyone may. */
  Opens = 8,
  /** Who the caller is. */
  Identity = 16,
  /** Turns the caller away. */
  Refuses = 32,
  /** Changes something outside of the program. */
  Effect = 64,
  /** A context that raises again what it was entered for. */
  Reraises = 128,
  /** A wrapper has called what it wraps. */
  CallsDecorated = 256,
}

/** Bits that a must-analysis follows. */
export const guardBits: number = Means.Authenticates | Means.Authorises;

const byKind: ReadonlyMap<string, number> = new Map([
  ["authenticates", Means.Authenticates],
  ["authorises", Means.Authorises],
  ["answers-permission", Means.Answers],
  ["opens-to-all", Means.Opens],
  ["caller-identity", Means.Identity],
  ["refuses", Means.Refuses],
  ["reraises", Means.Reraises],
  ["changes-data", Means.Effect],
  ["file-delete-path", Means.Effect],
  ["shell-command", Means.Effect],
  ["program-name", Means.Effect],
  ["spawns-process", Means.Effect],
  ["remote-method-name", Means.Effect],
]);

/** Tells a literal argument from what is known of the parameters around a call. */
export type LiteralOf = (value: number) => ConstantPattern | undefined;

export class Meanings {
  private readonly solver: Solver;
  private readonly known = new Map<number, number>();

  constructor(solver: Solver) {
    this.solver = solver;
  }

  /** What a library object is, whatever it is called with. */
  ofNode(node: number): number {
    let bits = this.known.get(node);
    if (bits === undefined) {
      bits = 0;
      for (const fact of this.solver.api.facts(node)) {
        const isOfCall = fact.port.type !== "parameter" && fact.port.type !== "returned" && fact.port.type !== "stored" && fact.port.type !== "key";
        if (isOfCall && !fact.when) bits |= byKind.get(fact.kind) ?? 0;
      }
      this.known.set(node, bits);
    }
    return bits;
  }

  /** What a call of a library object means, its literal arguments considered. */
  ofCall(node: number, call: number, literalOf: LiteralOf): number {
    let bits = this.ofNode(node);
    for (const fact of this.solver.api.facts(node)) {
      if (fact.when && byKind.has(fact.kind) && this.holds(fact.when, call, literalOf)) bits |= byKind.get(fact.kind) ?? 0;
    }
    return bits;
  }

  /** What a value may be: bits of all library objects among its tokens. */
  ofValue(value: number): number {
    let bits = 0;
    for (const node of this.solver.apiNodes(value)) bits |= this.ofNode(node);
    return bits;
  }

  private holds(condition: Condition, call: number, literalOf: LiteralOf): boolean {
    if ("parts" in condition) {
      const parts = condition.parts.map((part) => this.holds(part, call, literalOf));
      return condition.type === "and" ? parts.every(Boolean) : parts.some(Boolean);
    }
    if (condition.type !== "is" && condition.type !== "present") return false;
    const [value] = argumentValues(this.solver.ir, call, condition.argument.index, condition.argument.name, false);
    if (condition.type === "present") return (value !== undefined) !== condition.negated;
    if (value === undefined) return condition.negated;
    const literal = literalOf(value);
    // A switch that is not known is what its caller says it is: such a call checks.
    if (literal === undefined) return true;
    return condition.values.includes(literal) !== condition.negated;
  }
}

/** The literal of a Const row as a pattern of pages. */
export function literalPattern(solver: Solver, value: number): ConstantPattern | undefined {
  const constant = constantOf(solver.ir, value) ?? solver.facts.literalOf(value);
  switch (constant?.type) {
    case "true": return true;
    case "false": return false;
    case "none": return null;
    case "str": return constant.value;
    case "int": return typeof constant.value === "number" ? constant.value : undefined;
    default: return undefined;
  }
}

/** The last part of the name by which a value is written: `b` of `a.b`, of `a.b()` and of an import. */
export function lastName(solver: Solver, value: number, depth = 0): string {
  const { ir } = solver;
  if (value < 0 || depth > 6) return "";
  switch (ir.op.data[value] as Op) {
    case Op.Global: return ir.strings.text(ir.a.data[value]!);
    case Op.GetAttr: return ir.strings.text(ir.b.data[value]!);
    case Op.Import: return ir.b.data[value]! >= 0 ? ir.strings.text(ir.b.data[value]!) : "";
    case Op.Param: return ir.strings.text(ir.b.data[value]!);
    case Op.Func: return ir.strings.text(ir.functions[ir.a.data[value]!]!.name);
    case Op.Class: return ir.strings.text(ir.classes[ir.a.data[value]!]!.name);
    case Op.Cell: return ir.strings.text(ir.cells[ir.a.data[value]!]!.name);
    case Op.Call: return lastName(solver, callCallee(ir, value), depth + 1);
    case Op.Await:
    case Op.Sigma:
    case Op.Content: return lastName(solver, ir.a.data[value]!, depth + 1);
    case Op.Decorate: return lastName(solver, ir.b.data[value]!, depth + 1);
    default: return "";
  }
}
