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
import { CmpOp, Op, callCallee } from "../ir/index.ts";
import { guardsOfAnswer, guardsOfCall, isRegexCall } from "./guard-calls.ts";
import { type Choice, guardsOfLookUp, guardsOfMembership, guardsOfSet } from "./guard-containers.ts";
import { boundsLength } from "./length-guard.ts";
import { characterGuards } from "./characters.ts";
import { extensionGuards } from "./extension-checks.ts";
import { hostGuards } from "./host-checks.ts";
import { neighbourPath, pathGuards } from "./path-checks.ts";
import { receiverValue } from "./ports.ts";
import { rootGuards } from "./root-checks.ts";
import { guardsOfPhi } from "./path-facts.ts";
import { relate, type Relation } from "./relations.ts";
import type { Solver } from "./solver.ts";
import { isOwnPath } from "./url-prefixes.ts";

export interface GuardQuestion {
  readonly condition: number;
  /** The truth of the condition on this edge. */
  readonly polarity: boolean;
  readonly subject: number;
  readonly path: number;
  /** Asks whether the condition is not None, instead of whether it is true. */
  readonly isPresence?: boolean;
}

export interface GuardAnswer {
  readonly kinds: readonly string[];
  /** Containers that a kind rests on: the value is one of the items of these. Kinds that rest on none are not in it. */
  readonly choices?: ReadonlyMap<string, readonly Choice[]>;
  /** The condition asks something about the value that is not understood. */
  readonly isUnknown: boolean;
  /** The condition, where the answer is kept apart from it. */
  readonly at?: number;
}

export const nothing: GuardAnswer = { kinds: [], isUnknown: false };
export const unknown: GuardAnswer = { kinds: [], isUnknown: true };
export const kindsOf = (...kinds: string[]): GuardAnswer => ({ kinds, isUnknown: false });

/** Finds the guard kinds that hold of the subject when the condition has the given truth. */
export function guardsOfCondition(solver: Solver, question: GuardQuestion): GuardAnswer {
  const { ir } = solver;
  const { condition } = question;
  if (!question.isPresence) {
    const special = [...pathGuards(solver, question), ...rootGuards(solver, question), ...hostGuards(solver, question)];
    if (special.includes(neighbourPath)) return unknown;
    if (special.length > 0) return kindsOf(...special);
  }
  switch (ir.op.data[condition]! as Op) {
    case Op.Not: return question.isPresence ? nothing : guardsOfCondition(solver, { ...question, condition: ir.a.data[condition]!, polarity: !question.polarity });
    case Op.Cmp: return question.isPresence ? nothing : guardsOfComparison(solver, question);
    case Op.Call: return guardsOfCall(solver, question);
    case Op.IsInst: return nothing;
    case Op.Sigma: case Op.Content: return guardsOfCondition(solver, { ...question, condition: ir.a.data[condition]! });
    case Op.Bin: return guardsOfSet(solver, question) ?? nothing;
    case Op.GetItem: case Op.Unpack: return guardsOfPart(solver, question);
    case Op.Phi: return guardsOfPhi(solver, question);
    default:
      return question.polarity ? nothing : guardsOfEmpty(relate(solver, condition, question));
  }
}

/** `if not value:` leaves only empty values; `if not urlparse(value).netloc:` leaves addresses without a host. */
function guardsOfEmpty(relation: Relation): GuardAnswer {
  if (relation.type === "same") return kindsOf("constant");
  return relation.type === "url-part" ? kindsOf(...urlPartGuards(relation.part)) : nothing;
}

/** A table's answer for the value: `if TABLE[x]`. What else a part of something says is not known, but of parts of predicates' answers. */
function guardsOfPart(solver: Solver, question: GuardQuestion): GuardAnswer {
  const { ir, facts } = solver;
  const { condition } = question;
  const container = ir.a.data[condition]!;
  const root = solver.rootOf(container);
  const isUnpacked = ir.op.data[condition] === Op.Unpack;
  const key = isUnpacked ? undefined : facts.literalOf(ir.b.data[condition]!);
  const at = isUnpacked ? ir.b.data[condition]! : key?.type === "int" ? Number(key.value) : -1;
  if (at >= 0 && ir.c.data[condition] !== 1 && ir.op.data[root] === Op.Call) return guardsOfAnswer(solver, { ...question, condition: root }, at);
  if (isUnpacked) return nothing;
  if (relate(solver, condition, question).type === "same") return question.polarity ? nothing : kindsOf("constant");
  return guardsOfLookUp(solver, question, container, ir.b.data[condition]!);
}

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
    if (isNone(solver, other)) return guardsOfCondition(solver, { ...question, condition: mine, polarity: !holds, isPresence: true });
    const truth = literalTruth(solver, other);
    if (truth !== undefined) return guardsOfCondition(solver, { ...question, condition: mine, polarity: holds ? truth : !truth });
  }
  if (!holds) return nothing;
  for (const [mine, other] of [[left, right], [right, left]] as const) {
    const extension = extensionGuards(solver, question, mine, other, true);
    if (extension.kinds.length > 0) return extension;
    const relation = relate(solver, mine, question);
    if (relation.type === "none") continue;
    if (isRegexCall(solver, mine)) continue;
    if (relation.type === "url-part" && isOwnHost(solver, other)) return kindsOf(...urlPartGuards(relation.part));
    if (isFromOutside(solver, other)) return nothing;
    if (relation.type === "url-part") return kindsOf(...urlPartGuards(relation.part));
    const constants = solver.facts.constantsOf(other);
    if (constants && constants.length > 0) return kindsOf(...(characterGuards(solver, mine, constants.map((constant) => textOfConstant(solver, constant))) ?? ["fixed-choice"]));
    // Equal to its own normalised or cut form: os.path.basename(x) == x, secure_filename(x) == x.
    if (relation.type === "same" || relation.type === "text") {
      const shaped = shapeOfCall(solver, other);
      if (shaped.length > 0) return kindsOf(...shaped);
    }
    const equal: readonly Choice[] = [{ container: other, isEqual: true, via: [] }];
    return { kinds: ["fixed-choice"], choices: new Map([["fixed-choice", equal]]), isUnknown: false };
  }
  return nothing;
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
  const type = solver.facts.literalOf(value)?.type;
  return type === "true" ? true : type === "false" ? false : undefined;
}

const isNone = (solver: Solver, value: number): boolean => solver.ir.op.data[value] === Op.Const && solver.ir.a.data[value] === 0;

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

export function urlPartGuards(part: string): string[] {
  return /^(?:netloc|hostname|host|domain|authority)$/.test(part) ? ["allowed-host", "same-host-url"] : [];
}

/** The text of a literal; none of one character if it is no text. */
function textOfConstant(solver: Solver, constant: number): string {
  const known = solver.ir.constants[constant];
  return known?.type === "str" ? known.value : "";
}
