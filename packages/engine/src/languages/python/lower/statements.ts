/** Statements: the table from kinds to the files that lower them, and the simple ones. */
import { Op } from "../../../ir/index.ts";
import { Kind } from "../ast.ts";
import { lowerAnnotated, lowerAssign, lowerAugmented, lowerDelete, lowerImport, lowerImportFrom } from "./assignments.ts";
import { callBuiltin } from "./calls.ts";
import { lowerCondition } from "./conditions.ts";
import { bindTypeParameters, lowerClass, lowerFunction } from "./definitions.ts";
import { lowerExpression, lowerList } from "./expressions.ts";
import { leave } from "./leaving.ts";
import { lowerFor, lowerWhile } from "./loops.ts";
import { bindName } from "./names.ts";
import { lowerMatch } from "./patterns.ts";
import { lowerTry, lowerWith } from "./protected.ts";
import { Leaving, type Lowering } from "./state.ts";

export function lowerBlock(l: Lowering, list: number): void {
  const { lists } = l.ast;
  for (let i = 0, n = lists.length(list); i < n; i++) {
    const node = lists.at(list, i);
    if (!l.descend(node)) return;
    lowerStatement(l, node);
    l.depth--;
  }
}

function lowerStatement(l: Lowering, node: number): void {
  const { ast } = l;
  const a = ast.a.data[node];
  const b = ast.b.data[node];
  l.readLog.length = 0;
  switch (l.kindOf(node)) {
    case Kind.Expr:
      // A literal alone is a docstring or a placeholder.
      if (l.kindOf(a) !== Kind.Constant) l.emit(node, Op.Expr, lowerExpression(l, a));
      return;
    case Kind.Assign:
      return lowerAssign(l, node);
    case Kind.AugAssign:
      return lowerAugmented(l, node);
    case Kind.AnnAssign:
      return lowerAnnotated(l, node);
    case Kind.Return:
      return leave(l, node, Leaving.Return, a >= 0 ? lowerExpression(l, a) : l.none(node));
    case Kind.If:
      return lowerIf(l, node);
    case Kind.For:
      return lowerFor(l, node, false);
    case Kind.AsyncFor:
      return lowerFor(l, node, true);
    case Kind.While:
      return lowerWhile(l, node);
    case Kind.With:
      return lowerWith(l, node, false);
    case Kind.AsyncWith:
      return lowerWith(l, node, true);
    case Kind.Try:
    case Kind.TryStar:
      return lowerTry(l, node);
    case Kind.Match:
      return lowerMatch(l, node);
    case Kind.FunctionDef:
      return lowerFunction(l, node, false);
    case Kind.AsyncFunctionDef:
      return lowerFunction(l, node, true);
    case Kind.ClassDef:
      return lowerClass(l, node);
    case Kind.Import:
      return lowerImport(l, a);
    case Kind.ImportFrom:
      return lowerImportFrom(l, node);
    case Kind.Raise:
      return lowerRaise(l, node);
    case Kind.Assert:
      return lowerAssert(l, node);
    case Kind.Delete:
      return lowerDelete(l, a);
    case Kind.Break:
      return leave(l, node, Leaving.Break, -1);
    case Kind.Continue:
      return leave(l, node, Leaving.Continue, -1);
    case Kind.TypeAlias:
      return lowerTypeAlias(l, node);
    case Kind.Py2Print:
      return lowerPrint(l, node);
    case Kind.Py2Exec: {
      const args = [a, b, ast.c.data[node]].filter((arg) => arg >= 0).map((arg) => lowerExpression(l, arg));
      return callBuiltin(l, node, "exec", args, []);
    }
    case Kind.ErrorStmt:
      // What was skipped may do anything; the row marks the place.
      l.emit(node, Op.Expr, l.emit(node, Op.Undef, 0, -1));
      return;
    default:
      // Pass, Global, Nonlocal: nothing happens.
      return;
  }
}

/** An `elif` chain is lowered in a loop. */
function lowerIf(l: Lowering, start: number): void {
  const { ast, builder } = l;
  const ends: number[] = [];
  let node = start;
  for (;;) {
    l.readLog.length = 0;
    const ways = lowerCondition(l, ast.a.data[node]);
    builder.join(ways.whenTrue);
    lowerBlock(l, ast.b.data[node]);
    if (builder.isLive) ends.push(builder.current);
    builder.join(ways.whenFalse);
    const orelse = ast.c.data[node];
    if (ast.lists.length(orelse) === 1 && l.kindOf(ast.lists.at(orelse, 0)) === Kind.If) {
      node = ast.lists.at(orelse, 0);
      continue;
    }
    lowerBlock(l, orelse);
    if (builder.isLive) ends.push(builder.current);
    builder.join(ends);
    return;
  }
}

function lowerRaise(l: Lowering, node: number): void {
  const { ast, builder } = l;
  const exception = ast.a.data[node] < 0 ? -1 : lowerExpression(l, ast.a.data[node]);
  const cause = ast.b.data[node] < 0 ? -1 : lowerExpression(l, ast.b.data[node]);
  if (ast.c.data[node] >= 0) lowerExpression(l, ast.c.data[node]);
  l.at(node);
  builder.raise(exception, cause, 0);
}

function lowerAssert(l: Lowering, node: number): void {
  const { ast, builder } = l;
  const ways = lowerCondition(l, ast.a.data[node]);
  builder.join(ways.whenFalse);
  const message = ast.b.data[node];
  if (builder.isLive || message >= 0) {
    if (message >= 0) l.emit(message, Op.Expr, lowerExpression(l, message));
    l.at(node);
    builder.raise(-1, -1, 1);
  }
  builder.join(ways.whenTrue);
}

/** `type X[T] = value`: the value is what the name stands for. */
function lowerTypeAlias(l: Lowering, node: number): void {
  const { ast } = l;
  const outer = l.scope;
  bindTypeParameters(l, node, ast.b.data[node]);
  const value = lowerExpression(l, ast.c.data[node]);
  l.scope = outer;
  const name = ast.a.data[node];
  if (l.kindOf(name) === Kind.Name) bindName(l, name, ast.a.data[name], value);
}

function lowerPrint(l: Lowering, node: number): void {
  const { ast } = l;
  const values = lowerList(l, ast.a.data[node]);
  const destination = ast.b.data[node];
  const keywords = destination < 0 ? [] : [l.strings.intern("file"), lowerExpression(l, destination)];
  callBuiltin(l, node, "print", values, keywords);
}
