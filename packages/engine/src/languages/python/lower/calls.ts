/** Calls, and what they may change. */
import { Op } from "../../../ir/index.ts";
import { Kind } from "../ast.ts";
import { lowerDeeper } from "./expressions.ts";
import { resolve, slotOfName } from "./names.ts";
import type { Lowering } from "./state.ts";
import { changeContent } from "./versions.ts";

/** Built-in functions that look at their arguments and change none. */
const lookingBuiltins: ReadonlySet<string> = new Set([
  "abs",
  "all",
  "any",
  "ascii",
  "bin",
  "bool",
  "bytes",
  "callable",
  "chr",
  "dict",
  "enumerate",
  "format",
  "frozenset",
  "getattr",
  "hasattr",
  "hash",
  "hex",
  "id",
  "isinstance",
  "issubclass",
  "len",
  "list",
  "max",
  "min",
  "oct",
  "ord",
  "pow",
  "print",
  "range",
  "repr",
  "round",
  "set",
  "sorted",
  "str",
  "sum",
  "tuple",
  "type",
  "unicode",
  "zip",
]);

/** Lowers the arguments of a call and the call itself; `callee` is lowered already. */
export function lowerCallStep(l: Lowering, node: number, callee: number): number {
  const { ast } = l;
  const args = ast.b.data[node];
  const keywords = ast.c.data[node];
  // Operands wait on a shared stack: calls are the most frequent rows with lists.
  const { stack } = l;
  const base = stack.length;
  for (let i = 0, n = ast.lists.length(args); i < n; i++) stack.push(lowerDeeper(l, ast.lists.at(args, i)));
  const positional = l.popList(base);
  for (let i = 0, n = ast.lists.length(keywords); i < n; i++) {
    const keyword = ast.lists.at(keywords, i);
    const value = lowerDeeper(l, ast.b.data[keyword]);
    stack.push(ast.a.data[keyword], value);
  }
  const call = l.emit(node, Op.Call, callee, positional, l.popList(base));
  changeReceiver(l, ast.a.data[node], call);
  if (!isLookingBuiltin(l, ast.a.data[node])) changeArguments(l, args, keywords, call);
  return call;
}

function changeReceiver(l: Lowering, func: number, call: number): void {
  if (l.kindOf(func) !== Kind.Attribute) return;
  changeNamed(l, l.ast.a.data[func], call, -1);
}

function changeArguments(l: Lowering, args: number, keywords: number, call: number): void {
  const { ast } = l;
  for (let i = 0, n = ast.lists.length(args); i < n; i++) changeNamed(l, ast.lists.at(args, i), call, i);
  for (let i = 0, n = ast.lists.length(keywords); i < n; i++) {
    const keyword = ast.lists.at(keywords, i);
    if (ast.a.data[keyword] >= 0) changeNamed(l, ast.b.data[keyword], call, -2 - i);
  }
}

/** If the expression is a local name, its object may have been changed by `effect`. */
export function changeNamed(l: Lowering, node: number, effect: number, role: number): void {
  if (l.kindOf(node) !== Kind.Name) return;
  const slot = slotOfName(l, l.ast.a.data[node]);
  if (slot >= 0) changeContent(l, slot, effect, role);
}

function isLookingBuiltin(l: Lowering, func: number): boolean {
  if (l.kindOf(func) !== Kind.Name) return false;
  const name = l.ast.a.data[func];
  return lookingBuiltins.has(l.strings.text(name)) && resolve(l, name) === undefined;
}

/** Calls a built-in for a statement of Python 2. */
export function callBuiltin(l: Lowering, node: number, name: string, args: readonly number[], keywords: readonly number[]): void {
  const callee = l.globalNamed(node, name);
  l.emit(node, Op.Expr, l.call(node, callee, args, keywords));
}
