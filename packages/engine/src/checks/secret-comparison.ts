/** Secrets, signatures and digests compared by `==` or `!=`, which stop at the first difference. */
import { CmpOp, callCallee, functionOf, type Ir, Op } from "../ir/index.ts";
import { LeafKind, type Obligation, type Origin } from "../obligations/index.ts";
import { tokenKind, TokenKind } from "../program/index.ts";
import { isSecretName } from "../values/index.ts";
import type { CheckContext } from "./context.ts";
import { surelySecret } from "./floor-secret.ts";

const keyedDigest = "the keyed digest";
const outside = ["remote-input", "rpc-input"];
const macName = /(?:^|_)(?:hmac|mac|signature|sig|digest|hmac_vals|expected_sig\w*|api_token|auth_token|csrf_token)(?:_vals|_val|_value|_hex|s)?$/;

export function secretComparison(context: CheckContext): readonly Obligation[] {
  const { ir } = context.program;
  const out: Obligation[] = [];
  for (let i = 0, n = ir.length; i < n; i++) {
    if (ir.op.data[i] !== Op.Cmp || !context.isProduct(i)) continue;
    const op = ir.a.data[i] as CmpOp;
    if (op !== CmpOp.Eq && op !== CmpOp.NotEq) continue;
    const row = decide(context, i, ir.b.data[i], ir.c.data[i]);
    if (row) out.push(row);
  }
  return out;
}

function decide(context: CheckContext, site: number, left: number, right: number): Obligation | undefined {
  let open: Obligation | undefined;
  for (const [secret, other] of [[left, right], [right, left]] as const) {
    const name = secretOf(context, secret);
    if (name === "" || isNoText(context, secret)) continue;
    if (isHarmless(context, other)) {
      return context.row(site, "proven", { code: "const", text: "compared with a value of the program", at: site }, { sink: name });
    }
    const sources = context.origins(other, outside, []).filter((origin) => origin.leaf.kind === LeafKind.Source);
    const source = sources.find((origin) => !isWeakened(origin.flags)) ?? sources[0];
    if (!source) {
      open = context.row(site, "open", { code: "no-known-caller", text: "the other value is not known to come from outside", at: site }, { sink: name });
      continue;
    }
    const notShown = comparisonHeldBack(context, site, name, source);
    return context.row(site, "violated", { code: "source-reaches-sink", text: `${name} is compared with ${source.leaf.text}`, at: source.leaf.instr }, {
      sink: name, subject: secret, source: source.leaf.text, sourceKind: source.leaf.code, steps: context.steps(source, site, `compared with ${name}`), notShown,
    });
  }
  return open;
}

/** The bit of a path through a field: told, but no weakness. */
const jumpFlag = 32;
const isWeakened = (flags: number): boolean => (flags & ~jumpFlag) !== 0;

function comparisonHeldBack(context: CheckContext, site: number, name: string, source: Origin): string {
  const { ir } = context.program;
  if (isWeakened(source.flags)) return "the path of the other value is not fully understood";
  if (!surelySecret.test(name) && !macName.test(name.toLowerCase()) && name !== keyedDigest) return "its name alone does not say that it is secret";
  const method = ir.strings.text(functionOf(ir, site).name);
  return method === "__eq__" || method === "__ne__" ? "who compares the two objects is not seen" : "";
}

/** Constants of the program (`Kind.PASSWORD`) and columns of a table class, whose comparison is a query. */
function isNoText(context: CheckContext, value: number): boolean {
  const { ir } = context.program;
  const op = ir.op.data[value] as Op;
  const name = nameOf(ir, value, op);
  if (/^_*[A-Z][A-Z0-9_]*$/.test(name) && op !== Op.Param) return true;
  if (op !== Op.GetAttr) return false;
  const tokens = context.program.tokensOf(ir.a.data[value]);
  for (let i = 0; i < tokens.length; i++) if (tokenKind(tokens[i]) === TokenKind.Class) return true;
  return false;
}

/** The name of a secret that a value is: by its name, or a keyed digest. */
function secretOf(context: CheckContext, value: number): string {
  const { ir } = context.program;
  let v = value;
  for (let i = 0; i < 10; i++) {
    const op = ir.op.data[v] as Op;
    if (op === Op.Sigma || op === Op.Content) v = ir.a.data[v];
    else if (op === Op.Call) {
      const callee = callCallee(ir, v);
      const method = ir.op.data[callee] === Op.GetAttr ? ir.strings.text(ir.b.data[callee]) : "";
      if (method === "hexdigest" || method === "digest") return isKeyed(context, ir.a.data[callee], 0) ? keyedDigest : "";
      if (method !== "encode" && method !== "decode" && method !== "strip") return "";
      v = ir.a.data[callee];
    } else {
      const name = nameOf(ir, v, op);
      return name !== "" && (isSecretName(name) || macName.test(name.toLowerCase())) ? name : "";
    }
  }
  return "";
}

function nameOf(ir: Ir, value: number, op: Op): string {
  if (op === Op.Param || op === Op.GetAttr) return ir.strings.text(ir.b.data[value]);
  return op === Op.Global ? ir.strings.text(ir.a.data[value]) : "";
}

/** Holds if a value is an HMAC object. */
function isKeyed(context: CheckContext, value: number, depth: number): boolean {
  const { ir } = context.program;
  if (depth > 8) return false;
  const op = ir.op.data[value] as Op;
  if (op === Op.Sigma || op === Op.Content) return isKeyed(context, ir.a.data[value], depth + 1);
  if (op !== Op.Call) return false;
  return context.program.targetsOf(value).some((target) => target.kind === "api" && /^hmac\.|\.HMAC/.test(context.program.api.name(target.node)));
}

/** Constants, None, numbers and truth values: nothing is learnt from how long it takes. */
function isHarmless(context: CheckContext, value: number): boolean {
  const { ir } = context.program;
  const known = context.solver.facts.constantsOf(value);
  if (known && known.length > 0) return true;
  const op = ir.op.data[value] as Op;
  return op === Op.Const || op === Op.Build || op === Op.Len;
}
