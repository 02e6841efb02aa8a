/** The columns of the tree under construction, and failing and rolling back. */
import { type Interner, IntColumn, ByteColumn, ListPool } from "../../base/index.ts";
import { type Ast, type Constant, Context, Kind, type SyntaxProblem } from "./ast.ts";
import { Token } from "./tokens.ts";
import { Tokenizer } from "./tokenize.ts";

/** What stops a parse from taking too much. Reaching one is recorded in {@link Ast.errors}. */
export interface ParseLimits {
  /** Brackets, unary operators, lambdas and conditional expressions inside each other (CPython: 200). */
  readonly nestingMax: number;
  /** Indented blocks inside each other (CPython: 100). */
  readonly blocksMax: number;
  /** Broken statements per file; after that the rest of the file is one. */
  readonly errorsMax: number;
}

export const defaultParseLimits: ParseLimits = { nestingMax: 200, blocksMax: 100, errorsMax: 500 };

/** Thrown to leave a statement that cannot be read; caught once per statement, never seen outside. */
class SyntaxFailure extends Error {}

/** One object for all failures: what went wrong is kept in the parser, and a stack trace would cost. */
export const SYNTAX_FAILURE = new SyntaxFailure("syntax");

const FIRST_NODES = 1 << 15;
const INT_COLUMNS = 6;
export const NONE_CONSTANT = 0;
export const TRUE_CONSTANT = 1;
export const FALSE_CONSTANT = 2;
export const ELLIPSIS_CONSTANT = 3;
const SINGLETONS: readonly Constant[] = [
  { type: "none" }, { type: "true" }, { type: "false" }, { type: "ellipsis" },
];

/** Where a rolled-back construction goes back to. */
export interface Mark {
  nodes: number;
  words: number;
  constants: number;
  stack: number;
  errors: number;
  nesting: number;
  python2At: number;
}

/** A tokenizer with a cursor and a tree that grows. */
export abstract class TreeBuilder extends Tokenizer {
  // The cursor. `token` is the kind of the token at `index`; `lastEnd` is where the one before it ended.
  protected index = 0;
  protected token: Token = Token.End;
  protected lastEnd = 0;
  /** Indentations entered and not left by the cursor. */
  protected level = 0;

  // Columns of nodes, reused between files; an Ast gets a copy of its part.
  protected kinds = new Uint8Array(FIRST_NODES);
  protected starts = new Int32Array(FIRST_NODES);
  protected ends = new Int32Array(FIRST_NODES);
  protected a = new Int32Array(FIRST_NODES);
  protected b = new Int32Array(FIRST_NODES);
  protected c = new Int32Array(FIRST_NODES);
  protected d = new Int32Array(FIRST_NODES);
  private nodeCount = 0;

  private words = new Int32Array(FIRST_NODES);
  private wordCount = 1;

  /** Scratch space of lists that are being read: what belongs to a list lies above its base. */
  protected stack = new Int32Array(4096);
  protected stackTop = 0;

  protected constants: Constant[] = [];
  protected errors: SyntaxProblem[] = [];
  protected python2At = -1;
  /** Holds while a file is read that has shown itself to be Python 2. */
  protected python2 = false;
  protected nesting = 0;
  protected failMessage = "";
  private overflowed = false;

  constructor(strings: Interner, protected readonly limits: ParseLimits) {
    super(strings);
  }

  protected startTree(): void {
    this.nodeCount = 0;
    this.wordCount = 1;
    this.stackTop = 0;
    this.constants = SINGLETONS.slice();
    this.errors = [];
    this.overflowed = false;
    this.nesting = 0;
    this.lastEnd = 0;
    this.level = 0;
  }

  protected finishTree(root: number): Ast {
    const count = this.nodeCount;
    // One buffer for all columns of integers: many small ones would each cost the collector.
    const all = new Int32Array(count * INT_COLUMNS + this.wordCount);
    const lists = new ListPool();
    lists.words.data = all.subarray(count * INT_COLUMNS);
    lists.words.data.set(this.words.subarray(0, this.wordCount));
    lists.words.length = this.wordCount;
    const kind = new ByteColumn(0);
    kind.data = this.kinds.slice(0, count);
    kind.length = count;
    return {
      kind,
      start: this.column(all, 0, this.starts),
      end: this.column(all, 1, this.ends),
      a: this.column(all, 2, this.a),
      b: this.column(all, 3, this.b),
      c: this.column(all, 4, this.c),
      d: this.column(all, 5, this.d),
      lists,
      constants: this.constants,
      strings: this.strings,
      root,
      errors: this.errors.sort((x, y) => x.start - y.start || x.end - y.end),
      python2At: this.python2At,
      comments: this.comments.slice(0, this.commentWords),
    };
  }

  private column(all: Int32Array<ArrayBuffer>, index: number, data: Int32Array): IntColumn {
    const column = new IntColumn(0);
    column.data = all.subarray(index * this.nodeCount, (index + 1) * this.nodeCount);
    column.data.set(data.subarray(0, this.nodeCount));
    column.length = this.nodeCount;
    return column;
  }

  // ---- cursor

  protected advance(): void {
    const i = this.index;
    this.lastEnd = this.tokenEnd[i];
    this.index = i + 1;
    this.token = this.tokenKind[i + 1];
  }

  /** Moves to the next logical line. The current token is the last of its line. */
  protected nextLine(): void {
    this.fillLine();
    this.index = 0;
    this.token = this.tokenKind[0];
  }

  /** Moves over an INDENT or DEDENT, which is not part of any node. */
  protected skipLayout(): void {
    this.level += this.token === Token.Indent ? 1 : -1;
    this.token = this.tokenKind[++this.index];
  }

  protected here(): number {
    return this.tokenStart[this.index];
  }

  protected peek(): Token {
    return this.tokenKind[this.index + 1];
  }

  /** As a comparison with {@link token}, where the compiler wrongly thinks it still knows its value. */
  protected at(token: Token): boolean {
    return this.token === token;
  }

  protected accept(token: Token): boolean {
    if (this.token !== token) return false;
    this.advance();
    return true;
  }

  protected expect(token: Token, what: string): void {
    if (this.token !== token) this.fail(`expected ${what}`);
    this.advance();
  }

  /** Takes a name and returns its id. `async` and `await` were names before Python 3.7. */
  protected expectName(): number {
    if (this.token !== Token.Name && this.token !== Token.Async && this.token !== Token.Await) {
      this.fail("expected a name");
    }
    const id = this.tokenValue[this.index];
    this.advance();
    return id;
  }

  protected fail(message: string): never {
    this.failMessage = message;
    throw SYNTAX_FAILURE;
  }

  protected enter(): void {
    if (++this.nesting > this.limits.nestingMax) {
      this.fail(`nested deeper than ${this.limits.nestingMax} levels`);
    }
  }

  protected leave(): void {
    this.nesting--;
  }

  /** Records what was recovered from; beyond the limit, that there is more. */
  protected report(start: number, end: number, message: string): void {
    const count = this.errors.length;
    if (count < this.limits.errorsMax) this.errors.push({ start, end, message });
    else if (!this.overflowed) {
      this.overflowed = true;
      const more = `more than ${this.limits.errorsMax} problems; further ones are not listed`;
      this.errors.push({ start, end, message: more });
    }
  }

  protected markPython2(at: number): void {
    if (this.python2At < 0 || at < this.python2At) this.python2At = at;
  }

  // ---- nodes

  protected node(kind: Kind, start: number, end: number, a: number, b = 0, c = 0, d = 0): number {
    const row = this.nodeCount++;
    if (row === this.kinds.length) this.growNodes();
    this.kinds[row] = kind;
    this.starts[row] = start;
    this.ends[row] = end;
    this.a[row] = a;
    this.b[row] = b;
    this.c[row] = c;
    this.d[row] = d;
    return row;
  }

  private growNodes(): void {
    const capacity = this.kinds.length * 2;
    const kinds = new Uint8Array(capacity);
    kinds.set(this.kinds);
    this.kinds = kinds;
    this.starts = widened(this.starts, capacity);
    this.ends = widened(this.ends, capacity);
    this.a = widened(this.a, capacity);
    this.b = widened(this.b, capacity);
    this.c = widened(this.c, capacity);
    this.d = widened(this.d, capacity);
  }

  protected push(value: number): void {
    if (this.stackTop === this.stack.length) this.stack = widened(this.stack, this.stackTop * 2);
    this.stack[this.stackTop++] = value;
  }

  /** Makes a list of what was pushed above `base`. */
  protected takeList(base: number): number {
    return this.takeEvery(base, 0, 1);
  }

  /** Makes a list of every `step`th value above `base`, and of the values before them nothing. Pops when `step` is 1. */
  protected takeEvery(base: number, offset: number, step: number): number {
    const count = (this.stackTop - base) / step;
    if (step === 1) this.stackTop = base;
    if (count === 0) return 0;
    const id = this.wordCount;
    if (id + count + 1 > this.words.length) {
      this.words = widened(this.words, Math.max(this.words.length * 2, id + count + 1));
    }
    const words = this.words;
    const stack = this.stack;
    words[id] = count;
    for (let i = 0, from = base + offset; i < count; i++, from += step) words[id + 1 + i] = stack[from];
    this.wordCount = id + count + 1;
    return id;
  }

  protected listOf(items: readonly number[]): number {
    const base = this.stackTop;
    for (let i = 0; i < items.length; i++) this.push(items[i]);
    return this.takeList(base);
  }

  protected listLength(id: number): number {
    return this.words[id];
  }

  protected listAt(id: number, index: number): number {
    return this.words[id + 1 + index];
  }

  protected constant(value: Constant): number {
    return this.constants.push(value) - 1;
  }

  // ---- rolling back

  protected mark(): Mark {
    return {
      nodes: this.nodeCount,
      words: this.wordCount,
      constants: this.constants.length,
      stack: this.stackTop,
      errors: this.errors.length,
      nesting: this.nesting,
      python2At: this.python2At,
    };
  }

  protected rollBack(mark: Mark): void {
    this.nodeCount = mark.nodes;
    this.wordCount = mark.words;
    this.constants.length = mark.constants;
    this.stackTop = mark.stack;
    this.errors.length = mark.errors;
    this.nesting = mark.nesting;
    this.python2At = mark.python2At;
  }

  // ---- targets

  /** Turns an expression that was read as a value into what is assigned to or deleted. */
  protected setContext(node: number, context: Context): void {
    switch (this.kinds[node]) {
      case Kind.Name:
      case Kind.Starred:
        if (this.kinds[node] === Kind.Starred) this.setContext(this.a[node], context);
        this.b[node] = context;
        return;
      case Kind.Attribute:
      case Kind.Subscript:
        this.c[node] = context;
        return;
      case Kind.List:
      case Kind.Tuple: {
        const list = this.a[node];
        for (let i = 0, n = this.listLength(list); i < n; i++) {
          this.setContext(this.listAt(list, i), context);
        }
        this.b[node] = context;
        return;
      }
      case Kind.ErrorExpr:
        return;
      default:
        this.fail("this cannot be assigned to");
    }
  }
}

function widened(column: Int32Array, capacity: number): Int32Array<ArrayBuffer> {
  const next = new Int32Array(capacity);
  next.set(column);
  return next;
}
