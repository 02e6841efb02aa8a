/** A cursor over one short text of the data block: a place, a port, a condition. */

/** Thrown inside the small grammars and caught where they are entered; `offset` is where the text stops making sense. */
export class GrammarError extends Error {
  override readonly name = "GrammarError";
  readonly offset: number;

  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

/** What a small grammar gives back: the thing read, or what is wrong and where in the text. */
export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly message: string; readonly offset: number };

/** Runs a grammar over the whole text. */
export function parseAll<T>(text: string, rule: (scanner: Scanner) => T): Parsed<T> {
  const scanner = new Scanner(text);
  try {
    const value = rule(scanner);
    scanner.space();
    if (!scanner.atEnd) scanner.fail(`unexpected "${text.slice(scanner.offset)}"`);
    return { ok: true, value };
  } catch (error) {
    if (error instanceof GrammarError) return { ok: false, message: error.message, offset: error.offset };
    throw error;
  }
}

export class Scanner {
  readonly text: string;
  offset = 0;

  constructor(text: string) {
    this.text = text;
  }

  get atEnd(): boolean {
    return this.offset >= this.text.length;
  }

  fail(message: string): never {
    throw new GrammarError(message, this.offset);
  }

  space(): void {
    while (this.text[this.offset] === " ") this.offset++;
  }

  /** Takes `token` if it stands here. */
  take(token: string): boolean {
    if (!this.text.startsWith(token, this.offset)) return false;
    this.offset += token.length;
    return true;
  }

  expect(token: string): void {
    if (!this.take(token)) this.fail(`expected "${token}"`);
  }

  /** Takes what a sticky pattern matches here, or "" if it does not match. */
  match(pattern: RegExp): string {
    pattern.lastIndex = this.offset;
    const found = pattern.exec(this.text)?.[0] ?? "";
    this.offset += found.length;
    return found;
  }

  /** Takes a word that is not the beginning of a longer one. */
  takeWord(word: string): boolean {
    const end = this.offset + word.length;
    if (!this.text.startsWith(word, this.offset) || /[A-Za-z0-9_]/.test(this.text[end] ?? "")) return false;
    this.offset = end;
    return true;
  }

  identifier(what: string): string {
    const name = this.match(/[A-Za-z_][A-Za-z0-9_]*/y);
    if (name === "") this.fail(`expected ${what}`);
    return name;
  }
}
