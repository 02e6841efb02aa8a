/**
 * Reads a regular expression of Python into a tree.
 *
 * ```text
 * (\w+)\s*=   sequence(group(repeat(set, 1, inf)), repeat(set, 0, inf), set)
 * ```
 * What is not understood gives no tree at all: nothing is guessed.
 */
import { charSet, charactersMax, type CharacterSet, escapeSet, isClassEscape, isEscape, negated, setOf, withOtherCase } from "./characters.ts";

export type Anchor = "text-start" | "text-end" | "line-start" | "line-end" | "end-or-last-newline" | "word" | "not-word";

export type Node =
  | { readonly kind: "set"; readonly set: CharacterSet }
  | { readonly kind: "sequence"; readonly parts: readonly Node[] }
  | { readonly kind: "choice"; readonly parts: readonly Node[] }
  | { readonly kind: "repeat"; readonly body: Node; readonly least: number; readonly most: number; readonly mode: "greedy" | "lazy" | "possessive" }
  | { readonly kind: "group"; readonly index: number; readonly body: Node }
  | { readonly kind: "atomic"; readonly body: Node }
  | { readonly kind: "look"; readonly ahead: boolean; readonly negative: boolean; readonly body: Node }
  | { readonly kind: "anchor"; readonly at: Anchor }
  | { readonly kind: "back"; readonly index: number }
  | { readonly kind: "condition"; readonly index: number; readonly yes: Node; readonly no: Node };

/** The flags of `re.compile`. */
export interface RegexFlags {
  readonly ignoreCase: boolean;
  readonly multiLine: boolean;
  readonly dotAll: boolean;
  readonly verbose: boolean;
  /** `\w` and `\d` hold ASCII only, and their opposites everything else. */
  readonly ascii: boolean;
}

export const plainFlags: RegexFlags = { ignoreCase: false, multiLine: false, dotAll: false, verbose: false, ascii: false };

const lengthMax = 4000;
const depthMax = 30;

/** The tree of an expression, or `undefined` if it is wrong, too long, or holds what is not understood. */
export function readRegex(pattern: string, flags: RegexFlags): Node | undefined {
  if (pattern.length > lengthMax) return undefined;
  const reader = new Reader(pattern, flags);
  const node = reader.choice(0);
  return node && reader.at === pattern.length ? node : undefined;
}

const empty: Node = { kind: "sequence", parts: [] };

class Reader {
  at = 0;
  private readonly text: string;
  private flags: RegexFlags;
  private groups = 0;
  private readonly names = new Map<string, number>();

  constructor(text: string, flags: RegexFlags) {
    this.text = text;
    this.flags = flags;
  }

  choice(depth: number): Node | undefined {
    if (depth > depthMax) return undefined;
    const parts: Node[] = [];
    for (;;) {
      const part = this.sequence(depth);
      if (!part) return undefined;
      parts.push(part);
      if (this.text[this.at] !== "|") break;
      this.at++;
    }
    return parts.length === 1 ? parts[0] : { kind: "choice", parts };
  }

  private sequence(depth: number): Node | undefined {
    const parts: Node[] = [];
    for (;;) {
      if (this.flags.verbose) this.skipLayout();
      const c = this.text[this.at];
      if (c === undefined || c === "|" || c === ")") break;
      const part = this.repeated(depth);
      if (!part) return undefined;
      if (part !== empty) parts.push(part);
    }
    return parts.length === 1 ? parts[0] : { kind: "sequence", parts };
  }

  /** White space and comments of a verbose expression. */
  private skipLayout(): void {
    for (;;) {
      const c = this.text[this.at];
      if (c === "#") while (this.at < this.text.length && this.text[this.at] !== "\n") this.at++;
      else if (c !== undefined && /[ \t\n\r\f\v]/.test(c)) this.at++;
      else return;
    }
  }

  private repeated(depth: number): Node | undefined {
    let part = this.atom(depth);
    while (part) {
      if (this.flags.verbose) this.skipLayout();
      const match = /^(?:([*+?])|\{(\d*)(,?)(\d*)\})([?+]?)/.exec(this.text.slice(this.at, this.at + 24));
      if (!match || (match[1] === undefined && match[2] === "" && match[4] === "")) return part;
      this.at += match[0].length;
      const least = match[1] === "+" ? 1 : match[1] !== undefined ? 0 : Number(match[2] || "0");
      const most = match[1] === "?" ? 1 : match[1] !== undefined ? Infinity
        : match[3] === "" ? least : match[4] === "" ? Infinity : Number(match[4]);
      if (most < least) return undefined;
      const mode = match[5] === "?" ? "lazy" : match[5] === "+" ? "possessive" : "greedy";
      part = { kind: "repeat", body: part, least, most, mode };
    }
    return part;
  }

  private atom(depth: number): Node | undefined {
    const c = this.text[this.at]!;
    if (c === "(") return this.group(depth);
    if (c === "[") return this.bracket();
    if (c === "\\") return this.escape();
    if (c === "*" || c === "+" || c === "?") return undefined;
    this.at++;
    if (c === "^") return { kind: "anchor", at: this.flags.multiLine ? "line-start" : "text-start" };
    if (c === "$") return { kind: "anchor", at: this.flags.multiLine ? "line-end" : "end-or-last-newline" };
    if (c === ".") return { kind: "set", set: this.flags.dotAll ? setOf(() => true) : setOf((code) => code !== 10) };
    return { kind: "set", set: charSet(c, this.flags.ignoreCase) };
  }

  private group(depth: number): Node | undefined {
    this.at++;
    const rest = this.text.slice(this.at, this.at + 80);
    if (!rest.startsWith("?")) return this.captured(depth, ++this.groups);
    const comment = /^\?#[^)]*\)/.exec(this.text.slice(this.at));
    if (comment) {
      this.at += comment[0].length;
      return empty;
    }
    const name = /^\?P<(\w+)>/.exec(rest);
    if (name) {
      this.names.set(name[1], ++this.groups);
      this.at += name[0].length;
      return this.captured(depth, this.groups);
    }
    const back = /^\?P=(\w+)\)/.exec(rest);
    if (back) {
      this.at += back[0].length;
      const index = this.names.get(back[1]);
      return index === undefined ? undefined : { kind: "back", index };
    }
    const look = /^\?(<?)([=!])/.exec(rest);
    if (look) {
      this.at += look[0].length;
      const body = this.closed(depth);
      return body && { kind: "look", ahead: look[1] === "", negative: look[2] === "!", body };
    }
    if (rest.startsWith("?>")) {
      this.at += 2;
      const body = this.closed(depth);
      return body && { kind: "atomic", body };
    }
    return this.conditionOrFlags(depth, rest);
  }

  private conditionOrFlags(depth: number, rest: string): Node | undefined {
    const condition = /^\?\((\w+)\)/.exec(rest);
    if (condition) {
      this.at += condition[0].length;
      const index = /^\d+$/.test(condition[1]) ? Number(condition[1]) : this.names.get(condition[1]);
      const body = this.closed(depth);
      if (!body || index === undefined) return undefined;
      const [yes, no] = body.kind === "choice" ? [body.parts[0], body.parts[1]] : [body, empty];
      return { kind: "condition", index, yes, no };
    }
    const flags = /^\?([aiLmsux]*)(?:-([imsx]+))?([:)])/.exec(rest);
    if (!flags) return undefined;
    this.at += flags[0].length;
    const before = this.flags;
    this.flags = switched(switched(before, flags[1], true), flags[2] ?? "", false);
    if (flags[3] === ")") return empty;
    const body = this.closed(depth);
    this.flags = before;
    return body;
  }

  private captured(depth: number, index: number): Node | undefined {
    const body = this.closed(depth);
    return body && { kind: "group", index, body };
  }

  private closed(depth: number): Node | undefined {
    const body = this.choice(depth + 1);
    if (!body || this.text[this.at] !== ")") return undefined;
    this.at++;
    return body;
  }

  private escape(): Node | undefined {
    const c = this.text[this.at + 1];
    if (c === undefined) return undefined;
    this.at += 2;
    switch (c) {
      case "A": return { kind: "anchor", at: "text-start" };
      case "Z": case "z": return { kind: "anchor", at: "text-end" };
      case "b": return { kind: "anchor", at: "word" };
      case "B": return { kind: "anchor", at: "not-word" };
      case "G": return undefined;
      default:
    }
    if (/[1-9]/.test(c)) {
      const digits = /^\d/.exec(this.text.slice(this.at, this.at + 1))?.[0] ?? "";
      const octal = /^[0-7]{3}/.exec(this.text.slice(this.at - 1, this.at + 2))?.[0];
      if (octal) {
        this.at += 2;
        return { kind: "set", set: charSet(String.fromCharCode(parseInt(octal, 8)), this.flags.ignoreCase) };
      }
      this.at += digits.length;
      return Number(c + digits) > this.groups ? undefined : { kind: "back", index: Number(c + digits) };
    }
    const set = this.numbered(c) ?? this.escaped(c);
    return set && { kind: "set", set: this.flags.ignoreCase ? withOtherCase(set) : set };
  }

  /** The character of `\x41`, `\u0041` or `\012`, after its letter was read. */
  private numbered(c: string): CharacterSet | undefined {
    const rest = this.text.slice(this.at, this.at + 8);
    const hex = c === "x" ? /^[\da-fA-F]{2}/.exec(rest) : c === "u" ? /^[\da-fA-F]{4}/.exec(rest) : c === "U" ? /^[\da-fA-F]{8}/.exec(rest) : null;
    const octal = c === "0" ? /^[0-7]{1,2}/.exec(rest) : null;
    const found = hex ?? octal;
    if (!found) return undefined;
    this.at += found[0].length;
    return charSet(String.fromCharCode(Math.min(parseInt(found[0], hex ? 16 : 8), 128)), false);
  }

  /** What the escape of a letter or sign means; `undefined` for letters that mean nothing, which Python rejects. */
  private escaped(c: string): CharacterSet | undefined {
    return isEscape(c) ? escapeSet(c, this.flags.ascii) : undefined;
  }

  private bracket(): Node | undefined {
    this.at++;
    const isNegated = this.text[this.at] === "^";
    if (isNegated) this.at++;
    const set = new Uint8Array(charactersMax);
    let holdsAllOthers = false;
    let isFirst = true;
    while (this.at < this.text.length && (this.text[this.at] !== "]" || isFirst)) {
      isFirst = false;
      const c = this.text[this.at + 1] ?? "";
      if (this.text[this.at] === "\\" && isClassEscape(c) && this.escaped(c)?.[charactersMax - 1]) holdsAllOthers = true;
      const low = this.member(set);
      if (low === unreadable) return undefined;
      if (low < 0 || this.text[this.at] !== "-" || this.text[this.at + 1] === "]" || this.text[this.at + 1] === undefined) continue;
      this.at++;
      const high = this.member(set);
      if (high < low) return undefined;
      for (let code = low; code <= Math.min(high, 127); code++) set[code] = 1;
      if (high > 127) set[128] = 1;
    }
    if (this.text[this.at] !== "]") return undefined;
    this.at++;
    const cased = this.flags.ignoreCase ? withOtherCase(set) : set;
    if (!isNegated) return { kind: "set", set: cased };
    const others = negated(cased);
    others[charactersMax - 1] = holdsAllOthers ? 0 : 1; // a class that lists some characters outside of ASCII lacks the others
    return { kind: "set", set: others };
  }

  /** Adds one member to a class; its code, -1 if it is a class itself, {@link unreadable} if it is none. */
  private member(set: CharacterSet): number {
    if (this.at >= this.text.length) return unreadable;
    let c = this.text[this.at++];
    if (c === "\\") {
      c = this.text[this.at++] ?? "\\";
      const known = this.numbered(c) ?? (c === "b" ? charSet("\b", false) : octalIn(c) ?? this.escaped(c));
      if (!known) return unreadable;
      for (let i = 0; i < charactersMax; i++) if (known[i]) set[i] = 1;
      return isClassEscape(c) ? -1 : known.indexOf(1);
    }
    const code = Math.min(c.charCodeAt(0), 128);
    set[code] = 1;
    return code;
  }
}

/** What stands in a class where no member can be read. */
const unreadable = -2;

function octalIn(c: string): CharacterSet | undefined {
  return /[1-7]/.test(c) ? charSet(String.fromCharCode(Number(c)), false) : undefined;
}

function switched(flags: RegexFlags, letters: string, on: boolean): RegexFlags {
  const has = (letter: string, before: boolean): boolean => (letters.includes(letter) ? on : before);
  return {
    ignoreCase: has("i", flags.ignoreCase), multiLine: has("m", flags.multiLine),
    dotAll: has("s", flags.dotAll), verbose: has("x", flags.verbose), ascii: has("a", flags.ascii),
  };
}
