/** Statements with blocks. */
import type { Interner } from "../../base/index.ts";
import { Context, Kind } from "./ast.ts";
import { SimpleStatementParser } from "./parse-simple.ts";
import { STARTS_EXPRESSION, Token } from "./tokens.ts";
import type { ParseLimits } from "./tree-builder.ts";

/** `except X, e:`, which is a tuple of types since 3.14 and a binding in Python 2. */
export interface AmbiguousHandler {
  readonly at: number;
  readonly name: number;
}

export abstract class CompoundStatementParser extends SimpleStatementParser {
  private readonly matchName: number;
  private readonly caseName: number;
  protected ambiguousHandlers: AmbiguousHandler[] = [];

  constructor(strings: Interner, limits: ParseLimits) {
    super(strings, limits);
    this.matchName = strings.intern("match");
    this.caseName = strings.intern("case");
  }

  /** Reads the block after a `:` (taken here), on the same line or indented; returns its list. */
  protected abstract parseSuite(): number;

  /** Reads one statement and pushes it, or several if they share a line. */
  protected parseStatement(): void {
    const start = this.here();
    switch (this.token) {
      case Token.If: this.push(this.parseIf()); return;
      case Token.For: this.push(this.parseFor(Kind.For, start)); return;
      case Token.While: this.push(this.parseWhile(start)); return;
      case Token.With: this.push(this.parseWith(Kind.With, start)); return;
      case Token.Try: this.push(this.parseTry(start)); return;
      case Token.Def: this.push(this.parseFunction(Kind.FunctionDef, start, 0)); return;
      case Token.Class: this.push(this.parseClass(start, 0)); return;
      case Token.At: this.push(this.parseDecorated()); return;
      case Token.Async:
        if (!isAsyncStatement(this.peek())) this.parseSimpleLine(); // a name before Python 3.7
        else this.push(this.parseAsync(start));
        return;
      case Token.Name:
        if (this.tokenValue[this.index] === this.matchName && this.atMatch()) {
          this.push(this.parseMatch(start));
          return;
        }
        this.parseSimpleLine();
        return;
      default:
        this.parseSimpleLine();
    }
  }

  private parseAsync(start: number): number {
    this.advance();
    switch (this.token) {
      case Token.Def: return this.parseFunction(Kind.AsyncFunctionDef, start, 0);
      case Token.For: return this.parseFor(Kind.AsyncFor, start);
      case Token.With: return this.parseWith(Kind.AsyncWith, start);
      default: return this.fail("expected `def`, `for` or `with` after `async`");
    }
  }

  /** Each `elif` is an If in the `else` of the one before; read in a loop, built from the end. */
  private parseIf(): number {
    const base = this.stackTop;
    do {
      this.push(this.here());
      this.advance();
      this.push(this.parseNamedExpression());
      this.push(this.parseSuite());
    } while (this.token === Token.Elif);
    let orelse = this.parseElse();
    let node = -1;
    while (this.stackTop > base) {
      this.stackTop -= 3;
      const at = this.stackTop;
      const start = this.stack[at];
      const test = this.stack[at + 1];
      const body = this.stack[at + 2];
      if (node >= 0) {
        this.push(node);
        orelse = this.takeList(at);
      }
      node = this.node(Kind.If, start, this.lastEnd, test, body, orelse);
    }
    return node;
  }

  private parseElse(): number {
    if (this.token !== Token.Else) return 0;
    this.advance();
    return this.parseSuite();
  }

  private parseFor(kind: Kind, start: number): number {
    this.advance();
    const target = this.parseLoopTarget();
    this.expect(Token.In, "`in`");
    const iter = this.parseStarExpressions();
    const body = this.parseSuite();
    const orelse = this.parseElse();
    return this.node(kind, start, this.lastEnd, target, iter, body, orelse);
  }

  private parseWhile(start: number): number {
    this.advance();
    const test = this.parseNamedExpression();
    const body = this.parseSuite();
    const orelse = this.parseElse();
    return this.node(Kind.While, start, this.lastEnd, test, body, orelse);
  }

  // ---- with

  private parseWith(kind: Kind, start: number): number {
    this.advance();
    const base = this.stackTop;
    const bracketed = this.token === Token.LeftParen && this.atBracketedItems();
    if (bracketed) this.advance();
    do {
      if (bracketed && this.token === Token.RightParen) break;
      this.push(this.parseWithItem());
    } while (this.accept(Token.Comma));
    if (bracketed) this.expect(Token.RightParen, "`)`");
    const items = this.takeList(base);
    const body = this.parseSuite();
    return this.node(kind, start, this.lastEnd, items, body);
  }

  private parseWithItem(): number {
    const start = this.here();
    const context = this.parseExpression();
    let target = -1;
    if (this.accept(Token.As)) {
      target = this.parseTarget();
      this.setContext(target, Context.Store);
    }
    return this.node(Kind.WithItem, start, this.lastEnd, context, target);
  }

  /**
   * Tells `with (a as b, c):` from `with (a, b)[0]:` and `with (yield):`. The brackets are those of
   * the statement if `:` follows them, and what they hold is a list of items and nothing else.
   */
  private atBracketedItems(): boolean {
    let open = 0;
    for (let i = this.index; ; i++) {
      const token = this.tokenKind[i];
      if (token === Token.LeftParen || token === Token.LeftBracket || token === Token.LeftBrace) {
        open++;
      } else if (token === Token.RightParen || token === Token.RightBracket || token === Token.RightBrace) {
        if (--open === 0) return i > this.index + 1 && this.tokenKind[i + 1] === Token.Colon;
      } else if (token === Token.Newline || token === Token.End) {
        return false;
      } else if (open === 1) {
        if (token === Token.Yield || token === Token.For || token === Token.ColonEqual) return false;
        const before = this.tokenKind[i - 1];
        if (token === Token.Star && (before === Token.Comma || before === Token.LeftParen)) return false;
      }
    }
  }

  // ---- try

  private parseTry(start: number): number {
    this.advance();
    const body = this.parseSuite();
    let isStar = false;
    const base = this.stackTop;
    while (this.token === Token.Except) {
      if (this.peek() === Token.Star) isStar = true;
      this.push(this.parseHandler());
    }
    const handlers = this.takeList(base);
    const orelse = this.parseElse();
    let finalbody = 0;
    if (this.token === Token.Finally) {
      this.advance();
      finalbody = this.parseSuite();
    }
    if (handlers === 0 && finalbody === 0) {
      this.report(start, this.lastEnd, "`try` has neither `except` nor `finally`");
    }
    return this.node(isStar ? Kind.TryStar : Kind.Try, start, this.lastEnd, body, handlers, orelse, finalbody);
  }

  private parseHandler(): number {
    const start = this.here();
    this.advance();
    this.accept(Token.Star);
    let type = -1;
    let name = -1;
    let target = -1;
    if (this.token !== Token.Colon) {
      const from = this.here();
      type = this.parseExpression();
      if (this.token === Token.Comma) {
        if (this.python2 && this.atPython2Binding()) {
          this.advance();
          const binding = this.parseTarget();
          this.setContext(binding, Context.Store);
          this.markPython2(start);
          if (this.kinds[binding] === Kind.Name) name = this.a[binding];
          else target = binding;
        } else {
          type = this.parseHandlerTypes(from, type);
        }
      }
      if (this.accept(Token.As)) name = this.expectName();
    }
    const body = this.parseSuite();
    return this.node(Kind.ExceptHandler, start, this.lastEnd, type, name, body, target);
  }

  /** Holds if exactly one thing stands between this comma and the colon. */
  private atPython2Binding(): boolean {
    for (let i = this.index + 1; ; i++) {
      const token = this.tokenKind[i];
      if (token === Token.Colon) return true;
      if (token === Token.Comma || token === Token.Newline || token === Token.As || token === Token.End) return false;
      if (token === Token.LeftParen) return true;
    }
  }

  /** `except A, B:` without brackets, since 3.14. */
  private parseHandlerTypes(start: number, first: number): number {
    const base = this.stackTop;
    this.push(first);
    while (this.accept(Token.Comma)) {
      if (this.token === Token.Colon) break;
      this.push(this.parseExpression());
    }
    const second = this.stack[base + 1];
    if (this.stackTop - base === 2 && this.kinds[second] === Kind.Name) {
      this.ambiguousHandlers.push({ at: start, name: this.a[second] });
    }
    return this.node(Kind.Tuple, start, this.lastEnd, this.takeList(base), Context.Load);
  }

  // ---- definitions

  private parseDecorated(): number {
    const base = this.stackTop;
    while (this.token === Token.At) {
      this.advance();
      this.push(this.parseNamedExpression());
      if (!this.at(Token.Newline)) this.fail("expected the end of the decorator");
      this.nextLine();
    }
    const decorators = this.takeList(base);
    const start = this.here();
    if (this.token === Token.Def) return this.parseFunction(Kind.FunctionDef, start, decorators);
    if (this.token === Token.Class) return this.parseClass(start, decorators);
    if (this.token === Token.Async && this.peek() === Token.Def) {
      this.advance();
      return this.parseFunction(Kind.AsyncFunctionDef, start, decorators);
    }
    return this.fail("expected `def` or `class` after a decorator");
  }

  private parseFunction(kind: Kind, start: number, decorators: number): number {
    this.advance();
    const name = this.expectName();
    const typeParameters = this.parseTypeParameters();
    this.expect(Token.LeftParen, "`(`");
    const parameters = this.parseParameters(Token.RightParen, true);
    this.expect(Token.RightParen, "`)`");
    const returns = this.accept(Token.Arrow) ? this.parseExpression() : -1;
    const body = this.parseSuite();
    const rest = this.listOf([decorators, returns, typeParameters]);
    return this.node(kind, start, this.lastEnd, name, parameters, body, rest);
  }

  private parseClass(start: number, decorators: number): number {
    this.advance();
    const name = this.expectName();
    const typeParameters = this.parseTypeParameters();
    const base = this.stackTop;
    const keywords = this.token === Token.LeftParen ? this.parseArguments() : 0;
    const bases = this.takeList(base);
    const body = this.parseSuite();
    const rest = this.listOf([keywords, decorators, typeParameters]);
    return this.node(Kind.ClassDef, start, this.lastEnd, name, bases, body, rest);
  }

  // ---- match

  /** `match` is a statement if an operand follows and the line ends with `:`. */
  private atMatch(): boolean {
    const next = this.peek();
    if (STARTS_EXPRESSION[next] === 0 && next !== Token.Star) return false;
    const last = this.tokenCount - 1;
    return this.tokenKind[last] === Token.Newline && this.tokenKind[last - 1] === Token.Colon;
  }

  private parseMatch(start: number): number {
    this.advance();
    const subject = this.parseSubject();
    this.expect(Token.Colon, "`:`");
    if (this.token !== Token.Newline) this.fail("expected the end of the line");
    this.nextLine();
    if (!this.at(Token.Indent)) this.fail("expected `case`");
    this.skipLayout();
    const base = this.stackTop;
    while (this.at(Token.Name) && this.tokenValue[this.index] === this.caseName) this.push(this.parseCase());
    if (!this.at(Token.Dedent)) this.fail("expected `case`");
    this.skipLayout();
    return this.node(Kind.Match, start, this.lastEnd, subject, this.takeList(base));
  }

  private parseSubject(): number {
    const start = this.here();
    const first = this.token === Token.Star ? this.parseStarExpression() : this.parseNamedExpression();
    if (this.token !== Token.Comma) return first;
    const base = this.stackTop;
    this.push(first);
    while (this.accept(Token.Comma) && this.atExpression()) {
      this.push(this.at(Token.Star) ? this.parseStarExpression() : this.parseNamedExpression());
    }
    return this.node(Kind.Tuple, start, this.lastEnd, this.takeList(base), Context.Load);
  }

  private parseCase(): number {
    const start = this.here();
    this.advance();
    const pattern = this.parseCasePattern();
    const guard = this.accept(Token.If) ? this.parseNamedExpression() : -1;
    const body = this.parseSuite();
    return this.node(Kind.MatchCase, start, this.lastEnd, pattern, guard, body);
  }
}

function isAsyncStatement(next: Token): boolean {
  return next === Token.Def || next === Token.For || next === Token.With;
}
