/**
 * Which functions read rows of a mapped class and which insert them, directly or through what they call.
 *
 * ```python
 * session.query(Coupon).filter_by(code=code).first()      reads Coupon
 * session.add(Coupon(code=code))                          inserts Coupon
 * Coupon.objects.create(code=code)                        inserts Coupon
 * ```
 */
import { callArg, callArgCount, callCallee, type FunctionInfo, type Ir, Op } from "../ir/index.ts";
import { type Program, TokenKind, tokenId, tokenKind } from "../program/index.ts";
import { lastName } from "./last-name.ts";
import { firstVersionOf } from "./roots.ts";

/** One call and the mapped class whose rows it reads or inserts. */
export interface RowAccess {
  readonly call: number;
  readonly class: number;
}

/** How deep calls are followed to find a read. */
const depthMax = 3;

export class MappedRows {
  private readonly program: Program;
  private readonly mapped = new Map<number, boolean>();
  private readonly reads = new Map<number, ReadonlySet<number>>();

  constructor(program: Program) {
    this.program = program;
  }

  /** Holds for a class whose objects are rows of a table. */
  isMapped(cls: number): boolean {
    let known = this.mapped.get(cls);
    if (known === undefined) this.mapped.set(cls, (known = this.findMapped(cls)));
    return known;
  }

  /** The calls of a function that insert rows. */
  insertsOf(fn: FunctionInfo): readonly RowAccess[] {
    const { ir } = this.program;
    const made = new Map<number, number>();
    const out: RowAccess[] = [];
    for (let i = fn.firstInstr; i < fn.endInstr; i++) {
      if (ir.op.data[i] !== Op.Call) continue;
      const callee = callCallee(ir, i);
      const cls = this.classIn(callee);
      if (cls >= 0) made.set(i, cls);
      else if (ir.op.data[callee] === Op.GetAttr) this.addInsert(i, callee, made, out);
    }
    return out;
  }

  private addInsert(call: number, callee: number, made: ReadonlyMap<number, number>, out: RowAccess[]): void {
    const { ir } = this.program;
    const name = ir.strings.text(ir.b.data[callee]);
    if (/^(?:save|insert|create)$/.test(name)) {
      const cls = made.get(firstVersionOf(ir, ir.a.data[callee])) ?? (name === "create" ? this.classOfManager(ir.a.data[callee]) : -1);
      if (cls >= 0) out.push({ call, class: cls });
    } else if (/^(?:add|merge|add_all|bulk_save_objects)$/.test(name) && callArgCount(ir, call) > 0) {
      const cls = made.get(firstVersionOf(ir, callArg(ir, call, 0)));
      if (cls !== undefined) out.push({ call, class: cls });
    }
  }

  /** The mapped classes whose rows a call reads: itself, or one of the functions that it reaches. */
  readBy(call: number, depth = 0): ReadonlySet<number> {
    const { program } = this;
    const { ir } = program;
    const out = new Set<number>(this.readDirectly(call));
    // Beside a function there may be the wrapper of a library that it stands under.
    const targets = depth >= depthMax ? [] : program.targetsOf(call).filter((target) => target.kind === "project");
    const [target] = targets;
    if (targets.length !== 1 || target.kind !== "project" || target.via === "prior") return out;
    for (const cls of this.readsOf(ir.functions[target.function], depth + 1)) out.add(cls);
    return out;
  }

  private readsOf(fn: FunctionInfo, depth: number): ReadonlySet<number> {
    const known = this.reads.get(fn.id);
    if (known) return known;
    const out = new Set<number>();
    this.reads.set(fn.id, out); // a cycle adds nothing
    const { ir } = this.program;
    for (let i = fn.firstInstr; i < fn.endInstr; i++) {
      if (ir.op.data[i] === Op.Call) for (const cls of this.readBy(i, depth)) out.add(cls);
    }
    return out;
  }

  private readDirectly(call: number): readonly number[] {
    const { ir } = this.program;
    const callee = callCallee(ir, call);
    const name = lastName(ir, callee);
    if (/^(?:query|select|exists)$/.test(name)) {
      const classes: number[] = [];
      for (let i = 0, n = callArgCount(ir, call); i < n; i++) {
        const value = callArg(ir, call, i);
        const cls = this.classIn(value);
        const owner = cls < 0 && ir.op.data[value] === Op.GetAttr ? this.classIn(ir.a.data[value]) : cls;
        if (owner >= 0) classes.push(owner);
      }
      return classes;
    }
    if (!/^(?:get|filter|filter_by|exclude|exists|first|count|get_or_none|select|where|all)$/.test(name) || ir.op.data[callee] !== Op.GetAttr) return [];
    const manager = this.classOfManager(ir.a.data[callee]);
    return manager >= 0 ? [manager] : [];
  }

  /** `Coupon.objects`, `Coupon.query`, `Coupon`: the class whose rows are asked for. */
  private classOfManager(value: number): number {
    const { ir } = this.program;
    const own = this.classIn(value);
    if (own >= 0 || ir.op.data[value] !== Op.GetAttr) return own;
    return /^(?:objects|query|_default_manager)$/.test(ir.strings.text(ir.b.data[value])) ? this.classIn(ir.a.data[value]) : -1;
  }

  /** The mapped class that a value is, or -1. */
  private classIn(value: number): number {
    const tokens = this.program.tokensOf(value);
    if (tokens.length !== 1 || tokenKind(tokens[0]) !== TokenKind.Class) return -1;
    const cls = tokenId(tokens[0]);
    return this.isMapped(cls) ? cls : -1;
  }

  private findMapped(cls: number): boolean {
    const { program } = this;
    const { ir } = program;
    const table = ir.strings.find("__tablename__");
    if (program.mroOf(cls).some((each) => each >= 0 && table >= 0 && bindsName(ir, each, table))) return true;
    return program.apiBasesOf(cls).some((node) => /(?:\bModel|DeclarativeBase|declarative_base\(\)|SQLModel)$/.test(program.api.name(node)));
  }
}

function bindsName(ir: Ir, cls: number, name: number): boolean {
  const body = ir.functions[ir.classes[cls].body];
  for (let i = body.firstInstr; i < body.endInstr; i++) if (ir.op.data[i] === Op.ClassVar && ir.a.data[i] === name) return true;
  return false;
}
