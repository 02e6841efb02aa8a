/**
 * Checks that a path lies below a folder, however they are written.
 *
 * ```text
 * base in Path(p).resolve().parents                  p is below base
 * os.path.commonpath([abspath(base), abspath(p)]) == abspath(base)
 * os.path.commonpath([base, abspath(p)]).startswith(base)
 * os.path.dirname(realpath(p)) == realpath(base)
 * not os.path.relpath(p, base).startswith("..")
 * ".." not in p.split("/")                           p does not lead upwards
 * any(part == ".." for part in p.split("/"))         p does not lead upwards if it is false
 * os.path.relpath(p, "/")                            a relative name, whatever p is
 * ```
 * What counts is that the path is normalised before it is compared: `p.startswith(base)` of a path that was only joined
 * says nothing. A check of the normalised form is a check of the path it was made from.
 */
import { BinOp, CmpOp, Op, callArg, callArgCount } from "../ir/index.ts";
import { BindMode } from "../program/index.ts";
import { literalText } from "./constants.ts";
import { type GuardQuestion, isFromOutside } from "./guards.ts";
import { receiverValue } from "./ports.ts";
import { isSlash } from "./root-checks.ts";
import { calledName, isPartAskedAbout, isVersionOf } from "./relations.ts";
import type { Solver } from "./solver.ts";
import { folderEnd } from "./folder-end.ts";
import { beginningOf } from "./text-beginning.ts";

/** Which part of the path that is asked about an expression is. */
type Part = "whole" | "folders" | "names" | "folder" | "relative" | "common" | "prefix";

interface PathForm {
  readonly part: Part;
  /** Steps upwards and links are resolved. */
  readonly isNormal: boolean;
}

const stepsMax = 24;
const inputsMax = 6;
const returnsMax = 8;

const normalisers = new Set(["realpath", "abspath", "normpath", "resolve", "canonicalpath"]);
const keepers = new Set([
  "str", "fspath", "fsencode", "fsdecode", "expanduser", "expandvars", "normcase", "as_posix", "decode", "encode", "lower", "casefold",
  "Path", "PurePath", "PosixPath", "PurePosixPath", "WindowsPath", "rstrip", "text_type", "bytes",
]);
const stepUp = new Set(["..", "../", "/..", "/../"]);

/** Guards that a condition about a path gives the subject of a question. */
export function pathGuards(solver: Solver, question: GuardQuestion): readonly string[] {
  const { ir } = solver;
  const { condition, polarity } = question;
  const op = ir.op.data[condition]! as Op;
  if (op === Op.Call) return guardsOfPathCall(solver, question);
  if (op !== Op.Cmp) return none;
  const cmp = ir.a.data[condition]! as CmpOp;
  const isPositive = cmp === CmpOp.Eq || cmp === CmpOp.Is || cmp === CmpOp.In;
  if (!isPositive && cmp !== CmpOp.NotEq && cmp !== CmpOp.IsNot && cmp !== CmpOp.NotIn) return none;
  const holds = polarity === isPositive;
  const left = ir.b.data[condition]!;
  const right = ir.c.data[condition]!;
  if (cmp === CmpOp.In || cmp === CmpOp.NotIn) return guardsOfPart(solver, question, left, right, holds);
  if (!holds) return none;
  const found = comparedWith(solver, question, left, right);
  return found.length > 0 ? found : comparedWith(solver, question, right, left);
}

const none: readonly string[] = [];
const below: readonly string[] = ["same-base-path"];
/** A normalised path begins as a folder does, or as a neighbour whose name begins so: how much that is worth is for a person to judge. */
export const neighbourPath = "neighbour-path";
const neighbours: readonly string[] = [neighbourPath];

/** `base in p.parents`, `".." not in p.parts`. */
function guardsOfPart(solver: Solver, question: GuardQuestion, left: number, right: number, holds: boolean): readonly string[] {
  const text = literalText(solver, left);
  if (text !== undefined ? holds || !stepUp.has(text) : !holds) return none;
  const form = formOf(solver, right, question, 0);
  if (text !== undefined) return form?.part === "names" ? ["no-dotdot"] : none;
  return form?.part === "folders" && form.isNormal && !isFromOutside(solver, left) ? below : none;
}

/** Holds if a folder of the path, or the beginning that it shares with another, is equal to something that is not the client's. */
function comparedWith(solver: Solver, question: GuardQuestion, mine: number, other: number): readonly string[] {
  const form = formOf(solver, mine, question, 0);
  if (!form?.isNormal || isFromOutside(solver, other)) return none;
  if (form.part === "common" || form.part === "folder") return below;
  // Texts that begin alike, character by character: a folder beside it may do so too.
  if (form.part === "prefix") return folderEnd(solver, other, 0) === "separator" ? below : neighbours;
  return form.part === "whole" && solver.facts.constantsOf(other) === undefined && formOf(solver, other, question, 0) === undefined ? below : none;
}

/**
 * Holds if a check of one name of a path (`part` of `for part in p.split("/")`) rules out that it leads upwards, and the
 * loop goes over all names of the path that is asked about.
 */
export function isNoStepUp(solver: Solver, question: GuardQuestion, round: { readonly item: number; readonly iterated: number }): boolean {
  return formOf(solver, round.iterated, question, 0)?.part === "names" && rulesOutStepUp(solver, question.condition, question.polarity, round.item);
}

function rulesOutStepUp(solver: Solver, condition: number, truth: boolean, item: number): boolean {
  const { ir } = solver;
  const op = ir.op.data[condition]! as Op;
  if (op === Op.Not) return rulesOutStepUp(solver, ir.a.data[condition]!, !truth, item);
  const isItem = (value: number): boolean => value >= 0 && isVersionOf(solver, value, item);
  if (op === Op.Call) {
    if (truth || calledName(solver, condition) !== "startswith" || callArgCount(ir, condition) !== 1) return false;
    return isItem(receiverValue(ir, condition)) && textsOf(solver, callArg(ir, condition, 0)).some((text) => text === "." || text === "..");
  }
  if (op !== Op.Cmp) return false;
  const cmp = ir.a.data[condition]! as CmpOp;
  const left = ir.b.data[condition]!;
  const right = ir.c.data[condition]!;
  const isStepUp = (value: number): boolean => textsOf(solver, value).includes("..");
  if (cmp === CmpOp.In || cmp === CmpOp.NotIn) {
    if (truth !== (cmp === CmpOp.NotIn)) return false;
    return isItem(left) ? ir.op.data[right] === Op.Build && isStepUp(right) : isItem(right) && isStepUp(left);
  }
  if (truth ? cmp !== CmpOp.NotEq : cmp !== CmpOp.Eq) return false;
  return (isItem(left) && isStepUp(right)) || (isItem(right) && isStepUp(left));
}

function guardsOfPathCall(solver: Solver, question: GuardQuestion): readonly string[] {
  const { ir } = solver;
  const { condition: call, polarity } = question;
  const name = calledName(solver, call);
  const receiver = receiverValue(ir, call);
  if (receiver < 0 || (name !== "startswith" && name !== "is_relative_to")) return none;
  const form = formOf(solver, receiver, question, 0);
  if (!form) return none;
  const argument = callArgCount(ir, call) > 0 ? callArg(ir, call, 0) : -1;
  if (polarity) {
    if (!form.isNormal || argument < 0 || isFromOutside(solver, argument)) return none;
    if (form.part === "common") return below;
    if (form.part !== "whole" && form.part !== "prefix") return none;
    return name === "startswith" && folderEnd(solver, argument, 0) !== "separator" ? neighbours : below;
  }
  const upwards = name === "startswith" && textsOf(solver, argument).some((text) => stepUp.has(text));
  if (!upwards) return none;
  if (form.part === "relative") return below;
  return form.part === "whole" && form.isNormal ? ["no-dotdot"] : none;
}

/** The literal texts that `startswith` is asked about; `os.pardir` is one. */
function textsOf(solver: Solver, value: number): string[] {
  const { ir } = solver;
  if (value < 0) return [];
  if (ir.op.data[value] === Op.Build) return ir.lists.toArray(ir.b.data[value]!).flatMap((item) => textsOf(solver, item));
  if (ir.op.data[value] === Op.Bin) return textsOf(solver, ir.b.data[value]!);
  if (ir.op.data[value] === Op.GetAttr && ir.strings.text(ir.b.data[value]!) === "pardir") return [".."];
  const text = literalText(solver, value);
  return text === undefined ? [] : [text];
}

// ---- how an expression is made from the path

/** How an expression is made from the subject; undefined if it is not, or not in a way that is known. */
function formOf(solver: Solver, value: number, question: GuardQuestion, depth: number): PathForm | undefined {
  const { ir } = solver;
  if (value < 0 || depth > stepsMax) return undefined;
  if (isPartAskedAbout(solver, value, question)) return { part: "whole", isNormal: isNormal(solver, question.subject, 0) };
  switch (ir.op.data[value]! as Op) {
    case Op.Sigma: case Op.Content: return formOf(solver, ir.a.data[value]!, question, depth + 1);
    case Op.Phi: return commonForm(ir.lists.toArray(ir.a.data[value]!), (input) => formOf(solver, input, question, depth + stepsMax / 4));
    case Op.Fmt: return joined(solver, ir.lists.toArray(ir.a.data[value]!), question, depth);
    case Op.Bin: {
      const operator = ir.a.data[value]! & 31;
      if (operator !== BinOp.Add && operator !== BinOp.Div) return undefined;
      return joined(solver, [ir.b.data[value]!, ir.c.data[value]!], question, depth);
    }
    case Op.GetAttr: return attributeOf(ir.strings.text(ir.b.data[value]!), formOf(solver, ir.a.data[value]!, question, depth + 1));
    case Op.Call: return callForm(solver, value, question, depth);
    default: return undefined;
  }
}

/** The form that several values have in common. */
function commonForm(inputs: readonly number[], formAt: (input: number) => PathForm | undefined): PathForm | undefined {
  let out: PathForm | undefined;
  if (inputs.length > inputsMax) return undefined;
  for (const input of inputs) {
    const form = formAt(input);
    if (!form || (out && out.part !== form.part)) return undefined;
    out = { part: form.part, isNormal: form.isNormal && (out?.isNormal ?? true) };
  }
  return out;
}

/** A text of several parts: what follows a normal path (a separator, an ending) leaves it normal, what stands before does not. */
function joined(solver: Solver, parts: readonly number[], question: GuardQuestion, depth: number): PathForm | undefined {
  for (const [i, part] of parts.entries()) {
    const form = formOf(solver, part, question, depth + 1);
    if (form?.part !== "whole") continue;
    return { part: "whole", isNormal: form.isNormal && i === 0 && parts.slice(1).every((each) => literalText(solver, each) !== undefined || isSlash(solver, each)) };
  }
  return undefined;
}

function attributeOf(name: string, form: PathForm | undefined): PathForm | undefined {
  if (form?.part !== "whole") return undefined;
  if (name === "parents") return { part: "folders", isNormal: form.isNormal };
  if (name === "parent") return { part: "folder", isNormal: form.isNormal };
  return name === "parts" ? { part: "names", isNormal: form.isNormal } : undefined;
}

function callForm(solver: Solver, call: number, question: GuardQuestion, depth: number): PathForm | undefined {
  const { ir } = solver;
  const name = calledName(solver, call);
  const receiver = receiverValue(ir, call);
  const count = callArgCount(ir, call);
  const first = count > 0 ? callArg(ir, call, 0) : -1;
  const inner = (value: number): PathForm | undefined => formOf(solver, value, question, depth + 1);
  const own = (): PathForm | undefined => (first >= 0 ? inner(first) : undefined) ?? (receiver >= 0 ? inner(receiver) : undefined);
  const project = projectForm(solver, call, question, depth);
  if (project) return project;
  if (normalisers.has(name)) {
    const form = own();
    return form && { part: form.part, isNormal: form.part === "whole" || form.isNormal };
  }
  if (name === "relpath") return first >= 0 && inner(first)?.part === "whole" ? { part: "relative", isNormal: true } : undefined;
  if (name === "relative_to") return receiver >= 0 && inner(receiver)?.isNormal ? { part: "relative", isNormal: true } : undefined;
  if (name === "dirname") return attributeOf("parent", own());
  if (name === "split") return receiver >= 0 ? attributeOf("parts", inner(receiver)) : undefined;
  if (name === "commonpath" || name === "commonprefix") return commonOf(solver, first, question, depth, name === "commonpath" ? "common" : "prefix");
  if (name === "join" || name === "joinpath" || (keepers.has(name) && count > 1)) return lastJoined(solver, call, question, depth);
  if (/^(?:list|tuple|set)$/.test(name)) return own();
  return keepers.has(name) ? own() : undefined;
}

function commonOf(solver: Solver, list: number, question: GuardQuestion, depth: number, part: Part): PathForm | undefined {
  const { ir } = solver;
  if (list < 0 || ir.op.data[list] !== Op.Build) return undefined;
  for (const item of ir.lists.toArray(ir.b.data[list]!)) {
    const form = formOf(solver, item, question, depth + 1);
    if (form?.part === "whole") return { part, isNormal: form.isNormal };
  }
  return undefined;
}

/** `os.path.join(base, x)`, `os.sep.join([base, x])`, `Path(base, x)`: the whole path, no longer normal. */
function lastJoined(solver: Solver, call: number, question: GuardQuestion, depth: number): PathForm | undefined {
  const { ir } = solver;
  let parts = Array.from({ length: callArgCount(ir, call) }, (_, i) => callArg(ir, call, i));
  if (parts.length === 1 && ir.op.data[parts[0]!] === Op.Build) parts = ir.lists.toArray(ir.b.data[parts[0]!]!);
  return parts.some((part) => formOf(solver, part, question, depth + 1)?.part === "whole") ? { part: "whole", isNormal: false } : undefined;
}

// ---- functions of the project

/** What a function of the project makes of a path that it is given. */
function projectForm(solver: Solver, call: number, question: GuardQuestion, depth: number): PathForm | undefined {
  const { ir, program } = solver;
  const targets = program.targetsOf(call);
  const target = targets.length === 1 ? targets[0]! : undefined;
  if (target?.kind !== "project" || target.mode === BindMode.Constructor) return undefined;
  const info = ir.functions[target.function]!;
  const shift = target.mode === BindMode.Plain ? 0 : 1;
  for (let i = 0, n = callArgCount(ir, call); i < n; i++) {
    const form = formOf(solver, callArg(ir, call, i), question, depth + 1);
    const param = info.params[i + shift];
    if (form?.part !== "whole" || !param) continue;
    const made = formOfReturns(solver, target.function, param.value, depth);
    if (made) return { part: made.part, isNormal: made.part === "whole" ? made.isNormal || form.isNormal : made.isNormal };
  }
  return undefined;
}

/**
 * The form of what a function returns. A function that normalises does so on each of its ways, or at least on one of
 * them and says so by its name: what other platforms need is often written out.
 */
function formOfReturns(solver: Solver, fn: number, param: number, depth: number): PathForm | undefined {
  const { ir } = solver;
  const returns = solver.rowsOf(fn).returns;
  if (returns.length > returnsMax) return undefined;
  const inside: GuardQuestion = { condition: -1, polarity: true, subject: param, path: 0 };
  const forms = returns.map((row) => formOf(solver, ir.a.data[row]!, inside, depth + stepsMax / 4));
  const known = forms.filter((form) => form !== undefined);
  const isNamed = /real|abs|norm|resol|canon/i.test(ir.strings.text(ir.functions[fn]!.name));
  if (isNamed && known.some((form) => form.part === "whole" && form.isNormal)) return { part: "whole", isNormal: true };
  return known.length === forms.length && known.length > 0 ? commonForm(forms.map((_, i) => i), (i) => forms[i]) : undefined;
}

// ---- paths that are normal or relative by the way they are made

/** Holds if a value is the result of a path normalisation. */
export function isNormal(solver: Solver, value: number, depth: number): boolean {
  const { ir } = solver;
  if (value < 0 || depth > inputsMax) return false;
  const op = ir.op.data[value]!;
  if (op === Op.Sigma || op === Op.Content) return isNormal(solver, ir.a.data[value]!, depth + 1);
  if (op === Op.Phi) return ir.lists.toArray(ir.a.data[value]!).every((input) => isNormal(solver, input, depth + 2));
  if (op !== Op.Call) return false;
  const name = calledName(solver, value);
  if (normalisers.has(name)) return true;
  if (keepers.has(name)) return isNormal(solver, callArgCount(ir, value) > 0 ? callArg(ir, value, 0) : receiverValue(ir, value), depth + 1);
  const targets = solver.program.targetsOf(value);
  const target = targets.length === 1 ? targets[0]! : undefined;
  if (target?.kind !== "project" || target.mode === BindMode.Constructor) return false;
  return ir.functions[target.function]!.params.some((param) => {
    const form = formOfReturns(solver, target.function, param.value, depth);
    return form?.part === "whole" && form.isNormal;
  });
}

/** Holds if a call makes a name that neither is absolute nor leads upwards out of any text. */
export function isRelativeName(solver: Solver, call: number): boolean {
  const { ir } = solver;
  const name = calledName(solver, call);
  if (name === "relpath") return callArgCount(ir, call) === 2 && isSlash(solver, callArg(ir, call, 1));
  if (name === "relative_to") return isContainment(solver, call, receiverValue(ir, call));
  if (name !== "lstrip" || callArgCount(ir, call) !== 1 || !isSlash(solver, callArg(ir, call, 0))) return false;
  return isRooted(solver, receiverValue(ir, call), 0);
}

/** Holds for `path.relative_to(base)` of a normalised path: it raises unless the path lies below the base. */
export function isContainment(solver: Solver, call: number, path: number): boolean {
  const { ir } = solver;
  if (ir.op.data[call] !== Op.Call || calledName(solver, call) !== "relative_to" || callArgCount(ir, call) === 0) return false;
  return isNormal(solver, path, 0) && !isFromOutside(solver, callArg(ir, call, 0));
}

/** `os.path.normpath("/" + x)`: no step upwards is left in it, for there is nothing above the root. */
export function isRooted(solver: Solver, value: number, depth: number): boolean {
  const { ir } = solver;
  if (value < 0 || depth > inputsMax) return false;
  const op = ir.op.data[value]!;
  if (op === Op.Sigma || op === Op.Content) return isRooted(solver, ir.a.data[value]!, depth + 1);
  if (op !== Op.Call || !normalisers.has(calledName(solver, value)) || callArgCount(ir, value) === 0) return false;
  const inner = callArg(ir, value, 0);
  if (ir.op.data[inner] === Op.Call && calledName(solver, inner) === "join") return callArgCount(ir, inner) > 1 && isSlash(solver, callArg(ir, inner, 0));
  return beginningOf(solver, inner).text.startsWith("/");
}
