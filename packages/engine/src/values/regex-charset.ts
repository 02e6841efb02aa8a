/**
 * What characters a string can hold if a regular expression matches the whole of it, and which ones a search for it finds.
 *
 * ```text
 * ^[a-z0-9_-]{1,32}$    letters, digits, _ and -
 * [0-9a-f]{8}           with fullmatch: hexadecimal digits
 * .*\.txt               anything but a line feed
 * ```
 * `\w` and `\d` also hold letters and digits of other scripts; none of them separates or quotes anything, so they are read as if
 * the flag ASCII stood there.
 */
import { type CharacterSet, charactersMax } from "./regex/characters.ts";
import { type Node, plainFlags, readRegex, type RegexFlags } from "./regex/tree.ts";

/** The set of ASCII characters (by code) that a match can hold, and whether others can stand in it. */
export interface Charset {
  readonly ascii: readonly boolean[];
  readonly other: boolean;
  /** The end is `$`, which lets one line feed follow. */
  readonly endsLoosely?: boolean;
}

/** How the expression is applied: `match` is anchored at the start only, `search` nowhere. */
export type RegexUse = "fullmatch" | "match" | "search";

/** The characters of a whole-string match, or `undefined` if the expression does not fix the whole string. */
export function charsetOfRegex(pattern: string, use: RegexUse, flags: RegexFlags = plainFlags): Charset | undefined {
  const tree = readRegex(pattern, { ...flags, ascii: true });
  if (!tree || (use === "search" && !fixesStart(tree))) return undefined;
  const end = use === "fullmatch" ? "fixed" : endOf(tree);
  if (end === "open") return undefined;
  const set = new Uint8Array(charactersMax);
  addContents(tree, set);
  return { ...charsetOf(set), endsLoosely: end === "loose" };
}

/** The characters that a match can begin with, or `undefined` if it can be empty or is not sought where the text begins. */
export function firstOfRegex(pattern: string, use: RegexUse, flags: RegexFlags = plainFlags): Charset | undefined {
  const tree = readRegex(pattern, { ...flags, ascii: true });
  if (!tree || (use === "search" && !fixesStart(tree))) return undefined;
  const set = new Uint8Array(charactersMax);
  return addFirst(tree, set) ? charsetOf(set) : undefined;
}

/** Adds the characters that a match can begin with; false if the match can be empty, or begin with what is not known. */
function addFirst(node: Node, into: CharacterSet): boolean {
  switch (node.kind) {
    case "set": case "back":
      addContents(node, into);
      return node.kind === "set";
    case "sequence": return node.parts.some((part) => addFirst(part, into));
    case "choice": return node.parts.map((part) => addFirst(part, into)).every((isSome) => isSome);
    case "repeat": return addFirst(node.body, into) && node.least > 0;
    case "group": case "atomic": return addFirst(node.body, into);
    case "condition": return [node.yes, node.no].map((part) => addFirst(part, into)).every((isSome) => isSome);
    case "look": case "anchor": return false;
  }
}

/** The characters each of which is a match by itself: a text in which a search finds nothing holds none of them. */
export function charactersOfRegex(pattern: string, flags: RegexFlags = plainFlags): Charset | undefined {
  const tree = readRegex(pattern, { ...flags, ascii: true });
  const set = new Uint8Array(charactersMax);
  return tree && addSingles(tree, set) ? charsetOf(set) : undefined;
}

/** All characters that a set lacks. */
export function complementOf(set: Charset): Charset {
  return { ascii: set.ascii.map((holds) => !holds), other: !set.other };
}

function charsetOf(set: CharacterSet): Charset {
  return { ascii: Array.from({ length: 128 }, (_, code) => set[code] === 1), other: set[128] === 1 };
}

/** Adds every character that a match can hold. What stands in a look-around is not part of the match. */
function addContents(node: Node, into: CharacterSet): void {
  switch (node.kind) {
    case "set":
      for (let code = 0; code < charactersMax; code++) if (node.set[code]) into[code] = 1;
      return;
    case "sequence": case "choice":
      for (const part of node.parts) addContents(part, into);
      return;
    case "repeat": case "group": case "atomic":
      addContents(node.body, into);
      return;
    case "condition":
      addContents(node.yes, into);
      addContents(node.no, into);
      return;
    case "look": case "anchor": case "back": return; // what a back reference repeats is in the set of its group
  }
}

/** Adds the characters that match alone; false if there is none. */
function addSingles(node: Node, into: CharacterSet): boolean {
  switch (node.kind) {
    case "set":
      addContents(node, into);
      return true;
    case "choice": return node.parts.map((part) => addSingles(part, into)).includes(true);
    case "group": case "atomic": return addSingles(node.body, into);
    case "repeat": return node.least <= 1 && node.most >= 1 && !(node.mode === "lazy" && node.least === 0) && addSingles(node.body, into);
    default: return false;
  }
}

/** Holds if every match begins where the text begins. */
function fixesStart(node: Node): boolean {
  switch (node.kind) {
    case "anchor": return node.at === "text-start";
    case "choice": return node.parts.every(fixesStart);
    case "group": case "atomic": return fixesStart(node.body);
    case "repeat": return node.least > 0 && fixesStart(node.body);
    case "sequence": {
      const first = node.parts.findIndex((part) => part.kind !== "look" && (part.kind !== "anchor" || part.at === "text-start"));
      return first >= 0 && fixesStart(node.parts[first]);
    }
    default: return false;
  }
}

/** Whether every match ends where the text ends: for sure, but for a line feed, or not. */
function endOf(node: Node): "fixed" | "loose" | "open" {
  switch (node.kind) {
    case "anchor": return node.at === "text-end" ? "fixed" : node.at === "end-or-last-newline" ? "loose" : "open";
    case "choice": {
      const ends = node.parts.map(endOf);
      return ends.includes("open") ? "open" : ends.includes("loose") ? "loose" : "fixed";
    }
    case "group": case "atomic": return endOf(node.body);
    case "repeat": return node.least > 0 ? endOf(node.body) : "open";
    case "sequence": return node.parts.length === 0 ? "open" : endOf(node.parts[node.parts.length - 1]);
    default: return "open";
  }
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
