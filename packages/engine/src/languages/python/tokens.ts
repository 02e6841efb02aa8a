/** The tokens of Python, ordered so that operators map to `ast.ts` operators by subtraction. */

export const enum Token {
  End,
  Newline,
  Indent,
  Dedent,
  Error,
  Name,
  Number,
  String,
  FormatStart, // f" or t"
  FormatMiddle,
  FormatEnd,
  LeftParen,
  RightParen,
  LeftBracket,
  RightBracket,
  LeftBrace,
  RightBrace,
  Comma,
  Colon,
  Semicolon,
  Dot,
  Ellipsis,
  Arrow,
  ColonEqual,
  Exclamation,
  Equal,
  Backtick,
  Tilde,
  // Binary operators, in the order of BinaryOperator.
  Plus,
  Minus,
  Star,
  At,
  Slash,
  Percent,
  DoubleStar,
  LeftShift,
  RightShift,
  Bar,
  Caret,
  Ampersand,
  DoubleSlash,
  // Augmented assignments, in the same order.
  PlusEqual,
  MinusEqual,
  StarEqual,
  AtEqual,
  SlashEqual,
  PercentEqual,
  DoubleStarEqual,
  LeftShiftEqual,
  RightShiftEqual,
  BarEqual,
  CaretEqual,
  AmpersandEqual,
  DoubleSlashEqual,
  // Comparisons, in the order of CompareOperator without `is not` and `not in`.
  EqualEqual,
  NotEqual,
  Less,
  LessEqual,
  Greater,
  GreaterEqual,
  Is,
  In,
  // Keywords. Those up to LastExpressionKeyword may stand inside brackets.
  And,
  Or,
  Not,
  If,
  Else,
  For,
  Async,
  Await,
  Lambda,
  Yield,
  From,
  None,
  True,
  False,
  LastExpressionKeyword = False,
  As,
  Assert,
  Break,
  Class,
  Continue,
  Def,
  Del,
  Elif,
  Except,
  Finally,
  Global,
  Import,
  Nonlocal,
  Pass,
  Raise,
  Return,
  Try,
  While,
  With,
  Count,
}

/** What a string token carries in its value column. */
export const enum StringFlag {
  Raw = 1,
  Bytes = 2,
  Template = 4,
  Triple = 8,
  /** Backslashes, carriage returns: the text is not the bytes as they stand. */
  Escapes = 16,
  NonAscii = 32,
  /** A `ur` prefix, which only Python 2 has. */
  Python2 = 64,
  Unterminated = 128,
  /** The length of the prefix, times this. */
  PrefixUnit = 256,
}

/** Every hard keyword with its token. */
export const KEYWORDS: readonly (readonly [string, Token])[] = [
  ["and", Token.And], ["or", Token.Or], ["not", Token.Not], ["if", Token.If], ["else", Token.Else],
  ["for", Token.For], ["async", Token.Async], ["await", Token.Await], ["lambda", Token.Lambda],
  ["yield", Token.Yield], ["from", Token.From], ["None", Token.None], ["True", Token.True],
  ["False", Token.False], ["is", Token.Is], ["in", Token.In], ["as", Token.As],
  ["assert", Token.Assert], ["break", Token.Break], ["class", Token.Class],
  ["continue", Token.Continue], ["def", Token.Def], ["del", Token.Del], ["elif", Token.Elif],
  ["except", Token.Except], ["finally", Token.Finally], ["global", Token.Global],
  ["import", Token.Import], ["nonlocal", Token.Nonlocal], ["pass", Token.Pass],
  ["raise", Token.Raise], ["return", Token.Return], ["try", Token.Try], ["while", Token.While],
  ["with", Token.With],
];

/** How strongly operators bind, weakest first. */
export const OR_LEVEL = 1;
export const AND_LEVEL = 2;
export const NOT_LEVEL = 3;
export const COMPARE_LEVEL = 4;
export const BITWISE_OR_LEVEL = 5;

/** Binding strength of each token between two operands; 0 if it is no infix operator. */
export const INFIX: Uint8Array = infixTable();

function infixTable(): Uint8Array {
  const table = new Uint8Array(Token.Count);
  table[Token.Or] = OR_LEVEL;
  table[Token.And] = AND_LEVEL;
  for (let token = Token.EqualEqual; token <= Token.In; token++) table[token] = COMPARE_LEVEL;
  table[Token.Not] = COMPARE_LEVEL; // `not in`
  table[Token.Bar] = BITWISE_OR_LEVEL;
  table[Token.Caret] = 6;
  table[Token.Ampersand] = 7;
  table[Token.LeftShift] = table[Token.RightShift] = 8;
  table[Token.Plus] = table[Token.Minus] = 9;
  table[Token.Star] = table[Token.At] = table[Token.Slash] = table[Token.Percent] = 10;
  table[Token.DoubleSlash] = 10;
  return table;
}

/** Holds (1) for tokens that can begin an expression. */
export const STARTS_EXPRESSION: Uint8Array = startTable();

function startTable(): Uint8Array {
  const table = new Uint8Array(Token.Count);
  for (const token of [
    Token.Name, Token.Number, Token.String, Token.FormatStart, Token.LeftParen, Token.LeftBracket,
    Token.LeftBrace, Token.Ellipsis, Token.Backtick, Token.Tilde, Token.Plus, Token.Minus, Token.Not,
    Token.Await, Token.Lambda, Token.None, Token.True, Token.False,
  ]) {
    table[token] = 1;
  }
  return table;
}
