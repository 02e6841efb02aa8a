/**
 * What a JSON Schema that is written in the program says of the parts of a document.
 *
 * ```text
 * SCHEMA = {"type": "object", "additionalProperties": False, "properties": {
 *     "count": {"type": "integer"},                            document["count"]: number
 *     "name": {"type": "string", "pattern": "^[a-z]+$"},       document["name"]: plain-text, no-slash, …
 *     "size": {"enum": ["s", "l"]}}}                           document["size"]: fixed-choice
 * ```
 * A schema is followed through names that are stored once, merged dictionaries and copies. What is not understood
 * constrains nothing, and so does a schema into which something is stored elsewhere. Words for texts say nothing of other
 * types, so they count only beside `"type": "string"`.
 */
import { BuildKind, Op, callArg, callArgCount, callKeywordCount, callKeywordName, callKeywordValue } from "../ir/index.ts";
import { charsetOfRegex, guardsOfCharset } from "../values/index.ts";
import { anyItem, anyKey, isAttribute, itemKey } from "./paths.ts";
import { receiverValue } from "./ports.ts";
import { calledName } from "./relations.ts";
import type { Solver } from "./solver.ts";

/** How documents are checked where the schema alone does not say it. */
export interface SchemaUse {
  /** Formats are checked only by validators that were given a checker. */
  readonly checksFormats: boolean;
}

/** An entry of a schema: the row of its value, by its key. */
type Entries = ReadonlyMap<string, number>;

const depthMax = 12;
const entriesMax = 500;
const shortTextMax = 1000;
const none: readonly string[] = [];
const numbers = new Set(["integer", "number", "boolean", "null"]);
/** What holds of the text of every number, truth value and null, so that it counts beside what holds of a text. */
const numberText = ["text-value", "short-text", "no-quote", "no-markup", "no-slash", "relative-name", "no-dotdot", "no-crlf"];
/** What a number in its place need not be: it may have a sign, a point, an exponent. */
const ofDigits = new Set(["digits-text", "hex-text", "uuid-text", "identifier-text", "plain-text"]);
const copies = new Set(["copy", "deepcopy", "dict"]);
/** What Python's own reader of UUIDs lets through: braces, prefixes, underscores and blanks as well. */
const uuidCharacters = "[0-9a-zA-Z{}:_\\s-]*";

/** Guard kinds of the part `path` of a document that a schema lets through. */
export function schemaGuards(solver: Solver, schema: number, path: number, use: SchemaUse): readonly string[] {
  return new SchemaReader(solver, schema, use).guards(schema, path, 0);
}

/** Holds if a value is a schema of an object that is written in the program. */
export function isObjectSchema(solver: Solver, value: number): boolean {
  const reader = new SchemaReader(solver, value, { checksFormats: false });
  const entries = reader.entriesOf(value, 0);
  return entries !== undefined && reader.textsOf(entries.get("type") ?? -1).join() === "object" && entries.has("properties");
}

class SchemaReader {
  private readonly solver: Solver;
  private readonly root: number;
  private readonly use: SchemaUse;

  constructor(solver: Solver, root: number, use: SchemaUse) {
    this.solver = solver;
    this.root = root;
    this.use = use;
  }

  guards(row: number, path: number, depth: number): readonly string[] {
    const entries = depth > depthMax ? undefined : this.entriesOf(row, 0);
    if (!entries) return none;
    const out = new Set(path === 0 ? this.ofValue(entries) : this.ofPart(entries, path, depth));
    const next = (other: number): readonly string[] => this.guards(other, path, depth + 1);
    for (const each of this.listOf(entries.get("allOf") ?? -1)) for (const kind of next(each)) out.add(kind);
    for (const word of ["anyOf", "oneOf"]) {
      const ways = this.listOf(entries.get(word) ?? -1);
      for (const kind of common(ways.map(next))) out.add(kind);
    }
    const target = this.referred(entries);
    if (target >= 0) for (const kind of next(target)) out.add(kind);
    return [...out];
  }

  // ---- the value itself

  private ofValue(entries: Entries): readonly string[] {
    const out: string[] = [];
    const choices = entries.get("enum");
    if ((choices !== undefined && this.areConstants(choices)) || (entries.has("const") && this.areConstants(entries.get("const")!))) out.push("fixed-choice", "text-value");
    const types = this.textsOf(entries.get("type") ?? -1);
    if (types.length > 0 && types.every((type) => numbers.has(type))) out.push(types.every((type) => type === "boolean") ? "boolean" : "number", "number", ...numberText);
    const isText = types.includes("string") && types.every((type) => type === "string" || numbers.has(type));
    if (isText) out.push(...this.ofText(entries, types.length === 1));
    if (types.join() === "object" && this.isClosed(entries)) out.push("schema-checked");
    return out;
  }

  /** What holds of a text, and of numbers too where those are let through beside it. */
  private ofText(entries: Entries, isAlone: boolean): string[] {
    const out = ["text-value"];
    const length = this.numberOf(entries.get("maxLength") ?? -1);
    if (length !== undefined && length <= shortTextMax) out.push("short-text");
    const pattern = this.textsOf(entries.get("pattern") ?? -1)[0];
    const set = pattern === undefined ? undefined : charsetOfRegex(pattern, "search");
    const format = this.use.checksFormats ? this.textsOf(entries.get("format") ?? -1)[0] : undefined;
    const known = format === "uuid" ? charsetOfRegex(uuidCharacters, "fullmatch") : undefined;
    for (const each of [set, known]) if (each) out.push(...guardsOfCharset(each));
    if (isAlone && (format === "ipv4" || format === "ipv6")) out.push("ip-address");
    return isAlone ? out : out.filter((kind) => !ofDigits.has(kind));
  }

  // ---- parts

  private ofPart(entries: Entries, path: number, depth: number): readonly string[] {
    const { paths, ir } = this.solver;
    const head = paths.head(path);
    const rest = paths.tail(path);
    if (isAttribute(head)) return none;
    const type = this.textsOf(entries.get("type") ?? -1).join();
    if (head === anyKey && type === "object") return rest === 0 ? this.ofKeys(entries) : none;
    const constant = itemKey(head) < 0 ? undefined : ir.constants[itemKey(head)];
    if (constant?.type === "str") return this.ofProperty(entries, constant.value, rest, depth);
    if (type === "array" && (constant?.type === "int" || head === anyItem || head === anyKey)) return this.guards(entries.get("items") ?? -1, rest, depth + 1);
    return head === anyItem && type === "object" ? this.ofAllProperties(entries, rest, depth) : none;
  }

  private ofProperty(entries: Entries, key: string, path: number, depth: number): readonly string[] {
    const properties = this.mapOf(entries, "properties");
    if (!properties) return none;
    const own = properties.get(key);
    if (own !== undefined) return this.guards(own, path, depth + 1);
    if (entries.has("patternProperties")) return none;
    // A key that no document may have is not there.
    return this.isClosed(entries) ? ["constant", "fixed-choice"] : this.guards(entries.get("additionalProperties") ?? -1, path, depth + 1);
  }

  private ofAllProperties(entries: Entries, path: number, depth: number): readonly string[] {
    const more = entries.get("additionalProperties");
    if (more === undefined) return none;
    const maps = ["properties", "patternProperties"].map((word) => (entries.has(word) ? this.mapOf(entries, word) : new Map<string, number>()));
    if (maps.some((map) => map === undefined)) return none;
    const rows = [...maps.flatMap((map) => [...map!.values()]), ...(this.isFalse(more) ? [] : [more])];
    return common(rows.map((row) => this.guards(row, path, depth + 1)));
  }

  private ofKeys(entries: Entries): readonly string[] {
    if (!this.isFalse(entries.get("additionalProperties") ?? -1)) return none;
    const patterns = entries.has("patternProperties") ? this.mapOf(entries, "patternProperties") : new Map<string, number>();
    const properties = entries.has("properties") ? this.mapOf(entries, "properties") : new Map<string, number>();
    if (!patterns || !properties) return none;
    if (patterns.size === 0) return ["fixed-choice", "text-value"];
    // Beside names of the program, keys are what the expressions let through.
    const byName = properties.size === 0 ? [] : [guardsOfCharset(charsetOfRegex([...properties.keys()].map(escaped).join("|"), "fullmatch") ?? nothingKnown)];
    return common([...byName, ...[...patterns.keys()].map((pattern) => {
      const set = charsetOfRegex(pattern, "search");
      return set ? guardsOfCharset(set) : none;
    })]);
  }

  private isClosed(entries: Entries): boolean {
    return this.isFalse(entries.get("additionalProperties") ?? -1) && !entries.has("patternProperties") && this.mapOf(entries, "properties") !== undefined;
  }

  /** The schema that `"$ref": "#/definitions/name"` means, or -1. */
  private referred(entries: Entries): number {
    const text = this.textsOf(entries.get("$ref") ?? -1)[0];
    if (text === undefined || !text.startsWith("#/")) return -1;
    let at = this.root;
    for (const part of text.slice(2).split("/")) {
      const next = this.entriesOf(at, 0)?.get(part);
      if (next === undefined) return -1;
      at = next;
    }
    return at;
  }

  // ---- reading what is written

  private mapOf(entries: Entries, word: string): Entries | undefined {
    const row = entries.get(word);
    return row === undefined ? undefined : this.entriesOf(row, 0);
  }

  /** The entries of a dictionary all of whose keys are known; undefined if it is none, or may be written elsewhere. */
  entriesOf(row: number, depth: number): Entries | undefined {
    const { solver } = this;
    const { ir } = solver;
    const at = row < 0 ? -1 : this.made(row, depth);
    if (at < 0 || depth > depthMax || solver.itemStores.hasStores(at)) return undefined;
    const out = new Map<string, number>();
    if (ir.op.data[at] === Op.Call) {
      if (!this.copyInto(at, out, depth)) return undefined;
      return out;
    }
    if (ir.op.data[at] !== Op.Build || ir.a.data[at] !== BuildKind.Dict) return undefined;
    const items = ir.lists.toArray(ir.b.data[at]!);
    for (let i = 0; i + 1 < items.length; i += 2) {
      if (items[i]! < 0) {
        const merged = this.entriesOf(items[i + 1]!, depth + 1);
        if (!merged) return undefined;
        for (const [key, value] of merged) out.set(key, value);
        continue;
      }
      const key = solver.facts.literalOf(items[i]!);
      if (key?.type !== "str" || out.size > entriesMax) return undefined;
      out.set(key.value, items[i + 1]!);
    }
    return out;
  }

  /** `dict(A, k=v)`, `copy.deepcopy(A)`, `A.copy()`. */
  private copyInto(call: number, out: Map<string, number>, depth: number): boolean {
    const { ir } = this.solver;
    const name = calledName(this.solver, call);
    if (!copies.has(name) || callArgCount(ir, call) > 1) return false;
    const receiver = name === "copy" && callArgCount(ir, call) === 0 ? receiverValue(ir, call) : -1;
    const source = callArgCount(ir, call) === 1 ? callArg(ir, call, 0) : receiver;
    if (source >= 0) {
      const entries = this.entriesOf(source, depth + 1);
      if (!entries) return false;
      for (const [key, value] of entries) out.set(key, value);
    }
    for (let i = 0, n = callKeywordCount(ir, call); i < n; i++) {
      const word = callKeywordName(ir, call, i);
      if (word < 0 || name !== "dict") return false;
      out.set(ir.strings.text(word), callKeywordValue(ir, call, i));
    }
    return source >= 0 || name === "dict";
  }

  /** The row that makes a value, through names that are stored once and keep it as it is; -1 if there may be others. */
  private made(row: number, depth: number): number {
    const { ir, program, itemStores } = this.solver;
    let at = row;
    for (let i = depth; i <= depthMax; i++) {
      const op = ir.op.data[at]! as Op;
      if (itemStores.hasStores(at)) return -1;
      if (op === Op.Sigma) at = ir.a.data[at]!;
      else if (op === Op.Content) {
        // Handing a schema to a function changes nothing of it that `itemStores` does not know; a store does.
        if (ir.op.data[ir.b.data[at]!] !== Op.Call || this.solver.isMutator(ir.b.data[at]!)) return -1;
        at = ir.a.data[at]!;
      } else if (op === Op.Global || op === Op.Import || op === Op.Cell || op === Op.GetAttr) {
        const stores = program.storesOf(at);
        if (stores.length !== 1 || stores[0] === at) return -1;
        at = stores[0]!;
      } else return at;
    }
    return -1;
  }

  private listOf(row: number): readonly number[] {
    const { ir } = this.solver;
    const at = row < 0 ? -1 : this.made(row, 0);
    if (at < 0 || ir.op.data[at] !== Op.Build || ir.a.data[at] === BuildKind.Dict || ir.a.data[at] === BuildKind.Slice) return [];
    const items = ir.lists.toArray(ir.b.data[at]!);
    return items.some((item) => ir.op.data[item] === Op.Star) ? [] : items;
  }

  /** One text, or the texts of a list; empty if it is something else. */
  textsOf(row: number): readonly string[] {
    if (row < 0) return [];
    const { facts } = this.solver;
    const one = facts.literalOf(this.made(row, 0) < 0 ? row : this.made(row, 0));
    if (one) return one.type === "str" ? [one.value] : [];
    const items = this.listOf(row).map((item) => facts.literalOf(item));
    return items.every((item) => item?.type === "str") ? items.map((item) => (item?.type === "str" ? item.value : "")) : [];
  }

  private numberOf(row: number): number | undefined {
    const constant = row < 0 ? undefined : this.solver.facts.literalOf(row);
    return constant?.type === "int" ? Number(constant.value) : undefined;
  }

  private isFalse(row: number): boolean {
    return row >= 0 && this.solver.facts.literalOf(row)?.type === "false";
  }

  private areConstants(row: number): boolean {
    const { facts } = this.solver;
    if (facts.literalOf(row)) return true;
    const items = this.listOf(row);
    return items.length > 0 && items.every((item) => facts.literalOf(item) !== undefined);
  }
}

const nothingKnown = { ascii: new Array<boolean>(128).fill(true), other: true };

const escaped = (text: string): string => text.replace(/[^\w]/g, "\\$&");

/** What holds in each of several cases; nothing if there are none. */
function common(ways: readonly (readonly string[])[]): readonly string[] {
  const [first, ...more] = ways;
  return first === undefined ? none : first.filter((kind) => more.every((other) => other.includes(kind)));
}
