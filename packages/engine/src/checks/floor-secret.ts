/**
 * Secrets that are known by a name: shown only where the value itself, a text, arrives; not an object that has secrets,
 * a field of it, or what a call made of it.
 */
import { callCallee, constantOf, functionOf, type Ir, Op } from "../ir/index.ts";
import { calledName, LeafKind, type Obligation, type Step } from "../obligations/index.ts";
import { tokenKind, TokenKind } from "../program/index.ts";
import { isSecretName } from "../values/index.ts";
import type { CheckContext } from "./context.ts";
import { rootOf } from "./roots.ts";

/** Most functions that a secret is followed through, and most steps. */
const hopsMax = 4;
const stepsMax = 16;

/** Methods and functions that give the same text again. */
const keepsText = /^(?:str|repr|format|strip|lstrip|rstrip|encode|decode|lower|upper|join|dumps|six_text_type|text_type|ensure_text|ensure_str|smart_str|force_str|unquote|urlencode|b64decode|copy|dict|md5|sha1|sha256|new|hexdigest|digest)$/;
/** What only texts have; any other attribute says that the value is an object. */
const textMethods = /^(?:strip|lstrip|rstrip|encode|decode|lower|upper|split|rsplit|replace|startswith|endswith|format|join|isdigit|partition|rpartition|find|index|count|splitlines|title|hex|zfill)$/;
/** Words that name secrets wherever they stand; `token`, `session` and `credentials` name many other things. */
export const surelySecret = /passw|passphrase|passcode|pwd|secret|api_?key|private_?key|secret_?key|signing_?key|encryption_?key|(?:access|auth|refresh|api|admin|webhook|reset|csrf|xsrf|bearer|oauth|login|security|app|bot)_?token|bearer|jwt|id_token/i;

/** Why a logged secret is not shown, or "". */
export function secretHeldBack(row: Obligation, context: CheckContext): string | Obligation {
  if (row.steps.length === 0) return "";
  const why = pathOfSecret(row.steps, row.source, context);
  if (why === "" || row.subject < 0) return why;
  // The row tells one of several ways; another may convince.
  for (const origin of context.origins(row.subject, ["secret"], stops)) {
    if (origin.leaf.kind !== LeafKind.Source || isWeakened(origin.flags)) continue;
    const steps = context.steps(origin, row.site, `reaches ${row.sink}`);
    if (pathOfSecret(steps, origin.leaf.text, context) === "") return { ...row, source: origin.leaf.text, steps };
  }
  return why;
}

const stops = ["strong-hash", "number", "boolean", "fixed-choice", "constant"];
const jumpFlag = 32;
const isWeakened = (flags: number): boolean => (flags & ~jumpFlag) !== 0;

function pathOfSecret(steps: readonly Step[], source: string, context: CheckContext): string {
  const { ir } = context.program;
  const origin = steps[0].instr;
  const why = sourceHeldBack(origin, source, context);
  if (why !== "") return why;
  if (steps.length > stepsMax || steps.filter((step) => step.kind === "parameter").length > hopsMax) return "the path is too long for a secret known by its name";
  for (let i = 1; i < steps.length - 1; i++) {
    const at = steps[i].instr;
    if (steps[i].kind === "parameter" && isCollected(ir, at)) return "it goes through collected arguments, which are not told apart";
    if (ir.op.data[at] === Op.Call && projectTargets(context, at) > 1) return "a call on the way may be one of several";
    if (!isSameText(ir, steps[i], context)) return `the value is taken apart or made into another on the way (${ir.op.data[at] === Op.Call ? "a call" : "a part of it"})`;
  }
  return "";
}

function projectTargets(context: CheckContext, call: number): number {
  return context.program.targetsOf(call).filter((target) => target.kind === "project").length;
}

/** Holds for `*args` and `**kwargs`. */
export function isCollected(ir: Ir, param: number): boolean {
  if (ir.op.data[param] !== Op.Param) return false;
  const kind = functionOf(ir, param).params[ir.a.data[param]]?.kind;
  return kind === "varargs" || kind === "kwargs";
}

function sourceHeldBack(origin: number, source: string, context: CheckContext): string {
  const { ir } = context.program;
  const op = ir.op.data[origin] as Op;
  if (op === Op.Call) {
    const name = source.slice(source.lastIndexOf(".") + 1);
    if (!isSecretName(name.replace(/^get_/, ""))) return "";
    return surelySecret.test(name) ? objectUse(origin, context) : "what the call gives is known by its name only";
  }
  if (op !== Op.Param && op !== Op.GetAttr && op !== Op.Global && op !== Op.GetItem) return "";
  const name = source.slice(source.lastIndexOf(".") + 1);
  if (!surelySecret.test(name)) return "its name alone does not say that it is secret";
  if (/^_*[A-Z][A-Z0-9_]*$/.test(name) && op !== Op.GetItem) return "it is a constant of the program";
  const tokens = context.program.tokensOf(origin);
  for (let i = 0; i < tokens.length; i++) {
    const kind = tokenKind(tokens[i]);
    if (kind === TokenKind.Function || kind === TokenKind.Bound || kind === TokenKind.Class || kind === TokenKind.Instance || kind === TokenKind.Module) {
      return "it is an object or code, not a text";
    }
  }
  return objectUse(origin, context);
}

/** Holds back values that the same function uses as objects: reads attributes or keys of them. */
function objectUse(origin: number, context: CheckContext): string {
  const { ir } = context.program;
  const fn = functionOf(ir, origin);
  for (let i = fn.firstInstr; i < fn.endInstr; i++) {
    const op = ir.op.data[i] as Op;
    if (op === Op.GetAttr && rootOf(ir, ir.a.data[i]) === origin && !textMethods.test(ir.strings.text(ir.b.data[i]))) return "it is used as an object";
    if (op === Op.GetItem && rootOf(ir, ir.a.data[i]) === origin && constantOf(ir, ir.b.data[i])?.type === "str") return "it is used as an object";
  }
  return "";
}

/** Holds if a step leaves the secret readable in the value. */
function isSameText(ir: Ir, step: Step, context: CheckContext): boolean {
  if (step.why.startsWith("stored in")) return true;
  const at = step.instr;
  switch (ir.op.data[at] as Op) {
    case Op.GetAttr: return step.kind !== "field" || isSecretName(ir.strings.text(ir.b.data[at]));
    case Op.GetItem: {
      if (step.kind !== "item") return true;
      const key = constantOf(ir, ir.b.data[at]);
      return key?.type === "str" && isSecretName(key.value);
    }
    case Op.Unpack: case Op.Next: case Op.Iter: return false;
    case Op.Call: {
      if (step.kind !== "call") return true;
      const callee = callCallee(ir, at);
      const name = ir.op.data[callee] === Op.GetAttr ? ir.strings.text(ir.b.data[callee]) : calledName(context.solver, at);
      return keepsText.test(name) || isSecretName(name.replace(/^_*get_/, "")) || context.program.targetsOf(at).some((target) => target.kind === "project");
    }
    default: return true;
  }
}
