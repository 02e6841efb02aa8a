/**
 * `try` and `with`: code whose exceptions go somewhere.
 *
 *     try: A            A's blocks have handler H
 *     except E: B       H: e = ExcVal [E]; Branch e (Catches) -> B, else Raise (goes on)
 *     else: C           not protected by H
 *     finally: F        lowered once; a selector says how it was entered, a Switch goes on accordingly
 */
import { BlockFlag, BranchKind, Op } from "../../../ir/index.ts";
import { Kind } from "../ast.ts";
import { assignTarget } from "./assignments.ts";
import { lowerExpression, lowerList } from "./expressions.ts";
import { enterFinally, leaveFinally } from "./leaving.ts";
import { bindName, unbindName } from "./names.ts";
import { type FinallyFrame, Leaving, type Lowering } from "./state.ts";
import { lowerBlock } from "./statements.ts";
import { sourcesSince } from "./versions.ts";

export function lowerTry(l: Lowering, node: number): void {
  const { ast, builder } = l;
  const finalbody = ast.d.data[node];
  if (ast.lists.length(finalbody) === 0) {
    lowerHandled(l, node);
    return;
  }
  const outer = builder.handler;
  const entry = builder.newBlock(BlockFlag.Finally);
  const handler = builder.newBlock(BlockFlag.Handler);
  const frame: FinallyFrame = {
    kind: "finally",
    entry,
    selectorSlot: l.newSlot(),
    resultSlot: l.newSlot(),
    exceptionSlot: l.newSlot(),
    outerHandler: outer,
    entered: new Set(),
  };
  // Nothing is pending yet; without this, a loop would carry what was pending in its last round.
  const nothing = l.emit(node, Op.Undef, 0, -1);
  builder.writeHidden(frame.resultSlot, nothing);
  builder.writeHidden(frame.exceptionSlot, nothing);
  l.frames.push(frame);
  builder.handler = handler;
  const first = builder.openBlock();
  lowerHandled(l, node);
  if (builder.isLive) enterFinally(l, node, frame, Leaving.Normal, -1);
  l.frames.pop();
  builder.current = -1;
  builder.handler = outer;
  if (openHandler(l, first, handler)) {
    enterFinally(l, node, frame, Leaving.Raise, l.emit(node, Op.ExcVal, 0));
  }
  builder.seal(entry);
  builder.join(builder.hasPredecessor(entry) ? [entry] : []);
  l.frames.push({ kind: "pending" });
  lowerBlock(l, finalbody);
  l.frames.pop();
  leaveFinally(l, node, frame);
}

/** The part of a try without its finally. */
function lowerHandled(l: Lowering, node: number): void {
  const { ast, builder } = l;
  const handlers = ast.b.data[node];
  if (ast.lists.length(handlers) === 0) {
    lowerBlock(l, ast.a.data[node]);
    lowerBlock(l, ast.c.data[node]);
    return;
  }
  const outer = builder.handler;
  const handler = builder.newBlock(BlockFlag.Handler);
  builder.handler = handler;
  const first = builder.openBlock();
  lowerBlock(l, ast.a.data[node]);
  builder.handler = outer;
  lowerBlock(l, ast.c.data[node]);
  const ends: number[] = [];
  if (builder.isLive) ends.push(builder.current);
  builder.current = -1;
  openHandler(l, first, handler);
  for (let i = 0, n = ast.lists.length(handlers); i < n; i++) lowerHandler(l, ast.lists.at(handlers, i), ends);
  if (builder.isLive) {
    l.at(node);
    builder.raise(-1, -1, 2);
  }
  builder.join(ends);
}

/** Continues in a handler block. It is reached at least from the start of what it protects. */
function openHandler(l: Lowering, first: number, handler: number): boolean {
  const { builder } = l;
  if (!builder.hasPredecessor(handler)) builder.raiseFrom(first, handler);
  builder.seal(handler);
  builder.join(builder.hasPredecessor(handler) ? [handler] : []);
  return builder.isLive;
}

/** One `except`; leaves open the way to the next. */
function lowerHandler(l: Lowering, node: number, ends: number[]): void {
  const { ast, builder } = l;
  const type = ast.a.data[node];
  const types = type < 0 ? [] : l.kindOf(type) === Kind.Tuple ? lowerList(l, ast.a.data[type]) : [lowerExpression(l, type)];
  const caught = l.emit(node, Op.ExcVal, l.list(types));
  let next: number[] = [];
  if (types.length > 0) {
    l.at(type);
    const edges = builder.branch(caught, BranchKind.Catches);
    if (edges !== undefined) {
      next = [edges.whenFalse];
      builder.resume(edges.whenTrue);
    }
  }
  const name = ast.b.data[node];
  const target = ast.d.data[node];
  if (name >= 0) bindName(l, node, name, caught);
  else if (target >= 0) assignTarget(l, target, caught, []);
  lowerBlock(l, ast.c.data[node]);
  if (builder.isLive) {
    if (name >= 0) unbindName(l, node, name, false);
    ends.push(builder.current);
  }
  builder.join(next);
}

export function lowerWith(l: Lowering, node: number, isAsync: boolean): void {
  lowerWithItem(l, node, isAsync, 0);
}

/** Item i and, inside it, the items after it and the body. The grammar bounds the number of items that nest here. */
function lowerWithItem(l: Lowering, node: number, isAsync: boolean, i: number): void {
  const { ast, builder } = l;
  const items = ast.a.data[node];
  if (i === ast.lists.length(items) || !l.descend(node)) {
    lowerBlock(l, ast.b.data[node]);
    return;
  }
  const item = ast.lists.at(items, i);
  const manager = ast.a.data[item];
  const mark = l.readLog.length;
  const context = lowerExpression(l, manager);
  const enter = l.emit(manager, Op.Enter, context, isAsync ? 1 : 0);
  const sources = sourcesSince(l, mark);
  const outer = builder.handler;
  const handler = builder.newBlock(BlockFlag.Handler);
  l.frames.push({ kind: "with", enter, node: manager, outerHandler: outer });
  builder.handler = handler;
  const first = builder.openBlock();
  const target = ast.b.data[item];
  if (target >= 0) assignTarget(l, target, enter, sources);
  lowerWithItem(l, node, isAsync, i + 1);
  l.frames.pop();
  builder.handler = outer;
  if (builder.current >= 0) l.emit(manager, Op.Exit, enter, 0);
  const ends = builder.isLive ? [builder.current] : [];
  builder.current = -1;
  if (openHandler(l, first, handler)) {
    l.emit(manager, Op.Exit, enter, 1);
    if (isSuppressing(l, manager)) ends.push(builder.current);
    else builder.raise(-1, -1, 2);
  }
  builder.join(ends);
  l.depth--;
}

/** `contextlib.suppress(...)` is the one manager known by its name to swallow exceptions. */
function isSuppressing(l: Lowering, node: number): boolean {
  const { ast } = l;
  if (l.kindOf(node) !== Kind.Call) return false;
  const func = ast.a.data[node];
  const name = l.kindOf(func) === Kind.Name ? ast.a.data[func] : l.kindOf(func) === Kind.Attribute ? ast.b.data[func] : -1;
  return name >= 0 && l.strings.text(name) === "suppress";
}
