/**
 * What characters a string can hold if a regular expression matches the whole of it.
 *
 * ```text
 * ^[a-z0-9_-]{1,32}$    letters, digits, _ and -
 * [0-9a-f]{8}           with fullmatch: hexadecimal digits
 * .*\.txt               anything: no answer
 * ```
 * Only the parts of the syntax that restrict characters are read; anything else gives no answer.
 */

/** The set of ASCII characters (by code) that a match can hold, and whether others can stand in it. */
export interface Charset {
  readonly ascii: readonly boolean[];
  readonly other: boolean;
  /** The end is `$`, which lets one line feed follow. */
  readonly endsLoosely?: boolean;
}

const lengthMax = 400;

/** How the expression is applied: `match` is anchored at the start only, `search` nowhere. */
export type RegexUse = "fullmatch" | "match" | "search";

/** The characters of a whole-string match, or `undefined` if the expression does not fix the whole string. */
export function charsetOfRegex(pattern: string, use: RegexUse): Charset | undefined {
  if (pattern.length > lengthMax) return undefined;
  const reader = new Reader(pattern);
  const result = reader.alternatives(0);
  if (!result || reader.at !== pattern.length) return undefined;
  const startAnchored = use !== "search" || result.start;
  const endAnchored = use === "fullmatch" || result.end;
  if (!startAnchored || !endAnchored) return undefined;
  return { ascii: result.ascii, other: result.other, endsLoosely: use !== "fullmatch" && /(?<!\\)\$\)*$/.test(pattern) };
}

interface Part {
  ascii: boolean[];
  other: boolean;
  /** Every alternative is anchored at its start / end. */
  start: boolean;
  end: boolean;
}

const none = (): boolean[] => new Array<boolean>(128).fill(false);

class Reader {
  at = 0;
  private readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  alternatives(depth: number): Part | undefined {
    if (depth > 20) return undefined;
    let out = this.sequence(depth);
    while (out && this.text[this.at] === "|") {
      this.at++;
      const next = this.sequence(depth);
      if (!next) return undefined;
      out = { ...union(out, next), start: out.start && next.start, end: out.end && next.end };
    }
    return out;
  }

  private sequence(depth: number): Part | undefined {
    const out: Part = { ascii: none(), other: false, start: false, end: false };
    let isFirst = true;
    while (this.at < this.text.length) {
      const c = this.text[this.at]!;
      if (c === "|" || c === ")") break;
      if (c === "^" || this.text.startsWith("\\A", this.at)) {
        this.at += c === "^" ? 1 : 2;
        if (isFirst) out.start = true;
        continue;
      }
      if (c === "$" || this.text.startsWith("\\Z", this.at) || this.text.startsWith("\\z", this.at)) {
        this.at += c === "$" ? 1 : 2;
        const next = this.text[this.at];
        if (next === undefined || next === ")" || next === "|") out.end = true;
        continue;
      }
      const atom = this.atom(depth);
      if (!atom) return undefined;
      const isOptional = this.quantifier();
      merge(out, atom);
      if (isFirst && atom.start && !isOptional) out.start = true;
      const next = this.text[this.at];
      if (atom.end && !isOptional && (next === undefined || next === ")" || next === "|")) out.end = true;
      isFirst = false;
    }
    return out;
  }

  /** Skips a quantifier; says whether it allows none. */
  private quantifier(): boolean {
    const match = /^(?:[*+?]|\{\d*,?\d*\})[?+]?/.exec(this.text.slice(this.at, this.at + 16));
    if (!match) return false;
    this.at += match[0].length;
    return /^(?:[*?]|\{0*[,}])/.test(match[0]);
  }

  private atom(depth: number): Part | undefined {
    const c = this.text[this.at]!;
    if (c === "(") return this.group(depth);
    if (c === "[") return this.characterClass();
    if (c === ".") {
      this.at++;
      return { ascii: none().map((_v, i) => i !== 10), other: true, start: false, end: false };
    }
    if (c === "\\") return this.escape();
    this.at++;
    return single(c);
  }

  private group(depth: number): Part | undefined {
    this.at++;
    const kind = /^\?(?:P<\w+>|:|[aiLmsux]+(?:-[imsx]+)?:)/.exec(this.text.slice(this.at, this.at + 60));
    if (kind) this.at += kind[0].length;
    else if (this.text[this.at] === "?") {
      const look = /^\?<?[=!]/.exec(this.text.slice(this.at, this.at + 4));
      if (!look) return undefined;
      this.at += look[0].length;
      if (!this.alternatives(depth + 1) || this.text[this.at] !== ")") return undefined;
      this.at++;
      return { ascii: none(), other: false, start: false, end: false };
    }
    const inner = this.alternatives(depth + 1);
    if (!inner || this.text[this.at] !== ")") return undefined;
    this.at++;
    return inner;
  }

  private escape(): Part | undefined {
    const c = this.text[this.at + 1];
    if (c === undefined) return undefined;
    this.at += 2;
    const known = escapeClass(c);
    if (known) return known;
    if (c === "b" || c === "B") return { ascii: none(), other: false, start: false, end: false };
    if (c === "n") return single("\n");
    if (c === "r") return single("\r");
    if (c === "t") return single("\t");
    if (/[A-Za-z0-9]/.test(c)) return undefined;
    return single(c);
  }

  private characterClass(): Part | undefined {
    this.at++;
    const negated = this.text[this.at] === "^";
    if (negated) this.at++;
    const out: Part = { ascii: none(), other: false, start: false, end: false };
    let isFirst = true;
    while (this.at < this.text.length && (this.text[this.at] !== "]" || isFirst)) {
      isFirst = false;
      const low = this.classMember(out);
      if (low === undefined) return undefined;
      if (low >= 0 && this.text[this.at] === "-" && this.text[this.at + 1] !== "]") {
        this.at++;
        const high = this.classMember({ ascii: none(), other: false, start: false, end: false });
        if (high === undefined || high < low) return undefined;
        for (let code = low; code <= Math.min(high, 127); code++) out.ascii[code] = true;
        if (high > 127) out.other = true;
      }
    }
    if (this.text[this.at] !== "]") return undefined;
    this.at++;
    return negated ? { ascii: out.ascii.map((v) => !v), other: true, start: false, end: false } : out;
  }

  /** Adds one member to a class; its code, or -1 if it is a class itself. */
  private classMember(out: Part): number | undefined {
    if (this.at >= this.text.length) return undefined;
    let c = this.text[this.at]!;
    this.at++;
    if (c === "\\") {
      c = this.text[this.at] ?? "";
      this.at++;
      const known = escapeClass(c);
      if (known) {
        merge(out, known);
        return -1;
      }
      if (c === "n") c = "\n";
      else if (c === "r") c = "\r";
      else if (c === "t") c = "\t";
      else if (/[A-Za-z0-9]/.test(c) || c === "") return undefined;
    }
    const code = c.charCodeAt(0);
    if (code < 128) out.ascii[code] = true;
    else out.other = true;
    return code;
  }
}

function single(c: string): Part {
  const out: Part = { ascii: none(), other: false, start: false, end: false };
  const code = c.charCodeAt(0);
  if (code < 128) out.ascii[code] = true;
  else out.other = true;
  return out;
}

function escapeClass(c: string): Part | undefined {
  const lower = c.toLowerCase();
  const test = lower === "d" ? /[0-9]/ : lower === "w" ? /[A-Za-z0-9_]/ : lower === "s" ? /\s/ : undefined;
  if (!test) return undefined;
  const negated = c !== lower;
  return {
    ascii: none().map((_v, i) => test.test(String.fromCharCode(i)) !== negated),
    // \d and \w also hold letters and digits of other scripts, none of which is a separator or a quote.
    other: negated || lower === "s", start: false, end: false,
  };
}

function merge(into: Part, from: Part): void {
  for (let i = 0; i < 128; i++) if (from.ascii[i]) into.ascii[i] = true;
  into.other ||= from.other;
}

function union(a: Part, b: Part): Part {
  const out: Part = { ascii: [...a.ascii], other: a.other, start: false, end: false };
  merge(out, b);
  return out;
}

/** The guard kinds that a set of characters gives. */
export function guardsOfCharset(set: Charset): readonly string[] {
  const only = (allowed: RegExp): boolean => !set.other && set.ascii.every((holds, i) => !holds || allowed.test(String.fromCharCode(i)));
  const lacks = (characters: string): boolean => [...characters].every((c) => !set.ascii[c.charCodeAt(0)]);
  const out: string[] = [];
  if (only(/[0-9]/)) out.push("digits-text");
  if (only(/[0-9A-Fa-f]/)) out.push("hex-text");
  if (only(/[0-9A-Fa-f-]/)) out.push("uuid-text");
  if (only(/[A-Za-z0-9_]/)) out.push("identifier-text");
  if (only(/[A-Za-z0-9_-]/)) out.push("plain-text");
  if (lacks("'\"`")) out.push("no-quote");
  if (lacks("<>\"'")) out.push("no-markup");
  if (lacks("/\\")) out.push("no-slash", "relative-name");
  if (lacks(".") || lacks("/\\")) out.push("no-dotdot");
  if (lacks("\r\n") && !set.endsLoosely) out.push("no-crlf");
  return out;
}
