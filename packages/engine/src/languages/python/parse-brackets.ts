/** Everything in brackets: displays, comprehensions, the arguments of calls, subscripts. */
import { Context, Kind } from "./ast.ts";
import { ParameterParser } from "./parse-parameters.ts";
import { BITWISE_OR_LEVEL, OR_LEVEL, STARTS_EXPRESSION, Token } from "./tokens.ts";

export abstract class BracketParser extends ParameterParser {
  protected abstract parseNamedExpression(): number;
  protected abstract parseStarExpressions(): number;
  protected abstract parseOperators(level: number): number;
  protected abstract parseLambda(): number;
  protected abstract parseYield(): number;

  protected atExpression(): boolean {
    return STARTS_EXPRESSION[this.token] === 1 || this.token === Token.Star;
  }

  protected parseStarred(): number {
    const start = this.here();
    this.advance();
    const value = this.parseOperators(BITWISE_OR_LEVEL);
    return this.node(Kind.Starred, start, this.lastEnd, value, Context.Load);
  }

  protected parseBracketed(): number {
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
  protected skipBracketed(start: number): number {
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

  protected parseCall(start: number, callee: number): number {
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

  protected parseSubscript(start: number, value: number): number {
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
