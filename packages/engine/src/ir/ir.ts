/**
 * The intermediate representation: one small instruction set in SSA form for a whole program.
 *
 * Everything is a row of a column table. A value *is* the row id of the instruction that defines it. All functions of
 * all modules live in the same {@link Ir}; the rows of one function are contiguous, and so are the rows of one block
 * (phis first, one terminator last). `src`/`end` are byte offsets into the file of the function's module.
 *
 * Notation of operands: `v` value (row id), `v?` value or -1, `L<..>` list id in {@link Ir.lists} (0 is the empty
 * list), `s` interned string, `k` id in {@link Ir.constants}, `f` function id, `cls` class id, `cell` cell id.
 */
import { ByteColumn, IntColumn, Interner, ListPool } from "../base/index.ts";

export const enum Op {
  // ---- definitions
  Const, //     a k
  Param, //     a index into FunctionInfo.params, b s name
  Undef, //     the name is not bound on this path; b s? name (-1: a broken piece of source, or nothing pending in a finally)
  Phi, //       a L<v> one per predecessor of its block, in the order of Blocks.preds
  Sigma, //     at the start of a successor of a Branch on a Condition: a v the value, b v the branch condition, c 1 on the true edge / 0 on the false edge (values derived from `a` count too)
  Content, //   a v the object before, b v the instruction that may have changed it (SetItem SetAttr DelItem DelAttr Call Append),
  //            c how the object takes part: -1 as target/receiver, i >= 0 as positional argument i, -2-j as keyword argument j
  Global, //    a s   a name looked up in the module, then in builtins
  Cell, //      a cell   a variable of an enclosing function
  Import, //    a s absolute dotted module, b s? imported name, c 1 if the whole dotted module is meant (`import a.b as c`), 0 if the top package is bound
  ImportStar, //a s absolute dotted module
  Func, //      a f, b L<v> defaults of the last positional parameters, c L<v?> defaults of keyword-only ones
  Class, //     a cls, b L<v> bases (Star inside), c L<s?, v> keywords, in pairs
  ExcVal, //    a L<v> types of the handler (empty: catches all)
  // ---- pure
  Un, //        a UnOp, b v
  Bin, //       a BinOp (+ InPlace), b v, c v
  Cmp, //       a CmpOp, b v, c v
  Not, //       a v
  Fmt, //       a L<v> parts in order (Const for literal text), b L<v?> format specs, c L<int> conversions (0 none, or code of s r a); an f-string
  Build, //     a BuildKind, b L<v> (list tuple set slice: elements, Star inside; dict: key?, value pairs, key -1 for **),
  //            c 1 if it stands for a generator expression
  Star, //      a v   a starred element of Build, Call, Class
  GetAttr, //   a v, b s
  GetItem, //   a v, b v
  Unpack, //    a v iterable, b index from the front (>= 0) or from the end (< 0), c 1 if it takes the starred rest
  Iter, //      a v, b 1 if async
  Next, //      a v Iter: the element of this round
  IsInst, //    a v, b v class (a `match` class pattern)
  Len, //       a v
  // ---- calls and effects
  Call, //      a v callee, b L<v> positional arguments (Star inside), c L<s?, v> keywords, in pairs (name -1 for **)
  Decorate, //  a v decorator, b v the function or class as decorated so far; the result is what the name is bound to
  Await, //     a v
  Yield, //     a v   (its value is what is sent in)
  YieldFrom, // a v
  SetAttr, //   a v, b s, c v
  SetItem, //   a v, b v, c v
  DelAttr, //   a v, b s
  DelItem, //   a v, b v
  SetGlobal, // a s, b v
  DelGlobal, // a s
  SetCell, //   a cell, b v
  Append, //    a v container, b v element, c v? key (dict): one round of a comprehension adds to its result
  Annotate, //  a v? the value bound (-1: only declared), b s name, c v annotation; a variable or class field
  AnnotateAttr, // a v object, b s, c v annotation
  ClassVar, //  a s, b v   in a class body: the attribute at the end of the body
  Enter, //     a v context manager, b 1 if async; its value is what `as` binds
  Exit, //      a v Enter, b 1 on the exceptional path
  Expr, //      a v   a value computed and dropped (expression statement)
  // ---- terminators
  Jump,
  Branch, //    a v, b BranchKind   succ[0] if true, succ[1] if false; both successors have this block as their only predecessor
  Switch, //    a v selector, b L<k> case of succ[i]; the last successor is the default
  Raise, //     a v? (-1: what is being handled), b v? cause, c 1 if it stands for a failed assert, 2 if an exception goes on
  //            out of a finally, a with, or a try none of whose handlers match (no statement of the program raises here)
  Return, //    a v
  Unreachable, // after a call that cannot return, or the end of a block no edge reaches
}

export const enum UnOp {
  Invert,
  Plus,
  Minus,
}
/** The same order as BinaryOperator of the syntax tree; `| InPlace` for augmented assignment. */
export const enum BinOp {
  Add,
  Sub,
  Mult,
  MatMult,
  Div,
  Mod,
  Pow,
  LShift,
  RShift,
  BitOr,
  BitXor,
  BitAnd,
  FloorDiv,
}
export const InPlace = 32;
export const enum CmpOp {
  Eq,
  NotEq,
  Lt,
  LtE,
  Gt,
  GtE,
  Is,
  IsNot,
  In,
  NotIn,
}
export const enum BuildKind {
  List,
  Tuple,
  Set,
  Dict,
  Slice,
}

/**
 * What a Branch asks. Only a Condition is a test of the program: Sigma rows and constant evaluation look at nothing else.
 * MoreItems: `a` is an Iter and succ[0] starts a round (its first row is the Next). Catches: `a` is an ExcVal and succ[0]
 * is its handler, succ[1] the next handler or the way out.
 */
export const enum BranchKind {
  Condition,
  MoreItems,
  Catches,
}

/** A literal of the program, hash-consed. Ids 0 to 3 are fixed. */
export type ConstantValue =
  | { readonly type: "none" | "false" | "true" | "ellipsis" }
  | { readonly type: "int"; readonly value: number | bigint }
  | { readonly type: "float" | "imaginary"; readonly value: number }
  | { readonly type: "str" | "bytes"; readonly value: string };

export const constNone = 0;
export const constFalse = 1;
export const constTrue = 2;
export const constEllipsis = 3;

export type FunctionKind = "module" | "function" | "lambda" | "class";

/** One parameter. `value` is its Param instruction. */
export interface ParameterInfo {
  readonly name: number; // s
  readonly kind: "positional-only" | "positional" | "keyword-only" | "varargs" | "kwargs";
  readonly value: number; // v
  /** Default value in the enclosing function, or -1. */
  readonly default: number;
  /** Annotation value in the enclosing function, or -1. */
  readonly annotation: number;
}

/** A function, lambda, class body or module body. */
export interface FunctionInfo {
  readonly id: number;
  readonly kind: FunctionKind;
  readonly name: number; // s; `<module>`, `<lambda1>` (numbered within its scope)
  readonly qualname: number; // s, dotted within the module: `Class.method`, `outer.inner`; `<module>` at top level
  readonly module: number; // module id (index into Ir.modules)
  readonly parent: number; // enclosing function id, or -1
  /** The class whose body directly holds it, or -1. For a class body: its own class. */
  readonly class: number;
  readonly params: readonly ParameterInfo[];
  readonly isAsync: boolean;
  readonly isGenerator: boolean;
  /** The Func (or Class) instruction that makes it, or -1 for a module. */
  readonly definition: number;
  /** Annotation value of the return, in the enclosing function, or -1. */
  readonly returns: number;
  /** Rows [firstInstr, endInstr) and blocks [firstBlock, endBlock). The entry block is firstBlock. */
  readonly firstInstr: number;
  readonly endInstr: number;
  readonly firstBlock: number;
  readonly endBlock: number;
  /** Byte span of the whole definition. */
  readonly src: number;
  readonly end: number;
  /** s, the docstring, or -1. */
  readonly docstring: number;
}

export interface ClassInfo {
  readonly id: number;
  readonly name: number; // s
  readonly qualname: number; // s
  readonly module: number;
  /** The function that stands for its body. */
  readonly body: number;
  /** The Class instruction. */
  readonly definition: number;
  readonly src: number;
  readonly end: number;
}

/** A variable shared between a function and functions inside it. */
export interface CellInfo {
  readonly id: number;
  readonly function: number; // the function that owns it
  readonly name: number; // s
}

export interface ModuleInfo {
  readonly id: number;
  /** SourceFile.id. */
  readonly file: number;
  /** s, dotted name as imported. */
  readonly name: number;
  readonly isPackage: boolean;
  readonly body: number; // function id
}

/**
 * Bits of {@link Blocks.flags}. Code that nothing reaches (after a `return`, say) is kept in Dead blocks because functions
 * may be defined in it; such a block has no predecessor and no successor and ends in Unreachable.
 */
export const enum BlockFlag {
  LoopHead = 1,
  Handler = 2,
  Finally = 4,
  Dead = 8,
  /** Its end leaves a finally by a statement of its own: what was pending there is lost. */
  DropsPending = 16,
}

/** Basic blocks, as columns; a block id is global. */
export class Blocks {
  readonly first = new IntColumn(1024); // first instruction
  readonly end = new IntColumn(1024); // one past the last
  readonly succs = new IntColumn(1024); // L<block>
  readonly preds = new IntColumn(1024); // L<block>, exceptional predecessors included
  /** Block that receives exceptions raised here, or -1: they leave the function, or nothing here raises. */
  readonly handler = new IntColumn(1024);
  readonly func = new IntColumn(1024);
  /** Of {@link BlockFlag}: 1 a loop head; 2 a handler entry; 4 start of a finally; 8 no edge reaches it; 16 its end drops what is pending. */
  readonly flags = new ByteColumn(1024);
}

/** The program as instructions. Written by a language, read by everything after it. */
export class Ir {
  readonly op = new ByteColumn(4096);
  readonly a = new IntColumn(4096);
  readonly b = new IntColumn(4096);
  readonly c = new IntColumn(4096);
  readonly block = new IntColumn(4096);
  readonly src = new IntColumn(4096);
  readonly end = new IntColumn(4096);
  readonly blocks = new Blocks();
  readonly lists = new ListPool();
  readonly strings: Interner;
  readonly constants: ConstantValue[] = [{ type: "none" }, { type: "false" }, { type: "true" }, { type: "ellipsis" }];
  readonly functions: FunctionInfo[] = [];
  readonly classes: ClassInfo[] = [];
  readonly cells: CellInfo[] = [];
  readonly modules: ModuleInfo[] = [];
  private readonly constantIds: Readonly<Record<"int" | "float" | "imaginary" | "str" | "bytes", Map<unknown, number>>> = {
    int: new Map(),
    float: new Map(),
    imaginary: new Map(),
    str: new Map(),
    bytes: new Map(),
  };

  constructor(strings: Interner) {
    this.strings = strings;
  }

  get length(): number {
    return this.op.length;
  }

  /**
   * The rows of some operations, in order. To be asked once rows no longer change: many parts of the engine look at all rows of
   * one kind, and what they ask for is found once.
   */
  rowsOf(...ops: readonly Op[]): Int32Array {
    const key = ops.join();
    let found = this.rowLists.get(key);
    if (found === undefined || found.length !== this.length) {
      found = { length: this.length, rows: findRows(this.op.data, this.length, ops) };
      this.rowLists.set(key, found);
    }
    return found.rows;
  }

  private readonly rowLists = new Map<string, { readonly length: number; readonly rows: Int32Array }>();

  /** The present size of every table, for {@link truncate}. */
  mark(): readonly number[] {
    const { blocks } = this;
    return [
      this.op.length,
      blocks.first.length,
      this.lists.words.length,
      this.functions.length,
      this.classes.length,
      this.cells.length,
      this.modules.length,
    ];
  }

  /** Forgets all that was appended since a {@link mark}; literals and strings stay. */
  truncate(mark: readonly number[]): void {
    this.rowLists.clear();
    const [rows, blocks, words, functions, classes, cells, modules] = mark as [number, number, number, number, number, number, number];
    for (const column of [this.op, this.a, this.b, this.c, this.block, this.src, this.end]) column.length = rows;
    const b = this.blocks;
    for (const column of [b.first, b.end, b.succs, b.preds, b.handler, b.func, b.flags]) column.length = blocks;
    this.lists.words.length = words;
    this.functions.length = functions;
    this.classes.length = classes;
    this.cells.length = cells;
    this.modules.length = modules;
  }

  /** Interns a literal. */
  constant(value: ConstantValue): number {
    switch (value.type) {
      case "none":
        return constNone;
      case "false":
        return constFalse;
      case "true":
        return constTrue;
      case "ellipsis":
        return constEllipsis;
    }
    const ids = this.constantIds[value.type];
    // Maps do not tell -0 from 0.
    const key = Object.is(value.value, -0) ? "-0" : value.value;
    let id = ids.get(key);
    if (id === undefined) {
      id = this.constants.length;
      this.constants.push(value);
      ids.set(key, id);
    }
    return id;
  }
}

function findRows(all: Uint8Array, length: number, ops: readonly Op[]): Int32Array {
  const isMeant = new Uint8Array(256);
  for (const op of ops) isMeant[op] = 1;
  let count = 0;
  for (let row = 0; row < length; row++) count += isMeant[all[row]!]!;
  const rows = new Int32Array(count);
  let at = 0;
  for (let row = 0; row < length; row++) if (isMeant[all[row]!] === 1) rows[at++] = row;
  return rows;
}
