/**
 * What a value or a piece of code is there for, where the code itself says so and the weakness does not follow from it.
 *
 * ```text
 * key = random.choice(KEYS)                     one of the keys that there are: nothing is made
 * digest[:5], digest[5:]                        a digest that is looked up by its beginning protects nothing
 * warnings.warn("not for use in production")    the code tells whoever uses it
 * app.run(debug=True, host="127.0.0.1")         nobody else comes to it
 * request.environ["HTTP_X_FORWARDED_PROTO"]     what the proxy in front of the service writes
 * isinstance(body, Path) of bytes               never true of what is sent
 * ```
 */
import { BuildKind, callArg, callArgCount, callCallee, callKeyword, constantOf, functionOf, type Ir, Op } from "../ir/index.ts";
import { calledName, type Obligation } from "../obligations/index.ts";
import type { CheckContext } from "./context.ts";
import { isStatement } from "./used-results.ts";
import { firstVersionOf } from "./roots.ts";

/** Why the role of the code keeps a row from being shown, or "". */
export function roleHeldBack(row: Obligation, context: CheckContext): string {
  const { detector } = context;
  if (warnsUsers(context, row.site)) return "the code warns whoever uses it that it is not for production";
  if (detector.constant?.to.includes("debug-switch") && isOnLoopback(context, row.site)) return "the server listens to its own machine only";
  if (detector.call?.to.includes("weak-random-call") && isPicked(row, context)) return "it picks one of several values that there are, and makes none";
  if (detector.flow?.to.includes("regex-text") && calledName(context.solver, row.site) === "compile" && isStatement(context.program.ir, row.site)) return "the pattern is only compiled, to see whether it is one";
  if (detector.call?.to.includes("weak-hash") && isLookedUp(context.program.ir, row.site)) return "only parts of the digest are used: it is looked up by its beginning";
  if (detector.flow?.from.includes("secret") && !guessable.test(row.source) && row.steps.some(({ instr }) => isDigest(context, instr))) return "a digest of it arrives, not the secret";
  if (detector.flow?.to.includes("redirect-url") && row.steps.slice(0, 3).some(({ instr }) => isForwarded(context, instr))) {
    return "the proxy in front of the service writes that header";
  }
  return isOfOtherType(row, context) ? "a check of its type lets nothing through that is sent" : "";
}

/** Holds for a call that says by a literal that it listens on the loopback address. */
function isOnLoopback(context: CheckContext, site: number): boolean {
  const { ir } = context.program;
  const host = ir.op.data[site] === Op.Call ? callKeyword(ir, site, ir.strings.intern("host")) : -1;
  return host >= 0 && /^(?:127\.\d+\.\d+\.\d+|localhost|::1)$/.test(context.text(host) ?? "");
}

const notForUse = /\bnot\b[^.]{0,40}\bin production\b|\b(?:only|solely)\b[^.]{0,40}\b(?:development|testing)\b|\bfor (?:development|testing) only\b/i;

/** Holds if the function, or a method of its class, warns in so many words. */
function warnsUsers(context: CheckContext, site: number): boolean {
  const { ir } = context.program;
  const fn = functionOf(ir, site);
  const around = fn.class < 0 ? [fn] : ir.functions.filter((each) => each.class === fn.class);
  return around.some((each) => {
    for (let i = each.firstInstr; i < each.endInstr; i++) {
      if (ir.op.data[i] !== Op.Call || callArgCount(ir, i) === 0 || calledName(context.solver, i) !== "warn") continue;
      const text = constantOf(ir, callArg(ir, i, 0));
      if (text?.type === "str" && notForUse.test(text.value)) return true;
    }
    return false;
  });
}

/** Holds for what `random.choice` gives if it is used as it is, and not as one character of a text. */
function isPicked(row: Obligation, context: CheckContext): boolean {
  if (row.steps.length === 0 || calledName(context.solver, row.steps[0].instr) !== "choice") return false;
  return row.steps.slice(1).every((step) => step.kind !== "call" && step.kind !== "format" && step.kind !== "concat" && step.kind !== "element");
}

/** What people choose can be found by trying, if only a digest of it is known. */
const guessable = /passw|passphrase|passcode|pwd|pin$|word$/i;
const digests = /^(?:hex)?digest$/;
const keepsDigest = /^(?:hexdigest|digest|upper|lower|encode|decode)$/;

const isDigest = (context: CheckContext, instr: number): boolean =>
  context.program.ir.op.data[instr] === Op.Call && digests.test(calledName(context.solver, instr));

/** Holds if all that becomes of a digest is that it is cut. */
function isLookedUp(ir: Ir, hash: number): boolean {
  const fn = functionOf(ir, hash);
  const own = new Set([hash]);
  const has = (value: number): boolean => value >= 0 && own.has(firstVersionOf(ir, value));
  let cuts = 0;
  for (let i = hash + 1; i < fn.endInstr; i++) {
    switch (ir.op.data[i] as Op) {
      case Op.Call: {
        const callee = callCallee(ir, i);
        if (ir.op.data[callee] === Op.GetAttr && has(ir.a.data[callee]) && keepsDigest.test(ir.strings.text(ir.b.data[callee]))) own.add(i);
        else if (ir.lists.toArray(ir.b.data[i]).some(has)) return false;
        break;
      }
      case Op.GetItem:
        if (has(ir.a.data[i])) {
          if (ir.op.data[ir.b.data[i]] !== Op.Build || ir.a.data[ir.b.data[i]] !== BuildKind.Slice) return false;
          cuts++;
        }
        break;
      case Op.Cmp: if (has(ir.b.data[i]) || has(ir.c.data[i])) return false; break;
      case Op.SetItem: case Op.SetAttr: if (has(ir.c.data[i])) return false; break;
      case Op.Return: if (has(ir.a.data[i])) return false; break;
      case Op.Build: case Op.Phi: if (ir.lists.toArray(ir.op.data[i] === Op.Phi ? ir.a.data[i] : ir.b.data[i]).some(has)) return false; break;
      default:
    }
  }
  return cuts > 0;
}

const forwarded = /^(?:HTTP_)?X[-_]FORWARDED[-_]/i;

function isForwarded({ program: { ir } }: CheckContext, instr: number): boolean {
  const op = ir.op.data[instr] as Op;
  const key = op === Op.GetItem ? ir.b.data[instr] : op === Op.Call && callArgCount(ir, instr) > 0 ? callArg(ir, instr, 0) : -1;
  const constant = key < 0 ? undefined : constantOf(ir, key);
  return constant?.type === "str" && forwarded.test(constant.value);
}

const sentTypes = /^(?:str|bytes|bytearray|unicode|basestring|text_type|string_types|binary_type|dict|list|tuple|object|Mapping|Sequence|Iterable)$/;

/** Holds if a parameter of text or bytes is handed on as it is, to where a check asks whether it is an object of another type. */
function isOfOtherType(row: Obligation, context: CheckContext): boolean {
  const { ir } = context.program;
  const source = row.steps.length > 0 ? row.steps[0].instr : -1;
  if (source < 0 || ir.op.data[source] !== Op.Param || !isText(ir, source)) return false;
  if (row.steps.slice(1, -1).some((step) => step.kind !== "argument" && step.kind !== "parameter")) return false;
  for (let v = row.subject; ir.op.data[v] === Op.Sigma || ir.op.data[v] === Op.Content; v = ir.a.data[v]) {
    const test = ir.op.data[v] === Op.Sigma && ir.c.data[v] === 1 ? firstVersionOf(ir, ir.b.data[v]) : -1;
    const isTest = test >= 0 && ir.op.data[test] === Op.Call && calledName(context.solver, test) === "isinstance" && callArgCount(ir, test) === 2;
    if (!isTest || firstVersionOf(ir, callArg(ir, test, 0)) !== firstVersionOf(ir, v)) continue;
    const name = nameOf(ir, callArg(ir, test, 1));
    if (name !== "" && !sentTypes.test(name)) return true;
  }
  return false;
}

/** Holds for a parameter that is declared as a text or as bytes, and as nothing else. */
function isText(ir: Ir, param: number): boolean {
  const annotation = functionOf(ir, param).params[ir.a.data[param]]?.annotation ?? -1;
  return annotation >= 0 && /^(?:str|bytes)$/.test(nameOf(ir, annotation));
}

function nameOf(ir: Ir, value: number): string {
  const op = ir.op.data[value] as Op;
  if (op === Op.Global) return ir.strings.text(ir.a.data[value]);
  return (op === Op.GetAttr || op === Op.Import) && ir.b.data[value] >= 0 ? ir.strings.text(ir.b.data[value]) : "";
}
