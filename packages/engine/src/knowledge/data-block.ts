/** The YAML of a data block, read strictly and with the position of every word. */
import { isAlias, isMap, isScalar, isSeq, LineCounter, type Node, type Pair, parseDocument } from "yaml";
import type { CodeBlock } from "./page.ts";
import { type PagePosition, PageProblems } from "./page-problem.ts";
import type { Parsed } from "./scanner.ts";

/** A scalar, list or map of the block, and where it stands. */
export interface Datum {
  readonly node: Node | null;
  readonly offset: number;
}

/** One `key: value` of a map. */
export interface Field {
  readonly name: string;
  readonly key: Datum;
  readonly value: Datum;
}

/** Deepest nesting of brackets or dashes; the YAML reader recurses, so it is checked before it runs. */
const nestingMax = 32;
const noDatum: Datum = { node: null, offset: 0 };

/** A data block opened for reading. Each reader reports what does not fit and gives back an empty value. */
export class DataBlock {
  readonly root: Datum;
  private readonly lines = new LineCounter();
  private readonly path: string;
  private readonly block: CodeBlock;
  private problems: PageProblems;

  constructor(path: string, block: CodeBlock, problems: PageProblems) {
    this.path = path;
    this.block = block;
    this.problems = problems;
    this.root = this.parse(block.lines.join("\n"));
  }

  private parse(text: string): Datum {
    const deep = nestsTooDeep(text);
    if (deep >= 0) {
      this.lines.addNewLine(0);
      this.error({ node: null, offset: 0 }, `the block nests more than ${nestingMax} levels`);
      return noDatum;
    }
    const document = parseDocument(text, { lineCounter: this.lines, prettyErrors: false, uniqueKeys: false });
    for (const problem of document.errors) {
      this.error({ node: null, offset: problem.pos[0] }, yamlMessage(problem.message));
    }
    if (document.errors.length > 0) return noDatum;
    const node = document.contents;
    return node === null ? noDatum : { node, offset: node.range?.[0] ?? 0 };
  }

  /** Reads ahead: what is wrong is left to be reported by a later reading of the same. */
  quietly<T>(read: () => T): T {
    const problems = this.problems;
    this.problems = new PageProblems();
    const value = read();
    this.problems = problems;
    return value;
  }

  position(datum: Datum, inner = 0): PagePosition {
    const { line, col } = this.lines.linePos(datum.offset + inner);
    // An offset in a block without any text has line 0.
    return { path: this.path, line: this.block.line + Math.max(1, line), column: Math.max(1, col) };
  }

  error(datum: Datum, message: string): void {
    this.problems.error(this.position(datum), message);
  }

  warn(datum: Datum, message: string): void {
    this.problems.warn(this.position(datum), message);
  }

  unknown(datum: Datum, what: string, word: string, known: Iterable<string>): void {
    this.problems.unknown(this.position(datum), what, word, known);
  }

  /** Reads a map with any keys. */
  fields(datum: Datum, what: string): Field[] {
    if (datum.node === null) return [];
    if (!isMap(datum.node)) {
      this.error(datum, `${what} must be a map of "key: value"`);
      return [];
    }
    const fields = datum.node.items.map((pair) => this.field(pair as Pair<Node, Node | null>, datum));
    const seen = new Set<string>();
    for (const { name, key } of fields) {
      if (name !== "" && seen.has(name)) this.error(key, `"${name}" stands here twice`);
      seen.add(name);
    }
    return fields;
  }

  private field(pair: Pair<Node, Node | null>, map: Datum): Field {
    const key: Datum = { node: pair.key, offset: pair.key?.range?.[0] ?? map.offset };
    const value: Datum = { node: pair.value, offset: pair.value?.range?.[0] ?? key.offset };
    return { name: this.word(key, "a key"), key, value };
  }

  /** Reads a map that may hold only `known` keys. */
  record(datum: Datum, what: string, known: readonly string[]): Map<string, Datum> {
    const record = new Map<string, Datum>();
    for (const field of this.fields(datum, what)) {
      if (known.includes(field.name)) record.set(field.name, field.value);
      else this.unknown(field.key, `key of ${what}`, field.name, known);
    }
    return record;
  }

  /** Reports the keys that a map lacks. */
  require(datum: Datum, record: ReadonlyMap<string, Datum>, what: string, keys: readonly string[]): void {
    if (!isMap(datum.node)) return;
    for (const key of keys) {
      if (!record.has(key)) this.error(datum, `${what} needs "${key}:"`);
    }
  }

  /** Reads a list; a single value is a list of one. */
  list(datum: Datum | undefined): Datum[] {
    if (datum === undefined || datum.node === null) return [];
    if (!isSeq(datum.node)) return [datum];
    return (datum.node.items as (Node | null)[]).map((node) => ({ node, offset: node?.range?.[0] ?? datum.offset }));
  }

  isMap(datum: Datum): boolean {
    return isMap(datum.node);
  }

  isList(datum: Datum): boolean {
    return isSeq(datum.node);
  }

  /** Reads a scalar: text, number, truth value or null. */
  scalar(datum: Datum, what: string): string | number | boolean | null {
    const node = datum.node;
    if (isScalar(node)) {
      const value = node.value;
      if (value === null || typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value;
    }
    if (isAlias(node)) this.error(datum, "YAML aliases are not read here; write the value out");
    else this.error(datum, `${what} must be a single value`);
    return null;
  }

  /** Holds if the scalar is a text by its spelling, not a number or truth value. */
  isText(datum: Datum): boolean {
    return isScalar(datum.node) && typeof datum.node.value === "string";
  }

  /** Reads text that is not empty. Numbers and truth values are taken as they are written. */
  word(datum: Datum | undefined, what: string): string {
    if (datum === undefined) return "";
    if (isScalar(datum.node) && typeof datum.node.value !== "string" && datum.node.source !== undefined && datum.node.source !== "") {
      return datum.node.source;
    }
    const value = this.scalar(datum, what);
    if (typeof value === "string" && value.trim() !== "") return value;
    if (value !== null || isScalar(datum.node)) this.error(datum, `${what} must not be empty`);
    return "";
  }

  words(datum: Datum | undefined, what: string): string[] {
    return this.list(datum).map((item) => this.word(item, what)).filter((word) => word !== "");
  }

  boolean(datum: Datum | undefined, what: string, otherwise: boolean): boolean {
    if (datum === undefined) return otherwise;
    const value = this.scalar(datum, what);
    if (typeof value === "boolean") return value;
    this.error(datum, `${what} must be true or false`);
    return otherwise;
  }

  /** Reads one of a closed list of words. */
  choice<T extends string>(datum: Datum | undefined, what: string, known: readonly T[], otherwise: T): T {
    if (datum === undefined) return otherwise;
    const word = this.word(datum, what);
    const found = known.find((candidate) => candidate === word);
    if (found === undefined && word !== "") this.unknown(datum, what, word, known);
    return found ?? otherwise;
  }

  /** Reads text in one of the small grammars; an error points into the text. */
  grammar<T>(datum: Datum | undefined, what: string, parse: (text: string) => Parsed<T>): T | undefined {
    if (datum === undefined) return undefined;
    const text = this.word(datum, what);
    if (text === "") return undefined;
    const parsed = parse(text);
    if (parsed.ok) return parsed.value;
    const quoted = isScalar(datum.node) && (datum.node.type === "QUOTE_DOUBLE" || datum.node.type === "QUOTE_SINGLE");
    this.problems.error(this.position(datum, parsed.offset + (quoted ? 1 : 0)), `${what} "${text}": ${parsed.message}`);
    return undefined;
  }
}

/** Makes the commonest YAML mistake of these pages understandable. */
function yamlMessage(message: string): string {
  const bracket = /flow|Unexpected|Plain value cannot start|Implicit|compact/i.test(message);
  const hint = bracket ? " (inside [ ] and { } a place with brackets must be quoted, or stand on a line of its own after a dash)" : "";
  return `${message.split("\n")[0]}${hint}`;
}

/** Finds where a text nests too deep to be given to the YAML reader, or -1. */
function nestsTooDeep(text: string): number {
  let open = 0;
  let dashes = 0;
  for (let i = 0; i < text.length; i++) {
    const char = text[i];
    if (char === "[" || char === "{") open++;
    else if ((char === "]" || char === "}") && open > 0) open--;
    else if (char === "\n") dashes = 0;
    else if ((char === "-" || char === "?") && text[i + 1] === " ") dashes++;
    if (open > nestingMax || dashes > nestingMax) return i;
  }
  return indentDepth(text) > nestingMax ? 0 : -1;
}

/** Counts how many different indentations are open at once, at most. */
function indentDepth(text: string): number {
  const open: number[] = [];
  let deepest = 0;
  for (const line of text.split("\n")) {
    const indent = line.search(/\S/);
    if (indent < 0) continue;
    while (open.length > 0 && open[open.length - 1] >= indent) open.pop();
    open.push(indent);
    deepest = Math.max(deepest, open.length);
  }
  return deepest;
}
