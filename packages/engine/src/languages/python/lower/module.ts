/**
 * Lowering of a module: its body, then the bodies found in it, then those found in these, in order of their ids.
 *
 * A body is lowered when the function around it is finished, so one builder serves all and nothing nests.
 */
import { invariant, type Problem } from "../../../base/index.ts";
import {
  type ClassInfo,
  type FinishedFunction,
  FunctionBuilder,
  type FunctionInfo,
  FunctionTooLarge,
  type Ir,
  type ModuleInfo,
  Op,
  type ParameterInfo,
} from "../../../ir/index.ts";
import type { SourceFile } from "../../../source/index.ts";
import { type Ast, Kind } from "../ast.ts";
import { findScopes, type Scope, ScopeKind } from "../scope.ts";
import { assignTarget } from "./assignments.ts";
import { lowerExpression } from "./expressions.ts";
import { leave } from "./leaving.ts";
import { bindName } from "./names.ts";
import { Leaving, Lowering, type ModuleIdentity, type PendingBody } from "./state.ts";
import { lowerBlock } from "./statements.ts";

/** One builder for all modules: its columns stay as large as the largest function needed. */
let sharedBuilder: FunctionBuilder | undefined;

/**
 * Appends a module to the program.
 *
 * In: the tree of `file`, the program so far, the name of the module.
 * Out: the module's row; `problems` receives what was cut off by a limit.
 * Holds: if it throws, the program is as it was before.
 */
export function lowerModule(ir: Ir, ast: Ast, file: SourceFile, module: ModuleIdentity, problems: Problem[] = []): ModuleInfo {
  invariant(module.id === ir.modules.length, "modules are lowered in the order of their ids");
  const before = ir.mark();
  const builder = sharedBuilder ?? new FunctionBuilder();
  sharedBuilder = undefined;
  try {
    const info = lowerBodies(new Lowering(ir, ast, file, module, findScopes(ast), builder, problems));
    sharedBuilder = builder;
    return info;
  } catch (error) {
    ir.truncate(before);
    throw error;
  }
}

function lowerBodies(l: Lowering): ModuleInfo {
  const { ir, module, strings } = l;
  const name = strings.intern("<module>");
  const root: PendingBody = {
    functionId: ir.functions.length,
    kind: "module",
    node: l.ast.root,
    scope: l.scopes.module,
    name,
    qualname: name,
    parent: -1,
    class: -1,
    definition: -1,
    returns: -1,
    parameters: [],
    defaults: [],
    annotations: [],
  };
  const info: ModuleInfo = {
    id: module.id,
    file: l.file.id,
    name: strings.intern(module.name),
    isPackage: module.isPackage,
    body: root.functionId,
  };
  ir.modules.push(info);
  reserveFunction(l, root, false);
  for (let i = 0; i < l.queue.length; i++) lowerBody(l, l.queue[i]);
  return info;
}

/** Gives a body its place in the program; it is lowered when its turn comes. */
export function reserveFunction(l: Lowering, body: PendingBody, isAsync: boolean): void {
  const { ast } = l;
  body.scope.functionId = body.functionId;
  l.ir.functions.push({
    id: body.functionId,
    kind: body.kind,
    name: body.name,
    qualname: body.qualname,
    module: l.module.id,
    parent: body.parent,
    class: body.class,
    params: [],
    isAsync,
    isGenerator: body.kind !== "module" && body.kind !== "class" && body.scope.isGenerator,
    definition: -1,
    returns: -1,
    firstInstr: -1,
    endInstr: -1,
    firstBlock: -1,
    endBlock: -1,
    src: ast.start.data[body.node],
    end: ast.end.data[body.node],
    docstring: docstringOf(l, body),
  });
  l.queue.push(body);
  l.found.push(body);
}

export function reserveClass(l: Lowering, body: PendingBody): number {
  const { ast, ir } = l;
  const id = ir.classes.length;
  ir.classes.push({
    id,
    name: body.name,
    qualname: body.qualname,
    module: l.module.id,
    body: body.functionId,
    definition: -1,
    src: ast.start.data[body.node],
    end: ast.end.data[body.node],
  });
  reserveFunction(l, body, false);
  return id;
}

function lowerBody(l: Lowering, body: PendingBody): void {
  enter(l, body);
  let finished: FinishedFunction;
  let params: Writable<ParameterInfo>[];
  try {
    params = lowerContents(l, body);
    finished = l.builder.finish(l.ir, body.functionId);
  } catch (error) {
    if (!(error instanceof FunctionTooLarge)) throw error;
    l.report("limit-reached", body.node, "the function is too large; it is treated as if it did nothing");
    forgetFound(l);
    enter(l, body);
    params = lowerParameters(l, body);
    l.at(body.node);
    l.builder.return(l.none(body.node));
    finished = l.builder.finish(l.ir, body.functionId);
  }
  for (const param of params) param.value = l.builder.newId(param.value);
  const info = l.ir.functions[body.functionId] as Writable<FunctionInfo>;
  Object.assign(info, finished);
  info.params = params;
  info.definition = body.definition;
  info.returns = body.returns;
  if (body.kind === "class") (l.ir.classes[body.class] as Writable<ClassInfo>).definition = body.definition;
  for (const inner of l.found) {
    inner.definition = l.builder.newId(inner.definition);
    inner.returns = l.builder.newId(inner.returns);
    toFinal(l, inner.defaults);
    toFinal(l, inner.annotations);
  }
}

/** Functions and classes are completed after they got their place. */
type Writable<T> = { -readonly [K in keyof T]: T[K] };

function toFinal(l: Lowering, values: number[]): void {
  for (let i = 0; i < values.length; i++) values[i] = l.builder.newId(values[i]);
}

/** Bodies found in a function that was given up are lowered all the same, but nothing defines them. */
function forgetFound(l: Lowering): void {
  for (const inner of l.found) {
    inner.definition = -1;
    inner.returns = -1;
    inner.defaults = inner.defaults.map(() => -1);
    inner.annotations = inner.annotations.map(() => -1);
  }
}

function enter(l: Lowering, body: PendingBody): void {
  const { strings, builder } = l;
  l.scope = body.scope;
  l.functionId = body.functionId;
  l.classId = body.kind === "class" ? body.class : -1;
  l.qualifier = body.kind === "module" ? "" : `${strings.text(body.qualname)}.`;
  l.frames = [];
  l.lambdaCount = 0;
  l.depth = 0;
  l.resolved.clear();
  l.readLog = [];
  l.sources = [];
  l.aliases = [];
  l.found = [];
  l.spine.length = 0;
  l.stack.length = 0;
  builder.initialOf = initialRows(body.scope);
  builder.begin();
  l.at(body.node);
}

/** A name not bound yet: unbound in a function; in module and class bodies it may still mean something else. */
function initialRows(scope: Scope): FunctionBuilder["initialOf"] {
  const names: number[] = [];
  for (const variable of scope.variables.values()) names[variable.slot] = variable.name;
  const isFunction = scope.kind === ScopeKind.Function || scope.kind === ScopeKind.Lambda;
  return (slot) => {
    const name = names[slot] ?? -1;
    return isFunction || name < 0 ? { op: Op.Undef, a: 0, b: name } : { op: Op.Global, a: name, b: 0 };
  };
}

function lowerContents(l: Lowering, body: PendingBody): Writable<ParameterInfo>[] {
  const { ast, builder } = l;
  const params = lowerParameters(l, body);
  if (body.kind === "lambda") {
    const result = lowerExpression(l, ast.b.data[body.node]);
    leave(l, ast.b.data[body.node], Leaving.Return, result);
    return params;
  }
  lowerBlock(l, body.kind === "module" ? ast.a.data[body.node] : ast.c.data[body.node]);
  if (builder.isLive) {
    if (body.kind === "class") publishClassVariables(l, body);
    builder.src = builder.end = ast.end.data[body.node];
    builder.return(builder.emit(Op.Const, 0));
  }
  return params;
}

/** The names bound at the end of a class body are the attributes of the class. */
function publishClassVariables(l: Lowering, body: PendingBody): void {
  const { builder } = l;
  for (const variable of body.scope.variables.values()) {
    const value = builder.read(variable.slot);
    if (builder.isInitial(value) || builder.opOf(value) === Op.Undef) continue;
    builder.src = builder.srcOf(value);
    builder.end = builder.endOf(value);
    builder.emit(Op.ClassVar, variable.name, value);
  }
}

function lowerParameters(l: Lowering, body: PendingBody): Writable<ParameterInfo>[] {
  const { ast } = l;
  const params: Writable<ParameterInfo>[] = [];
  for (let i = 0; i < body.parameters.length; i++) {
    const { node, kind } = body.parameters[i];
    const name = l.mangle(ast.a.data[node]);
    const value = l.emit(node, Op.Param, i, name);
    params.push({ name, kind, value, default: body.defaults[i] ?? -1, annotation: body.annotations[i] ?? -1 });
  }
  for (let i = 0; i < params.length; i++) {
    const { node } = body.parameters[i];
    const tuple = ast.c.data[node];
    if (tuple >= 0) assignTarget(l, tuple, params[i].value, []);
    else bindName(l, node, ast.a.data[node], params[i].value);
  }
  return params;
}

function docstringOf(l: Lowering, body: PendingBody): number {
  const { ast } = l;
  if (body.kind === "lambda") return -1;
  const statements = body.kind === "module" ? ast.a.data[body.node] : ast.c.data[body.node];
  if (ast.lists.length(statements) === 0) return -1;
  const first = ast.lists.at(statements, 0);
  if (l.kindOf(first) !== Kind.Expr) return -1;
  const value = ast.a.data[first];
  if (l.kindOf(value) !== Kind.Constant) return -1;
  const constant = ast.constants[ast.a.data[value]];
  return constant.type === "str" ? l.strings.intern(constant.value) : -1;
}
