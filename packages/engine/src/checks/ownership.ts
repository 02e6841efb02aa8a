/**
 * What becomes of a value that must be released: closed, kept by someone else, or only used.
 *
 * ```text
 * with f: / f.close() / closing(f)      released
 * return f / self.f = f / keep(f)       someone else has it now
 * json.load(f) / f.read()               used: it is still ours
 * ```
 */
import { BranchKind, callArg, callArgCount, callCallee, callKeywordCount, callKeywordValue, CmpOp, type FunctionInfo, type Ir, Op } from "../ir/index.ts";
import { leaksFrom, type Leaks } from "../flow/index.ts";
import { argumentValues, calledName } from "../obligations/index.ts";
import { bindArguments, type CallTarget, type Program } from "../program/index.ts";
import type { CheckContext } from "./context.ts";
import { lastName } from "./last-name.ts";

/** What an instruction does with the value. */
export type Fate = "used" | "released" | "returned" | "stored" | "handed-on" | "unknown";

const releasing = /^(?:close|aclose|terminate|kill|wait|communicate|release|shutdown|quit|disconnect|cleanup|unlink|detach|stop|__exit__|server_close|unregister)$/;
const releasingCalls = /^(?:close|closing|aclosing|close_fd|closerange|fdopen|enter_context|enter_async_context|push|callback|push_async_callback|addCleanup|contextmanager)$/;
/** Calls that use what they are given and give it back. */
const borrowing = /^(?:load|dump|loads|dumps|reader|writer|DictReader|DictWriter|print|copyfileobj|str|repr|len|isinstance|hasattr|getattr|id|type|next|list|tuple|sorted|enumerate|iter|map|filter|any|all|sum|zip|max|min|parse|safe_load|safe_dump|safe_load_all|write|writelines|read|readlines|debug|info|warning|error|exception|fstat|fsync|lseek|fchmod|fchown|ftruncate|flock|lockf|fcntl|ioctl|isatty|select|read_csv|readfp|read_file|sendfile|set_inheritable|call|check_call|check_output|run|Popen|from_file|detect|hexdigest|update|file_digest|save|savetxt|imread)$/;
const harmless = /^(?:len|isinstance|hasattr|str|repr|id|type|debug|info|warning|error|exception|append|strip|split|join|format|get|items|keys|values|startswith|endswith|lower|upper|encode|decode|time|bool)$/;

/** What sort of thing is owned. */
export interface Sort {
  /** Its name on the disk: whoever is given the name only uses it, unless a page says that the call releases it. */
  readonly isPath: boolean;
  /** A `with` on it ends something else, such as a transaction. */
  readonly outlivesWith: boolean;
}

const plain: Sort = { isPath: false, outlivesWith: false };

/** Holds if a page says that a call releases one of the values. */
export function isReleasedBy(program: Program, call: number, isValue: (value: number) => boolean): boolean {
  for (const target of program.targetsOf(call)) {
    if (target.kind !== "api") continue;
    for (const fact of program.api.facts(target.node)) {
      if (fact.kind !== "releases" || fact.port.type !== "argument") continue;
      if (argumentValues(program.ir, call, fact.port.index, fact.port.name, fact.port.rest).some(isValue)) return true;
    }
  }
  return false;
}

/** How deep a value is followed into functions that it is handed to. */
const depthMax = 3;

/** A value, all names of it in its function, and what becomes of it. */
export class Owned {
  /** Rows that are the value, whatever was done to it since. */
  readonly names = new Set<number>();
  /** What was found on the way, in order of rows. */
  readonly fates = new Map<number, Fate>();
  private readonly context: CheckContext;
  private readonly ir: Ir;
  private readonly fn: FunctionInfo;
  private readonly sort: Sort;
  private readonly depth: number;

  constructor(context: CheckContext, fn: FunctionInfo, value: number, sort: Sort = plain, depth = 0) {
    this.context = context;
    this.ir = context.program.ir;
    this.fn = fn;
    this.sort = sort;
    this.depth = depth;
    this.names.add(value);
    this.collectNames();
    for (let row = fn.firstInstr; row < fn.endInstr; row++) {
      const fate = this.fateAt(row);
      if (fate !== undefined) this.fates.set(row, fate);
    }
  }

  /** The ways on which it is not released after it was acquired. */
  leaks(start: number): Leaks {
    return leaksFrom(this.ir, this.fn, start, {
      isReleased: (row) => { const fate = this.fates.get(row); return fate !== undefined && fate !== "used"; },
      mayRaise: (row) => this.mayRaise(row),
      isEdge: (block, i) => this.isEdge(block, i),
    });
  }

  /** The fates that end it, without uses. */
  ends(): readonly (readonly [number, Fate])[] {
    return [...this.fates].filter(([, fate]) => fate !== "used");
  }

  private collectNames(): void {
    const { ir, fn, names } = this;
    for (let size = -1; size !== names.size; ) {
      size = names.size;
      for (let row = fn.firstInstr; row < fn.endInstr; row++) {
        const op = ir.op.data[row] as Op;
        if (op === Op.Content || op === Op.Sigma || op === Op.Await) { if (names.has(ir.a.data[row])) names.add(row); }
        else if (op === Op.Enter && this.sort.outlivesWith) { if (names.has(ir.a.data[row])) names.add(row); }
        else if (op === Op.Phi && ir.lists.toArray(ir.a.data[row]).some((input) => names.has(input))) names.add(row);
      }
    }
  }

  private fateAt(row: number): Fate | undefined {
    const { ir, names } = this;
    const [a, b, c] = [ir.a.data[row], ir.b.data[row], ir.c.data[row]];
    switch (ir.op.data[row] as Op) {
      case Op.Enter: return names.has(a) && !this.sort.outlivesWith ? "released" : undefined;
      case Op.Return: case Op.Yield: case Op.YieldFrom: return names.has(a) ? "returned" : undefined;
      case Op.SetAttr: case Op.SetItem: return names.has(c) ? "stored" : undefined;
      case Op.SetGlobal: case Op.SetCell: case Op.Append: return names.has(b) ? "stored" : undefined;
      case Op.Build: return !this.sort.isPath && ir.lists.toArray(b).some((value) => names.has(value)) ? "handed-on" : undefined;
      case Op.Call: return this.fateOfCall(row);
      default: return undefined;
    }
  }

  private fateOfCall(call: number): Fate | undefined {
    const { ir, names } = this;
    const callee = callCallee(ir, call);
    if (ir.op.data[callee] === Op.GetAttr && names.has(ir.a.data[callee])) {
      return releasing.test(ir.strings.text(ir.b.data[callee])) ? "released" : "used";
    }
    const given = this.givenTo(call);
    if (given.length === 0) return undefined;
    const name = calledName(this.context.solver, call) || lastName(ir, callee);
    if (this.sort.isPath ? isReleasedBy(this.context.program, call, (value) => names.has(value)) : releasingCalls.test(name)) return "released";
    const project = this.context.program.targetsOf(call).filter((target) => target.kind === "project");
    if (project.length > 0) return this.fateInCallee(call, given, project as readonly ProjectTarget[]);
    return this.sort.isPath || borrowing.test(name) ? "used" : "unknown";
  }

  private givenTo(call: number): readonly number[] {
    const { ir, names } = this;
    const out: number[] = [];
    for (let i = 0, n = callArgCount(ir, call); i < n; i++) if (names.has(callArg(ir, call, i))) out.push(callArg(ir, call, i));
    for (let i = 0, n = callKeywordCount(ir, call); i < n; i++) if (names.has(callKeywordValue(ir, call, i))) out.push(callKeywordValue(ir, call, i));
    return out;
  }

  /** A function that is given the value releases it, keeps it, or only uses it. */
  private fateInCallee(call: number, given: readonly number[], targets: readonly ProjectTarget[]): Fate {
    const { ir } = this;
    if (targets.length !== 1 || this.depth >= depthMax || targets[0].via === "prior") return "unknown";
    const [target] = targets;
    const fn = ir.functions[target.function];
    const index = bindArguments(ir, call, fn, target).findIndex((bound) => bound.some(({ value, kind }) => kind === "value" && given.includes(value)));
    const param = fn.params[index];
    if (param === undefined || param.kind === "varargs" || param.kind === "kwargs") return "unknown";
    const inner = new Owned(this.context, fn, param.value, this.sort, this.depth + 1);
    const ends = inner.ends();
    if (ends.length === 0) return "used";
    return ends.every(([, fate]) => fate === "released") && inner.leaks(param.value).normal < 0 ? "released" : "handed-on";
  }

  private mayRaise(row: number): boolean {
    const { ir } = this;
    const op = ir.op.data[row] as Op;
    if (op === Op.Enter) return true;
    return op === Op.Call && !harmless.test(lastName(ir, callCallee(ir, row)));
  }

  /** Ways that are taken only where there is nothing to release: `if f is None:`. */
  private isEdge(block: number, i: number): boolean {
    const { ir, names } = this;
    const last = ir.blocks.end.data[block] - 1;
    if (ir.op.data[last] !== Op.Branch || ir.b.data[last] !== BranchKind.Condition) return true;
    let condition = ir.a.data[last];
    let holds = true;
    for (let depth = 0; depth < 32 && ir.op.data[condition] === Op.Not; depth++) {
      condition = ir.a.data[condition];
      holds = !holds;
    }
    if (names.has(condition)) return i === (holds ? 0 : 1);
    if (ir.op.data[condition] !== Op.Cmp || !names.has(ir.b.data[condition]) || !isNone(ir, ir.c.data[condition])) return true;
    const operation = ir.a.data[condition];
    if (operation === CmpOp.Is || operation === CmpOp.Eq) return i === (holds ? 1 : 0);
    return operation === CmpOp.IsNot || operation === CmpOp.NotEq ? i === (holds ? 0 : 1) : true;
  }
}

type ProjectTarget = Extract<CallTarget, { kind: "project" }>;

const isNone = (ir: Ir, value: number): boolean => ir.op.data[value] === Op.Const && ir.constants[ir.a.data[value]].type === "none";
