/**
 * The syntax tree of one Python file as flat columns, in the shape of CPython's `ast`.
 *
 * A node is a row: `kind`, `start`/`end` (byte offsets into the file) and four operands `a b c d`.
 * What the operands of a kind mean stands beside the kind below: `node` = row id, `list` = id in {@link Ast.lists},
 * `str` = interned string id, `?` = may be -1. An empty list is 0. A list of nodes may hold -1 only where noted.
 * Positions are CPython's (decorators are outside FunctionDef/ClassDef spans, as in `ast`).
 */
import type { ByteColumn, IntColumn, Interner, ListPool } from "../../base/index.ts";

export const enum Kind {
  // ---- module and statements
  Module, // a list<stmt>
  FunctionDef, // a str name, b node Arguments, c list<stmt>, d list[ list<expr> decorators, node? returns, list<typeparam> ]
  AsyncFunctionDef, // as FunctionDef
  ClassDef, // a str name, b list<expr> bases, c list<stmt>, d list[ list<Keyword>, list<expr> decorators, list<typeparam> ]
  Return, // a node?
  Delete, // a list<expr>
  Assign, // a list<expr> targets, b node value
  TypeAlias, // a node name, b list<typeparam>, c node value
  AugAssign, // a node target, b BinaryOperator, c node value
  AnnAssign, // a node target, b node annotation, c node? value, d 1 if simple
  For, // a node target, b node iter, c list<stmt> body, d list<stmt> orelse
  AsyncFor, // as For
  While, // a node test, b list body, c list orelse
  If, // a node test, b list body, c list orelse
  With, // a list<WithItem>, b list body
  AsyncWith, // as With
  Match, // a node subject, b list<MatchCase>
  Raise, // a node? exc, b node? cause (Python 2: the value), c node? Python 2 traceback
  Try, // a list body, b list<ExceptHandler>, c list orelse, d list finalbody
  TryStar, // as Try
  Assert, // a node test, b node? msg
  Import, // a list<Alias>
  ImportFrom, // a str? module, b list<Alias>, c level
  Global, // a list<str>
  Nonlocal, // a list<str>
  Expr, // a node value
  Pass,
  Break,
  Continue,
  Py2Print, // a list<expr> values, b node? destination (>>), c 1 if it ends the line
  Py2Exec, // a node body, b node? globals, c node? locals
  ErrorStmt, // a broken statement; its span is what was skipped
  // ---- expressions
  BoolOp, // a BoolOperator, b list<expr>
  NamedExpr, // a node target, b node value
  BinOp, // a node left, b BinaryOperator, c node right
  UnaryOp, // a UnaryOperator, b node operand
  Lambda, // a node Arguments, b node body
  IfExp, // a node test, b node body, c node orelse
  Dict, // a list<expr> keys (-1 for **), b list<expr> values
  Set, // a list<expr>
  ListComp, // a node elt, b list<Comprehension>
  SetComp, // as ListComp
  DictComp, // a node key, b node value, c list<Comprehension>
  GeneratorExp, // as ListComp
  Await, // a node
  Yield, // a node?
  YieldFrom, // a node
  Compare, // a node left, b list<CompareOperator>, c list<expr> comparators
  Call, // a node func, b list<expr> args (Starred inside), c list<Keyword>
  FormattedValue, // a node value, b conversion (-1, or code of 's' 'r' 'a'), c node? format_spec (JoinedStr)
  Interpolation, // a node value, b str source text, c conversion, d node? format_spec
  JoinedStr, // a list<expr>
  TemplateStr, // a list<expr>
  Constant, // a constant id in Ast.constants
  Attribute, // a node value, b str attr, c Context
  Subscript, // a node value, b node slice, c Context
  Starred, // a node value, b Context
  Name, // a str id, b Context
  List, // a list<expr>, b Context
  Tuple, // a list<expr>, b Context
  Slice, // a node? lower, b node? upper, c node? step
  Py2Repr, // a node (backticks)
  ErrorExpr, // a broken expression inside a statement that could be read
  // ---- parts
  Arguments, // a list<Arg> posonly, b list<Arg> args, c list<Arg> kwonly, d list[ node? vararg, node? kwarg, list<expr> defaults, list<expr|-1> kw_defaults ]
  Arg, // a str name, b node? annotation, c node? Python 2 tuple parameter (a Tuple target)
  Keyword, // a str? name (-1 for **), b node value
  Alias, // a str dotted name or "*", b str? asname
  WithItem, // a node context_expr, b node? optional_vars
  MatchCase, // a node pattern, b node? guard, c list body
  ExceptHandler, // a node? type, b str? name, c list body, d node? Python 2 target that is not a plain name
  Comprehension, // a node target, b node iter, c list<expr> ifs, d 1 if async
  TypeVar, // a str name, b node? bound, c node? default
  ParamSpec, // a str name, c node? default
  TypeVarTuple, // a str name, c node? default
  MatchValue, // a node expr
  MatchSingleton, // a constant id
  MatchSequence, // a list<pattern>
  MatchMapping, // a list<expr> keys, b list<pattern>, c str? rest
  MatchClass, // a node cls, b list<pattern>, c list<str> kwd_attrs, d list<pattern> kwd_patterns
  MatchStar, // a str? name
  MatchAs, // a node? pattern, b str? name
  MatchOr, // a list<pattern>
}

export const enum Context { Load, Store, Del }
export const enum BoolOperator { And, Or }
export const enum UnaryOperator { Invert, Not, Plus, Minus }
export const enum BinaryOperator {
  Add, Sub, Mult, MatMult, Div, Mod, Pow, LShift, RShift, BitOr, BitXor, BitAnd, FloorDiv,
}
export const enum CompareOperator { Eq, NotEq, Lt, LtE, Gt, GtE, Is, IsNot, In, NotIn }

/** A literal. Integers beyond 2^53 are `bigint`; `bytes` and `str` carry decoded text (bytes as Latin-1). */
export type Constant =
  | { readonly type: "none" | "true" | "false" | "ellipsis" }
  | { readonly type: "int"; readonly value: number | bigint }
  | { readonly type: "float" | "imaginary"; readonly value: number }
  | { readonly type: "str" | "bytes"; readonly value: string };

/** The tree of one file. Row 0.. are nodes; `root` is the Module row. */
export interface Ast {
  readonly kind: ByteColumn;
  readonly start: IntColumn;
  readonly end: IntColumn;
  readonly a: IntColumn;
  readonly b: IntColumn;
  readonly c: IntColumn;
  readonly d: IntColumn;
  readonly lists: ListPool;
  readonly constants: readonly Constant[];
  readonly strings: Interner;
  readonly root: number;
  /** Broken spans, as [start, end, message] in source order. */
  readonly errors: readonly SyntaxProblem[];
  /** Byte offset of the first construct that only Python 2 accepts, or -1. */
  readonly python2At: number;
  /** Comments, in source order: start, end pairs (byte offsets, `#` included). For suppressions. */
  readonly comments: Int32Array;
}

export interface SyntaxProblem {
  readonly start: number;
  readonly end: number;
  readonly message: string;
}
