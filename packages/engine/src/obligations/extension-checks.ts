/**
 * What a check of the ending of a name says: which kinds of files it lets through.
 *
 * ```text
 * name.rsplit(".", 1)[1].lower() in ALLOWED          allowed-extension
 * os.path.splitext(name)[1] == ".png"                allowed-extension
 * Path(name).suffix in {".png", ".jpg"}              allowed-extension
 * name.lower().endswith((".png", ".jpg"))            allowed-extension
 * folder + token + ".png"                            ends in an extension of the program
 * ```
 */
import { BinOp, BuildKind, callArg, callArgCount, Op } from "../ir/index.ts";
import { elementOf, textsOf } from "./characters.ts";
import { type GuardAnswer, type GuardQuestion, kindsOf, nothing } from "./guards.ts";
import { oneOf } from "./guard-containers.ts";
import { receiverValue } from "./ports.ts";
import { calledName, relate } from "./relations.ts";
import type { Solver } from "./solver.ts";

export const allowedExtension = "allowed-extension";
const stepsMax = 12;
const nestingMax = 3;
const keepsEnding = new Set(["lower", "upper", "casefold", "strip", "lstrip", "removeprefix", "replace", "decode", "encode", "str"]);
const extensionText = /\.\w{1,8}$/;

/** `extension in ALLOWED`, `extension == ".png"`, where `extension` is the ending of the subject. */
export function extensionGuards(solver: Solver, question: GuardQuestion, value: number, allowed: number, isEqual: boolean): GuardAnswer {
  if (!isExtensionOf(solver, value, question, 0)) return nothing;
  if (!isEqual) return oneOf(solver, allowed, [allowedExtension]);
  const constants = solver.facts.constantsOf(allowed);
  return constants !== undefined && constants.length > 0 ? kindsOf(allowedExtension) : nothing;
}

/** `name.endswith((".png", ".jpg"))`, and `any(name.endswith(each) for each in ENDINGS)`. */
export function endingGuards(solver: Solver, question: GuardQuestion): GuardAnswer {
  const { ir } = solver;
  if (!question.polarity) return nothing;
  let call = question.condition;
  if (calledName(solver, call) === "any" && callArgCount(ir, call) === 1) call = elementOf(solver, callArg(ir, call, 0));
  if (call < 0 || ir.op.data[call] !== Op.Call || calledName(solver, call) !== "endswith" || callArgCount(ir, call) !== 1) return nothing;
  const receiver = receiverValue(ir, call);
  if (!isOfSubject(solver, receiver, question)) return nothing;
  if (call !== question.condition) return kindsOf(allowedExtension);
  const endings = textsOf(solver, callArg(ir, call, 0), 0) ?? [];
  return endings.length > 0 && endings.every((text) => text.length > 1) ? kindsOf(allowedExtension) : nothing;
}

/** Holds if a value is the extension of the file name that is asked about. */
function isExtensionOf(solver: Solver, value: number, question: GuardQuestion, depth: number): boolean {
  const { ir } = solver;
  let at = value;
  for (let i = 0; i < stepsMax && at >= 0; i++) {
    const op = ir.op.data[at]! as Op;
    if (op === Op.Sigma || op === Op.Content) at = ir.a.data[at]!;
    else if (op === Op.Phi) return isAnyExtension(solver, at, question, depth);
    else if (op === Op.GetAttr) return ir.strings.text(ir.b.data[at]!) === "suffix" && isOfSubject(solver, ir.a.data[at]!, question);
    else if (op === Op.GetItem || op === Op.Unpack) {
      if (op === Op.GetItem && isSlice(solver, ir.b.data[at]!)) at = ir.a.data[at]!;
      else return isSplitOff(solver, at, question);
    } else if (op === Op.Call && keepsEnding.has(calledName(solver, at))) {
      const receiver = receiverValue(ir, at);
      at = receiver >= 0 ? receiver : callArgCount(ir, at) > 0 ? callArg(ir, at, 0) : -1;
    } else return op === Op.Call && isOfFunction(solver, at, question, depth);
  }
  return false;
}

/** One of several values: each is the extension or a literal, and one is the extension. */
function isAnyExtension(solver: Solver, phi: number, question: GuardQuestion, depth: number): boolean {
  const { ir } = solver;
  if (depth >= nestingMax) return false;
  const inputs = ir.lists.toArray(ir.a.data[phi]!).filter((input) => solver.facts.literalOf(input) === undefined);
  return inputs.length > 0 && inputs.every((input) => isExtensionOf(solver, input, question, depth + 1));
}

/** A function of the project that gives the extension of its argument. */
function isOfFunction(solver: Solver, call: number, question: GuardQuestion, depth: number): boolean {
  const { ir } = solver;
  const targets = solver.targetsOf(call);
  const given = callArgCount(ir, call) > 0 ? callArg(ir, call, 0) : -1;
  if (depth >= nestingMax || targets.length !== 1 || targets[0]!.kind !== "project" || given < 0 || !isOfSubject(solver, given, question)) return false;
  const fn = ir.functions[targets[0]!.function]!;
  const param = fn.params[fn.class >= 0 && fn.params.length > 1 ? 1 : 0];
  if (!param) return false;
  const returned = solver.rowsOf(fn.id).returns.map((row) => ir.a.data[row]!).filter((value) => solver.facts.literalOf(value) === undefined);
  const inner: GuardQuestion = { condition: -1, polarity: true, subject: param.value, path: 0 };
  return returned.length > 0 && returned.every((value) => isExtensionOf(solver, value, inner, depth + 1));
}

/** `os.path.splitext(name)[1]`, `name.rsplit(".", 1)[-1]`, `name.rpartition(".")[2]`. */
function isSplitOff(solver: Solver, part: number, question: GuardQuestion): boolean {
  const { ir } = solver;
  const key = ir.op.data[part] === Op.GetItem ? solver.facts.literalOf(ir.b.data[part]!) : undefined;
  const index = ir.op.data[part] === Op.Unpack ? ir.b.data[part]! : key?.type === "int" ? Number(key.value) : 0;
  const call = solver.rootOf(ir.a.data[part]!);
  if (index === 0 || ir.op.data[call] !== Op.Call || callArgCount(ir, call) === 0) return false;
  const name = calledName(solver, call);
  if (name === "splitext") return isOfSubject(solver, callArg(ir, call, 0), question);
  if (!/^(?:r?split|r?partition)$/.test(name)) return false;
  const separator = solver.facts.literalOf(callArg(ir, call, 0));
  return separator?.type === "str" && separator.value === "." && isOfSubject(solver, receiverValue(ir, call), question);
}

/** Holds if a value is the name that is asked about, as it came or with all of its text; an attribute of it is another name. */
function isOfSubject(solver: Solver, value: number, question: GuardQuestion): boolean {
  const type = value < 0 ? "none" : relate(solver, value, question).type;
  return type !== "none" && type !== "url-part";
}

function isSlice(solver: Solver, key: number): boolean {
  return solver.ir.op.data[key] === Op.Build && solver.ir.a.data[key] === BuildKind.Slice;
}

/** Holds if a text ends in an extension that the program writes: `f"{name}.png"`, `name + ".txt"`. */
export function endsFixed(solver: Solver, value: number): boolean {
  const { ir } = solver;
  const op = ir.op.data[value]! as Op;
  if (op === Op.Fmt) {
    const parts = ir.lists.toArray(ir.a.data[value]!);
    return isExtensionText(solver, parts[parts.length - 1] ?? -1);
  }
  if (op !== Op.Bin) return false;
  const operator = ir.a.data[value]! & 31;
  return (operator === BinOp.Add && isExtensionText(solver, ir.c.data[value]!)) || (operator === BinOp.Mod && isExtensionText(solver, ir.b.data[value]!));
}

function isExtensionText(solver: Solver, value: number): boolean {
  const constant = value < 0 ? undefined : solver.facts.literalOf(value);
  return constant?.type === "str" && extensionText.test(constant.value);
}
