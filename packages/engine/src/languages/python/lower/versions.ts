/**
 * New versions of values: Sigma where a test was passed, Content where an object may have changed.
 *
 *     if x in allowed:      both ways out redefine x and allowed by Sigma
 *         y = x             y and x are aliases
 *         y.append(1)       both slots hold Content(x, call, -1)
 */
import { BinOp, BranchKind, Op } from "../../../ir/index.ts";
import type { Lowering } from "./state.ts";

/** Slots redefined at one branch, at most. */
const sigmaSlotsMax = 16;
/** How far back a tested name is traced to the names it was made from. */
const sourceDepthMax = 3;
/** Slots remembered as the sources of one assignment. */
const sourcesMax = 8;
/** Slots known to hold the same object. */
const aliasesMax = 16;

// ---- aliases

export function clearAlias(l: Lowering, slot: number): void {
  const next = l.aliases[slot];
  if (next === undefined) return;
  l.aliases[slot] = undefined;
  let at = next;
  for (let i = 0; i < aliasesMax && l.aliases[at] !== slot; i++) at = l.aliases[at] ?? slot;
  l.aliases[at] = at === next && l.aliases[next] === slot ? undefined : next;
}

/** After `a = b`: both hold the same object. */
export function addAlias(l: Lowering, slot: number, to: number): void {
  if (slot === to || aliasesOf(l, to).length >= aliasesMax - 1) return;
  l.aliases[slot] = l.aliases[to] ?? to;
  l.aliases[to] = slot;
}

function aliasesOf(l: Lowering, slot: number): number[] {
  const group = [slot];
  for (let at = l.aliases[slot]; at !== undefined && at !== slot && group.length < aliasesMax; at = l.aliases[at]) group.push(at);
  return group;
}

// ---- sources

/** The slots read since `mark`, each once. */
export function sourcesSince(l: Lowering, mark: number): readonly number[] {
  const log = l.readLog;
  if (log.length === mark) return [];
  const slots: number[] = [];
  for (let i = mark; i < log.length && slots.length < sourcesMax; i++) if (!slots.includes(log[i])) slots.push(log[i]);
  return slots;
}

/** The tested slots, their aliases, and the slots these were made from. */
function testedSlots(l: Lowering, mark: number): number[] {
  const slots: number[] = [];
  for (let i = mark; i < l.readLog.length && slots.length < sigmaSlotsMax; i++) {
    if (!slots.includes(l.readLog[i])) slots.push(l.readLog[i]);
  }
  let from = 0;
  for (let depth = 0; depth <= sourceDepthMax; depth++) {
    const until = slots.length;
    for (; from < until; from++) {
      const slot = slots[from];
      if (l.aliases[slot] !== undefined) for (const alias of aliasesOf(l, slot)) addSlot(slots, alias);
      if (depth < sourceDepthMax) for (const source of l.sources[slot] ?? []) addSlot(slots, source);
    }
  }
  return slots;
}

function addSlot(slots: number[], slot: number): void {
  if (slots.length < sigmaSlotsMax && !slots.includes(slot)) slots.push(slot);
}

// ---- branches

export interface Edges {
  readonly whenTrue: number;
  readonly whenFalse: number;
  /** The tested value as each edge sees it. */
  readonly trueValue: number;
  readonly falseValue: number;
}

/**
 * Branches on a value. Names read since `mark` (in the test) are redefined on both edges. With `passesOn` the tested value
 * itself goes on being used (`a or b`), so it is redefined too.
 */
export function branchOn(l: Lowering, value: number, mark: number, passesOn: boolean): Edges | undefined {
  const { builder } = l;
  const values: number[] = [];
  const slotsOf: number[][] = [];
  if (passesOn) {
    values.push(value);
    slotsOf.push([]);
  }
  for (const slot of testedSlots(l, mark)) {
    const current = builder.read(slot);
    const op = builder.opOf(current);
    if (op === Op.Undef || op === Op.Const || op === Op.Import || op === Op.Func || op === Op.Class) continue;
    const known = values.indexOf(current);
    if (known >= 0) slotsOf[known].push(slot);
    else {
      values.push(current);
      slotsOf.push([slot]);
    }
  }
  const edges = builder.branch(value, BranchKind.Condition);
  if (edges === undefined) return undefined;
  let trueValue = value;
  let falseValue = value;
  for (let i = 0; i < values.length; i++) {
    const whenTrue = builder.sigma(edges.whenTrue, slotsOf[i], values[i], value, 1);
    const whenFalse = builder.sigma(edges.whenFalse, slotsOf[i], values[i], value, 0);
    if (values[i] === value) {
      trueValue = whenTrue;
      falseValue = whenFalse;
    }
  }
  return { whenTrue: edges.whenTrue, whenFalse: edges.whenFalse, trueValue, falseValue };
}

// ---- contents

/** How far the origin of a value is followed to see that it cannot change. */
const originStepsMax = 8;

/** Holds if no operation can change the object: then it needs no versions. */
function isImmutable(l: Lowering, value: number): boolean {
  const { builder } = l;
  let v = value;
  for (let i = 0; i < originStepsMax && builder.opOf(v) === Op.Sigma; i++) v = builder.operand(v, 0);
  switch (builder.opOf(v)) {
    case Op.Const:
    case Op.Fmt:
    case Op.Cmp:
    case Op.Not:
    case Op.Func:
    case Op.Class:
    case Op.Import:
    case Op.Undef:
    case Op.Len:
    case Op.IsInst:
      return true;
    case Op.Bin:
      // Text and numbers: a literal operand decides, except in `[0] * 8`.
      return builder.operand(v, 0) !== BinOp.Mult && (isLiteral(l, builder.operand(v, 1)) || isLiteral(l, builder.operand(v, 2)));
    default:
      return false;
  }
}

function isLiteral(l: Lowering, value: number): boolean {
  const op = l.builder.opOf(value);
  return op === Op.Const || op === Op.Fmt;
}

/** The object in a slot may have been changed by `effect`; `role` as in Op.Content. */
export function changeContent(l: Lowering, slot: number, effect: number, role: number): void {
  const { builder } = l;
  const value = builder.read(slot);
  if (builder.isInitial(value) || isImmutable(l, value)) return;
  const version = builder.emit(Op.Content, value, effect, role);
  if (l.aliases[slot] === undefined) {
    builder.write(slot, version);
    return;
  }
  for (const alias of aliasesOf(l, slot)) {
    const held = builder.read(alias);
    builder.write(alias, held === value ? version : builder.emit(Op.Content, held, effect, role));
  }
}
