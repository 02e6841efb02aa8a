/**
 * What rules out that a path begins at the root of the file system: `join(base, "/etc/passwd")` is `/etc/passwd`.
 *
 * ```text
 * "/srv/" + x, f"{base}/{x}"        what stands before it is the beginning
 * x.lstrip("/")                     no slash is left in front
 * x[0] != "/", x[:1] not in "/\\"   the first character is another
 * x.startswith(base)                it begins with what is not the client's
 * ```
 */
import { BinOp, BuildKind, CmpOp, Op, callArg, callArgCount } from "../ir/index.ts";
import { firstOfRegex, type RegexFlags, type RegexUse } from "../values/index.ts";
import { literalText } from "./constants.ts";
import { type GuardQuestion, isFromOutside } from "./guards.ts";
import { receiverValue } from "./ports.ts";
import { calledName, relate } from "./relations.ts";
import type { Solver } from "./solver.ts";
import { textsOf } from "./characters.ts";

export const noRoot = "no-root";
const none: readonly string[] = [];
const found: readonly string[] = [noRoot];
const depthMax = 8;

/** Guards of a comparison of the first character of the subject. */
export function rootGuards(solver: Solver, question: GuardQuestion): readonly string[] {
  const { ir } = solver;
  const { condition, polarity } = question;
  if (ir.op.data[condition] !== Op.Cmp) return none;
  const cmp = ir.a.data[condition]! as CmpOp;
  const isFirst = (value: number): boolean => isFirstCharacter(solver, value, question);
  const [left, right] = [ir.b.data[condition]!, ir.c.data[condition]!];
  if (cmp === CmpOp.Eq || cmp === CmpOp.NotEq) {
    const other = isFirst(left) ? right : isFirst(right) ? left : -1;
    return other >= 0 && polarity === (cmp === CmpOp.NotEq) && isSlash(solver, other) ? found : none;
  }
  if ((cmp !== CmpOp.In && cmp !== CmpOp.NotIn) || polarity !== (cmp === CmpOp.NotIn) || !isFirst(left)) return none;
  return isSlash(solver, right) || textsOf(solver, right, 0)?.some((text) => text.includes("/")) ? found : none;
}

/** `x[0]` and `x[:1]`. */
function isFirstCharacter(solver: Solver, value: number, question: GuardQuestion): boolean {
  const { ir } = solver;
  if (ir.op.data[value] !== Op.GetItem) return false;
  const { type } = relate(solver, ir.a.data[value]!, question);
  if (type === "none" || type === "url-part") return false;
  const key = ir.b.data[value]!;
  const isNumber = (row: number, ...wanted: number[]): boolean => {
    const constant = row < 0 ? undefined : solver.facts.literalOf(row);
    return constant?.type === "none" ? wanted.includes(0) : constant?.type === "int" && wanted.includes(Number(constant.value));
  };
  if (ir.op.data[key] !== Op.Build || ir.a.data[key] !== BuildKind.Slice) return isNumber(key, 0);
  return isNumber(ir.lists.at(ir.b.data[key]!, 0), 0) && isNumber(ir.lists.at(ir.b.data[key]!, 1), 1);
}

/** A slash, or the name that the platform has for one. */
export function isSlash(solver: Solver, value: number): boolean {
  const { ir } = solver;
  const text = literalText(solver, value);
  if (text !== undefined) return text === "/";
  if (ir.op.data[value] === Op.Import) return ir.b.data[value]! >= 0 && /^(?:sep|altsep)$/.test(ir.strings.text(ir.b.data[value]!));
  return ir.op.data[value] === Op.GetAttr && /^(?:sep|altsep)$/.test(ir.strings.text(ir.b.data[value]!));
}

/** Guards of the subject by `x.startswith(…)` of this truth, for texts that the argument can be (undefined: they are not known). */
export function rootGuardsOfPrefix(solver: Solver, call: number, truth: boolean, texts: readonly string[] | undefined): readonly string[] {
  const argument = callArgCount(solver.ir, call) > 0 ? callArg(solver.ir, call, 0) : -1;
  if (argument < 0) return none;
  if (!truth) return texts?.includes("/") || isSlash(solver, argument) ? found : none;
  if (isFromOutside(solver, argument)) return none;
  return texts ? (texts.length > 0 && texts.every(isNoRoot) ? found : none) : isSlash(solver, argument) ? none : found;
}

/** Guards of a text that an expression matched. */
export function rootGuardsOfRegex(pattern: string, use: RegexUse, flags?: RegexFlags): readonly string[] {
  const first = firstOfRegex(pattern, use, flags);
  return first && !first.ascii["/".charCodeAt(0)] ? found : none;
}

/** Holds if text after a part like this is no longer what the path begins with. An empty text and slashes are no beginning. */
export function isBeginning(solver: Solver, part: number): boolean {
  const text = literalText(solver, part);
  return text === undefined ? !isSlash(solver, part) && !isMaybeEmpty(solver, part, 0) : isNoRoot(text);
}

export const isNoRoot = (text: string): boolean => /[^/\\]/.test(text);

/** Holds if one of the texts that a part can be is empty: `prefix = ""`. */
function isMaybeEmpty(solver: Solver, part: number, depth: number): boolean {
  const { ir } = solver;
  if (depth > depthMax) return false;
  switch (ir.op.data[part]! as Op) {
    case Op.Sigma: return isMaybeEmpty(solver, ir.a.data[part]!, depth + 1);
    case Op.Phi: return ir.lists.toArray(ir.a.data[part]!).some((input) => literalText(solver, input) === "" || isMaybeEmpty(solver, input, depth + 2));
    default: return solver.facts.constantsOf(part)?.some((id) => ir.constants[id]!.type === "str" && !isNoRoot(ir.constants[id]!.value)) === true;
  }
}

/** Holds if a call gives a text that begins with no slash: `x.lstrip("/")`, `os.path.relpath(x)`. */
export function hasNoRoot(solver: Solver, call: number): boolean {
  const { ir } = solver;
  const name = calledName(solver, call);
  if (name === "relpath" || name === "relative_to") return true;
  if (!/^l?strip$/.test(name) || callArgCount(ir, call) !== 1 || receiverValue(ir, call) < 0) return false;
  const given = callArg(ir, call, 0);
  return isSlash(solver, given) || literalText(solver, given)?.includes("/") === true || isSlashAmong(solver, given);
}

/** `os.sep + "."`. */
function isSlashAmong(solver: Solver, value: number): boolean {
  const { ir } = solver;
  if (ir.op.data[value] !== Op.Bin || (ir.a.data[value]! & 31) !== BinOp.Add) return false;
  return [ir.b.data[value]!, ir.c.data[value]!].some((part) => isSlash(solver, part) || literalText(solver, part)?.includes("/") === true);
}
