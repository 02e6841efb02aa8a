/**
 * How an expression in a condition relates to the value that is asked about.
 *
 * ```text
 * x.strip()                   the text of x
 * os.path.realpath(x)         x, normalised as a path
 * urlparse(x).netloc          a part of the address x
 * upload.filename             the part of `upload` that is asked about
 * ```
 */
import { BinOp, Op, callArg, callArgCount, callCallee, callKeyword } from "../ir/index.ts";
import type { GuardQuestion } from "./guards.ts";
import { attributeSelector, itemSelector } from "./paths.ts";
import { receiverValue } from "./ports.ts";
import type { Solver } from "./solver.ts";
import { unmerged } from "./value-versions.ts";

/** How an expression relates to the subject of a question. */
export type Relation =
  | { readonly type: "same" }
  /** Derived by steps that keep all of the text: strip, lower, decode, str. */
  | { readonly type: "text" }
  /** Derived, then normalised as a path. */
  | { readonly type: "normalised" }
  /** The host (or another part) of the subject read as a URL. */
  | { readonly type: "url-part"; readonly part: string }
  | { readonly type: "none" };

const textMethods = new Set([
  "strip", "lstrip", "rstrip", "lower", "upper", "casefold", "decode", "encode", "title", "capitalize", "swapcase",
]);
const urlParsers = new Set(["urlparse", "urlsplit", "url_parse", "parse_url"]);
/** What an address means seen from here: the last argument decides where it leads. */
const urlJoiners = new Set(["urljoin", "url_join", "build_absolute_uri", "make_absolute_url"]);
const pathMethods = new Set(["resolve", "absolute"]);
const pathNormalisers = new Set(["realpath", "abspath", "normpath", "resolve", "absolute"]);

/** Follows an expression back to the subject, over at most a dozen steps. */
export function relate(solver: Solver, expression: number, question: GuardQuestion): Relation {
  const { ir } = solver;
  let relation: Relation = isNormalised(solver, question.subject) ? { type: "normalised" } : { type: "same" };
  let v = expression;
  for (let i = 0; i < 12; i++) {
    if (isPartAskedAbout(solver, v, question)) return relation;
    const op = ir.op.data[v]! as Op;
    if (op === Op.Sigma || op === Op.Content) v = ir.a.data[v]!;
    else if (op === Op.GetAttr) {
      const part = ir.strings.text(ir.b.data[v]!);
      if (relation.type !== "url-part") relation = { type: "url-part", part };
      v = ir.a.data[v]!;
    } else if (op === Op.Call) {
      const step = relateCall(solver, v, relation);
      if (!step) return { type: "none" };
      relation = step.relation;
      v = step.value;
    } else if (op === Op.Fmt && ir.lists.length(ir.a.data[v]!) === 1) v = ir.lists.at(ir.a.data[v]!, 0);
    else if (op === Op.Fmt || (op === Op.Bin && joinsText(solver, v))) {
      const inner = relateAny(solver, v, question);
      return inner ? relation : { type: "none" };
    } else return { type: "none" };
  }
  return { type: "none" };
}

function relateCall(solver: Solver, call: number, relation: Relation): { relation: Relation; value: number } | undefined {
  const { ir } = solver;
  const name = calledName(solver, call);
  const receiver = receiverValue(ir, call);
  const first = callArgCount(ir, call) > 0 ? callArg(ir, call, 0) : -1;
  // What strip(characters) takes away is not looked at, and may be anything of them.
  if (/^[lr]?strip$/.test(name) && first >= 0) return undefined;
  if (name === "format" && receiver >= 0) return relateFormat(solver, call, receiver, relation);
  if (textMethods.has(name) && receiver >= 0) return { relation: relation.type === "same" ? { type: "text" } : relation, value: receiver };
  if (name === "str" && first >= 0) return { relation, value: first };
  if (urlParsers.has(name) && first >= 0) return { relation, value: first };
  if (urlJoiners.has(name) && callArgCount(ir, call) >= 1) return { relation, value: callArg(ir, call, callArgCount(ir, call) - 1) };
  if (pathMethods.has(name) && receiver >= 0 && first < 0) return { relation: { type: "normalised" }, value: receiver };
  if (pathNormalisers.has(name)) return { relation: { type: "normalised" }, value: first >= 0 ? first : receiver };
  if (name === "as_posix" && receiver >= 0) return { relation, value: receiver };
  if (name === "join" && callArgCount(ir, call) >= 2) return { relation, value: callArg(ir, call, callArgCount(ir, call) - 1) };
  if (/^(?:Path|PurePath|PosixPath|fsencode|fsdecode|expanduser)$/.test(name) && first >= 0) return { relation, value: first };
  return undefined;
}

/** `"{uri.hostname}".format(uri=parsed)`: one attribute of an argument, and nothing else. */
function relateFormat(solver: Solver, call: number, receiver: number, relation: Relation): { relation: Relation; value: number } | undefined {
  const { ir } = solver;
  const format = solver.facts.literalOf(receiver);
  const field = format?.type === "str" ? /^\{(\w*)(?:\.(\w+))?\}$/.exec(format.value) : null;
  if (!field) return undefined;
  const id = ir.strings.find(field[1]!);
  const index = /^\d*$/.test(field[1]!) ? Number(field[1]) : -1;
  const value = index >= 0 ? (index < callArgCount(ir, call) ? callArg(ir, call, index) : -1) : id === undefined || id < 0 ? -1 : callKeyword(ir, call, id);
  if (value < 0) return undefined;
  return { relation: field[2] === undefined || relation.type === "url-part" ? relation : { type: "url-part", part: field[2] }, value };
}

/** Holds for operators that put texts together: all of an operand is in the result. */
function joinsText(solver: Solver, value: number): boolean {
  const operator = solver.ir.a.data[value]! & 31;
  return operator === BinOp.Add || operator === BinOp.Div || operator === BinOp.Mod;
}

/** Holds if some operand of a formatted text or sum is the subject. */
function relateAny(solver: Solver, value: number, question: GuardQuestion): boolean {
  const { ir } = solver;
  const op = ir.op.data[value]!;
  const operands = op === Op.Fmt ? ir.lists.toArray(ir.a.data[value]!) : (ir.a.data[value]! & 31) === BinOp.Mod ? [ir.c.data[value]!] : [ir.b.data[value]!, ir.c.data[value]!];
  return operands.some((operand) => {
    let v = operand;
    for (let i = 0; i < 4; i++) {
      if (isPartAskedAbout(solver, v, question)) return true;
      if (ir.op.data[v] === Op.Sigma || ir.op.data[v] === Op.Content) v = ir.a.data[v]!;
      else if (ir.op.data[v] === Op.Bin) v = ir.b.data[v]!;
      else return false;
    }
    return false;
  });
}

/** Holds if an expression is the part of the subject that is asked about, at this or an earlier version of it. */
export function isPartAskedAbout(solver: Solver, expression: number, question: GuardQuestion): boolean {
  const { ir, paths } = solver;
  const { subject, path } = question;
  if (isVersionOf(solver, subject, expression) || isVersionOf(solver, expression, subject)) return true;
  if (path === 0) return false;
  const op = ir.op.data[expression]!;
  const head = paths.head(path);
  if (op === Op.GetAttr) return isSameObject(solver, ir.a.data[expression]!, subject) && head === attributeSelector(ir.b.data[expression]!);
  if (op === Op.GetItem) {
    const keys = solver.facts.constantsOf(ir.b.data[expression]!);
    return isSameObject(solver, ir.a.data[expression]!, subject) && keys?.length === 1 && head === itemSelector(keys[0]!);
  }
  if (op === Op.Call && calledName(solver, expression) === "get" && callArgCount(ir, expression) > 0) {
    const keys = solver.facts.constantsOf(callArg(ir, expression, 0));
    return isSameObject(solver, receiverValue(ir, expression), subject) && keys?.length === 1 && head === itemSelector(keys[0]!);
  }
  return false;
}

const isSameObject = (solver: Solver, value: number, subject: number): boolean =>
  value >= 0 && (isVersionOf(solver, value, subject) || isVersionOf(solver, subject, value));

/** Holds if `value` is `origin`, or a later version of it. */
export function isVersionOf(solver: Solver, value: number, origin: number): boolean {
  const { ir } = solver;
  let v = value;
  for (let i = 0; i < 24 && v >= 0; i++) {
    if (v === origin) return true;
    const op = ir.op.data[v]!;
    if (op === Op.Phi) {
      const only = unmerged(solver, v);
      if (only === v) return false;
      v = only;
    } else if (op === Op.Sigma || op === Op.Content) v = ir.a.data[v]!;
    else return false;
  }
  return false;
}

/** Holds if a value is the result of a path normalisation. */
export function isNormalised(solver: Solver, value: number): boolean {
  const { ir } = solver;
  let v = value;
  for (let i = 0; i < 6; i++) {
    const op = ir.op.data[v]!;
    if (op === Op.Sigma || op === Op.Content) v = ir.a.data[v]!;
    else if (op !== Op.Call) return false;
    else {
      const name = calledName(solver, v);
      if (pathNormalisers.has(name)) return true;
      if (name !== "str" || callArgCount(ir, v) === 0) return false;
      v = callArg(ir, v, 0);
    }
  }
  return false;
}

/** Last name of a callee: `realpath` of `os.path.realpath(x)` and of `realpath(x)`. */
export function calledName(solver: Solver, call: number): string {
  const { ir } = solver;
  const callee = callCallee(ir, call);
  const op = ir.op.data[callee]!;
  if (op === Op.GetAttr) return ir.strings.text(ir.b.data[callee]!);
  if (op === Op.Global) return ir.strings.text(ir.a.data[callee]!);
  if (op === Op.Import) {
    const name = ir.b.data[callee]! >= 0 ? ir.b.data[callee]! : ir.a.data[callee]!;
    return ir.strings.text(name);
  }
  return "";
}
