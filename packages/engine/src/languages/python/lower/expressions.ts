/** Expressions: each becomes a row, or rows in several blocks, and has a value. */
import { BinOp, BuildKind, Op, UnOp } from "../../../ir/index.ts";
import { Kind, UnaryOperator } from "../ast.ts";
import { lowerCallStep } from "./calls.ts";
import { lowerComprehension } from "./comprehensions.ts";
import { lowerBoolOp, lowerCompare, lowerConditional } from "./conditions.ts";
import { lowerLambda } from "./definitions.ts";
import { bindName, readName } from "./names.ts";
import type { Lowering } from "./state.ts";
import { sourcesSince } from "./versions.ts";

/** Lowers an expression and returns its value. */
export function lowerExpression(l: Lowering, node: number): number {
  switch (l.kindOf(node)) {
    case Kind.Name:
      return readName(l, node, l.ast.a.data[node]);
    case Kind.Constant:
      return l.constantRow(node, l.ast.a.data[node]);
    case Kind.Attribute:
    case Kind.Subscript:
    case Kind.Call:
    case Kind.BinOp:
      return lowerChain(l, node);
    default:
      return lowerNested(l, node);
  }
}

function isChainLink(kind: Kind): boolean {
  return kind === Kind.Attribute || kind === Kind.Subscript || kind === Kind.Call || kind === Kind.BinOp;
}

/** `a.b(c).d[e] + f + ...`: from the inside out, in a loop, because such chains may be very long. */
function lowerChain(l: Lowering, node: number): number {
  const { ast, spine } = l;
  const base = spine.length;
  let inner = node;
  while (isChainLink(l.kindOf(inner))) {
    spine.push(inner);
    inner = ast.a.data[inner];
  }
  let value = lowerExpression(l, inner);
  while (spine.length > base) {
    const link = spine.pop() as number;
    value = lowerLink(l, link, value);
  }
  return value;
}

function lowerLink(l: Lowering, node: number, inner: number): number {
  const { ast } = l;
  switch (l.kindOf(node)) {
    case Kind.Attribute:
      return l.emit(node, Op.GetAttr, inner, l.mangle(ast.b.data[node]));
    case Kind.Subscript: {
      const index = lowerDeeper(l, ast.b.data[node]);
      return l.emit(node, Op.GetItem, inner, index);
    }
    case Kind.Call:
      return lowerCallStep(l, node, inner);
    default: {
      const right = lowerDeeper(l, ast.c.data[node]);
      // The binary operators of the syntax tree and of the instructions have the same order.
      return l.emit(node, Op.Bin, ast.b.data[node] as BinOp, inner, right);
    }
  }
}

/** Lowers an operand of a chain; counts as one level of nesting. */
export function lowerDeeper(l: Lowering, node: number): number {
  const kind = l.kindOf(node);
  if (kind === Kind.Name || kind === Kind.Constant) return lowerExpression(l, node);
  if (!l.descend(node)) return l.emit(node, Op.Undef, 0, -1);
  const value = lowerExpression(l, node);
  l.depth--;
  return value;
}

function lowerNested(l: Lowering, node: number): number {
  if (!l.descend(node)) return l.emit(node, Op.Undef, 0, -1);
  const value = lowerByKind(l, node);
  l.depth--;
  return value;
}

function lowerByKind(l: Lowering, node: number): number {
  const { ast } = l;
  const a = ast.a.data[node];
  switch (l.kindOf(node)) {
    case Kind.BoolOp:
      return lowerBoolOp(l, node);
    case Kind.Compare:
      return lowerCompare(l, node);
    case Kind.IfExp:
      return lowerConditional(l, node);
    case Kind.UnaryOp:
      return lowerUnary(l, node);
    case Kind.NamedExpr:
      return lowerNamed(l, node);
    case Kind.Lambda:
      return lowerLambda(l, node);
    case Kind.Dict:
      return lowerDict(l, node);
    case Kind.Set:
      return lowerBuild(l, node, BuildKind.Set);
    case Kind.List:
      return lowerBuild(l, node, BuildKind.List);
    case Kind.Tuple:
      return lowerBuild(l, node, BuildKind.Tuple);
    case Kind.ListComp:
    case Kind.SetComp:
    case Kind.DictComp:
    case Kind.GeneratorExp:
      return lowerComprehension(l, node);
    case Kind.Await:
      return emitOn(l, node, Op.Await, lowerExpression(l, a));
    case Kind.Yield:
      return emitOn(l, node, Op.Yield, a >= 0 ? lowerExpression(l, a) : l.none(node));
    case Kind.YieldFrom:
      return emitOn(l, node, Op.YieldFrom, lowerExpression(l, a));
    case Kind.Starred:
      return emitOn(l, node, Op.Star, lowerExpression(l, a));
    case Kind.JoinedStr:
      return lowerJoined(l, node);
    case Kind.TemplateStr:
      return lowerTemplate(l, node);
    case Kind.FormattedValue:
    case Kind.Interpolation:
      return lowerExpression(l, a);
    case Kind.Slice:
      return lowerSlice(l, node);
    case Kind.Py2Repr:
      return lowerBackticks(l, node);
    default:
      // ErrorExpr: what could not be read has a value we know nothing of.
      return l.emit(node, Op.Undef, 0, -1);
  }
}

function emitOn(l: Lowering, node: number, op: Op, value: number): number {
  return l.emit(node, op, value);
}

function lowerUnary(l: Lowering, node: number): number {
  const { ast } = l;
  const operand = lowerExpression(l, ast.b.data[node]);
  switch (ast.a.data[node] as UnaryOperator) {
    case UnaryOperator.Not:
      return l.emit(node, Op.Not, operand);
    case UnaryOperator.Invert:
      return l.emit(node, Op.Un, UnOp.Invert, operand);
    case UnaryOperator.Plus:
      return l.emit(node, Op.Un, UnOp.Plus, operand);
    default:
      return l.emit(node, Op.Un, UnOp.Minus, operand);
  }
}

function lowerNamed(l: Lowering, node: number): number {
  const { ast } = l;
  const mark = l.readLog.length;
  const value = lowerExpression(l, ast.b.data[node]);
  const target = ast.a.data[node];
  if (l.kindOf(target) === Kind.Name) {
    bindName(l, target, ast.a.data[target], value, sourcesSince(l, mark));
    readName(l, target, ast.a.data[target]);
  }
  return value;
}

/** Lowers the elements of a display; starred ones become Star rows. */
export function lowerList(l: Lowering, list: number): number[] {
  const values: number[] = [];
  for (let i = 0, n = l.ast.lists.length(list); i < n; i++) values.push(lowerDeeper(l, l.ast.lists.at(list, i)));
  return values;
}

function lowerBuild(l: Lowering, node: number, kind: BuildKind): number {
  const elements = lowerList(l, l.ast.a.data[node]);
  return l.emit(node, Op.Build, kind, l.list(elements));
}

function lowerDict(l: Lowering, node: number): number {
  const { ast } = l;
  const keys = ast.a.data[node];
  const values = ast.b.data[node];
  const pairs: number[] = [];
  for (let i = 0, n = ast.lists.length(keys); i < n; i++) {
    const key = ast.lists.at(keys, i);
    pairs.push(key < 0 ? -1 : lowerDeeper(l, key));
    pairs.push(lowerDeeper(l, ast.lists.at(values, i)));
  }
  return l.emit(node, Op.Build, BuildKind.Dict, l.list(pairs));
}

function lowerSlice(l: Lowering, node: number): number {
  const { ast } = l;
  const part = (child: number): number => (child < 0 ? l.none(node) : lowerDeeper(l, child));
  const lower = part(ast.a.data[node]);
  const upper = part(ast.b.data[node]);
  const step = part(ast.c.data[node]);
  return l.emit(node, Op.Build, BuildKind.Slice, l.list([lower, upper, step]));
}

function lowerJoined(l: Lowering, node: number): number {
  const { ast } = l;
  const parts: number[] = [];
  const specs: number[] = [];
  const conversions: number[] = [];
  const list = ast.a.data[node];
  for (let i = 0, n = ast.lists.length(list); i < n; i++) {
    const part = ast.lists.at(list, i);
    parts.push(lowerDeeper(l, part));
    const isField = l.kindOf(part) === Kind.FormattedValue;
    const spec = isField ? ast.c.data[part] : -1;
    specs.push(spec < 0 ? -1 : lowerDeeper(l, spec));
    conversions.push(isField ? Math.max(0, ast.b.data[part]) : 0);
  }
  const partList = l.list(parts);
  const specList = l.list(specs);
  return l.emit(node, Op.Fmt, partList, specList, l.list(conversions));
}

/** A t-string does not make text: it makes a Template of its parts. */
function lowerTemplate(l: Lowering, node: number): number {
  const module = l.strings.intern("string.templatelib");
  const callee = l.emit(node, Op.Import, module, l.strings.intern("Template"));
  return l.call(node, callee, lowerList(l, l.ast.a.data[node]));
}

function lowerBackticks(l: Lowering, node: number): number {
  const value = lowerExpression(l, l.ast.a.data[node]);
  return l.call(node, l.globalNamed(node, "repr"), [value]);
}
