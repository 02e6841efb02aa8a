/** What a call in a condition says about a value: tests of text, expressions, prefixes, and predicates of the project. */
import { BuildKind, CmpOp, Op, type ParameterInfo, callArg, callArgCount, callKeywordCount, callKeywordName, callKeywordValue } from "../ir/index.ts";
import { BindMode, type CallTarget } from "../program/index.ts";
import { charactersOfRegex, charsetOfRegex, complementOf, guardsOfCharset, type RegexUse } from "../values/index.ts";
import { comprehensionGuards, comprehensionOf, mergesTo, type Round } from "./characters.ts";
import { documentGuards } from "./document-checks.ts";
import { type Choice, guardsOfLookUp, guardsOfSet, oneOf } from "./guard-containers.ts";
import { type GuardAnswer, type GuardQuestion, guardsOfCondition, kindsOf, nothing, unknown } from "./guards.ts";
import { mayBe } from "./path-facts.ts";
import { isNoStepUp } from "./path-checks.ts";
import { isItem } from "./paths.ts";
import { argumentValues, readPort, receiverValue } from "./ports.ts";
import { type Kinds, predicateGuards } from "./predicates.ts";
import { areMembersChecked } from "./loop-checks.ts";
import { prefixGuards, prefixInAny } from "./prefix-checks.ts";
import { noRoot, rootGuardsOfPrefix, rootGuardsOfRegex } from "./root-checks.ts";
import { regexOfCall } from "./regex-calls.ts";
import { allowedExtension, endingGuards } from "./extension-checks.ts";
import { calledName, isVersionOf, relate, type Relation } from "./relations.ts";
import type { Solver } from "./solver.ts";
import { isHostPart } from "./host-checks.ts";
import { fixesDomain, hostGuardsOfRegex, isOwnPath } from "./url-prefixes.ts";

export function guardsOfCall(solver: Solver, question: GuardQuestion): GuardAnswer {
  const { ir } = solver;
  const { condition: call, polarity } = question;
  const name = calledName(solver, call);
  const receiver = receiverValue(ir, call);
  // What is empty or None leaves nothing to choose.
  if (question.path === 0 && isVersionOf(solver, question.subject, call)) return polarity ? nothing : kindsOf("constant");
  if (isRegexCall(solver, call)) return guardsOfRegex(solver, question, name as RegexUse);
  if (name === "get" && receiver >= 0 && callArgCount(ir, call) > 0) {
    const found = polarity && !hasPositiveDefault(solver, question) ? guardsOfLookUp(solver, question, receiver, callArg(ir, call, 0)) : nothing;
    if (found.kinds.length > 0) return found;
  }
  if (question.isPresence) return guardsOfPredicate(solver, question);
  const onReceiver: Relation = receiver >= 0 ? relate(solver, receiver, question) : { type: "none" };
  if (name === "isinstance") return guardsOfIsInstance(solver, question);
  const ending = endingGuards(solver, question);
  if (ending.kinds.length > 0) return ending;
  if (name === "startswith" && onReceiver.type !== "none") return guardsOfPrefix(solver, question, onReceiver);
  // What pathGuards did not take is a comparison of names only, which `..` passes.
  if (name === "is_relative_to" && onReceiver.type !== "none") return polarity ? kindsOf(...rootGuardsOfPrefix(solver, call, true, undefined)) : nothing;
  if ((name === "any" || name === "all") && callArgCount(ir, call) === 1) return guardsOfAny(solver, question);
  return guardsOfSet(solver, question) ?? guardsOfPredicate(solver, question);
}

/** Holds if `get` gives something that counts for keys that are not there. */
function hasPositiveDefault(solver: Solver, question: GuardQuestion): boolean {
  const { ir, facts } = solver;
  const { condition: call } = question;
  if (callKeywordCount(ir, call) > 0) return true;
  if (callArgCount(ir, call) < 2) return false;
  return mayBe(solver, callArg(ir, call, 1), { value: -1, polarity: true, isPresence: question.isPresence === true }) || facts.constantsOf(callArg(ir, call, 1)) === undefined;
}

/** The predicate's answer is a tuple, and the condition is its item `at`. */
export function guardsOfAnswer(solver: Solver, question: GuardQuestion, at: number): GuardAnswer {
  const targets = solver.program.targetsOf(question.condition);
  if (targets.length !== 1 || targets[0]!.kind !== "project") return nothing;
  return guardsOfProject(solver, question, targets[0]!, at);
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
  const relation: Relation = found ? relate(solver, callArg(solver.ir, call, found.at), question) : { type: "none" };
  if (!found || relation.type === "none") return nothing;
  if (!found.pattern?.flags) return unknown;
  // What holds of one part of an address does not hold of all of it.
  if (relation.type === "url-part") return polarity && isHostPart(relation.part) && fixesDomain(found.pattern.text, use) ? kindsOf("allowed-host") : nothing;
  const { text, flags } = found.pattern;
  if (!polarity) {
    const denied = use === "search" ? charactersOfRegex(text, flags) : undefined;
    return kindsOf(...(denied ? guardsOfCharset(complementOf(denied)) : []));
  }
  const set = charsetOfRegex(text, use, flags);
  const isFromStart = use !== "search" || (/^(?:\^|\\A)/.test(text) && !flags.multiLine);
  const host = isFromStart ? hostGuardsOfRegex(text) : [];
  return kindsOf(...(set ? guardsOfCharset(set) : []), ...host, ...(isFromStart ? rootGuardsOfRegex(text, use, flags) : []));
}

function guardsOfPrefix(solver: Solver, question: GuardQuestion, relation: Relation): GuardAnswer {
  const { condition: call, polarity } = question;
  if (relation.type === "url-part" && polarity) return nothing;
  if ((relation.type === "same" || relation.type === "text") && isOwnPath(solver, question.subject, call, polarity)) return kindsOf("same-host-url", "fixed-host-prefix");
  const kinds = prefixGuards(solver, call, polarity);
  return kindsOf(...(relation.type === "url-part" ? kinds.filter((kind) => kind !== noRoot) : kinds));
}

/** `any(c in bad for c in x)` and the like. */
function guardsOfAny(solver: Solver, question: GuardQuestion): GuardAnswer {
  const { ir, paths } = solver;
  const { condition: call, subject, path, polarity } = question;
  const isText = (value: number): boolean => mergesTo(solver, subject, value) || relate(solver, value, question).type !== "none";
  const round = comprehensionOf(solver, callArg(ir, call, 0));
  if (round && polarity === (calledName(solver, call) === "all") && path !== 0 && isItem(paths.head(path)) && isWhole(solver, subject, round.iterated)) {
    return guardsOfCondition(solver, { condition: round.element, polarity, subject: round.item, path: paths.tail(path) });
  }
  if (round && polarity === (calledName(solver, call) === "all") && isNoStepUp(solver, { ...question, condition: round.element }, round)) return kindsOf("no-dotdot");
  const members = areMembersChecked(solver, question) ? ["checked-members"] : [];
  const prefix = polarity ? prefixInAny(solver, call) : -1;
  if (prefix >= 0 && relate(solver, receiverValue(ir, prefix), question).type !== "none") return kindsOf(...prefixGuards(solver, prefix, true));
  if (round && polarity && calledName(solver, call) === "any") {
    const found = guardsOfSome(solver, question, round);
    if (found) return found;
  }
  const kinds = comprehensionGuards(solver, call, polarity, isText);
  return kinds || members.length > 0 ? kindsOf(...(kinds ?? []), ...members) : unknown;
}

/** Holds if a value is the subject itself, and no part of it. */
const isWhole = (solver: Solver, subject: number, value: number): boolean =>
  mergesTo(solver, subject, value) || isVersionOf(solver, subject, value) || isVersionOf(solver, value, subject);

/** `any(x == y for y in NAMES)`: it is one of them. */
function guardsOfSome(solver: Solver, question: GuardQuestion, round: Round): GuardAnswer | undefined {
  const { ir } = solver;
  const { element, item, iterated } = round;
  if (ir.op.data[element] === Op.Cmp && ir.a.data[element] === CmpOp.Eq) {
    const [left, right] = [ir.b.data[element]!, ir.c.data[element]!];
    const mine = left === item ? right : right === item ? left : -1;
    if (mine >= 0 && relate(solver, mine, question).type !== "none") return oneOf(solver, iterated, ["fixed-choice"]);
  }
  return undefined;
}

function guardsOfPredicate(solver: Solver, question: GuardQuestion): GuardAnswer {
  const { program } = solver;
  const { condition: call } = question;
  const targets = program.targetsOf(call);
  let answer: GuardAnswer | undefined;
  for (const target of targets) {
    let one: GuardAnswer;
    if (target.kind === "api") one = guardsOfApi(solver, question, target.node);
    else if (target.kind === "project") one = guardsOfProject(solver, question, target);
    else one = !question.isPresence && isAskedAbout(solver, question) ? ofBuiltinMethod(solver, question) : nothing;
    answer = answer ? eitherOf(answer, one) : one;
  }
  if (answer) return answer;
  if (question.isPresence || !isAskedAbout(solver, question)) return nothing;
  return ofBuiltinMethod(solver, question);
}

/** A method of the value itself with the name of a builtin one asks nothing that is not understood. */
function ofBuiltinMethod(solver: Solver, question: GuardQuestion): GuardAnswer {
  const node = builtinPredicate(solver, question.condition);
  return node >= 0 ? guardsOfApi(solver, question, node) : unknown;
}

/** What holds if either of two answers is right. */
export function eitherOf(a: GuardAnswer, b: GuardAnswer): GuardAnswer {
  const kinds = a.kinds.filter((kind) => b.kinds.includes(kind));
  const isUnknown = a.isUnknown || b.isUnknown;
  if (!a.choices && !b.choices) return { kinds, isUnknown };
  const choices = new Map(kinds.map((kind) => [kind, [...(a.choices?.get(kind) ?? []), ...(b.choices?.get(kind) ?? [])]] as const));
  return { kinds, choices, isUnknown };
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
  if (polarity && !question.isPresence) kinds.push(...documentGuards(solver, call, question.subject, question.path));
  return kindsOf(...kinds);
}

function guardsOfProject(solver: Solver, question: GuardQuestion, target: CallTarget & { kind: "project" }, at = -1): GuardAnswer {
  const { ir } = solver;
  const { condition: call, polarity, isPresence = false } = question;
  const shift = target.mode === BindMode.Plain ? 0 : 1;
  const info = ir.functions[target.function]!;
  const given: { value: number; param: ParameterInfo | undefined }[] = [];
  for (let i = 0, n = callArgCount(ir, call); i < n; i++) given.push({ value: callArg(ir, call, i), param: info.params[i + shift] });
  for (let i = 0, n = callKeywordCount(ir, call); i < n; i++) {
    given.push({ value: callKeywordValue(ir, call, i), param: info.params.find((each) => each.name === callKeywordName(ir, call, i)) });
  }
  for (const { value, param } of given) {
    const relation = relate(solver, value, question).type;
    if (relation === "none") continue;
    if (!param) return unknown;
    const path = isWhole(solver, question.subject, value) ? question.path : 0;
    const kinds = predicateGuards(solver, info.id, { param: param.value, path }, { polarity, isPresence, at });
    if (kinds.size === 0) return isPresence ? nothing : unknown;
    // The ending of an attribute is none of the object's.
    const known = [...kinds.keys()].filter((kind) => kind !== allowedExtension || relation !== "url-part").sort();
    return { kinds: known, choices: calledChoices(kinds, { call, target }), isUnknown: false };
  }
  return nothing;
}

/** What kinds rest on inside a called function, seen from the call. */
export function calledChoices(kinds: Kinds, via: Choice["via"][number]): ReadonlyMap<string, readonly Choice[]> {
  const out = new Map<string, readonly Choice[]>();
  for (const [kind, choices] of kinds) {
    if (choices.length > 0) out.set(kind, choices.map((choice) => ({ ...choice, via: [...choice.via, via] })));
  }
  return out;
}

export const isRegexCall = (solver: Solver, value: number): boolean =>
  solver.ir.op.data[value] === Op.Call && /^(?:match|fullmatch|search)$/.test(calledName(solver, value));
