/** The patterns of `case`. */
import { BinaryOperator, Context, Kind, UnaryOperator } from "./ast.ts";
import { ExpressionParser } from "./parse-expressions.ts";
import { Token } from "./tokens.ts";
import { FALSE_CONSTANT, NONE_CONSTANT, TRUE_CONSTANT } from "./tree-builder.ts";

export abstract class PatternParser extends ExpressionParser {
  /** `a, *b` without brackets, or one pattern. */
  protected parseCasePattern(): number {
    const start = this.here();
    const first = this.parseStarPattern();
    if (this.token !== Token.Comma && this.kinds[first] !== Kind.MatchStar) return first;
    const base = this.stackTop;
    this.push(first);
    while (this.accept(Token.Comma)) {
      if (this.token === Token.Colon || this.token === Token.If) break;
      this.push(this.parseStarPattern());
    }
    return this.node(Kind.MatchSequence, start, this.lastEnd, this.takeList(base));
  }

  private parseStarPattern(): number {
    if (this.token !== Token.Star) return this.parsePattern();
    const start = this.here();
    this.advance();
    const name = this.expectCapture();
    return this.node(Kind.MatchStar, start, this.lastEnd, name);
  }

  /** Takes a name; -1 if it is the wildcard. */
  private expectCapture(): number {
    const wildcard = this.atWildcard();
    const name = this.expectName();
    return wildcard ? -1 : name;
  }

  private atWildcard(): boolean {
    const i = this.index;
    return this.tokenEnd[i] - this.tokenStart[i] === 1 && this.bytes[this.tokenStart[i]] === 95;
  }

  /** `a | b as c` */
  private parsePattern(): number {
    const start = this.here();
    let pattern = this.parseClosedPattern();
    if (this.token === Token.Bar) {
      const base = this.stackTop;
      this.push(pattern);
      while (this.accept(Token.Bar)) this.push(this.parseClosedPattern());
      pattern = this.node(Kind.MatchOr, start, this.lastEnd, this.takeList(base));
    }
    if (!this.accept(Token.As)) return pattern;
    const name = this.expectName();
    return this.node(Kind.MatchAs, start, this.lastEnd, pattern, name);
  }

  private parseClosedPattern(): number {
    const start = this.here();
    switch (this.token) {
      case Token.Name:
        return this.parseNamePattern(start);
      case Token.None: return this.parseSingletonPattern(start, NONE_CONSTANT);
      case Token.True: return this.parseSingletonPattern(start, TRUE_CONSTANT);
      case Token.False: return this.parseSingletonPattern(start, FALSE_CONSTANT);
      case Token.Number:
      case Token.Minus:
      case Token.String:
      case Token.FormatStart: {
        const value = this.parseLiteralKey();
        return this.node(Kind.MatchValue, start, this.lastEnd, value);
      }
      case Token.LeftParen: return this.parseSequencePattern(start, Token.RightParen);
      case Token.LeftBracket: return this.parseSequencePattern(start, Token.RightBracket);
      case Token.LeftBrace: return this.parseMappingPattern(start);
      default:
        return this.fail("expected a pattern");
    }
  }

  private parseSingletonPattern(start: number, constant: number): number {
    this.advance();
    return this.node(Kind.MatchSingleton, start, this.lastEnd, constant);
  }

  /** A string, a number, `-1`, `1 + 2j`. */
  private parseLiteralKey(): number {
    const start = this.here();
    if (this.token === Token.String || this.token === Token.FormatStart) return this.parseStrings();
    const left = this.parseSignedNumber();
    if (this.token !== Token.Plus && this.token !== Token.Minus) return left;
    const operator = this.token === Token.Plus ? BinaryOperator.Add : BinaryOperator.Sub;
    this.advance();
    const right = this.parsePlainNumber();
    return this.node(Kind.BinOp, start, this.lastEnd, left, operator, right);
  }

  private parseSignedNumber(): number {
    const start = this.here();
    if (!this.accept(Token.Minus)) return this.parsePlainNumber();
    const value = this.parsePlainNumber();
    return this.node(Kind.UnaryOp, start, this.lastEnd, UnaryOperator.Minus, value);
  }

  private parsePlainNumber(): number {
    if (this.token !== Token.Number) this.fail("expected a number");
    return this.parseNumber();
  }

  /** A capture, the wildcard, a dotted value, or a class with its parts. */
  private parseNamePattern(start: number): number {
    const next = this.peek();
    if (next !== Token.Dot && next !== Token.LeftParen) {
      const name = this.expectCapture();
      return this.node(Kind.MatchAs, start, this.lastEnd, -1, name);
    }
    const value = this.parseDottedName(start);
    if (this.token === Token.LeftParen) return this.parseClassPattern(start, value);
    return this.node(Kind.MatchValue, start, this.lastEnd, value);
  }

  private parseDottedName(start: number): number {
    const id = this.expectName();
    let value = this.node(Kind.Name, start, this.lastEnd, id, Context.Load);
    while (this.accept(Token.Dot)) {
      const name = this.expectName();
      value = this.node(Kind.Attribute, start, this.lastEnd, value, name, Context.Load);
    }
    return value;
  }

  private parseClassPattern(start: number, cls: number): number {
    this.enter();
    this.advance();
    const patterns: number[] = [];
    const names: number[] = [];
    const named: number[] = [];
    while (this.token !== Token.RightParen) {
      if (this.token === Token.Name && this.peek() === Token.Equal) {
        names.push(this.expectName());
        this.advance();
        named.push(this.parsePattern());
      } else {
        patterns.push(this.parsePattern());
      }
      if (!this.accept(Token.Comma)) break;
    }
    this.expect(Token.RightParen, "`)`");
    this.leave();
    return this.node(
      Kind.MatchClass, start, this.lastEnd,
      cls, this.listOf(patterns), this.listOf(names), this.listOf(named),
    );
  }

  /** `(p)` is a group; everything else in brackets is a sequence. */
  private parseSequencePattern(start: number, end: Token): number {
    this.enter();
    this.advance();
    const base = this.stackTop;
    let commas = 0;
    while (this.token !== end) {
      this.push(this.parseStarPattern());
      if (!this.accept(Token.Comma)) break;
      commas++;
    }
    this.expect(end, "a closing bracket");
    this.leave();
    const sole = this.stackTop - base === 1 && commas === 0 && end === Token.RightParen;
    if (sole && this.kinds[this.stack[base]] !== Kind.MatchStar) return this.stack[--this.stackTop];
    return this.node(Kind.MatchSequence, start, this.lastEnd, this.takeList(base));
  }

  private parseMappingPattern(start: number): number {
    this.enter();
    this.advance();
    const keys: number[] = [];
    const patterns: number[] = [];
    let rest = -1;
    while (this.token !== Token.RightBrace) {
      if (this.accept(Token.DoubleStar)) {
        rest = this.expectName();
      } else {
        keys.push(this.parseMappingKey());
        this.expect(Token.Colon, "`:`");
        patterns.push(this.parsePattern());
      }
      if (!this.accept(Token.Comma)) break;
    }
    this.expect(Token.RightBrace, "`}`");
    this.leave();
    return this.node(Kind.MatchMapping, start, this.lastEnd, this.listOf(keys), this.listOf(patterns), rest);
  }

  private parseMappingKey(): number {
    const start = this.here();
    if (this.token === Token.Name) return this.parseDottedName(start);
    const constant =
      this.token === Token.None ? NONE_CONSTANT
      : this.token === Token.True ? TRUE_CONSTANT
      : this.token === Token.False ? FALSE_CONSTANT
      : -1;
    if (constant < 0) return this.parseLiteralKey();
    this.advance();
    return this.node(Kind.Constant, start, this.lastEnd, constant);
  }
}
