/** What lowering knows while it works: the module, and the function it is in. */
import type { Interner, Problem } from "../../../base/index.ts";
import { type ConstantValue, FunctionBuilder, type FunctionKind, type Ir, Op } from "../../../ir/index.ts";
import type { SourceFile } from "../../../source/index.ts";
import type { Ast, Kind } from "../ast.ts";
import { mangleName } from "../private-name.ts";
import type { ModuleScopes, Scope, Variable } from "../scope.ts";

/** Depth of nested syntax beyond which a part is not lowered: it becomes an Undef and a Problem. */
export const nestingMax = 1_200;

/** What a statement that leaves a place has to pass on its way out, innermost last. */
export type Frame =
  | { readonly kind: "loop"; readonly breakTarget: number; readonly continueTarget: number }
  | { readonly kind: "with"; readonly enter: number; readonly node: number; readonly outerHandler: number }
  /** The body of a finally: what was pending before it is lost if a statement leaves it. */
  | { readonly kind: "pending" }
  | FinallyFrame;

export interface FinallyFrame {
  readonly kind: "finally";
  readonly entry: number;
  readonly selectorSlot: number;
  /** What a pending return returns, and what a pending exception is. */
  readonly resultSlot: number;
  readonly exceptionSlot: number;
  readonly outerHandler: number;
  /** The ways in which the finally is entered, see {@link Leaving}. */
  readonly entered: Set<Leaving>;
}

/** Why a finally runs; the value of its selector. */
export const enum Leaving {
  Normal,
  Raise,
  Return,
  Break,
  Continue,
}

/** A function or class body found while lowering the function around it; lowered after that one. */
export interface PendingBody {
  readonly functionId: number;
  readonly kind: FunctionKind;
  readonly node: number;
  readonly scope: Scope;
  readonly name: number;
  readonly qualname: number;
  readonly parent: number;
  /** Class id as in FunctionInfo.class. */
  readonly class: number;
  /** Temporary rows of the function around; turned into final ones when it is finished. */
  definition: number;
  returns: number;
  readonly parameters: readonly ParameterNode[];
  defaults: number[];
  annotations: number[];
}

/** A parameter in the syntax tree. */
export interface ParameterNode {
  readonly node: number;
  readonly kind: "positional-only" | "positional" | "keyword-only" | "varargs" | "kwargs";
}

/** The module that lowering works on. */
export interface ModuleIdentity {
  /** Dotted name as imported. */
  readonly name: string;
  readonly isPackage: boolean;
  /** Index into Ir.modules. */
  readonly id: number;
}

export class Lowering {
  readonly ir: Ir;
  readonly ast: Ast;
  readonly file: SourceFile;
  readonly module: ModuleIdentity;
  readonly scopes: ModuleScopes;
  readonly strings: Interner;
  readonly builder: FunctionBuilder;
  readonly problems: Problem[];
  readonly queue: PendingBody[] = [];
  private readonly constantIds: Int32Array;

  // ---- the function being lowered
  /** The innermost scope, a Block inside comprehensions. */
  scope: Scope;
  functionId = -1;
  /** Class id if a class body is being lowered, else -1. */
  classId = -1;
  /** Prefix of the qualified names of what is defined here: "" in a module, else `outer.`. */
  qualifier = "";
  frames: Frame[] = [];
  lambdaCount = 0;
  depth = 0;
  /** What names mean in the function outside comprehensions, as far as asked. */
  readonly resolved = new Map<number, Variable | "global">();
  /** Local slots in the order they were read; a mark into it says what an expression read. */
  readLog: number[] = [];
  /** Per slot: the slots on the right-hand side of its latest assignment. */
  sources: (readonly number[] | undefined)[] = [];
  /** Per slot: the next slot known to hold the same object, in a circle, or undefined if it stands alone. */
  aliases: (number | undefined)[] = [];
  /** Bodies found in the function being lowered. */
  found: PendingBody[] = [];
  /** Operands waiting for their row; a shared stack. */
  readonly stack: number[] = [];
  /** Nodes of a chain that is being lowered; a shared stack. */
  readonly spine: number[] = [];

  constructor(
    ir: Ir,
    ast: Ast,
    file: SourceFile,
    module: ModuleIdentity,
    scopes: ModuleScopes,
    builder: FunctionBuilder,
    problems: Problem[],
  ) {
    this.ir = ir;
    this.ast = ast;
    this.file = file;
    this.module = module;
    this.scopes = scopes;
    this.scope = scopes.module;
    this.strings = ast.strings;
    this.builder = builder;
    this.problems = problems;
    this.constantIds = new Int32Array(ast.constants.length).fill(-1);
  }

  kindOf(node: number): Kind {
    return this.ast.kind.data[node] as Kind;
  }

  /** Gives the rows emitted next the place of a node. */
  at(node: number): void {
    this.builder.src = this.ast.start.data[node];
    this.builder.end = this.ast.end.data[node];
  }

  emit(node: number, op: Op, a = 0, b = 0, c = 0): number {
    this.builder.src = this.ast.start.data[node];
    this.builder.end = this.ast.end.data[node];
    return this.builder.emit(op, a, b, c);
  }

  list(values: readonly number[]): number {
    return this.builder.lists.add(values);
  }

  /** Makes a list of what was pushed on the stack since `base`, and takes it off. */
  popList(base: number): number {
    const { stack } = this;
    const count = stack.length - base;
    if (count === 0) return 0;
    const { words } = this.builder.lists;
    const id = words.push(count);
    for (let i = base; i < stack.length; i++) words.push(stack[i]);
    stack.length = base;
    return id;
  }

  /** A constant of the syntax tree. */
  constantRow(node: number, astConstant: number): number {
    let id = this.constantIds[astConstant];
    if (id < 0) {
      id = this.ir.constant(this.ast.constants[astConstant] as ConstantValue);
      this.constantIds[astConstant] = id;
    }
    return this.emit(node, Op.Const, id);
  }

  /** A constant that the source does not spell. */
  constant(node: number, value: ConstantValue): number {
    return this.emit(node, Op.Const, this.ir.constant(value));
  }

  none(node: number): number {
    return this.emit(node, Op.Const, 0);
  }

  /** A global name that the construct stands for, though the source does not spell it. */
  globalNamed(node: number, name: string): number {
    return this.emit(node, Op.Global, this.strings.intern(name));
  }

  call(node: number, callee: number, args: readonly number[], keywords: readonly number[] = []): number {
    const positional = this.list(args);
    return this.emit(node, Op.Call, callee, positional, this.list(keywords));
  }

  mangle(name: number): number {
    return mangleName(this.strings, this.scope.className, name);
  }

  newSlot(): number {
    return this.scope.host.slotCount++;
  }

  report(kind: Problem["kind"], node: number, message: string): void {
    this.problems.push({ kind, path: this.file.path, message, line: lineOf(this.file, this.ast.start.data[node]) });
  }

  /** Enters nested syntax; false if that would go too deep. Must be paired with `depth--` when true. */
  descend(node: number): boolean {
    if (this.depth >= nestingMax) {
      if (!this.tooDeepReported) {
        this.tooDeepReported = true;
        this.report("limit-reached", node, `syntax is nested deeper than ${nestingMax} levels; what is below is not analysed`);
      }
      return false;
    }
    this.depth++;
    return true;
  }
  private tooDeepReported = false;
}

function lineOf(file: SourceFile, offset: number): number {
  const starts = file.lineStarts;
  let low = 0;
  let high = starts.length;
  while (low + 1 < high) {
    const middle = (low + high) >> 1;
    if (starts[middle] <= offset) low = middle;
    else high = middle;
  }
  return low + 1;
}
