/** Visits the children of a syntax node, whatever its kind: for walks that care about few kinds. */
import { type Ast, Kind } from "./ast.ts";

/** Which operands of a kind are nodes (`n`, may be absent) and lists of nodes (`l`), in source order; `.` is skipped. */
const shapes: Partial<Record<Kind, string>> = {
  [Kind.Module]: "l",
  [Kind.Return]: "n",
  [Kind.Delete]: "l",
  [Kind.Assign]: "ln",
  [Kind.TypeAlias]: "nln",
  [Kind.AugAssign]: "n.n",
  [Kind.AnnAssign]: "nnn",
  [Kind.For]: "nnll",
  [Kind.AsyncFor]: "nnll",
  [Kind.While]: "nll",
  [Kind.If]: "nll",
  [Kind.With]: "ll",
  [Kind.AsyncWith]: "ll",
  [Kind.Match]: "nl",
  [Kind.Raise]: "nnn",
  [Kind.Try]: "llll",
  [Kind.TryStar]: "llll",
  [Kind.Assert]: "nn",
  [Kind.Expr]: "n",
  [Kind.Py2Print]: "ln",
  [Kind.Py2Exec]: "nnn",
  [Kind.BoolOp]: ".l",
  [Kind.NamedExpr]: "nn",
  [Kind.BinOp]: "n.n",
  [Kind.UnaryOp]: ".n",
  [Kind.IfExp]: "nnn",
  [Kind.Dict]: "ll",
  [Kind.Set]: "l",
  [Kind.ListComp]: "nl",
  [Kind.SetComp]: "nl",
  [Kind.GeneratorExp]: "nl",
  [Kind.DictComp]: "nnl",
  [Kind.Await]: "n",
  [Kind.Yield]: "n",
  [Kind.YieldFrom]: "n",
  [Kind.Compare]: "n.l",
  [Kind.Call]: "nll",
  [Kind.FormattedValue]: "n.n",
  [Kind.Interpolation]: "n..n",
  [Kind.JoinedStr]: "l",
  [Kind.TemplateStr]: "l",
  [Kind.Attribute]: "n",
  [Kind.Subscript]: "nn",
  [Kind.Starred]: "n",
  [Kind.List]: "l",
  [Kind.Tuple]: "l",
  [Kind.Slice]: "nnn",
  [Kind.Py2Repr]: "n",
  [Kind.Keyword]: ".n",
  [Kind.WithItem]: "nn",
  [Kind.MatchCase]: "nnl",
  [Kind.ExceptHandler]: "n.ln",
  [Kind.Comprehension]: "nnl",
  [Kind.TypeVar]: ".nn",
  [Kind.ParamSpec]: "..n",
  [Kind.TypeVarTuple]: "..n",
  [Kind.MatchValue]: "n",
  [Kind.MatchSequence]: "l",
  [Kind.MatchMapping]: "ll",
  [Kind.MatchClass]: "nl.l",
  [Kind.MatchAs]: "n",
  [Kind.MatchOr]: "l",
};

const none = 0;
const one = 1;
const many = 2;
const table = new Uint8Array((Kind.MatchOr + 1) * 4);
for (const [kind, shape] of Object.entries(shapes)) {
  for (let i = 0; i < shape.length; i++) {
    table[Number(kind) * 4 + i] = shape[i] === "n" ? one : shape[i] === "l" ? many : none;
  }
}

/** Calls `visit` with each child node. Definitions and parameters have scopes of their own and are not entered. */
export function forEachChild(ast: Ast, node: number, visit: (child: number) => void): void {
  const at = ast.kind.data[node] * 4;
  for (let i = 0; i < 4; i++) {
    const shape = table[at + i];
    if (shape === none) continue;
    const operand = i === 0 ? ast.a.data[node] : i === 1 ? ast.b.data[node] : i === 2 ? ast.c.data[node] : ast.d.data[node];
    if (shape === one) {
      if (operand >= 0) visit(operand);
      continue;
    }
    for (let j = 0, n = ast.lists.length(operand); j < n; j++) {
      const child = ast.lists.at(operand, j);
      if (child >= 0) visit(child);
    }
  }
}
