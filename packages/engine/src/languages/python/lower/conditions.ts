/**
 * Conditions: short-circuit operators, chained comparisons and conditional expressions become control flow.
 *
 * A condition is lowered to two lists of open blocks, the ways out when it is true and when it is false. Whoever asked
 * joins each list; one way out alone needs no new block, so `if a:` costs two blocks and `if a and not b:` four.
 */
import { type CmpOp, Op } from "../../../ir/index.ts";
import { BoolOperator, Kind, UnaryOperator } from "../ast.ts";
import { lowerDeeper, lowerExpression } from "./expressions.ts";
import type { Lowering } from "./state.ts";
import { branchOn } from "./versions.ts";

/** Ways out of a condition: blocks that are still open. */
export interface Ways {
  readonly whenTrue: number[];
  readonly whenFalse: number[];
}

/** Lowers a condition; afterwards no block is open but those in the result. */
export function lowerCondition(l: Lowering, node: number): Ways {
  const ways: Ways = { whenTrue: [], whenFalse: [] };
  condition(l, node, ways.whenTrue, ways.whenFalse);
  return ways;
}

function condition(l: Lowering, node: number, whenTrue: number[], whenFalse: number[]): void {
  const { ast } = l;
  const kind = l.kindOf(node);
  const isNot = kind === Kind.UnaryOp && ast.a.data[node] === UnaryOperator.Not;
  const isChain = kind === Kind.Compare && ast.lists.length(ast.b.data[node]) > 1;
  if (!isNot && !isChain && kind !== Kind.BoolOp) return leaf(l, node, whenTrue, whenFalse);
  if (!l.descend(node)) return leaf(l, node, whenTrue, whenFalse);
  if (isNot) condition(l, ast.b.data[node], whenFalse, whenTrue);
  else if (isChain) comparisonChain(l, node, whenTrue, whenFalse);
  else junction(l, node, whenTrue, whenFalse);
  l.depth--;
}

function leaf(l: Lowering, node: number, whenTrue: number[], whenFalse: number[]): void {
  const mark = l.readLog.length;
  const value = lowerExpression(l, node);
  decide(l, node, value, mark, whenTrue, whenFalse);
}

/** Branches on a value that the expression `node` computed. */
export function decide(l: Lowering, node: number, value: number, mark: number, whenTrue: number[], whenFalse: number[]): void {
  l.at(node);
  const edges = branchOn(l, value, mark, false);
  if (edges === undefined) return;
  whenTrue.push(edges.whenTrue);
  whenFalse.push(edges.whenFalse);
}

function junction(l: Lowering, node: number, whenTrue: number[], whenFalse: number[]): void {
  const { ast } = l;
  const isAnd = ast.a.data[node] === BoolOperator.And;
  const values = ast.b.data[node];
  const last = ast.lists.length(values) - 1;
  for (let i = 0; i < last; i++) {
    const goOn: number[] = [];
    if (isAnd) condition(l, ast.lists.at(values, i), goOn, whenFalse);
    else condition(l, ast.lists.at(values, i), whenTrue, goOn);
    l.builder.join(goOn);
  }
  condition(l, ast.lists.at(values, last), whenTrue, whenFalse);
}

function comparisonChain(l: Lowering, node: number, whenTrue: number[], whenFalse: number[]): void {
  const { ast } = l;
  const operators = ast.b.data[node];
  const count = ast.lists.length(operators);
  let mark = l.readLog.length;
  let left = lowerDeeper(l, ast.a.data[node]);
  for (let i = 0; i < count; i++) {
    const right = lowerDeeper(l, ast.lists.at(ast.c.data[node], i));
    const value = l.emit(node, Op.Cmp, ast.lists.at(operators, i) as CmpOp, left, right);
    if (i === count - 1) {
      decide(l, node, value, mark, whenTrue, whenFalse);
      return;
    }
    const goOn: number[] = [];
    decide(l, node, value, mark, goOn, whenFalse);
    l.builder.join(goOn);
    mark = l.readLog.length;
    left = right;
  }
}

// ---- as values

/** `a and b` as a value: what decides is the value, seen from the edge where it was decided. */
export function lowerBoolOp(l: Lowering, node: number): number {
  const { ast } = l;
  const isAnd = ast.a.data[node] === BoolOperator.And;
  const operands = ast.b.data[node];
  const last = ast.lists.length(operands) - 1;
  const blocks: number[] = [];
  const values: number[] = [];
  for (let i = 0; i < last; i++) {
    const operand = ast.lists.at(operands, i);
    const mark = l.readLog.length;
    const value = lowerExpression(l, operand);
    branchAway(l, operand, value, mark, isAnd, blocks, values);
  }
  const value = lowerExpression(l, ast.lists.at(operands, last));
  return meet(l, node, blocks, values, value);
}

/** The value leaves if it is false (`and`) or true (`or`); otherwise evaluation goes on. */
function branchAway(l: Lowering, node: number, value: number, mark: number, isAnd: boolean, blocks: number[], values: number[]): void {
  l.at(node);
  const edges = branchOn(l, value, mark, true);
  if (edges === undefined) return;
  blocks.push(isAnd ? edges.whenFalse : edges.whenTrue);
  values.push(isAnd ? edges.falseValue : edges.trueValue);
  l.builder.resume(isAnd ? edges.whenTrue : edges.whenFalse);
}

function meet(l: Lowering, node: number, blocks: number[], values: number[], last: number): number {
  blocks.push(l.builder.openBlock());
  values.push(last);
  l.at(node);
  return l.builder.joinValues(blocks, values);
}

export function lowerCompare(l: Lowering, node: number): number {
  const { ast } = l;
  const operators = ast.b.data[node];
  const count = ast.lists.length(operators);
  const blocks: number[] = [];
  const values: number[] = [];
  let mark = l.readLog.length;
  let left = lowerDeeper(l, ast.a.data[node]);
  for (let i = 0; i < count - 1; i++) {
    const right = lowerDeeper(l, ast.lists.at(ast.c.data[node], i));
    const value = l.emit(node, Op.Cmp, ast.lists.at(operators, i) as CmpOp, left, right);
    branchAway(l, node, value, mark, true, blocks, values);
    mark = l.readLog.length;
    left = right;
  }
  const right = lowerDeeper(l, ast.lists.at(ast.c.data[node], count - 1));
  const value = l.emit(node, Op.Cmp, ast.lists.at(operators, count - 1) as CmpOp, left, right);
  return count === 1 ? value : meet(l, node, blocks, values, value);
}

/** `a if test else b`. */
export function lowerConditional(l: Lowering, node: number): number {
  const { ast, builder } = l;
  const ways = lowerCondition(l, ast.a.data[node]);
  builder.join(ways.whenTrue);
  const whenTrue = lowerExpression(l, ast.b.data[node]);
  const trueBlock = builder.openBlock();
  builder.join(ways.whenFalse);
  const whenFalse = lowerExpression(l, ast.c.data[node]);
  return meet(l, node, [trueBlock], [whenTrue], whenFalse);
}
