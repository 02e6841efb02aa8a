/** How a walk goes through operations that call methods of the project: items, loops, operators, texts, handlers of exceptions. */
import { Op, callArg, callArgCount, callCallee } from "../ir/index.ts";
import { BindMode, type CallTarget, TokenKind, tokenId, tokenKind } from "../program/index.ts";
import { LeafKind } from "./leaf.ts";
import { attributeName, isAttribute, isItem, itemKey, itemSelector } from "./paths.ts";
import { allArguments } from "./ports.ts";
import type { Solver } from "./solver.ts";
import { bottom, storesLeaf } from "./transfer.ts";
import { applySummary, visitCall } from "./transfer-call.ts";
import type { Walk } from "./walk.ts";

/**
 * Visits an operation as the call of a method that it is for an object of the project. Returns true if `operand` is nothing
 * but such objects, so that the operation means nothing else.
 */
export function visitOverloaded(solver: Solver, walk: Walk, node: number, value: number, path: number, operand: number): boolean {
  const targets = solver.targetsOf(value);
  if (!targets.some((target) => target.kind === "project")) return false;
  if (!visitKeyed(solver, walk, node, value, path, targets)) visitCall(solver, walk, node, value, path);
  return isOwnObject(solver, operand);
}

/** `x["k"]` where the method is `return self.items[key]`: the item under this key. */
function visitKeyed(solver: Solver, walk: Walk, node: number, value: number, path: number, targets: readonly CallTarget[]): boolean {
  const { ir, paths } = solver;
  const keys = ir.op.data[value] === Op.GetItem ? solver.facts.constantsOf(ir.b.data[value]!) : undefined;
  if (keys?.length !== 1) return false;
  const reads = targets.map((target) => (target.kind === "project" ? keyedReads(solver, target.function) : undefined));
  if (reads.some((read) => read === undefined)) return false;
  const inner = paths.push(itemSelector(keys[0]!), path);
  targets.forEach((target, i) => {
    if (target.kind !== "project") return;
    for (const object of reads[i]!) applySummary(solver, walk, node, value, target, ir.functions[target.function]!, solver.ofValue(object, inner, walk.need), 0);
  });
  return true;
}

/** The containers of which a method returns the item under its key, if it returns nothing else. */
function keyedReads(solver: Solver, method: number): readonly number[] | undefined {
  const { ir } = solver;
  const key = ir.functions[method]!.params[1];
  const returned = solver.rowsOf(method).returns.map((row) => ir.a.data[row]!);
  const isRead = (row: number): boolean => ir.op.data[row] === Op.GetItem && solver.rootOf(ir.b.data[row]!) === key?.value;
  return key !== undefined && returned.length > 0 && returned.every(isRead) ? returned.map((row) => ir.a.data[row]!) : undefined;
}

function isOwnObject(solver: Solver, value: number): boolean {
  const tokens = solver.program.tokensOf(value);
  for (let i = 0; i < tokens.length; i++) if (tokenKind(tokens[i]!) !== TokenKind.Instance) return false;
  return tokens.length > 0;
}

/** An item of a new object whose class says what its items are: `list(Parts(x))[0]`. */
export function visitOwnItems(solver: Solver, walk: Walk, node: number, call: number, path: number): boolean {
  const { ir, paths } = solver;
  const head = paths.head(path);
  if (!isItem(head) || !isOwnObject(solver, call)) return false;
  const methods = methodsOf(solver, call, itemKey(head) >= 0 ? ["__getitem__", "__next__", "__iter__"] : ["__next__", "__iter__", "__getitem__"]);
  for (const method of methods ?? []) {
    const fn = ir.functions[method]!;
    const target: CallTarget & { kind: "project" } = { kind: "project", function: method, mode: BindMode.Callback, arguments: [call], via: "class" };
    const isList = !fn.isGenerator && ir.strings.text(fn.name) === "__iter__";
    const summary = fn.isGenerator ? solver.ofYield(method, paths.tail(path), walk.need) : solver.ofReturn(method, isList ? path : paths.tail(path), walk.need);
    applySummary(solver, walk, node, call, target, fn, summary, 0);
  }
  return methods !== undefined;
}

const textMethods = ["__str__", "__repr__"] as const;
/** Classes of one value whose methods are asked. */
const classesMax = 8;

/** Goes on to a value that is put into a text: of an object of the project to what its method for that returns. */
export function pushText(solver: Solver, walk: Walk, node: number, value: number, path: number, isFormat = false): void {
  const methods = path === 0 && isOwnObject(solver, value) ? methodsOf(solver, value, isFormat ? ["__format__", ...textMethods] : textMethods) : undefined;
  if (methods === undefined) {
    walk.push(value, path, node);
    return;
  }
  for (const method of methods) {
    const target: CallTarget & { kind: "project" } = { kind: "project", function: method, mode: BindMode.Callback, arguments: [value], via: "class" };
    applySummary(solver, walk, node, value, target, solver.ir.functions[method]!, solver.ofReturn(method, 0, walk.need), 0);
  }
}

/** `str(x)` and `repr(x)` of an object of the project. */
export function visitTextCall(solver: Solver, walk: Walk, node: number, call: number, path: number): boolean {
  const { ir } = solver;
  const callee = callCallee(ir, call);
  if (path !== 0 || walk.need.exact || ir.op.data[callee] !== Op.Global || callArgCount(ir, call) !== 1) return false;
  const name = ir.strings.text(ir.a.data[callee]!);
  const value = callArg(ir, call, 0);
  if ((name !== "str" && name !== "repr") || solver.program.storesOf(callee).length > 0 || !isOwnObject(solver, value)) return false;
  if (methodsOf(solver, value, name === "repr" ? ["__repr__"] : textMethods) === undefined) return false;
  pushText(solver, walk, node, value, 0);
  return true;
}

/** The first of some methods that each class of a value has; undefined if a class has none. */
function methodsOf(solver: Solver, value: number, names: readonly string[]): ReadonlySet<number> | undefined {
  const { ir, program } = solver;
  const tokens = program.tokensOf(value);
  if (tokens.length > classesMax) return undefined;
  const out = new Set<number>();
  for (let i = 0; i < tokens.length; i++) {
    const found = names.map((name) => ir.strings.find(name)).filter((name) => name >= 0).map((name) => program.methodOf(tokenId(tokens[i]!), name));
    const method = found.find((fn) => fn >= 0);
    if (method === undefined) return undefined;
    out.add(method);
  }
  return out;
}

// ---- exceptions

/** An exception is what was raised, as far as that is seen; what else may be is open. */
export function visitException(solver: Solver, walk: Walk, node: number, value: number, path: number): void {
  if (walk.asksAbout("exception-text")) {
    walk.leaf(node, LeafKind.Source, value, "exception-text", "the exception");
    return;
  }
  const { values, isClosed } = solver.raised.at(value);
  for (const { value: raised, depth, call, target } of values) {
    for (const part of partsOf(solver, raised, path)) {
      if (depth === 0) walk.push(part.value, part.path, node);
      else if (depth === 1 && target) {
        const fn = solver.ir.functions[target.function]!;
        applySummary(solver, walk, node, call, target, fn, solver.ofValue(part.value, part.path, walk.need), 0);
      } else storesLeaf(solver, walk, node, value, [part.value], part.path);
    }
  }
  if (isClosed || (values.length === 0 && bottom(solver, walk, node, value, path))) return;
  walk.leaf(node, LeafKind.Open, value, "unknown-value", "the text of an exception");
}

/** What is asked of a raised value: a field of its class, or what its constructor was given. */
function partsOf(solver: Solver, raised: number, path: number): { value: number; path: number }[] {
  const { ir, paths } = solver;
  const isOwn = solver.program.tokensOf(raised).length > 0 && isOwnObject(solver, raised);
  if (path === 0 || !isAttribute(paths.head(path))) {
    return ir.op.data[raised] === Op.Call && !isOwn ? allArguments(ir, raised).map((value) => ({ value, path: 0 })) : [{ value: raised, path: 0 }];
  }
  if (solver.fields.storesOf(raised, attributeName(paths.head(path)))) return [{ value: raised, path }];
  if (ir.op.data[raised] !== Op.Call) return [{ value: raised, path: 0 }];
  const rest = paths.tail(path);
  const key = rest !== 0 && isItem(paths.head(rest)) ? itemKey(paths.head(rest)) : -1;
  const constant = key < 0 ? undefined : ir.constants[key];
  const index = constant?.type === "int" ? Number(constant.value) : -1;
  if (!isOwn && index >= 0 && index < callArgCount(ir, raised)) return [{ value: callArg(ir, raised, index), path: paths.tail(rest) }];
  return allArguments(ir, raised).map((value) => ({ value, path: 0 }));
}

