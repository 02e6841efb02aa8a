/**
 * Values whose name says one unit, used where a name says another: milliseconds slept as seconds, megabytes taken for bytes.
 *
 * Only values that go from one name to the other unchanged: arithmetic between them converts.
 */
import { BinOp, callArg, callArgCount, callKeywordCount, callKeywordName, callKeywordValue, CmpOp, type Ir, Op } from "../ir/index.ts";
import { calledName, type Obligation } from "../obligations/index.ts";
import { bindArguments } from "../program/index.ts";
import type { CheckContext } from "./context.ts";
import { nameOfValue, type Unit, unitOfName } from "./unit-words.ts";

export function unitMismatch(context: CheckContext): readonly Obligation[] {
  const { ir } = context.program;
  const names = new NamedUnits(ir);
  if (names.isEmpty) return [];
  const out: Obligation[] = [];
  for (const i of ir.rowsOf(Op.Call, Op.SetAttr, Op.Bin, Op.Cmp)) {
    const op = ir.op.data[i] as Op;
    if (!context.isProduct(i)) continue;
    for (const meeting of meetingsAt(context, names, i, op)) out.push(rowOf(context, i, meeting));
  }
  return out;
}

/** Two units that meet. */
interface Meeting {
  readonly value: number;
  readonly from: Named;
  readonly to: Named;
}

interface Named {
  readonly name: string;
  readonly unit: Unit;
}

/** Units by interned name, looked up once for each name of the program. */
class NamedUnits {
  readonly isEmpty: boolean;
  private readonly ir: Ir;
  private readonly known = new Map<string, Named>();

  constructor(ir: Ir) {
    this.ir = ir;
    for (let id = 0; id < ir.strings.size; id++) {
      const name = ir.strings.text(id);
      const unit = name.length <= 80 ? unitOfName(name) : undefined;
      if (unit) this.known.set(name, { name, unit });
    }
    this.isEmpty = this.known.size === 0;
  }

  ofName(name: string): Named | undefined {
    return this.known.get(name);
  }

  ofValue(value: number): Named | undefined {
    const name = nameOfValue(this.ir, value);
    return name === "" ? undefined : this.known.get(name);
  }
}

function meetingsAt(context: CheckContext, names: NamedUnits, row: number, op: Op): readonly Meeting[] {
  const { ir } = context.program;
  if (op === Op.SetAttr) return meet(names.ofValue(ir.c.data[row]!), names.ofName(ir.strings.text(ir.b.data[row]!)), ir.c.data[row]!);
  if (op === Op.Call) return meetingsOfCall(context, names, row);
  if (op === Op.Bin) {
    const operation = ir.a.data[row]! & 31;
    if (operation !== BinOp.Add && operation !== BinOp.Sub) return [];
  } else if (ir.a.data[row]! > CmpOp.GtE) return [];
  return meet(names.ofValue(ir.c.data[row]!), names.ofValue(ir.b.data[row]!), ir.c.data[row]!);
}

function meet(from: Named | undefined, to: Named | undefined, value: number): readonly Meeting[] {
  return from && to && from.unit.dimension === to.unit.dimension ? [{ value, from, to }] : [];
}

function meetingsOfCall(context: CheckContext, names: NamedUnits, call: number): readonly Meeting[] {
  const { program } = context;
  const { ir } = program;
  const out: Meeting[] = [];
  const values = new Set<number>();
  for (let i = 0, n = callArgCount(ir, call); i < n; i++) if (names.ofValue(callArg(ir, call, i))) values.add(callArg(ir, call, i));
  for (let i = 0, n = callKeywordCount(ir, call); i < n; i++) {
    const value = callKeywordValue(ir, call, i);
    const from = names.ofValue(value);
    if (!from) continue;
    values.add(value);
    const name = callKeywordName(ir, call, i);
    if (name >= 0) out.push(...meet(from, names.ofName(ir.strings.text(name)), value));
  }
  if (values.size === 0) return out;
  const targets = program.targetsOf(call);
  const [target] = targets;
  if (targets.length === 1 && target?.kind === "project" && target.via !== "prior" && !target.arguments) {
    const fn = ir.functions[target.function]!;
    bindArguments(ir, call, fn, target).forEach((bound, index) => {
      for (const { value, kind } of bound) {
        if (kind === "value" && values.has(value)) out.push(...meet(names.ofValue(value), names.ofName(ir.strings.text(fn.params[index]!.name)), value));
      }
    });
  } else if (calledName(context.solver, call) === "sleep" && targets.every((each) => each.kind !== "project") && callArgCount(ir, call) === 1) {
    out.push(...meet(names.ofValue(callArg(ir, call, 0)), seconds, callArg(ir, call, 0)));
  }
  return [...new Map(out.map((each) => [`${each.value} ${each.to.name}`, each])).values()];
}

const seconds: Named = { name: "sleep", unit: { dimension: "time", factor: 1e9, word: "seconds" } };

function rowOf(context: CheckContext, site: number, { value, from, to }: Meeting): Obligation {
  const sink = to.name;
  if (from.unit.factor === to.unit.factor) {
    return context.row(site, "proven", { code: "good-value", text: `both are ${to.unit.word}`, at: site }, { sink, subject: value });
  }
  return context.row(site, "violated", { code: "bad-value", text: `${from.name} is in ${from.unit.word} and ${to.name} in ${to.unit.word}`, at: value }, { sink, subject: value, source: from.name });
}
