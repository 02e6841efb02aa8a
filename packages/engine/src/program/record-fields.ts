/**
 * Fields that a class takes as arguments without a constructor of its own: data classes, models, named tuples.
 *
 * ```text
 * @dataclass                     Job("a", label=x)      name = "a", label = x
 * class Job:
 *     name: str
 *     label: str
 *
 * class Row(Base):               Row(name=x)            name = x, if the library's constructor gets **kwargs
 *     def __init__(self, **kwargs): super().__init__(**kwargs)
 * ```
 */
import { type Ir, Op, callArg, callArgCount, callCallee, callKeywordCount, callKeywordName, callKeywordValue } from "../ir/index.ts";

/** Most fields of a class that arguments are given to by their places. */
const fieldsMax = 64;

export interface FieldArgument {
  readonly name: number;
  readonly value: number;
}

/** What of the classes of a program is asked. */
export interface ClassFacts {
  readonly mroOf: (cls: number) => readonly number[];
  readonly methodOf: (cls: number, name: number) => number;
}

/** The mappings that a call spreads over the fields of a class without a constructor of its own: `Job(**data)`. */
export function spreadArguments(ir: Ir, facts: ClassFacts, call: number, cls: number, name: number): readonly number[] {
  if (facts.methodOf(cls, ir.strings.intern("__init__")) >= 0 || facts.methodOf(cls, ir.strings.intern("__new__")) >= 0) return [];
  const out: number[] = [];
  for (let i = 0, n = callKeywordCount(ir, call); i < n; i++) {
    const given = callKeywordName(ir, call, i);
    if (given === name) return [];
    if (given < 0) out.push(callKeywordValue(ir, call, i));
  }
  return out.length > 0 && fieldNames(ir, facts.mroOf(cls)).includes(name) ? out : [];
}

/** The fields that a call of a class fills by its arguments; empty if the class has a constructor that does so. */
export function fieldArguments(ir: Ir, facts: ClassFacts, call: number, cls: number): readonly FieldArgument[] {
  const init = facts.methodOf(cls, ir.strings.intern("__init__"));
  const own = init < 0 ? undefined : ir.functions[init]!;
  const hands = own !== undefined && own.params.some((param) => param.kind === "kwargs") && facts.mroOf(cls).includes(-1);
  if ((own && !hands) || facts.methodOf(cls, ir.strings.intern("__new__")) >= 0) return none;
  const out: FieldArgument[] = [];
  for (let i = 0, n = callKeywordCount(ir, call); i < n; i++) {
    const name = callKeywordName(ir, call, i);
    if (name < 0 || own?.params.some((param) => param.name === name)) continue;
    out.push({ name, value: callKeywordValue(ir, call, i) });
  }
  const count = callArgCount(ir, call);
  if (own || count === 0) return out;
  const names = fieldNames(ir, facts.mroOf(cls));
  for (let i = 0; i < count && i < names.length; i++) {
    const value = callArg(ir, call, i);
    if (ir.op.data[value] === Op.Star) break;
    out.push({ name: names[i]!, value });
  }
  return out;
}

const none: readonly FieldArgument[] = [];

/** The fields that classes declare, those of the oldest ancestor first. */
function fieldNames(ir: Ir, mro: readonly number[]): number[] {
  const out: number[] = [];
  for (const cls of [...mro].reverse()) {
    const body = cls < 0 ? undefined : ir.functions[ir.classes[cls]!.body];
    if (!body) continue;
    for (let row = body.firstInstr; row < body.endInstr && out.length < fieldsMax; row++) {
      const op = ir.op.data[row]!;
      const name = op === Op.Annotate ? ir.b.data[row]! : op === Op.ClassVar && isFieldMaker(ir, ir.b.data[row]!) ? ir.a.data[row]! : -1;
      if (name >= 0 && !out.includes(name)) out.push(name);
    }
  }
  return out;
}

/** Holds for `attr.ib(...)`, `attrs.field(...)` and the like. */
function isFieldMaker(ir: Ir, value: number): boolean {
  if (ir.op.data[value] !== Op.Call) return false;
  const callee = callCallee(ir, value);
  const op = ir.op.data[callee]!;
  const name = op === Op.GetAttr ? ir.strings.text(ir.b.data[callee]!) : op === Op.Global ? ir.strings.text(ir.a.data[callee]!) : "";
  return /^(?:ib|attrib|field|Factory)$/.test(name);
}
