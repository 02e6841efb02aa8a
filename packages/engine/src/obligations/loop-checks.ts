/**
 * Checks in a loop that hold after it: every round either goes on with a checked value or leaves the function.
 *
 * ```text
 * for c in "/\\":                            after the loop: no-slash
 *     if c in name: abort(400)
 * for c in BAD: name = name.replace(c, "")    after the loop: none of BAD
 * for part in name.split("/"):
 *     if part == "..": abort(400)             after the loop: no-dotdot
 * for info in getaddrinfo(urlparse(url).hostname, 80):
 *     if ip_address(info[4][0]).is_private: raise Refused       after the loop: url is public-host
 * for member in tar.getmembers():
 *     if ".." in member.name or isabs(member.name): raise Refused       after the loop: tar is checked-members
 * ```
 * A loop over constants runs for each of them; a loop over what the value consists of, or stands for, leaves out nothing.
 */
import { BranchKind, CmpOp, type Ir, Op, callArg, callArgCount, forEachUse, functionOf } from "../ir/index.ts";
import { absentGuards, elementOf, iteratedOf, textsOf } from "./characters.ts";
import { type GuardAnswer, guardsOfCondition, type GuardQuestion } from "./guards.ts";
import { mentions } from "./host-checks.ts";
import { isNoStepUp } from "./path-checks.ts";
import { attributeSelector } from "./paths.ts";
import { receiverValue } from "./ports.ts";
import { dominatorsOf, isAnswering } from "./predicates.ts";
import { calledName } from "./relations.ts";
import type { Solver } from "./solver.ts";

const stepsMax = 24;
const usesMax = 400;
const none: readonly string[] = [];
/** What is known of the name of a member that is written below a folder. */
const nameGuards = new Set(["same-base-path", "no-slash", "basename", "relative-name", "plain-text", "identifier-text", "fixed-choice"]);
const memberNames = ["name", "filename", "path"];

const known = new WeakMap<Solver, Map<number, readonly string[]>>();

/** Guards of the value after a loop, if `phi` is how the value stands at the head of the loop. */
export function loopGuards(solver: Solver, phi: number): readonly string[] {
  const { ir } = solver;
  const head = ir.block.data[phi]!;
  const last = ir.blocks.end.data[head]! - 1;
  if (ir.op.data[last] !== Op.Branch || ir.b.data[last] !== BranchKind.MoreItems) return none;
  let ofSolver = known.get(solver);
  if (!ofSolver) known.set(solver, (ofSolver = new Map()));
  let found = ofSolver.get(phi);
  if (!found) {
    found = findGuards(solver, phi, head, last);
    // What a predicate says while it is asked about itself is not its last word.
    if (!isAnswering(solver)) ofSolver.set(phi, found);
  }
  return found;
}

function findGuards(solver: Solver, phi: number, head: number, last: number): readonly string[] {
  const { ir } = solver;
  const loop = new Loop(solver, phi, head, ir.a.data[last]!);
  const preds = ir.blocks.preds.data[head]!;
  let out: readonly string[] | undefined;
  for (let i = 0, n = ir.lists.length(ir.a.data[phi]!); i < n; i++) {
    const pred = ir.lists.at(preds, i);
    if (!loop.isInside(pred) || !solver.facts.isReachable(pred)) continue;
    const kinds = loop.guardsOf(ir.lists.at(ir.a.data[phi]!, i), 0);
    out = out ? out.filter((kind) => kinds.includes(kind)) : kinds;
    if (out.length === 0) return none;
  }
  if (!out || loop.isUsedUnchecked()) return none;
  const parts = out.filter((kind) => kind.startsWith(ofMembers)).map((kind) => kind.slice(ofMembers.length) as NamePart);
  return areEnough(parts) ? [...out, "checked-members"] : out;
}

/** What conditions leave of the name of a member of an archive: enough, no step upwards, no beginning at the root. */
export type NamePart = "enough" | "no-dotdot" | "no-root";

/** What a condition of this truth tells of the name of a member of an archive, the subject. */
export function checksOfMember(solver: Solver, question: GuardQuestion): readonly NamePart[] {
  const kinds = answersOfMember(solver, question).flatMap((answer) => answer.kinds);
  const halves = kinds.filter((kind): kind is NamePart => kind === "no-dotdot" || kind === "no-root");
  return kinds.some((kind) => nameGuards.has(kind)) ? ["enough"] : halves;
}

/** Holds if a name that this is known of leads nowhere else. */
export const areEnough = (parts: readonly NamePart[]): boolean => parts.includes("enough") || (parts.includes("no-dotdot") && parts.includes("no-root"));

/** What a condition says of a member and of its name. */
function answersOfMember(solver: Solver, question: GuardQuestion): readonly GuardAnswer[] {
  const { ir, paths } = solver;
  const asked = [0, ...memberNames.map((name) => paths.push(attributeSelector(ir.strings.intern(name)), 0))];
  return asked.map((path) => guardsOfCondition(solver, { ...question, path }));
}

/** Stands among guards before what each round checks of a member. */
const ofMembers = "member:";
/** Stands among guards for a check of each member that is not understood. */
export const notUnderstood = "?";

/** `any(".." in member.name for member in archive.getmembers())` that is false: each member was checked. */
export function areMembersChecked(solver: Solver, question: GuardQuestion): boolean {
  const { ir } = solver;
  const call = question.condition;
  const isAll = calledName(solver, call) === "all";
  const element = question.polarity === isAll ? elementOf(solver, callArg(ir, call, 0)) : -1;
  if (element < 0) return false;
  return areEnough(conjuncts(ir, element, isAll).flatMap((condition) =>
    elementsIn(solver, condition).filter((member) => mentions(solver, iteratedOf(solver, member), question))
      .flatMap((member) => checksOfMember(solver, { condition, polarity: isAll, subject: member, path: 0 }))));
}

/** The conditions that all have this truth if an `and` or `or` of them has. */
function conjuncts(ir: Ir, condition: number, truth: boolean): readonly number[] {
  if (ir.op.data[condition] !== Op.Phi) return [condition];
  const inputs = ir.lists.toArray(ir.a.data[condition]!);
  const ends = inputs.filter((input) => ir.op.data[input] === Op.Sigma && ir.a.data[input] === ir.b.data[input]);
  if (ends.length === 0 || ends.some((input) => (ir.c.data[input] === 1) === truth)) return [];
  return inputs.map((input) => (ends.includes(input) ? ir.a.data[input]! : input));
}

/** The elements of loops that a condition is made of. */
function elementsIn(solver: Solver, condition: number): number[] {
  const { ir } = solver;
  const seen = new Set<number>();
  const todo = [condition];
  for (let v = todo.pop(); v !== undefined && seen.size < usesMax; v = todo.pop()) {
    if (seen.has(v)) continue;
    seen.add(v);
    todo.push(...madeFrom(ir, v));
  }
  return [...seen].filter((v) => ir.op.data[v] === Op.Next);
}

/** What a value is computed from in the same round; not what was done to it. */
function madeFrom(ir: Ir, value: number): number[] {
  const op = ir.op.data[value]!;
  if (op === Op.Phi || op === Op.Next) return [];
  if (op === Op.Content || op === Op.Sigma) return [ir.a.data[value]!];
  const out: number[] = [];
  forEachUse(ir, value, (use) => { out.push(use); });
  return out;
}

class Loop {
  private readonly solver: Solver;
  private readonly phi: number;
  private readonly head: number;
  private readonly iterator: number;
  /** The values as they stand before the loop. */
  private readonly origins: readonly number[];
  /** Calls and conditions that the checks consist of. */
  private readonly checks = new Set<number>();

  constructor(solver: Solver, phi: number, head: number, iterator: number) {
    this.solver = solver;
    this.phi = phi;
    this.head = head;
    this.iterator = iterator;
    const { ir } = solver;
    const preds = ir.blocks.preds.data[head]!;
    this.origins = ir.lists.toArray(ir.a.data[phi]!).filter((_, i) => !this.isInside(ir.lists.at(preds, i)));
  }

  isInside(block: number): boolean {
    const { ir } = this.solver;
    const body = ir.lists.at(ir.blocks.succs.data[this.head]!, 0);
    return dominatorsOf(this.solver, functionOf(ir, this.phi).id).dominates(body, block);
  }

  /** Guards of a value at the end of a round. */
  guardsOf(value: number, depth: number): readonly string[] {
    const { ir, facts } = this.solver;
    if (value === this.phi || depth > stepsMax) return none;
    switch (ir.op.data[value]! as Op) {
      case Op.Content: return this.guardsOf(ir.a.data[value]!, depth + 1);
      case Op.Sigma: {
        const own = this.guardsOfRound(value);
        const before = this.guardsOf(ir.a.data[value]!, depth + 1);
        return own.length === 0 ? before : [...own, ...before];
      }
      case Op.Call: return this.replaced(value);
      case Op.Phi: {
        let out: readonly string[] | undefined;
        const preds = ir.blocks.preds.data[ir.block.data[value]!]!;
        for (let i = 0, n = ir.lists.length(ir.a.data[value]!); i < n; i++) {
          if (!facts.isReachable(ir.lists.at(preds, i)) || !this.goesOn(ir.lists.at(preds, i))) continue;
          const kinds = this.guardsOf(ir.lists.at(ir.a.data[value]!, i), depth + 4);
          out = out ? out.filter((kind) => kinds.includes(kind)) : kinds;
        }
        return out ?? none;
      }
      default: return none;
    }
  }

  /** Holds if some edge leaves a block: a call that does not return cuts it. */
  private goesOn(block: number): boolean {
    const { ir, facts } = this.solver;
    const count = ir.lists.length(ir.blocks.succs.data[block]!);
    for (let i = 0; i < count; i++) if (facts.isEdgeFeasible(block, i)) return true;
    return false;
  }

  /** What the check of one round says, if rounds with all elements say it of the whole. */
  private guardsOfRound(sigma: number): readonly string[] {
    const { solver } = this;
    const { ir } = solver;
    const condition = ir.b.data[sigma]!;
    const question: GuardQuestion = { condition, polarity: ir.c.data[sigma] === 1, subject: ir.a.data[sigma]!, path: 0 };
    const iterated = ir.op.data[this.iterator] === Op.Iter ? ir.a.data[this.iterator]! : -1;
    if (iterated < 0) return none;
    const out: string[] = [];
    const texts = this.absentTexts(question);
    if (texts) out.push(...absentGuards(texts));
    const origin = this.origins.find((each) => mentions(solver, iterated, { ...question, subject: each }));
    if (origin !== undefined) {
      out.push(...guardsOfCondition(solver, { ...question, subject: origin }).kinds.filter((kind) => kind === "public-host"));
      const element = this.elementIn(condition);
      if (element >= 0 && isNoStepUp(solver, { ...question, subject: origin }, { item: element, iterated })) out.push("no-dotdot");
      const parts = element < 0 ? none : checksOfMember(solver, { ...question, subject: element });
      if (parts.length > 0) out.push(...parts.map((part) => ofMembers + part));
      else if (element >= 0 && answersOfMember(solver, { ...question, subject: element }).some((answer) => answer.isUnknown)) out.push(notUnderstood);
    }
    if (out.length > 0) this.noteCheck(condition);
    return out;
  }

  /** The texts that `c in x` looks for, where the loop gives `c` one constant after the other. */
  private absentTexts(question: GuardQuestion): readonly string[] | undefined {
    const { ir } = this.solver;
    const { condition } = question;
    if (ir.op.data[condition] !== Op.Cmp) return undefined;
    const op = ir.a.data[condition]! as CmpOp;
    const isAbsent = question.polarity ? op === CmpOp.NotIn : op === CmpOp.In;
    if (!isAbsent || !this.isPhi(ir.c.data[condition]!)) return undefined;
    const iterated = iteratedOf(this.solver, ir.b.data[condition]!);
    return iterated < 0 ? undefined : textsOf(this.solver, iterated, 0);
  }

  /** `x.replace(c, "")` for each of constant texts. */
  private replaced(call: number): readonly string[] {
    const { ir, facts } = this.solver;
    if (calledName(this.solver, call) !== "replace" || callArgCount(ir, call) !== 2) return none;
    if (!this.isPhi(receiverValue(ir, call))) return none;
    const iterated = iteratedOf(this.solver, callArg(ir, call, 0));
    const texts = iterated < 0 ? undefined : textsOf(this.solver, iterated, 0);
    const by = facts.literalOf(callArg(ir, call, 1));
    if (!texts || by?.type !== "str" || texts.some((text) => by.value.includes(text))) return none;
    this.checks.add(call);
    return absentGuards(texts.filter((text) => text.length === 1));
  }

  private isPhi(value: number): boolean {
    const { ir } = this.solver;
    let v = value;
    for (let i = 0; i < stepsMax && v !== this.phi && v >= 0; i++) {
      if (ir.op.data[v] !== Op.Sigma && ir.op.data[v] !== Op.Content) return false;
      v = ir.a.data[v]!;
    }
    return v === this.phi;
  }

  /** The element of this loop that a condition asks about, or -1. */
  private elementIn(condition: number): number {
    return elementsIn(this.solver, condition).find((element) => this.solver.ir.a.data[element] === this.iterator) ?? -1;
  }

  private noteCheck(condition: number): void {
    const { ir } = this.solver;
    const todo = [condition];
    for (let v = todo.pop(); v !== undefined && this.checks.size < usesMax; v = todo.pop()) {
      if (this.checks.has(v) || !this.isInside(ir.block.data[v]!)) continue;
      this.checks.add(v);
      todo.push(...madeFrom(ir, v));
    }
  }

  /** Holds if a call in the loop, other than the checks, is given the value as it stands before the check. */
  isUsedUnchecked(): boolean {
    const { ir } = this.solver;
    const fn = functionOf(ir, this.phi);
    for (let row = fn.firstInstr; row < fn.endInstr; row++) {
      if (ir.op.data[row] !== Op.Call || this.checks.has(row) || !this.isInside(ir.block.data[row]!)) continue;
      let isUsed = receiverValue(ir, row) === this.phi;
      forEachUse(ir, row, (use) => { if (use === this.phi) isUsed = true; });
      if (isUsed) return true;
    }
    return false;
  }
}
