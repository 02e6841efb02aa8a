/**
 * What is known whenever a place of a function runs: the conditions on every way there.
 *
 * ```text
 * path = join(BASE, name)
 * if ".." in name: abort()          at open(path): `".." in name` is false, though path was made before
 * ok = False
 * if name in NAMES: ok = True
 * if ok: open(path)                 there ok is True, so the way led through `name in NAMES`
 * ```
 * A condition is a value that is computed once, so that it has the same truth wherever it is looked at again.
 */
import { numberOf, PairMap } from "../base/index.ts";
import { BlockFlag, BranchKind, BuildKind, CmpOp, type Ir, Op, callArg, callArgCount, callCallee } from "../ir/index.ts";
import { eitherOf } from "./guard-calls.ts";
import { type GuardAnswer, type GuardQuestion, guardsOfCondition, nothing } from "./guards.ts";
import type { Dominators } from "../flow/index.ts";
import { isItem } from "./paths.ts";
import { dominatorsOf } from "./predicates.ts";
import type { Solver } from "./solver.ts";
import { unmerged, unrefined } from "./value-versions.ts";

/** A condition that has this truth. */
export interface PathFact {
  readonly condition: number;
  readonly polarity: boolean;
  /** It held in every round of a finished loop: the variable of the round, and what the loop went over. */
  readonly round?: { readonly item: number; readonly iterated: number };
}

/** The conditions that hold at a block. */
export interface PathFacts {
  /** The block from which on they hold: equal for blocks with the same facts. -1 if there are none. */
  readonly id: number;
  readonly facts: readonly PathFact[];
  /** The facts that read a value, by that value without its refinements. */
  readonly byValue: ReadonlyMap<number, readonly PathFact[]>;
  /** The facts by what they ask. */
  readonly byAsk: ReadonlyMap<string, boolean>;
}

/** What is asked of a value: to be true or false, or to be something or None. */
export interface Ask {
  readonly value: number;
  readonly polarity: boolean;
  readonly isPresence: boolean;
}

/** Most conditions that are known at one place. */
export const pathFactsMax = 64;
/** Most ways on which a flag is set that are told apart. */
const flagWaysMax = 32;
const depthMax = 8;
const noFacts: PathFacts = { id: -1, facts: [], byValue: new Map(), byAsk: new Map() };
/** What is known of a part of a value at a place: by the number of the part, and the place. */
interface Answers {
  /** Numbers of parts of values, and of phis at places. */
  readonly parts: PairMap;
  readonly places: PairMap;
  readonly known: (readonly GuardAnswer[])[];
  /** By the number of the part, and the flag and how it is asked. */
  readonly flags: PairMap;
  readonly flagAnswers: GuardAnswer[];
  /** 1 for inputs of phis that are ruled out at a place, 0 for others. */
  readonly ruledOut: PairMap;
}
const answers = new WeakMap<Solver, Answers>();

/** The conditions that hold whenever a block runs, the nearest first. */
export function pathFacts(solver: Solver, block: number): PathFacts {
  return (solver.factsOfBlocks[block] ??= collect(solver, block, solver.factsOfBlocks));
}

/** Goes up to the nearest block whose facts are known, then down again: every decided block on the way adds its condition. */
function collect(solver: Solver, block: number, known: (PathFacts | undefined)[]): PathFacts {
  const { ir } = solver;
  const fn = ir.functions[ir.blocks.func.data[block]!]!;
  const dominators = dominatorsOf(solver, fn.id);
  const decided: number[] = [];
  let found: PathFacts = noFacts;
  for (let at = block; at >= 0; at = dominators.immediate(at)) {
    const shared = known[at];
    if (shared) {
      found = shared;
      break;
    }
    if (factInto(solver, at) || loopBefore(ir, at) >= 0) decided.push(at);
  }
  for (const at of decided.reverse()) {
    const fact = factInto(solver, at);
    const added = fact ? consequences(solver, fact, 0) : roundFacts(solver, dominators, loopBefore(ir, at));
    if (added.length === 0) continue;
    found = index(solver, at, [...added, ...found.facts].slice(0, pathFactsMax));
    known[at] = found;
  }
  return found;
}

/** The head of the loop that was gone through to its end just before a block, or -1. */
function loopBefore(ir: Ir, block: number): number {
  const preds = ir.blocks.preds.data[block]!;
  if (ir.lists.length(preds) !== 1) return -1;
  const head = ir.lists.at(preds, 0);
  const last = ir.blocks.end.data[head]! - 1;
  if (ir.op.data[last] !== Op.Branch || ir.b.data[last] !== BranchKind.MoreItems) return -1;
  return ir.lists.at(ir.blocks.succs.data[head]!, 1) === block ? head : -1;
}

/** What held at the end of every round of a loop. */
function roundFacts(solver: Solver, dominators: Dominators, head: number): PathFact[] {
  const { ir } = solver;
  const body = ir.lists.at(ir.blocks.succs.data[head]!, 0);
  const item = ir.blocks.first.data[body]!;
  if (ir.op.data[item] !== Op.Next || nesting >= nestingMax) return [];
  const ends = ir.lists.toArray(ir.blocks.preds.data[head]!).filter((pred) => dominators.dominates(body, pred));
  let out: PathFact[] | undefined;
  for (const end of ends) {
    const onEdge = factOnEdge(ir, end, head);
    const facts = [...(onEdge ? [onEdge] : []), ...factsBefore(solver, end)]
      .filter(({ condition, round }) => !round && dominators.dominates(body, ir.block.data[condition]!));
    out = out ? out.filter((fact) => facts.some((other) => other.condition === fact.condition && other.polarity === fact.polarity)) : facts;
  }
  const round = { item, iterated: ir.a.data[ir.a.data[item]!]! };
  return (out ?? []).map((fact) => ({ ...fact, round }));
}

/** The condition that decides the only way into a block; ways that end in a call that does not return are none. */
function factInto(solver: Solver, block: number): PathFact | undefined {
  const { ir } = solver;
  const all = ir.lists.toArray(ir.blocks.preds.data[block]!);
  const preds = all.length > 1 ? all.filter((pred) => leadsTo(solver, pred, block)) : all;
  return preds.length === 1 ? factOnEdge(ir, preds[0]!, block) : undefined;
}

function leadsTo(solver: Solver, from: number, to: number): boolean {
  const { ir, facts } = solver;
  if (!facts.isReachable(from)) return false;
  if (ir.blocks.handler.data[from] === to) return true;
  return ir.lists.toArray(ir.blocks.succs.data[from]!).some((succ, i) => succ === to && facts.isEdgeFeasible(from, i));
}

function factOnEdge(ir: Ir, from: number, to: number): PathFact | undefined {
  const last = ir.blocks.end.data[from]! - 1;
  if (last < ir.blocks.first.data[from]! || ir.op.data[last] !== Op.Branch || ir.b.data[last] !== BranchKind.Condition) return undefined;
  const succs = ir.blocks.succs.data[from]!;
  const isTrue = ir.lists.at(succs, 0) === to;
  if (isTrue === (ir.lists.at(succs, 1) === to)) return undefined;
  return { condition: ir.a.data[last]!, polarity: isTrue };
}

/** A fact and what follows from it: a flag that only one way can have set tells that this way was taken. */
function consequences(solver: Solver, fact: PathFact, depth: number): PathFact[] {
  const { ir } = solver;
  const ask = askOf(solver, fact.condition, fact.polarity);
  const phi = ask.value;
  if (depth > depthMax || ir.op.data[phi] !== Op.Phi || isLoopHead(ir, ir.block.data[phi]!)) return [fact];
  const block = ir.block.data[phi]!;
  const ways = waysOf(solver, ask);
  if (ways.length !== 1) return [fact];
  const [way] = ways;
  const onEdge = factOnEdge(ir, way!.pred, block);
  const before = nesting < nestingMax ? factsBefore(solver, way!.pred) : [];
  const input: PathFact[] = ask.isPresence ? [] : consequences(solver, { condition: way!.input, polarity: ask.polarity }, depth + 1);
  return [fact, ...input, ...(onEdge ? consequences(solver, onEdge, depth + 1) : []), ...before];
}

/** Deepest chain of flags that are set behind flags. */
const nestingMax = 24;
let nesting = 0;

function factsBefore(solver: Solver, block: number): readonly PathFact[] {
  nesting++;
  const { facts } = pathFacts(solver, block);
  nesting--;
  return facts;
}

/** The inputs of a phi that can answer as asked, each with the block that it comes from. */
function waysOf(solver: Solver, ask: Ask): { input: number; pred: number }[] {
  const { ir, facts } = solver;
  const preds = ir.blocks.preds.data[ir.block.data[ask.value]!]!;
  const inputs = ir.a.data[ask.value]!;
  const out: { input: number; pred: number }[] = [];
  for (let i = 0, n = ir.lists.length(inputs); i < n; i++) {
    const input = ir.lists.at(inputs, i);
    const pred = ir.lists.at(preds, i);
    if (facts.isReachable(pred) && mayBe(solver, input, { ...ask, value: input })) out.push({ input, pred });
  }
  return out;
}

/** What a condition asks, of which value. */
export function askOf(solver: Solver, condition: number, polarity: boolean): Ask {
  const { ir } = solver;
  let v = unmerged(solver, condition);
  let truth = polarity;
  for (let i = 0; i < depthMax; i++) {
    const op = ir.op.data[v]! as Op;
    if (op === Op.Not) {
      truth = !truth;
      v = unmerged(solver, ir.a.data[v]!);
      continue;
    }
    if (op !== Op.Cmp) break;
    const operator = ir.a.data[v]! as CmpOp;
    const isNegated = operator === CmpOp.IsNot || operator === CmpOp.NotEq;
    if (!isNegated && operator !== CmpOp.Is && operator !== CmpOp.Eq) break;
    const constant = solver.facts.literalOf(ir.c.data[v]!);
    if (constant?.type === "none") return { value: unmerged(solver, ir.b.data[v]!), polarity: truth === isNegated, isPresence: true };
    if (constant?.type !== "true" && constant?.type !== "false") break;
    truth = truth === ((constant.type === "true") !== isNegated);
    v = unmerged(solver, ir.b.data[v]!);
  }
  return { value: v, polarity: truth, isPresence: false };
}

/** False if a value cannot answer as asked. */
export function mayBe(solver: Solver, value: number, ask: Ask): boolean {
  const { ir } = solver;
  const constants = solver.facts.constantsOf(value);
  if (constants && constants.length > 0) {
    return constants.some((id) => (ask.isPresence ? ir.constants[id]!.type !== "none" : truthOf(ir, id)) === ask.polarity);
  }
  if (!ask.isPresence && ir.op.data[value] === Op.Sigma && ir.a.data[value] === ir.b.data[value]) return (ir.c.data[value] === 1) === ask.polarity;
  const v = unrefined(ir, value);
  const op = ir.op.data[v]! as Op;
  if (ask.isPresence) return ask.polarity || !(op === Op.Build || op === Op.Fmt || op === Op.Func || op === Op.Class || op === Op.Cmp || op === Op.Not);
  const isTrue = op === Op.Func || op === Op.Class || (op === Op.Build && ir.a.data[v] === BuildKind.Tuple && ir.lists.length(ir.b.data[v]!) > 0);
  return ask.polarity || !isTrue;
}

function truthOf(ir: Ir, id: number): boolean {
  const constant = ir.constants[id]!;
  switch (constant.type) {
    case "none": case "false": return false;
    case "true": case "ellipsis": return true;
    default: return Boolean(constant.value);
  }
}

const isLoopHead = (ir: Ir, block: number): boolean => (ir.blocks.flags.data[block]! & BlockFlag.LoopHead) !== 0;

function index(solver: Solver, id: number, facts: readonly PathFact[]): PathFacts {
  const byValue = new Map<number, PathFact[]>();
  const byAsk = new Map<string, boolean>();
  for (const fact of facts) {
    for (const value of new Set(fact.round ? [unmerged(solver, fact.round.iterated)] : readsOf(solver.ir, fact.condition, 0).map((read) => unmerged(solver, read)))) {
      const list = byValue.get(value);
      if (!list) byValue.set(value, [fact]);
      else list.push(fact);
    }
    if (fact.round) continue;
    const { key, polarity } = keyOf(solver, fact);
    if (!byAsk.has(key)) byAsk.set(key, polarity);
  }
  return { id, facts, byValue, byAsk };
}

/** The values that a condition is worked out from. */
function readsOf(ir: Ir, value: number, depth: number): number[] {
  const v = unrefined(ir, value);
  if (depth > depthMax || v < 0) return [];
  const inner = (other: number): number[] => readsOf(ir, other, depth + 1);
  switch (ir.op.data[v]! as Op) {
    case Op.Const: case Op.Global: case Op.Import: return [];
    case Op.Not: case Op.Iter: case Op.Len: return inner(ir.a.data[v]!);
    case Op.Cmp: case Op.Bin: return [...inner(ir.b.data[v]!), ...inner(ir.c.data[v]!)];
    case Op.Fmt: return ir.lists.toArray(ir.a.data[v]!).flatMap(inner);
    case Op.GetAttr: case Op.GetItem: case Op.Unpack: return [v, ...inner(ir.a.data[v]!)];
    case Op.Call: {
      const callee = callCallee(ir, v);
      const out = ir.op.data[callee] === Op.GetAttr ? inner(ir.a.data[callee]!) : [];
      for (let i = 0, n = callArgCount(ir, v); i < n; i++) out.push(...inner(callArg(ir, v, i)));
      for (const argument of ir.lists.toArray(ir.c.data[v]!).filter((_each, i) => i % 2 === 1)) out.push(...inner(argument));
      return [v, ...out];
    }
    case Op.Phi: return [v, ...roundOf(ir, v).flatMap(inner)];
    default: return [v];
  }
}

/** What a generator expression goes over. */
function roundOf(ir: Ir, phi: number): number[] {
  for (const input of ir.lists.toArray(ir.a.data[phi]!)) {
    if (ir.op.data[input] !== Op.Content || ir.op.data[ir.b.data[input]!] !== Op.Append) continue;
    const block = ir.block.data[input]!;
    for (let row = ir.blocks.first.data[block]!; row < input; row++) if (ir.op.data[row] === Op.Next) return [ir.a.data[ir.a.data[row]!]!];
  }
  return [];
}

/** A text that is equal for conditions that ask the same, and the truth of what it names. */
function keyOf(solver: Solver, { condition, polarity }: PathFact): { key: string; polarity: boolean } {
  const { ir } = solver;
  const ask = askOf(solver, condition, polarity);
  const v = ask.value;
  if (ask.isPresence) return { key: `n${v}`, polarity: ask.polarity };
  if (ir.op.data[v] !== Op.Cmp) return { key: `v${v}`, polarity: ask.polarity };
  const operator = ir.a.data[v]! as CmpOp;
  const isNegated = operator === CmpOp.NotEq || operator === CmpOp.IsNot || operator === CmpOp.NotIn;
  const side = (value: number): string => {
    const constants = solver.facts.constantsOf(value);
    return constants?.length === 1 ? `c${constants[0]}` : String(unrefined(ir, value));
  };
  const plain = isNegated ? operator - 1 : operator;
  return { key: `${plain}:${side(ir.b.data[v]!)}:${side(ir.c.data[v]!)}`, polarity: ask.polarity !== isNegated };
}

/** Holds if what is known at a place rules out that a phi has its value from this input. */
export function isRuledOut(solver: Solver, at: PathFacts, phi: number, input: number): boolean {
  const { ruledOut, parts } = storeOf(solver);
  const pair = numberOf(parts, phi, -2 - at.id);
  let known = ruledOut.get(pair, input);
  if (known < 0) {
    known = rulesOut(solver, at, phi, input) ? 1 : 0;
    ruledOut.set(pair, input, known);
  }
  return known === 1;
}

function rulesOut(solver: Solver, at: PathFacts, phi: number, input: number): boolean {
  const { ir } = solver;
  const block = ir.block.data[phi]!;
  const pred = ir.lists.at(ir.blocks.preds.data[block]!, input);
  for (const fact of at.facts) {
    if (fact.round) continue;
    const ask = askOf(solver, fact.condition, fact.polarity);
    if (ir.op.data[ask.value] !== Op.Phi || ir.block.data[ask.value] !== block) continue;
    const answer = ir.lists.at(ir.a.data[ask.value]!, input);
    if (!mayBe(solver, answer, { ...ask, value: answer })) return true;
  }
  const onEdge = factOnEdge(ir, pred, block);
  return [...(onEdge ? [onEdge] : []), ...pathFacts(solver, pred).facts].some((fact) => {
    if (fact.round) return false;
    const { key, polarity } = keyOf(solver, fact);
    const known = at.byAsk.get(key);
    return known !== undefined && known !== polarity;
  });
}

/** What a flag says: the guards of every way on which it can have been set so. */
export function guardsOfPhi(solver: Solver, question: GuardQuestion, depth = 0): GuardAnswer {
  if (depth > 0) return guardsOfWays(solver, question, depth);
  const store = storeOf(solver);
  const how = (question.polarity ? 2 : 0) + (question.isPresence ? 1 : 0);
  const key = numberOf(store.flags, numberOf(store.parts, question.subject, question.path), question.condition * 4 + how);
  let known = store.flagAnswers[key];
  if (!known) {
    store.flagAnswers[key] = nothing; // what a flag of a loop says of itself
    known = guardsOfWays(solver, question, 0);
    store.flagAnswers[key] = known;
  }
  return known;
}

function guardsOfWays(solver: Solver, question: GuardQuestion, depth: number): GuardAnswer {
  const { ir } = solver;
  const ask: Ask = { value: question.condition, polarity: question.polarity, isPresence: question.isPresence === true };
  const block = ir.block.data[ask.value]!;
  if (depth > 3 || isLoopHead(ir, block)) return nothing;
  const ways = waysOf(solver, ask);
  if (ways.length > flagWaysMax) return nothing;
  // What holds on all ways is known where the flag is looked at, whatever it says.
  const common = new Set(pathFacts(solver, block).facts);
  let out: GuardAnswer | undefined;
  for (const { input, pred } of ways) {
    const inner = { ...question, condition: input };
    let one = ir.op.data[input] === Op.Phi ? guardsOfWays(solver, inner, depth + 1) : guardsOfCondition(solver, inner);
    const onEdge = factOnEdge(ir, pred, block);
    for (const fact of [...(onEdge ? [onEdge] : []), ...pathFacts(solver, pred).facts]) {
      if (fact.round || common.has(fact) || ir.op.data[askOf(solver, fact.condition, fact.polarity).value] === Op.Phi) continue;
      const answer = guardsOfCondition(solver, { condition: fact.condition, polarity: fact.polarity, subject: question.subject, path: question.path });
      if (answer.kinds.length > 0) one = { kinds: [...one.kinds, ...answer.kinds], choices: new Map([...(answer.choices ?? []), ...(one.choices ?? [])]), isUnknown: one.isUnknown };
    }
    out = out ? eitherOf(out, one) : one;
  }
  return out ?? nothing;
}

/** Guards of a value that the conditions on every way to a place give, wherever the value was read before. */
export function guardsByFacts(solver: Solver, at: PathFacts, value: number, path: number): readonly GuardAnswer[] {
  const facts = at.byValue.get(unmerged(solver, value));
  if (!facts) return [];
  // Walks of all needs come by here, and what a condition says does not depend on the need.
  const store = storeOf(solver);
  const key = numberOf(store.places, numberOf(store.parts, value, path), at.id);
  return (store.known[key] ??= answersOf(solver, facts, value, path));
}

function storeOf(solver: Solver): Answers {
  let store = answers.get(solver);
  if (!store) answers.set(solver, (store = { parts: new PairMap(), places: new PairMap(), known: [], flags: new PairMap(), flagAnswers: [], ruledOut: new PairMap() }));
  return store;
}

function answersOf(solver: Solver, facts: readonly PathFact[], value: number, path: number): readonly GuardAnswer[] {
  const isOfItem = path !== 0 && isItem(solver.paths.head(path));
  return facts.map(({ condition, polarity, round }) => {
    if (!round) return at(condition, guardsOfCondition(solver, { condition, polarity, subject: value, path }));
    return isOfItem ? at(condition, guardsOfCondition(solver, { condition, polarity, subject: round.item, path: solver.paths.tail(path) })) : nothing;
  });
}

const at = (condition: number, answer: GuardAnswer): GuardAnswer => (answer.kinds.length === 0 ? answer : { ...answer, at: condition });

/** The facts at an instruction of a function. */
export const factsAt = (solver: Solver, instr: number): PathFacts => pathFacts(solver, solver.ir.block.data[instr]!);

