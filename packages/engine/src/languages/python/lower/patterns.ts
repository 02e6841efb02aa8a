/**
 * `match`: tests, taken apart values and bindings, in the order of the cases.
 *
 *     case {"op": op, **rest} if op:     Cmp In "op", s; op = GetItem s, "op"; rest = Build dict(**s); guard
 *     case Point(x=0):                   IsInst s, Point; Cmp Eq (GetAttr s, x), 0
 *     case [first, *others]:             Cmp GtE (Len s), 1; first = Unpack s, 0; others = Unpack s, 1 starred
 *
 * That the subject is a sequence or mapping at all is not tested: the length or key stands for it. `**rest` keeps the keys
 * that were taken apart.
 */
import { BuildKind, CmpOp, Op } from "../../../ir/index.ts";
import { Kind } from "../ast.ts";
import { decide, lowerCondition } from "./conditions.ts";
import { lowerDeeper, lowerExpression } from "./expressions.ts";
import { bindName } from "./names.ts";
import type { Lowering } from "./state.ts";
import { lowerBlock } from "./statements.ts";

/** Built-in classes whose positional pattern is the subject itself: `case str(x)`. */
const selfMatching: ReadonlySet<string> = new Set([
  "bool",
  "bytearray",
  "bytes",
  "dict",
  "float",
  "frozenset",
  "int",
  "list",
  "set",
  "str",
  "tuple",
]);

/** What is matched. The whole subject has a slot of its own, so that a passed test is known when it is bound to a name. */
interface Subject {
  readonly slot: number;
  readonly value: number;
}

const valueOf = (l: Lowering, subject: Subject): number => (subject.slot < 0 ? subject.value : l.builder.read(subject.slot));
const part = (value: number): Subject => ({ slot: -1, value });

export function lowerMatch(l: Lowering, node: number): void {
  const { ast, builder } = l;
  const value = lowerExpression(l, ast.a.data[node]);
  const subject: Subject = { slot: l.newSlot(), value };
  builder.writeHidden(subject.slot, value);
  // The subject and the names in it are tested by every case.
  const tested = [subject.slot, ...l.readLog];
  const cases = ast.b.data[node];
  const ends: number[] = [];
  for (let i = 0, n = ast.lists.length(cases); i < n; i++) {
    const matchCase = ast.lists.at(cases, i);
    l.readLog = tested.slice();
    const failed: number[] = [];
    lowerPattern(l, ast.a.data[matchCase], subject, failed);
    const guard = ast.b.data[matchCase];
    if (guard >= 0) {
      const ways = lowerCondition(l, guard);
      failed.push(...ways.whenFalse);
      builder.join(ways.whenTrue);
    }
    lowerBlock(l, ast.c.data[matchCase]);
    if (builder.isLive) ends.push(builder.current);
    builder.join(failed);
  }
  if (builder.isLive) ends.push(builder.current);
  builder.join(ends);
}

/** Tests and binds; goes on in the block where the pattern matches. Ways out where it does not are added to `failed`. */
function lowerPattern(l: Lowering, node: number, subject: Subject, failed: number[]): void {
  if (!l.descend(node)) return;
  patternByKind(l, node, subject, failed);
  l.depth--;
}

function patternByKind(l: Lowering, node: number, subject: Subject, failed: number[]): void {
  const { ast } = l;
  const a = ast.a.data[node];
  switch (l.kindOf(node)) {
    case Kind.MatchValue: {
      const expected = lowerDeeper(l, a);
      return test(l, node, l.emit(node, Op.Cmp, CmpOp.Eq, valueOf(l, subject), expected), failed);
    }
    case Kind.MatchSingleton: {
      const expected = l.constantRow(node, a);
      return test(l, node, l.emit(node, Op.Cmp, CmpOp.Is, valueOf(l, subject), expected), failed);
    }
    case Kind.MatchSequence:
      return matchSequence(l, node, subject, failed);
    case Kind.MatchMapping:
      return matchMapping(l, node, subject, failed);
    case Kind.MatchClass:
      return matchClass(l, node, subject, failed);
    case Kind.MatchOr:
      return matchOr(l, node, subject, failed);
    case Kind.MatchAs: {
      if (a >= 0) lowerPattern(l, a, subject, failed);
      const name = ast.b.data[node];
      if (name >= 0) bindName(l, node, name, valueOf(l, subject), subject.slot < 0 ? [] : [subject.slot]);
      return;
    }
    default:
      return;
  }
}

/** Branches on a test made by a pattern; the names of the subject count as tested. */
function test(l: Lowering, node: number, value: number, failed: number[]): void {
  const matched: number[] = [];
  decide(l, node, value, 0, matched, failed);
  l.builder.join(matched);
}

function matchSequence(l: Lowering, node: number, subject: Subject, failed: number[]): void {
  const { ast } = l;
  const patterns = ast.a.data[node];
  const count = ast.lists.length(patterns);
  let star = -1;
  for (let i = 0; i < count && star < 0; i++) if (l.kindOf(ast.lists.at(patterns, i)) === Kind.MatchStar) star = i;
  const least = l.constant(node, { type: "int", value: star < 0 ? count : count - 1 });
  const length = l.emit(node, Op.Len, valueOf(l, subject));
  test(l, node, l.emit(node, Op.Cmp, star < 0 ? CmpOp.Eq : CmpOp.GtE, length, least), failed);
  for (let i = 0; i < count; i++) {
    const pattern = ast.lists.at(patterns, i);
    const index = star >= 0 && i > star ? i - count : i;
    if (i === star) {
      const name = ast.a.data[pattern];
      if (name >= 0) bindName(l, pattern, name, l.emit(pattern, Op.Unpack, valueOf(l, subject), index, 1));
    } else if (!isWildcard(l, pattern)) {
      lowerPattern(l, pattern, part(l.emit(pattern, Op.Unpack, valueOf(l, subject), index, 0)), failed);
    }
  }
}

function isWildcard(l: Lowering, node: number): boolean {
  return l.kindOf(node) === Kind.MatchAs && l.ast.a.data[node] < 0 && l.ast.b.data[node] < 0;
}

function matchMapping(l: Lowering, node: number, subject: Subject, failed: number[]): void {
  const { ast } = l;
  const keys = ast.a.data[node];
  for (let i = 0, n = ast.lists.length(keys); i < n; i++) {
    const key = lowerDeeper(l, ast.lists.at(keys, i));
    test(l, node, l.emit(node, Op.Cmp, CmpOp.In, key, valueOf(l, subject)), failed);
    const pattern = ast.lists.at(ast.b.data[node], i);
    lowerPattern(l, pattern, part(l.emit(pattern, Op.GetItem, valueOf(l, subject), key)), failed);
  }
  const rest = ast.c.data[node];
  if (rest >= 0) bindName(l, node, rest, l.emit(node, Op.Build, BuildKind.Dict, l.list([-1, valueOf(l, subject)])));
}

function matchClass(l: Lowering, node: number, subject: Subject, failed: number[]): void {
  const { ast } = l;
  const cls = ast.a.data[node];
  const type = lowerDeeper(l, cls);
  test(l, node, l.emit(node, Op.IsInst, valueOf(l, subject), type), failed);
  const isSelf = l.kindOf(cls) === Kind.Name && selfMatching.has(l.strings.text(ast.a.data[cls]));
  const positional = ast.b.data[node];
  for (let i = 0, n = ast.lists.length(positional); i < n; i++) {
    const pattern = ast.lists.at(positional, i);
    // Which attribute the i-th place means is known to the class only (`__match_args__`): it is taken as part i.
    const matched = isSelf && n === 1 ? subject : part(l.emit(pattern, Op.Unpack, valueOf(l, subject), i, 0));
    lowerPattern(l, pattern, matched, failed);
  }
  const names = ast.c.data[node];
  for (let i = 0, n = ast.lists.length(names); i < n; i++) {
    const pattern = ast.lists.at(ast.d.data[node], i);
    const value = l.emit(pattern, Op.GetAttr, valueOf(l, subject), l.mangle(ast.lists.at(names, i)));
    lowerPattern(l, pattern, part(value), failed);
  }
}

function matchOr(l: Lowering, node: number, subject: Subject, failed: number[]): void {
  const { ast, builder } = l;
  const patterns = ast.a.data[node];
  const matched: number[] = [];
  const last = ast.lists.length(patterns) - 1;
  for (let i = 0; i <= last; i++) {
    const next: number[] = [];
    lowerPattern(l, ast.lists.at(patterns, i), subject, i === last ? failed : next);
    if (builder.isLive) matched.push(builder.current);
    builder.join(i === last ? [] : next);
  }
  builder.join(matched);
}
