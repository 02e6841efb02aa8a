/** Statements of one line, those of Python 2 among them. */
import type { Interner } from "../../base/index.ts";
import { Context, Kind } from "./ast.ts";
import { PatternParser } from "./parse-patterns.ts";
import { BITWISE_OR_LEVEL, STARTS_EXPRESSION, Token } from "./tokens.ts";
import { type ParseLimits, SYNTAX_FAILURE } from "./tree-builder.ts";

export abstract class SimpleStatementParser extends PatternParser {
  protected readonly printName: number;
  protected readonly execName: number;
  protected readonly typeName: number;
  private readonly futureName: number;
  private readonly printFunctionName: number;
  /** Holds after `from __future__ import print_function`. */
  protected printIsFunction = false;

  constructor(strings: Interner, limits: ParseLimits) {
    super(strings, limits);
    this.printName = strings.intern("print");
    this.execName = strings.intern("exec");
    this.typeName = strings.intern("type");
    this.futureName = strings.intern("__future__");
    this.printFunctionName = strings.intern("print_function");
  }

  /** Reads `a; b; c` up to and with the end of the line; pushes each statement. */
  protected parseSimpleLine(): void {
    do {
      if (this.token === Token.Newline) break;
      this.push(this.parseSimple());
    } while (this.accept(Token.Semicolon));
    if (this.token !== Token.Newline) this.fail("expected the end of the statement");
    if (this.tokenValue[this.index] === 1) this.fail("a bracket is not closed");
    this.nextLine();
  }

  private parseSimple(): number {
    const start = this.here();
    switch (this.token) {
      case Token.Return: {
        this.advance();
        const value = this.atExpression() ? this.parseStarExpressions() : -1;
        return this.node(Kind.Return, start, this.lastEnd, value);
      }
      case Token.Pass: return this.parseWord(Kind.Pass, start);
      case Token.Break: return this.parseWord(Kind.Break, start);
      case Token.Continue: return this.parseWord(Kind.Continue, start);
      case Token.Import: return this.parseImport(start);
      case Token.From: return this.parseImportFrom(start);
      case Token.Raise: return this.parseRaise(start);
      case Token.Assert: {
        this.advance();
        const test = this.parseExpression();
        const message = this.accept(Token.Comma) ? this.parseExpression() : -1;
        return this.node(Kind.Assert, start, this.lastEnd, test, message);
      }
      case Token.Del: return this.parseDelete(start);
      case Token.Global: return this.parseNames(Kind.Global, start);
      case Token.Nonlocal: return this.parseNames(Kind.Nonlocal, start);
      case Token.Name: return this.parseNameStatement(start);
      default: return this.parseExpressionStatement(start);
    }
  }

  private parseWord(kind: Kind, start: number): number {
    this.advance();
    return this.node(kind, start, this.lastEnd, 0);
  }

  /** A statement that begins with a name: three names can begin a statement of their own. */
  private parseNameStatement(start: number): number {
    const id = this.tokenValue[this.index];
    if (id === this.typeName && this.atTypeAlias()) return this.parseTypeAlias(start);
    if ((id === this.printName && !this.printIsFunction) || id === this.execName) {
      const next = this.peek();
      const isOperand = STARTS_EXPRESSION[next] === 1 && !isAmbiguous(next);
      if (isOperand || (this.python2 && startsPython2Operand(next))) {
        const mark = this.mark();
        const from = this.index;
        if (isOperand) return this.parsePython2Word(start, id);
        const node = this.tryPython2Word(start, id);
        if (node >= 0) return node;
        this.rollBack(mark);
        this.index = from;
        this.token = this.tokenKind[from];
      }
    }
    return this.parseExpressionStatement(start);
  }

  /** In a file known as Python 2, `print (a), b` and `print >>f, x` are statements, if they read as such. */
  private tryPython2Word(start: number, id: number): number {
    try {
      const node = this.parsePython2Word(start, id);
      return this.token === Token.Newline || this.token === Token.Semicolon ? node : -1;
    } catch (error) {
      if (error !== SYNTAX_FAILURE) throw error;
      return -1;
    }
  }

  protected parsePython2Word(start: number, id: number): number {
    this.markPython2(start);
    this.advance();
    return id === this.printName ? this.parsePrint(start) : this.parseExec(start);
  }

  private parsePrint(start: number): number {
    let destination = -1;
    if (this.accept(Token.RightShift)) {
      destination = this.parseExpression();
      if (!this.accept(Token.Comma)) return this.node(Kind.Py2Print, start, this.lastEnd, 0, destination, 1);
    }
    const base = this.stackTop;
    let endsLine = 1;
    while (this.atExpression()) {
      this.push(this.parseExpression());
      endsLine = 1;
      if (!this.accept(Token.Comma)) break;
      endsLine = 0;
    }
    return this.node(Kind.Py2Print, start, this.lastEnd, this.takeList(base), destination, endsLine);
  }

  /** `exec code in globals, locals`, or the same as a tuple, which Python 2 accepts too. */
  private parseExec(start: number): number {
    const body = this.parseOperators(BITWISE_OR_LEVEL);
    let globals = -1;
    let locals = -1;
    if (this.accept(Token.In)) {
      globals = this.parseExpression();
      if (this.accept(Token.Comma)) locals = this.parseExpression();
    }
    return this.node(Kind.Py2Exec, start, this.lastEnd, body, globals, locals);
  }

  private atTypeAlias(): boolean {
    if (this.peek() !== Token.Name) return false;
    const after = this.tokenKind[this.index + 2];
    return after === Token.Equal || after === Token.LeftBracket;
  }

  private parseTypeAlias(start: number): number {
    this.advance();
    const nameStart = this.here();
    const id = this.expectName();
    const name = this.node(Kind.Name, nameStart, this.lastEnd, id, Context.Store);
    const parameters = this.parseTypeParameters();
    this.expect(Token.Equal, "`=`");
    const value = this.parseExpression();
    return this.node(Kind.TypeAlias, start, this.lastEnd, name, parameters, value);
  }

  // ---- expressions and assignments

  private parseExpressionStatement(start: number): number {
    const bracketed = this.token === Token.LeftParen;
    const first = this.parseFieldValue();
    const token = this.token;
    if (token === Token.Equal) return this.parseAssignment(start, first);
    if (token >= Token.PlusEqual && token <= Token.DoubleSlashEqual) {
      this.checkSingleTarget(first);
      this.advance();
      this.setContext(first, Context.Store);
      const value = this.parseFieldValue();
      return this.node(Kind.AugAssign, start, this.lastEnd, first, token - Token.PlusEqual, value);
    }
    if (token === Token.Colon) {
      const kind = this.kinds[first];
      this.checkSingleTarget(first);
      this.advance();
      this.setContext(first, Context.Store);
      const annotation = this.parseExpression();
      const value = this.accept(Token.Equal) ? this.parseFieldValue() : -1;
      const simple = kind === Kind.Name && !bracketed ? 1 : 0;
      return this.node(Kind.AnnAssign, start, this.lastEnd, first, annotation, value, simple);
    }
    return this.node(Kind.Expr, start, this.lastEnd, first);
  }

  private checkSingleTarget(target: number): void {
    const kind = this.kinds[target];
    if (kind !== Kind.Name && kind !== Kind.Attribute && kind !== Kind.Subscript) {
      this.fail("only a name, an attribute or a subscript can stand here");
    }
  }

  private parseAssignment(start: number, first: number): number {
    const base = this.stackTop;
    let value = first;
    while (this.accept(Token.Equal)) {
      this.setContext(value, Context.Store);
      this.push(value);
      value = this.parseFieldValue();
    }
    return this.node(Kind.Assign, start, this.lastEnd, this.takeList(base), value);
  }

  private parseDelete(start: number): number {
    this.advance();
    const base = this.stackTop;
    do {
      if (!this.atExpression()) break;
      const target = this.parseOperators(BITWISE_OR_LEVEL);
      this.setContext(target, Context.Del);
      this.push(target);
    } while (this.accept(Token.Comma));
    if (this.stackTop === base) this.fail("expected what to delete");
    return this.node(Kind.Delete, start, this.lastEnd, this.takeList(base));
  }

  private parseNames(kind: Kind, start: number): number {
    this.advance();
    const base = this.stackTop;
    do this.push(this.expectName());
    while (this.accept(Token.Comma));
    return this.node(kind, start, this.lastEnd, this.takeList(base));
  }

  private parseRaise(start: number): number {
    this.advance();
    if (!this.atExpression()) return this.node(Kind.Raise, start, this.lastEnd, -1, -1, -1);
    const exception = this.parseExpression();
    if (this.accept(Token.From)) {
      const cause = this.parseExpression();
      return this.node(Kind.Raise, start, this.lastEnd, exception, cause, -1);
    }
    if (this.token !== Token.Comma) return this.node(Kind.Raise, start, this.lastEnd, exception, -1, -1);
    this.markPython2(start);
    this.advance();
    const value = this.parseExpression();
    const traceback = this.accept(Token.Comma) ? this.parseExpression() : -1;
    return this.node(Kind.Raise, start, this.lastEnd, exception, value, traceback);
  }

  // ---- imports

  private parseImport(start: number): number {
    this.advance();
    const base = this.stackTop;
    do {
      const from = this.here();
      const name = this.parseModuleName();
      const asName = this.accept(Token.As) ? this.expectName() : -1;
      this.push(this.node(Kind.Alias, from, this.lastEnd, name, asName));
    } while (this.accept(Token.Comma));
    return this.node(Kind.Import, start, this.lastEnd, this.takeList(base));
  }

  /** `a.b.c` as one string. */
  private parseModuleName(): number {
    const first = this.expectName();
    if (this.token !== Token.Dot) return first;
    let text = this.strings.text(first);
    while (this.accept(Token.Dot)) text += `.${this.strings.text(this.expectName())}`;
    return this.strings.intern(text);
  }

  private parseImportFrom(start: number): number {
    this.advance();
    let level = 0;
    for (;;) {
      if (this.token === Token.Dot) level++;
      else if (this.token === Token.Ellipsis) level += 3;
      else break;
      this.advance();
    }
    const module = this.token === Token.Import && level > 0 ? -1 : this.parseModuleName();
    this.expect(Token.Import, "`import`");
    const base = this.stackTop;
    if (this.token === Token.Star) {
      const from = this.here();
      this.advance();
      this.push(this.node(Kind.Alias, from, this.lastEnd, this.strings.intern("*"), -1));
    } else {
      const bracketed = this.accept(Token.LeftParen);
      this.parseImportedNames(bracketed, module);
      if (bracketed) this.expect(Token.RightParen, "`)`");
    }
    return this.node(Kind.ImportFrom, start, this.lastEnd, module, this.takeList(base), level);
  }

  private parseImportedNames(bracketed: boolean, module: number): void {
    do {
      if (bracketed && this.token === Token.RightParen) break;
      const from = this.here();
      const name = this.expectName();
      if (module === this.futureName && name === this.printFunctionName) this.printIsFunction = true;
      const asName = this.accept(Token.As) ? this.expectName() : -1;
      this.push(this.node(Kind.Alias, from, this.lastEnd, name, asName));
    } while (this.accept(Token.Comma));
  }
}

/** Holds for operand starts that could also continue the expression `print`. */
function isAmbiguous(token: Token): boolean {
  return (
    token === Token.LeftParen || token === Token.LeftBracket || token === Token.Plus ||
    token === Token.Minus || token === Token.Not
  );
}

function startsPython2Operand(token: Token): boolean {
  return (
    STARTS_EXPRESSION[token] === 1 || token === Token.RightShift ||
    token === Token.Newline || token === Token.Semicolon
  );
}
