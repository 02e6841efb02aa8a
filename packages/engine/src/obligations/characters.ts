/**
 * Checks of the characters of a text, one by one or as a set.
 *
 * ```text
 * all(c.isalnum() or c in "-_" for c in x)      true: letters, digits, - and _
 * any(c in BAD for c in x)                      false: none of BAD
 * any(c in x for c in BAD)                      false: none of BAD
 * set(x) <= ALLOWED                             true: only ALLOWED
 * ```
 */
import { BinOp, BuildKind, CmpOp, Op, callArg, callArgCount, functionOf } from "../ir/index.ts";
import { type Charset, charsetOfRegex, guardsOfCharset } from "../values/index.ts";
import { absentTextGuards } from "./guard-containers.ts";
import { calledName } from "./relations.ts";
import { receiverValue } from "./ports.ts";
import type { Solver } from "./solver.ts";
import { unmerged } from "./value-versions.ts";

/** Holds if a value is the text that is asked about. */
export type IsText = (value: number) => boolean;

const depthMax = 8;
const textsMax = 200;

/** Holds if a value is `origin` wherever it comes from: conditions in a loop over a text merge versions of it. */
export function mergesTo(solver: Solver, value: number, origin: number): boolean {
  const { ir } = solver;
  const seen = new Set<number>();
  const queue = [value];
  for (let v = queue.pop(); v !== undefined; v = queue.pop()) {
    if (v === origin || seen.has(v)) continue;
    if (seen.size >= textsMax) return false;
    seen.add(v);
    const op = ir.op.data[v]!;
    if (op === Op.Sigma || op === Op.Content) queue.push(ir.a.data[v]!);
    else if (op === Op.Phi) queue.push(...ir.lists.toArray(ir.a.data[v]!));
    else return false;
  }
  return true;
}

/** Guards of the text when `any(...)` or `all(...)` over a generator expression has this truth; undefined if it says nothing known. */
export function comprehensionGuards(solver: Solver, call: number, truth: boolean, isText: IsText): readonly string[] | undefined {
  const { ir } = solver;
  // any() that is true and all() that is false tell of some character only, which is nothing.
  const isAll = calledName(solver, call) === "all";
  if (truth !== isAll) return comprehensionGuards(solver, call, isAll, isText) && [];
  const element = elementOf(solver, callArg(ir, call, 0));
  if (element < 0) return undefined;
  const absent = truth ? undefined : absentTexts(solver, element, isText);
  if (absent) return absentGuards(absent);
  const set = charsetOf(solver, element, truth, isText, 0);
  return set && guardsOf(set);
}

/** Guards of the text when a condition on `set(text)` has this truth; undefined if it is none. */
export function setGuards(solver: Solver, condition: number, truth: boolean, isText: IsText): readonly string[] | undefined {
  const { ir } = solver;
  const op = ir.op.data[condition]! as Op;
  const isSetOfText = (value: number): boolean => {
    const isSet = ir.op.data[value] === Op.Call && /^(?:set|frozenset)$/.test(calledName(solver, value)) && callArgCount(ir, value) === 1;
    return isSet && isText(callArg(ir, value, 0));
  };
  let other = -1;
  let isSubset = truth;
  if (op === Op.Cmp && ir.a.data[condition] === CmpOp.LtE && isSetOfText(ir.b.data[condition]!)) other = ir.c.data[condition]!;
  else if (op === Op.Cmp && ir.a.data[condition] === CmpOp.GtE && isSetOfText(ir.c.data[condition]!)) other = ir.b.data[condition]!;
  else if (op === Op.Call && callArgCount(ir, condition) === 1 && isSetOfText(receiverValue(ir, condition))) {
    const name = calledName(solver, condition);
    if (truth && (name === "issubset" || name === "isdisjoint")) other = callArg(ir, condition, 0);
    isSubset = name === "issubset";
  } else if (op === Op.Bin && !truth && isSetOfText(ir.b.data[condition]!)) {
    const operator = ir.a.data[condition]! & 31;
    if (operator === BinOp.Sub || operator === BinOp.BitAnd) other = ir.c.data[condition]!;
    isSubset = operator === BinOp.Sub;
  }
  const texts = other < 0 || (op === Op.Cmp && !truth) ? undefined : textsOf(solver, other, 0);
  return texts && guardsOf(setOf(texts, isSubset));
}

/** One round of a comprehension without filters over one thing. */
export interface Round {
  readonly element: number;
  /** The variable, and what it goes over. */
  readonly item: number;
  readonly iterated: number;
}

/** What a comprehension without filters does in each round, if its variable stands in its element. */
export function comprehensionOf(solver: Solver, value: number): Round | undefined {
  const { ir } = solver;
  const element = elementOf(solver, value);
  if (element < 0) return undefined;
  const block = ir.block.data[element]!;
  for (let row = ir.blocks.first.data[block]!; row < element; row++) {
    if (ir.op.data[row] !== Op.Next) continue;
    const iterated = iteratedOf(solver, row);
    return iterated < 0 ? undefined : { element, item: row, iterated };
  }
  return undefined;
}

/** The element of a comprehension, or -1; also of one with filters, where that is asked for. */
export function elementOf(solver: Solver, value: number, isFiltered = false): number {
  const { ir } = solver;
  if (ir.op.data[value] !== Op.Phi) return -1;
  let element = -1;
  for (const input of ir.lists.toArray(ir.a.data[value]!)) {
    if (ir.op.data[input] === Op.Build || (isFiltered && input === value)) continue;
    if (ir.op.data[input] !== Op.Content || ir.op.data[ir.b.data[input]!] !== Op.Append || element >= 0) return -1;
    element = ir.b.data[ir.b.data[input]!]!;
  }
  return element;
}

/** The characters for which a condition on one of them has this truth; undefined if it says nothing known. */
export function characterSetOf(solver: Solver, condition: number, truth: boolean, isText: IsText): Charset | undefined {
  return charsetOf(solver, condition, truth, isText, 0);
}

/** The characters of either set. */
export const unionOf = (a: Charset, b: Charset): Charset => ({ ascii: a.ascii.map((holds, i) => holds || b.ascii[i]!), other: a.other || b.other });

/** The value that a round of a loop goes over, if `value` is its variable. */
export function iteratedOf(solver: Solver, value: number): number {
  const { ir } = solver;
  let v = value;
  for (let i = 0; i < 8 && (ir.op.data[v] === Op.Sigma || ir.op.data[v] === Op.Content); i++) v = ir.a.data[v]!;
  if (ir.op.data[v] !== Op.Next || ir.op.data[ir.a.data[v]!] !== Op.Iter) return -1;
  return ir.a.data[ir.a.data[v]!]!;
}

const isCharacter = (solver: Solver, value: number, isText: IsText): boolean => {
  const iterated = iteratedOf(solver, value);
  return iterated >= 0 && isText(iterated);
};

/** The texts that `c in x for c in BAD` looks for. */
function absentTexts(solver: Solver, element: number, isText: IsText): readonly string[] | undefined {
  const { ir } = solver;
  if (ir.op.data[element] !== Op.Cmp || ir.a.data[element] !== CmpOp.In || !isText(ir.c.data[element]!)) return undefined;
  const iterated = iteratedOf(solver, ir.b.data[element]!);
  return iterated < 0 ? undefined : textsOf(solver, iterated, 0);
}

/**
 * What holds of the variable of a loop that is one of these characters and is added to a text: what counts is what can be
 * written with the characters, not that each is one of few.
 */
export function characterGuards(solver: Solver, value: number, texts: readonly string[] | undefined): readonly string[] | undefined {
  if (!texts || texts.length === 0 || texts.some((text) => text.length !== 1)) return undefined;
  return iteratedOf(solver, value) >= 0 && isAddedToText(solver, value) ? guardsOf(setOf(texts, true)) : undefined;
}

/** Holds if a sum of the same function takes in a version of a value: `out += c`. */
function isAddedToText(solver: Solver, value: number): boolean {
  const { ir } = solver;
  const origin = versionOf(solver, value);
  const fn = functionOf(ir, value);
  for (let row = fn.firstInstr; row < fn.endInstr; row++) {
    if (ir.op.data[row] !== Op.Bin || (ir.a.data[row]! & 31) !== BinOp.Add) continue;
    if (mergesTo(solver, ir.c.data[row]!, origin)) return true;
  }
  return false;
}

/** The value that branches refined and calls looked at. */
export function versionOf(solver: Solver, value: number): number {
  const { ir } = solver;
  let v = value;
  for (let i = 0; i < textsMax && (ir.op.data[v] === Op.Sigma || ir.op.data[v] === Op.Content); i++) v = ir.a.data[v]!;
  return v;
}

export function absentGuards(texts: readonly string[]): readonly string[] {
  const out = new Set(texts.flatMap(absentTextGuards));
  for (const kind of guardsOf(setOf(texts, false))) out.add(kind);
  return [...out];
}

/** The characters for which a condition on one of them has this truth; a superset. */
function charsetOf(solver: Solver, condition: number, truth: boolean, isText: IsText, depth: number): Charset | undefined {
  const { ir } = solver;
  if (depth > depthMax) return undefined;
  const inner = (value: number, wanted: boolean): Charset | undefined => charsetOf(solver, value, wanted, isText, depth + 1);
  switch (ir.op.data[condition]! as Op) {
    case Op.Not: return inner(ir.a.data[condition]!, !truth);
    case Op.Sigma: return inner(ir.a.data[condition]!, truth);
    case Op.Phi: {
      // `a or b` is a phi of a where it is true, and b.
      let out: Charset | undefined;
      for (const input of ir.lists.toArray(ir.a.data[condition]!)) {
        if (ir.op.data[input] === Op.Sigma && ir.a.data[input] === ir.b.data[input] && (ir.c.data[input] === 1) !== truth) continue;
        const set = inner(input, truth);
        if (!set) return undefined;
        const before: Charset | undefined = out;
        out = before ? { ascii: before.ascii.map((holds, i) => holds || set.ascii[i]!), other: before.other || set.other } : set;
      }
      return out;
    }
    case Op.Cmp: {
      const op = ir.a.data[condition]!;
      const isPositive = op === CmpOp.In || op === CmpOp.Eq;
      if (!isPositive && op !== CmpOp.NotIn && op !== CmpOp.NotEq) return undefined;
      if (!isCharacter(solver, ir.b.data[condition]!, isText)) return undefined;
      const texts = textsOf(solver, ir.c.data[condition]!, 0);
      return texts && setOf(texts, truth === isPositive);
    }
    case Op.Call: {
      const pattern = classes.get(calledName(solver, condition));
      return truth && pattern !== undefined && isCharacter(solver, receiverValue(ir, condition), isText) ? charsetOfRegex(pattern, "fullmatch") : undefined;
    }
    default: return undefined;
  }
}

const classes: ReadonlyMap<string, string> = new Map([
  ["isalnum", "[A-Za-z0-9]+"], ["isalpha", "[A-Za-z]+"], ["isdigit", "[0-9]+"], ["isdecimal", "[0-9]+"], ["isnumeric", "[0-9]+"],
  ["isidentifier", "\\w+"], ["islower", "[a-z]+"], ["isupper", "[A-Z]+"],
]);

/** The set of the single characters among texts, or all others. */
export function setOf(texts: readonly string[], isAllowed: boolean): Charset {
  const ascii = new Array<boolean>(128).fill(!isAllowed);
  let other = !isAllowed;
  for (const text of texts) {
    if (text.length !== 1) continue;
    const code = text.charCodeAt(0);
    if (code < 128) ascii[code] = isAllowed;
    else if (isAllowed) other = true;
  }
  return { ascii, other };
}

export function guardsOf(set: Charset): readonly string[] {
  const lacks = (characters: string): boolean => [...characters].every((c) => !set.ascii[c.charCodeAt(0)]);
  return [
    ...guardsOfCharset(set),
    ...(lacks("<>&\"'") ? ["html-escaped", "xml-escaped"] : []),
    ...(lacks(" \t\n\r\"'`\\$&|;<>(){}[]*?!#~^") ? ["shell-safe"] : []),
  ];
}

const alphabets: Readonly<Record<string, string>> = {
  ascii_lowercase: "abcdefghijklmnopqrstuvwxyz", ascii_uppercase: "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
  ascii_letters: "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", digits: "0123456789", hexdigits: "0123456789abcdefABCDEF",
  octdigits: "01234567", whitespace: " \t\n\r\v\f", punctuation: "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~",
};

/** The characters of a constant text, or the texts of a constant collection. */
export function textsOf(solver: Solver, value: number, depth: number): readonly string[] | undefined {
  const { ir } = solver;
  if (depth > depthMax || value < 0) return undefined;
  const constant = solver.facts.literalOf(value);
  if (constant?.type === "str") return constant.value.length <= textsMax ? [...constant.value] : undefined;
  switch (ir.op.data[value]! as Op) {
    case Op.Build: {
      const out: string[] = [];
      const isDict = ir.a.data[value] === BuildKind.Dict;
      for (const [i, item] of ir.lists.toArray(ir.b.data[value]!).entries()) {
        // A dictionary is its keys; what is spread into it is not known.
        if (item < 0) return undefined;
        if (isDict && i % 2 === 1) continue;
        const text = solver.facts.literalOf(item);
        if (text?.type !== "str" || out.length >= textsMax) return undefined;
        out.push(text.value);
      }
      return out;
    }
    case Op.Bin: {
      const operator = ir.a.data[value]! & 31;
      if (operator !== BinOp.Add && operator !== BinOp.BitOr) return undefined;
      const left = textsOf(solver, ir.b.data[value]!, depth + 1);
      const right = textsOf(solver, ir.c.data[value]!, depth + 1);
      return left && right && [...left, ...right];
    }
    case Op.Call: {
      const isCollection = /^(?:set|frozenset|list|tuple)$/.test(calledName(solver, value)) && callArgCount(ir, value) === 1;
      return isCollection ? textsOf(solver, callArg(ir, value, 0), depth + 1) : undefined;
    }
    case Op.Sigma: return textsOf(solver, ir.a.data[value]!, depth + 1);
    case Op.Phi: {
      // A list that a loop only asks is the list before the loop.
      const before = unmerged(solver, value);
      return before === value ? undefined : textsOf(solver, before, depth + 1);
    }
    case Op.GetAttr: case Op.Global: case Op.Import: case Op.Cell: return textsOfName(solver, value, depth);
    default: return undefined;
  }
}

function textsOfName(solver: Solver, value: number, depth: number): readonly string[] | undefined {
  const { ir } = solver;
  const stores = solver.program.storesOf(value);
  if (stores.length === 1 && stores[0] !== value) return textsOf(solver, stores[0]!, depth + 1);
  const op = ir.op.data[value]!;
  const isImport = op === Op.Import && ir.b.data[value]! >= 0;
  const name = op === Op.GetAttr ? ir.strings.text(ir.b.data[value]!) : isImport ? ir.strings.text(ir.b.data[value]!) : "";
  const alphabet = alphabets[name];
  if (alphabet === undefined) return undefined;
  return isImport ? (ir.strings.text(ir.a.data[value]!) === "string" ? [...alphabet] : undefined)
    : isStringModule(solver, ir.a.data[value]!) ? [...alphabet] : undefined;
}

/** Holds if a value is the module `string` of the standard library. */
function isStringModule(solver: Solver, value: number): boolean {
  const { ir } = solver;
  if (ir.op.data[value] === Op.Import) return ir.b.data[value]! < 0 && ir.strings.text(ir.a.data[value]!) === "string";
  if (ir.op.data[value] !== Op.Global) return false;
  const stores = solver.program.storesOf(value);
  if (stores.length === 0) return ir.strings.text(ir.a.data[value]!) === "string";
  return stores.every((store) => ir.op.data[store] === Op.Import && isStringModule(solver, store));
}
