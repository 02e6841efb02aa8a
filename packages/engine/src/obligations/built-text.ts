/**
 * Texts that are put together character by character: what counts is which characters can stand in the whole, not that each
 * of them was checked.
 *
 * ```text
 * for c in x:
 *     if c.isalnum() or c in "-_": out += c      letters, digits, -, _ ...
 *     else: out += "%%%02X" % ord(c)             ... %, and hexadecimal digits
 * "".join(c if c.isalnum() else "_" for c in x)  letters, digits, _
 * if c in ALLOWED: parts.append(c)               "".join(parts): the characters of ALLOWED
 * ```
 * Where a way adds characters of which nothing is known, the whole is what it was made from.
 */
import { BinOp, BlockFlag, BuildKind, Op, callArg, callArgCount, callKeywordCount, callKeywordValue } from "../ir/index.ts";
import type { Charset } from "../values/index.ts";
import { characterSetOf, elementOf, guardsOf, iteratedOf, setOf, textsOf, unionOf, versionOf } from "./characters.ts";
import { LeafKind } from "./leaf.ts";
import { receiverValue } from "./ports.ts";
import { calledName } from "./relations.ts";
import type { Solver } from "./solver.ts";
import { unrefined } from "./value-versions.ts";
import type { Walk } from "./walk.ts";

const piecesMax = 60;
const valuesMax = 200;
const depthMax = 8;
const hexDigits = setOf([..."0123456789abcdefABCDEFxX-"], true);
const numberCharacters = setOf([..."0123456789abcdefABCDEFxX+-.,_eEjJ%naif "], true);

/** Goes on from a text that is built from characters; returns false if a value is none. */
export function visitBuiltText(solver: Solver, walk: Walk, node: number, value: number): boolean {
  if (walk.need.exact) return false;
  const pieces = piecesOf(solver, value);
  if (!pieces?.some((piece) => isCharacter(solver, piece))) return false;
  let all: Charset | undefined = emptySet;
  for (const piece of pieces) {
    const set: Charset | undefined = all && charsetOf(solver, piece, 0);
    all = all && set && unionOf(all, set);
  }
  const kind = all && guardsOf(all).find((each) => walk.stops(each));
  if (kind !== undefined) {
    walk.leaf(node, LeafKind.Proven, value, "charset", `it is built of characters that are ${kind}`);
    return true;
  }
  // The characters are those of what the loop goes over, whatever was asked of each.
  for (const piece of pieces) walk.push(isCharacter(solver, piece) ? versionOf(solver, piece) : piece, 0, node);
  return true;
}

const emptySet = setOf([], true);

const isCharacter = (solver: Solver, value: number): boolean => {
  const at = versionOf(solver, value);
  return solver.ir.op.data[at] === Op.Next && iteratedOf(solver, at) >= 0;
};

/** The parts of a text that a loop adds to, or that `join` puts together; undefined for other values. */
function piecesOf(solver: Solver, value: number): readonly number[] | undefined {
  const { ir } = solver;
  if (ir.op.data[value] === Op.Phi) {
    const isLoop = (ir.blocks.flags.data[ir.block.data[value]!]! & BlockFlag.LoopHead) !== 0;
    return isLoop ? addedTo(solver, value) : undefined;
  }
  if (ir.op.data[value] !== Op.Call || calledName(solver, value) !== "join" || callArgCount(ir, value) !== 1) return undefined;
  const separator = receiverValue(ir, value);
  const parts = callArg(ir, value, 0);
  const element = elementOf(solver, parts, true);
  const found = element >= 0 ? [element] : appendedTo(solver, parts);
  return separator < 0 || solver.facts.literalOf(separator)?.type !== "str" || !found ? undefined : [separator, ...found].flatMap((piece) => choicesOf(solver, piece));
}

/** What a loop adds to the text at its head, and what the text was before. */
function addedTo(solver: Solver, phi: number): readonly number[] | undefined {
  const { ir } = solver;
  const out: number[] = [];
  let adds = false;
  const seen = new Set([phi]);
  const todo = ir.lists.toArray(ir.a.data[phi]!);
  for (let v = todo.pop(); v !== undefined; v = todo.pop()) {
    if (seen.has(v)) continue;
    if (seen.size > valuesMax || out.length > piecesMax) return undefined;
    seen.add(v);
    const op = ir.op.data[v]! as Op;
    if (op === Op.Sigma || op === Op.Content) todo.push(ir.a.data[v]!);
    else if (op === Op.Phi) todo.push(...ir.lists.toArray(ir.a.data[v]!));
    else if (op === Op.Bin && (ir.a.data[v]! & 31) === BinOp.Add) {
      adds = true;
      todo.push(ir.b.data[v]!);
      out.push(...choicesOf(solver, ir.c.data[v]!));
    } else out.push(v);
  }
  return adds ? out : undefined;
}

/** What is appended to a list that begins empty. */
function appendedTo(solver: Solver, list: number): readonly number[] | undefined {
  const { ir } = solver;
  const out: number[] = [];
  const seen = new Set<number>();
  const todo = [list];
  for (let v = todo.pop(); v !== undefined; v = todo.pop()) {
    if (seen.has(v)) continue;
    if (seen.size > valuesMax || out.length > piecesMax) return undefined;
    seen.add(v);
    const op = ir.op.data[v]! as Op;
    if (op === Op.Sigma) todo.push(ir.a.data[v]!);
    else if (op === Op.Phi) todo.push(...ir.lists.toArray(ir.a.data[v]!));
    else if (op === Op.Content) {
      const effect = ir.b.data[v]!;
      todo.push(ir.a.data[v]!);
      if (ir.op.data[effect] !== Op.Call) return undefined;
      const name = calledName(solver, effect);
      if (name === "join" || !solver.mayWrite(v)) continue;
      if (name !== "append" || callArgCount(ir, effect) !== 1) return undefined;
      out.push(...choicesOf(solver, callArg(ir, effect, 0)));
    } else if (op !== Op.Build || ir.a.data[v] !== BuildKind.List || ir.lists.length(ir.b.data[v]!) > 0) return undefined;
  }
  return out;
}

/** The values that one piece can be: `c if ok(c) else "_"`. */
function choicesOf(solver: Solver, piece: number): readonly number[] {
  const { ir } = solver;
  if (ir.op.data[piece] !== Op.Phi) return [piece];
  const isLoop = (ir.blocks.flags.data[ir.block.data[piece]!]! & BlockFlag.LoopHead) !== 0;
  return isLoop ? [piece] : ir.lists.toArray(ir.a.data[piece]!).slice(0, piecesMax);
}

/** The characters that a piece can hold; undefined if nothing is known of them. */
function charsetOf(solver: Solver, value: number, depth: number): Charset | undefined {
  const { ir } = solver;
  if (depth > depthMax || value < 0) return undefined;
  const inner = (other: number): Charset | undefined => charsetOf(solver, other, depth + 1);
  const constants = solver.facts.constantsOf(value);
  if (constants && constants.length > 0) return ofTexts(constants.map((id) => ir.constants[id]).map((constant) => (constant?.type === "str" ? constant.value : undefined)));
  switch (ir.op.data[value]! as Op) {
    case Op.Sigma: {
      const iterated = iteratedOf(solver, value);
      if (iterated < 0) return inner(ir.a.data[value]!);
      const own = characterSetOf(solver, ir.b.data[value]!, ir.c.data[value] === 1, (text) => text === iterated);
      const before = inner(ir.a.data[value]!);
      return own && before ? { ascii: own.ascii.map((holds, i) => holds && before.ascii[i]!), other: own.other && before.other } : own ?? before;
    }
    case Op.Content: return inner(ir.a.data[value]!);
    case Op.Phi: return allOf(ir.lists.toArray(ir.a.data[value]!).map(inner));
    case Op.Fmt: {
      const specs = ir.lists.toArray(ir.b.data[value]!);
      return allOf(ir.lists.toArray(ir.a.data[value]!).map((part, i) => inner(part) ?? ((specs[i] ?? -1) >= 0 ? specCharset(solver, specs[i]!) : undefined)));
    }
    case Op.Bin: return (ir.a.data[value]! & 31) === BinOp.Add ? allOf([inner(ir.b.data[value]!), inner(ir.c.data[value]!)]) : percentCharset(solver, value, inner);
    case Op.GetItem: return itemCharset(solver, value, inner);
    case Op.Call: return callCharset(solver, value, inner);
    default: return undefined;
  }
}

/** What a format specification writes that only numbers have: `f"{ord(c):02x}"`. */
function specCharset(solver: Solver, spec: number): Charset | undefined {
  const text = solver.facts.literalOf(spec);
  return text?.type === "str" && /[bcdoxXeEfFgGn%]$/.test(text.value) ? numberCharacters : undefined;
}

function allOf(sets: readonly (Charset | undefined)[]): Charset | undefined {
  let out: Charset | undefined = emptySet;
  for (const set of sets) out = out && set && unionOf(out, set);
  return out;
}

const ofTexts = (texts: readonly (string | undefined)[]): Charset | undefined =>
  texts.includes(undefined) ? undefined : setOf(texts.flatMap((text) => [...(text ?? "")]), true);

type Inner = (value: number) => Charset | undefined;

/** `"%%%02X" % ord(c)`. */
function percentCharset(solver: Solver, value: number, inner: Inner): Charset | undefined {
  const { ir } = solver;
  if ((ir.a.data[value]! & 31) !== BinOp.Mod) return undefined;
  const format = solver.facts.literalOf(ir.b.data[value]!);
  if (format?.type !== "str") return undefined;
  const text = ofTexts([format.value]);
  const codes = [...format.value.replaceAll("%%", "").matchAll(/%[-+ #0]*\d*(?:\.\d+)?([a-zA-Z])/g)].map((match) => match[1]!);
  return codes.every((code) => /[diouxX]/.test(code)) ? allOf([text, hexDigits]) : allOf([text, inner(ir.c.data[value]!)]);
}

/** `TABLE[c]` of literals, and `hex(n)[2:]`. */
function itemCharset(solver: Solver, value: number, inner: Inner): Charset | undefined {
  const { ir } = solver;
  const key = ir.b.data[value]!;
  if (ir.op.data[key] === Op.Build && ir.a.data[key] === BuildKind.Slice) return inner(ir.a.data[value]!);
  const values = valuesOfTable(solver, ir.a.data[value]!);
  return values && ofTexts(values);
}

/** The texts that a dictionary of literals holds. */
function valuesOfTable(solver: Solver, table: number): readonly string[] | undefined {
  const { ir } = solver;
  let v = unrefined(ir, table);
  const op = ir.op.data[v]! as Op;
  if (op === Op.Global || op === Op.Import || op === Op.GetAttr || op === Op.Cell) {
    const stores = solver.program.storesOf(v);
    if (stores.length !== 1) return undefined;
    v = stores[0]!;
  }
  if (ir.op.data[v] !== Op.Build || ir.a.data[v] !== BuildKind.Dict || solver.itemStores.hasStores(v)) return undefined;
  const out: string[] = [];
  const items = ir.lists.toArray(ir.b.data[v]!);
  for (let i = 1; i < items.length; i += 2) {
    const text = items[i - 1]! < 0 ? undefined : solver.facts.literalOf(items[i]!);
    if (text?.type !== "str") return undefined;
    out.push(text.value);
  }
  return out;
}

function callCharset(solver: Solver, call: number, inner: Inner): Charset | undefined {
  const { ir } = solver;
  const name = calledName(solver, call);
  const receiver = receiverValue(ir, call);
  const given = Array.from({ length: callArgCount(ir, call) }, (_, i) => callArg(ir, call, i));
  if (receiver < 0) return /^(?:hex|oct|bin|ord|len|int|float)$/.test(name) ? numberCharacters : name === "str" && given.length === 1 ? inner(given[0]!) : undefined;
  if (/^(?:lower|upper|casefold|title|swapcase|capitalize)$/.test(name) && given.length === 0) {
    const set = inner(receiver);
    return set && unionOf(set, setOf([..."abcdefghijklmnopqrstuvwxyz"].flatMap((c) => (set.ascii[c.charCodeAt(0)] || set.ascii[c.charCodeAt(0) - 32] ? [c, c.toUpperCase()] : [])), true));
  }
  if (name === "format") {
    const values = [...given, ...Array.from({ length: callKeywordCount(ir, call) }, (_, i) => callKeywordValue(ir, call, i))];
    return allOf([inner(receiver), ...values.map(inner)]);
  }
  if (name === "get" && given.length > 0) {
    const values = valuesOfTable(solver, receiver);
    return values && allOf([ofTexts(values), ...(given.length > 1 ? [inner(given[1]!)] : [])]);
  }
  return textsOf(solver, call, 0) === undefined ? undefined : ofTexts(textsOf(solver, call, 0) ?? []);
}
