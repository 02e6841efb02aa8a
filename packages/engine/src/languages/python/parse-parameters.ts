/** Parameters of functions and lambdas, and type parameters. */
import { Context, Kind } from "./ast.ts";
import { StringParser } from "./parse-strings.ts";
import { Token } from "./tokens.ts";

/** The parts of a parameter list while it is read. */
interface Parameters {
  positionalOnly: number[];
  plain: number[];
  keywordOnly: number[];
  defaults: number[];
  keywordDefaults: number[];
  vararg: number;
  kwarg: number;
  /** Holds after `*`: what follows can be given by keyword only. */
  starred: boolean;
}

export abstract class ParameterParser extends StringParser {
  protected abstract parseExpression(): number;
  protected abstract parseStarExpression(): number;

  /** Reads parameters up to `end`, which is not taken. Lambdas have no annotations. */
  protected parseParameters(end: Token, annotated: boolean): number {
    const start = this.here();
    if (this.token === end) return this.node(Kind.Arguments, start, start, 0, 0, 0, this.listOf([-1, -1, 0, 0]));
    const all: Parameters = {
      positionalOnly: [], plain: [], keywordOnly: [], defaults: [], keywordDefaults: [],
      vararg: -1, kwarg: -1, starred: false,
    };
    do {
      if (this.token === end) break;
      this.parseParameter(all, annotated);
    } while (this.accept(Token.Comma));
    if (this.token !== end) this.fail("expected `,` or the end of the parameters");
    const rest = this.listOf([
      all.vararg, all.kwarg, this.listOf(all.defaults), this.listOf(all.keywordDefaults),
    ]);
    return this.node(
      Kind.Arguments, start, this.lastEnd,
      this.listOf(all.positionalOnly), this.listOf(all.plain), this.listOf(all.keywordOnly), rest,
    );
  }

  private parseParameter(all: Parameters, annotated: boolean): void {
    if (all.kwarg >= 0) this.fail("no parameter can follow `**`");
    if (this.accept(Token.Slash)) {
      if (all.starred || all.positionalOnly.length > 0 || all.plain.length === 0) this.fail("`/` cannot stand here");
      all.positionalOnly = all.plain;
      all.plain = [];
    } else if (this.accept(Token.DoubleStar)) {
      all.kwarg = this.parseArg(annotated, false);
    } else if (this.accept(Token.Star)) {
      if (all.starred) this.fail("only one `*` can stand in parameters");
      all.starred = true;
      if (this.token !== Token.Comma) all.vararg = this.parseArg(annotated, true);
    } else {
      this.parseNamedParameter(all, annotated);
    }
  }

  private parseNamedParameter(all: Parameters, annotated: boolean): void {
    const isTuple = this.token === Token.LeftParen;
    const count = all.positionalOnly.length + all.plain.length;
    const arg = isTuple ? this.parseTupleParameter(count) : this.parseArg(annotated, false);
    const value = this.accept(Token.Equal) ? this.parseExpression() : -1;
    if (all.starred) {
      all.keywordOnly.push(arg);
      all.keywordDefaults.push(value);
    } else {
      all.plain.push(arg);
      if (value >= 0) all.defaults.push(value);
      else if (all.defaults.length > 0) this.fail("a parameter without a default follows one with a default");
    }
  }

  private parseArg(annotated: boolean, star: boolean): number {
    const start = this.here();
    const name = this.expectName();
    let annotation = -1;
    if (annotated && this.accept(Token.Colon)) {
      annotation = star ? this.parseStarExpression() : this.parseExpression();
    }
    return this.node(Kind.Arg, start, this.lastEnd, name, annotation, -1);
  }

  /** `def f(a, (b, c)):` is Python 2; the parameter's own name is `.1` there. */
  private parseTupleParameter(position: number): number {
    const start = this.here();
    this.markPython2(start);
    const target = this.parseTupleTarget();
    const name = this.strings.intern(`.${position}`);
    return this.node(Kind.Arg, start, this.lastEnd, name, -1, target);
  }

  private parseTupleTarget(): number {
    const start = this.here();
    if (this.token === Token.Name) {
      const id = this.expectName();
      return this.node(Kind.Name, start, this.lastEnd, id, Context.Store);
    }
    this.enter();
    this.expect(Token.LeftParen, "a name or a tuple of names");
    const base = this.stackTop;
    let commas = 0;
    while (this.token !== Token.RightParen) {
      this.push(this.parseTupleTarget());
      if (!this.accept(Token.Comma)) break;
      commas++;
    }
    this.expect(Token.RightParen, "`)`");
    this.leave();
    if (commas === 0 && this.stackTop - base === 1) return this.stack[--this.stackTop];
    return this.node(Kind.Tuple, start, this.lastEnd, this.takeList(base), Context.Store);
  }

  /** Reads `[T: int = str, *Ts, **P]` if it is there; returns a list. */
  protected parseTypeParameters(): number {
    if (this.token !== Token.LeftBracket) return 0;
    this.advance();
    const base = this.stackTop;
    while (!this.at(Token.RightBracket)) {
      this.push(this.parseTypeParameter());
      if (!this.accept(Token.Comma)) break;
    }
    this.expect(Token.RightBracket, "`]` at the end of the type parameters");
    return this.takeList(base);
  }

  private parseTypeParameter(): number {
    const start = this.here();
    if (this.accept(Token.Star)) {
      const name = this.expectName();
      const value = this.accept(Token.Equal) ? this.parseStarExpression() : -1;
      return this.node(Kind.TypeVarTuple, start, this.lastEnd, name, 0, value);
    }
    if (this.accept(Token.DoubleStar)) {
      const name = this.expectName();
      const value = this.accept(Token.Equal) ? this.parseExpression() : -1;
      return this.node(Kind.ParamSpec, start, this.lastEnd, name, 0, value);
    }
    const name = this.expectName();
    const bound = this.accept(Token.Colon) ? this.parseExpression() : -1;
    const value = this.accept(Token.Equal) ? this.parseExpression() : -1;
    return this.node(Kind.TypeVar, start, this.lastEnd, name, bound, value);
  }
}
