/** Expressions: a precedence climber over operands with their trailers. */
import { BinaryOperator, BoolOperator, CompareOperator, Context, Kind, UnaryOperator } from "./ast.ts";
import { decodeNumber } from "./literals.ts";
import { BracketParser } from "./parse-brackets.ts";
import {
  AND_LEVEL, BITWISE_OR_LEVEL, COMPARE_LEVEL, INFIX, NOT_LEVEL, OR_LEVEL, STARTS_EXPRESSION, Token,
} from "./tokens.ts";
import { ELLIPSIS_CONSTANT, FALSE_CONSTANT, NONE_CONSTANT, TRUE_CONSTANT } from "./tree-builder.ts";

export abstract class ExpressionParser extends BracketParser {
  // ---- lists of expressions

  /** `a, *b`: a tuple if there is a comma, else the one expression. */
  protected parseStarExpressions(): number {
    const start = this.here();
    const first = this.parseStarExpression();
    if (this.token !== Token.Comma) return first;
    const base = this.stackTop;
    this.push(first);
    while (this.accept(Token.Comma)) {
      if (!this.atExpression()) break;
      this.push(this.parseStarExpression());
    }
    return this.node(Kind.Tuple, start, this.lastEnd, this.takeList(base), Context.Load);
  }

  protected parseStarExpression(): number {
    return this.token === Token.Star ? this.parseStarred() : this.parseExpression();
  }

  protected parseFieldValue(): number {
    return this.token === Token.Yield ? this.parseYield() : this.parseStarExpressions();
  }

  protected parseYield(): number {
    const start = this.here();
    this.advance();
    if (this.accept(Token.From)) {
      const value = this.parseExpression();
      return this.node(Kind.YieldFrom, start, this.lastEnd, value);
    }
    const value = this.atExpression() ? this.parseStarExpressions() : -1;
    return this.node(Kind.Yield, start, this.lastEnd, value);
  }

  // ---- one expression

  /** `name := value`, or an expression. */
  protected parseNamedExpression(): number {
    if (this.token === Token.Name && this.peek() === Token.ColonEqual) {
      const start = this.here();
      const id = this.expectName();
      const target = this.node(Kind.Name, start, this.lastEnd, id, Context.Store);
      this.advance();
      const value = this.parseExpression();
      return this.node(Kind.NamedExpr, start, this.lastEnd, target, value);
    }
    return this.parseExpression();
  }

  protected parseExpression(): number {
    if (this.token === Token.Lambda) return this.parseLambda();
    const start = this.here();
    const body = this.parseOperators(OR_LEVEL);
    return this.token === Token.If ? this.parseConditional(start, body) : body;
  }

  /** `a if b else c if d else e` nests to the right; the chain is read in a loop and built from its end. */
  private parseConditional(start: number, body: number): number {
    const base = this.stackTop;
    let from = start;
    let value = body;
    while (this.token === Token.If) {
      if ((this.stackTop - base) / 3 >= this.limits.nestingMax) {
        this.fail(`nested deeper than ${this.limits.nestingMax} levels`);
      }
      this.advance();
      const test = this.parseOperators(OR_LEVEL);
      this.push(from);
      this.push(test);
      this.push(value);
      this.expect(Token.Else, "`else` of a conditional expression");
      from = this.here();
      value = this.at(Token.Lambda) ? this.parseLambda() : this.parseOperators(OR_LEVEL);
    }
    while (this.stackTop > base) {
      this.stackTop -= 3;
      const at = this.stackTop;
      value = this.node(Kind.IfExp, this.stack[at], this.lastEnd, this.stack[at + 1], this.stack[at + 2], value);
    }
    return value;
  }

  protected parseLambda(): number {
    const start = this.here();
    this.enter();
    this.advance();
    const parameters = this.parseParameters(Token.Colon, false);
    this.expect(Token.Colon, "`:` of a lambda");
    const body = this.parseExpression();
    this.leave();
    return this.node(Kind.Lambda, start, this.lastEnd, parameters, body);
  }

  // ---- operators

  /** Reads operands joined by operators that bind at least as strongly as `level`. */
  protected parseOperators(level: number): number {
    const start = this.here();
    let left = this.token === Token.Not ? this.parseNot(level) : this.parseUnary();
    for (;;) {
      const token = this.token;
      const strength = INFIX[token];
      if (strength === 0 || strength < level) return left;
      if (strength > COMPARE_LEVEL) {
        this.advance();
        const right = this.parseOperators(strength + 1);
        left = this.node(Kind.BinOp, start, this.lastEnd, left, token - Token.Plus, right);
      } else if (strength === COMPARE_LEVEL) {
        if (token === Token.Not && this.peek() !== Token.In) return left;
        left = this.parseComparison(start, left);
      } else {
        left = this.parseBoolean(start, left, token);
      }
    }
  }

  private parseNot(level: number): number {
    if (level > NOT_LEVEL) this.fail("`not` cannot stand here without brackets");
    const start = this.here();
    this.enter();
    this.advance();
    const operand = this.parseOperators(NOT_LEVEL);
    this.leave();
    return this.node(Kind.UnaryOp, start, this.lastEnd, UnaryOperator.Not, operand);
  }

  private parseBoolean(start: number, left: number, token: Token): number {
    const base = this.stackTop;
    const level = token === Token.Or ? AND_LEVEL : NOT_LEVEL;
    this.push(left);
    while (this.token === token) {
      this.advance();
      this.push(this.parseOperators(level));
    }
    const operator = token === Token.Or ? BoolOperator.Or : BoolOperator.And;
    return this.node(Kind.BoolOp, start, this.lastEnd, operator, this.takeList(base));
  }

  private parseComparison(start: number, left: number): number {
    const base = this.stackTop;
    for (;;) {
      const operator = this.takeComparison();
      if (operator < 0) break;
      this.push(operator);
      this.push(this.parseOperators(BITWISE_OR_LEVEL));
    }
    const operators = this.takeEvery(base, 0, 2);
    const comparators = this.takeEvery(base, 1, 2);
    this.stackTop = base;
    return this.node(Kind.Compare, start, this.lastEnd, left, operators, comparators);
  }

  private takeComparison(): number {
    switch (this.token) {
      case Token.Is:
        this.advance();
        return this.accept(Token.Not) ? CompareOperator.IsNot : CompareOperator.Is;
      case Token.In:
        this.advance();
        return CompareOperator.In;
      case Token.Not:
        if (this.peek() !== Token.In) return -1;
        this.advance();
        this.advance();
        return CompareOperator.NotIn;
      case Token.NotEqual:
        if (this.tokenValue[this.index] === 1) this.markPython2(this.here()); // `<>`
        this.advance();
        return CompareOperator.NotEq;
      default: {
        const token = this.token;
        if (token < Token.EqualEqual || token > Token.GreaterEqual) return -1;
        this.advance();
        return token - Token.EqualEqual;
      }
    }
  }

  private parseUnary(): number {
    const token = this.token;
    if (token !== Token.Minus && token !== Token.Plus && token !== Token.Tilde) return this.parsePower();
    const start = this.here();
    this.enter();
    this.advance();
    const operand = this.parseUnary();
    this.leave();
    const operator =
      token === Token.Minus ? UnaryOperator.Minus
      : token === Token.Plus ? UnaryOperator.Plus
      : UnaryOperator.Invert;
    return this.node(Kind.UnaryOp, start, this.lastEnd, operator, operand);
  }

  private parsePower(): number {
    const start = this.here();
    let base: number;
    if (this.token === Token.Await && !this.awaitIsName()) {
      this.advance();
      const operand = this.parsePrimary();
      base = this.node(Kind.Await, start, this.lastEnd, operand);
    } else {
      base = this.parsePrimary();
    }
    if (this.token !== Token.DoubleStar) return base;
    this.enter();
    this.advance();
    const exponent = this.parseUnary();
    this.leave();
    return this.node(Kind.BinOp, start, this.lastEnd, base, BinaryOperator.Pow, exponent);
  }

  /** Before Python 3.7 `await` was a name; hardly anything that follows a name can begin an operand. */
  private awaitIsName(): boolean {
    return STARTS_EXPRESSION[this.peek()] === 0;
  }

  // ---- operands

  /** An atom with its attributes, calls and subscripts. */
  protected parsePrimary(): number {
    const start = this.here();
    let value = this.parseAtom();
    for (;;) {
      switch (this.token) {
        case Token.Dot: {
          this.advance();
          const name = this.expectAttributeName();
          value = this.node(Kind.Attribute, start, this.lastEnd, value, name, Context.Load);
          break;
        }
        case Token.LeftParen:
          value = this.parseCall(start, value);
          break;
        case Token.LeftBracket:
          value = this.parseSubscript(start, value);
          break;
        default:
          return value;
      }
    }
  }

  /** `x.async` was a name before Python 3.7, `x.False` in Python 2. */
  private expectAttributeName(): number {
    if (this.token !== Token.True && this.token !== Token.False) return this.expectName();
    this.markPython2(this.here());
    const id = this.tokenValue[this.index];
    this.advance();
    return id;
  }

  private parseAtom(): number {
    const start = this.here();
    switch (this.token) {
      case Token.Name:
      case Token.Async:
      case Token.Await: {
        const id = this.tokenValue[this.index];
        this.advance();
        return this.node(Kind.Name, start, this.lastEnd, id, Context.Load);
      }
      case Token.String:
      case Token.FormatStart:
        return this.parseStrings();
      case Token.Number:
        return this.parseNumber();
      case Token.None: return this.parseSingleton(NONE_CONSTANT);
      case Token.True: return this.parseSingleton(TRUE_CONSTANT);
      case Token.False: return this.parseSingleton(FALSE_CONSTANT);
      case Token.Ellipsis: return this.parseSingleton(ELLIPSIS_CONSTANT);
      case Token.LeftParen:
      case Token.LeftBracket:
      case Token.LeftBrace:
      case Token.Backtick:
        return this.parseBracketed();
      default:
        return this.fail("expected an expression");
    }
  }

  private parseSingleton(constant: number): number {
    const start = this.here();
    this.advance();
    return this.node(Kind.Constant, start, this.lastEnd, constant);
  }

  protected parseNumber(): number {
    const start = this.here();
    const end = this.tokenEnd[this.index];
    const first = this.bytes[start] - 48;
    if (end - start === 1 && first >= 0) {
      this.advance();
      return this.node(Kind.Constant, start, end, this.constant({ type: "int", value: first }));
    }
    const number = decodeNumber(this.bytes, start, end);
    if (number === undefined) this.fail("this is not a number");
    if (number.python2) this.markPython2(start);
    this.advance();
    return this.node(Kind.Constant, start, end, this.constant(number.constant));
  }
}
