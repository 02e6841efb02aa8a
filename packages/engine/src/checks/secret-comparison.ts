/** Secrets, signatures and digests compared by `==` or `!=`, which stop at the first difference. */
import { CmpOp, callArg, callArgCount, callCallee, functionOf, type Ir, Op } from "../ir/index.ts";
import { LeafKind, type Obligation, type Origin } from "../obligations/index.ts";
import { tokenKind, TokenKind } from "../program/index.ts";
import { isSecretName } from "../values/index.ts";
import type { CheckContext } from "./context.ts";
import { surelySecret } from "./floor-secret.ts";

const keyedDigest = "the keyed digest";
const outside = ["remote-input", "rpc-input", "public-api-input"];
const macName = /(?:^|_)(?:hmac|mac|signature|sig|digest|hmac_vals|expected_sig\w*|api_token|auth_token|csrf_token)(?:_vals|_val|_value|_hex|s)?$/;

export function secretComparison(context: CheckContext): readonly Obligation[] {
  const { ir } = context.program;
  const out: Obligation[] = [];
  const digests = functionsWithKeyedDigests(context);
  for (const i of ir.rowsOf(Op.Cmp)) {
    if (!context.isProduct(i)) continue;
    const op = ir.a.data[i] as CmpOp;
    const isMember = op === CmpOp.In || op === CmpOp.NotIn;
    if (!isMember && op !== CmpOp.Eq && op !== CmpOp.NotEq) continue;
    const mayBeDigest = digests.has(functionOf(ir, i).id);
    if (isMember && !mayBeDigest) continue;
    const row = decide(context, i, { isMember, mayBeDigest });
    if (row) out.push(row);
  }
  return out;
}

interface Comparison {
  readonly isMember: boolean;
  readonly mayBeDigest: boolean;
}

function decide(context: CheckContext, site: number, { isMember, mayBeDigest }: Comparison): Obligation | undefined {
  const { ir } = context.program;
  const [left, right] = [ir.b.data[site], ir.c.data[site]];
  let open: Obligation | undefined;
  for (const [secret, other] of isMember ? [[right, left]] as const : [[left, right], [right, left]] as const) {
    const digest = mayBeDigest && !isHarmless(context, other) && !isNoText(context, other) ? digestOrigin(context, secret) : undefined;
    const name = digest ? keyedDigest : isMember ? "" : secretOf(context, secret);
    if (name === "" || isNoText(context, secret)) continue;
    if (isHarmless(context, other)) {
      return context.row(site, "proven", { code: "const", text: "compared with a value of the program", at: site }, { sink: name });
    }
    const sources = context.origins(other, outside, []).filter((origin) => origin.leaf.kind === LeafKind.Source);
    const source = sources.find((origin) => !isWeakened(origin.flags)) ?? sources[0];
    if (source && !isWeakened(source.flags)) {
      const notShown = isFoundBy(context, secret, other) ? "the object that has the secret was looked up by the same value" : comparisonHeldBack(context, site, secret, name);
      return context.row(site, "violated", { code: "source-reaches-sink", text: `${name} is compared with ${source.leaf.text}`, at: source.leaf.instr }, {
        sink: name, subject: secret, source: source.leaf.text, sourceKind: source.leaf.code, steps: context.steps(source, site, `compared with ${name}`), notShown,
      });
    }
    // What a message authenticates itself by is there to be compared with what somebody sent.
    if (digest && !digestOrigin(context, other)) return digestRow(context, site, [secret, other], digest);
    if (source) return heldBackRow(context, site, secret, name, source);
    open = context.row(site, "open", { code: "no-known-caller", text: "the other value is not known to come from outside", at: site }, { sink: name });
  }
  return open;
}

/** Holds if an object that has a secret was looked up by the value that the secret is compared with: who has that value knows. */
function isFoundBy(context: CheckContext, secret: number, other: number): boolean {
  const { ir } = context.program;
  const wanted = versionOf(ir, other);
  let v = secret;
  for (let i = 0; i < hopsOfObjectMax; i++) {
    v = versionOf(ir, v);
    const op = ir.op.data[v] as Op;
    if (op === Op.Call) {
      if (Array.from({ length: callArgCount(ir, v) }, (_, at) => versionOf(ir, callArg(ir, v, at))).includes(wanted)) return true;
      const callee = callCallee(ir, v);
      if (ir.op.data[callee] !== Op.GetAttr) return false;
      v = ir.a.data[callee];
    } else if (op === Op.GetAttr) v = storedBefore(ir, v) ?? ir.a.data[v];
    else return false;
  }
  return false;
}

const hopsOfObjectMax = 8;

/** What the same function put into the attribute that is read: `request.project = project`. */
function storedBefore(ir: Ir, read: number): number | undefined {
  for (let v = ir.a.data[read]; ir.op.data[v] === Op.Sigma || ir.op.data[v] === Op.Content; v = ir.a.data[v]) {
    const effect = ir.op.data[v] === Op.Content ? ir.b.data[v] : -1;
    if (effect >= 0 && ir.op.data[effect] === Op.SetAttr && ir.b.data[effect] === ir.b.data[read]) return ir.c.data[effect];
  }
  return undefined;
}

function versionOf(ir: Ir, value: number): number {
  let v = value;
  while (ir.op.data[v] === Op.Sigma || ir.op.data[v] === Op.Content || ir.op.data[v] === Op.Await) v = ir.a.data[v];
  return v;
}

function heldBackRow(context: CheckContext, site: number, secret: number, name: string, source: Origin): Obligation {
  return context.row(site, "violated", { code: "source-reaches-sink", text: `${name} is compared with ${source.leaf.text}`, at: source.leaf.instr }, {
    sink: name, subject: secret, source: source.leaf.text, sourceKind: source.leaf.code, steps: context.steps(source, site, `compared with ${name}`),
    notShown: "the path of the other value is not fully understood",
  });
}

function digestRow(context: CheckContext, site: number, [secret, other]: readonly [number, number], digest: Origin): Obligation {
  return context.row(site, "violated", { code: "source-reaches-sink", text: `${keyedDigest} is compared with another text`, at: digest.leaf.instr }, {
    sink: keyedDigest, subject: secret, source: digest.leaf.text, sourceKind: digest.leaf.code, steps: context.steps(digest, site, "compared with another text"),
    notShown: isOwn(context, other) ? "the other value was kept by the program, or signed by it" : "",
  });
}

/** Holds for what is read from a session, or from data that the program signed: nobody can try values of it. */
function isOwn(context: CheckContext, other: number): boolean {
  const { program, solver } = context;
  const { ir } = program;
  let v = versionOf(ir, other);
  const callee = ir.op.data[v] === Op.Call ? callCallee(ir, v) : -1;
  if (callee >= 0 && ir.op.data[callee] === Op.GetAttr && /^(?:get|pop)$/.test(ir.strings.text(ir.b.data[callee]))) v = ir.a.data[callee];
  else if (ir.op.data[v] === Op.GetItem) v = ir.a.data[v];
  if (solver.apiNodes(v).some((node) => /session$/i.test(program.api.name(node)))) return true;
  if (keptBy.test(nameOf(ir, versionOf(ir, v)))) return true;
  return context.origins(other, ["stored-data"]).some(({ leaf }) => leaf.kind === LeafKind.Source && signedText.test(leaf.text));
}

/** Names of what a program keeps values in for itself. */
const keptBy = /(?:^|_)(?:session|cache|store)$/i;

/** Calls that give back what was signed. */
const signedText = /\.(?:loads?|unsign|unsign_object|decode|decode_complete|verify|get_signed_cookie)\(\)$/;

/** Where a value is made as a keyed digest, if it is one. */
function digestOrigin(context: CheckContext, value: number): Origin | undefined {
  return context.origins(value, ["keyed-digest"], digestStops).find((origin) => origin.leaf.kind === LeafKind.Source && !isWeakened(origin.flags));
}

const digestStops = ["number", "boolean", "fixed-choice", "constant-time"];
/** Calls between a function that makes a keyed digest and one that compares it. */
const digestHopsMax = 3;

/** The functions that make keyed digests, and those that call them. */
function functionsWithKeyedDigests(context: CheckContext): ReadonlySet<number> {
  const { program } = context;
  const { ir, api } = program;
  const out = new Set<number>();
  for (const i of ir.rowsOf(Op.Call)) {
    const makes = program.targetsOf(i).some((target) => {
      const result = target.kind === "api" ? api.step(target.node, "()") : -1;
      return result >= 0 && api.facts(result).some((fact) => fact.kind === "keyed-digest");
    });
    if (makes) out.add(functionOf(ir, i).id);
  }
  let last = [...out];
  for (let hop = 0; hop < digestHopsMax; hop++) {
    const callers = last.flatMap((fn) => program.callersOf(fn).map((site) => functionOf(ir, site.call).id)).filter((fn) => !out.has(fn));
    last = [...new Set(callers)];
    for (const fn of last) out.add(fn);
  }
  return out;
}

/** The bit of a path through a field: told, but no weakness. */
const jumpFlag = 32;
const isWeakened = (flags: number): boolean => (flags & ~jumpFlag) !== 0;

function comparisonHeldBack(context: CheckContext, site: number, secret: number, name: string): string {
  const { ir } = context.program;
  const isSet = /(?:token|key)$/i.test(name) && (settingOf(context, secret) !== "" || isSetting(context, secret, ir.op.data[secret] as Op));
  if (!isSet && !surelySecret.test(name) && !macName.test(name.toLowerCase()) && name !== keyedDigest) return "its name alone does not say that it is secret";
  if (name !== keyedDigest && context.origins(secret, outside, []).some((origin) => origin.leaf.kind === LeafKind.Source)) return "both sides come from outside";
  const method = ir.strings.text(functionOf(ir, site).name);
  return method === "__eq__" || method === "__ne__" ? "who compares the two objects is not seen" : "";
}

/** Constants of the program (`Kind.PASSWORD`) and columns of a table class, whose comparison is a query. */
function isNoText(context: CheckContext, value: number): boolean {
  const { ir } = context.program;
  const op = ir.op.data[value] as Op;
  if (isCode(context, value)) return true;
  if (op !== Op.GetAttr && op !== Op.Global) return false;
  if (/^_*[A-Z][A-Z0-9_]*$/.test(nameOf(ir, value)) && !isSetting(context, value, op)) return true;
  if (op !== Op.GetAttr) return false;
  const tokens = context.program.tokensOf(ir.a.data[value]);
  for (let i = 0; i < tokens.length; i++) if (tokenKind(tokens[i]) === TokenKind.Class) return true;
  return false;
}

/** Holds for functions, methods, classes and modules: `method == bulk.remove_password`. */
function isCode(context: CheckContext, value: number): boolean {
  const tokens = context.program.tokensOf(value);
  for (let i = 0; i < tokens.length; i++) {
    const kind = tokenKind(tokens[i]);
    if (kind === TokenKind.Function || kind === TokenKind.Bound || kind === TokenKind.Class || kind === TokenKind.Module) return true;
  }
  return false;
}

/** Holders of what the operator of a program sets. */
const settingsName = /(?:^|_)(?:settings?|configs?|configuration|conf|cfg|environ|env)$/i;

/** Holds for `settings.API_TOKEN`, and for a name that is set from the environment or another call. */
function isSetting(context: CheckContext, value: number, op: Op): boolean {
  const { ir } = context.program;
  if (op === Op.GetAttr) return settingsName.test(nameOf(ir, ir.a.data[value]));
  if (op !== Op.Global && op !== Op.Import) return false;
  return context.program.storesOf(value).some((store) => ir.op.data[store] === Op.Call || ir.op.data[store] === Op.GetItem);
}

/** The name of a secret that a value is, or "". */
function secretOf(context: CheckContext, value: number): string {
  const { ir } = context.program;
  let v = value;
  for (let i = 0; i < 10; i++) {
    const op = ir.op.data[v] as Op;
    if (op === Op.Sigma || op === Op.Content) v = ir.a.data[v];
    else if (op === Op.Call && keepingText.test(methodOf(ir, v))) v = ir.a.data[callCallee(ir, v)];
    else {
      const name = settingOf(context, v) || nameOf(ir, v);
      return name !== "" && (isSecretName(name) || macName.test(name.toLowerCase())) ? name : "";
    }
  }
  return "";
}

const keepingText = /^(?:encode|decode|strip)$/;

function methodOf(ir: Ir, call: number): string {
  const callee = callCallee(ir, call);
  return ir.op.data[callee] === Op.GetAttr ? ir.strings.text(ir.b.data[callee]) : "";
}

/** The name of the last part of an expression. */
function nameOf(ir: Ir, value: number): string {
  switch (ir.op.data[value] as Op) {
    case Op.Param: case Op.GetAttr: return ir.strings.text(ir.b.data[value]);
    case Op.Global: return ir.strings.text(ir.a.data[value]);
    case Op.Import: return ir.b.data[value] < 0 ? "" : ir.strings.text(ir.b.data[value]);
    case Op.Sigma: case Op.Content: return nameOf(ir, ir.a.data[value]);
    default: return "";
  }
}

/** The key of `config["api_token"]`, `os.environ.get("API_TOKEN")` and `session["csrf_token"]`. */
function settingOf(context: CheckContext, value: number): string {
  const { ir } = context.program;
  const op = ir.op.data[value] as Op;
  const callee = op === Op.Call ? callCallee(ir, value) : -1;
  const isRead = op === Op.GetItem || (callee >= 0 && ir.op.data[callee] === Op.GetAttr && /^(?:get|getenv)$/.test(methodOf(ir, value)) && callArgCount(ir, value) > 0);
  if (!isRead) return "";
  const holder = nameOf(ir, op === Op.GetItem ? ir.a.data[value] : ir.a.data[callee]);
  if (!settingsName.test(holder) && !/(?:^|_)(?:session|os)$/.test(holder)) return "";
  return context.text(op === Op.GetItem ? ir.b.data[value] : callArg(ir, value, 0)) ?? "";
}

/** Constants, None, numbers and truth values: nothing is learnt from how long it takes. */
function isHarmless(context: CheckContext, value: number): boolean {
  const { ir } = context.program;
  const known = context.solver.facts.constantsOf(value);
  if (known && known.length > 0) return true;
  const op = ir.op.data[value] as Op;
  if (op === Op.Global || op === Op.Import || op === Op.GetAttr) return /^_*[A-Z][A-Z0-9_]*$/.test(nameOf(ir, value)) && !isSetting(context, value, op) && secretOf(context, value) === "";
  return op === Op.Const || op === Op.Build || op === Op.Len;
}
