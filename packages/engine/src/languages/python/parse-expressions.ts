/** Expressions: a precedence climber over operands with their trailers. */
import { BinaryOperator, BoolOperator, CompareOperator, Context, Kind, UnaryOperator } from "./ast.ts";
import { decodeNumber } from "./literals.ts";
import { ParameterParser } from "./parse-parameters.ts";
import {
  AND_LEVEL, BITWISE_OR_LEVEL, COMPARE_LEVEL, INFIX, NOT_LEVEL, OR_LEVEL, STARTS_EXPRESSION, Token,
} from "./tokens.ts";
import { ELLIPSIS_CONSTANT, FALSE_CONSTANT, NONE_CONSTANT, TRUE_CONSTANT } from "./tree-builder.ts";

export abstract class ExpressionParser extends ParameterParser {
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

  protected atExpression(): boolean {
    return STARTS_EXPRESSION[this.token] === 1 || this.token === Token.Star;
  }

  protected parseStarExpression(): number {
    return this.token === Token.Star ? this.parseStarred() : this.parseExpression();
  }

  private parseStarred(): number {
    const start = this.here();
    this.advance();
    const value = this.parseOperators(BITWISE_OR_LEVEL);
    return this.node(Kind.Starred, start, this.lastEnd, value, Context.Load);
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

  private parseLambda(): number {
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

  private parseBracketed(): number {
    const start = this.here();
    const token = this.token;
    if (this.nesting >= this.limits.nestingMax) return this.skipBracketed(start);
    this.enter();
    this.advance();
    const value =
      token === Token.LeftParen ? this.parseParenthesised(start)
      : token === Token.LeftBracket ? this.parseListDisplay(start)
      : token === Token.LeftBrace ? this.parseBraces(start)
      : this.parseBackticks(start);
    this.leave();
    return value;
  }

  /** Too deep to read: steps over the tokens up to the matching bracket. */
  private skipBracketed(start: number): number {
    let open = 0;
    for (;;) {
      const token = this.token;
      if (token === Token.Newline || token === Token.End || token === Token.Backtick) {
        this.fail(`nested deeper than ${this.limits.nestingMax} levels`);
      }
      if (token === Token.LeftParen || token === Token.LeftBracket || token === Token.LeftBrace) open++;
      if (token === Token.RightParen || token === Token.RightBracket || token === Token.RightBrace) open--;
      this.advance();
      if (open === 0) break;
    }
    const message = `nested deeper than ${this.limits.nestingMax} levels`;
    this.report(start, this.lastEnd, message);
    return this.node(Kind.ErrorExpr, start, this.lastEnd, 0);
  }

  private parseBackticks(start: number): number {
    this.markPython2(start);
    const value = this.parseStarExpressions();
    this.expect(Token.Backtick, "a closing backtick");
    return this.node(Kind.Py2Repr, start, this.lastEnd, value);
  }

  private parseStarNamed(): number {
    return this.token === Token.Star ? this.parseStarred() : this.parseNamedExpression();
  }

  /** After `(`: an empty tuple, a tuple, a generator, or an expression in brackets. */
  private parseParenthesised(start: number): number {
    if (this.accept(Token.RightParen)) {
      return this.node(Kind.Tuple, start, this.lastEnd, 0, Context.Load);
    }
    if (this.token === Token.Yield) {
      const value = this.parseYield();
      this.expect(Token.RightParen, "`)`");
      return value;
    }
    const first = this.parseStarNamed();
    if (this.token === Token.RightParen) {
      this.advance();
      return first;
    }
    if (this.token === Token.For || this.token === Token.Async) {
      const loops = this.parseComprehensions();
      this.expect(Token.RightParen, "`)`");
      return this.node(Kind.GeneratorExp, start, this.lastEnd, first, loops);
    }
    const elements = this.parseElements(first, Token.RightParen);
    return this.node(Kind.Tuple, start, this.lastEnd, elements, Context.Load);
  }

  private parseElements(first: number, end: Token): number {
    const base = this.stackTop;
    this.push(first);
    while (this.accept(Token.Comma)) {
      if (this.token === end) break;
      this.push(this.parseStarNamed());
    }
    this.expect(end, "`,` or a closing bracket");
    return this.takeList(base);
  }

  private parseListDisplay(start: number): number {
    if (this.accept(Token.RightBracket)) {
      return this.node(Kind.List, start, this.lastEnd, 0, Context.Load);
    }
    const first = this.parseStarNamed();
    if (this.token === Token.For || this.token === Token.Async) {
      const loops = this.parseComprehensions(true);
      this.expect(Token.RightBracket, "`]`");
      return this.node(Kind.ListComp, start, this.lastEnd, first, loops);
    }
    const elements = this.parseElements(first, Token.RightBracket);
    return this.node(Kind.List, start, this.lastEnd, elements, Context.Load);
  }

  /** After `{`: a dictionary, a set, or a comprehension of either. */
  private parseBraces(start: number): number {
    if (this.accept(Token.RightBrace)) return this.node(Kind.Dict, start, this.lastEnd, 0, 0);
    if (this.token === Token.DoubleStar) return this.parseDictionary(start, -1);
    const first = this.parseStarNamed();
    if (this.token === Token.Colon) return this.parseDictionary(start, first);
    if (this.token === Token.For || this.token === Token.Async) {
      const loops = this.parseComprehensions();
      this.expect(Token.RightBrace, "`}`");
      return this.node(Kind.SetComp, start, this.lastEnd, first, loops);
    }
    const elements = this.parseElements(first, Token.RightBrace);
    return this.node(Kind.Set, start, this.lastEnd, elements);
  }

  private parseDictionary(start: number, firstKey: number): number {
    const base = this.stackTop;
    let key = firstKey;
    for (;;) {
      let value: number;
      if (key < 0) {
        this.expect(Token.DoubleStar, "`**`");
        value = this.parseOperators(BITWISE_OR_LEVEL);
      } else {
        this.expect(Token.Colon, "`:` between key and value");
        value = this.parseExpression();
      }
      if (this.stackTop === base && key >= 0 && (this.token === Token.For || this.token === Token.Async)) {
        const loops = this.parseComprehensions();
        this.expect(Token.RightBrace, "`}`");
        return this.node(Kind.DictComp, start, this.lastEnd, key, value, loops);
      }
      this.push(key);
      this.push(value);
      if (!this.accept(Token.Comma) || this.token === Token.RightBrace) break;
      key = this.token === Token.DoubleStar ? -1 : this.parseExpression();
    }
    this.expect(Token.RightBrace, "`,` or `}`");
    const keys = this.takeEvery(base, 0, 2);
    const values = this.takeEvery(base, 1, 2);
    this.stackTop = base;
    return this.node(Kind.Dict, start, this.lastEnd, keys, values);
  }

  private parseComprehensions(bareValues = false): number {
    const base = this.stackTop;
    while (this.token === Token.For || this.token === Token.Async) {
      const start = this.here();
      const isAsync = this.accept(Token.Async) ? 1 : 0;
      this.expect(Token.For, "`for`");
      const target = this.parseLoopTarget();
      this.expect(Token.In, "`in`");
      let iter = this.parseOperators(OR_LEVEL);
      // Python 2 lists values without brackets here: `[x for x in 1, 2]`.
      if (bareValues && this.at(Token.Comma)) iter = this.parseBareValues(iter);
      const tests = this.stackTop;
      while (this.accept(Token.If)) {
        this.push(this.at(Token.Lambda) ? this.parseLambda() : this.parseOperators(OR_LEVEL));
      }
      const ifs = this.takeList(tests);
      this.push(this.node(Kind.Comprehension, start, this.lastEnd, target, iter, ifs, isAsync));
    }
    return this.takeList(base);
  }

  private parseBareValues(first: number): number {
    const start = this.starts[first];
    const base = this.stackTop;
    this.markPython2(this.here());
    this.push(first);
    while (this.accept(Token.Comma) && this.atExpression()) this.push(this.parseOperators(OR_LEVEL));
    return this.node(Kind.Tuple, start, this.lastEnd, this.takeList(base), Context.Load);
  }

  /** The target of `for`: it ends before `in`. */
  protected parseLoopTarget(): number {
    const start = this.here();
    const first = this.parseTarget();
    if (this.token !== Token.Comma) {
      this.setContext(first, Context.Store);
      return first;
    }
    const base = this.stackTop;
    this.push(first);
    while (this.accept(Token.Comma) && this.atExpression()) this.push(this.parseTarget());
    const tuple = this.node(Kind.Tuple, start, this.lastEnd, this.takeList(base), Context.Load);
    this.setContext(tuple, Context.Store);
    return tuple;
  }

  protected parseTarget(): number {
    return this.token === Token.Star ? this.parseStarred() : this.parseOperators(BITWISE_OR_LEVEL);
  }

  // ---- calls and subscripts

  private parseCall(start: number, callee: number): number {
    if (this.nesting >= this.limits.nestingMax) return this.skipBracketed(start);
    this.enter();
    const base = this.stackTop;
    const keywords = this.parseArguments();
    this.leave();
    return this.node(Kind.Call, start, this.lastEnd, callee, this.takeList(base), keywords);
  }

  /** Reads `(...)`: pushes the positional arguments, returns the list of keywords. */
  protected parseArguments(): number {
    const open = this.here();
    this.advance();
    let keywords: number[] | undefined;
    let count = 0;
    while (this.token !== Token.RightParen) {
      const start = this.here();
      if (this.token === Token.DoubleStar) {
        this.advance();
        const value = this.parseExpression();
        (keywords ??= []).push(this.node(Kind.Keyword, start, this.lastEnd, -1, value));
      } else if (this.atKeywordArgument()) {
        const name = this.tokenValue[this.index];
        this.advance();
        this.advance();
        const value = this.parseExpression();
        (keywords ??= []).push(this.node(Kind.Keyword, start, this.lastEnd, name, value));
      } else {
        let value = this.parseArgument();
        if (this.token === Token.For || this.token === Token.Async) {
          const loops = this.parseComprehensions();
          const sole = count === 0 && this.at(Token.RightParen);
          const from = sole ? open : start;
          const to = sole ? this.tokenEnd[this.index] : this.lastEnd;
          value = this.node(Kind.GeneratorExp, from, to, value, loops);
        }
        this.push(value);
      }
      count++;
      if (!this.accept(Token.Comma)) break;
    }
    this.expect(Token.RightParen, "`,` or `)`");
    return keywords === undefined ? 0 : this.listOf(keywords);
  }

  private atKeywordArgument(): boolean {
    if (this.peek() !== Token.Equal) return false;
    return this.token === Token.Name || this.token === Token.Async || this.token === Token.Await;
  }

  /** A positional argument: after its `*` stands a whole expression. */
  private parseArgument(): number {
    if (this.token !== Token.Star) return this.parseNamedExpression();
    const start = this.here();
    this.advance();
    const value = this.parseExpression();
    return this.node(Kind.Starred, start, this.lastEnd, value, Context.Load);
  }

  private parseSubscript(start: number, value: number): number {
    if (this.nesting >= this.limits.nestingMax) return this.skipBracketed(start);
    this.enter();
    this.advance();
    const from = this.here();
    let index = this.parseSlice();
    if (this.token === Token.Comma || this.kinds[index] === Kind.Starred) {
      const base = this.stackTop;
      this.push(index);
      while (this.accept(Token.Comma)) {
        if (this.token === Token.RightBracket) break;
        this.push(this.parseSlice());
      }
      index = this.node(Kind.Tuple, from, this.lastEnd, this.takeList(base), Context.Load);
    }
    this.expect(Token.RightBracket, "`]`");
    this.leave();
    return this.node(Kind.Subscript, start, this.lastEnd, value, index, Context.Load);
  }

  private parseSlice(): number {
    if (this.token === Token.Star) return this.parseStarred();
    const start = this.here();
    let lower = -1;
    if (this.token !== Token.Colon) {
      lower = this.parseNamedExpression();
      if (!this.at(Token.Colon)) return lower;
    }
    this.advance();
    const upper = this.atSliceEnd() ? -1 : this.parseExpression();
    let step = -1;
    if (this.accept(Token.Colon)) step = this.atSliceEnd() ? -1 : this.parseExpression();
    return this.node(Kind.Slice, start, this.lastEnd, lower, upper, step);
  }

  private atSliceEnd(): boolean {
    return this.token === Token.Colon || this.token === Token.Comma || this.token === Token.RightBracket;
  }
}
