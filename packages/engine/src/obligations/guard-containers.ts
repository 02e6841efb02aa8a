/**
 * What membership says about a value, and which container it rests on.
 *
 * ```text
 * x in ("a", "b")              fixed-choice, whatever happens elsewhere
 * x in NAMES                   fixed-choice, as far as what is in NAMES is fine
 * TABLE.get(x) is not None     x is a key of TABLE
 * set(x) <= LETTERS            the characters of x, or the items of a list x
 * ```
 */
import { BuildKind, Op, callArg, callArgCount } from "../ir/index.ts";
import type { CallTarget } from "../program/index.ts";
import { characterGuards, setGuards, textsOf } from "./characters.ts";
import { extensionGuards } from "./extension-checks.ts";
import { literalText } from "./constants.ts";
import { type GuardAnswer, type GuardQuestion, kindsOf, nothing, urlPartGuards } from "./guards.ts";
import { receiverValue } from "./ports.ts";
import { calledName, isVersionOf, relate } from "./relations.ts";
import type { Solver } from "./solver.ts";

/** A container that a value was found in, or a value that it is equal to. Seen from a caller, `via` are the calls that lead to it, the innermost first. */
export interface Choice {
  readonly container: number;
  readonly isEqual?: boolean;
  readonly via: readonly { readonly call: number; readonly target: CallTarget & { kind: "project" } }[];
}

const depthMax = 8;

export function guardsOfSet(solver: Solver, question: GuardQuestion): GuardAnswer | undefined {
  const isText = (value: number): boolean => relate(solver, value, question).type !== "none";
  const kinds = setGuards(solver, question.condition, question.polarity, isText);
  return kinds && kindsOf(...kinds);
}

export function guardsOfMembership(solver: Solver, question: GuardQuestion, left: number, right: number, holds: boolean): GuardAnswer {
  const extension = holds ? extensionGuards(solver, question, left, right, false) : nothing;
  if (extension.kinds.length > 0) return extension;
  const needle = relate(solver, left, question);
  if (needle.type !== "none") {
    const characters = holds ? characterGuards(solver, left, textsOf(solver, right, 0)) : undefined;
    if (characters) return kindsOf(...characters);
    // `x in "abc"` asks for a part of a text, not for a choice.
    if (literalText(solver, right) !== undefined) return holds ? kindsOf("constant") : nothing;
    if (!holds) return nothing;
    return oneOf(solver, right, needle.type === "url-part" ? urlPartGuards(needle.part) : ["fixed-choice"]);
  }
  if (holds) return nothing;
  const part = literalText(solver, left);
  const inner = part !== undefined ? innerOf(solver, right) : -1;
  if (inner >= 0 && isVersionOf(solver, question.subject, inner)) return isQuoted(solver, question.subject, part!) ? kindsOf("quoted-literal") : nothing;
  const haystack = relate(solver, right, question);
  if (haystack.type === "none" || haystack.type === "url-part" || part === undefined) return nothing;
  return kindsOf(...absentTextGuards(part));
}

/** What holds of a value that is one of the items of a container. */
export function oneOf(solver: Solver, container: number, kinds: readonly string[]): GuardAnswer {
  if (kinds.length === 0) return nothing;
  if (isFixed(solver, container, 0)) return kindsOf(...kinds);
  const choices: readonly Choice[] = [{ container, via: [] }];
  return { kinds, choices: new Map(kinds.map((kind) => [kind, choices])), isUnknown: false };
}

/** `TABLE[x]` and `TABLE.get(x)` that give something: x is a key. */
export function guardsOfLookUp(solver: Solver, question: GuardQuestion, container: number, key: number): GuardAnswer {
  return relate(solver, key, question).type === "none" ? nothing : oneOf(solver, container, ["fixed-choice"]);
}

/** Holds if a container is a display of literals that nothing writes to: what is in it need not be asked. */
function isFixed(solver: Solver, value: number, depth: number): boolean {
  const { ir } = solver;
  if (depth > depthMax || value < 0 || solver.itemStores.hasStores(value)) return false;
  if (textsOf(solver, value, 0) !== undefined) return isUnwritten(solver, value, depth);
  const inner = (other: number): boolean => isFixed(solver, other, depth + 1);
  switch (ir.op.data[value]! as Op) {
    case Op.Const: return true;
    case Op.Build: {
      const items = ir.lists.toArray(ir.b.data[value]!);
      const isDict = ir.a.data[value] === BuildKind.Dict;
      return items.every((item, i) => (isDict && i % 2 === 1) || (item >= 0 && isLiteral(solver, item)));
    }
    case Op.Sigma: return inner(ir.a.data[value]!);
    case Op.Call: {
      const name = calledName(solver, value);
      const receiver = receiverValue(ir, value);
      if (receiver >= 0) return (name === "keys" || name === "copy") && inner(receiver);
      return /^(?:set|frozenset|list|tuple|sorted)$/.test(name) && callArgCount(ir, value) === 1 && inner(callArg(ir, value, 0));
    }
    case Op.Global: case Op.Import: case Op.Cell: case Op.GetAttr: {
      const stores = solver.program.storesOf(value);
      return stores.length === 1 && stores[0] !== value && inner(stores[0]!);
    }
    default: return false;
  }
}

/** Holds if no store is known into what a name stands for. */
function isUnwritten(solver: Solver, value: number, depth: number): boolean {
  const { ir } = solver;
  if (solver.itemStores.hasStores(value)) return false;
  const op = ir.op.data[value]! as Op;
  if (op === Op.Sigma) return isUnwritten(solver, ir.a.data[value]!, depth);
  if (op !== Op.Global && op !== Op.Import && op !== Op.Cell && op !== Op.GetAttr) return true;
  return depth < depthMax && solver.program.storesOf(value).every((store) => store === value || isUnwritten(solver, store, depth + 1));
}

function isLiteral(solver: Solver, value: number): boolean {
  const { ir } = solver;
  if (ir.op.data[value] === Op.Star) return isFixed(solver, ir.a.data[value]!, 1);
  const constants = solver.facts.constantsOf(value);
  if (constants && constants.length > 0) return true;
  return ir.op.data[value] === Op.Build && isFixed(solver, value, 1);
}

/** The value of which an expression is all but the first and the last character, or -1. */
function innerOf(solver: Solver, expression: number): number {
  const { ir } = solver;
  if (ir.op.data[expression] !== Op.GetItem) return -1;
  const key = ir.b.data[expression]!;
  if (ir.op.data[key] !== Op.Build || ir.a.data[key] !== BuildKind.Slice) return -1;
  const bounds = [0, 1].map((i) => {
    const constant = solver.facts.literalOf(ir.lists.at(ir.b.data[key]!, i));
    return constant?.type === "int" ? Number(constant.value) : undefined;
  });
  return bounds[0] === 1 && bounds[1] === -1 ? ir.a.data[expression]! : -1;
}

/** Holds if earlier checks of the same value found this quote at its start and at its end. */
function isQuoted(solver: Solver, subject: number, quote: string): boolean {
  const { ir } = solver;
  const found = new Set<string>();
  let v = subject;
  for (let i = 0; i < 24; i++) {
    const op = ir.op.data[v]!;
    if (op !== Op.Sigma && op !== Op.Content) break;
    const condition = ir.b.data[v]!;
    if (op === Op.Sigma && ir.c.data[v] === 1 && ir.op.data[condition] === Op.Call && callArgCount(ir, condition) === 1) {
      if (literalText(solver, callArg(ir, condition, 0)) === quote) found.add(calledName(solver, condition));
    }
    v = ir.a.data[v]!;
  }
  return found.has("startswith") && found.has("endswith");
}

/** What the absence of a text from a value rules out. A backslash parts no folders, and a carriage return alone ends no line. */
export function absentTextGuards(part: string): string[] {
  if (part === ".." || part === "../" || part === ".") return ["no-dotdot"];
  if (part === "/") return ["no-slash"];
  if (part === "'" || part === '"' || part === "`") return ["no-quote"];
  return part === "\n" ? ["no-crlf"] : [];
}

