/** Functions, lambdas and classes where they are defined: decorators, defaults, annotations. Bodies are lowered later. */
import { type FunctionKind, Op } from "../../../ir/index.ts";
import { Kind } from "../ast.ts";
import { typeParameterKey } from "../scope.ts";
import { lowerDeeper, lowerExpression, lowerList } from "./expressions.ts";
import { reserveClass, reserveFunction } from "./module.ts";
import { bindName } from "./names.ts";
import type { Lowering, ParameterNode, PendingBody } from "./state.ts";

export function lowerFunction(l: Lowering, node: number, isAsync: boolean): void {
  const { ast } = l;
  const [decorators = 0, returns = -1, typeParameters = 0] = ast.lists.toArray(ast.d.data[node]);
  const wrappers = lowerList(l, decorators);
  const defaults = lowerDefaults(l, ast.b.data[node]);
  const outer = l.scope;
  bindTypeParameters(l, node, typeParameters);
  const parameters = parametersOf(l, ast.b.data[node]);
  const annotations = parameters.map((p) => {
    const annotation = ast.b.data[p.node];
    return annotation < 0 ? -1 : lowerExpression(l, annotation);
  });
  const returnType = returns < 0 ? -1 : lowerExpression(l, returns);
  const body = openBody(l, node, "function", l.mangle(ast.a.data[node]), ast.a.data[node], parameters);
  body.defaults = defaults.byParameter;
  body.annotations = annotations;
  body.returns = returnType;
  reserveFunction(l, body, isAsync);
  const positional = l.list(defaults.positional);
  body.definition = l.emit(node, Op.Func, body.functionId, positional, l.list(defaults.keywordOnly));
  keepParts(l, body);
  const value = decorate(l, decorators, wrappers, body.definition);
  l.scope = outer;
  bindName(l, node, ast.a.data[node], value);
}

export function lowerLambda(l: Lowering, node: number): number {
  const { ast } = l;
  const defaults = lowerDefaults(l, ast.a.data[node]);
  const name = l.strings.intern(`<lambda${++l.lambdaCount}>`);
  const body = openBody(l, node, "lambda", name, name, parametersOf(l, ast.a.data[node]));
  body.defaults = defaults.byParameter;
  body.annotations = defaults.byParameter.map(() => -1);
  reserveFunction(l, body, false);
  const positional = l.list(defaults.positional);
  body.definition = l.emit(node, Op.Func, body.functionId, positional, l.list(defaults.keywordOnly));
  keepParts(l, body);
  return body.definition;
}

export function lowerClass(l: Lowering, node: number): void {
  const { ast } = l;
  const [keywords = 0, decorators = 0, typeParameters = 0] = ast.lists.toArray(ast.d.data[node]);
  const wrappers = lowerList(l, decorators);
  const outer = l.scope;
  bindTypeParameters(l, node, typeParameters);
  const bases = lowerList(l, ast.b.data[node]);
  const pairs: number[] = [];
  for (let i = 0, n = ast.lists.length(keywords); i < n; i++) {
    const keyword = ast.lists.at(keywords, i);
    pairs.push(ast.a.data[keyword], lowerDeeper(l, ast.b.data[keyword]));
  }
  const body = openBody(l, node, "class", l.mangle(ast.a.data[node]), ast.a.data[node], []);
  const classId = reserveClass(l, body);
  const baseList = l.list(bases);
  body.definition = l.emit(node, Op.Class, classId, baseList, l.list(pairs));
  const value = decorate(l, decorators, wrappers, body.definition);
  l.scope = outer;
  bindName(l, node, ast.a.data[node], value);
}

/** Applies decorators, the last written first. */
function decorate(l: Lowering, list: number, wrappers: readonly number[], definition: number): number {
  let value = definition;
  for (let i = wrappers.length - 1; i >= 0; i--) value = l.emit(l.ast.lists.at(list, i), Op.Decorate, wrappers[i], value);
  return value;
}

function openBody(
  l: Lowering,
  node: number,
  kind: FunctionKind,
  name: number,
  spelling: number,
  parameters: readonly ParameterNode[],
): PendingBody {
  const scope = l.scopes.byNode.get(node) ?? l.scopes.module;
  return {
    functionId: l.ir.functions.length,
    kind,
    node,
    scope,
    name,
    qualname: l.strings.intern(l.qualifier + l.strings.text(spelling)),
    parent: l.functionId,
    class: kind === "class" ? l.ir.classes.length : l.classId,
    definition: -1,
    returns: -1,
    parameters,
    defaults: [],
    annotations: [],
  };
}

/** Parts that only FunctionInfo refers to must not be dropped as unused. */
function keepParts(l: Lowering, body: PendingBody): void {
  for (const value of body.defaults) l.builder.keep(value);
  for (const value of body.annotations) l.builder.keep(value);
  l.builder.keep(body.returns);
}

// ---- parameters

/** The parameters of an Arguments node, in the order of the signature. */
export function parametersOf(l: Lowering, args: number): ParameterNode[] {
  const { ast } = l;
  const out: ParameterNode[] = [];
  const add = (list: number, kind: ParameterNode["kind"]): void => {
    for (let i = 0, n = ast.lists.length(list); i < n; i++) out.push({ node: ast.lists.at(list, i), kind });
  };
  const [vararg = -1, kwarg = -1] = ast.lists.toArray(ast.d.data[args]);
  add(ast.a.data[args], "positional-only");
  add(ast.b.data[args], "positional");
  if (vararg >= 0) out.push({ node: vararg, kind: "varargs" });
  add(ast.c.data[args], "keyword-only");
  if (kwarg >= 0) out.push({ node: kwarg, kind: "kwargs" });
  return out;
}

interface Defaults {
  readonly positional: readonly number[];
  readonly keywordOnly: readonly number[];
  /** In the order of {@link parametersOf}, -1 without default. */
  readonly byParameter: number[];
}

function lowerDefaults(l: Lowering, args: number): Defaults {
  const { ast } = l;
  const [vararg = -1, kwarg = -1, defaultList = 0, keywordList = 0] = ast.lists.toArray(ast.d.data[args]);
  const positional = lowerList(l, defaultList);
  const keywordOnly = ast.lists.toArray(keywordList).map((node) => (node < 0 ? -1 : lowerDeeper(l, node)));
  const positionalCount = ast.lists.length(ast.a.data[args]) + ast.lists.length(ast.b.data[args]);
  const byParameter: number[] = [];
  for (let i = 0; i < positionalCount; i++) byParameter.push(positional[i - positionalCount + positional.length] ?? -1);
  if (vararg >= 0) byParameter.push(-1);
  for (let i = 0, n = ast.lists.length(ast.c.data[args]); i < n; i++) byParameter.push(keywordOnly[i] ?? -1);
  if (kwarg >= 0) byParameter.push(-1);
  return { positional, keywordOnly, byParameter };
}

// ---- type parameters

const typeVariableKinds: Partial<Record<Kind, string>> = {
  [Kind.TypeVar]: "TypeVar",
  [Kind.ParamSpec]: "ParamSpec",
  [Kind.TypeVarTuple]: "TypeVarTuple",
};

/** `[T: bound]`: enters the scope of the type parameters and binds each as if by `typing.TypeVar("T", bound=...)`. */
export function bindTypeParameters(l: Lowering, node: number, list: number): void {
  const { ast } = l;
  const scope = l.scopes.byNode.get(typeParameterKey(node));
  if (scope === undefined) return;
  l.scope = scope;
  const typing = l.strings.intern("typing");
  for (let i = 0, n = ast.lists.length(list); i < n; i++) {
    const parameter = ast.lists.at(list, i);
    const factory = typeVariableKinds[l.kindOf(parameter)];
    if (factory === undefined) continue;
    const name = ast.a.data[parameter];
    const bound = l.kindOf(parameter) === Kind.TypeVar ? ast.b.data[parameter] : -1;
    const callee = l.emit(parameter, Op.Import, typing, l.strings.intern(factory));
    const label = l.constant(parameter, { type: "str", value: l.strings.text(name) });
    const keywords = bound < 0 ? [] : [l.strings.intern("bound"), lowerExpression(l, bound)];
    bindName(l, parameter, name, l.call(parameter, callee, [label], keywords));
  }
}
