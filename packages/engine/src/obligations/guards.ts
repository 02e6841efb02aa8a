/**
 * What a branch condition says about a value.
 *
 * ```text
 * if order not in ("id", "name"): raise Bad()     false edge: order is fixed-choice
 * if "'" in text: return                          false edge: text has no-quote
 * if not re.fullmatch(r"[a-z]+", x): abort()      true edge: x is plain-text, no-quote, no-slash, …
 * if urlparse(url).netloc != HOST: abort()        true edge of ==: url is allowed-host
 * ```
 */
import {
  CmpOp, BuildKind, type ConstantValue, Op, callArg, callArgCount, callCallee, callKeywordCount, callKeywordName, callKeywordValue,
} from "../ir/index.ts";
import { charsetOfRegex, guardsOfCharset, type RegexUse } from "../values/index.ts";
import { boundsLength } from "./length-guard.ts";
import { comprehensionGuards, mergesTo, setGuards } from "./characters.ts";
import { hostGuards } from "./host-checks.ts";
import { pathGuards } from "./path-checks.ts";
import { attributeSelector, itemSelector } from "./paths.ts";
import { argumentValues, readPort, receiverValue } from "./ports.ts";
import { predicateGuards } from "./predicates.ts";
import { prefixGuards, prefixInAny } from "./prefix-checks.ts";
import type { Solver } from "./solver.ts";
import { hostGuardsOfRegex, isOwnPath } from "./url-prefixes.ts";

export interface GuardQuestion {
  readonly condition: number;
  /** The truth of the condition on this edge. */
  readonly polarity: boolean;
  readonly subject: number;
  readonly path: number;
}

export interface GuardAnswer {
  readonly kinds: readonly string[];
  /** The condition asks something about the value that is not understood. */
  readonly isUnknown: boolean;
}

const nothing: GuardAnswer = { kinds: [], isUnknown: false };
const unknown: GuardAnswer = { kinds: [], isUnknown: true };
const kindsOf = (...kinds: string[]): GuardAnswer => ({ kinds, isUnknown: false });

/** How an expression relates to the subject of a question. */
type Relation =
  | { readonly type: "same" }
  /** Derived by steps that keep all of the text: strip, lower, decode, str. */
  | { readonly type: "text" }
  /** Derived, then normalised as a path. */
  | { readonly type: "normalised" }
  /** The host (or another part) of the subject read as a URL. */
  | { readonly type: "url-part"; readonly part: string }
  | { readonly type: "none" };

/** Finds the guard kinds that hold of the subject when the condition has the given truth. */
export function guardsOfCondition(solver: Solver, question: GuardQuestion): GuardAnswer {
  const { ir } = solver;
  const { condition } = question;
  const special = [...pathGuards(solver, question), ...hostGuards(solver, question)];
  if (special.length > 0) return kindsOf(...special);
  switch (ir.op.data[condition]! as Op) {
    case Op.Not: return guardsOfCondition(solver, { ...question, condition: ir.a.data[condition]!, polarity: !question.polarity });
    case Op.Cmp: return guardsOfComparison(solver, question);
    case Op.Call:
      // The result of a call is tested itself: `if target and …` with `target = request.args.get("next")`.
      if (isTested(solver, question)) return question.polarity ? nothing : kindsOf("constant");
      return guardsOfCall(solver, question);
    case Op.IsInst: return nothing;
    case Op.Sigma: case Op.Content: return guardsOfCondition(solver, { ...question, condition: ir.a.data[condition]! });
    case Op.Bin: return guardsOfSet(solver, question) ?? nothing;
    default:
      return question.polarity ? nothing : guardsOfEmpty(relate(solver, condition, question));
  }
}

/** Holds if the truth of the subject itself is what the branch asks. */
const isTested = (solver: Solver, { condition, subject, path }: GuardQuestion): boolean => path === 0 && isVersionOf(solver, subject, condition);

/** `if not value:` leaves only empty values; `if not urlparse(value).netloc:` leaves addresses without a host. */
function guardsOfEmpty(relation: Relation): GuardAnswer {
  if (relation.type === "same") return kindsOf("constant");
  return relation.type === "url-part" ? kindsOf(...urlPartGuards(relation.part)) : nothing;
}

// ---- relation of an expression to the subject

const textMethods = new Set([
  "strip", "lstrip", "rstrip", "lower", "upper", "casefold", "decode", "encode", "title", "capitalize", "swapcase",
]);
const urlParsers = new Set(["urlparse", "urlsplit", "url_parse", "parse_url"]);
/** What an address means seen from here: the last argument decides where it leads. */
const urlJoiners = new Set(["urljoin", "url_join", "build_absolute_uri", "make_absolute_url"]);
const pathNormalisers = new Set(["realpath", "abspath", "normpath", "resolve", "absolute"]);

/** Follows an expression back to the subject, over at most a dozen steps. */
function relate(solver: Solver, expression: number, question: GuardQuestion): Relation {
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
    } else if (op === Op.Fmt || op === Op.Bin) {
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
  if (textMethods.has(name) && receiver >= 0) return { relation: relation.type === "same" ? { type: "text" } : relation, value: receiver };
  if (name === "str" && first >= 0) return { relation, value: first };
  if (urlParsers.has(name) && first >= 0) return { relation, value: first };
  if (urlJoiners.has(name) && callArgCount(ir, call) >= 1) return { relation, value: callArg(ir, call, callArgCount(ir, call) - 1) };
  if (pathNormalisers.has(name)) return { relation: { type: "normalised" }, value: first >= 0 ? first : receiver };
  if (name === "join" && callArgCount(ir, call) >= 2) return { relation, value: callArg(ir, call, callArgCount(ir, call) - 1) };
  if (/^(?:Path|PurePath|PosixPath|fsencode|fsdecode|expanduser)$/.test(name) && first >= 0) return { relation, value: first };
  if (name === "commonpath" || name === "commonprefix") {
    const list = first >= 0 && ir.op.data[first] === Op.Build ? ir.lists.toArray(ir.b.data[first]!) : [];
    const last = list[list.length - 1];
    return last === undefined ? undefined : { relation: name === "commonpath" ? { type: "normalised" } : relation, value: last };
  }
  return undefined;
}

/** Holds if some operand of a formatted text or sum is the subject. */
function relateAny(solver: Solver, value: number, question: GuardQuestion): boolean {
  const { ir } = solver;
  const op = ir.op.data[value]!;
  const operands = op === Op.Fmt ? ir.lists.toArray(ir.a.data[value]!) : [ir.b.data[value]!, ir.c.data[value]!];
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
function isVersionOf(solver: Solver, value: number, origin: number): boolean {
  const { ir } = solver;
  let v = value;
  for (let i = 0; i < 24 && v >= 0; i++) {
    if (v === origin) return true;
    const op = ir.op.data[v]!;
    if (op !== Op.Sigma && op !== Op.Content) return false;
    v = ir.a.data[v]!;
  }
  return false;
}

/** Holds if a value is the result of a path normalisation. */
function isNormalised(solver: Solver, value: number): boolean {
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

// ---- comparisons

function guardsOfComparison(solver: Solver, question: GuardQuestion): GuardAnswer {
  const { ir } = solver;
  const { condition } = question;
  const op = ir.a.data[condition]! as CmpOp;
  const left = ir.b.data[condition]!;
  const right = ir.c.data[condition]!;
  const isPositive = op === CmpOp.Eq || op === CmpOp.Is || op === CmpOp.In;
  const isNegative = op === CmpOp.NotEq || op === CmpOp.IsNot || op === CmpOp.NotIn;
  if (!isPositive && !isNegative) return guardsOfOrder(solver, question);
  if (isOwnPath(solver, question.subject, condition, question.polarity)) return kindsOf("same-host-url", "fixed-host-prefix");
  const holds = question.polarity === isPositive;
  if (op === CmpOp.In || op === CmpOp.NotIn) return guardsOfMembership(solver, question, left, right, holds);
  return guardsOfEquality(solver, question, left, right, holds);
}

/** `x < 10` compares numbers, or leaves text as it is; `set(x) <= ALLOWED` tells of characters, `len(x) < 50` of the length. */
function guardsOfOrder(solver: Solver, question: GuardQuestion): GuardAnswer {
  const isSubjectOf = (value: number): boolean => relate(solver, value, question).type !== "none";
  if (boundsLength(solver, question.condition, question.polarity, isSubjectOf)) return kindsOf("short-text");
  return guardsOfSet(solver, question) ?? nothing;
}

function guardsOfSet(solver: Solver, question: GuardQuestion): GuardAnswer | undefined {
  const kinds = setGuards(solver, question.condition, question.polarity, (value) => relate(solver, value, question).type !== "none");
  return kinds && kindsOf(...kinds);
}

function guardsOfMembership(solver: Solver, question: GuardQuestion, left: number, right: number, holds: boolean): GuardAnswer {
  const needle = relate(solver, left, question);
  if (needle.type !== "none") {
    const container = literalText(solver, right);
    // `x in "abc"` asks for a part of a text, not for a choice.
    if (container !== undefined) return holds ? kindsOf("constant") : nothing;
    if (!holds) return nothing;
    if (needle.type === "url-part") return kindsOf(...urlPartGuards(needle.part));
    return isOpenEnded(solver, right, question) ? nothing : kindsOf("fixed-choice");
  }
  const part = literalText(solver, left);
  const inner = !holds && part !== undefined ? innerOf(solver, right) : -1;
  if (inner >= 0 && isVersionOf(solver, question.subject, inner)) return isQuoted(solver, question.subject, part!) ? kindsOf("quoted-literal") : nothing;
  const haystack = relate(solver, right, question);
  if (haystack.type === "none" || haystack.type === "url-part" || part === undefined || holds) return nothing;
  return kindsOf(...absentTextGuards(part));
}

/** The value of which an expression is all but the first and the last character, or -1. */
function innerOf(solver: Solver, expression: number): number {
  const { ir } = solver;
  if (ir.op.data[expression] !== Op.GetItem) return -1;
  const key = ir.b.data[expression]!;
  if (ir.op.data[key] !== Op.Build || ir.a.data[key] !== BuildKind.Slice) return -1;
  const bounds = [0, 1].map((i) => {
    const constants = solver.facts.constantsOf(ir.lists.at(ir.b.data[key]!, i));
    const constant = constants?.length === 1 ? ir.constants[constants[0]!] : undefined;
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

/** What the absence of a text from a value rules out. */
export function absentTextGuards(part: string): string[] {
  if (part === ".." || part === "../" || part === ".") return ["no-dotdot"];
  if (part === "/" || part === "\\") return ["no-slash"];
  if (part === "'" || part === '"' || part === "`") return ["no-quote", part === "'" ? "no-single-quote" : "no-double-quote"];
  if (part === "\n" || part === "\r" || part === "\r\n") return ["no-crlf"];
  return [];
}

/** Collections that the same outsider fills are no choice. */
function isOpenEnded(solver: Solver, container: number, question: GuardQuestion): boolean {
  return relate(solver, container, question).type !== "none" || isFromOutside(solver, container);
}

/** Holds if a value is read from a source in the same function: what is compared with it is not limited by it. */
export function isFromOutside(solver: Solver, value: number): boolean {
  const { ir } = solver;
  let v = value;
  for (let i = 0; i < 12 && v >= 0; i++) {
    for (const node of solver.apiNodes(v)) {
      if (solver.api.facts(node).some((fact) => fact.port.type === "object" && outside.has(fact.kind))) return true;
    }
    const op = ir.op.data[v]! as Op;
    if (op === Op.Call) v = receiverValue(ir, v);
    else if (op === Op.Sigma || op === Op.Content || op === Op.GetAttr || op === Op.GetItem || op === Op.Iter || op === Op.Next) v = ir.a.data[v]!;
    else return false;
  }
  return false;
}

const outside = new Set(["remote-input", "rpc-input", "upload-filename", "network-response"]);

function guardsOfEquality(solver: Solver, question: GuardQuestion, left: number, right: number, holds: boolean): GuardAnswer {
  for (const [mine, other] of [[left, right], [right, left]] as const) {
    const truth = literalTruth(solver, other);
    if (truth !== undefined) return guardsOfCondition(solver, { ...question, condition: mine, polarity: holds ? truth : !truth });
    if (holds && isCommonPathOf(solver, mine, question)) return isFromOutside(solver, other) ? nothing : kindsOf("same-base-path");
  }
  if (!holds) return emptyTextGuards(solver, question, left, right);
  for (const [mine, other] of [[left, right], [right, left]] as const) {
    const relation = relate(solver, mine, question);
    if (relation.type === "none") continue;
    if (isRegexCall(solver, mine)) continue;
    if (relation.type === "url-part" && isOwnHost(solver, other)) return kindsOf(...urlPartGuards(relation.part));
    if (isFromOutside(solver, other)) return nothing;
    if (relation.type === "url-part") return kindsOf(...urlPartGuards(relation.part));
    const constants = solver.facts.constantsOf(other);
    if (constants && constants.length > 0) return kindsOf("fixed-choice");
    // Equal to its own normalised or cut form: os.path.basename(x) == x, secure_filename(x) == x.
    if (relation.type === "same" || relation.type === "text") {
      const shaped = shapeOfCall(solver, other);
      if (shaped.length > 0) return kindsOf(...shaped);
    }
    return nothing;
  }
  return regexComparison(solver, question, left, right, false);
}

/** The host that the request itself was sent to: equal to it means to stay there. */
function isOwnHost(solver: Solver, value: number): boolean {
  const { ir } = solver;
  const read = ir.op.data[value] === Op.Call ? callCallee(ir, value) : value;
  if (ir.op.data[read] !== Op.GetAttr || !/^(?:host|get_host|hostname|netloc|server_name)$/.test(ir.strings.text(ir.b.data[read]!))) return false;
  return solver.apiNodes(ir.a.data[read]!).some((node) => solver.api.facts(node).some((fact) => fact.kind === "request-object"));
}

/** The truth value that a literal `True` or `False` is. */
function literalTruth(solver: Solver, value: number): boolean | undefined {
  const constants = solver.facts.constantsOf(value);
  const type = constants?.length === 1 ? solver.ir.constants[constants[0]!]!.type : undefined;
  return type === "true" ? true : type === "false" ? false : undefined;
}

/** Holds for `os.path.commonpath([..., x, ...])` of the subject, wherever it stands in the list. */
function isCommonPathOf(solver: Solver, value: number, question: GuardQuestion): boolean {
  const { ir } = solver;
  if (ir.op.data[value] !== Op.Call || calledName(solver, value) !== "commonpath" || callArgCount(ir, value) !== 1) return false;
  const list = callArg(ir, value, 0);
  return ir.op.data[list] === Op.Build && ir.lists.toArray(ir.b.data[list]!).some((item) => relate(solver, item, question).type !== "none");
}

/** `x != ""` and `m is not None`: what the false side of an equality says. */
function emptyTextGuards(solver: Solver, question: GuardQuestion, left: number, right: number): GuardAnswer {
  return regexComparison(solver, question, left, right, true);
}

/** `re.match(p, x) is not None`. */
function regexComparison(solver: Solver, question: GuardQuestion, left: number, right: number, isNegated: boolean): GuardAnswer {
  if (!isNegated || !isNone(solver, right) || !isRegexCall(solver, left)) return nothing;
  return guardsOfCall(solver, { ...question, condition: left, polarity: true });
}

const isNone = (solver: Solver, value: number): boolean => solver.ir.op.data[value] === Op.Const && solver.ir.a.data[value] === 0;

const isRegexCall = (solver: Solver, value: number): boolean =>
  solver.ir.op.data[value] === Op.Call && /^(?:match|fullmatch|search)$/.test(calledName(solver, value));

/** Guard kinds of the result of a modelled call. */
function shapeOfCall(solver: Solver, value: number): string[] {
  if (solver.ir.op.data[value] !== Op.Call) return [];
  const out: string[] = [];
  for (const target of solver.program.targetsOf(value)) {
    if (target.kind !== "api") continue;
    const result = solver.api.step(target.node, "()");
    if (result >= 0) for (const fact of solver.api.facts(result)) if (fact.port.type === "object") out.push(fact.kind);
  }
  return out;
}

function urlPartGuards(part: string): string[] {
  return /^(?:netloc|hostname|host|domain|authority)$/.test(part) ? ["allowed-host", "same-host-url"] : [];
}

/** The literal text of a value, if it is one. */
export function literalText(solver: Solver, value: number): string | undefined {
  const constants = solver.facts.constantsOf(value);
  const constant: ConstantValue | undefined = constants?.length === 1 ? solver.ir.constants[constants[0]!] : undefined;
  return constant?.type === "str" || constant?.type === "bytes" ? constant.value : undefined;
}

// ---- calls

function guardsOfCall(solver: Solver, question: GuardQuestion): GuardAnswer {
  const { ir } = solver;
  const { condition: call } = question;
  const name = calledName(solver, call);
  const receiver = receiverValue(ir, call);
  const onReceiver: Relation = receiver >= 0 ? relate(solver, receiver, question) : { type: "none" };
  if (name === "isinstance") return guardsOfIsInstance(solver, question);
  if (isRegexCall(solver, call)) return guardsOfRegex(solver, question, name as RegexUse);
  if (name === "startswith" && onReceiver.type !== "none") return guardsOfPrefix(solver, question, onReceiver);
  // What pathGuards did not take is a comparison of names only, which `..` passes.
  if (name === "is_relative_to" && onReceiver.type !== "none") return nothing;
  if ((name === "any" || name === "all") && callArgCount(ir, call) === 1) return guardsOfAny(solver, question);
  return guardsOfSet(solver, question) ?? guardsOfPredicate(solver, question);
}

const texts: ReadonlySet<string> = new Set(["str", "bytes", "unicode", "basestring"]);

function guardsOfIsInstance(solver: Solver, question: GuardQuestion): GuardAnswer {
  const { ir } = solver;
  const { condition: call, polarity } = question;
  if (!polarity || callArgCount(ir, call) < 2) return nothing;
  if (relate(solver, callArg(ir, call, 0), question).type !== "same") return nothing;
  const cls = callArg(ir, call, 1);
  const classes = ir.op.data[cls] === Op.Build && ir.a.data[cls] === BuildKind.Tuple ? ir.lists.toArray(ir.b.data[cls]!) : [cls];
  const numbers = new Set(["int", "float", "bool", "complex"]);
  const isOneOf = (value: number, names: ReadonlySet<string>): boolean => ir.op.data[value] === Op.Global && names.has(ir.strings.text(ir.a.data[value]!));
  if (classes.every((value) => isOneOf(value, numbers))) return kindsOf("number");
  return classes.every((value) => isOneOf(value, numbers) || isOneOf(value, texts)) ? kindsOf("text-value") : nothing;
}

function guardsOfRegex(solver: Solver, question: GuardQuestion, use: RegexUse): GuardAnswer {
  const { condition: call, polarity } = question;
  const found = regexOfCall(solver, call);
  if (found && changesLines(solver, call)) return nothing;
  if (!found || relate(solver, found.subject, question).type === "none") return nothing;
  if (found.pattern === undefined) return unknown;
  if (!polarity) return kindsOf(...deniedByRegex(found.pattern, use));
  const set = charsetOfRegex(found.pattern, use);
  const isFromStart = use !== "search" || /^(?:\^|\\A)/.test(found.pattern);
  const host = isFromStart ? hostGuardsOfRegex(found.pattern) : [];
  return kindsOf(...(set ? guardsOfCharset(set) : []), ...host);
}

/** `if re.search(r"[^a-z]", x): reject`: what is left when a search for bad characters finds none. */
function deniedByRegex(pattern: string, use: RegexUse): readonly string[] {
  if (use !== "search") return [];
  const denied = /^\[\^((?:[^\]\\]|\\.)*)\]\+?$/.exec(pattern);
  if (denied) {
    const set = charsetOfRegex(`[${denied[1]}]*`, "fullmatch");
    return set ? guardsOfCharset(set) : [];
  }
  const listed = charsetOfRegex(pattern, "fullmatch");
  if (!listed || !/^\[[^\]]*\]\+?$|^\\?.$/.test(pattern)) return [];
  const complement = { ascii: listed.ascii.map((holds) => !holds), other: true };
  return guardsOfCharset(complement);
}

const harmlessFlags = /^(?:I|IGNORECASE|A|ASCII|U|UNICODE|X|VERBOSE|DOTALL|S)$/;

/** Holds if a match is given flags that may let `^` and `$` stand inside the text. */
function changesLines(solver: Solver, call: number): boolean {
  const { ir } = solver;
  const name = calledName(solver, call);
  if (!/^(?:match|fullmatch|search)$/.test(name) || callArgCount(ir, call) < 3) return false;
  const flags = callArg(ir, call, 2);
  return !(ir.op.data[flags] === Op.GetAttr && harmlessFlags.test(ir.strings.text(ir.b.data[flags]!)));
}

/** The pattern and the subject of `re.match(p, x)` or `compiled.match(x)`. */
function regexOfCall(solver: Solver, call: number): { pattern: string | undefined; subject: number } | undefined {
  const { ir } = solver;
  const count = callArgCount(ir, call);
  const receiver = receiverValue(ir, call);
  if (receiver >= 0 && ir.op.data[receiver] !== Op.Import && ir.op.data[receiver] !== Op.Global && count >= 1) {
    return { pattern: compiledPattern(solver, receiver), subject: callArg(ir, call, 0) };
  }
  if (receiver >= 0 && ir.op.data[receiver] === Op.Global) {
    const compiled = compiledPattern(solver, receiver);
    if (compiled !== undefined && count >= 1) return { pattern: compiled, subject: callArg(ir, call, 0) };
  }
  if (count < 2) return undefined;
  return { pattern: literalText(solver, callArg(ir, call, 0)), subject: callArg(ir, call, 1) };
}

export function compiledPattern(solver: Solver, value: number): string | undefined {
  const { ir } = solver;
  let v = value;
  for (let i = 0; i < 6; i++) {
    const op = ir.op.data[v]!;
    if (op === Op.Call && calledName(solver, v) === "compile" && callArgCount(ir, v) > 0) return literalText(solver, callArg(ir, v, 0));
    if (op === Op.Sigma || op === Op.Content) v = ir.a.data[v]!;
    else if (op === Op.Global || op === Op.Import || op === Op.Cell || op === Op.GetAttr) {
      const stores = solver.program.storesOf(v);
      if (stores.length !== 1) return undefined;
      v = stores[0]!;
    } else return undefined;
  }
  return undefined;
}

function guardsOfPrefix(solver: Solver, question: GuardQuestion, relation: Relation): GuardAnswer {
  const { condition: call, polarity } = question;
  if (relation.type === "url-part" && polarity) return nothing;
  if ((relation.type === "same" || relation.type === "text") && isOwnPath(solver, question.subject, call, polarity)) return kindsOf("same-host-url", "fixed-host-prefix");
  return kindsOf(...prefixGuards(solver, call, polarity));
}

/** `any(c in bad for c in x)` and the like. */
function guardsOfAny(solver: Solver, question: GuardQuestion): GuardAnswer {
  const prefix = question.polarity ? prefixInAny(solver, question.condition) : -1;
  if (prefix >= 0 && relate(solver, receiverValue(solver.ir, prefix), question).type !== "none") return kindsOf(...prefixGuards(solver, prefix, true));
  const kinds = comprehensionGuards(solver, question.condition, question.polarity, (value) => mergesTo(solver, question.subject, value) || relate(solver, value, question).type !== "none");
  return kinds ? kindsOf(...kinds) : unknown;
}

function guardsOfPredicate(solver: Solver, question: GuardQuestion): GuardAnswer {
  const { program } = solver;
  const { condition: call } = question;
  const targets = program.targetsOf(call);
  let answer: GuardAnswer | undefined;
  for (const target of targets) {
    let one: GuardAnswer;
    if (target.kind === "api") one = guardsOfApi(solver, question, target.node);
    else if (target.kind === "project") one = guardsOfProject(solver, question, target.function, target.mode);
    else one = isAskedAbout(solver, question) ? ofBuiltinMethod(solver, question) : nothing;
    answer = answer ? { kinds: answer.kinds.filter((kind) => one.kinds.includes(kind)), isUnknown: answer.isUnknown || one.isUnknown } : one;
  }
  if (answer) return answer;
  if (!isAskedAbout(solver, question)) return nothing;
  return ofBuiltinMethod(solver, question);
}

/** A method of the value itself with the name of a builtin one asks nothing that is not understood. */
function ofBuiltinMethod(solver: Solver, question: GuardQuestion): GuardAnswer {
  const node = builtinPredicate(solver, question.condition);
  return node >= 0 ? guardsOfApi(solver, question, node) : unknown;
}

function builtinPredicate(solver: Solver, call: number): number {
  if (receiverValue(solver.ir, call) < 0) return -1;
  const text = solver.api.typeNode("str");
  return text < 0 ? -1 : solver.api.step(text, calledName(solver, call));
}

/** Holds if the subject is an argument or the receiver of the call. */
function isAskedAbout(solver: Solver, question: GuardQuestion): boolean {
  const { ir } = solver;
  const { condition: call } = question;
  const receiver = receiverValue(ir, call);
  if (receiver >= 0 && relate(solver, receiver, question).type !== "none") return true;
  for (let i = 0, n = callArgCount(ir, call); i < n; i++) {
    if (relate(solver, callArg(ir, call, i), question).type !== "none") return true;
  }
  return false;
}

function guardsOfApi(solver: Solver, question: GuardQuestion, node: number): GuardAnswer {
  const { ir, api } = solver;
  const { condition: call, polarity } = question;
  const kinds: string[] = [];
  for (const rule of api.validates(node)) {
    if (rule.when === "returns" || (rule.when === "true") !== polarity) continue;
    const port = readPort(rule.value);
    const receiver = receiverValue(ir, call);
    const values = port.base === "self" ? (receiver >= 0 ? [receiver] : [])
      : argumentValues(ir, call, port.argument.index, port.argument.name, port.argument.rest);
    if (values.some((value) => relate(solver, value, question).type !== "none")) kinds.push(rule.as);
  }
  return kindsOf(...kinds);
}

function guardsOfProject(solver: Solver, question: GuardQuestion, fn: number, mode: number): GuardAnswer {
  const { ir } = solver;
  const { condition: call } = question;
  const shift = mode === 0 ? 0 : 1;
  const info = ir.functions[fn]!;
  for (let i = 0, n = callArgCount(ir, call); i < n; i++) {
    if (relate(solver, callArg(ir, call, i), question).type === "none") continue;
    const param = info.params[i + shift];
    if (!param) return unknown;
    const kinds = predicateGuards(solver, fn, param.value, question.polarity);
    return kinds.size > 0 ? { kinds: [...kinds].sort(), isUnknown: false } : unknown;
  }
  for (let i = 0, n = callKeywordCount(ir, call); i < n; i++) {
    if (relate(solver, callKeywordValue(ir, call, i), question).type === "none") continue;
    const param = info.params.find((each) => each.name === callKeywordName(ir, call, i));
    const kinds = param ? predicateGuards(solver, fn, param.value, question.polarity) : new Set<string>();
    return kinds.size > 0 ? { kinds: [...kinds].sort(), isUnknown: false } : unknown;
  }
  return nothing;
}
