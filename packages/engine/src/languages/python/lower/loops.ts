/** `for` and `while`. */
import { BlockFlag, BranchKind, Op } from "../../../ir/index.ts";
import { Kind } from "../ast.ts";
import { assignTarget } from "./assignments.ts";
import { lowerCondition } from "./conditions.ts";
import { lowerExpression } from "./expressions.ts";
import type { Lowering } from "./state.ts";
import { lowerBlock } from "./statements.ts";
import { sourcesSince } from "./versions.ts";

/** Starts a loop head that back edges may still be added to, unless nothing reaches it. */
export function openLoop(l: Lowering): number {
  const { builder } = l;
  const head = builder.newBlock(BlockFlag.LoopHead);
  builder.jump(head);
  if (!builder.hasPredecessor(head)) builder.seal(head);
  builder.resume(head);
  return head;
}

export function closeLoop(l: Lowering, head: number): void {
  l.builder.seal(head);
}

export function lowerWhile(l: Lowering, node: number): void {
  const { ast, builder } = l;
  const test = ast.a.data[node];
  const head = openLoop(l);
  // `while True` has no way out but break, return and raise.
  const ways = isTrueLiteral(l, test) ? { whenTrue: [builder.openBlock()], whenFalse: [] } : lowerCondition(l, test);
  const after = builder.newBlock();
  builder.join(ways.whenTrue);
  lowerRounds(l, ast.b.data[node], head, after);
  builder.join(ways.whenFalse);
  finishLoop(l, ast.c.data[node], after);
}

export function lowerFor(l: Lowering, node: number, isAsync: boolean): void {
  const { ast, builder } = l;
  const mark = l.readLog.length;
  const iterable = lowerExpression(l, ast.b.data[node]);
  const sources = sourcesSince(l, mark);
  const iter = l.emit(ast.b.data[node], Op.Iter, iterable, isAsync ? 1 : 0);
  const head = openLoop(l);
  l.at(ast.b.data[node]);
  const edges = builder.branch(iter, BranchKind.MoreItems);
  const after = builder.newBlock();
  if (edges !== undefined) builder.resume(edges.whenTrue);
  const target = ast.a.data[node];
  assignTarget(l, target, l.emit(target, Op.Next, iter), sources);
  lowerRounds(l, ast.c.data[node], head, after);
  builder.join(edges === undefined ? [] : [edges.whenFalse]);
  finishLoop(l, ast.d.data[node], after);
}

function lowerRounds(l: Lowering, body: number, head: number, after: number): void {
  l.frames.push({ kind: "loop", breakTarget: after, continueTarget: head });
  lowerBlock(l, body);
  l.frames.pop();
  l.builder.jump(head);
  closeLoop(l, head);
}

/** The `else` part runs when the loop ends by itself; `break` goes behind it. */
function finishLoop(l: Lowering, orelse: number, after: number): void {
  const { builder } = l;
  lowerBlock(l, orelse);
  if (!builder.hasPredecessor(after)) return;
  builder.jump(after);
  builder.seal(after);
  builder.join([after]);
}

function isTrueLiteral(l: Lowering, node: number): boolean {
  if (l.kindOf(node) !== Kind.Constant) return false;
  const value = l.ast.constants[l.ast.a.data[node]];
  return value.type === "true" || (value.type === "int" && Number(value.value) !== 0);
}
