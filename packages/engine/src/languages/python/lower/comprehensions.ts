/**
 * Comprehensions and generator expressions: loops in the function that holds them, with variables of their own.
 *
 *     [f(x) for x in xs if x]      r = Build list []; for x in xs: if x: Append r, f(x); r = Content(r)
 */
import { BranchKind, BuildKind, Op } from "../../../ir/index.ts";
import { Kind } from "../ast.ts";
import { assignTarget } from "./assignments.ts";
import { lowerCondition } from "./conditions.ts";
import { lowerExpression } from "./expressions.ts";
import { closeLoop, openLoop } from "./loops.ts";
import type { Lowering } from "./state.ts";
import { sourcesSince } from "./versions.ts";

export function lowerComprehension(l: Lowering, node: number): number {
  const { ast, builder } = l;
  const kind = l.kindOf(node);
  const isDict = kind === Kind.DictComp;
  const generators = isDict ? ast.c.data[node] : ast.b.data[node];
  const build = isDict ? BuildKind.Dict : kind === Kind.SetComp ? BuildKind.Set : BuildKind.List;
  const scope = l.scopes.byNode.get(node);
  if (scope === undefined || ast.lists.length(generators) === 0) return l.emit(node, Op.Undef, 0, -1);

  const first = ast.lists.at(generators, 0);
  const mark = l.readLog.length;
  const firstIterable = lowerExpression(l, ast.b.data[first]);
  const outer = l.scope;
  l.scope = scope;
  const result = l.newSlot();
  builder.write(result, l.emit(node, Op.Build, build, 0, kind === Kind.GeneratorExp ? 1 : 0));
  const heads: OpenRound[] = [];
  for (let i = 0, n = ast.lists.length(generators); i < n; i++) {
    const generator = ast.lists.at(generators, i);
    const from = i === 0 ? mark : l.readLog.length;
    const iterable = i === 0 ? firstIterable : lowerExpression(l, ast.b.data[generator]);
    heads.push(openRound(l, generator, iterable, from));
  }
  addElement(l, node, isDict, result);
  for (let i = heads.length - 1; i >= 0; i--) closeRound(l, heads[i]);
  l.scope = outer;
  l.at(node);
  return builder.read(result);
}

interface OpenRound {
  readonly head: number;
  readonly exit: number;
}

/** Opens one `for ... in ... if ...`. What its conditions reject goes straight to the next round. */
function openRound(l: Lowering, generator: number, iterable: number, mark: number): OpenRound {
  const { ast, builder } = l;
  const target = ast.a.data[generator];
  const sources = sourcesSince(l, mark);
  const iter = l.emit(ast.b.data[generator], Op.Iter, iterable, ast.d.data[generator] === 1 ? 1 : 0);
  const head = openLoop(l);
  l.at(generator);
  const edges = builder.branch(iter, BranchKind.MoreItems);
  const exit = edges?.whenFalse ?? -1;
  if (edges !== undefined) builder.resume(edges.whenTrue);
  assignTarget(l, target, l.emit(target, Op.Next, iter), sources);
  const conditions = ast.c.data[generator];
  for (let i = 0, n = ast.lists.length(conditions); i < n; i++) {
    const ways = lowerCondition(l, ast.lists.at(conditions, i));
    for (const block of ways.whenFalse) {
      builder.resume(block);
      builder.jump(head);
    }
    builder.join(ways.whenTrue);
  }
  return { head, exit };
}

function addElement(l: Lowering, node: number, isDict: boolean, result: number): void {
  const { ast, builder } = l;
  const element = ast.a.data[node];
  let key = -1;
  let value = lowerExpression(l, element);
  if (isDict) {
    key = value;
    value = lowerExpression(l, ast.b.data[node]);
  }
  const container = builder.read(result);
  const append = l.emit(element, Op.Append, container, value, key);
  builder.write(result, l.emit(element, Op.Content, container, append, -1));
}

function closeRound(l: Lowering, round: OpenRound): void {
  l.builder.jump(round.head);
  closeLoop(l, round.head);
  l.builder.join(round.exit < 0 ? [] : [round.exit]);
}
